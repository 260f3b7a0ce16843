"""The contacts of an account: exactly one is primary, exactly one receives the invoices (ARCHITECTURE.md, "Contacts").

A flag is moved, never taken away, and who has one cannot be removed. One contact may own several accounts of its
provider, so a change of it is a change for all of them, and is written into the history of each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import delete, exists, func, insert, select, update
from sqlalchemy.orm import Session

from app.models.audit import AuditEntry, Subject
from app.models.base import text_limits
from app.models.parties.account import Account
from app.models.parties.contact import AccountBillingAddress, AccountContact, Contact
from app.models.parties.powers import Power
from app.models.parties.provider import Provider
from app.services.access.audit import About, traces_about, traces_on_account, write_audit, zone_of
from app.services.access.authorize import editable, require_account, seen_among, visible
from app.services.accounts.history_words import field_label
from app.services.addresses.billing import billing_addresses, require_billing_addresses
from app.services.changes import Changed, ChangeSet, Created, Undo
from app.services.database.dialects import lock_row
from app.services.errors import NotAllowed, NotFound, RefusedByRule
from app.services.hierarchy.new_contacts import ContactChoice, NewContact, contact_name, require_contact_texts
from app.services.invoicing.statements import address_lines
from app.services.saving import Speech, Values, wanted_changes
from app.services.wording import by_count, counted

_NAMED_AT_MOST = 20
CONTACT_FIELDS = tuple(f.name for f in fields(NewContact) if f.name != "incomplete")
_LONGEST = text_limits(Contact, *CONTACT_FIELDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountContactRow:
    """One contact of an account."""

    id: int
    values: Mapping[str, str]
    """Its fields by name, as `CONTACT_FIELDS` lists them."""
    incomplete: bool
    is_primary: bool
    is_billing: bool
    other_accounts: int
    """How many other accounts it serves, of those the person sees."""
    others: tuple[str, ...]
    """Code and name of the first of them."""

    @property
    def name(self) -> str:
        return self.values["name"]

    @property
    def place(self) -> str:
        """Postcode and town."""
        return f"{self.values['postcode']} {self.values['city']}".strip()


@dataclass(frozen=True, slots=True)
class ContactSheet:
    """The contacts of an account, and where its invoices go."""

    rows: tuple[AccountContactRow, ...]
    billing_address: tuple[str, ...]
    """Lines of the envelope as they will be printed, the name first."""

    @property
    def primary(self) -> AccountContactRow | None:
        return next((row for row in self.rows if row.is_primary), None)

    @property
    def billing(self) -> AccountContactRow | None:
        return next((row for row in self.rows if row.is_billing), None)


# --------------------------------------------------------------------------- reading


def contact_sheet(session: Session, *, account_id: int) -> ContactSheet:
    """The contacts of an account, the primary one first, then the billing one, then by name."""
    account = require_account(session, account_id, Power.CUSTOMERS)
    rows = session.execute(
        select(Contact, AccountContact.is_primary, AccountContact.is_billing)
        .join(AccountContact, AccountContact.contact_id == Contact.id)
        .where(AccountContact.account_id == account_id)
        .order_by(AccountContact.is_primary.desc(), AccountContact.is_billing.desc(), func.lower(Contact.name),
                  Contact.id)).all()
    others = _others(session, account_id, [row.Contact.id for row in rows])
    language = session.scalars(select(Provider.language).where(Provider.account_id == account.provider_id)).one()
    address = billing_addresses(session, [account_id]).get(account_id)
    lines = () if address is None else (address.name, *address_lines(address, language))
    return ContactSheet(tuple(_contact_row(row, others.get(row.Contact.id, [])) for row in rows), lines)


def _contact_row(row: Any, others: list[str]) -> AccountContactRow:
    return AccountContactRow(id=row.Contact.id, values=_values(row.Contact), incomplete=row.Contact.incomplete,
                             is_primary=row.is_primary,
                             is_billing=row.is_billing, other_accounts=len(others),
                             others=tuple(others[:_NAMED_AT_MOST]))


def _values(contact: Contact) -> dict[str, str]:
    return {name: getattr(contact, name) for name in CONTACT_FIELDS}


def _others(session: Session, account_id: int, contact_ids: list[int]) -> dict[int, list[str]]:
    """Code and name of the other accounts that contacts serve, as far as the person sees them."""
    found: dict[int, list[str]] = {}
    rows = session.execute(
        select(AccountContact.contact_id, Account.code, Account.name)
        .join(Account, Account.id == AccountContact.account_id)
        .where(AccountContact.contact_id.in_(contact_ids), Account.id != account_id, visible(session))
        .order_by(Account.name_key, Account.id))
    for contact_id, code, name in rows:
        found.setdefault(contact_id, []).append(f"{code} {name}")
    return found


# --------------------------------------------------------------------------- commands


def add_contact(session: Session, *, account_id: int, contact: ContactChoice) -> Created:
    """Give an account one more contact: a new one, or one that owns other accounts of the provider already."""
    account = _locked(session, account_id)
    if isinstance(contact, NewContact):
        contact_id = _made(session, account.provider_id, contact)
        name = contact.name.strip()
    else:
        contact_id = contact
        name = _left_over(session, account, contact_id) or contact_name(
            session, provider_id=account.provider_id, contact_id=contact)
        if _link(session, account_id, contact_id) is not None:
            raise RefusedByRule(f"{name} is a contact of {account.name} already.")
    session.execute(insert(AccountContact).values(account_id=account_id, contact_id=contact_id, is_primary=False,
                                                  is_billing=False))
    write_audit(session, provider_id=account.provider_id, account_id=account_id, action="contact_added",
                detail=f"{name} added.", field="contact", new=name)
    return Created(id=contact_id, changes=_touched(account_id).with_undo(Undo(
        of=f"contact {name} of {account.name}", done=f"{name} is a contact of {account.name} now.",
        command=remove_contact, arguments={"account_id": account_id, "contact_id": contact_id})))


def change_contact(
    session: Session, *, account_id: int, contact_id: int, after: Values, seen: Values
) -> ChangeSet:
    """Change a contact for every account it serves; `seen` is what the form had read.

    Raises SavedMeanwhile where somebody else changed the same fields, NotAllowed where an account it also serves
    may only be looked at.
    """
    account = _locked(session, account_id)
    contact = _contact(session, account, contact_id)
    clean = {field: value.strip() for field, value in after.items()}
    changes = wanted_changes(seen=dict.fromkeys(CONTACT_FIELDS, "") | dict(seen), now=_values(contact), wanted=clean,
                             speech=lambda: _speech(session, account, contact_id))
    if not changes:
        return ChangeSet.empty()
    _check(_values(contact) | changes)
    served = list(session.scalars(
        select(AccountContact.account_id).where(AccountContact.contact_id == contact_id)))
    refuse_looking_only(session, contact.name, served)
    old = _values(contact)
    for field, value in changes.items():
        setattr(contact, field, value)
    session.flush()
    require_billing_addresses(session, served)
    completes = contact.incomplete and _can_be_reached(_values(contact))
    if completes:
        contact.incomplete = False
    session.flush()
    for served_id in served:
        for field, value in changes.items():
            write_audit(session, provider_id=account.provider_id, account_id=served_id, action="contact_changed",
                        about=About(kind=Subject.CONTACT, id=contact_id), detail=contact.name, field=field,
                        old=old[field], new=value)
    touched = ChangeSet.of(Changed.ACCOUNTS, accounts=set(served))
    if completes:
        return touched  # nobody marks a contact incomplete again
    return touched.with_undo(Undo(
        of=f"change of the contact {contact.name}",
        done=by_count(len(served), "Contact {name} changed, of {count} account.",
                      "Contact {name} changed, of {count} accounts.", name=contact.name),
        command=change_contact, arguments={"account_id": account_id, "contact_id": contact_id,
                                           "after": {field: old[field] for field in changes}, "seen": changes}))


def make_primary(session: Session, *, account_id: int, contact_id: int, seen: int | None) -> ChangeSet:
    """Make a contact the primary one of an account; whoever was it stays a contact.

    `seen` is who was shown as the primary one. Raises SavedMeanwhile where somebody made another contact it since.
    """
    return _move_flag(session, account_id, contact_id, "primary", seen)


def make_billing(session: Session, *, account_id: int, contact_id: int, seen: int | None) -> ChangeSet:
    """Let the invoices of an account go to a contact from now on; printed ones keep their address.

    `seen` is who was shown as the billing one. Raises SavedMeanwhile where somebody made another contact it since.
    """
    return _move_flag(session, account_id, contact_id, "billing", seen)


def remove_contact(session: Session, *, account_id: int, contact_id: int) -> ChangeSet:
    """Take a contact off an account. Refused while it is the primary or the billing one.

    The contact itself stays in the address book as long as it serves another account, and in history for good.
    """
    account = _locked(session, account_id)
    contact = _contact(session, account, contact_id)
    refusal = removal_refusal(contact.name, _link(session, account_id, contact_id))
    if refusal:
        raise RefusedByRule(refusal)
    chosen = session.get(AccountBillingAddress, account_id, populate_existing=True)
    if chosen is not None and chosen.contact_id == contact_id:
        raise RefusedByRule(f"The invoices of {account.name} go to an address of {contact.name}. Choose another "
                            "billing address first.")
    session.execute(delete(AccountContact).where(AccountContact.account_id == account_id,
                                                 AccountContact.contact_id == contact_id))
    write_audit(session, provider_id=account.provider_id, account_id=account_id, action="contact_removed",
                detail=f"{contact.name} removed.", field="contact", old=contact.name)
    return _touched(account_id).with_undo(Undo(
        of=f"removal of the contact {contact.name}", done=f"{contact.name} removed from {account.name}.",
        command=add_contact, arguments={"account_id": account_id, "contact": contact_id}))


def removal_refusal(name: str, flags: Any) -> str:
    """Why a contact with these flags cannot be removed; empty where it can."""
    held = [word for word, has in (("primary", flags.is_primary), ("billing", flags.is_billing)) if has]
    if not held:
        return ""
    return f"{name} is the {' and the '.join(held)} contact. Make another contact {' and '.join(held)} first."


# --------------------------------------------------------------------------- inside


def _locked(session: Session, account_id: int) -> Account:
    account = require_account(session, account_id, Power.CUSTOMERS_EDIT, edit=True)
    lock_row(session, "account", "id", account_id)
    return account


def _link(session: Session, account_id: int, contact_id: int) -> AccountContact | None:
    return session.scalars(
        select(AccountContact).where(AccountContact.account_id == account_id, AccountContact.contact_id == contact_id)
        .execution_options(populate_existing=True)).one_or_none()


def _contact(session: Session, account: Account, contact_id: int) -> Contact:
    if _link(session, account.id, contact_id) is None:
        raise NotFound(f"{account.name} has no such contact.")
    lock_row(session, "contact", "id", contact_id)
    return session.get_one(Contact, contact_id, populate_existing=True)


def _left_over(session: Session, account: Account, contact_id: int) -> str:
    """The name of a contact that served this account last, and nobody now; "" for every other one."""
    served = exists().where(AccountContact.contact_id == Contact.id)
    removed = exists().where(AuditEntry.account_id == account.id, AuditEntry.action == "contact_removed",
                             AuditEntry.old_value == Contact.name)
    return session.scalar(select(Contact.name).where(
        Contact.id == contact_id, Contact.provider_id == account.provider_id, ~served, removed)) or ""


def _made(session: Session, provider_id: int, new: NewContact) -> int:
    values = {name: getattr(new, name).strip() for name in CONTACT_FIELDS}
    _check(values)
    contact = Contact(provider_id=provider_id, incomplete=False, **values)
    session.add(contact)
    session.flush()
    return contact.id


def _check(values: Values) -> None:
    require_contact_texts(values)
    if not values["name"]:
        raise RefusedByRule("A contact needs a name.")
    if values["email"] and "@" not in values["email"].strip("@"):
        raise RefusedByRule(f'"{values["email"]}" is no e-mail address. Write for instance ann@company.example.')
    for name, longest in _LONGEST.items():
        if len(values[name]) > longest:
            raise RefusedByRule(f'"{values[name][:40]}…" is too long: {counted(longest, "character")} fit.')


def _can_be_reached(values: Values) -> bool:
    return bool(values["email"] or values["phone"] or values["mobile"]
                or (values["address_line1"] and values["city"]))


def refuse_looking_only(session: Session, name: str, served: list[int]) -> None:
    """A change for several accounts needs the right to change each of them."""
    seen = select(Account.name).where(Account.id.in_(served), visible(session), ~editable(session))
    other = session.scalars(seen.order_by(Account.name_key).limit(1)).one_or_none()
    if other is not None:
        raise RefusedByRule(f"{name} also serves {other}, which you may look at, but not change.")
    if len(seen_among(session, served)) < len(served):
        raise NotAllowed(f"{name} also serves accounts that your org unit does not reach. Give this account a contact "
                         "of its own instead.")


def _speech(session: Session, account: Account, contact_id: int) -> Speech:
    return Speech(zone=zone_of(session, account.provider_id), label=field_label, text=lambda _field, value: value or "",
                  traces=lambda fields: traces_about(session, About(kind=Subject.CONTACT, id=contact_id), fields))


def _speech_of_flag(session: Session, account: Account, word: str) -> Speech:
    def text(_field: str, contact_id: int | None) -> str:
        contact = None if contact_id is None else session.get(Contact, contact_id)
        return "" if contact is None else contact.name

    return Speech(
        zone=zone_of(session, account.provider_id), label=field_label, text=text,
        traces=lambda fields: traces_on_account(session, account.id, fields, actions=[f"contact_{word}"]))


_FLAGS: Mapping[str, Any] = {"primary": AccountContact.is_primary, "billing": AccountContact.is_billing}


def _move_flag(session: Session, account_id: int, contact_id: int, word: str, seen: int | None) -> ChangeSet:
    flag = _FLAGS[word]
    account = _locked(session, account_id)
    contact = _contact(session, account, contact_id)
    before = session.execute(
        select(Contact.id, Contact.name).join(AccountContact, AccountContact.contact_id == Contact.id)
        .where(AccountContact.account_id == account_id, flag)).one_or_none()
    wanted_changes(seen={word: seen}, now={word: None if before is None else before.id}, wanted={word: contact_id},
                   speech=lambda: _speech_of_flag(session, account, word), is_explicit=True)
    if before is not None and before.id == contact_id:
        return ChangeSet.empty()
    at = (AccountContact.account_id == account_id,)
    for value, where in ((False, (*at, flag)), (True, (*at, AccountContact.contact_id == contact_id))):
        session.execute(update(AccountContact).where(*where).values({flag: value})
                        .execution_options(synchronize_session=False))
    require_billing_addresses(session, [account_id])
    write_audit(session, provider_id=account.provider_id, account_id=account_id, action=f"contact_{word}",
                detail=f"{contact.name} is the {word} contact.", field=word,
                old=None if before is None else before.name, new=contact.name)
    if before is None:
        return _touched(account_id)
    return _touched(account_id).with_undo(Undo(
        of=f"{word} contact of {account.name}", done=f"{contact.name} is the {word} contact of {account.name} now.",
        command=make_primary if word == "primary" else make_billing,
        arguments={"account_id": account_id, "contact_id": before.id, "seen": contact_id}))


def _touched(account_id: int) -> ChangeSet:
    return ChangeSet.of(Changed.ACCOUNTS, accounts={account_id})
