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
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.services.jobs import JobContext
from app.views import tokens as tk
from app.views.error_dialog import without_secrets
from app.views.formatting import ReadingError
from app.views.icons import Icon
from app.views.job_runner import Runner
from app.views.question import Question
from app.views.theme import Theme
from app.views.widgets.basics import Button, Dialog, HorizontalRule, Label
from app.views.widgets.choices import RadioDot
from app.views.widgets.empty_state import IconSign
from app.views.widgets.fields import NumberField

Probe = Callable[[str, Any, JobContext], str]
"""`(url, database, context) -> what was found`, one sentence; raises where the database cannot be used."""


@dataclass(frozen=True, slots=True)
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
        super().__init__("Connect to a database", parent)
        self._theme = theme
        self._probe = probe
        self._folder = folder
        self._connect_after = False
        self._testing = Question(runner, self)
        self._testing.answered.connect(self._on_found)
        self._testing.failed.connect(self._on_failed)
        self._testing.busy_changed.connect(self._on_busy)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._build_file())
        self._stack.addWidget(self._build_server())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._build_body(), 1)
        column.addWidget(HorizontalRule(theme))
        column.addLayout(self._build_buttons())
        self.setMinimumWidth(theme.sizes.px(520))
        self._path.setFocus()

    # --- building ---

    def _build_body(self) -> QVBoxLayout:
        body = QVBoxLayout()
        body.setContentsMargins(24, 20, 24, 16)
        body.setSpacing(12)
        body.addWidget(Label(self._theme, "Connect to a database", size=tk.TITLE, weight=600))
        kinds = QHBoxLayout()
        kinds.setSpacing(16)
        self._kinds = QButtonGroup(self)
        for number, text in enumerate(("A &file on this computer", "A &server")):
            dot = RadioDot(self._theme, text, self)
            dot.setChecked(number == 0)
            self._kinds.addButton(dot, number)
            kinds.addWidget(dot)
        kinds.addStretch(1)
        self._kinds.idToggled.connect(self._on_kind)
        body.addLayout(kinds)
        body.addWidget(self._stack)
        self._sign = IconSign(self._theme, Icon.INFO, tk.Ink.MUTED, size=16)
        self._answer = Label(self._theme, "Nothing is changed by testing.", ink=tk.Ink.MUTED, wraps=True)
        self._answer.setMinimumHeight(2 * self._theme.metrics().height())
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._sign)
        line.addWidget(self._answer, 1)
        body.addLayout(line)
        return body

    def _build_file(self) -> QWidget:
        page = QWidget(self)
        self._path = QLineEdit(page)
        self._path.setPlaceholderText("Path of the file, for instance books.db")
        self._path.textChanged.connect(self._forget_answer)
        browse = Button(self._theme, "Choos&e…", page, icon=Icon.FOLDER)
        browse.clicked.connect(self._on_browse)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._path, 1)
        line.addWidget(browse)
        form = self._form(page)
        self._add_row(form, "&Path", self._path, line)
        form.addRow("", Label(self._theme, "Not on a network drive: two computers would damage each other's work.",
                              ink=tk.Ink.MUTED, size=tk.LABEL, wraps=True))
        return page

    def _build_server(self) -> QWidget:
        page = QWidget(self)
        form = self._form(page)
        self._host, self._database, self._user, self._password = (QLineEdit(page) for _ in range(4))
        self._host.setPlaceholderText("db.example")
        self._database.setPlaceholderText("bursar")
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._password.setPlaceholderText("Empty where the system provides it")
        self._port = NumberField(self._theme, "Port", 1, 65_535, page)
        self._port.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self._port.setText("5432")
        for label, field in (("&Host", self._host), ("P&ort", self._port), ("&Database", self._database),
                             ("&User", self._user), ("Pass&word", self._password)):
            self._add_row(form, label, field)
            field.textChanged.connect(self._forget_answer)
        return page

    def _build_buttons(self) -> QHBoxLayout:
        self._test = Button(self._theme, "&Test connection", self)
        self._test.clicked.connect(self._on_test)
        self._cancel = Button(self._theme, "Cancel", self)
        self._cancel.clicked.connect(self.reject)
        self._connect = Button(self._theme, "&Connect", self, kind="main")
        self._connect.clicked.connect(self._on_connect)
        self._connect.setDefault(True)
        row = QHBoxLayout()
        row.setContentsMargins(24, 12, 24, 12)
        row.setSpacing(12)
        row.addWidget(self._test)
        row.addStretch(1)
        row.addWidget(self._cancel)
        row.addWidget(self._connect)
        return row

    def _form(self, page: QWidget) -> QFormLayout:
        form = QFormLayout(page)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        return form

    def _add_row(self, form: QFormLayout, text: str, field: QLineEdit, line: QHBoxLayout | None = None) -> None:
        label = QLabel(text, form.parentWidget())
        label.setBuddy(field)
        label.setMinimumHeight(self._theme.sizes.control)
        field.setAccessibleName(text.replace("&", ""))
        if line is None:
            form.addRow(label, field)
        else:
            form.addRow(label, line)

    # --- the address ---

    def url(self) -> str:
        """The address as typed. Raises ReadingError with what is missing."""
        if self._kinds.checkedId() == 0:
            if not self._path.text().strip():
                raise ReadingError("Choose a file, or type its path.")
            return file_address(self._path.text().strip())
        for field in (self._host, self._database, self._user):
            if not field.text().strip():
                raise ReadingError(f"Type the {field.accessibleName().lower()}.")
        port = self._port.value
        if port is None:
            raise ReadingError(self._port.refusal or "Type the port; PostgreSQL's is 5432.")
        return ServerAddress(self._host.text().strip(), port, self._database.text().strip(),
                             self._user.text().strip(), self._password.text()).url()

    @property
    def answer(self) -> str:
        """What the dialog says now."""
        return self._answer.text()

    # --- testing ---

    def _on_kind(self, number: int, checked: bool) -> None:  # noqa: FBT001  a slot
        if checked:
            self._stack.setCurrentIndex(number)
            self._forget_answer()

    def _on_browse(self) -> None:
        dialog = QFileDialog(self, "Choose a database file", self._folder, "Databases (*.db);;All files (*)")
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setLabelText(QFileDialog.DialogLabel.Accept, "Choose")
        dialog.fileSelected.connect(self._path.setText)
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
        self._connect_after = connect_after
        self._say("Asking the database.", Icon.HOURGLASS, tk.Ink.MUTED)
        self._testing.ask(partial(self._probe, url))

    def _on_found(self, found: str) -> None:
        self._say(found, Icon.GOOD, tk.Ink.GOOD)
        if self._connect_after:
            self.chosen.emit(self.url())
            self.accept()

    def _on_failed(self, error: BaseException) -> None:
        self._say(without_secrets(str(error)) or "The database did not answer.", Icon.ERROR, tk.Ink.BAD)

    def _on_busy(self, busy: bool) -> None:  # noqa: FBT001  a slot
        self._test.setEnabled(not busy)
        self._connect.setEnabled(not busy)

    def _forget_answer(self) -> None:
        self._testing.drop()
        self._say("Nothing is changed by testing.", Icon.INFO, tk.Ink.MUTED)

    def _say(self, text: str, icon: Icon, ink: str) -> None:
        self._sign.set(icon, ink)
        self._answer.setText(text)
        self._answer.set_ink(tk.Ink.TEXT if ink != tk.Ink.MUTED else ink)
        self._answer.setAccessibleName(text)

    def done(self, result: int) -> None:
        """However it is closed, the test is given up and the password leaves the screen."""
        self._testing.drop()
        self._password.clear()
        super().done(result)
