"""The details of an account that are its own: names, code, start, organisation, and the settings of a provider.

What inherits is an attribute and is changed there; a name that is left empty is filled in by the provider's way of
naming. Parent and agent change by moving the account. A save names only
what the person changed, so two people may work on different fields; the same field is refused (`saving`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from app.models.parties.account import Account, folded_keys
from app.models.parties.contact import AccountContact, Contact, Organisation
from app.models.parties.powers import Power
from app.models.parties.provider import Provider
from app.models.parties.service import Service
from app.models.parties.staff import StaffUser
from app.models.rules.account_naming import generated_name
from app.models.values import (
    PROVIDER_TYPES,
    AccountNaming,
    AccountType,
)
from app.services.access.audit import traces_on_account, write_audit, zone_of
from app.services.access.authorize import require_account, require_provider, visible
from app.services.access.beyond import customers_of, require_all_of
from app.services.access.colleagues import Colleague, colleagues
from app.services.access.principal import principal_of
from app.services.accounts.detail_checks import (
    GENERAL,
    ORGANISATION,
    PROVIDER,
    check_details,
    fixed_details,
    has_posted_rows,
)
from app.services.accounts.history_words import field_label, field_value
from app.services.accounts.labels import (
    LABELS,
    LabelChoice,
    label_as_kept,
    label_choices,
    store_labels,
    stored_labels,
)
from app.services.attributes.rows import AttributeRow, account_attributes
from app.services.changes import Changed, ChangeSet, Undo
from app.services.database.dialects import lock_row
from app.services.errors import RefusedByRule
from app.services.saving import Speech, Values, wanted_changes
from app.services.wording import by_count, counted, day_text

YES, NO = "True", "False"
BILLING = ("account_billing_day", "period_length_months", "invoice_delivery_method", "invoice_layout",
           "auto_invoice_approval", "paper_invoice_fee", "tax_rate")
"""Attributes that say how an account is billed; shown with their source, changed where attributes are."""
_ACTIONS = ("details_changed", "provider_settings_changed", "account_classified")


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailSheet:
    """What the form shows."""

    account_id: int
    values: Mapping[str, str]
    """Fields by name: those of `GENERAL` and `ORGANISATION`, of a provider those of `PROVIDER` too; dates as ISO.

    The account manager is the id of a staff user, "" where there is none; classification and KYC profile likewise.
    """
    fixed: Mapping[str, str]
    """Why a field cannot be changed, in words, for those that cannot."""
    parent_id: int | None
    parent: str
    agent_id: int | None
    agent: str
    realm: str
    currency: str
    managers: tuple[Colleague, ...]
    """Who can be its account manager, and who is."""
    labels: Mapping[str, tuple[LabelChoice, ...]]
    """What classification and KYC profile may be."""
    billing: tuple[AttributeRow, ...]
    """How it is billed."""
    why_no_deletion: str
    """Why no deletion can be asked for; empty where the account may be one created by mistake."""


def account_details(session: Session, *, account_id: int) -> DetailSheet:
    """The details of one account as they are stored."""
    account = require_account(session, account_id, Power.CUSTOMERS)
    provider = session.get(Provider, account_id) if account.type in PROVIDER_TYPES else None
    names = {a.id: a.name for a in session.execute(select(Account.id, Account.name).where(
        Account.id.in_([account.parent_id, account.created_by_agent_id]), visible(session)))}
    parent_id = account.parent_id if account.parent_id in names else None
    agent_id = account.created_by_agent_id if account.created_by_agent_id in names else None
    return DetailSheet(
        account_id=account_id, values=_stored(session, account), fixed=fixed_details(session, account),
        parent_id=parent_id, parent=names.get(parent_id or 0, ""),
        agent_id=agent_id, agent=names.get(agent_id or 0, ""),
        realm="" if provider is None else provider.realm or "", currency=account.currency,
        managers=_managers(session, account), labels=label_choices(session, account),
        billing=_billing(session, account_id), why_no_deletion=_why_no_deletion(session, account),
    )


def planned_details(session: Session, *, account_id: int, after: Values) -> dict[str, str]:
    """What saving these values would change of what is stored; refuses what saving them would. Writes nothing."""
    account = require_account(session, account_id, Power.CUSTOMERS_EDIT, edit=True)
    now = _stored(session, account)
    return _planned(session, account, now=now, after=after, seen=now)


def save_details(session: Session, *, account_id: int, after: Values, seen: Values) -> ChangeSet:
    """Save what a form changes of what it had read, `seen`.

    Raises SavedMeanwhile where somebody else changed the same field, RefusedField naming the one that is wrong.
    """
    account = require_account(session, account_id, Power.CUSTOMERS_EDIT, edit=True)
    if account.type in PROVIDER_TYPES:
        lock_row(session, "provider", "account_id", account_id)
    lock_row(session, "account", "id", account_id)
    session.refresh(account)
    now = _stored(session, account)
    changes = _planned(session, account, now=now, after=after, seen=seen)
    if not changes:
        return ChangeSet.empty()
    _store(session, account, changes)
    touched = ChangeSet.of(Changed.ACCOUNTS, accounts={account_id}) | store_labels(session, account, changes, now)
    for field, value in changes.items():
        if field in LABELS:
            continue  # written down by what keeps it
        action = _ACTIONS[1] if field in PROVIDER else _ACTIONS[0]
        write_audit(session, provider_id=account.provider_id, account_id=account_id, action=action, detail="",
                    field=field, old=as_kept(session, field, now[field]), new=as_kept(session, field, value))
    one, many = "{count} detail of {name} saved.", "{count} details of {name} saved."
    return touched.with_undo(Undo(
        of=f"{counted(len(changes), 'detail')} of {account.name}",
        done=by_count(len(changes), one, many, name=account.name), command=save_details,
        arguments={"account_id": account_id, "after": {field: now[field] for field in changes}, "seen": changes}))


def _planned(session: Session, account: Account, *, now: Values, after: Values, seen: Values) -> dict[str, str]:
    """What is to be stored, where nothing speaks against it."""
    changes = wanted_changes(seen=dict.fromkeys(now, "") | dict(seen), now=now,
                             wanted=_clean(session, account, now, after), speech=lambda: _speech(session, account))
    sets_provider = not changes.keys().isdisjoint(PROVIDER)
    if sets_provider:
        require_provider(session, account.id, Power.PROVIDERS_DEFAULTS)
    # A provider's name stands on its customers' invoices, but to the provider above it is that of an account.
    if sets_provider or (changes and account.type in PROVIDER_TYPES and principal_of(session).sees_some_only):
        require_all_of(session, customers_of(session, account.id))
    check_details(session, account, changes, now)
    return changes


def deletion_request(session: Session, *, account_id: int) -> str:
    """The text that asks the operator to delete an account created by mistake; nobody deletes one here.

    Refused for an account with posted rows: that one has been used, and is set inactive instead.
    """
    account = require_account(session, account_id, Power.CUSTOMERS_EDIT, edit=True)
    why = _why_no_deletion(session, account)
    if why:
        raise RefusedByRule(why)
    provider = session.get_one(Account, account.provider_id)
    services = session.scalars(select(func.count()).where(Service.account_id == account_id)).one()
    return "\n".join([
        f"Request to delete the account {provider.code}/{account.code}",
        "",
        f"Account: {account.code}, {account.name}",
        f"Provider: {provider.code}, {provider.name}",
        f"Began on: {day_text(account.start_date)}",
        f"Services: {services}",
        "Posted rows in its ledger: none",
        "",
        "It was created by mistake. Delete it; until then it is to be set inactive.",
    ])


# --------------------------------------------------------------------------- inside


def _speech(session: Session, account: Account) -> Speech:
    return Speech(zone=zone_of(session, account.provider_id), label=field_label,
                  text=lambda field, value: _in_words(field, as_kept(session, field, value)),
                  traces=lambda fields: traces_on_account(session, account.id, fields, actions=_ACTIONS))


def _in_words(field: str, value: str) -> str:
    """A value as people read it; a day that was not understood stays as it was typed."""
    if field == "start_date":
        try:
            return day_text(date.fromisoformat(value))
        except ValueError:
            return value
    return field_value(field, value) if value else ""


def as_kept(session: Session, field: str, value: str) -> str:
    """A value as the history keeps it: of a person the name, since the history is read as it was."""
    if field in LABELS:
        return label_as_kept(session, field, value)
    if field != "account_manager" or not value.isdigit():
        return value
    return session.scalar(select(StaffUser.name).where(StaffUser.id == int(value))) or value


def _clean(session: Session, account: Account, now: Mapping[str, str], after: Values) -> dict[str, str]:
    """What is wanted, without blanks around it and with the name filled in where it is left empty."""
    clean = {field: value.strip() for field, value in after.items() if field in now}
    if clean.get("name", "-") == "":
        naming = session.get_one(Provider, account.provider_id).account_naming
        contact = session.scalar(
            select(Contact.name).join(AccountContact, AccountContact.contact_id == Contact.id)
            .where(AccountContact.account_id == account.id, AccountContact.is_primary))
        clean["name"] = generated_name(AccountNaming(naming), code=clean.get("code") or now["code"],
                                       contact=contact or "")
    return clean


def _managers(session: Session, account: Account) -> tuple[Colleague, ...]:
    found = colleagues(session, provider_id=account.provider_id)
    if account.account_manager_id is not None and all(each.id != account.account_manager_id for each in found):
        left = session.get_one(StaffUser, account.account_manager_id)
        found.append(Colleague(id=left.id, login=left.login, name=left.name))
    return tuple(found)


def _billing(session: Session, account_id: int) -> tuple[AttributeRow, ...]:
    rows = {row.key: row for row in account_attributes(session, account_id=account_id)}
    return tuple(rows[key] for key in BILLING if key in rows)


def _stored(session: Session, account: Account) -> dict[str, str]:
    organisation = session.get(Organisation, account.id, populate_existing=True)
    values = {
        "name": account.name, "code": account.code, "enterprise": account.enterprise,
        **stored_labels(session, account),
        "account_manager": "" if account.account_manager_id is None else str(account.account_manager_id),
        "start_date": account.start_date.isoformat(), "export_reference": account.export_reference,
        "ombudsman_case_open": YES if account.ombudsman_case_open else NO,
        **{name: "" if organisation is None else getattr(organisation, name) for name in ORGANISATION},
    }
    if account.type in PROVIDER_TYPES:
        provider = session.get_one(Provider, account.id, populate_existing=True)
        values |= {name: getattr(provider, name) for name in PROVIDER}
    return values


def _why_no_deletion(session: Session, account: Account) -> str:
    if account.type in (AccountType.OPERATOR, AccountType.SYSTEM):
        return f"{account.name} belongs to the program itself."
    if has_posted_rows(session, account):
        return f"Rows are posted in the ledger of {account.name}, so it was no mistake; set it inactive."
    below = session.scalar(select(exists().where(Account.parent_id == account.id,
                                                 Account.type != AccountType.SYSTEM.value)))
    if below:
        return f"Accounts stand below {account.name}; move them first."
    return ""


def _store(session: Session, account: Account, changes: Mapping[str, str]) -> None:
    for field in GENERAL:
        if field in LABELS:
            continue
        if field == "account_manager" and field in changes:
            account.account_manager_id = int(changes[field]) if changes[field] else None
        elif field in changes:
            setattr(account, field, _typed(field, changes[field]))
    for key, value in folded_keys(account.code, account.name).items():
        setattr(account, key, value)
    wanted = {field: changes[field] for field in ORGANISATION if field in changes}
    if wanted:
        organisation = session.get(Organisation, account.id) or Organisation(account_id=account.id)
        session.add(organisation)
        for field, value in wanted.items():
            setattr(organisation, field, value)
    settings = {field: changes[field] for field in PROVIDER if field in changes}
    session.flush()
    if settings:
        session.execute(update(Provider).where(Provider.account_id == account.id).values(**settings))
        session.expire_all()


def _typed(field: str, value: str) -> str | bool | date:
    if field == "ombudsman_case_open":
        return value == YES
    return date.fromisoformat(value) if field == "start_date" else value
