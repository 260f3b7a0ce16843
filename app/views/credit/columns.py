"""The columns of the accounts that a figure of the cockpit counts."""

from __future__ import annotations

from typing import Final

from app.services.credit.exceeded import LimitRow
from app.services.credit.limits import LimitPart
from app.services.credit.words import amount_words, refused_words, used_words
from app.services.reports.credit_list import source_words
from app.views.lists.models.columns import Column, Kind, text_column
from app.views.look.formatting import Formatter
from app.views.look.tokens import Ink, TierMark

_INK: Final = {LimitPart.OVER: Ink.BAD, LimitPart.NEAR: Ink.WARN}


def _amount(row: LimitRow, minor: int | None, formatter: Formatter) -> str:
    return "" if minor is None else formatter.amount(minor, row.currency)


def _mark(row: LimitRow) -> TierMark | None:
    if row.limit_tier is None:
        return None
    return TierMark.RATING if row.is_rated else TierMark.of(row.limit_tier)


def _share(row: LimitRow) -> float | None:
    if row.limit_minor is None:
        return None
    if row.limit_minor == 0:
        return 9.0 if row.balance_minor > 0 else 0.0
    return row.balance_minor / row.limit_minor


def columns_of(part: LimitPart) -> tuple[Column[LimitRow], ...]:
    """The columns of a part; the amounts that add up to its figure stand under their own heading."""
    def ink(_row: LimitRow) -> str:
        return _INK.get(part, Ink.TEXT)

    is_balance = part in (LimitPart.NEAR, LimitPart.OWING)
    balance: Column[LimitRow] = Column(key="balance", title="Balance", kind=Kind.FIGURE, width=104,
                                       text=lambda r, f: _amount(r, r.balance_minor, f))
    left: Column[LimitRow] = Column(key="left", title="Left", kind=Kind.FIGURE, width=104,
                                    text=lambda r, f: _amount(r, r.head_room_minor, f))
    return (
        Column(key="account", title="Account", text=lambda r, _: r.name, width=170, stretches=True,
               is_link=lambda _: True, tooltip=lambda r, _: f"{r.name}, {r.code}"),
        text_column("provider", "Provider", lambda r: r.provider_name, 130, is_second_rank=True),
        Column(key="source", title="Limit comes from", kind=Kind.SOURCE, text=lambda r, _: source_words(r), width=150,
               tier=_mark, tooltip=lambda r, _: f"{source_words(r)}, profile {r.profile}"),
        Column(key="limit", title="Limit", kind=Kind.FIGURE, width=104,
               text=lambda r, f: _amount(r, r.limit_minor, f)),
        *([] if is_balance else [balance]),
        Column(key="amount", title=amount_words(part), kind=Kind.FIGURE, width=108, ink=ink, is_bold=lambda _: True,
               text=lambda r, f: _amount(r, r.amount_minor, f)),
        *([left] if is_balance else []),
        Column(key="used", title="Used", kind=Kind.GAUGE, width=150, share=_share,
               text=lambda r, _: used_words(r.limit_minor, r.balance_minor)),
        text_column("refused", "What would be refused", lambda r: refused_words(r.refused_events), 190,
                    is_second_rank=True),
    )
