"""Which promise to pay stands as of a date, and how many were broken by then."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.models.suspension.promise import PromiseToPay
from app.models.values import PromiseState
from app.services.ledger.reading import known


def promise_stands(as_of: Any, known_at: datetime | None = None) -> ColumnElement[bool]:
    """Whether a promise of the statement's FROM stands as of a date.

    It stands from the day it was given to the day by which is to be paid, unless it was withdrawn by then. Whether it
    was kept or broken shows on the day after that, so it says nothing here.
    """
    p = PromiseToPay
    still = [p.ended_on.is_(None), p.ended_on > as_of]
    if known_at is not None:
        still.append(p.ended_recorded_at > known_at)
    return and_(p.effective_on <= as_of, p.pay_by >= as_of, *known(p.recorded_at, known_at), or_(*still))


def broken_promises(session: Session, account_id: int, as_of: date, known_at: datetime | None = None) -> int:
    """How many promises of an account were found broken by a date."""
    p = PromiseToPay
    return session.scalars(select(func.count()).where(
        p.account_id == account_id, p.state == PromiseState.BROKEN.value, p.ended_on <= as_of,
        *known(p.ended_recorded_at, known_at))).one()
