"""bursar account suspend | reactivate | terminate | write-off | clear-write-off | set"""

from __future__ import annotations

import argparse
from contextlib import closing
from typing import TYPE_CHECKING, Any

from app.commands.declaring import Verbs, words
from app.commands.entry import open_for
from app.commands.output import emit_json, say, tell
from app.models.values import AccountAction, StatusReason
from app.services.errors import RefusedByRule

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.services.actions.checklist import ActionAhead, ActionSheet

_HELP = {
    AccountAction.SUSPEND: "hold an active account; its ledger goes on, it takes nothing new",
    AccountAction.REACTIVATE: "lift the holds by staff of a suspended account",
    AccountAction.TERMINATE: "end an account for good, once nothing goes on in it",
    AccountAction.WRITE_OFF: "write off all that an account owes, and mark it",
    AccountAction.CLEAR_WRITE_OFF: "take the mark of a write-off away, so that it orders again",
}


def declare(verbs: Verbs) -> None:
    """Say which arguments the verb takes."""
    actions = verbs.group("account", help="one account: what its state allows, and doing it")
    for action, help_text in _HELP.items():
        act = actions.add(action.value.replace("_", "-"), _act, help=f"{help_text}; says each precondition first")
        act.add_argument("account", type=words, metavar="ACCOUNT", help="CODE, or PROVIDER/CODE")
        act.add_argument("--reason", type=words, metavar="R", default=StatusReason.OTHER.value,
                         help="dispute, credit_check … or in words; without it: Other")
        act.add_argument("--dry-run", action="store_true", help="say the preconditions, write nothing")
        act.add_argument("--json", action="store_true")
        act.set_defaults(does=action)


    enter = actions.add("set", _set, help="set fields of its details, all or none of them")
    enter.add_argument("account", type=words, metavar="ACCOUNT", help="CODE, or PROVIDER/CODE")
    enter.add_argument("field", type=words, nargs="+", metavar="FIELD=VALUE", help="nothing behind the sign clears it")
    enter.add_argument("--dry-run", action="store_true", help="say what it would change, write nothing")
    enter.add_argument("--json", action="store_true")


def _act(args: argparse.Namespace) -> int:
    """Do one action where all its preconditions are met, and say each of them."""
    from app.models.rules.status_targets import reason_given

    reason = reason_given(args.reason)

    def judged(session: Session) -> dict[str, Any]:
        return _document(session, args, reason, writes=False)

    def done(session: Session) -> dict[str, Any]:
        return _document(session, args, reason, writes=True)

    with closing(open_for(args)) as database:
        if args.dry_run:
            with database.read() as session:
                document = judged(session)
        else:
            document = database.attempt(done)
    refusal = document.pop("refusal")
    if args.json:
        emit_json(document)
    else:
        _tell(document)
    if refusal:
        raise RefusedByRule(refusal)
    if args.dry_run:
        say("Nothing was written.")
    return 0


def _document(session: Session, args: argparse.Namespace, reason: Any, *, writes: bool) -> dict[str, Any]:
    """What is said of one action; it is done here where it may be and is meant."""
    from app.services.actions.checklist import action_sheet
    from app.services.hierarchy.finding import find_account

    account = find_account(session, args.account)
    sheet = action_sheet(session, account_id=account.id)
    ahead: ActionAhead = sheet.of(args.does)
    found: dict[str, Any] = {}
    if writes and ahead.allowed:
        found = _done(session, args.does, sheet, reason)
        session.refresh(account)
    return {
        "account": account.code, "action": args.does.value, "allowed": ahead.allowed,
        "done": writes and ahead.allowed, "dry_run": args.dry_run, "reason": str(reason),
        "status": account.status, "lifecycle": account.lifecycle, "effective_on": sheet.today.isoformat(),
        "checklist": [{"code": check.code, "words": check.words, "passed": check.passed, "warning": check.is_warning}
                      for check in ahead.checks],
        **found, "refusal": ahead.refusal,
    }


def _done(session: Session, action: AccountAction, sheet: ActionSheet, reason: Any) -> dict[str, Any]:
    """Do it; what there is to say of it besides."""
    from app.services.actions import acting
    from app.services.documents.writing_off import clear_write_off, write_off_account

    match action:
        case AccountAction.WRITE_OFF:
            made = write_off_account(session, account_id=sheet.account_id, on=sheet.today, reason=str(reason))
            return {"amount_minor": made.amount_minor, "currency": sheet.currency, "numbers": list(made.numbers),
                    "mirror": made.mirror_number}
        case AccountAction.CLEAR_WRITE_OFF:
            clear_write_off(session, account_id=sheet.account_id, reason=str(reason))
        case _:
            commands = {AccountAction.SUSPEND: acting.suspend_account,
                        AccountAction.REACTIVATE: acting.reactivate_account,
                        AccountAction.TERMINATE: acting.terminate_account}
            commands[action](session, account_id=sheet.account_id, reason=reason, on=sheet.today, seen=sheet.status)
    return {}


def _tell(document: dict[str, Any]) -> None:
    for check in document["checklist"]:
        mark = "note" if check["warning"] else "met" if check["passed"] else "NOT MET"
        tell(f"{mark:8}{check['words']}")
    if document["done"]:
        tell("{account}: {status} from {effective_on} on. Reason: {reason}.".format_map(document))


def _set(args: argparse.Namespace) -> int:
    """Set fields of one account, and say what that changes."""
    from app.services.accounts.setting import FieldPlan, plan_fields, set_fields
    from app.services.hierarchy.finding import find_account

    wanted = _fields(args.field)

    def planned(session: Session) -> FieldPlan:
        return plan_fields(session, account_id=find_account(session, args.account).id, wanted=wanted)

    def done(session: Session) -> FieldPlan:
        plan = planned(session)
        set_fields(session, seen=plan)
        return plan

    with closing(open_for(args)) as database:
        if args.dry_run:
            with database.read() as session:
                plan = planned(session)
        else:
            plan = database.attempt(done)
    if args.json:
        emit_json({"account": args.account, "dry_run": args.dry_run, "changes": [
            {"field": each.field, "label": each.label, "old": each.old, "new": each.new} for each in plan.changes]})
    else:
        for each in plan.changes:
            tell(f"{each.label}: {each.old or 'nothing'} → {each.new or 'nothing'}")
        if not plan.changes:
            tell("It is so already. There is nothing to change.")
    if args.dry_run:
        say("Nothing was written.")
    return 0


def _fields(pairs: list[str]) -> dict[str, str]:
    """FIELD=VALUE, each field once."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign or not name.strip():
            raise RefusedByRule(f'"{pair}" sets nothing. Write FIELD=VALUE, for instance name=Acme.')
        if name.strip() in found:
            raise RefusedByRule(f"{name.strip()} stands there twice; only one value can be meant.")
        found[name.strip()] = value
    return found
