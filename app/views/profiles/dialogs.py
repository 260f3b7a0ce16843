"""Small dialogs about one profile: made, changed, duplicated."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from PySide6.QtWidgets import QWidget

from app.services.profiles.page import ProfileList, ProfilePage
from app.services.profiles.profiles import LIMITS, ProfileDetails, create_profile, duplicate_profile, edit_profile
from app.views.asking.choices import TickBox
from app.views.asking.form_dialog import FormDialog, in_row
from app.views.asking.form_fields import FormField
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.runner import Runner

_LAYOUTS: Final[tuple[tuple[str, object], ...]] = (("Standard", "standard"), ("Business", "business"))
_NAME: Final = FormField(key="name", label="N&ame", needed="A profile needs a name.")
_DETAILS: Final = (
    _NAME,
    FormField(key="description", label="&Description"),
    FormField(key="export_reference", label="E&xport reference"),
)


class ProfileDialog(FormDialog):
    """What all of them share: names are unique within the provider."""

    def __init__(self, theme: Theme, runner: Runner, listed: ProfileList, parent: QWidget, *, own_name: str = "",
                 **words: Any) -> None:
        super().__init__(theme, runner, parent=parent, limits=LIMITS, **words)
        self._taken = {row.name.casefold() for row in listed.rows} - {own_name.casefold()}

    def refusals(self) -> dict[str, str]:
        name = self.entries.text("name")
        if name.casefold() in self._taken:
            return {"name": f'There is a profile "{name}" already. Choose another name.'}
        return super().refusals()

    def values(self) -> dict[str, Any]:
        return {"details": ProfileDetails(**self.entries.values(*(field.key for field in _DETAILS)))}


class NewProfileDialog(ProfileDialog):
    """Makes a profile without members."""

    def __init__(self, theme: Theme, runner: Runner, listed: ProfileList, inherited_layout: str, parent: QWidget
                 ) -> None:
        layouts = [(f"As the provider says ({inherited_layout})", None), *_LAYOUTS]
        super().__init__(
            theme, runner, listed, parent, title=f"New profile of {listed.provider_name}",
            text="It begins without members. No standard events come with it: the work request asks for them.",
            verb="Create profile", icon=Icon.PROFILE, saves=partial(create_profile, provider_id=listed.provider_id),
            fields=(*_DETAILS, FormField(key="layout", label="&Invoice layout", choices=layouts),
                    FormField(key="as_default", label="", made=_as_default)))

    def values(self) -> dict[str, Any]:
        layout = self.entries.value("layout")
        return {**super().values(), "as_default": self.entries.value("as_default"),
                "overrides": {} if layout is None else {"invoice_layout": layout}}


class EditProfileDialog(ProfileDialog):
    """Changes name, description and export reference; what members inherit is overridden on the page."""

    def __init__(self, theme: Theme, runner: Runner, listed: ProfileList, page: ProfilePage, parent: QWidget) -> None:
        super().__init__(
            theme, runner, listed, parent, own_name=page.details.name, title=f"Edit profile {page.details.name}",
            text="The invoice layout and the terms are overrides of the profile.", verb="Save profile",
            icon=Icon.EDIT, row=page.details, fields=_DETAILS,
            saves=partial(edit_profile, profile_id=page.id), seen=page.details, sees=in_row)


class DuplicateProfileDialog(ProfileDialog):
    """Makes a profile with the same overrides under another name."""

    def __init__(self, theme: Theme, runner: Runner, listed: ProfileList, page: ProfilePage, parent: QWidget) -> None:
        super().__init__(
            theme, runner, listed, parent, title=f"Duplicate profile {page.details.name}",
            text="The copy has the same overrides and no members.", verb="Duplicate profile", icon=Icon.COPY,
            fields=(_NAME,), saves=partial(duplicate_profile, profile_id=page.id))
        self.entries.fill({"name": f"{page.details.name} copy"[:LIMITS["name"]]})
        self.entries.focus("name")

    def values(self) -> dict[str, Any]:
        return self.entries.values()


def _as_default(theme: Theme) -> QWidget:
    return TickBox(theme, "&Set as default profile: new accounts get it")
