"""One look at a file shows every wrong row: also rows that repeat a key, and rows of a provider with wrong settings."""

from __future__ import annotations

from tests.services.imports.conftest import Desk


def test_rows_that_repeat_a_wrong_row_are_judged_too(stocked: Desk) -> None:
    before = stocked.counts()
    report = stocked.load(
        "invoices",
        "north,C-9,7,2024-02-01,2024-02-30,10.00,,",
        "north,C-9,7,2024-02-01,2024-02-20,10.001,,",
        "north,C-9,7,2024-02-01,2024-01-20,10.00,,",
        "north,C-9,8,2024-02-01,2024-02-20,10.00,,",
        "north,C-9,8,2024-02-01,2024-02-20,10.00,,",
    )
    assert {(e.row, e.field) for e in report.errors} >= {
        (1, "due_on"), (1, "account"), (2, "account"), (2, "amount"), (3, "account"), (3, "due_on"), (4, "account"),
        (5, "account"),
    }
    assert stocked.counts() == before


def test_rows_that_contradict_are_told_also_where_another_field_is_wrong(stocked: Desk) -> None:
    report = stocked.load(
        "invoices",
        "north,C-1,7,2024-02-01,2024-02-30,10.00,,",
        "north,C-1,7,2024-02-01,2024-02-20,11.00,,",
    )
    assert [(e.row, e.field) for e in report.errors] == [(1, "due_on"), (2, "amount")]
    assert "10.00 in row 1 and 11.00 here" in report.errors[1].message


def test_repeated_payments_and_services_are_judged_each(stocked: Desk) -> None:
    payments = stocked.load("payments", *["north,C-1,P-1,2024-02-01,5.00,404"] * 3)
    assert [(e.row, e.field, e.value) for e in payments.errors] == [(n, "invoice", "404") for n in (1, 2, 3)]
    services = stocked.load("services", *["east,C-1,S-1,Phone,active,"] * 2)
    assert [(e.row, e.field) for e in services.errors] == [(1, "provider"), (2, "provider")]


def test_a_wrong_setting_of_a_provider_is_told_on_every_row_that_says_it(desk: Desk) -> None:
    desk.change("accounts", 'currency = "EUR"', 'currency = "{money}"\ntype = "retail_provider"')
    desk.change("accounts", 'name = "name"', 'name = "name"\nattribute.trading_due_days = "days"\nprofile = "look"')
    report = desk.load("accounts", "north,C-1,Ann,2024-01-01,XXX,,", "north,C-2,Ben,2024-01-01,XXX,,Gold",
                       "north,C-3,Cyd,2024-01-01,EUR,,", header="provider,code,name,start,money,days,look")
    assert [(e.row, e.field) for e in report.errors] == [
        (1, "provider.currency"), (2, "provider.currency"), (2, "profile"), (3, "provider.currency"),
    ]


def test_another_currency_than_the_books_is_told_on_every_row(stocked: Desk) -> None:
    stocked.change("accounts", 'currency = "EUR"', 'currency = "{money}"')
    report = stocked.load("accounts", "north,C-1,Ann,2024-01-01,USD", "north,C-7,Ben,2024-01-01,USD",
                          header="provider,code,name,start,money")
    assert [(e.row, e.field, e.value) for e in report.errors] == [
        (1, "provider.currency", "USD"), (2, "provider.currency", "USD"),
    ]


def test_a_figure_that_is_none_is_told_with_its_range(desk: Desk) -> None:
    desk.change("accounts", 'name = "name"', 'name = "name"\nattribute.trading_due_days = "days"')
    report = desk.load("accounts", "north,C-1,Ann,2024-01-01,soon", header="provider,code,name,start,days")
    assert [e.message for e in report.errors] == [
        '"Trading terms": "soon" is not a whole number; write one between 0 and 365',
    ]


def test_what_would_be_right_is_written_as_the_file_writes(stocked: Desk) -> None:
    stocked.add("invoices", '\n[formats]\ndecimal_mark = ","\n[constants]\ntax = "0.125"\n')
    report = stocked.load("invoices", "north;C-1;7;2024-02-01;2024-02-20;10,125;;",
                          "north;C-1;8;2024-02-01;20.02.2024;99999999999999,00;;",
                          header="provider;account;number;issued;due;amount;disputed;settled")
    said = {(e.row, e.field): e.message for e in report.errors}
    assert said[1, "amount"] == '"10,125" has 3 decimal places, EUR has 2. Write it for instance as 12,50.'
    assert said[1, "tax"] == '"0.125" has 3 decimal places, EUR has 2. Write it for instance as 12.50.'
    assert said[2, "amount"].endswith("The most is 9999999999999,99.")
    assert said[2, "due_on"].endswith("is not written as year-month-day. Write for instance 2013-01-31.")
