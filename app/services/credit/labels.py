"""Classifications of accounts and KYC profiles of contacts: what a provider has of them, and who may give which.

Both are codes with a name; what is told apart by its code is made and changed by one command, as a set-up file does it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from app.models.audit import Subject
from app.models.base import text_limits
from app.models.credit.control import (
    AccountClassification,
    ClassificationUnit,
    KycProfile,
    OverrideRule,
    OverrideRuleClassification,
    OverrideRuleKycProfile,
)
from app.models.parties.account import Account
from app.models.parties.contact import Contact
from app.models.parties.powers import Power
from app.models.parties.staff import OrgUnit
from app.services.access.audit import About, traces_about, write_audit, zone_of
from app.services.access.authorize import require_provider
from app.services.access.beyond import customers_of, require_all_of
from app.services.access.principal import principal_of
from app.services.changes import Changed, ChangeSet, Undo
from app.services.database.dialects import lock_row
from app.services.errors import InputRejected, NotFound, RefusedByRule
from app.services.files.texts import require_text
from app.services.saving import Speech, wanted_changes
from app.services.wording import by_count, counted, inside, listed

LIMITS: Final = text_limits(AccountClassification, "code", "name")
"""Most characters of a code and of a name."""
_CHANGED = ChangeSet.of(Changed.CREDIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassificationDetails:
    """What is said of a classification."""

    name: str
    enabled: bool = True
    """Whether it can be given; accounts that have it keep it."""
    units: frozenset[str] = frozenset()
    """Codes of the org units whose staff may give it; none: everybody may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassificationRow:
    """One classification of a provider."""

    id: int
    code: str
    details: ClassificationDetails
    may_be_given: bool
    """Whether whoever asks may give it to an account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KycProfileRow:
    """One KYC profile of a provider."""

    id: int
    code: str
    name: str


def classification_rows(session: Session, *, provider_id: int) -> list[ClassificationRow]:
    """The classifications of a provider, by code."""
    require_provider(session, provider_id, Power.CUSTOMERS)
    units = _units(session, provider_id)
    own_unit = principal_of(session).unit_id
    own = None if own_unit is None else session.get_one(OrgUnit, own_unit).code
    rows = session.scalars(select(AccountClassification).where(AccountClassification.provider_id == provider_id)
                           .order_by(AccountClassification.code).execution_options(populate_existing=True))
    found = []
    for row in rows:
        of = units.get(row.id, frozenset())
        found.append(ClassificationRow(
            id=row.id, code=row.code, details=ClassificationDetails(name=row.name, enabled=row.enabled, units=of),
            may_be_given=row.enabled and (not of or own is None or own in of)))
    return found


def kyc_profile_rows(session: Session, *, provider_id: int) -> list[KycProfileRow]:
    """The KYC profiles of a provider, by code."""
    require_provider(session, provider_id, Power.CUSTOMERS)
    rows = session.scalars(select(KycProfile).where(KycProfile.provider_id == provider_id).order_by(KycProfile.code)
                           .execution_options(populate_existing=True))
    return [KycProfileRow(id=row.id, code=row.code, name=row.name) for row in rows]


def unit_choices(session: Session, *, provider_id: int) -> list[tuple[str, str]]:
    """Code and name of the org units that may be said to give a classification."""
    require_provider(session, provider_id, Power.CREDIT_RULES)
    return [(row.code, row.name) for row in session.execute(
        select(OrgUnit.code, OrgUnit.name).where(OrgUnit.provider_id == provider_id).order_by(OrgUnit.name))]


def _units(session: Session, provider_id: int) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = {}
    for classification_id, code in session.execute(
            select(ClassificationUnit.classification_id, OrgUnit.code)
            .join(OrgUnit, OrgUnit.id == ClassificationUnit.unit_id)
            .where(ClassificationUnit.provider_id == provider_id)):
        found.setdefault(classification_id, set()).add(code)
    return {classification_id: frozenset(codes) for classification_id, codes in found.items()}


# --------------------------------------------------------------------------- made and changed


def set_classification(
    session: Session, *, provider_id: int, code: str, details: ClassificationDetails,
    seen: ClassificationDetails | None,
) -> ChangeSet:
    """Make a classification or change it; `seen` is what was shown of it, None where there was none.

    Raises SavedMeanwhile where somebody said something else of the same since.
    """
    code = _begin(session, provider_id, code, details.name)
    known = {row.code: row.id for row in session.execute(
        select(OrgUnit.code, OrgUnit.id).where(OrgUnit.provider_id == provider_id))}
    unknown = sorted(details.units - known.keys())
    if unknown:
        raise NotFound(f"There is no org unit with the code {unknown[0]} at this provider.")
    row = _find(session, AccountClassification, provider_id, code)
    now = None if row is None else ClassificationDetails(
        name=row.name, enabled=row.enabled, units=_units(session, provider_id).get(row.id, frozenset()))
    work = _Saving(session=session, kind=_CLASSIFICATION, provider_id=provider_id, code=code, row=row)
    changes = work.changes(wanted=asdict(details), now=_fields(now), seen=_fields(seen))
    if row is None:
        row = AccountClassification(provider_id=provider_id, code=code, name="", enabled=True)
        session.add(row)
    for field in changes.keys() & {"name", "enabled"}:
        setattr(row, field, changes[field])
    session.flush()
    if "units" in changes:
        session.execute(delete(ClassificationUnit).where(ClassificationUnit.classification_id == row.id))
        session.add_all([ClassificationUnit(provider_id=provider_id, classification_id=row.id, unit_id=known[unit])
                         for unit in sorted(changes["units"])])
        session.flush()
    work.record(row.id, changes, now=_fields(now))
    if not changes:
        return ChangeSet.empty()
    if now is None:
        return _CHANGED.with_undo(Undo(
            of=f"creation of the classification {code}", done=f"Classification {code} created.",
            command=delete_classification, arguments={"classification_id": row.id}))
    return _CHANGED.with_undo(Undo(
        of=f"change of the classification {code}", done=f"Classification {code} changed.", command=set_classification,
        arguments={"provider_id": provider_id, "code": code, "details": now, "seen": details}))


def set_kyc_profile(session: Session, *, provider_id: int, code: str, name: str, seen: str | None) -> ChangeSet:
    """Make a KYC profile or change its name; `seen` is the name that was shown, None where there was none.

    Raises SavedMeanwhile where somebody gave it another name since.
    """
    code = _begin(session, provider_id, code, name)
    row = _find(session, KycProfile, provider_id, code)
    now = None if row is None else row.name
    work = _Saving(session=session, kind=_KYC, provider_id=provider_id, code=code, row=row)
    changes = work.changes(wanted={"name": name}, now={} if now is None else {"name": now},
                           seen={} if seen is None else {"name": seen})
    if row is None:
        row = KycProfile(provider_id=provider_id, code=code, name="")
        session.add(row)
    if "name" in changes:
        row.name = changes["name"]
    session.flush()
    work.record(row.id, changes, now={"name": now})
    if not changes:
        return ChangeSet.empty()
    if now is None:
        return _CHANGED.with_undo(Undo(
            of=f"creation of the KYC profile {code}", done=f"KYC profile {code} created.", command=delete_kyc_profile,
            arguments={"kyc_profile_id": row.id}))
    return _CHANGED.with_undo(Undo(
        of=f"change of the KYC profile {code}", done=f"KYC profile {code} changed.", command=set_kyc_profile,
        arguments={"provider_id": provider_id, "code": code, "name": now, "seen": name}))


def _fields(details: ClassificationDetails | None) -> dict[str, Any]:
    return {} if details is None else asdict(details)


def _find(session: Session, entity: Any, provider_id: int, code: str) -> Any:
    return session.scalars(select(entity).where(entity.provider_id == provider_id, entity.code == code)
                           .execution_options(populate_existing=True)).one_or_none()


def _begin(session: Session, provider_id: int, code: str, name: str) -> str:
    """The code as it is stored, once the person may say so and the provider is locked."""
    _require(session, provider_id)
    for field, label, text in (("code", "The code", code), ("name", "The name", name)):
        require_text(field, label, text)
        if not text.strip():
            raise InputRejected(f"{label} is empty. Write one.")
        if len(text) > LIMITS[field]:
            raise InputRejected(f"{label} has {counted(len(text), 'character')}; at most {LIMITS[field]} fit.")
    lock_row(session, "provider", "account_id", provider_id)
    return code.strip()


def _require(session: Session, provider_id: int) -> None:
    require_provider(session, provider_id, Power.CREDIT_RULES)
    require_all_of(session, customers_of(session, provider_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Label:
    """One of the two kinds, and how it is called."""

    subject: Subject
    word: str


_CLASSIFICATION: Final = _Label(subject=Subject.CLASSIFICATION, word="Classification")
_KYC: Final = _Label(subject=Subject.KYC_PROFILE, word="KYC profile")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Saving:
    """Compares and writes down what is said of one code."""

    session: Session
    kind: _Label
    provider_id: int
    code: str
    row: Any

    def changes(self, *, wanted: Mapping[str, Any], now: Mapping[str, Any], seen: Mapping[str, Any]) -> dict[str, Any]:
        """What is to be written; raises SavedMeanwhile."""
        about = About(kind=self.kind.subject, id=0 if self.row is None else self.row.id)
        labels = {"name": "the name", "enabled": "whether it can be given", "units": "who may give it"}
        return wanted_changes(seen=seen, now=now, wanted=wanted, speech=lambda: Speech(
            zone=zone_of(self.session, self.provider_id), label=lambda field: f"{labels[field]} of {self.code}",
            text=lambda _field, value: _plain(value) or "",
            traces=lambda fields: traces_about(self.session, about, fields)))

    def record(self, row_id: int, changes: Mapping[str, Any], *, now: Mapping[str, Any]) -> None:
        """Leave the trail of what was changed."""
        verb = "changed" if self.row is not None else "created"
        for field, value in changes.items():
            write_audit(self.session, provider_id=self.provider_id, about=About(kind=self.kind.subject, id=row_id),
                        action=f"{self.kind.subject.value}_{verb}", detail=f"{self.kind.word} {self.code} {verb}.",
                        field=field, old=_plain(now.get(field)), new=_plain(value))


def _plain(value: Any) -> str | None:
    if value is None:
        return None
    return {True: "yes", False: "no"}.get(value) or str(value) if not isinstance(value, frozenset) else ", ".join(
        sorted(value))


# --------------------------------------------------------------------------- deleted


def delete_classification(session: Session, *, classification_id: int) -> ChangeSet:
    """Delete a classification that no account has and no override rule asks for."""
    row = _begin_deleting(session, AccountClassification, classification_id, _CLASSIFICATION)
    asking = OverrideRuleClassification
    _refuse_asked(session, asking.rule_id, asking.classification_id == classification_id, _CLASSIFICATION, row.code)
    if session.scalar(select(exists().where(Account.classification_id == classification_id))):
        raise RefusedByRule(f"There are accounts with the classification {row.code}. Give them another one first.")
    was = ClassificationDetails(name=row.name, enabled=row.enabled,
                                units=_units(session, row.provider_id).get(row.id, frozenset()))
    session.execute(delete(ClassificationUnit).where(ClassificationUnit.classification_id == classification_id))
    return _deleted(session, row, _CLASSIFICATION).with_undo(Undo(
        of=f"deletion of the classification {row.code}", done=f"Classification {row.code} deleted.",
        command=set_classification,
        arguments={"provider_id": row.provider_id, "code": row.code, "details": was, "seen": None}))


def delete_kyc_profile(session: Session, *, kyc_profile_id: int) -> ChangeSet:
    """Delete a KYC profile that no contact has and no override rule asks for."""
    row = _begin_deleting(session, KycProfile, kyc_profile_id, _KYC)
    asking = OverrideRuleKycProfile
    _refuse_asked(session, asking.rule_id, asking.kyc_profile_id == kyc_profile_id, _KYC, row.code)
    if session.scalar(select(exists().where(Contact.kyc_profile_id == kyc_profile_id))):
        raise RefusedByRule(f"There are contacts with the KYC profile {row.code}. Give them another one first.")
    return _deleted(session, row, _KYC).with_undo(Undo(
        of=f"deletion of the KYC profile {row.code}", done=f"KYC profile {row.code} deleted.", command=set_kyc_profile,
        arguments={"provider_id": row.provider_id, "code": row.code, "name": row.name, "seen": None}))


def _begin_deleting(session: Session, entity: Any, id_: int, kind: _Label) -> Any:
    row = session.get(entity, id_)
    if row is None:
        raise NotFound(f"There is no such {inside(kind.word)} any more.")
    _require(session, row.provider_id)
    lock_row(session, "provider", "account_id", row.provider_id)
    return row


def _refuse_asked(session: Session, rule_id: Any, which: Any, kind: _Label, code: str) -> None:
    rules = session.scalars(select(OverrideRule.name).where(OverrideRule.id.in_(select(rule_id).where(which)))
                            .order_by(OverrideRule.name)).all()
    if rules:
        raise RefusedByRule(by_count(
            len(rules), "The override rule {names} asks for the {kind} {code}. Change it first.",
            "The override rules {names} ask for the {kind} {code}. Change them first.", names=listed(rules),
            kind=inside(kind.word), code=code))


def _deleted(session: Session, row: Any, kind: _Label) -> ChangeSet:
    write_audit(session, provider_id=row.provider_id, action=f"{kind.subject.value}_deleted",
                detail=f"{kind.word} {row.code} deleted.", field="code", old=row.code)
    session.delete(row)
    session.flush()
    return _CHANGED
