"""Saved views of a list: a button that names the one in use, its menu, and the dialog that names one.

What a view holds is between the list and itself; here it is a text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from app.services.customers.views import (
    LONGEST_NAME,
    ViewRow,
    delete_view,
    list_views,
    rename_view,
    save_view,
    set_default_view,
)
from app.services.database.asking import asking, doing
from app.services.saving import SavedMeanwhile
from app.views.asking.confirm_dialog import ConfirmDialog
from app.views.asking.form_dialog import FormDialog, in_one
from app.views.asking.form_fields import FormField
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.failures import in_words
from app.views.running.handle import Job
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import Button


class SavedViews(QObject):
    """`loaded` is said when the views are known for the first time, after the default one was applied."""

    loaded = Signal()
    said = Signal(str)

    def __init__(self, theme: Theme, runner: Runner, *, place: str, everything: str, present: Callable[[], str],
                 apply: Callable[[str], object], usual: Callable[[], str], owner: QWidget) -> None:
        """`place` names the list among all that have views, `everything` what it shows without one."""
        super().__init__(owner)
        self._place = place
        self._everything = everything
        self._theme = theme
        self._runner = runner
        self._present = present
        self._apply = apply
        self._usual = usual
        self._owner = owner
        self._views: list[ViewRow] = []
        self._current: int | None = None
        self._held = ""
        """What the one in use was shown to hold when the list was made so; the views may have been read since."""
        self._wanted = ""
        self._is_loaded = False
        self.button = Button(theme, "", icon=Icon.LIST, run=self.pop_up)
        self.button.setToolTip("Saved views (Ctrl+Shift+V)")
        self._reading = Question(runner, self, answered=self._on_views, failed=self._on_unread)
        self._show()

    def load(self) -> None:
        """Read the views; the first time the default one is applied."""
        self._reading.ask(asking(list_views, place=self._place))

    @property
    def current(self) -> ViewRow | None:
        """The view that was chosen last, also where the list was changed since."""
        return next((view for view in self._views if view.id == self._current), None)

    def choose(self, view: ViewRow | None) -> None:
        """Show the list as a view says; None shows everybody in the usual columns."""
        self._use(view)
        self._apply(self._usual() if view is None else view.definition)
        self._show()

    def _use(self, view: ViewRow | None) -> None:
        self._current, self._held = (None, "") if view is None else (view.id, view.definition)

    def menu(self) -> QMenu:
        """The views, then what can be done with them."""
        menu, current = QMenu(self._owner), self.current
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for view in (None, *self._views):
            name = self._everything if view is None else view.name.replace("&", "&&")
            action = menu.addAction(f"{name} (opens the list)" if view is not None and view.is_default else name,
                                    partial(self.choose, view))
            action.setCheckable(True)
            action.setChecked(view is current)
        menu.addSeparator()
        menu.addAction("&Save this view…", self.ask_name)
        if current is not None:
            shown = current.name.replace("&", "&&")
            menu.addAction(f"Save &over {shown}", partial(self._save_over, current))
            menu.addAction(f"&Rename {shown}…", partial(self._ask_rename, current))
            menu.addAction(f"&Delete {shown}…", partial(self._ask_delete, current))
            opens = "&Open the list without it" if current.is_default else "&Open the list with it"
            menu.addAction(opens.replace("&Open", "Op&en"),
                           partial(self._write, doing(set_default_view, place=self._place,
                                                      view_id=None if current.is_default else current.id,
                                                      seen=next((v.id for v in self._views if v.is_default), None))))
        return menu

    def pop_up(self) -> None:
        self.menu().popup(self.button.mapToGlobal(QPoint(0, self.button.height())))

    # --- what changes them ---

    def ask_name(self) -> None:
        """Keep the list as it is under a name."""
        dialog = self._dialog(self._present())
        dialog.accepted.connect(lambda: self._on_named(dialog.name))
        dialog.open_and_forget()

    def _ask_rename(self, view: ViewRow) -> None:
        dialog = self._dialog(view.definition, view)
        dialog.accepted.connect(self.load)
        dialog.open_and_forget()

    def _dialog(self, definition: str, view: ViewRow | None = None) -> ViewDialog:
        return ViewDialog(self._theme, self._runner, place=self._place, definition=definition, view=view,
                          known=self._views, parent=self._owner)

    def _ask_delete(self, view: ViewRow) -> None:
        dialog = ConfirmDialog(self._theme, f"Delete the view {view.name}",
                               "The list stays as it is; only the saved view is gone. This cannot be taken "
                               "back.", verb="Delete view",
                               kind="danger", stay="Keep it", parent=self._owner)
        dialog.accepted.connect(partial(self._write, doing(delete_view, view_id=view.id)))
        dialog.open_and_forget()

    def _save_over(self, view: ViewRow) -> None:
        present = self._present()
        self._runner.write(
            doing(save_view, place=self._place, name=view.name, definition=present, seen=self._held),
            succeeded=partial(self._on_saved_over, view, present), failed=partial(self._on_not_saved_over, view))

    def _on_saved_over(self, view: ViewRow, definition: str, _id: int) -> None:
        self._hold(view, definition)
        self._on_written(f"The view {view.name} is saved as the list stands.", None)

    def _on_not_saved_over(self, view: ViewRow, error: BaseException) -> None:
        """Whoever was told what another window keeps may save over it the next time."""
        if isinstance(error, SavedMeanwhile):
            for definition in error.theirs.values():
                self._hold(view, definition)
        self._on_refused(error)

    def _hold(self, view: ViewRow, definition: str) -> None:
        if view.id == self._current:
            self._held = definition

    def _write(self, job: Job[object], done: str = "") -> None:
        self._runner.write(job, succeeded=partial(self._on_written, done), failed=self._on_refused)

    def _on_written(self, done: str, _changes: object) -> None:
        self.load()
        if done:
            self.said.emit(done)

    def _on_refused(self, error: BaseException) -> None:
        """Read the views again, so that the menu shows what another window did."""
        self.load()
        self.said.emit(in_words(error))

    # --- what is known ---

    def _on_named(self, name: str) -> None:
        self._wanted = " ".join(name.split()).casefold()
        self.load()

    def _on_views(self, views: list[ViewRow]) -> None:
        self._views = views
        named = next((view for view in views if view.name.casefold() == self._wanted), None)
        if named is not None:
            self._use(named)
            self._wanted = ""
        if not self._is_loaded:
            self._is_loaded = True
            default = next((view for view in views if view.is_default), None)
            if default is not None:
                self.choose(default)
            self.loaded.emit()
        self._show()

    def _on_unread(self, error: BaseException) -> None:
        """A list without its views is still a list."""
        self.said.emit(f"Saved views could not be read: {error}")
        if not self._is_loaded:
            self._is_loaded = True
            self.loaded.emit()

    def _show(self) -> None:
        current = self.current
        self.button.setText(f"View: {self._everything if current is None else current.name}".replace("&", "&&"))
        self.button.setAccessibleName(f"Saved views, {self._everything if current is None else current.name} is shown")


_FIELDS: Final = (FormField(key="name", label="&Name", example="For instance: Large debtors", longest=LONGEST_NAME,
                            needed="Write a name, so that you find the view again."),)


class ViewDialog(FormDialog):
    """`accepted` is said once the view is kept."""

    def __init__(self, theme: Theme, runner: Runner, *, place: str, definition: str, known: Sequence[ViewRow],
                 view: ViewRow | None = None, parent: QWidget) -> None:
        title = "Save this view" if view is None else f"Rename the view {view.name}"
        text = ("Filter, order and columns are kept under this name. A view of yours that has the name already is "
                "replaced." if view is None else "What the view holds stays as it is.")
        super().__init__(theme, runner, title, text, verb="Save view" if view is None else "Rename view",
                         icon=Icon.LIST, parent=parent, fields=_FIELDS, row=view,
                         saves=partial(save_view, place=place, definition=definition) if view is None
                         else partial(rename_view, view_id=view.id), seen=view and view.name, sees=in_one)
        self._renames = view is not None
        self._shown = {each.name.casefold(): each.definition for each in known}
        self.entries.focus("name")

    @property
    def name(self) -> str:
        return self.entries.text("name")

    def values(self) -> dict[str, Any]:
        """What was shown under the name that would be replaced is what was seen, unless a refusal said more."""
        if not self._renames and self.seen is None:
            self.seen = self._shown.get(" ".join(self.name.split()).casefold())
        return super().values()
