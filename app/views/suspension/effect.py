"""What applying ticked proposals would do, counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.models.values import ScanOutcome
from app.services.suspension.screen_jobs import ProposalRow


@dataclass(frozen=True, slots=True)
class Effect:
    """Accounts, services and messages."""

    suspended: int = 0
    restricted: int = 0
    restored: int = 0
    back: int = 0
    messages: int = 0
    """One a service, or one for an account without any."""

    @property
    def total(self) -> int:
        """Accounts that would change."""
        return self.suspended + self.restored


def effect_of(rows: Iterable[ProposalRow]) -> Effect:
    """The effect of these proposals."""
    chosen = list(rows)
    suspend = [row for row in chosen if row.outcome is ScanOutcome.SUSPEND]
    restore = [row for row in chosen if row.outcome is ScanOutcome.RESTORE]
    return Effect(
        suspended=len(suspend), restricted=sum(row.services for row in suspend),
        restored=len(restore), back=sum(row.services for row in restore),
        messages=sum(max(1, row.services) for row in chosen),
    )
