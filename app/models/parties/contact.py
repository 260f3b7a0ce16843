"""Contacts and addresses: who owns accounts and where invoices go. One contact may own several accounts.

The first address of a contact stands in its own row, where lists and files read it without a join; further ones have
rows of their own (ARCHITECTURE.md, "Billing address").
"""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Word, unique_where
from app.models.values import AddressType, KycState

_TYPES = ", ".join(f"'{t.value}'" for t in AddressType)


class Contact(Base):
    """A person or company with its first postal address."""

    __tablename__ = "contact"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    attention: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(60), default="")
    mobile: Mapped[str] = mapped_column(String(60), default="")
    address_type: Mapped[str] = mapped_column(Word, default=AddressType.MAIN)
    address_line1: Mapped[str] = mapped_column(String(200), default="")
    address_line2: Mapped[str] = mapped_column(String(200), default="")
    city: Mapped[str] = mapped_column(String(120), default="")
    region: Mapped[str] = mapped_column(String(120), default="")
    postcode: Mapped[str] = mapped_column(String(20), default="")
    country: Mapped[str] = mapped_column(String(120), default="")
    incomplete: Mapped[bool] = mapped_column(Boolean, default=False)
    """Made by an import that knew no more than the account's code."""
    kyc_profile_id: Mapped[int | None] = mapped_column(Id)
    kyc_state: Mapped[str] = mapped_column(Word, default=KycState.NOT_VERIFIED)
    """Whether the KYC profile was looked into."""

    __table_args__ = (
        ForeignKeyConstraint(["provider_id", "kyc_profile_id"], ["kyc_profile.provider_id", "kyc_profile.id"],
                             name="fk_contact_kyc_profile"),
        CheckConstraint("kyc_state IN ('not_verified', 'verified')", name="kyc_state"),
        CheckConstraint(f"address_type IN ({_TYPES})", name="address_type"),
    )


class ContactAddress(Base):
    """A further address of a contact; its columns mean what those of `Contact` mean."""

    __tablename__ = "contact_address"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    address_type: Mapped[str] = mapped_column(Word)
    address_line1: Mapped[str] = mapped_column(String(200), default="")
    address_line2: Mapped[str] = mapped_column(String(200), default="")
    city: Mapped[str] = mapped_column(String(120), default="")
    region: Mapped[str] = mapped_column(String(120), default="")
    postcode: Mapped[str] = mapped_column(String(20), default="")
    country: Mapped[str] = mapped_column(String(120), default="")

    __table_args__ = (
        UniqueConstraint("contact_id", "id"),
        CheckConstraint(f"address_type IN ({_TYPES})", name="address_type"),
    )


class AccountContact(Base):
    """A contact of an account with its flags, one of each per account (ARCHITECTURE.md, "Contacts")."""

    __tablename__ = "account_contact"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), primary_key=True, index=True)
    is_primary: Mapped[bool] = mapped_column(Boolean, default=False)
    is_billing: Mapped[bool] = mapped_column(Boolean, default=False)

    __table_args__ = (
        unique_where("uq_account_contact_primary", "account_id", where="is_primary"),
        unique_where("uq_account_contact_billing", "account_id", where="is_billing"),
    )


class AccountBillingAddress(Base):
    """The address that an account chose for its invoices: one of a contact of its own, the first where no id is named.

    An account without a row has its invoices go to the first address of its billing contact.
    """

    __tablename__ = "account_billing_address"

    account_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    contact_id: Mapped[int] = mapped_column(Id)
    address_id: Mapped[int | None] = mapped_column(Id)

    __table_args__ = (
        ForeignKeyConstraint(["account_id", "contact_id"], ["account_contact.account_id", "account_contact.contact_id"],
                             name="fk_account_billing_address_contact"),
        ForeignKeyConstraint(["contact_id", "address_id"], ["contact_address.contact_id", "contact_address.id"],
                             name="fk_account_billing_address_address"),
        Index("ix_account_billing_address_contact", "contact_id", "address_id"),
    )


class ContactFlagOwed(Base):
    """A flag that was taken from one contact and not given to another yet; no row survives its transaction.

    Guards in the database write and remove the rows. `nobody_id` refers to an account that does not exist, which is
    checked at the commit.
    """

    __tablename__ = "contact_flag_owed"

    account_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    flag: Mapped[str] = mapped_column(Word, primary_key=True)
    nobody_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", deferrable=True, initially="DEFERRED", name="fk_contact_flag_owed"))

    __table_args__ = (CheckConstraint("nobody_id = -1", name="nobody"),)


class Organisation(Base):
    """What is known of an account's holder as a company; a row appears when there is something to say."""

    __tablename__ = "organisation"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, autoincrement=False)
    trading_name: Mapped[str] = mapped_column(String(200), default="")
    registration_number: Mapped[str] = mapped_column(String(60), default="")
    """Number in the register of companies or of taxes, for instance an ABN; kept as typed."""
