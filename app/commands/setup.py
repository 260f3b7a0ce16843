"""bursar setup export | plan | apply"""

from __future__ import annotations

import argparse
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.declaring import Verbs, words
from app.commands.entry import open_for
from app.commands.output import emit_json, say, tell

if TYPE_CHECKING:
    from app.services.setup.planning import Plan


def declare(verbs: Verbs) -> None:
    """Say which arguments the verb takes."""
    actions = verbs.group("setup", help="what a provider is set up with, as a file")
    export = actions.add("export", _export, help="write the set-up of a provider to a file")
    export.add_argument("--provider", type=words, required=True, metavar="CODE")
    export.add_argument("--out", type=Path, required=True, metavar="FILE.toml")
    plan = actions.add("plan", _plan, help="say what a file would create and change, and write nothing")
    plan.add_argument("file", type=Path, metavar="FILE")
    plan.add_argument("--json", action="store_true")
    apply = actions.add("apply", _apply, help="do what the plan says, all or nothing")
    apply.add_argument("file", type=Path, metavar="FILE")
    apply.add_argument("--json", action="store_true")


def _export(args: argparse.Namespace) -> int:
    """Write the set-up of one provider."""
    from app.services.files.writing import target_of, write_bytes
    from app.services.hierarchy.finding import find_provider
    from app.services.setup.stored import stored_set_up
    from app.services.setup.text import SET_UP_FILE, text_of_set_up

    target_of(args.out, SET_UP_FILE)
    with closing(open_for(args)) as database, database.read() as session:
        text = text_of_set_up(stored_set_up(session, provider_id=find_provider(session, args.provider).id))
    write_bytes(args.out, SET_UP_FILE, text.encode())
    say(f"The set-up of {args.provider} is in {args.out}.")
    return 0


def _plan(args: argparse.Namespace) -> int:
    """Say what a file would do."""
    from app.services.setup.planning import plan_set_up
    from app.services.setup.reading import load_set_up

    source = load_set_up(args.file)
    with closing(open_for(args)) as database, database.read() as session:
        plan = plan_set_up(session, source=source)
    if args.json:
        emit_json(plan.as_json())
    else:
        _tell(plan)
    return 0


def _apply(args: argparse.Namespace) -> int:
    """Do what a file says, by the plan that was made of it."""
    from app.services.setup.applying import apply_set_up
    from app.services.setup.planning import plan_set_up
    from app.services.setup.reading import load_set_up
    from app.services.setup.words import applied_sentence

    source = load_set_up(args.file)
    with closing(open_for(args)) as database:
        with database.read() as session:
            plan = plan_set_up(session, source=source)
        if plan.changes:
            database.attempt(partial(apply_set_up, seen=plan))
    if args.json:
        emit_json(plan.as_json())
    say(applied_sentence(plan))
    return 0


def _tell(plan: Plan) -> None:
    from app.services.setup.words import change_line, plan_sentence, unmentioned_line

    tell(plan_sentence(plan))
    for change in plan.changes:
        tell(f"  {change_line(change)}")
    if plan.unmentioned:
        tell("Not mentioned in the file, and left as it is:")
        for each in plan.unmentioned:
            tell(f"  {unmentioned_line(each)}")
