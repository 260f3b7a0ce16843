"""Which customers of a list a person means: one by one, everything a question finds, or a run of rows.

`Selected` is small plain data, however many customers it stands for. `selected_ids` turns it into ids inside the unit
of work that uses them, in the order of the list, and leaves only what the person may see.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.models.parties.powers import Power
from app.services.access.authorize import authorize, seen_among
from app.services.customers.list import CustomerRow, CustomerSort, QuickFilter, customer_ids, customer_rows
from app.services.database.unit_of_work import Database
from app.services.errors import RefusedByRule
from app.services.jobs import JobContext, Progress

AT_ONCE = 1000
"""Rows read in one unit of work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerQuestion:
    """Which customers a list shows."""

    provider_id: int
    as_of: date
    filter_text: str = ""
    quick: QuickFilter = QuickFilter.ALL


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """Some customers of one list, in one of three forms.

    `ids` names them. Without it everything the question finds is meant, less `without`: also what comes in later. With
    `spans` it is rows of the list by their numbers in its order, and holds as long as the list has `listed` rows.
    """

    question: CustomerQuestion
    count: int
    """How many there were when they were chosen."""
    ids: tuple[int, ...] | None = None
    without: frozenset[int] = frozenset()
    spans: tuple[tuple[int, int], ...] = ()
    """First and last row of each run, from 0."""
    listed: int = 0
    sort: CustomerSort = CustomerSort.CODE
    descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Sums of some customers by currency, in minor units."""

    rows: int
    balances: tuple[tuple[str, int], ...]
    payables: tuple[tuple[str, int], ...]


def selected_ids(session: Session, *, selected: Selected) -> list[int]:
    """The accounts that are meant, in the order of the list, and of those only what the person may see.

    Raises RefusedByRule where rows were chosen by number and the list has more or fewer of them by now.
    """
    authorize(session, Power.CUSTOMERS)
    if selected.ids is not None:
        seen = seen_among(session, selected.ids)
        return [account_id for account_id in selected.ids if account_id in seen]
    q = selected.question
    found = customer_ids(session, provider_id=q.provider_id, as_of=q.as_of, filter_text=q.filter_text, quick=q.quick,
                         sort=selected.sort, descending=selected.descending)
    if not selected.spans:
        return [account_id for account_id in found if account_id not in selected.without]
    if len(found) != selected.listed:
        raise RefusedByRule("The list has changed since these rows were selected. Read it again and select them anew.")
    return [account_id for first, last in selected.spans for account_id in found[first:last + 1]]


def selected_totals(database: Database, context: JobContext, *, selected: Selected) -> Totals:
    """Sums over the customers that are meant, part by part, so that it can be stopped."""
    return totals_of(selected_rows(database, context, selected=selected))


def selected_rows(database: Database, context: JobContext, *, selected: Selected) -> Iterator[CustomerRow]:
    """The rows that are meant, in the order of the list; reports how far it is."""
    with database.read() as session:
        ids = selected_ids(session, selected=selected)
    for start in range(0, len(ids), AT_ONCE):
        context.raise_if_cancelled()
        context.report(Progress(done=start, total=len(ids)))
        with database.read() as session:
            part = customer_rows(session, account_ids=ids[start:start + AT_ONCE], as_of=selected.question.as_of)
        yield from part
    context.report(Progress(done=len(ids), total=len(ids)))


def read_selected(database: Database, context: JobContext, *, selected: Selected) -> Sequence[CustomerRow]:
    """All rows that are meant, for copying."""
    return list(selected_rows(database, context, selected=selected))


def totals_of(rows: Iterable[CustomerRow]) -> Totals:
    """Sums by currency."""
    count, balances, payables = 0, dict[str, int](), dict[str, int]()
    for row in rows:
        count += 1
        balances[row.currency] = balances.get(row.currency, 0) + row.balance_minor
        payables[row.currency] = payables.get(row.currency, 0) + row.overdue_payable_minor
    return Totals(rows=count, balances=tuple(sorted(balances.items())), payables=tuple(sorted(payables.items())))
