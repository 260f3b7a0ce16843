"""Period posting: drafts of days of a period are posted into it before it is closed, as of its last day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account
from app.models.values import TransactionKind, TransactionState
from app.services.database.dialects import lock_rows
from app.services.documents.books import open_books, power_to_write
from app.services.documents.posting import Posted, post_written
from app.services.errors import RefusedByRule
from app.services.ledger.numbering import lock_numbers
from app.services.periods.queries import PeriodRow
from app.services.wording import by_count

_NAMED = 10
"""So many drafts that cannot be posted are named with the reason; the rest are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    id: int
    account_id: int
    account: str
    kind: TransactionKind
    reference: str


def post_drafts_of(
    session: Session, provider_id: int, period: PeriodRow, told: Callable[[str], None]
) -> tuple[Posted, ...]:
    """Post every draft of a period as of its last day, in the order of their days; `told` is called before each.

    They go through the door of all documents, so powers are asked for and due dates follow from that day. Where one
    cannot be posted, RefusedByRule names each of those with the reason, and nothing is to stay: the transaction is
    undone. The lock of the ledger is kept alone by whoever calls.
    """
    drafts = _drafts_of(session, provider_id, period)
    if not drafts:
        return ()
    lock_numbers(session, provider_id)
    lock_rows(session, "account", "id", {draft.account_id for draft in drafts})
    posted: list[Posted] = []
    refused: list[str] = []
    for draft in drafts:
        told(f"Draft {draft.reference}")
        books = open_books(session, draft.account_id, power_to_write(draft.kind))
        try:
            with session.begin_nested():  # so that the next ones are tried as well, and all that is wrong is said
                posted.append(post_written(session, books, draft.id, on=period.ends_on))
        except RefusedByRule as error:
            refused.append(f"{draft.account}, draft {draft.reference}: {error}")
    if refused:
        rest = len(refused) - _NAMED
        more = [by_count(rest, "{count} more cannot be posted.", "{count} more cannot be posted.")] if rest > 0 else []
        raise RefusedByRule(" ".join([
            f"The period {period.name} cannot be closed with its drafts.", *refused[:_NAMED], *more,
            "Nothing was changed."]))
    return tuple(posted)


def _drafts_of(session: Session, provider_id: int, period: PeriodRow) -> list[_Draft]:
    t = FinancialTransaction
    rows = session.execute(
        select(t.id, t.account_id, Account.code, t.kind, t.reference).join(Account, Account.id == t.account_id)
        .where(t.provider_id == provider_id, t.state == TransactionState.DRAFT.value,
               t.effective_on.between(period.starts_on, period.ends_on)).order_by(t.effective_on, t.id))
    return [_Draft(id=row.id, account_id=row.account_id, account=row.code, kind=TransactionKind(row.kind),
                   reference=row.reference or "without a reference") for row in rows]
