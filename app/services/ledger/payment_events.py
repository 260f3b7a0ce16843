"""Events of payments that came in, raised in the transaction that posts them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import String, cast, func, literal, select
from sqlalchemy.orm import Session

from app.models.events.mapping import EventAction as Switch
from app.models.events.mapping import EventMapping
from app.models.ledger.entries import FinancialTransaction
from app.services.database.dialects import among, inserter_of
from app.services.events.raising import no_cause_yet, raising, this_moment


def raise_of_payments(session: Session, *, event: str, provider_id: int, payment_ids: Sequence[int]) -> None:
    """Raise an event for payments of one provider, once for each, on the day it was received.

    A file of old payments tells nobody: an action says nothing of days before it was switched on.
    """
    t = FinancialTransaction
    first = session.scalar(
        select(func.min(Switch.enabled_on)).join(EventMapping, EventMapping.id == Switch.mapping_id)
        .where(EventMapping.provider_id == provider_id, EventMapping.event == event, Switch.enabled.is_(True)))
    if first is None:
        return
    mine = among(session, t.id, payment_ids)
    for day in session.scalars(
        select(t.effective_on).distinct().where(mine, t.effective_on >= first).order_by(t.effective_on)
    ).all():
        causes = select(
            t.provider_id, t.account_id, no_cause_yet().label("hold_id"), no_cause_yet().label("service_id"),
            t.id.label("invoice_id"), literal(0).label("period_days"),
            literal("payment/", String).concat(cast(t.id, String)).label("cause_key"),
        ).where(mine, t.effective_on == day)
        for statement in raising(inserter_of(session), event, causes, this_moment(session, day)):
            session.execute(statement)
