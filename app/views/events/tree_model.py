"""The tree at the left: profiles, the events of each, and what an event does, with what is on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.models.values import EventAction, fold
from app.services.events.listing import ActionRow, MappingRow, ProfileEvents
from app.views.lists.models import roles
from app.views.look import tokens as tk
from app.views.look.icons import Icon

Index = QModelIndex | QPersistentModelIndex
Key = tuple[str, int, str]
"""Kind ("profile", "event" or "action"), the id of profile or mapping, and the action."""

ACTION_ICONS: Final = {
    EventAction.MESSAGE: Icon.EVENTS, EventAction.SMS: Icon.SHORT_MESSAGE, EventAction.LETTER: Icon.LETTER,
    EventAction.NOTIFICATION: Icon.BELL, EventAction.LOG: Icon.LOG,
}
_EVENT_ICONS: Final = {"auto_suspend": Icon.SUSPENSION, "auto_unsuspend": Icon.GOOD}
_SHOWN: Final = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


@dataclass(frozen=True, slots=True, kw_only=True)
class EventNode:
    """One row of the tree."""

    key: Key
    text: str
    icon: Icon
    state: str
    """At the right: "On", "Off", "6 on", "None"."""
    ink: str
    tooltip: str = ""
    profile: ProfileEvents
    mapping: MappingRow | None = None
    action: ActionRow | None = None


@dataclass(slots=True)
class _Branch:
    node: EventNode | None
    parent: int
    row: int
    children: list[int] = field(default_factory=list)


class EventsTreeModel(QAbstractItemModel):
    """Adapts the events of one provider. Ids of Qt's indexes are places in a list that is made anew with the rows."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._branches: list[_Branch] = [_Branch(None, 0, 0)]
        self._places: dict[Key, int] = {}

    def show_profiles(self, profiles: Sequence[ProfileEvents], *, filter_text: str = "",
                      unsaved: Iterable[tuple[int, EventAction]] = ()) -> None:
        """Show these; where the same rows stay only their words are told anew."""
        made = _branches(profiles, fold(filter_text.strip()), frozenset(unsaved))
        keys = [branch.node.key for branch in made if branch.node is not None]
        if keys == list(self._places):
            changed = [place for place, (old, new) in enumerate(zip(self._branches, made, strict=True))
                       if old.node != new.node]
            self._branches = made
            for place in changed:
                index = self._index_of(place)
                self.dataChanged.emit(index, index)
            return
        self.beginResetModel()
        self._branches = made
        self._places = {branch.node.key: place for place, branch in enumerate(made) if branch.node is not None}
        self.endResetModel()

    def node(self, index: Index) -> EventNode | None:
        return self._branches[index.internalId()].node if index.isValid() else None

    def index_of(self, key: Key) -> QModelIndex:
        """Where a row stands; invalid where it is not there."""
        place = self._places.get(key)
        return QModelIndex() if place is None else self._index_of(place)

    # --- Qt ---

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008  Qt's signature
        children = self._branches[parent.internalId() if parent.isValid() else 0].children
        if not 0 <= row < len(children) or column != 0:
            return QModelIndex()
        return self.createIndex(row, 0, children[row])

    def parent(self, child: Index = QModelIndex()) -> Any:  # noqa: B008  Qt has two of this name
        above = self._branches[child.internalId()].parent if child.isValid() else 0
        return self._index_of(above) if above else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        if parent.column() > 0:
            return 0
        return len(self._branches[parent.internalId() if parent.isValid() else 0].children)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: ARG002, B008  Qt's signature
        return 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        return _SHOWN if index.isValid() else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = roles.DISPLAY) -> object:
        node = self.node(index)
        if node is None:
            return None
        if role == roles.DISPLAY:
            return node.text
        if role == roles.NODE:
            return node
        if role == roles.ACCESSIBLE_TEXT:
            return f"{node.text}, {node.state}"
        return node.tooltip or None if role == roles.TOOLTIP else None

    def _index_of(self, place: int) -> QModelIndex:
        return self.createIndex(self._branches[place].row, 0, place)


def _branches(profiles: Sequence[ProfileEvents], wanted: str, unsaved: frozenset[tuple[int, EventAction]]
              ) -> list[_Branch]:
    made = [_Branch(None, 0, 0)]

    def add(node: EventNode, parent: int) -> int:
        place = len(made)
        made.append(_Branch(node, parent, len(made[parent].children)))
        made[parent].children.append(place)
        return place

    for profile in profiles:
        is_meant = wanted in fold(profile.profile)
        mappings = [mapping for mapping in profile.mappings if is_meant or wanted in fold(mapping.name)]
        if not is_meant and not mappings:
            continue
        top = add(_profile_node(profile), 0)
        for mapping in mappings:
            middle = add(_event_node(profile, mapping), top)
            for action in mapping.actions:
                is_unsaved = (mapping.id, action.action) in unsaved
                add(_action_node(profile, mapping, action, is_unsaved=is_unsaved), middle)
    return made


def _profile_node(profile: ProfileEvents) -> EventNode:
    on = sum(mapping.is_on for mapping in profile.mappings)
    state = f"{on} on" if profile.mappings else "None"
    return EventNode(
        key=("profile", profile.profile_id, ""), text=profile.profile, icon=Icon.PROFILE, profile=profile, state=state,
        ink=tk.Ink.MUTED if profile.mappings else tk.Ink.WARN,
        tooltip="" if profile.mappings else f"{profile.profile} has no events yet, so its accounts are told nothing.")


def _event_node(profile: ProfileEvents, mapping: MappingRow) -> EventNode:
    return EventNode(
        key=("event", mapping.id, ""), text=mapping.name, icon=_EVENT_ICONS.get(mapping.event, Icon.CALENDAR),
        profile=profile, mapping=mapping, state="On" if mapping.is_on else "Off",
        ink=tk.Ink.GOOD if mapping.is_on else tk.Ink.MUTED, tooltip=mapping.trigger)


def _action_node(profile: ProfileEvents, mapping: MappingRow, action: ActionRow, *, is_unsaved: bool) -> EventNode:
    ink = tk.Ink.GOOD if action.enabled else tk.Ink.MUTED if action.can_be_on else tk.Ink.WARN
    state = "On" if action.enabled else "Off" if action.can_be_on else "No words"
    if is_unsaved:
        state, ink = f"{state}, not saved", tk.Ink.WARN
    return EventNode(
        key=("action", mapping.id, action.action.value), text=action.action.label, icon=ACTION_ICONS[action.action],
        profile=profile, mapping=mapping, action=action, state=state, ink=ink,
        tooltip="\n".join(missing.words for missing in action.missing))
