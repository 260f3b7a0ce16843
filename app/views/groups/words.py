"""How account groups are named on screen."""

from __future__ import annotations

from typing import Final

from app.models.values import GroupAccess, GroupKind, GroupLevel
from app.services.customers.query.terms import MisreadQueryError
from app.services.groups.queries import GroupRow
from app.views.look.words import LEVEL

KIND: Final = {GroupKind.SECURITY: "Security group", GroupKind.DISTRIBUTION: "Distribution group"}
KIND_HELP: Final = ("A security group limits the staff of the org units it is assigned to. A distribution group serves "
                    "lists and the exceptions of suspension, and limits nobody.")
ACCESS: Final = {GroupAccess.ALLOW: "Allow some", GroupAccess.DENY: "Deny some", GroupAccess.SEE_ALL: "See all"}
ACCESS_HELP: Final = {
    GroupAccess.ALLOW: "Staff see only the accounts of the group.",
    GroupAccess.DENY: "Staff never see the accounts of the group, whatever other groups say.",
    GroupAccess.SEE_ALL: "Staff see all accounts, in the group and outside it.",
}
LEVELS: Final = (("Look at its accounts", GroupLevel.VIEW), ("Change its accounts", GroupLevel.EDIT),
                 ("Not limited by this group", None))
WHAT_IT_IS: Final = "An account group decides which staff see an account."


def access_of(row: GroupRow) -> str:
    """Kind and access code in few words; a distribution group limits nobody."""
    return f"Security, {ACCESS[row.access].lower()}" if row.kind is GroupKind.SECURITY else "Distribution"


def units_of(row: GroupRow) -> str:
    return ", ".join(f"{tie.unit} ({LEVEL[tie.level]})" for tie in row.units)


def misread(error: BaseException) -> MisreadQueryError | None:
    return error if isinstance(error, MisreadQueryError) else None
