"""What the actions of events say: fields of a template, what is wrong with one, its versions, and how it is saved."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from app.models.audit import Subject
from app.models.base import text_limits
from app.models.events.library import EVENT_TYPE_AT, EventType, Starter
from app.models.events.mapping import EventAction as Switch
from app.models.events.mapping import EventMapping, EventTemplate
from app.models.parties.powers import Power
from app.models.rules.message_template import check
from app.models.values import EventAction
from app.services.access.audit import About, traces_about, write_audit, zone_of
from app.services.access.authorize import require_provider
from app.services.access.beyond import members_of, require_all_of
from app.services.changes import Changed, ChangeSet, Undo
from app.services.database.dialects import lock_row
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.errors import NotFound, RefusedByRule
from app.services.events.html import clean_html
from app.services.files.texts import require_text
from app.services.saving import Speech, wanted_changes
from app.services.wording import counted

FIELDS = ("sender", "recipients", "cc", "bcc", "subject", "html", "text", "attachment", "merge")
LABELS = {"sender": "Sender", "recipients": "Recipients", "cc": "CC", "bcc": "BCC", "subject": "Subject",
          "html": "HTML", "text": "Text", "attachment": "Attachment", "merge": "Merge"}
EMPTY: Mapping[str, str] = {**dict.fromkeys(FIELDS, ""), "attachment": "none", "merge": "no"}
"""A template that says nothing; every field is text, so that forms, files and conflicts speak of one thing."""

FIELDS_OF: Mapping[EventAction, tuple[str, ...]] = {
    EventAction.MESSAGE: FIELDS,
    EventAction.SMS: ("recipients", "text", "merge"),
    EventAction.LETTER: ("subject", "html", "text"),
    EventAction.NOTIFICATION: ("text",),
    EventAction.LOG: ("text",),
}
"""What each action says; other fields of its template are empty."""
TO_WHOM = ("default", "primary", "secondary", "billing")
"""Recipients by their part; anything else is addresses."""
MERGEABLE = frozenset(EVENT_TYPE_AT) - {"auto_suspend", "auto_unsuspend"}
_LIMITS = text_limits(EventTemplate, "sender", "recipients", "cc", "bcc", "subject")
_FILLED = ("subject", "html", "text", "sender", "recipients", "cc", "bcc")
_LONGEST_BODY = 100_000
_ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentProblem:
    """One fault of a template: in which field, where, and what would be right."""

    field: str
    message: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        place = "" if self.line is None else f", line {self.line}, column {self.column}"
        return f"{LABELS[self.field]}{place}: {self.message}"


class TemplateFaults(RefusedByRule):
    """A template cannot be saved as it is."""

    def __init__(self, problems: Collection[ContentProblem]) -> None:
        super().__init__(" ".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a template."""

    id: int
    version: int
    content: Mapping[str, str]
    recorded_at: datetime
    recorded_by: str
    is_current: bool


def content_of(row: EventTemplate | None) -> dict[str, str]:
    """A stored version as fields of text; without one, what says nothing."""
    if row is None:
        return dict(EMPTY)
    return {name: ("yes" if row.merge else "no") if name == "merge" else getattr(row, name) for name in FIELDS}


def starter_content(event: EventType, action: EventAction) -> dict[str, str]:
    """What a new mapping's action says until somebody writes something better."""
    starter: Starter = event.starter
    content = dict(EMPTY)
    if action is EventAction.SMS:
        content["text"] = starter.sms
    elif action is EventAction.MESSAGE or action is EventAction.LETTER:
        paragraphs = starter.text.split("\n\n")
        content["subject"] = starter.subject
        content["html"] = clean_html("\n".join(f"<p>{p.replace(chr(10), '<br>')}</p>" for p in paragraphs))
    return content


def content_problems(event: EventType, action: EventAction, content: Mapping[str, str]) -> list[ContentProblem]:
    """Everything that is wrong with a template, field by field, each with its place."""
    found: list[ContentProblem] = []
    allowed = [variable.name for variable in event.variables]
    usable = FIELDS_OF[action]
    for name in FIELDS:
        value = content.get(name, EMPTY[name])
        if name not in usable:
            if value != EMPTY[name]:
                found.append(ContentProblem(field=name, message=f"{action.label} has no such field; leave it empty."))
            continue
        if name in _FILLED:
            found += [ContentProblem(field=name, message=p.words, line=p.line, column=p.column)
                      for p in check(value, allowed)]
        found += _plain_problems(event, name, value)
    return found


