"""Fields of one account set by name, several at once and all or none: what *Details* saves, from a command line.

What a form offers as a choice is written in words here: a staff user by login, yes and no, a date as 2025-07-01.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.services.access.authorize import require_account
from app.services.access.colleagues import colleague_named
from app.services.accounts.details import account_details, as_kept, planned_details, save_details
from app.services.accounts.history_words import field_label
from app.services.accounts.labels import label_named
from app.services.changes import ChangeSet
from app.services.errors import RefusedByRule, RefusedField

_YES_NO = {"yes": "True", "true": "True", "no": "False", "false": "False"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field that changes, or would."""

    field: str
    label: str
    old: str
    """As it is written on the command line, a person by name; empty where nothing is set."""
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldPlan:
    """What setting some fields of an account comes to."""

    account_id: int
    after: Mapping[str, str]
    """As forms have them."""
    seen: Mapping[str, str]
    changes: tuple[FieldChange, ...]


def plan_fields(session: Session, *, account_id: int, wanted: Mapping[str, str]) -> FieldPlan:
    """What setting these fields would change. Raises RefusedByRule for a field that there is not, listing those there
    are, and RefusedField for a value that cannot be."""
    account = require_account(session, account_id, Power.CUSTOMERS)
    seen = dict(account_details(session, account_id=account_id).values)
    unknown = [field for field in wanted if field not in seen]
    if unknown:
        raise RefusedByRule(f'{account.name} has no field "{unknown[0]}". It has: {", ".join(sorted(seen))}.')
    after = {field: _as_stored(session, account, field, value.strip()) for field, value in wanted.items()}
    changes = planned_details(session, account_id=account_id, after=after)
    return FieldPlan(account_id=account_id, after=after, seen=seen, changes=tuple(
        FieldChange(field=field, label=field_label(field), old=as_kept(session, field, seen[field]),
                    new=as_kept(session, field, value)) for field, value in changes.items()))


def set_fields(session: Session, *, seen: FieldPlan) -> ChangeSet:
    """Set the fields of a plan, all or none. Raises SavedMeanwhile where somebody set one of them since."""
    return save_details(session, account_id=seen.account_id, after=seen.after, seen=seen.seen)


def _as_stored(session: Session, account: Account, field: str, value: str) -> str:
    if field == "account_manager" and value:
        return str(colleague_named(session, provider_id=account.provider_id, text=value, field=field).id)
    if field in ("classification", "kyc_profile") and value:
        return label_named(session, account, field, value)
    if field == "ombudsman_case_open":
        if value.lower() not in _YES_NO:
            raise RefusedField(field, f'"{value}" is not possible. Write yes or no.')
        return _YES_NO[value.lower()]
    return value
