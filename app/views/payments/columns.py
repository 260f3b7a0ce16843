"""The three tables of receiving payments: whose it may be, how it would fall, and the batch so far."""

from __future__ import annotations

from typing import Final

from app.services.payments.batch import BatchRow
from app.services.payments.outlook import FallRow
from app.services.payments.payers import Payer
from app.views.lists.models.columns import Column, Kind
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.tokens import Tone
from app.views.look.words import STATUS


def payer_columns() -> tuple[Column[Payer], ...]:
    return (
        Column(key="code", title="Code", text=lambda r, _: r.code, width=110, is_second_rank=True),
        Column(key="name", title="Name", text=lambda r, _: r.name, width=200, stretches=True),
        Column(key="provider", title="Provider", text=lambda r, _: r.provider_name, width=150, is_second_rank=True),
        Column(key="status", title="Status", kind=Kind.STATUS, text=lambda r, _: STATUS[r.status].text, width=120,
               tone=lambda r: STATUS[r.status].tone, icon=lambda r: STATUS[r.status].icon,
               dot=lambda r: STATUS[r.status].dot),
        Column(key="reason", title="Found by", text=lambda r, _: r.reason, width=150, is_second_rank=True),
    )


def _amount(minor: int, row: FallRow, formatter: Formatter) -> str:
    return formatter.amount(minor, row.currency) if minor else ""


def _state(row: FallRow, formatter: Formatter) -> str:
    if row.days_late > 0:
        return f"{formatter.counted(row.days_late, 'day', 'days')} late"
    return "In dispute" if row.disputed_minor else "In a plan" if row.planned_minor else "Not yet due"


def _named(row: FallRow, _formatter: Formatter) -> str:
    return f"The payment names {row.number}: it is settled first." if row.is_named else \
        "Space names this invoice, so that the payment settles it first."


def _kept_back(row: FallRow, formatter: Formatter) -> str:
    parts = [f"{formatter.amount(minor, row.currency)} {what}" for minor, what in (
        (row.disputed_minor, "in dispute"), (row.planned_minor, "in a payment plan")) if minor]
    return ", ".join(parts)


FALL_COLUMNS: Final[tuple[Column[FallRow], ...]] = (
    Column(key="number", title="Invoice", text=lambda r, _: r.number, width=110,
           icon=lambda r: Icon.TICK if r.is_named else None, tooltip=_named),
    Column(key="due", title="Due", text=lambda r, f: f.day(r.due_on), width=104, is_second_rank=True),
    Column(key="late", title="State", kind=Kind.STATUS, text=_state, width=120,
           tone=lambda r: Tone.BAD if r.days_late > 0 else None,
           icon=lambda r: Icon.CLOCK if r.days_late > 0 else None),
    Column(key="open", title="Open", kind=Kind.FIGURE, width=100, text=lambda r, f: _amount(r.unsettled_minor, r, f),
           tooltip=_kept_back),
    Column(key="takes", title="This payment", kind=Kind.FIGURE, width=104, is_bold=lambda r: r.takes_minor > 0,
           text=lambda r, f: _amount(r.takes_minor, r, f)),
    Column(key="left", title="Left open", kind=Kind.FIGURE, width=100, stretches=True,
           text=lambda r, f: _amount(r.left_minor, r, f)),
)
"""Open invoices of an account; the words above them name its currency."""

BATCH_COLUMNS: Final[tuple[Column[BatchRow], ...]] = (
    Column(key="number", title="Payment", text=lambda r, _: r.number, width=104),
    Column(key="account", title="Account", text=lambda r, _: r.account_name, width=150, stretches=True,
           is_link=lambda _: True, tooltip=lambda r, _: f"{r.account_name}, {r.account_code}"),
    Column(key="amount", title="Amount", kind=Kind.FIGURE, width=120,
           text=lambda r, f: f"{f.amount(r.amount_minor, r.currency)} {r.currency}",
           tooltip=lambda r, _: f"Settles {', '.join(r.settles)}" if r.settles else "Settles nothing yet"),
)
