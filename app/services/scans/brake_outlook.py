"""What the safety brake would say of a run before anybody starts it, for whatever is ticked by then."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.models.parties.powers import Power
from app.models.rules.safety_brake import BrakeFigures, BrakeLimits, brakes
from app.services.access.authorize import require_provider
from app.services.scans.braking import brake_limits, limit_words, paused_days
from app.services.scans.runs import Kind
from app.services.suspension.proposals import ACTS
from app.services.suspension.report import Target, count_end_users


@dataclass(frozen=True, slots=True, kw_only=True)
class BrakeOutlook:
    """Limits of one provider, and what they are held against."""

    judged: int
    """End users, as far as the person sees them."""
    limits: BrakeLimits
    paused_days: int

    def stops(self, *, to_suspend: int, to_restore: int) -> str:
        """Which limit a run of so many changes exceeds, as part of a sentence; empty where it may go on."""
        figures = BrakeFigures(judged=self.judged, to_suspend=to_suspend, to_restore=to_restore,
                               paused_days=self.paused_days)
        reason = brakes(figures, self.limits)
        return "" if reason is None else limit_words(reason, figures, self.limits)


def brake_outlook(session: Session, target: Target) -> BrakeOutlook:
    """What the brake of a provider goes by today."""
    require_provider(session, target.provider_id, Power.SUSPENSION)
    return BrakeOutlook(judged=count_end_users(session, [target]), limits=brake_limits(session, target.provider_id),
                        paused_days=paused_days(session, target, Kind(acts=ACTS, origin="window")))
