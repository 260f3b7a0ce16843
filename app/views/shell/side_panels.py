"""The panels beside the page: the account tree at the left, the scan at the right, and which of them has room.

A person says which panels are wanted; the window's width says which are shown. Where both do not fit beside the page,
the scan panel folds first, unless it was asked for last; then the tree. Both come back when there is room again.
A panel is made when it is shown for the first time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QObject, QSettings, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from app.views.desk.screen import SidePanel
from app.views.look.theme import Theme
from app.views.shell.parts import DockTitle

TREE: Final = "tree"
SCAN: Final = "side"
_WIDTHS: Final = {TREE: 280, SCAN: 372}
_NARROWEST: Final = {TREE: 220, SCAN: 320}
_AREAS: Final = {TREE: Qt.DockWidgetArea.LeftDockWidgetArea, SCAN: Qt.DockWidgetArea.RightDockWidgetArea}
_FILLS: Final = {TREE: "surface", SCAN: "raised"}
_GROUNDS: Final = {TREE: QPalette.ColorRole.Base, SCAN: QPalette.ColorRole.AlternateBase}


class SidePanels(QObject):
    """Owns the two docks of the window. `leaving` is said before a panel that has the keyboard is hidden."""

    changed = Signal()
    leaving = Signal()

    def __init__(self, theme: Theme, window: QMainWindow, panels: Mapping[str, SidePanel]) -> None:
        """`panels` has what there is of TREE and SCAN."""
        super().__init__(window)
        self._theme = theme
        self._window = window
        self._panels = {name: panels[name] for name in (TREE, SCAN) if name in panels}
        self._made: dict[str, tuple[QWidget, QWidget]] = {}
        self._docks = {name: self._build(name, panel) for name, panel in self._panels.items()}
        self._wanted = {name: name == TREE for name in self._panels}
        self._sized = {TREE}
        self._asked_last = ""
        self._page_needs = 0
        self._percent = theme.sizes.percent

    # --- what there is ---

    def has(self, name: str) -> bool:
        return name in self._docks

    def is_shown(self, name: str) -> bool:
        return name in self._docks and not self._docks[name].isHidden()

    def widget(self, name: str) -> QWidget | None:
        """What stands in a panel; None where it was never shown."""
        return self._made[name][0] if name in self._made else None

    def focus(self, name: str) -> None:
        """Put the keyboard into a panel, as it is."""
        if name in self._made:
            self._made[name][1].setFocus(Qt.FocusReason.ShortcutFocusReason)

    # --- asking ---

    def toggle(self, name: str) -> None:
        """Show or hide a panel; a hidden one hands the keyboard to the page."""
        shown = self.is_shown(name)
        self._wanted[name], self._asked_last = not shown, "" if shown else name
        focus = self._window.focusWidget()
        if shown and focus is not None and self._docks[name].isAncestorOf(focus):
            self.leaving.emit()
        self.fit()

    def bring_up(self, name: str) -> None:
        """Show a panel and put the keyboard into it."""
        if name in self._docks:
            self._wanted[name], self._asked_last = True, name
            self.fit()
            self.focus(name)

    def fit(self, page_needs: int | None = None) -> None:
        """Show what is wanted and has room beside a page that needs this width."""
        if page_needs is not None:
            self._page_needs = page_needs
        room = self._window.width() - self._page_needs
        for name in sorted(self._docks, key=lambda name: (name != self._asked_last, name != TREE)):
            width = self._theme.sizes.px(_NARROWEST[name])
            fits = self._wanted[name] and (room >= width or name == self._asked_last)
            room -= width if fits else 0
            if fits:
                self._make(name)
            if self._docks[name].isHidden() == fits:
                self._docks[name].setVisible(fits)
                self._give_first_width(name)
        self.changed.emit()

    def _give_first_width(self, name: str) -> None:
        """A dock that was hidden from the start takes no width; it gets its own when it first comes up."""
        if name not in self._sized and not self._docks[name].isHidden() and self._window.isVisible():
            self._sized.add(name)
            width = self._theme.sizes.px(_WIDTHS[name])
            self._window.resizeDocks([self._docks[name]], [width], Qt.Orientation.Horizontal)

    def rescale(self) -> None:
        """Let the panels grow and shrink with the text."""
        share = self._theme.sizes.percent / self._percent
        if share == 1:
            return
        self._percent = self._theme.sizes.percent
        docks = [dock for dock in self._docks.values() if not dock.isHidden()]
        self._window.resizeDocks(docks, [round(dock.width() * share) for dock in docks], Qt.Orientation.Horizontal)

    # --- remembering ---

    def save(self, settings: QSettings) -> None:
        for name, wanted in self._wanted.items():
            settings.setValue(f"window/{name}", int(wanted))

    def restore(self, settings: QSettings) -> None:
        self._sized = set(_WIDTHS)
        for name in self._wanted:
            self._wanted[name] = str(settings.value(f"window/{name}", "1" if name == TREE else "0")) == "1"
        self.fit()

    # --- inside ---

    def _make(self, name: str) -> None:
        """Fill a panel that is shown for the first time."""
        if name in self._made:
            return
        widget, _ = self._made[name] = self._panels[name].make()
        widget.setAutoFillBackground(True)
        widget.setBackgroundRole(_GROUNDS[name])
        widget.setMinimumWidth(_NARROWEST[name])
        self._docks[name].setWidget(widget)

    def _build(self, name: str, panel: SidePanel) -> QDockWidget:
        dock = QDockWidget(panel.title, self._window)
        dock.setObjectName(name)
        dock.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        dock.setTitleBarWidget(DockTitle(self._theme, panel.title, dock, fill=_FILLS[name]))
        dock.setAllowedAreas(_AREAS[name])
        self._window.addDockWidget(_AREAS[name], dock)
        self._window.resizeDocks([dock], [self._theme.sizes.px(_WIDTHS[name])], Qt.Orientation.Horizontal)
        dock.setVisible(name == TREE)
        dock.visibilityChanged.connect(self.changed)
        return dock
