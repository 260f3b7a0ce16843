"""What makes a list quick, made ready behind it: figures that wait to be turned, and the index for words.

A list is right without either; it only takes longer. So whoever opens one has what is due done in the background, in
short transactions, and every round does the same for all providers.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.provider import Provider
from app.services.access.authorize import may, visible
from app.services.database.unit_of_work import Database
from app.services.database.word_index import build_word_indexes
from app.services.jobs import JobContext
from app.services.ledger.turning import turn_figures


def make_list_ready(database: Database, context: JobContext, *, provider_id: int) -> None:
    """Turn the figures of a provider and build what is missing of the index for words; nothing where all is ready."""
    turn_figures(database, context, provider_id=provider_id)
    build_word_indexes(database, context)


def make_lists_ready(database: Database, context: JobContext, *, provider_id: int | None = None) -> None:
    """The same for all providers that the person sees, or for one; nothing for whom customers are closed."""
    with database.read() as session:
        providers = _providers(session, provider_id)
    for each in providers:
        turn_figures(database, context, provider_id=each)
    if providers:
        build_word_indexes(database, context)


def _providers(session: Session, provider_id: int | None) -> list[int]:
    if not may(session, Power.CUSTOMERS):
        return []
    found = session.scalars(select(Provider.account_id).join(Account, Account.id == Provider.account_id)
                            .where(visible(session)).order_by(Provider.account_id))
    return [each for each in found if provider_id in (None, each)]
