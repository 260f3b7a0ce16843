"""What a row of accounts says of manager and classification, and of an address of its own for the invoices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy.orm import Session

from app.models.values import AddressType, Enterprise
from app.services.access.colleagues import colleagues
from app.services.addresses.new import ADDRESS_FIELDS, NewAddress
from app.services.credit.labels import classification_rows
from app.services.errors import RowError
from app.services.hierarchy.accounts import MANAGER_OF_ORGANISATION
from app.services.imports.providers import ProviderFacts
from app.services.imports.staging import Stage, StagedRow

_MANAGER, _CLASS = "account_manager", "classification"
_LINES = tuple(name for name in ADDRESS_FIELDS if name != "address_type")


def managers_of(session: Session, stage: Stage, provider: ProviderFacts) -> dict[tuple[str, str], int]:
    """Whom rows of a provider may name as account managers: (provider, login) → staff user."""
    if not any(_MANAGER in row.values for row in stage.rows):
        return {}
    return {(provider.code, each.login): each.id for each in colleagues(session, provider_id=provider.id)}


def classifications_of(session: Session, stage: Stage, provider: ProviderFacts) -> dict[tuple[str, str], int]:
    """Which classifications rows of a provider may name: (provider, code) → id."""
    if not any(_CLASS in row.values for row in stage.rows):
        return {}
    rows = classification_rows(session, provider_id=provider.id)
    return {(provider.code, row.code): row.id for row in rows if row.may_be_given}


def wrong_belongings(
    stage: Stage, row: StagedRow, enterprise: Enterprise, managers: Mapping[tuple[str, str], int],
    classifications: Mapping[tuple[str, str], int],
) -> Iterator[RowError]:
    """A manager that there is not, or of a person's account; a classification that nobody gives; no address at all."""
    code = row.values.get(_CLASS)
    if code is not None and (row.provider, code) not in classifications:
        there = ", ".join(each for provider, each in classifications if provider == row.provider)
        yield stage.refuse(row, _CLASS, f'{row.provider} gives no classification "{code}". Write one of: {there}.'
                           if there else f'{row.provider} gives no classification "{code}", and has no other.')
    login = row.values.get(_MANAGER)
    if login is not None:
        row.values[_MANAGER] = login = login.lower()
        if enterprise is not Enterprise.ORGANISATION:
            yield stage.refuse(row, _MANAGER, MANAGER_OF_ORGANISATION)
        elif (row.provider, login) not in managers:
            yield stage.refuse(row, _MANAGER, f'"{login}" is no active staff user of {row.provider}. Write a login '
                                              "such as name@company.example.")
    said = [name for name in ADDRESS_FIELDS if row.values.get(f"billing_{name}")]
    if said and not {"address_line1", "city"} & set(said):
        yield stage.refuse(row, f"billing_{said[0]}", "An address for invoices needs billing_address_line1, or "
                                                      "billing_city at least.")


def billing_address_of(row: StagedRow) -> NewAddress | None:
    """The address that a row gives its invoices; None where they go to that of the contact."""
    lines = {name: row.values[f"billing_{name}"] for name in _LINES if row.values.get(f"billing_{name}")}
    if not lines:
        return None
    return NewAddress(address_type=row.values.get("billing_address_type", AddressType.BILLING.value), **lines)
