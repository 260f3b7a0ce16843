"""Rule sets of a provider: a new version for every entry (ARCHITECTURE.md, "Suspension rules")."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.account_group import AccountGroup
from app.models.parties.powers import Power
from app.models.parties.provider import Provider
from app.models.rules.suspension_decision import Rules
from app.models.rules.suspension_window import parse_window
from app.models.suspension.rule_sets import RuleSetExcludedGroup, SuspensionRuleSet
from app.models.values import PROVIDER_TYPES, AccountType, GroupKind, grouped_amount
from app.services.access.audit import write_audit, zone_of
from app.services.access.authorize import authorize, require_provider, visible
from app.services.access.beyond import customers_of, require_all_of
from app.services.changes import Changed, ChangeSet, Created
from app.services.database.dialects import lock_row
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.errors import NotFound, RefusedByRule
from app.services.files.texts import require_text
from app.services.providers.business_day import business_day, business_days
from app.services.providers.modules import Module, require_module
from app.services.rules.advance_warning import align_warnings
from app.services.rules.holidays import check_calendar, keep_calendar
from app.services.rules.in_force import rule_set_in_force
from app.services.saving import Speech, Trace, wanted_changes
from app.services.wording import counted

LONGEST_DAYS = 36_500
"""A hundred years: more days than this are a slip of the keyboard, and would leave the calendar."""

CUSTOMER_PROVIDERS = (AccountType.NON_BILLING, AccountType.RETAIL)
"""Providers that may have end users; only they are scanned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSetRow:
    """One version as it is listed."""

    provider_code: str
    provider_name: str
    rules: Rules
    recorded_by: str
    in_force: bool


def set_rules(
    session: Session, *, provider_id: int, effective_from: date, min_overdue_minor: int, min_overdue_days: int,
    restore_at_minor: int, seen: int, name: str = "", resuspend_days: int = 0, windows: Sequence[str] = (),
    excluded_group_ids: Sequence[int] = (), holidays: str = "",
) -> Created:
    """Enter a version of a provider's rules; it goes by its version number from then on.

    `seen` is the newest version that was shown, 0 where there was none: a version entered since might be the very
    same, or say otherwise, so it raises SavedMeanwhile. What is entered here never changes; there is no version to
    merge with.

    Refused: x ≤ 0, y < 0, k ≥ x, a negative wait, a malformed window, a name that is too long, a group that is not a
    distribution group of this provider. Any date may be entered; the same date again makes a newer version.
    """
    provider = require_provider(session, provider_id, Power.SUSPENSION_RULES)
    require_all_of(session, customers_of(session, provider_id))
    require_module(session, provider_id, Module.AUTOMATED_SUSPENSION)
    currency = session.get_one(Provider, provider_id).currency
    if AccountType(provider.type) not in CUSTOMER_PROVIDERS:
        raise RefusedByRule(f"{provider.code} has no end users, so there is nobody to suspend.")
    refusals = figure_refusals(
        min_overdue_minor=min_overdue_minor, min_overdue_days=min_overdue_days, restore_at_minor=restore_at_minor,
        resuspend_days=resuspend_days, currency=currency)
    if refusals:
        raise RefusedByRule(" ".join(refusals.values()))
    _check_name(name)
    cleaned = _check_windows(windows)
    calendar = check_calendar(holidays)
    _check_groups(session, provider_id, excluded_group_ids)
    lock_row(session, "provider", "account_id", provider_id)
    newest = newest_version(session, provider_id=provider_id)
    wanted_changes(seen={_VERSION: seen}, now={_VERSION: newest}, wanted={_VERSION: None}, is_explicit=True,
                   speech=lambda: _speech(session, provider_id, newest))
    version = newest + 1
    rule_set = SuspensionRuleSet(
        provider_id=provider_id, version=version, effective_from=effective_from, name=name.strip(), currency=currency,
        min_overdue_minor=min_overdue_minor, min_overdue_days=min_overdue_days, restore_at_minor=restore_at_minor,
        resuspend_days=resuspend_days, windows="\n".join(cleaned), holidays=calendar,
        recorded_at=recorded_now(session), recorded_by=actor_of(session),
    )
    session.add(rule_set)
    session.flush()
    keep_calendar(session, provider_id, calendar, business_day(session, provider_id))
    if excluded_group_ids:
        session.execute(insert(RuleSetExcludedGroup), [
            {"rule_set_id": rule_set.id, "group_id": g} for g in dict.fromkeys(excluded_group_ids)
        ])
    older = str(version - 1) if version > 1 else None
    write_audit(session, provider_id=provider_id, action="rules_set", field="version", old=older, new=str(version),
                detail=f"version {version} from {effective_from.isoformat()}")
    return Created(id=version, changes=ChangeSet.of(Changed.RULES) | align_warnings(session, provider_id=provider_id))


