"""What would be sent: a template, stored or being written, filled for a real account, document, service and day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Select, case, select
from sqlalchemy.orm import Session

from app.models.events.library import EVENT_TYPE_AT, EventKind, EventType
from app.models.events.mapping import EventAction as Switch
from app.models.events.mapping import EventMapping, EventTemplate
from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.profile import AccountProfile
from app.models.parties.service import Service
from app.models.values import EventAction, ServiceState, TransactionKind, TransactionState
from app.services.access.authorize import require_account
from app.services.errors import NotFound, RefusedByRule
from app.services.events.mappings import event_type
from app.services.events.templates import content_of, require_mapping
from app.services.ledger.reading import open_invoices
from app.services.outbox.attachments import oversized
from app.services.outbox.figures import Cause, read_figures
from app.services.outbox.parties import read_parties
from app.services.outbox.rendering import Content, RenderedMessage, names_used, render_words
from app.services.providers.business_day import business_day
from app.services.wording import day_text


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewDocument:
    """An invoice or a payment that a preview may speak of."""

    id: int
    number: str
    posted_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewService:
    """A service that a preview may speak of."""

    id: int
    identifier: str
    name: str


_OFFERED = 100


def documents_to_preview(session: Session, *, account_id: int, event: str) -> list[PreviewDocument]:
    """The invoices of an account, or its payments where the event is about one: the newest first."""
    require_account(session, account_id, Power.EVENTS)
    return [PreviewDocument(id=row.id, number=row.number, posted_on=row.effective_on)
            for row in session.execute(_documents(EVENT_TYPE_AT[event], account_id).limit(_OFFERED))]


def services_to_preview(session: Session, *, account_id: int) -> list[PreviewService]:
    """The services of an account, those in use first."""
    require_account(session, account_id, Power.EVENTS)
    return [PreviewService(id=row.id, identifier=row.identifier, name=row.name)
            for row in session.execute(_services(account_id).limit(_OFFERED))]


def document_of(session: Session, *, account_id: int, event: str, number: str) -> int:
    """The invoice of an account with a number, or the payment where the event is about one."""
    account = require_account(session, account_id, Power.EVENTS)
    kind = EVENT_TYPE_AT[event]
    if not (kind.about_invoice or kind.about_payment):
        raise RefusedByRule(f"{kind.name} is about no invoice. Leave the invoice out.")
    found: int | None = session.scalar(_documents(kind, account_id, number))
    if found is None:
        what = "payment" if kind.about_payment else "posted invoice"
        raise NotFound(f'{account.name} has no {what} with the number "{number}".')
    return found


def service_of(session: Session, *, account_id: int, event: str, identifier: str) -> int:
    """The service of an account with an identifier."""
    account = require_account(session, account_id, Power.EVENTS)
    kind = EVENT_TYPE_AT[event]
    if kind.kind is not EventKind.SERVICE:
        raise RefusedByRule(f"{kind.name} is about no service. Leave the service out.")
    found = session.scalar(select(Service.id).where(Service.account_id == account_id, Service.identifier == identifier))
    if found is None:
        raise NotFound(f'{account.name} has no service with the identifier "{identifier}".')
    return found


def render_message(
    session: Session, *, content: Content | None, event: str, action: EventAction, account_id: int,
    document_id: int | None = None, service_id: int | None = None, as_of: date | None = None,
) -> RenderedMessage:
    """The message as it would be sent for an event of a day, today where none is given, by what is known now.

    Without a document or service an event about one takes the newest, an open one before others, or the first service
    in use, and says so in a warning. Raises NotFound for one of another account.
    Nothing is written. A template that cannot be filled, as anything else that keeps it back, is its `why_not`.
    """
    account = require_account(session, account_id, Power.EVENTS)
    _require_own(session, account, document_id=document_id, service_id=service_id)
    kind = EVENT_TYPE_AT[event]
    on = as_of or business_day(session, account.provider_id)
    warnings: list[str] = []
    if document_id is None and (kind.about_invoice or kind.about_payment):
        document_id = _newest(session, kind, account, on, warnings)
    if service_id is None and kind.kind is EventKind.SERVICE:
        service_id = _first(session, account, warnings)
    cause = Cause(event=event, account_id=account_id, effective_on=on, known_at=None, document_id=document_id,
                  service_id=service_id)
    message = _rendered(session, content=content, action=action, cause=cause)
    if document_id is not None:
        warnings += _odd_day(session, kind, document_id, on)
        if message.attachment == "invoice":
            warnings += oversized(session, [document_id]).values()
    return replace(message, warnings=(*warnings, *message.warnings))


def _require_own(session: Session, account: Account, *, document_id: int | None, service_id: int | None) -> None:
    """Refuse what belongs to another account, which the person may not see."""
    t = FinancialTransaction
    for id_, column, owner, what in ((document_id, t.id, t.account_id, "document"),
                                     (service_id, Service.id, Service.account_id, "service")):
        if id_ is not None and session.scalar(select(owner).where(column == id_)) != account.id:
            raise NotFound(f"{account.name} has no such {what}.")


def render_stored(
    session: Session, *, mapping_id: int, action: EventAction, account_id: int, document_id: int | None = None,
    service_id: int | None = None, as_of: date | None = None,
) -> RenderedMessage:
    """The same by the words that an action of a mapping has now, whether it is on or off; it says which in a warning.

    Raises RefusedByRule where the event has no such action.
    """
    mapping = require_mapping(session, mapping_id, Power.EVENTS)
    kind = event_type(mapping.event)
    if action not in kind.actions:
        names = ", ".join(each.value for each in kind.actions)
        raise RefusedByRule(f"{kind.name} has no action {action.value}. It has: {names}.")
    switch = session.get(Switch, (mapping_id, action.value))
    template = None if switch is None or switch.template_id is None else session.get(EventTemplate, switch.template_id)
    message = render_message(
        session, content=None if template is None else content_of(template), event=mapping.event, action=action,
        account_id=account_id, document_id=document_id, service_id=service_id, as_of=as_of)
    return replace(message, warnings=(*_how_it_stands(session, mapping, account_id, switch), *message.warnings))


def _how_it_stands(session: Session, mapping: EventMapping, account_id: int, switch: Switch | None) -> list[str]:
    """Why nothing would be sent to this account now, whatever the words are."""
    account = session.get_one(Account, account_id)
    found = []
    if switch is None or not switch.enabled:
        found.append("This action is off, so nothing is sent.")
    if account.profile_id != mapping.profile_id:
        own = session.get_one(AccountProfile, account.profile_id).name
        found.append(f"{account.name} is in the profile {own}, so it gets what that profile sends.")
    return found


def _rendered(session: Session, *, content: Content | None, action: EventAction, cause: Cause) -> RenderedMessage:
    """The message for one cause, made as composing makes it."""
    parties = read_parties(session, [cause.account_id])
    names = names_used([] if content is None else [content])
    (figures,) = read_figures(session, [cause], parties, names)
    return render_words(content, action=action, cause=cause, party=parties[cause.account_id], figures=figures)


def _documents(kind: EventType, account_id: int, number: str | None = None) -> Select[*tuple[Any, ...]]:
    t = FinancialTransaction
    wanted = TransactionKind.PAYMENT if kind.about_payment else TransactionKind.INVOICE
    query: Select[*tuple[Any, ...]] = select(t.id, t.number, t.effective_on).where(
        t.account_id == account_id, t.kind == wanted.value, t.state == TransactionState.POSTED.value)
    return (query if number is None else query.where(t.number == number)).order_by(t.effective_on.desc(), t.id.desc())


def _services(account_id: int) -> Select[*tuple[Any, ...]]:
    in_use = case((Service.state.in_([ServiceState.ACTIVE.value, ServiceState.RESTRICTED.value]), 0), else_=1)
    query: Select[*tuple[Any, ...]] = select(Service.id, Service.identifier, Service.name)
    return query.where(Service.account_id == account_id).order_by(in_use, Service.id)


def _newest(session: Session, kind: EventType, account: Account, on: date, warnings: list[str]) -> int:
    """The newest invoice of which something is open on a day, else the newest of all; or the newest payment."""
    what = "payment" if kind.about_payment else "posted invoice"
    if kind.about_invoice:
        invoices = open_invoices(session, FinancialTransaction.account_id == account.id, on)
        row = session.execute(select(invoices.c.id, invoices.c.number).order_by(invoices.c.id.desc()).limit(1)).first()
        if row is not None:
            warnings.append(f"Shown for the newest invoice that is open, {row.number}.")
            return int(row.id)
    row = session.execute(_documents(kind, account.id).limit(1)).first()
    if row is None:
        raise RefusedByRule(f"{account.name} has no {what} that {kind.name} could be about.")
    warnings.append(f"Shown for the newest {what}, {row.number}.")
    return int(row.id)


def _first(session: Session, account: Account, warnings: list[str]) -> int | None:
    row = session.execute(_services(account.id).limit(1)).first()
    if row is None:
        warnings.append(f"{account.name} has no service, so nothing is said of one.")
        return None
    warnings.append(f"Shown for the service {row.identifier}.")
    return int(row.id)


def _odd_day(session: Session, kind: EventType, document_id: int, on: date) -> list[str]:
    """What is odd about a document on a day: it was not there yet, or nobody would be reminded of it."""
    t = FinancialTransaction
    row = session.execute(select(t.number, t.effective_on).where(t.id == document_id)).one()
    if row.effective_on > on:
        return [f"{row.number} was posted on {day_text(row.effective_on)}, after {day_text(on)}: on that day nothing "
                "of it was open."]
    if kind.is_polled and kind.about_invoice:
        invoices = open_invoices(session, t.id == document_id, on)
        if not session.scalar(select(invoices.c.payable)):
            return [f"Nothing of {row.number} may be asked for on {day_text(on)}, so nobody would be reminded of it."]
    return []
