"""bursar outbox list | resend | hold | release | cancel"""

from __future__ import annotations

import argparse
from contextlib import closing
from typing import TYPE_CHECKING

from app.commands.declaring import Verbs, iso_date, whole_number, words
from app.commands.entry import open_for
from app.commands.output import emit_json, say, tell
from app.models.values import OutboxState
from app.services.wording import counted

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.services.outbox.listing import OutboxFilter, OutboxRow


def declare(verbs: Verbs) -> None:
    """Say which arguments the verb takes."""
    actions = verbs.group("outbox", help="what was told to customers, what was not, and why")
    shown = actions.add("list", _list, help="messages, the oldest first")
    shown.add_argument("--provider", type=words, metavar="CODE")
    shown.add_argument("--account", type=words, metavar="CODE")
    shown.add_argument("--state", choices=[state.value for state in OutboxState])
    shown.add_argument("--since", type=iso_date, metavar="DATE", help="raised on that day or later")
    shown.add_argument("--json", action="store_true")
    for name, run, help_ in (
            ("resend", _resend, "send messages once more, each as a new one that says which it repeats"),
            ("hold", _hold, "keep messages that wait from leaving"),
            ("release", _release, "let messages leave that were held"),
            ("cancel", _cancel, "undo the sending of messages that have not left yet")):
        action = actions.add(name, run, help=f"{help_}; all or none")
        action.add_argument("id", type=whole_number, nargs="+")


def _list(args: argparse.Namespace) -> int:
    """List messages; those that were raised and have no words yet get them first."""
    from app.services.outbox.composing import compose_waiting
    from app.services.outbox.listing import as_documents, outbox_messages

    with closing(open_for(args)) as database:
        compose_waiting(database)
        with database.read() as session:
            rows = outbox_messages(session, which=_filter(session, args))
    if args.json:
        emit_json(as_documents(rows))
        return 0
    for row in rows:
        tell(_line(row))
    say(f"{counted(len(rows), 'message')}.")
    return 0


def _filter(session: Session, args: argparse.Namespace) -> OutboxFilter:
    from app.services.hierarchy.finding import find_account, find_provider
    from app.services.outbox.listing import OutboxFilter

    provider_id = None if args.provider is None else find_provider(session, args.provider).id
    account_id = None
    if args.account is not None:
        within = args.provider is not None and not args.account.startswith(f"{args.provider}/")
        account_id = find_account(session, f"{args.provider}/{args.account}" if within else args.account).id
    return OutboxFilter(provider_id=provider_id, account_id=account_id, since=args.since,
                        states=frozenset() if args.state is None else frozenset({OutboxState(args.state)}))


def _line(row: OutboxRow) -> str:
    about = " ".join(part for part in (row.service, row.invoice) if part)
    return (f"{row.id}  {row.state.value:10} {row.event} {row.action}  {row.provider}/{row.account} {about}  "
            f"{row.recipient}  {row.reason}").rstrip()


def _resend(args: argparse.Namespace) -> int:
    """Send messages again; whoever names one that may have arrived is warned, and means it."""
    from app.services.outbox.handling import resend_messages

    with closing(open_for(args)) as database:
        again = database.attempt(
            lambda session: resend_messages(session, message_ids=args.id, seen={}, even_unknown=True))
    for old, new in again.ids.items():
        tell(f"Message {old} is sent again as {new}.")
    for old in again.unknown:
        say(f"Message {old} may have arrived already; then it arrives twice.")
    return 0


def _hold(args: argparse.Namespace) -> int:
    """Hold messages."""
    from app.services.outbox.handling import hold_messages

    with closing(open_for(args)) as database:
        database.attempt(lambda session: hold_messages(session, message_ids=args.id, seen={}))
    return _done(args, "held")


def _release(args: argparse.Namespace) -> int:
    """Release messages."""
    from app.services.outbox.handling import release_messages

    with closing(open_for(args)) as database:
        database.attempt(lambda session: release_messages(session, message_ids=args.id, seen={}))
    return _done(args, "released")


def _cancel(args: argparse.Namespace) -> int:
    """Cancel messages."""
    from app.services.outbox.handling import cancel_messages

    with closing(open_for(args)) as database:
        database.attempt(lambda session: cancel_messages(session, message_ids=args.id, seen={}))
    return _done(args, "cancelled")


def _done(args: argparse.Namespace, done: str) -> int:
    say(f"{counted(len(set(args.id)), 'message')} {done}.")
    return 0
