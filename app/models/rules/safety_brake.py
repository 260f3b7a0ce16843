"""When a run of automation stops as a proposal: the pure rule (ARCHITECTURE.md, "Safety brake").

Worked example (5 %, 20 accounts, 3 days): of 400 judged, 20 changes pass (not more than 20 accounts), 21 stop (5.25 %
and more than 20 accounts); of 420 judged, 21 pass (exactly 5 %). A run of Tuesday after one of Friday stops (4 days),
one of Monday does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

DEFAULT_SHARE_PERCENT, DEFAULT_ACCOUNTS, DEFAULT_PAUSE_DAYS = 5, 20, 3


class BrakeReason(StrEnum):
    """Why a run stopped."""

    TOO_MANY = "too_many"
    LONG_PAUSE = "long_pause"


@dataclass(frozen=True, slots=True, kw_only=True)
class BrakeLimits:
    """Limits of one provider; 0 switches one off."""

    share_percent: int = DEFAULT_SHARE_PERCENT
    accounts: int = DEFAULT_ACCOUNTS
    pause_days: int = DEFAULT_PAUSE_DAYS

    @property
    def limits_number(self) -> bool:
        return bool(self.share_percent or self.accounts)

    @property
    def is_on(self) -> bool:
        """Whether any limit is switched on; without one nobody needs to count."""
        return self.limits_number or bool(self.pause_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class BrakeFigures:
    """What a run would do to one provider. Restorations count as suspensions do: both change an account."""

    judged: int
    """End users judged."""
    to_suspend: int
    to_restore: int
    paused_days: int = 0
    """Days since the last committed run; 0 where there was none."""

    @property
    def changes(self) -> int:
        return self.to_suspend + self.to_restore


def brakes(figures: BrakeFigures, limits: BrakeLimits) -> BrakeReason | None:
    """Why a run has to stop; None where it may go on. A run that changes nobody never stops.

    It changes too many where each limit of number that is switched on is exceeded.
    """
    if figures.changes == 0:
        return None
    over_share = figures.changes * 100 > limits.share_percent * figures.judged or not limits.share_percent
    over_accounts = figures.changes > limits.accounts  # 0 accounts are always exceeded: switched off
    if limits.limits_number and over_share and over_accounts:
        return BrakeReason.TOO_MANY
    if limits.pause_days and figures.paused_days > limits.pause_days:
        return BrakeReason.LONG_PAUSE
    return None


def has_grown(figures: BrakeFigures, approved: BrakeFigures) -> bool:
    """Whether a run would do more than what somebody approved."""
    return figures.to_suspend > approved.to_suspend or figures.to_restore > approved.to_restore
