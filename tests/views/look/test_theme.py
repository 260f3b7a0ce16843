"""Switching palette, text size and density while the program runs; icons that exist."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QFontInfo, QIcon
from PySide6.QtWidgets import QApplication

from app.views.look import tokens as tk
from app.views.look.icons import Icon, IconFont, IconSet
from app.views.look.theme import Theme


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp)


def test_the_bundled_font_is_in_use_and_its_digits_keep_columns(theme: Theme) -> None:
    assert QFontInfo(theme.font(tk.BODY, 600)).family() == "Open Sans"
    normal, bold = theme.metrics(tk.BODY), theme.metrics(tk.BODY, 600)
    widths = {normal.horizontalAdvance(digit) for digit in "0123456789"}
    assert widths == {bold.horizontalAdvance("0")}


def test_switching_is_announced_once_and_only_when_something_changes(theme: Theme) -> None:
    heard: list[str] = []
    theme.changed.connect(lambda: heard.append(theme.tokens.name))
    theme.set_choice("light")
    theme.toggle_dark()
    assert theme.is_dark
    assert theme.choice == "dark"
    theme.set_text_percent(125)
    theme.set_text_percent(125)
    assert heard == ["dark", "dark"]
    assert theme.font(tk.BODY).pixelSize() == 16
    assert theme.metrics(tk.BODY).height() > 16


def test_text_size_steps_stay_within_bounds(theme: Theme) -> None:
    for _ in range(9):
        theme.step_text(+1)
    assert theme.sizes.percent == 150
    for _ in range(9):
        theme.step_text(-1)
    assert theme.sizes.percent == 90


def test_the_look_is_remembered(theme: Theme, qapp: QApplication, tmp_path) -> None:
    settings = QSettings(str(tmp_path / "look.ini"), QSettings.Format.IniFormat)
    theme.set_choice("dark")
    theme.set_text_percent(110)
    theme.set_compact(False)
    theme.save(settings)
    settings.sync()
    other = Theme(qapp)
    other.restore(QSettings(str(tmp_path / "look.ini"), QSettings.Format.IniFormat))
    assert (other.choice, other.sizes) == ("dark", tk.Sizes(110, compact=False))


def test_a_damaged_settings_file_gives_the_usual_look(qapp: QApplication, tmp_path) -> None:
    settings = QSettings(str(tmp_path / "look.ini"), QSettings.Format.IniFormat)
    settings.setValue("appearance/text_percent", "large")
    settings.setValue("appearance/palette", "pink")
    theme = Theme(qapp)
    theme.restore(settings)
    assert theme.sizes.percent == 100
    assert theme.tokens.name in {"light", "dark"}


@pytest.mark.parametrize("icon", list(Icon))
def test_every_icon_exists_in_the_font(qapp: QApplication, icon: Icon) -> None:
    assert icon in IconFont().names()


def test_icons_take_the_colour_of_their_role_and_fade_when_disabled(theme: Theme) -> None:
    icons = IconSet(IconFont(), tk.LIGHT)
    first = icons.pixmap(Icon.PRINTING, "bad", 16)
    assert first is icons.pixmap(Icon.PRINTING, "bad", 16)
    image = icons.pixmap(Icon.PRINTING, "bad", 64).toImage()
    strongest = max((image.pixelColor(x, y) for x in range(64) for y in range(64)), key=lambda c: c.alpha())
    assert strongest.rgb() == tk.LIGHT.bad.rgb()
    icon = icons.icon(Icon.PRINTING)
    assert not icon.pixmap(16, 16, QIcon.Mode.Disabled).isNull()
    assert icons.icon(Icon.PRINTING) is icon
