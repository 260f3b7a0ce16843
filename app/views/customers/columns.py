"""How the columns of a customer list look; what stands in them is said in `app.services.customers.columns`.

A column that shows its text as it is needs nothing here. What others show of money depends on the list: its currency
stands in the heading line, and the figures a scan would act on are the only red ones. `CustomerColumns` is told both
once they are known.
"""

from __future__ import annotations

from typing import Final

from app.models.values import CreditStanding
from app.services.customers.columns import LIST_COLUMNS, ListColumn
from app.services.customers.head import CustomersHead
from app.services.customers.list import CustomerRow, CustomerSort
from app.views.lists.models.columns import Column, Kind, count_column, state_column, text_column
from app.views.look.formatting import MINUS, NO_BREAK, Formatter
from app.views.look.tokens import Ink
from app.views.look.words import STATUS, STATUS_HELP

_WIDTHS: Final = {"enterprise": 100, "contact": 150, "email": 180, "city": 110, "reference": 110}
"""In px at 100 %, of columns that show plain text; 120 where nothing is said."""


class CustomerColumns:
    """Makes the columns, and holds what their figures are compared with."""

    def __init__(self) -> None:
        self._head: CustomersHead | None = None

    def show_head(self, head: CustomersHead) -> None:
        """From now on money is in this list's currency and judged by its rule set."""
        self._head = head

    def columns(self) -> tuple[Column[CustomerRow], ...]:
        """Every column there is, in its order."""
        made = {column.key: column for column in self._with_a_look()}
        return tuple(made.get(column.key) or _plain(column) for column in LIST_COLUMNS)

    def _with_a_look(self) -> tuple[Column[CustomerRow], ...]:
        return (
            text_column("code", "Code", lambda r: r.code, 80, sort_key=CustomerSort.CODE, is_second_rank=True),
            text_column("name", "Name", lambda r: r.name, 126, sort_key=CustomerSort.NAME, stretches=True),
            text_column("profile", "Profile", lambda r: r.profile, 96, sort_key=CustomerSort.PROFILE,
                        is_second_rank=True),
            state_column("status", "Status", lambda r: STATUS[r.status], 118, sort_key=CustomerSort.STATUS,
                         help="Worst first when sorted",
                         tooltip=lambda r, _: STATUS_HELP.get(r.status, STATUS[r.status].text)),
            count_column("services", "Services", lambda r: r.service_count, 68, sort_key=CustomerSort.SERVICES,
                         help="Services that are not cancelled"),
            Column(key="balance", title="Balance", kind=Kind.FIGURE, width=80, sort_key=CustomerSort.BALANCE,
                   text=lambda r, f: self._money(r.balance_minor, r, f), help="All that is posted and not settled"),
            Column(key="overdue", title="Overdue", kind=Kind.FIGURE, width=80, sort_key=CustomerSort.OVERDUE,
                   text=lambda r, f: self._money(r.outstanding_minor, r, f),
                   help="Unsettled invoices past their due date"),
            Column(key="payable", title="Payable", kind=Kind.FIGURE, width=80, sort_key=CustomerSort.PAYABLE,
                   text=lambda r, f: self._money(r.overdue_payable_minor, r, f), ink=self._payable_ink,
                   is_bold=self._is_due, spoken=self._payable_spoken,
                   help="Overdue, less what is in dispute and credit not allocated. Red where the rule set would "
                        "suspend"),
            Column(key="oldest", title="Oldest", kind=Kind.FIGURE, width=74, text=_oldest,
                   sort_key=CustomerSort.OLDEST, help="Days past due of the oldest payable invoice"),
            Column(key="credit", title="Credit left", kind=Kind.FIGURE, width=96, text=self._credit,
                   sort_key=CustomerSort.CREDIT, ink=_credit_ink, is_bold=_is_exceeded, tooltip=self._credit_tip,
                   spoken=self._credit_spoken, help="Credit limit less balance; exceeded first when sorted"),
            Column(key="start", title="Start", text=lambda r, f: f.day(r.start_date), width=96, is_second_rank=True,
                   sort_key=CustomerSort.START, help="Start date of the account",
                   copied=lambda r, _: r.start_date.isoformat()),
        )

    # --- money ---

    def _money(self, minor: int, row: CustomerRow, formatter: Formatter) -> str:
        """An amount; nil is a dash. An account in another currency than its list carries its code."""
        return self._amount(minor, row.currency, formatter) if minor else ""

    def _amount(self, minor: int, currency: str, formatter: Formatter) -> str:
        text = formatter.amount(minor, currency)
        is_of_list = self._head is not None and currency == self._head.provider.currency
        return text if is_of_list else f"{text}{NO_BREAK}{currency}"

    def _is_due(self, row: CustomerRow) -> bool:
        return self._head is not None and self._head.is_due(
            row.overdue_payable_minor, row.currency, row.oldest_overdue_days)

    def _payable_ink(self, row: CustomerRow) -> str:
        return Ink.BAD if self._is_due(row) else Ink.TEXT

    def _payable_spoken(self, row: CustomerRow, formatter: Formatter) -> str:
        text = self._money(row.overdue_payable_minor, row, formatter)
        return f"{text}, enough to be suspended" if self._is_due(row) else text

    def _credit(self, row: CustomerRow, formatter: Formatter) -> str:
        left = row.credit_left_minor
        match row.credit_standing:
            case CreditStanding.NO_LIMIT:
                return "No limit"
            case CreditStanding.NO_RATE:
                return "No rate"
        if left is None:
            return ""
        return "No credit" if row.credit_limit_minor == 0 and left >= 0 else self._amount(left, row.currency, formatter)

    def _credit_tip(self, row: CustomerRow, formatter: Formatter) -> str:
        if row.credit_limit_minor is None or row.credit_currency is None:
            return "No credit limit is set"
        limit = f"{formatter.amount(row.credit_limit_minor, row.credit_currency)}{NO_BREAK}{row.credit_currency}"
        if row.credit_standing is CreditStanding.NO_RATE:
            return f"The limit is {limit}, and no rate is on file to compare it with {row.currency}"
        if row.own_limit_minor is not None and row.credit_currency != row.currency:
            own = f"{formatter.amount(row.own_limit_minor, row.currency)}{NO_BREAK}{row.currency}"
            limit = f"{own} ({limit})"
        return f"Limit {limit}, exceeded" if _is_exceeded(row) else f"Limit {limit}"

    def _credit_spoken(self, row: CustomerRow, formatter: Formatter) -> str:
        text = self._credit(row, formatter)
        return f"exceeded by {text.lstrip(MINUS)}" if _is_exceeded(row) else text


def _plain(column: ListColumn) -> Column[CustomerRow]:
    """A column that is there to be chosen and shows its text as it is."""
    return text_column(column.key, column.title, lambda row: str(column.value(row)), _WIDTHS.get(column.key, 120),
                       is_second_rank=True)


def _oldest(row: CustomerRow, formatter: Formatter) -> str:
    return formatter.counted(row.oldest_overdue_days, "day", "days") if row.oldest_overdue_days else ""


def _is_exceeded(row: CustomerRow) -> bool:
    return row.credit_standing is CreditStanding.EXCEEDED


def _credit_ink(row: CustomerRow) -> str:
    if _is_exceeded(row):
        return Ink.BAD
    has_figure = row.credit_standing is CreditStanding.WITHIN and row.credit_limit_minor != 0
    return Ink.TEXT if has_figure else Ink.MUTED
