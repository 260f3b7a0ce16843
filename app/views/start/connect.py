"""*Connect…*: choose an embedded file or a server, test it in the background, and hand the address over.

The dialog builds the address as plain text (a path, or a URL) and gives it to whoever listens; it never shows or stores
a password. What a connection is worth is answered by the probe it is given, a job that opens the database and says in
one sentence what it found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFileDialog, QWidget

from app.services.jobs import JobContext
from app.views.asking.choices import RadioDot
from app.views.asking.dressing import Dressing, Look
from app.views.asking.error_dialog import without_secrets
from app.views.asking.fields import NumberField
from app.views.forms.ui_connect_dialog import Ui_ConnectDialog
from app.views.look import tokens as tk
from app.views.look.formatting import ReadingError
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import Dialog, HorizontalRule
from app.views.widgets.empty_state import IconSign

Probe = Callable[[str, Any, JobContext], str]
"""`(url, database, context) -> what was found`, one sentence; raises where the database cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAddress:
    """What one types to reach a server."""

    host: str
    port: int
    database: str
    user: str
    password: str = ""

    def url(self) -> str:
        """The address as services take it; the password may be empty when the system provides it otherwise."""
        secret = f":{quote(self.password, safe='')}" if self.password else ""
        host = f"[{self.host}]" if ":" in self.host and not self.host.startswith("[") else self.host
        return (f"postgresql+psycopg://{quote(self.user, safe='')}{secret}@{host}:{self.port}/"
                f"{quote(self.database, safe='')}")


def file_address(path: str) -> str:
    """The address of an embedded file: its whole path, as services take it."""
    return str(Path(path).expanduser().absolute())


class ConnectDialog(Dialog):
    """`chosen` says the address; the dialog closes itself only after the test of it succeeded."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, runner: Runner, probe: Probe, parent: QWidget | None = None, *,
                 folder: str = "") -> None:
        super().__init__(parent=parent)
        self._probe = probe
        self._folder = folder
        self._connect_after = False
        self._may_create = False
        self._testing = Question(runner, self)
        self._form = Ui_ConnectDialog()
        self._dressing = Dressing(self._form, self, theme)
        self._put_own_widgets(theme)
        self._connect_signals()
        self._form.path.setFocus()

    def _put_own_widgets(self, theme: Theme) -> None:
        form, put = self._form, self._dressing.put
        self._kinds = QButtonGroup(self)
        for page, holder in enumerate((form.file_kind, form.server_kind)):
            dot = put(holder, RadioDot(theme, holder.text()))
            dot.setChecked(page == form.pages.currentIndex())
            self._kinds.addButton(dot, page)
        self._port = put(form.port, NumberField(theme, form.port.accessibleName(), 1, 65_535))
        self._port.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self._port.setText("5432")
        self._sign = put(form.sign, IconSign(theme, Icon.INFO, tk.Ink.MUTED, size=16))
        put(form.rule, HorizontalRule(theme))

    def _connect_signals(self) -> None:
        form = self._form
        self._testing.answered.connect(self._on_found)
        self._testing.failed.connect(self._on_failed)
        self._testing.busy_changed.connect(self._on_busy)
        self._kinds.idToggled.connect(self._on_kind)
        for field in (form.path, form.host, self._port, form.database, form.user, form.password):
            field.textChanged.connect(self._forget_answer)
        form.browse.clicked.connect(self._on_browse)
        form.test.clicked.connect(self._on_test)
        form.cancel.clicked.connect(self.reject)
        form.connect.clicked.connect(self._on_connect)

    # --- the address ---

    def url(self) -> str:
        """The address as typed. Raises ReadingError with what is missing."""
        form = self._form
        if self._kinds.checkedId() == 0:
            if not form.path.text().strip():
                raise ReadingError("Choose a file, or type its path.")
            return file_address(form.path.text().strip())
        for field in (form.host, form.database, form.user):
            if not field.text().strip():
                raise ReadingError(f"Type the {field.accessibleName().lower()}.")
        port = self._port.value
        if port is None:
            raise ReadingError(self._port.refusal or "Type the port; PostgreSQL's is 5432.")
        return ServerAddress(host=form.host.text().strip(), port=port, database=form.database.text().strip(),
                             user=form.user.text().strip(),
                             password=form.password.text()).url()

    @property
    def answer(self) -> str:
        """What the dialog says now."""
        return self._form.answer.text()

    # --- testing ---

    def _on_kind(self, number: int, checked: bool) -> None:  # noqa: FBT001  a slot
        if checked:
            self._form.pages.setCurrentIndex(number)
            self._forget_answer()

    def _on_browse(self) -> None:
        dialog = QFileDialog(self, "Choose a database file", self._folder, "Databases (*.db);;All files (*)")
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setLabelText(QFileDialog.DialogLabel.Accept, "Choose")
        dialog.fileSelected.connect(self._form.path.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_test(self) -> None:
        self._ask(connect_after=False)

    def _on_connect(self) -> None:
        self._ask(connect_after=True)

    def _ask(self, *, connect_after: bool) -> None:
        try:
            url = self.url()
        except ReadingError as missing:
            self._say(str(missing), Icon.WARNING, tk.Ink.WARN)
            return
        if connect_after and self._may_create:
            self._take(url)
            return
        self._connect_after = connect_after
        self._say("Asking the database.", Icon.HOURGLASS, tk.Ink.MUTED)
        self._testing.ask(partial(self._probe, url))

    def _on_found(self, found: str) -> None:
        self._say(found, Icon.GOOD, tk.Ink.GOOD)
        if self._connect_after:
            self._take(self.url())

    def _take(self, url: str) -> None:
        self.chosen.emit(url)
        self.accept()

    def _on_failed(self, error: BaseException) -> None:
        if self._kinds.checkedId() == 0 and getattr(error, "state", "") == "missing":
            self._offer_to_create()
            return
        self._say(without_secrets(str(error)) or "The database did not answer.", Icon.ERROR, tk.Ink.BAD)

    def _offer_to_create(self) -> None:
        """A file that is not there may be new books or a slip of the pen: the button says what it would do."""
        self._may_create = True
        self._form.connect.setText("&Create and connect")
        self._say(f"There is no file {self._form.path.text().strip()} yet. It can be created for your own books.",
                  Icon.INFO, tk.Ink.INFO)

    def _on_busy(self, busy: bool) -> None:  # noqa: FBT001  a slot
        self._form.test.setEnabled(not busy)
        self._form.connect.setEnabled(not busy)

    def _forget_answer(self) -> None:
        self._testing.drop()
        self._may_create = False
        self._form.connect.setText("&Connect")
        self._say("Nothing is changed by testing.", Icon.INFO, tk.Ink.MUTED)

    def _say(self, text: str, icon: Icon, ink: str) -> None:
        self._sign.set(icon, ink)
        self._form.answer.setText(text)
        self._dressing.set_look(self._form.answer, Look.MUTED if ink == tk.Ink.MUTED else Look.TEXT)
        self._form.answer.setAccessibleName(text)

    def done(self, result: int) -> None:
        """However it is closed, the test is given up and the password leaves the screen."""
        self._testing.drop()
        self._form.password.clear()
        super().done(result)
