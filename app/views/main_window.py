"""The window around all screens: band, menus, toolbar, rail, tree, tabs, scan panel, jobs and status.

The shell knows no business. It is given a registry of actions, the places of the rail, a factory for each kind of
screen, and the widgets of its two side panels; it arranges them, moves between them, and remembers how they stood.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from PySide6.QtCore import QByteArray, QEvent, QSettings, Qt, Signal
from PySide6.QtGui import QCloseEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QHBoxLayout,
    QMainWindow,
    QMenuBar,
    QSizePolicy,
    QSplitter,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from app.views import tokens as tk
from app.views.actions import ActionRegistry
from app.views.bell import Bell
from app.views.error_dialog import ErrorPresenter
from app.views.history import History
from app.views.icons import Icon
from app.views.job_handle import JobHandle
from app.views.job_runner import Runner
from app.views.jobs_panel import OPEN_HEIGHT, JobsPanel
from app.views.keys_window import KeysWindow
from app.views.rail import Rail
from app.views.screen import Navigator, Place, Screen, ScreenFactory, State, Target
from app.views.shell_actions import LIST_KEYS, MENUS, SHELL_ACTIONS, place_actions, place_id, place_keys
from app.views.shell_parts import Band, Divider, DockTitle, Scrim
from app.views.tab_area import TabArea
from app.views.theme import Theme
from app.views.widgets.badge import Badge
from app.views.widgets.basics import Panel
from app.views.widgets.confirm_dialog import ConfirmDialog
from app.views.widgets.notices import Notices
from app.views.widgets.status_strip import StatusStrip

_STATE_VERSION: Final = 1
_TREE_WIDTH: Final = 280
_SIDE_WIDTH: Final = 372
_NARROWEST_PAGE: Final = 480
_WIDEST_NEED: Final = 760
"""A page that asks for more than this does not push the panels away; it scrolls or elides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Which database this is, said in colour and in words."""

    word: str
    """"Demo data", "Live", "Test"."""
    database: str
    """For the status bar, without a password: "demo.db on this computer"."""
    is_live: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SidePanel:
    """A widget for one of the two side docks, and what to focus in it."""

    title: str
    widget: QWidget
    first_focus: QWidget


class MainWindow(QMainWindow):
    """See the module. `closing` is said once, when nothing speaks against closing any more."""

    closing = Signal()

    def __init__(self, theme: Theme, registry: ActionRegistry, runner: Runner, navigator: Navigator,
                 settings: QSettings, *, places: Sequence[Place], factories: Mapping[str, ScreenFactory],
                 everyday: Sequence[str] = (), tree: SidePanel | None = None, side: SidePanel | None = None,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._registry = registry
        self._runner = runner
        self._settings = settings
        self._places = tuple(places)
        self._history = History()
        self._is_moving_in_history = False
        self._may_close = False
        self._tree_wanted = tree is not None
        self._side_wanted = False
        self._asked_last = ""
        self._percent = theme.sizes.percent
        self.setObjectName("shell")
        self.setWindowTitle("Bursar")
        self.setDockNestingEnabled(False)
        self.notices = Notices(theme, self)
        self.errors = ErrorPresenter(theme, self)
        self._band = Band(theme, self)
        self._badge = Badge(theme, "", tk.Tone.WARN, Icon.DEMO)
        self._badge.hide()
        self._tabs = TabArea(theme, factories, frozenset(place.target.kind for place in self._places[:1]), self)
        self._rail = Rail(theme, self._places, place_keys(self._places), self)
        self._jobs = JobsPanel(theme, runner, self)
        self._status = StatusStrip(theme, self)
        self._scrim = Scrim(theme, self)
        self._tree_panel, self._side_panel = tree, side
        self._tree_dock = self._build_dock("tree", tree, Qt.DockWidgetArea.LeftDockWidgetArea, _TREE_WIDTH)
        self._side_dock = self._build_dock("side", side, Qt.DockWidgetArea.RightDockWidgetArea, _SIDE_WIDTH)
        self._add_actions()
        self._build_head()
        self._build_toolbar(everyday)
        self._build_rail()
        self._build_centre()
        self._bind()
        self._connect(navigator)
        self.resize(1440, 900)
        self._fit()

    # --- for those who made it ---

    @property
    def tabs(self) -> TabArea:
        return self._tabs

    @property
    def jobs(self) -> JobsPanel:
        return self._jobs

    @property
    def status(self) -> StatusStrip:
        return self._status

    def set_environment(self, environment: Environment) -> None:
        """Say which database this is, in the band, in the menu line, in the title and in the status bar."""
        self._band.set_live(is_live=environment.is_live)
        icon, tone = (Icon.LIVE, tk.Tone.ACCENT) if environment.is_live else (Icon.DEMO, tk.Tone.WARN)
        self._badge.set(environment.word, tone, icon)
        self._badge.setVisible(bool(environment.word))
        self._status.database.set(environment.database)
        self.errors.database_text = environment.database
        self.setWindowTitle(f"Bursar, {environment.database}" if environment.database else "Bursar")

    def set_business_date(self, day: date) -> None:
        self._status.business_date.set(f"Business date {self._theme.formatter.day(day, weekday=True)}")

    def set_saved(self, text: str = "Saved", *, is_good: bool = True) -> None:
        """Whether what was typed is in the database."""
        icon, role = (Icon.GOOD, tk.Ink.GOOD) if is_good else (Icon.WARNING, tk.Ink.WARN)
        self._status.saved.set(text, icon, role)

    def go(self, target: Target, *, aside: bool = False) -> Screen | None:
        """Show a target in its tab; None where no screen exists for it."""
        if not self._tabs.can_make(target):
            return None
        return self._tabs.open(target, aside=aside)

    def show_side(self) -> None:
        """Bring the scan panel up and put the keyboard in it."""
        if self._side_dock is not None and self._side_panel is not None:
            self._side_wanted, self._asked_last = True, "side"
            self._fit_panels()
            self._side_panel.first_focus.setFocus()

    def open_first_place(self) -> None:
        if self._places and not self._tabs.screens:
            self.go(self._places[0].target)

    # --- remembering ---

    def save_state(self) -> None:
        """Write how the window stands to the settings."""
        self._settings.setValue("window/geometry", self.saveGeometry())
        self._settings.setValue("window/docks", self.saveState(_STATE_VERSION))
        self._settings.setValue("window/centre", self._splitter.saveState())
        self._settings.setValue("window/jobs_folded", int(self._jobs.is_folded))
        self._settings.setValue("window/tree", int(self._tree_wanted))
        self._settings.setValue("window/side", int(self._side_wanted))
        tabs = [{"kind": target.kind, "ident": target.ident, "part": target.part, "state": state}
                for target, state in self._tabs.states()]
        current = self._tabs.current
        front = tabs.index(next(t for t in tabs if (t["kind"], t["ident"]) == current.target.tab_key)) if current else 0
        self._settings.setValue("window/tabs", json.dumps({"tabs": tabs, "front": front}))
        self._theme.save(self._settings)

    def restore_window(self) -> None:
        """Place and size of the window and its panels; the tabs follow once a database is open."""
        for key, restore in (("window/geometry", self.restoreGeometry),
                             ("window/docks", partial(self.restoreState, version=_STATE_VERSION)),
                             ("window/centre", self._splitter.restoreState)):
            value = self._settings.value(key)
            if isinstance(value, QByteArray):
                restore(value)
        folded = str(self._settings.value("window/jobs_folded", "1"))
        self._jobs.set_folded(folded=folded != "0")
        self._side_wanted = str(self._settings.value("window/side", "0")) == "1" and self._side_dock is not None
        self._tree_wanted = str(self._settings.value("window/tree", "1")) == "1" and self._tree_dock is not None
        self._fit_panels()

    def restore_tabs(self) -> None:
        """Open the tabs of the last time; what cannot be opened is left out, and the first place is always there."""
        tabs, front = _read_tabs(str(self._settings.value("window/tabs", "")))
        for target, state in tabs:
            if self._tabs.can_make(target):
                self._tabs.open(target, aside=True, state=state)
        if 0 <= front < len(tabs) and self._tabs.can_make(tabs[front][0]):
            self._tabs.open(tabs[front][0])
        self.open_first_place()

    # --- building ---

    def _add_actions(self) -> None:
        self._registry.add(*SHELL_ACTIONS, *place_actions(self._places))
        self._registry.describe_keys(LIST_KEYS)

    def _build_head(self) -> None:
        """The band, and below it the menus with the environment's word at the right."""
        head = Panel(self._theme, self, fill="window")
        bar = QMenuBar(head)
        bar.setNativeMenuBar(False)
        self._registry.fill_menu_bar(bar, MENUS)
        self.addActions(self._registry.actions())
        line = QHBoxLayout()
        line.setContentsMargins(4, 0, 12, 0)
        line.addWidget(bar, 1)
        line.addWidget(self._badge)
        column = QVBoxLayout(head)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._band)
        column.addLayout(line)
        self._menu_bar = bar
        self.setMenuWidget(head)

    def _build_toolbar(self, everyday: Sequence[str]) -> None:
        self._toolbar = QToolBar("Toolbar", self)
        self._toolbar.setObjectName("toolbar")
        self._toolbar.setMovable(False)
        self._toolbar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        holder = Panel(self._theme, self._toolbar, fill="raised", line=Qt.Edge.BottomEdge)
        row = QHBoxLayout(holder)
        row.setContentsMargins(8, 0, 12, 0)
        row.setSpacing(4)
        for action_id in ("go.back", "go.forward"):
            row.addWidget(self._registry.tool_button(action_id, holder, icon_only=True))
        if everyday:
            row.addSpacing(4)
            row.addWidget(Divider(self._theme, holder))
            row.addSpacing(4)
        for action_id in everyday:
            row.addWidget(self._registry.tool_button(action_id, holder))
        row.addStretch(1)
        row.addWidget(Bell(self._theme, self.notices, holder))
        holder.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._tool_holder = holder
        self._toolbar.addWidget(holder)
        self.addToolBar(Qt.ToolBarArea.TopToolBarArea, self._toolbar)

    def _build_rail(self) -> None:
        bar = QToolBar("Places", self)
        bar.setObjectName("rail")
        bar.setMovable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._rail.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        bar.addWidget(self._rail)
        self.addToolBar(Qt.ToolBarArea.LeftToolBarArea, bar)

    def _build_centre(self) -> None:
        self._splitter = QSplitter(Qt.Orientation.Vertical, self)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        self._splitter.addWidget(self._tabs)
        self._splitter.addWidget(self._jobs)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setStretchFactor(1, 0)
        self._splitter.setSizes([700, OPEN_HEIGHT])
        self.setCentralWidget(self._splitter)
        self.notices.stand_in(self._tabs)
        # the strip stands where a status bar would, but without its frames and margins
        line = QToolBar("Status", self)
        line.setObjectName("status")
        line.setMovable(False)
        line.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._status.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        line.addWidget(self._status)
        self.addToolBar(Qt.ToolBarArea.BottomToolBarArea, line)

    def _build_dock(self, name: str, panel: SidePanel | None, area: Qt.DockWidgetArea, width: int
                    ) -> QDockWidget | None:
        if panel is None:
            return None
        fill = "surface" if name == "tree" else "raised"
        dock = QDockWidget(panel.title, self)
        dock.setObjectName(name)
        dock.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        dock.setTitleBarWidget(DockTitle(self._theme, panel.title, dock, fill=fill))
        dock.setWidget(panel.widget)
        panel.widget.setAutoFillBackground(True)
        panel.widget.setBackgroundRole(
            QPalette.ColorRole.Base if name == "tree" else QPalette.ColorRole.AlternateBase)
        dock.setAllowedAreas(area)
        panel.widget.setMinimumWidth(min(width, 220 if name == "tree" else 320))
        self.addDockWidget(area, dock)
        self.resizeDocks([dock], [self._theme.sizes.px(width)], Qt.Orientation.Horizontal)
        if name == "side":
            dock.hide()
        return dock

    def _bind(self) -> None:
        bind, theme = self._registry.bind, self._theme
        bind("file.quit", self.close)
        bind("view.jobs", self._jobs.toggle, is_checked=not self._jobs.is_folded)
        bind("view.larger", partial(theme.step_text, 1))
        bind("view.smaller", partial(theme.step_text, -1))
        bind("view.usual", partial(theme.set_text_percent, 100))
        bind("view.compact", theme.toggle_density)
        bind("view.dark", theme.toggle_dark)
        bind("view.full_screen", self._toggle_full_screen)
        bind("go.next_region", partial(self._step_region, 1))
        bind("go.previous_region", partial(self._step_region, -1))
        bind("help.keys", self._show_keys)
        if self._tree_dock is not None and self._tree_panel is not None:
            bind("view.tree", self._toggle_tree)
            bind("go.tree", self._focus_tree)
        if self._side_dock is not None:
            bind("view.side", self._toggle_side)
        for place in self._places:
            bind(place_id(place), partial(self.go, place.target))

    def _connect(self, navigator: Navigator) -> None:
        navigator.asked.connect(self._on_asked)
        self._tabs.current_changed.connect(self._on_current)
        self._tabs.tabs_changed.connect(self._update_moves)
        self._tabs.context_changed.connect(self._update_context)
        self._tabs.selection_text_changed.connect(self._status.set_selection)
        self._tabs.part_changed.connect(self._on_part)
        self._tabs.close_refused.connect(self._on_close_refused)
        self._rail.chosen.connect(self._on_place)
        self._jobs.folded_changed.connect(self._on_jobs_folded)
        self._jobs.details_asked.connect(self._on_job_failed)
        self._runner.unhandled.connect(self._on_unhandled)
        self._theme.changed.connect(self._fit)
        for dock in (self._tree_dock, self._side_dock):
            if dock is not None:
                dock.visibilityChanged.connect(self._update_switches)
        self._on_current(None)

    # --- moving ---

    def _on_asked(self, target: Target, aside: bool) -> None:  # noqa: FBT001  a slot
        self.go(target, aside=aside)

    def _on_place(self, place: Place) -> None:
        self.go(place.target)

    def _on_current(self, screen: Screen | None) -> None:
        self._status.set_selection(screen.selection_text if screen is not None else "")
        if screen is not None:
            self._rail.show_current(screen.target.kind)
            self._visit(screen.target)
        self._fit_panels()
        self._update_context()

    def _on_part(self) -> None:
        screen = self._tabs.current
        if screen is not None:
            self._visit(screen.target)

    def _visit(self, target: Target) -> None:
        if not self._is_moving_in_history:
            self._history.visit(target)
        self._update_moves()

    def _move(self, target: Target | None) -> None:
        if target is not None:
            self._is_moving_in_history = True
            try:
                self.go(target)
            finally:
                self._is_moving_in_history = False
        self._update_moves()

    def _update_moves(self) -> None:
        bind = self._registry.bind
        bind("go.back", self._back, refusal="" if self._history.can_go_back else "needs a page visited before")
        bind("go.forward", self._forward, refusal="" if self._history.can_go_forward else "needs a page to return to")
        several = "" if len(self._tabs.screens) > 1 else "needs a second tab"
        bind("go.next_tab", partial(self._tabs.step, 1), refusal=several)
        bind("go.previous_tab", partial(self._tabs.step, -1), refusal=several)
        current = self._tabs.current
        may_close = current is not None and not self._tabs.is_pinned(current)
        bind("tab.close", self._close_tab, refusal="" if may_close else "needs a tab that is not pinned")
        bind("tab.reopen", self._reopen_tab, refusal="" if self._tabs.can_reopen else "needs a tab closed before")

    def _back(self) -> None:
        self._move(self._history.back())

    def _forward(self) -> None:
        self._move(self._history.forward())

    def _close_tab(self) -> None:
        screen = self._tabs.current
        if screen is not None:
            self._tabs.close_tab(screen)

    def _reopen_tab(self) -> None:
        self._tabs.reopen()

    def _on_close_refused(self, screen: Screen) -> None:
        dialog = ConfirmDialog(self._theme, f"Close {screen.title} without saving", screen.unsaved_text(),
                               verb="Close without saving", parent=self, kind="danger", stay="Keep editing")
        dialog.accepted.connect(partial(self._tabs.close_tab, screen, force=True))
        dialog.open_and_forget()

    # --- regions ---

    def _regions(self) -> list[QWidget]:
        parts: list[QWidget | None] = [
            self._rail,
            self._tree_panel.widget if self._tree_panel is not None else None,
            self._tabs,
            self._side_panel.widget if self._side_panel is not None else None,
            self._jobs,
        ]
        return [part for part in parts if part is not None and part.isVisibleTo(self)]

    def _step_region(self, direction: int) -> None:
        regions = self._regions()
        focus = self.focusWidget()
        here = next((place for place, region in enumerate(regions)
                     if focus is not None and (focus is region or region.isAncestorOf(focus))), None)
        place = 0 if here is None else (here + direction) % len(regions)
        self._focus_region(regions[place])

    def _focus_region(self, region: QWidget) -> None:
        if region is self._rail:
            self._rail.focus_first()
        elif region is self._tabs and self._tabs.current is not None:
            self._tabs.focus_screen(self._tabs.current)
        elif region is self._jobs:
            self._jobs.focus_first()
        else:
            panel = self._tree_panel if self._tree_panel and region is self._tree_panel.widget else self._side_panel
            (panel.first_focus if panel is not None else region).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _focus_tree(self) -> None:
        if self._tree_dock is not None and self._tree_panel is not None:
            self._tree_wanted, self._asked_last = True, "tree"
            self._fit_panels()
            self._tree_panel.first_focus.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # --- panels and look ---

    def _toggle_tree(self) -> None:
        shown = self._tree_dock is not None and not self._tree_dock.isHidden()
        self._tree_wanted, self._asked_last = not shown, "" if shown else "tree"
        self._keep_focus_in_window(self._tree_dock)
        self._fit_panels()

    def _toggle_side(self) -> None:
        shown = self._side_dock is not None and not self._side_dock.isHidden()
        self._side_wanted, self._asked_last = not shown, "" if shown else "side"
        self._keep_focus_in_window(self._side_dock)
        self._fit_panels()

    def _keep_focus_in_window(self, dock: QDockWidget | None) -> None:
        """A panel that is about to leave hands the keyboard to the page."""
        focus = self.focusWidget()
        if dock is not None and focus is not None and dock.isAncestorOf(focus) and self._tabs.current is not None:
            self._tabs.focus_screen(self._tabs.current)

    def _fit_panels(self) -> None:
        """Show the panels that are wanted and have room beside the page; the one asked for last stays.

        Where both do not fit, the scan panel folds first, unless it was asked for last; then the tree.
        """
        current = self._tabs.current
        page = max(_NARROWEST_PAGE, min(_WIDEST_NEED, current.minimumSizeHint().width() if current else 0))
        room = self.width() - self._rail.width() - self._theme.sizes.px(page)
        widths = {"tree": self._theme.sizes.px(220), "side": self._theme.sizes.px(320)}
        wanted = {"tree": self._tree_wanted, "side": self._side_wanted}
        order = sorted(widths, key=lambda name: (name != self._asked_last, name != "tree"))
        for name in order:
            dock = self._tree_dock if name == "tree" else self._side_dock
            fits = wanted[name] and (room >= widths[name] or name == self._asked_last)
            room -= widths[name] if fits else 0
            if dock is not None and dock.isHidden() == fits:
                dock.setVisible(fits)
        self._update_switches()

    def _on_jobs_folded(self, folded: bool) -> None:  # noqa: FBT001  a slot
        total = sum(self._splitter.sizes())
        wanted = self._jobs.line_height() if folded else self._theme.sizes.px(OPEN_HEIGHT)
        self._splitter.setSizes([total - wanted, wanted])
        self._update_switches()

    def _toggle_full_screen(self) -> None:
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()
        self._update_switches()

    def _update_switches(self, _visible: object = None) -> None:
        check = self._registry.set_checked
        check("view.dark", checked=self._theme.is_dark)
        check("view.compact", checked=self._theme.sizes.compact)
        check("view.full_screen", checked=self.isFullScreen())
        check("view.jobs", checked=not self._jobs.is_folded)
        for action_id, dock in (("view.tree", self._tree_dock), ("view.side", self._side_dock)):
            check(action_id, checked=dock is not None and not dock.isHidden())

    def _fit(self) -> None:
        """Heights that follow the text size."""
        if self._theme.sizes.percent != self._percent:
            share = self._theme.sizes.percent / self._percent
            self._percent = self._theme.sizes.percent
            docks = [dock for dock in (self._tree_dock, self._side_dock) if dock is not None and not dock.isHidden()]
            self.resizeDocks(docks, [round(dock.width() * share) for dock in docks], Qt.Orientation.Horizontal)
        self._tool_holder.setFixedHeight(self._theme.sizes.px(46))
        self._menu_bar.setFixedHeight(self._theme.sizes.px(27))
        self._update_switches()

    def _update_context(self) -> None:
        screen = self._tabs.current
        self._registry.use_context(screen.bindings() if screen is not None else {})
        self._update_moves()

    def _show_keys(self) -> None:
        KeysWindow(self._registry, self._theme, self).open_and_forget()

    # --- failures ---

    def _on_unhandled(self, handle: JobHandle, error: BaseException) -> None:
        title = f"{handle.card.title}: not done" if handle.card is not None else "That did not work"
        self.errors.show(error, title=title)

    def _on_job_failed(self, handle: JobHandle) -> None:
        if handle.error is not None and handle.card is not None:
            self.errors.show(handle.error, title=f"{handle.card.title}: not done",
                             what_is_safe="What was finished before it failed stays.")

    # --- closing ---

    def _unsaved(self) -> list[str]:
        return [f"{screen.title}: {screen.unsaved_text()}" for screen in self._tabs.screens if screen.unsaved_text()]

    def _ask_before_closing(self) -> bool:
        """Ask about unsaved texts and running jobs; False when there is nothing to ask."""
        unsaved, running = self._unsaved(), self._runner.shown_jobs()
        if not unsaved and not running:
            return False
        lines = list(unsaved)
        lines += [f"{handle.card.title} is still working." for handle in running if handle.card is not None]
        if running:
            lines.append("Stopping keeps what is finished, and the rest can be resumed.")
        dialog = ConfirmDialog(self._theme, "Close Bursar", "\n".join(lines),
                               verb="Stop and close" if running else "Close without saving", parent=self,
                               kind="danger", stay="Keep working")
        dialog.accepted.connect(self._close_at_once)
        dialog.open_and_forget()
        return True

    def _close_at_once(self) -> None:
        self._may_close = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_close and self._ask_before_closing():
            event.ignore()
            return
        self._may_close = True
        self.save_state()
        self.closing.emit()
        event.accept()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self._update_switches()

    def event(self, event: QEvent) -> bool:
        """The window dims while a dialog waits for an answer."""
        kind = event.type()
        if kind == QEvent.Type.WindowBlocked:
            self._scrim.cover()
        elif kind == QEvent.Type.WindowUnblocked:
            self._scrim.hide()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Panels fold on a narrow window, and come back when there is room again."""
        super().resizeEvent(event)
        self._scrim.setGeometry(self.rect())
        self._fit_panels()


def _read_tabs(text: str) -> tuple[list[tuple[Target, State]], int]:
    """Tabs as `save_state` wrote them; a damaged text gives none."""
    try:
        read = json.loads(text) if text else {}
        tabs = [(Target(str(tab["kind"]), tab["ident"], str(tab["part"])), dict(tab["state"]))
                for tab in read.get("tabs", [])]
        return tabs, int(read.get("front", 0))
    except (ValueError, TypeError, KeyError, AttributeError):
        return [], 0
