"""Who needs a billing address, as a table of rules and conditions."""

from __future__ import annotations

from itertools import product

import pytest

from app.models.rules.billing_address import is_address, needs_address, optional_for
from app.models.values import AccountStanding, AddressRule

S, P, M = AccountStanding.STANDALONE, AccountStanding.PARENT, AccountStanding.MEMBER


@pytest.mark.parametrize(("rule", "stored", "needed"), [
    (AddressRule.ALWAYS, "", {S, P, M}),
    (AddressRule.ALWAYS, "standalone,parent,member", {S, P, M}),
    (AddressRule.NEVER, "", set()),
    (AddressRule.CONDITIONS, "", {S, P, M}),
    (AddressRule.CONDITIONS, "standalone", {P, M}),
    (AddressRule.CONDITIONS, "parent,member", {S}),
    (AddressRule.CONDITIONS, "standalone,parent,member", set()),
])
def test_who_needs_one(rule: AddressRule, stored: str, needed: set[AccountStanding]) -> None:
    assert {each for each in AccountStanding if needs_address(rule, optional_for(stored), each)} == needed


def test_what_is_an_address_at_all() -> None:
    assert [is_address(line1=line1, city=city) for line1, city in product(("", " ", "1 Pier St"), ("", "Perth"))] == [
        False, True, False, True, True, True]
