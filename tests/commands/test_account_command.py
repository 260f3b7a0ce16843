"""`bursar account`: the list of preconditions, what is done, and exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from app.cli import run
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from tests.factories.books import Book

Answer = tuple[int, str, str]
Bursar = Callable[..., Answer]
TODAY = datetime.now(UTC).date()


@pytest.fixture
def bursar(database: Database, clock: FixedClock, capsys: pytest.CaptureFixture[str]) -> Bursar:
    clock.moment = datetime.now(UTC)
    with database.write() as session:
        book = Book(session)
        provider = book.provider("HT", name="Harbour", currency="EUR")
        book.account(provider, "A-5001", name="Acme")
        book.invoice(book.account(provider, "A-5002", name="Bob"), 33000, TODAY, TODAY)
        book.service(book.account(provider, "A-5003", name="Cleo"), "N-1")
    url = database.url.render_as_string(hide_password=False)

    def call(*words: str) -> Answer:
        code = run(["--database", url, "account", *words])
        out, said = capsys.readouterr()
        return code, out, said

    return call


def document(answer: Answer, code: int = 0) -> dict[str, Any]:
    assert answer[0] == code, answer[2]
    found: dict[str, Any] = json.loads(answer[1])
    assert all(set(check) == {"code", "words", "passed", "warning"} for check in found["checklist"])
    assert found["allowed"] is all(check["passed"] for check in found["checklist"])
    return found


def test_each_action_says_its_preconditions_and_is_done_once(bursar: Bursar) -> None:
    dry = document(bursar("suspend", "A-5001", "--reason", "credit_check", "--dry-run", "--json"))
    assert (dry["allowed"], dry["done"], dry["status"], dry["reason"]) == (True, False, "active", "Credit check")
    done = document(bursar("suspend", "HT/A-5001", "--reason", "credit_check", "--json"))
    assert (done["done"], done["status"], done["effective_on"]) == (True, "suspended", TODAY.isoformat())
    again = bursar("suspend", "A-5001", "--json")
    assert document(again, 2)["done"] is False
    assert again[2] == "Acme has a hold by staff already.\n"
    assert document(bursar("reactivate", "A-5001", "--json"))["status"] == "active"
    assert document(bursar("reactivate", "A-5001", "--json"), 2)["allowed"] is False
    code, out, said = bursar("terminate", "A-5001")
    assert (code, said) == (0, "")
    assert out.splitlines()[1:3] == ["met     Acme is active.", "met     No draft waits to be posted or rejected."]
    assert out.splitlines()[-1] == f"A-5001: cancelled from {TODAY} on. Reason: Other."
    assert document(bursar("reactivate", "A-5001", "--json"), 2)["lifecycle"] == "terminated"


def test_a_warning_changes_no_exit_code_and_a_refusal_names_all(bursar: Bursar) -> None:
    warned = document(bursar("terminate", "A-5002", "--dry-run", "--json"))
    assert [(c["code"], c["passed"]) for c in warned["checklist"] if c["warning"]] == [("balance", True)]
    code, out, said = bursar("terminate", "A-5003")
    assert (code, said) == (2, "1 service has not ended (Mobile N-1).\n")
    assert "NOT MET 1 service has not ended (Mobile N-1)." in out.splitlines()
    assert bursar("suspend", "A-5099", "--json") == (2, "", 'There is no account with the code "A-5099".\n')
    code, out, said = bursar("suspend", "HT/SUSPENSE", "--json")
    assert (code, "system account" in said) == (2, True)


def test_fields_are_set_all_or_none(bursar: Bursar) -> None:
    code, out, said = bursar("set", "A-5001", "name=Acme Ltd", "trading_name=Acme", "ombudsman_case_open=yes",
                             "--dry-run", "--json")
    assert (code, said) == (0, "Nothing was written.\n")
    found = json.loads(out)
    assert (found["account"], found["dry_run"]) == ("A-5001", True)
    assert found["changes"] == [
        {"field": "name", "label": "Name", "old": "Acme", "new": "Acme Ltd"},
        {"field": "trading_name", "label": "Trading name", "old": "", "new": "Acme"},
        {"field": "ombudsman_case_open", "label": "Ombudsman case", "old": "False", "new": "True"}]
    assert bursar("set", "A-5001", "name=Other", "start_date=soon")[0] == 2
    assert bursar("set", "A-5001", "name=Acme Ltd")[1] == "Name: Acme → Acme Ltd\n", "nothing of it was written before"
    assert bursar("set", "A-5001", "name=Acme Ltd")[1] == "It is so already. There is nothing to change.\n"
    code, out, said = bursar("set", "A-5001", "colour=red", "--json")
    assert (code, out) == (2, "")
    assert said.startswith('Acme Ltd has no field "colour". It has: account_manager, classification, code, enterp')
    for words, why in ((("name",), "sets nothing"), (("name=a", "name=b"), "stands there twice"),
                       (("name=",), "An account needs a name"), (("enterprise=club",), "Write one of: organisation"),
                       (("account_manager=kim@ht.example",), "is no active staff user")):
        code, _, said = bursar("set", "A-5001", *words)
        assert code == 2
        assert why in said


def test_a_debt_is_written_off_and_its_mark_cleared(bursar: Bursar) -> None:
    done = document(bursar("write-off", "A-5002", "--json"))
    assert (done["amount_minor"], done["currency"], len(done["numbers"]), done["status"]) == (33000, "EUR", 1, "active")
    again = bursar("write-off", "A-5002", "--json")
    assert document(again, 2)["done"] is False
    assert again[2] == "Every posted debit is settled; there is no debt to write off.\n"
    assert document(bursar("clear-write-off", "A-5002", "--dry-run", "--json"))["done"] is False
    assert document(bursar("clear-write-off", "A-5002", "--json"))["done"] is True
    assert bursar("clear-write-off", "A-5002")[2] == "Bob is not written off; there is no mark to clear.\n"
