"""Who works in the window: the dialogs that change it, and why they cannot be asked for now."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from app.views.desk.desk import Desk


class Signing(QObject):
    """Belongs to a window, and keeps the actions about signing in true."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.window)
        self._desk = desk
        desk.person.changed.connect(self._bind)
        self._bind()

    def _bind(self) -> None:
        who, bind = self._desk.person.who, self._desk.actions.bind
        has_password = who is not None and not who.by_itself
        bind("staff.begin", self._begin, refusal="" if who is None else "is done: this database knows its staff")
        bind("staff.password", partial(change_password, self._desk),
             refusal="" if has_password else "needs somebody who signed in with a password")
        bind("staff.switch", self._desk.person.switch,
             refusal="" if who is not None else "needs a database that knows its staff")

    def _begin(self) -> None:
        """Ask for the first administrator; refused where there is one."""
        from app.views.staff.sign_in_dialogs import BeginSignInDialog

        dialog = BeginSignInDialog(self._desk.theme, self._desk.runner, self._desk.window)
        dialog.begun.connect(self._desk.person.begin)
        dialog.open_and_forget()


def change_password(desk: Desk) -> None:
    """Ask for the current and the new password of whoever works here."""
    from app.views.staff.sign_in_dialogs import ChangePasswordDialog

    if desk.person.who is not None:
        ChangePasswordDialog(desk.theme, desk.runner, desk.person.who, desk.window).open_and_forget()
