"""What the editor of templates shows of all channels of an event at once, and trials sent to whoever writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.events.library import EVENT_TYPE_AT, EventKind
from app.models.events.mapping import EventAction as Switch
from app.models.events.mapping import EventTemplate
from app.models.events.outbox import OutboxMessage
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.provider import Provider
from app.models.parties.staff import StaffUser
from app.models.values import AccountType, EventAction, OutboxState, fold
from app.services.access.authorize import authorize, require_account, require_provider, visible
from app.services.changes import Changed, ChangeSet, Created
from app.services.database.unit_of_work import recorded_now
from app.services.errors import RefusedByRule
from app.services.events.mappings import switchable
from app.services.events.templates import TemplateFaults, content_of, content_problems, require_mapping
from app.services.gateways.settings import sms_price
from app.services.outbox.addresses import mail_address, mobile_number
from app.services.outbox.preview import (
    PreviewDocument,
    PreviewService,
    documents_to_preview,
    render_message,
    services_to_preview,
)
from app.services.outbox.rendering import Content, RenderedMessage
from app.services.providers.business_day import business_day
from app.services.wording import day_text

_TRIAL = "A trial, sent to its writer alone."
_OFFERED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewAccount:
    """An account that a preview may be for."""

    id: int
    code: str
    name: str
    profile_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewChoices:
    """What of an account a preview may speak of."""

    documents: tuple[PreviewDocument, ...]
    services: tuple[PreviewService, ...]
    has_documents: bool
    """Whether the event is about an invoice or a payment at all."""
    has_services: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPreview:
    """What one action of an event would do for an account."""

    action: EventAction
    is_on: bool
    message: RenderedMessage | None
    """None where there is a refusal."""
    refusal: str
    day_words: str
    """For which day it is shown."""
    cost: str = ""
    """What a text message costs, with its currency; empty where its price is not set or nothing leaves."""


def accounts_to_preview(
    session: Session, *, provider_id: int, profile_id: int, text: str, limit: int = _OFFERED
) -> list[PreviewAccount]:
    """Customers of a profile whose name or code holds a text, by name; the first ones where the text is empty."""
    require_provider(session, provider_id, Power.EVENTS)
    query = select(Account.id, Account.code, Account.name, Account.profile_id).where(
        Account.provider_id == provider_id, Account.profile_id == profile_id,
        Account.type == AccountType.END_USER.value, visible(session))
    for word in fold(text).split():
        query = query.where(Account.search_text.contains(word, autoescape=True))
    rows = session.execute(query.order_by(Account.name_key, Account.id).limit(limit))
    return [PreviewAccount(id=row.id, code=row.code, name=row.name, profile_id=row.profile_id) for row in rows]


def choices_to_preview(session: Session, *, account_id: int, event: str) -> PreviewChoices:
    """The documents and services of an account that an event may be about, newest and most in use first."""
    kind = EVENT_TYPE_AT[event]
    has_documents = kind.about_invoice or kind.about_payment
    has_services = kind.kind is EventKind.SERVICE
    require_account(session, account_id, Power.EVENTS)
    documents = documents_to_preview(session, account_id=account_id, event=event) if has_documents else []
    services = services_to_preview(session, account_id=account_id) if has_services else []
    return PreviewChoices(documents=tuple(documents), services=tuple(services), has_documents=has_documents,
                          has_services=has_services)


def preview_channels(
    session: Session, *, mapping_id: int, drafts: Mapping[EventAction, Content], account_id: int,
    document_id: int | None = None, service_id: int | None = None, as_of: date | None = None,
) -> tuple[ChannelPreview, ...]:
    """What every action of a mapping would send, by its stored words or by those of `drafts`, on or off."""
    mapping = require_mapping(session, mapping_id, Power.EVENTS)
    account = require_account(session, account_id, Power.EVENTS)
    on = as_of or business_day(session, account.provider_id)
    switches = {row.action: row for row in session.scalars(select(Switch).where(Switch.mapping_id == mapping_id))}
    found = []
    for action in switchable(EVENT_TYPE_AT[mapping.event]):
        switch = switches.get(action.value)
        template = None if switch is None or switch.template_id is None else (
            session.get(EventTemplate, switch.template_id))
        content = drafts.get(action) or (None if template is None else content_of(template))
        message, refusal = None, ""
        try:
            message = render_message(session, content=content, event=mapping.event, action=action,
                                     account_id=account_id, document_id=document_id, service_id=service_id,
                                     as_of=as_of)
        except RefusedByRule as error:
            refusal = str(error)
        cost = _cost(session, account, message) if action is EventAction.SMS and message is not None else ""
        found.append(ChannelPreview(action=action, is_on=switch is not None and switch.enabled, message=message,
                                    refusal=refusal, day_words=f"As it would be sent for {day_text(on)}.", cost=cost))
    return tuple(found)


def _cost(session: Session, account: Account, message: RenderedMessage) -> str:
    """What a text message costs by the price of its provider's gateway: "0.16 AUD"."""
    price = sms_price(session, provider_id=account.provider_id)
    if price is None or not message.segments:
        return ""
    currency = session.get_one(Provider, account.provider_id).currency
    return f"{price * message.segments:f} {currency}"


