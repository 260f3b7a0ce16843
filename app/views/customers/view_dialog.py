"""A name for a view: a new one, or another one for a view that exists."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QWidget

from app.services.customers.views import LONGEST_NAME, ViewRow, rename_view, save_view
from app.services.database.asking import doing
from app.views.asking.form_dialog import FormDialog
from app.views.asking.form_fields import FormField
from app.views.customers.view import PLACE
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.handle import Job
from app.views.running.runner import Runner

_FIELDS: Final = (FormField(key="name", label="&Name", example="For instance: Large debtors", longest=LONGEST_NAME,
                            needed="Write a name, so that you find the view again."),)


class ViewDialog(FormDialog):
    """`accepted` is said once the view is kept."""

    def __init__(self, theme: Theme, runner: Runner, *, definition: str, view: ViewRow | None = None,
                 parent: QWidget) -> None:
        title = "Save this view" if view is None else f"Rename the view {view.name}"
        text = ("Filter, order and columns are kept under this name. A view of yours that has the name already is "
                "replaced." if view is None else "What the view holds stays as it is.")
        super().__init__(theme, runner, title, text, verb="Save view" if view is None else "Rename view",
                         icon=Icon.LIST, parent=parent, fields=_FIELDS, row=view)
        self._definition = definition
        self._view = view
        self.entries.focus("name")

    @property
    def name(self) -> str:
        return self.entries.text("name")

    def command(self) -> Job[object]:
        if self._view is not None:
            return doing(rename_view, view_id=self._view.id, name=self.name)
        return doing(save_view, place=PLACE, name=self.name, definition=self._definition)
