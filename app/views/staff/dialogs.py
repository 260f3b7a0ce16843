"""Forms for staff users, org units and roles."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from app.services.changes import ChangeSet
from app.services.database.asking import doing
from app.services.staff.jobs import save_role, save_unit, save_user
from app.services.staff.queries import PowerRow, RoleRow, StaffProvider, StaffRow, UnitRow
from app.services.staff.staff import edit_user, reset_password
from app.views.asking.choices import ChoiceBox
from app.views.asking.field_rows import FieldRows
from app.views.asking.form_dialog import FormDialog
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.handle import Job
from app.views.running.runner import Runner
from app.views.staff.power_tree import PowerTree
from app.views.staff.power_tree_model import PowerTreeModel
from app.views.widgets.basics import without_arguments

_FIRST_HELP = "At least 8 characters, with letters and digits. Tell it to the person; they change it themselves."


def _secret() -> QLineEdit:
    field = QLineEdit()
    field.setEchoMode(QLineEdit.EchoMode.Password)
    return field


class UserDialog(FormDialog):
    """A new staff user, or one there is."""

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget, *, units: Sequence[UnitRow],
                 providers: Sequence[StaffProvider], user: StaffRow | None = None) -> None:
        super().__init__(
            theme, runner, "New staff user" if user is None else f"Edit {user.name}",
            "What they may do comes from the roles of their org unit, and what they see from its account groups.",
            verb="Create staff user" if user is None else "Save staff user", icon=Icon.ACCOUNTS, parent=parent)
        self._user = user
        self._realms = {provider.id: provider.realm for provider in providers}
        self._units = {unit.id: unit for unit in units if user is None or unit.provider_id == user.provider_id}
        rows = FieldRows(theme, self.field_holder)
        self.unit = rows.add("&Org unit", ChoiceBox(theme, "Org unit"))
        self.unit.set_choices([(f"{unit.name} ({unit.provider})", unit.id) for unit in self._units.values()])
        self.login = rows.add("&Login", QLineEdit())
        self._realm = rows.say("")
        self.name = rows.add("&Name", QLineEdit())
        self.email = rows.add("&E-mail", QLineEdit())
        self.password = _secret()
        if user is None:
            rows.add("&Password", self.password, _FIRST_HELP)
        else:
            self.unit.choose(user.unit_id)
            self.login.setText(user.login)
            self.login.setEnabled(False)
            self.name.setText(user.name)
            self.email.setText(user.email)
        self.unit.currentIndexChanged.connect(without_arguments(self._show_realm))
        self._show_realm()
        self.unit.setFocus()

    def _show_realm(self) -> None:
        unit = self.unit.chosen()
        realm = self._realms.get(self._units[unit].provider_id, "") if isinstance(unit, int) else ""
        self._realm.setText("A login is for life." if self._user is not None else
                            f"A name and {realm}." if realm else "This provider has no realm yet: set one first.")

    def refusal(self) -> str:
        if not isinstance(self.unit.chosen(), int):
            return "Create an org unit first; every staff user belongs to one."
        if not self.login.text().strip():
            return "Type a login, name@realm."
        return "" if self.name.text().strip() else "Type a name, as colleagues will read it."

    def command(self) -> Job[ChangeSet]:
        unit = self.unit.chosen()
        if not isinstance(unit, int):
            raise TypeError("the form was not checked")
        if self._user is not None:
            moved = unit if unit != self._user.unit_id else None
            return doing(edit_user, staff_id=self._user.id, name=self.name.text(), email=self.email.text().strip(),
                         unit_id=moved)
        return doing(save_user, unit_id=unit, login=self.login.text(), name=self.name.text(),
                     email=self.email.text().strip(), password=self.password.text())

    def done(self, result: int) -> None:
        self.password.clear()
        super().done(result)


class ResetPasswordDialog(FormDialog):
    """A new password for somebody else."""

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget, user: StaffRow) -> None:
        super().__init__(theme, runner, f"Reset the password of {user.name}",
                         "The old one is worth nothing from then on, and tries counted against it are forgotten.",
                         verb="Reset password", icon=Icon.LOCK, parent=parent)
        self._user = user
        rows = FieldRows(theme, self.field_holder)
        self.password = rows.add("&New password", _secret(), _FIRST_HELP)
        self.again = rows.add("&Once more", _secret())
        self.password.setFocus()

    def refusal(self) -> str:
        return "" if self.password.text() == self.again.text() else "The two passwords differ."

    def command(self) -> Job[ChangeSet]:
        return doing(reset_password, staff_id=self._user.id, password=self.password.text())

    def done(self, result: int) -> None:
        self.password.clear()
        self.again.clear()
        super().done(result)


class UnitDialog(FormDialog):
    """A new org unit, or one there is, with its roles."""

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget, *, providers: Sequence[StaffProvider],
                 roles: Sequence[RoleRow], unit: UnitRow | None = None) -> None:
        super().__init__(
            theme, runner, "New org unit" if unit is None else f"Edit {unit.name}",
            "Staff with the same task. They have the powers of all its roles together.",
            verb="Create org unit" if unit is None else "Save org unit", icon=Icon.ACCOUNTS, parent=parent)
        self._unit = unit
        self._roles = roles
        self._providers = {provider.id: provider for provider in providers}
        rows = FieldRows(theme, self.field_holder)
        self.provider = rows.add("&Provider", ChoiceBox(theme, "Provider"))
        self.agent = rows.add("&Agent", ChoiceBox(theme, "Agent"),
                              "Staff of an agent see only customers recorded with it. This stays as it is.")
        self.name = rows.add("&Name", QLineEdit())
        self.description = rows.add("&Description", QLineEdit())
        self.roles = rows.add("&Roles", QListWidget())
        self.roles.setMinimumHeight(theme.sizes.px(120))
        self.provider.set_choices([(provider.name, provider.id) for provider in providers])
        self.provider.currentIndexChanged.connect(without_arguments(self._show_provider))
        if unit is not None:
            self.provider.choose(unit.provider_id)
            self.name.setText(unit.name)
            self.description.setText(unit.description)
        self.provider.setEnabled(unit is None)
        self.agent.setEnabled(unit is None)
        self._show_provider()
        self.name.setFocus()

    def _show_provider(self) -> None:
        chosen = self.provider.chosen()
        provider = self._providers[chosen] if isinstance(chosen, int) else None
        nobody: list[tuple[str, object]] = [("None: the provider's own staff", None)]
        own = [(name, ident) for ident, name in provider.agents] if provider is not None else []
        if self._unit is not None and self._unit.agent:
            nobody, own = [(self._unit.agent, None)], []
        self.agent.set_choices([*nobody, *own])
        held = {ident for ident, _ in self._unit.roles} if self._unit is not None else set()
        self.roles.clear()
        for role in self._roles:
            if role.provider_id == chosen:
                item = QListWidgetItem(role.name, self.roles)
                item.setData(Qt.ItemDataRole.UserRole, role.id)
                item.setCheckState(Qt.CheckState.Checked if role.id in held else Qt.CheckState.Unchecked)

    def refusal(self) -> str:
        return "" if self.name.text().strip() else "Type a name, for instance Collections, Sydney."

    def command(self) -> Job[ChangeSet]:
        items = [self.roles.item(row) for row in range(self.roles.count())]
        ticked = [int(item.data(Qt.ItemDataRole.UserRole)) for item in items
                  if item.checkState() is Qt.CheckState.Checked]
        agent, provider = self.agent.chosen(), self.provider.chosen()
        return doing(save_unit, unit_id=self._unit.id if self._unit is not None else None,
                     provider_id=provider if isinstance(provider, int) else 0, name=self.name.text(),
                     description=self.description.text(), agent_id=agent if isinstance(agent, int) else None,
                     role_ids=ticked)


class RoleDialog(FormDialog):
    """A new role, or one there is, with the tree of its powers."""

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget, *, providers: Sequence[StaffProvider],
                 tree: Sequence[PowerRow], role: RoleRow | None = None) -> None:
        super().__init__(
            theme, runner, "New role" if role is None else f"Edit {role.name}",
            "A power below another opens a part of what that one opens, and needs it.",
            verb="Create role" if role is None else "Save role", icon=Icon.ACCOUNTS, parent=parent)
        self._role = role
        rows = FieldRows(theme, self.field_holder)
        self.provider = rows.add("&Provider", ChoiceBox(theme, "Provider"))
        self.provider.set_choices([(provider.name, provider.id) for provider in providers])
        self.name = rows.add("&Name", QLineEdit())
        self.description = rows.add("&Description", QLineEdit())
        self.powers = PowerTreeModel(tree, role.powers if role is not None else (), parent=self)
        self.tree = rows.add("Po&wers", PowerTree(theme, self.powers))
        self.tree.setMinimumHeight(theme.sizes.px(360))
        self.resize(theme.sizes.px(800), theme.sizes.px(640))
        if role is not None:
            self.provider.choose(role.provider_id)
            self.name.setText(role.name)
            self.description.setText(role.description)
        self.provider.setEnabled(role is None)
        self.name.setFocus()

    def refusal(self) -> str:
        return "" if self.name.text().strip() else "Type a name, for instance Collections."

    def command(self) -> Job[ChangeSet]:
        provider = self.provider.chosen()
        return doing(save_role, role_id=self._role.id if self._role is not None else None,
                     provider_id=provider if isinstance(provider, int) else 0, name=self.name.text(),
                     description=self.description.text(), powers=sorted(self.powers.ticked()))
