"""What a person may not see, by every door: list, search, tree, page, print, scan, rules, explain, import."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from app.models.parties.account import Account
from app.models.parties.powers import ALL_POWERS, Power
from app.models.parties.staff import StaffUser
from app.models.values import AccountType, EventAction, GroupAccess, GroupLevel, HoldKind, Tier
from app.services.accounts.header import account_header
from app.services.accounts.preview import scan_view
from app.services.accounts.services import service_rows
from app.services.attributes.explain import explain_account
from app.services.attributes.sheet import attribute_sheet
from app.services.attributes.writing import set_attribute
from app.services.customers.choice import CustomerQuestion, Selected, selected_ids, selected_totals
from app.services.customers.counting import quick_counts
from app.services.customers.head import customers_head
from app.services.customers.list import QuickFilter
from app.services.database.asking import asking, doing
from app.services.database.unit_of_work import Database
from app.services.errors import InputRejected, NotAllowed, NotFound, NotSignedIn
from app.services.events.templates import EMPTY
from app.services.groups.queries import candidate_count, group_rows, groups_of_account, member_count, member_page
from app.services.hierarchy.accounts import NewAccount, create_account
from app.services.hierarchy.finding import find_account, find_provider
from app.services.hierarchy.records import find_records
from app.services.hierarchy.search import find_accounts
from app.services.hierarchy.tree import tree_children, tree_roots
from app.services.imports.run import import_file
from app.services.jobs import JobContext
from app.services.ledger.page import ledger_summary
from app.services.outbox.preview import documents_to_preview, render_message
from app.services.printing.queries import selection_summary
from app.services.printing.selection import Selection
from app.services.providers.queries import provider_options
from app.services.rules.rule_sets import list_rules, set_rules
from app.services.scans.restore import restore_by_hand
from app.services.scans.scan import run_scan
from app.services.staff import sign_in as signing
from app.services.staff.queries import staff_rows
from app.services.staff.sight import sight_of, sight_of_account
from app.services.staff.sign_in import SignedIn, work_as
from app.services.status.changes import place_hold
from app.services.suspension.preview import preview_scan
from tests.factories.books import status_shown
from tests.services.access.test_authorize import Office
from tests.support.filled_books import FilledBooks
from tests.support.switches import switch_on

TODAY = date(2026, 3, 16)
NOTHING = JobContext()


@pytest.fixture
def office(database: Database, filled_books: FilledBooks, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """What `fill` makes; ids by code and name."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(signing, "hasher", lambda: quick)
    return filled_books.put(database, fill)


def fill(database: Database) -> dict[str, int]:
    """Kim reaches A1 and A2 of Harbour (A2 for looking only); everybody there owes an old invoice."""
    with database.write() as session:
        made = Office(session)
        for code in ("A1", "A2", "A3", "S1"):
            made.invoice(made.id(code), 9900, date(2025, 11, 1), date(2025, 12, 1), number=f"N-{code}")
        for provider in (made.harbour, made.summit):
            set_rules(session, provider_id=provider, effective_from=date(2025, 1, 1), min_overdue_minor=5000,
                      min_overdue_days=7, restore_at_minor=0, seen=0)
            switch_on(session, provider_id=provider)
        kim = made.user(made.harbour, "kim")
        made.tie(kim, made.group(made.harbour, "WORK", GroupAccess.ALLOW, "A1"), GroupLevel.EDIT)
        made.tie(kim, made.group(made.harbour, "LOOK", GroupAccess.ALLOW, "A2"), GroupLevel.VIEW)
        poor = made.user(made.harbour, "poor", {Power.CUSTOMERS})
        sam = made.user(made.summit, "sam")
        ids = {code: made.id(code) for code in ("HT", "SB", "PW", "A1", "A2", "A3", "S1", "AG")}
        ids |= {"kim": kim, "poor": poor, "sam": sam, "root": made.root}
    return ids


@contextmanager
def signed_in(database: Database, staff_id: int) -> Iterator[None]:
    before = database.actor
    work_as(database, SignedIn(staff_id=staff_id, login="somebody@ht.example", name="Somebody", unit="Unit"))
    yield
    database.staff_id, database.actor = None, before


def everything(provider_id: int) -> Selected:
    return Selected(question=CustomerQuestion(provider_id=provider_id, as_of=TODAY), count=0)


def test_lists_counts_and_sums(database: Database, office: dict[str, int]) -> None:
    with signed_in(database, office["kim"]):
        head = asking(customers_head, provider_id=office["HT"])(database, NOTHING)
        assert head.provider.customer_count == 2
        counts = quick_counts(database, NOTHING, provider_id=office["HT"], as_of=TODAY, filter_text="")
        assert (counts[QuickFilter.ALL], counts[QuickFilter.OVERDUE]) == (2, 2)
        totals = selected_totals(database, NOTHING, selected=everything(office["HT"]))
        assert (totals.rows, totals.balances) == (2, (("AUD", 19800),))
        assert [p.code for p in asking(provider_options)(database, NOTHING)] == ["HT"]
        with pytest.raises(NotFound, match="no such provider"):
            asking(customers_head, provider_id=office["SB"])(database, NOTHING)
        elsewhere = selected_totals(database, NOTHING, selected=everything(office["SB"]))
        assert elsewhere.rows == 0
        named = Selected(question=CustomerQuestion(provider_id=office["HT"], as_of=TODAY), count=3,
                         ids=(office["A3"], office["A2"], office["S1"]))
        with database.read() as session:
            assert selected_ids(session, selected=named) == [office["A2"]]


