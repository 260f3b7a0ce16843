"""Who sends through a gateway, and which message is on its way.

A gateway is served by one program at a time: that keeps messages in their order and lets one connection carry many.
Each message is marked as `sending` in a transaction of its own before anything leaves, and what became of it is written
with the mark on the next. So a program that dies leaves one message of each gateway in doubt, which becomes `unknown`
and is never sent again by itself; all the others wait as before.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psutil
from sqlalchemy import ColumnElement, String, and_, case, cast, exists, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session

from app.models.base import Instant
from app.models.events.outbox import OutboxAttempt, OutboxMessage
from app.models.gateways.gateway import Gateway, GatewayState
from app.models.parties.account import Account
from app.models.parties.provider import Provider
from app.models.parties.service import Service
from app.models.rules.delivery_times import GIVEN_UP_AFTER, LONGEST_WAIT, STALE_AFTER, next_try, wait_after
from app.models.values import EventAction, GatewayKind, OutboxState
from app.services.database.dialects import insert_for, lock_selected
from app.services.database.unit_of_work import recorded_now
from app.services.errors import LeaseHeld
from app.services.gateways.outcome import Outcome, Verdict
from app.services.scans.lease import host_key, process_lives, started_at

SIGN_OF_LIFE_S = 20.0
_SILENT_AFTER = timedelta(seconds=90)
_LONGEST_REASON = 400

ACTION_OF = {GatewayKind.SMTP: EventAction.MESSAGE, GatewayKind.SMS: EventAction.SMS,
             GatewayKind.PROVISIONING: EventAction.PROVISIONING}
"""What leaves through each kind of gateway."""

IN_DOUBT = "The program that sent it ended in the middle, so it may have arrived or not."


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One gateway while this program serves it."""

    provider_id: int
    kind: GatewayKind
    token: str
    """Of this run of this program; it stands in every row that is marked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A message that may leave now, with all that leaves."""

    id: int
    event: str
    message_key: str
    recorded_at: datetime
    attempts: int
    account: str
    """The code of its account."""
    service_id: int | None
    service: str
    """Its identifier; empty where the message speaks of none."""
    invoice_id: int | None
    attachment: str
    sender: str
    recipient: str
    cc: str
    bcc: str
    subject: str
    html: str
    text: str

    @property
    def queue(self) -> str:
        """Messages of one queue leave in their order: those to one recipient, and those to one service."""
        return self.recipient or f"service {self.service_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A message that was offered, and what became of it."""

    message: Waiting
    outcome: Outcome


def new_token() -> str:
    """A mark of this program, from which another can tell whether it is still there."""
    process = psutil.Process()
    return f"{host_key()}|{process.pid}|{started_at(process)}|{secrets.token_hex(6)}"


# --------------------------------------------------------------------------- a round


def lanes_due(session: Session, *, provider_id: int | None = None) -> list[tuple[int, GatewayKind]]:
    """Gateways for which something waits and which may be tried now; provisioning first, then by provider."""
    now = recorded_now(session)
    m = OutboxMessage
    action = case(*[(Gateway.kind == kind.value, action.value) for kind, action in ACTION_OF.items()])
    waiting = exists().where(m.provider_id == Gateway.provider_id, m.state == OutboxState.QUEUED.value,
                             m.action == action, _is_time(m.next_attempt_at, now))
    rows = session.execute(
        select(Gateway.provider_id, Gateway.kind).outerjoin(GatewayState, _state_of_gateway())
        .where(waiting, _is_time(GatewayState.retry_at, now),
               Gateway.provider_id == provider_id if provider_id is not None else literal(value=True))
        .order_by(Gateway.kind != GatewayKind.PROVISIONING.value, Gateway.provider_id, Gateway.kind))
    return [(id_, GatewayKind(kind)) for id_, kind in rows]


def settle_abandoned(session: Session) -> int:
    """Set what a dead program was sending to `unknown`; returns how many there were."""
    lock_selected(session, GatewayState, GatewayState.claimed_by != "", key="provider_id")
    for claim in _dead_claims(session):
        session.execute(_update_state(claim.provider_id, claim.kind, claim.claimed_by)
                        .values(claimed_by="", beat_at=None))
    return _end(session, OutboxMessage.id.in_(_unclaimed()), OutboxState.UNKNOWN, IN_DOUBT)


def is_any_abandoned(session: Session) -> bool:
    """Whether a dead program left something behind; a look that writes nothing."""
    return bool(_dead_claims(session)) or session.scalar(_unclaimed().limit(1)) is not None


