"""One payment that somebody received, posted through the door of all documents."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy.orm import Session

from app.models.values import TransactionKind
from app.services.changes import Created
from app.services.documents.drafting import NewDocument
from app.services.documents.posting import post_document


def receive_payment(
    session: Session, *, account_id: int, amount_minor: int, on: date, method: str, named: Collection[int] = (),
    text: str = "",
) -> Created:
    """Post a payment of an account; `named` are ids of its invoices that are settled first. Returns its id.

    Raises RefusedByRule for an amount of nothing, a day ahead or before the account, an account that is terminated or
    the operator's own, and a named invoice that is not a posted one of the account.
    """
    posted = post_document(session, document=NewDocument(
        account_id=account_id, kind=TransactionKind.PAYMENT, amount_minor=amount_minor, on=on, method=method, text=text,
        targets=dict.fromkeys(named)))
    return Created(id=posted.id, changes=posted.changes)
