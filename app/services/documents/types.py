"""Types of documents: what a provider calls its invoices, payments and so on, and which one is meant.

Every kind has a plain type, which is there from the start and whose code is that of the kind. A provider adds its own,
several to a kind, and may make one of them the default (ARCHITECTURE.md, "Types").
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.models.audit import Subject
from app.models.base import text_limits
from app.models.ledger.entries import FinancialTransaction
from app.models.ledger.types import TransactionCategory, TransactionType
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.values import TransactionKind
from app.services.access.audit import About, traces_about, write_audit, zone_of
from app.services.access.authorize import require_provider
from app.services.access.beyond import customers_below, require_all_of
from app.services.changes import Changed, ChangeSet, Undo
from app.services.database.bulk import insert_rows
from app.services.database.dialects import lock_row
from app.services.documents.books import require_words
from app.services.errors import RefusedByRule, RefusedField
from app.services.saving import Speech, Trace, wanted_changes
from app.services.wording import listed

LIMITS = text_limits(TransactionType, "code", "name")
CATEGORY_LIMIT = text_limits(TransactionCategory, "name")["name"]
PLAIN_NAMES = {
    TransactionKind.INVOICE: "Invoice", TransactionKind.PAYMENT: "Payment", TransactionKind.CREDIT_NOTE: "Credit note",
    TransactionKind.REFUND: "Refund", TransactionKind.INVOICE_CANCELLATION: "Invoice cancellation",
    TransactionKind.PAYMENT_CANCELLATION: "Payment cancellation", TransactionKind.WRITE_OFF: "Write-off",
}
"""What the plain type of a kind is called."""
_FIELDS = {"kind": "kind", "name": "name", "is_default": "default", "categories": "categories"}
"""What the trail and files call them."""
PLAIN_CODES = frozenset(kind.value for kind in TransactionKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeValues:
    """What is said of one type."""

    kind: TransactionKind
    name: str
    is_default: bool = False
    categories: tuple[str, ...] = ()
    """In their order by letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeRow:
    """One type of a provider; the plain ones have no id."""

    id: int | None
    code: str
    kind: TransactionKind
    name: str
    is_default: bool
    categories: tuple[str, ...]


def transaction_types(session: Session, *, provider_id: int) -> list[TypeRow]:
    """The types of a provider, kind by kind: the plain one first, then its own by their codes."""
    require_provider(session, provider_id, Power.LEDGER)
    own = _own(session, provider_id)
    defaults = {row.kind for row in own if row.is_default}
    plain = [TypeRow(id=None, code=kind.value, kind=kind, name=name, is_default=kind not in defaults, categories=())
             for kind, name in PLAIN_NAMES.items()]
    return [row for first in plain for row in (first, *[each for each in own if each.kind is first.kind])]


def _own(session: Session, provider_id: int) -> list[TypeRow]:
    t = TransactionType
    categories: dict[int, tuple[str, ...]] = {}
    for type_id, name in session.execute(
        select(TransactionCategory.type_id, TransactionCategory.name).join(t, t.id == TransactionCategory.type_id)
        .where(t.provider_id == provider_id).order_by(TransactionCategory.type_id, TransactionCategory.name)
    ):
        categories[type_id] = (*categories.get(type_id, ()), name)
    rows = session.execute(select(t.id, t.code, t.kind, t.name, t.is_default).where(t.provider_id == provider_id)
                           .order_by(t.kind, t.code))
    return [TypeRow(id=row.id, code=row.code, kind=TransactionKind(row.kind), name=row.name,
                    is_default=row.is_default, categories=categories.get(row.id, ())) for row in rows]


def type_of(
    session: Session, *, provider_id: int, kind: TransactionKind, text: str = "", category: str = ""
) -> tuple[int | None, str | None]:
    """The type that a code or name means, else the default of the kind, and the category it is to have.

    None is the plain type. Raises RefusedField naming the types or categories there are.
    """
    own = [row for row in _own(session, provider_id) if row.kind is kind]
    found: TypeRow | None = None
    if not text:
        found = next((row for row in own if row.is_default), None)
    elif text != kind.value:
        found = (next((row for row in own if row.code == text), None)
                 or next((row for row in own if row.name.casefold() == text.casefold()), None))
        if found is None and text.casefold() != PLAIN_NAMES[kind].casefold():
            known = listed([kind.value, *[row.code for row in own]])
            raise RefusedField("type", f'There is no type "{text}" of this kind of document. There is: {known}.')
    if not category:
        return (None if found is None else found.id), None
    if found is None or category not in found.categories:
        name = PLAIN_NAMES[kind] if found is None else found.name
        allowed = listed(list(found.categories)) if found is not None and found.categories else "none"
        raise RefusedField("category", f'The type {name} has no category "{category}". It has: {allowed}.')
    return found.id, category


def type_code(session: Session, type_id: int | None) -> str:
    """The code of a type; empty for a plain one."""
    return "" if type_id is None else session.get_one(TransactionType, type_id).code