def _dead_claims(session: Session) -> list[Any]:
    now = recorded_now(session)
    rows = session.execute(select(GatewayState.provider_id, GatewayState.kind, GatewayState.claimed_by,
                                  GatewayState.beat_at).where(GatewayState.claimed_by != ""))
    return [row for row in rows if not _is_alive(row.claimed_by, row.beat_at, now)]


def _unclaimed() -> Any:
    """Messages under way of whom nobody says that he sends them."""
    m = OutboxMessage
    is_claimed = exists().where(GatewayState.provider_id == m.provider_id, GatewayState.claimed_by == m.claimed_by)
    return select(m.id).join(Provider, Provider.account_id == m.provider_id).where(
        m.state == OutboxState.SENDING.value, ~is_claimed)


def acquire(session: Session, *, provider_id: int, kind: GatewayKind, token: str) -> Lane | None:
    """Serve a gateway from now on; None where another program does."""
    now = recorded_now(session)
    session.execute(insert_for(session, GatewayState).values(
        provider_id=provider_id, kind=kind.value, failures=0, failure="", claimed_by="").on_conflict_do_nothing())
    ours = and_(GatewayState.provider_id == provider_id, GatewayState.kind == kind.value)
    lock_selected(session, GatewayState, ours, key="provider_id")
    held, beat_at, retry_at = session.execute(
        select(GatewayState.claimed_by, GatewayState.beat_at, GatewayState.retry_at).where(ours)).one()
    is_resting = retry_at is not None and now < retry_at <= now + LONGEST_WAIT
    if (held and _is_alive(held, beat_at, now)) or is_resting:
        return None
    session.execute(update(GatewayState).where(ours).values(claimed_by=token, beat_at=now)
                    .execution_options(synchronize_session=False))
    return Lane(provider_id=provider_id, kind=kind, token=token)


def beat(session: Session, *, lane: Lane) -> None:
    """Say that the lane is still served. Raises LeaseHeld where another program took it over."""
    done = session.execute(_update_state(lane.provider_id, lane.kind.value, lane.token)
                           .values(beat_at=recorded_now(session)).returning(GatewayState.provider_id)).all()
    if not done:
        raise LeaseHeld("Another program sends through this gateway by now, because this one gave no sign of life.")


def release(session: Session, *, lane: Lane, finished: Sequence[Finished]) -> None:
    """Serve the gateway no longer; what is still marked was stopped in the middle and is in doubt."""
    # First, because others lock the gateway before its messages as well.
    session.execute(_update_state(lane.provider_id, lane.kind.value, lane.token).values(beat_at=recorded_now(session)))
    for each in finished:
        _record(session, lane, each)
    m = OutboxMessage
    _end(session, and_(m.provider_id == lane.provider_id, m.state == OutboxState.SENDING.value,
                       m.claimed_by == lane.token), OutboxState.UNKNOWN, IN_DOUBT)
    session.execute(_update_state(lane.provider_id, lane.kind.value, lane.token).values(claimed_by="", beat_at=None))


def _is_alive(token: str, beat_at: datetime | None, now: datetime) -> bool:
    """Whether whoever left a mark may still be at work."""
    if beat_at is None or now - beat_at > _SILENT_AFTER:
        return False
    host, pid, started, _ = token.rsplit("|", 3)
    return host != host_key() or process_lives(int(pid), started)


# --------------------------------------------------------------------------- messages


def hold_stale(session: Session, *, lane: Lane, caused_until: datetime) -> int:
    """Hold what could leave for days and never was offered: messages of causes until that instant."""
    m = OutboxMessage
    return _end(session, and_(*_of_lane(lane), m.attempts == 0, m.next_attempt_at.is_(None),
                              m.recorded_at <= caused_until),
                OutboxState.HELD, "It waited for days for a way out. Release it to send it all the same.")


def instants_waiting(session: Session, *, lane: Lane) -> list[datetime]:
    """The instants of causes more than some days ago whose messages were never offered."""
    m = OutboxMessage
    return list(session.scalars(
        select(m.recorded_at).where(*_of_lane(lane), m.attempts == 0, m.next_attempt_at.is_(None),
                                    m.recorded_at <= recorded_now(session) - STALE_AFTER).distinct()))


