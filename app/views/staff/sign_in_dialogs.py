"""Signing in, beginning sign-in, and changing one's own password. Passwords leave the screen with the dialog."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.services.changes import ChangeSet
from app.services.staff.sign_in import SignedIn
from app.services.staff.sign_in_jobs import begin_job, change_password_job, sign_in_job
from app.views.asking.form_dialog import FormDialog
from app.views.forms.ui_begin_sign_in_fields import Ui_BeginSignInFields
from app.views.forms.ui_change_password_fields import Ui_ChangePasswordFields
from app.views.forms.ui_sign_in_fields import Ui_SignInFields
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.handle import Job
from app.views.running.runner import Runner


class _WithPasswords(FormDialog):
    """Clears its password fields however it is closed."""

    def __init__(self, theme: Theme, runner: Runner, title: str, text: str, *, verb: str, parent: QWidget) -> None:
        super().__init__(theme, runner, title, text, verb=verb, icon=Icon.ACCOUNTS, parent=parent)
        self._secrets: tuple[QLineEdit, ...] = ()

    def done(self, result: int) -> None:
        for field in self._secrets:
            field.clear()
        super().done(result)


class SignInDialog(_WithPasswords):
    """`signed_in` says who; the runner's database works for them from then on."""

    signed_in = Signal(object)  # SignedIn

    def __init__(self, theme: Theme, runner: Runner, place: str, parent: QWidget, *, login: str = "",
                 is_demo: bool = False) -> None:
        text = f"{place} knows its staff. Sign in to work with it."
        if is_demo:
            text += " People of the demo need no password."
        super().__init__(theme, runner, "Sign in", text, verb="Sign in", parent=parent)
        self._needs_password = not is_demo
        self._fields = Ui_SignInFields()
        self.lay_fields(self._fields)
        self._secrets = (self._fields.password,)
        self._fields.login.setText(login)
        (self._fields.password if login else self._fields.login).setFocus()

    def refusal(self) -> str:
        if not self._fields.login.text().strip():
            return "Type your login, name@realm."
        return "" if self._fields.password.text() or not self._needs_password else "Type your password."

    def command(self) -> Job[SignedIn]:
        return partial(sign_in_job, login=self._fields.login.text(), password=self._fields.password.text())

    def _on_done(self, result: object) -> None:
        super()._on_done(result)
        self.signed_in.emit(result)

    def _on_failed(self, error: BaseException) -> None:
        super()._on_failed(error)
        self._fields.password.selectAll()
        self._fields.password.setFocus()


class BeginSignInDialog(_WithPasswords):
    """The operator's realm and its administrator; from then on everybody signs in."""

    begun = Signal(object)  # SignedIn

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget) -> None:
        super().__init__(
            theme, runner, "Begin sign-in",
            "Until now whoever opens this database may do everything. From now on people sign in, in this window and "
            "on the command line. You become the administrator with all powers; this cannot be taken back.",
            verb="Begin sign-in", parent=parent)
        self._fields = Ui_BeginSignInFields()
        self.lay_fields(self._fields)
        self._secrets = (self._fields.password, self._fields.again)
        self._fields.login.setFocus()

    def refusal(self) -> str:
        f = self._fields
        if not f.login.text().strip():
            return "Type a login, name@realm. The realm becomes the operator's."
        if not f.name.text().strip():
            return "Type your name, as colleagues will read it."
        return "" if f.password.text() == f.again.text() else "The two passwords differ."

    def command(self) -> Job[SignedIn]:
        f = self._fields
        return partial(begin_job, login=f.login.text(), name=f.name.text(), password=f.password.text())

    def _on_done(self, result: object) -> None:
        super()._on_done(result)
        self.begun.emit(result)


class ChangePasswordDialog(_WithPasswords):
    """One's own password, where the current one is right."""

    def __init__(self, theme: Theme, runner: Runner, who: SignedIn, parent: QWidget) -> None:
        super().__init__(theme, runner, "Change password", f"The password of {who.login}.", verb="Change password",
                         parent=parent)
        self._fields = Ui_ChangePasswordFields()
        self.lay_fields(self._fields)
        self._secrets = (self._fields.current, self._fields.password, self._fields.again)
        self._fields.current.setFocus()

    def refusal(self) -> str:
        f = self._fields
        return "" if f.password.text() == f.again.text() else "The two new passwords differ."

    def command(self) -> Job[ChangeSet]:
        return partial(change_password_job, current=self._fields.current.text(), new=self._fields.password.text())
