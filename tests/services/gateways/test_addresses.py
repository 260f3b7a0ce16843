"""Addresses as they are read and written: nothing in a name becomes another recipient."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.services.errors import InputRejected
from app.services.gateways.addresses import Address, address_header, parse_address, parse_addresses, text_header


@pytest.mark.parametrize(("text", "name", "spec"), [
    ("billing@harbour.example", "", "billing@harbour.example"),
    (" billing@harbour.example ", "", "billing@harbour.example"),
    ("Harbour <billing@harbour.example>", "Harbour", "billing@harbour.example"),
    ('"Harbour, Billing" <billing@harbour.example>', "Harbour, Billing", "billing@harbour.example"),
    ("Łukasz <l+1@münchen.example>", "Łukasz", "l+1@xn--mnchen-3ya.example"),
])
def test_an_address_is_read(text: str, name: str, spec: str) -> None:
    assert parse_address(text) == Address(name=name, spec=spec)


@pytest.mark.parametrize("text", [
    "", "harbour", "@harbour.example", "billing@", "a@b@c.example x", "a b@harbour.example", "Harbour <a@b.example",
    "a@b.example\r\nBcc: x@y.example", "Na\nme <a@b.example>", "<a@b.example> <c@d.example>", "ž@harbour.example",
    "a@b.example>", "a@b.example,c@d.example",
])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InputRejected):
        parse_address(text)


def test_several_are_separated_by_either_sign() -> None:
    found = parse_addresses("a@b.example; C <c@d.example>, e@f.example;")
    assert [address.spec for address in found] == ["a@b.example", "c@d.example", "e@f.example"]


_NAMES = st.lists(st.sampled_from(
    ["Müller", "GmbH", "&", "KG,", "(Wien)", '"Zitat"', "Żółć,", "billing@evil.example", "<x@y.example>", ";", "a", "€",
     "\\", "Straßenbahnhaltestellenbetriebsgesellschaft", "=?utf-8?b?YQ==?=", ":", "."]),
    min_size=1, max_size=12).map(" ".join)


@given(_NAMES)
@example("billing@evil.example, x@y.example")
def test_a_name_never_becomes_an_address(name: str) -> None:
    both = (Address(name=name, spec="ann@example.net"), Address(name="Bob", spec="bob@example.net"))
    line = address_header("To", both)
    assert max(len(part) for part in line.split(b"\r\n")) <= 998
    header = message_from_bytes(line + b"\r\nx", policy=policy.default)["To"]
    assert [address.addr_spec for address in header.addresses] == ["ann@example.net", "bob@example.net"]


@given(st.text(max_size=200))
def test_a_subject_stays_one_header(text: str) -> None:
    line = text_header("Subject", text)
    message = message_from_bytes(line + b"\r\nbody", policy=policy.default)
    assert message.keys() == ["Subject"]
    assert message.get_payload() == "body"
    assert max(len(part) for part in line.split(b"\r\n")) <= 78
