"""Families and types of the products of a provider: said by set-up files, and named where funding is partial."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.audit import Subject
from app.models.base import text_limits
from app.models.parties.powers import Power
from app.models.products.kinds import ProductFamily, ProductType
from app.services.access.audit import About, traces_about, write_audit, zone_of
from app.services.access.authorize import require_provider
from app.services.changes import Changed, ChangeSet
from app.services.database.dialects import lock_row
from app.services.errors import RefusedField
from app.services.files.texts import require_text
from app.services.saving import Speech, Trace, wanted_changes
from app.services.wording import counted


class Sorting(StrEnum):
    """What products are sorted by."""

    FAMILY = "family"
    TYPE = "type"

    @property
    def words(self) -> str:
        """As it stands in a sentence."""
        return {"family": "product family", "type": "product type"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class SortingRow:
    """One family, or one type."""

    sorting: Sorting
    code: str
    name: str


_Entity: TypeAlias = type[ProductFamily | ProductType]
ENTITIES: Final[dict[Sorting, _Entity]] = {Sorting.FAMILY: ProductFamily, Sorting.TYPE: ProductType}
LIMITS: Final = text_limits(ProductFamily, "code", "name")
"""Most characters of a code and of a name."""


def sortings(session: Session, *, provider_id: int) -> list[SortingRow]:
    """The families and then the types of a provider, by code."""
    require_provider(session, provider_id, Power.CUSTOMERS)
    return [SortingRow(sorting=sorting, code=row.code, name=row.name) for sorting, entity in ENTITIES.items()
            for row in sorted(session.execute(select(entity.code, entity.name).where(
                entity.provider_id == provider_id)), key=lambda row: row.code)]


def set_sorting(
    session: Session, *, provider_id: int, sorting: Sorting, code: str, name: str, seen: str | None
) -> ChangeSet:
    """Say that a provider has a family or a type of this code, and how it is called; without a name as its code.

    `seen` is the name that was shown, None where there was none of this code. Raises SavedMeanwhile where somebody
    called it otherwise since. A code is for life. Locks the provider.
    """
    provider = require_provider(session, provider_id, Power.PROVIDERS_DEFAULTS)
    code, name = code.strip(), name.strip() or code.strip()
    _require("code", "The code", code)
    _require("name", "The name", name)
    lock_row(session, "provider", "account_id", provider_id)
    entity = ENTITIES[sorting]
    row: Any = session.scalars(
        select(entity).where(entity.provider_id == provider_id, entity.code == code)
        .execution_options(populate_existing=True)).one_or_none()
    changes = wanted_changes(
        seen={} if seen is None else {"name": seen}, now={} if row is None else {"name": row.name},
        wanted={"name": name}, speech=lambda: _speech(session, provider_id, sorting, code))
    if row is not None and not changes:
        return ChangeSet.empty()
    old = None if row is None else row.name
    if row is None:
        session.add(entity(provider_id=provider_id, code=code, name=name))
    else:
        row.name = name
    session.flush()
    write_audit(session, provider_id=provider_id, about=About(kind=Subject.PROVIDER, id=provider_id),
                action="product_sorting_changed", field=_field(sorting, code), old=old, new=name,
                detail=f"{sorting.words.capitalize()} {code} of {provider.name}: {name}")
    return ChangeSet.of(Changed.GROUP_ACCOUNTS)


def _require(field: str, label: str, text: str) -> None:
    if not text:
        raise RefusedField(field, f"{label} is missing. Write it.")
    require_text(field, label, text)
    if len(text) > LIMITS[field]:
        raise RefusedField(field, f"{label} has at most {counted(LIMITS[field], 'character')}.")


def _field(sorting: Sorting, code: str) -> str:
    return f"product_{sorting.value}_{code}"


def _speech(session: Session, provider_id: int, sorting: Sorting, code: str) -> Speech:
    def traces(fields: Collection[str]) -> dict[str, Trace]:
        stored = _field(sorting, code)
        found = traces_about(session, About(kind=Subject.PROVIDER, id=provider_id), [stored])
        return {field: found[stored] for field in fields if stored in found}

    return Speech(zone=zone_of(session, provider_id), label=lambda _field: f"the name of {sorting.words} {code}",
                  text=lambda _field, value: value or "", traces=traces)
