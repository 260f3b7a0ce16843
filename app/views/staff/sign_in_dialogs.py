"""Signing in, beginning sign-in, and changing one's own password. Passwords leave the screen with the dialog."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.services.database.asking import calling
from app.services.staff.beginning import begin_and_sign_in
from app.services.staff.sign_in import SignedIn, change_own_password, sign_in
from app.views.asking.form_dialog import FormDialog
from app.views.asking.form_fields import FormField
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.handle import Job
from app.views.running.runner import Runner

_ENOUGH: Final = "8 characters or more, letters and digits"


class SignInDialog(FormDialog):
    """`signed_in` says who; the runner's database works for them from then on."""

    signed_in = Signal(object)  # SignedIn

    def __init__(self, theme: Theme, runner: Runner, place: str, parent: QWidget, *, login: str = "",
                 is_demo: bool = False) -> None:
        text = f"{place} knows its staff. Sign in to work with it."
        if is_demo:
            text += " People of the demo need no password."
        super().__init__(theme, runner, "Sign in", text, verb="Sign in", icon=Icon.ACCOUNTS, parent=parent, fields=(
            FormField(key="login", label="&Login", example="name@realm", needed="Type your login, name@realm."),
            FormField(key="password", label="&Password", is_secret=True,
                      needed="" if is_demo else "Type your password.")))
        self.entries.fill({"login": login})
        self.entries.focus("password" if login else "login")

    def command(self) -> Job[SignedIn]:
        return calling(sign_in, **self.values())

    def _on_done(self, result: object) -> None:
        super()._on_done(result)
        self.signed_in.emit(result)

    def _on_failed(self, error: BaseException) -> None:
        super()._on_failed(error)
        self.entries.focus("password")


class BeginSignInDialog(FormDialog):
    """The operator's realm and its administrator; from then on everybody signs in."""

    begun = Signal(object)  # SignedIn

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget) -> None:
        super().__init__(
            theme, runner, "Begin sign-in",
            "Until now whoever opens this database may do everything. From now on people sign in, in this window and "
            "on the command line. You become the administrator with all powers; this cannot be taken back.",
            verb="Begin sign-in", icon=Icon.ACCOUNTS, parent=parent, fields=(
                FormField(key="login", label="&Login", example="name@realm, for instance kim@company.example",
                          needed="Type a login, name@realm. The realm becomes the operator's."),
                FormField(key="name", label="&Name", example="As colleagues read it",
                          needed="Type your name, as colleagues will read it."),
                FormField(key="password", label="&Password", example=_ENOUGH, is_secret=True),
                FormField(key="again", label="The same &again", is_secret=True, repeats="password",
                          needed="The two passwords differ.")))

    def command(self) -> Job[SignedIn]:
        return calling(begin_and_sign_in, **self.values())

    def _on_done(self, result: object) -> None:
        super()._on_done(result)
        self.begun.emit(result)


class ChangePasswordDialog(FormDialog):
    """One's own password, where the current one is right."""

    def __init__(self, theme: Theme, runner: Runner, who: SignedIn, parent: QWidget) -> None:
        super().__init__(
            theme, runner, "Change password", f"The password of {who.login}.", verb="Change password",
            icon=Icon.ACCOUNTS, parent=parent, fields=(
                FormField(key="current", label="&Current password", is_secret=True),
                FormField(key="new", label="&New password", example=_ENOUGH, is_secret=True),
                FormField(key="again", label="The same &again", is_secret=True, repeats="new",
                          needed="The two new passwords differ.")))

    def command(self) -> Job[None]:
        return calling(change_own_password, **self.values())
