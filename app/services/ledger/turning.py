"""Turning the kept figures of a provider into those of today, in the background and in parts.

When the business day turns, what was dated ahead comes to count: an invoice is past due, a dispute has ended, a payment
of tomorrow has been received. Only accounts with something of that kind are reckoned anew. The limits of all customers
are looked through where somebody changed what a profile, a provider or a rating passes on. Meanwhile lists ask the
ledger, so nobody waits for this and no answer is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlalchemy import BigInteger, literal, or_, select, update
from sqlalchemy.orm import Session

from app.models.ledger.figures import KeptFigures, LimitsDue
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.services.access.authorize import require_provider
from app.services.attributes.limits import keep_limits
from app.services.database.dialects import among, lock_free_rows, lock_limits, lock_rows
from app.services.database.unit_of_work import Database
from app.services.jobs import JobContext
from app.services.ledger.keeping import keep_figures, not_right_on, standing_of_figures
from app.services.providers.business_day import business_day

_FIGURES_AT_ONCE = 5_000
_LIMITS_AT_ONCE = 20_000
"""Accounts of one short transaction."""


def turn_figures(database: Database, context: JobContext, *, provider_id: int) -> bool:
    """Keep the figures of a provider for its today; returns whether there was anything to do.

    Accounts that somebody else is writing just now are left to them, or to the next time.
    """
    with database.read() as session:
        require_provider(session, provider_id, Power.CUSTOMERS)
        standing = standing_of_figures(session, provider_id=provider_id, as_of=business_day(session, provider_id))
    if not standing.figures:
        _turn(database, context, provider_id)
    if not standing.limits:
        _look_through_limits(database, context, provider_id)
    return not (standing.figures and standing.limits)


def _turn(database: Database, context: JobContext, provider_id: int) -> None:
    last = 0
    while True:
        context.raise_if_cancelled()
        with database.read() as session:
            ids = _stale(session, provider_id, last)
        if not ids:
            return
        database.attempt(partial(_keep_free, account_ids=ids))
        last = ids[-1]


def _stale(session: Session, provider_id: int, after_id: int) -> Sequence[int]:
    kept, today = KeptFigures, business_day(session, provider_id)
    return session.scalars(
        select(kept.account_id).where(
            kept.provider_id == provider_id, kept.account_id > after_id,
            or_(not_right_on(today, late=True), not_right_on(today, late=False)))
        .order_by(kept.account_id).limit(_FIGURES_AT_ONCE)).all()


def _keep_free(session: Session, *, account_ids: Sequence[int]) -> None:
    keep_figures(session, lock_free_rows(session, "account", "id", account_ids))


# --------------------------------------------------------------------------- limits


def _look_through_limits(database: Database, context: JobContext, provider_id: int) -> None:
    wanted = database.attempt(partial(_begin, provider_id=provider_id))
    last = 0
    while True:
        context.raise_if_cancelled()
        with database.read() as session:
            ids = session.scalars(
                select(KeptFigures.account_id)
                .where(KeptFigures.provider_id == provider_id, KeptFigures.account_id > last)
                .order_by(KeptFigures.account_id).limit(_LIMITS_AT_ONCE)).all()
        if not ids:
            break
        database.attempt(partial(_keep_limits, account_ids=ids))
        last = ids[-1]
    database.attempt(partial(_end, provider_id=provider_id, wanted=wanted))


def _begin(session: Session, *, provider_id: int) -> int:
    """Up to which change the limits will be right; nobody is making accounts by older ones any more."""
    lock_limits(session, provider_id, alone=True)
    return session.scalar(select(LimitsDue.wanted).where(LimitsDue.provider_id == provider_id)) or 0


def _keep_limits(session: Session, *, account_ids: Sequence[int]) -> None:
    lock_rows(session, "account", "id", account_ids)
    keep_limits(session, among(session, Account.id, account_ids))


def _end(session: Session, *, provider_id: int, wanted: int) -> None:
    due = LimitsDue
    session.execute(update(due).where(due.provider_id == provider_id, due.done < wanted)
                    .values(done=literal(wanted, BigInteger)).execution_options(synchronize_session=False))
