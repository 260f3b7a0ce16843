"""`bursar ledger`: what it says, its documents, and how refusals end."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app.cli import run
from app.services.database.unit_of_work import Database
from tests.conftest import TEST_NOW
from tests.factories.books import Book

Said = Callable[..., tuple[int, Any, str]]
TODAY = TEST_NOW.date()
LATER = (TODAY + timedelta(days=7)).isoformat()


@pytest.fixture
def said(database: Database, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Said:
    """Run a command on two providers with an account A1 each, by the clock of the tests."""
    with database.write() as session:
        book = Book(session)
        book.account(book.provider("HT", name="Harbour", currency="EUR"), "A1", name="Ann")
        home = book.provider("NT", currency="EUR")
        book.account(home, "A1")
        book.account(home, "A2")
    clock = database.clock
    monkeypatch.setattr("app.commands.entry._sign_in", lambda opened, *_, **__: setattr(opened, "clock", clock))
    url = database.url.render_as_string(hide_password=False)

    def command(*words: str) -> tuple[int, Any, str]:
        code = run(["--database", url, "ledger", *words])
        out, err = capsys.readouterr()
        return code, json.loads(out) if "--json" in words and out else out, err

    return command


def post(said: Said, kind: str, amount: str, *more: str, account: str = "HT/A1") -> dict[str, Any]:
    code, answer, words = said("post", "--account", account, "--kind", kind, "--amount", amount, *more, "--json")
    assert code == 0, words
    return dict(answer)


def show(said: Said, account: str = "HT/A1", *more: str) -> dict[str, Any]:
    code, answer, words = said("show", account, *more, "--json")
    assert code == 0, words
    return dict(answer)


def test_documents_are_posted_shown_and_taken_back(said: Said) -> None:
    invoice = post(said, "invoice", "110.00", "--text", "Internet")
    assert invoice == {
        "number": "HT-00001", "reference": "HT-REF-00001", "kind": "invoice", "state": "posted", "account": "A1",
        "provider": "HT", "currency": "EUR", "amount_minor": 11_000, "date": TODAY.isoformat(), "due_on": LATER}
    draft = post(said, "credit_note", "10", "--for", "HT-00001", "--draft")
    assert (draft["number"], draft["reference"], draft["state"]) == (None, "HT-REF-00002", "draft")
    post(said, "payment", "50", "--method", "Cash", "--back-office-code", "7")
    sheet = show(said)
    assert {name: sheet[name] for name in ("balance_minor", "outstanding_minor", "payable_minor",
                                           "unallocated_minor")} == {
        "balance_minor": 6_000, "outstanding_minor": 0, "payable_minor": 6_000, "unallocated_minor": 0}
    rows = [(row["number"], row["reference"], row["kind"], row["state"], row["amount_minor"], row["open_minor"],
             row["due_on"]) for row in sheet["rows"]]
    assert rows == [
        ("HT-00001", "HT-REF-00001", "invoice", "posted", 11_000, 6_000, LATER),
        ("HT-R-00001", "HT-REF-00003", "payment", "posted", 5_000, 0, None),
        (None, "HT-REF-00002", "credit_note", "draft", 1_000, 0, None)]
    assert sheet["rows"][0]["settled_by"] == [{"number": "HT-R-00001", "amount_minor": 5_000}]
    assert sheet["rows"][1]["settles"] == [{"number": "HT-00001", "amount_minor": 5_000}]
    assert said("post-draft", "HT/HT-REF-00002", "--json")[1]["number"] == "HT-CN-00001"
    assert said("post-draft", "HT-REF-00002")[2].startswith("HT-REF-00002 is posted as HT-CN-00001, by console")
    assert show(said)["balance_minor"] == 5_000
    code, out, _ = said("cancel", "HT-00001", "--reason", "Wrong customer")
    assert (code, out) == (0, f"HT-IC-00001: invoice cancellation of 110.00 EUR on A1, posted {TODAY}.\n")
    assert said("cancel", "HT-00001")[0] == 2
    sheet = show(said)
    assert (sheet["balance_minor"], sheet["unallocated_minor"]) == (-6_000, 6_000)
    assert sheet["rows"][0]["state"] == "cancelled"
    code, out, words = said("post", "--account", "HT/A1", "--kind", "refund", "--amount", "60.01")
    assert (code, out) == (2, "")
    assert words.startswith("A1 is in credit by 60.00 EUR on ")
    post(said, "refund", "60.00")
    before = show(said, "HT/A1", "--as-of", (TODAY - timedelta(days=1)).isoformat())
    assert (before["balance_minor"], before["rows"]) == (0, [])
    assert show(said, "HT/A1", "--known-at", "2026-03-16T09:29:59")["rows"] == []
    assert show(said, "HT/A1", "--known-at", "2026-03-16T10:30:00+01:00")["balance_minor"] == 0
    words = said("show", "HT/A1")[1]
    assert words.startswith(f"HT/A1 Ann, as of {TODAY}: balance 0.00 EUR, outstanding 0.00 EUR, payable 0.00 EUR, ")
    assert f"{TODAY}  HT-00001  Invoice  110.00 EUR  cancelled, due {LATER}\n" in words


def test_payments_move_debts_are_written_off_and_disputes_settled(said: Said) -> None:
    post(said, "payment", "20", account="NT/A1")
    assert said("transfer", "NT-R-00001", "--to", "SUSPENSE", "--json")[1]["account"] == "SUSPENSE"
    assert show(said, "NT/SUSPENSE")["balance_minor"] == -2_000
    moved = said("transfer", "NT/NT-R-00002", "--to", "A2", "--json")[1]
    assert (moved["number"], moved["account"], moved["provider"]) == ("NT-R-00003", "A2", "NT")
    assert said("transfer", "NT-R-00003", "--to", "HT/A1")[2].startswith("A1 belongs to another provider than A2;")
    post(said, "invoice", "100", account="NT/A2")
    assert said("dispute", "NT-00001", "--amount", "30")[1] == (
        f"30.00 EUR of NT-00001 are in dispute from {TODAY} on.\n")
    assert show(said, "NT/A2")["payable_minor"] == 5_000
    assert said("settle-dispute", "NT-00001", "--for", "customer", "--json")[1] == {
        "number": "NT-00001", "for": "customer", "date": TODAY.isoformat(), "amount_minor": 3_000,
        "credit_note": "NT-CN-00001", "reference": "NT-REF-00007"}
    said("dispute", "NT-00001", "--amount", "5.50")
    assert said("settle-dispute", "NT-00001", "--for", "provider", "--date", LATER)[1] == (
        f"The dispute about NT-00001 is settled for the provider as of {LATER}.\n")
    assert show(said, "NT/A2", "--as-of", LATER)["disputed_minor"] == 0
    done = said("write-off", "NT/A2", "--reason", "Gone", "--json")[1]
    assert (done["amount_minor"], done["numbers"], done["mirror"]) == (5_000, ["NT-WO-00001"], "NT-RF-00001")
    assert show(said, "NT/WRITE-OFF")["balance_minor"] == 5_000
    assert said("write-off", "NT/A2")[::2] == (2, "A2 owes nothing that could be written off.\n")
    draft = post(said, "invoice", "1", "--draft", account="NT/A2")
    assert said("reject", draft["reference"], "--reason", "Twice")[0] == 0
    rejected = show(said, "NT/A2")["rows"][-1]
    assert (rejected["state"], rejected["rejection_reason"], rejected["signed_minor"]) == ("rejected", "Twice", 0)


def test_refusals_say_what_would_be_right(said: Said) -> None:
    beginnings = {
        ("show", "A1"): 'Several accounts have the code "A1".',
        ("show", "NO"): 'There is no account with the code "NO".',
        ("post", "--account", "HT/A1", "--kind", "payment", "--amount", "1.005"): '"1.005" has 3 decimal places,',
        ("post", "--account", "HT/A1", "--kind", "payment", "--amount", "-1"): "A payment is more than nothing,",
        ("post", "--account", "HT/A1", "--kind", "invoice", "--amount", "1", "--type", "x"): 'There is no type "x"',
        ("post", "--account", "HT/A1", "--kind", "payment", "--amount", "1", "--for", "HT-00001"):
            'There is no posted invoice with the number "HT-00001".',
        ("post", "--account", "HT/A1", "--kind", "payment", "--amount", "1", "--date", LATER): "23 Mar 2026 is still",
        ("post-draft", "HT-REF-00001"): 'There is no document with the reference "HT-REF-00001".',
        ("cancel", "HT-00001"): 'There is no posted document with the number "HT-00001".',
        ("dispute", "HT-00001", "--amount", "1"): 'There is no posted invoice with the number "HT-00001".',
    }
    found = {words: said(*words) for words in beginnings}
    assert {words: answer[0] for words, answer in found.items()} == dict.fromkeys(beginnings, 2)
    assert [words for words, (_, out, err) in found.items() if out or not err.startswith(beginnings[words])] == []
