"""Glen Fibre with three profiles, two of them with events, and customers to preview them for."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import update

from app.models.parties.contact import Contact
from app.models.values import EventAction
from app.services.database.unit_of_work import Database
from app.services.events.listing import MappingRow, events_of_profiles
from app.services.events.mappings import provision_events
from app.services.events.templates import template_versions
from app.views.desk.screen import TEMPLATES, Target
from app.views.events.feature import FEATURE
from app.views.events.screen import TemplatesScreen
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from tests.factories.books import Book
from tests.support.desks import make_desk
from tests.support.driver import Driver, settle
from tests.support.filled_books import FilledBooks
from tests.support.immediate_runner import ImmediateRunner


@pytest.fixture
def backend() -> str:
    """Screens are the same on both databases, so one is enough."""
    return "sqlite"


def fill(database: Database) -> dict[str, int]:
    """GLEN with Firms and Homes, which have the standard events, and Charity, which has none; ids by name."""
    with database.write() as session:
        book = Book(session)
        ids = {"GLEN": book.provider("GLEN", name="Glen Fibre")}
        for name in ("Firms", "Homes", "Charity"):
            ids[name] = book.profile(ids["GLEN"], name)
        ids["A1"] = book.account(ids["GLEN"], "A1", name="Acme", profile=ids["Firms"])
        ids["A2"] = book.account(ids["GLEN"], "A2", name="Bolt", profile=ids["Firms"])
        ids["A3"] = book.account(ids["GLEN"], "A3", name="Crane", profile=ids["Homes"])
        ids["I1"] = book.invoice(ids["A1"], 11_250, date(2026, 2, 20), date(2026, 3, 13), number="GF-1")
        ids["I2"] = book.invoice(ids["A2"], 5_000, date(2026, 2, 20), date(2026, 3, 13), number="GF-2")
        session.execute(update(Contact).values(email="pay@acme.example", mobile="+61400000001"))
        for name in ("Firms", "Homes"):
            provision_events(session, provider_id=ids["GLEN"], profile_id=ids[name])
    return ids


class Bench:
    """The screen on those books, and hands on it."""

    def __init__(self, database: Database, ids: dict[str, int], qapp: QApplication) -> None:
        self.database, self.ids = database, ids
        self.bus = ChangeBus()
        self.theme = Theme(qapp)
        self.desk = make_desk(self.theme, ImmediateRunner(database, self.bus), self.bus, features=[FEATURE])
        self.screen = TemplatesScreen(Target(TEMPLATES), self.desk)
        self.screen.resize(1240, 760)
        self.driver = Driver(self.screen)

    def show(
        self, profile: str = "Firms", event: str = "", action: str = "", period: int = 0
    ) -> Driver[TemplatesScreen]:
        """Show a profile, one of its events, or what one says."""
        part = f"profile/{self.ids[profile]}"
        if event:
            part = "/".join(filter(None, ("event", str(self.mapping(profile, event, period).id), action)))
        self.screen.show_part(part)
        self.screen.show()
        self.screen.activateWindow()
        settle()
        return self.driver

    def mapping(self, profile: str, event: str, period: int = 0) -> MappingRow:
        with self.database.read() as session:
            profiles = events_of_profiles(session, provider_id=self.ids["GLEN"])
        return next(m for each in profiles if each.profile == profile for m in each.mappings
                    if (m.event, m.period_days) == (event, period))

    def is_on(self, profile: str, event: str, action: EventAction, period: int = 0) -> bool:
        row = self.mapping(profile, event, period)
        return next(each.enabled for each in row.actions if each.action is action)

    def stored(self, profile: str, event: str, action: EventAction, period: int = 0) -> dict[str, str]:
        """The words that are used now."""
        mapping = self.mapping(profile, event, period)
        with self.database.read() as session:
            versions = template_versions(session, mapping_id=mapping.id, action=action)
        return dict(versions[0].content)

    def preview(self) -> None:
        """Let the pause pass behind which the preview asks."""
        self.screen.preview.ask_now()
        settle()

    @property
    def said(self) -> list[str]:
        return [" ".join(filter(None, (notice.title, notice.text))) for notice in self.desk.notices.kept]


@pytest.fixture
def bench(database: Database, filled_books: FilledBooks, qapp: QApplication, qtbot: QtBot) -> Bench:
    ids = filled_books.put(database, fill)
    bench = Bench(database, ids, qapp)
    qtbot.addWidget(bench.screen)
    return bench
