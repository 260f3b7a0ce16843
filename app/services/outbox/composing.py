"""Putting the words into messages that were raised: once, by the version of the template at their cause.

A message is raised without words in the transaction of its cause, and composed soon after: by whoever raised it right
behind its commit, else by whoever lists or delivers (ARCHITECTURE.md, "Messages"). What is stored is what a preview
shows, to the byte. Nothing is locked: two programs that compose the same rows write the same, and the second finds them
done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, func, literal, select, text, update
from sqlalchemy.orm import Session

from app.models.base import Instant
from app.models.events.library import EVENT_TYPE_AT, EventKind
from app.models.events.mapping import EventTemplate
from app.models.events.outbox import WORDLESS, OutboxMessage
from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account
from app.models.parties.contact import AccountContact
from app.models.rules.sms_segments import count_segments
from app.models.values import EventAction, OutboxState
from app.services.database.dialects import among
from app.services.database.unit_of_work import Database, recorded_now
from app.services.events.html import text_to_html
from app.services.events.templates import MERGEABLE, content_of
from app.services.invoicing.statements import freeze_statements
from app.services.jobs import JobContext, Progress
from app.services.ledger.plan_events import plan_of_cause
from app.services.outbox.attachments import oversized
from app.services.outbox.figures import Cause, read_figures
from app.services.outbox.parties import read_parties
from app.services.outbox.rendering import Content, RenderedMessage, names_used, render_words

CHUNK = 500
"""Messages that are composed in one transaction; those of one contact are never parted."""
_LONGEST_REASON = 400
_RULE = "\n\n" + "-" * 40 + "\n\n"


def compose_waiting(
    database: Database, context: JobContext | None = None, *, provider_id: int | None = None, run_id: int | None = None
) -> int:
    """Put the words into every message that has none, of one provider or one run where it is named; returns how many.

    Chunk by chunk, each in its own transaction: whoever is stopped in the middle leaves the rest to the next.
    """
    context = context or JobContext()
    with database.read() as session:
        chunks = list(_chunks(session, _scope(provider_id, run_id)))
        has_plain = session.scalar(
            select(OutboxMessage.id).where(*_scope(provider_id, run_id), _is_plain()).limit(1)) is not None
    total, done, in_office = sum(map(len, chunks)), 0, 0
    if has_plain:
        in_office = database.attempt(partial(compose_in_office, provider_id=provider_id, run_id=run_id))
    for chunk in chunks:
        context.raise_if_cancelled()
        done += database.attempt(partial(compose, message_ids=chunk))
        context.report(Progress(done=done, total=total, note="Writing messages"))
    return done + in_office


def _scope(provider_id: int | None, run_id: int | None) -> list[Any]:
    """Conditions on `OutboxMessage`: it has no words yet, and is of the provider or run that is named."""
    conditions: list[Any] = [text(WORDLESS)]
    if provider_id is not None:
        conditions.append(OutboxMessage.provider_id == provider_id)
    if run_id is not None:
        conditions.append(OutboxMessage.scan_run_id == run_id)
    return conditions


_IN_OFFICE: Final = sorted(action.value for action in EventAction if not action.leaves)


def _is_plain() -> ColumnElement[bool]:
    """Whether a row stays in the office and has no template: its words are those of its event."""
    return OutboxMessage.template_id.is_(None) & OutboxMessage.action.in_(_IN_OFFICE)


def compose_in_office(session: Session, *, provider_id: int | None = None, run_id: int | None = None) -> int:
    """Put the words into notifications and rows of the log that have no template, with one statement per event.

    Returns how many had none.
    A scan with its log on raises as many as it suspends; they say what `render_words` says without a template.
    """
    scope = (*_scope(provider_id, run_id), _is_plain())
    m = OutboxMessage
    of_account = select(Account.name.concat(" (").concat(Account.code).concat(").")).where(Account.id == m.account_id)
    done = 0
    for event in session.scalars(select(m.event).where(*scope).distinct()).all():
        name, is_process = EVENT_TYPE_AT[event].name, EVENT_TYPE_AT[event].kind is EventKind.PROCESS
        about = m.state_reason if is_process else of_account.scalar_subquery()
        written = session.execute(
            update(m).where(*scope, m.event == event)
            .values(subject=name, text=literal(f"{name}: ").concat(about), composed_at=recorded_now(session))
            .returning(m.id).execution_options(synchronize_session=False))
        done += len(written.all())
    return done


def _chunks(session: Session, scope: Sequence[Any]) -> Iterator[list[int]]:
    """Ids of messages without words, those of one contact behind one another and in one chunk."""
    waiting = select(OutboxMessage.id, OutboxMessage.account_id).where(*scope, ~_is_plain()).subquery("waiting")
    contact = func.coalesce(AccountContact.contact_id, 0)
    rows = session.execute(
        select(waiting.c.id, contact.label("contact_id"))
        .outerjoin(AccountContact, (AccountContact.account_id == waiting.c.account_id) & AccountContact.is_billing)
        .order_by(contact, waiting.c.account_id, waiting.c.id))
    chunk: list[int] = []
    last = -1
    for id_, contact_id in rows:
        if len(chunk) >= CHUNK and contact_id != last:
            yield chunk
            chunk = []
        chunk.append(id_)
        last = contact_id
    if chunk:
        yield chunk


# --------------------------------------------------------------------------- one chunk


@dataclass(slots=True)
class _Written:
    """A row on its way from raised to written."""

    row: Any
    content: Content | None
    message: RenderedMessage
    state: OutboxState
    reason: str
    repeats_id: int | None = None


def compose(session: Session, *, message_ids: Sequence[int]) -> int:
    """Put the words into some messages and return how many had none; what was sent meanwhile stays as it is.

    What cannot be sent becomes `suppressed`, what carries too large an invoice `held`, both with the reason; several
    messages to one contact become one where their templates say so.
    """
    m = OutboxMessage
    document_at = select(FinancialTransaction.recorded_at).where(FinancialTransaction.id == m.invoice_id)
    rows = session.execute(
        select(m.id, m.provider_id, m.account_id, m.event, m.action, m.template_id, m.service_id, m.invoice_id,
               m.effective_on, m.recorded_at, m.state, m.state_reason, m.repeats_id, m.message_key,
               document_at.scalar_subquery().label("document_at"))
        .where(among(session, m.id, list(message_ids)), *_scope(None, None)).order_by(m.id)).all()
    if not rows:
        return 0
    written = _rendered(session, rows)
    _hold_oversized(session, written)
    _merge(written)
    now = recorded_now(session)
    session.execute(_WRITING, [_parameters(each) | {"p_now": now} for each in written])
    return len(written)


def _rendered(session: Session, rows: Sequence[Any]) -> list[_Written]:
    contents = _contents(session, {row.template_id for row in rows} - {None})
    parties = read_parties(session, (row.account_id for row in rows))
    causes = [_cause(row) for row in rows]
    figures = read_figures(session, causes, parties, names_used(contents.values()))
    written = []
    for row, cause, values in zip(rows, causes, figures, strict=True):
        content = contents.get(row.template_id)
        message = render_words(content, action=EventAction(row.action), cause=cause, party=parties[row.account_id],
                               figures=values)
        written.append(_judged(row, content, message))
    return written


def _contents(session: Session, template_ids: Iterable[int]) -> Mapping[int, Content]:
    ids = sorted(set(template_ids))
    return {template.id: content_of(template) for template in session.scalars(
        select(EventTemplate).where(among(session, EventTemplate.id, ids)))} if ids else {}


def _cause(row: Any) -> Cause:
    kind = EVENT_TYPE_AT[row.event]
    is_process = kind.kind is EventKind.PROCESS
    # What it speaks of was known, even where a clock was put back between the two.
    known_at = row.recorded_at if row.document_at is None else max(row.recorded_at, row.document_at)
    return Cause(event=row.event, account_id=row.account_id, effective_on=row.effective_on, known_at=known_at,
                 document_id=row.invoice_id, service_id=row.service_id,
                 plan_id=plan_of_cause(row.message_key) if kind.about_plan else None,
                 process_result=row.state_reason if is_process else "")


def _judged(row: Any, content: Content | None, message: RenderedMessage) -> _Written:
    """Where a message stands once it has words: as before, or suppressed. In the office an event is always told."""
    if message.why_not is None:
        return _Written(row, content, message, OutboxState(row.state), row.state_reason)
    if not message.action.leaves:
        return _Written(row, content, message, OutboxState(row.state), message.why_not.words)
    return _Written(row, content, message, OutboxState.SUPPRESSED, message.why_not.words)


def _hold_oversized(session: Session, written: Sequence[_Written]) -> None:
    """Freeze what is attached, so that it is drawn alike whenever it is sent, and hold what is too large."""
    carrying = {each.row.invoice_id: each for each in written
                if each.message.attachment == "invoice" and each.row.invoice_id is not None}
    if not carrying:
        return
    freeze_statements(session, carrying)
    large = oversized(session, carrying)
    for each in written:
        if each.row.invoice_id in large and each.message.attachment == "invoice" and each.state is OutboxState.QUEUED:
            each.state, each.reason = OutboxState.HELD, large[each.row.invoice_id]


def _merge(written: Sequence[_Written]) -> None:
    """Make one message of those that go to one contact at one time, where each template says so."""
    together: dict[tuple[Any, ...], list[_Written]] = defaultdict(list)
    for each in written:
        if _may_merge(each):
            message, row = each.message, each.row
            together[row.provider_id, row.action, row.effective_on, message.sender, message.recipients, message.cc,
                     message.bcc].append(each)
    for several in together.values():
        if len(several) > 1:
            first, *others = several
            first.message = merged([each.message for each in several])
            for other in others:
                other.state, other.reason = OutboxState.CANCELLED, f"It went out together with message {first.row.id}."
                other.repeats_id = first.row.id


def _may_merge(each: _Written) -> bool:
    return (each.content is not None and each.content["merge"] == "yes" and each.row.event in MERGEABLE
            and each.state is OutboxState.QUEUED and each.message.attachment == "none"
            and each.message.action in {EventAction.MESSAGE, EventAction.SMS} and each.row.repeats_id is None)


def merged(messages: Sequence[RenderedMessage]) -> RenderedMessage:
    """One message that says what several would have said, in their order, under the subject of the first."""
    first = messages[0]
    if first.action is EventAction.SMS:
        text_ = "\n".join(message.text for message in messages)
        return replace(first, text=text_, sms=count_segments(text_))
    subjects = list(dict.fromkeys(message.subject for message in messages))
    more = len(subjects) - 1
    html = ""
    if any(message.html for message in messages):
        html = "<hr>".join(message.html or text_to_html(message.text) for message in messages)
    return replace(first, subject=f"{first.subject} (and {more} more)" if more else first.subject, html=html,
                   text=_RULE.join(message.text for message in messages))


def _parameters(each: _Written) -> dict[str, Any]:
    message = each.message
    return {
        "p_id": each.row.id, "p_seen": each.row.state, "p_sender": message.sender,
        "p_recipient": ", ".join(message.recipients), "p_cc": ", ".join(message.cc), "p_bcc": ", ".join(message.bcc),
        "p_subject": message.subject, "p_html": message.html, "p_text": message.text,
        "p_attachment": message.attachment, "p_segments": message.segments, "p_state": each.state.value,
        "p_reason": each.reason[:_LONGEST_REASON], "p_repeats": each.repeats_id or each.row.repeats_id,
    }


_OUTBOX: Any = OutboxMessage.__table__
_WRITING = update(_OUTBOX).where(
    _OUTBOX.c.id == bindparam("p_id"), _OUTBOX.c.state == bindparam("p_seen"), _OUTBOX.c.composed_at.is_(None),
).values(
    composed_at=bindparam("p_now", type_=Instant()), repeats_id=bindparam("p_repeats"), state=bindparam("p_state"),
    state_reason=bindparam("p_reason"),
    **{name: bindparam(f"p_{name}") for name in ("sender", "recipient", "cc", "bcc", "subject", "html", "text",
                                                 "attachment", "segments")},
)
