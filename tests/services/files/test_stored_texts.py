"""What a name, a code or another stored text may hold, and that every command which stores one asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest
from argon2 import PasswordHasher

from app.models.parties.account_group import AccountGroup
from app.models.values import AccountStatus, AccountType, Enterprise, GroupAccess, GroupKind, HoldKind, Tier
from app.services.accounts.contacts import add_contact, change_contact, contact_sheet
from app.services.accounts.details import account_details, save_details
from app.services.accounts.notes import write_note
from app.services.attributes.writing import set_attribute
from app.services.credit.ratings import set_credit_rating
from app.services.customers.views import rename_view, save_view
from app.services.database.unit_of_work import Database
from app.services.errors import RefusedField
from app.services.files.texts import refusal_of_text
from app.services.groups.groups import GroupDetails, create_group, edit_group
from app.services.hierarchy.accounts import NewAccount, ProviderSettings, create_account, create_provider
from app.services.hierarchy.new_account import AccountRequest, check_new_account
from app.services.hierarchy.new_contacts import NewContact
from app.services.profiles.profiles import ProfileDetails, create_profile, duplicate_profile, edit_profile
from app.services.staff import roles, sign_in, units, users
from app.services.status.changes import place_hold
from tests.services.access.test_authorize import PASSWORD, Office
from tests.support.filled_books import FilledBooks

DAY = date(2026, 3, 16)
BAD = {"A\x1b[2JB": "<U+001B>", "A\nB": "line break", "A\rB": "line break", "A\u2028B": "<U+2028>",
       "A\u202eB": "<U+202E>", "A\u2066B": "<U+2066>", "A\x7fB": "<U+007F>", "A\x85B": "<U+0085>", "A\tB": "<U+0009>",
       "A\x00B": "<U+0000>", "A\udcffB": "not UTF-8", "\u200b": "can be seen", "\u200b \u2060": "can be seen"}


@pytest.mark.parametrize("text", BAD)
def test_one_line_holds_letters_and_marks_alone(text: str) -> None:
    assert BAD[text] in refusal_of_text(text)
    has_lines = text in ("A\nB", "A\rB", "A\tB")
    assert (refusal_of_text(text, has_lines=True) == "") is has_lines


@pytest.mark.parametrize("text", ["", " ", "Ann & Söhne", "नमस्ते", "שלום\u200f", "a\u200db", "👩‍👧", "x\u00a0y", "="])
def test_what_people_write_is_let_through(text: str) -> None:
    assert refusal_of_text(text) == ""


@pytest.fixture
def office(database: Database, filled_books: FilledBooks, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setattr(sign_in, "hasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    with filled_books.opened(database, Office) as made:
        yield made


def commands(office: Office) -> dict[str, Callable[[str], Any]]:
    """Every command that stores a name, a code or another text in one line, by the field the text is given to."""
    at, provider, a1 = office.session, office.harbour, office.id("A1")
    new = NewAccount(code="", name="Ann", start_date=DAY)
    settings = ProviderSettings(currency="AUD", realm="@new.example")
    provided = partial(create_provider, at, parent_id=office.wholesale, type=AccountType.RETAIL, start_date=DAY)
    group = create_group(at, provider_id=provider, code="G", name="G").id
    shown = GroupDetails(code="G", name="G", description="", **_kinds(at, group))
    profile = create_profile(at, provider_id=provider, details=ProfileDetails(name="P")).id
    role = roles.create_role(at, provider_id=provider, name="R", powers=()).id
    unit = units.create_unit(at, provider_id=provider, name="U").id
    user = users.create_user(at, unit_id=unit, login="u@ht.example", name="U", password=PASSWORD).id
    view = save_view(at, place="customers", name="V", definition="", seen=None)
    contact = contact_sheet(at, account_id=a1).rows[0]
    details = account_details(at, account_id=a1).values
    settings_shown = account_details(at, account_id=provider).values
    asked = AccountRequest(parent_id=provider, type=AccountType.END_USER, enterprise=Enterprise.ORGANISATION,
                           name="Ann", start_date=DAY)
    edit = partial(edit_group, at, group_id=group, description="", seen=shown, **_kinds(at, group))
    return {
        "account code": lambda t: create_account(at, provider_id=provider, new=replace(new, code=t)),
        "account name": lambda t: create_account(at, provider_id=provider, new=replace(new, name=t)),
        "account reference": lambda t: create_account(at, provider_id=provider, new=replace(new, export_reference=t)),
        "account contact": lambda t: create_account(at, provider_id=provider,
                                                    new=replace(new, contact=NewContact(name="A", city=t))),
        "asked name": lambda t: check_new_account(at, request=replace(asked, name=t)),
        "asked code": lambda t: check_new_account(at, request=replace(asked, code=t)),
        "asked trading name": lambda t: check_new_account(at, request=replace(asked, trading_name=t)),
        "asked contact": lambda t: check_new_account(at, request=replace(asked, primary=NewContact(name=t))),
        "provider code": lambda t: provided(code=t, name="N", settings=settings),
        "provider name": lambda t: provided(code="N", name=t, settings=settings),
        "provider profile": lambda t: provided(code="N", name="N", settings=settings, default_profile=t),
        "provider realm": lambda t: provided(code="N", name="N", settings=replace(settings, realm=f"@{t}x.example"))
        if t.strip("\u200b\u2060 ") else provided(code="N", name="N", settings=replace(settings, realm=t)),
        "provider tagline": lambda t: provided(code="N", name="N", settings=replace(settings, tagline=t)),
        "details name": lambda t: save_details(at, account_id=a1, after={**details, "name": t}, seen=details),
        "details code": lambda t: save_details(at, account_id=a1, after={**details, "code": t}, seen=details),
        "details trading name": lambda t: save_details(at, account_id=a1, after={**details, "trading_name": t},
                                                       seen=details),
        "details tagline": lambda t: save_details(at, account_id=provider, after={**settings_shown, "tagline": t},
                                                  seen=settings_shown),
        "contact": lambda t: add_contact(at, account_id=a1, contact=NewContact(name=t)),
        "contact changed": lambda t: change_contact(at, account_id=a1, contact_id=contact.id, seen=contact.values,
                                                    after={**contact.values, "phone": t}),
        "group code": lambda t: create_group(at, provider_id=provider, code=t, name="N"),
        "group name": lambda t: create_group(at, provider_id=provider, code="N", name=t),
        "group changed": lambda t: edit(code="G", name=t),
        "profile": lambda t: create_profile(at, provider_id=provider, details=ProfileDetails(name=t)),
        "profile reference": lambda t: create_profile(at, provider_id=provider,
                                                      details=ProfileDetails(name="N", export_reference=t)),
        "profile copied": lambda t: duplicate_profile(at, profile_id=profile, name=t),
        "profile changed": lambda t: edit_profile(at, profile_id=profile, details=ProfileDetails(name=t),
                                                  seen=ProfileDetails(name="P")),
        "role": lambda t: roles.create_role(at, provider_id=provider, name=t, powers=()),
        "role changed": lambda t: roles.edit_role(at, role_id=role, name=t, description="", powers=(), seen={
            "name": "R", "description": "", "powers": frozenset()}),
        "unit": lambda t: units.create_unit(at, provider_id=provider, name=t),
        "unit code": lambda t: units.create_unit(at, provider_id=provider, name="N", code=t),
        "unit changed": lambda t: units.edit_unit(at, unit_id=unit, name=t, description="", seen={
            "name": "U", "description": ""}),
        "user": lambda t: users.create_user(at, unit_id=unit, login="n@ht.example", name=t, password=PASSWORD),
        "user address": lambda t: users.create_user(at, unit_id=unit, login="n@ht.example", name="N", email=t,
                                                    password=PASSWORD),
        "user changed": lambda t: users.edit_user(at, staff_id=user, name=t, seen={"name": "U"}),
        "own name": lambda t: users.edit_own_details(at, name=t, email="", seen={"name": "Root", "email": ""}),
        "rating code": lambda t: set_credit_rating(at, provider_id=provider, code=t, limit_minor=1, seen=None),
        "rating label": lambda t: set_credit_rating(at, provider_id=provider, code="A", label=t, limit_minor=1,
                                                    seen=None),
        "attribute": lambda t: set_attribute(at, tier=Tier.PROVIDER, owner_id=provider, key="late_fee_label", value=t,
                                             seen={}),
        "view renamed": lambda t: rename_view(at, view_id=view, name=t, seen="V"),
    }


def _kinds(session: Any, group_id: int) -> dict[str, Any]:
    group = session.get_one(AccountGroup, group_id)
    return {"kind": GroupKind(group.kind), "access": GroupAccess(group.access)}


def test_every_command_refuses_what_is_no_text(office: Office) -> None:
    office.sign_in(office.root)
    for name, command in commands(office).items():
        for text in ("A\x1b[2JB", "A\u202eB", "\u200b", "A\nB"):
            if (name, text) != ("view renamed", "A\nB"):  # runs of blanks become one there
                assert BAD[text] in refused(command, text), f"{name} takes {text!r}"


def refused(command: Callable[[str], Any], text: str) -> str:
    """The words of the refusal of a field; empty where the text is taken."""
    try:
        command(text)
    except RefusedField as refusal:
        return str(refusal)
    return ""


def test_texts_of_several_lines_hold_line_breaks_and_nothing_a_terminal_obeys(office: Office) -> None:
    office.sign_in(office.root)
    session, harbour = office.session, office.harbour
    shown = account_details(session, account_id=harbour).values
    a1 = office.id("A1")
    write_note(session, account_id=a1, text="One\nTwo")
    save_details(session, account_id=harbour, after={**shown, "address": "One\nTwo"}, seen=shown)
    with pytest.raises(RefusedField, match=r"The note holds the control character <U\+001B>"):
        write_note(session, account_id=a1, text="One\x1b\nTwo")
    with pytest.raises(RefusedField, match=r"address holds the control character <U\+202E>"):
        save_details(session, account_id=harbour, after={"address": "One\u202e"}, seen={"address": "One\nTwo"})
    with pytest.raises(RefusedField, match=r"The reason holds the control character <U\+001B>"):
        place_hold(session, account_id=a1, kind=HoldKind.MANUAL, reason="x\x1b", on=DAY,
                   seen=AccountStatus.ACTIVE)
