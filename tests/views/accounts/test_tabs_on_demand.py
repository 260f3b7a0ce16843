"""A tab of the account page, and what stands beside it, is made when somebody first wants to see it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabBar, QWidget

from app.models.values import ServiceState
from app.services.accounts.services import NewService, create_services
from app.services.changes import Changed, ChangeSet
from app.views.accounts.page import AccountPage
from app.views.accounts.parts import PARTS
from app.views.desk.page_tab import PageTab
from app.views.desk.screen import Target
from app.views.inheritance.panel import InheritancePanel
from app.views.ledger.invoice_panel import InvoicePanel
from app.views.status.reasoning_panel import ReasoningPanel
from tests.support.account_page import AccountPageDriver
from tests.support.driver import name_of
from tests.views.accounts.conftest import Bench, tab_action

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def made(page: AccountPage) -> list[str]:
    return sorted(type(tab).__name__ for tab in page.findChildren(PageTab))


def walk(page: AccountPage, start: QWidget) -> list[QWidget]:
    """What the tabulator reaches in the page, from one widget on."""
    found, widget = [start], start.nextInFocusChain()
    while widget is not start:
        if page.isAncestorOf(widget) and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found


def test_an_opened_page_has_the_tab_that_shows(bench: Bench) -> None:
    page = bench.page("A1", part="notes")
    assert made(page) == ["NotesTab"]
    assert not any(page.findChildren(kind) for kind in (InheritancePanel, InvoicePanel, ReasoningPanel))
    bench.trigger(page, tab_action("history"))
    bench.trigger(page, tab_action("notes"))
    assert made(page) == ["HistoryTab", "NotesTab"]


def test_a_page_that_waits_behind_another_has_none(bench: Bench) -> None:
    page = AccountPage(Target("account", bench.ids["A1"], "ledger"), bench.desk())
    page.restore_state({"title": "Acme", "tab": "contacts"})
    assert (page.title, page.part(), made(page)) == ("Acme", "contacts", [])
    assert page.unsaved_text() == ""
    bench.show(page)
    assert made(page) == ["ContactsTab"]


def test_every_tab_comes_by_its_key(bench: Bench) -> None:
    page = bench.page("A1", part="")
    for key, _ in PARTS:
        bench.trigger(page, tab_action(key))
        assert page.part() == key
        assert page.focusWidget() is not None
        (shown,) = [tab for tab in page.findChildren(PageTab) if tab.isVisible()]
        assert shown.isAncestorOf(page.focusWidget()), key
    assert len(made(page)) == len(PARTS)


def test_a_tab_chosen_before_the_head_is_there_shows_at_once(bench: Bench) -> None:
    bench.runner.hold()
    page = bench.page("A1", part="")
    bar = AccountPageDriver(page).parts
    bar.click_on_tab("Ledger")
    assert [type(tab).__name__ for tab in page.findChildren(PageTab) if tab.isVisible()] == ["LedgerTab"]
    bench.runner.release()


def test_the_tabulator_walks_head_tabs_and_side_in_order(bench: Bench) -> None:
    page = bench.page("A2", part="ledger")
    bench.trigger(page, tab_action("notes"))
    bench.trigger(page, "account.reasoning")
    order = walk(page, page.findChild(QTabBar))
    tab = [isinstance(widget, QTabBar) or any(
        one.isAncestorOf(widget) for one in page.findChildren(PageTab)) for widget in order]
    assert tab == sorted(tab, reverse=True), "first the bar and its tab, then the side pane and the head"
    assert tab.count(True) > 3


def test_the_count_of_services_stands_there_from_the_start(bench: Bench) -> None:
    page = bench.page("A2", part="notes")
    parts = AccountPageDriver(page).parts
    assert parts.spoken("Services") == "Services 2"
    with bench.database.write() as session:
        create_services(session, provider_id=bench.ids["HT"], services=[NewService(
            account_id=bench.ids["A2"], identifier="0400 000 222", name="Fax", state=ServiceState.ACTIVE)])
    bench.bus.publish(ChangeSet.of(Changed.SERVICES, accounts={bench.ids["A2"]}))
    assert parts.spoken("Services") == "Services 3"
    assert made(page) == ["NotesTab"]


def test_the_diagram_is_walked_behind_the_buttons_above_it(bench: Bench) -> None:
    page = bench.page("A1")
    bench.trigger(page, "account.why")
    seen = AccountPageDriver(page)
    names = [name_of(widget) for widget in walk(page, seen.button("Close this panel"))]
    assert names[:4] == ["Close this panel", "Wide form of the diagram", "The diagram as text",
                         "Save or print the diagram"]
    assert "Set it here" in names[4:]
