"""What a plan lists is what applying does: on files by hand, and on random edits of a set-up."""

from __future__ import annotations

from base64 import encodebytes
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.attributes.catalogue import INHERITED
from app.models.attributes.catalogue import AttributeDefinition as Definition
from app.models.parties.account import Account
from app.models.parties.powers import ALL_POWERS, Power
from app.models.parties.profile import AccountProfile
from app.models.parties.provider import Provider
from app.models.values import AccountType, Tier
from app.services.access.principal import Principal
from app.services.accounts.details import save_details
from app.services.accounts.logo import set_logo
from app.services.attributes.resolving import effective_values
from app.services.attributes.writing import set_attribute
from app.services.changes import Changed
from app.services.database.dialects import LOCK_ORDER
from app.services.database.unit_of_work import Database
from app.services.errors import InputRejected, NotAllowed, RefusedByRule, RefusedField
from app.services.periods.queries import periods_page
from app.services.saving import SavedMeanwhile
from app.services.setup.applying import apply_set_up
from app.services.setup.document import (
    LAYOUT,
    TERMS_KEYS,
    TERMS_METHOD,
    Form,
    Key,
    Kind,
    Part,
    SetUp,
    SetUpValue,
    keys_of,
)
from app.services.setup.planning import Plan, plan_set_up
from app.services.setup.reading import SetUpText
from app.services.setup.stored import stored_set_up
from app.services.setup.text import text_of_set_up
from app.services.setup.values import value_of_file
from tests.factories.books import Book, scratch
from tests.support.filled_books import FilledBooks

GLEN = """
[provider]
code = "GLEN"
name = "Glen Fibre"
realm = "@glen.example"
currency = "EUR"

[provider.attributes]
trading_due_days = 12
tax_rate = "19"
paper_invoice_fee = "2.50"

[letterhead]
address = \"\"\"
1 Road
"Town" \\\\ \"\"\"

[modules]
sms_events = true

[[credit_rating]]
code = "AA"
limit = "100.00"

[[profile]]
name = "Homes"
default = true

[[profile]]
name = "Firms"
layout = "business"
[profile.attributes]
trading_due_days = "30"
credit_rating = "AA"

[[group]]
code = "VIP"

[[group]]
code = "KEY"
kind = "security"
access = "allow"

[[rule_set]]
from = 2026-01-01
min_overdue = "50.00"
min_days = 14
restore_at = "10.00"
windows = ["Mon-Thu 09:00-16:00"]
excluded_groups = ["VIP"]

[[role]]
name = "Sales"
powers = ["customers.edit"]

[[org_unit]]
code = "SALES"
roles = ["Sales"]
groups = { KEY = "view" }

[schedule]
reminders_at = "7:30"
suspend_at = ["14:00", "9:00"]
quiet_from = "21:00"
quiet_to = "07:00"
working_days = ["tue", "mon"]

[brake]
share_percent = 10
accounts = 0
"""


GLEN_CHANGED = (GLEN.replace('name = "Glen Fibre"', 'name = "Glen"').replace("min_days = 14", 'min_days = "21"')
    .replace('KEY = "view"', 'KEY = "edit"').replace('["customers.edit"]', '["ledger"]')
    .replace("sms_events = true", "sms_events = false").replace('limit = "100.00"', 'limit = "90.00"')
    .replace('code = "VIP"', 'code = "VIP"\nname = "Very important"').replace("1 Road", "2 Road")
    .replace('name = "Firms"', 'name = "Firms"\ndescription = "Companies"\ndefault = true')
    .replace('name = "Homes"\ndefault = true', 'name = "Homes"'))
"""Every kind of thing is changed, value by value."""


def planned(session: Session, text: str) -> Plan:
    return plan_set_up(session, source=SetUpText(name="glen.toml", text=text))


def applied(database: Database, text: str) -> Plan:
    with database.read() as session:
        plan = planned(session, text)
    with database.write() as session:
        apply_set_up(session, seen=plan)
    return plan


def listed(plan: Plan) -> list[tuple[str, str, str | None, Any, Any, int]]:
    return [(c.kind, c.name, c.key, c.old, c.new, c.accounts) for c in plan.changes]


def provider_of(session: Session, code: str) -> Account:
    return session.scalars(select(Account).where(Account.code == code)).one()