def _plain_problems(event: EventType, name: str, value: str) -> list[ContentProblem]:
    words = _size_problem(name, value) or (_PLAIN_RULES[name](event, name, value) if name in _PLAIN_RULES else "")
    return [ContentProblem(field=name, message=words)] if words else []


def _size_problem(name: str, value: str) -> str:
    room = _LIMITS.get(name, _LONGEST_BODY)
    if len(value) > room:
        return f"It has {counted(len(value), 'character')}; there is room for {room}."
    if name in _LIMITS and value:
        try:
            require_text(name, LABELS[name], value)
        except RefusedByRule as error:
            return str(error)
    return ""


def _address_problem(_event: EventType, name: str, value: str) -> str:
    if not value or value in TO_WHOM:
        return ""
    wrong = [a for a in addresses_in(value) if not _is_address(a)]
    if not wrong:
        return ""
    if name == "recipients":
        return (f'"{wrong[0]}" is no address. Write addresses separated by commas, or one of '
                f"{', '.join(TO_WHOM)}.")
    return f'"{wrong[0]}" is no address. Write addresses separated by commas.'


def _is_address(text: str) -> bool:
    return bool(_ADDRESS.fullmatch(text)) or "%%" in text or text.removeprefix("+").replace(" ", "").isdigit()


def _sender_problem(_event: EventType, _name: str, value: str) -> str:
    fine = not value or "%%" in value or bool(_ADDRESS.search(value))
    return "" if fine else f'"{value}" is no address. Write for instance accounts@company.example.'


def _attachment_problem(event: EventType, _name: str, value: str) -> str:
    if value not in {"none", "invoice"}:
        return 'Write "none" or "invoice".'
    fine = value == "none" or event.can_attach
    return "" if fine else f"{event.name} is about no invoice, so there is nothing to attach."


def _merge_problem(event: EventType, _name: str, value: str) -> str:
    if value not in {"yes", "no"}:
        return 'Write "yes" or "no".'
    return "" if value == "no" or event.key in MERGEABLE else f"Each {event.name} is a message of its own."


_PLAIN_RULES: dict[str, Callable[[EventType, str, str], str]] = {
    "recipients": _address_problem, "cc": _address_problem, "bcc": _address_problem, "sender": _sender_problem,
    "attachment": _attachment_problem, "merge": _merge_problem,
}


def addresses_in(text: str) -> list[str]:
    """Addresses of a list that commas or semicolons separate."""
    return [part.strip() for part in re.split("[;,]", text) if part.strip()]


def says_something(action: EventAction, content: Mapping[str, str]) -> bool:
    """Whether there is something to send; a log and a notification say the name of the event without a text."""
    match action:
        case EventAction.MESSAGE:
            return bool(content["subject"].strip() and (content["html"].strip() or content["text"].strip()))
        case EventAction.LETTER:
            return bool(content["html"].strip() or content["text"].strip())
        case EventAction.SMS:
            return bool(content["text"].strip())
        case _:
            return True


# --------------------------------------------------------------------------- saving


def set_template(
    session: Session, *, mapping_id: int, action: EventAction, content: Mapping[str, str], seen: Mapping[str, str],
) -> ChangeSet:
    """Save what an action says as a new version; fields that are not named stay as they are.

    Raises TemplateFaults naming every field, line and column that is wrong, SavedMeanwhile where somebody else changed
    the same fields since `seen`.
    """
    mapping = locked_mapping(session, mapping_id)
    event = EVENT_TYPE_AT[mapping.event]
    switch = session.get(Switch, (mapping_id, action.value), populate_existing=True)
    current = None if switch is None or switch.template_id is None else session.get(EventTemplate, switch.template_id)
    now = content_of(current)
    wanted = {name: content[name].strip() for name in FIELDS if name in content}
    if "html" in wanted:
        wanted["html"] = clean_html(wanted["html"])
    problems = content_problems(event, action, {**now, **wanted})
    if problems:
        raise TemplateFaults(problems)
    changed = wanted_changes(seen={**EMPTY, **seen}, now=now, wanted=wanted,
                             speech=lambda: _speech(session, mapping, action))
    if not changed:
        return ChangeSet.empty()
    after = {**now, **changed}
    if switch is not None and switch.enabled and not says_something(action, after):
        raise RefusedByRule(f"{action.label} of {event.name} is on and would have nothing to say. Switch it off first.")
    write_version(session, mapping, action, after)
    for name in changed:
        write_audit(session, provider_id=mapping.provider_id, action="template_saved", about=about(mapping_id),
                    detail=f"{event.name}, {action.label}: {LABELS[name]} changed.", field=f"{action.value}.{name}",
                    old=now[name], new=after[name])
    return ChangeSet.of(Changed.EVENTS).with_undo(Undo(
        of=f"template of {event.name}, {action.label}", done=f"Template of {event.name}, {action.label}, saved.",
        command=set_template,
        arguments={"mapping_id": mapping_id, "action": action, "content": {name: now[name] for name in changed},
                   "seen": {name: after[name] for name in changed}}))


