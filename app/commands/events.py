"""bursar events list | provision | enable | disable"""

from __future__ import annotations

import argparse
from contextlib import closing
from typing import TYPE_CHECKING, Any

from app.commands.declaring import Verbs, whole_number, words
from app.commands.entry import open_for
from app.commands.output import emit_json, say, tell
from app.models.values import EventAction

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.services.events.listing import MappingRow, ProfileEvents
    from app.services.events.mappings import Provided

_ACTIONS = tuple(action.value for action in EventAction if action.is_switched)


def declare(verbs: Verbs) -> None:
    """Say which arguments the verb takes."""
    actions = verbs.group("events", help="events and what they tell the accounts of a profile")
    shown = actions.add("list", _list, help="mappings of profiles, and which actions are on")
    shown.add_argument("--provider", type=words, metavar="CODE")
    shown.add_argument("--json", action="store_true")
    provision = actions.add("provision", _provision, help="give a profile all standard events, off")
    enable = actions.add("enable", _enable, help="switch an action on, from today on")
    disable = actions.add("disable", _disable, help="switch an action off")
    for action in (provision, enable, disable):
        action.add_argument("--provider", required=True, type=words, metavar="CODE")
        action.add_argument("--profile", required=True, type=words, metavar="NAME")
    for action in (enable, disable):
        action.add_argument("--event", required=True, type=words, metavar="KEY", help="invoice_overdue, auto_suspend …")
        action.add_argument("--period", type=whole_number, metavar="DAYS", help="where the profile has several")
        action.add_argument("--action", required=True, choices=_ACTIONS)


def _list(args: argparse.Namespace) -> int:
    """List mappings."""
    from app.services.events.listing import events_of_profiles
    from app.services.hierarchy.finding import find_provider

    with closing(open_for(args)) as database, database.read() as session:
        provider_id = None if args.provider is None else find_provider(session, args.provider).id
        profiles = events_of_profiles(session, provider_id=provider_id)
    if args.json:
        emit_json([_as_json(profile, row) for profile in profiles for row in profile.mappings])
        return 0
    for profile in profiles:
        tell(f"{profile.provider_code}  {profile.profile}")
        for row in profile.mappings:
            tell(f"  {_line(row)}")
        if not profile.mappings:
            tell("  No events: its accounts are told nothing. Provide them with bursar events provision.")
    return 0


def _line(row: MappingRow) -> str:
    on = ", ".join(action.action.label for action in row.actions if action.enabled)
    return f"{row.name}: {on or 'off'}"


def _as_json(profile: ProfileEvents, row: MappingRow) -> dict[str, Any]:
    return {
        "provider": profile.provider_code, "profile": row.profile, "mapping_id": row.id, "profile_id": row.profile_id,
        "event": row.event, "event_type_id": row.number, "name": row.name, "kind": row.kind,
        "period": row.period_days, "extended_logging": row.extended_logging,
        "actions": {a.action.value: {
            "enabled": a.enabled, "enabled_on": None if a.enabled_on is None else a.enabled_on.isoformat(),
            "template_version": a.version, "missing": [missing.words for missing in a.missing]} for a in row.actions},
    }


def _provision(args: argparse.Namespace) -> int:
    """Give a profile its standard events."""
    from app.services.events.mappings import profile_id_of, provision_events
    from app.services.hierarchy.finding import find_provider

    def provide(session: Session) -> Provided:
        provider = find_provider(session, args.provider)
        profile_id = profile_id_of(session, provider_id=provider.id, name=args.profile)
        return provision_events(session, provider_id=provider.id, profile_id=profile_id)

    with closing(open_for(args)) as database:
        made = database.attempt(provide).made
    for name in made:
        tell(name)
    say(f"{args.profile} of {args.provider} has all standard events already." if not made else
        "All of them are off. Switch them on one by one with bursar events enable.")
    return 0


def _enable(args: argparse.Namespace) -> int:
    """Switch an action on."""
    return _switch(args, enabled=True)


def _disable(args: argparse.Namespace) -> int:
    """Switch an action off."""
    return _switch(args, enabled=False)


def _switch(args: argparse.Namespace, *, enabled: bool) -> int:
    from app.services.events.mappings import profile_id_of, switch_named_action
    from app.services.hierarchy.finding import find_provider

    def switch(session: Session) -> str:
        provider = find_provider(session, args.provider)
        profile_id = profile_id_of(session, provider_id=provider.id, name=args.profile)
        return switch_named_action(session, provider_id=provider.id, profile_id=profile_id, event=args.event,
                                   period_days=args.period, action=EventAction(args.action), enabled=enabled)

    with closing(open_for(args)) as database:
        say(database.attempt(switch))
    return 0
