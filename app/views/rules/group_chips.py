"""Groups that a rule set leaves out, as chips that can be taken away, and the way to take another one along."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.services.rules.versions import GroupChoice
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.widgets.basics import Button, Label
from app.views.widgets.menus import Entry, pop_up

_GAP = 6


class GroupChips(QWidget):
    """`changed` says that a person took a group along or away."""

    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._choices: Sequence[GroupChoice] = ()
        self._chosen: tuple[int, ...] = ()
        self._is_fixed = False
        self._parts: list[QWidget] = []
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self._arrange)
        self.setAccessibleName("Excluded groups")

    @property
    def chosen(self) -> tuple[int, ...]:
        """Ids of the groups, in ascending order."""
        return self._chosen

    def show_groups(self, choices: Sequence[GroupChoice], chosen: Sequence[int], *, fixed: bool) -> None:
        """Show these groups of those there are; `fixed` ones can only be looked at."""
        wanted = choices, tuple(sorted(chosen)), fixed
        if wanted != (self._choices, self._chosen, self._is_fixed) or not self._parts:
            self._choices, self._chosen, self._is_fixed = wanted
            self._draw()

    def _draw(self) -> None:
        had_focus = self.isAncestorOf(focus) if (focus := self.window().focusWidget()) is not None else False
        for part in self._parts:
            part.hide()
            part.deleteLater()
        self._parts = []
        names = {group.id: group.code for group in self._choices}
        for id_ in self._chosen:
            self._add(Label(self._theme, names.get(id_, str(id_))) if self._is_fixed else self._chip(id_, names))
        if not self._is_fixed:
            add = Button(self._theme, "Leave out a group…", run=self._offer)
            others = [group for group in self._choices if group.id not in self._chosen]
            add.offer("" if others else "There is no other distribution group." if self._choices else
                      "There is no distribution group yet; Tools > Account groups makes one.")
            self._add(add)
            if had_focus:
                add.setFocus()
        elif not self._chosen:
            self._add(Label(self._theme, "None"))
        self.setAccessibleDescription(", ".join(names.get(id_, str(id_)) for id_ in self._chosen) or "None")
        self._arrange()

    def _chip(self, id_: int, names: dict[int, str]) -> Button:
        code = names.get(id_, str(id_))
        chip = Button(self._theme, code, icon=Icon.CLOSE, run=partial(self._choose, id_, is_chosen=False))
        chip.setAccessibleName(f"Leave out {code} no longer")
        chip.setToolTip(f"{next((g.name for g in self._choices if g.id == id_), code)}: take this group in again")
        return chip

    def _add(self, widget: QWidget) -> None:
        widget.setParent(self)
        self._parts.append(widget)
        widget.show()

    def _offer(self) -> None:
        entries = [Entry(f"{group.name} ({group.code})", partial(self._choose, group.id, is_chosen=True))
                   for group in self._choices if group.id not in self._chosen]
        pop_up(self, self.mapToGlobal(QPoint(0, self.height())), *entries)

    def _choose(self, id_: int, *, is_chosen: bool) -> None:
        others = set(self._chosen) - {id_}
        self._chosen = tuple(sorted(others | {id_} if is_chosen else others))
        self._draw()
        self.changed.emit()

    # --- one behind the other, in as many lines as that takes ---

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._placed(width, moves=False)

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        sizes = [part.sizeHint() for part in self._parts]
        return QSize(max((size.width() for size in sizes), default=0),
                     max((size.height() for size in sizes), default=0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._placed(self.width(), moves=True)

    def _arrange(self) -> None:
        self.updateGeometry()
        self._placed(self.width(), moves=True)

    def _placed(self, width: int, *, moves: bool) -> int:
        """Put the parts into lines of this width, or only say how high that is."""
        x, y, height = 0, 0, 0
        for part in self._parts:
            size = part.sizeHint()
            if x and x + size.width() > width:
                x, y, height = 0, y + height + _GAP, 0
            if moves:
                part.setGeometry(x, y, min(size.width(), width), size.height())
            x += size.width() + _GAP
            height = max(height, size.height())
        return y + height
