"""Events of profiles: provided off, switched one by one, written in versions, copied."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.events.mapping import EventMapping, EventTemplate
from app.models.events.outbox import OutboxMessage
from app.models.parties.note import AccountNote
from app.models.values import EventAction
from app.services.database.unit_of_work import Database
from app.services.errors import NotFound, RefusedByRule
from app.services.events.listing import MappingRow, events_of_profiles
from app.services.events.mappings import (
    copy_templates,
    create_mapping,
    delete_mapping,
    provision_events,
    set_extended_logging,
    switch_action,
    switch_named_action,
)
from app.services.events.raising import raise_event
from app.services.events.templates import EMPTY, TemplateFaults, restore_version, set_template, template_versions
from tests.conftest import TEST_NOW
from tests.factories.books import Book, scratch

TODAY = TEST_NOW.date()
LOG, MESSAGE, SMS, LETTER = EventAction.LOG, EventAction.MESSAGE, EventAction.SMS, EventAction.LETTER


@dataclass(kw_only=True)
class Scene:
    session: Session
    book: Book
    provider: int
    profile: int
    other: int
    account: int

    def mappings(self, profile: int | None = None) -> dict[tuple[str, int], MappingRow]:
        rows = events_of_profiles(self.session, provider_id=self.provider)
        found = next(row for row in rows if row.profile_id == (profile or self.profile))
        return {(m.event, m.period_days): m for m in found.mappings}

    def switch(self, event: str, action: EventAction = LOG, *, period: int | None = None, on: bool = True) -> str:
        return switch_named_action(self.session, provider_id=self.provider, profile_id=self.profile, event=event,
                                   period_days=period, action=action, enabled=on)

    def outbox(self) -> list[tuple[str, str, str]]:
        rows = self.session.scalars(select(OutboxMessage).order_by(OutboxMessage.action))
        return [(row.action, row.state, row.state_reason) for row in rows]

    def raise_(self, key: str = "1", *, says_when_off: bool = False) -> None:
        raise_event(self.session, event="auto_unsuspend", account_id=self.account, cause_key=key, on=TODAY,
                    says_when_off=says_when_off)


@pytest.fixture
def scene(database: Database):  # type: ignore[no-untyped-def]  # a fixture that yields a scene
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        default = events_of_profiles(session, provider_id=provider)[0].profile_id
        yield Scene(session=session, book=book, provider=provider, profile=default,
                    other=book.profile(provider, "Charity"), account=book.account(provider, "A1", name="Acme"))


def test_a_new_provider_has_both_events_of_automation_off(scene: Scene) -> None:
    assert {key: row.is_on for key, row in scene.mappings().items()} == {
        ("auto_suspend", 0): False, ("auto_unsuspend", 0): False}
    assert scene.mappings(scene.other) == {}


def test_the_standard_events_come_off_and_with_words(scene: Scene) -> None:
    made = provision_events(scene.session, provider_id=scene.provider, profile_id=scene.other).made
    rows = scene.mappings(scene.other)
    assert {("invoice_due", 0), ("invoice_overdue", 3), ("invoice_overdue", 7), ("invoice_overdue", 14),
            ("invoice_delivery", 0), ("invoice_post", 0), ("auto_suspend", 0), ("auto_unsuspend", 0),
            ("manual_payment_received", 0)} <= rows.keys()
    assert len(made) == len(rows)
    assert not any(row.is_on for row in rows.values())
    assert all(action.can_be_on for row in rows.values() for action in row.actions)
    assert provision_events(scene.session, provider_id=scene.provider, profile_id=scene.other).made == ()


def test_an_action_is_switched_by_itself(scene: Scene) -> None:
    provision_events(scene.session, provider_id=scene.provider, profile_id=scene.profile)
    assert scene.switch("invoice_overdue", MESSAGE, period=7) == "Message of Invoice Overdue, 7 days after switched on."
    assert scene.switch("invoice_overdue", MESSAGE, period=7) == "It is so already."
    on = {a.action: a.enabled_on for a in scene.mappings()["invoice_overdue", 7].actions if a.enabled}
    assert on == {MESSAGE: TODAY}
    assert not scene.mappings()["invoice_overdue", 3].is_on
    scene.switch("invoice_overdue", MESSAGE, period=7, on=False)
    assert not scene.mappings()["invoice_overdue", 7].is_on


@pytest.mark.parametrize(("event", "action", "period", "said"), [
    ("invoice_overdue", MESSAGE, None, "with the periods 3, 7, 14; name one"),
    ("no_such_event", MESSAGE, None, "There is no event"),
    ("auto_suspend", LOG, 3, "has no period"),
    ("bulk_upload_processing_notification", SMS, None, "has no action SMS"),
    ("invoice_overdue", MESSAGE, 4000, "between 0 and 3,650 days"),
])
def test_what_cannot_be_switched(
    scene: Scene, event: str, action: EventAction, period: int | None, said: str
) -> None:
    provision_events(scene.session, provider_id=scene.provider, profile_id=scene.profile)
    with pytest.raises((RefusedByRule, NotFound), match=said):
        scene.switch(event, action, period=period)


def test_what_has_nothing_to_say_stays_off(scene: Scene) -> None:
    row = scene.mappings()["auto_suspend", 0]
    assert [m.code for a in row.actions if a.action is MESSAGE for m in a.missing] == ["template", "gateway"]
    with pytest.raises(RefusedByRule, match="nothing to say by Message yet"):
        scene.switch("auto_suspend", MESSAGE)


def test_a_profile_has_one_reminder_before_the_due_date(scene: Scene) -> None:
    provision_events(scene.session, provider_id=scene.provider, profile_id=scene.profile)
    with pytest.raises(RefusedByRule, match="has Invoice Due, on the day already"):
        create_mapping(scene.session, provider_id=scene.provider, profile_id=scene.profile, event="invoice_due",
                       period_days=2)


def test_words_are_kept_in_versions(scene: Scene) -> None:
    mapping = scene.mappings()["auto_suspend", 0].id
    for number, text in enumerate(("One %%accountId%%", "Two")):
        seen = EMPTY if not number else template_versions(scene.session, mapping_id=mapping, action=SMS)[0].content
        set_template(scene.session, mapping_id=mapping, action=SMS, content={"text": text}, seen=seen)
    newest, first = template_versions(scene.session, mapping_id=mapping, action=SMS)
    assert (newest.version, newest.content["text"], newest.is_current) == (2, "Two", True)
    restore_version(scene.session, mapping_id=mapping, action=SMS, version=1, seen=newest.content)
    versions = template_versions(scene.session, mapping_id=mapping, action=SMS)
    assert [(v.version, v.content["text"]) for v in versions] == [(3, first.content["text"]), (2, "Two"),
                                                                  (1, "One %%accountId%%")]


@pytest.mark.parametrize(("action", "content", "said"), [
    (SMS, {"text": "Pay\n%%invoiceID%%"}, "Text, line 2, column 1"),
    (SMS, {"html": "<p>x</p>"}, "HTML: SMS has no such field"),
    (MESSAGE, {"recipients": "nobody"}, '"nobody" is no address'),
    (MESSAGE, {"sender": "the boss"}, '"the boss" is no address'),
    (MESSAGE, {"attachment": "invoice"}, "Auto Suspend is about no invoice"),
    (MESSAGE, {"merge": "yes"}, "Each Auto Suspend is a message of its own"),
    (MESSAGE, {"subject": "x" * 401}, "there is room for 400"),
])
def test_words_that_are_refused(scene: Scene, action: EventAction, content: dict[str, str], said: str) -> None:
    mapping = scene.mappings()["auto_suspend", 0].id
    with pytest.raises(TemplateFaults, match=said):
        set_template(scene.session, mapping_id=mapping, action=action, content=content, seen=EMPTY)
    assert scene.session.scalars(select(EventTemplate)).all() == []


def test_words_go_to_other_profiles(scene: Scene) -> None:
    provision_events(scene.session, provider_id=scene.provider, profile_id=scene.profile)
    mapping = scene.mappings()["invoice_overdue", 7].id
    copy_templates(scene.session, mapping_id=mapping, to_profile_ids=[scene.other], actions=[SMS], seen=frozenset())
    copied = scene.mappings(scene.other)["invoice_overdue", 7]
    assert [a.version for a in copied.actions if a.action is SMS] == [1]
    with pytest.raises(RefusedByRule, match="has words of its own for SMS"):
        copy_templates(scene.session, mapping_id=mapping, to_profile_ids=[scene.other], actions=[SMS],
                       seen=frozenset())
    copy_templates(scene.session, mapping_id=mapping, to_profile_ids=[scene.other], actions=[SMS],
                   seen=frozenset({scene.other}))


def test_an_event_that_is_on_is_not_taken_away(scene: Scene) -> None:
    scene.switch("auto_suspend")
    mapping = scene.mappings()["auto_suspend", 0].id
    with pytest.raises(RefusedByRule, match="Switch its actions off first"):
        delete_mapping(scene.session, mapping_id=mapping)
    scene.switch("auto_suspend", on=False)
    delete_mapping(scene.session, mapping_id=mapping)
    assert ("auto_suspend", 0) not in scene.mappings()


# ---- raising


def test_each_action_that_is_on_leaves_one_row_once(scene: Scene) -> None:
    provision_events(scene.session, provider_id=scene.provider, profile_id=scene.profile)
    for action in (LOG, MESSAGE, LETTER):
        scene.switch("auto_unsuspend", action)
    set_extended_logging(scene.session, mapping_id=scene.mappings()["auto_unsuspend", 0].id, enabled=True, seen=False)
    scene.raise_()
    scene.raise_()
    assert scene.outbox() == [("letter", "queued", ""), ("log", "sent", ""), ("message", "queued", "")]
    notes = scene.session.scalars(select(AccountNote.text)).all()
    assert notes == ["Auto UnSuspend: event raised."]
    scene.raise_("2")
    assert len(scene.outbox()) == 6


def test_without_extended_logging_no_note_is_written(scene: Scene) -> None:
    scene.switch("auto_unsuspend")
    scene.raise_()
    assert scene.session.scalars(select(AccountNote.text)).all() == []
    mapping = scene.mappings()["auto_unsuspend", 0].id
    set_extended_logging(scene.session, mapping_id=mapping, enabled=True, seen=False)
    scene.raise_("2")
    assert len(scene.session.scalars(select(AccountNote.text)).all()) == 1


def test_what_is_off_says_so_where_that_is_asked_for(scene: Scene) -> None:
    scene.raise_()
    assert scene.outbox() == []
    scene.raise_(says_when_off=True)
    assert scene.outbox() == [("", "suppressed", "Auto UnSuspend is off for the profile Default Profile")]


def test_a_cause_before_an_action_was_on_stays_silent(scene: Scene) -> None:
    scene.switch("auto_unsuspend")
    raise_event(scene.session, event="auto_unsuspend", account_id=scene.account, cause_key="1",
                on=TODAY.replace(day=TODAY.day - 1))
    assert scene.outbox() == []


def test_other_profiles_stay_silent(scene: Scene) -> None:
    mapping = create_mapping(scene.session, provider_id=scene.provider, profile_id=scene.other,
                             event="auto_unsuspend").id
    switch_action(scene.session, mapping_id=mapping, action=LOG, enabled=True, seen=False)
    scene.raise_()
    assert scene.outbox() == []
    assert scene.session.scalars(select(EventMapping.id).where(EventMapping.profile_id == scene.other)).all()
