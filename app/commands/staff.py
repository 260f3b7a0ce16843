"""bursar staff init --login name@realm"""

from __future__ import annotations

import argparse
from contextlib import closing
from functools import partial

from app.commands.declaring import Verbs, words
from app.commands.entry import new_password
from app.commands.output import say


def declare(verbs: Verbs) -> None:
    """Say which arguments the verb takes."""
    actions = verbs.group("staff", help="who may sign in")
    begin = actions.add("init", _init, help="begin sign-in: the operator's realm and an administrator with all powers")
    begin.add_argument("--login", dest="new_login", required=True, metavar="NAME@REALM")
    begin.add_argument("--name", type=words, metavar="NAME", help="as colleagues read it (default: from the login)")


def _init(args: argparse.Namespace) -> int:
    """Begin sign-in: the operator's realm and its administrator."""
    from app.services.database.opening import open_database
    from app.services.staff.beginning import begin_sign_in, refuse_when_begun
    from app.services.staff.users import checked_login

    with closing(open_database(args.database)) as database:
        login = checked_login(args.new_login)
        with database.read() as session:
            refuse_when_begun(session)
        password = new_password(login)  # nobody waits for the database while it is typed
        database.attempt(partial(begin_sign_in, login=login, name=args.name or login.partition("@")[0],
                                 password=password))
    say(f"{login} administers this database from now on. Commands need --as {login} and the password.")
    return 0
