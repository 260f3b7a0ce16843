"""The figures of the cockpit, and that the rows behind each of them add up to it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from app.models.suspension.hold import Hold
from app.models.values import HoldKind, Tier
from app.services.credit.cockpit import Cockpit, credit_cockpit, month_ends
from app.services.credit.exceeded import limit_count, limit_page
from app.services.credit.limits import LimitPart, LimitQuestion
from app.services.database.unit_of_work import Database
from app.services.paging import Cursor
from tests.conftest import TEST_NOW
from tests.factories.books import scratch
from tests.support.credit_books import Office

TODAY = TEST_NOW.date()


def walk(session: Session, question: LimitQuestion, part: LimitPart) -> list[tuple[str, str, int]]:
    """All rows of a part, two at a time, and backwards from the last page as well."""
    found: list[tuple[str, str, int]] = []
    after: Cursor | None = None
    while True:
        page = limit_page(session, question=question, part=part, after=after, limit=2)
        found += [(row.code, row.currency, row.amount_minor) for row in page.rows]
        if not page.more:
            break
        after = page.last
    assert limit_count(session, question=question, part=part) == len(found)
    if after is not None:
        back = limit_page(session, question=question, part=part, before=page.first, limit=2)
        assert [row.code for row in back.rows] == [code for code, _, _ in found[-2 - len(page.rows):-len(page.rows)]]
    return found


def figures(cockpit: Cockpit, part: LimitPart) -> dict[str, tuple[int, int, int]]:
    return {f.currency: (f.minor, f.accounts, f.accounts_before) for f in cockpit.figures[part]}


def test_figures_and_the_rows_behind_them(database: Database) -> None:
    with scratch(database) as session:
        office = Office(session)
        everywhere = LimitQuestion()
        cockpit = credit_cockpit(session, question=everywhere)
        assert cockpit.currencies == ("EUR", "AUD")
        assert figures(cockpit, LimitPart.OVER) == {"EUR": (5_000 + 100 + 1, 3, 3), "AUD": (1, 1, 0)}
        assert figures(cockpit, LimitPart.NEAR) == {"EUR": (9_500, 1, 1)}
        assert figures(cockpit, LimitPart.OWING) == {"EUR": (116_001, 6, 6), "AUD": (1_001, 1, 0)}
        left = 500 + 9_000 + 10_000 + (10**9 - 70_000) + 12_000
        assert figures(cockpit, LimitPart.LEFT)["EUR"] == (left, 5, 5)
        for part in (LimitPart.OVER, LimitPart.NEAR, LimitPart.OWING, LimitPart.LEFT):
            rows = walk(session, everywhere, part)
            for currency, (minor, accounts, _) in figures(cockpit, part).items():
                mine = [amount for _, each, amount in rows if each == currency]
                assert (sum(mine), len(mine)) == (minor, accounts), (part, currency)
                assert mine == sorted(mine, reverse=True)
        assert [code for code, _, _ in walk(session, everywhere, LimitPart.OVER)] == ["FAR", "OVER", "OWN", "FIRM"]
        ageing = {row.provider: row for row in cockpit.ageing}
        assert ageing["Harbour"].minor == (9_500, 15_000, 21_001, 500, 70_000)
        assert ageing["Summit"].minor == (1_001, 0, 0, 0, 0)
        for place in range(5):
            rows = walk(session, LimitQuestion(provider_id=office.home), LimitPart(f"age{place}"))
            assert sum(amount for _, _, amount in rows) == ageing["Harbour"].minor[place]
        row = next(row for row in limit_page(session, question=everywhere, part=LimitPart.OVER).rows
                   if row.code == "FIRM")
        assert (row.limit_owner, row.limit_tier, row.is_rated, row.head_room_minor, row.is_exceeded) == (
            "Firms", Tier.PROFILE, False, -1, True)
        over = {row.code: (row.limit_owner, row.limit_tier, row.is_rated)
                for row in limit_page(session, question=everywhere, part=LimitPart.OVER).rows}
        assert over["OVER"] == ("B", Tier.PROVIDER, True)
        assert over["OWN"] == ("OWN", Tier.ACCOUNT, False)


@pytest.mark.parametrize(("more", "over"), [
    ({"profile": "Firms"}, {"EUR": 1}), ({"rating": "B"}, {"EUR": 5_101}), ({"rating": "C"}, {}),
    ({"near_percent": 5}, {"EUR": 5_101, "AUD": 1})])
def test_filters_hold_for_every_figure(database: Database, more: dict[str, object], over: dict[str, int]) -> None:
    with scratch(database) as session:
        Office(session)
        question = LimitQuestion(**more)  # type: ignore[arg-type]
        cockpit = credit_cockpit(session, question=question)
        assert {each.currency: each.minor for each in cockpit.figures[LimitPart.OVER]} == over
        for part, found in cockpit.figures.items():
            rows = walk(session, question, part)
            assert sum(amount for _, _, amount in rows) == sum(each.minor for each in found)
        if "profile" in more:
            assert [(row.provider, row.total_minor) for row in cockpit.ageing] == [("Harbour", 20_001)]
        assert cockpit.profiles == ("Default Profile", "Firms")


def test_the_trend_ends_with_today(database: Database) -> None:
    with scratch(database) as session:
        office = Office(session)
        session.add(Hold(provider_id=office.far, account_id=office.far_account, kind=HoldKind.OVERDUE.value,
                         reason="late", effective_on=date(2026, 3, 2), recorded_at=TEST_NOW, placed_by="scan"))
        session.flush()
        cockpit = credit_cockpit(session, question=LimitQuestion(provider_id=office.far))
        (trend,) = cockpit.trends
        today = TODAY - timedelta(days=1)
        assert (trend.currency, cockpit.on, len(trend.points)) == ("AUD", today, 13)
        assert [(point.on, point.owing_minor, point.suspended) for point in trend.points[-2:]] == [
            (date(2026, 2, 28), 0, 0), (today, 1_001, 1)]
        (euros,) = credit_cockpit(session, question=LimitQuestion(provider_id=office.home)).trends
        assert [point.owing_minor for point in euros.points[-2:]] == [116_001, 114_001]
        assert sum(point.suspended for point in euros.points) == 0
    assert month_ends(date(2024, 3, 31))[-3:] == [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)]
