"""Currencies that a provider uses beside its own, their rates by period, and where rates are fetched from.

A rate is the price of one unit of the currency in the currency of the provider's books. It is kept as a fraction, so
that a rate which a source quotes the other way round (1 EUR = 1.10 USD) is as exact as one that was typed.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Instant, Word
from app.models.rules.currency_conversion import RATE_BELOW
from app.models.values import CurrencyState, RateSourceKind, Rounding


def _one_of(column: str, values: type[CurrencyState | RateSourceKind | Rounding]) -> str:
    return f"{column} IN ({', '.join(repr(v.value) for v in values)})"


class ProviderCurrency(Base):
    """One currency at one provider. The provider's own needs no row, unless its rounding is said."""

    __tablename__ = "provider_currency"

    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"), primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    state: Mapped[str] = mapped_column(Word, default=CurrencyState.NOT_EFFECTIVE.value)
    rounding: Mapped[str] = mapped_column(Word, default=Rounding.HALF_UP.value)

    __table_args__ = (
        CheckConstraint(_one_of("state", CurrencyState), name="state"),
        CheckConstraint(_one_of("rounding", Rounding), name="rounding"),
    )


class CurrencyRatePeriod(Base):
    """What one unit of a currency was worth over some days. A wrong one is removed and entered anew."""

    __tablename__ = "currency_rate_period"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int] = mapped_column(Id)
    currency: Mapped[str] = mapped_column(String(3))
    from_date: Mapped[date]
    to_date: Mapped[date | None]
    """The last day; not set while nothing follows."""
    until_next: Mapped[bool]
    """No last day was said, so the next period ends it."""
    rate_over: Mapped[int] = mapped_column(BigInteger)
    rate_under: Mapped[int] = mapped_column(BigInteger)
    """The rate as a fraction in its lowest terms: 0.92 is 23 over 25."""
    source: Mapped[str] = mapped_column(String(200), default="")
    """The file or the server that said it; empty: typed by hand."""
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(String(120))

    __table_args__ = (
        ForeignKeyConstraint(["provider_id", "currency"],
                             ["provider_currency.provider_id", "provider_currency.currency"],
                             name="fk_currency_rate_period_currency"),
        UniqueConstraint("provider_id", "currency", "from_date"),
        CheckConstraint("to_date >= from_date AND (until_next OR to_date IS NOT NULL)", name="days"),
        CheckConstraint(f"rate_over > 0 AND rate_over < {RATE_BELOW} AND rate_under > 0 AND rate_under < {RATE_BELOW}",
                        name="rate"),
    )


class RateSource(Base):
    """Where the rates of a provider are fetched from, and what came of it last."""

    __tablename__ = "rate_source"

    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"), primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(Word, default=RateSourceKind.ECB_XML.value)
    url: Mapped[str] = mapped_column(String(400))
    fetched_at: Mapped[datetime | None] = mapped_column(Instant)
    """When it was asked last, whatever came of it."""
    fetched_by: Mapped[str | None] = mapped_column(String(120))
    result: Mapped[str] = mapped_column(String(1000), default="")
    """What came of it, a sentence."""
    succeeded: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        CheckConstraint(_one_of("kind", RateSourceKind), name="kind"),
    )
