"""Which version of a provider's rules is in force on a day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.suspension.rule_sets import SuspensionRuleSet


def rule_set_in_force(session: Session, provider_id: int, on: date) -> SuspensionRuleSet | None:
    """The newest version with the latest `effective_from` ≤ the day, inside a question that asked; None without one."""
    return session.scalars(
        select(SuspensionRuleSet)
        .where(SuspensionRuleSet.provider_id == provider_id, SuspensionRuleSet.effective_from <= on)
        .order_by(SuspensionRuleSet.effective_from.desc(), SuspensionRuleSet.version.desc()).limit(1)
    ).one_or_none()
