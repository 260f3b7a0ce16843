"""Opening, changing, closing and opening again of service requests.

A request has a number of its provider's series and stays on its account. Suspended, terminated and written-off accounts
take no new one; whatever is open can be worked on and closed there, and an open one keeps its account from ending
(ARCHITECTURE.md, "Service requests").
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.audit import Subject
from app.models.base import text_limits
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.request import ServiceRequest
from app.models.parties.staff import StaffUser
from app.models.rules.account_actions import Operation, operation_refusal
from app.models.values import AccountStatus, AccountType, RequestState
from app.services.access.audit import About, traces_about, write_audit, zone_of
from app.services.access.authorize import require_account
from app.services.access.colleagues import require_colleague
from app.services.changes import Changed, ChangeSet, Created, Undo
from app.services.database.dialects import lock_row
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.errors import NotAllowed, NotFound, RefusedByRule, RefusedField
from app.services.files.texts import require_text
from app.services.ledger.marks import written_off_since
from app.services.ledger.numbering import take_numbers
from app.services.providers.business_day import business_day
from app.services.saving import Speech, Trace, Values, moment_text, wanted_changes
from app.services.wording import counted

LABELS = {"subject": "Subject", "text": "Text", "assignee": "Assignee"}
"""Fields that can be changed, as screens name them. The assignee is the id of a staff user, "" where there is none."""
_SUBJECT_LENGTH = text_limits(ServiceRequest, "subject")["subject"]


def open_request(
    session: Session, *, account_id: int, subject: str, text: str = "", assignee_id: int | None = None
) -> Created:
    """Open a service request on an account; refused where the account takes none."""
    account = require_account(session, account_id, Power.CUSTOMERS_REQUESTS, edit=True)
    lock_row(session, "provider", "account_id", account.provider_id)  # of the number series; it comes before accounts
    account = _locked(session, account_id)
    _refuse_account(session, account)
    wanted = {"subject": subject.strip(), "text": text.strip(), "assignee": _as_text(assignee_id)}
    _check(session, account, wanted)
    (number,) = take_numbers(session, provider_id=account.provider_id, kind="service_request", count=1)
    request = ServiceRequest(
        provider_id=account.provider_id, account_id=account_id, number=f"SR-{number:06d}", subject=wanted["subject"],
        text=wanted["text"], assignee_id=assignee_id, opened_on=business_day(session, account.provider_id),
        opened_by=actor_of(session), recorded_at=recorded_now(session))
    session.add(request)
    session.flush()
    _audit(session, request, "request_opened", f"{request.number} {request.subject}")
    return Created(id=request.id, changes=_touched(request).with_undo(Undo(
        of=f"service request {request.number}", done=f"Service request {request.number} opened on {account.name}.",
        command=close_request, arguments={"request_id": request.id})))


def change_request(session: Session, *, request_id: int, after: Values, seen: Values) -> ChangeSet:
    """Change subject, text or assignee of an open request; `seen` is what the form had read.

    Raises SavedMeanwhile where somebody else changed the same field.
    """
    account, request = _request(session, request_id)
    now = stored(request)
    changes = wanted_changes(seen=dict.fromkeys(now, "") | dict(seen), now=now,
                             wanted={field: value.strip() for field, value in after.items() if field in now},
                             speech=lambda: _speech(session, account, request))
    if not changes:
        return ChangeSet.empty()
    if request.state == RequestState.CLOSED:
        raise RefusedByRule(f"{request.number} is closed. Open it again to change it.")
    _check(session, account, changes)
    for field, value in changes.items():
        if field == "assignee":
            request.assignee_id = int(value) if value else None
        else:
            setattr(request, field, value)
    session.flush()
    for field, value in changes.items():
        _audit(session, request, "request_changed", request.number, field=f"request_{field}",
               old=_in_words(session, field, now[field]), new=_in_words(session, field, value))
    return _touched(request).with_undo(Undo(
        of=f"change of {request.number}", done=f"Service request {request.number} changed.", command=change_request,
        arguments={"request_id": request_id, "after": {field: now[field] for field in changes}, "seen": changes}))


def close_request(session: Session, *, request_id: int) -> ChangeSet:
    """Close an open request. Raises RefusedByRule, saying who did, where it is closed already."""
    account, request = _request(session, request_id)
    if request.state == RequestState.CLOSED:
        raise RefusedByRule(_closed_already(session, account, request))
    today = business_day(session, account.provider_id)
    request.state, request.closed_on = RequestState.CLOSED.value, today
    request.closed_by, request.closed_recorded_at = actor_of(session), recorded_now(session)
    session.flush()
    _audit(session, request, "request_closed", f"{request.number} {request.subject}")
    return _touched(request).with_undo(Undo(
        of=f"closing of {request.number}", done=f"Service request {request.number} closed.", command=reopen_request,
        arguments={"request_id": request_id}))


def reopen_request(session: Session, *, request_id: int) -> ChangeSet:
    """Open a closed request again; refused where its account takes no request by now."""
    account, request = _request(session, request_id)
    if request.state == RequestState.OPEN:
        raise RefusedByRule(f"{request.number} is open already. Nothing was changed.")
    _refuse_account(session, account)
    request.state = RequestState.OPEN.value
    request.closed_on = request.closed_by = request.closed_recorded_at = None
    session.flush()
    _audit(session, request, "request_reopened", f"{request.number} {request.subject}")
    return _touched(request).with_undo(Undo(
        of=f"opening of {request.number}", done=f"Service request {request.number} opened again.",
        command=close_request, arguments={"request_id": request_id}))


def opening_refusal(session: Session, *, account_id: int) -> str:
    """Why no request can be opened on an account by this person, in words; "" where one can."""
    why_not = changing_refusal(session, account_id=account_id)
    if why_not:
        return why_not
    try:
        _refuse_account(session, require_account(session, account_id, Power.CUSTOMERS_REQUESTS))
    except RefusedByRule as refused:
        return str(refused)
    return ""


def changing_refusal(session: Session, *, account_id: int) -> str:
    """Why this person may not work on the requests of an account, in words; "" where they may."""
    try:
        require_account(session, account_id, Power.CUSTOMERS_REQUESTS, edit=True)
    except NotAllowed as refused:
        return str(refused)
    return ""


def stored(request: ServiceRequest) -> dict[str, str]:
    """The fields of a request that can be changed, as a form has them."""
    return {"subject": request.subject, "text": request.text, "assignee": _as_text(request.assignee_id)}


# --------------------------------------------------------------------------- inside


def _locked(session: Session, account_id: int) -> Account:
    account = require_account(session, account_id, Power.CUSTOMERS_REQUESTS, edit=True)
    lock_row(session, "account", "id", account_id)
    session.refresh(account)
    return account


def _request(session: Session, request_id: int) -> tuple[Account, ServiceRequest]:
    """A request, with its account locked."""
    account_id = session.scalar(select(ServiceRequest.account_id).where(ServiceRequest.id == request_id))
    if account_id is None:
        raise NotFound("There is no such service request.")
    account = _locked(session, account_id)
    return account, session.get_one(ServiceRequest, request_id, populate_existing=True)


def _closed_already(session: Session, account: Account, request: ServiceRequest) -> str:
    if request.closed_recorded_at is None:  # no row is without it; the type allows it
        return f"{request.number} is closed already. Nothing was changed."
    when = moment_text(request.closed_recorded_at, _zone(session, account))
    return f"{request.number} is closed already: {request.closed_by} closed it {when}. Nothing was changed."


def _refuse_account(session: Session, account: Account) -> None:
    if account.type in (AccountType.OPERATOR, AccountType.SYSTEM):
        raise RefusedByRule(f"{account.name} belongs to the program itself and has no service requests.")
    refusal = operation_refusal(Operation.OPEN_REQUEST, name=account.name, status=AccountStatus(account.status),
                                written_off=written_off_since(session, account.id) is not None)
    if refusal:
        raise RefusedByRule(refusal)


def _check(session: Session, account: Account, wanted: dict[str, str]) -> None:
    if "subject" in wanted:
        require_text("subject", "The subject", wanted["subject"])
        if not wanted["subject"]:
            raise RefusedField("subject", "A service request needs a subject.")
        if len(wanted["subject"]) > _SUBJECT_LENGTH:
            raise RefusedField("subject", f"The subject is too long: {counted(_SUBJECT_LENGTH, 'character')} fit. "
                                          "Write the rest into the text.")
    if "text" in wanted:
        require_text("text", "The text", wanted["text"], has_lines=True)
    if wanted.get("assignee"):
        require_colleague(session, provider_id=account.provider_id, staff_id=int(wanted["assignee"]),
                          field="assignee")


def _as_text(staff_id: int | None) -> str:
    return "" if staff_id is None else str(staff_id)


def _in_words(session: Session, field: str, value: str) -> str:
    if field != "assignee" or not value:
        return value
    return session.scalar(select(StaffUser.name).where(StaffUser.id == int(value))) or value


def _speech(session: Session, account: Account, request: ServiceRequest) -> Speech:
    def traces(fields: Collection[str]) -> dict[str, Trace]:
        about = About(kind=Subject.REQUEST, id=request.id)
        found = traces_about(session, about, [f"request_{field}" for field in fields])
        return {field.removeprefix("request_"): trace for field, trace in found.items()}

    return Speech(zone=_zone(session, account), label=lambda field: LABELS[field],
                  text=lambda field, value: _in_words(session, field, value), traces=traces)


def _zone(session: Session, account: Account) -> str:
    return zone_of(session, account.provider_id)


def _audit(
    session: Session, request: ServiceRequest, action: str, detail: str, *, field: str | None = None,
    old: str | None = None, new: str | None = None,
) -> None:
    write_audit(session, provider_id=request.provider_id, account_id=request.account_id, action=action, detail=detail,
                about=About(kind=Subject.REQUEST, id=request.id), field=field, old=old, new=new)


def _touched(request: ServiceRequest) -> ChangeSet:
    return ChangeSet.of(Changed.REQUESTS, accounts={request.account_id})
