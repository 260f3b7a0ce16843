"""The left of the screen: which provider, a filter, the tree, and who is told nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.services.events.listing import ProfileEvents
from app.services.providers.queries import ProviderOption
from app.views.asking.choices import ChoiceBox
from app.views.events.drafts import Place
from app.views.events.tree import EventsTree
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.widgets.banner import Banner
from app.views.widgets.basics import Label, Panel
from app.views.widgets.layout import column, grows
from app.views.widgets.search_field import SearchField


class EventsSide(Panel):
    """`provider_chosen` names another provider, `provision_asked` the profile that has no events."""

    provider_chosen = Signal(int)
    provision_asked = Signal(object)  # ProfileEvents

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent, line=Qt.Edge.RightEdge)
        self._profiles: Sequence[ProfileEvents] = ()
        self._unsaved: Iterable[Place] = ()
        self.setMinimumWidth(160)
        self.chooser = ChoiceBox(theme, "Provider")
        self.chooser.fill_its_place()
        self.chooser.activated.connect(lambda _place: self.provider_chosen.emit(self.chooser.chosen()))
        self.filter = SearchField(theme, "Event or profile")
        self.tree = EventsTree(theme)
        self.filter.settled.connect(lambda _text: self._show_tree())
        self.filter.left_downwards.connect(self.tree.setFocus)
        self.tree.left_upwards.connect(self.filter.setFocus)
        self.silent = Banner(theme, tk.Tone.WARN, Icon.WARNING)
        self._provision = self.silent.add_button("Provision standard events", self._on_provision)
        self.silent.hide()
        column(column(Label(theme, "Events by profile", weight=600), self.chooser, self.filter, spacing=8,
                      margins=(12, 12, 12, 8)), grows(self.tree), column(self.silent, margins=(12, 8)), on=self)

    def show_providers(self, options: Sequence[ProviderOption], chosen: ProviderOption | None) -> None:
        """Offer these providers where there are several."""
        self.chooser.set_choices([(each.name, each.id) for each in options], chosen.id if chosen is not None else None)
        self.chooser.setVisible(len(options) > 1)

    def show_profiles(self, profiles: Sequence[ProfileEvents], unsaved: Iterable[Place], *, may_edit: str) -> None:
        """Show profiles with their events; `unsaved` are actions with words that are not saved yet."""
        self._profiles, self._unsaved = profiles, unsaved
        self._show_tree()
        silent = self._silent()
        self.silent.setVisible(bool(silent))
        if silent:
            more = f" and {len(silent) - 1} more" if len(silent) > 1 else ""
            self.silent.set_words(f"{silent[0].profile}{more} {'send' if more else 'sends'} nothing",
                                  "They have no events yet." if more else "It has no events yet.")
            self._provision.offer(may_edit)

    def _silent(self) -> list[ProfileEvents]:
        return [profile for profile in self._profiles if not profile.mappings]

    def _on_provision(self) -> None:
        silent = self._silent()
        if silent:
            self.provision_asked.emit(silent[0])

    def _show_tree(self) -> None:
        text = self.filter.text().strip()
        self.tree.events.show_profiles(self._profiles, filter_text=text, unsaved=self._unsaved)
        if text:
            self.tree.expandToDepth(0)
