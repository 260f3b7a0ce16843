"""The status shown, derived from lifecycle and open holds (ARCHITECTURE.md, "Holds")."""

from __future__ import annotations

from collections.abc import Collection

from app.models.values import AccountStatus, HoldKind, Lifecycle

STATUS_OF_LIFECYCLE: tuple[tuple[Lifecycle, AccountStatus], ...] = (
    (Lifecycle.TERMINATED, AccountStatus.CANCELLED),
    (Lifecycle.PREACTIVE, AccountStatus.PREACTIVE),
    (Lifecycle.INACTIVE, AccountStatus.INACTIVE),
)
"""Lifecycles that decide alone, strongest first."""

STATUS_OF_HOLD: tuple[tuple[HoldKind, AccountStatus], ...] = (
    (HoldKind.SYSTEM, AccountStatus.SYSTEM_SUSPENDED),
    (HoldKind.PARENT_PROVIDER, AccountStatus.RESTRICTED_BY_PARENT),
    (HoldKind.BILLING_AND_ORDERING, AccountStatus.SUSPENDED_BILLING_AND_ORDERING),
    (HoldKind.OVERDUE, AccountStatus.SUSPENDED),
    (HoldKind.MANUAL, AccountStatus.SUSPENDED),
    (HoldKind.PARENT_GROUP, AccountStatus.SUSPENDED),
)
"""Open holds in order of strength; the first one present names the status."""


def derive_status(lifecycle: Lifecycle, open_holds: Collection[HoldKind]) -> AccountStatus:
    """The one function that says what status an account has."""
    for state, status in STATUS_OF_LIFECYCLE:
        if lifecycle is state:
            return status
    for kind, status in STATUS_OF_HOLD:
        if kind in open_holds:
            return status
    return AccountStatus.ACTIVE
