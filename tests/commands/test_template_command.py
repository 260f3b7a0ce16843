"""`bursar template render`: the document of the contract, and every refusal with what would be right."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from app.cli import run
from app.models.values import EventAction
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from tests.support.message_books import EIGHT_IN_SYDNEY, MessageBook, message_book

Render = Callable[..., tuple[int, str, str]]
MESSAGE, SMS = EventAction.MESSAGE, EventAction.SMS


@pytest.fixture
def book(database: Database, clock: FixedClock) -> MessageBook:
    clock.moment = EIGHT_IN_SYDNEY
    with database.write() as session:
        book = message_book(session)
        for period in (3, 7):
            book.template("invoice_overdue", MESSAGE, period, subject="%%invoiceId%% is late",
                          html="<p>Dear %%contactFirstName%%,</p><p>%%daysOverdue%% days</p>")
        book.template("auto_suspend", SMS, text="%%accountId%%: “%%serviceIdentifier%%”")
    return book


@pytest.fixture
def render(book: MessageBook, database: Database, capsys: pytest.CaptureFixture[str]) -> Render:
    """The verb in this process, for Acme's overdue invoice unless told otherwise."""
    usual = {"provider": "HT", "profile": "Business Profile", "event": "invoice_overdue", "action": "message",
             "account": "A1", "as-of": "2025-06-27"}

    def call(*flags: str, **options: str) -> tuple[int, str, str]:
        given = usual | {name.replace("_", "-"): value for name, value in options.items()}
        words = [word for name, value in given.items() if value for word in (f"--{name}", value)]
        code = run(["--database", database.url.render_as_string(hide_password=False), "template", "render", *words,
                    *flags])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def document(answer: tuple[int, str, str]) -> dict[str, Any]:
    assert answer[0] == 0, answer[2]
    found: dict[str, Any] = json.loads(answer[1])
    assert list(found) == ["recipients", "subject", "text", "html", "segments", "warnings"]
    return found


def test_the_document_is_the_message(render: Render, book: MessageBook, database: Database) -> None:
    with database.read() as session:
        number = book.at(session).number(book.acme_invoice)
    assert document(render("--json", period="3", invoice=number)) == {
        "recipients": ["pay@acme.example"], "subject": f"{number} is late", "text": "Dear Priya,\n\n3 days",
        "html": "<p>Dear Priya,</p><p>3 days</p>", "segments": 0, "warnings": []}


def test_a_text_message_counts_its_parts_and_what_is_odd_is_told(render: Render) -> None:
    found = document(render("--json", event="auto_suspend", action="sms", account="A2", service="0299990001"))
    assert (found["recipients"], found["text"], found["segments"]) == (["+61491570006"], "A2: “0299990001”", 1)
    (warning,) = found["warnings"]
    assert warning.startswith("“ (left double quotation mark) at position 5")


def test_what_keeps_it_back_stands_first_among_the_warnings(render: Render) -> None:
    found = document(render("--json", action="letter", period="7", account="HT/A1"))
    assert found["warnings"][:2] == ["Invoice Overdue has no template for letters.",
                                     "This action is off, so nothing is sent."]
    assert found["recipients"] == []


def test_in_words_the_message_is_told_and_warnings_go_apart(render: Render) -> None:
    code, out, err = render(period="3")
    assert code == 0
    assert out.startswith("To: pay@acme.example\nSubject: ")
    assert out.endswith("is late\n\nDear Priya,\n\n3 days\n")
    assert err.startswith("Shown for the newest invoice that is open")


@pytest.mark.parametrize(("options", "within"), [
    ({"provider": "XX"}, 'There is no provider with the code "XX".'),
    ({"profile": "Bussiness"}, "Business Profile"),
    ({"event": "invoice_over"}, "invoice_overdue"),
    ({}, "3, 7"),
    ({"period": "4"}, "has no Invoice Overdue with the period 4"),
    ({"event": "account_creation"}, "events provision --provider HT --profile"),
    ({"period": "3", "account": "A9"}, 'A9"'),
    ({"period": "3", "invoice": "NOPE"}, 'has no posted invoice with the number "NOPE"'),
    ({"period": "3", "service": "0299990001"}, "is about no service"),
    ({"event": "auto_suspend", "action": "sms", "account": "A2", "service": "NOPE"}, 'identifier "NOPE"'),
])
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_what_is_not_there_is_refused_with_what_would_be_right(
    render: Render, options: dict[str, str], within: str,
) -> None:
    code, out, err = render("--json", **options)
    assert (code, out) == (2, "")
    assert within in err


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_template_with_an_unknown_name_is_refused_with_the_right_one(
    render: Render, book: MessageBook, database: Database,
) -> None:
    with database.write() as session:
        book.at(session).template("invoice_due", MESSAGE, text="Hi\n%%acountId%%")
    code, out, err = render("--json", event="invoice_due")
    assert (code, out) == (2, "")
    assert "Text, line 2, column 1: There is no variable %%acountId%%. Use %%accountId%%." in err
