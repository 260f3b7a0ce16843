"""Module switches: who switches them, whom they reach, and what refuses by name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from app.models.audit import AuditEntry
from app.models.parties.powers import Power
from app.models.values import AccountType
from app.services.database.unit_of_work import Database
from app.services.errors import NotAllowed, RefusedByRule
from app.services.groups.groups import add_to_group, create_group
from app.services.hierarchy.accounts import NewAccount, create_account
from app.services.jobs import JobContext
from app.services.providers.modules import (
    Capabilities,
    Module,
    capabilities,
    is_on,
    modules_of_providers,
    require_module,
    switch_module,
)
from app.services.rules.rule_sets import set_rules
from app.services.staff import sign_in as signing
from app.services.staff.units import create_unit
from app.services.suspension.preview import preview_scan
from tests.conftest import TEST_NOW
from tests.factories.books import Book, scratch
from tests.services.access.test_authorize import Office
from tests.support.filled_books import FilledBooks
from tests.support.switches import switch_on

TODAY = TEST_NOW.date()


def test_switches_reach_down_and_a_provider_can_be_set_apart(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        wholesale = book.provider("PW", kind=AccountType.WHOLESALE, name="Pacific")
        retail = book.provider("HT", parent=wholesale, name="Harbour")
        assert {m for m in Module if not is_on(session, retail, m)} == {
            Module.SMS_EVENTS, Module.MULTI_CURRENCY, Module.MULTI_COUNTRY}
        assert switch_module(session, provider_id=book.operator, module=Module.SMS_EVENTS, on=True, seen=None)
        assert is_on(session, retail, Module.SMS_EVENTS)
        assert switch_module(session, provider_id=wholesale, module=Module.SMS_EVENTS, on=False, seen=None)
        assert not is_on(session, retail, Module.SMS_EVENTS)
        assert switch_module(session, provider_id=retail, module=Module.SMS_EVENTS, on=True, seen=None)
        assert not switch_module(session, provider_id=retail, module=Module.SMS_EVENTS, on=True, seen=True)
        shown = {p.code: next(m for m in p.modules if m.module is Module.SMS_EVENTS)
                 for p in modules_of_providers(session)}
        assert {code: (s.is_on, s.own, s.source) for code, s in shown.items()} == {
            "operator": (True, True, "Operator"), "PW": (False, False, "Pacific"), "HT": (True, True, "Harbour")}
        switch_module(session, provider_id=retail, module=Module.SMS_EVENTS, on=None, seen=True)
        assert not is_on(session, retail, Module.SMS_EVENTS), "it follows the provider above again"
        entries = session.execute(select(AuditEntry.detail, AuditEntry.old_value, AuditEntry.new_value).where(
            AuditEntry.action == "module_switched").order_by(AuditEntry.id)).all()
        assert [tuple(e) for e in entries][:2] == [
            ("SMS events on for Operator.", "off", "on"), ("SMS events off for Pacific.", "on", "off")]
        seen = capabilities(session)
        assert (seen.has(Module.SMS_EVENTS), seen.has(Module.AGENTS, retail), seen.may_switch) == (False, True, True)
    assert Capabilities({}, may_switch=True).has(Module.AGENTS), "without providers nothing is hidden"


def test_what_is_switched_off_refuses_by_name(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        retail = book.provider("HT", name="Harbour Telecom")
        group, member = create_group(session, provider_id=retail, code="G").id, book.account(retail, "A1")
        agent = book.account(retail, "AG", kind=AccountType.AGENT)
        for module in Module:
            switch_module(session, provider_id=retail, module=module, on=False, seen=None)
        rules = {"min_overdue_minor": 5000, "min_overdue_days": 7, "restore_at_minor": 0}
        attempts = [
            ("Account groups are", lambda: create_group(session, provider_id=retail, code="VIP")),
            ("Account groups are", lambda: add_to_group(session, group_id=group,
                                                        account_ids=[member])),
            ("Agents are", lambda: create_account(session, provider_id=retail, new=NewAccount(
                code="AG2", name="Agent", start_date=TODAY, type=AccountType.AGENT))),
            ("Agents are", lambda: create_unit(session, provider_id=retail, name="U", agent_id=agent)),
            ("Automated suspension is", lambda: set_rules(
                session, provider_id=retail, effective_from=TODAY, seen=0, **rules)),
            ("Payment plans are", lambda: require_module(session, retail, Module.PAYMENT_PLANS)),
        ]
        for words, attempt in attempts:
            it = "it" if words.endswith("is") else "them"
            with pytest.raises(RefusedByRule) as refused:
                attempt()
            assert str(refused.value) == f"{words} switched off for Harbour Telecom. The operator can switch {it} on."
        assert book.account(retail, "A2"), "customers are created all the same"


def test_scans_leave_out_who_has_no_automated_suspension(database: Database) -> None:
    with database.write() as session:
        book = Book(session)
        ids = {}
        for code in ("HT", "SB"):
            ids[code] = book.provider(code)
            set_rules(session, provider_id=ids[code], effective_from=TODAY - timedelta(days=90), min_overdue_minor=100,
                      min_overdue_days=1, restore_at_minor=0, seen=0)
            switch_on(session, provider_id=ids[code])
            account = book.account(ids[code], f"{code}-1")
            book.invoice(account, 9900, TODAY - timedelta(days=60), TODAY - timedelta(days=40))
        switch_module(session, provider_id=ids["HT"], module=Module.AUTOMATED_SUSPENSION, on=False, seen=None)
    assert {a.code for a in preview_scan(database, JobContext()).accounts} == {"SB-1"}
    with pytest.raises(RefusedByRule, match="Automated suspension is switched off for HT"):
        preview_scan(database, JobContext(), provider_id=ids["HT"])


def test_the_operator_alone_switches(
    database: Database, filled_books: FilledBooks, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(signing, "hasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    with filled_books.opened(database, Office) as office:
        session = office.session
        wanda, poor = office.user(office.wholesale, "wanda"), office.user(office.operator, "poor", {Power.PROVIDERS})
        for who, words in ((wanda, "by the operator alone"), (poor, "Provider defaults")):
            office.sign_in(who)
            with pytest.raises(NotAllowed, match=words):
                switch_module(session, provider_id=office.harbour, module=Module.AGENTS, on=False, seen=None)
        office.sign_in(wanda)
        assert {p.code for p in modules_of_providers(session)} == {"PW", "HT", "SB"}
        assert not capabilities(session).may_switch
        office.sign_in(office.root)
        assert switch_module(session, provider_id=office.harbour, module=Module.AGENTS, on=False, seen=None)
