"""The audit trail: who did what to whom, written in the transaction of the act, and who changed a field last."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.orm import Session

from app.models.audit import AuditEntry, Subject
from app.models.parties.provider import Provider
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.saving import Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """One thing that an act is about, apart from an account."""

    kind: Subject
    id: int


def write_audit(
    session: Session, *, provider_id: int | None, action: str, detail: str, account_id: int | None = None,
    about: About | None = None, field: str | None = None, old: str | None = None, new: str | None = None,
) -> None:
    """One act; with `field`, from which value to which.

    What is saved from a form names its field and, where it is no account, what it is `about`: that is how the next
    person who saves the same learns who was first.
    """
    session.execute(insert(AuditEntry).values(
        provider_id=provider_id, account_id=account_id, action=action, detail=detail, field=field, old_value=old,
        subject_kind=None if about is None else about.kind.value, subject_id=None if about is None else about.id,
        new_value=new, actor=actor_of(session), recorded_at=recorded_now(session)))


def traces_about(session: Session, about: About, fields: Collection[str]) -> dict[str, Trace]:
    """Who changed fields of a thing last, by field; one that nobody changed on record is missing."""
    return _traces(session, fields, AuditEntry.subject_kind == about.kind.value, AuditEntry.subject_id == about.id)


def traces_on_account(
    session: Session, account_id: int, fields: Collection[str], *, actions: Collection[str]
) -> dict[str, Trace]:
    """Who changed fields of an account last by one of these acts: other acts may have fields of the same name."""
    return _traces(session, fields, AuditEntry.account_id == account_id, AuditEntry.action.in_(list(actions)))


def _traces(session: Session, fields: Collection[str], *of_subject: ColumnElement[bool]) -> dict[str, Trace]:
    newest: Any = select(func.max(AuditEntry.id)).where(
        *of_subject, AuditEntry.field.in_(list(fields))).group_by(AuditEntry.field)
    rows = session.execute(
        select(AuditEntry.field, AuditEntry.actor, AuditEntry.recorded_at).where(AuditEntry.id.in_(newest)))
    return {field: Trace(who=actor, at=at) for field, actor, at in rows if field is not None}


def zone_of(session: Session, provider_id: int) -> str:
    """The time zone in which a provider's people are told when something was done."""
    return session.scalars(select(Provider.time_zone).where(Provider.account_id == provider_id)).one()
