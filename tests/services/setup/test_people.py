"""Who may apply a set-up file: the powers and the reach of each of its parts, and two who do it at once."""

from __future__ import annotations

import threading

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.parties.powers import ALL_POWERS, Power
from app.models.parties.staff import StaffUser
from app.models.values import GroupAccess
from app.services.access.principal import set_staff
from app.services.database.opening import open_database
from app.services.database.unit_of_work import Database
from app.services.errors import BursarError, InputRejected, NotAllowed
from app.services.hierarchy.finding import find_provider
from app.services.setup.applying import apply_set_up
from app.services.setup.document import Kind
from app.services.setup.planning import Plan, plan_set_up
from app.services.setup.reading import SetUpText
from app.services.setup.stored import stored_set_up
from app.services.setup.text import text_of_set_up
from app.services.staff import beginning, sign_in
from tests.factories.books import Book, scratch
from tests.services.access.test_authorize import Office
from tests.support.filled_books import FilledBooks

NEW = """
[provider]
code = "NEW"
parent = "{parent}"
realm = "@new.example"
currency = "AUD"
[provider.attributes]
trading_due_days = 9
[[profile]]
name = "Homes"
default = true
[[profile]]
name = "Firms"
[profile.attributes]
trading_due_days = 30
[[group]]
code = "KEY"
kind = "security"
access = "allow"
[[rule_set]]
from = "2026-01-01"
min_overdue = "50.00"
min_days = 14
restore_at = "10.00"
[[role]]
name = "Sales"
powers = ["customers"]
[[org_unit]]
code = "SALES"
roles = ["Sales"]
groups = { KEY = "edit" }
"""


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(sign_in, "hasher", lambda: quick)


def plan_of(session: Session, text: str) -> Plan:
    return plan_set_up(session, source=SetUpText(name="file.toml", text=text))


def apply(session: Session, text: str) -> None:
    apply_set_up(session, seen=plan_of(session, text))


def test_a_wholesaler_sets_up_a_provider_below_its_own(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, Office) as office:
        session = office.session
        office.sign_in(office.user(office.wholesale, "wendy"))
        apply(session, NEW.replace("{parent}", "PW"))
        made = find_provider(session, "NEW")
        assert made.provider_id == office.wholesale
        assert len(stored_set_up(session, provider_id=made.id).all_of(Kind.PROFILE)) == 2


def test_nobody_sets_up_a_provider_out_of_reach(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, Office) as office:
        session = office.session
        office.sign_in(office.user(office.wholesale, "wendy"))
        for parent in ("operator", "NOBODY"):
            with pytest.raises(InputRejected, match="There is no provider with the code"):
                plan_of(session, NEW.replace("{parent}", parent))
        office.sign_in(office.user(office.harbour, "harry"))
        with pytest.raises(InputRejected, match="currency is missing"):
            plan_of(session, '[provider]\ncode = "SB"\n[provider.attributes]\ntax_rate = "1"\n')


@pytest.mark.parametrize(("missing", "words"), [
    (Power.PROVIDERS_CREATE, "Create providers"), (Power.PROFILES_EDIT_TERMS, "Trading terms of profiles"),
    (Power.GROUPS_ADMIN, "Manage groups"), (Power.SUSPENSION_RULES, "Suspension rules"),
    (Power.STAFF_ADMIN, "Manage staff"), (Power.GROUPS_ASSIGN, "Assign groups to org units"),
])
def test_each_part_needs_its_power(database: Database, filled_books: FilledBooks, missing: Power, words: str) -> None:
    with filled_books.opened(database, Office) as office:
        session = office.session
        office.sign_in(office.user(office.wholesale, "wendy", ALL_POWERS - {missing}))
        with pytest.raises(NotAllowed, match=words):
            apply(session, NEW.replace("{parent}", "PW"))


def test_nobody_gives_a_power_by_file_that_they_do_not_have(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, Office) as office:
        session = office.session
        office.sign_in(office.user(office.harbour, "harry", ALL_POWERS - {Power.LEDGER_IMPORT}))
        text = '[provider]\ncode = "HT"\n[[role]]\nname = "Clerks"\npowers = ["ledger.import"]\n'
        with pytest.raises(NotAllowed, match="Import documents"):
            apply(session, text)


def test_whoever_sees_some_customers_changes_nothing_for_all(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, Office) as office:
        session = office.session
        kim = office.user(office.harbour, "kim")
        office.tie(kim, office.group(office.harbour, "KEY", GroupAccess.ALLOW, "A1"))
        office.sign_in(kim)
        for text in ('[provider.attributes]\ntax_rate = "12"\n', '[letterhead]\ntagline = "Ours"\n',
                     '[[rule_set]]\nfrom = "2026-01-01"\nmin_overdue = "5"\nmin_days = 1\nrestore_at = "1"\n'):
            with pytest.raises(NotAllowed):
                apply(session, f'[provider]\ncode = "HT"\n{text}')


def test_sign_in_begins_after_a_file_brought_the_names_of_the_administrator(database: Database) -> None:
    with scratch(database) as session:
        beginning.begin_sign_in(session, login="root@operator.example", name="Root", password="secret words 1")
        root = session.scalars(select(StaffUser.id)).one()
        set_staff(session, root)
        text = text_of_set_up(stored_set_up(session, provider_id=find_provider(session, "operator").id))
    with scratch(database) as session:
        apply(session, text)
        beginning.begin_sign_in(session, login="root@operator.example", name="Root", password="secret words 1")
        assert session.scalars(select(StaffUser.login)).all() == ["root@operator.example"]


def test_of_two_who_apply_at_once_one_is_told(database: Database) -> None:
    """Both planned the same; whoever comes second finds the database changed, and nothing of theirs is done."""
    with database.write() as session:
        Book(session).provider("GLEN", trading_due_days=12)
    text = '[provider]\ncode = "GLEN"\nname = "{name}"\n[provider.attributes]\ntrading_due_days = {days}\n'
    with database.read() as session:
        plans = [plan_of(session, text.format(name=f"Glen {days}", days=days)) for days in (13, 14)]
    ready, refused = threading.Barrier(2), list[str]()

    def run(plan: Plan) -> None:
        mine = open_database(database.url.render_as_string(hide_password=False))
        try:
            ready.wait(10)
            mine.attempt(lambda session: apply_set_up(session, seen=plan))
        except BursarError as error:
            refused.append(str(error))
        finally:
            mine.close()

    workers = [threading.Thread(target=run, args=(plan,)) for plan in plans]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(refused) == 1
    assert "since the plan was made" in refused[0]
    with database.read() as session:
        provider = find_provider(session, "GLEN")
        stored = stored_set_up(session, provider_id=provider.id).part(Kind.PROVIDER, "GLEN")
        assert stored is not None
        assert provider.name == f"Glen {stored.values['trading_due_days']}"
