"""Forms for staff users, org units and roles."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any, Final

from PySide6.QtWidgets import QWidget

from app.services.staff.queries import RoleRow, StaffBook, StaffRow, UnitRow
from app.services.staff.roles import create_role, edit_role
from app.services.staff.units import create_unit, edit_unit
from app.services.staff.users import create_user, edit_user, reset_password
from app.views.asking.choices import TickList
from app.views.asking.form_dialog import FormDialog, in_fields
from app.views.asking.form_fields import FormField
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.runner import Runner
from app.views.staff.power_tree import PowerTree
from app.views.staff.power_tree_model import PowerTreeModel
from app.views.widgets.basics import without_arguments

_FIRST_HELP: Final = "At least 8 characters, with letters and digits. Tell it to the person; they change it themselves."


class UserDialog(FormDialog):
    """A new staff user, or one there is."""

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget, *, book: StaffBook, user: StaffRow | None = None
                 ) -> None:
        self._user = user
        self._realms = {provider.id: provider.realm for provider in book.providers}
        self._units = {unit.id: unit for unit in book.units if user is None or unit.provider_id == user.provider_id}
        super().__init__(
            theme, runner, "New staff user" if user is None else f"Edit {user.name}",
            "What they may do comes from the roles of their org unit, and what they see from its account groups.",
            verb="Create staff user" if user is None else "Save staff user", icon=Icon.ACCOUNTS, parent=parent,
            row=user, saves=create_user if user is None else partial(edit_user, staff_id=user.id),
            seen=None if user is None else {"name": user.name, "email": user.email, "unit_id": user.unit_id},
            sees=None if user is None else in_fields, fields=(
                FormField(key="unit_id", label="&Org unit",
                          choices=[(f"{unit.name} ({unit.provider})", unit.id) for unit in self._units.values()],
                          needed="Create an org unit first; every staff user belongs to one."),
                FormField(key="login", label="&Login", needed="Type a login, name@realm.", is_fixed=user is not None),
                FormField(key="name", label="&Name", needed="Type a name, as colleagues will read it."),
                FormField(key="email", label="&E-mail"),
                *(() if user is not None else (
                    FormField(key="password", label="&Password", hint=_FIRST_HELP, is_secret=True),)),
            ))
        self.entries.choice("unit_id").currentIndexChanged.connect(without_arguments(self._show_realm))
        self._show_realm()

    def _show_realm(self) -> None:
        unit = self._units.get(self.entries.value("unit_id"))
        if self._user is not None:
            hint = "A login is for life."
        elif unit is not None and (realm := self._realms.get(unit.provider_id, "")):
            hint = f"A name and {realm}."
        else:
            hint = "This provider has no realm yet: set one first."
        self.entries.hint("login", hint)

    def values(self) -> dict[str, Any]:
        values = super().values()
        stays = self._user is not None and values["unit_id"] == self._user.unit_id
        return {key: value for key, value in values.items() if key != "unit_id" or not stays}


class ResetPasswordDialog(FormDialog):
    """A new password for somebody else."""

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget, user: StaffRow) -> None:
        super().__init__(
            theme, runner, f"Reset the password of {user.name}",
            "The old one is worth nothing from then on, and tries counted against it are forgotten. "
            "This cannot be taken back.",
            verb="Reset password", icon=Icon.LOCK, parent=parent, saves=partial(reset_password, staff_id=user.id),
            fields=(
                FormField(key="password", label="&New password", hint=_FIRST_HELP, is_secret=True),
                FormField(key="again", label="&Once more", is_secret=True, repeats="password",
                          needed="The two passwords differ."),
            ))


class UnitDialog(FormDialog):
    """A new org unit, or one there is, with its roles."""

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget, *, book: StaffBook, unit: UnitRow | None = None
                 ) -> None:
        is_there = unit is not None
        super().__init__(
            theme, runner, "New org unit" if unit is None else f"Edit {unit.name}",
            "Staff with the same task. They have the powers of all its roles together.",
            verb="Create org unit" if unit is None else "Save org unit", icon=Icon.ACCOUNTS, parent=parent,
            row=unit, saves=create_unit if unit is None else partial(edit_unit, unit_id=unit.id),
            seen=None if unit is None else {"name": unit.name, "description": unit.description,
                                            "role_ids": frozenset(ident for ident, _ in unit.roles)},
            sees=None if unit is None else in_fields, fields=(
                FormField(key="provider_id", label="&Provider", is_fixed=is_there,
                          choices=[(provider.name, provider.id) for provider in book.providers]),
                FormField(key="agent_id", label="&Agent", choices=(), is_fixed=is_there,
                          hint="Staff of an agent see only customers recorded with it. This stays as it is."),
                FormField(key="name", label="&Name", needed="Type a name, for instance Collections, Sydney."),
                FormField(key="description", label="&Description"),
                FormField(key="role_ids", label="&Roles", made=_tall_list),
            ))
        self._unit = unit
        self._roles = book.roles
        self._agents = {provider.id: provider.agents for provider in book.providers}
        self.entries.choice("provider_id").currentIndexChanged.connect(without_arguments(self._show_provider))
        self._show_provider()
        self.entries.focus("name")

    def _show_provider(self) -> None:
        provider, unit = self.entries.value("provider_id"), self._unit
        choices: list[tuple[str, object]] = [("None: the provider's own staff", None)]
        choices += [(name, ident) for ident, name in self._agents.get(provider, ())]
        if unit is not None and unit.agent:
            choices = [(unit.agent, None)]
        self.entries.choice("agent_id").set_choices(choices)
        self._tick_roles([ident for ident, _ in unit.roles] if unit is not None else ())

    def _tick_roles(self, role_ids: Collection[int]) -> None:
        provider = self.entries.value("provider_id")
        self.entries.field("role_ids", TickList).set_choices(
            [(role.name, role.id) for role in self._roles if role.provider_id == provider], ticked=role_ids)

    def show_taken(self, taken: Mapping[str, Any]) -> bool:
        if "role_ids" in taken:
            self._tick_roles(taken["role_ids"])
        return super().show_taken(taken)


class RoleDialog(FormDialog):
    """A new role, or one there is, with the tree of its powers."""

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget, *, book: StaffBook, role: RoleRow | None = None
                 ) -> None:
        powers = PowerTreeModel(book.tree, role.powers if role is not None else ())
        super().__init__(
            theme, runner, "New role" if role is None else f"Edit {role.name}",
            "A power below another opens a part of what that one opens, and needs it.",
            verb="Create role" if role is None else "Save role", icon=Icon.ACCOUNTS, parent=parent,
            row=role, saves=create_role if role is None else partial(edit_role, role_id=role.id),
            seen=None if role is None else {"name": role.name, "description": role.description, "powers": role.powers},
            sees=None if role is None else in_fields, fields=(
                FormField(key="provider_id", label="&Provider", is_fixed=role is not None,
                          choices=[(provider.name, provider.id) for provider in book.providers]),
                FormField(key="name", label="&Name", needed="Type a name, for instance Collections."),
                FormField(key="description", label="&Description"),
                FormField(key="powers", label="Po&wers", made=lambda theme: _tall_tree(theme, powers)),
            ))
        powers.setParent(self)
        self._powers = powers
        self.entries.focus("name")
        self.resize(theme.sizes.px(800), theme.sizes.px(640))


    def show_taken(self, taken: Mapping[str, Any]) -> bool:
        if "powers" in taken:
            self._powers.tick(taken["powers"])
        return super().show_taken(taken)


def _tall_list(theme: Theme) -> QWidget:
    ticks = TickList()
    ticks.setMinimumHeight(theme.sizes.px(120))
    return ticks


def _tall_tree(theme: Theme, powers: PowerTreeModel) -> QWidget:
    tree = PowerTree(theme, powers)
    tree.setMinimumHeight(theme.sizes.px(360))
    return tree