def test_search_tree_and_codes(database: Database, office: dict[str, int]) -> None:
    with signed_in(database, office["kim"]), database.read() as session:
        assert {hit.code for hit in find_accounts(session, text="A")} == {"A1", "A2"}
        assert [hit.code for hit in find_accounts(session, text="N-A3")] == []
        assert [hit.code for hit in find_accounts(session, text="N-A1")] == ["A1"]
        assert [hit.code for hit in find_accounts(session, text="A3", anywhere=True)] == []
        (root,) = tree_roots(session)
        assert (root.code, root.child_count) == ("HT", 2)
        assert {row.code for row in tree_children(session, parent_id=root.id).rows} == {"A1", "A2"}
        for code in ("A3", "S1", "PW", "operator"):
            with pytest.raises(NotFound):
                find_account(session, code)
        with pytest.raises(NotFound):
            find_provider(session, "SB")
        with pytest.raises(NotFound):
            explain_account(session, find_account(session, "A3"))
        assert explain_account(session, find_account(session, "A1"))


def test_the_command_box_finds_what_is_in_reach(database: Database, office: dict[str, int]) -> None:
    with signed_in(database, office["kim"]):
        found = find_records(database, NOTHING, text="N-A")
        assert [(hit.number, hit.account_id) for hit in found.invoices] == [
            ("N-A1", office["A1"]), ("N-A2", office["A2"])]
        assert [hit.code for hit in find_records(database, NOTHING, text="a", invoices=False).accounts] == ["A1", "A2"]
        assert find_records(database, NOTHING, text="a1", accounts=False).accounts == ()
    with signed_in(database, office["poor"]):
        assert find_records(database, NOTHING, text="N-A").invoices == ()  # the ledger is closed


def test_pages_of_others_do_not_exist(database: Database, office: dict[str, int]) -> None:
    unseen = office["A3"]
    with signed_in(database, office["kim"]):
        for ask in (
            asking(account_header, account_id=unseen),
            asking(attribute_sheet, account_id=unseen),
            asking(service_rows, account_id=unseen),
            asking(ledger_summary, account_id=unseen, as_of=TODAY),
            asking(scan_view, account_id=unseen),
            doing(restore_by_hand, account_id=unseen, reason="why not"),
            doing(set_attribute, tier=Tier.ACCOUNT, owner_id=unseen, key="autopay", value=True, seen={}),
        ):
            with pytest.raises(NotFound, match="no such account"):
                ask(database, NOTHING)
        assert asking(account_header, account_id=office["A1"])(database, NOTHING).code == "A1"


def test_messages_are_previewed_for_accounts_in_reach(database: Database, office: dict[str, int]) -> None:
    shown = {"content": {**EMPTY, "text": "%%accountId%%"}, "event": "account_creation", "action": EventAction.MESSAGE}
    with signed_in(database, office["kim"]):
        assert asking(render_message, account_id=office["A2"], **shown)(database, NOTHING).text == "A2"
        for code in ("A3", "S1"):
            with pytest.raises(NotFound):
                asking(render_message, account_id=office[code], **shown)(database, NOTHING)
            with pytest.raises(NotFound):
                asking(documents_to_preview, account_id=office[code], event="invoice_due")(database, NOTHING)
    with signed_in(database, office["poor"]), pytest.raises(NotAllowed, match='"Events"'):
        asking(render_message, account_id=office["A1"], **shown)(database, NOTHING)


def test_printing_reaches_no_further(database: Database, office: dict[str, int]) -> None:
    with signed_in(database, office["kim"]), database.read() as session:
        assert selection_summary(session, selection=Selection()).count == 2
        assert selection_summary(session, selection=Selection(provider="HT")).count == 2
        with pytest.raises(NotFound):
            selection_summary(session, selection=Selection(provider="HT", account="A3"))
        with pytest.raises(InputRejected, match="cannot be printed"):
            selection_summary(session, selection=Selection(numbers=("N-A3",)))
    with signed_in(database, office["poor"]), database.read() as session, \
            pytest.raises(NotAllowed, match="Print invoices"):
        selection_summary(session, selection=Selection())


def test_scans_show_the_visible_and_apply_only_whole(database: Database, office: dict[str, int]) -> None:
    with signed_in(database, office["kim"]):
        report = preview_scan(database, NOTHING)
        assert {a.code for a in report.accounts} == {"A1", "A2"}
        assert (report.judged_accounts, report.providers_without_rules) == (2, ())
        with pytest.raises(NotAllowed, match="every customer of HT"):
            run_scan(database, NOTHING)
        with database.read() as session:
            assert {row.provider_code for row in list_rules(session, provider_id=None)} == {"HT"}
    with signed_in(database, office["sam"]):
        report = run_scan(database, NOTHING)
        assert [(a.code, a.applied) for a in report.accounts] == [("S1", True)]
    with signed_in(database, office["root"]):
        assert {a.code for a in preview_scan(database, NOTHING).accounts} == {"A1", "A2", "A3"}


