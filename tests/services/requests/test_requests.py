"""Service requests: numbers, whom they are given to, what takes none, and the list."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.models.parties.powers import Power
from app.models.values import AccountAction, RequestState, StatusReason
from app.services.access.colleagues import colleague_named, colleagues
from app.services.accounts.history import history_page
from app.services.actions.acting import reactivate_account, suspend_account, terminate_account
from app.services.actions.checklist import action_sheet
from app.services.changes import ChangeSet
from app.services.database.unit_of_work import Database
from app.services.errors import NotAllowed, NotFound, RefusedByRule, RefusedField
from app.services.requests.queries import RequestQuestion, request_count, request_page, request_sheet
from app.services.requests.requests import change_request, close_request, open_request, reopen_request
from tests.conftest import TEST_NOW
from tests.factories.books import Book, scratch, status_shown
from tests.services.access.test_authorize import Office
from tests.support.filled_books import FilledBooks

TODAY = TEST_NOW.date()


def numbers(session: Session, question: RequestQuestion | None = None) -> list[str]:
    return [row.number for row in request_page(session, question=question or RequestQuestion()).rows]


def test_a_request_is_numbered_worked_on_closed_and_opened_again(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        home, other = book.provider("HT"), book.provider("SB")
        a, b, c = book.account(home, "A1", name="Acme"), book.account(home, "B1"), book.account(other, "C1")
        first = open_request(session, account_id=a, subject=" Moving ", text="On\nFriday")
        open_request(session, account_id=b, subject="Bill")
        open_request(session, account_id=c, subject="Of another provider")
        assert numbers(session) == ["SR-000001", "SR-000002", "SR-000001"], "a series for each provider"
        assert request_sheet(session, request_id=first.id).values == {
            "subject": "Moving", "text": "On\nFriday", "assignee": ""}
        change_request(session, request_id=first.id, after={"subject": "Moving out"}, seen={"subject": "Moving"})
        undo = close_request(session, request_id=first.id).undo
        with pytest.raises(RefusedByRule, match=r"SR-000001 is closed already: test closed it on 16 Mar 2026 at"):
            close_request(session, request_id=first.id)
        with pytest.raises(RefusedByRule, match="Open it again to change it"):
            change_request(session, request_id=first.id, after={"text": "x"}, seen={"text": "On\nFriday"})
        assert numbers(session, RequestQuestion(provider_id=home)) == ["SR-000002"]
        assert numbers(session, RequestQuestion(account_id=a, state=None)) == ["SR-000001"]
        assert undo is not None
        back: ChangeSet = undo.command(session, **undo.arguments)
        assert request_count(session, question=RequestQuestion(text="moving sr-")) == 1
        with pytest.raises(RefusedByRule, match="open already"):
            reopen_request(session, request_id=first.id)
        assert back.undo is not None
        back.undo.command(session, **back.undo.arguments)
        row = request_sheet(session, request_id=first.id).row
        assert (row.state, row.closed_on, row.account) == (RequestState.CLOSED, TODAY, "A1 Acme")
        acts = [(each.what, each.field, each.new) for each in history_page(session, account_id=a).rows[:5]]
        assert acts[:2] == [("Service request closed", "", ""), ("Service request opened again", "", "")]
        assert ("Service request changed", "Subject", "Moving out") in acts


def test_what_takes_no_request(database: Database) -> None:
    """C8: refused while suspended, accepted again, and an open one keeps the account from ending."""
    with scratch(database) as session:
        book = Book(session)
        a = book.account(book.provider("HT"), "A-5001", name="Acme")
        made = open_request(session, account_id=a, subject="Moving").id
        suspend_account(session, account_id=a, reason=StatusReason.DISPUTE, on=TODAY, seen=status_shown(session, a))
        with pytest.raises(RefusedByRule, match="Acme is suspended, so no service request can be opened on it"):
            open_request(session, account_id=a, subject="Bill")
        close_request(session, request_id=made)
        with pytest.raises(RefusedByRule, match="Acme is suspended"):
            reopen_request(session, request_id=made)
        reactivate_account(session, account_id=a, reason="Paid", on=TODAY, seen=status_shown(session, a))
        reopen_request(session, request_id=made)

        def terminate() -> object:
            return terminate_account(session, account_id=a, reason="Closed", on=TODAY, seen=status_shown(session, a))

        assert not action_sheet(session, account_id=a).of(AccountAction.TERMINATE).allowed
        with pytest.raises(RefusedByRule, match=r"^1 service request is open \(SR-000001 Moving\)\.$"):
            terminate()
        close_request(session, request_id=made)
        terminate()
        with pytest.raises(RefusedByRule, match="Acme is terminated, so no service request"):
            open_request(session, account_id=a, subject="Bill")
        for subject, words in (("", "needs a subject"), ("x" * 201, "200 characters fit"), ("a\nb", "line")):
            with pytest.raises(RefusedField, match=words):
                open_request(session, account_id=book.account(book.provider(f"P{len(subject)}"), "A1"),
                             subject=subject)


def test_who_gets_one_and_who_sees_it(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, Office) as office:
        session = office.session
        kim = office.user(office.harbour, "kim")
        looking = office.user(office.harbour, "lee", {Power.CUSTOMERS})
        foreign = office.user(office.summit, "sam")
        office.sign_in(kim)
        made = open_request(session, account_id=office.id("A1"), subject="Moving", assignee_id=kim).id
        assert [each.login for each in colleagues(session, provider_id=office.harbour)] == [
            "kim@ht.example", "lee@ht.example", "root@operator.example"]
        assert colleague_named(session, provider_id=office.harbour, text="Kim", field="assignee").id == kim
        with pytest.raises(RefusedField, match="is no active staff user of this provider"):
            colleague_named(session, provider_id=office.harbour, text="sam@sb.example", field="assignee")
        with pytest.raises(RefusedField, match="Choose one of its active staff users"):
            change_request(session, request_id=made, after={"assignee": str(foreign)}, seen={"assignee": str(kim)})
        assert numbers(session, RequestQuestion(is_mine=True)) == ["SR-000001"]
        assert request_page(session, question=RequestQuestion()).rows[0].assignee == "Kim"
        office.sign_in(looking)
        assert numbers(session, RequestQuestion(is_mine=True)) == []
        with pytest.raises(NotAllowed, match="Service requests"):
            close_request(session, request_id=made)
        office.sign_in(foreign)
        assert numbers(session) == []
        with pytest.raises(NotFound):
            request_sheet(session, request_id=made)
