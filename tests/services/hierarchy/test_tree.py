"""The tree branch by branch, the way to a node, and the jump filter."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from app.models.values import AccountType, HoldKind
from app.services.database.unit_of_work import Database
from app.services.hierarchy.search import find_accounts
from app.services.hierarchy.tree import (
    TreeCursor,
    TreeRow,
    path_to,
    siblings_ahead,
    tree_children,
    tree_roots,
    tree_rows,
)
from app.services.status.changes import place_hold
from tests.factories.books import Book, scratch, status_shown

DAY = date(2025, 6, 3)


def tree_book(session: Session) -> dict[str, int]:
    """operator > PW > (HT > agent > one customer, six customers; CC), and NB; ids by code."""
    book = Book(session)
    ids = {"PW": book.provider("PW", kind=AccountType.WHOLESALE, name="Pacific Wholesale")}
    ids["HT"] = book.provider("HT", parent=ids["PW"], name="Harbour Telecom")
    ids["CC"] = book.provider("CC", parent=ids["PW"], name="coral coast")
    ids["NB"] = book.provider("NB", parent=ids["PW"], kind=AccountType.NON_BILLING, name="Bare")
    ids["AG"] = book.account(ids["HT"], "AG", name="Zebra Agency", kind=AccountType.AGENT)
    ids["S1"] = book.account(ids["HT"], "S1", name="Signed Up", agent=ids["AG"])
    for number, name in enumerate(["Acme", "Zeta", "acme", "eBay", "Acme", "Łukasz"]):
        ids[f"A{number}"] = book.account(ids["HT"], f"A{number}", name=name)
    place_hold(session, account_id=ids["A1"], kind=HoldKind.MANUAL, reason="check", on=DAY,
                seen=status_shown(session, ids["A1"]))
    return ids


def branch(session: Session, parent: int, size: int) -> list[TreeRow]:
    """A branch read page by page."""
    rows: list[TreeRow] = []
    after: TreeCursor | None = None
    more = True
    while more:
        page = tree_children(session, parent_id=parent, after=after, limit=size)
        assert len(page.rows) <= size
        rows += page.rows
        after, more = page.last, page.more
    return rows


def test_branches_in_order_and_by_pages(database: Database) -> None:
    with scratch(database) as session:
        ids = tree_book(session)
        operator = tree_roots(session)[0]
        wanted = {
            operator.id: ["PW"],
            ids["PW"]: ["NB", "CC", "HT"],
            ids["HT"]: ["AG", "A0", "A2", "A4", "A3", "A5", "A1"],
            ids["AG"]: ["S1"],
            ids["CC"]: [],
            ids["A0"]: [],
        }
        for parent, codes in wanted.items():
            for size in (1, 2, 3, 100):
                assert [row.code for row in branch(session, parent, size)] == codes, (parent, size)


def test_counts_children_and_exceptions(database: Database) -> None:
    with scratch(database) as session:
        ids = tree_book(session)
        (operator,) = tree_roots(session)
        assert (operator.type, operator.child_count, operator.has_children) == (AccountType.OPERATOR, 8, True)
        (pacific,) = branch(session, operator.id, 10)
        assert (pacific.child_count, pacific.has_children, pacific.has_exception) == (8, True, False)
        providers = {row.code: row for row in branch(session, ids["PW"], 10)}
        assert [(code, row.child_count, row.has_children) for code, row in providers.items()] == [
            ("NB", 0, False), ("CC", 0, False), ("HT", 8, True)]
        below = {row.code: row for row in branch(session, ids["HT"], 10)}
        assert (below["AG"].child_count, below["AG"].has_children) == (1, True)
        assert [code for code, row in below.items() if row.has_exception] == ["A1"]
        assert not any(row.has_children for code, row in below.items() if code != "AG")


def test_a_provider_of_providers_alone_can_be_opened(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        upper = book.provider("PW", kind=AccountType.WHOLESALE)
        book.provider("HT", parent=upper)
        (row,) = branch(session, book.operator, 10)
        assert (row.child_count, row.has_children) == (0, True)


def test_the_way_to_a_node_goes_through_its_agent(database: Database) -> None:
    with scratch(database) as session:
        ids = tree_book(session)
        operator = tree_roots(session)[0].id
        assert path_to(session, ids["S1"]) == (operator, ids["PW"], ids["HT"], ids["AG"], ids["S1"])
        assert path_to(session, ids["A0"]) == (operator, ids["PW"], ids["HT"], ids["A0"])
        assert path_to(session, operator) == (operator,)
        assert path_to(session, 10**9) == ()


def test_the_place_of_a_node_in_its_branch(database: Database) -> None:
    with scratch(database) as session:
        ids = tree_book(session)
        for parent in (tree_roots(session)[0].id, ids["PW"], ids["HT"], ids["AG"]):
            rows = branch(session, parent, 100)
            assert [siblings_ahead(session, account_id=row.id) for row in rows] == list(range(len(rows)))
            renewed = {row.id: row for row in tree_rows(session, account_ids=[row.id for row in rows])}
            assert [renewed[row.id] for row in rows] == rows
        assert siblings_ahead(session, account_id=tree_roots(session)[0].id) == 0


def found(session: Session, text: str, *, anywhere: bool = False, limit: int = 20) -> list[tuple[str, str]]:
    hits = find_accounts(session, text=text, anywhere=anywhere, limit=limit)
    return [(hit.code, hit.reason) for hit in hits]


def test_jumping_by_code_name_service_and_invoice(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT", name="Harbour Telecom")
        jane = book.account(provider, "A0002", name="Jane Citizen")
        nikos = book.account(provider, "A0040", name="Νίκος Παπαδόπουλος")
        percent = book.account(provider, "100%", name="Fifty_Fifty")
        book.service(jane, "0402 555 111", "Mobile")
        book.invoice(nikos, 100, DAY, DAY, number="HT-10452")
        cases = {
            "a0002": [("A0002", "Code A0002")],
            "A00": [("A0002", "Code A0002"), ("A0040", "Code A0040")],
            "a0002 jane": [("A0002", "Code A0002")],
            "jan": [("A0002", "Name Jane Citizen")],
            "CITI": [("A0002", "Name Jane Citizen")],
            "νικος": [("A0040", "Name Νίκος Παπαδόπουλος")],
            "παπαδ": [("A0040", "Name Νίκος Παπαδόπουλος")],
            "0402": [("A0002", "Service 0402 555 111")],
            "ht-104": [("A0040", "Invoice HT-10452")],
            "Harbour": [("HT", "Name Harbour Telecom")],
            "100%": [("100%", "Code 100%")],
            "%": [],
            "_": [],
            "tizen": [],
            "SUSPENSE": [],
            "": [],
            " \0 ": [],
            "\ud800": [],
        }
        for text, hits in cases.items():
            assert found(session, text) == hits, text
        hit = find_accounts(session, text="a0002")[0]
        assert (hit.account_id, hit.provider_code, hit.provider_name) == (jane, "HT", "Harbour Telecom")
        inside = {
            "tizen": [("A0002", "Name Jane Citizen")],
            "zen jan": [("A0002", "Name Jane Citizen")],
            "0002 tiz": [("A0002", "Code A0002")],
            "555": [("A0002", "Service 0402 555 111")],
            "t-1045": [("A0040", "Invoice HT-10452")],
            "%": [("100%", "Code 100%")],
            "_": [("100%", "Name Fifty_Fifty")],
        }
        for text, hits in inside.items():
            assert found(session, text, anywhere=True) == hits, text
        assert percent


def test_an_account_is_listed_once_by_its_best_match(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        account = book.account(provider, "X1", name="x1 and more")
        book.service(account, "X1-service")
        book.invoice(account, 100, DAY, DAY, number="X1-9")
        assert found(session, "x1") == [("X1", "Code X1")]


def test_no_more_hits_than_asked_for(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        for number in range(8):
            book.account(provider, f"A{number}", name=f"Same {number}")
        assert [code for code, _ in found(session, "same", limit=3)] == ["A0", "A1", "A2"]
