"""What every screen of one window is given, as one value instead of eight parameters.

A desk belongs to one window on one open database. Opening another database makes another desk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

from app.views.desk.actions import ActionRegistry
from app.views.desk.memory import BooksMemory
from app.views.desk.offers import Offers
from app.views.desk.own_powers import PowersHere
from app.views.desk.person import PersonHere
from app.views.desk.screen import Navigator
from app.views.desk.undoing import Undoing
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from app.views.running.runner import Runner
from app.views.widgets.notices import Notices


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """See the module. Nothing of it changes while the window is there; what can change says so itself."""

    theme: Theme
    runner: Runner
    bus: ChangeBus
    actions: ActionRegistry
    navigator: Navigator
    notices: Notices
    settings: QSettings
    """How this person likes the window, whatever the database."""
    memory: BooksMemory
    """What is remembered of these books."""
    person: PersonHere
    powers: PowersHere
    undoing: Undoing
    """What this window did and can take back."""
    window: QWidget
    """What dialogs stand over that no screen asked for."""
    database: str
    """Which database this is, in words and without a password: "demo.db on this computer"."""
    today: Callable[[], date]
    """The date of this workstation: to be shown where no provider is in view; it decides nothing."""
    date_in: Callable[[str], date]
    """The date in a time zone, by the clock of the database; its argument is an IANA name."""
    offers: Offers = field(default_factory=Offers)
    """What rooms do for each other."""
