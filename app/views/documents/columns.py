"""The columns of the list of documents."""

from __future__ import annotations

from typing import Final

from app.models.values import DEBIT_KINDS, TransactionState
from app.services.ledger.book import BookRow
from app.views.lists.models.columns import Column, Kind
from app.views.look.formatting import Formatter
from app.views.look.tokens import Ink, Tone
from app.views.look.words import TRANSACTION, TRANSACTION_ICON


def state_words(row: BookRow, formatter: Formatter) -> str:
    """What became of a document: "Draft", "Cancelled", "40.00 open"."""
    if row.state is TransactionState.DRAFT:
        return "Draft"
    if row.state is TransactionState.REJECTED:
        return "Rejected"
    if row.is_cancelled:
        return "Cancelled"
    is_debit = row.kind in DEBIT_KINDS
    if row.open_minor == 0:
        return "Settled" if is_debit else "Allocated"
    return f"{formatter.amount(row.open_minor, row.currency)} {'open' if is_debit else 'not allocated'}"


def _tone(row: BookRow) -> Tone | None:
    if row.state is TransactionState.DRAFT:
        return Tone.INFO
    return Tone.WARN if row.open_minor and row.kind not in DEBIT_KINDS and not row.is_cancelled else None


COLUMNS: Final[tuple[Column[BookRow], ...]] = (
    Column(key="posted", title="Posted", text=lambda r, f: f.day(r.posted_on), width=104, is_second_rank=True,
           tooltip=lambda r, _: f"{'Read from a file' if r.imported else 'Entered'} by {r.posted_by}"),
    Column(key="number", title="Number", text=lambda r, _: r.number or r.reference, width=124,
           ink=lambda r: Ink.TEXT if r.number else Ink.MUTED,
           tooltip=lambda r, _: f"Reference {r.reference}" if r.reference else ""),
    Column(key="kind", title="Type", text=lambda r, _: TRANSACTION[r.kind], width=132,
           icon=lambda r: TRANSACTION_ICON[r.kind]),
    Column(key="account", title="Account", text=lambda r, _: r.account_name, width=170, stretches=True,
           is_link=lambda _: True, tooltip=lambda r, _: f"{r.account_name}, {r.account_code}"),
    Column(key="text", title="What it is", text=lambda r, _: r.text, width=130, is_second_rank=True,
           tooltip=lambda r, _: r.text),
    Column(key="amount", title="Amount", kind=Kind.FIGURE, width=120,
           text=lambda r, f: f"{f.amount(r.amount_minor, r.currency)} {r.currency}"),
    Column(key="state", title="State", kind=Kind.STATUS, width=160, text=state_words, tone=_tone,
           ink=lambda r: Ink.TEXT if r.open_minor else Ink.MUTED),
)
