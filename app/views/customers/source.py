"""Where the customer list reads from: queries of the services, as the paged model asks them, made quick behind it."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import QObject

from app.services.customers.choice import CustomerQuestion
from app.services.customers.list import CustomerRow, CustomerSort, customer_count, customer_page, customer_rows
from app.services.customers.readiness import make_list_ready
from app.services.paging import Page
from app.views.lists.models.keyset_source import KnownRowsSource
from app.views.lists.models.pages import Order
from app.views.running.handle import Lane
from app.views.running.runner import Runner


def customer_source(question: CustomerQuestion) -> KnownRowsSource[CustomerRow]:
    """Pages of one list, in the order of any of its columns; by code where none is chosen."""
    asked: dict[str, Any] = {"provider_id": question.provider_id, "as_of": question.as_of,
                             "filter_text": question.filter_text, "quick": question.quick}

    def page(session: Any, *, order: Order | None, **place: Any) -> Page[CustomerRow]:
        sort = CustomerSort(order.key) if order is not None else CustomerSort.CODE
        return customer_page(session, sort=sort, descending=order is not None and order.descending, **asked, **place)

    return KnownRowsSource(
        page=page, number=partial(customer_count, **asked), ident=lambda row: row.id, skips=True, sorts=True,
        again=lambda session, ids: customer_rows(session, account_ids=ids, as_of=question.as_of))


class ReadyList(QObject):
    """Has done, behind the first rows of a provider on a day, what makes the next ones quick."""

    def __init__(self, runner: Runner, parent: QObject) -> None:
        super().__init__(parent)
        self._runner = runner
        self._followed: tuple[int, date] | None = None

    def follow(self, question: CustomerQuestion) -> None:
        """Rows of this question are shown."""
        provider_id, day = question.provider_id, question.as_of
        if self._followed != (provider_id, day):
            self._followed = provider_id, day
            job = partial(make_list_ready, provider_id=provider_id)
            self._runner.when_read(self, lambda: self._runner.submit(job, lane=Lane.LONG))
