"""Small dialogs about one profile: made, changed, duplicated."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QWidget

from app.services.database.asking import doing
from app.services.profiles.jobs import NewProfile, copy_profile, make_profile
from app.services.profiles.page import ProfileList, ProfilePage
from app.services.profiles.profiles import ProfileDetails, edit_profile
from app.views.asking.choices import ChoiceBox, TickBox
from app.views.asking.form_dialog import FormDialog
from app.views.forms.ui_profile_fields import Ui_ProfileFields
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.handle import Job
from app.views.running.runner import Runner

_LAYOUTS: tuple[tuple[str, object], ...] = (("Standard", "standard"), ("Business", "business"))


class ProfileDialog(FormDialog):
    """The fields that all of them share; what one does not ask for is taken away."""

    made = Signal(int)  # id of a new profile

    def __init__(self, theme: Theme, runner: Runner, title: str, text: str, *, verb: str, icon: Icon,
                 taken: frozenset[str], parent: QWidget) -> None:
        super().__init__(theme, runner, title, text, verb=verb, icon=icon, parent=parent)
        self._taken = taken
        self._fields = fields = Ui_ProfileFields()
        dressing = self.lay_fields(fields)
        self.name, self.description, self.reference = fields.name, fields.description, fields.reference
        self.layout_box = dressing.put(fields.layout, ChoiceBox(theme, fields.layout.accessibleName()))
        self.as_default = dressing.put(fields.as_default, TickBox(theme, fields.as_default.text()))
        self.name.setFocus()

    def leave_out(self, *fields: tuple[QLabel | None, QWidget]) -> None:
        """Take fields away that this dialog does not ask for; their mnemonics are free for others."""
        for label, field in fields:
            if label is not None:
                label.setText("")
                label.hide()
            field.hide()

    def refusal(self) -> str:
        name = self.name.text().strip()
        if not name:
            return "A profile needs a name."
        if name.casefold() in self._taken:
            return f'There is a profile "{name}" already. Choose another name.'
        return ""

    def details(self) -> ProfileDetails:
        return ProfileDetails(name=self.name.text(), description=self.description.text(),
                              export_reference=self.reference.text())

    def _on_done(self, result: object) -> None:
        super()._on_done(result)
        if isinstance(result, NewProfile):
            self.made.emit(result.id)


class NewProfileDialog(ProfileDialog):
    """Makes a profile without members."""

    def __init__(self, theme: Theme, runner: Runner, listed: ProfileList, inherited_layout: str, parent: QWidget
                 ) -> None:
        super().__init__(
            theme, runner, f"New profile of {listed.provider_name}",
            "It begins without members. No standard events come with it: the work request asks for them.",
            verb="Create profile", icon=Icon.PROFILE, taken=_names(listed), parent=parent)
        self._provider_id = listed.provider_id
        self.layout_box.set_choices([(f"As the provider says ({inherited_layout})", None), *_LAYOUTS])

    def command(self) -> Job[Any]:
        layout = self.layout_box.chosen()
        overrides = {"invoice_layout": layout} if isinstance(layout, str) else {}
        return partial(make_profile, provider_id=self._provider_id, details=self.details(), overrides=overrides,
                       as_default=self.as_default.isChecked())


class EditProfileDialog(ProfileDialog):
    """Changes name, description and export reference; what members inherit is overridden on the page."""

    def __init__(self, theme: Theme, runner: Runner, listed: ProfileList, page: ProfilePage, parent: QWidget) -> None:
        others = _names(listed) - {page.details.name.casefold()}
        super().__init__(theme, runner, f"Edit profile {page.details.name}",
                         "The invoice layout and the terms are overrides of the profile.", verb="Save profile",
                         icon=Icon.EDIT, taken=others, parent=parent)
        self._profile_id = page.id
        self.name.setText(page.details.name)
        self.description.setText(page.details.description)
        self.reference.setText(page.details.export_reference)
        self.leave_out((self._fields.layout_name, self.layout_box), (None, self.as_default))

    def command(self) -> Job[Any]:
        return doing(edit_profile, profile_id=self._profile_id, details=self.details())


class DuplicateProfileDialog(ProfileDialog):
    """Makes a profile with the same overrides under another name."""

    def __init__(self, theme: Theme, runner: Runner, listed: ProfileList, page: ProfilePage, parent: QWidget) -> None:
        super().__init__(theme, runner, f"Duplicate profile {page.details.name}",
                         "The copy has the same overrides and no members.", verb="Duplicate profile", icon=Icon.COPY,
                         taken=_names(listed), parent=parent)
        self._profile_id = page.id
        self.name.setText(f"{page.details.name} copy"[:120])
        self.name.selectAll()
        self.leave_out((self._fields.description_name, self.description),
                       (self._fields.reference_name, self.reference),
                       (self._fields.layout_name, self.layout_box), (None, self.as_default))

    def command(self) -> Job[Any]:
        return partial(copy_profile, profile_id=self._profile_id, name=self.name.text())


def _names(listed: ProfileList) -> frozenset[str]:
    return frozenset(row.name.casefold() for row in listed.rows)