def problems(session: Session, text: str) -> list[str]:
    with pytest.raises(InputRejected) as refused:
        planned(session, text)
    return [line.strip() for line in str(refused.value).splitlines()[1:]]


@pytest.fixture
def glen(database: Database, filled_books: FilledBooks) -> Database:
    """What `fill` makes."""
    filled_books.put(database, fill)
    return database


def fill(database: Database) -> None:
    """Glen Fibre as its file says, with two customers who inherit, one of the other profile and one of its own."""
    applied(database, GLEN)
    with database.write() as session:
        book = Book(session)
        provider = provider_of(session, "GLEN").id
        firms = session.scalars(select(AccountProfile.id).where(AccountProfile.name == "Firms")).one()
        book.account(provider, "A1")
        book.account(provider, "A2")
        book.account(provider, "F1", profile=firms)
        book.account(provider, "O1", trading_due_days=3)
        book.account(provider, "AG", kind=AccountType.AGENT)


# --------------------------------------------------------------------------- creating


def test_a_provider_is_created_with_everything_and_nothing_else(database: Database) -> None:
    plan = applied(database, GLEN)
    assert listed(plan) == [
        (kind, name, None, None, None, 0) for kind, name in [
            ("provider", "GLEN"), ("credit_rating", "AA"), ("profile", "Homes"), ("profile", "Firms"),
            ("group", "VIP"), ("group", "KEY"), ("rule_set", "2026-01-01"), ("role", "Sales"), ("org_unit", "SALES")]]
    with database.read() as session:
        stored = stored_set_up(session, provider_id=provider_of(session, "GLEN").id)
        assert [part.name for part in stored.all_of(Kind.PROFILE)] == ["Homes", "Firms"]
        assert stored.part(Kind.PROFILE, "Homes") == Part(kind=Kind.PROFILE, name="Homes", values={"default": True})
        assert stored.part(Kind.LETTERHEAD, "GLEN") == Part(
            kind=Kind.LETTERHEAD, name="GLEN", values={"address": '1 Road\n"Town" \\'})
        assert stored.part(Kind.SCHEDULE, "GLEN") == Part(kind=Kind.SCHEDULE, name="GLEN", values={
            "reminders_at": "07:30", "suspend_at": ("09:00", "14:00"), "quiet_from": "21:00", "quiet_to": "07:00",
            "working_days": ("mon", "tue")})
        assert stored.part(Kind.BRAKE, "GLEN") == Part(kind=Kind.BRAKE, name="GLEN", values={
            "share_percent": 10, "accounts": 0})
        assert stored.part(Kind.MODULES, "GLEN") == Part(kind=Kind.MODULES, name="GLEN", values={"sms_events": True})
        unit = stored.part(Kind.ORG_UNIT, "SALES")
        assert unit is not None
        assert unit.values == {"name": "SALES", "roles": ("Sales",), "groups": {"KEY": "view"}}
        role = stored.part(Kind.ROLE, "Sales")
        assert role is not None
        assert role.values == {"powers": ("customers", "customers.edit")}
        again = planned(session, GLEN)
        assert again.changes == ()
        assert planned(session, text_of_set_up(stored)).unmentioned == ()


def test_accounting_periods_are_set_up_once(database: Database) -> None:
    text = GLEN + '\n[accounting_periods]\nfrequency = "monthly"\nfrom = "2026-01-01"\n'
    applied(database, GLEN)
    assert listed(applied(database, text)) == [
        ("accounting_periods", "GLEN", "frequency", None, "monthly", 0),
        ("accounting_periods", "GLEN", "from", None, "2026-01-01", 0)]
    with database.read() as session:
        page = periods_page(session, provider_id=provider_of(session, "GLEN").id)
        assert [row.name for row in page.periods] == ["1 Jan 2026 to 31 Jan 2026"]
        assert planned(session, text).changes == ()
        (other,) = problems(session, text.replace("monthly", "yearly"))
        assert "[accounting_periods], frequency: yearly differs from monthly, which is fixed" in other
        (half,) = problems(session, text.replace('from = "2026-01-01"\n', "").replace("GLEN", "NEW").replace(
            "@glen", "@new"))
        assert "[accounting_periods]: accounting periods need both, frequency and from" in half


