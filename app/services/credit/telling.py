"""Telling of accounts that a posted document takes above their credit limit, in the transaction that posts it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Integer, String, and_, cast, exists, func, literal, select
from sqlalchemy.orm import Session

from app.models.events.mapping import EventAction as Switch
from app.models.events.mapping import EventMapping
from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account
from app.services.attributes.limits import credit_columns
from app.services.database.dialects import among, inserter_of
from app.services.events.raising import no_cause_yet, raising, this_moment
from app.services.ledger.reading import amount_sum, balances_by_account

_EVENT = "credit_limit_exceeded"


def tell_exceeded(session: Session, document_ids: Sequence[int], on: date) -> None:
    """Raise Credit Limit Exceeded for accounts that are above their limit with these documents and were not without.

    The documents are debits of a day that were posted in this unit of work. An account that was above it already is
    told of nothing; one that is taken above it by several of them is told once, with the last.
    """
    t = FinancialTransaction
    mine = among(session, t.id, document_ids)
    is_on = exists().where(EventMapping.event == _EVENT, EventMapping.id == Switch.mapping_id, Switch.enabled.is_(True),
                           EventMapping.provider_id.in_(select(t.provider_id).where(mine)))
    if not session.scalar(select(is_on)):
        return
    accounts = t.account_id.in_(select(t.account_id).where(mine))
    sums = balances_by_account(accounts, date.max).subquery("balances")
    new = (select(t.account_id, amount_sum(t.amount_minor).label("amount"), func.max(t.id).label("document_id"))
           .where(mine).group_by(t.account_id).subquery("documents"))
    credit = credit_columns()
    causes = (
        select(Account.provider_id, Account.id.label("account_id"), no_cause_yet().label("hold_id"),
               no_cause_yet().label("service_id"), new.c.document_id.label("invoice_id"),
               cast(literal(0), Integer).label("period_days"),
               literal(f"{_EVENT}/", String).concat(cast(new.c.document_id, String)).label("cause_key"))
        .select_from(credit.joined).join(new, new.c.account_id == Account.id)
        .join(sums, sums.c.account_id == Account.id)
        .where(and_(sums.c.balance > credit.own_minor, sums.c.balance - new.c.amount <= credit.own_minor)))
    for statement in raising(inserter_of(session), _EVENT, causes, this_moment(session, on)):
        session.execute(statement)
