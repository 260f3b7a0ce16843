"""Details of an account: saved side by side, refused beside the field, fixed where rows are posted."""

from __future__ import annotations

from datetime import date

import pytest

from app.models.parties.account import Account
from app.services.access.principal import set_staff
from app.services.accounts.details import account_details, deletion_request, save_details
from app.services.accounts.history import history_page
from app.services.accounts.history_words import HistoryKind
from app.services.accounts.services import NewService, create_services
from app.services.accounts.setting import plan_fields, set_fields
from app.services.credit.labels import ClassificationDetails, set_classification, set_kyc_profile
from app.services.database.unit_of_work import Database
from app.services.errors import NotAllowed, NotFound, RefusedByRule, RefusedField
from app.services.hierarchy.accounts import NewAccount, create_account
from app.services.hierarchy.new_contacts import NewContact
from app.services.hierarchy.search import find_accounts
from app.services.saving import SavedMeanwhile
from tests.factories.books import START, Book, scratch
from tests.services.access.test_authorize import Office, Power
from tests.support.filled_books import FilledBooks


def test_what_is_saved_is_found_and_written_down(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        account = book.account(book.provider("HT", name="Harbour"), "A1", name="Acme")
        read = account_details(session, account_id=account).values

        def save(**new: str) -> bool:
            now = account_details(session, account_id=account).values
            return bool(save_details(session, account_id=account, seen=now, after={**now, **new}))

        assert save(name=" Ömega ", code="B7", enterprise="individual", start_date="2023-05-01",
                    ombudsman_case_open="True", trading_name="Omega Trade", registration_number="51 824")
        assert not save(), "nothing was changed"
        now = account_details(session, account_id=account).values
        assert [now[name] for name in ("name", "code", "enterprise", "start_date", "ombudsman_case_open",
                                       "trading_name")] == [
            "Ömega", "B7", "individual", "2023-05-01", "True", "Omega Trade"]
        assert [hit.account_id for hit in find_accounts(session, text="omega")] == [account], "its folded name follows"
        said = {(r.field, r.old, r.new) for r in history_page(session, account_id=account,
                                                              kind=HistoryKind.DETAILS).rows if r.field}
        assert {("Name", "Acme", "Ömega"), ("Enterprise", "Organisation", "Individual"),
                ("Ombudsman case", "None", "Open"), ("Trading name", "Nothing", "Omega Trade")} <= said
        with pytest.raises(SavedMeanwhile, match=r'changed Name to "Ömega" on .* while you were editing'):
            save_details(session, account_id=account, seen=read, after={**read, "name": "Alpha"})
        save_details(session, account_id=account, seen=read, after={**read, "export_reference": "X-1"})
        now = account_details(session, account_id=account).values
        assert (now["name"], now["export_reference"]) == ("Ömega", "X-1"), "both saves count"


def test_what_is_refused_names_its_field(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT", name="Harbour")
        account, other = book.account(provider, "A1", name="Acme"), book.account(provider, "A2")
        create_services(session, provider_id=provider, services=[
            NewService(account_id=account, identifier="0400", name="Mobile", started_on=date(2024, 3, 1))])

        def refused(account_id: int, **new: str) -> str:
            now = account_details(session, account_id=account_id).values
            with pytest.raises(RefusedField) as caught:
                save_details(session, account_id=account_id, seen=now, after={**now, **new})
            assert caught.value.field in new
            return str(caught.value)

        assert refused(account, name=" ") == "An account needs a name."
        assert refused(account, code="A2") == 'The code "A2" is taken.'
        assert "40 characters fit" in refused(account, code="x" * 41)
        assert "1 Mar 2024 or earlier" in refused(account, start_date="2024-03-02")
        assert refused(account, start_date="2.3.24").startswith("Write a date")
        assert refused(provider, time_zone="Mars").startswith('"Mars" is not a time zone')
        assert refused(provider, enterprise="individual") == "A provider is always an organisation."
        assert "may be one" not in deletion_request(session, account_id=other)
        assert deletion_request(session, account_id=other).startswith("Request to delete the account HT/A2\n")
        book.invoice(account, 100, date(2024, 2, 1), date(2024, 2, 8))
        assert refused(account, code="A9") == "Fixed: rows are posted under this code."
        assert "1 Feb 2024 or earlier" in refused(account, start_date="2024-02-02")
        for ident, words in ((account, "Rows are posted"), (provider, "Accounts stand below Harbour")):
            with pytest.raises(RefusedByRule, match=words):
                deletion_request(session, account_id=ident)
        assert account_details(session, account_id=account).values["start_date"] == START.isoformat()


def test_settings_of_a_provider_need_their_power(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, Office) as office:
        session = office.session
        clerk = office.user(office.wholesale, "clerk", {Power.CUSTOMERS_EDIT, Power.CUSTOMERS})
        chief = office.user(office.wholesale, "chief")

        def save(account: int, **new: str) -> None:
            now = account_details(session, account_id=account).values
            save_details(session, account_id=account, seen=now, after={**now, **new})

        set_staff(session, clerk)
        save(office.harbour, name="Harbour Telecom")
        with pytest.raises(NotAllowed, match="Provider defaults"):
            save(office.harbour, legal_name="Harbour Telecom Pty Ltd")
        set_staff(session, chief)
        save(office.harbour, legal_name="Harbour Telecom Pty Ltd", time_zone="Australia/Sydney")
        values = account_details(session, account_id=office.harbour).values
        assert (values["legal_name"], values["time_zone"]) == ("Harbour Telecom Pty Ltd", "Australia/Sydney")
        set_staff(session, office.user(office.summit, "sam"))
        with pytest.raises(NotFound):
            account_details(session, account_id=office.id("A1"))


def test_a_name_is_filled_in_as_the_provider_names_accounts(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")

        def name(mode: str, **new: str) -> str:
            now = account_details(session, account_id=provider).values
            save_details(session, account_id=provider, seen=now, after={"account_naming": mode})
            made = create_account(session, provider_id=provider, new=NewAccount(
                code="", name=new.get("typed", ""), start_date=START, contact=NewContact(name="Ann Lee")))
            return session.get_one(Account, made).name

        assert name("account_number") == "A-000001"
        assert name("account_number_and_contact_name") == "A-000002 Ann Lee"
        assert name("account_number", typed="Acme") == "Acme", "what is typed stays"
        with pytest.raises(RefusedField, match="An account needs a name"):
            name("manual")
        account = book.account(provider, "B7", name="Acme")
        assert name("account_number_and_contact_name").endswith(" Ann Lee")
        save_details(session, account_id=account, seen={"name": "Acme"}, after={"name": " "})
        assert account_details(session, account_id=account).values["name"] == "B7 B7", "its contact is called B7 too"
        now = account_details(session, account_id=provider).values
        with pytest.raises(RefusedField, match="Write one of: manual, account_number, account_number_and_contact_name"):
            save_details(session, account_id=provider, seen=now, after={"account_naming": "by moon"})


def test_an_organisation_has_an_account_manager(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, Office) as office:
        session = office.session
        kim, sam = office.user(office.harbour, "kim"), office.user(office.summit, "sam")
        office.sign_in(kim)
        account = office.id("A1")

        def save(**new: str) -> None:
            now = account_details(session, account_id=account).values
            save_details(session, account_id=account, seen=now, after={**now, **new})

        assert [each.login for each in account_details(session, account_id=account).managers] == [
            "kim@ht.example", "root@operator.example"]
        save(account_manager=str(kim))
        row = history_page(session, account_id=account).rows[0]
        assert (row.field, row.old, row.new) == ("Account manager", "Nothing", "Kim")
        for field, value, why in (("account_manager", str(sam), "no such person"),
                                  ("account_manager", "kim", "Choose one"),
                                  ("enterprise", "individual", "Take the account manager away as well")):
            with pytest.raises(RefusedField, match=why):
                save(**{field: value})
        save(enterprise="individual", account_manager="")
        with pytest.raises(RefusedField, match="Only the account of an organisation"):
            save(account_manager=str(kim))
        save(enterprise="organisation", account_manager=str(kim))


def test_classification_and_kyc_profile_are_details_too(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        account = book.account(provider, "A1", name="Acme")
        set_classification(session, provider_id=provider, code="VIP", details=ClassificationDetails(name="Important"),
                           seen=None)
        set_classification(session, provider_id=provider, code="OLD", seen=None,
                           details=ClassificationDetails(name="Old", enabled=False))
        set_kyc_profile(session, provider_id=provider, code="LOW", name="Low", seen=None)

        def planned(**wanted: str) -> list[tuple[str, str, str]]:
            plan = plan_fields(session, account_id=account, wanted=wanted)
            return [(each.field, each.old, each.new) for each in plan.changes]

        assert planned(classification="vip", kyc_profile="LOW", kyc_state="verified", name="Acme Ltd") == [
            ("classification", "", "VIP"), ("kyc_profile", "", "LOW"), ("kyc_state", "not_verified", "verified"),
            ("name", "Acme", "Acme Ltd")]
        plan = plan_fields(session, account_id=account, wanted={
            "classification": "VIP", "kyc_profile": "LOW", "kyc_state": "verified"})
        changes = set_fields(session, seen=plan)
        said = {(r.field, r.old, r.new) for r in history_page(session, account_id=account).rows}
        assert ("Classification", "Nothing", "VIP") in said
        assert planned(classification="VIP") == []
        assert planned(kyc_profile="") == [("kyc_profile", "LOW", "")]
        for wanted, why in (({"classification": "OLD"}, "is switched off"),
                            ({"classification": "X"}, "Write one of: OLD, VIP"),
                            ({"kyc_state": "maybe"}, "Write one of: not_verified, verified")):
            with pytest.raises(RefusedField, match=why):
                planned(**wanted)
        assert changes.undo is not None
        changes.undo.command(session, **changes.undo.arguments)
        assert planned(kyc_profile="LOW", classification="") == [("kyc_profile", "", "LOW")]
        with pytest.raises(RefusedField, match="no KYC profile that could be verified"):
            planned(kyc_state="verified")
        set_fields(session, seen=plan_fields(session, account_id=account, wanted={"kyc_profile": "LOW"}))
        set_fields(session, seen=plan_fields(session, account_id=account, wanted={"kyc_profile": ""}))
