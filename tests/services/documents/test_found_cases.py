"""What random histories found once: cases that stay."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.documents.drafting import draft_values
from app.services.documents.posting import post_draft
from app.services.documents.sheet import ledger_sheet
from app.services.errors import RefusedByRule
from app.services.ledger.disputes import adjust_dispute, end_dispute, raise_dispute
from app.services.upkeep.check import check_database
from tests.factories.books import scratch
from tests.services.documents.test_stories import INVOICE, PAYMENT, Story


@pytest.fixture
def story(database: Database, clock: FixedClock) -> Iterator[Story]:
    with scratch(database) as session:
        yield Story(session, clock)


def test_no_day_has_more_in_dispute_than_the_invoice_though_an_end_is_to_come(story: Story) -> None:
    story.on(date(2024, 2, 1))
    invoice = story.post(INVOICE, 13_400)
    story.on(date(2024, 2, 10))
    raise_dispute(story.session, invoice_id=invoice, amount_minor=7_600, on=story.day, until=date(2024, 2, 20))
    with pytest.raises(RefusedByRule, match=r"^Between 0\.01 and 58\.00 EUR of HT-00001 can be in dispute, beside "):
        raise_dispute(story.session, invoice_id=invoice, amount_minor=6_200, on=date(2024, 2, 5))
    before = raise_dispute(story.session, invoice_id=invoice, amount_minor=13_400, on=date(2024, 2, 5),
                           until=date(2024, 2, 10))
    with pytest.raises(RefusedByRule, match=r"^The dispute about HT-00001 has ended already"):
        adjust_dispute(story.session, dispute_id=before.id, amount_minor=100, on=date(2024, 2, 12), seen=0)
    later = raise_dispute(story.session, invoice_id=invoice, amount_minor=5_800, on=story.day)
    with pytest.raises(RefusedByRule, match=r"^Between 0\.01 and 58\.00 EUR of HT-00001 can be in dispute\."):
        adjust_dispute(story.session, dispute_id=later.id, amount_minor=5_900, on=story.day, seen=5_800)
    assert check_database(story.session) == []


def test_a_dispute_that_ends_before_it_grew_never_grew(story: Story) -> None:
    story.on(date(2024, 2, 1))
    invoice = story.post(INVOICE, 10_000)
    dispute = raise_dispute(story.session, invoice_id=invoice, amount_minor=2_000, on=story.day).id
    story.on(date(2024, 2, 10))
    adjust_dispute(story.session, dispute_id=dispute, amount_minor=9_000, on=story.day, seen=2_000)
    end_dispute(story.session, dispute_id=dispute, on=date(2024, 2, 5))
    assert [story.sheet(date(2024, 2, day)).disputed_minor for day in (4, 5, 10, 11)] == [2_000, 0, 0, 0]
    assert check_database(story.session) == []


def test_no_more_is_in_dispute_than_is_unsettled(story: Story) -> None:
    story.on(date(2024, 2, 1))
    invoice = story.post(INVOICE, 10_000)
    story.post(PAYMENT, 7_000)
    raise_dispute(story.session, invoice_id=invoice, amount_minor=5_000, on=story.day)
    sheet = story.sheet()
    assert (sheet.disputed_minor, sheet.rows[0].disputed_minor, sheet.payable_minor) == (3_000, 3_000, 0)


def test_of_one_day_the_lower_number_is_settled_first_though_a_draft_was_written_before(story: Story) -> None:
    story.on(date(2024, 2, 1))
    draft = story.draft(INVOICE, 4_000)
    first = story.post(INVOICE, 3_000)
    post_draft(story.session, draft_id=draft, seen=draft_values(story.session, draft_id=draft))
    story.post(PAYMENT, 3_500)
    left = {row.id: row.open_minor for row in ledger_sheet(
        story.session, account_id=story.account, as_of=story.day).rows if row.open_minor}
    assert left == {draft: 3_500}, first
