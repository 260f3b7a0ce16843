"""Set-up files that are wrong: every problem at once, each with its place and with what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.services.errors import InputRejected
from app.services.setup.document import Kind
from app.services.setup.reading import SetUpFile, SetUpText, load_set_up, read_set_up

HEAD = '[provider]\ncode = "GLEN"\n'


def read(text: str, currency: str | None = "EUR") -> SetUpFile:
    return read_set_up(SetUpText(name="glen.toml", text=text), currency_of=lambda code: currency)


def problems(text: str) -> list[str]:
    return [str(problem) for problem in read(text).problems]


@pytest.mark.parametrize(("text", "expected"), [
    ("nonsense = 1\n" + HEAD, "line 1, nonsense: there is no such table. Known here: provider, credit_terms,"),
    (HEAD + "[profil]\n", 'line 3, profil: there is no such table. Did you mean "profile"?'),
    (HEAD + 'typ = "x"\n', 'line 3, [provider], typ: there is no such key. Did you mean "type"?'),
    (HEAD + '[provider.attribute]\ntax_rate = "1"\n',
     'line 3, [provider], attribute: there is no such key. Did you mean "attributes"?'),
    (HEAD + 'type = "retail"\n', 'line 3, [provider], type: takes one of "retail_provider", "wholesale_provider", '),
    (HEAD + 'currency = "EUX"\n', 'line 3, [provider], currency: "EUX" is not a code that is known here'),
    (HEAD + 'time_zone = "Mars"\n', 'line 3, [provider], time_zone: "Mars" is not a time zone'),
    (HEAD + 'realm = "glen"\n', 'line 3, [provider], realm: "glen" is not a realm; write @domain'),
    (HEAD + 'start_date = "1.7.2025"\n', 'line 3, [provider], start_date: takes a day such as "2025-07-01"'),
    (HEAD + "start_date = 2025-07-01T10:00:00\n", "takes a day such as"),
    (HEAD + 'name = "a\\u0000b"\n', "holds the control character <U+0000>"),
    (HEAD + 'name = "a\\u202Eb"\n', "holds the control character <U+202E>"),
    (HEAD + 'name = "\\u200B"\n', "has nothing in it that can be seen"),
    (HEAD + f'name = "{"n" * 201}"\n', "line 3, [provider], name: has 201 characters; at most 200 fit."),
    (HEAD + 'name = ""\n', "line 3, [provider], name: is empty. Write it, or leave the whole entry out."),
    (HEAD + 'name = " "\n', "line 3, [provider], name: is empty."),
    (HEAD + 'parent = ""\n', "line 3, [provider], parent: is empty."),
    (HEAD + 'language = ""\n', "line 3, [provider], language: is empty."),
    (HEAD + '[[group]]\ncode = "A"\nname = ""\n', 'line 5, [group] "A", name: is empty.'),
    (HEAD + '[[org_unit]]\ncode = "A"\nname = ""\n', 'line 5, [org_unit] "A", name: is empty.'),
    (HEAD + '[[rule_set]]\nfrom = "2026-W40-4"\n', 'from: takes a day such as "2025-07-01", not "2026-W40-4".'),
    (HEAD + "name = 5\n", "line 3, [provider], name: takes a text in quotation marks, not 5."),
    (HEAD + "[provider.attributes]\ntrading_due_days = 400\n",
     "line 4, [provider.attributes], trading_due_days: 400 is out of range; write one from 0 to 365."),
    (HEAD + "[provider.attributes]\ntrading_due_days = -1\n", "-1 is out of range"),
    (HEAD + '[provider.attributes]\ntrading_due_days = "x"\n', 'takes a whole number, not "x". Write one from 0 to'),
    (HEAD + "[provider.attributes]\ntrading_due_days = 1.5\n", "takes a whole number, not 1.5."),
    (HEAD + "[provider.attributes]\ntrading_due_days = true\n", "takes a whole number, not true."),
    (HEAD + "[provider.attributes]\ntax_rate = 19\n",
     'tax_rate: takes a percentage as a text in quotation marks, for instance "19", not 19.'),
    (HEAD + '[provider.attributes]\ntax_rate = "100.01"\n', '"100.01" is out of range; write one from 0 to 100.'),
    (HEAD + '[provider.attributes]\ntax_rate = "1.234"\n', "is not a percentage with at most two places"),
    (HEAD + "[provider.attributes]\npaper_invoice_fee = 2.5\n",
     'paper_invoice_fee: takes an amount as a text in quotation marks, for instance "2.50", not 2.5.'),
    (HEAD + '[provider.attributes]\npaper_invoice_fee = "2.505"\n', '"2.505" has 3 decimal places, EUR has 2'),
    (HEAD + '[provider.attributes]\npaper_invoice_fee = "-1.00"\n', '"-1.00" is out of range; write one of 0 or more'),
    (HEAD + '[provider.attributes]\nauto_invoice_approval = "yes"\n', "takes true or false without quotation marks"),
    (HEAD + '[provider.attributes]\nlate_fee = "On"\n', 'takes one of "disable", "enable", not "On".'),
    (HEAD + "[provider.attributes]\nautopay = true\n",
     '[provider.attributes], autopay: "Mark invoices paid when posted" cannot be set here, but on: account.'),
    (HEAD + '[provider.attributes]\ncumulus_user_suffix = "@x.example"\n', "is the realm of [provider]. Write it"),
    (HEAD + '[letterhead]\nlogo = "?"\n', "logo: is not base64. Write the bytes of the picture in it"),
    (HEAD + '[letterhead]\nlogo = "aGVsbG8="\n', "logo: cannot be printed. A logo is a PNG or JPEG picture"),
    (HEAD + "[[profile]]\ndefault = true\n", "line 3, [profile] number 1: has no name. It is told apart by it."),
    (HEAD + '[[profile]]\nname = "A"\n[profile.attributes]\ntax_rate = "1"\n',
     '[profile.attributes] "A", tax_rate: "Tax rate" cannot be set here, but on: account, provider.'),
    (HEAD + '[[profile]]\nname = "A"\n[[profile]]\nname = "A"\n', 'line 5, [profile] "A": is there twice.'),
    (HEAD + '[[profile]]\nname = "A"\ndefault = true\n[[profile]]\nname = "B"\ndefault = true\n',
     'line 8, [profile] "B", default: "A" is the default profile already'),
    (HEAD + '[[profile]]\nname = "A"\nlayout = "business"\n[profile.attributes]\ninvoice_layout = "standard"\n',
     "invoice_layout: is what layout of the profile says already"),
    (HEAD + '[profile]\nname = "A"\n', "line 3, [profile]: is repeated. Write [[profile]] with two brackets"),
    ("letterhead = 1\n" + HEAD, "[letterhead]: is a table. Write [letterhead] on a line of its own"),
    (HEAD + '[schedule]\nreminders_at = "24:00"\n', 'reminders_at: "24:00" is not a time of day'),
    (HEAD + "[schedule]\nreminders_at = 8\n", 'reminders_at: takes a time of day such as "08:00", not 8.'),
    (HEAD + '[schedule]\nsuspend_at = ["9:00", "09:00"]\n', "suspend_at: holds the same time twice."),
    (HEAD + '[schedule]\nsuspend_at = "09:00"\n', "suspend_at: takes a list of at most 24 times of day"),
    (HEAD + "[schedule]\nrestore_every_minutes = 0\n", "0 is out of range; write one from 1 to 10080."),
    (HEAD + '[schedule]\nworking_days = ["monday"]\n', '"monday" is none of these: mon, tue'),
    (HEAD + "[brake]\nshare_percent = 101\n", "101 is out of range; write one from 0 to 100."),
    (HEAD + '[[rule_set]]\nfrom = "2026-01-01"\nwindows = ["Mon-Thu"]\n', 'windows: "Mon-Thu" is not a window'),
    (HEAD + '[[rule_set]]\nfrom = "2026-01-01"\nholidays = "AU-nsw"\n', 'write the calendar as "AU-NSW"'),
    (HEAD + '[[rule_set]]\nfrom = "2026-01-01"\nholidays = "XX"\n', 'The holidays of "XX" are not known'),
    (HEAD + '[[rule_set]]\nfrom = "2026-01-01"\nwindows = "Mon-Thu 09:00-16:00"\n', "takes a list of texts"),
    (HEAD + '[[rule_set]]\nfrom = "2026-01-01"\nmin_overdue = "0"\n', '"0" is out of range; write one above 0.'),
    (HEAD + '[[role]]\nname = "A"\npowers = ["customers.fly"]\n', 'powers: "customers.fly" is none of these:'),
    (HEAD + '[[role]]\nname = "A"\npowers = ["ledger", "ledger"]\n', 'powers: holds "ledger" twice.'),
    (HEAD + '[[org_unit]]\ncode = "A"\ngroups = { K = "own" }\n',
     'The level of "K" is one of "view", "edit", not "own".'),
    (HEAD + '[[org_unit]]\ncode = "A"\ngroups = ["K"]\n', "takes codes of groups with a level each"),
    (HEAD + '[[org_unit]]\ncode = "A"\nstaff = ["kim"]\n', "staff: there is no such key."),
    (HEAD + '[[group]]\ncode = " "\n', "code: is empty. Write it, or leave the whole entry out."),
])
def test_what_is_wrong_is_named_with_its_place(text: str, expected: str) -> None:
    found = problems(text)
    assert len(found) == 1, found
    assert expected in found[0]


def test_everything_that_is_wrong_is_found_at_once() -> None:
    found = problems(HEAD + "name = 5\n[provider.attributes]\ntax_rate = 19\nnonsense = 1\n[[group]]\n[[role]]\n")
    assert [problem.partition(":")[0] for problem in found] == [
        "line 3, [provider], name", "line 6, [provider.attributes], nonsense",
        "line 5, [provider.attributes], tax_rate",
        "line 7, [group] number 1", "line 8, [role] number 1"]


@pytest.mark.parametrize(("text", "expected"), [
    ("", "[provider], code: is missing"), ("[provider]\n", "[provider], code: is missing"),
    ("[provider]\ncode = 5\n", "[provider], code: is missing"), ("provider = 1\n", "[provider], code: is missing"),
    ("[provider\n", "cannot be read as TOML"), ('[provider]\ncode = "A"\ncode = "B"\n', "cannot be read as TOML"),
    ("a = " + "[" * 5_000, "nested too deeply"), ("a = " + "1" * 5_000, "thousands of digits"),
])
def test_what_is_no_set_up_file_is_refused_whole(text: str, expected: str) -> None:
    with pytest.raises(InputRejected, match=r"glen\.toml") as refused:
        read(text)
    assert expected in str(refused.value)


@pytest.mark.parametrize(("text", "kind", "name", "key", "value"), [
    (HEAD + '[provider.attributes]\ntrading_due_days = " 14"\n'.replace(" 14", "14"), Kind.PROVIDER, "GLEN",
     "trading_due_days", 14),
    (HEAD + '[provider.attributes]\ntax_rate = "19.50"\n', Kind.PROVIDER, "GLEN", "tax_rate", "19.5"),
    (HEAD + '[provider.attributes]\npaper_invoice_fee = "2.5"\n', Kind.PROVIDER, "GLEN", "paper_invoice_fee", "2.50"),
    (HEAD + "[provider.attributes]\nmodule_agents = false\n", Kind.MODULES, "GLEN", "agents", False),
    (HEAD + "[modules]\nmodule_agents = false\n", Kind.MODULES, "GLEN", "agents", False),
    (HEAD + '[[profile]]\nname = "A"\n[profile.attributes]\ninvoice_layout = "business"\n', Kind.PROFILE, "A",
     "layout", "business"),
    (HEAD + "[[rule_set]]\nfrom = 2026-01-01\nmin_days = 3\n", Kind.RULE_SET, "2026-01-01", "min_days", 3),
    (HEAD + '[[org_unit]]\ncode = "S"\nroles = ["B", "A"]\n', Kind.ORG_UNIT, "S", "roles", ("A", "B")),
    (HEAD + '[[role]]\nname = "R"\npowers = ["ledger.disputes.end"]\n', Kind.ROLE, "R", "powers",
     ("ledger", "ledger.disputes", "ledger.disputes.end")),
])
def test_values_come_in_one_form(text: str, kind: Kind, name: str, key: str, value: object) -> None:
    file = read(text)
    assert file.problems == ()
    part = file.set_up.part(kind, name)
    assert part is not None
    assert part.values[key] == value


def test_money_is_read_in_the_currency_of_the_provider_that_is_there() -> None:
    text = HEAD + '[provider.attributes]\npaper_invoice_fee = "220"\n'
    part = read(text, "JPY").set_up.part(Kind.PROVIDER, "GLEN")
    assert part is not None
    assert part.values["paper_invoice_fee"] == "220"


@pytest.mark.parametrize(("content", "expected"), [
    (b"\xff\xfe", "is not UTF-8: byte 1"), (None, "cannot be read: No such file"), (b"#" * 5_000_000, "is larger than"),
])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None, expected: str) -> None:
    path = tmp_path / "glen.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputRejected, match=r"glen\.toml") as refused:
        load_set_up(path)
    assert expected in str(refused.value)
