"""The figures of a rule set in the currencies of accounts that have another than the books (ARCHITECTURE.md,
"Currencies").

Conversion is by the rates of the judged day, as they are on file now. It leaves the order of the figures as it was:
the minimum stays above nothing, and what restores stays below it. Without a rate nothing can be compared, so nothing
happens to an account by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.currencies.rates import ProviderCurrency
from app.models.rules.suspension_decision import Rules
from app.models.values import grouped_amount
from app.services.currencies.conversion import Conversion, convert_if_known


def rules_elsewhere(session: Session, *, provider_id: int, rules: Rules, on: date) -> Mapping[str, Rules | None]:
    """The rules in each other currency of a provider, by its code; None for one without a rate on the day."""
    c = ProviderCurrency
    codes = session.scalars(select(c.currency).where(c.provider_id == provider_id, c.currency != rules.currency)
                            .order_by(c.currency)).all()
    return {code: rules_in(session, provider_id=provider_id, rules=rules, currency=code, on=on) for code in codes}


def rules_in(session: Session, *, provider_id: int, rules: Rules, currency: str, on: date) -> Rules | None:
    """The rules in one currency; None where it has no rate on the day."""
    if currency == rules.currency:
        return rules
    minimum = _minimum(session, provider_id=provider_id, rules=rules, currency=currency, on=on)
    restore = convert_if_known(session, provider_id=provider_id, amount_minor=rules.restore_at_minor,
                               source=rules.currency, target=currency, on=on)
    if minimum is None or restore is None:
        return None
    least = max(1, minimum.amount_minor)
    return replace(rules, currency=currency, min_overdue_minor=least,
                   restore_at_minor=min(restore.amount_minor, least - 1))


def converted_words(session: Session, *, provider_id: int, rules: Rules, currency: str, on: date) -> str:
    """What the figures of the rules are in another currency, and by which rate; empty where none is needed or known."""
    own = rules_in(session, provider_id=provider_id, rules=rules, currency=currency, on=on)
    minimum = _minimum(session, provider_id=provider_id, rules=rules, currency=currency, on=on)
    if own is None or minimum is None or not minimum.rates:
        return ""
    said, there = (f"{_money(r.min_overdue_minor, r)} and {_money(r.restore_at_minor, r)}" for r in (rules, own))
    return f"The rules say {said}, which are {there} {minimum.rate_words}."


def _minimum(session: Session, *, provider_id: int, rules: Rules, currency: str, on: date) -> Conversion | None:
    return convert_if_known(session, provider_id=provider_id, amount_minor=rules.min_overdue_minor,
                            source=rules.currency, target=currency, on=on)


def _money(minor: int, rules: Rules) -> str:
    return f"{grouped_amount(minor, rules.currency)} {rules.currency}"
