"""A customer list as a file, read back as any other program would: separated values, and the XML of a workbook."""

from __future__ import annotations

import csv
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.models.parties.account import Account
from app.models.parties.contact import AccountContact, Contact
from app.models.parties.powers import Power
from app.services.customers.choice import CustomerQuestion, Selected
from app.services.customers.columns import LIST_COLUMNS
from app.services.customers.export import export_customers
from app.services.customers.list import CustomerSort, customer_ids
from app.services.database.unit_of_work import Database
from app.services.errors import Cancelled, InputRejected, NotAllowed
from app.services.files.sheets import guarded
from app.services.jobs import JobContext
from app.services.staff.sign_in import SignedIn, work_as
from tests.factories.books import Book
from tests.services.access.test_authorize import Office

TODAY = date(2025, 7, 2)


@pytest.fixture
def provider(database: Database) -> int:
    """Three customers; one has a name like a formula, one a limit of nothing."""
    with database.write() as session:
        book = Book(session)
        provider = book.provider("EX", name="Example Telecom")
        odd = book.account(provider, "A1", name='=HYPERLINK("x")', start=date(2024, 2, 29))
        book.account(provider, "A2", name='Νίκος, "Nik"', credit_limit=0)
        late = book.account(provider, "A3", name="Plain")
        book.invoice(late, 123_456, date(2025, 6, 1), date(2025, 6, 12), number="HT-1")
        owner = session.scalars(select(Contact).join(AccountContact).where(AccountContact.account_id == odd)).one()
        owner.mobile = "+61 400"
    return provider


def test_separated_values_hold_what_is_shown(database: Database, provider: int, tmp_path: Path) -> None:
    path, seen = tmp_path / "list.csv", []
    everything = Selected(question=CustomerQuestion(provider_id=provider, as_of=TODAY), count=3,
                          sort=CustomerSort.BALANCE, descending=True)
    columns = ["code", "name", "balance", "oldest", "credit", "start", "phone"]
    done = export_customers(database, JobContext(seen.append), selected=everything, columns=columns, path=path)
    raw = path.read_bytes()
    assert (done.rows, done.sentence) == (3, f"3 rows written to {path}.")
    assert raw.startswith(b"Code,Name,Balance (AUD),Oldest,Credit left (AUD),Start,Phone\r\n")
    assert raw.endswith(b"\r\n")
    assert not raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(raw.decode().splitlines()))
    assert rows[1] == ["A3", "Plain", "1234.56", "20", "No limit", "2024-01-01", ""]
    assert rows[2][:5] == ["A2", 'Νίκος, "Nik"', "0.00", "0", "No credit"]
    assert rows[3][1] == "'=HYPERLINK(\"x\")"
    assert rows[3][5:] == ["2024-02-29", "'+61 400"]
    assert (seen[-1].done, seen[-1].total) == (3, 3)


