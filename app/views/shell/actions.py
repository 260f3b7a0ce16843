"""What the shell itself can do, apart from any screen: the specifications, in the order of the menus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.views.desk.actions import ActionSpec, KeyLine
from app.views.desk.screen import Place
from app.views.look.icons import Icon
from app.views.shell.keys.menu import MENU_KEYS

MENUS: Final = ("&File", "&Edit", "Vie&w", "&Go", "&Account", "&Money", "&Credit", "&Suspension", "E&vents",
                "&Printing", "&Tools", "&Help")
"""Titles in their order; those without actions are left out."""

SHELL_ACTIONS: Final = (
    ActionSpec(id="file.connect", text="&Connect…", menu="&File", icon=Icon.CONNECT, keys=("Ctrl+Shift+O",),
               help="Open another database: a file on this computer, or a server.",
               needs="is not available while the window starts"),
    ActionSpec(id="file.restore", text="Restore a &backup…", menu="&File", section=3, power="staff.admin",
               help="Puts a copy in place of this database, and keeps what is there under another name.",
               needs="is not available while the window starts"),
    ActionSpec(id="tab.close", text="Close &tab", menu="&File", section=1, icon=Icon.CLOSE, keys=("Ctrl+W",),
               needs="needs a tab that is not pinned"),
    ActionSpec(id="tab.reopen", text="&Reopen tab", menu="&File", section=1, keys=("Ctrl+Shift+T",),
               needs="needs a tab closed before"),
    ActionSpec(id="file.quit", text="&Quit Bursar", menu="&File", section=9, icon=Icon.QUIT, keys=("Ctrl+Q",)),
    ActionSpec(id="edit.undo", text="&Undo", menu="&Edit", section=-1, icon=Icon.UNDO, keys=("Ctrl+Z",),
               help="Takes back the newest change of this window that can be taken back.",
               needs="needs a change of this window that can be taken back"),
    ActionSpec(id="edit.redo", text="&Redo", menu="&Edit", section=-1, keys=("Ctrl+Shift+Z",),
               help="Does again what was taken back last.", needs="needs a change that was taken back"),
    ActionSpec(id="screen.refresh", text="Read &again", menu="Vie&w", icon=Icon.READ_AGAIN, keys=("F5",),
               help="Selection, order and scroll stay as they are.", needs="needs a page that reads something"),
    ActionSpec(id="view.tree", text="Account &tree", menu="Vie&w", section=1, keys=("Ctrl+B",), is_switch=True,
               needs="needs an open database"),
    ActionSpec(id="view.side", text="&Scan panel", menu="Vie&w", section=1, keys=("Ctrl+Shift+S",), is_switch=True,
               needs="needs an open database"),
    ActionSpec(id="view.jobs", text="&Jobs", menu="Vie&w", section=1, icon=Icon.JOBS, keys=("Ctrl+J",),
               is_switch=True),
    ActionSpec(id="view.larger", text="&Larger text", menu="Vie&w", section=2, icon=Icon.TEXT_SIZE,
               keys=("Ctrl++", "Ctrl+="), needs="is at its largest"),
    ActionSpec(id="view.smaller", text="S&maller text", menu="Vie&w", section=2, keys=("Ctrl+-",),
               needs="is at its smallest"),
    ActionSpec(id="view.usual", text="&Usual text size", menu="Vie&w", section=2, keys=("Ctrl+0",),
               needs="is in use"),
    ActionSpec(id="view.compact", text="&Compact rows", menu="Vie&w", section=2, keys=("Ctrl+Shift+D",),
               is_switch=True),
    ActionSpec(id="view.dark", text="&Dark palette", menu="Vie&w", section=2, icon=Icon.DARK, is_switch=True),
    ActionSpec(id="view.full_screen", text="&Full screen", menu="Vie&w", section=3, icon=Icon.FULL_SCREEN,
               keys=("F11",), is_switch=True),
    ActionSpec(id="go.back", text="&Back", menu="&Go", icon=Icon.BACK, keys=("Alt+Left",),
               needs="needs a page visited before"),
    ActionSpec(id="go.forward", text="&Forward", menu="&Go", icon=Icon.FORWARD, keys=("Alt+Right",),
               needs="needs a page to return to"),
    ActionSpec(id="go.command", text="Find or &do…", menu="&Go", section=1, keys=("Ctrl+K",), icon=Icon.SEARCH,
               help="An account, an invoice, or anything the menus can do.", needs="needs an open database"),
    ActionSpec(id="go.tree", text="Find in the account &tree", menu="&Go", section=1, keys=("Ctrl+L",),
               icon=Icon.SEARCH, needs="needs an open database"),
    ActionSpec(id="go.list", text="Fi&lter this list", menu="&Go", section=1, keys=("Ctrl+F",), icon=Icon.FILTER,
               needs="needs a list"),
    ActionSpec(id="go.next_tab", text="&Next tab", menu="&Go", section=2, keys=("Ctrl+Tab",),
               needs="needs a second tab"),
    ActionSpec(id="go.previous_tab", text="&Previous tab", menu="&Go", section=2, keys=("Ctrl+Shift+Tab",),
               needs="needs a second tab"),
    ActionSpec(id="go.next_region", text="Next &region", menu="&Go", section=3, keys=("F6",)),
    ActionSpec(id="go.previous_region", text="Pre&vious region", menu="&Go", section=3, keys=("Shift+F6",)),
    ActionSpec(id="help.keys", text="&Keys", menu="&Help", icon=Icon.KEYS, keys=("F1", "Ctrl+/")),
    ActionSpec(id="help.about", text="&About Bursar", menu="&Help", section=1, icon=Icon.INFO),
)

LIST_KEYS: Final = (
    KeyLine(group="Lists", keys="Enter", text="Open"),
    KeyLine(group="Lists", keys="Shift+Enter", text="Open in a new tab"),
    KeyLine(group="Lists", keys="Space", text="Preview, tick, set here"),
    KeyLine(group="Lists", keys="Home, End", text="First, last row"),
    KeyLine(group="Lists", keys="Shift+Up, Shift+Down", text="Extend the selection"),
    KeyLine(group="Lists", keys="Ctrl+A", text="Select all found"),
    KeyLine(group="Lists", keys="Ctrl+C", text="Copy the rows"),
    KeyLine(group="Lists", keys="Ctrl+Shift+C", text="Copy the cell"),
    KeyLine(group="Lists", keys=MENU_KEYS, text="Menu of the focused thing"),
    KeyLine(group="Account tree", keys="Right, Left", text="Expand, collapse"),
    KeyLine(group="Fields", keys="T or =", text="Today, in a date field"),
    KeyLine(group="Fields", keys="Up, Down", text="A day later, earlier, in a date field"),
    KeyLine(group="Fields", keys="PgUp, PgDn", text="A month later, earlier, in a date field"),
    KeyLine(group="Fields", keys="Esc", text="Clear a filter, leave an edit, close a pop-up"),
)


def place_id(place: Place) -> str:
    return f"place.{place.key}"


def place_keys(places: Sequence[Place]) -> list[str]:
    """Ctrl+1 to 8 from the top; places at the bottom have Ctrl+comma."""
    keys: list[str] = []
    number = 0
    for place in places:
        if place.at_bottom:
            keys.append("Ctrl+,")
        else:
            number += 1
            keys.append(f"Ctrl+{number}" if number <= 8 else "")
    return keys


def place_actions(places: Sequence[Place]) -> list[ActionSpec]:
    """One action for each place, in the menu *Go*, with a mnemonic that no other line of it has."""
    taken = {spec.text[spec.text.index("&") + 1].lower() for spec in SHELL_ACTIONS if spec.menu == "&Go"}
    specs = []
    for place, key in zip(places, place_keys(places), strict=True):
        letter = next((i for i, c in enumerate(place.title) if c.isalpha() and c.lower() not in taken), None)
        text = place.title
        if letter is not None:
            taken.add(text[letter].lower())
            text = f"{text[:letter]}&{text[letter:]}"
        specs.append(ActionSpec(id=place_id(place), text=text, menu="&Go", section=4, icon=place.icon,
                                keys=(key,) if key else ()))
    return specs
