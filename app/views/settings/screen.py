"""The settings page: which database, how the window looks, and whose work the program stands on."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtWidgets import QWidget

from app.views.asking.choices import ChoiceBox
from app.views.asking.dressing import Dressing
from app.views.desk.desk import Desk
from app.views.desk.screen import Screen, Target
from app.views.forms.ui_settings_screen import Ui_SettingsScreen
from app.views.look.icons import Icon
from app.views.settings.libraries import library_notices
from app.views.widgets.page_header import PageHeader

_PALETTES: Final = (("system", "As the system"), ("light", "Light"), ("dark", "Dark"))
_TEXT_SIZES: Final = (90, 100, 110, 125, 150)


class SettingsScreen(Screen):
    """Everything here takes effect at once and is remembered."""

    def __init__(self, target: Target, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(target, "Settings", Icon.SETTINGS, parent)
        self._theme = theme = desk.theme
        self._person = desk.person
        self._form = Ui_SettingsScreen()
        put = Dressing(self._form, self, theme).put
        put(self._form.header, PageHeader(theme, "Settings", "They take effect at once and are remembered."))
        self._palette, self._text_size, self._density = (
            put(holder, ChoiceBox(theme, holder.accessibleName()))
            for holder in (self._form.palette_choice, self._form.text_size, self._form.density))
        self._fill()
        self._form.database.setText(desk.database)
        for button, action_id in ((self._form.connect, "file.connect"), (self._form.begin_sign_in, "staff.begin"),
                                  (self._form.change_password, "staff.password"),
                                  (self._form.change_person, "staff.switch"),
                                  (self._form.manage_staff, "staff.open")):
            button.clicked.connect(partial(desk.actions.trigger, action_id))
        desk.person.changed.connect(self.show_staff)
        self._palette.activated.connect(self._on_palette)
        self._text_size.activated.connect(self._on_text_size)
        self._density.activated.connect(self._on_density)
        theme.changed.connect(self._show_theme)
        self._show_theme()

    def _fill(self) -> None:
        self._palette.set_choices([(words, value) for value, words in _PALETTES])
        self._text_size.set_choices([(f"{percent}\N{NO-BREAK SPACE}%", percent) for percent in _TEXT_SIZES])
        self._density.set_choices([("Compact rows", True), ("Comfortable rows", False)])
        self._form.notices.setPlainText("\n".join(f"{n.name} {n.version}: {n.licence}" for n in library_notices()))

    def _show_theme(self) -> None:
        for box, value in ((self._palette, self._theme.choice), (self._text_size, self._theme.sizes.percent),
                           (self._density, self._theme.sizes.compact)):
            box.choose(value)

    def _on_palette(self, _place: int) -> None:
        self._theme.set_choice(self._palette.chosen())

    def _on_text_size(self, _place: int) -> None:
        self._theme.set_text_percent(self._text_size.chosen())

    def _on_density(self, _place: int) -> None:
        self._theme.set_compact(self._density.chosen())

    def shown(self) -> None:
        self.show_staff()

    def show_staff(self) -> None:
        """Who works here, and what they can do about it."""
        who = self._person.who
        if who is None:
            words = "Nobody signs in yet: whoever opens this database may do everything."
        elif who.by_itself:
            words = f"{who.name} ({who.login}), {who.unit}. The demo signs in by itself."
        else:
            words = f"{who.name} ({who.login}), {who.unit}."
        self._form.staff.setText(words)
        self._form.begin_sign_in.setVisible(who is None)
        self._form.change_password.setVisible(who is not None and not who.by_itself)
        self._form.change_person.setVisible(who is not None)
        self._form.manage_staff.setVisible(who is not None)

    def least_height(self, width: int) -> int:
        """Its words wrap: at a small width the choices would be squeezed by the lines that come."""
        layout = self.layout()
        return super().least_height(width) if layout is None else layout.totalMinimumHeightForWidth(width)

    def focus_first(self) -> None:
        self._palette.setFocus()
