"""The pane beside the invoices: one page as it is printed, with zoom, page turning and what is to be known of it.

Pages are drawn in the background. The old picture stays, dimmed, until the new one is there.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from app.services.printing.preview import PreviewPage, preview_page
from app.services.printing.queries import SelectedInvoice
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.printing.page_view import A4_HEIGHT_PT, A4_WIDTH_PT, FocusFrame, PageView, image_of
from app.views.printing.words import FAILED
from app.views.running.pause import pause
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import Button, ElidedLabel, Label, Panel
from app.views.widgets.empty_state import IconSign
from app.views.widgets.layout import at_top, column, grows, row

_PAUSE_MS: Final = 80
"""An arrow key held down draws one page, not each it passes."""
_STEPS: Final = (50, 75, 100, 125, 150, 200, 300, 400)
"""Zoom in percent of the width of the pane."""


class PagePreview(Panel):
    """Shows the page of one invoice. `left` gives the keyboard back to the list."""

    left = Signal()

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent, fill="raised", line=Qt.Edge.LeftEdge)
        self._line_shown: SelectedInvoice | None = None
        self._page = 0
        self._page_count = 0
        self._zoom = _STEPS.index(100)
        self._title = ElidedLabel(theme, "Preview", weight=600)
        self.view = PageView(theme)
        self._note_sign = IconSign(theme, Icon.WARNING, tk.Ink.WARN, size=16)
        self._note = Label(theme, wraps=True)
        self._note_room = QWidget(self)
        self._tools: list[tuple[QToolButton, Icon]] = []
        self.back = self._tool(Icon.CARET_LEFT, "Previous page (PgUp)", partial(self.turn, -1))
        self.forth = self._tool(Icon.CARET_RIGHT, "Next page (PgDn)", partial(self.turn, 1))
        self.smaller = self._tool(Icon.ZOOM_OUT, "Smaller (minus)", partial(self.zoom, -1))
        self.larger = self._tool(Icon.ZOOM_IN, "Larger (plus)", partial(self.zoom, 1))
        self.paper = Button(theme, "Print…", icon=Icon.PRINTING)
        self._question = Question(runner, self, answered=self._on_page, failed=self._on_failed)
        self._pause = pause(self, _PAUSE_MS, self._ask)
        self._build()
        self._connect()
        self.show_line(None)
        self.on_theme_changed()

    def _tool(self, icon: Icon, name: str, run: object) -> QToolButton:
        button = QToolButton(self)
        button.setAutoRaise(True)
        button.setToolTip(name)
        button.setAccessibleName(name.partition(" (")[0])
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(run)
        self._tools.append((button, icon))
        return button

    def _build(self) -> None:
        head = row(grows(self._title), *(button for button, _ in self._tools), 4, self.paper, margins=(16, 10, 12, 10),
                   spacing=4)
        row(at_top(self._note_sign), grows(self._note), on=self._note_room, margins=(16, 8, 12, 8))
        column(head, grows(FocusFrame(self.theme, self.view)), self._note_room, on=self, margins=(1, 0, 0, 0))
        self.setAccessibleName("Preview of the invoice")

    def _connect(self) -> None:
        self.view.page_asked.connect(self.turn)
        self.view.zoom_asked.connect(self.zoom)
        self.view.left.connect(self.left)
        self.view.resized.connect(self._on_resized)

    # --- what is shown ---

    @property
    def invoice_id(self) -> int | None:
        return self._line_shown.id if self._line_shown is not None else None

    @property
    def title(self) -> str:
        return self._title.text

    def show_line(self, line: SelectedInvoice | None) -> None:
        """Show the first page of another invoice; the same one only gets its new state."""
        is_other = line is None or self._line_shown is None or line.id != self._line_shown.id
        self._line_shown = line
        self._show_note(line)
        if not is_other:
            return
        self._page, self._page_count = 0, 0
        if line is None:
            self._question.drop()
            self._pause.stop()
            self.view.sheet.show_words("The page of the invoice under the keyboard is shown here.")
        else:
            self.view.sheet.set_dimmed()
            self._pause.start()
        self._name()

    def turn(self, step: int) -> None:
        """One page on or back."""
        page = max(0, min(self._page + step, self._page_count - 1))
        if page != self._page and self._line_shown is not None:
            self._page = page
            self.view.verticalScrollBar().setValue(0)
            self._ask()

    def zoom(self, step: int) -> None:
        """Larger, smaller, or the whole width again (0)."""
        zoom = _STEPS.index(100) if step == 0 else max(0, min(self._zoom + step, len(_STEPS) - 1))
        if zoom != self._zoom:
            self._zoom = zoom
            self._fit()
            self._ask()

    def shows_now(self) -> None:
        """Draw without waiting for the pause; for whoever cannot wait."""
        if self._pause.isActive():
            self._pause.stop()
            self._ask()

    def say(self, words: str) -> None:
        """Words in the place of the title, for what goes to paper; the next page brings the title back."""
        self._title.set_text(words)

    # --- drawing ---

    def _page_size(self) -> QSize:
        """The size on screen of an A4 page at this zoom."""
        width = max(120, self.view.page_width) * _STEPS[self._zoom] // 100
        return QSize(width, round(width * A4_HEIGHT_PT / A4_WIDTH_PT))

    def _fit(self) -> None:
        page = self._page_size()
        self.view.sheet.set_page_size(page, self.view.room_for(page))
        self.smaller.setEnabled(self._zoom > 0)
        self.larger.setEnabled(self._zoom < len(_STEPS) - 1)

    def _on_resized(self) -> None:
        self._fit()
        if self._line_shown is not None and not self._pause.isActive():
            self._pause.start()

    def _ask(self) -> None:
        line = self._line_shown
        if line is None:
            return
        self._pause.stop()
        self._fit()
        self.view.sheet.set_dimmed()
        scale = self._page_size().width() * self.devicePixelRatioF() / A4_WIDTH_PT
        self._question.ask(partial(preview_page, invoice_id=line.id, page=self._page, scale=scale))

    def _on_page(self, page: PreviewPage) -> None:
        self._page, self._page_count = page.page, page.page_count
        self.view.sheet.show_image(image_of(page))
        self._name()

    def _on_failed(self, error: BaseException) -> None:
        self.view.sheet.show_words(f"This page cannot be shown. {error}")

    # --- words ---

    def _name(self) -> None:
        line, count = self._line_shown, self._page_count
        if line is None:
            text = "Preview"
        else:
            text = f"{line.number}, page {self._page + 1} of {count}" if count else line.number
        self._title.set_text(text)
        self.view.setAccessibleDescription(text)
        self.back.setEnabled(self._page > 0)
        self.forth.setEnabled(self._page < count - 1)

    def _show_note(self, line: SelectedInvoice | None) -> None:
        """What is to be known of this invoice: why it failed, or its warnings."""
        texts = line.warnings if line is not None else ()
        self._note_room.setVisible(bool(texts))
        if line is not None and texts:
            has_failed = line.state == FAILED
            self._note_sign.set(Icon.ERROR if has_failed else Icon.WARNING, tk.Ink.BAD if has_failed else tk.Ink.WARN)
            self._note.setText("\n".join(texts))

    def on_theme_changed(self) -> None:
        super().on_theme_changed()
        size = self.theme.sizes.icon
        for button, icon in self._tools:
            button.setIcon(self.theme.icons.icon(icon, tk.Ink.TEXT, size))
            button.setMinimumSize(self.theme.sizes.px(28), self.theme.sizes.px(28))
        self._fit()