def newest_version(session: Session, *, provider_id: int) -> int:
    """The number of the newest version of a provider's rules, in force or not; 0 where there is none."""
    return session.scalar(
        select(func.max(SuspensionRuleSet.version)).where(SuspensionRuleSet.provider_id == provider_id)) or 0


_VERSION = "version"


def _speech(session: Session, provider_id: int, newest: int) -> Speech:
    def traces(_fields: Collection[str]) -> dict[str, Trace]:
        row = session.execute(select(SuspensionRuleSet.recorded_by, SuspensionRuleSet.recorded_at).where(
            SuspensionRuleSet.provider_id == provider_id, SuspensionRuleSet.version == newest)).one()
        return {_VERSION: Trace(who=row.recorded_by, at=row.recorded_at)}

    def text(_field: str, version: int | None) -> str:
        return "a new version" if version is None else f"version {version}" if version else "no rules"

    return Speech(zone=zone_of(session, provider_id), label=lambda _field: "the newest rule set", text=text,
                  traces=traces)


def figure_refusals(*, min_overdue_minor: int, min_overdue_days: int, restore_at_minor: int, resuspend_days: int,
                    currency: str) -> dict[str, str]:
    """Why figures of a rule set are refused, each under the name of its argument; empty where none is."""
    found: dict[str, str] = {}
    if min_overdue_minor <= 0:
        found["min_overdue_minor"] = "The minimum overdue amount must be more than nothing."
    if min_overdue_days < 0:
        found["min_overdue_days"] = ("The minimum overdue days cannot be negative; 0 means from the day after the due "
                                     "date.")
    if resuspend_days < 0:
        found["resuspend_days"] = "The re-suspend wait cannot be negative."
    for field, days in (("min_overdue_days", min_overdue_days), ("resuspend_days", resuspend_days)):
        if days > LONGEST_DAYS:
            found[field] = (f"{counted(days, 'day is', 'days are')} more than a hundred years; write {LONGEST_DAYS} "
                            "at most.")
    if restore_at_minor >= min_overdue_minor > 0:
        found["restore_at_minor"] = (
            f"Restore at {grouped_amount(restore_at_minor, currency)} must be less than the minimum overdue amount of "
            f"{grouped_amount(min_overdue_minor, currency)} {currency}; otherwise an account would be suspended and "
            "restored in turn.")
    return found


def _check_name(name: str) -> None:
    column: Any = SuspensionRuleSet.name
    require_text("name", "The name", name.strip())
    room = int(column.type.length)
    if len(name.strip()) > room:
        raise RefusedByRule(f"The name has {counted(len(name.strip()), 'character')}; there is room for {room}.")


def _check_windows(windows: Sequence[str]) -> list[str]:
    cleaned = [" ".join(w.split()) for w in windows]
    for window in cleaned:
        try:
            parse_window(window)
        except ValueError as error:
            raise RefusedByRule(f"{error}.") from error
    return cleaned


def _check_groups(session: Session, provider_id: int, group_ids: Sequence[int]) -> None:
    for group_id in group_ids:
        group = session.get(AccountGroup, group_id)
        if group is None or group.provider_id != provider_id:
            raise RefusedByRule("An excluded group must belong to the provider.")
        if group.kind != GroupKind.DISTRIBUTION:
            raise RefusedByRule(f'"{group.code}" is a security group; only distribution groups can be excluded.')


def group_id_of(session: Session, *, provider_id: int, code: str) -> int:
    """The group with this code at a provider."""
    found = session.scalar(
        select(AccountGroup.id).where(AccountGroup.provider_id == provider_id, AccountGroup.code == code)
    )
    if found is None:
        raise NotFound(f'There is no account group with the code "{code}" at this provider.')
    return found