def test_without_a_marked_profile_the_usual_one_is_made_and_listed(database: Database) -> None:
    text = '[provider]\ncode = "G"\nrealm = "@g.example"\ncurrency = "EUR"\n'
    plan = applied(database, text)
    assert [(c.kind, c.name) for c in plan.changes] == [("provider", "G"), ("profile", "Default Profile")]
    with database.read() as session:
        assert planned(session, text).changes == ()


# --------------------------------------------------------------------------- changing


def test_a_default_reaches_the_end_users_who_inherit_it(glen: Database) -> None:
    text = GLEN.replace("trading_due_days = 12", "trading_due_days = 14")
    with glen.read() as session:
        plan = planned(session, text)
    assert listed(plan) == [("provider", "GLEN", "trading_due_days", 12, 14, 2)]
    assert plan.as_json()["changes"] == [
        {"kind": "provider", "name": "GLEN", "key": "trading_due_days", "old": 12, "new": 14, "accounts": 2}]


def test_whoever_gets_a_value_of_a_profile_is_counted_there_alone(glen: Database) -> None:
    text = GLEN.replace('tax_rate = "19"', 'tax_rate = "19"\ncredit_limit = "70.00"').replace(
        'credit_rating = "AA"', 'credit_limit = "80"')
    with glen.read() as session:
        found = listed(planned(session, text))
    # O1 has terms of its own and no limit; the agent is no end user; F1 had 100.00 by its rating.
    assert found == [("provider", "GLEN", "credit_limit", None, "70.00", 3),
                     ("profile", "Firms", "credit_limit", None, "80.00", 1)]


def test_members_of_a_bundle_count_although_the_lead_comes_with_them(glen: Database) -> None:
    text = GLEN.replace('tax_rate = "19"', 'tax_rate = "19"\nlate_fee = "enable"\nlate_fee_amount = "5.00"')
    with glen.read() as session:
        assert [row[2:] for row in listed(planned(session, text))] == [
            ("late_fee", None, "enable", 4), ("late_fee_amount", None, "5.00", 4)]


def test_a_rating_reaches_those_whose_limit_it_stands_for(glen: Database) -> None:
    text = GLEN.replace('limit = "100.00"', 'limit = "90.00"\nlabel = "Good"') + '[[credit_rating]]\ncode = "C"\n'
    with glen.read() as session:
        assert listed(planned(session, text)) == [
            ("credit_rating", "AA", "limit", "100.00", "90.00", 1),
            ("credit_rating", "AA", "label", None, "Good", 0), ("credit_rating", "C", None, None, None, 0)]


def test_every_kind_of_thing_changes_value_by_value(glen: Database) -> None:
    plan = applied(glen, GLEN_CHANGED)
    assert [row[:5] for row in listed(plan)] == [
        ("provider", "GLEN", "name", "Glen Fibre", "Glen"),
        ("letterhead", "GLEN", "address", '1 Road\n"Town" \\', '2 Road\n"Town" \\'),
        ("modules", "GLEN", "sms_events", True, False),
        ("credit_rating", "AA", "limit", "100.00", "90.00"),
        ("profile", "Firms", "default", None, True),
        ("profile", "Firms", "description", None, "Companies"),
        ("group", "VIP", "name", "VIP", "Very important"),
        ("rule_set", "2026-01-01", "min_days", 14, 21),
        ("role", "Sales", "powers", ("customers", "customers.edit"), ("ledger",)),
        ("org_unit", "SALES", "groups", {"KEY": "view"}, {"KEY": "edit"}),
    ]
    with glen.read() as session:
        assert planned(session, GLEN_CHANGED).changes == ()


def test_what_a_file_does_not_mention_is_listed_and_stays(glen: Database) -> None:
    short = '[provider]\ncode = "GLEN"\n[provider.attributes]\ntax_rate = "19"\n'
    with glen.read() as session:
        plan = planned(session, short)
    assert plan.changes == ()
    found = {(each.kind, each.name, each.key) for each in plan.unmentioned}
    assert {("provider", "GLEN", "trading_due_days"), ("profile", "Firms", None), ("rule_set", "2026-01-01", None),
            ("letterhead", "GLEN", "address"), ("org_unit", "SALES", None)} <= found
    assert ("provider", "GLEN", "tax_rate") not in found


def test_the_answer_names_what_changed_and_no_half_way_back(glen: Database) -> None:
    text = GLEN.replace("trading_due_days = 12", "trading_due_days = 14").replace("min_days = 14", "min_days = 15")
    with glen.read() as session:
        plan = planned(session, text)
    with glen.write() as session:
        changes = apply_set_up(session, seen=plan)
    assert {Changed.ATTRIBUTES, Changed.RULES} <= changes.kinds
    assert changes.undo is None


