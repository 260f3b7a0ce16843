"""*My details*: who I am to colleagues, and what I may do."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from app.services.database.asking import asking, doing
from app.services.saving import SavedMeanwhile
from app.services.staff.queries import OwnDetails, own_details
from app.services.staff.users import edit_own_details
from app.views.asking.conflict_sheet import ConflictSheet, Settlement
from app.views.asking.form_fields import Form, FormField
from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.running.failures import in_words
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.staff.power_tree import PowerTree
from app.views.staff.power_tree_model import PowerTreeModel
from app.views.widgets.basics import Button, Label
from app.views.widgets.layout import column, grows, row


class OwnDetailsTab(QWidget):
    """Name and e-mail are one's own to change; org unit, roles and powers are shown."""

    def __init__(self, theme: Theme, runner: Runner, change_password: Callable[[], object], parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._runner = runner
        self._question = Question(runner, self, answered=self._on_details, failed=self._on_failed)
        self._form = QWidget(self)
        self._form.setMaximumWidth(theme.sizes.px(560))
        self.entries = Form(theme, self._form, (FormField(key="name", label="&Name"),
                                                 FormField(key="email", label="E-mai&l")))
        self.save = Button(theme, "Save my &details", self, kind="main", run=self._save)
        password = Button(theme, "Change passwo&rd…", self, run=change_password)
        self._said = Label(theme, "", self, wraps=True)
        self._head = Label(theme, "What I may do", self, size=tk.SECTION, weight=600)
        self._tree: PowerTree | None = None
        self._seen: dict[str, Any] = {}
        self._login = ""
        self.conflict = ConflictSheet(theme, self, margin=12)
        self._column = column(
            self._form, row(self.save, password, grows(self._said), spacing=12), self.conflict, 8, self._head,
            on=self, margins=(tk.PAGE_MARGIN, 12), spacing=8)

    def read(self) -> None:
        """Read again; what is typed and not saved is kept, with what was shown when it was typed."""
        self._question.ask(asking(own_details))

    def focus_first(self) -> None:
        self.entries.focus_first()

    def _on_details(self, own: OwnDetails) -> None:
        if own.login != self._login or self._typed() == self._seen:
            self._login, self._seen = own.login, {"name": own.name, "email": own.email}
            self.entries.fill(self._seen)
        roles = f"with the {'role' if len(own.roles) == 1 else 'roles'} {', '.join(own.roles)}" if own.roles else (
            "without a role")
        self.entries.hint("email", f"{own.login} belongs to the org unit {own.unit} of {own.provider}, {roles}. "
                                    "Whoever manages staff can change that.")
        if self._tree is not None:
            self._column.removeWidget(self._tree)
            self._tree.hide()  # it is there until the event loop comes round
            self._tree.deleteLater()
        self._tree = PowerTree(self._theme, PowerTreeModel(own.tree, own.powers, is_fixed=True, parent=self), self)
        self._column.addWidget(self._tree, 1)

    def _on_failed(self, error: BaseException) -> None:
        self._form.setEnabled(False)
        self.save.setEnabled(False)
        self._said.setText(str(error))

    def _typed(self) -> dict[str, str]:
        return {"name": self.entries.text("name").strip(), "email": self.entries.text("email").strip()}

    def _save(self) -> None:
        wanted = self._typed()
        job = doing(edit_own_details, name=wanted["name"], email=wanted["email"], seen=self._seen)
        self._runner.write(job, initiator=self, succeeded=partial(self._on_saved, wanted), failed=self._on_refused)

    def _on_saved(self, stored: dict[str, str], _changes: object) -> None:
        self._seen = stored
        self._said.set_ink(tk.Ink.GOOD)
        self._said.setText("Saved.")

    def _settle(self, settlement: Settlement) -> None:
        self._seen = {**self._seen, **settlement.theirs}
        self.entries.fill(settlement.taken)
        if settlement.saves and self._typed() != self._seen:
            self._save()

    def _on_refused(self, error: BaseException) -> None:
        if isinstance(error, SavedMeanwhile):
            self._said.setText("")
            self.conflict.offer(error, self._settle)
            return
        self._said.set_ink(tk.Ink.BAD)
        self._said.setText(f"{in_words(error)} Nothing was changed.")
