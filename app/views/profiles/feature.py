"""Account profiles and who has them; moving members, also from a list of customers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QWidget

from app.views.desk.actions import ActionSpec
from app.views.desk.desk import Desk
from app.views.desk.feature import Feature
from app.views.desk.offers import MOVE_TO_PROFILE, Offer
from app.views.desk.screen import Screen, Target
from app.views.look.icons import Icon

if TYPE_CHECKING:
    from app.services.customers.choice import Selected
    from app.views.profiles.move_work import MoveWork

PROFILES: Final = "profiles"
MOVES: Final[Offer[MoveWork]] = Offer(name="moving members of profiles")

_ACTIONS: Final = (
    ActionSpec(id="profiles.open", power="profiles", text="Account profil&es", menu="&Tools", section=1,
               icon=Icon.PROFILE, keys=("Ctrl+Shift+P",),
               help="Terms, limits and layout that many accounts share, and who has them."),
)


def _screen(target: Target, desk: Desk) -> Screen:
    from app.views.profiles.screen import ProfilesScreen

    return ProfilesScreen(target, desk)


def _moves(desk: Desk) -> MoveWork:
    from app.views.profiles.move_work import MoveWork

    return MoveWork(desk)


def _move_to_profile(desk: Desk) -> Callable[[Selected, QWidget], object]:
    from app.views.profiles.to_profile_dialog import ToProfileDialog

    def move(selected: Selected, parent: QWidget) -> None:
        ToProfileDialog(desk.theme, desk.runner, selected, parent).open_and_forget()

    return move


def _open(desk: Desk) -> None:
    """Show the profiles, of a provider where one is in view."""
    provider_id = desk.navigator.listed_provider()
    desk.navigator.go(Target(PROFILES, part=f"provider/{provider_id}" if provider_id is not None else ""))


FEATURE: Final = Feature(
    within="accounts", actions=_ACTIONS, screens={PROFILES: _screen}, does={"profiles.open": _open},
    offers={MOVES: _moves, MOVE_TO_PROFILE: _move_to_profile},
)
