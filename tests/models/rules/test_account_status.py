"""The order in which lifecycle and holds name the status (ARCHITECTURE.md, "Holds")."""

from __future__ import annotations

import pytest

from app.models.rules.account_status import derive_status
from app.models.values import AccountStatus, HoldKind, Lifecycle

H, S = HoldKind, AccountStatus


@pytest.mark.parametrize(
    ("lifecycle", "holds", "status"),
    [
        (Lifecycle.ACTIVE, [], S.ACTIVE),
        (Lifecycle.TERMINATED, list(HoldKind), S.CANCELLED),
        (Lifecycle.PREACTIVE, list(HoldKind), S.PREACTIVE),
        (Lifecycle.INACTIVE, list(HoldKind), S.INACTIVE),
        (Lifecycle.ACTIVE, list(HoldKind), S.SYSTEM_SUSPENDED),
        (Lifecycle.ACTIVE, [H.OVERDUE, H.PARENT_PROVIDER, H.BILLING_AND_ORDERING], S.RESTRICTED_BY_PARENT),
        (Lifecycle.ACTIVE, [H.OVERDUE, H.MANUAL, H.BILLING_AND_ORDERING], S.SUSPENDED_BILLING_AND_ORDERING),
        (Lifecycle.ACTIVE, [H.OVERDUE], S.SUSPENDED),
        (Lifecycle.ACTIVE, [H.MANUAL], S.SUSPENDED),
        (Lifecycle.ACTIVE, [H.PARENT_GROUP], S.SUSPENDED),
    ],
)
def test_status(lifecycle: Lifecycle, holds: list[HoldKind], status: AccountStatus) -> None:
    assert derive_status(lifecycle, holds) is status
