"""What staff do to messages: hold them, let them go, cancel them before they leave, send them again, print letters.

Several are one act: all or none, and each that is in the way is named. What was shown of each is compared with how it
stands now, because messages leave by themselves while somebody looks at a list.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.models.audit import AuditEntry, Subject
from app.models.events.outbox import OutboxAttempt, OutboxMessage
from app.models.parties.powers import Power
from app.models.values import EventAction, OutboxState
from app.services.access.audit import About, traces_about, zone_of
from app.services.access.authorize import authorize, require_accounts, seen_among
from app.services.changes import Changed, ChangeSet, Undo
from app.services.database.bulk import insert_rows, insert_rows_with_ids
from app.services.database.dialects import among, lock_rows
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.errors import RefusedByRule
from app.services.saving import Speech, Trace, wanted_changes
from app.services.wording import counted

States = Mapping[int, OutboxState]
"""States by message, as they were shown; what is missing was not shown."""

_NAMED_AT_MOST = 20
_BEYOND_ANY_ID = 2 ** 63
_S = OutboxState
_IS = {
    _S.QUEUED: "waits to be sent", _S.HELD: "is held", _S.SENDING: "is on its way at this moment",
    _S.SENT: "was sent", _S.FAILED: "has failed", _S.UNKNOWN: "was sent, and may have arrived or not",
    _S.CANCELLED: "was cancelled", _S.SUPPRESSED: "was never to be sent",
}
_AGAIN = frozenset({_S.SENT, _S.FAILED, _S.UNKNOWN, _S.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class SentAgain:
    """Messages that send others once more."""

    ids: Mapping[int, int]
    """The new message by the one that it repeats."""
    unknown: frozenset[int]
    """Those repeated that may have arrived already."""
    changes: ChangeSet


def hold_messages(session: Session, *, message_ids: Collection[int], seen: States) -> ChangeSet:
    """Keep messages that wait from leaving, until they are released or cancelled."""
    messages = _locked(session, message_ids)
    _refuse(messages, "Message {id} {is_}, so it cannot be held.", lambda m: m.state == _S.QUEUED)
    _compare(session, messages, seen, _S.HELD)
    _put(session, messages, state=_S.HELD, state_reason=f"Held by {actor_of(session)}.")
    return _changed(session, messages, "held", release_messages, _S.HELD)


def release_messages(session: Session, *, message_ids: Collection[int], seen: States) -> ChangeSet:
    """Let messages leave that were held, as soon as messages leave."""
    messages = _locked(session, message_ids)
    _refuse(messages, "Message {id} {is_}, so it cannot be released.", lambda m: m.state == _S.HELD)
    _refuse_overtaken(session, messages)
    _compare(session, messages, seen, _S.QUEUED)
    _put(session, messages, state=_S.QUEUED, state_reason="", next_attempt_at=recorded_now(session))
    return _changed(session, messages, "released", hold_messages, _S.QUEUED)


def cancel_messages(session: Session, *, message_ids: Collection[int], seen: States) -> ChangeSet:
    """Undo the sending of messages that have not left yet; they can be sent again as messages of their own."""
    messages = _locked(session, message_ids)
    _refuse(messages, "Message {id} {is_}, so it cannot be cancelled.", lambda m: m.state in {_S.QUEUED, _S.HELD})
    _compare(session, messages, seen, _S.CANCELLED)
    _put(session, messages, state=_S.CANCELLED, state_reason=f"Cancelled by {actor_of(session)}.")
    return _changed(session, messages, "cancelled", None, _S.CANCELLED)


def mark_printed(session: Session, *, message_ids: Collection[int], seen: States) -> ChangeSet:
    """Say that letters were printed, which is how they are sent."""
    messages = _locked(session, message_ids)
    _refuse(messages, "Message {id} {is_}; it is no letter that waits to be printed.",
            lambda m: m.state == _S.QUEUED and m.action == EventAction.LETTER)
    _compare(session, messages, seen, _S.SENT)
    now = recorded_now(session)
    _put(session, messages, state=_S.SENT, state_reason="", sent_at=now, attempts=OutboxMessage.attempts + 1)
    insert_rows(session, OutboxAttempt, [
        {"message_id": m.id, "recorded_at": now, "outcome": _S.SENT.value, "detail": "Printed."} for m in messages])
    return _changed(session, messages, "printed", None, _S.SENT)


def resend_messages(
    session: Session, *, message_ids: Collection[int], seen: States, even_unknown: bool = False
) -> SentAgain:
    """Send messages once more, in the same words: each as a new message that says which one it repeats.

    `even_unknown` has those sent again that may have arrived; without it they are refused.
    """
    messages = _locked(session, message_ids)
    _refuse(messages, "Message {id} is no message that leaves the office.", _leaves)
    _refuse(messages, "Message {id} {is_}, so it cannot be sent again.", lambda m: m.state in _AGAIN)
    if not even_unknown:
        _refuse(messages, "Message {id} {is_}. Send it again only where you know that it did not arrive.",
                lambda m: m.state != _S.UNKNOWN)
    _refuse_overtaken(session, messages)
    under_way = _repeats_under_way(session, [m.id for m in messages])
    _refuse(messages, "Message {id} is being sent again already; look at what became of that first.",
            lambda m: m.id not in under_way)
    _compare(session, messages, seen, _S.QUEUED)
    tries = _repeats_of(session, [m.id for m in messages])
    now = recorded_now(session)
    ids = insert_rows_with_ids(session, OutboxMessage, [_again(m, tries.get(m.id, 0) + 1, now) for m in messages])
    repeated = dict(zip([m.id for m in messages], ids, strict=True))
    _audit(session, messages, "message_sent_again", {
        m.id: f"Message {m.id} is sent again as {repeated[m.id]}." for m in messages}, None)
    done = counted(len(ids), "message")
    changes = ChangeSet.of(Changed.OUTBOX, accounts={m.account_id for m in messages}).with_undo(Undo(
        of=f"{done} sent again", done=f"{done} sent again.", command=cancel_messages,
        arguments={"message_ids": tuple(ids), "seen": dict.fromkeys(ids, _S.QUEUED)}))
    return SentAgain(ids=repeated, changes=changes,
                     unknown=frozenset(m.id for m in messages if m.state == _S.UNKNOWN))


# --------------------------------------------------------------------------- inside


def _leaves(message: OutboxMessage) -> bool:
    return bool(message.action) and EventAction(message.action).leaves


def _locked(session: Session, message_ids: Collection[int]) -> list[OutboxMessage]:
    """The messages, locked, in order of their ids, all within reach."""
    authorize(session, Power.EVENTS_SEND)
    ids = sorted(set(message_ids))
    possible = [id_ for id_ in ids if id_ < _BEYOND_ANY_ID]
    lock_rows(session, "outbox_message", "id", possible)
    messages = session.scalars(select(OutboxMessage).where(among(session, OutboxMessage.id, possible))
                               .order_by(OutboxMessage.id).execution_options(populate_existing=True)).all()
    reach = seen_among(session, {m.account_id for m in messages})
    found = [m for m in messages if m.account_id in reach]
    missing = [str(id_) for id_ in ids if id_ not in {m.id for m in found}]
    if missing:
        raise RefusedByRule(_together([f"There is no message {id_}." for id_ in missing]))
    require_accounts(session, {m.account_id for m in found}, Power.EVENTS_SEND, edit=True)
    return found


def _compare(session: Session, messages: Sequence[OutboxMessage], seen: States, wanted: OutboxState) -> None:
    """Raise SavedMeanwhile where a message stands otherwise than it was shown."""
    shown = [m for m in messages if m.id in seen]
    wanted_changes(
        seen={str(m.id): seen[m.id].value for m in shown}, now={str(m.id): m.state for m in shown},
        wanted={str(m.id): wanted.value for m in shown}, is_explicit=True, speech=lambda: _speech(session, shown))


def _refuse(messages: Sequence[OutboxMessage], words: str, fits: Callable[[OutboxMessage], bool]) -> None:
    """Name every message that an act does not fit; `words` are a sentence with its id and what it is."""
    wrong = [m for m in messages if not fits(m)]
    if wrong:
        raise RefusedByRule(_together([words.format(id=m.id, is_=_IS[_S(m.state)]) for m in wrong]))


def _refuse_overtaken(session: Session, messages: Sequence[OutboxMessage]) -> None:
    """Refuse orders for a service of which the opposite was ordered since: the last word on a service holds."""
    orders = [m for m in messages if m.action == EventAction.PROVISIONING]
    if not orders:
        return
    o = OutboxMessage
    rows = session.execute(select(o.id, o.service_id, o.event).where(
        o.action == EventAction.PROVISIONING.value,
        among(session, o.account_id, sorted({m.account_id for m in orders})),
        o.id > min(m.id for m in orders),
        o.state.in_([_S.QUEUED.value, _S.SENDING.value, _S.SENT.value, _S.UNKNOWN.value]))).all()
    later = {m.id: max((row.id for row in rows if row.id > m.id and row.service_id == m.service_id
                        and row.event != m.event), default=None) for m in orders}
    wrong = [f"The opposite of message {id_} was ordered for its service since, by message {by}."
             for id_, by in later.items() if by is not None]
    if wrong:
        raise RefusedByRule(_together(wrong))


def _together(sentences: Sequence[str]) -> str:
    named = " ".join(sentences[:_NAMED_AT_MOST])
    more = len(sentences) - _NAMED_AT_MOST
    return f"{named} And {more:,} more. Nothing was changed." if more > 0 else f"{named} Nothing was changed."


def _put(session: Session, messages: Sequence[OutboxMessage], *, state: OutboxState, **values: Any) -> None:
    session.execute(
        update(OutboxMessage).where(among(session, OutboxMessage.id, [m.id for m in messages]))
        .values(state=state.value, **values).execution_options(synchronize_session=False))


def _changed(
    session: Session, messages: Sequence[OutboxMessage], done: str, back: Any, state: OutboxState
) -> ChangeSet:
    _audit(session, messages, f"message_{done}", {m.id: f"Message {m.id} {done}." for m in messages}, state)
    count = counted(len(messages), "message")
    ids = tuple(m.id for m in messages)
    undo = None if back is None else Undo(
        of=f"{count} {done}", done=f"{count} {done}.", command=back,
        arguments={"message_ids": ids, "seen": dict.fromkeys(ids, state)})
    return ChangeSet.of(Changed.OUTBOX, accounts={m.account_id for m in messages}).with_undo(undo)


def _audit(
    session: Session, messages: Sequence[OutboxMessage], action: str, words: Mapping[int, str],
    state: OutboxState | None,
) -> None:
    now, actor = recorded_now(session), actor_of(session)
    insert_rows(session, AuditEntry, [
        {"provider_id": m.provider_id, "account_id": m.account_id, "subject_kind": Subject.MESSAGE.value,
         "subject_id": m.id, "action": action, "detail": words[m.id], "field": "state", "old_value": m.state,
         "new_value": m.state if state is None else state.value, "actor": actor, "recorded_at": now}
        for m in messages])


def _repeats_of(session: Session, ids: Collection[int]) -> dict[int, int]:
    """How often each message was sent again already."""
    m = OutboxMessage
    rows = session.execute(
        select(m.repeats_id, func.count()).where(among(session, m.repeats_id, list(ids)),
                                                 m.message_key.startswith("again/")).group_by(m.repeats_id))
    return {id_: count for id_, count in rows if id_ is not None}


def _repeats_under_way(session: Session, ids: Collection[int]) -> frozenset[int]:
    """Messages of which a repeat has not come to its end, so that two people do not both send them again."""
    m = OutboxMessage
    waiting = sorted(state.value for state in (_S.QUEUED, _S.HELD, _S.SENDING))
    return frozenset(id_ for id_ in session.scalars(select(m.repeats_id).where(
        among(session, m.repeats_id, list(ids)), m.message_key.startswith("again/"), m.state.in_(waiting)))
        if id_ is not None)


def _again(message: OutboxMessage, number: int, now: Any) -> dict[str, Any]:
    kept = ("provider_id", "account_id", "event", "action", "period_days", "mapping_id", "template_id", "hold_id",
            "service_id", "invoice_id", "effective_on", "composed_at", "sender", "recipient", "cc", "bcc", "subject",
            "html", "text", "attachment", "segments")
    return {**{name: getattr(message, name) for name in kept}, "message_key": f"again/{message.id}/{number}",
            "recorded_at": now, "scan_run_id": None, "repeats_id": message.id, "state": _S.QUEUED.value,
            "state_reason": "", "attempts": 0, "next_attempt_at": None, "claimed_by": "", "claimed_at": None,
            "sent_at": None, "remote_id": ""}


def _speech(session: Session, messages: Sequence[OutboxMessage]) -> Speech:
    def traces(fields: Collection[str]) -> dict[str, Trace]:
        found = {field: traces_about(session, About(kind=Subject.MESSAGE, id=int(field)), ["state"])
                 for field in fields}
        return {field: trace["state"] for field, trace in found.items() if "state" in trace}

    return Speech(zone=zone_of(session, messages[0].provider_id), label=lambda field: f"message {field}",
                  text=lambda _field, value: value or "", traces=traces)
