"""Which promise to pay stands as of a date: the condition that judging, the account page and lists share."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from app.models.suspension.promise import PromiseToPay
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
