"""A name for a view: a new one, or another one for a view that exists."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from app.services.customers.views import ViewRow, keep_view
from app.views.asking.form_dialog import FormDialog
from app.views.customers.view import PLACE
from app.views.forms.ui_view_fields import Ui_ViewFields
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.handle import Job
from app.views.running.runner import Runner


class ViewDialog(FormDialog):
    """`accepted` is said once the view is kept."""

    def __init__(self, theme: Theme, runner: Runner, *, definition: str, view: ViewRow | None = None,
                 parent: QWidget) -> None:
        title = "Save this view" if view is None else f"Rename the view {view.name}"
        text = ("Filter, order and columns are kept under this name. A view of yours that has the name already is "
                "replaced." if view is None else "What the view holds stays as it is.")
        super().__init__(theme, runner, title, text, verb="Save view" if view is None else "Rename view",
                         icon=Icon.LIST, parent=parent)
        self._definition = definition
        self._view = view
        fields = Ui_ViewFields()
        self.lay_fields(fields)
        self._name = fields.view_name
        self._name.setText("" if view is None else view.name)
        self._name.selectAll()
        self._name.setFocus()

    @property
    def name(self) -> str:
        return self._name.text()

    def refusal(self) -> str:
        return "" if self.name.strip() else "Write a name, so that you find the view again."

    def command(self) -> Job[object]:
        return partial(keep_view, place=PLACE, name=self.name, definition=self._definition,
                       view_id=None if self._view is None else self._view.id)
