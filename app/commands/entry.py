"""Opening a database on the command line, signed in where it knows its staff (ARCHITECTURE.md, "Powers").

Without staff users whoever starts the command is the console with all powers. Once there are some, `--as name@realm`
or BURSAR_USER says who works, and the password comes from BURSAR_PASSWORD_FILE, the system's keyring or a prompt. A
demo signs its own user in by itself and says so.
"""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.declaring import USER_VARIABLE, login_of
from app.commands.output import say
from app.services.errors import InputRejected, NotSignedIn, RefusedByRule

if TYPE_CHECKING:
    from app.services.database.unit_of_work import Database

PASSWORD_FILE_VARIABLE = "BURSAR_PASSWORD_FILE"  # noqa: S105  the name of a variable
KEYRING_SERVICE = "bursar"


def open_for(args: argparse.Namespace) -> Database:
    """The database of a command, with whoever works in it. Raises what opening and signing in raise."""
    from app.services.database.opening import open_database

    database = open_database(args.database)
    try:
        _sign_in(database, login_of(args), was_asked=hasattr(args, "login"))
    except BaseException:
        database.close()
        raise
    return database


def _sign_in(database: Database, login: str, *, was_asked: bool) -> None:
    from app.services.staff.sign_in import is_demo_user, needs_sign_in, sign_in, sign_in_to_demo

    if not needs_sign_in(database):
        if was_asked:
            raise RefusedByRule("This database knows no staff yet, so nobody can be signed in. Leave --as out, or "
                                "begin with: bursar staff init --login name@realm")
        return
    if login:
        sign_in(database, login=login, password="" if is_demo_user(database, login) else password_for(login))
        return
    who = sign_in_to_demo(database)
    if who is None:
        raise NotSignedIn("This database knows its staff, so it must know who works. Add --as name@realm, or set "
                          f"{USER_VARIABLE}.")
    say(f"Demo data: signed in as {who.login} ({who.name}) without a password.")


def password_for(login: str) -> str:
    """The password of a login: from the file, the keyring, or typed. Raises NotSignedIn where there is none."""
    return _from_file() or _from_keyring(login) or _typed(f"Password of {login}: ")


def new_password(login: str) -> str:
    """A password to set: from the file, or typed twice."""
    found = _from_file()
    if found:
        return found
    first = _typed(f"New password for {login}: ")
    if _typed("The same again: ") != first:
        raise InputRejected("The two passwords differ. Nothing was changed.")
    return first


def _from_file() -> str:
    name = os.environ.get(PASSWORD_FILE_VARIABLE, "").strip()
    if not name:
        return ""
    try:
        lines = Path(name).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise NotSignedIn(f"The password file {name} cannot be read: {error}.") from None
    if not lines or not lines[0]:
        raise NotSignedIn(f"The password file {name} is empty. Its first line is the password.")
    return lines[0]


def _from_keyring(login: str) -> str:
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(KEYRING_SERVICE, login) or ""
    except KeyringError:
        return ""  # a machine without a keyring has none to ask; the prompt is next


def _typed(prompt: str) -> str:
    if not sys.stdin.isatty():
        raise NotSignedIn(f"There is no terminal to ask for a password. Put it into a file and name that in "
                          f'{PASSWORD_FILE_VARIABLE}, or keep it in the keyring under "{KEYRING_SERVICE}".')
    return getpass.getpass(prompt)
