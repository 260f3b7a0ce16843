"""What was told to customers, what was not, and why; and what staff do about it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from app.views.desk.actions import ActionSpec
from app.views.desk.desk import Desk
from app.views.desk.feature import Feature, opens
from app.views.desk.offers import MESSAGES_OF_RUN
from app.views.desk.screen import OUTBOX, Screen, Target
from app.views.look.icons import Icon

_MENU: Final = "E&vents"
_ACTIONS: Final = (
    ActionSpec(id="outbox.open", power="events", text="&Outbox", menu=_MENU, icon=Icon.EVENTS,
               help="What was told to whom, what was not and why, and what waits to leave.",
               needs="needs an open database"),
    ActionSpec(id="outbox.of_account", power="events", text="&Messages of the account", menu=_MENU,
               icon=Icon.EVENTS, help="The outbox with the messages of the account in front.",
               needs="needs an account in front"),
)


def _screen(target: Target, desk: Desk) -> Screen:
    from app.views.outbox.screen import OutboxScreen

    return OutboxScreen(target, desk)


def _begin(desk: Desk) -> object:
    from app.views.outbox.notifications import Notifications

    return Notifications(desk)


def _messages_of_run(desk: Desk) -> Callable[[int], object]:
    return partial(_show_run, desk)


def _show_run(desk: Desk, run_id: int) -> None:
    desk.navigator.go(Target(OUTBOX, part=f"run {run_id}"))


FEATURE: Final = Feature(within="events", actions=_ACTIONS, screens={OUTBOX: _screen}, begin=_begin,
                         does={"outbox.open": opens(Target(OUTBOX))}, offers={MESSAGES_OF_RUN: _messages_of_run})