def picture(colour: str) -> bytes:
    file = BytesIO()
    Image.new("RGB", (8, 8), colour).save(file, format="PNG")
    return file.getvalue()


def test_a_logo_is_set_changed_and_taken_away(glen: Database) -> None:
    def with_logo(text: str) -> str:
        return GLEN.replace("[letterhead]", f'[letterhead]\nlogo = """\n{text}"""')

    def stored() -> bytes | None:
        with glen.read() as session:
            return session.get_one(Provider, provider_of(session, "GLEN").id).logo

    for colour in ("red", "blue"):
        text = with_logo(encodebytes(picture(colour)).decode())
        plan = applied(glen, text)
        assert [(c.kind, c.key) for c in plan.changes] == [("letterhead", "logo")]
        assert stored() == picture(colour)
        with glen.read() as session:
            assert planned(session, text).changes == ()
            exported = text_of_set_up(stored_set_up(session, provider_id=provider_of(session, "GLEN").id))
            assert planned(session, exported).changes == ()
    applied(glen, with_logo(""))
    assert stored() is None


def test_a_logo_that_somebody_set_meanwhile_stays(glen: Database) -> None:
    with glen.write() as session:
        provider = provider_of(session, "GLEN").id
        set_logo(session, provider_id=provider, logo=picture("red"), seen=None)
        with pytest.raises(SavedMeanwhile, match="test changed Logo to"):
            set_logo(session, provider_id=provider, logo=picture("blue"), seen=None)
        with pytest.raises(RefusedField, match="PNG or JPEG"):
            set_logo(session, provider_id=provider, logo=b"no picture", seen=picture("red"))


def test_the_second_time_nothing_changes(glen: Database) -> None:
    assert applied(glen, GLEN).changes == ()


# --------------------------------------------------------------------------- refusing


def test_a_database_that_is_no_longer_what_the_plan_read_is_left_alone(glen: Database) -> None:
    text = GLEN.replace("trading_due_days = 12", "trading_due_days = 14").replace("min_days = 14", "min_days = 15")
    with glen.read() as session:
        plan = planned(session, text)
        provider = provider_of(session, "GLEN").id
    with glen.write() as session:
        set_attribute(session, tier=Tier.PROVIDER, owner_id=provider, key="trading_due_days", value=13,
                      seen={"trading_due_days": 12})
    who = r"Provider GLEN: test changed trading_due_days .* on 16 Mar 2026 at 09:30: it was 12 and is 13 now"
    with pytest.raises(RefusedByRule, match=who), glen.write() as session:
        apply_set_up(session, seen=plan)
    with glen.read() as session:
        assert [row[2:5] for row in listed(planned(session, text))] == [
            ("trading_due_days", 13, 14), ("min_days", 14, 15)]


def test_a_value_that_somebody_set_to_the_same_meanwhile_refuses_too(glen: Database) -> None:
    text = GLEN.replace("trading_due_days = 12", "trading_due_days = 14")
    with glen.read() as session:
        plan = planned(session, text)
        provider = provider_of(session, "GLEN").id
    with glen.write() as session:
        set_attribute(session, tier=Tier.PROVIDER, owner_id=provider, key="trading_due_days", value=14,
                      seen={"trading_due_days": 12})
    with pytest.raises(RefusedByRule, match="it was 12 and is 14 now"), glen.write() as session:
        apply_set_up(session, seen=plan)


def test_a_value_that_was_as_the_file_says_and_is_no_longer_refuses_too(glen: Database) -> None:
    with glen.read() as session:
        plan = planned(session, GLEN.replace("min_days = 14", "min_days = 15"))
    with glen.write() as session:
        provider = provider_of(session, "GLEN")
        save_details(session, account_id=provider.id, seen={"name": "Glen Fibre"}, after={"name": "Glen Ltd"})
    with pytest.raises(RefusedByRule, match="it was Glen Fibre and is Glen Ltd now"), glen.write() as session:
        apply_set_up(session, seen=plan)


