"""What each status permits, as one table; and the lists of preconditions, case by case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.models.rules.account_actions import Operation, is_permitted, operation_refusal
from app.models.rules.action_checks import ActionFacts, Unfinished, checks_of, is_offered, refusals_of, status_after
from app.models.rules.status_changes import By, Standing
from app.models.rules.status_targets import reason_given
from app.models.values import AccountAction, AccountStatus, HoldKind, Lifecycle, StatusReason

# active, suspended, billing and ordering, restricted, system suspended, preactive, inactive, cancelled
_STATUSES = (AccountStatus.ACTIVE, AccountStatus.SUSPENDED, AccountStatus.SUSPENDED_BILLING_AND_ORDERING,
             AccountStatus.RESTRICTED_BY_PARENT, AccountStatus.SYSTEM_SUSPENDED, AccountStatus.PREACTIVE,
             AccountStatus.INACTIVE, AccountStatus.CANCELLED)
_TABLE = {
    # operation            A S B R Y P I C   written off
    "post":            "   + + + + + + + -   +",
    "use_funds":       "   + + + + + + + -   -",
    "be_billed":       "   + + - + - - - -   +",
    "add_service":     "   + - - - - - - -   -",
    "change_service":  "   + - - - - - - -   -",
    "stop_service":    "   + + + + + + + -   +",
    "open_request":    "   + - - - - + + -   -",
    "open_wallet":     "   + + + + + + + -   +",
    "join_group":      "   + - - - - - - -   +",
    "receive_asset":   "   + - - - - - - -   +",
    "change_terms":    "   + + + + + + + -   +",
    "suspend":         "   + - - - - - - -   +",
    "reactivate":      "   - + + + + - - -   -",
    "terminate":       "   + + + + + + + -   +",
    "write_off":       "   + + + + + + + -   +",
    "clear_write_off": "   + + + + + + + -   +",
}


def test_what_each_status_permits() -> None:
    found = {}
    for operation in Operation:
        signs = ["+" if is_permitted(operation, status) else "-" for status in _STATUSES]
        marked = "+" if is_permitted(operation, AccountStatus.ACTIVE, written_off=True) else "-"
        found[operation.value] = f"   {' '.join(signs)}   {marked}"
        for status in _STATUSES:
            for mark in (False, True):
                refusal = operation_refusal(operation, name="Acme", status=status, written_off=mark)
                assert bool(refusal) is not is_permitted(operation, status, written_off=mark)
    assert found == _TABLE


@pytest.mark.parametrize(("operation", "status", "written_off", "sentence"), [
    (Operation.ADD_SERVICE, AccountStatus.SUSPENDED, False,
     "Acme is suspended, so no service can be added to it. Reactivate it first."),
    (Operation.OPEN_REQUEST, AccountStatus.CANCELLED, True,
     "Acme is terminated, so no service request can be opened on it. That is for good; create a new account."),
    (Operation.USE_FUNDS, AccountStatus.ACTIVE, True,
     "Acme is written off, so nothing more can be charged to it. Clear the mark of the write-off first."),
    (Operation.REACTIVATE, AccountStatus.ACTIVE, False, "Acme is active, so there is nothing to reactivate."),
], ids=str)
def test_a_refusal_says_what_would_be_right(
    operation: Operation, status: AccountStatus, written_off: bool, sentence: str,
) -> None:
    assert operation_refusal(operation, name="Acme", status=status, written_off=written_off) == sentence


# --------------------------------------------------------------------------- lists of preconditions

ACTIVE = ActionFacts(now=Standing(name="Acme", lifecycle=Lifecycle.ACTIVE, provider="Harbour"), by=By.ABOVE,
                     status=AccountStatus.ACTIVE, currency="EUR")


def held(*kinds: HoldKind, status: AccountStatus = AccountStatus.SUSPENDED) -> ActionFacts:
    return replace(ACTIVE, now=replace(ACTIVE.now, holds=frozenset(kinds)), status=status)


SYSTEM = replace(ACTIVE, is_system=True)
ENDED = replace(ACTIVE, now=replace(ACTIVE.now, lifecycle=Lifecycle.TERMINATED), status=AccountStatus.CANCELLED)
BUSY = replace(ACTIVE, unfinished=Unfinished(
    services=("Mobile N-1",), drafts=("invoice D-1", "invoice D-2", "refund D-3", "invoice D-4"),
    requests=("SR-000001 Moving", "SR-000002 Bill"), below=2))
IN_DEBT = replace(ACTIVE, balance_minor=33000, unsettled_minor=33000)


CASES: list[tuple[AccountAction, ActionFacts, list[str], str]] = [
    (AccountAction.SUSPEND, ACTIVE, [], ""),
    (AccountAction.SUSPEND, held(HoldKind.MANUAL), ["active"], "Acme has a hold by staff already."),
    (AccountAction.SUSPEND, held(HoldKind.OVERDUE, HoldKind.MANUAL), ["active"], "Acme has an overdue hold already."),
    (AccountAction.SUSPEND, SYSTEM, ["not_system"],
     "Acme is a system account; those are never suspended, terminated or written off."),
    (AccountAction.SUSPEND, ENDED, ["active"],
     "Acme is terminated, so it cannot be suspended. That is for good; create a new account."),
    (AccountAction.SUSPEND, replace(ACTIVE, by=By.ITSELF), ["authority"],
     "Acme cannot change its own status. Harbour can."),
    (AccountAction.SUSPEND, replace(ACTIVE, missing={AccountAction.SUSPEND: "No power."}), ["authority"], "No power."),
    (AccountAction.REACTIVATE, held(HoldKind.MANUAL), [], ""),
    (AccountAction.REACTIVATE, ACTIVE, ["suspended"], "Acme is active, so there is nothing to reactivate."),
    (AccountAction.REACTIVATE, ENDED, ["suspended"], "Acme is terminated, so there is nothing to reactivate."),
    (AccountAction.REACTIVATE, held(HoldKind.MANUAL, HoldKind.OVERDUE), ["no_other_hold"],
     "Acme has an overdue hold. The scan lifts it, or staff restore the account by hand."),
    (AccountAction.REACTIVATE, held(HoldKind.PARENT_GROUP), ["no_other_hold"],
     "Acme has a hold of the group account. It goes when the parent of its group account is reactivated."),
    (AccountAction.TERMINATE, ACTIVE, [], ""),
    (AccountAction.TERMINATE, held(HoldKind.MANUAL), [], ""),
    (AccountAction.TERMINATE, BUSY, ["no_drafts", "services_ended", "requests_closed", "nobody_below"],
     "4 drafts have to be posted or rejected (invoice D-1, invoice D-2, refund D-3 and 1 more). "
     "1 service has not ended (Mobile N-1). 2 service requests are open (SR-000001 Moving and SR-000002 Bill). "
     "2 accounts below it are not cancelled."),
    (AccountAction.TERMINATE, held(HoldKind.SYSTEM, status=AccountStatus.SYSTEM_SUSPENDED), ["authority"],
     "Acme has a system hold. Only the operator can do that."),
    (AccountAction.TERMINATE, ENDED, ["not_terminated"],
     "Acme is terminated, so it cannot be terminated. That is for good; create a new account."),
    (AccountAction.WRITE_OFF, IN_DEBT, [], ""),
    (AccountAction.WRITE_OFF, ACTIVE, ["unsettled_debt"],
     "Every posted debit is settled; there is no debt to write off."),
    (AccountAction.WRITE_OFF, replace(IN_DEBT, has_plan=True, disputes=2), ["no_payment_plan"],
     "A payment plan is in progress. Cancel the plan first."),
    (AccountAction.CLEAR_WRITE_OFF, replace(ACTIVE, written_off_on=date(2024, 6, 1)), [], ""),
    (AccountAction.CLEAR_WRITE_OFF, ACTIVE, ["written_off"],
     "Acme is not written off; there is no mark to clear."),
]


def test_what_is_in_the_way() -> None:
    for action, facts, failed, refusal in CASES:
        checks = checks_of(action, facts)
        assert [check.code for check in checks if not check.passed] == failed, (action, facts)
        assert " ".join(refusals_of(checks)) == refusal
        assert all(check.words.endswith(".") for check in checks)


@pytest.mark.parametrize(("balance", "words", "is_warning"), [
    (0, "Its balance is 0.00 EUR.", False),
    (33000, "It owes 330.00 EUR; that stays owed.", True),
    (-5000, "It has 50.00 EUR to its credit; a refund comes first.", True),
])
def test_a_balance_warns_and_stops_no_termination(balance: int, words: str, is_warning: bool) -> None:
    checks = checks_of(AccountAction.TERMINATE, replace(ACTIVE, balance_minor=balance))
    found = next(check for check in checks if check.code == "balance")
    assert (found.words, found.is_warning, found.passed) == (words, is_warning, True)
    assert refusals_of(checks) == ()


def test_what_a_menu_names_and_what_comes_of_it() -> None:
    suspended = held(HoldKind.MANUAL)
    marked = replace(ACTIVE, written_off_on=date(2024, 6, 1))
    offered = {name: [action.value for action in AccountAction if is_offered(action, facts)] for name, facts in
               {"active": ACTIVE, "suspended": suspended, "ended": ENDED, "marked": marked, "system": SYSTEM}.items()}
    assert offered == {
        "active": ["suspend", "terminate", "write_off"], "suspended": ["reactivate", "terminate", "write_off"],
        "ended": [], "marked": ["suspend", "terminate", "write_off", "clear_write_off"], "system": []}
    assert status_after(AccountAction.SUSPEND, ACTIVE) is AccountStatus.SUSPENDED
    assert status_after(AccountAction.REACTIVATE, suspended) is AccountStatus.ACTIVE
    assert status_after(AccountAction.TERMINATE, suspended) is AccountStatus.CANCELLED
    assert status_after(AccountAction.WRITE_OFF, IN_DEBT) is AccountStatus.ACTIVE


@pytest.mark.parametrize(("text", "reason"), [
    ("dispute", StatusReason.DISPUTE), ("credit_check", StatusReason.CREDIT_CHECK),
    ("Credit check", StatusReason.CREDIT_CHECK), ("account_closure", StatusReason.CLOSURE),
    ("closure", StatusReason.CLOSURE), ("debt_collection_pending", StatusReason.COLLECTION_PENDING),
    ("credit_limit", StatusReason.CREDIT_LIMIT), ("other", StatusReason.OTHER),
    (" Moved abroad ", "Moved abroad"),
])
def test_a_reason_is_a_code_a_name_or_words(text: str, reason: str) -> None:
    assert reason_given(text) == reason
