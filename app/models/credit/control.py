"""What decides above a credit limit: classifications of accounts, KYC profiles of contacts, and override rules.

All of it is a provider's own. A rule lists the events that it lets through and, for each kind of condition, values of
which the account must have one; a kind without values is no condition (ARCHITECTURE.md, "Credit control").
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.attributes.catalogue import CREDIT_RATINGS
from app.models.base import Base, Id, Word
from app.models.values import CreditEvent

_EVENTS = ", ".join(f"'{event.value}'" for event in CreditEvent)
_RATINGS = ", ".join(f"'{code}'" for code in CREDIT_RATINGS)


class AccountClassification(Base):
    """A label of accounts, such as "Residential" or "VIP"."""

    __tablename__ = "account_classification"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    enabled: Mapped[bool] = mapped_column(default=True)
    """Whether it can be given to an account; those that have it keep it."""

    __table_args__ = (
        UniqueConstraint("provider_id", "code"), UniqueConstraint("provider_id", "id"),
        CheckConstraint("length(code) BETWEEN 1 AND 40", name="code_length"),
    )


class ClassificationUnit(Base):
    """An org unit whose staff may give a classification; one without any is given by everybody."""

    __tablename__ = "classification_unit"

    provider_id: Mapped[int]
    classification_id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(primary_key=True)

    __table_args__ = (
        ForeignKeyConstraint(["provider_id", "classification_id"],
                             ["account_classification.provider_id", "account_classification.id"]),
        ForeignKeyConstraint(["provider_id", "unit_id"], ["org_unit.provider_id", "org_unit.id"]),
    )


class KycProfile(Base):
    """How much is known of a contact, such as "Low": what override rules may ask for."""

    __tablename__ = "kyc_profile"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))

    __table_args__ = (
        UniqueConstraint("provider_id", "code"), UniqueConstraint("provider_id", "id"),
        CheckConstraint("length(code) BETWEEN 1 AND 40", name="code_length"),
    )


class OverrideRule(Base):
    """Lets events through above a credit limit; its events and conditions stand in the tables below."""

    __tablename__ = "override_rule"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"))
    name: Mapped[str] = mapped_column(String(120))
    enabled: Mapped[bool] = mapped_column(default=True)
    verified_only: Mapped[bool] = mapped_column(default=False)
    """Whether the KYC profile must be verified as well."""

    __table_args__ = (UniqueConstraint("provider_id", "name"), UniqueConstraint("provider_id", "id"))


class OverrideRuleEvent(Base):
    """An event that a rule lets through."""

    __tablename__ = "override_rule_event"

    rule_id: Mapped[int] = mapped_column(ForeignKey("override_rule.id"), primary_key=True)
    event: Mapped[str] = mapped_column(Word, primary_key=True)

    __table_args__ = (CheckConstraint(f"event IN ({_EVENTS})", name="event"),)


class OverrideRuleRating(Base):
    """A credit rating of which a rule asks for one."""

    __tablename__ = "override_rule_rating"

    rule_id: Mapped[int] = mapped_column(ForeignKey("override_rule.id"), primary_key=True)
    rating: Mapped[str] = mapped_column(String(3), primary_key=True)

    __table_args__ = (CheckConstraint(f"rating IN ({_RATINGS})", name="rating"),)


class OverrideRuleClassification(Base):
    """A classification of which a rule asks for one; both are of one provider."""

    __tablename__ = "override_rule_classification"

    provider_id: Mapped[int]
    rule_id: Mapped[int] = mapped_column(primary_key=True)
    classification_id: Mapped[int] = mapped_column(primary_key=True)

    __table_args__ = (
        ForeignKeyConstraint(["provider_id", "rule_id"], ["override_rule.provider_id", "override_rule.id"]),
        ForeignKeyConstraint(["provider_id", "classification_id"],
                             ["account_classification.provider_id", "account_classification.id"],
                             name="fk_override_rule_classification_of"),
    )


class OverrideRuleKycProfile(Base):
    """A KYC profile of which a rule asks for one; both are of one provider."""

    __tablename__ = "override_rule_kyc_profile"

    provider_id: Mapped[int]
    rule_id: Mapped[int] = mapped_column(primary_key=True)
    kyc_profile_id: Mapped[int] = mapped_column(primary_key=True)

    __table_args__ = (
        ForeignKeyConstraint(["provider_id", "rule_id"], ["override_rule.provider_id", "override_rule.id"]),
        ForeignKeyConstraint(["provider_id", "kyc_profile_id"], ["kyc_profile.provider_id", "kyc_profile.id"]),
    )