def waiting_messages(
    session: Session, *, lane: Lane, after: int, caused_by: datetime, limit: int
) -> list[Waiting]:
    """Messages that may leave now, behind an id, in their order; of causes until `caused_by` where nothing else says.

    Behind one that is offered again later, others of the same queue wait (`waiting_again`).
    """
    m = OutboxMessage
    now = recorded_now(session)
    is_over = or_(m.recorded_at <= caused_by, m.recorded_at > now + LONGEST_WAIT)  # or the clock was put back
    is_due = case((m.next_attempt_at.is_(None), is_over), else_=_is_time(m.next_attempt_at, now))
    has_words = m.composed_at.is_not(None) if lane.kind is not GatewayKind.PROVISIONING else literal(value=True)
    rows = session.execute(
        select(m.id, m.event, m.message_key, m.recorded_at, m.attempts, m.service_id, m.invoice_id, m.attachment,
               m.sender, m.recipient, m.cc, m.bcc, m.subject, m.html, m.text, Account.code.label("account"),
               func.coalesce(Service.identifier, "").label("service"))
        .join(Account, Account.id == m.account_id).outerjoin(Service, Service.id == m.service_id)
        .where(*_of_lane(lane), m.id > after, is_due, has_words).order_by(m.id).limit(limit)).mappings()
    return [Waiting(**row) for row in rows]


def waiting_again(session: Session, *, lane: Lane) -> dict[str, int]:
    """Queues (`Waiting.queue`) of which a message is offered again later, with the first such message."""
    m = OutboxMessage
    of_service = literal("service ").concat(cast(m.service_id, String))
    queue = of_service if lane.kind is GatewayKind.PROVISIONING else m.recipient
    rows = session.execute(
        select(queue, func.min(m.id)).where(*_of_lane(lane), m.attempts > 0,
                                            ~_is_time(m.next_attempt_at, recorded_now(session))).group_by(queue))
    return {name: id_ for name, id_ in rows if name}


def step(
    session: Session, *, lane: Lane, finished: Sequence[Finished], starting: Sequence[int]
) -> frozenset[int]:
    """Write what became of some messages and mark the next as on their way; returns those that may leave.

    What was held, cancelled or put off meanwhile does not. Raises LeaseHeld where another program took over.
    """
    beat(session, lane=lane)
    for each in finished:
        _record(session, lane, each)
    if not starting:
        return frozenset()
    m = OutboxMessage
    now = recorded_now(session)
    marked = session.scalars(
        update(m).where(m.id.in_(list(starting)), m.state == OutboxState.QUEUED.value,
                        _is_time(m.next_attempt_at, now))
        .values(state=OutboxState.SENDING.value, claimed_by=lane.token, claimed_at=now).returning(m.id)
        .execution_options(synchronize_session=False))
    return frozenset(marked)


def hold_message(session: Session, *, message_id: int, reason: str) -> None:
    """Hold a message that cannot leave as it is."""
    _end(session, and_(OutboxMessage.id == message_id, OutboxMessage.state == OutboxState.QUEUED.value),
         OutboxState.HELD, reason)


def gateway_failed(session: Session, *, lane: Lane, outcome: Outcome) -> None:
    """Write down that nothing gets through now, and when it is tried again; give up what waited a day for it."""
    now = recorded_now(session)
    ours = and_(GatewayState.provider_id == lane.provider_id, GatewayState.kind == lane.kind.value)
    failures, since = session.execute(
        select(GatewayState.failures, GatewayState.failing_since).where(ours)).one()
    failing_since = since or now
    session.execute(update(GatewayState).where(ours).values(
        failures=failures + 1, failing_since=failing_since, failure=outcome.detail[:_LONGEST_REASON],
        retry_at=now + wait_after(failures + 1, asked_s=outcome.retry_after_s))
        .execution_options(synchronize_session=False))
    if now - failing_since >= GIVEN_UP_AFTER:
        m = OutboxMessage
        due_at = func.coalesce(m.next_attempt_at, m.recorded_at)
        _end(session, and_(*_of_lane(lane), due_at <= now - GIVEN_UP_AFTER), OutboxState.FAILED,
             f"Nothing got through for a day: {outcome.detail}")


def say_why_waiting(session: Session, *, lane: Lane, words: str) -> None:
    """Write down why this program sends nothing through a gateway, which others may go on using."""
    session.execute(_update_state(lane.provider_id, lane.kind.value, lane.token)
                    .where(GatewayState.failures == 0).values(failure=words[:_LONGEST_REASON]))