@pytest.mark.parametrize(("there", "mine", "theirs", "what", "became"), [
    ("min_days = 14", "min_days = 15", "min_days = 20", "Rules from 2026-01-01: test changed min_days",
     "it was 14 and is 20 now"),
    ('code = "VIP"', 'code = "VIP"\nname = "A"', 'code = "VIP"\nname = "B"', "Group VIP: test changed name",
     "it was VIP and is B now"),
    ('["customers.edit"]', '["ledger"]', '["groups"]', "Role Sales: test changed powers",
     "it was customers, customers.edit and is groups now"),
    ('code = "SALES"', 'code = "SALES"\nname = "A"', 'code = "SALES"\nname = "B"', "Org unit SALES: test changed name",
     "it was SALES and is B now"),
    ('name = "Firms"', 'name = "Firms"\ndescription = "A"', 'name = "Firms"\ndescription = "B"',
     "Profile Firms: test changed description", "it was not set and is B now"),
    ('trading_due_days = "30"', "trading_due_days = 31", "trading_due_days = 32",
     "Profile Firms: test changed trading_due_days", "it was 30 and is 32 now"),
    ('name = "Glen Fibre"', 'name = "A"', 'name = "B"', "Provider GLEN: test changed name",
     "it was Glen Fibre and is B now"),
])
def test_a_refusal_says_who_was_first_whatever_it_was(
    glen: Database, there: str, mine: str, theirs: str, what: str, became: str
) -> None:
    with glen.read() as session:
        plan = planned(session, GLEN.replace(there, mine))
    applied(glen, GLEN.replace(there, theirs))
    with pytest.raises(RefusedByRule) as refused, glen.write() as session:
        apply_set_up(session, seen=plan)
    assert str(refused.value) == (f"{what} since the plan was made on 16 Mar 2026 at 09:30: {became}. Nothing was "
                                  "changed; make the plan again.")


def test_locks_are_taken_in_the_one_order(glen: Database) -> None:
    """Each for the first time: a lock that is held already is never waited for, nor is a row that was made just now."""
    rows = {"provider": Provider.account_id, "account_profile": AccountProfile.id}
    for text in (GLEN_CHANGED, GLEN.replace("GLEN", "NEW").replace("@glen", "@new")):
        with glen.read() as session:
            plan = planned(session, text)
            there = {table: set(session.scalars(select(key))) for table, key in rows.items()}
        with scratch(glen) as session:
            apply_set_up(session, seen=plan)
            taken = [(table, key) for table, key in dict.fromkeys(session.info["locks"])
                     if key in there.get(table, {key})]
        places = [(LOCK_ORDER.index(table), key) for table, key in taken]
        assert places == sorted(places)
        assert places[0][0] == LOCK_ORDER.index("defaults")


def test_a_provider_that_somebody_created_meanwhile_is_not_created_again(database: Database) -> None:
    with database.read() as session:
        plan = planned(session, GLEN)
    applied(database, GLEN)
    with pytest.raises(RefusedByRule, match="GLEN was created since the plan was made"), database.write() as session:
        apply_set_up(session, seen=plan)


def test_what_a_command_refuses_half_way_leaves_nothing(glen: Database) -> None:
    """The module is off for everybody, so the new rule set is refused; what came before it is not there either."""
    with glen.write() as session:
        root = provider_of(session, "operator").id
        set_attribute(session, tier=Tier.PROVIDER, owner_id=root, key="module_automated_suspension", value=False,
                      seen={})
    text = GLEN.replace('name = "Glen Fibre"', 'name = "Glen"').replace("min_days = 14", "min_days = 15")
    with pytest.raises(RefusedByRule, match="Automated suspension is switched off") as refused:
        applied(glen, text)
    assert str(refused.value).startswith('glen.toml, line 44, [rule_set] "2026-01-01": ')
    with glen.read() as session:
        assert provider_of(session, "GLEN").name == "Glen Fibre"


