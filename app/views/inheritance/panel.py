"""The diagram of one attribute with what can be done there: open an owner, set or clear, read it as text.

The same panel stands beside the attribute table and, larger, in the wide form. It follows one attribute and keeps the
keyboard on the same owner while values change under it.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from app.models.values import Tier
from app.services.attributes.reach import Reach, reach_of
from app.services.attributes.rows import ChainRow
from app.services.database.asking import asking
from app.services.errors import NotAllowed, NotFound
from app.views.asking.conflict_sheet import ConflictSheet
from app.views.inheritance.plan import DiagramPlan, Look, Words, make_plan
from app.views.inheritance.room_editing import RoomEditing
from app.views.inheritance.subject import Subject
from app.views.inheritance.view import PlanView
from app.views.look import tokens as tk
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import Button, ElidedLabel, IconButton
from app.views.widgets.layout import column, grows, row, stacked
from app.views.widgets.menus import Entry, pop_up

_WIDEST: Final = 760.0
_MARGIN: Final = 18
_LONGEST_NAME: Final = 112


class TextPage(QPlainTextEdit):
    """The text equivalent; T or Escape goes back."""

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_T, Qt.Key.Key_Escape} and not event.modifiers():
            self.left.emit()
        else:
            super().keyPressEvent(event)


class InheritancePanel(QWidget):
    """`edits_in_row`: the attribute table stands beside it, and values of the account itself are edited there."""

    open_asked = Signal(int)  # account id
    profile_asked = Signal(int)  # profile id
    edit_asked = Signal(str)  # key of the attribute, to edit it in the table

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget | None = None, *, edits_in_row: bool) -> None:
        super().__init__(parent)
        self._theme = theme
        self._edits_in_row = edits_in_row
        self._subject: Subject | None = None
        self._unfolded = False
        self._asked: tuple[Tier | None, int | None, str] | None = None
        self._room_asked: ChainRow | None = None
        self.as_text = IconButton(theme, Icon.TEXT_SIZE, "The diagram as text", keys="T", is_square=True)
        """For the head of whatever holds the panel."""
        self._question = Question(runner, self, answered=self._on_reach, failed=self._on_reach_failed)
        self._conflict = ConflictSheet(theme, self, margin=_MARGIN)
        self._editing = RoomEditing(theme, runner, self, self._conflict)
        self._editing.said.connect(self.say)
        self._build()
        self._connect()

    @property
    def view(self) -> PlanView:
        """The drawing; the keyboard belongs there."""
        return self._view

    @property
    def plan(self) -> DiagramPlan | None:
        return self._view.plan if isinstance(self._view.plan, DiagramPlan) else None

    @property
    def subject(self) -> Subject | None:
        return self._subject

    @property
    def words(self) -> str:
        """The line below the buttons: whom the room reaches, or why something cannot be done."""
        return self._words.text

    def show_subject(self, subject: Subject, today: date) -> None:
        """Show one attribute; the keyboard starts on the winner, and stays where it was while values change."""
        old, room = self._subject, self.room()
        is_same = old is not None and (old.account_id, old.as_provider, old.row.key) == (
            subject.account_id, subject.as_provider, subject.row.key)
        self._subject = subject
        self._editing.today = today
        if not is_same:
            self._unfolded = False
        self._text.setPlainText(subject.row.story)
        self._text.setAccessibleName(subject.title)
        self._view.set_name(subject.title)
        self._asked = None
        plan = self._make_plan(subject)
        stop = plan.stop_of(room) if is_same and room is not None else None
        self._view.show_plan(plan, plan.start if stop is None else stop, subject.row.story)

    def room(self) -> ChainRow | None:
        """The room under the ring; None on the effective box and on a folded room."""
        plan = self.plan
        if plan is None or self._view.stop >= plan.end:
            return None
        room = plan.rooms[self._view.stop]
        return None if room.look is Look.FOLDED else room.row

    def show_text(self, *, shown: bool) -> None:
        """The text in place of the drawing, or the drawing again."""
        had_focus = self._view.hasFocus() or self._text.hasFocus()
        self._pages.setCurrentWidget(self._text if shown else self._view)
        if had_focus:
            (self._text if shown else self._view).setFocus()

    def say(self, text: str) -> None:
        """Say something in the line below the buttons, until the keyboard moves on."""
        self._words.set_text(text)

    # --- building ---

    def _build(self) -> None:
        theme = self._theme
        self._view = PlanView(theme, "Inheritance diagram", self)
        self._text = TextPage(self)
        self._pages = stacked(self._view, self._text)
        self._set_here = Button(theme, "Set here", self, icon=Icon.EDIT, run=self._on_set_here)
        self._open = Button(theme, "Open", self, icon=Icon.OPEN, run=self._on_open_button)
        self._words = ElidedLabel(theme, "", self, size=tk.LABEL, ink=tk.Ink.MUTED)
        for button in (self._set_here, self._open):
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        column(grows(self._pages), self._conflict, row(self._set_here, self._open, ..., margins=(_MARGIN, 8, 12, 0)),
               row(self._words, margins=(_MARGIN, 6, 12, 10)), on=self)

    def _connect(self) -> None:
        view = self._view
        view.room_changed.connect(self._fit)
        view.stop_changed.connect(self._on_stop)
        view.opened.connect(self._on_open)
        view.set_asked.connect(self._on_set)
        view.clear_asked.connect(self._on_clear)
        view.menu_asked.connect(self._on_menu)
        view.text_asked.connect(partial(self.show_text, shown=True))
        self._text.left.connect(partial(self.show_text, shown=False))
        self.as_text.clicked.connect(self._on_as_text)

    def _make_plan(self, subject: Subject) -> DiagramPlan:
        width, height = self._view.space()
        day = "" if subject.set_on is None else self._theme.formatter.day(subject.set_on)
        words, width = Words(title=subject.effective_title, when=day), min(width, _WIDEST)
        plan = make_plan(subject.row, words, width=width, height=height, unfolded=self._unfolded)
        if plan.height <= height:
            return plan
        bar = self._view.verticalScrollBar().sizeHint().width() + 2
        return make_plan(subject.row, words, width=width - bar, height=height, unfolded=self._unfolded)

    def _fit(self) -> None:
        """A new plan for the room there is now; the keyboard stays."""
        if self._subject is not None:
            self._view.show_plan(self._make_plan(self._subject), self._view.stop, self._subject.row.story)

    # --- what stands under the ring ---

    def _on_stop(self, _stop: int) -> None:
        subject, room = self._subject, self.room()
        if subject is None:
            return
        own = subject.row.chain[-1]
        place = "provider" if subject.as_provider else "account"
        verb = "Change" if own.own_value is not None else "Set"
        self._set_here.setText(f"{verb} &it here" if self._edits_in_row else f"{verb} on th&is {place}")
        self._set_here.setEnabled(own.may_set)
        self._set_here.setToolTip(own.why_not or f"{verb} on {subject.account_name}")
        opens = self._opens()
        name = room.owner if room is not None and opens else ""
        metrics = self._theme.metrics()
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, self._theme.sizes.px(_LONGEST_NAME))
        self._open.setText(f"&Open {shown}" if name else "&Open")
        self._open.setToolTip(f"Open {name} (Enter)" if name else "There is no other page behind it")
        self._open.setEnabled(opens)
        self._ask_reach(subject, room)

    def _owner(self) -> int | None:
        """The account that Enter opens: the owner of the room, unless its page is this one."""
        subject, room = self._subject, self.room()
        if subject is None or room is None:
            return None
        owner = room.account_id
        return None if owner == subject.account_id else owner

    def _opens(self) -> bool:
        """The owner of the room has a page of its own."""
        room = self.room()
        return room is not None and (room.profile_id is not None or self._owner() is not None)

    def _ask_reach(self, subject: Subject, room: ChainRow | None) -> None:
        """Count whom a provider's or a profile's room reaches; once for each room."""
        if room is None or room.set_tier not in {Tier.PROVIDER, Tier.PROFILE} or room.set_id is None:
            self._question.drop()
            self._asked = None
            self.say(_own_words(subject, room))
            return
        asked = (room.set_tier, room.set_id, subject.row.key)
        if asked != self._asked:
            self._asked, self._room_asked = asked, room
            self.say("")
            self._question.ask(asking(reach_of, tier=room.set_tier, owner_id=room.set_id, key=subject.row.key))

    def _on_reach(self, reach: Reach) -> None:
        if self._room_asked is not None:
            self.say(inherit_words(reach, self._room_asked, self._theme.formatter))

    def _on_reach_failed(self, error: BaseException) -> None:
        is_kept_back = isinstance(error, NotAllowed | NotFound)  # what is out of reach is not hinted at
        self.say("" if is_kept_back else f"Whom it reaches could not be counted. {error}")

    # --- doing ---

    def _on_open(self, stop: int) -> None:
        plan = self.plan
        if plan is not None and stop < plan.end and plan.rooms[stop].look is Look.FOLDED:
            self._unfolded = True
            self._fit()
            return
        self._on_open_button()

    def _on_open_button(self) -> None:
        owner, room = self._owner(), self.room()
        if room is not None and room.profile_id is not None:
            self.profile_asked.emit(room.profile_id)
        elif owner is not None:
            self.open_asked.emit(owner)

    def _on_menu(self, point: QPoint) -> None:
        """What the keys do, for the mouse."""
        subject, room = self._subject, self.room()
        if subject is None or room is None:
            return
        verb = "Change" if room.own_value is not None else "Set"
        pop_up(self, point,
               Entry(self._open.text(), self._on_open_button, self._open.isEnabled()),
               Entry(f"&{verb} it on {room.owner}…", partial(self._set_in, room), room.may_set),
               Entry("C&lear it there…", partial(self._editing.clear_in, subject.row, room),
                     room.may_set and room.own_value is not None),
               None, Entry("As &text", partial(self.show_text, shown=True)))

    def _on_set(self, _stop: int) -> None:
        room = self.room()
        if room is not None:
            self._set_in(room)

    def _on_set_here(self) -> None:
        if self._subject is not None:
            self._set_in(self._subject.row.chain[-1])

    def _set_in(self, room: ChainRow) -> None:
        subject = self._subject
        if subject is None:
            return
        if self._edits_in_row and room.may_set and subject.is_own(room):
            self.edit_asked.emit(subject.row.key)
        else:
            self._editing.set_in(subject.row, room)

    def _on_clear(self, _stop: int) -> None:
        room = self.room()
        if self._subject is not None and room is not None:
            self._editing.clear_in(self._subject.row, room)

    def _on_as_text(self) -> None:
        self.show_text(shown=self._pages.currentWidget() is self._view)


def inherit_words(reach: Reach, room: ChainRow, formatter: Formatter) -> str:
    """"39 accounts inherit this value, 6 have their own.\""""
    own = formatter.counted(reach.keep, "has its own", "have their own")
    if room.value is None:
        would = formatter.counted(reach.inherit, "account", "accounts")
        return f"A value set here would reach {would}" + (f"; {own}." if reach.keep else ".")
    takes = formatter.counted(reach.inherit, "account inherits this value", "accounts inherit this value")
    return takes + (f", {own}." if reach.keep else ".")


def _own_words(subject: Subject, room: ChainRow | None) -> str:
    if room is None or room.may_set:
        return subject.row.why_not and f"Locked here. {subject.row.why_not}"
    return room.why_not
