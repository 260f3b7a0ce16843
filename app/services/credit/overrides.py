"""Override rules of a provider: made, changed and deleted, and whether one would let an account through."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.models.attributes.catalogue import CREDIT_RATINGS
from app.models.audit import Subject
from app.models.base import text_limits
from app.models.credit.control import (
    AccountClassification,
    KycProfile,
    OverrideRule,
    OverrideRuleClassification,
    OverrideRuleEvent,
    OverrideRuleKycProfile,
    OverrideRuleRating,
)
from app.models.parties.powers import Power
from app.models.rules.credit_check import Override
from app.models.values import CreditEvent
from app.services.access.audit import About, traces_about, write_audit, zone_of
from app.services.access.authorize import require_provider
from app.services.access.beyond import customers_of, require_all_of
from app.services.changes import Changed, ChangeSet, Created, Undo
from app.services.credit.rules import StoredRule, rules_of
from app.services.database.dialects import lock_row
from app.services.errors import NotFound, RefusedField
from app.services.files.texts import require_text
from app.services.saving import Speech, wanted_changes
from app.services.wording import counted

LIMITS: Final = text_limits(OverrideRule, "name")
_CHANGED = ChangeSet.of(Changed.CREDIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideDetails:
    """What is said of an override rule.

    Of each kind of condition the account must have one of the values; a kind without values is no condition.
    """

    name: str
    events: frozenset[CreditEvent]
    classifications: frozenset[str] = frozenset()
    ratings: frozenset[str] = frozenset()
    kyc_profiles: frozenset[str] = frozenset()
    verified_only: bool = False
    """Whether the KYC profile must be verified as well."""
    enabled: bool = True

    def as_override(self) -> Override:
        """The same as the check reads it."""
        return Override(name=self.name, events=self.events, classifications=self.classifications,
                        ratings=self.ratings, kyc_profiles=self.kyc_profiles, verified_only=self.verified_only)


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideRow:
    """One override rule of a provider."""

    id: int
    details: OverrideDetails


def override_rows(session: Session, *, provider_id: int) -> list[OverrideRow]:
    """The override rules of a provider, by name."""
    require_provider(session, provider_id, Power.CREDIT)
    return [OverrideRow(id=rule.id, details=_details(rule)) for rule in rules_of(session, provider_id)]


def _details(rule: StoredRule) -> OverrideDetails:
    o = rule.override
    return OverrideDetails(name=o.name, events=o.events, classifications=o.classifications, ratings=o.ratings,
                           kyc_profiles=o.kyc_profiles, verified_only=o.verified_only, enabled=rule.enabled)


def create_override(session: Session, *, provider_id: int, details: OverrideDetails) -> Created:
    """Make an override rule; it lists one event at least, and names what the provider has."""
    _begin(session, provider_id)
    ids = _checked(session, provider_id, details)
    rule = OverrideRule(provider_id=provider_id, name=details.name.strip(), enabled=details.enabled,
                        verified_only=details.verified_only)
    session.add(rule)
    session.flush()
    _write_sets(session, rule, details, ids)
    write_audit(session, provider_id=provider_id, about=About(kind=Subject.OVERRIDE_RULE, id=rule.id),
                action="override_rule_created", detail=f"Override rule {rule.name} created.", field="rule",
                new=_words(details))
    return Created(id=rule.id, changes=_CHANGED.with_undo(Undo(
        of=f"creation of the override rule {rule.name}", done=f"Override rule {rule.name} created.",
        command=delete_override, arguments={"rule_id": rule.id})))


def edit_override(session: Session, *, rule_id: int, details: OverrideDetails, seen: OverrideDetails) -> ChangeSet:
    """Change an override rule.

    `seen` is what was shown; raises SavedMeanwhile where somebody changed the same since.
    """
    rule = _begun(session, rule_id)
    stored = next(each for each in rules_of(session, rule.provider_id) if each.id == rule_id)
    now, about = _details(stored), About(kind=Subject.OVERRIDE_RULE, id=rule_id)
    changes = wanted_changes(seen=asdict(seen), now=asdict(now), wanted=asdict(details), speech=lambda: Speech(
        zone=zone_of(session, rule.provider_id), label=_LABELS.__getitem__, text=lambda _field, value: _plain(value),
        traces=lambda fields: traces_about(session, about, fields)))
    if not changes:
        return ChangeSet.empty()
    then = OverrideDetails(**{**_as_fields(now), **changes})
    ids = _checked(session, rule.provider_id, then, rule_id=rule_id)
    rule.name, rule.enabled, rule.verified_only = then.name.strip(), then.enabled, then.verified_only
    session.flush()
    _clear_sets(session, rule_id)
    _write_sets(session, rule, then, ids)
    for field, value in changes.items():
        write_audit(session, provider_id=rule.provider_id, about=about, action="override_rule_changed",
                    detail=f"Override rule {rule.name} changed.", field=field, old=_plain(_as_fields(now)[field]),
                    new=_plain(value))
    return _CHANGED.with_undo(Undo(
        of=f"change of the override rule {rule.name}", done=f"Override rule {rule.name} changed.",
        command=edit_override, arguments={"rule_id": rule_id, "details": now, "seen": then}))


def delete_override(session: Session, *, rule_id: int) -> ChangeSet:
    """Delete an override rule; what it let through stays."""
    rule = _begun(session, rule_id)
    stored = next(each for each in rules_of(session, rule.provider_id) if each.id == rule_id)
    _clear_sets(session, rule_id)
    session.execute(delete(OverrideRule).where(OverrideRule.id == rule_id))
    write_audit(session, provider_id=rule.provider_id, action="override_rule_deleted",
                detail=f"Override rule {rule.name} deleted.", field="rule", old=_words(_details(stored)))
    session.expunge(rule)
    return _CHANGED.with_undo(Undo(
        of=f"deletion of the override rule {rule.name}", done=f"Override rule {rule.name} deleted.",
        command=create_override, arguments={"provider_id": rule.provider_id, "details": _details(stored)}))


# --------------------------------------------------------------------------- parts


def _required(session: Session, rule_id: int) -> OverrideRule:
    rule = session.get(OverrideRule, rule_id, populate_existing=True)
    if rule is None:
        raise NotFound("There is no such override rule any more.")
    return rule


def _begun(session: Session, rule_id: int) -> OverrideRule:
    """The rule, once the person may change it and its provider is locked."""
    _begin(session, _required(session, rule_id).provider_id)
    return _required(session, rule_id)


def _begin(session: Session, provider_id: int) -> None:
    require_provider(session, provider_id, Power.CREDIT_RULES)
    require_all_of(session, customers_of(session, provider_id))
    lock_row(session, "provider", "account_id", provider_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ids:
    classifications: Mapping[str, int]
    kyc_profiles: Mapping[str, int]


def _checked(session: Session, provider_id: int, details: OverrideDetails, rule_id: int | None = None) -> _Ids:
    """The ids of what a rule names; raises RefusedField for what it cannot say."""
    name = details.name.strip()
    require_text("name", "The name", details.name)
    if not name:
        raise RefusedField("name", "The name is empty. Write one.")
    if len(name) > LIMITS["name"]:
        raise RefusedField("name", f"The name has {counted(len(name), 'character')}; at most {LIMITS['name']} fit.")
    taken = session.scalar(select(OverrideRule.id).where(OverrideRule.provider_id == provider_id,
                                                         OverrideRule.name == name))
    if taken not in (None, rule_id):
        raise RefusedField("name", f'There is an override rule "{name}" already. Choose another name.')
    if not details.events:
        raise RefusedField("events", "The rule lists no event. Choose the events that it lets through.")
    unknown = sorted(details.ratings - set(CREDIT_RATINGS))
    if unknown:
        raise RefusedField("ratings", f"{unknown[0]} is no credit rating. Choose of {', '.join(CREDIT_RATINGS)}.")
    return _Ids(
        classifications=_known(session, AccountClassification, provider_id, "classifications", details.classifications),
        kyc_profiles=_known(session, KycProfile, provider_id, "kyc_profiles", details.kyc_profiles))


_WORDS: Final = {"classifications": "classification", "kyc_profiles": "KYC profile"}


def _known(session: Session, entity: Any, provider_id: int, field: str, codes: Collection[str]) -> dict[str, int]:
    rows = session.execute(select(entity.code, entity.id).where(
        entity.provider_id == provider_id, entity.code.in_(sorted(codes))))
    found: dict[str, int] = {row.code: row.id for row in rows}
    missing = sorted(set(codes) - found.keys())
    if missing:
        raise RefusedField(field, f"There is no {_WORDS[field]} {missing[0]} at this provider. Create it first.")
    return found


def _write_sets(session: Session, rule: OverrideRule, details: OverrideDetails, ids: _Ids) -> None:
    session.add_all([
        *[OverrideRuleEvent(rule_id=rule.id, event=event.value) for event in sorted(details.events)],
        *[OverrideRuleRating(rule_id=rule.id, rating=rating) for rating in sorted(details.ratings)],
        *[OverrideRuleClassification(provider_id=rule.provider_id, rule_id=rule.id,
                                     classification_id=ids.classifications[code])
          for code in sorted(details.classifications)],
        *[OverrideRuleKycProfile(provider_id=rule.provider_id, rule_id=rule.id, kyc_profile_id=ids.kyc_profiles[code])
          for code in sorted(details.kyc_profiles)]])
    session.flush()


def _clear_sets(session: Session, rule_id: int) -> None:
    sets: tuple[Any, ...] = (OverrideRuleEvent, OverrideRuleRating, OverrideRuleClassification, OverrideRuleKycProfile)
    for entity in sets:
        session.execute(delete(entity).where(entity.rule_id == rule_id))


_LABELS: Final = {"name": "Name", "events": "Events", "classifications": "Classifications", "ratings": "Ratings",
                  "kyc_profiles": "KYC profiles", "verified_only": "Verified only", "enabled": "On"}


def _as_fields(details: OverrideDetails) -> dict[str, Any]:
    return {field: getattr(details, field) for field in OverrideDetails.__dataclass_fields__}


def _plain(value: Any) -> str:
    if isinstance(value, frozenset):
        return ", ".join(sorted(str(each) for each in value))
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _words(details: OverrideDetails) -> str:
    """A rule in one line of the trail."""
    return "; ".join(f"{_LABELS[field]}: {_plain(value)}" for field, value in _as_fields(details).items()
                     if value not in (frozenset(), False))
