"""The page of one account: its head, its attributes with their chain, its ledger and its services."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from app.models.values import AccountStatus, AccountType, CreditStanding, HoldKind, ServiceState, Tier
from app.services.accounts.header import account_header
from app.services.accounts.services import service_rows
from app.services.attributes.explain import explain_account
from app.services.attributes.rows import AttributeRow, RoomState, account_attributes
from app.services.attributes.writing import set_attribute, set_attributes
from app.services.credit.ratings import set_credit_rating
from app.services.database.unit_of_work import Database
from app.services.errors import NotFound, RefusedByRule
from app.services.hierarchy.finding import find_account
from app.services.ledger.disputes import end_dispute
from app.services.ledger.page import LedgerRow, LedgerState, disputes_of, invoice_lines, ledger_page, ledger_summary
from app.services.rules.rule_sets import set_rules
from app.services.status.changes import place_hold
from tests.factories.books import Book, scratch, status_shown
from tests.support.switches import switch_on

TODAY = date(2025, 7, 2)
JUN_3, JUN_10 = date(2025, 6, 3), date(2025, 6, 10)


# --------------------------------------------------------------------------- head


def test_head_of_an_account(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT", name="Harbour Telecom")
        business = book.profile(provider, "Business", credit_rating="A")
        set_credit_rating(session, provider_id=provider, code="A", limit_minor=300_000, seen=None)
        agent = book.account(provider, "AG", name="Dockside", kind=AccountType.AGENT)
        account = book.account(provider, "A4", name="Delta Ltd", profile=business, agent=agent)
        book.invoice(account, 22_000, JUN_3, JUN_10)
        head = account_header(session, account_id=account, as_of=TODAY)
        assert (head.code, head.name, head.profile, head.provider_name) == (
            "A4", "Delta Ltd", "Business", "Harbour Telecom")
        assert (head.agent_name, head.status, head.holds) == ("Dockside", AccountStatus.ACTIVE, ())
        assert (head.figures.balance_minor, head.figures.outstanding_minor) == (22_000, 22_000)
        assert (head.credit.limit_minor, head.credit.left_minor, head.credit.standing) == (
            300_000, 278_000, CreditStanding.WITHIN)
        assert head.credit.text == "Limit 3,000.00 AUD, rating A from Business"
        assert not head.is_provider
        assert account_header(session, account_id=provider, as_of=TODAY).is_provider
        with pytest.raises(NotFound):
            account_header(session, account_id=10**9, as_of=TODAY)


@pytest.mark.parametrize(
    ("on_account", "on_provider", "text"),
    [(None, None, "No limit"), (0, 500, "No credit, set here"), (8_000, 0, "Limit 80.00 AUD, set here"),
     (None, 500, "Limit 5.00 AUD from HT"), (None, 0, "No credit from HT")],
)
def test_the_limit_in_words(
    database: Database, on_account: int | None, on_provider: int | None, text: str
) -> None:
    with scratch(database) as session:
        book = Book(session)
        account = book.account(book.provider("HT", credit_limit=on_provider), "A1", credit_limit=on_account)
        assert account_header(session, account_id=account, as_of=TODAY).credit.text == text


def test_open_holds_worst_first_with_what_lifts_them(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT", name="Harbour Telecom")
        account = book.account(provider, "A1")
        for kind in (HoldKind.MANUAL, HoldKind.BILLING_AND_ORDERING, HoldKind.PARENT_PROVIDER, HoldKind.SYSTEM):
            place_hold(session, account_id=account, kind=kind, reason=f"because {kind.value}", on=JUN_3,
                       seen=status_shown(session, account))
        head = account_header(session, account_id=account, as_of=TODAY)
        assert [(hold.kind, hold.lifts) for hold in head.holds] == [
            (HoldKind.SYSTEM, "Only the operator can lift it."),
            (HoldKind.PARENT_PROVIDER, "Only Harbour Telecom can lift it."),
            (HoldKind.BILLING_AND_ORDERING, "Staff lift it."),
            (HoldKind.MANUAL, "Staff lift it."),
        ]
        manual = head.holds[-1]
        assert (manual.since, manual.placed_by, manual.by_scan, manual.reason, manual.services_restricted) == (
            JUN_3, "test", False, "because manual", 0)


def test_an_overdue_hold_names_the_amount_that_lifts_it(database: Database) -> None:
    from app.models.suspension.hold import Hold
    from app.services.database.unit_of_work import recorded_now

    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        account = book.account(provider, "A1")
        session.add(Hold(provider_id=provider, account_id=account, kind="overdue", reason="", effective_on=JUN_3,
                         recorded_at=recorded_now(session), placed_by="test", scan_run_id=7))
        session.flush()
        (hold,) = account_header(session, account_id=account, as_of=TODAY).holds
        assert hold.lifts == "No rule set is in force, so only staff can restore it."
        assert hold.by_scan
        set_rules(session, provider_id=provider, effective_from=JUN_3, min_overdue_minor=5_000, min_overdue_days=14,
                  restore_at_minor=1_000, seen=0)
        (hold,) = account_header(session, account_id=account, as_of=TODAY).holds
        assert hold.lifts == ("Overdue payable is 10.00 AUD or less, and Auto UnSuspend is off for the profile "
                              "Default Profile, so staff restore it.")
        assert hold.waits_for_staff
        book.invoice(account, 5_000, JUN_3 - timedelta(days=40), JUN_3 - timedelta(days=30), number="I-1")
        (hold,) = account_header(session, account_id=account, as_of=TODAY).holds
        assert hold.lifts == ("It would lift when overdue payable is 10.00 AUD or less, but Auto UnSuspend is off for "
                              "the profile Default Profile, so only staff can restore it.")
        assert not hold.waits_for_staff
        switch_on(session, provider_id=provider)
        (hold,) = account_header(session, account_id=account, as_of=TODAY).holds
        assert hold.lifts == "It lifts by itself when overdue payable is 10.00 AUD or less."
        assert not hold.waits_for_staff


# --------------------------------------------------------------------------- attributes


def rows_of(session: Session, account: int, *, as_provider: bool = False) -> dict[str, AttributeRow]:
    return {row.key: row for row in account_attributes(session, account_id=account, as_provider=as_provider)}


def test_an_attribute_with_its_chain(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        upper = book.provider("PW", kind=AccountType.WHOLESALE, name="Pacific Wholesale")
        provider = book.provider("HT", parent=upper, name="Harbour Telecom", trading_due_days=10)
        business = book.profile(provider, "Business", trading_due_days=21)
        account = book.account(provider, "A1", name="Acme", profile=business)
        row = rows_of(session, account)["trading_due_days"]
        assert (row.value, row.value_text, row.owner, row.owner_profile_id) == (21, "21 days", "Business", business)
        assert (row.set_here, row.own_value, row.may_set, row.set_by) == (False, None, True, "test")
        assert (row.here_tier, row.here_id, row.tier) == (Tier.ACCOUNT, account, Tier.PROFILE)
        assert [(r.tier_text, r.owner, r.value_text, r.note) for r in row.chain] == [
            ("System default", "Built in", "7 days", "Overruled by Business"),
            ("Operator", "Operator", "Not set", "Nothing to pass on"),
            ("Wholesale provider", "Pacific Wholesale", "Not set", "Nothing to pass on"),
            ("Retail provider", "Harbour Telecom", "10 days", "Overruled by Business"),
            ("Account profile", "Business", "21 days", "Wins"),
            ("Account", "Acme", "Not set", "Falls through"),
        ]
        assert [r.account_id for r in row.chain] == [None, book.operator, upper, provider, None, account]
        set_attribute(session, tier=row.here_tier, owner_id=row.here_id, key=row.key, value=0, seen={})
        row = rows_of(session, account)["trading_due_days"]
        assert (row.value_text, row.owner, row.set_here, row.own_value) == ("0 days", "This account", True, 0)


def test_each_room_says_what_may_be_set_there_and_how(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT", name="Harbour Telecom", late_fee="enable")
        business = book.profile(provider, "Business", credit_rating="A")
        set_credit_rating(session, provider_id=provider, code="A", limit_minor=800_000, seen=None)
        account = book.account(provider, "A1", name="Acme", profile=business)
        set_attribute(session, tier=Tier.ACCOUNT, owner_id=account, key="late_fee_amount", value=100, seen={})
        rows = rows_of(session, account)
        system, operator, retail, profile, own = rows["credit_limit"].chain
        assert [(r.set_tier, r.set_id, r.may_set) for r in (system, operator, retail, profile, own)] == [
            (None, None, False), (Tier.PROVIDER, book.operator, True), (Tier.PROVIDER, provider, True),
            (Tier.PROFILE, business, True), (Tier.ACCOUNT, account, True)]
        assert (system.why_not, profile.rating, profile.own_value) == ("It is built in.", "A", None)
        assert [r.why_not for r in rows["late_fee_amount"].chain[1:3]] == [
            'It goes with "Late payment fee": set that here first.', ""]
        assert rows["late_fee_amount"].chain[-1].own_value == 100
        assert [r.may_set for r in rows["module_agents"].chain] == [False, True, False, False, False]


def test_a_follower_without_its_lead_is_not_called_overruled(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT", name="Harbour Telecom", late_fee="enable", late_fee_amount=500)
        account = book.account(provider, "A1", name="Acme")
        set_attribute(session, tier=Tier.ACCOUNT, owner_id=account, key="late_fee_amount", value=100, seen={})
        row = rows_of(session, account)["late_fee_amount"]
        assert [(r.state, r.note) for r in row.chain[2:]] == [
            (RoomState.WINS, "Wins"), (RoomState.NO_SAY, "Account profile has no say in late payment fee: amount"),
            (RoomState.IDLE, "Without effect")]
        assert row.story == explain_account(session, find_account(session, "A1"), attribute="late_fee_amount")[0].text
        assert 'Without effect on the account, because "Late payment fee" is not set there.' in row.story


def test_what_may_not_be_set_says_why(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        account = book.account(provider, "A1")
        rows = rows_of(session, account)
        assert (rows["invoice_layout"].may_set, rows["invoice_layout"].why_not) == (
            False, "It is set on the provider or the account profile.")
        assert rows["invoice_layout"].chain[-1].note == "Account has no say in invoice layout"
        assert rows["auto_allocate_payments"].why_not == "It is set on the provider."
        assert rows["module_agents"].why_not == "It is set on the operator alone."
        assert rows["late_fee_amount"].why_not == 'It goes with "Late payment fee": set that here first.'
        set_attribute(session, tier=Tier.ACCOUNT, owner_id=account, key="late_fee", value="enable", seen={})
        assert rows_of(session, account)["late_fee_amount"].may_set
        passed_on = rows_of(session, provider, as_provider=True)
        assert passed_on["module_agents"].why_not == "Only the operator switches it."
        assert rows_of(session, book.operator, as_provider=True)["module_agents"].may_set
        assert passed_on["auto_allocate_payments"].may_set
        assert passed_on["autopay"].why_not == "It is set on the account."


def test_module_switches_belong_to_the_operator(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        with pytest.raises(RefusedByRule, match="by the operator alone"):
            set_attribute(session, tier=Tier.PROVIDER, owner_id=provider, key="module_agents", value=False, seen={})
        set_attribute(session, tier=Tier.PROVIDER, owner_id=book.operator, key="module_agents", value=False, seen={})
        row = rows_of(session, provider, as_provider=True)["module_agents"]
        assert (row.value, row.owner) == (False, "Operator")


def test_a_provider_has_two_roles(database: Database) -> None:
    """What it passes on, and what holds for itself as a customer of the provider above it."""
    with scratch(database) as session:
        book = Book(session)
        upper = book.provider("PW", kind=AccountType.WHOLESALE, name="Pacific", trading_due_days=30)
        provider = book.provider("HT", parent=upper, trading_due_days=10)
        passed_on = rows_of(session, provider, as_provider=True)["trading_due_days"]
        itself = rows_of(session, provider)["trading_due_days"]
        assert (passed_on.value, passed_on.owner, passed_on.here_tier) == (10, "This provider", Tier.PROVIDER)
        assert (itself.value, itself.owner, itself.here_tier) == (30, "Pacific", Tier.ACCOUNT)
        customer = book.account(provider, "A1")
        with pytest.raises(RefusedByRule, match="passes nothing on"):
            account_attributes(session, account_id=customer, as_provider=True)


def test_money_bundles_and_nothing_in_words(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT", currency="JPY", late_fee="enable", late_fee_amount=1_500, paper_invoice_fee=0)
        account = book.account(provider, "A1", trading_review_last=date(2025, 6, 1), period_length_months=1)
        set_credit_rating(session, provider_id=provider, code="AA", limit_minor=5_000, seen=None)
        set_attributes(session, tier=Tier.ACCOUNT, owner_id=account, values={"credit_rating": "AA"}, seen={})
        rows = rows_of(session, account)
        texts = {key: rows[key].value_text for key in (
            "late_fee", "late_fee_amount", "paper_invoice_fee", "tax_rate", "unbilled_credit_limit",
            "trading_review_last", "period_length_months", "auto_invoice_approval", "credit_limit")}
        assert texts == {
            "late_fee": "On", "late_fee_amount": "1,500 JPY", "paper_invoice_fee": "0 JPY", "tax_rate": "10 %",
            "unbilled_credit_limit": "No limit", "trading_review_last": "1 Jun 2025", "period_length_months": "1 month",
            "auto_invoice_approval": "No", "credit_limit": "5,000 JPY"}
        limit = rows["credit_limit"]
        assert (limit.rating, limit.set_here, limit.own_value) == ("AA", True, None)
        assert limit.chain[-1].value_text == "rating AA: 5,000 JPY"
        assert rows["unbilled_credit_limit"].owner == "Not set anywhere"
        assert rows["late_fee_amount"].is_member
        assert not rows["late_fee"].is_member


def test_who_set_a_member_of_a_bundle(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT", late_fee="enable")
        session.info["actor"] = "R. Haddad"
        set_attribute(session, tier=Tier.PROVIDER, owner_id=provider, key="late_fee_amount", value=1_500, seen={})
        rows = rows_of(session, book.account(provider, "A1"))
        assert (rows["late_fee"].set_by, rows["late_fee_amount"].set_by, rows["late_fee_kind"].set_by) == (
            "test", "R. Haddad", "test")


def test_every_attribute_has_one_winner_at_most(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        account = book.account(book.provider("HT"), "A1")
        for row in account_attributes(session, account_id=account):
            winners = [room for room in row.chain if room.state is RoomState.WINS]
            assert len(winners) == (row.tier is not None)


# --------------------------------------------------------------------------- ledger


def ledger(session: Session, account: int, as_of: date, size: int = 100) -> list[LedgerRow]:
    """The whole ledger, read page by page."""
    rows: list[LedgerRow] = []
    after, more = None, True
    while more:
        page = ledger_page(session, account_id=account, as_of=as_of, after=after, limit=size)
        rows += page.rows
        after, more = page.last, page.more
    return rows


def test_the_ledger_as_of_two_days(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        account = book.account(book.provider("HT"), "A4")
        old = book.invoice(account, 22_000, date(2025, 3, 3), date(2025, 3, 10), number="HT-1")
        book.payment(account, 22_000, date(2025, 3, 18), number="PM-1", targets=[old])
        late = book.invoice(account, 30_000, JUN_3, JUN_10, number="HT-2", tax_minor=2_727)
        book.dispute(late, 5_000, date(2025, 6, 20))
        book.payment(account, 10_000, date(2025, 6, 25), number="PM-2")
        book.invoice(account, 1_000, TODAY, date(2025, 7, 9), number="HT-3")
        book.allocate(account)
        rows = ledger(session, account, TODAY)
        assert [(r.number, r.debit_minor, r.credit_minor, r.balance_minor, r.state_text) for r in rows] == [
            ("HT-3", 1_000, None, 21_000, "Open"),
            ("PM-2", None, 10_000, 20_000, "Allocated"),
            ("HT-2", 30_000, None, 30_000, "22 days late, 50.00 in dispute"),
            ("PM-1", None, 22_000, 0, "Allocated"),
            ("HT-1", 22_000, None, 22_000, "Settled"),
        ]
        assert (rows[2].open_minor, rows[2].disputed_minor, rows[2].payable_minor) == (20_000, 5_000, 15_000)
        assert [r.settles for r in rows] == [(), ("HT-2",), (), ("HT-1",), ()]
        assert [r.description for r in rows] == ["", "Bank transfer", "", "Bank transfer", ""]
        for size in (1, 2, 3):
            assert ledger(session, account, TODAY, size) == rows
        then = ledger(session, account, date(2025, 6, 10))
        assert [(r.number, r.balance_minor, r.state) for r in then] == [
            ("HT-2", 30_000, LedgerState.OPEN), ("PM-1", 0, LedgerState.ALLOCATED),
            ("HT-1", 22_000, LedgerState.SETTLED)]
        summary = ledger_summary(session, account_id=account, as_of=TODAY)
        assert summary.transaction_count == 5
        assert summary.figures.ageing_minor == (1_000, 20_000, 0, 0, 0)
        assert rows[0].balance_minor == summary.figures.balance_minor


def test_states_of_open_rows(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        account = book.account(provider, "A1")
        book.invoice(account, 10_000, JUN_3, date(2025, 7, 9), number="part")
        book.payment(account, 4_000, JUN_10, number="used")
        wholly = book.account(provider, "A2")
        book.invoice(wholly, 7_000, JUN_3, JUN_10, number="contested", disputed=(JUN_3, None))
        book.payment(wholly, 500, JUN_10, number="idle")
        spare = book.account(provider, "A3")
        book.invoice(spare, 300, JUN_3, JUN_10)
        book.payment(spare, 1_000, JUN_10, number="rest")
        book.allocate(account, wholly, spare)
        texts = {r.number: (r.state, r.state_text) for a in (account, wholly, spare) for r in ledger(session, a, TODAY)}
        assert texts["part"] == (LedgerState.PARTLY_SETTLED, "60.00 left")
        assert texts["contested"] == (LedgerState.DISPUTED, "70.00 in dispute")
        assert texts["idle"] == (LedgerState.UNALLOCATED, "Not allocated")
        assert texts["rest"] == (LedgerState.PARTLY_ALLOCATED, "7.00 not allocated")


def test_disputes_before_during_and_after(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        account = book.account(book.provider("HT"), "A1")
        invoice = book.invoice(account, 10_000, JUN_3, JUN_10, number="HT-1")
        dispute = book.dispute(invoice, 9_500, JUN_10)
        end_dispute(session, dispute_id=dispute, on=TODAY)
        assert disputes_of(session, account_id=account, as_of=JUN_3) == []
        (during,) = disputes_of(session, account_id=account, as_of=date(2025, 7, 1))
        assert (during.invoice_number, during.raised_minor, during.disputed_minor, during.ended_on) == (
            "HT-1", 9_500, 9_500, None)
        assert during.is_open
        (after,) = disputes_of(session, account_id=account, as_of=TODAY)
        assert (after.disputed_minor, after.ended_on, after.is_open) == (0, TODAY, False)


def test_lines_and_services(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        account = book.account(book.provider("HT"), "A1")
        invoice = book.invoice(account, 1_100, JUN_3, JUN_10, tax_minor=100)
        (line,) = invoice_lines(session, invoice_id=invoice)
        assert (line.position, line.description, line.net_minor, line.tax_minor, line.amount_minor) == (
            1, "Fees", 1_000, 100, 1_100)
        book.service(account, "0402", "Mobile")
        book.service(account, "0401", "Mobile")
        rows = service_rows(session, account_id=account)
        assert [(r.identifier, r.state, r.restricted_since) for r in rows] == [
            ("0401", ServiceState.ACTIVE, None), ("0402", ServiceState.ACTIVE, None)]
