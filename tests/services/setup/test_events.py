"""Events and gateways in set-up files: applied, exported as they stand, and refused with their places."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from app.models.values import EventAction
from app.services.database.unit_of_work import Database
from app.services.errors import InputRejected
from app.services.events.listing import MappingRow, events_of_profiles
from app.services.gateways.settings import gateway_sheet
from app.services.hierarchy.finding import find_provider
from app.services.setup.applying import apply_set_up
from app.services.setup.planning import plan_set_up
from app.services.setup.reading import SetUpText
from app.services.setup.stored import stored_set_up
from app.services.setup.text import text_of_set_up
from tests.factories.books import scratch

HEAD = """
[provider]
code = "HARB"
name = "Harbour Telecom"
realm = "@harbour.example"
currency = "AUD"

[[profile]]
name = "Business"
"""
EVENTS = """
[gateway.smtp]
host = "mail.harbour.example"
security = "tls"
user = "harb"

[gateway.sms]
url = "https://sms.example/send"

[[event]]
profile = "Business"
event = "invoice_overdue"
period = 3
extended_logging = true
[event.message]
enabled = true
recipients = ["accounts@harbour.example", "boss@harbour.example"]
subject = "Overdue %%invoiceId%%"
html = '<p style="color:red;position:fixed">Pay</p><script>run()</script>'
attachment = "invoice"
[event.sms]
text = "Pay %%amountPayableIncTax%%"
merge = true

[[event]]
profile = "Default Profile"
event = "auto_suspend"
[event.log]
enabled = true

[[event]]
profile = "Business"
event = "invoice_due"
[event.message]
enabled = true
"""


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with scratch(database) as session:
        yield session


def applied(session: Session, text: str) -> int:
    """Apply a file; how many changes it was."""
    plan = plan_set_up(session, source=SetUpText(name="harb.toml", text=text))
    apply_set_up(session, seen=plan)
    return len(plan.changes)


def exported(session: Session) -> str:
    return text_of_set_up(stored_set_up(session, provider_id=find_provider(session, "HARB").id))


def mappings(session: Session) -> dict[tuple[str, str, int], MappingRow]:
    rows = events_of_profiles(session, provider_id=find_provider(session, "HARB").id)
    return {(m.profile, m.event, m.period_days): m for row in rows for m in row.mappings}


def on(row: MappingRow) -> set[EventAction]:
    return {action.action for action in row.actions if action.enabled}


@pytest.mark.parametrize("together", [True, False], ids=["with the provider", "afterwards"])
def test_a_file_says_events_and_gateways(session: Session, together: bool) -> None:
    for text in [HEAD + EVENTS] if together else [HEAD, HEAD + EVENTS]:
        applied(session, text)
    found = mappings(session)
    assert on(found["Business", "invoice_overdue", 3]) == {EventAction.MESSAGE}
    assert found["Business", "invoice_overdue", 3].extended_logging
    assert on(found["Default Profile", "auto_suspend", 0]) == {EventAction.LOG}
    assert on(found["Default Profile", "auto_unsuspend", 0]) == set()
    assert on(found["Business", "invoice_due", 0]) == {EventAction.MESSAGE}, "with the words it comes with"
    rows = {row.kind.value: dict(row.settings)
            for row in gateway_sheet(session, provider_id=find_provider(session, "HARB").id)}
    assert rows["smtp"] == {"host": "mail.harbour.example", "security": "tls", "user": "harb"}
    assert rows["sms"] == {"url": "https://sms.example/send"}
    assert rows["provisioning"] == {}
    assert applied(session, HEAD + EVENTS) == 0


def test_what_was_exported_is_the_same_when_applied(session: Session) -> None:
    applied(session, HEAD + EVENTS)
    text = exported(session)
    assert '<p style=\\"color:red\\">Pay</p>' in text or "color:red" in text
    assert "<script" not in text
    assert 'recipients = "accounts@harbour.example, boss@harbour.example"' in text
    assert applied(session, text) == 0
    assert exported(session) == text
    off = text.replace("enabled = true", "enabled = false")
    assert applied(session, off) == text.count("enabled = true") > 2
    assert not any(row.is_on for row in mappings(session).values())


@pytest.mark.parametrize(("wrong", "said"), [
    ('[[event]]\nprofile = "Nobody"\nevent = "invoice_due"', 'there is no profile "Nobody"'),
    ('[[event]]\nevent = "invoice_due"', "has no profile. It is told apart by it."),
    ('[[event]]\nprofile = "Business"\nevent = "invoice_dew"', "takes one of"),
    ('[[event]]\nprofile = "Business"\nevent = "auto_suspend"\nperiod = 3', "Auto Suspend has no period"),
    ('[[event]]\nprofile = "Business"\nevent = "invoice_due"\n[event.message]\nsubject = "%%invoiceNo%%"',
     "line 1, column 1 of the text"),
    ('[[event]]\nprofile = "Business"\nevent = "invoice_due"\n[event.sms]\nhtml = "x"', "there is no such key"),
    ('[[event]]\nprofile = "Business"\nevent = "auto_suspend"\n[event.message]\nattachment = "invoice"',
     "is about no invoice"),
    ('[[event]]\nprofile = "Business"\nevent = "bulk_upload_processing_notification"\n[event.sms]\nenabled = true',
     "has no action SMS"),
    ('[[event]]\nprofile = "Business"\nevent = "invoice_due"\n[[event]]\nprofile = "Business"\nevent = "invoice_due"',
     "is there twice"),
    ('[gateway.mail]\nhost = "x"', 'Did you mean "smtp"?|Known here: smtp'),
    ('[gateway.smtp]\nport = "many"', "takes a whole number"),
    ("[gateway.smtp]\nport = 25", "host"),
])
def test_what_is_wrong_is_said_with_its_place(session: Session, wrong: str, said: str) -> None:
    with pytest.raises(Exception, match=said) as refused:
        applied(session, f"{HEAD}\n{wrong}\n")
    assert isinstance(refused.value, InputRejected) or "harb.toml" in str(refused.value)