def test_a_workbook_holds_figures_dates_and_currencies(database: Database, provider: int, tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with database.read() as session:
        ids = customer_ids(session, provider_id=provider, as_of=TODAY, sort=CustomerSort.CODE)
    two = Selected(question=CustomerQuestion(provider_id=provider, as_of=TODAY), count=2, ids=(ids[2], ids[0]))
    export_customers(database, JobContext(), selected=two, columns=["name", "balance", "start"], path=path)
    with zipfile.ZipFile(path) as book:
        assert book.testzip() is None
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        styles = book.read("xl/styles.xml").decode()
    assert '<pane ySplit="1" topLeftCell="A2"' in sheet
    assert re.search(r'<c r="B2" s="\d+"><v>1234\.56</v></c>', sheet)
    assert re.search(r'<c r="C3" s="\d+"><v>45351</v></c>', sheet)  # 29 February 2024
    assert "<f>" not in sheet
    assert "=HYPERLINK" in sheet
    assert "Balance (AUD)" in sheet
    assert "#,##0.00\\ &quot;AUD&quot;" in styles
    assert "yyyy-mm-dd" in styles
    assert 'r="4"' not in sheet


def test_what_is_refused_leaves_the_old_file_and_nothing_else(database: Database, provider: int,
                                                             tmp_path: Path) -> None:
    everything, keys = Selected(question=CustomerQuestion(provider_id=provider, as_of=TODAY),
                                count=3), [c.key for c in LIST_COLUMNS]
    path = tmp_path / "list.csv"
    path.write_text("Code,Name\nA1,before\n")

    def export(name: str, columns: list[str], context: JobContext | None = None) -> None:
        export_customers(database, context or JobContext(), selected=everything, columns=columns,
                         path=tmp_path / name)

    for name, columns, says in (("list.txt", keys, r"end in \.csv or \.xlsx"), ("list.csv", ["wage"], "no column"),
                                ("no/list.xlsx", keys, "cannot be written"),
                                ("no/list.csv", keys, "its folder does not exist")):
        with pytest.raises(InputRejected, match=says):
            export(name, columns)
    for name in ("list.csv", "list.xlsx"):
        stopped = JobContext()
        stopped.cancel()
        with pytest.raises(Cancelled):
            export(name, keys, stopped)
    with database.write() as session:
        office = Office(session)
        clerk = office.user(office.harbour, "clerk", {Power.CUSTOMERS})
    work_as(database, SignedIn(staff_id=clerk, login="clerk@ht.example", name="Clerk", unit="Unit"))
    with pytest.raises(NotAllowed, match="Export customers"):
        export("list.csv", keys)
    assert sorted(p.name for p in tmp_path.iterdir() if not p.name.startswith("bursar.db")) == ["list.csv"]
    assert path.read_text() == "Code,Name\nA1,before\n"


@pytest.mark.parametrize(("text", "written"), [
    ("=1+1", "'=1+1"), ("+61", "'+61"), ("-5", "'-5"), ("@x", "'@x"), ("\tx", "'\tx"), ("a=b", "a=b"), ("", ""),
    ("\u00a0=1", "'\u00a0=1"), ("\u3000+1", "'\u3000+1"), ("\uff1d1+1", "'\uff1d1+1"), ("\uff0b1", "'\uff0b1"),
    ("\ufe63\u0031", "'\ufe631"), ("\uff20x", "'\uff20x"), ("\u200b=1", "'\u200b=1"), ("\ufeff=1", "'<U+FEFF>=1"),
    (" =1", "' =1"), ("A\x1b[2J", "A<U+001B>[2J"), ("A\r\nB", "A<U+000D><U+000A>B"), ("\n=1", "'<U+000A>=1"),
    ("\x1b=1", "'<U+001B>=1"), ("A\u2028\u202eB", "A<U+2028><U+202E>B"), ("Söhne & Co", "Söhne & Co")])
def test_texts_are_no_formulas(text: str, written: str) -> None:
    assert guarded(text) == written


def test_every_column_is_written(database: Database, provider: int, tmp_path: Path) -> None:
    with database.write() as session:
        account = session.scalars(select(Account.id).where(Account.provider_id == provider, Account.code == "A2")).one()
        owner = session.scalars(select(Contact).join(AccountContact).where(AccountContact.account_id == account)).one()
        owner.name, owner.phone, owner.email = "Nik", "03 9999", "nik@example.org"
        owner.city = "Pátra"
        session.execute(update(Account).where(Account.id == account).values(export_reference="SAP-2"))
    path = tmp_path / "list.csv"
    one = Selected(question=CustomerQuestion(provider_id=provider, as_of=TODAY), count=1, ids=(account,))
    export_customers(database, JobContext(), selected=one, columns=[c.key for c in LIST_COLUMNS], path=path)
    (row,) = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    assert row == {
        "Code": "A2", "Name": 'Νίκος, "Nik"', "Profile": "Default Profile", "Status": "Active", "Services": "0",
        "Balance (AUD)": "0.00", "Overdue (AUD)": "0.00", "Payable (AUD)": "0.00", "Oldest": "0",
        "Credit left (AUD)": "No credit", "Type": "Customer", "Enterprise": "Organisation", "Start": "2024-01-01",
        "Billing contact": "Nik", "Phone": "03 9999", "E-mail": "nik@example.org", "City": "Pátra",
        "Reference": "SAP-2",
    }
