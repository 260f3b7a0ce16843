"""Which invoices a selection finds, how numbers are written, and what the screen sees of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction
from app.models.printing.batches import PrintItem
from app.models.values import DeliveryMethod, Money, TransactionKind, TransactionState
from app.services.database.unit_of_work import Database, recorded_now
from app.services.errors import InputRejected, NotFound, RefusedByRule
from app.services.hierarchy.new_contacts import NewContact
from app.services.invoicing.statements import freeze_statements
from app.services.ledger.disputes import raise_dispute
from app.services.printing.queries import (
    SelectedInvoice,
    batch,
    find_batch,
    selection_page,
    selection_summary,
)
from app.services.printing.records import ItemRecord, begin_batch, printed_items, record_items
from app.services.printing.selection import Selection, read_ids_file, resolve
from app.services.printing.source import selected_ids
from tests.support.invoicing_books import DAY, JUNE_3, Shop, gipfelnetz, harbour


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


@pytest.fixture
def ht(session: Session) -> Shop:
    return harbour(session)


@pytest.fixture
def gn(session: Session) -> Shop:
    return gipfelnetz(session)


def found(session: Session, **choice: Any) -> list[str]:
    """Numbers of a selection in the order of printing."""
    ids = selected_ids(session, resolve(session, Selection(**choice)))
    return [session.get_one(FinancialTransaction, id_).number or "" for id_ in ids]


def draft(session: Session, shop: Shop, account: int, number: str | None, state: TransactionState) -> None:
    rejected = {"rejected_at": recorded_now(session), "rejected_by": "test", "rejection_reason": "not wanted"}
    session.execute(insert(FinancialTransaction).values(
        provider_id=shop.id, account_id=account, kind=TransactionKind.INVOICE.value, state=state.value, number=number,
        currency=shop.currency, amount_minor=1, net_minor=1, tax_minor=0, issued_on=JUNE_3, effective_on=JUNE_3,
        due_on=JUNE_3, recorded_at=recorded_now(session), posted_by="test", description="", method="", imported=False,
        **(rejected if state is TransactionState.REJECTED else {}),
    ))


def test_every_posted_match_whatever_its_delivery_payment_or_dispute(session: Session, ht: Shop) -> None:
    account = ht.account("A1")
    for way in DeliveryMethod:
        ht.imported(account, [f"I-{way}"], delivery=way)
    [paid] = ht.imported(account, ["PAID"])
    [disputed] = ht.imported(account, ["DISPUTED"], minor=7_00)
    ht.pay(account, 100_00, JUNE_3, "R-1")
    raise_dispute(session, invoice_id=disputed, amount_minor=7_00, on=JUNE_3)
    draft(session, ht, account, None, TransactionState.DRAFT)
    draft(session, ht, account, "REJECTED", TransactionState.REJECTED)
    assert paid
    assert found(session) == ["DISPUTED", "I-do_not_send", "I-email", "I-email_and_post", "I-post", "PAID"]


def test_issue_dates_are_inclusive(session: Session, ht: Shop) -> None:
    account = ht.account("A1")
    for n in range(5):
        ht.imported(account, [f"I-{n}"], on=JUNE_3 + n * DAY)
    assert found(session, issued_from=JUNE_3 + DAY, issued_to=JUNE_3 + 3 * DAY) == ["I-1", "I-2", "I-3"]
    assert found(session, issued_from=JUNE_3 + 4 * DAY) == ["I-4"]
    assert found(session, issued_to=JUNE_3) == ["I-0"]
    assert found(session, issued_from=JUNE_3 + DAY, issued_to=JUNE_3 + DAY) == ["I-1"]
    with pytest.raises(RefusedByRule, match="lies after"):
        found(session, issued_from=JUNE_3 + DAY, issued_to=JUNE_3)


def test_issue_date_counts_and_not_the_posting_date(session: Session, ht: Shop) -> None:
    ht.post(ht.account("A1"), JUNE_3, issued_on=date(2025, 5, 31))
    assert found(session, issued_to=date(2025, 5, 31)) == ["HT-00001"]
    assert found(session, issued_from=JUNE_3) == []


def test_provider_and_account_in_either_way_of_writing(session: Session, ht: Shop, gn: Shop) -> None:
    ht.imported(ht.account("A1"), ["H-1"])
    ht.imported(ht.account("A2"), ["H-2"])
    gn.imported(gn.account("A1"), ["G-1"])
    ht.imported(ht.account("GN/A2"), ["H-3"])
    assert found(session) == ["G-1", "H-1", "H-2", "H-3"]
    assert found(session, provider="HT") == ["H-1", "H-2", "H-3"]
    assert found(session, account="A2") == ["H-2"]
    assert found(session, account="HT/A1") == found(session, provider="HT", account="A1") == ["H-1"]
    assert found(session, provider="HT", account="HT/A1") == ["H-1"]
    assert found(session, provider="HT", account="GN/A2") == ["H-3"]
    wrong = ({"provider": "XX"}, {"account": "A9"}, {"provider": "HT", "account": "GN/A1"}, {"provider": "ht"},
             {"account": "A1"})
    for choice in wrong:
        with pytest.raises(NotFound):
            found(session, **choice)
    with pytest.raises(NotFound, match="GN/A1, HT/A1"):
        found(session, account="A1")


def test_order_is_provider_issue_date_number(session: Session, ht: Shop, gn: Shop) -> None:
    account, other = ht.account("A1"), gn.account("A1")
    ht.imported(account, ["B", "a", "A", "10", "9"])
    ht.imported(account, ["Z"], on=JUNE_3 - DAY)
    gn.imported(other, ["X"], on=JUNE_3 + DAY)
    assert found(session) == ["X", "Z", "10", "9", "A", "B", "a"]


# --------------------------------------------------------------------------- numbers


@pytest.mark.parametrize(("content", "numbers"), [
    (b"A-1\nA-2", ("A-1", "A-2")),
    (b"\xef\xbb\xbfA-1\r\nA-2\r\n", ("A-1", "A-2", "")),
    (b"\n  A-1\t\n\nA-2\rA-3", ("", "A-1", "", "A-2", "A-3")),
    ("ΤΙΜ 1/2".encode(), ("ΤΙΜ 1/2",)),
])
def test_a_file_of_numbers_keeps_its_lines(tmp_path: Path, content: bytes, numbers: tuple[str, ...]) -> None:
    path = tmp_path / "numbers.txt"
    path.write_bytes(content)
    assert read_ids_file(path) == numbers


@pytest.mark.parametrize(("content", "says"), [
    (b"", "names no invoice"), (b"\n \r\n", "names no invoice"), (b"A-1\n\xff\xfeA", "not UTF-8: byte 5"),
    ("A-1".encode("utf-16"), "not UTF-8"), (None, "No such file"),
])
def test_a_file_that_is_no_list_is_refused(tmp_path: Path, content: bytes | None, says: str) -> None:
    path = tmp_path / "numbers.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputRejected, match=says):
        read_ids_file(path)
    with pytest.raises(InputRejected, match="cannot be read"):
        read_ids_file(tmp_path)


def test_numbers_as_they_stand_or_with_their_provider(session: Session, ht: Shop, gn: Shop) -> None:
    account, other = ht.account("A1"), gn.account("A1")
    ht.imported(account, ["1", "2/a", "3", "x y"])
    gn.imported(other, ["1", "4"])
    assert found(session, numbers=("3", "", "4", "3")) == ["4", "3"]
    assert found(session, numbers=("HT/1", "HT/2/a", "x y")) == ["1", "2/a", "x y"]
    assert found(session, numbers=("GN/1", "HT/1")) == ["1", "1"]
    assert found(session, numbers=("1",), provider="HT") == ["1"]
    assert found(session, numbers=("1",), account="GN/A1") == ["1"]
    assert found(session, numbers=("HT/1",), provider="HT") == ["1"]


def test_unknown_numbers_are_listed_with_their_rows(session: Session, ht: Shop, gn: Shop) -> None:
    account = ht.account("A1")
    ht.imported(account, ["1", "2", "i-3"])
    gn.imported(gn.account("A1"), ["1"])
    ht.pay(account, 1_00, JUNE_3, "R-1")
    draft(session, ht, account, "DRAFT", TransactionState.DRAFT)
    with pytest.raises(InputRejected, match="7 invoice numbers") as refused:
        found(session, numbers=("2", "", "nothing", "1", "R-1", "DRAFT", "XX/2", "I-3", "HT/\0"))
    rows = [(error.row, error.field, error.value) for error in refused.value.rows]
    assert rows == [(3, "number", "nothing"), (4, "number", "1"), (5, "number", "R-1"), (6, "number", "DRAFT"),
                    (7, "number", "XX/2"), (8, "number", "I-3"), (9, "number", "HT/\0")]
    assert "GN/1, HT/1" in refused.value.rows[1].message
    assert refused.value.rows[0].message == "There is no posted invoice of this number."
    with pytest.raises(InputRejected) as refused:
        found(session, numbers=("GN/1",), provider="HT")
    assert refused.value.rows[0].message == "There is no posted invoice of this number at HT."
    with pytest.raises(InputRejected):
        found(session, numbers=("", " "))


def test_a_text_that_means_two_invoices_is_refused(session: Session, ht: Shop, gn: Shop) -> None:
    ht.imported(ht.account("A1"), ["GN/7"])
    gn.imported(gn.account("A1"), ["7"])
    with pytest.raises(InputRejected) as refused:
        found(session, numbers=("GN/7",))
    assert "Write one of: HT/GN/7; or choose the provider" in refused.value.rows[0].message
    assert found(session, numbers=("HT/GN/7",)) == ["GN/7"]
    assert found(session, numbers=("GN/7",), provider="GN") == ["7"]
    assert found(session, numbers=("GN/7",), provider="HT") == ["GN/7"]


def test_thousands_of_numbers_in_one_file(session: Session, ht: Shop) -> None:
    numbers = [f"N{n:05}" for n in range(1500)]
    ht.imported(ht.account("A1"), numbers)
    assert found(session, numbers=tuple(reversed(numbers))) == numbers
    with pytest.raises(InputRejected, match="1,500 invoice numbers"):
        found(session, numbers=tuple(f"X/{number}" for number in numbers))


# --------------------------------------------------------------------------- what the screen sees


def test_summary_counts_and_sums_by_currency(session: Session, ht: Shop, gn: Shop) -> None:
    good, bare = ht.account("A1"), ht.account("A2", contact=NewContact(name="Jane", email="jane@x.example"))
    ht.imported(good, ["1", "2"], minor=10_01)
    ht.imported(bare, ["3"], on=JUNE_3 + DAY)
    gn.imported(gn.account("A1"), ["4"], minor=5)
    summary = selection_summary(session, selection=Selection())
    assert (summary.count, summary.accounts, summary.missing_addresses) == (4, 3, 1)
    assert summary.sums == (Money(120_02, "AUD"), Money(5, "EUR"))
    assert (summary.first_issued_on, summary.last_issued_on) == (JUNE_3, JUNE_3 + DAY)
    empty = selection_summary(session, selection=Selection(issued_from=JUNE_3 + 9 * DAY))
    assert (empty.count, empty.sums, empty.accounts, empty.first_issued_on) == (0, (), 0, None)
    assert selection_summary(session, selection=Selection(numbers=("3", "4"))).count == 2


def test_summary_asks_the_frozen_address(session: Session, ht: Shop) -> None:
    account = ht.account("A1", contact=None)
    ids = ht.imported(account, ["1"])
    assert selection_summary(session, selection=Selection()).missing_addresses == 1
    freeze_statements(session, ids)
    assert selection_summary(session, selection=Selection()).missing_addresses == 1
    assert ht.post(ht.account("A2"))
    assert selection_summary(session, selection=Selection()).missing_addresses == 1


def walk(session: Session, *, backwards: bool, **more: Any) -> list[SelectedInvoice]:
    """All rows by pages of three, from either end."""
    rows: list[SelectedInvoice] = []
    page = selection_page(session, selection=Selection(), limit=3, **more)
    if backwards:
        page = selection_page(session, selection=Selection(), limit=3, offset=9, **more)
        while page.rows:
            rows = [*page.rows, *rows]
            page = selection_page(session, selection=Selection(), limit=3, before=page.first, **more)
        return rows
    while page.rows:
        rows += page.rows
        page = selection_page(session, selection=Selection(), limit=3, after=page.last, **more)
    return rows


def test_pages_walk_the_order_of_printing(session: Session, ht: Shop, gn: Shop) -> None:
    account = ht.account("A1", name="Acme")
    for n in range(4):
        ht.imported(account, [f"I{n}b", f"I{n}a"], on=JUNE_3 + (n // 2) * DAY)
    gn.imported(gn.account("A1"), ["G2", "G1"], delivery=DeliveryMethod.EMAIL)
    expected = found(session)
    assert [row.number for row in walk(session, backwards=False)] == expected
    assert [row.number for row in walk(session, backwards=True)] == expected
    row = walk(session, backwards=False)[-1]
    assert (row.provider_code, row.account_code, row.account_name) == ("HT", "A1", "Acme")
    assert (row.issued_on, row.currency, row.amount_minor) == (JUNE_3 + DAY, "AUD", 100_00)
    assert (row.delivery, row.state) == (DeliveryMethod.POST, None)
    one = Selection(provider="HT")
    page = selection_page(session, selection=one, limit=3)
    assert [row.number for row in page.rows] == expected[2:5]
    page = selection_page(session, selection=one, limit=3, after=page.last)
    assert [row.number for row in page.rows] == expected[5:8]
    page = selection_page(session, selection=one, limit=3, before=page.first)
    assert [row.number for row in page.rows] == expected[2:5]
    page = selection_page(session, selection=Selection(numbers=("I1a", "G1", "I3b")), limit=2)
    assert [row.number for row in page.rows] == ["G1", "I1a"]
    assert page.more
    page = selection_page(session, selection=Selection(numbers=("I1a", "G1", "I3b")), limit=2, after=page.last)
    assert ([row.number for row in page.rows], page.more) == (["I3b"], False)


def test_rows_show_their_state_in_a_batch(session: Session, ht: Shop, tmp_path: Path) -> None:
    first, second, third = ht.imported(ht.account("A1"), ["1", "2", "3"])
    described = resolve(session, Selection(provider="HT")).described
    batch_id = begin_batch(session, described=described, folder=tmp_path)
    record_items(session, batch_id=batch_id, items=[
        ItemRecord(invoice_id=second, state="failed", file_name="2.pdf", pages=0, messages=("It broke",)),
        ItemRecord(invoice_id=first, state="printed", file_name="1.pdf", pages=2, messages=("W1", "W2")),
    ])
    rows = selection_page(session, selection=Selection(), batch_id=batch_id).rows
    assert [(row.id, row.state, row.message, row.pages) for row in rows] == [
        (first, "printed", "W1\nW2", 2), (second, "failed", "It broke", 0), (third, None, "", 0)]
    rows = selection_page(session, selection=Selection(), batch_id=batch_id + 1).rows
    assert [row.state for row in rows] == [None] * 3
    record_items(session, batch_id=batch_id, items=[ItemRecord(invoice_id=second, state="printed", file_name="2.pdf",
                                                               pages=1, messages=("x" * 500,))])
    kept = printed_items(session, batch_id=batch_id, invoice_ids=[first, second, third])
    assert sorted(kept) == [first, second]
    assert kept[first].messages == ("W1", "W2")
    assert len(kept[second].messages[0]) == 400


def test_selection_and_folder_identify_a_batch(session: Session, ht: Shop, tmp_path: Path) -> None:
    ht.imported(ht.account("A1"), ["1", "2", "3"])
    choices = [
        Selection(), Selection(provider="HT"), Selection(account="A1"), Selection(issued_from=JUNE_3),
        Selection(issued_to=JUNE_3), Selection(numbers=("1", "2")), Selection(numbers=("1", "3")),
    ]

    def begin(selection: Selection, folder: Path = tmp_path) -> int:
        return begin_batch(session, described=resolve(session, selection).described, folder=folder)

    ids = [begin(choice) for choice in choices]
    assert len(set(ids)) == len(choices)
    assert [begin(choice) for choice in choices] == ids
    assert begin(Selection(numbers=("2", "", "HT/1", "2"))) == begin(Selection(numbers=("1", "2")))
    assert begin(Selection(account="HT/A1")) == begin(Selection(account="A1"))
    assert begin(Selection(), tmp_path / "other") not in ids
    for choice in choices:
        row = find_batch(session, selection=choice, folder=tmp_path / "x" / "..")
        assert row is not None
        assert row.id == begin(choice)
        assert resolve(session, row.selection).described == resolve(session, choice).described
    assert find_batch(session, selection=Selection(), folder=tmp_path / "never") is None


def test_a_batch_says_what_came_of_it(session: Session, ht: Shop, tmp_path: Path) -> None:
    ids = ht.imported(ht.account("A1"), ["1", "2"])
    begun = [
        begin_batch(session, described=resolve(session, choice).described, folder=tmp_path)
        for choice in (Selection(), Selection(provider="HT", issued_from=JUNE_3))
    ]
    record_items(session, batch_id=begun[0], items=[
        ItemRecord(invoice_id=ids[0], state="printed", file_name="1.pdf", pages=1, messages=()),
        ItemRecord(invoice_id=ids[1], state="failed", file_name="2.pdf", pages=0, messages=("no",)),
    ])
    first, second = (batch(session, batch_id=id_) for id_ in begun)
    assert second.selection == Selection(provider="HT", issued_from=JUNE_3)
    assert (first.printed, first.failed, first.folder, first.created_by) == (1, 1, str(tmp_path), "test")
    with pytest.raises(NotFound):
        batch(session, batch_id=999)
    assert replace(first, id=0) != second
    assert session.get_one(PrintItem, (begun[0], ids[0])).pages == 1
