"""Account groups: made, changed, deleted when nothing hangs on them; members in bulk; nobody widens their sight."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.audit import AuditEntry
from app.models.parties.account_group import AccountGroup
from app.models.parties.powers import Power
from app.models.parties.staff import StaffUser
from app.models.values import GroupAccess, GroupKind, GroupLevel
from app.services.changes import Changed, ChangeSet
from app.services.customers.query.terms import MisreadQueryError
from app.services.database.unit_of_work import Database
from app.services.errors import InputRejected, NotAllowed, NotFound, RefusedByRule
from app.services.groups.groups import (
    GroupDetails,
    Matching,
    add_to_group,
    create_group,
    delete_group,
    edit_group,
    remove_from_group,
)
from app.services.groups.queries import (
    candidate_count,
    candidate_page,
    group_rows,
    group_sheet,
    groups_of_account,
    member_count,
    member_page,
)
from app.services.rules.rule_sets import set_rules
from app.services.staff import sign_in as signing
from app.services.staff import units
from tests.services.access.test_authorize import Office
from tests.support.filled_books import FilledBooks

WORDS = {"name": "Key accounts", "description": "", "kind": GroupKind.SECURITY, "access": GroupAccess.ALLOW}


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(signing, "hasher", lambda: quick)


def edited(session: Session, *, group_id: int, **wanted: Any) -> ChangeSet:
    """The group changed by somebody who read it just now."""
    group = session.get_one(AccountGroup, group_id)
    seen = GroupDetails(code=group.code, name=group.name, description=group.description, kind=GroupKind(group.kind),
                        access=GroupAccess(group.access))
    return edit_group(session, group_id=group_id, **wanted, seen=seen)


def test_a_group_is_made_changed_and_deleted_when_nothing_hangs_on_it(
    database: Database, filled_books: FilledBooks,
) -> None:
    with filled_books.opened(database, Office) as made:
        session = made.session
        group = create_group(session, provider_id=made.harbour, code=" KEY ", name="Key accounts",
                             kind=GroupKind.SECURITY, access=GroupAccess.ALLOW, description="Looked after").id
        (row,) = group_rows(session, provider_id=made.harbour)
        assert (row.code, row.kind, row.access, row.members, row.units) == (
            "KEY", GroupKind.SECURITY, GroupAccess.ALLOW, 0, ())
        for refused, message in (
            ({"code": "KEY"}, 'code "KEY" is that of the group Key accounts'),
            ({"code": " "}, "needs a code"), ({"code": "X" * 41}, "41 characters; at most 40"),
            ({"code": "D", "access": GroupAccess.DENY}, "distribution group never limits"),
        ):
            with pytest.raises((InputRejected, RefusedByRule), match=message):
                create_group(session, provider_id=made.harbour, **refused)  # type: ignore[arg-type]
        assert not edited(session, group_id=group, code="KEY", **{**WORDS, "description": "Looked after"})
        changes = edited(session, group_id=group, code="KEY2", **{**WORDS, "access": GroupAccess.DENY})
        assert Changed.GROUPS in changes.kinds
        fields = session.scalars(select(AuditEntry.field).where(AuditEntry.action == "group_changed")).all()
        assert sorted(str(field) for field in fields) == ["access", "code", "description"]

        user = made.user(made.harbour, "kim")
        made.tie(user, group)
        assert "limits the staff of Unit of kim" in group_sheet(session, group_id=group).why_not_delete
        with pytest.raises(RefusedByRule, match="Untie it there first"):
            edited(session, group_id=group, code="KEY2", name="K", description="", kind=GroupKind.DISTRIBUTION,
                       access=GroupAccess.SEE_ALL)
        units.tie_group(session, unit_id=session.get_one(StaffUser, user).unit_id, group_id=group, level=None,
                        seen=GroupLevel.EDIT)
        add_to_group(session, group_id=group, account_ids=[made.id("A1")])
        with pytest.raises(RefusedByRule, match="has 1 member"):
            delete_group(session, group_id=group)
        remove_from_group(session, group_id=group, account_ids=[made.id("A1")])
        delete_group(session, group_id=group)
        assert session.get(AccountGroup, group) is None

        news = create_group(session, provider_id=made.harbour, code="NEWS").id
        set_rules(session, provider_id=made.harbour, effective_from=date(2025, 1, 1), min_overdue_minor=5000,
                  min_overdue_days=7, restore_at_minor=0, excluded_group_ids=[news], seen=0)
        with pytest.raises(RefusedByRule, match="rules are kept for good"):
            delete_group(session, group_id=news)
        with pytest.raises(RefusedByRule, match="distribution groups only"):
            edited(session, group_id=news, code="NEWS", **WORDS)


def test_members_come_and_go_in_bulk_all_or_nothing(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, Office) as made:
        session = made.session
        group = create_group(session, provider_id=made.harbour, code="NEWS").id
        a1, a2, a3 = (made.id(code) for code in ("A1", "A2", "A3"))
        first = add_to_group(session, group_id=group, account_ids=[a1, a2, a1])
        assert (first.changed, first.unchanged, first.changes.account_ids) == (2, 0, frozenset({a1, a2}))
        again = add_to_group(session, group_id=group, account_ids=[a2, a3])
        assert (again.changed, again.unchanged) == (1, 1)
        with pytest.raises(RefusedByRule, match="S1 belongs to another provider"):
            add_to_group(session, group_id=group, account_ids=[made.id("A5"), made.id("S1")])
        assert member_count(session, group_id=group) == 3, "nothing of it was taken"
        assert [row.code for row in member_page(session, group_id=group, filter_text="code:A2").rows] == ["A2"]
        with pytest.raises(MisreadQueryError):
            member_count(session, group_id=group, filter_text="balance:lots")

        page = candidate_page(session, group_id=group, limit=2)
        rest = candidate_page(session, group_id=group, limit=2, after=page.last)
        codes = [row.code for row in (*page.rows, *rest.rows)]
        assert (codes, page.more, rest.more) == (["A5", "A9", "AG"], True, False)
        assert candidate_count(session, group_id=group, filter_text="type:agent") == 1
        by_search = add_to_group(session, group_id=group, account_ids=Matching("not type:agent"))
        assert (by_search.changed, by_search.unchanged) == (2, 3)
        gone = remove_from_group(session, group_id=group, account_ids=Matching("code:A1"))
        assert (gone.changed, gone.unchanged) == (1, 0)
        nothing = remove_from_group(session, group_id=group, account_ids=[a1])
        assert (nothing.changed, nothing.unchanged, bool(nothing.changes)) == (0, 1, False)
        assert [(row.code, row.is_member) for row in groups_of_account(session, account_id=a2)] == [("NEWS", True)]
        trail = session.execute(select(AuditEntry.action, AuditEntry.old_value, AuditEntry.new_value)
                                .where(AuditEntry.account_id == a1, AuditEntry.field == "group")).all()
        assert [tuple(row) for row in trail] == [("group_joined", None, "NEWS"), ("group_left", "NEWS", None)]


def test_nobody_changes_what_limits_them_or_counts_what_they_do_not_see(
    database: Database, filled_books: FilledBooks,
) -> None:
    with filled_books.opened(database, Office) as made:
        session = made.session
        work = made.group(made.harbour, "WORK", GroupAccess.ALLOW, "A1")
        look = made.group(made.harbour, "LOOK", GroupAccess.ALLOW, "A2")
        news = made.group(made.harbour, "NEWS2", GroupAccess.SEE_ALL, "A1", "A2", "A3")
        kim = made.user(made.harbour, "kim")
        made.tie(kim, work)
        made.tie(kim, look, GroupLevel.VIEW)
        poor = made.user(made.harbour, "poor", {Power.CUSTOMERS, Power.GROUPS, Power.GROUPS_ADMIN})
        other = made.user(made.summit, "sam")
        made.sign_in(kim)
        assert {row.code: row.members for row in group_rows(session, provider_id=made.harbour)} == {
            "WORK": 1, "LOOK": 1, "NEWS2": 2}
        assert {row.code for row in member_page(session, group_id=news).rows} == {"A1", "A2"}
        assert candidate_count(session, group_id=work) == 1
        with pytest.raises(NotAllowed, match="cannot change that themselves"):
            edited(session, group_id=work, code="WORK", name="W", description="", kind=GroupKind.SECURITY,
                       access=GroupAccess.SEE_ALL)
        for which in ([made.id("A2")], Matching("code:A2")):
            with pytest.raises(NotAllowed, match="not change it"):
                add_to_group(session, group_id=work, account_ids=which)
        with pytest.raises(NotFound):
            remove_from_group(session, group_id=news, account_ids=[made.id("A3")])
        with pytest.raises(NotFound):
            groups_of_account(session, account_id=made.id("A3"))
        with pytest.raises(NotAllowed, match="some of them only"):
            delete_group(session, group_id=news)
        assert "member" not in group_sheet(session, group_id=news).why_not_delete

        made.sign_in(poor)
        with pytest.raises(NotAllowed, match="Assign groups"):
            edited(session, group_id=work, code="WORK", name="W", description="", kind=GroupKind.SECURITY,
                       access=GroupAccess.SEE_ALL)
        with pytest.raises(NotAllowed, match="Remove customers"):
            remove_from_group(session, group_id=news, account_ids=[made.id("A1")])
        made.sign_in(other)
        for ask in (lambda: group_rows(session, provider_id=made.harbour), lambda: group_sheet(session, group_id=news),
                    lambda: member_page(session, group_id=news), lambda: delete_group(session, group_id=news)):
            with pytest.raises(NotFound):
                ask()
