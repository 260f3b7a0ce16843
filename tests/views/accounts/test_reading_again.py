"""After a change the account page reads its head and what shows, and of that only what the change concerns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from app.models.values import Tier
from app.services.attributes.writing import set_attribute
from app.services.changes import Changed, ChangeSet
from app.services.database.asking import doing
from app.views.accounts.page import AccountPage
from app.views.accounts.page_tabs import TabStack
from app.views.accounts.parts import PARTS
from tests.views.accounts.conftest import Bench, tab_action

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

Asked = Callable[[], list[str]]


@pytest.fixture
def asked(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """The names of what was asked and done since the last look, in order."""
    names: list[str] = []
    submit = bench.runner.submit

    def noted(job, **how):
        names.append(getattr(job, "func", job).__name__)
        return submit(job, **how)

    monkeypatch.setattr(bench.runner, "submit", noted)

    def taken() -> list[str]:
        seen, names[:] = list(names), []
        return seen

    return taken


@contextmanager
def page_of(bench: Bench, part: str, asked: Asked) -> Iterator[AccountPage]:
    page = bench.page("A1", part=part)
    asked()
    yield page


def set_terms(bench: Bench, days: int) -> None:
    bench.runner.write(doing(set_attribute, tier=Tier.ACCOUNT, owner_id=bench.ids["A1"], key="trading_due_days",
                             value=days, seen={}))


@pytest.mark.parametrize(("part", "read"), [
    ("attributes", ["attribute_sheet"]), ("details", ["account_details"]), ("summary", ["account_summary"]),
    ("ledger", []), ("services", []), ("contacts", []), ("groups", []), ("notes", []),
])
def test_one_attribute_set_reads_the_head_and_what_shows_it(
    bench: Bench, asked: Asked, part: str, read: list[str]
) -> None:
    with page_of(bench, part, asked):
        set_terms(bench, 3)
        assert asked() == ["set_attribute", "account_header", *read]


def test_tabs_that_come_to_the_front_later_read_then(bench: Bench, asked: Asked) -> None:
    with page_of(bench, "attributes", asked) as page:
        bench.trigger(page, tab_action("ledger"))
        asked()
        set_terms(bench, 3)
        bench.trigger(page, tab_action("attributes"))
        assert asked() == ["set_attribute", "account_header", "attribute_sheet"]
        bench.trigger(page, tab_action("ledger"))
        assert asked() == [], "nothing was posted meanwhile"


def test_a_hold_concerns_services_and_what_may_be_done(bench: Bench, asked: Asked) -> None:
    with page_of(bench, "services", asked):
        bench.bus.publish(ChangeSet.of(Changed.HOLDS, accounts={bench.ids["A1"]}))
        assert asked() == ["account_header", "status_options", "service_rows", "service_options"]


def test_asked_for_everything_is_read_again(bench: Bench, asked: Asked) -> None:
    with page_of(bench, "attributes", asked) as page:
        bench.trigger(page, "screen.refresh")
        assert asked() == ["account_header", "status_options", "attribute_sheet"]
        bench.bus.publish(ChangeSet.of(Changed.DATABASE))
        assert asked() == ["own_powers", "account_header", "status_options", "attribute_sheet"]


def test_what_changes_while_the_page_is_hidden_is_read_once_together(bench: Bench, asked: Asked) -> None:
    with page_of(bench, "attributes", asked) as page:
        page.hide()
        bench.bus.publish(ChangeSet.of(Changed.NOTES, accounts={bench.ids["A1"]}))
        set_terms(bench, 3)
        assert asked() == ["set_attribute"]
        page.show()
        assert asked() == ["account_header", "attribute_sheet"]


def test_every_tab_says_what_concerns_it(bench: Bench) -> None:
    page = bench.page("A1")
    for key, _ in PARTS:
        page.show_part(key)
        assert page.findChild(TabStack).currentWidget().concerned_by
