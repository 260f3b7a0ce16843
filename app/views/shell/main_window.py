"""The window around all screens: band, menus, toolbar, rail, tree, tabs, scan panel, jobs and status.

The shell knows no business. It is made bare and painted at once; what stands in it comes with `furnish`: a registry
of actions, the places of the rail, a factory for each kind of screen, and the two side panels. It arranges them, moves
between them, and remembers how they stood.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QMainWindow,
    QMenuBar,
    QSizePolicy,
    QToolBar,
    QWidget,
)

from app.services.errors import ConnectionLost
from app.views.desk.actions import ActionRegistry
from app.views.desk.memory import BooksMemory
from app.views.desk.screen import Navigator, Place, Screen, ScreenFactory, SidePanel, Target
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.handle import JobHandle, Lane
from app.views.running.runner import Runner
from app.views.shell import window_memory
from app.views.shell.actions import LIST_KEYS, MENUS, SHELL_ACTIONS, place_actions, place_id, place_keys
from app.views.shell.bell import Bell
from app.views.shell.jobs_panel import OPEN_HEIGHT, JobsPanel
from app.views.shell.keys.menu import add_menu_key
from app.views.shell.parts import Band, Scrim, ToolStrip, add_fixed_bar
from app.views.shell.rail import Rail
from app.views.shell.side_panels import SCAN, TREE, SidePanels
from app.views.shell.tabs.area import TabArea
from app.views.shell.tabs.at_work import TabsAtWork, Unfinished
from app.views.shell.tabs.closing import closing_question, leaving_question
from app.views.shell.tabs.movement import Movement, step_region
from app.views.widgets.badge import Badge
from app.views.widgets.basics import Panel
from app.views.widgets.layout import column, grows, row, split
from app.views.widgets.notices import Notices
from app.views.widgets.status_strip import StatusStrip

if TYPE_CHECKING:
    from app.views.asking.error_dialog import ErrorPresenter

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
class Furnishing:
    """What stands in a window besides the shell itself."""

    places: Sequence[Place] = ()
    factories: Mapping[str, ScreenFactory] = field(default_factory=dict)
    belongs: Mapping[str, str] = field(default_factory=dict)
    """The key of the place that a kind of screen belongs to, where it belongs to one."""
    everyday: Sequence[str] = ()
    """Ids of the actions in the toolbar."""
    panels: Mapping[str, SidePanel] = field(default_factory=dict)
    memory: BooksMemory | None = None
    """Where what is open is remembered; None where nothing is."""


class MainWindow(QMainWindow):
    """See the module. `closing` is said once, when nothing speaks against closing any more."""

    closing = Signal()
    painted = Signal()  # for the first time

    def __init__(self, theme: Theme, runner: Runner, navigator: Navigator, settings: QSettings,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._runner = runner
        self._settings = settings
        self.navigator = navigator
        self._registry = ActionRegistry(theme)
        self._furnishing = Furnishing()
        self._may_close = False
        self._is_placed = False
        self._is_painted = False
        self._at_work: TabsAtWork | None = None
        self.setObjectName("shell")
        self.setWindowTitle("Bursar")
        self.setDockNestingEnabled(False)
        self.notices = Notices(theme, self)
        self._errors: ErrorPresenter | None = None
        self._database_text = ""
        self._band = Band(theme, self)
        self._badge = Badge(theme, "", tk.Tone.WARN, Icon.DEMO)
        self._badge.hide()
        self._tabs = TabArea(theme, self)
        self._jobs = JobsPanel(theme, runner, self)
        self._status = StatusStrip(theme, self)
        self._scrim = Scrim(theme, self)
        self._panels = SidePanels(theme, self, {})
        self._movement = Movement(self._registry, self._tabs, self)
        self._bars: list[QToolBar] = []
        add_menu_key(self)
        self._build_head()
        self._build_centre()
        self.resize(1440, 900)

    def furnish(self, registry: ActionRegistry, furnishing: Furnishing) -> None:
        """Put in what belongs to the start or to a database; what stood there before goes.

        `registry` holds the actions of the screens; those of the shell and of the places are added behind them.
        """
        is_first = not self._furnishing.places
        self._tabs.close_all()
        self._registry, self._furnishing = registry, furnishing
        registry.add(*SHELL_ACTIONS, *place_actions(furnishing.places))
        registry.describe_keys(LIST_KEYS)
        places = furnishing.places
        self._tabs.use(furnishing.factories, frozenset(place.target.kind for place in places[:1]))
        self._build_menus()
        self._build_bars()
        self._panels = SidePanels(self._theme, self, furnishing.panels)
        self._movement.use(registry)
        self._bind()
        if is_first:
            self._connect()
        self._panels.changed.connect(self._update_switches)
        self._panels.leaving.connect(self._focus_page)
        self._on_current(None)
        self._fit()

    # --- for those who made it ---

    @property
    def tabs(self) -> TabArea:
        return self._tabs

    @property
    def rail(self) -> Rail:
        return self._rail

    @property
    def jobs(self) -> JobsPanel:
        return self._jobs

    @property
    def status(self) -> StatusStrip:
        return self._status

    @property
    def errors(self) -> ErrorPresenter:
        """Shows what went wrong; made when something does."""
        if self._errors is None:
            from app.views.asking.error_dialog import ErrorPresenter

            self._errors = ErrorPresenter(self._theme, self)
        self._errors.database_text = self._database_text
        return self._errors

    def set_environment(self, environment: Environment) -> None:
        """Say which database this is, in the band, in the menu line, in the title and in the status bar."""
        self._band.set_live(is_live=environment.is_live)
        icon, tone = (Icon.LIVE, tk.Tone.ACCENT) if environment.is_live else (Icon.DEMO, tk.Tone.WARN)
        self._badge.set(environment.word, tone, icon)
        self._badge.setVisible(bool(environment.word))
        self._status.database.set(environment.database)
        self._database_text = environment.database
        self.setWindowTitle(environment.database or "Bursar")  # where there is a name, Qt puts ours behind it

    def set_person(self, name: str, unit: str) -> None:
        """Who signed in, beside the bell."""
        self._tools.show_person(name, unit)

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
        self._panels.bring_up(SCAN)

    def open_first_place(self) -> None:
        places = self._furnishing.places
        if places and not self._tabs.screens:
            self.go(places[0].target)

    # --- remembering ---

    def save_state(self) -> None:
        """Write how the window stands to the settings."""
        window_memory.save_frame(self._settings, self, self._splitter)
        self._settings.setValue("window/jobs_folded", int(self._jobs.is_folded))
        self._panels.save(self._settings)
        self._theme.save(self._settings)
        memory = self._furnishing.memory
        if memory is not None:
            window_memory.save_tabs(memory, self._tabs)
            memory.saving.emit()
        if self._at_work is not None:
            self._at_work.end()

    def restore_window(self) -> None:
        """Place and size of the window and its panels; the tabs follow once a database is open."""
        window_memory.restore_frame(self._settings, self, self._splitter, with_place=not self._is_placed)
        self._is_placed = True
        self._jobs.set_folded(folded=str(self._settings.value("window/jobs_folded", "1")) != "0")
        self._panels.restore(self._settings)

    def restore_tabs(self) -> None:
        """Open the tabs of the last time; the first place is always there.

        A tab that a program was busy with when it ended unexpectedly is offered instead.
        """
        memory = self._furnishing.memory
        if memory is not None:
            self._at_work = TabsAtWork(memory, self._tabs, self._runner, self)
            unfinished = [tab for tab in self._at_work.left_behind() if self._tabs.can_make(tab.target)]
            kept = [tab for tab in unfinished if not (tab.was_up and self._tabs.pins(tab.target))]
            window_memory.restore_tabs(memory, self._tabs, without={tab.target.tab_key for tab in kept})
            for tab in kept:
                self._offer(tab)
        self.open_first_place()

    def _offer(self, tab: Unfinished) -> None:
        """A tab that did not come up the last time; the first place comes up anyhow, but not as it was."""
        places = {place.target.kind: place.title for place in self._furnishing.places}
        title = tab.title or places.get(tab.target.kind, "A tab")
        said = f"{title} was open when the program ended unexpectedly."
        if self._tabs.pins(tab.target):
            self.notices.say(said, "It starts without what was set in it.", tone=tk.Tone.WARN)
            return
        self.notices.say(said, "It was not opened by itself.", tone=tk.Tone.WARN, link="Open it",
                         run=partial(self._tabs.open, tab.target, state=tab.state))

    # --- building ---

    def _build_head(self) -> None:
        """The band, and below it the menus with the environment's word at the right."""
        head = Panel(self._theme, self, fill="window")
        self._menu_bar = QMenuBar(head)
        self._menu_line = row(grows(self._menu_bar), self._badge, margins=(4, 0, 12, 0), spacing=0)
        column(self._band, self._menu_line, on=head)
        self.setMenuWidget(head)

    def _build_menus(self) -> None:
        for action in self.actions():
            self.removeAction(action)
        bar = QMenuBar(self._menu_bar.parentWidget())
        bar.setNativeMenuBar(False)
        self._registry.fill_menu_bar(bar, MENUS)
        self.addActions(self._registry.actions())
        self._menu_line.replaceWidget(self._menu_bar, bar)
        self._menu_bar.deleteLater()
        self._menu_bar = bar

    def _build_bars(self) -> None:
        """Toolbar, rail and status; the strip stands where a status bar would, without its frames and margins."""
        for bar in self._bars[:2]:
            self.removeToolBar(bar)
            bar.deleteLater()
        theme, places = self._theme, self._furnishing.places
        self._tools = ToolStrip(theme, self._registry, self._furnishing.everyday, Bell(theme, self.notices, self), self)
        self._rail = Rail(theme, places, place_keys(places), self)
        self._rail.chosen.connect(self._on_place)
        self._registry.hidden_changed.connect(self._hide_places)
        self._rail.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._bars[:2] = (add_fixed_bar(self, "Toolbar", self._tools, Qt.ToolBarArea.TopToolBarArea),
                          add_fixed_bar(self, "Places", self._rail, Qt.ToolBarArea.LeftToolBarArea))

    def _build_centre(self) -> None:
        self._splitter = split(self._tabs, self._jobs, shares=(1, 0), sizes=(700, OPEN_HEIGHT), below=True, handle=1)
        self.setCentralWidget(self._splitter)
        self.notices.stand_in(self._tabs)
        # the strip stands where a status bar would, but without its frames and margins
        self._status.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        add_fixed_bar(self, "Status", self._status, Qt.ToolBarArea.BottomToolBarArea)

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
        bind("help.about", self._show_about)
        if self._panels.has(TREE):
            bind("view.tree", partial(self._panels.toggle, TREE))
            bind("go.tree", partial(self._panels.bring_up, TREE))
        if self._panels.has(SCAN):
            bind("view.side", partial(self._panels.toggle, SCAN))
        for place in self._furnishing.places:
            bind(place_id(place), partial(self.go, place.target))

    def _connect(self) -> None:
        self.navigator.attach(self._tabs)
        self.navigator.asked.connect(self._on_asked)
        self._tabs.current_changed.connect(self._on_current)
        self._tabs.context_changed.connect(self._update_context)
        self._tabs.selection_text_changed.connect(self._status.set_selection)
        self._tabs.close_refused.connect(self._on_close_refused)
        self._jobs.folded_changed.connect(self._on_jobs_folded)
        self._jobs.details_asked.connect(self._on_job_failed)
        self._runner.unhandled.connect(self._on_unhandled)
        self._theme.changed.connect(self._fit)

    # --- moving ---

    def _on_asked(self, target: Target, aside: bool) -> None:  # noqa: FBT001  a slot
        self.go(target, aside=aside)

    def _on_place(self, place: Place) -> None:
        self.go(place.target)

    def _hide_places(self) -> None:
        """A place goes with its action."""
        self._rail.hide_places({place.key for place in self._furnishing.places
                                if not self._registry.action(place_id(place)).isVisible()})

    def _on_current(self, screen: Screen | None) -> None:
        self._status.set_selection(screen.selection_text if screen is not None else "")
        if screen is not None:
            self._rail.show_current(screen.target.kind, self._furnishing.belongs.get(screen.target.kind, ""))
            self._movement.visit(screen.target)
        self._fit_panels()
        self._update_context()

    def _on_close_refused(self, screen: Screen) -> None:
        dialog = leaving_question(self._theme, screen, self)
        dialog.accepted.connect(partial(self._tabs.close_tab, screen, force=True))
        dialog.open_and_forget()

    # --- regions ---

    def _step_region(self, direction: int) -> None:
        panels = self._panels
        step_region(self, (
            (self._rail, self._rail.focus_first),
            (panels.widget(TREE), partial(panels.focus, TREE)),
            (self._tabs, self._focus_page),
            (panels.widget(SCAN), partial(panels.focus, SCAN)),
            (self._jobs, self._jobs.focus_first),
        ), direction)

    def _focus_page(self) -> None:
        if self._tabs.current is not None:
            self._tabs.focus_screen(self._tabs.current)

    # --- panels and look ---

    def _fit_panels(self) -> None:
        """Give the panels the room that the page in front leaves them."""
        current = self._tabs.current
        wanted = current.minimumSizeHint().width() if current is not None else 0
        comfortable = current.comfortable_width if current is not None else 0
        page = max(_NARROWEST_PAGE, min(_WIDEST_NEED, wanted), comfortable)
        self._panels.fit(self._rail.width() + self._theme.sizes.px(page))

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
        check("view.tree", checked=self._panels.is_shown(TREE))
        check("view.side", checked=self._panels.is_shown(SCAN))

    def _fit(self) -> None:
        """Heights that follow the text size."""
        self._panels.rescale()
        self._tools.setFixedHeight(self._theme.sizes.px(46))
        self._menu_bar.setFixedHeight(self._theme.sizes.px(27))
        self._update_switches()

    def _update_context(self) -> None:
        screen = self._tabs.current
        self._registry.use_context(screen.bindings() if screen is not None else {})
        self._movement.update()

    def _show_keys(self) -> None:
        from app.views.shell.keys.list_window import KeysWindow

        KeysWindow(self._registry, self._theme, self).open_and_forget()

    def _show_about(self) -> None:
        from app.views.shell.about import AboutDialog

        AboutDialog(self._theme, self._database_text, self).open_and_forget()

    # --- failures ---

    def _on_unhandled(self, handle: JobHandle, error: BaseException) -> None:
        if isinstance(error, ConnectionLost) and handle.lane is Lane.READ:
            return  # the band says it, and what was to be read is read when the database answers again
        title = f"{handle.card.title}: not done" if handle.card is not None else "That did not work"
        self.errors.show(error, title=title)

    def _on_job_failed(self, handle: JobHandle) -> None:
        if handle.error is not None and handle.card is not None:
            self.errors.show(handle.error, title=f"{handle.card.title}: not done",
                             what_is_safe="What was finished before it failed stays.")

    # --- closing ---

    def _ask_before_closing(self) -> bool:
        """Ask about unsaved texts and running jobs; False when there is nothing to ask."""
        dialog = closing_question(self._theme, self._tabs.screens, self._runner.shown_jobs(), self)
        if dialog is None:
            return False
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
        elif kind == QEvent.Type.Paint and not self._is_painted:
            self._is_painted = True
            QTimer.singleShot(0, self.painted.emit)  # once it has been handed to the screen
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Panels fold on a narrow window, and come back when there is room again."""
        super().resizeEvent(event)
        self._scrim.setGeometry(self.rect())
        self._fit_panels()
