"""Who works in the window: the dialogs that change it, and what everybody else has to know of it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.services.staff.sign_in import SignedIn
from app.views.desk.actions import ActionSpec
from app.views.look.theme import Theme
from app.views.running.runner import Runner
from app.views.staff.sign_in_dialogs import BeginSignInDialog, ChangePasswordDialog

STAFF_ACTIONS: Final = (
    ActionSpec(id="staff.begin", text="&Begin sign-in…", menu="&Tools",
               help="From then on people sign in; you become the administrator.",
               needs="is done: this database knows its staff"),
    ActionSpec(id="staff.password", text="Change &password…", menu="&Tools", help="Your own password.",
               needs="needs somebody who signed in with a password"),
    ActionSpec(id="staff.switch", text="Sign &in as somebody else…", menu="&Tools",
               help="The window begins anew for them; whoever does not sign in leaves it as it is.",
               needs="needs a database that knows its staff"),
)


class StaffPlace(QObject):
    """`changed` is said when somebody else works here from now on."""

    changed = Signal()

    def __init__(self, theme: Theme, runner: Runner, window: QWidget, who: SignedIn | None, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._runner = runner
        self._window = window
        self._who = who

    @property
    def who(self) -> SignedIn | None:
        return self._who

    def begin_refusal(self) -> str:
        """Why sign-in cannot begin; empty where it can."""
        return "" if self._who is None else "is done: this database knows its staff"

    def password_refusal(self) -> str:
        """Why there is no password to change; empty where there is one."""
        has_one = self._who is not None and not self._who.by_itself
        return "" if has_one else "needs somebody who signed in with a password"

    def switch_refusal(self) -> str:
        """Why nobody else can sign in; empty where they can."""
        return "" if self._who is not None else "needs a database that knows its staff"

    def begin(self) -> None:
        """Ask for the first administrator; refused where there is one."""
        dialog = BeginSignInDialog(self._theme, self._runner, self._window)
        dialog.begun.connect(self._on_begun)
        dialog.open_and_forget()

    def change_password(self) -> None:
        """Ask for the current and the new password of whoever works here."""
        if self._who is not None:
            ChangePasswordDialog(self._theme, self._runner, self._who, self._window).open_and_forget()

    def _on_begun(self, who: object) -> None:
        if isinstance(who, SignedIn):
            self._who = who
            self.changed.emit()
