"""Services out of files: one row may stand for several, and a restriction by a scan is no contradiction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import insert, select, update

from app.models.parties.account import Account
from app.models.parties.service import Service, ServiceRestriction
from app.models.suspension.hold import Hold
from app.services.database.unit_of_work import recorded_now
from app.services.imports.run import ImportReport
from tests.services.imports.conftest import Desk

Complaints = Callable[[ImportReport], list[tuple[int, str, str]]]
_SEVERAL = """
kind = "services"
[provider]
code = "north"
[columns]
account = "account"
state = "left"
[values.state]
yes = "deactivated"
no = "active"
[[service]]
key = "{account}/PHONE"
name = "Telephone"
only_if = { phone = "yes" }
[[service]]
key = "{account}/NET"
name = "Internet {net}"
only_if = { net = { is_not = ["no", ""] } }
"""


def _services(desk: Desk) -> list[tuple[object, ...]]:
    with desk.database.read() as session:
        return [tuple(row) for row in session.execute(
            select(Service.identifier, Account.name, Service.name, Service.state, Service.started_on)
            .join(Account, Account.id == Service.account_id).order_by(Service.identifier, Account.name))]


def test_one_row_one_service(stocked: Desk) -> None:
    rows = ("north,C-1,0699,Mobile,,2024-02-01", "south,C-1,0699,Mobile,suspended,")
    report = stocked.load("services", *rows)
    assert (report.rows, report.added, report.skipped, report.errors) == (2, 2, 0, ())
    assert _services(stocked) == [("0699", "Ann", "Mobile", "active", date(2024, 2, 1)),
                                  ("0699", "Cyd", "Mobile", "suspended", None)]
    again = stocked.load("services", *rows)
    assert (again.added, again.skipped) == (0, 2)


def test_one_row_several_services(stocked: Desk) -> None:
    stocked.maps["services"] = _SEVERAL
    report = stocked.load("services", "C-1,yes,fibre,no", "C-2,no,no,no", "C-2,yes,,yes",
                          header="account,phone,net,left")
    assert (report.rows, report.added, report.skipped, report.errors) == (3, 3, 1, ())
    assert _services(stocked) == [
        ("C-1/NET", "Ann", "Internet fibre", "active", None), ("C-1/PHONE", "Ann", "Telephone", "active", None),
        ("C-2/PHONE", "Ben", "Telephone", "deactivated", None),
    ]


def test_every_wrong_service_is_told(stocked: Desk, complaints: Complaints) -> None:
    stocked.maps["services"] = _SEVERAL
    report = stocked.load("services", "C-9,yes,no,no", f"C-1,no,{'x' * 120},no", "C-1,yes,no,maybe",
                          "C-2,yes,no,no", "C-2,yes,no,yes", header="account,phone,net,left")
    assert complaints(report) == [(1, "account", "C-9"), (2, "name", "Internet " + "x" * 70 + "…"),
                                  (3, "state", "maybe"), (5, "state", "yes")]
    assert "there is room for 120" in report.errors[1].message
    assert "Write one of: yes, no." in report.errors[2].message
    assert "Rows 4 and 5 are both north/C-2/PHONE" in report.errors[3].message


def test_other_content_under_a_known_identifier(stocked: Desk, complaints: Complaints) -> None:
    stocked.load("services", "north,C-1,0699,Mobile,active,2024-02-01")
    report = stocked.load("services", "north,C-2,0699,Phone,suspended,2024-02-02")
    assert complaints(report) == [(1, "account", "C-2"), (1, "name", "Phone"), (1, "state", "suspended"),
                                  (1, "started_on", "2024-02-02")]


def test_a_restricted_service_is_compared_with_the_state_it_gets_back(stocked: Desk) -> None:
    row = "north,C-1,0699,Mobile,active,2024-02-01"
    stocked.load("services", row)
    with stocked.database.write() as session:
        service = session.scalars(select(Service)).one()
        common = {"provider_id": service.provider_id, "effective_on": date(2024, 3, 1),
                  "recorded_at": recorded_now(session)}
        hold_id = session.execute(insert(Hold).values(
            account_id=service.account_id, kind="overdue", placed_by="test", **common).returning(Hold.id)).scalar_one()
        session.execute(insert(ServiceRestriction).values(
            service_id=service.id, hold_id=hold_id, previous_state="active", **common))
        session.execute(update(Service).values(state="restricted"))
    report = stocked.load("services", row)
    assert (report.skipped, report.errors) == (1, ())
    assert [error.field for error in stocked.load("services", row.replace("active", "suspended")).errors] == ["state"]
