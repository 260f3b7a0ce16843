"""The columns of the proposals: what each says of an account, before and after it was applied."""

from __future__ import annotations

from app.models.values import Money, ScanOutcome, fold
from app.services.scans.previewed import ProposalRow
from app.views.lists.models.columns import Column, Kind
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.tokens import Ink
from app.views.suspension.session import ScanSession
from app.views.suspension.words import what_would_happen


def proposal_columns(session: ScanSession) -> tuple[Column[ProposalRow], ...]:
    """Caret and tick first; the provider is for scans of several."""
    happens = _Happening(session)
    return (
        Column(key="tick", title="", kind=Kind.TICK, width=66, text=_no_text, spoken=happens.tick_words),
        Column(key="account", title="Account", width=150, text=lambda row, _: row.name,
                            sort_value=lambda row: (fold(row.name), row.account_id), is_link=lambda _: True,
                            tooltip=lambda row, _: f"{row.name}, {row.code}"),
        Column(key="provider", title="Provider", width=76, text=lambda row, _: row.provider,
                            is_second_rank=True, sort_value=lambda row: (row.provider, row.account_id)),
        Column(key="profile", title="Profile", width=100, text=lambda row, _: row.profile,
                            is_second_rank=True, sort_value=lambda row: (fold(row.profile), row.account_id),
                            tooltip=lambda row, _: row.profile),
        Column(key="happens", title="What would happen", width=196, stretches=True, text=happens.text,
                            ink=happens.ink, icon=happens.icon, icon_ink=happens.icon_ink, tooltip=happens.tooltip),
        Column(key="services", title="Services", kind=Kind.FIGURE, width=72, text=_services_text,
                            sort_value=lambda row: (row.services, row.account_id)),
        Column(key="payable", title="Payable", kind=Kind.FIGURE, width=108, text=happens.payable,
                            sort_value=lambda row: (row.currency, row.payable_minor, row.account_id)),
        Column(key="oldest", title="Oldest", kind=Kind.FIGURE, width=84, text=_oldest,
                            help="How many days the oldest invoice with anything payable is past due",
                            sort_value=lambda row: (row.oldest_days, row.account_id)),
    )


def _no_text(_row: ProposalRow, _formatter: Formatter) -> str:
    return ""


def _services_text(row: ProposalRow, formatter: Formatter) -> str:
    return formatter.number(row.services) if row.services else ""


def _oldest(row: ProposalRow, formatter: Formatter) -> str:
    return formatter.counted(row.oldest_days, "day", "days") if row.oldest_days else ""


class _Happening:
    """What depends on the session: ticks, and whether a proposal still is one."""

    def __init__(self, session: ScanSession) -> None:
        self._session = session

    def tick_words(self, row: ProposalRow, _formatter: Formatter) -> str:
        if not row.can_be_applied:
            return "cannot be ticked"
        return "ticked" if self._session.is_ticked(row.account_id) else "not ticked"

    def text(self, row: ProposalRow, formatter: Formatter) -> str:
        ending = self._session.ending(row.account_id)
        if ending is not None:
            return ending.text
        return what_would_happen(row, formatter, in_full=False, opening_is_said=self._session.has_shared_opening)

    def tooltip(self, row: ProposalRow, formatter: Formatter) -> str:
        ending = self._session.ending(row.account_id)
        words = ending.text if ending is not None else what_would_happen(row, formatter)
        explanation = self._session.explanation(row.account_id)
        reasons = row.reasons if explanation is None else explanation.reasons
        return "\n".join([words, *(reason.words for reason in reasons)])

    def ink(self, row: ProposalRow) -> str:
        ending = self._session.ending(row.account_id)
        if ending is not None:
            return ending.ink
        return Ink.TEXT if row.can_be_applied or row.outcome is ScanOutcome.EXCLUDED else Ink.MUTED

    def icon(self, row: ProposalRow) -> Icon | None:
        ending = self._session.ending(row.account_id)
        if ending is not None:
            return ending.icon
        if row.blocked_by is not None:
            return Icon.LOCK
        return Icon.CLOCK if row.apply_from is not None else None

    def icon_ink(self, row: ProposalRow) -> str:
        ending = self._session.ending(row.account_id)
        return ending.icon_ink if ending is not None else Ink.MUTED

    def payable(self, row: ProposalRow, formatter: Formatter) -> str:
        preview = self._session.preview
        if not row.payable_minor:
            return ""
        if preview is not None and not preview.currency:
            return formatter.money(Money(row.payable_minor, row.currency))
        return formatter.amount(row.payable_minor, row.currency)