def _record(session: Session, lane: Lane, each: Finished) -> None:
    """Write what became of one message; also where it was given up for unknown meanwhile, because now it is known."""
    now = recorded_now(session)
    outcome, m = each.outcome, OutboxMessage
    state, next_at = _state_after(session, each, now)
    mine = and_(m.id == each.message.id, m.claimed_by == lane.token,
                m.state.in_([OutboxState.SENDING.value, OutboxState.UNKNOWN.value]))
    values: dict[str, Any] = {
        "state": state.value, "state_reason": outcome.detail[:_LONGEST_REASON], "attempts": m.attempts + 1,
        "remote_id": outcome.remote_id}
    if not outcome.of_gateway:  # else the gateway says when, and the message keeps its place among those that wait
        values["next_attempt_at"] = next_at
    if state is OutboxState.SENT:
        values["sent_at"] = now
    if state is not OutboxState.UNKNOWN:
        values |= {"claimed_by": "", "claimed_at": None}
    written = session.execute(update(m).where(mine).values(values).returning(m.id)
                              .execution_options(synchronize_session=False)).all()
    if written:
        session.execute(insert(OutboxAttempt).values(
            message_id=each.message.id, recorded_at=now, detail=outcome.detail[:_LONGEST_REASON],
            outcome="retry" if state is OutboxState.QUEUED else state.value))
    if outcome.of_gateway:
        gateway_failed(session, lane=lane, outcome=outcome)
    else:
        session.execute(
            update(GatewayState).where(GatewayState.provider_id == lane.provider_id,
                                       GatewayState.kind == lane.kind.value,
                                       or_(GatewayState.failures > 0, GatewayState.failure != ""))
            .values(failures=0, failing_since=None, retry_at=None, failure="")
            .execution_options(synchronize_session=False))


def _state_after(session: Session, each: Finished, now: datetime) -> tuple[OutboxState, datetime | None]:
    """Where a message stands after a try, and when it is offered again."""
    match each.outcome.verdict:
        case Verdict.SENT:
            return OutboxState.SENT, None
        case Verdict.REFUSED:
            return OutboxState.FAILED, None
        case Verdict.UNKNOWN:
            return OutboxState.UNKNOWN, None
    first_at = session.scalar(
        select(func.min(OutboxAttempt.recorded_at)).where(OutboxAttempt.message_id == each.message.id)) or now
    if each.outcome.of_gateway:
        given_up = now - first_at >= GIVEN_UP_AFTER
        return (OutboxState.FAILED if given_up else OutboxState.QUEUED), None
    again_at = next_try(tries=each.message.attempts + 1, first_at=first_at, now=now,
                        asked_s=each.outcome.retry_after_s)
    return (OutboxState.FAILED, None) if again_at is None else (OutboxState.QUEUED, again_at)


def _end(session: Session, which: ColumnElement[bool], state: OutboxState, reason: str) -> int:
    """Bring messages into a state that waits for a person, with a line in their history; returns how many."""
    m = OutboxMessage
    words = reason[:_LONGEST_REASON]
    found = select(m.id, literal(recorded_now(session), Instant()), literal(state.value), literal(words)).where(which)
    session.execute(insert(OutboxAttempt).from_select(["message_id", "recorded_at", "outcome", "detail"], found))
    tried = 1 if state is OutboxState.UNKNOWN else 0
    done = session.execute(
        update(m).where(which).values(state=state.value, state_reason=words, attempts=m.attempts + tried)
        .returning(m.id).execution_options(synchronize_session=False)).all()
    return len(done)


def _is_time(at: Any, now: datetime) -> ColumnElement[bool]:
    """Whether the time to try again has come. Nobody is made to wait for longer than `LONGEST_WAIT`: then the clock
    was put back, and what waits would wait as long as it was ahead.
    """
    return or_(at.is_(None), at <= now, at > now + LONGEST_WAIT)


def _of_lane(lane: Lane) -> tuple[ColumnElement[bool], ...]:
    m = OutboxMessage
    return (m.provider_id == lane.provider_id, m.state == OutboxState.QUEUED.value,
            m.action == ACTION_OF[lane.kind].value)


def _state_of_gateway() -> ColumnElement[bool]:
    return and_(GatewayState.provider_id == Gateway.provider_id, GatewayState.kind == Gateway.kind)


def _update_state(provider_id: int, kind: str, token: str) -> Any:
    """An update of the state of a gateway, as long as this token serves it."""
    return update(GatewayState).where(
        GatewayState.provider_id == provider_id, GatewayState.kind == kind, GatewayState.claimed_by == token
    ).execution_options(synchronize_session=False)


