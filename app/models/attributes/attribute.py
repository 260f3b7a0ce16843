"""Tables that hold attribute overrides: one wide row of typed, nullable columns per owner.

See ARCHITECTURE.md, "Wide rows". `provider_effective` keeps what each provider passes on, own value or inherited, with
the provider it comes from. It is derived: `app.services.attributes.writing` rebuilds the affected rows in the
transaction of every change, and `bursar db check` compares. Reading the effective value of a whole book is then a
COALESCE over three joins.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.models.attributes.catalogue import CREDIT_RATINGS, INHERITED, AttributeDefinition
from app.models.base import Base, Id, Instant, Minor, Word
from app.models.values import AttributeKind as Kind
from app.models.values import Tier

_SQL_TYPES: dict[Kind, Any] = {
    Kind.INTEGER: Integer, Kind.MONEY: Minor, Kind.RATE: Integer, Kind.BOOLEAN: Boolean, Kind.CHOICE: Word,
    Kind.TEXT: String(200), Kind.DATE: Date,
}


def _column(definition: AttributeDefinition) -> Column[Any]:
    return Column(definition.key, _SQL_TYPES[definition.kind], nullable=True)


def _checks(definitions: list[AttributeDefinition]) -> list[CheckConstraint]:
    """Ranges and choices as constraints, so that another client cannot store nonsense either."""
    found = []
    for d in definitions:
        if d.kind is Kind.TEXT:
            continue
        if d.choices:
            allowed = ", ".join(f"'{value}'" for value, _ in d.choices)
            found.append(CheckConstraint(f"{d.key} IN ({allowed})", name=d.key))
        bounds = [f"{d.key} {sign} {bound}" for sign, bound in ((">=", d.minimum), ("<=", d.maximum))
                  if bound is not None]
        if bounds:
            found.append(CheckConstraint(" AND ".join(bounds), name=d.key))
    return found


def _override_table(name: str, owner: str, tier: Tier) -> Table:
    definitions = [d for d in INHERITED if d.allowed_on(tier)]
    return Table(
        name, Base.metadata,
        Column("owner_id", Id, ForeignKey(owner), primary_key=True, autoincrement=False),
        *[_column(d) for d in definitions],
        *_checks(definitions),
    )


provider_attributes = _override_table("provider_attributes", "provider.account_id", Tier.PROVIDER)
profile_attributes = _override_table("profile_attributes", "account_profile.id", Tier.PROFILE)
account_attributes = _override_table("account_attributes", "account.id", Tier.ACCOUNT)

TABLE_OF_TIER = {
    Tier.PROVIDER: provider_attributes, Tier.PROFILE: profile_attributes, Tier.ACCOUNT: account_attributes,
}

PROVIDER_DEFINITIONS = tuple(d for d in INHERITED if d.allowed_on(Tier.PROVIDER))


def origin_column(definition: AttributeDefinition) -> str:
    """Column of `provider_effective` that names the provider a value comes from; a bundle shares its lead's."""
    return f"{definition.bundle or definition.key}__from"


provider_effective = Table(
    "provider_effective", Base.metadata,
    Column("provider_id", Id, ForeignKey("provider.account_id"), primary_key=True, autoincrement=False),
    *[_column(d) for d in PROVIDER_DEFINITIONS],
    *[Column(name, Id, nullable=True) for name in dict.fromkeys(origin_column(d) for d in PROVIDER_DEFINITIONS)],
)


class CreditRating(Base):
    """What one rating is worth at one provider; a limit left empty gives no limit."""

    __tablename__ = "credit_rating"

    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(3), primary_key=True)
    label: Mapped[str] = mapped_column(String(80), default="")
    limit_minor: Mapped[int | None] = mapped_column(Minor)

    __table_args__ = (
        CheckConstraint(f"code IN ({', '.join(repr(c) for c in CREDIT_RATINGS)})", name="code"),
        CheckConstraint("limit_minor >= 0", name="limit"),
    )


class AttributeChange(Base):
    """Who set or cleared an attribute of an owner, and when; append-only. The newest row explains the value."""

    __tablename__ = "attribute_change"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"))
    tier: Mapped[str] = mapped_column(Word)
    owner_id: Mapped[int] = mapped_column(Id)
    attribute: Mapped[str] = mapped_column(String(60))
    old_value: Mapped[str | None] = mapped_column(Text)
    new_value: Mapped[str | None] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        UniqueConstraint("tier", "owner_id", "attribute", "id"),
        Index("ix_attribute_change_owner", "tier", "owner_id", "attribute", "id"),
    )
