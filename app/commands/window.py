"""bursar without a verb: the window. What it takes is declared with the program itself."""

from __future__ import annotations

import argparse
import os
import sys

from app.commands.declaring import login_of
from app.commands.output import say
from app.settings import demo_database


def open_window(args: argparse.Namespace) -> int:
    """Open the window on the chosen database; with --demo on the demo's own file, made when it is missing.

    Where the database knows its staff, the window begins as who is to work: signed in by demo data, else asked for the
    password.
    """
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
                                        or os.environ.get("QT_QPA_PLATFORM")):
        say("There is no display here. Every screen can be seen without one: bursar tour --out DIR")
        return 2
    from app.bootstrap import run_window

    return run_window(demo_database() if args.demo else args.database, demo=args.demo, login=login_of(args))
