"""What somebody did between a plan and its being applied: the refusal names the value, who set it and when."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.audit import Subject
from app.models.credit.control import AccountClassification, KycProfile, OverrideRule
from app.models.ledger.types import TransactionType
from app.models.parties.account_group import AccountGroup
from app.models.parties.profile import AccountProfile
from app.models.parties.staff import OrgUnit, StaffRole
from app.models.suspension.rule_sets import SuspensionRuleSet
from app.models.values import Tier
from app.services.access.audit import About, traces_about, traces_on_account, zone_of
from app.services.attributes.resolving import last_changes
from app.services.errors import RefusedByRule
from app.services.saving import Trace, moment_text, same
from app.services.setup.comparing import SetUpChange
from app.services.setup.document import Kind, SetUpValue, keys_of
from app.services.setup.planning import Plan, profile_ids
from app.services.setup.values import value_words
from app.services.setup.words import KIND_WORDS, key_named

_AGAIN = "Nothing was changed; make the plan again."
_OF_PROVIDER = ("details_changed", "provider_settings_changed")
_SUBJECTS: dict[Kind, tuple[Subject, Any, Any]] = {
    Kind.PROFILE: (Subject.PROFILE, AccountProfile, AccountProfile.name),
    Kind.CLASSIFICATION: (Subject.CLASSIFICATION, AccountClassification, AccountClassification.code),
    Kind.KYC_PROFILE: (Subject.KYC_PROFILE, KycProfile, KycProfile.code),
    Kind.OVERRIDE_RULE: (Subject.OVERRIDE_RULE, OverrideRule, OverrideRule.name),
    Kind.TRANSACTION_TYPE: (Subject.TRANSACTION_TYPE, TransactionType, TransactionType.code),
    Kind.GROUP: (Subject.GROUP, AccountGroup, AccountGroup.code),
    Kind.ROLE: (Subject.ROLE, StaffRole, StaffRole.name),
    Kind.ORG_UNIT: (Subject.ORG_UNIT, OrgUnit, OrgUnit.code),
}
"""What the trail calls a kind of thing, and how one is found."""
_TIERS = {Kind.PROVIDER: Tier.PROVIDER, Kind.MODULES: Tier.PROVIDER, Kind.OWN_ATTRIBUTES: Tier.ACCOUNT,
          Kind.PROFILE: Tier.PROFILE}


def refuse_another_plan(session: Session, *, seen: Plan, now: Plan) -> None:
    """Raise RefusedByRule where the file would do something else by now than the plan says."""
    if (seen.provider_id is None) != (now.provider_id is None):
        state = "was created" if seen.provider_id is None else "is gone"
        raise RefusedByRule(f"{now.code} {state} since the plan was made. {_AGAIN}")
    then = {(change.kind, change.name, change.key): change for change in seen.changes}
    for change in now.changes:
        planned = then.pop((change.kind, change.name, change.key), None)
        # What the plan did not list was then as the file has it.
        before = change.new if planned is None else planned.old
        if planned is None or not same(before, change.old):
            raise _refusal(session, now, change, before=before, by_now=change.old)
    for planned in then.values():
        raise _refusal(session, now, planned, before=planned.old, by_now=planned.new)


def _refusal(
    session: Session, plan: Plan, change: SetUpChange, *, before: SetUpValue | None, by_now: SetUpValue | None
) -> RefusedByRule:
    what = f"{KIND_WORDS[change.kind]} {change.name}"
    if change.key is None:
        return RefusedByRule(f"{what}: somebody created or removed it since the plan was made. {_AGAIN}")
    trace = _trace(session, plan, change)
    key = key_named(change.kind, change.key)
    who = "somebody" if trace is None else trace.who
    when = "" if trace is None or plan.provider_id is None else (
        f" {moment_text(trace.at, zone_of(session, plan.provider_id))}")
    return RefusedByRule(f"{what}: {who} changed {change.key} since the plan was made{when}: it was "
                         f"{value_words(before, key)} and is {value_words(by_now, key)} now. {_AGAIN}")


def _trace(session: Session, plan: Plan, change: SetUpChange) -> Trace | None:
    """Who set what is stored now; None where that was not written down for it."""
    if plan.provider_id is None or change.key is None:
        return None
    kind, definition = Kind(change.kind), keys_of(Kind(change.kind))[change.key].definition
    if definition is not None:
        owner_id = (profile_ids(session, plan.provider_id).get(change.name, 0) if kind is Kind.PROFILE
                    else plan.provider_id)
        return last_changes(session, _TIERS[kind], owner_id, [definition.key]).get(definition.key)
    if kind in (Kind.PROVIDER, Kind.LETTERHEAD):
        return traces_on_account(session, plan.provider_id, [change.key], actions=_OF_PROVIDER).get(change.key)
    if kind is Kind.RULE_SET:
        return _trace_of_rules(session, plan.provider_id, change.name)
    return _trace_of_thing(session, plan.provider_id, kind, change.name, change.key) if kind in _SUBJECTS else None


def _trace_of_thing(session: Session, provider_id: int, kind: Kind, name: str, field: str) -> Trace | None:
    """Who changed a field of a profile, a group, a role or an org unit last."""
    subject, entity, named_by = _SUBJECTS[kind]
    found = session.scalar(select(entity.id).where(entity.provider_id == provider_id, named_by == name))
    return traces_about(session, About(kind=subject, id=found or 0), [field]).get(field)


def _trace_of_rules(session: Session, provider_id: int, day: str) -> Trace | None:
    """Who entered the newest version of the rules from a day on."""
    rules = session.scalars(select(SuspensionRuleSet).where(
        SuspensionRuleSet.provider_id == provider_id, SuspensionRuleSet.effective_from == date.fromisoformat(day))
        .order_by(SuspensionRuleSet.version.desc()).limit(1)).one_or_none()
    return None if rules is None else Trace(who=rules.recorded_by, at=rules.recorded_at)
