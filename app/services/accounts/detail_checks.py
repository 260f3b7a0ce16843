"""What a detail of an account may be: fields that are fixed, of a few values, too long, taken or out of order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account
from app.models.parties.contact import Organisation
from app.models.parties.provider import OPTIONAL_FOR, Provider
from app.models.parties.service import Service
from app.models.rules.hierarchy import refusal as place_refusal
from app.models.values import (
    PROVIDER_TYPES,
    AccountNaming,
    AccountType,
    AddressRule,
    Enterprise,
    TransactionState,
)
from app.services.access.colleagues import require_colleague
from app.services.accounts.history_words import field_label
from app.services.accounts.labels import LABELS, check_labels
from app.services.errors import RefusedField
from app.services.files.texts import require_text
from app.services.hierarchy.accounts import MANAGER_OF_ORGANISATION, require_provider_texts
from app.services.wording import counted, day_text, inside

GENERAL: Final = ("name", "code", "enterprise", *LABELS, "account_manager", "start_date", "export_reference",
                  "ombudsman_case_open")
ORGANISATION: Final = ("trading_name", "registration_number")
PROVIDER: Final = ("legal_name", "tagline", "address", "return_address", "email", "phone", "website",
                   "tax_number_label", "tax_number", "tax_name", "bank_details", "help_text", "language", "time_zone",
                   "account_naming", "billing_address_rule", "billing_address_optional_for")
CHOICES: Final[Mapping[str, Collection[str]]] = {
    "enterprise": tuple(Enterprise), "account_naming": tuple(AccountNaming), "billing_address_rule": tuple(AddressRule),
    "billing_address_optional_for": OPTIONAL_FOR, "ombudsman_case_open": ("True", "False")}
"""Fields of a few values."""
_UNBOUNDED = 10_000


def check_details(session: Session, account: Account, changes: Mapping[str, str], now: Mapping[str, str]) -> None:
    """Raise RefusedField for the first change that cannot be; `now` is what is stored."""
    _check_fixed(session, account, changes)
    _check_texts(changes)
    for field, value in changes.items():
        longest = _longest(field)
        if len(value) > longest:
            raise RefusedField(field, f"That is too long: {counted(longest, 'character')} fit.")
    if not changes.get("name", account.name):
        raise RefusedField("name", "An account needs a name.")
    for field, check in _CHECKS.items():
        if field in changes:
            check(session, account, changes[field])
    check_labels(session, account, changes, now)
    _check_manager_of_individual(account, {**now, **changes}, changes)


def fixed_details(session: Session, account: Account) -> dict[str, str]:
    """Why fields cannot be changed, for those that cannot."""
    fixed = {}
    if has_posted_rows(session, account):
        fixed["code"] = "Fixed: rows are posted under this code."
    if account.type not in (AccountType.AGENT, AccountType.END_USER):
        fixed["enterprise"] = "A provider is always an organisation."
    if account.enterprise != Enterprise.ORGANISATION:
        fixed["account_manager"] = MANAGER_OF_ORGANISATION
    return fixed


def has_posted_rows(session: Session, account: Account) -> bool:
    """Whether anything is posted in its ledger."""
    return bool(session.scalar(select(exists().where(
        FinancialTransaction.account_id == account.id,
        FinancialTransaction.state == TransactionState.POSTED.value))))


def _check_fixed(session: Session, account: Account, changes: Mapping[str, str]) -> None:
    fixed = fixed_details(session, account)
    if changes.get("enterprise") == Enterprise.ORGANISATION:
        fixed.pop("account_manager", None)
    for field, why in fixed.items():
        if field in changes:
            raise RefusedField(field, why)
    for field, allowed in CHOICES.items():
        if field in changes and changes[field] not in allowed:
            named = ", ".join(each for each in allowed if each)
            raise RefusedField(field, f'"{changes[field]}" is not possible. Write one of: {named}.')


def _check_enterprise(session: Session, account: Account, value: str) -> None:
    parent = session.get_one(Account, account.parent_id)
    misplaced = place_refusal(AccountType(parent.type), AccountType(account.type), Enterprise(value))
    if misplaced is not None:
        raise RefusedField("enterprise", misplaced)


def _check_zone(_session: Session, _account: Account, value: str) -> None:
    if value not in available_timezones():
        raise RefusedField("time_zone", f'"{value}" is not a time zone; write an IANA name such as '
                                        f"{ZoneInfo('Australia/Sydney').key}.")


def _check_language(_session: Session, _account: Account, value: str) -> None:
    if not value:
        raise RefusedField("language", "Write the language of its invoices, for instance en or de.")


def _check_manager_of_individual(account: Account, wanted: Mapping[str, str], changes: Mapping[str, str]) -> None:
    if "enterprise" in changes and wanted["enterprise"] == Enterprise.INDIVIDUAL and wanted["account_manager"]:
        raise RefusedField("enterprise", f"{account.name} has an account manager, and the account of an individual has "
                                         "none. Take the account manager away as well.")


def _check_texts(changes: Mapping[str, str]) -> None:
    require_provider_texts({field: value for field, value in changes.items() if field in PROVIDER})
    for field, value in changes.items():
        if field not in PROVIDER:
            require_text(field, f"The {inside(field_label(field))}", value)


def _check_manager(session: Session, account: Account, value: str) -> None:
    if not value:
        return
    if not value.isdigit():
        raise RefusedField("account_manager", "Choose one of the active staff users.")
    require_colleague(session, provider_id=account.provider_id, staff_id=int(value), field="account_manager")


def _longest(field: str) -> int:
    if field in (*LABELS, "account_manager"):
        return _UNBOUNDED
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


_CHECKS: Final[Mapping[str, Callable[[Session, Account, str], None]]] = {
    "code": _check_code, "enterprise": _check_enterprise, "account_manager": _check_manager,
    "start_date": _check_start, "time_zone": _check_zone, "language": _check_language}