@pytest.mark.parametrize(("old", "new", "expected"), [
    ('currency = "EUR"', 'currency = "USD"', "line 6, [provider], currency: USD differs from EUR, which is fixed"),
    ('realm = "@glen.example"', 'realm = "@other.example"', "line 5, [provider], realm: @other.example differs"),
    ('name = "Glen Fibre"', 'type = "wholesale_provider"', "line 4, [provider], type: wholesale_provider differs"),
    ('name = "Homes"\ndefault = true', 'name = "Homes"\ndefault = false', "this is the default profile. Mark another"),
    ('code = "KEY"\nkind = "security"', 'code = "KEY"\nkind = "distribution"', 'only a group of kind = "security"'),
    ('restore_at = "10.00"', 'restore_at = "50"', "restore_at, 50.00, must be less than min_overdue, 50.00"),
    ('excluded_groups = ["VIP"]', 'excluded_groups = ["KEY"]', 'the group "KEY" must have kind = "distribution"'),
    ('excluded_groups = ["VIP"]', 'excluded_groups = ["ZZ"]', 'there is no group "ZZ", neither here nor in the file'),
    ('roles = ["Sales"]', 'roles = ["Nobody"]', 'there is no role "Nobody"'),
    ('KEY = "view"', 'VIP = "view"', 'the group "VIP" must have kind = "security" for that'),
    ('[[group]]\ncode = "VIP"', '[[rule_set]]\nfrom = "2027-01-01"', "min_overdue is missing; what is new needs it"),
])
def test_what_the_database_has_against_a_file_is_named_with_its_place(
    glen: Database, old: str, new: str, expected: str
) -> None:
    assert old in GLEN
    with glen.read() as session:
        assert any(expected in problem for problem in problems(session, GLEN.replace(old, new)))


@pytest.mark.parametrize(("old", "new", "expected"), [
    ('realm = "@glen.example"\n', "", "realm is missing; a provider that is to be created needs it"),
    ('currency = "EUR"\n', "", "currency is missing"),
    ('currency = "EUR"', 'currency = "EUR"\nparent = "NOBODY"', 'There is no provider with the code "NOBODY"'),
    ('currency = "EUR"', 'currency = "EUR"\ntype = "non_billing_provider"', "cannot stand below an operator"),
    ('currency = "EUR"', 'currency = "EUR"\ntype = "operator"', "the operator is there from the beginning"),
    ('realm = "@glen.example"', 'realm = "glen"', "is not a realm"),
    ('currency = "EUR"', 'currency = "EUR"\ntime_zone = "Dublin"', '"Dublin" is not a time zone'),
])
def test_what_cannot_be_created_is_refused_by_the_plan(
    database: Database, old: str, new: str, expected: str
) -> None:
    with database.read() as session:
        assert any(expected in problem for problem in problems(session, GLEN.replace(old, new)))


def test_whoever_may_not_look_at_a_part_may_not_plan_it(glen: Database) -> None:
    with glen.read() as session:
        powers = ALL_POWERS - {Power.STAFF, Power.STAFF_ADMIN}
        session.info["principal"] = Principal(name="Kim", powers=powers)
        with pytest.raises(NotAllowed, match="Staff list"):
            planned(session, GLEN)
        without = GLEN[:GLEN.index("[[role]]")]
        plan = planned(session, without)
        assert plan.changes == ()
        assert {each.kind for each in plan.unmentioned}.isdisjoint({"role", "org_unit"})
        with pytest.raises(NotAllowed, match="Staff list"):
            stored_set_up(session, provider_id=provider_of(session, "GLEN").id)


def test_whoever_lacks_a_power_for_one_part_changes_no_part(glen: Database) -> None:
    text = GLEN.replace('name = "Glen Fibre"', 'name = "Glen"').replace("min_days = 14", "min_days = 15")
    with glen.read() as session:
        plan = planned(session, text)
    with scratch(glen) as session:
        session.info["principal"] = Principal(name="Kim", powers=ALL_POWERS - {Power.SUSPENSION_RULES})
        with pytest.raises(NotAllowed, match="Suspension rules"):
            apply_set_up(session, seen=plan)


# --------------------------------------------------------------------------- random edits


def values_of(key: Key) -> st.SearchStrategy[Any]:
    """Values as a file may say them."""
    match key.form:
        case Form.INTEGER:
            return st.integers(key.least or 0, min(key.most or 400, 400))
        case Form.AMOUNT:
            return st.integers(max(key.least or 0, 1), 10_000).map(lambda n: f"{n}.{n % 100:02}")
        case Form.PERCENT:
            return st.integers(key.least or 0, key.most or 10_000).map(lambda n: f"{n // 100}.{n % 100:02}")
        case Form.YES_NO:
            return st.booleans()
        case Form.CHOICE:
            return st.sampled_from(key.choices)
        case Form.DAY:
            return st.dates().filter(lambda day: day.year >= 1900).map(lambda day: day.isoformat())
        case _:
            return st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="\ufeff"), max_size=30)


