"""The invoices of a batch as a paged list: where its pages come from, and its columns."""

from __future__ import annotations

from functools import partial

from app.models.values import DeliveryMethod, Money
from app.services.printing.overview import ListQuestion, list_again, list_count, list_page
from app.services.printing.queries import SelectedInvoice
from app.views.lists.models.columns import Column, Kind
from app.views.lists.models.keyset_source import KnownRowsSource
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.tokens import Ink
from app.views.printing.words import FAILED, PRINTED, state_words

_DELIVERY = {
    DeliveryMethod.EMAIL: "E-mail",
    DeliveryMethod.POST: "Post",
    DeliveryMethod.EMAIL_AND_POST: "E-mail, post",
    DeliveryMethod.DO_NOT_SEND: "Not sent",
}


def invoice_source(question: ListQuestion) -> KnownRowsSource[SelectedInvoice]:
    """Pages of one question, in the order of printing."""
    return KnownRowsSource(
        page=partial(list_page, question=question), number=partial(list_count, question=question),
        ident=lambda row: row.id, skips=True,
        again=lambda session, ids: list_again(session, batch=question.batch, invoice_ids=ids))


def invoice_columns() -> tuple[Column[SelectedInvoice], ...]:
    """Number and account are links; the state tells what became of it."""
    return (
        Column(key="number", title="Invoice", width=104, text=lambda row, _: row.number,
               tooltip=lambda row, _: f"{row.number} of {row.provider_code}"),
        Column(key="account", title="Account", width=180, text=lambda row, _: row.account_name,
               is_link=lambda _: True, tooltip=lambda row, _: f"{row.account_name}, {row.account_code}"),
        Column(key="issued", title="Issued", width=104, is_second_rank=True,
               text=lambda row, formatter: formatter.day(row.issued_on)),
        Column(key="delivery", title="Delivery", width=94, is_second_rank=True,
               text=lambda row, _: _DELIVERY[row.delivery], tooltip=lambda row, _: _DELIVERY[row.delivery]),
        Column(key="pages", title="Pages", kind=Kind.FIGURE, width=58, text=_pages,
               help="Known once the invoice has been printed"),
        Column(key="amount", title="Amount", kind=Kind.FIGURE, width=112, text=_amount),
        Column(key="state", title="State", width=104, stretches=True, text=lambda row, _: state_words(row), ink=_ink,
               icon=_icon, icon_ink=_icon_ink, is_bold=lambda row: row.state == FAILED, tooltip=_tooltip,
               spoken=_spoken),
    )


def _pages(row: SelectedInvoice, formatter: Formatter) -> str:
    return formatter.number(row.pages) if row.pages else ""


def _amount(row: SelectedInvoice, formatter: Formatter) -> str:
    return formatter.money(Money(row.amount_minor, row.currency))


def _ink(row: SelectedInvoice) -> str:
    if row.state == FAILED:
        return Ink.BAD
    return Ink.TEXT if row.state == PRINTED else Ink.MUTED


def _icon(row: SelectedInvoice) -> Icon:
    if row.state == FAILED:
        return Icon.ERROR
    if row.state == PRINTED:
        return Icon.WARNING if row.message else Icon.GOOD
    return Icon.CLOCK


def _icon_ink(row: SelectedInvoice) -> str:
    if row.state == FAILED:
        return Ink.BAD
    if row.state == PRINTED:
        return Ink.WARN if row.message else Ink.GOOD
    return Ink.MUTED


def _tooltip(row: SelectedInvoice, formatter: Formatter) -> str:
    del formatter
    return "\n".join(["Printed", *row.warnings]) if row.state == PRINTED else state_words(row)


def _spoken(row: SelectedInvoice, formatter: Formatter) -> str:
    return _tooltip(row, formatter).replace("\n", ". ")