def trial_address(session: Session, *, action: EventAction) -> str:
    """Where a trial goes without asking: the address of whoever acts; empty where none is known."""
    principal = authorize(session, Power.EVENTS_EDIT)
    if principal.staff_id is None or action is not EventAction.MESSAGE:
        return ""
    return mail_address(session.scalar(select(StaffUser.email).where(StaffUser.id == principal.staff_id)) or "")


def send_trial(
    session: Session, *, mapping_id: int, action: EventAction, content: Content, account_id: int, to: str,
    document_id: int | None = None, service_id: int | None = None, as_of: date | None = None,
) -> Created:
    """Put into the outbox what an account would get, to one address of the writer's own, marked as a trial.

    Nobody else gets it, neither CC nor BCC. Raises TemplateFaults where the words could not be saved, RefusedByRule
    where there is nothing to send or the address is none.
    """
    mapping = require_mapping(session, mapping_id, Power.EVENTS_EDIT)
    account = require_account(session, account_id, Power.EVENTS_EDIT)
    problems = content_problems(EVENT_TYPE_AT[mapping.event], action, content)
    if problems:
        raise TemplateFaults(problems)
    message = _rendered_to(session, content, to, event=mapping.event, action=action, account_id=account_id,
                           document_id=document_id, service_id=service_id, as_of=as_of)
    row = OutboxMessage(
        provider_id=account.provider_id, account_id=account_id, event=mapping.event, action=action.value,
        period_days=mapping.period_days, mapping_id=mapping_id, service_id=service_id, invoice_id=document_id,
        message_key=f"trial/{uuid4().hex}", effective_on=as_of or business_day(session, account.provider_id),
        recorded_at=recorded_now(session), state=OutboxState.QUEUED.value, state_reason=_TRIAL,
        composed_at=recorded_now(session), sender=message.sender, recipient=", ".join(message.recipients),
        subject=message.subject, html=message.html, text=message.text, attachment=message.attachment,
        segments=message.segments)
    session.add(row)
    session.flush()
    return Created(id=row.id, changes=ChangeSet.of(Changed.OUTBOX, accounts={account_id}))


def _rendered_to(
    session: Session, content: Content, to: str, *, event: str, action: EventAction, account_id: int,
    document_id: int | None, service_id: int | None, as_of: date | None,
) -> RenderedMessage:
    """The message as it would be sent, but to this one address."""
    address = mobile_number(to) if action is EventAction.SMS else mail_address(to)
    if not address:
        what = "mobile number" if action is EventAction.SMS else "e-mail address"
        raise RefusedByRule(f'"{to}" is no {what}.')
    message = render_message(session, content={**content, "recipients": address, "cc": "", "bcc": ""}, event=event,
                             action=action, account_id=account_id, document_id=document_id, service_id=service_id,
                             as_of=as_of)
    if message.why_not is not None:
        raise RefusedByRule(message.why_not.words)
    return replace(message, recipients=(address,))
