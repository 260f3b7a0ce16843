"""Staff: who signs in, the org unit they belong to, and the roles that give powers.

Staff are not accounts. A login is `name@realm`, and the realm tells the provider (ARCHITECTURE.md, "Powers"). An org
unit may belong to an agent of its provider; its staff then see that agent's customers only.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Instant, Word


def _code_of_name(context: Any) -> str:
    return str(context.get_current_parameters()["name"])[:40].strip()


class OrgUnit(Base):
    """Employees with the same task; has roles, account groups and staff."""

    __tablename__ = "org_unit"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"))
    code: Mapped[str] = mapped_column(String(40), default=_code_of_name)
    """What set-up files tell it apart by; its first name where nobody chose one."""
    name: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(String(400), default="")
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """The agent whose staff these are; None for the provider's own."""

    __table_args__ = (
        UniqueConstraint("provider_id", "code"), UniqueConstraint("provider_id", "name"),
        UniqueConstraint("provider_id", "id"),
    )


class StaffRole(Base):
    """A named set of powers of one provider."""

    __tablename__ = "staff_role"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"))
    name: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(String(400), default="")

    __table_args__ = (UniqueConstraint("provider_id", "name"), UniqueConstraint("provider_id", "id"))


class StaffRolePower(Base):
    """One power that a role gives."""

    __tablename__ = "staff_role_power"

    role_id: Mapped[int] = mapped_column(ForeignKey("staff_role.id"), primary_key=True)
    power: Mapped[str] = mapped_column(Word, primary_key=True)
    """A value of `Power`; one that this version does not know opens nothing."""


class OrgUnitRole(Base):
    """An org unit has a role; both are of one provider."""

    __tablename__ = "org_unit_role"

    provider_id: Mapped[int]
    unit_id: Mapped[int] = mapped_column(primary_key=True)
    role_id: Mapped[int] = mapped_column(primary_key=True)

    __table_args__ = (
        ForeignKeyConstraint(["provider_id", "unit_id"], ["org_unit.provider_id", "org_unit.id"]),
        ForeignKeyConstraint(["provider_id", "role_id"], ["staff_role.provider_id", "staff_role.id"]),
    )


class OrgUnitGroup(Base):
    """An account group limits the staff of an org unit, for looking or for changing (ARCHITECTURE.md, "Groups")."""

    __tablename__ = "org_unit_group"

    provider_id: Mapped[int]
    unit_id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[str] = mapped_column(Word)
    """`view` or `edit`: what staff may do with the accounts that the group lets them reach."""

    __table_args__ = (
        ForeignKeyConstraint(["provider_id", "unit_id"], ["org_unit.provider_id", "org_unit.id"]),
        ForeignKeyConstraint(["provider_id", "group_id"], ["account_group.provider_id", "account_group.id"]),
        CheckConstraint("level IN ('view', 'edit')", name="level"),
        Index("ix_org_unit_group_group_id", "group_id"),
    )


class StaffUser(Base):
    """One person who signs in. Never deleted: the books name them; set them inactive."""

    __tablename__ = "staff_user"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int]
    unit_id: Mapped[int]
    login: Mapped[str] = mapped_column(String(200), unique=True)
    """`name@realm`, in lower case."""
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(200), default="")
    password_hash: Mapped[str] = mapped_column(String(200))
    """argon2id with its parameters and salt; never a password."""
    active: Mapped[bool] = mapped_column(default=True)
    failures: Mapped[int] = mapped_column(default=0)
    """Wrong passwords in a row; each makes the next try wait longer."""
    blocked_until: Mapped[datetime | None] = mapped_column(Instant)
    signed_in_at: Mapped[datetime | None] = mapped_column(Instant)
    recorded_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        ForeignKeyConstraint(["provider_id", "unit_id"], ["org_unit.provider_id", "org_unit.id"]),
        CheckConstraint("login LIKE '%_@%_'", name="login_form"),
        CheckConstraint("failures >= 0", name="failures"),
        Index("ix_staff_user_unit", "provider_id", "unit_id"),
    )
