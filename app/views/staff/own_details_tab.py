"""*My details*: who I am to colleagues, and what I may do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.services.database.asking import asking, doing
from app.services.errors import BursarError
from app.services.staff.queries import OwnDetails, own_details
from app.services.staff.staff import edit_own_details
from app.views.asking.field_rows import FieldRows
from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.staff.power_tree import PowerTree
from app.views.staff.power_tree_model import PowerTreeModel
from app.views.widgets.basics import Button, Label, without_arguments


class OwnDetailsTab(QWidget):
    """Name and e-mail are one's own to change; org unit, roles and powers are shown."""

    def __init__(self, theme: Theme, runner: Runner, change_password: Callable[[], object], parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._runner = runner
        self._question = Question(runner, self)
        self._question.answered.connect(self._on_details)
        self._question.failed.connect(self._on_failed)
        self._form = QWidget(self)
        self._form.setMaximumWidth(theme.sizes.px(560))
        rows = FieldRows(theme, self._form)
        self.name = rows.add("&Name", QLineEdit())
        self.email = rows.add("E-&mail", QLineEdit())
        self._unit = rows.say("")
        self.save = Button(theme, "&Save my details", self, kind="main")
        password = Button(theme, "Change &password…", self)
        self._said = Label(theme, "", self, wraps=True)
        self._head = Label(theme, "What I may do", self, size=tk.SECTION, weight=600)
        self._tree: PowerTree | None = None
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        for part in (self.save, password):
            buttons.addWidget(part)
        buttons.addWidget(self._said, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(tk.PAGE_MARGIN, 12, tk.PAGE_MARGIN, 12)
        self._column.setSpacing(8)
        self._column.addWidget(self._form)
        self._column.addLayout(buttons)
        self._column.addSpacing(8)
        self._column.addWidget(self._head)
        self.save.clicked.connect(without_arguments(self._save))
        password.clicked.connect(without_arguments(change_password))

    def read(self) -> None:
        """Read again; what is typed and not saved is kept by not calling this while it is typed."""
        self._question.ask(asking(own_details))

    def focus_first(self) -> None:
        self.name.setFocus()

    def _on_details(self, own: OwnDetails) -> None:
        self.name.setText(own.name)
        self.email.setText(own.email)
        roles = f"with the {'role' if len(own.roles) == 1 else 'roles'} {', '.join(own.roles)}" if own.roles else (
            "without a role")
        self._unit.setText(f"{own.login} belongs to the org unit {own.unit} of {own.provider}, {roles}. Whoever "
                           "manages staff can change that.")
        if self._tree is not None:
            self._column.removeWidget(self._tree)
            self._tree.deleteLater()
        self._tree = PowerTree(self._theme, PowerTreeModel(own.tree, own.powers, is_fixed=True, parent=self), self)
        self._column.addWidget(self._tree, 1)

    def _on_failed(self, error: BaseException) -> None:
        self._form.setEnabled(False)
        self.save.setEnabled(False)
        self._said.setText(str(error))

    def _save(self) -> None:
        self._runner.write(doing(edit_own_details, name=self.name.text(), email=self.email.text()), initiator=self,
                           succeeded=self._on_saved, failed=self._on_refused)

    def _on_saved(self, _changes: object) -> None:
        self._said.set_ink(tk.Ink.GOOD)
        self._said.setText("Saved.")

    def _on_refused(self, error: BaseException) -> None:
        text = str(error) if isinstance(error, BursarError) else f"That did not work: {error}"
        self._said.set_ink(tk.Ink.BAD)
        self._said.setText(f"{text} Nothing was changed.")