def write_version(session: Session, mapping: EventMapping, action: EventAction, content: Mapping[str, str]) -> int:
    """Write a version and make it the one that is used; returns its id."""
    newest = session.scalar(select(func.max(EventTemplate.version)).where(
        EventTemplate.mapping_id == mapping.id, EventTemplate.action == action.value)) or 0
    values: dict[str, Any] = {name: content[name] for name in FIELDS if name != "merge"}
    template = EventTemplate(mapping_id=mapping.id, action=action.value, version=newest + 1,
                             merge=content["merge"] == "yes", recorded_at=recorded_now(session),
                             recorded_by=actor_of(session), **values)
    session.add(template)
    session.flush()
    key = {"mapping_id": mapping.id, "action": action.value}
    if session.get(Switch, (mapping.id, action.value)) is None:
        session.execute(insert(Switch).values(**key, enabled=False, template_id=template.id))
    else:
        session.execute(update(Switch).where(Switch.mapping_id == mapping.id, Switch.action == action.value)
                        .values(template_id=template.id))
    return template.id


def restore_version(
    session: Session, *, mapping_id: int, action: EventAction, version: int, seen: Mapping[str, str]
) -> ChangeSet:
    """Make an earlier version's words the newest version. Raises SavedMeanwhile like any other save."""
    row = session.scalars(select(EventTemplate).where(
        EventTemplate.mapping_id == mapping_id, EventTemplate.action == action.value,
        EventTemplate.version == version)).one_or_none()
    if row is None:
        raise NotFound(f"There is no version {version} of this template.")
    return set_template(session, mapping_id=mapping_id, action=action, content=content_of(row), seen=seen)


def template_versions(session: Session, *, mapping_id: int, action: EventAction) -> list[Version]:
    """Every version of a template, newest first."""
    require_mapping(session, mapping_id, Power.EVENTS)
    current = session.scalar(select(Switch.template_id).where(
        Switch.mapping_id == mapping_id, Switch.action == action.value))
    rows = session.scalars(select(EventTemplate).where(
        EventTemplate.mapping_id == mapping_id, EventTemplate.action == action.value).order_by(EventTemplate.id.desc()))
    return [Version(id=row.id, version=row.version, content=content_of(row), recorded_at=row.recorded_at,
                    recorded_by=row.recorded_by, is_current=row.id == current) for row in rows]


def template_content(session: Session, *, mapping_id: int, action: EventAction) -> dict[str, str]:
    """The words that an action says now."""
    require_mapping(session, mapping_id, Power.EVENTS)
    switch = session.get(Switch, (mapping_id, action.value), populate_existing=True)
    return content_of(None if switch is None or switch.template_id is None
                      else session.get(EventTemplate, switch.template_id))


def require_mapping(session: Session, mapping_id: int, power: Power) -> EventMapping:
    """The mapping, where the person has the power and works for its provider or one above."""
    mapping = session.get(EventMapping, mapping_id, populate_existing=True)
    if mapping is None:
        raise NotFound("There is no such event mapping any more.")
    require_provider(session, mapping.provider_id, power)
    return mapping


def locked_mapping(session: Session, mapping_id: int) -> EventMapping:
    """The mapping, to be changed: its profile's members are all within reach, and nobody else changes it now."""
    mapping = require_mapping(session, mapping_id, Power.EVENTS_EDIT)
    lock_row(session, "account_profile", "id", mapping.profile_id)
    require_all_of(session, members_of(session, mapping.profile_id))
    return require_mapping(session, mapping_id, Power.EVENTS_EDIT)


def about(mapping_id: int) -> About:
    """An act about a mapping."""
    return About(kind=Subject.EVENT_MAPPING, id=mapping_id)


def _speech(session: Session, mapping: EventMapping, action: EventAction) -> Speech:
    def traces(fields: Collection[str]) -> dict[str, Any]:
        found = traces_about(session, about(mapping.id), [f"{action.value}.{name}" for name in fields])
        return {key.removeprefix(f"{action.value}."): trace for key, trace in found.items()}

    return Speech(zone=zone_of(session, mapping.provider_id), label=LABELS.__getitem__,
                  text=lambda _field, value: value or "", traces=traces)
