"""Whose date the status bar says: the provider's in view, and the new one once its day has turned."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtWidgets import QApplication

from app.services.clock import FixedClock
from app.views.desk.screen import BusinessPlace, Screen, Target
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.shell.business_date import BusinessDate
from app.views.shell.tabs.area import TabArea
from app.views.widgets.status_strip import StatusField


class ProviderPage(Screen):
    """A page of one provider or of several; none in the end."""

    def __init__(self, target: Target) -> None:
        super().__init__(target, target.kind, Icon.LIST)
        self.zones: tuple[str, ...] = ()

    def business_place(self) -> BusinessPlace | None:
        return BusinessPlace("Harbour Telecom", self.zones) if self.zones else None

    def show_zones(self, *zones: str) -> None:
        self.zones = zones
        self.business_place_changed.emit()


class Bench:
    def __init__(self, theme: Theme) -> None:
        self.clock = FixedClock(datetime(2025, 7, 2, 13, 30, tzinfo=UTC))
        self.tabs = TabArea(theme)
        self.tabs.use({"sydney": ProviderPage, "settings": ProviderPage}, frozenset())
        self.field = StatusField(theme, Icon.CALENDAR)
        self.date = BusinessDate(self.field, self.tabs, theme.formatter,
                                 date_in=self._date_in, here=self._here)
        self.turns = 0
        self.date.turned.connect(self._on_turned)

    def _date_in(self, zone: str) -> date:
        return self.clock.moment.astimezone(ZoneInfo(zone)).date()

    def _here(self) -> date:
        return self.clock.moment.date()

    def _on_turned(self) -> None:
        self.turns += 1

    def page(self, kind: str = "sydney") -> ProviderPage:
        page = self.tabs.open(Target(kind))
        assert isinstance(page, ProviderPage)
        return page


@pytest.fixture
def bench(qapp: QApplication, qtbot) -> Bench:
    made = Bench(Theme(qapp))
    for widget in (made.tabs, made.field):
        qtbot.addWidget(widget)
    return made


def test_nothing_is_claimed_before_a_provider_is_known(bench: Bench) -> None:
    bench.page()
    assert bench.field.text == ""
    assert bench.field.isHidden()


def test_the_date_is_the_providers_and_names_its_place_where_it_differs(bench: Bench) -> None:
    page = bench.page()
    page.show_zones("Australia/Sydney")
    assert bench.field.text == "Business date Wed 2 Jul 2025"
    assert "Harbour Telecom" in bench.field.toolTip()
    page.show_zones("Pacific/Auckland")
    assert bench.field.text == "Business date Thu 3 Jul 2025 in Auckland"
    page.show_zones("Australia/Sydney", "Pacific/Auckland")
    assert bench.field.text == "Business dates Wed 2 Jul 2025 and Thu 3 Jul 2025"


def test_a_page_without_a_provider_leaves_the_last_one(bench: Bench) -> None:
    bench.page().show_zones("Pacific/Auckland")
    bench.page("settings")
    assert bench.field.text == "Business date Thu 3 Jul 2025 in Auckland"


def test_a_day_that_turns_is_noticed_once(bench: Bench) -> None:
    bench.page().show_zones("Australia/Sydney")
    bench.date.look()
    assert bench.turns == 0
    bench.clock.moment = datetime(2025, 7, 2, 14, 30, tzinfo=UTC)
    bench.date.look()
    bench.date.look()
    assert bench.turns == 1
    assert bench.field.text == "Business date Thu 3 Jul 2025 in Sydney"
