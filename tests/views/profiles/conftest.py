"""The worked example with other names, on the day of its invoices, before profiles are made."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtWidgets import QWidget

from app.models.values import AccountType, Enterprise
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.views.desk.screen import Target
from app.views.profiles.feature import FEATURE, MOVES
from app.views.profiles.screen import ProfilesScreen
from app.views.widgets.notices import Notice
from tests.factories.books import Book
from tests.support.driver import Driver, TableDriver
from tests.support.filled_books import FilledBooks
from tests.views.accounts.conftest import Bench, backend, bench, theme

__all__ = ["backend", "bench", "theme"]

POSTED = datetime(2025, 6, 3, 9, tzinfo=UTC)
TRADE, HOUSEHOLD = ("K1", "K4"), ("K2", "K5", "K6", "K7", "K8")
_NAMES = {"K1": "Anvil Works", "K2": "June Resident", "K3": "Carl Simple", "K4": "Dune Works", "K5": "Eve Vaughn",
          "K6": "Finn Short", "K7": "Gina Plan", "K8": "Hal Doubt"}
_BY_POST = {"K1": "email_and_post", "K3": "post", "K4": "post"}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(POSTED)


@pytest.fixture
def ids(database: Database, filled_books: FilledBooks) -> dict[str, int]:
    """What `fill` makes; ids by code."""
    return filled_books.put(database, fill)


def fill(database: Database) -> dict[str, int]:
    """AW wholesale > NN retail with eight customers, all with the default profile; ids by code."""
    with database.write() as session:
        book = Book(session)
        found = {"AW": book.provider("AW", kind=AccountType.WHOLESALE, name="Atlas Wholesale")}
        found["NN"] = book.provider(
            "NN", parent=found["AW"], name="Northgate Net", trading_due_days=10, paper_invoice_fee=250,
            account_billing_day=1, period_length_months=3, invoice_delivery_method="email")
        for code, name in _NAMES.items():
            values = {"invoice_delivery_method": _BY_POST[code]} if code in _BY_POST else {}
            own = {"trading_due_days": 7, "paper_invoice_fee": 0} if code == "K4" else {}
            enterprise = Enterprise.ORGANISATION if code in TRADE else Enterprise.INDIVIDUAL
            found[code] = book.account(found["NN"], code, name=name, enterprise=enterprise, **values, **own)
    return found


class Desk:
    """The screen, with the notices that came up."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.window: QWidget | None = None
        self.desk = bench.desk(FEATURE)
        self.work = self.desk.offers.get(MOVES)
        self.screen = self.open()

    @property
    def seen(self) -> Driver[ProfilesScreen]:
        return Driver(self.screen)

    @property
    def profiles(self) -> TableDriver:
        """The list of profiles."""
        return self.seen.table("Account profiles")

    @property
    def members(self) -> Driver[QWidget]:
        """The tab of the members of the profile in front."""
        return Driver(self.screen.card.members)

    @property
    def notices(self) -> list[Notice]:
        """Those that came up, the first one first."""
        return list(reversed(self.desk.notices.kept))

    def open(self, part: str = "") -> ProfilesScreen:
        bench = self.bench
        target = Target("profiles", part=part or f"provider/{bench.ids['NN']}")
        self.screen = ProfilesScreen(target, self.desk)
        bench.show(self.screen)
        return self.screen


@pytest.fixture
def desk(bench: Bench) -> Desk:
    return Desk(bench)


