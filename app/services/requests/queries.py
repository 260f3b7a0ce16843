"""Service requests to look at: those of one account, and the list over all accounts within reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.request import ServiceRequest
from app.models.parties.staff import StaffUser
from app.models.values import RequestState
from app.services.access.authorize import authorize, require_account, visible
from app.services.access.colleagues import Colleague, colleagues
from app.services.access.principal import principal_of
from app.services.errors import NotFound
from app.services.paging import AnySelect, Cursor, Order, Page, cut, page_of
from app.services.requests.requests import changing_refusal, opening_refusal, stored

PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRow:
    """One service request."""

    id: int
    number: str
    account_id: int
    account: str
    """Code and name."""
    subject: str
    assignee: str
    """Name; empty where nobody has it."""
    state: RequestState
    opened_on: date
    closed_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSheet:
    """One request with its text, for a form."""

    row: RequestRow
    values: Mapping[str, str]
    """What can be changed, by field."""
    provider_id: int
    opened_by: str
    closed_by: str
    why_not_change: str
    """Why this person may not work on it, in words; "" where they may."""
    why_not_open: str
    """Why it cannot be opened again, or another one on its account."""
    colleagues: tuple[Colleague, ...]
    """Who can have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestOptions:
    """What a form for a new request of an account needs."""

    account_id: int
    account: str
    """Its name."""
    why_not_open: str
    """Why none can be opened on it, in words; "" where one can."""
    colleagues: tuple[Colleague, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestQuestion:
    """Which requests a list shows."""

    provider_id: int | None = None
    """None: of every provider within reach."""
    account_id: int | None = None
    state: RequestState | None = RequestState.OPEN
    """None: open and closed ones."""
    is_mine: bool = False
    """Given to the person who asks."""
    text: str = ""
    """In number or subject."""


def request_page(
    session: Session, *, question: RequestQuestion, after: Cursor | None = None, limit: int = PAGE
) -> Page[RequestRow]:
    """One page of requests, the newest first."""
    statement = _rows().where(*_conditions(session, question))
    newest = Order((ServiceRequest.id.expression,), descending=True)
    found = session.execute(cut(statement, newest, after=after, limit=limit)).all()
    return page_of([_row(row) for row in found], [(row.ServiceRequest.id,) for row in found], limit=limit)


def request_count(session: Session, *, question: RequestQuestion) -> int:
    """How many requests a question finds."""
    return session.scalars(select(func.count()).select_from(ServiceRequest).join(
        Account, Account.id == ServiceRequest.account_id).where(*_conditions(session, question))).one()


def request_sheet(session: Session, *, request_id: int) -> RequestSheet:
    """One request; raises NotFound where it is not within reach."""
    row = session.execute(_rows().where(ServiceRequest.id == request_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such service request.")
    request: ServiceRequest = row.ServiceRequest
    require_account(session, request.account_id, Power.CUSTOMERS)
    return RequestSheet(
        row=_row(row), values=stored(request), provider_id=request.provider_id, opened_by=request.opened_by,
        closed_by=request.closed_by or "", why_not_change=changing_refusal(session, account_id=request.account_id),
        why_not_open=opening_refusal(session, account_id=request.account_id),
        colleagues=tuple(colleagues(session, provider_id=request.provider_id)))


def request_options(session: Session, *, account_id: int) -> RequestOptions:
    """Whether a request can be opened on an account, and who can have it."""
    account = require_account(session, account_id, Power.CUSTOMERS)
    return RequestOptions(account_id=account_id, account=account.name,
                          why_not_open=opening_refusal(session, account_id=account_id),
                          colleagues=tuple(colleagues(session, provider_id=account.provider_id)))


def _rows() -> AnySelect:
    return (select(ServiceRequest, Account.code, Account.name.label("account_name"), StaffUser.name.label("assignee"))
            .join(Account, Account.id == ServiceRequest.account_id)
            .outerjoin(StaffUser, StaffUser.id == ServiceRequest.assignee_id)
            .execution_options(populate_existing=True))


def _conditions(session: Session, question: RequestQuestion) -> list[ColumnElement[bool]]:
    authorize(session, Power.CUSTOMERS)
    r = ServiceRequest
    found: list[ColumnElement[bool]] = [visible(session)]
    if question.account_id is not None:
        found.append(r.account_id == question.account_id)
    if question.provider_id is not None:
        found.append(r.provider_id == question.provider_id)
    if question.state is not None:
        found.append(r.state == question.state.value)
    if question.is_mine:
        found.append(r.assignee_id == (principal_of(session).staff_id or -1))
    found.extend(or_(func.lower(r.number).contains(word.lower(), autoescape=True),
                     func.lower(r.subject).contains(word.lower(), autoescape=True))
                 for word in question.text.split())
    return found


def _row(row: Any) -> RequestRow:
    request: ServiceRequest = row.ServiceRequest
    return RequestRow(id=request.id, number=request.number, account_id=request.account_id,
                      account=f"{row.code} {row.account_name}", subject=request.subject, assignee=row.assignee or "",
                      state=RequestState(request.state), opened_on=request.opened_on, closed_on=request.closed_on)
