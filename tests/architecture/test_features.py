"""Features bring themselves: each room that has one is listed, and no screen is imported before it is asked for."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from app.views.desk.feature import homes_of_screens
from app.views.shell.actions import MENUS, SHELL_ACTIONS
from app.workplace import FEATURES

VIEWS = Path(__file__).parents[2] / "app" / "views"
LIGHT = frozenset({"feature", "list_walk", "parts", "signing"})
"""Modules of rooms with screens that may be there before any of their screens is."""
_LIST = """
import json, sys
import app.workplace
print(json.dumps(sorted(name for name in sys.modules if name.startswith("app.views."))))
"""


def rooms() -> list[str]:
    """Rooms that bring a feature; the desk says what one is."""
    return sorted({path.parent.name for path in VIEWS.glob("*/feature.py")} - {"desk"})


def test_every_room_with_a_feature_is_in_the_list_of_the_window() -> None:
    features = {room: import_module(f"app.views.{room}.feature").FEATURE for room in rooms()}
    assert [room for room, feature in features.items() if feature not in FEATURES] == []
    assert len(FEATURES) == len(features)


def test_no_screen_is_imported_before_it_is_asked_for() -> None:
    run = subprocess.run([sys.executable, "-c", _LIST], capture_output=True, text=True, check=True, timeout=120,
                         cwd=VIEWS.parents[1])
    early = [name for name in json.loads(run.stdout)
             if name.count(".") == 3 and name.split(".")[2] in rooms() and name.split(".")[3] not in LIGHT]
    assert early == []


def test_each_kind_of_screen_each_action_and_each_panel_has_one_room() -> None:
    for what in ([kind for feature in FEATURES for kind in feature.screens],
                 [spec.id for feature in FEATURES for spec in feature.actions],
                 [dock for feature in FEATURES for dock in feature.panels],
                 [offer.name for feature in FEATURES for offer in feature.offers]):
        assert len(what) == len(set(what))
    known = {spec.id for feature in FEATURES for spec in feature.actions}
    assert {action for feature in FEATURES for action in feature.does} <= known


def test_every_line_of_a_menu_has_a_letter_of_its_own() -> None:
    specs = [spec for feature in FEATURES for spec in feature.actions] + list(SHELL_ACTIONS)
    assert {spec.menu for spec in specs if spec.menu} <= set(MENUS)
    for menu in MENUS:
        texts = [spec.text for spec in specs if spec.menu == menu]
        assert [text for text in texts if "&" not in text] == [], menu
        letters = Counter(text[text.index("&") + 1].lower() for text in texts)
        assert [text for text in texts if letters[text[text.index("&") + 1].lower()] > 1] == [], menu


def test_what_is_imported_ahead_is_there() -> None:
    ahead = [module for feature in FEATURES for module in (*feature.at_first, *feature.soon)]
    assert ahead
    assert [module for module in ahead if find_spec(module) is None] == []


def test_each_screen_has_a_place_in_the_rail_but_the_page_that_several_open() -> None:
    places = {place.key for feature in FEATURES for place in feature.places}
    homes = homes_of_screens(FEATURES)
    assert set(homes.values()) <= places
    assert {kind for feature in FEATURES for kind in feature.screens} - set(homes) == {"account"}
    assert (homes["staff"], homes["modules"], homes["groups"]) == ("settings", "settings", "accounts")
