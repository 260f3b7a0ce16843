"""What may be done to a database before it is opened."""

from __future__ import annotations

from enum import Enum


class Preparation(Enum):
    """How far opening may go."""

    NONE = "none"
    CREATE_OR_UPGRADE = "create_or_upgrade"
    DEMO = "demo"
    """Filled with demo data when it is missing; opened as it is otherwise."""