def test_changes_need_power_and_level(database: Database, office: dict[str, int]) -> None:
    def set_terms(account: str) -> None:
        with database.write() as session:
            set_attribute(session, tier=Tier.ACCOUNT, owner_id=office[account], key="trading_due_days", value=3,
                          seen={})

    with signed_in(database, office["kim"]):
        set_terms("A1")
        with pytest.raises(NotAllowed, match="not change it"):
            set_terms("A2")
        with database.write() as session, pytest.raises(NotAllowed, match="not change it"):
            place_hold(session, account_id=office["A2"], kind=HoldKind.MANUAL, reason="x", on=TODAY,
                       seen=status_shown(session, office["A2"]))
    with signed_in(database, office["poor"]), pytest.raises(NotAllowed, match="Customer details"):
        set_terms("A1")


def test_groups_members_and_what_others_see_reach_no_further(database: Database, office: dict[str, int]) -> None:
    with database.write() as session:
        made = Office.__new__(Office)
        made.session, made.root = session, office["root"]
        made.sign_in(office["root"])
        everybody = made.group(office["HT"], "ALL", GroupAccess.SEE_ALL, "A1", "A2", "A3")
    with signed_in(database, office["kim"]), database.read() as session:
        rows = {row.code: row.members for row in group_rows(session, provider_id=office["HT"])}
        assert rows == {"ALL": 2, "WORK": 1, "LOOK": 1}
        assert [row.code for row in member_page(session, group_id=everybody).rows] == ["A1", "A2"]
        assert member_count(session, group_id=everybody, filter_text="code:A3") == 0
        assert candidate_count(session, group_id=everybody) == 0
        sight = sight_of(session, staff_id=office["poor"])
        assert (sight.seen, sight.hidden) == (2, 0)
        for ask in (lambda: groups_of_account(session, account_id=office["A3"]),
                    lambda: sight_of_account(session, staff_id=office["poor"], account_id=office["A3"]),
                    lambda: sight_of(session, staff_id=office["sam"]),
                    lambda: group_rows(session, provider_id=office["SB"])):
            with pytest.raises(NotFound):
                ask()
        assert {row.provider for row in staff_rows(session)} == {"HT"}


def test_new_customers_join_the_groups_or_agent_of_their_makers(database: Database, office: dict[str, int]) -> None:
    with database.write() as session:
        made = Office.__new__(Office)
        made.session, made.operator, made.harbour, made.root = session, 1, office["HT"], office["root"]
        made.wholesale, made.summit = office["PW"], office["SB"]
        ann = made.user(office["HT"], "ann", ALL_POWERS, agent=office["AG"])
    new = NewAccount(code="", name="Newcomer", start_date=TODAY)
    for maker in (office["kim"], ann):
        with signed_in(database, maker):
            with database.write() as session:
                account_id = create_account(session, provider_id=office["HT"], new=new)
            assert asking(account_header, account_id=account_id)(database, NOTHING).name == "Newcomer"
            with database.read() as session:
                agent = session.scalars(select(Account.created_by_agent_id).where(Account.id == account_id)).one()
            assert agent == (office["AG"] if maker == ann else None)
            with database.write() as session, pytest.raises(NotFound):
                create_account(session, provider_id=office["SB"], new=new)


def test_imports_need_the_whole_provider(database: Database, office: dict[str, int], tmp_path: Path) -> None:
    file, mapping = tmp_path / "new.csv", tmp_path / "new.toml"
    file.write_text("code;name\nA3;Somebody else\n", encoding="utf-8")
    mapping.write_text('kind = "accounts"\nkey = "{code}"\n[provider]\ncode = "HT"\n[columns]\nname = "name"\n'
                       '[constants]\nstart_date = "2024-01-01"\n', encoding="utf-8")
    with signed_in(database, office["kim"]), pytest.raises(NotAllowed, match="every customer of HT"):
        import_file(database, JobContext(), kind="accounts", path=file, mapping=mapping, dry_run=True)
    with signed_in(database, office["poor"]), pytest.raises(NotAllowed, match="Import customers"):
        import_file(database, JobContext(), kind="accounts", path=file, mapping=mapping, dry_run=True)
    with signed_in(database, office["root"]):
        report = import_file(database, JobContext(), kind="accounts", path=file, mapping=mapping, dry_run=True)
        assert [e.field for e in report.errors] == ["name"]


def test_a_database_with_staff_answers_nobody_else(database: Database, office: dict[str, int]) -> None:
    with pytest.raises(NotSignedIn):
        asking(provider_options)(database, NOTHING)
    with database.read() as session:
        assert session.scalars(select(StaffUser.login).where(StaffUser.id == office["kim"])).one() == "kim@ht.example"
        assert session.get_one(Account, office["HT"]).type == AccountType.RETAIL
