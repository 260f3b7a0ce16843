"""bursar staff init --login name@realm"""

from __future__ import annotations

import argparse

from app.commands.entry import new_password
from app.commands.output import say
from app.services.database.opening import open_database
from app.services.staff.staff import begin_sign_in, checked_login, refuse_when_begun


def run(args: argparse.Namespace) -> int:
    """Begin sign-in: the operator's realm and its administrator."""
    database = open_database(args.database)
    try:
        login = checked_login(args.new_login)
        with database.read() as session:
            refuse_when_begun(session)
        password = new_password(login)  # nobody waits for the database while it is typed
        with database.write() as session:
            begin_sign_in(session, login=login, name=args.name or login.partition("@")[0], password=password)
    finally:
        database.close()
    say(f"{login} administers this database from now on. Commands need --as {login} and the password.")
    return 0