def set_transaction_type(
    session: Session, *, provider_id: int, code: str, values: TypeValues, seen: TypeValues | None
) -> ChangeSet:
    """Define a type of a provider's documents, or change its name, its categories and whether it is the default.

    `seen` is what was shown, None where there was none of the code. A type that becomes the default takes that from
    the one before. Raises SavedMeanwhile where somebody said something else since, and RefusedByRule for another kind
    or for a category that documents have and that is to go.
    """
    provider = require_provider(session, provider_id, Power.PROVIDERS_DEFAULTS)
    require_all_of(session, customers_below(session, provider_id))
    code = _require_code(code)
    values = _checked(values)
    lock_row(session, "provider", "account_id", provider_id)
    row = session.scalars(select(TransactionType).where(
        TransactionType.provider_id == provider_id, TransactionType.code == code)
        .execution_options(populate_existing=True)).one_or_none()
    there = None if row is None else next(_values(each) for each in _own(session, provider_id) if each.id == row.id)
    if there is not None and there.kind is not values.kind:
        raise RefusedByRule(f"{code} is a type of {PLAIN_NAMES[there.kind].lower()}s, and stays one. Give the new type "
                            "another code.")
    changes = wanted_changes(
        seen={} if seen is None else _fields(seen), now={} if there is None else _fields(there),
        wanted=_fields(values), speech=lambda: _speech(session, provider, code))
    if row is None:
        row = TransactionType(provider_id=provider_id, code=code, kind=values.kind.value, name=values.name,
                              is_default=False)
        session.add(row)
        session.flush()
    elif not changes:
        return ChangeSet.empty()
    row.name = changes.get("name", row.name)
    if "is_default" in changes:
        _make_default(session, row, is_default=changes["is_default"])
    if "categories" in changes:
        _set_categories(session, row, changes["categories"])
    session.flush()
    before = {} if there is None else _fields(there)
    for field, value in changes.items():
        write_audit(session, provider_id=provider_id, about=About(kind=Subject.TRANSACTION_TYPE, id=row.id),
                    action="transaction_type_changed", detail=f"Type {code} of {provider.name} changed.",
                    field=_FIELDS[field], old=_as_text(before.get(field)), new=_as_text(value))
    return ChangeSet.of(Changed.LEDGER).with_undo(None if there is None else Undo(
        of=f"change of type {code}", done=f"Type {code} of {provider.name} changed.", command=set_transaction_type,
        arguments={"provider_id": provider_id, "code": code, "values": there, "seen": values}))


def values_of(session: Session, *, provider_id: int) -> dict[str, TypeValues]:
    """What is said of the types that a provider defined, by code."""
    require_provider(session, provider_id, Power.LEDGER)
    return {row.code: _values(row) for row in _own(session, provider_id)}


def _values(row: TypeRow) -> TypeValues:
    return TypeValues(kind=row.kind, name=row.name, is_default=row.is_default, categories=row.categories)


def _fields(values: TypeValues) -> dict[str, Any]:
    return {**asdict(values), "kind": values.kind.value}


def _require_code(code: str) -> str:
    found = require_words("code", "The code", code, most=LIMITS["code"])
    if not found:
        raise RefusedField("code", "A type of documents needs a code.")
    if found in PLAIN_CODES:
        raise RefusedField("code", f'"{found}" is the plain type of its kind. Give yours another code.')
    return found


def _checked(values: TypeValues) -> TypeValues:
    name = require_words("name", "The name", values.name, most=LIMITS["name"])
    if not name:
        raise RefusedField("name", "A type of documents needs a name.")
    categories = tuple(sorted({require_words("categories", "A category", each, most=CATEGORY_LIMIT)
                               for each in values.categories}))
    if "" in categories:
        raise RefusedField("categories", "A category needs a name.")
    return TypeValues(kind=values.kind, name=name, is_default=values.is_default, categories=categories)


def _make_default(session: Session, row: TransactionType, *, is_default: bool) -> None:
    if is_default:
        session.execute(update(TransactionType).where(
            TransactionType.provider_id == row.provider_id, TransactionType.kind == row.kind,
            TransactionType.is_default.is_(True)).values(is_default=False))
    row.is_default = is_default


def _set_categories(session: Session, row: TransactionType, names: Sequence[str]) -> None:
    c = TransactionCategory
    there = set(session.scalars(select(c.name).where(c.type_id == row.id)))
    gone = sorted(there - set(names))
    used = set(session.scalars(select(FinancialTransaction.category).distinct().where(
        FinancialTransaction.type_id == row.id, FinancialTransaction.category.in_(gone))))
    if used:
        raise RefusedField("categories", f"Documents of the type {row.name} have the category "
                                         f"{listed(sorted(each for each in used if each))}, so it stays.")
    if gone:
        session.execute(delete(c).where(c.type_id == row.id, c.name.in_(gone)))
    insert_rows(session, c, [{"type_id": row.id, "name": name} for name in names if name not in there])


def _as_text(value: object) -> str | None:
    if value is None:
        return None
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _speech(session: Session, provider: Account, code: str) -> Speech:
    row_id = session.scalar(select(TransactionType.id).where(
        TransactionType.provider_id == provider.id, TransactionType.code == code)) or 0
    labels = {"name": f"the name of type {code}", "is_default": f"whether type {code} is the default",
              "categories": f"the categories of type {code}", "kind": f"the kind of type {code}"}

    def traces(fields: Collection[str]) -> dict[str, Trace]:
        found = traces_about(session, About(kind=Subject.TRANSACTION_TYPE, id=row_id),
                             [_FIELDS[field] for field in fields])
        return {field: found[_FIELDS[field]] for field in fields if _FIELDS[field] in found}

    return Speech(zone=zone_of(session, provider.id), label=labels.__getitem__,
                  text=lambda _field, value: _as_text(value) or "", traces=traces)
