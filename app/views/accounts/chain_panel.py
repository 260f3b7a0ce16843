"""Where one value comes from: the story in words, the tiers it came down through, and what it comes to."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.models.values import Tier
from app.services.account_page import AttributeRow, ChainRow, RoomState
from app.views import tokens as tk
from app.views.accounts.attribute_lines import mark_of, owner_to_open, provider_of
from app.views.accounts.line_list import LineItem, LineList
from app.views.icons import Icon
from app.views.theme import Theme
from app.views.widgets.basics import Button, Label, Panel


class ChainPanel(QWidget):
    """Follows one attribute; rooms and buttons open their owners."""

    open_asked = Signal(int)  # account id
    edit_asked = Signal(str)  # key of the attribute, to set it here

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._row: AttributeRow | None = None
        self._build()

    @property
    def rooms(self) -> LineList:
        """The tiers, from the system default down to the account."""
        return self._list

    def show_attribute(self, row: AttributeRow, account_id: int, account_name: str, *, as_provider: bool) -> None:
        """Show the chain of one attribute of one account."""
        self._row = row
        self._list.set_items([_item_of(room, row) for room in row.chain])
        self._list.setFixedHeight(self._list.rows_height())
        self._of.setText(f"Passed on by {account_name}" if as_provider else f"Effective for {account_name}")
        self._value.setText(row.value_text)
        self._by.setText(_by_words(row))
        self._set_here.setVisible(row.may_set)
        self._set_here.setText("Change it here" if row.own_value is not None else "Set it here")
        owner = owner_to_open(row)
        self._open.setVisible(owner is not None and owner != account_id)
        self._open.setText(f"Open {_owner_name(row)}")
        self._lock.setText(row.why_not)
        self._lock.setVisible(bool(row.why_not))
        self._story.setText(row.story)
        self.setAccessibleDescription(row.story)

    # --- building ---

    def _build(self) -> None:
        theme = self._theme
        self._story = Label(theme, "", self, wraps=True)
        self._story.setContentsMargins(18, 0, 18, 12)
        self._list = LineList(theme, "Tiers, from the top down", self)
        self._list.opened.connect(self._on_room)
        self._of = Label(theme, size=tk.LABEL, ink=tk.Ink.MUTED)
        self._value = Label(theme, size=tk.TITLE, weight=600, wraps=True)
        self._by = Label(theme, size=tk.LABEL, ink=tk.Ink.MUTED, wraps=True)
        box = Panel(theme, self, fill="raised")
        inner = QVBoxLayout(box)
        inner.setContentsMargins(18, 10, 18, 12)
        inner.setSpacing(2)
        for part in (self._of, self._value, self._by):
            inner.addWidget(part)
        self._lock = Label(theme, "", self, ink=tk.Ink.MUTED, wraps=True)
        self._lock.setContentsMargins(18, 10, 18, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 18)
        column.setSpacing(0)
        for widget in (self._story, self._list, box, self._lock):
            column.addWidget(widget)
        column.addLayout(self._build_buttons())
        column.addStretch(1)

    def _build_buttons(self) -> QHBoxLayout:
        self._set_here = Button(self._theme, "Set it here", self, icon=Icon.EDIT)
        self._set_here.clicked.connect(self._on_set_here)
        self._open = Button(self._theme, "", self, icon=Icon.OPEN)
        self._open.clicked.connect(self._on_open)
        row = QHBoxLayout()
        row.setContentsMargins(18, 12, 18, 0)
        row.setSpacing(12)
        row.addWidget(self._set_here)
        row.addWidget(self._open)
        row.addStretch(1)
        return row

    # --- answers ---

    def _on_room(self, item: LineItem) -> None:
        self.open_asked.emit(item.row)

    def _on_set_here(self) -> None:
        if self._row is not None:
            self.edit_asked.emit(self._row.key)

    def _on_open(self) -> None:
        owner = owner_to_open(self._row) if self._row is not None else None
        if owner is not None:
            self.open_asked.emit(owner)


def _item_of(room: ChainRow, row: AttributeRow) -> LineItem:
    mark = mark_of(room.tier, room.rating) or tk.TierMark.SYSTEM
    opens = room.account_id if room.account_id is not None else (
        provider_of(row.chain) if room.profile_id is not None else None)
    wins = room.state is RoomState.WINS
    has_say = room.state is not RoomState.NO_SAY
    right = room.value_text if has_say else ""
    return LineItem(
        title=room.owner, second=room.tier_text if has_say else room.note, icon=Icon.of_tier(mark), mark=mark,
        right=right, right_second=room.note if has_say else "", is_strong=wins,
        is_struck=room.state is RoomState.OVERRULED, is_italic=has_say and room.value is None,
        sign=Icon.GOOD if wins else None, sign_ink=tk.Ink.GOOD, can_open=opens is not None, is_muted=not has_say,
        tooltip=f"Open {room.owner}" if room.account_id is not None else "", row=opens,
        spoken=f"{room.tier_text}, {room.owner}: {right}. {room.note}",
    )


def _by_words(row: AttributeRow) -> str:
    if row.tier is None:
        return "Not set anywhere"
    if row.tier is Tier.SYSTEM:
        return "Built in"
    if row.set_by:
        return f"Set by {row.set_by}"
    return "".join(f"Set on {room.owner}" for room in row.chain if room.state is RoomState.WINS)


def _owner_name(row: AttributeRow) -> str:
    """The account that `owner_to_open` opens, by name."""
    winner = next((room for room in row.chain if room.state is RoomState.WINS), None)
    if winner is None:
        return ""
    if winner.profile_id is not None:
        return next((room.owner for room in row.chain if room.tier is Tier.PROVIDER), winner.owner)
    return winner.owner
