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
from app.commands.stopping import long_job

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
    from app.services.setup.exporting import export_set_up

    with closing(open_for(args)) as database, long_job("Exporting") as context:
        done = export_set_up(database, context, code=args.provider, path=args.out)
    say(done)
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
