"""Kept figures of accounts compared with what they are derived from, and reckoned anew where something is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial

from sqlalchemy import ColumnElement, Date, Select, and_, delete, exists, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session

from app.models.ledger.figures import KeptFigures, LimitsDue
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.provider import Provider
from app.models.parties.service import Service
from app.models.values import ServiceState
from app.services.access.authorize import authorize
from app.services.attributes.limits import credit_columns, limit_of_account, mark_limits
from app.services.database.unit_of_work import Database
from app.services.jobs import JobContext, Progress
from app.services.ledger.keeping import WITHOUT_FIGURES, reckoned
from app.services.ledger.reading import plans_exist
from app.services.ledger.turning import turn_figures
from app.services.providers.business_day import business_days

_KEPT = KeptFigures
_REPAIR = "reckon them anew with bursar db figures"
_COMPARED = ("turns_on", "balance_minor", "outstanding_minor", "payable_minor", "late_rank")


def wrong_figures(session: Session) -> Iterator[tuple[str, str, ColumnElement[bool]]]:
    """What may be wrong: a word for it, the sentence for `bursar db check`, and the condition on `Account`.

    Compared is what is kept for today. What waits to be turned says nothing of today, and neither do limits that wait
    to be looked through.
    """
    plans = plans_exist(session)
    for provider_id, today in business_days(session).items():
        yield ("figures", f"The kept figures of these accounts are not what their ledger says; {_REPAIR}",
               Account.id.in_(_other_than_reckoned(session, provider_id, today, plans=plans)))
    has_row = exists().where(_KEPT.account_id == Account.id, _KEPT.provider_id == Account.provider_id)
    wants_row = Account.type.not_in(WITHOUT_FIGURES)
    yield ("figures_row", f"These accounts have no figures kept, or ought to have none; {_REPAIR}",
           or_(and_(wants_row, ~has_row), and_(~wants_row, has_row)))
    credit = credit_columns()
    due = select(LimitsDue.provider_id).where(LimitsDue.wanted > LimitsDue.done)
    other = (select(_KEPT.account_id).select_from(credit.joined.join(_KEPT, _KEPT.account_id == Account.id))
             .where(_KEPT.limit_minor != limit_of_account(credit), Account.provider_id.not_in(due)))
    yield ("figures_limit", f"The kept credit limits of these accounts are not theirs; {_REPAIR}",
           Account.id.in_(other))
    yield ("figures_services", f"The kept number of services of these accounts is not theirs; {_REPAIR}",
           Account.id.in_(select(_KEPT.account_id).where(_KEPT.service_count != _services())))


def _other_than_reckoned(session: Session, provider_id: int, today: date, *, plans: bool) -> Select[int]:
    ids = select(Account.id).where(Account.provider_id == provider_id)
    now = reckoned(session, lambda column: column.in_(ids), today, plans=plans).subquery("now").c
    return (select(_KEPT.account_id).join(now.account_id.table, now.account_id == _KEPT.account_id)
            .where(_KEPT.kept_on <= today, _KEPT.turns_on > today,
                   or_(*[getattr(_KEPT, name) != now[name] for name in _COMPARED])))


def _services() -> ColumnElement[int]:
    return (select(func.count()).where(Service.account_id == _KEPT.account_id,
                                       Service.state != ServiceState.CANCELLED.value)
            .correlate(_KEPT).scalar_subquery())


def reckon_figures(database: Database, context: JobContext) -> int:
    """Reckon all kept figures anew, provider by provider; returns of how many providers."""
    with database.read() as session:
        authorize(session, Power.PROVIDERS_DEFAULTS)
        providers = session.scalars(select(Provider.account_id).order_by(Provider.account_id)).all()
    for number, provider_id in enumerate(providers):
        context.report(Progress(done=number, total=len(providers)))
        database.attempt(partial(_begin_anew, provider_id=provider_id))
        turn_figures(database, context, provider_id=provider_id)
    return len(providers)


def _begin_anew(session: Session, *, provider_id: int) -> None:
    """Give every account that ought to have one a row that is right on no day."""
    never, here = literal(date.min, Date), Account.provider_id == provider_id
    wanted = select(Account.id).where(here, Account.type.not_in(WITHOUT_FIGURES))
    session.execute(delete(_KEPT).where(_KEPT.provider_id == provider_id, _KEPT.account_id.not_in(wanted)))
    session.execute(update(_KEPT).where(_KEPT.account_id.in_(wanted))
                    .values(provider_id=provider_id, kept_on=never, turns_on=never, service_count=_services())
                    .execution_options(synchronize_session=False))
    session.execute(insert(_KEPT).from_select(
        ["account_id", "provider_id", "kept_on", "turns_on", "service_count"],
        select(Account.id, Account.provider_id, never, never, select(func.count()).where(
            Service.account_id == Account.id, Service.state != ServiceState.CANCELLED.value)
            .correlate(Account).scalar_subquery())
        .where(here, Account.type.not_in(WITHOUT_FIGURES), Account.id.not_in(select(_KEPT.account_id)))))
    mark_limits(session, provider_id=provider_id)
