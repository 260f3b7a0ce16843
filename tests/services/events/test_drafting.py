"""What an editor is told while somebody writes: the faults that saving would find, marks, and versions compared."""

from __future__ import annotations

import pytest

from app.models.events.library import EVENT_TYPE_AT, suite_mappings
from app.models.values import EventAction
from app.services.events.drafting import (
    compared,
    faults_of,
    lacking_events,
    losses_of,
    marks_of,
    sms_parts,
    variables_of,
)
from app.services.events.templates import EMPTY

DUE = "invoice_due"


def content(**fields: str) -> dict[str, str]:
    return {**EMPTY, **fields}


def test_marks_are_found_known_or_not() -> None:
    marks = marks_of("%%if daysOverdue%%%%invoiceId%%%%else%%%%nothing%%%%end%% 100%%%%", event=DUE)
    assert [(mark.words, mark.is_known) for mark in marks] == [
        ("if daysOverdue", True), ("invoiceId", True), ("else", True), ("nothing", False), ("end", True), ("", True)]
    assert [(mark.start, mark.end) for mark in marks[:2]] == [(0, 18), (18, 31)]


@pytest.mark.parametrize(("action", "fields", "expected"), [
    (EventAction.MESSAGE, {"subject": "Invoice %%invoiceId%%", "html": "<p>%%contactName%%</p>"}, []),
    (EventAction.MESSAGE, {"html": "<p>a</p>\n<p>%%contactNam%%</p>"},
     [("html", "HTML, line 2, column 4: There is no variable %%contactNam%%. Use %%contactName%%.", "contactName")]),
    (EventAction.MESSAGE, {"subject": "%%invoice_id%%"},
     [("subject", "Subject, line 1, column 1: There is no variable %%invoice_id%%. Use %%invoiceId%%.", "invoiceId")]),
    (EventAction.SMS, {"text": "%%serviceIdentifier%%"},
     [("text", "Text, line 1, column 1: There is no variable %%serviceIdentifier%%. "
               "Choose one of the variables of this event.", "")]),
    (EventAction.MESSAGE, {"cc": "nobody"},
     [("cc", 'CC: "nobody" is no address. Write addresses separated by commas.', "")]),
])
def test_faults_are_those_that_saving_finds(
    action: EventAction, fields: dict[str, str], expected: list[tuple[str, str, str]]
) -> None:
    found = faults_of(content(**fields), event=DUE, action=action)
    assert [(fault.field, fault.words, fault.suggestion) for fault in found] == expected


def test_a_fault_says_what_would_stand_in_its_place() -> None:
    text = "a %%if contactNam%%b%%end%%"
    (fault,) = faults_of(content(text=text), event=DUE, action=EventAction.SMS)
    assert (text[fault.start:fault.end], fault.name, fault.mended) == (
        "%%if contactNam%%", "if contactNam", "if contactName")


def test_what_of_the_html_is_not_sent_is_told() -> None:
    assert losses_of(content(html="<p>a</p>")) == ()
    (said,) = losses_of(content(html="<script>x</script>"))
    assert "script" in said


@pytest.mark.parametrize(("text", "expected"), [
    ("a" * 160, (160, 160, 1, "")), ("a" * 161, (161, 306, 2, "")),
    ("a“" + "b" * 68, (70, 70, 1, "“ (left double quotation mark) at position 2")),
    ("€" * 80, (160, 160, 1, "")),
])
def test_parts_of_a_short_message_with_what_makes_it_dear(text: str, expected: tuple[int, int, int, str]) -> None:
    found = sms_parts(text)
    assert (found.units, found.capacity, found.parts, found.dear) == expected


def test_variables_are_those_of_the_event() -> None:
    for key, event in EVENT_TYPE_AT.items():
        assert [row.name for row in variables_of(key)] == [variable.name for variable in event.variables]


def test_what_provisioning_would_make() -> None:
    everything = [(event, period) for event, period in suite_mappings()]
    assert len(lacking_events([])) == len(everything)
    assert lacking_events(everything) == ()
    without_seven = [each for each in everything if each != ("invoice_overdue", 7)]
    assert lacking_events(without_seven) == ("Invoice Overdue, 7 days after",)
    other_due = [("invoice_due", 5), *(each for each in everything if each[0] != "invoice_due")]
    assert lacking_events(other_due) == (), "a profile has one mapping of it at most, whatever its period"


def test_versions_are_compared_line_by_line() -> None:
    older = content(subject="A", html="<p>one</p><p>two</p>")
    newer = content(subject="A", html="<p>one</p><p>three</p>", cc="a@b.example")
    assert [(line.field, line.sign, line.text) for line in compared(older, newer)] == [
        ("CC", "+", "a@b.example"), ("HTML", " ", "<p>one</p>"), ("HTML", "-", "<p>two</p>"),
        ("HTML", "+", "<p>three</p>")]
    assert compared(older, older) == ()
