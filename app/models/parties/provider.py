"""A service provider: the owner of accounts, profiles, documents and rules, and the letterhead of its invoices.

Every account of a provider type has exactly one row here. The default profile is a column that may not be empty, so
"exactly one default profile per provider" holds by declaration.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import combinations

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Instant, Word
from app.models.values import AccountNaming, AccountStanding, AddressRule

OPTIONAL_FOR = tuple(",".join(chosen) for count in range(len(AccountStanding) + 1)
                     for chosen in combinations(AccountStanding, count))
"""Every list of conditions, in the one order in which they are stored."""


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


class Provider(Base):
    """Settings of one provider that do not inherit."""

    __tablename__ = "provider"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", deferrable=True, initially="DEFERRED"), primary_key=True, autoincrement=False
    )
    default_profile_id: Mapped[int]
    realm: Mapped[str | None] = mapped_column(String(120), unique=True)
    """Log-in suffix `@domain` of its staff; the operator's is set when signing in begins."""
    currency: Mapped[str] = mapped_column(String(3))
    language: Mapped[str] = mapped_column(String(20), default="en")
    time_zone: Mapped[str] = mapped_column(String(60), default="UTC")
    legal_name: Mapped[str] = mapped_column(String(200), default="")
    tagline: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(Text, default="")
    """Postal address, one line of the envelope a line."""
    return_address: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(60), default="")
    website: Mapped[str] = mapped_column(String(200), default="")
    tax_number_label: Mapped[str] = mapped_column(String(40), default="")
    tax_number: Mapped[str] = mapped_column(String(60), default="")
    tax_name: Mapped[str] = mapped_column(String(20), default="")
    """What the tax is called on paper: "GST"; empty: the word of the language."""
    bank_details: Mapped[str] = mapped_column(Text, default="")
    """One "label: value" a line, as printed on the payment slip."""
    help_text: Mapped[str] = mapped_column(Text, default="")
    logo: Mapped[bytes | None] = mapped_column(LargeBinary)
    account_naming: Mapped[str] = mapped_column(Word, default=AccountNaming.MANUAL)
    billing_address_rule: Mapped[str] = mapped_column(Word, default=AddressRule.NEVER)
    billing_address_optional_for: Mapped[str] = mapped_column(Word, default="")
    """With the rule by conditions: which accounts need none, as words of `AccountStanding` with commas between them."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["account_id", "default_profile_id"], ["account_profile.provider_id", "account_profile.id"],
            name="fk_provider_default_profile", deferrable=True, initially="DEFERRED", use_alter=True,
        ),
        CheckConstraint("realm LIKE '@%.%'", name="realm_form"),
        CheckConstraint(f"account_naming IN ({_listed(AccountNaming)})", name="account_naming"),
        CheckConstraint(f"billing_address_rule IN ({_listed(AddressRule)})", name="billing_address_rule"),
        CheckConstraint(f"billing_address_optional_for IN ({_listed(OPTIONAL_FOR)})",
                        name="billing_address_optional_for"),
    )


class LetterheadVersion(Base):
    """What a provider's invoices show of it, as it once was: one row for each distinct content. Append-only.

    Statements refer to it, so that a reprint looks as the first print did, whatever the provider changed since. The
    columns mean what those of `Provider` mean.
    """

    __tablename__ = "letterhead_version"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"))
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of all that follows but the instant."""
    name: Mapped[str] = mapped_column(String(200))
    """Name of the provider's account."""
    language: Mapped[str] = mapped_column(String(20))
    legal_name: Mapped[str] = mapped_column(String(200))
    tagline: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(Text)
    return_address: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(String(60))
    website: Mapped[str] = mapped_column(String(200))
    tax_number_label: Mapped[str] = mapped_column(String(40))
    tax_number: Mapped[str] = mapped_column(String(60))
    tax_name: Mapped[str] = mapped_column(String(20))
    bank_details: Mapped[str] = mapped_column(Text)
    help_text: Mapped[str] = mapped_column(Text)
    logo: Mapped[bytes | None] = mapped_column(LargeBinary)
    recorded_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (UniqueConstraint("provider_id", "digest"),)
