"""A wizard: steps at the left with what was chosen, one decision a page, and a last page that says it all in words.

Back, verb, Cancel in this order. A refusal stands beside its field and keeps everything that was typed. It is opened,
never executed; whether closing it loses anything is up to the owner of its pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

from app.views.asking.dressing import Dressing
from app.views.asking.wizard_steps import Step, WizardSteps
from app.views.forms.ui_wizard import Ui_Wizard
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.widgets.basics import Dialog, HorizontalRule
from app.views.widgets.empty_state import IconSign
from app.views.widgets.layout import scrolling

NEXT: Final = "&Next"
_SIZE: Final = QSize(940, 660)
_LEAST: Final = QSize(760, 560)


class WizardPage(QWidget):
    """One decision. Pages of one wizard share whatever their maker hands them; they know nothing of each other."""

    changed = Signal()  # what was chosen, whether it is ready, or which pages there are

    def __init__(self, step: str, heading: str, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.step = step
        self.heading = heading
        self.text = text
        self.verb = NEXT

    def applies(self) -> bool:
        """Whether the page has anything to ask, as far as is known now."""
        return True

    def chosen(self) -> str:
        """What was chosen, in a few words, for the list of steps."""
        return ""

    def is_ready(self) -> bool:
        """False while something is being read without which one cannot go on."""
        return True

    def enter(self) -> None:
        """The page comes to the front: take over what earlier pages decided."""

    def check(self) -> bool:
        """Say beside the fields what is refused, with the keyboard in the first; True where nothing is."""
        return True

    def refuse(self, field: str, words: str) -> bool:
        """Show beside a field what the service refused; False where the field is not of this page."""
        del field, words
        return False

    def focus_first(self) -> None:
        """Put the keyboard where the page begins."""


class Wizard(Dialog):
    """Base: subclasses hand over their pages and say in `finish` what the verb of the last one does."""

    def __init__(self, theme: Theme, title: str, icon: Icon, parent: QWidget) -> None:
        super().__init__(title, parent)
        self._theme = theme
        self._pages: Sequence[WizardPage] = ()
        self._current: WizardPage | None = None
        self._is_busy = False
        self._form = Ui_Wizard()
        dressing = Dressing(self._form, self, theme)
        self._dressing = dressing
        self._steps = dressing.put(self._form.steps, WizardSteps(theme, title, icon))
        self._sign = dressing.put(self._form.sign, IconSign(theme, Icon.ERROR, tk.Ink.BAD, size=16))
        dressing.put(self._form.rule, HorizontalRule(theme))
        self._form.anew.hide()
        self._form.back.clicked.connect(self.go_back)
        self._form.verb.clicked.connect(self.go_on)
        self._form.cancel.clicked.connect(self.reject)
        self._steps.asked.connect(self._on_step)
        size = QSize(theme.sizes.px(_SIZE.width()), theme.sizes.px(_SIZE.height()))
        self.setMinimumSize(theme.sizes.px(_LEAST.width()), theme.sizes.px(_LEAST.height()))
        self.resize(size.boundedTo(parent.window().size()).expandedTo(self.minimumSize()))
        self._say("")

    # --- for subclasses ---

    def show_pages(self, pages: Sequence[WizardPage]) -> None:
        """Take the pages and begin with the first."""
        self._pages = tuple(pages)
        for page in pages:
            self._form.pages.addWidget(scrolling(page, takes_focus=False))
            page.changed.connect(self._on_changed)
        self._show(self._applying()[0])

    def finish(self) -> None:
        """The verb of the last page."""
        raise NotImplementedError

    def start_anew(self) -> None:
        """Forget the draft this wizard began with."""

    def offer_to_start_anew(self) -> None:
        """Show the button for it: the wizard began with a draft."""
        self._form.anew.show()
        self._form.anew.clicked.connect(self.start_anew)

    def set_busy(self, *, busy: bool) -> None:
        """While the last step runs, nothing can be pressed twice."""
        self._is_busy = busy
        self._renew()

    def refuse(self, words: str, field: str = "") -> None:
        """Say why it did not go through: beside its field, on the page that has it, else under the present page."""
        for page in self._applying() if field else ():
            if page.refuse(field, words):
                self._show(page)
                page.refuse(field, words)  # entering may have renewed its fields
                return
        self._say(words)

    # --- moving ---

    @property
    def page(self) -> WizardPage | None:
        """The page in front."""
        return self._current

    @property
    def steps(self) -> Sequence[Step]:
        return self._steps.steps

    @property
    def words(self) -> str:
        """The refusal under the page."""
        return self._form.refusal.text()

    @property
    def verb_button(self) -> QPushButton:
        return self._form.verb

    def go_on(self) -> None:
        """The next page, unless something on this one is refused; on the last one, do it."""
        page = self._current
        if page is None or self._is_busy or not page.is_ready():
            return
        self._say("")
        if not page.check():
            self._renew()
            return
        later = self._applying()[self._place() + 1:]
        if later:
            self._show(later[0])
        else:
            self.finish()

    def go_back(self) -> None:
        """The page before, with everything as it was left."""
        if self._place() > 0 and not self._is_busy:
            self._say("")
            self._show(self._applying()[self._place() - 1])

    def _on_step(self, number: int) -> None:
        if not self._is_busy:
            self._say("")
            self._show(self._applying()[number])

    def _applying(self) -> list[WizardPage]:
        return [page for page in self._pages if page.applies() or page is self._current]

    def _place(self) -> int:
        applying = self._applying()
        return applying.index(self._current) if self._current in applying else 0

    def _show(self, page: WizardPage) -> None:
        self._current = page
        page.enter()
        if self._current is not page:  # entering has led somewhere else already
            return
        self._form.pages.setCurrentIndex(self._pages.index(page))
        layout = page.layout()
        if layout is not None:  # laid out first with the choices it had before it was filled
            layout.invalidate()
            layout.activate()
        self.setAccessibleDescription(f"{page.heading}. {page.text}")
        self._renew()
        page.focus_first()

    def _on_changed(self) -> None:
        if self._current is not None:
            self._renew()

    def _renew(self) -> None:
        page, applying = self._current, self._applying()
        if page is None:
            return
        here = applying.index(page)
        self._steps.show_steps([Step(title=p.step, chosen=p.chosen() if n <= here else "") for n,
                                p in enumerate(applying)], here)
        self._form.heading.setText(page.heading)
        self._form.text.setText(page.text)
        self._form.verb.setText(page.verb)
        self._form.back.setEnabled(here > 0 and not self._is_busy)
        self._form.verb.setEnabled(page.is_ready() and not self._is_busy)

    def _say(self, words: str) -> None:
        self._form.refusal.setText(words)
        self._form.refusal.setAccessibleName(words)
        self._sign.setVisible(bool(words))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        has_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if has_control and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.go_on()
        else:
            super().keyPressEvent(event)
