"""New accounts: a wizard over the customer list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.views.desk.actions import ActionSpec
from app.views.desk.desk import Desk
from app.views.desk.feature import Feature
from app.views.desk.offers import NEW_ACCOUNT, Offer
from app.views.look.icons import Icon

if TYPE_CHECKING:
    from app.views.creation.creation import Creation

CREATION: Final[Offer[Creation]] = Offer(name="the wizard for new accounts")

_ACTIONS: Final = (
    ActionSpec(id="account.new", power="customers.create",
               text="&New account…", menu="&File", icon=Icon.NEW_ACCOUNT, keys=("Ctrl+N",), in_toolbar=1,
               help="A customer, an agent or a provider, below the provider of the list.",
               needs="needs an open database"),
    ActionSpec(id="provider.new", power="providers.create",
               text="New &provider…", menu="&File", icon=Icon.PROVIDER,
               needs="needs an open database"),
)


def _creation(desk: Desk) -> Creation:
    from app.views.creation.creation import Creation

    return Creation(desk)


FEATURE: Final = Feature(
    actions=_ACTIONS,
    offers={CREATION: _creation, NEW_ACCOUNT: lambda desk: desk.offers.get(CREATION).new_account},
    does={"account.new": lambda desk: desk.offers.get(CREATION).new_account(),
          "provider.new": lambda desk: desk.offers.get(CREATION).new_provider()},
)
