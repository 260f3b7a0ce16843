"""bursar group-account add | remove | show"""

from __future__ import annotations

import argparse
from contextlib import closing
from typing import TYPE_CHECKING, Any

from app.commands.declaring import Verbs, words
from app.commands.entry import open_for
from app.commands.output import emit_json, say, tell

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.services.group_accounts.sheet import GroupAccountSheet
    from app.services.group_accounts.stored import MembershipRow, PartyRow
    from app.services.group_accounts.what_if import GroupOutlook

_REFUSED = 2


def declare(verbs: Verbs) -> None:
    """Say which arguments the verb takes."""
    actions = verbs.group("group-account", help="which account pays for which others (an account group is another "
                          "thing)")
    add = actions.add("add", _add, help="let one account pay for another, and say what must hold and what follows")
    _two(add)
    add.add_argument("--scope", required=True, choices=("full", "partial"),
                     help="all services for a term and expenses, or those that --fund names")
    add.add_argument("--fund", action="extend", nargs="+", default=[], type=words, metavar="KIND:CODE",
                     help="product:CODE, type:CODE or family:CODE; several, or repeat")
    _how(add)
    remove = actions.add("remove", _remove, help="let a member pay for itself again")
    _two(remove)
    _how(remove)
    show = actions.add("show", _show, help="the group account of one account")
    show.add_argument("account", type=words, metavar="ACCOUNT", help="CODE, or PROVIDER/CODE")
    show.add_argument("--json", action="store_true")


def _two(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("parent", type=words, metavar="PARENT", help="the account that pays: CODE, or PROVIDER/CODE")
    parser.add_argument("member", type=words, metavar="MEMBER", help="the account it pays for")


def _how(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="say what must hold and what would follow, write "
                        "nothing")
    parser.add_argument("--json", action="store_true")


def _add(args: argparse.Namespace) -> int:
    """Add a member, or say what would come of it."""
    from app.models.values import Funding, FundingScope
    from app.services.group_accounts.joining import add_member
    from app.services.group_accounts.stored import named_of, texts_of
    from app.services.group_accounts.what_if import outlook_of_joining

    funding = Funding(scope=FundingScope(args.scope), items=frozenset(map(named_of, args.fund)))
    said = {"scope": args.scope, "funded": list(texts_of(funding))}

    def asked(session: Session) -> GroupOutlook:
        parent, member = _ids(session, args)
        return outlook_of_joining(session, parent_id=parent, member_id=member, funding=funding)

    def done(session: Session) -> GroupOutlook:
        outlook = asked(session)
        if outlook.is_allowed:
            parent, member = _ids(session, args)
            add_member(session, parent_id=parent, member_id=member, funding=funding)
        return outlook

    return _carried_out(args, asked, done, said)


def _remove(args: argparse.Namespace) -> int:
    """Remove a member, or say what would come of it."""
    from app.services.group_accounts.joining import remove_member
    from app.services.group_accounts.what_if import outlook_of_leaving

    def asked(session: Session) -> GroupOutlook:
        parent, member = _ids(session, args)
        return outlook_of_leaving(session, parent_id=parent, member_id=member)

    def done(session: Session) -> GroupOutlook:
        outlook = asked(session)
        parent, member = _ids(session, args)
        remove_member(session, parent_id=parent, member_id=member)
        return outlook

    return _carried_out(args, asked, done, {})


def _ids(session: Session, args: argparse.Namespace) -> tuple[int, int]:
    from app.services.hierarchy.finding import find_account

    return find_account(session, args.parent).id, find_account(session, args.member).id


def _carried_out(args: argparse.Namespace, asked: Any, done: Any, said: dict[str, Any]) -> int:
    with closing(open_for(args)) as database:
        if args.dry_run:
            with database.read() as session:
                outlook: GroupOutlook = asked(session)
        else:
            outlook = database.attempt(done)
    is_done = outlook.is_allowed and not args.dry_run
    if args.json:
        emit_json({
            "parent": args.parent, "member": args.member, **said, "allowed": outlook.is_allowed, "done": is_done,
            "dry_run": args.dry_run,
            "checklist": [{"code": check.code, "words": check.words, "passed": check.passed}
                              for check in outlook.checks],
            "effects": [{"code": effect.code, "words": effect.words} for effect in outlook.effects]})
    else:
        for check in outlook.checks:
            tell(f"{'met' if check.passed else 'NOT MET':8}{check.words}")
        for effect in outlook.effects:
            tell(f"{'then':8}{effect.words}")
    if not outlook.is_allowed:
        failed = [check.words for check in outlook.checks if not check.passed]
        say(" ".join([*failed, "Nothing was changed."]))
        return _REFUSED
    if args.dry_run:
        say("Nothing was written.")
    return 0


def _show(args: argparse.Namespace) -> int:
    """Show who pays for whom."""
    from app.services.group_accounts.sheet import group_account_sheet
    from app.services.hierarchy.finding import find_account

    with closing(open_for(args)) as database, database.read() as session:
        sheet = group_account_sheet(session, account_id=find_account(session, args.account).id)
    if args.json:
        emit_json(_as_json(sheet))
    else:
        _tell(sheet)
    return 0


def _as_json(sheet: GroupAccountSheet) -> dict[str, Any]:
    own = sheet.own
    return {
        **_party(sheet.account), "provider": sheet.provider, "currency": sheet.currency, "role": sheet.role.value,
        "parent": None if sheet.parent is None else _party(sheet.parent),
        "scope": None if own is None else own.funding.scope.value, "funded": [] if own is None else list(own.funded),
        "members": [_membership(row) for row in sheet.memberships],
        "earlier": [{"parent": row.parent.code, **_membership(row),
                     "left_on": None if row.left_on is None else row.left_on.isoformat()} for row in sheet.earlier]}


def _party(party: PartyRow) -> dict[str, Any]:
    return {"account": party.code, "name": party.name, "status": party.status.value}


def _membership(row: MembershipRow) -> dict[str, Any]:
    return {**_party(row.member), "scope": row.funding.scope.value, "funded": list(row.funded),
            "joined_on": row.joined_on.isoformat(), "held_by_parent": row.held_by_parent}


def _tell(sheet: GroupAccountSheet) -> None:
    from app.services.group_accounts.stored import funding_words
    from app.services.wording import STATUS_WORDS, day_text

    if sheet.parent is None:
        tell(f"{sheet.account.name} ({sheet.account.code}) is in no group account.")
    else:
        tell(f"{sheet.parent.name} ({sheet.parent.code}), {STATUS_WORDS[sheet.parent.status]}, pays for:")
    for row in sheet.memberships:
        tell(f"  {row.member.name} ({row.member.code}), {STATUS_WORDS[row.member.status]}: "
             f"{funding_words(row.funding)}, since {day_text(row.joined_on)}"
             + (", held because its parent is" if row.held_by_parent else ""))
    for row in sheet.earlier:
        left = "" if row.left_on is None else f" to {day_text(row.left_on)}"
        tell(f"Earlier: {row.parent.name} paid for {row.member.name} from {day_text(row.joined_on)}{left}")
