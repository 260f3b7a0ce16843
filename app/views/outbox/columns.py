"""The columns of the outbox."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from app.services.outbox.listing import OutboxRow
from app.views.lists.models.columns import Column, state_column, text_column
from app.views.outbox.words import CHANNEL, STATE


def outbox_columns(zone: Callable[[], ZoneInfo]) -> tuple[Column[OutboxRow], ...]:
    """Times are those of the provider."""
    return (
        Column(key="when", title="When", width=142,
               text=lambda row, formatter: formatter.instant(row.created_at, zone())),
        text_column("event", "Event", lambda row: row.event_name, 132),
        text_column("account", "Account", lambda row: row.account_name, 110, stretches=True,
                    tooltip=lambda row, _: f"{row.account_name}, {row.account}", is_link=lambda _row: True),
        text_column("channel", "Channel", lambda row: CHANNEL.get(row.action, row.action), 86),
        text_column("to", "To", lambda row: row.recipient, 90, stretches=True, tooltip=lambda row, _: row.recipient),
        state_column("state", "State", lambda row: STATE[row.state], 124),
        text_column("why", "Why", lambda row: row.reason, 110, stretches=True, is_second_rank=True,
                    tooltip=lambda row, _: row.reason),
    )
