"""Finding documents by the numbers and references that people write; what somebody may not see is not found."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.values import PROVIDER_TYPES, TransactionKind, TransactionState
from app.services.access.authorize import account_of_document, authorize, require_account, visible
from app.services.documents.books import KIND_WORDS
from app.services.errors import NotFound

_MOST = 6
_FEW = 2


def find_document(
    session: Session, text: str, *, kinds: Collection[TransactionKind], account_id: int | None = None
) -> int:
    """The id of the posted document of one of these kinds that NUMBER or PROVIDER/NUMBER names.

    Of one account, where that is given. Raises NotFound where there is none, or several: then it lists how to write
    them, or which kinds they are of.
    """
    t = FinancialTransaction
    wanted = [t.kind.in_([kind.value for kind in kinds]), t.state == TransactionState.POSTED.value]
    if account_id is not None:
        wanted.append(t.account_id == account_id)
    rows = _rows(session, t.number, text, wanted)
    if not rows:
        one_of = " or ".join(KIND_WORDS[kind].partition(" ")[2] for kind in kinds)
        what = one_of if len(kinds) <= _FEW else "document"
        raise NotFound(f'There is no posted {what} with the number "{text}".')
    return _one(rows, text, "number")


def find_reference(session: Session, text: str) -> int:
    """The id of the document, posted or not, that REF or PROVIDER/REF names; raises as `find_document` does."""
    rows = _rows(session, FinancialTransaction.reference, text, [])
    if not rows:
        raise NotFound(f'There is no document with the reference "{text}".')
    return _one(rows, text, "reference")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFacts:
    """What a document goes by."""

    id: int
    number: str | None
    reference: str | None
    kind: TransactionKind
    state: TransactionState
    account_id: int
    account: str
    provider_id: int
    provider: str
    currency: str
    amount_minor: int
    on: date
    """The day it is posted for, or of a draft is proposed for."""
    due_on: date | None


def document_facts(session: Session, document_id: int) -> DocumentFacts:
    """The names, kind, state and amount of one document; raises NotFound for one out of reach."""
    account = require_account(session, account_of_document(session, document_id), Power.LEDGER)
    row = session.get_one(FinancialTransaction, document_id, populate_existing=True)
    home = session.get_one(Account, row.provider_id)
    return DocumentFacts(
        id=row.id, number=row.number, reference=row.reference, kind=TransactionKind(row.kind),
        state=TransactionState(row.state), account_id=account.id, account=account.code, provider_id=home.id,
        provider=home.code, currency=row.currency, amount_minor=row.amount_minor, on=row.effective_on,
        due_on=row.due_on)


def find_account_of_provider(session: Session, text: str, *, provider_id: int) -> int | None:
    """The account of a provider with this code, where there is one; elsewhere it is looked for by its own words."""
    return session.scalar(select(Account.id).where(
        Account.provider_id == provider_id, Account.code == text, visible(session)))


def _rows(session: Session, column: Any, text: str, wanted: Sequence[Any]) -> Sequence[Any]:
    authorize(session, Power.LEDGER)
    t, home = FinancialTransaction, aliased(Account)
    found = (
        select(t.id, t.kind, column.label("name"), home.code.label("home"))
        .join(Account, Account.id == t.account_id).join(home, home.id == t.provider_id)
        .where(*wanted, visible(session)).order_by(home.code, t.id).limit(_MOST))
    rows = session.execute(found.where(column == text)).all()
    if rows or "/" not in text:
        return rows
    parts = text.split("/")
    ways = [("/".join(parts[:i]), "/".join(parts[i:])) for i in range(1, len(parts))]
    return session.execute(found.where(
        home.type.in_(sorted(PROVIDER_TYPES)), column.in_([name for _, name in ways]),
        or_(*[and_(home.code == code, column == name) for code, name in ways]))).all()


def _one(rows: Sequence[Any], text: str, what: str) -> int:
    if len(rows) == 1:
        return int(rows[0].id)
    homes = sorted({row.home for row in rows})
    if len(homes) > 1:
        ways = ", ".join(sorted({f"{row.home}/{row.name}" for row in rows}))
        raise NotFound(f'Several documents have the {what} "{text}". Write one of: {ways}.')
    kinds = ", ".join(dict.fromkeys(row.kind for row in rows))
    raise NotFound(f'Several documents of {homes[0]} have the {what} "{text}": {kinds}. Say which kind with --kind.')
