"""bursar explain ACCOUNT [ATTRIBUTE]"""

from __future__ import annotations

import argparse
from contextlib import closing

from app.commands.declaring import Verbs, words
from app.commands.entry import open_for
from app.commands.output import emit_json, tell


def declare(verbs: Verbs) -> None:
    """Say which arguments the verb takes."""
    verb = verbs.add("explain", _explain, help="effective values of an account and the chain they came down")
    verb.add_argument("account", type=words, metavar="ACCOUNT", help="CODE, or PROVIDER/CODE")
    verb.add_argument("attribute", nargs="?", type=words, metavar="ATTRIBUTE")
    verb.add_argument("--json", action="store_true")


def _explain(args: argparse.Namespace) -> int:
    """Print effective values and the chain they came down."""
    from app.services.attributes.explain import explain_account
    from app.services.hierarchy.finding import find_account

    with closing(open_for(args)) as database, database.read() as session:
        explanations = explain_account(session, find_account(session, args.account), attribute=args.attribute)
    if args.json:
        emit_json([e.as_json() for e in explanations])
    else:
        for e in explanations:
            tell(e.as_text())
    return 0
