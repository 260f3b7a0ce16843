"""The account screens on a small real database, with jobs done at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.models.values import AccountType, HoldKind
from app.services.credit.ratings import set_credit_rating
from app.services.database.unit_of_work import Database
from app.services.jobs import JobContext
from app.services.rules.rule_sets import set_rules
from app.services.scans.scan import run_scan
from app.services.status.changes import place_hold
from app.views.accounts.feature import FEATURE as ACCOUNTS
from app.views.accounts.page import AccountPage
from app.views.accounts.parts import PARTS
from app.views.customers.feature import FEATURE as CUSTOMERS
from app.views.customers.list_screen import CustomerListScreen
from app.views.desk.actions import ActionRegistry
from app.views.desk.desk import Desk
from app.views.desk.feature import Feature
from app.views.desk.screen import Navigator, Screen, Target
from app.views.hierarchy.tree_panel import AccountTreePanel
from app.views.lists.lazy_tree import LazyTree
from app.views.look.theme import Theme
from app.views.outbox.feature import FEATURE as OUTBOX
from app.views.running.change_bus import ChangeBus
from app.views.shell.actions import SHELL_ACTIONS
from tests.conftest import TEST_NOW
from tests.factories.books import Book, status_shown
from tests.support.desks import make_desk
from tests.support.driver import Driver
from tests.support.filled_books import FilledBooks
from tests.support.immediate_runner import ImmediateRunner
from tests.support.switches import set_brake, switch_on

TODAY = TEST_NOW.date()
NO_MODIFIER = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def backend() -> str:
    """Screens are the same on both databases, so one is enough."""
    return "sqlite"


@pytest.fixture
def ids(database: Database, filled_books: FilledBooks) -> dict[str, int]:
    """What `fill` makes; ids by code."""
    return filled_books.put(database, fill)


def fill(database: Database) -> dict[str, int]:
    """operator > PW > (HT > agent and five customers; CC, which has none); ids by code.

    A3 was suspended by a scan; A2 is due to be; A4 is over its limit; A1 owes nothing.
    """
    found: dict[str, int] = {}
    with database.write() as session:
        book = Book(session)
        found["PW"] = book.provider("PW", kind=AccountType.WHOLESALE, name="Pacific Wholesale", late_fee="enable")
        found["HT"] = book.provider("HT", parent=found["PW"], name="Harbour Telecom", trading_due_days=10)
        found["CC"] = book.provider("CC", parent=found["PW"], name="Coral Coast")
        set_rules(session, provider_id=found["HT"], effective_from=TODAY - timedelta(days=30), min_overdue_minor=5_000,
                  min_overdue_days=14, restore_at_minor=1_000, resuspend_days=3, name="Harbour standard", seen=0)
        switch_on(session, provider_id=found["HT"])
        set_brake(session, provider_id=found["HT"])
        found["A3"] = book.account(found["HT"], "A3", name="Bob Plain")
        book.service(found["A3"], "0400 000 003")
        book.invoice(found["A3"], 5_750, TODAY - timedelta(days=40), TODAY - timedelta(days=30), number="HT-3")
    run_scan(database, JobContext())
    with database.write() as session:
        _customers(Book(session), found)
    return found


def _customers(book: Book, ids: dict[str, int]) -> None:
    business = book.profile(ids["HT"], "Business", trading_due_days=21, credit_rating="A")
    set_credit_rating(book.session, provider_id=ids["HT"], code="A", limit_minor=300_000, seen=None)
    ids["AG"] = book.account(ids["HT"], "AG", name="Zebra Agency", kind=AccountType.AGENT)
    ids["S1"] = book.account(ids["HT"], "S1", name="Signed Up", agent=ids["AG"])
    ids["A1"] = book.account(ids["HT"], "A1", name="Acme Pty Ltd", profile=business)
    ids["A2"] = book.account(ids["HT"], "A2", name="Jane Citizen")
    ids["A4"] = book.account(ids["HT"], "A4", name="Delta Ltd", credit_limit=1_000)
    book.service(ids["A2"], "0400 000 002")
    book.service(ids["A2"], "0400 000 022", name="Broadband")
    ids["HT-2"] = book.invoice(ids["A2"], 6_600, TODAY - timedelta(days=30), TODAY - timedelta(days=20), number="HT-2",
                               tax_minor=600)
    book.invoice(ids["A4"], 5_000, TODAY - timedelta(days=5), TODAY + timedelta(days=5), number="HT-4")


@dataclass
class Bench:
    """Everything a test touches."""

    database: Database
    ids: dict[str, int]
    theme: Theme
    runner: ImmediateRunner
    bus: ChangeBus
    actions: ActionRegistry
    navigator: Navigator
    settings: QSettings
    qtbot: object
    visited: list[tuple[Target, bool]] = field(default_factory=list)
    desks: list[Desk] = field(default_factory=list)

    def show(self, widget: QWidget, width: int = 1200, height: int = 760) -> None:
        self.qtbot.addWidget(widget)
        widget.resize(width, height)
        widget.show()
        widget.activateWindow()
        self.qtbot.waitUntil(widget.isActiveWindow, timeout=2000)
        QApplication.processEvents()

    def desk(self, *features: Feature, window: QWidget | None = None) -> Desk:
        """What screens are given here."""
        desk = make_desk(self.theme, self.runner, self.bus, actions=self.actions, navigator=self.navigator,
                         settings=self.settings, window=window, today=lambda: TODAY, features=features)
        self.desks.append(desk)  # it lives as long as the screens do
        return desk

    def tree(self) -> AccountTreePanel:
        panel = AccountTreePanel(self.desk())
        self.show(panel, 300, 600)
        panel.load()
        tree = Driver(panel).one(LazyTree)
        self.qtbot.waitUntil(lambda: tree.model().rowCount(tree.model().index_of(self.ids["PW"])) == 2)
        return panel

    def customers(self, provider: str = "HT", *features: Feature) -> CustomerListScreen:
        """The list of a provider; features offer what other rooms do for it."""
        target = Target("customers", part=str(self.ids[provider]) if provider else "")
        screen = CustomerListScreen(target, self.desk(*features))
        self.show(screen)
        screen.focus_first()
        return screen

    def page(self, code: str, part: str = "attributes") -> AccountPage:
        page = AccountPage(Target("account", self.ids[code], part), self.desk())
        self.show(page)
        return page

    def use(self, screen: Screen) -> None:
        """Bind the actions to a screen, as the shell does while it is in front."""
        self.actions.use_context(screen.bindings())

    def trigger(self, screen: Screen, action_id: str) -> None:
        self.use(screen)
        self.actions.trigger(action_id)
        QApplication.processEvents()


def tab_action(part: str) -> str:
    """The action that brings a tab of the account page to the front."""
    return f"account.tab{[key for key, _ in PARTS].index(part) + 1}"


def press(widget: QWidget, *keys: Qt.Key, modifiers: Qt.KeyboardModifier = NO_MODIFIER) -> None:
    """Press keys on whatever in a widget has the keyboard."""
    for key in keys:
        QTest.keyClick(widget.focusWidget() or widget, key, modifiers)
        QApplication.processEvents()


def type_text(widget: QWidget, text: str) -> None:
    QTest.keyClicks(widget.focusWidget() or widget, text)
    QApplication.processEvents()


def hold(database: Database, account_id: int) -> None:
    """A hold by staff, as if somebody else had placed it."""
    with database.write() as session:
        place_hold(session, account_id=account_id, kind=HoldKind.MANUAL, reason="credit check", on=TODAY,
                   seen=status_shown(session, account_id))


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp)


@pytest.fixture
def bench(database: Database, ids: dict[str, int], theme: Theme, qtbot, tmp_path) -> Bench:
    bus = ChangeBus()
    actions = ActionRegistry(theme)
    actions.add(*SHELL_ACTIONS, *CUSTOMERS.actions, *ACCOUNTS.actions, *OUTBOX.actions)
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    made = Bench(database, ids, theme, ImmediateRunner(database, bus), bus, actions, Navigator(), settings, qtbot)
    made.navigator.asked.connect(lambda target, aside: made.visited.append((target, aside)))
    return made
