"""The walks along the hierarchy: down the providers, up to the operator, and through a tree that is damaged."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.values import AccountType
from app.services.access.walks import above, below
from app.services.database.unit_of_work import Database
from app.services.hierarchy.operator import operator_of
from tests.factories.books import Book, scratch, switch_off_guards


def _book(session: Session) -> dict[str, int]:
    """operator > PW > HT > agent > one customer; ids by code."""
    book = Book(session)
    ids = {"operator": operator_of(session).id, "PW": book.provider("PW", kind=AccountType.WHOLESALE)}
    ids["HT"] = book.provider("HT", parent=ids["PW"])
    ids["AG"] = book.account(ids["HT"], "AG", kind=AccountType.AGENT)
    ids["C1"] = book.account(ids["HT"], "C1", agent=ids["AG"])
    return ids


def _below(session: Session, *providers: int) -> list[tuple[int, int]]:
    walk = below(providers)
    return sorted((row.root, row.id) for row in session.execute(select(walk.c.root, walk.c.id)))


def _above(session: Session, account: int, *, as_shown: bool = False) -> list[int]:
    walk = above(account, as_shown=as_shown)
    return list(session.scalars(select(walk.c.id).where(walk.c.id.is_not(None)).order_by(walk.c.level)))


def test_down_the_providers_and_no_further(database: Database) -> None:
    with scratch(database) as session:
        ids = _book(session)
        operator, upper, lower = ids["operator"], ids["PW"], ids["HT"]
        assert _below(session, lower) == [(lower, lower)]
        assert _below(session, operator) == sorted([(operator, operator), (operator, upper), (operator, lower)])
        assert _below(session, upper, lower) == sorted([(upper, upper), (upper, lower), (lower, lower)])
        assert _below(session) == []


def test_up_to_the_operator(database: Database) -> None:
    with scratch(database) as session:
        ids = _book(session)
        assert _above(session, ids["C1"]) == [ids[code] for code in ("C1", "HT", "PW", "operator")]
        assert _above(session, ids["C1"], as_shown=True) == [ids[code] for code in ("C1", "AG", "HT", "PW", "operator")]
        assert _above(session, ids["operator"]) == [ids["operator"]]
        assert _above(session, -1) == []


def test_a_walk_up_ends_where_the_tree_runs_in_a_circle(database: Database) -> None:
    with scratch(database) as session:
        ids = _book(session)
        switch_off_guards(session)
        session.execute(update(Account).where(Account.id == ids["PW"]).values(parent_id=ids["HT"])
                        .execution_options(synchronize_session=False))
        assert len(_above(session, ids["HT"])) == 65
