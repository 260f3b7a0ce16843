"""bursar accounts export"""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path

from app.commands.declaring import Verbs, keys, words
from app.commands.entry import open_for
from app.commands.output import emit_json, say
from app.commands.stopping import long_job


def declare(verbs: Verbs) -> None:
    """Say which arguments the verb takes."""
    actions = verbs.group("accounts", help="customer lists")
    export = actions.add("export", _export, help="write the customers of a provider to a file")
    export.add_argument("--provider", type=words, required=True, metavar="CODE")
    export.add_argument("--filter", type=words, metavar="TEXT", help="as in the box over the list")
    export.add_argument("--columns", type=keys, metavar="KEYS", help="for instance code,name,email (default: as shown)")
    export.add_argument("--out", type=Path, required=True, metavar="FILE", help="a name ending in .csv or .xlsx")
    export.add_argument("--json", action="store_true")


def _export(args: argparse.Namespace) -> int:
    """Write the customers of a provider to a file, by the words of the list's box."""
    from app.services.customers.choice import CustomerQuestion, Selected
    from app.services.customers.columns import USUAL
    from app.services.customers.export import export_customers
    from app.services.customers.list import CustomerSort
    from app.services.hierarchy.finding import find_provider
    from app.services.providers.queries import provider_context

    with closing(open_for(args)) as database:
        with database.read() as session:
            provider = provider_context(session, find_provider(session, args.provider).id)
        question = CustomerQuestion(provider_id=provider.id, as_of=provider.today, filter_text=args.filter or "")
        selected = Selected(question=question, count=provider.customer_count, sort=CustomerSort.CODE)
        with long_job("Exporting") as context:
            done = export_customers(database, context, path=args.out, columns=args.columns or USUAL, selected=selected)
    if args.json:
        emit_json({"rows": done.rows, "file": str(done.path)})
    say(done.sentence)
    return 0
