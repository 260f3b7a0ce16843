"""The details of an account that are its own: names, code, start, organisation, and the settings of a provider.

What inherits is an attribute and is changed there. Parent and agent change by moving the account. A save names only
what the person changed, so two people may work on different fields; the same field is refused (`saving`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account, folded_keys
from app.models.parties.contact import Organisation
from app.models.parties.powers import Power
from app.models.parties.provider import Provider
from app.models.parties.service import Service
from app.models.rules.hierarchy import refusal as place_refusal
from app.models.values import PROVIDER_TYPES, AccountType, Enterprise, TransactionState
from app.services.access.audit import traces_on_account, write_audit, zone_of
from app.services.access.authorize import require_account, require_provider, visible
from app.services.access.beyond import customers_of, require_all_of
from app.services.access.principal import principal_of
from app.services.accounts.history_words import field_label, field_value
from app.services.attributes.rows import AttributeRow, account_attributes
from app.services.changes import Changed, ChangeSet, Undo
from app.services.database.dialects import lock_row
from app.services.errors import RefusedByRule, RefusedField
from app.services.files.texts import require_text
from app.services.hierarchy.accounts import require_provider_texts
from app.services.saving import Speech, Values, wanted_changes
from app.services.wording import by_count, counted, day_text, inside

GENERAL = ("name", "code", "enterprise", "start_date", "export_reference", "ombudsman_case_open")
ORGANISATION = ("trading_name", "registration_number")
PROVIDER = ("legal_name", "tagline", "address", "return_address", "email", "phone", "website", "tax_number_label",
            "tax_number", "tax_name", "bank_details", "help_text", "language", "time_zone")
YES, NO = "True", "False"
BILLING = ("account_billing_day", "period_length_months", "invoice_delivery_method", "invoice_layout",
           "auto_invoice_approval", "paper_invoice_fee", "tax_rate")
"""Attributes that say how an account is billed; shown with their source, changed where attributes are."""
_ACTIONS = ("details_changed", "provider_settings_changed")
_UNBOUNDED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailSheet:
    """What the form shows."""

    account_id: int
    values: Mapping[str, str]
    """Fields by name: those of `GENERAL` and `ORGANISATION`, of a provider those of `PROVIDER` too; dates as ISO."""
    fixed: Mapping[str, str]
    """Why a field cannot be changed, in words, for those that cannot."""
    parent_id: int | None
    parent: str
    agent_id: int | None
    agent: str
    realm: str
    currency: str
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
        account_id=account_id, values=_stored(session, account), fixed=_fixed(session, account), parent_id=parent_id,
        parent=names.get(parent_id or 0, ""), agent_id=agent_id, agent=names.get(agent_id or 0, ""),
        realm="" if provider is None else provider.realm or "", currency=account.currency,
        billing=_billing(session, account_id), why_no_deletion=_why_no_deletion(session, account),
    )


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
    clean = {field: value.strip() for field, value in after.items() if field in now}
    changes = wanted_changes(seen=dict.fromkeys(now, "") | dict(seen), now=now, wanted=clean,
                             speech=lambda: _speech(session, account))
    if not changes:
        return ChangeSet.empty()
    sets_provider = not changes.keys().isdisjoint(PROVIDER)
    if sets_provider:
        require_provider(session, account_id, Power.PROVIDERS_DEFAULTS)
    # A provider's name stands on its customers' invoices, but to the provider above it is that of an account.
    if sets_provider or (account.type in PROVIDER_TYPES and principal_of(session).sees_some_only):
        require_all_of(session, customers_of(session, account_id))
    _check(session, account, changes)
    _store(session, account, changes)
    for field, value in changes.items():
        action = _ACTIONS[1] if field in PROVIDER else _ACTIONS[0]
        write_audit(session, provider_id=account.provider_id, account_id=account_id, action=action, detail="",
                    field=field, old=now[field], new=value)
    one, many = "{count} detail of {name} saved.", "{count} details of {name} saved."
    return ChangeSet.of(Changed.ACCOUNTS, accounts={account_id}).with_undo(Undo(
        of=f"{counted(len(changes), 'detail')} of {account.name}",
        done=by_count(len(changes), one, many, name=account.name), command=save_details,
        arguments={"account_id": account_id, "after": {field: now[field] for field in changes}, "seen": changes}))


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
                  text=_in_words,
                  traces=lambda fields: traces_on_account(session, account.id, fields, actions=_ACTIONS))


def _in_words(field: str, value: str) -> str:
    """A value as people read it; a day that was not understood stays as it was typed."""
    if field == "start_date":
        try:
            return day_text(date.fromisoformat(value))
        except ValueError:
            return value
    return field_value(field, value) if value else ""


def _billing(session: Session, account_id: int) -> tuple[AttributeRow, ...]:
    rows = {row.key: row for row in account_attributes(session, account_id=account_id)}
    return tuple(rows[key] for key in BILLING if key in rows)


def _stored(session: Session, account: Account) -> dict[str, str]:
    organisation = session.get(Organisation, account.id, populate_existing=True)
    values = {
        "name": account.name, "code": account.code, "enterprise": account.enterprise,
        "start_date": account.start_date.isoformat(), "export_reference": account.export_reference,
        "ombudsman_case_open": YES if account.ombudsman_case_open else NO,
        **{name: "" if organisation is None else getattr(organisation, name) for name in ORGANISATION},
    }
    if account.type in PROVIDER_TYPES:
        provider = session.get_one(Provider, account.id, populate_existing=True)
        values |= {name: getattr(provider, name) for name in PROVIDER}
    return values


def _fixed(session: Session, account: Account) -> dict[str, str]:
    fixed = {}
    if _has_posted_rows(session, account):
        fixed["code"] = "Fixed: rows are posted under this code."
    if account.type not in (AccountType.AGENT, AccountType.END_USER):
        fixed["enterprise"] = "A provider is always an organisation."
    return fixed


def _has_posted_rows(session: Session, account: Account) -> bool:
    return bool(session.scalar(select(exists().where(
        FinancialTransaction.account_id == account.id,
        FinancialTransaction.state == TransactionState.POSTED.value))))


def _why_no_deletion(session: Session, account: Account) -> str:
    if account.type in (AccountType.OPERATOR, AccountType.SYSTEM):
        return f"{account.name} belongs to the program itself."
    if _has_posted_rows(session, account):
        return f"Rows are posted in the ledger of {account.name}, so it was no mistake; set it inactive."
    below = session.scalar(select(exists().where(Account.parent_id == account.id,
                                                 Account.type != AccountType.SYSTEM.value)))
    if below:
        return f"Accounts stand below {account.name}; move them first."
    return ""


def _check_texts(changes: Mapping[str, str]) -> None:
    require_provider_texts({field: value for field, value in changes.items() if field in PROVIDER})
    for field, value in changes.items():
        if field not in PROVIDER:
            require_text(field, f"The {inside(field_label(field))}", value)


def _check(session: Session, account: Account, changes: Mapping[str, str]) -> None:
    for field, why in _fixed(session, account).items():
        if field in changes:
            raise RefusedField(field, why)
    _check_texts(changes)
    for field, value in changes.items():
        longest = _longest(field)
        if len(value) > longest:
            raise RefusedField(field, f"That is too long: {counted(longest, 'character')} fit.")
    if not changes.get("name", account.name):
        raise RefusedField("name", "An account needs a name.")
    if "code" in changes:
        _check_code(session, account, changes["code"])
    if "enterprise" in changes:
        parent = session.get_one(Account, account.parent_id)
        wanted = Enterprise(changes["enterprise"])
        misplaced = place_refusal(AccountType(parent.type), AccountType(account.type), wanted)
        if misplaced is not None:
            raise RefusedField("enterprise", misplaced)
    if "start_date" in changes:
        _check_start(session, account, changes["start_date"])
    if changes.get("time_zone", "UTC") not in available_timezones():
        raise RefusedField("time_zone", f'"{changes["time_zone"]}" is not a time zone; write an IANA name such as '
                                        f"{ZoneInfo('Australia/Sydney').key}.")
    if "language" in changes and not changes["language"]:
        raise RefusedField("language", "Write the language of its invoices, for instance en or de.")


def _longest(field: str) -> int:
    owner = Provider if field in PROVIDER else Organisation if field in ORGANISATION else Account
    length = getattr(getattr(owner, field).type, "length", None)
    return length if isinstance(length, int) else _UNBOUNDED


def _check_code(session: Session, account: Account, code: str) -> None:
    if not code:
        raise RefusedField("code", "An account needs a code.")
    among = [Account.provider_id == account.provider_id]
    if account.type in PROVIDER_TYPES:
        among = [Account.type.in_(sorted(PROVIDER_TYPES))]
    if session.scalar(select(exists().where(Account.code == code, Account.id != account.id, *among))):
        raise RefusedField("code", f'The code "{code}" is taken.')


def _check_start(session: Session, account: Account, text: str) -> None:
    try:
        start = date.fromisoformat(text)
    except ValueError:
        raise RefusedField("start_date", "Write a date, for instance 1 Jul 2025.") from None
    service = session.scalar(select(func.min(Service.started_on)).where(Service.account_id == account.id))
    posted = session.scalar(select(func.min(FinancialTransaction.effective_on)).where(
        FinancialTransaction.account_id == account.id,
        FinancialTransaction.state == TransactionState.POSTED.value))
    for earliest, what in ((service, "its first service began"), (posted, "its first row was posted")):
        if earliest is not None and start > earliest:
            raise RefusedField("start_date", f"An account begins before {what}: {day_text(earliest)} or earlier.")


def _store(session: Session, account: Account, changes: Mapping[str, str]) -> None:
    for field in GENERAL:
        if field in changes:
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
