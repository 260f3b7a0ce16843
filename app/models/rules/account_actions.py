"""What an account permits in each status, and while it is written off (ARCHITECTURE.md, "Account actions").

One table says it for whoever asks: commands before they write, menus before they offer. Holds and the steps of the
lifecycle have rules of their own (`status_changes`); what stands here is what may be done *with* an account as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from app.models.values import AccountStatus


class Operation(StrEnum):
    """Something that is done with an account or to it."""

    POST = "post"
    """Documents of the ledger: invoices, payments, credit notes, refunds."""
    USE_FUNDS = "use_funds"
    """What raises the balance at the customer's wish: events of credit control."""
    BE_BILLED = "be_billed"
    """By a run, for its services."""
    ADD_SERVICE = "add_service"
    """Also a subscription; also a service that is moved here."""
    CHANGE_SERVICE = "change_service"
    """Activate, upgrade, rename, move away."""
    STOP_SERVICE = "stop_service"
    OPEN_REQUEST = "open_request"
    OPEN_WALLET = "open_wallet"
    JOIN_GROUP = "join_group"
    """As the parent of a group account or as a member."""
    RECEIVE_ASSET = "receive_asset"
    CHANGE_TERMS = "change_terms"
    """Rating, limit, period, classification."""
    SUSPEND = "suspend"
    REACTIVATE = "reactivate"
    TERMINATE = "terminate"
    WRITE_OFF = "write_off"
    CLEAR_WRITE_OFF = "clear_write_off"


_S = AccountStatus
_HELD: Final = frozenset({_S.SUSPENDED, _S.SUSPENDED_BILLING_AND_ORDERING, _S.RESTRICTED_BY_PARENT,
                          _S.SYSTEM_SUSPENDED})
_LIVING: Final = frozenset(_S) - {_S.CANCELLED}
_ACTIVE: Final = frozenset({_S.ACTIVE})

PERMITTED: Final[Mapping[Operation, frozenset[AccountStatus]]] = {
    Operation.POST: _LIVING,
    Operation.USE_FUNDS: _LIVING,
    Operation.BE_BILLED: frozenset({_S.ACTIVE, _S.SUSPENDED, _S.RESTRICTED_BY_PARENT}),
    Operation.ADD_SERVICE: _ACTIVE,
    Operation.CHANGE_SERVICE: _ACTIVE,
    Operation.STOP_SERVICE: _LIVING,
    Operation.OPEN_REQUEST: frozenset({_S.ACTIVE, _S.PREACTIVE, _S.INACTIVE}),
    Operation.OPEN_WALLET: _LIVING,
    Operation.JOIN_GROUP: _ACTIVE,
    Operation.RECEIVE_ASSET: _ACTIVE,
    Operation.CHANGE_TERMS: _LIVING,
    Operation.SUSPEND: _ACTIVE,
    Operation.REACTIVATE: _HELD,
    Operation.TERMINATE: _LIVING,
    Operation.WRITE_OFF: _LIVING,
    Operation.CLEAR_WRITE_OFF: _LIVING,
}
"""In which statuses an operation may be done. A suspended account goes on with its ledger and takes nothing new; a
cancelled one takes nothing any more."""

STOPPED_BY_WRITE_OFF: Final = frozenset({
    Operation.USE_FUNDS, Operation.ADD_SERVICE, Operation.CHANGE_SERVICE, Operation.OPEN_REQUEST})
"""What an account does not take while it carries the mark of a write-off, whatever its status."""

_DONE: Final[Mapping[Operation, str]] = {
    Operation.POST: "nothing can be posted to it",
    Operation.USE_FUNDS: "nothing more can be charged to it",
    Operation.BE_BILLED: "it is not billed",
    Operation.ADD_SERVICE: "no service can be added to it",
    Operation.CHANGE_SERVICE: "its services cannot be changed",
    Operation.STOP_SERVICE: "its services stay as they are",
    Operation.OPEN_REQUEST: "no service request can be opened on it",
    Operation.OPEN_WALLET: "no wallet can be opened for it",
    Operation.JOIN_GROUP: "it cannot join a group account",
    Operation.RECEIVE_ASSET: "no asset can be given to it",
    Operation.CHANGE_TERMS: "its terms cannot be changed",
    Operation.SUSPEND: "it cannot be suspended",
    Operation.REACTIVATE: "there is nothing to reactivate",
    Operation.TERMINATE: "it cannot be terminated",
    Operation.WRITE_OFF: "its debt cannot be written off",
    Operation.CLEAR_WRITE_OFF: "its mark of a write-off cannot be cleared",
}
STATE_WORDS: Final[Mapping[AccountStatus, str]] = {
    _S.CANCELLED: "terminated", _S.PREACTIVE: "preactive", _S.INACTIVE: "inactive",
    _S.SYSTEM_SUSPENDED: "suspended by the operator", _S.RESTRICTED_BY_PARENT: "restricted by the provider above",
    _S.SUSPENDED_BILLING_AND_ORDERING: "suspended for billing and ordering", _S.SUSPENDED: "suspended",
    _S.ACTIVE: "active",
}
"""A status behind "is"."""
_REMEDIES: Final[Mapping[AccountStatus, str]] = {
    _S.CANCELLED: "That is for good; create a new account.", _S.PREACTIVE: "Activate it first.",
    _S.INACTIVE: "Activate it first.", _S.SYSTEM_SUSPENDED: "Only the operator can lift that.",
    _S.RESTRICTED_BY_PARENT: "The provider above has to lift that first.",
    _S.SUSPENDED_BILLING_AND_ORDERING: "Lift that hold first.", _S.SUSPENDED: "Reactivate it first.",
}


def is_permitted(operation: Operation, status: AccountStatus, *, written_off: bool = False) -> bool:
    """Whether an account in this status takes an operation."""
    return status in PERMITTED[operation] and not (written_off and operation in STOPPED_BY_WRITE_OFF)


def operation_refusal(operation: Operation, *, name: str, status: AccountStatus, written_off: bool = False) -> str:
    """Why an account does not take an operation, in a sentence or two; empty where it does."""
    if status not in PERMITTED[operation]:
        remedy = "" if operation is Operation.REACTIVATE else _REMEDIES.get(status, "")
        return f"{name} is {STATE_WORDS[status]}, so {_DONE[operation]}. {remedy}".rstrip()
    if written_off and operation in STOPPED_BY_WRITE_OFF:
        return f"{name} is written off, so {_DONE[operation]}. Clear the mark of the write-off first."
    return ""
