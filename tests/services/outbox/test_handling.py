"""What staff do to messages: which may be held, released, cancelled, printed and sent again, all or none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.audit import AuditEntry
from app.models.events.outbox import OutboxMessage
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.values import GroupAccess, GroupLevel, OutboxState
from app.services.access.principal import set_staff
from app.services.changes import changes_of
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database, recorded_now
from app.services.errors import NotAllowed, RefusedByRule
from app.services.outbox.handling import (
    SentAgain,
    cancel_messages,
    hold_messages,
    mark_printed,
    release_messages,
    resend_messages,
)
from app.services.outbox.listing import OutboxFilter, outbox_counts, outbox_message, outbox_messages
from app.services.saving import SavedMeanwhile
from tests.factories.books import scratch
from tests.services.access.test_authorize import Office
from tests.support.outbox_books import OutboxBook, outbox_book

ACTS: dict[str, Callable[..., Any]] = {
    "hold": hold_messages, "release": release_messages, "cancel": cancel_messages, "resend": resend_messages}
ALLOWED = {
    "hold": {"queued"}, "release": {"held"}, "cancel": {"queued", "held"},
    "resend": {"sent", "failed", "cancelled"},
}


@pytest.fixture
def book(database: Database, clock: FixedClock) -> OutboxBook:
    return outbox_book(database, clock)


def do(book: OutboxBook, act: Callable[..., Any], ids: list[int], **values: Any) -> Any:
    return book.database.attempt(lambda session: act(session, **{"message_ids": ids, "seen": {}, **values}))


@pytest.mark.parametrize("act", ACTS)
def test_which_states_an_act_fits(book: OutboxBook, act: str) -> None:
    states = [state.value for state in OutboxState]
    ids = {state: book.queue(state=state) for state in states}
    for state in states:
        if state in ALLOWED[act]:
            do(book, ACTS[act], [ids[state]])
        else:
            with pytest.raises(RefusedByRule, match=f"Message {ids[state]} .* Nothing was changed"):
                do(book, ACTS[act], [ids[state]])
            assert book.message(ids[state]).state == state


def test_all_or_none_and_each_that_is_in_the_way_is_named(book: OutboxBook) -> None:
    first, sent, third = book.queue(), book.queue(state="sent"), book.queue(state="failed")
    with pytest.raises(RefusedByRule) as refusal:
        do(book, hold_messages, [first, sent, third])
    assert str(refusal.value) == (f"Message {sent} was sent, so it cannot be held. Message {third} has failed, so it "
                                  "cannot be held. Nothing was changed.")
    with pytest.raises(RefusedByRule) as refusal:
        do(book, hold_messages, [first, 999, 2 ** 70])
    assert str(refusal.value) == f"There is no message 999. There is no message {2 ** 70}. Nothing was changed."
    assert book.message(first).state == "queued"


def test_who_did_it_is_written_down(book: OutboxBook) -> None:
    id_ = book.queue()
    do(book, hold_messages, [id_])
    with book.database.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "message_held")).one()
    assert (entry.account_id, entry.subject_id, entry.old_value, entry.new_value, entry.actor) == (
        book.account, id_, "queued", "held", "test")
    assert book.message(id_).state_reason == "Held by test."


def test_a_way_back_leads_back(book: OutboxBook) -> None:
    ids = [book.queue(), book.queue()]
    undo = do(book, hold_messages, ids).undo
    back = book.database.attempt(lambda session: undo.command(session, **undo.arguments))
    assert book.states() == ["queued", "queued"]
    assert undo.done == "2 messages held."
    book.database.attempt(lambda session: back.undo.command(session, **back.undo.arguments))
    assert book.states() == ["held", "held"]


def test_what_is_released_leaves_at_once(book: OutboxBook) -> None:
    id_ = book.queue(state="held", state_reason="It waited for days")
    book.later(days=5)
    do(book, release_messages, [id_])
    message = book.message(id_)
    assert (message.state, message.state_reason, message.next_attempt_at) == ("queued", "", book.clock.moment)


def test_a_message_is_sent_again_in_the_same_words(book: OutboxBook) -> None:
    id_ = book.queue(state="failed", attempts=3, remote_id="x", state_reason="no", scan_run_id=7)
    again: SentAgain = do(book, resend_messages, [id_])
    new = book.message(again.ids[id_])
    old = book.message(id_)
    assert (old.state, old.attempts) == ("failed", 3)
    assert (new.repeats_id, new.state, new.attempts, new.remote_id, new.state_reason, new.scan_run_id) == (
        id_, "queued", 0, "", "", None)
    for name in ("recipient", "subject", "text", "html", "sender", "event", "composed_at", "effective_on"):
        assert getattr(new, name) == getattr(old, name), name
    with pytest.raises(RefusedByRule, match="is being sent again already"):
        do(book, resend_messages, [id_])
    do(book, cancel_messages, [new.id])
    second: SentAgain = do(book, resend_messages, [id_])
    assert second.ids[id_] != new.id
    undo = changes_of(second).undo
    assert undo is not None
    book.database.attempt(lambda session: undo.command(session, **undo.arguments))
    assert book.states() == ["failed", "cancelled", "cancelled"]


def test_what_may_have_arrived_is_sent_again_by_whoever_says_so(book: OutboxBook) -> None:
    id_ = book.queue(state="unknown")
    with pytest.raises(RefusedByRule, match="did not arrive"):
        do(book, resend_messages, [id_])
    again: SentAgain = do(book, resend_messages, [id_], even_unknown=True)
    assert again.unknown == {id_}
    assert book.states() == ["unknown", "queued"]


@pytest.mark.parametrize("action", ["log", "notification", ""])
def test_what_never_leaves_is_not_sent_again(book: OutboxBook, action: str) -> None:
    id_ = book.queue(state="sent", action=action)
    with pytest.raises(RefusedByRule, match="leaves the office"):
        do(book, resend_messages, [id_])


def test_a_letter_is_sent_when_it_is_printed(book: OutboxBook) -> None:
    letter, mail = book.queue(action="letter"), book.queue()
    with pytest.raises(RefusedByRule, match=f"Message {mail} "):
        do(book, mark_printed, [letter, mail])
    do(book, mark_printed, [letter])
    assert (book.message(letter).state, book.message(letter).sent_at) == ("sent", book.clock.moment)
    assert book.attempts(letter) == ["sent"]


def test_what_was_shown_otherwise_is_refused(book: OutboxBook) -> None:
    id_ = book.queue(state="held")
    with pytest.raises(SavedMeanwhile):
        do(book, cancel_messages, [id_], seen={id_: OutboxState.QUEUED})
    do(book, cancel_messages, [id_], seen={id_: OutboxState.HELD})


def test_it_takes_the_power_and_the_reach(database: Database) -> None:
    with scratch(database) as session:
        office = Office(session)
        ids = {code: message_of(session, office.id(code)) for code in ("A1", "A2", "A3")}
        kim = office.user(office.harbour, "kim")
        office.tie(kim, office.group(office.harbour, "WORK", GroupAccess.ALLOW, "A1"), GroupLevel.EDIT)
        office.tie(kim, office.group(office.harbour, "LOOK", GroupAccess.ALLOW, "A2"), GroupLevel.VIEW)
        poor = office.user(office.harbour, "poor", {Power.EVENTS, Power.CUSTOMERS})
        set_staff(session, poor)
        with pytest.raises(NotAllowed, match="Send messages"):
            hold_messages(session, message_ids=[ids["A1"]], seen={})
        set_staff(session, kim)
        assert [row.account for row in outbox_messages(session, which=OutboxFilter())] == ["A1", "A2"]
        assert outbox_counts(session, which=OutboxFilter()) == {OutboxState.QUEUED: 2}
        with pytest.raises(NotAllowed, match="for looking only"):
            hold_messages(session, message_ids=[ids["A1"], ids["A2"]], seen={})
        for ask in (lambda: hold_messages(session, message_ids=[ids["A3"]], seen={}),
                    lambda: outbox_message(session, message_id=ids["A3"])):
            with pytest.raises(RefusedByRule, match=f"There is no message {ids['A3']}"):
                ask()
        hold_messages(session, message_ids=[ids["A1"]], seen={})


def message_of(session: Session, account_id: int) -> int:
    """A message that waits for a customer."""
    account = session.get_one(Account, account_id)
    message = OutboxMessage(
        provider_id=account.provider_id, account_id=account_id, event="invoice_due", action="message",
        message_key=f"m{account_id}", effective_on=recorded_now(session).date(), recorded_at=recorded_now(session),
        state="queued")
    session.add(message)
    session.flush()
    return message.id
