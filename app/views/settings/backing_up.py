"""Backing up the database that is open: where to, and what came of it in words."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from app.services.upkeep.backup import BackedUp, back_up_job
from app.views.asking.files import ask_where_to_save, file_name
from app.views.desk.desk import Desk
from app.views.look import tokens as tk
from app.views.running.failures import in_words


def ask_for_backup(desk: Desk) -> None:
    """Ask for the file, then have it written."""
    books = file_name(Path(desk.database.partition(" on ")[0]).stem, "Bursar")
    ask_where_to_save(desk.window, "Back up the database", partial(back_up_to, desk), kinds="Databases (*.db)",
                      name=f"{books}-{desk.today().isoformat()}.db", ending="db")


def back_up_to(desk: Desk, path: str) -> None:
    """Copy the database in the background, and say what came of it."""
    desk.runner.read(partial(back_up_job, path=Path(path)), succeeded=partial(_say_done, desk),
                     failed=partial(_say_failed, desk))


def _say_done(desk: Desk, done: BackedUp) -> None:
    desk.notices.say("The database is backed up.", done.sentence)


def _say_failed(desk: Desk, error: BaseException) -> None:
    desk.notices.say("The database was not backed up.", in_words(error), tone=tk.Tone.BAD)
