"""One pass of deliveries in a process of its own."""

from __future__ import annotations

import asyncio
from datetime import datetime


def deliver(url: str, moment: str) -> None:
    """Send what is due at a moment."""
    from app.services.clock import FixedClock
    from app.services.database.engine import parse_url
    from app.services.database.unit_of_work import Database
    from app.services.outbox.delivering import deliver_due

    database = Database(parse_url(url), clock=FixedClock(datetime.fromisoformat(moment)), actor="test")
    asyncio.run(deliver_due(database))
    database.close()
