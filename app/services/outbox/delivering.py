"""Delivering what waits: one pass over everything that is due, on the loop of the window or on a plain one.

Coroutines speak with the servers outside; every question to the database is asked in a thread. Gateways are served side
by side, the mails of one after another. Whoever stops a pass leaves what was not begun as it was; what was on its way
is in doubt, as after a crash (ARCHITECTURE.md, "Delivery").
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.parties.provider import Provider
from app.models.rules.delivery_times import STALE_AFTER
from app.models.rules.quiet_hours import SendingHours, earliest_send, leaves_at
from app.models.values import GatewayKind
from app.services.changes import Changed, ChangeSet
from app.services.database.asking import asking
from app.services.database.unit_of_work import Database, recorded_now
from app.services.errors import BursarError, InputRejected, NotFound, RefusedField
from app.services.events.html import LOGO
from app.services.gateways.opening import SecretMissing, make_ready
from app.services.gateways.outcome import Outcome, Verdict, later, refused, unknown
from app.services.gateways.provisioning import Order, ProvisioningGateway
from app.services.gateways.settings import OpenGateway, open_gateways
from app.services.gateways.sms import ShortMessage, SmsGateway
from app.services.jobs import JobContext
from app.services.outbox.attachments import draw_attachment, is_too_large, logo_of, too_large_words
from app.services.outbox.claiming import (
    SIGN_OF_LIFE_S,
    Finished,
    Lane,
    Waiting,
    acquire,
    beat,
    gateway_failed,
    hold_message,
    hold_stale,
    instants_waiting,
    is_any_abandoned,
    lanes_due,
    new_token,
    release,
    say_why_waiting,
    settle_abandoned,
    step,
    waiting_again,
    waiting_messages,
)
from app.services.outbox.composing import compose_waiting
from app.services.outbox.leaving import Leaving, leaving
from app.services.providers.automation import automation_of

if TYPE_CHECKING:
    from app.services.gateways.opening import Ready

T = TypeVar("T")

_log = logging.getLogger(__name__)

_BATCH = 100
_ORDERS_AT_ONCE = 8
"""Services that one system restricts or restores at the same time; it may take minutes for each."""


@dataclass(slots=True, kw_only=True)
class DeliveryReport:
    """What one pass did."""

    sent: int = 0
    failed: int = 0
    unknown: int = 0
    later: int = 0
    """Not taken, and offered again."""
    elsewhere: list[str] = field(default_factory=list)
    """Codes of providers of whom another program sends something."""

    @property
    def changes(self) -> ChangeSet:
        return ChangeSet.of(Changed.OUTBOX) if self.sent or self.failed or self.unknown or self.later else \
            ChangeSet.empty()


async def deliver_due(
    database: Database, *, provider_id: int | None = None, is_stopped: Callable[[], bool] = lambda: False
) -> DeliveryReport:
    """Send everything that is due, of one provider or of all; returns what became of it.

    What was raised and has no words yet gets them first. Services are restricted and restored before anybody is told.
    `is_stopped` is asked between messages. Raises what the database raises; what goes wrong outside is in the outbox.
    """
    report = DeliveryReport()
    await asyncio.to_thread(compose_waiting, database, provider_id=provider_id)
    # What only looks writes nothing: others would read anew what did not change.
    if await _asked(database, is_any_abandoned):
        report.unknown += await _written(database, settle_abandoned)
    due = await _asked(database, partial(lanes_due, provider_id=provider_id))
    faults: list[BaseException] = []
    for first in (True, False):
        passes = [_Pass(database, report, owner, kind, is_stopped) for owner, kind in due
                  if (kind is GatewayKind.PROVISIONING) is first]
        results = await asyncio.gather(*[one.run() for one in passes], return_exceptions=True)
        faults += [result for result in results if isinstance(result, BaseException)]
    for fault in faults:  # not before: what went wrong at one gateway keeps no other waiting
        raise fault
    return report


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """A gateway that this pass serves, and when its messages may leave."""

    lane: Lane
    gateway: OpenGateway
    caused_by: datetime
    """Messages of later causes can still be undone."""
    again: dict[str, int]


class _Pass:
    """One pass over what waits for one gateway."""

    def __init__(
        self, database: Database, report: DeliveryReport, provider_id: int, kind: GatewayKind,
        is_stopped: Callable[[], bool],
    ) -> None:
        self._database = database
        self._report = report
        self._provider_id = provider_id
        self._kind = kind
        self._is_stopped = is_stopped
        self._finished: list[Finished] = []
        self._is_down = False

    async def run(self) -> None:
        """Serve the gateway until nothing is due, nothing gets through, or somebody stops it."""
        opened = await _written(self._database, self._open)
        if opened is None:
            return
        try:
            async with self._alive(opened.lane):
                await self._serve(opened)
        finally:
            done, self._finished = self._finished, []
            await asyncio.shield(_written(self._database, partial(release, lane=opened.lane, finished=done)))

    def _open(self, session: Session) -> _Opened | None:
        hours, zone, undo = _hours(session, self._provider_id)
        now = recorded_now(session)
        gateway = open_gateways(session, [self._provider_id]).get((self._provider_id, self._kind))
        is_told = self._kind is not GatewayKind.PROVISIONING
        if gateway is None or (is_told and earliest_send(now, hours, zone) > now):
            return None
        lane = acquire(session, provider_id=self._provider_id, kind=self._kind, token=new_token())
        if lane is None:
            self._report.elsewhere.append(gateway.provider_code)
            return None
        stale = [at for at in instants_waiting(session, lane=lane)
                 if leaves_at(at, hours, zone, undo_delay_seconds=undo) <= now - STALE_AFTER]
        if stale:
            hold_stale(session, lane=lane, caused_until=max(stale))
        return _Opened(lane=lane, gateway=gateway, caused_by=now - timedelta(seconds=undo if is_told else 0),
                       again=waiting_again(session, lane=lane))

    @contextlib.asynccontextmanager
    async def _alive(self, lane: Lane) -> AsyncIterator[None]:
        """Give signs of life while a server takes its time."""
        async def go_on() -> None:
            with contextlib.suppress(BursarError):  # the next message meets the same, and says so
                while True:
                    await asyncio.sleep(SIGN_OF_LIFE_S)
                    await _written(self._database, partial(beat, lane=lane))

        task = asyncio.create_task(go_on(), name="signs of life of a gateway")
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _serve(self, opened: _Opened) -> None:
        gateway = opened.gateway
        try:
            ready = await make_ready(gateway.provider_code, gateway.kind, gateway.settings)
        except SecretMissing as error:  # another program may have the password, so the gateway does not rest
            await _written(self._database, partial(say_why_waiting, lane=opened.lane, words=str(error)))
            return
        except (InputRejected, RefusedField) as error:
            await _written(self._database, partial(gateway_failed, lane=opened.lane,
                                                   outcome=later(str(error), of_gateway=True)))
            return
        try:
            await self._offer_all(opened, ready)
        finally:
            await ready.close()

    async def _offer_all(self, opened: _Opened, ready: Ready) -> None:
        last = 0
        while not self._is_down and not self._is_stopped():
            batch = await _written(self._database, partial(
                waiting_messages, lane=opened.lane, after=last, caused_by=opened.caused_by, limit=_BATCH))
            if not batch:
                break
            last = batch[-1].id
            for group in _groups(batch, 1 if self._kind is not GatewayKind.PROVISIONING else _ORDERS_AT_ONCE):
                if self._is_down or self._is_stopped():
                    break
                await self._offer(opened, ready, [each for each in group if _is_next(each, opened.again)])
        done, self._finished = self._finished, []
        await _written(self._database, partial(step, lane=opened.lane, finished=done, starting=[]))

    async def _offer(self, opened: _Opened, ready: Ready, group: Sequence[Waiting]) -> None:
        """Offer some messages at once, and write what became of those before."""
        prepared = [(each, await asyncio.to_thread(self._made_ready, each, opened.gateway)) for each in group]
        starting = [each.id for each, content in prepared if content is not None]
        started = await _written(self._database, partial(
            step, lane=opened.lane, finished=self._finished, starting=starting))
        self._finished = []
        going = [(each, content) for each, content in prepared if each.id in started and content is not None]
        outcomes = await asyncio.gather(*[_offered(ready, content) for _, content in going])
        self._finished = [Finished(message=each, outcome=outcome)
                          for (each, _), outcome in zip(going, outcomes, strict=True)]
        for each in self._finished:
            self._count(opened, each)

    def _made_ready(self, message: Waiting, gateway: OpenGateway) -> Leaving | Outcome | None:
        """The same as `_prepared`; a fault of ours fails this message and never keeps those behind it."""
        try:
            return self._prepared(message, gateway)
        except BursarError:
            raise  # of the database, which all the others need as well
        except Exception as error:  # noqa: BLE001  # logged and shown: one message must not stop the others
            _log.exception("Message %s could not be made ready", message.id)
            return refused(f"A fault of the program kept it from leaving ({type(error).__name__}); the log tells more.")

    def _prepared(self, message: Waiting, gateway: OpenGateway) -> Leaving | Outcome | None:
        """What leaves for a message, or why it never can; None where it is held instead. In a thread."""
        with self._database.read() as session:
            now = recorded_now(session)
            logo = logo_of(session, self._provider_id) if LOGO in message.html else None
            try:
                files = [] if message.attachment != "invoice" or message.invoice_id is None else [
                    draw_attachment(session, message.invoice_id)]
            except NotFound as error:
                return refused(str(error))
        for each in filter(is_too_large, files):
            self._database.attempt(partial(hold_message, message_id=message.id, reason=too_large_words(each)))
            return None
        try:
            return leaving(message, gateway.kind, provider_code=gateway.provider_code, now=now, attachments=files,
                           logo=logo)
        except InputRejected as error:
            return refused(str(error))

    def _count(self, opened: _Opened, each: Finished) -> None:
        outcome = each.outcome
        self._is_down = self._is_down or outcome.of_gateway
        match outcome.verdict:
            case Verdict.SENT:
                self._report.sent += 1
            case Verdict.REFUSED:
                self._report.failed += 1
            case Verdict.UNKNOWN:
                self._report.unknown += 1
            case Verdict.LATER:
                self._report.later += 1
                opened.again.setdefault(each.message.queue, each.message.id)


async def _asked(database: Database, query: Callable[[Session], T]) -> T:
    """What a query answers in a unit of work of its own, asked in a thread."""
    return await asyncio.to_thread(asking(query), database, JobContext())


async def _written(database: Database, work: Callable[[Session], T]) -> T:
    """What some work in a unit of work of its own answers, done in a thread."""
    return await asyncio.to_thread(database.attempt, work)


async def _offered(ready: Ready, content: Leaving | Outcome) -> Outcome:
    """What becomes of one message when it is offered; a fault of ours leaves open whether it left."""
    try:
        return await _handed_over(ready, content)
    except Exception as error:  # noqa: BLE001  # logged and shown: one message must not stop the others
        _log.exception("A message could not be handed over")
        return unknown(f"A fault of the program broke off its sending ({type(error).__name__}); the log tells more.")


async def _handed_over(ready: Ready, content: Leaving | Outcome) -> Outcome:
    if isinstance(content, Outcome):
        return content
    if isinstance(ready, ProvisioningGateway) and isinstance(content, Order):
        return await ready.send(content)
    if isinstance(ready, SmsGateway) and isinstance(content, ShortMessage):
        return await ready.send(content)
    if not isinstance(ready, ProvisioningGateway | SmsGateway) and not isinstance(content, Order | ShortMessage):
        return await ready.send(content)
    raise TypeError(f"{type(ready).__name__} takes no {type(content).__name__}")


def _groups(messages: Sequence[Waiting], most: int) -> list[list[Waiting]]:
    """Messages in their order, so many at once; never two of one service."""
    groups: list[list[Waiting]] = []
    for message in messages:
        here = groups[-1] if groups else []
        if not groups or len(here) >= most or message.service_id in {each.service_id for each in here}:
            groups.append([message])
        else:
            here.append(message)
    return groups


def _is_next(message: Waiting, again: dict[str, int]) -> bool:
    """Whether nothing to the same recipient or service stands before it."""
    return message.id <= again.get(message.queue, message.id)


def _hours(session: Session, provider_id: int) -> tuple[SendingHours, ZoneInfo, int]:
    zone = session.scalars(select(Provider.time_zone).where(Provider.account_id == provider_id)).one()
    values = automation_of(session, provider_id)
    return values.hours, ZoneInfo(zone), values.undo_delay_seconds
