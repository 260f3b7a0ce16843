"""Currencies and rates in the window."""

from __future__ import annotations

from typing import Final

from app.views.desk.actions import ActionSpec
from app.views.desk.desk import Desk
from app.views.desk.feature import Feature, opens
from app.views.desk.screen import Screen, Target
from app.views.look.icons import Icon

CURRENCIES: Final = Target("currencies")
_ACTIONS: Final = (
    ActionSpec(id="currencies.open", text="Currencies and e&xchange rates", menu="&Money", section=3, icon=Icon.BANK,
               power="providers", needs="needs an open database",
               help="What a provider's accounts may be kept in, and what each currency costs on which day."),
)


def _screen(target: Target, desk: Desk) -> Screen:
    from app.views.currencies.screen import CurrenciesScreen

    return CurrenciesScreen(target, desk)


FEATURE: Final = Feature(within="money", actions=_ACTIONS, screens={CURRENCIES.kind: _screen},
                         does={"currencies.open": opens(CURRENCIES)})
