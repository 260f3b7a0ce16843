"""Importing accounts, services, invoices and payments: a wizard and the job it begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.views.desk.actions import WRITING, ActionSpec
from app.views.desk.desk import Desk
from app.views.desk.feature import Feature
from app.views.desk.offers import Offer
from app.views.look.icons import Icon

if TYPE_CHECKING:
    from app.views.importing.importing import Importing

IMPORTING: Final[Offer[Importing]] = Offer(name="the wizard for imports")

_ACTIONS: Final = (
    ActionSpec(id="file.import", power=WRITING, text="&Import…", menu="&File", icon=Icon.IMPORT,
               help="Accounts, services, invoices or payments from a file.", needs="needs an open database"),
)


def _importing(desk: Desk) -> Importing:
    from app.views.importing.importing import Importing

    return Importing(desk)


FEATURE: Final = Feature(actions=_ACTIONS, offers={IMPORTING: _importing},
                         does={"file.import": lambda desk: desk.offers.get(IMPORTING).begin()})