def rules_in_force(session: Session, *, provider_id: int, on: date) -> Rules | None:
    """The newest version with the latest `effective_from` ≤ the date; None where there is none."""
    rule_set = rule_set_in_force(session, provider_id, on)
    return None if rule_set is None else _as_rules(session, rule_set)


def stored_rules(session: Session, rule_set_id: int) -> Rules:
    """One version by its id, as it was entered, for a run that went by it."""
    return _as_rules(session, session.get_one(SuspensionRuleSet, rule_set_id))


def rules_of(session: Session, rule_set_id: int) -> Rules:
    """One version, inside a question that asked."""
    return _as_rules(session, session.get_one(SuspensionRuleSet, rule_set_id))


def _as_rules(session: Session, r: SuspensionRuleSet) -> Rules:
    groups = session.scalars(
        select(AccountGroup.code)
        .join(RuleSetExcludedGroup, RuleSetExcludedGroup.group_id == AccountGroup.id)
        .where(RuleSetExcludedGroup.rule_set_id == r.id).order_by(AccountGroup.code)
    )
    return Rules(
        id=r.id, version=r.version, name=r.name, effective_from=r.effective_from, currency=r.currency,
        min_overdue_minor=r.min_overdue_minor, min_overdue_days=r.min_overdue_days,
        restore_at_minor=r.restore_at_minor, resuspend_days=r.resuspend_days,
        windows=tuple(w for w in r.windows.split("\n") if w), holidays=r.holidays, excluded_groups=tuple(groups),
    )


def list_rules(session: Session, *, provider_id: int | None) -> list[RuleSetRow]:
    """Every version of one provider or of all in reach, newest first within each provider; what is in force is so
    today, each provider's own.
    """
    authorize(session, Power.SUSPENSION)
    today = business_days(session)
    query = (
        select(SuspensionRuleSet, Account.code, Account.name)
        .join(Account, Account.id == SuspensionRuleSet.provider_id).where(visible(session))
        .order_by(Account.code, SuspensionRuleSet.effective_from.desc(), SuspensionRuleSet.version.desc())
    )
    if provider_id is not None:
        query = query.where(SuspensionRuleSet.provider_id == provider_id)
    rows: list[RuleSetRow] = []
    seen: set[int] = set()
    for rule_set, code, name in session.execute(query):
        in_force = rule_set.effective_from <= today[rule_set.provider_id] and rule_set.provider_id not in seen
        if in_force:
            seen.add(rule_set.provider_id)
        rows.append(RuleSetRow(provider_code=code, provider_name=name, rules=_as_rules(session, rule_set),
                               recorded_by=rule_set.recorded_by, in_force=in_force))
    return rows


def scannable_providers(session: Session) -> list[Account]:
    """Providers in reach that may have end users, in order of their ids."""
    return list(session.scalars(
        select(Account).join(Provider, Provider.account_id == Account.id)  # a short table beside all accounts
        .where(Account.type.in_([t.value for t in CUSTOMER_PROVIDERS]), visible(session)).order_by(Account.id)
    ))


def is_provider(account: Account) -> bool:
    return AccountType(account.type) in PROVIDER_TYPES


def rules_sentence(rules: Rules) -> str:
    """The rule set in words."""
    x = grouped_amount(rules.min_overdue_minor, rules.currency)
    k = grouped_amount(rules.restore_at_minor, rules.currency)
    days = counted(rules.min_overdue_days, "day")
    text = (f"Suspend when at least {x} {rules.currency} is overdue and payable and the oldest invoice is more than "
            f"{days} late. Restore at {k} {rules.currency} or less.")
    if rules.resuspend_days:
        wait = counted(rules.resuspend_days, "day")
        text += f" After a restoration by hand, leave the account alone for {wait}."
    if rules.windows:
        text += f" Suspend only {', '.join(rules.windows)}."
    if rules.holidays:
        text += f" Never on public holidays of {rules.holidays}."
    if rules.excluded_groups:
        text += f" Leave out the groups {', '.join(rules.excluded_groups)}."
    return text
