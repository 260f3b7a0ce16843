"""bursar template render --provider C --profile P --event KEY --action A --account X [...] [--json]"""

from __future__ import annotations

import argparse
from contextlib import closing
from typing import TYPE_CHECKING

from app.commands.declaring import Verbs, iso_date, whole_number, words
from app.commands.entry import open_for
from app.commands.output import emit_json, say, tell
from app.models.values import EventAction

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.services.outbox.rendering import RenderedMessage


def declare(verbs: Verbs) -> None:
    """Say which arguments the verb takes."""
    actions = verbs.group("template", help="what events say")
    verb = actions.add("render", _render, help="a message as it would be sent to an account; nothing is sent")
    verb.add_argument("--provider", type=words, metavar="CODE", required=True)
    verb.add_argument("--profile", type=words, metavar="NAME", required=True)
    verb.add_argument("--event", type=words, metavar="KEY", required=True, help="for instance invoice_overdue")
    verb.add_argument("--period", type=whole_number, metavar="DAYS",
                      help="which mapping, where the profile has several of the event")
    verb.add_argument("--action", required=True, choices=[a.value for a in EventAction if a.is_switched])
    verb.add_argument("--account", type=words, metavar="CODE", required=True)
    verb.add_argument("--invoice", type=words, metavar="NUMBER",
                      help="the invoice it is about, or the payment (default: the newest)")
    verb.add_argument("--service", type=words, metavar="IDENTIFIER", help="(default: the first in use)")
    verb.add_argument("--as-of", type=iso_date, metavar="DATE", help="the day of the event (default: today)")
    verb.add_argument("--json", action="store_true")


def _render(args: argparse.Namespace) -> int:
    """Show one message; what keeps it from being sent stands among the warnings."""
    with closing(open_for(args)) as database, database.read() as session:
        message = _message(session, args)
    warnings = [*([] if message.why_not is None else [message.why_not.words]), *message.warnings]
    if args.json:
        emit_json({"recipients": list(message.recipients), "subject": message.subject, "text": message.text,
                   "html": message.html, "segments": message.segments, "warnings": warnings})
        return 0
    tell(f"To: {', '.join(message.recipients)}")
    if message.subject:
        tell(f"Subject: {message.subject}")
    tell("")
    for line in message.text.split("\n"):
        tell(line)
    for warning in warnings:
        say(warning)
    return 0


def _message(session: Session, args: argparse.Namespace) -> RenderedMessage:
    from app.services.errors import RefusedByRule
    from app.services.events.mappings import event_type, mapping_id_of, profile_id_of
    from app.services.hierarchy.finding import find_account, find_provider
    from app.services.outbox.preview import document_of, render_stored, service_of

    provider_id = find_provider(session, args.provider).id
    profile_id = profile_id_of(session, provider_id=provider_id, name=args.profile)
    kind = event_type(args.event)
    mapping_id = mapping_id_of(session, provider_id=provider_id, profile_id=profile_id, event=kind.key,
                               period_days=args.period)
    if mapping_id is None:
        period = "" if args.period is None else f" with the period {args.period}"
        raise RefusedByRule(f"The profile {args.profile} has no {kind.name}{period}. Provide it with: bursar events "
                            f"provision --provider {args.provider} --profile {args.profile}")
    within = args.account if args.account.startswith(f"{args.provider}/") else f"{args.provider}/{args.account}"
    account = find_account(session, within)
    if account.provider_id != provider_id:
        raise RefusedByRule(f"{account.name} belongs to another provider than {args.provider}.")
    document_id = None if args.invoice is None else document_of(
        session, account_id=account.id, event=kind.key, number=args.invoice)
    service_id = None if args.service is None else service_of(
        session, account_id=account.id, event=kind.key, identifier=args.service)
    message = render_stored(session, mapping_id=mapping_id, action=EventAction(args.action), account_id=account.id,
                            document_id=document_id, service_id=service_id, as_of=args.as_of)
    if message.why_not is not None and message.why_not.code == "bad_template":
        raise RefusedByRule(message.why_not.words)
    return message
