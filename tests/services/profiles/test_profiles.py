"""Profiles: one default, unique names, deleted only when empty, moved by sets, and moves taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.audit import AuditEntry
from app.models.parties.account import Account
from app.models.parties.powers import ALL_POWERS, Power
from app.models.parties.profile_move import ProfileMove, ProfileMoveItem
from app.models.parties.provider import Provider
from app.models.values import Tier
from app.services.access.principal import Principal
from app.services.attributes.resolving import effective_values
from app.services.attributes.writing import set_attributes
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.errors import NotAllowed, NotFound, RefusedByRule
from app.services.profiles.moves import Members, move_back, move_members, newest_move, undo_move
from app.services.profiles.page import earlier_moves, profile_list, profile_page
from app.services.profiles.profiles import (
    ProfileDetails,
    create_profile,
    delete_profile,
    duplicate_profile,
    edit_profile,
    set_default_profile,
    stored_overrides,
)
from app.services.profiles.queries import member_count, member_page, profile_rows, work_request
from app.services.upkeep.check import check_database
from tests.factories.books import Book, scratch


def _with_powers(session: Session, powers: frozenset[Power], provider: int) -> None:
    session.info["principal"] = Principal(name="Mara", powers=powers, staff_id=1, provider_id=provider,
                                          providers=frozenset({provider}), customer_providers=frozenset({provider}))


def _audited(session: Session, action: str) -> list[tuple[str | None, str | None, str | None]]:
    rows = session.execute(select(AuditEntry.field, AuditEntry.old_value, AuditEntry.new_value)
                           .where(AuditEntry.action == action).order_by(AuditEntry.id))
    return [(row.field, row.old_value, row.new_value) for row in rows]


def _profiles_of(session: Session, provider: int) -> dict[str, int]:
    return {row.code: row.profile_id for row in session.execute(
        select(Account.code, Account.profile_id).where(Account.provider_id == provider, Account.type == "end_user"))}


def test_a_new_profile_can_become_the_default_and_members_stay(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        old = book.default_profile(provider)
        book.account(provider, "A1")
        new = create_profile(session, provider_id=provider,
                             details=ProfileDetails(name=" Business ", description="For firms", export_reference="X1"),
                             overrides={"trading_due_days": 21, "invoice_layout": "business"}, as_default=True).id
        book.account(provider, "A2")
        assert _profiles_of(session, provider) == {"A1": old, "A2": new}
        assert [(r.name, r.is_default, r.members) for r in profile_rows(session, provider_id=provider)] == [
            ("Business", True, 1), ("Default Profile", False, 1)]
        assert _audited(session, "profile_default") == [("default_profile", "Default Profile", "Business")]
        assert set_default_profile(session, profile_id=new, seen=new).kinds == frozenset()


def test_names_are_unique_within_the_provider_and_not_empty(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider, other = book.provider("HT"), book.provider("SB")
        business = book.profile(provider, "Business")
        create_profile(session, provider_id=other, details=ProfileDetails(name="Business"))
        with pytest.raises(RefusedByRule, match='"Business" already'):
            create_profile(session, provider_id=provider, details=ProfileDetails(name="Business"))
        with pytest.raises(RefusedByRule, match='"Default Profile" already'):
            edit_profile(session, profile_id=business, details=ProfileDetails(name="Default Profile"),
                         seen=ProfileDetails(name="Business"))
        with pytest.raises(RefusedByRule, match="needs a name"):
            duplicate_profile(session, profile_id=business, name="  ")
        with pytest.raises(RefusedByRule, match="121 characters; at most 120"):
            create_profile(session, provider_id=provider, details=ProfileDetails(name="x" * 121))


def test_an_edit_writes_old_and_new_and_overrides_taken_away_no_longer_count(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT", trading_due_days=10)
        business = book.profile(provider, "Business", trading_due_days=21, credit_limit=50_000)
        account = book.account(provider, "A1", profile=business)
        edit_profile(session, profile_id=business, details=ProfileDetails(name="Firms", export_reference="R-7"),
                     seen=ProfileDetails(name="Business"))
        shown = stored_overrides(session, business)
        set_attributes(session, tier=Tier.PROFILE, owner_id=business, seen=shown,
                       values={"trading_due_days": None, "credit_limit": 50_000})
        assert _audited(session, "profile_changed") == [("name", "Business", "Firms"), ("export_reference", "", "R-7")]
        assert stored_overrides(session, business) == {"credit_limit": 50_000}
        (terms,) = effective_values(session, book.entity(account), ["trading_due_days"])
        assert terms.effective.value == 10


def test_a_duplicate_has_the_overrides_but_no_members(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        business = book.profile(provider, "Business", trading_due_days=0, credit_rating="A")
        book.account(provider, "A1", profile=business)
        copy = duplicate_profile(session, profile_id=business, name="Business 2").id
        assert stored_overrides(session, copy) == {"trading_due_days": 0, "credit_rating": "A"}
        assert profile_page(session, profile_id=copy).members == 0


def test_only_an_empty_profile_that_is_not_the_default_is_deleted(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        first, business = book.default_profile(provider), book.profile(provider, "Business", trading_due_days=3)
        account = book.account(provider, "A1", profile=business)
        with pytest.raises(RefusedByRule, match=r"default profile\. Make another"):
            delete_profile(session, profile_id=first)
        with pytest.raises(RefusedByRule, match=r"1 account has the profile Business\. Move"):
            delete_profile(session, profile_id=business)
        # The former default holds the provider's system accounts; they do not keep it alive.
        set_default_profile(session, profile_id=business, seen=first)
        delete_profile(session, profile_id=first)
        assert [row.name for row in profile_rows(session, provider_id=provider)] == ["Business"]
        assert set(session.scalars(select(Account.profile_id).where(Account.provider_id == provider))) == {business}
        spare = duplicate_profile(session, profile_id=business, name="Spare").id
        move_members(session, seen=newest_move(session, provider_id=provider),
                     provider_id=provider, members=Members(account_ids=(account,)), to_profile_id=spare)
        set_default_profile(session, profile_id=spare, seen=business)
        delete_profile(session, profile_id=business)
        session.flush()
        assert session.get_one(Provider, provider).default_profile_id == spare
        assert check_database(session) == []


def test_members_move_by_ids_with_items_and_audit(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        first, business = book.default_profile(provider), book.profile(provider, "Business")
        ids = [book.account(provider, code) for code in ("A1", "A2", "A3")]
        book.account(provider, "A4", profile=business)
        result = move_members(session, seen=newest_move(session, provider_id=provider),
                              provider_id=provider, members=Members(account_ids=tuple(ids[:2])),
                              to_profile_id=business)
        assert (result.moved, result.to_profile) == (2, "Business")
        assert _profiles_of(session, provider) == {"A1": business, "A2": business, "A3": first, "A4": business}
        items = session.execute(select(ProfileMoveItem.account_id, ProfileMoveItem.from_profile_id,
                                       ProfileMoveItem.to_profile_id).order_by(ProfileMoveItem.account_id)).all()
        assert [tuple(i) for i in items] == [(ids[0], first, business), (ids[1], first, business)]
        assert _audited(session, "profile_moved") == [("profile", "Default Profile", "Business")] * 2
        with pytest.raises(RefusedByRule, match="no account to move"):
            move_members(session, seen=newest_move(session, provider_id=provider),
                         provider_id=provider, members=Members(account_ids=tuple(ids[:2])),
                         to_profile_id=business)


def test_members_move_by_filter_and_out_of_a_profile_means_the_default(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        first, business = book.default_profile(provider), book.profile(provider, "Business")
        for code, name in (("A1", "Reef Tours"), ("A2", "Reef Dive"), ("A3", "Bay Cafe")):
            book.account(provider, code, name=name, profile=business)
        book.account(provider, "A4", name="Reef Bar")
        assert member_count(session, profile_id=business, filter_text="reef") == 2
        move_members(session, seen=newest_move(session, provider_id=provider),
                     provider_id=provider, members=Members(profile_id=business, filter_text="reef"))
        assert _profiles_of(session, provider) == {"A1": first, "A2": first, "A3": business, "A4": first}
        page = member_page(session, profile_id=first, limit=2)
        assert [row.name for row in page.rows] == ["Reef Bar", "Reef Dive"]
        rest = member_page(session, profile_id=first, after=page.last, limit=2)
        assert ([row.name for row in rest.rows], page.more, rest.more) == (["Reef Tours"], True, False)


def test_a_profile_takes_accounts_of_its_own_provider_only(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider, other = book.provider("HT"), book.provider("SB")
        mine, theirs = book.account(provider, "A1"), book.account(other, "B1")
        foreign = book.profile(other, "Business")
        with pytest.raises(RefusedByRule, match="own provider only"):
            move_members(session, seen=newest_move(session, provider_id=provider),
                         provider_id=provider, members=Members(account_ids=(mine,)), to_profile_id=foreign)
        business = book.profile(provider, "Business")
        with pytest.raises(RefusedByRule, match="B1 belongs to another provider"):
            move_members(session, seen=newest_move(session, provider_id=provider),
                         provider_id=provider, members=Members(account_ids=(mine, theirs)),
                         to_profile_id=business)


def test_undo_moves_back_only_what_did_not_change_and_names_the_rest(database: Database, clock: FixedClock) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        first, business, gone = (book.default_profile(provider), book.profile(provider, "Business"),
                                 book.profile(provider, "Gone"))
        a = {name: book.account(provider, name) for name in ("Lim", "Okafor", "Petrou")}
        a["Haddad"] = book.account(provider, "Haddad", profile=gone)
        own = book.account(provider, "Own", profile=business)
        target = book.profile(provider, "Residential")
        move = move_members(session, seen=newest_move(session, provider_id=provider),
                            provider_id=provider, members=Members(), to_profile_id=target)
        assert move.moved == 5
        session.info.pop("recorded_at")
        clock.moment += timedelta(minutes=5)
        move_members(session, seen=newest_move(session, provider_id=provider),
                     provider_id=provider, members=Members(account_ids=(a["Lim"],)), to_profile_id=business)
        set_attributes(session, tier=Tier.ACCOUNT, owner_id=a["Okafor"], values={"trading_due_days": 3}, seen={})
        delete_profile(session, profile_id=gone)
        preview = move_back(session, move_id=move.move_id)
        assert (preview.moved, preview.can, preview.kept) == (5, 2, 3)
        assert preview.names == ("Haddad", "Lim", "Okafor")
        result = undo_move(session, move_id=move.move_id)
        assert (result.moved, result.to_profile) == (2, "Business, Default Profile")
        assert _profiles_of(session, provider) == {
            "Lim": business, "Okafor": target, "Petrou": first, "Haddad": target, "Own": business}
        assert session.get_one(ProfileMove, result.move_id).undoes_id == move.move_id
        assert own in set(session.scalars(select(ProfileMoveItem.account_id)
                                          .where(ProfileMoveItem.move_id == result.move_id)))
        with pytest.raises(RefusedByRule, match="No account of this move"):
            undo_move(session, move_id=move.move_id)


@pytest.mark.parametrize("lacking", [Power.PROFILES_EDIT, Power.PROFILES_EDIT_TERMS, Power.PROFILES_MEMBERS])
def test_each_act_asks_for_its_power(database: Database, lacking: Power) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        business = book.profile(provider, "Business", trading_due_days=21)
        account = book.account(provider, "A1")
        _with_powers(session, ALL_POWERS - {lacking}, provider)
        acts: dict[Power, Callable[[], object]] = {
            Power.PROFILES_EDIT: lambda: edit_profile(session, profile_id=business,
                                                      details=ProfileDetails(name="Firms"),
                                                      seen=ProfileDetails(name="Business")),
            Power.PROFILES_EDIT_TERMS: lambda: set_attributes(
                session, tier=Tier.PROFILE, owner_id=business, values={"credit_limit": 0}, seen={}),
            Power.PROFILES_MEMBERS: lambda: move_members(
                session, seen=newest_move(session, provider_id=provider),
                provider_id=provider, members=Members(account_ids=(account,)), to_profile_id=business),
        }
        for power, act in acts.items():
            if power.value.startswith(lacking.value):
                with pytest.raises(NotAllowed):
                    act()
            else:
                act()


def test_what_is_no_term_asks_for_no_power_over_terms(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        business = book.profile(provider, "Business", trading_due_days=21)
        _with_powers(session, ALL_POWERS - {Power.PROFILES_EDIT_TERMS}, provider)
        edit_profile(session, profile_id=business, details=ProfileDetails(name="Firms"),
                     seen=ProfileDetails(name="Business"))
        set_attributes(session, tier=Tier.PROFILE, owner_id=business, values={"invoice_layout": "business"}, seen={})
        rows = {row.key: row for row in profile_page(session, profile_id=business).sheet.rows}
        assert rows["credit_limit"].why_not == 'This needs the power "Trading terms of profiles".'
        assert (rows["credit_limit"].may_set, rows["invoice_layout"].may_set) == (False, True)
        with pytest.raises(NotAllowed, match="Trading terms of profiles"):
            duplicate_profile(session, profile_id=business, name="Copy")


def test_profiles_of_another_provider_do_not_exist(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider, other = book.provider("HT"), book.provider("SB")
        foreign = book.profile(other, "Business")
        _with_powers(session, ALL_POWERS, provider)
        for ask in (lambda: profile_page(session, profile_id=foreign), lambda: delete_profile(
                session, profile_id=foreign), lambda: profile_rows(session, provider_id=other)):
            with pytest.raises(NotFound):
                ask()


def test_lists_pages_and_moves_by_the_language_of_the_customer_list(database: Database, clock: FixedClock) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT", name="Harbour Telecom", trading_due_days=10, invoice_layout="business")
        business = book.profile(provider, "Business", trading_due_days=21)
        default = book.default_profile(provider)
        for code, delivery in (("A1", "post"), ("A2", "email"), ("A3", "post")):
            book.account(provider, code, invoice_delivery_method=delivery)
        listed = profile_list(session, provider_id=provider)
        assert [(r.name, r.members, r.overrides, r.layout, r.has_own_layout) for r in listed.rows] == [
            ("Default Profile", 3, 0, "Business", False), ("Business", 0, 1, "Business", False)]
        page = profile_page(session, profile_id=business)
        row = next(row for row in page.sheet.rows if row.key == "trading_due_days")
        above = page.inherited["trading_due_days"]
        assert (row.value_text, row.owner, row.may_set, row.set_here) == ("21 days", "This profile", True, True)
        assert (above.text, above.owner, above.tier, above.provider_id) == (
            "10 days", "Harbour Telecom", Tier.PROVIDER, provider)
        by_post = {"profile_id": default, "filter_text": "delivery:post"}
        assert member_count(session, **by_post) == 2
        move = move_members(session, seen=newest_move(session, provider_id=provider),
                            provider_id=provider, members=Members(**by_post), to_profile_id=business)
        assert _profiles_of(session, provider) == {"A1": business, "A2": default, "A3": business}
        (told,) = earlier_moves(session, provider_id=provider)
        assert (told.id, told.from_profiles, told.to_profile, told.moved, told.can_go_back, told.takes_back) == (
            move.move_id, "Default Profile", "Business", 2, 2, False)
        session.info.pop("recorded_at")
        clock.moment += timedelta(minutes=5)
        undo_move(session, move_id=move.move_id)
        assert [(told.can_go_back, told.takes_back) for told in earlier_moves(session, provider_id=provider)] == [
            (2, True), (0, False)]


def test_the_work_request_lists_id_and_name(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT", name="Harbour Telecom")
        business, night = book.profile(provider, "Business"), book.profile(provider, "Night")
        text = work_request(session, provider_id=provider, profile_ids=(night, business))
        assert text.splitlines() == [
            "New account profiles of Harbour Telecom need a set of standard events. They are:", "ID, name",
            f"{business}, Business", f"{night}, Night",
            "Send a quote for setting up all standard events for these profiles."]
