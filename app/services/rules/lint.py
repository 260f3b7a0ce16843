"""What is worth a second look in a rule set before it is saved: allowed, and probably not meant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.attributes.attribute import provider_effective
from app.models.attributes.catalogue import DEFINITIONS
from app.models.events.mapping import EventMapping
from app.models.parties.account import Account
from app.models.parties.account_group import AccountGroup, AccountGroupMember
from app.models.parties.powers import Power
from app.models.parties.profile import AccountProfile
from app.models.parties.provider import Provider
from app.models.values import AccountType, grouped_amount
from app.services.access.authorize import require_provider, visible
from app.services.events.raising import is_on, profiles_with
from app.services.providers.business_day import business_day
from app.services.rules.versions import RuleDraft
from app.services.rules.week import week_of
from app.services.wording import by_count, counted, day_text, listed

_TERMS: Final = "trading_due_days"
_FAR_BELOW: Final = 10
"""Restoring at less than this part of the minimum is far below it."""
_LEAST_OPEN_MINUTES: Final = 60
_MOST_NAMED: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class LintNote:
    """One remark: a code for programs, a sentence for people, and the field of `RuleDraft` it concerns.

    Without a field it concerns the rule set as a whole.
    """

    field: str
    code: str
    words: str


def rule_lint(session: Session, *, provider_id: int, draft: RuleDraft) -> tuple[LintNote, ...]:
    """All remarks on a rule set of a provider, in the order of its fields."""
    provider = require_provider(session, provider_id, Power.SUSPENSION)
    currency = session.get_one(Provider, provider_id).currency
    return (*_figures(draft, currency), *_days(session, provider, draft), *_hours(draft),
            *_groups(session, draft), *_warnings(session, provider_id, draft), *_switches(session, provider_id))


def _figures(draft: RuleDraft, currency: str) -> Iterator[LintNote]:
    if draft.restore_at_minor * _FAR_BELOW < draft.min_overdue_minor:
        yield LintNote(
            field="restore_at_minor", code="restore_far_below",
            words=f"Who is suspended at {grouped_amount(draft.min_overdue_minor, currency)} {currency} stays so until "
                  f"all but {grouped_amount(draft.restore_at_minor, currency)} {currency} is paid.")


def _days(session: Session, provider: Account, draft: RuleDraft) -> Iterator[LintNote]:
    today = business_day(session, provider.id)
    if draft.effective_from < today:
        yield LintNote(field="effective_from", code="from_past",
                       words=f"{day_text(draft.effective_from)} is past: the next scan goes by it, and past days are "
                             "explained by it.")
    terms = session.scalar(select(provider_effective.c[_TERMS]).where(
        provider_effective.c.provider_id == provider.id))
    given = int(terms if terms is not None else str(DEFINITIONS[_TERMS].default))
    if draft.min_overdue_days < given:
        yield LintNote(field="min_overdue_days", code="shorter_than_terms",
                       words=f"{provider.name} gives {counted(given, 'day')} to pay an invoice, and "
                             f"{counted(draft.min_overdue_days, 'day')} after that customers may be suspended.")


def _hours(draft: RuleDraft) -> Iterator[LintNote]:
    if draft.windows:
        minutes = sum(closes - opens for day in week_of(draft.windows) for opens, closes in day)
        if minutes < _LEAST_OPEN_MINUTES:
            yield LintNote(field="windows", code="hardly_open",
                           words=f"Suspensions are applied in {counted(minutes, 'minute')} of a whole week.")


def _groups(session: Session, draft: RuleDraft) -> Iterator[LintNote]:
    if not draft.excluded_group_ids:
        return
    members = select(AccountGroupMember.account_id).where(AccountGroupMember.group_id == AccountGroup.id).exists()
    empty = session.scalars(select(AccountGroup.code).where(
        AccountGroup.id.in_(draft.excluded_group_ids), ~members).order_by(AccountGroup.code)).all()
    if empty:
        yield LintNote(field="excluded_group_ids", code="empty_group",
                       words=by_count(len(empty), "The group {names} has no members, so it leaves nobody out.",
                                      "The groups {names} have no members, so they leave nobody out.",
                                      names=listed(empty)))


def _warnings(session: Session, provider_id: int, draft: RuleDraft) -> Iterator[LintNote]:
    """Reminders that all come after the day on which the rules may suspend."""
    m = EventMapping
    late = session.execute(
        select(AccountProfile.name, func.min(m.period_days))
        .join(m, m.profile_id == AccountProfile.id)
        .where(m.provider_id == provider_id, m.event == "invoice_overdue", is_on(m.id), m.follows_rules.is_(False))
        .group_by(AccountProfile.id, AccountProfile.name).having(func.min(m.period_days) > draft.min_overdue_days)
        .order_by(AccountProfile.name)).all()
    if late:
        yield LintNote(
            field="min_overdue_days", code="warned_too_late",
            words=f"The first reminder of {_named([row[0] for row in late])} leaves "
                  f"{counted(min(row[1] for row in late), 'day')} after the due date, when customers may be suspended "
                  "already.")


def _switches(session: Session, provider_id: int) -> Iterator[LintNote]:
    """Profiles with members for which the event that lets automation act is off."""
    members: dict[int, tuple[str, int]] = {
        row.id: (row.name, row.members) for row in session.execute(
            select(AccountProfile.id, AccountProfile.name, func.count(Account.id).label("members"))
            .join(Account, Account.profile_id == AccountProfile.id)
            .where(AccountProfile.provider_id == provider_id, Account.type == AccountType.END_USER.value,
                   visible(session))
            .group_by(AccountProfile.id, AccountProfile.name).order_by(AccountProfile.name))}
    for event, name, verb in (("auto_suspend", "Auto Suspend", "suspended"),
                              ("auto_unsuspend", "Auto UnSuspend", "restored")):
        off = [found for id_, found in members.items() if id_ not in profiles_with(
            session, provider_id=provider_id, event=event)]
        if off:
            yield LintNote(
                field="", code=f"{event}_off",
                words=f"{name} is off for {_named([profile for profile, _ in off])} with "
                      f"{counted(sum(count for _, count in off), 'customer')}: nobody there is {verb} by a scan.")


def _named(names: list[str]) -> str:
    if len(names) > _MOST_NAMED:
        return f"{listed(names[:_MOST_NAMED - 1])} and {counted(len(names) - _MOST_NAMED + 1, 'other profile')}"
    return listed(names)
