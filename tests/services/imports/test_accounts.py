"""Accounts out of files: derived providers, profiles, groups, contacts and attributes, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlalchemy import select

from app.models.attributes.attribute import AttributeChange, account_attributes
from app.models.parties.account import Account
from app.models.parties.account_group import AccountGroup, AccountGroupMember
from app.models.parties.contact import AccountContact, Contact
from app.models.parties.profile import AccountProfile
from app.models.parties.provider import Provider
from app.models.parties.staff import StaffUser
from app.models.values import AccountType, GroupKind
from app.services.access.principal import set_staff
from app.services.accounts.details import save_details
from app.services.addresses.billing import billing_addresses
from app.services.credit.labels import ClassificationDetails, set_classification
from app.services.groups.groups import create_group
from app.services.hierarchy.accounts import ProviderSettings, create_provider
from app.services.hierarchy.finding import find_account
from app.services.hierarchy.operator import operator_of
from app.services.imports.run import ImportReport
from app.services.staff.beginning import begin_sign_in
from tests.services.imports.conftest import HEADERS, Desk

Complaints = Callable[[ImportReport], list[tuple[int, str, str]]]


def test_a_derived_provider_has_its_settings_from_the_map(desk: Desk) -> None:
    report = desk.load("accounts", "north,C-1,Ann,2024-02-01", "north,C-2,,2024-01-15")
    assert (report.rows, report.added, report.skipped, report.errors) == (2, 2, 0, ())
    with desk.database.read() as session:
        account = find_account(session, "north")
        provider = session.get_one(Provider, account.id)
        assert (account.type, account.name, account.start_date) == ("retail_provider", "north Ltd", date(2024, 1, 15))
        assert account.parent_id == operator_of(session).id
        assert (provider.realm, provider.currency, provider.time_zone) == ("@north.example", "EUR", "Europe/Vienna")
        assert provider.legal_name == "north Ltd"
        names = dict(session.execute(select(Account.code, Account.name).where(Account.type == "end_user")).all())
        assert names == {"C-1": "Ann", "C-2": "C-2"}


def test_codes_are_taken_verbatim_and_belong_to_their_provider(desk: Desk) -> None:
    desk.load("accounts", "north,007,Ann,2024-01-01", "south,007,Ben,2024-01-01", 'north,"a/b ",Ö,2024-01-01')
    with desk.database.read() as session:
        assert find_account(session, "south/007").name == "Ben"
        assert find_account(session, "north/007").name == "Ann"
        assert find_account(session, "a/b").name == "Ö"


def test_an_account_without_contact_fields_gets_an_incomplete_contact(desk: Desk) -> None:
    desk.change("accounts", 'name = "name"', 'name = "name"\nemail = "mail"\ncity = "city"\ncontact = "who"')
    desk.load("accounts", "north,C-1,Ann,2024-01-01,,,", "north,C-2,Ben Ltd,2024-01-01,ben@b.example,,",
              "north,C-3,Cyd Ltd,2024-01-01,,Linz,C. Yd", header=HEADERS["accounts"] + ",mail,city,who")
    with desk.database.read() as session:
        found = session.execute(
            select(Account.code, Contact.name, Contact.email, Contact.city, Contact.incomplete)
            .join(AccountContact, AccountContact.account_id == Account.id)
            .join(Contact, Contact.id == AccountContact.contact_id).where(Account.type == AccountType.END_USER)
            .order_by(Account.code)
        ).all()
    assert [tuple(row) for row in found] == [
        ("C-1", "C-1", "", "", True), ("C-2", "Ben Ltd", "ben@b.example", "", False),
        ("C-3", "C. Yd", "", "Linz", False),
    ]


def test_a_mobile_number_is_kept_beside_the_telephone(desk: Desk) -> None:
    desk.change("accounts", 'name = "name"', 'name = "name"\nphone = "phone"\nmobile = "mobile"')
    rows = ("north,C-1,Ann,2024-01-01,02 5550 0100,+61 491 570 156", "north,C-2,Ben,2024-01-01,,0491 570 157")
    header = HEADERS["accounts"] + ",phone,mobile"
    desk.load("accounts", *rows, header=header)
    with desk.database.read() as session:
        found = session.execute(select(Contact.phone, Contact.mobile, Contact.incomplete)
                                .where(Contact.mobile != "").order_by(Contact.mobile)).all()
    assert [tuple(row) for row in found] == [("02 5550 0100", "+61 491 570 156", False), ("", "0491 570 157", False)]
    assert desk.load("accounts", *rows, header=header).added == 0


def test_profiles_and_groups_are_created_where_the_map_permits(desk: Desk) -> None:
    desk.change("accounts", '["provider"]', '["provider", "profiles", "groups"]')
    desk.change("accounts", 'name = "name"', 'profile = "kind"\ngroups = "lists"')
    rows = ("north,C-1,2024-01-01,Gold,vip; slow payers ;vip", "north,C-2,2024-01-01,,",
            "north,C-3,2024-01-01,Gold,vip")
    header = "provider,code,start,kind,lists"
    assert desk.load("accounts", *rows, header=header).added == 3
    with desk.database.read() as session:
        profiles = session.execute(select(Account.code, AccountProfile.name).join(
            AccountProfile, AccountProfile.id == Account.profile_id).where(Account.type == "end_user")).all()
        members = session.execute(
            select(Account.code, AccountGroup.code, AccountGroup.kind)
            .join(AccountGroupMember, AccountGroupMember.account_id == Account.id)
            .join(AccountGroup, AccountGroup.id == AccountGroupMember.group_id)).all()
    assert dict(profiles) == {"C-1": "Gold", "C-2": "Default Profile", "C-3": "Gold"}
    assert {tuple(m) for m in members} == {("C-1", "vip", "distribution"), ("C-1", "slow payers", "distribution"),
                                           ("C-3", "vip", "distribution")}
    again = desk.load("accounts", *rows, header=header)
    assert (again.added, again.skipped) == (0, 3)


def test_profiles_and_groups_that_may_not_be_created_are_refused(desk: Desk, complaints: Complaints) -> None:
    desk.stock()
    with desk.database.write() as session:
        create_group(session, provider_id=find_account(session, "north").id, code="staff", kind=GroupKind.SECURITY)
    desk.change("accounts", 'name = "name"', 'profile = "kind"\ngroups = "lists"')
    report = desk.load("accounts", "north,C-7,2024-01-01,Gold,", "west,C-8,2024-01-01,Default Profile,vip",
                       "north,C-9,2024-01-01,,staff", header="provider,code,start,kind,lists")
    assert complaints(report) == [(1, "profile", "Gold"), (2, "groups", "vip"), (3, "groups", "staff")]


def test_attributes_are_set_with_their_history(desk: Desk) -> None:
    desk.add("accounts", 'attribute.credit_limit = "limit"\nattribute.tax_rate = "tax"\n'
                         'omit_from_auto_restrict = "keep"\nattribute.trading_due_days = "days"\n'
                         '[formats]\ndecimal_mark = ","\ngrouping = "."\n')
    header = HEADERS["accounts"] + ",limit,tax,keep,days"
    rows = ('north,C-1,Ann,2024-01-01,"1.500,50","20,00 %",yes,30', "north,C-2,Ben,2024-01-01,0,,no,",
            "north,C-3,C,2024-01-01,,,,")
    assert desk.load("accounts", *rows, header=header).added == 3
    aa = account_attributes.c
    with desk.database.read() as session:
        found = session.execute(
            select(Account.code, aa.credit_limit, aa.tax_rate, aa.omit_from_auto_restrict, aa.trading_due_days)
            .outerjoin(account_attributes, aa.owner_id == Account.id).where(Account.type == "end_user")
            .order_by(Account.code)).all()
        changes = session.execute(select(AttributeChange.attribute, AttributeChange.new_value, AttributeChange.actor)
                                  .order_by(AttributeChange.owner_id, AttributeChange.attribute)).all()
    assert [tuple(row) for row in found] == [
        ("C-1", 150_050, 2000, True, 30), ("C-2", 0, None, False, None), ("C-3", None, None, None, None)]
    assert [tuple(row) for row in changes] == [
        ("credit_limit", "150050", "test"), ("omit_from_auto_restrict", "True", "test"), ("tax_rate", "2000", "test"),
        ("trading_due_days", "30", "test"), ("credit_limit", "0", "test"), ("omit_from_auto_restrict", "False", "test")]
    again = desk.load("accounts", *rows, header=header)
    assert (again.added, again.skipped, again.errors) == (0, 3, ())


def test_attributes_out_of_range_are_refused(desk: Desk, complaints: Complaints) -> None:
    desk.add("accounts", 'attribute.credit_limit = "limit"\nattribute.trading_due_days = "days"\n')
    report = desk.load("accounts", "north,C-1,Ann,2024-01-01,-5,366", "north,C-2,Ann,2024-01-01,1.005,x",
                       header=HEADERS["accounts"] + ",limit,days")
    assert complaints(report) == [(1, "attribute.trading_due_days", "366"), (1, "attribute.credit_limit", "-5"),
                                  (2, "attribute.trading_due_days", "x"), (2, "attribute.credit_limit", "1.005")]
    assert "1.005" in report.errors[3].message
    assert "EUR has 2" in report.errors[3].message


def test_every_wrong_row_is_told_and_nothing_is_written(desk: Desk, complaints: Complaints) -> None:
    desk.change("accounts", 'name = "name"', 'name = "name"\nemail = "mail"\ntype = "type"')
    report = desk.load(
        "accounts", "north,C-1,Ann,2024-01-01,ann@a.example,", "north,,Ann,2024-02-30,ann.a.example,",
        f"north,C-3,{'x' * 201},,,king", ",C-4,Ann,2024-01-01,,", f"north,{'9' * 41},Ann,2024-01-01,,", "north,C-6",
        header=HEADERS["accounts"] + ",mail,type")
    assert complaints(report) == [
        (2, "start_date", "2024-02-30"), (2, "email", "ann.a.example"), (2, "code", ""),
        (3, "start_date", ""), (3, "name", "x" * 79 + "…"), (3, "type", "king"),
        (4, "provider", ""), (5, "code", "9" * 41), (6, "row", "north,C-6"),
    ]
    assert (report.rows, report.added, report.skipped) == (6, 0, 0)
    assert report.sentence == "5 of 6 rows are wrong, so nothing was imported."
    assert desk.counts()["account"] == 1


def test_other_content_under_a_known_code_is_refused_field_by_field(stocked: Desk, complaints: Complaints) -> None:
    before = stocked.counts()
    report = stocked.load("accounts", "north,C-1,Ann,2024-01-01", "north,C-2,Bob,2024-01-02",
                          "north,C-3,New,2024-01-01")
    assert complaints(report) == [(2, "start_date", "2024-01-02"), (2, "name", "Bob")]
    assert "north/C-2 is there already, with Ben where this row says Bob." in report.errors[1].message
    assert (report.added, report.skipped) == (0, 0)
    assert stocked.counts() == before


def test_an_empty_cell_says_nothing_against_what_is_there(stocked: Desk) -> None:
    report = stocked.load("accounts", "north,C-1,,2024-01-01")
    assert (report.added, report.skipped, report.errors) == (0, 1, ())


def test_a_code_of_a_system_account_is_no_customer(stocked: Desk, complaints: Complaints) -> None:
    report = stocked.load("accounts", "north,SUSPENSE,Suspense,2024-01-01", "new,WRITE-OFF,Ann,2024-01-01")
    assert complaints(report) == [(1, "code", "SUSPENSE"), (2, "code", "WRITE-OFF")]


def test_repeated_rows_are_one_account_unless_they_contradict(desk: Desk, complaints: Complaints) -> None:
    report = desk.load("accounts", "north,C-1,Ann,2024-01-01", "north,C-1,Ann,2024-01-01", "north,C-2,Ben,2024-01-01")
    assert (report.rows, report.added, report.skipped) == (3, 2, 1)
    report = desk.load("accounts", "north,C-5,Ann,2024-01-01", "north,C-6,Eve,2024-01-01", "north,C-5,Anna,2024-01-01")
    assert complaints(report) == [(3, "name", "Anna")]
    assert "Rows 1 and 3 are both north/C-5" in report.errors[0].message


def test_picked_days_are_those_of_all_rows_of_an_account(desk: Desk) -> None:
    desk.change("accounts", 'start_date = "start"', 'start_date = { column = "start", pick = "earliest" }')
    report = desk.load("accounts", "north,C-1,Ann,2024-03-01", "south,C-1,Ann,2023-01-01", "north,C-1,Ann,2024-02-01",
                       "north,C-1,Ann,2024-04-01")
    assert (report.added, report.skipped) == (2, 2)
    with desk.database.read() as session:
        assert find_account(session, "north/C-1").start_date == date(2024, 2, 1)
    later = desk.load("accounts", "north,C-1,Ann,2024-05-01")
    assert (later.added, later.skipped, later.errors) == (0, 1, ()), "it began before this file does"
    earlier = desk.load("accounts", "north,C-1,Ann,2024-01-01")
    assert [error.field for error in earlier.errors] == ["start_date"]


def test_start_dates_may_lie_months_before_a_day(desk: Desk, complaints: Complaints) -> None:
    desk.change("accounts", 'start_date = "start"', 'start_date = { months = "start", before = 2024-03-31 }')
    desk.load("accounts", "north,C-1,Ann,1", "north,C-2,Ben,0", "north,C-3,Cyd,25")
    with desk.database.read() as session:
        found = dict(session.execute(select(Account.code, Account.start_date).where(Account.type == "end_user")).all())
    assert found == {"C-1": date(2024, 2, 29), "C-2": date(2024, 3, 31), "C-3": date(2022, 2, 28)}
    report = desk.load("accounts", "north,C-4,Ann,-1", "north,C-5,Ann,1.5", "north,C-6,Ann,9999")
    assert complaints(report) == [(1, "start_date", "-1"), (2, "start_date", "1.5"), (3, "start_date", "9999")]


def test_types_fit_below_their_provider(desk: Desk, complaints: Complaints) -> None:
    desk.add("accounts", '[constants]\ntype = "agent"\n')
    assert desk.load("accounts", "north,A-1,Ann,2024-01-01").added == 1
    desk.change("accounts", 'currency = "EUR"', 'currency = "EUR"\ntype = "wholesale_provider"')
    report = desk.load("accounts", "west,A-1,Ann,2024-01-01")
    assert complaints(report) == [(1, "type", "agent")]
    assert "agent cannot stand below a wholesale provider" in report.errors[0].message


def test_a_provider_may_stand_below_another(desk: Desk, complaints: Complaints) -> None:
    desk.change("accounts", 'currency = "EUR"', 'currency = "EUR"\nparent = "whole"')
    assert complaints(desk.load("accounts", "west,A-1,Ann,2024-01-01")) == [(1, "provider.parent", "whole")]
    with desk.database.write() as session:
        create_provider(session, parent_id=operator_of(session).id, code="whole", name="Whole",
                        type=AccountType.WHOLESALE, start_date=date(2020, 1, 1),
                        settings=ProviderSettings(currency="EUR", realm="@whole.example"))
    assert desk.load("accounts", "west,A-1,Ann,2024-01-01").added == 1
    taken = desk.load("accounts", "SUSPENSE,A-1,Ann,2024-01-01")
    assert complaints(taken) == [(1, "provider", "SUSPENSE")]
    desk.maps["accounts"] = desk.maps["accounts"].replace("{provider}", "whole")
    own = desk.load("accounts", "x,A-1,Ann,2024-01-01")
    assert complaints(own) == [(1, "type", "")]


def test_a_provider_that_is_not_to_be_created_must_be_there(desk: Desk, complaints: Complaints) -> None:
    desk.maps["accounts"] = (
        'kind = "accounts"\nkey = "{code}"\n[provider]\ncode = "{provider}"\n[columns]\nstart_date = "start"\n')
    report = desk.load("accounts", "north,C-1,Ann,2024-01-01", "south,C-1,Ann,2024-01-01")
    assert complaints(report) == [(1, "provider", "north"), (2, "provider", "south")]
    assert 'There is no provider "north".' in report.errors[0].message


@pytest.mark.parametrize(("old", "new", "field", "words"), [
    ('"@{provider}.example"', '"@same.example"', "provider.realm", "The realm belongs to provider north"),
    ('"@{provider}.example"', '"{provider}"', "provider.realm", "@domain"),
    ('"EUR"', '"EURO"', "provider.currency", "ISO 4217"),
    ('"Europe/Vienna"', '"Vienna"', "provider.time_zone", "IANA"),
    ('"Europe/Vienna"', '"Europe"', "provider.time_zone", "IANA"),
    ('"EUR"', '"EUR"\ntype = "agent"', "provider.type", "retail_provider"),
    ('"EUR"', '"EUR"\nstart_date = "1.1.2020"', "provider.start_date", "year-month-day"),
    ('"EUR"', '"EUR"\nlanguage = "a very long language name"', "provider.language", "room for 20"),
    ('"EUR"', '"EUR"\ntagline = "{name}"', "provider.tagline", 'has "Ann" by row 1 and "Ben" by this one'),
])
def test_settings_of_a_derived_provider_are_checked(desk: Desk, old: str, new: str, field: str, words: str) -> None:
    desk.change("accounts", old, new)
    report = desk.load("accounts", "north,C-1,Ann,2024-01-01", "north,C-2,Ben,2024-01-01", "south,C-2,Ben,2024-01-01")
    assert field in {error.field for error in report.errors}
    assert any(words in error.message for error in report.errors)
    assert desk.counts()["provider"] == 1


def test_a_known_provider_keeps_its_settings_and_its_currency(stocked: Desk, complaints: Complaints) -> None:
    stocked.change("accounts", "Europe/Vienna", "Asia/Tokyo")
    assert stocked.load("accounts", "north,C-9,Eve,2024-01-01").added == 1
    stocked.change("accounts", "EUR", "USD")
    report = stocked.load("accounts", "north,C-10,Eve,2024-01-01")
    assert complaints(report) == [(1, "provider.currency", "USD")]


def test_rows_that_do_not_meet_the_condition_are_left_out(desk: Desk) -> None:
    desk.maps["accounts"] += '[only_if]\nname = { is_not = ["x", "y"] }\nstart = { filled = true }\n'
    report = desk.load("accounts", "north,C-1,Ann,2024-01-01", "north,C-2,x,2024-01-01", "south,C-3,Cyd, ",
                       "north,C-4,y,nonsense")
    assert (report.rows, report.added, report.skipped, report.errors) == (4, 1, 3, ())
    assert desk.counts()["provider"] == 2, "a provider of rows left out is not created"


def test_words_of_the_file_become_words_of_the_program(desk: Desk, complaints: Complaints) -> None:
    desk.add("accounts", 'enterprise = { column = "kind", default = "organisation" }\n'
                         '[values.enterprise]\nPerson = "individual"\nFirm = "organisation"\n')
    header = HEADERS["accounts"] + ",kind"
    assert desk.load("accounts", "north,C-1,Ann,2024-01-01,Person", "north,C-2,B,2024-01-01,", header=header).added == 2
    with desk.database.read() as session:
        kinds = dict(session.execute(select(Account.code, Account.enterprise).where(Account.type == "end_user")).all())
    assert kinds == {"C-1": "individual", "C-2": "organisation"}
    report = desk.load("accounts", "north,C-3,Ann,2024-01-01,individual", header=header)
    assert complaints(report) == [(1, "enterprise", "individual")]
    assert "Write one of: Person, Firm." in report.errors[0].message


def test_instants_of_accounts_are_those_of_the_import(stocked: Desk) -> None:
    with stocked.database.read() as session:
        recorded: set[datetime] = set(session.scalars(select(Account.recorded_at).where(Account.type == "end_user")))
    assert len(recorded) == 1


def test_managers_and_addresses_of_invoices_are_read_once(desk: Desk, complaints: Complaints) -> None:
    desk.change("accounts", 'name = "name"', 'name = "name"\ncity = "city"\nenterprise = "enterprise"\n'
                'account_manager = "manager"\nbilling_address_line1 = "street"\nbilling_city = "town"\n'
                'classification = "class"')
    header = HEADERS["accounts"] + ",city,enterprise,manager,street,town,class"
    desk.load("accounts", "north,C-0,Zoe,2024-01-01,,,,,,", header=header)
    with desk.database.write() as session:
        provider = find_account(session, "north").id
        begin_sign_in(session, login="kim@operator.example", name="Kim", password="harbour-2025")
        save_details(session, account_id=provider, after={"billing_address_rule": "always_mandatory"},
                     seen={"billing_address_rule": "never_mandatory"})
        set_staff(session, session.scalars(select(StaffUser.id)).one())
        set_classification(session, provider_id=provider, code="VIP", seen=None,
                           details=ClassificationDetails(name="VIP"))
        staff = session.scalars(select(StaffUser)).one()
        assert staff.provider_id == operator_of(session).id
    desk.database.staff_id = staff.id
    rows = ("north,C-1,Ann,2024-01-01,Linz,,KIM@operator.example,1 Ring,Wien,VIP",
            "north,C-2,Ben,2024-01-01,Graz,individual,,,,")
    assert desk.load("accounts", *rows, header=header).added == 2
    assert (desk.load("accounts", *rows, header=header).skipped) == 2
    with desk.database.read() as session:
        a, b = find_account(session, "C-1"), find_account(session, "C-2")
        assert (a.account_manager_id, b.account_manager_id) == (staff.id, None)
        assert (a.classification_id is None, b.classification_id) == (False, None)
        addresses = billing_addresses(session, [a.id, b.id])
        assert [(each.name, each.address_line1, each.city) for each in addresses.values()] == [
            ("Ann", "1 Ring", "Wien"), ("Ben", "", "Graz")]
    bad = desk.load("accounts", "north,C-1,Ann,2024-01-01,Linz,,kim@operator.example,2 Ring,Wien,VIP",
                    "north,C-3,Cyd,2024-01-01,Linz,individual,kim@operator.example,,,",
                    "north,C-4,Dan,2024-01-01,Linz,,sam@north.example,,,", "north,C-5,Eve,2024-01-01,,,,,,",
                    "north,C-6,Fay,2024-01-01,Linz,,,,,GOLD",
                    header=header)
    assert [(row, name) for row, name, _ in complaints(bad)] == [
        (1, "billing_address_line1"), (2, "account_manager"), (3, "account_manager"), (4, "address_line1"),
        (5, "classification")]
