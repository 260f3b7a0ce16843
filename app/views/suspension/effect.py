"""What applying ticked proposals would do, counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.models.values import ScanOutcome
from app.services.scans.previewed import ProposalRow
from app.views.look.formatting import Formatter


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Accounts, services and events."""

    suspended: int = 0
    restricted: int = 0
    restored: int = 0
    back: int = 0
    events: int = 0
    """One a service, or one for an account without any; what each is told by is set for its profile."""

    @property
    def total(self) -> int:
        """Accounts that would change."""
        return self.suspended + self.restored


def effect_words(effect: Effect, formatter: Formatter) -> str:
    """The effect in one line, such as "8 accounts suspended, 17 services restricted; 23 events"."""
    parts = []
    if effect.suspended:
        words = "{accounts}, {services} restricted" if effect.restricted else "{accounts}"
        parts.append(words.format(
            accounts=formatter.counted(effect.suspended, "account suspended", "accounts suspended"),
            services=formatter.counted(effect.restricted, "service", "services")))
    if effect.restored:
        words = "{accounts}, {services} back" if effect.back else "{accounts}"
        parts.append(words.format(
            accounts=formatter.counted(effect.restored, "account restored", "accounts restored"),
            services=formatter.counted(effect.back, "service", "services")))
    if effect.events:
        parts.append(formatter.counted(effect.events, "event", "events"))
    return f"{'; '.join(parts) or 'Nothing would change'}."


def effect_of(rows: Iterable[ProposalRow]) -> Effect:
    """The effect of these proposals."""
    chosen = list(rows)
    suspend = [row for row in chosen if row.outcome is ScanOutcome.SUSPEND]
    restore = [row for row in chosen if row.outcome is ScanOutcome.RESTORE]
    return Effect(
        suspended=len(suspend), restricted=sum(row.services for row in suspend),
        restored=len(restore), back=sum(row.services for row in restore),
        events=sum(max(1, row.services) for row in chosen),
    )
