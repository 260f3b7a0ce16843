"""What one room of screens brings to the window, as one value.

A feature is known without any of its screens: they are imported when they are first asked for. `app.workplace` walks
the list of all features and knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from app.views.desk.actions import ActionSpec, KeyLine
from app.views.desk.desk import Desk
from app.views.desk.offers import Offer
from app.views.desk.screen import Place, Screen, ScreenFactory, SidePanel, Target

ScreenMaker = Callable[[Target, Desk], Screen]
PanelMaker = Callable[[Desk], tuple[QWidget, QWidget]]
"""Makes the widget of a side panel, and says what to focus in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """See the module. Actions stand in the menus in the order of the features, then in their own."""

    places: tuple[Place, ...] = ()
    within: str = ""
    """Key of the place that its screens belong to where it brings no place: the rail marks that one."""
    actions: tuple[ActionSpec, ...] = ()
    keys: tuple[KeyLine, ...] = ()
    """Keys that its widgets handle themselves."""
    screens: Mapping[str, ScreenMaker] = field(default_factory=dict)
    """Makers of its screens, by the kind of their target."""
    does: Mapping[str, Callable[[Desk], object]] = field(default_factory=dict)
    """What actions do that are bound for good, by their ids; the others are bound by the screen in front."""
    panels: Mapping[str, tuple[str, PanelMaker]] = field(default_factory=dict)
    """Its side panels by the dock they stand in ("tree", "side"): the title and the maker."""
    offers: Mapping[Offer[Any], Callable[[Desk], Any]] = field(default_factory=dict)
    """What it does for other rooms, and how that is made."""
    at_first: tuple[str, ...] = ()
    """Modules that the first page needs: the job that opens the database imports them, and not the window."""
    soon: tuple[str, ...] = ()
    """Modules likely to be asked for next: a job imports them when the window has come to rest."""
    begin: Callable[[Desk], object] | None = None
    """Starts what lives as long as the window, as a child of it, once the window stands."""


def install(desk: Desk, features: Iterable[Feature]) -> None:
    """Put actions, keys and offers of features on a desk; nothing of theirs is made yet."""
    for feature in features:
        desk.actions.add(*feature.actions)
        desk.actions.describe_keys(feature.keys)
        for offer, make in feature.offers.items():
            desk.offers.add(offer, partial(make, desk))
        for action_id, run in feature.does.items():
            desk.actions.bind(action_id, partial(run, desk))


def screen_makers(desk: Desk, features: Iterable[Feature]) -> dict[str, ScreenFactory]:
    """What makes the screens of features, by the kind of their target."""
    return {kind: partial(_made, make, desk) for feature in features for kind, make in feature.screens.items()}


def homes_of_screens(features: Iterable[Feature]) -> dict[str, str]:
    """The key of the place that kinds of screens belong to; pages that are opened from several places have none."""
    return {kind: feature.within or feature.places[0].key for feature in features if feature.within or feature.places
            for kind in feature.screens}


def side_panels(desk: Desk, features: Iterable[Feature]) -> dict[str, SidePanel]:
    """The side panels of features, by the dock they stand in."""
    return {dock: SidePanel(title=title, make=partial(make, desk)) for feature in features
            for dock, (title, make) in feature.panels.items()}


def _made(make: ScreenMaker, desk: Desk, target: Target) -> Screen:
    return make(target, desk)


def opens(target: Target) -> Callable[[Desk], object]:
    """What an action does that shows a screen."""
    return lambda desk: desk.navigator.go(target)
