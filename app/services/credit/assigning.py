"""Which classification an account has, and which KYC profile its contact."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.audit import Subject
from app.models.credit.control import AccountClassification, KycProfile
from app.models.parties.contact import AccountContact, Contact
from app.models.parties.powers import Power
from app.models.values import KycState
from app.services.access.audit import About, traces_about, traces_on_account, write_audit, zone_of
from app.services.access.authorize import require_account, require_accounts
from app.services.changes import Changed, ChangeSet, Undo
from app.services.credit.labels import ClassificationRow, classification_rows, kyc_profile_rows
from app.services.database.dialects import lock_row, lock_rows
from app.services.errors import NotFound, RefusedByRule
from app.services.saving import Speech, wanted_changes


def classify_account(
    session: Session, *, account_id: int, classification_id: int | None, seen: int | None
) -> ChangeSet:
    """Give an account a classification of its provider, or with None take it away; also above its credit limit.

    `seen` is what was shown. Raises RefusedByRule for one that is switched off or reserved to other org units,
    SavedMeanwhile where somebody gave the account another one since.
    """
    account = require_account(session, account_id, Power.CUSTOMERS_EDIT_TERMS, edit=True)
    names = {row.id: row for row in classification_rows(session, provider_id=account.provider_id)}
    lock_row(session, "account", "id", account_id)
    session.refresh(account)
    old = account.classification_id

    def text(_field: str, value: int | None) -> str:
        return "" if value is None else names[value].code if value in names else "one that is deleted"

    changes = wanted_changes(
        seen={"classification": seen}, now={"classification": old}, wanted={"classification": classification_id},
        is_explicit=True, speech=lambda: Speech(
            zone=zone_of(session, account.provider_id), label=lambda _field: "Classification", text=text,
            traces=lambda fields: traces_on_account(session, account_id, fields, actions=("account_classified",))))
    if not changes:
        return ChangeSet.empty()
    if classification_id is not None:
        refuse_classification(names.get(classification_id))
    account.classification_id = classification_id
    session.flush()
    write_audit(session, provider_id=account.provider_id, account_id=account_id, action="account_classified",
                detail="Classification changed.", field="classification", old=text("", old) or None,
                new=text("", classification_id) or None)
    return ChangeSet.of(Changed.ACCOUNTS, accounts={account_id}).with_undo(Undo(
        of=f"classification of {account.name}",
        done=f"Classification of {account.name} set to {text('', classification_id) or 'none'}.",
        command=classify_account, arguments={"account_id": account_id, "classification_id": old,
                                             "seen": classification_id}))


def refuse_classification(row: ClassificationRow | None) -> None:
    """Raise where nobody may give this one to an account."""
    if row is None:
        raise NotFound("There is no such classification at this provider.")
    if not row.details.enabled:
        raise RefusedByRule(f"The classification {row.code} is switched off; accounts that have it keep it.")
    if not row.may_be_given:
        raise RefusedByRule(f"The classification {row.code} is given by other org units.")


def set_contact_kyc(
    session: Session, *, contact_id: int, kyc_profile_id: int | None, state: KycState,
    seen: tuple[int | None, KycState],
) -> ChangeSet:
    """Give a contact a KYC profile of its provider, or with None take it away, and say whether it was verified.

    It holds for every account of the contact. `seen` is the profile and the state that were shown.
    """
    contact = session.get(Contact, contact_id)
    owned = session.scalars(select(AccountContact.account_id).where(AccountContact.contact_id == contact_id)).all()
    if contact is None or not owned:
        raise NotFound("There is no such contact in this database.")
    require_accounts(session, owned, Power.CUSTOMERS_EDIT_TERMS, edit=True)
    names = {row.id: row for row in kyc_profile_rows(session, provider_id=contact.provider_id)}
    lock_rows(session, "contact", "id", [contact_id])
    session.refresh(contact)
    if kyc_profile_id is not None and kyc_profile_id not in names:
        raise NotFound("There is no such KYC profile at this provider.")
    if kyc_profile_id is None and state is KycState.VERIFIED:
        raise RefusedByRule(f"{contact.name} has no KYC profile that could be verified. Give it one first.")
    now: dict[str, Any] = {"kyc_profile": contact.kyc_profile_id, "kyc_state": KycState(contact.kyc_state)}

    def text(field: str, value: Any) -> str:
        if value is None:
            return ""
        return KycState(value).label if field == "kyc_state" else names[value].code if value in names else "deleted"

    about = About(kind=Subject.CONTACT, id=contact_id)
    labels = {"kyc_profile": "KYC profile", "kyc_state": "KYC state"}
    wanted = {"kyc_profile": kyc_profile_id, "kyc_state": state}
    changes = wanted_changes(
        seen=dict(zip(labels, seen, strict=True)), now=now, wanted=wanted, is_explicit=True, speech=lambda: Speech(
            zone=zone_of(session, contact.provider_id), label=labels.__getitem__, text=text,
            traces=lambda fields: traces_about(session, about, fields)))
    if not changes:
        return ChangeSet.empty()
    contact.kyc_profile_id, contact.kyc_state = kyc_profile_id, state.value
    session.flush()
    for field in changes:
        write_audit(session, provider_id=contact.provider_id, about=about, action="contact_kyc_changed",
                    detail=f"{labels[field]} of {contact.name} changed.", field=field,
                    old=text(field, now[field]) or None, new=text(field, wanted[field]) or None)
    return ChangeSet.of(Changed.ACCOUNTS, accounts=set(owned)).with_undo(Undo(
        of=f"KYC of {contact.name}", done=f"KYC of {contact.name} changed.", command=set_contact_kyc,
        arguments={"contact_id": contact_id, "kyc_profile_id": now["kyc_profile"], "state": now["kyc_state"],
                   "seen": (kyc_profile_id, state)}))


def owner_of(session: Session, account_id: int) -> int:
    """The contact whose KYC profile counts for an account: its primary one."""
    require_account(session, account_id, Power.CUSTOMERS)
    return session.scalars(select(AccountContact.contact_id).where(
        AccountContact.account_id == account_id, AccountContact.is_primary)).one()


def same_classification(session: Session, *, classification_id: int | None, provider_id: int) -> int | None:
    """The classification of the same code at another provider, for an account that moves there; None without one."""
    return _same(session, AccountClassification, classification_id, provider_id)


def same_kyc_profile(session: Session, *, kyc_profile_id: int | None, provider_id: int) -> int | None:
    """The KYC profile of the same code at another provider, for a contact that moves there; None without one."""
    return _same(session, KycProfile, kyc_profile_id, provider_id)


def _same(session: Session, entity: Any, id_: int | None, provider_id: int) -> int | None:
    if id_ is None:
        return None
    code = session.get_one(entity, id_).code
    found: int | None = session.scalar(select(entity.id).where(
        entity.provider_id == provider_id, entity.code == code))
    return found
