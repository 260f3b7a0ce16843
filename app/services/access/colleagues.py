"""Whom of the staff something of a provider can be given to: active people of the provider or of one above it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from app.models.parties.powers import Power
from app.models.parties.staff import StaffUser
from app.services.access.authorize import authorize
from app.services.access.walks import above
from app.services.errors import RefusedField


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """One person who can be chosen."""

    id: int
    login: str
    name: str


def colleagues(session: Session, *, provider_id: int) -> list[Colleague]:
    """Everybody who can be chosen at a provider, by name."""
    authorize(session, Power.CUSTOMERS)
    return [_colleague(row) for row in session.execute(_at(provider_id).order_by(func.lower(StaffUser.name),
                                                                               StaffUser.id))]


def require_colleague(session: Session, *, provider_id: int, staff_id: int, field: str) -> Colleague:
    """One of them by id. Raises RefusedField for anybody else."""
    authorize(session, Power.CUSTOMERS)
    row = session.execute(_at(provider_id).where(StaffUser.id == staff_id)).one_or_none()
    if row is None:
        raise RefusedField(field, "There is no such person at this provider. Choose one of its active staff users.")
    return _colleague(row)


def colleague_named(session: Session, *, provider_id: int, text: str, field: str) -> Colleague:
    """One of them by login, or by a name that only one has. Raises RefusedField naming what can be written."""
    authorize(session, Power.CUSTOMERS)
    folded = text.strip().lower()
    rows = session.execute(_at(provider_id).where(
        or_(StaffUser.login == folded, func.lower(StaffUser.name) == folded)).limit(2)).all()
    if not rows:
        raise RefusedField(field, f'"{text}" is no active staff user of this provider. Write a login such as '
                                  "name@company.example.")
    if len(rows) > 1:
        raise RefusedField(field, f'Several staff users are called "{text}". Write the login: '
                                  f"{' or '.join(row.login for row in rows)}.")
    return _colleague(rows[0])


def _at(provider_id: int) -> Select[int, str, str]:
    return select(StaffUser.id, StaffUser.login, StaffUser.name).where(
        StaffUser.active, StaffUser.provider_id.in_(select(above(provider_id).c.id)))


def _colleague(row: Any) -> Colleague:
    return Colleague(id=row.id, login=row.login, name=row.name)
