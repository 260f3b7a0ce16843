"""How many customers other filters would find: of each quick filter, and without a term that leaves none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.models.parties.powers import Power
from app.services.access.authorize import require_provider
from app.services.customers.list import QuickFilter, customer_count
from app.services.customers.query.parser import parse_query
from app.services.database.unit_of_work import Database
from app.services.jobs import JobContext

_MOST_TRIED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """One term that stands in the way: without it the rest of the text finds `count` rows."""

    term: str
    rest: str
    count: int


def quick_counts(
    database: Database, context: JobContext, *, provider_id: int, as_of: date, filter_text: str
) -> dict[str, int]:
    """How many rows each quick filter would leave, under the words typed; a short unit of work for each."""
    counts: dict[str, int] = {}
    for quick in QuickFilter:
        context.raise_if_cancelled()
        with database.read() as session:
            counts[quick.value] = customer_count(session, provider_id=provider_id, as_of=as_of,
                                                 filter_text=filter_text, quick=quick)
    return counts


def term_to_drop(
    database: Database, context: JobContext, *, provider_id: int, as_of: date, filter_text: str, quick: QuickFilter
) -> Dropped | None:
    """The term without which fewest rows are left, but some; None where no single term is to blame.

    Only the last few terms are tried, each in a unit of work of its own.
    """
    with database.read() as session:
        currency = require_provider(session, provider_id, Power.CUSTOMERS).currency
    query = parse_query(filter_text, currency=currency, today=as_of)
    found: list[Dropped] = []
    for term in query.terms[-_MOST_TRIED:] if len(query.terms) > 1 else ():
        context.raise_if_cancelled()
        rest = query.without(term)
        with database.read() as session:
            count = customer_count(session, provider_id=provider_id, as_of=as_of, filter_text=rest, quick=quick)
        if count:
            found.append(Dropped(term=query.source(term), rest=rest, count=count))
    return min(found, key=lambda dropped: dropped.count, default=None)

