"""The rule sets of one provider with all that their screen shows, and how two of them differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.parties.account_group import AccountGroup
from app.models.parties.powers import Power
from app.models.parties.provider import Provider
from app.models.rules.suspension_decision import Rules
from app.models.suspension.rule_sets import RuleSetExcludedGroup, SuspensionRuleSet
from app.models.values import AccountType, GroupKind, grouped_amount
from app.services.access.authorize import require_provider
from app.services.providers.business_day import business_day, zone_of
from app.services.providers.modules import Module, is_on
from app.services.rules.rule_sets import CUSTOMER_PROVIDERS, newest_version, rules_in_force
from app.services.wording import counted, day_text, listed


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupChoice:
    """A distribution group that rule sets can leave out."""

    id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDraft:
    """What a version says, as it is entered. Amounts in minor units of the provider's currency."""

    name: str
    effective_from: date
    min_overdue_minor: int
    """x"""
    min_overdue_days: int
    """y"""
    restore_at_minor: int
    """k"""
    resuspend_days: int
    windows: tuple[str, ...]
    excluded_group_ids: tuple[int, ...]
    """By ascending id."""
    holidays: str = ""
    """Calendar on whose public holidays nobody is suspended: "AU-NSW"; empty: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """One version as it was entered."""

    id: int
    version: int
    content: RuleDraft
    recorded_by: str
    recorded_at: datetime
    is_in_force: bool
    is_to_come: bool
    """Its day is still ahead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook:
    """All versions of a provider, the newest first, and what a further one can be made of."""

    provider_id: int
    provider: str
    currency: str
    zone: ZoneInfo
    today: date
    newest: int
    """Number of the newest version; 0 where there is none."""
    versions: tuple[VersionRow, ...]
    groups: tuple[GroupChoice, ...]
    """Distribution groups of the provider, by code."""
    refusal: str
    """Why nobody can enter rules here, in a sentence; empty where somebody can."""

    @property
    def in_force(self) -> VersionRow | None:
        """The version that scans of today go by."""
        return next((row for row in self.versions if row.is_in_force), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that two versions say otherwise, in words."""

    field: str
    """The field of `RuleDraft`."""
    label: str
    old: str
    new: str


def rule_book(session: Session, *, provider_id: int) -> RuleBook:
    """Everything about the rule sets of a provider."""
    provider = require_provider(session, provider_id, Power.SUSPENSION)
    today = business_day(session, provider_id)
    in_force = rules_in_force(session, provider_id=provider_id, on=today)
    stored = session.scalars(
        select(SuspensionRuleSet).where(SuspensionRuleSet.provider_id == provider_id)
        .order_by(SuspensionRuleSet.version.desc())).all()
    excluded: dict[int, list[int]] = {}
    for rule_set_id, group_id in session.execute(
            select(RuleSetExcludedGroup.rule_set_id, RuleSetExcludedGroup.group_id)
            .join(SuspensionRuleSet, SuspensionRuleSet.id == RuleSetExcludedGroup.rule_set_id)
            .where(SuspensionRuleSet.provider_id == provider_id).order_by(RuleSetExcludedGroup.group_id)):
        excluded.setdefault(rule_set_id, []).append(group_id)
    groups = session.execute(
        select(AccountGroup.id, AccountGroup.code, AccountGroup.name)
        .where(AccountGroup.provider_id == provider_id, AccountGroup.kind == GroupKind.DISTRIBUTION.value)
        .order_by(AccountGroup.code))
    return RuleBook(
        provider_id=provider_id, provider=provider.name, currency=session.get_one(Provider, provider_id).currency,
        zone=zone_of(session, provider_id), today=today, newest=newest_version(session, provider_id=provider_id),
        versions=tuple(_version_row(row, tuple(excluded.get(row.id, ())), in_force, today) for row in stored),
        groups=tuple(GroupChoice(id=row.id, code=row.code, name=row.name) for row in groups),
        refusal=_why_not(session, provider_id, AccountType(provider.type), provider.name))


def _version_row(row: SuspensionRuleSet, groups: tuple[int, ...], in_force: Rules | None, today: date) -> VersionRow:
    content = RuleDraft(
        name=row.name, effective_from=row.effective_from, min_overdue_minor=row.min_overdue_minor,
        min_overdue_days=row.min_overdue_days, restore_at_minor=row.restore_at_minor,
        resuspend_days=row.resuspend_days, windows=tuple(w for w in row.windows.split("\n") if w),
        excluded_group_ids=groups, holidays=row.holidays)
    return VersionRow(id=row.id, version=row.version, content=content, recorded_by=row.recorded_by,
                      recorded_at=row.recorded_at, is_in_force=in_force is not None and in_force.id == row.id,
                      is_to_come=row.effective_from > today)


def _why_not(session: Session, provider_id: int, kind: AccountType, name: str) -> str:
    if kind not in CUSTOMER_PROVIDERS:
        return f"{name} has no customers of its own, so there is nobody to suspend."
    if not is_on(session, provider_id, Module.AUTOMATED_SUSPENSION):
        return f"Automated suspension is switched off for {name}, under Settings > Modules."
    return ""


def differences(old: RuleDraft, new: RuleDraft, book: RuleBook) -> tuple[Difference, ...]:
    """What two versions of a provider say otherwise, in the order of the fields of their screen."""
    told = ((field, label, words(old, book), words(new, book)) for field, label, words in _FIELDS)
    return tuple(Difference(field=field, label=label, old=before, new=after)
                 for field, label, before, after in told if before != after)


def _group_words(draft: RuleDraft, book: RuleBook) -> str:
    codes = {group.id: group.code for group in book.groups}
    return listed(sorted(codes.get(id_, f"group {id_}") for id_ in draft.excluded_group_ids)) or "None"


_FIELDS = (
    ("name", "Name", lambda d, _: d.name or "No name"),
    ("effective_from", "In force from", lambda d, _: day_text(d.effective_from)),
    ("min_overdue_minor", "Suspend from", lambda d, b: f"{grouped_amount(d.min_overdue_minor, b.currency)} "
                                                       f"{b.currency}"),
    ("min_overdue_days", "More days late than", lambda d, _: counted(d.min_overdue_days, "day")),
    ("restore_at_minor", "Restore at", lambda d, b: f"{grouped_amount(d.restore_at_minor, b.currency)} {b.currency}"),
    ("resuspend_days", "Left alone after a restoration by hand", lambda d, _: counted(d.resuspend_days, "day")),
    ("windows", "Hours", lambda d, _: "; ".join(d.windows) or "At any time"),
    ("holidays", "Never on public holidays of", lambda d, _: d.holidays or "No country"),
    ("excluded_group_ids", "Groups left out", _group_words),
)
