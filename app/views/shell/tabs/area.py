"""The centre: one tab per target, pinned ones first, closed ones kept so that they can be opened again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.views.desk.screen import Screen, ScreenFactory, State, Target
from app.views.look.theme import Theme
from app.views.widgets.basics import Panel
from app.views.widgets.layout import column, grows, row
from app.views.widgets.page_frame import PageFrame
from app.views.widgets.tabs import WindowTabs

_REOPENABLE = 20
_NARROWEST, _LOWEST = 420, 160


class UnknownTargetError(LookupError):
    """No factory makes screens of this kind."""


class TabArea(QWidget):
    """Owns the screens. `ask_to_close` may refuse, for unsaved texts."""

    making = Signal(object, dict)  # Target and state of a tab that is about to be made
    current_changed = Signal(object)  # Screen or None
    tabs_changed = Signal()  # one came or went
    context_changed = Signal()  # what the screen in front can do
    selection_text_changed = Signal(str)  # of the screen in front
    part_changed = Signal()  # of the screen in front
    business_place_changed = Signal()  # of the screen in front
    close_refused = Signal(object)  # Screen with unsaved text; `close` with force does it

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._factories: dict[str, ScreenFactory] = {}
        self._pinned: frozenset[str] = frozenset()
        self._screens: list[Screen] = []
        self._frames: list[PageFrame] = []  # the place of each screen in the stack
        self._closed: list[tuple[Target, State]] = []
        self._bar = WindowTabs(theme, self)
        self._bar.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._stack = QStackedWidget(self)
        # A wide page is cut and a high one scrolls rather than letting it push the window or the panels.
        self._stack.setMinimumSize(_NARROWEST, _LOWEST)
        head = Panel(theme, self, fill="sunken")
        row(grows(self._bar), on=head)
        column(head, grows(self._stack), on=self)
        self._bar.currentChanged.connect(self._on_current)
        self._bar.tabCloseRequested.connect(self._on_close_asked)

    def use(self, factories: Mapping[str, ScreenFactory], pinned: frozenset[str]) -> None:
        """Make screens with these from now on, by the kind of their target; pinned kinds stand first and stay."""
        self._factories, self._pinned = dict(factories), pinned

    # --- what is open ---

    @property
    def current(self) -> Screen | None:
        place = self._bar.currentIndex()
        return self._screens[place] if 0 <= place < len(self._screens) else None

    @property
    def screens(self) -> tuple[Screen, ...]:
        return tuple(self._screens)

    def can_make(self, target: Target) -> bool:
        return target.kind in self._factories

    def pins(self, target: Target) -> bool:
        """Whether a tab of this kind stands first and stays."""
        return target.kind in self._pinned

    def is_pinned(self, screen: Screen) -> bool:
        return self.pins(screen.target)

    def open(self, target: Target, *, aside: bool = False, state: State | None = None,
             beside: Screen | None = None) -> Screen:
        """The tab of a target, made if need be, at the end or right of another one; in front unless aside."""
        screen = next((s for s in self._screens if s.target.tab_key == target.tab_key), None)
        if screen is None:
            screen = self._add(target, state, beside)
        if target.part:
            screen.show_part(target.part)
        if not aside:
            self._bar.setCurrentIndex(self._screens.index(screen))
            self.focus_screen(screen)
        return screen

    # --- closing ---

    def close_tab(self, screen: Screen, *, force: bool = False) -> bool:
        """Close a tab that is not pinned; refused once when a text would be lost."""
        if self.is_pinned(screen) or screen not in self._screens:
            return False
        if screen.unsaved_text() and not force:
            self.close_refused.emit(screen)
            return False
        place = self._screens.index(screen)
        self._closed = [*self._closed[-_REOPENABLE + 1:], (screen.target, screen.save_state())]
        self._screens.pop(place)
        self._let_go(place)
        self._on_current(self._bar.currentIndex())
        self.tabs_changed.emit()
        return True

    def focus_screen(self, screen: Screen) -> None:
        """Put the keyboard where it was in this screen, or where its work begins."""
        former = screen.focusWidget()
        if former is not None and former is not screen and former.isVisibleTo(screen):
            former.setFocus()
        else:
            screen.focus_first()

    def close_all(self) -> None:
        """Let every screen go, pinned ones too: another database is coming."""
        self._closed.clear()
        while self._screens:
            self._screens.pop()
            self._let_go(len(self._screens))
        self.current_changed.emit(None)

    def _let_go(self, place: int) -> None:
        frame = self._frames.pop(place)
        self._stack.removeWidget(frame)
        self._bar.removeTab(place)
        frame.deleteLater()

    @property
    def can_reopen(self) -> bool:
        return bool(self._closed)

    def reopen(self) -> Screen | None:
        """Bring back the tab closed last, as it was."""
        if not self._closed:
            return None
        target, state = self._closed.pop()
        return self.open(target, state=state)

    def step(self, direction: int) -> None:
        """The next (+1) or previous (-1) tab, round the corner."""
        if self._screens:
            self._bar.setCurrentIndex((self._bar.currentIndex() + direction) % len(self._screens))

    def states(self) -> Iterator[tuple[Target, State]]:
        """What to open at the next start."""
        for screen in self._screens:
            yield screen.target, screen.save_state()

    # --- inside ---

    def _add(self, target: Target, state: State | None, beside: Screen | None) -> Screen:
        factory = self._factories.get(target.kind)
        if factory is None:
            raise UnknownTargetError(f"there is no screen for {target.kind}")
        self.making.emit(target, state or {})
        screen = factory(target)
        if state:
            screen.restore_state(state)
        is_pinned = target.kind in self._pinned
        place = sum(self.is_pinned(other) for other in self._screens) if is_pinned else len(self._screens)
        if beside in self._screens and not is_pinned:
            place = self._screens.index(beside) + 1
        self._screens.insert(place, screen)
        self._frames.insert(place, PageFrame(screen, least_height=screen.least_height))
        self._stack.insertWidget(place, self._frames[place])
        screen.title_changed.connect(self._titles_changed)
        screen.bindings_changed.connect(self._on_bindings)
        screen.selection_text_changed.connect(self._on_selection_text)
        screen.part_changed.connect(self._on_part)
        screen.business_place_changed.connect(self._on_business_place)
        self._bar.add(screen.title, screen.icon, is_pinned=is_pinned, place=place)
        self.tabs_changed.emit()
        return screen

    def _titles_changed(self) -> None:
        for place, screen in enumerate(self._screens):
            if self._bar.tabText(place) != screen.title:
                self._bar.set_title(place, screen.title)

    def _on_bindings(self) -> None:
        if self.sender() is self.current:
            self.context_changed.emit()

    def _on_selection_text(self, text: str) -> None:
        if self.sender() is self.current:
            self.selection_text_changed.emit(text)

    def _on_part(self) -> None:
        if self.sender() is self.current:
            self.part_changed.emit()

    def _on_business_place(self) -> None:
        if self.sender() is self.current:
            self.business_place_changed.emit()

    def _on_current(self, place: int) -> None:
        screen = self._screens[place] if 0 <= place < len(self._screens) else None
        if screen is not None:
            is_new = screen.focusWidget() is None  # asked first: Qt gives the keyboard to whatever stands on top
            self._stack.setCurrentIndex(place)
            screen.shown()
            if is_new and not self._bar.hasFocus():
                screen.focus_first()
            elif not self._bar.hasFocus():
                self.focus_screen(screen)
        self.current_changed.emit(screen)

    def _on_close_asked(self, place: int) -> None:
        self.close_tab(self._screens[place])
