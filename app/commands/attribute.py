"""bursar attribute set | clear"""

from __future__ import annotations

import argparse
from contextlib import closing
from typing import TYPE_CHECKING

from app.commands.declaring import Verbs, words
from app.commands.entry import open_for
from app.commands.output import emit_json, say, tell
from app.services.errors import RefusedByRule

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.services.setup.single import Owner, ValuePlan


def declare(verbs: Verbs) -> None:
    """Say which arguments the verb takes."""
    actions = verbs.group("attribute", help="one value of an account, a profile or a provider")
    enter = actions.add("set", _set, help="set an attribute, and say whom that reaches")
    enter.add_argument("key", type=words, metavar="KEY", help="as bursar explain names it")
    enter.add_argument("value", type=words, metavar="VALUE")
    clear = actions.add("clear", _clear, help="take a value away, so that what is above holds again")
    clear.add_argument("key", type=words, metavar="KEY", help="as bursar explain names it")
    for action in (enter, clear):
        owner = action.add_mutually_exclusive_group(required=True)
        owner.add_argument("--account", type=words, metavar="ACCOUNT", help="CODE, or PROVIDER/CODE")
        owner.add_argument("--provider", type=words, metavar="CODE", help="what the provider passes on")
        action.add_argument("--profile", type=words, metavar="NAME", help="a profile of the provider")
        action.add_argument("--dry-run", action="store_true", help="say what it would change, write nothing")
        action.add_argument("--json", action="store_true")


def _set(args: argparse.Namespace) -> int:
    """Set one attribute."""
    return _carried_out(args, args.value)


def _clear(args: argparse.Namespace) -> int:
    """Clear one attribute."""
    return _carried_out(args, None)


def _carried_out(args: argparse.Namespace, text: str | None) -> int:
    from app.services.setup.single import plan_value, set_value

    if args.profile is not None and args.provider is None:
        raise RefusedByRule("--profile names a profile of a provider. Say which with --provider CODE.")

    def planned(session: Session) -> ValuePlan:
        return plan_value(session, owner=_owner(session, args), key=args.key, text=text)

    def done(session: Session) -> ValuePlan:
        plan = planned(session)
        set_value(session, seen=plan)
        return plan

    with closing(open_for(args)) as database:
        if args.dry_run:
            with database.read() as session:
                plan = planned(session)
        else:
            plan = database.attempt(done)
    if args.json:
        emit_json({"changes": [change.as_json() for change in plan.changes]})
    else:
        _tell(plan)
    if args.dry_run:
        say("Nothing was written.")
    return 0


def _owner(session: Session, args: argparse.Namespace) -> Owner:
    from app.services.hierarchy.finding import find_account, find_provider
    from app.services.setup.single import owner_of_account, owner_of_provider

    if args.account is not None:
        return owner_of_account(find_account(session, args.account))
    return owner_of_provider(session, provider=find_provider(session, args.provider), profile=args.profile)


def _tell(plan: ValuePlan) -> None:
    from app.services.setup.words import change_line

    for change in plan.changes:
        tell(change_line(change))
    if not plan.changes:
        tell("It is so already. There is nothing to change.")
