"""Classification and KYC profile among the details of an account, each a choice of what its provider has.

They are kept and given by the room of credit control; here they are fields of a form, ids as text. The KYC profile is
that of the account's owner, the primary contact, and so of every account the owner has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.credit.control import AccountClassification, KycProfile
from app.models.parties.account import Account
from app.models.parties.contact import AccountContact, Contact
from app.models.parties.powers import Power
from app.models.values import AccountType, KycState
from app.services.access.authorize import require_account, require_accounts
from app.services.changes import ChangeSet
from app.services.credit.assigning import classify_account, refuse_classification, set_contact_kyc
from app.services.credit.labels import classification_rows, kyc_profile_rows
from app.services.errors import NotFound, RefusedByRule, RefusedField

LABELS: Final = ("classification", "kyc_profile", "kyc_state")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelChoice:
    """Something a field offers."""

    id: int
    code: str
    name: str
    may_be_given: bool = True


def label_choices(session: Session, account: Account) -> dict[str, tuple[LabelChoice, ...]]:
    """What classification and KYC profile may be, by field; what an account has and may not be given is there too."""
    if account.type in (AccountType.OPERATOR, AccountType.SYSTEM):
        return {"classification": (), "kyc_profile": ()}
    return {
        "classification": tuple(
            LabelChoice(id=row.id, code=row.code, name=row.details.name, may_be_given=row.may_be_given)
            for row in classification_rows(session, provider_id=account.provider_id)),
        "kyc_profile": tuple(LabelChoice(id=row.id, code=row.code, name=row.name)
                             for row in kyc_profile_rows(session, provider_id=account.provider_id)),
    }


def stored_labels(session: Session, account: Account) -> dict[str, str]:
    """What an account and its owner have; empty where they have none."""
    owner = _owner(session, account)
    return {
        "classification": _as_text(account.classification_id),
        "kyc_profile": "" if owner is None else _as_text(owner.kyc_profile_id),
        "kyc_state": KycState.NOT_VERIFIED.value if owner is None else owner.kyc_state,
    }


def label_as_kept(session: Session, field: str, value: str) -> str:
    """A value as people and files write it: the code of what the id means."""
    if field == "kyc_state" or not value.isdigit():
        return value
    found = (session.get(AccountClassification, int(value)) if field == "classification" else
             session.get(KycProfile, int(value)))
    return value if found is None else found.code


def label_named(session: Session, account: Account, field: str, code: str) -> str:
    """The id, as text, of what a code means. Raises RefusedField naming the codes there are."""
    choices = label_choices(session, account)[field]
    found = next((choice for choice in choices if choice.code.casefold() == code.casefold()), None)
    if found is None:
        there = ", ".join(choice.code for choice in choices)
        raise RefusedField(field, f'"{code}" is not there. Write one of: {there}.' if there else
                           f'"{code}" is not there: the provider has none. A set-up file makes them.')
    return str(found.id)


def check_labels(session: Session, account: Account, changes: Mapping[str, str], now: Mapping[str, str]) -> None:
    """Raise what giving these would raise; writes nothing."""
    if changes.keys().isdisjoint(LABELS):
        return
    require_account(session, account.id, Power.CUSTOMERS_EDIT_TERMS, edit=True)
    if changes.get("classification"):
        rows = {str(row.id): row for row in classification_rows(session, provider_id=account.provider_id)}
        try:
            refuse_classification(rows.get(changes["classification"]))
        except (NotFound, RefusedByRule) as refused:
            raise RefusedField("classification", str(refused)) from None
    if changes.keys() & {"kyc_profile", "kyc_state"}:
        _check_kyc(session, account, _kyc_after(changes, now))


def store_labels(
    session: Session, account: Account, changes: Mapping[str, str], now: Mapping[str, str]
) -> ChangeSet:
    """Give them through the commands that keep them, in the unit of work of the caller."""
    done = ChangeSet.empty()
    if "classification" in changes:
        done |= classify_account(session, account_id=account.id, classification_id=_as_id(changes["classification"]),
                                 seen=_as_id(now["classification"]))
    owner = _owner(session, account)
    if changes.keys() & {"kyc_profile", "kyc_state"} and owner is not None:
        profile, state = _kyc_after(changes, now)
        done |= set_contact_kyc(session, contact_id=owner.id, kyc_profile_id=_as_id(profile), state=KycState(state),
                                seen=(owner.kyc_profile_id, KycState(owner.kyc_state)))
    return done


def _kyc_after(changes: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, str]:
    """Profile and state; who has no profile any more is not verified, unless that is asked for, and refused."""
    profile = changes.get("kyc_profile", now["kyc_profile"])
    usual = now["kyc_state"] if profile else KycState.NOT_VERIFIED.value
    return profile, changes.get("kyc_state", usual)


def _check_kyc(session: Session, account: Account, wanted: tuple[str, str]) -> None:
    profile, state = wanted
    owner = _owner(session, account)
    if owner is None:
        raise RefusedField("kyc_profile", f"{account.name} has no contact whose KYC profile this could be.")
    owned = session.scalars(select(AccountContact.account_id).where(AccountContact.contact_id == owner.id)).all()
    require_accounts(session, owned, Power.CUSTOMERS_EDIT_TERMS, edit=True)
    if state not in tuple(KycState):
        raise RefusedField("kyc_state", f'"{state}" is not possible. Write one of: {", ".join(KycState)}.')
    if profile and profile not in {str(row.id) for row in kyc_profile_rows(session, provider_id=account.provider_id)}:
        raise RefusedField("kyc_profile", "There is no such KYC profile at this provider.")
    if not profile and state == KycState.VERIFIED:
        raise RefusedField("kyc_state", f"{owner.name} has no KYC profile that could be verified. Give it one first.")


def _owner(session: Session, account: Account) -> Contact | None:
    return session.scalars(
        select(Contact).join(AccountContact, AccountContact.contact_id == Contact.id)
        .where(AccountContact.account_id == account.id, AccountContact.is_primary)
        .execution_options(populate_existing=True)).one_or_none()


def _as_text(value: int | None) -> str:
    return "" if value is None else str(value)


def _as_id(value: str) -> int | None:
    return int(value) if value else None