# Terms of a provider are tied to each other: tests/services/setup/test_credit.py has them.
ATTRIBUTES = {kind: [key for key in keys_of(kind).values() if key.definition is not None
                     and not (kind is Kind.PROVIDER and key.name in {*TERMS_KEYS, TERMS_METHOD})]
              for kind in (Kind.PROVIDER, Kind.PROFILE, Kind.OWN_ATTRIBUTES)}


@st.composite
def edits(draw: st.DrawFn) -> dict[tuple[Kind, str, str], SetUpValue]:
    """New values of some attributes of Glen Fibre and its two profiles."""
    owners = [(Kind.PROVIDER, "GLEN"), (Kind.OWN_ATTRIBUTES, "GLEN"), (Kind.PROFILE, "Homes"), (Kind.PROFILE, "Firms")]
    found = {}
    for kind, name in draw(st.lists(st.sampled_from(owners), min_size=1, max_size=4)):
        key = draw(st.sampled_from(ATTRIBUTES[kind]))
        found[kind, name, key.name] = value_of_file(key, draw(values_of(key)), "EUR")
    return found


def edited(set_up: SetUp, values: Mapping[tuple[Kind, str, str], SetUpValue]) -> SetUp:
    parts = {(part.kind, part.name): part for part in set_up.parts}
    for (kind, name, key), value in values.items():
        part = parts.get((kind, name)) or Part(kind=kind, name=name, values={})
        parts[kind, name] = replace(part, values={**part.values, key: value})
    return replace(set_up, parts=tuple(parts.values()))


def effective(session: Session, provider: int, keys: list[str]) -> dict[tuple[int, str], tuple[Any, Any, Any]]:
    """Effective values of every end user: value and owner, by the form for one account."""
    session.expire_all()
    accounts = session.scalars(select(Account).where(Account.provider_id == provider,
                                                     Account.type == AccountType.END_USER.value)).all()
    found = {}
    for account in accounts:
        for answer in effective_values(session, account, keys):
            source = answer.effective.source
            found[account.id, answer.key] = (answer.effective.value, source and source.tier, source and source.owner_id)
    return found


def reached(
    before: Mapping[tuple[int, str], tuple[Any, Any, Any]], after: Mapping[tuple[int, str], tuple[Any, Any, Any]]
) -> Counter[tuple[Any, Any, str]]:
    """How many end users get another value, by the owner they have it from and attribute."""
    return Counter((new[1], new[2], key) for (account, key), new in after.items() if new[0] != before[account, key][0])


def attribute_named(kind: Kind, key: str) -> Definition:
    return next(d for d in INHERITED if d.key == (LAYOUT if (kind, key) == (Kind.PROFILE, "layout") else key))


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=12)
@given(values=edits())
def test_a_plan_lists_the_edits_and_applying_makes_them(
    glen: Database, values: dict[tuple[Kind, str, str], SetUpValue]
) -> None:
    with scratch(glen) as session:
        provider = provider_of(session, "GLEN").id
        now = stored_set_up(session, provider_id=provider)
        text = text_of_set_up(edited(now, values))
        wanted = {place: value for place, value in values.items()
                  if (part := now.part(place[0], place[1])) is None or part.values.get(place[2]) != value}
        plan = planned(session, text)
        assert {(c.kind, c.name, c.key): c.new for c in plan.changes} == {
            (kind.value, name, key): value for (kind, name, key), value in wanted.items()}
        profiles = {row.name: row.id for row in session.scalars(
            select(AccountProfile).where(AccountProfile.provider_id == provider))}
        keys = sorted({attribute_named(kind, key).key for kind, _, key in wanted})
        before = effective(session, provider, keys)
        apply_set_up(session, seen=plan)
        counted = reached(before, effective(session, provider, keys))
        assert planned(session, text).changes == ()
        for change, place in _with_places(plan):
            if place[0] is not Kind.OWN_ATTRIBUTES:
                tier, owner = ((Tier.PROFILE, profiles[change.name]) if place[0] is Kind.PROFILE
                               else (Tier.PROVIDER, provider))
                assert change.accounts == counted[tier, owner, attribute_named(place[0], place[2]).key]


def _with_places(plan: Plan) -> Iterator[tuple[Any, tuple[Kind, str, str]]]:
    for change in plan.changes:
        yield change, (Kind(change.kind), change.name, change.key or "")
