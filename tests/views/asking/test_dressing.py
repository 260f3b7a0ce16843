"""Forms of Designer with the theme on: looks, icons, places handed over, and what every form must have."""

from __future__ import annotations

import importlib
from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QStackedWidget,
    QWidget,
)

from app.views.asking.choices import ChoiceBox
from app.views.asking.dressing import Dressing, Look
from app.views.asking.fields import NumberField
from app.views.desk.screen import Screen, Target
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from app.views.settings.screen import SettingsScreen
from app.views.shell.tabs.area import TabArea
from tests.support.desks import make_desk
from tests.support.driver import Driver
from tests.support.immediate_runner import ImmediateRunner
from tests.support.sources import ROOT

FORMS = sorted(path.stem for path in (ROOT / "ui").glob("*.ui"))


class SmallForm:
    """As the compiler writes them: a head, two fields with their names, a button."""

    def setupUi(self, widget: QWidget) -> None:
        self.grid = QGridLayout(widget)
        self.head = QLabel("<b>Head</b>", widget)
        self.head.setProperty("look", "section")
        self.days_name, self.days = QLabel("&Days", widget), QLineEdit(widget)
        self.days_name.setBuddy(self.days)
        self.days.setObjectName("days")
        self.days.setAccessibleName("Days")
        self.days.setPlaceholderText("For instance: 14")
        self.days.setProperty("most_width", 100)
        self.note = QLineEdit(widget)
        self.go = QPushButton("&Go", widget)
        self.go.setProperty("kind", "main")
        self.go.setProperty("glyph", "printing")
        self.loose = QWidget(widget)
        self.loose.setObjectName("loose")
        self.grid.addWidget(self.head, 0, 0, 1, 2)
        self.grid.addWidget(self.days_name, 1, 0)
        self.grid.addWidget(self.days, 1, 1)
        self.grid.addWidget(self.note, 2, 1)
        self.grid.addWidget(self.go, 3, 1)


class Wrong:
    """A form that asks for what there is not."""

    def __init__(self, asked: str, value: str) -> None:
        self.asked, self.value = asked, value

    def setupUi(self, widget: QWidget) -> None:
        widget.setProperty(self.asked, self.value)


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp)


@pytest.fixture
def area(qtbot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def test_a_look_follows_the_theme(theme: Theme, area: QWidget) -> None:
    form = SmallForm()
    Dressing(form, area, theme)
    for palette, tokens, percent in (("light", tk.LIGHT, 100), ("dark", tk.DARK, 150)):
        theme.set_choice(palette)
        theme.set_text_percent(percent)
        assert form.head.palette().color(form.head.foregroundRole()) == tokens.text
        assert form.head.font().pixelSize() == theme.sizes.px(tk.SECTION)
        assert form.head.font().weight() == 600
        assert form.days.maximumWidth() == percent
        assert form.go.iconSize().height() == theme.sizes.icon
        assert form.go.icon().cacheKey() == theme.icons.icon(
            Icon.PRINTING, tk.Ink.ON_ACCENT, theme.sizes.icon, gap_px=4).cacheKey()
    assert form.head.textFormat() is Qt.TextFormat.PlainText


def test_a_label_may_say_something_else(theme: Theme, area: QWidget) -> None:
    form = SmallForm()
    dressing = Dressing(form, area, theme)
    theme.set_choice("light")
    dressing.set_look(form.days_name, Look.REFUSAL)  # it had no look before
    assert form.days_name.palette().color(form.days_name.foregroundRole()) == tk.LIGHT.bad
    theme.set_choice("dark")
    assert form.days_name.palette().color(form.days_name.foregroundRole()) == tk.DARK.bad


def test_a_widget_of_ours_takes_over_place_name_buddy_and_turn(theme: Theme, area: QWidget, qtbot) -> None:
    form = SmallForm()
    dressing = Dressing(form, area, theme)
    days = dressing.put(form.days, NumberField(theme, "", 1, 90))
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert form.grid.itemAtPosition(1, 1).widget() is days
    assert (days.objectName(), days.accessibleName(), days.placeholderText()) == ("days", "Days", "For instance: 14")
    assert area.findChildren(QLineEdit, "days") == [days]
    assert form.days_name.buddy() is days
    area.show()
    days.setFocus()
    qtbot.keyClick(days, Qt.Key.Key_Tab)
    assert area.focusWidget() is form.note
    theme.set_text_percent(150)
    assert days.maximumWidth() == 150


def test_mistakes_in_a_form_are_named(theme: Theme, area: QWidget, qtbot) -> None:
    form = SmallForm()
    dressing = Dressing(form, area, theme)
    with pytest.raises(ValueError, match='"loose" stands in no layout'):
        dressing.put(form.loose, QWidget())
    with pytest.raises(ValueError, match='there is no icon "printer"'):
        Dressing(Wrong("glyph", "printer"), QPushButton(area), theme)
    with pytest.raises(ValueError, match="'headline' is not a valid Look"):
        Dressing(Wrong("look", "headline"), QLabel(area), theme)


def test_the_settings_page_begins_with_the_palette(theme: Theme, qtbot) -> None:
    bus = ChangeBus()
    desk = make_desk(theme, ImmediateRunner(None, bus), bus)
    tabs = TabArea(theme)
    tabs.use({"settings": lambda target: SettingsScreen(target, desk),
              "other": lambda target: Screen(target, "Other", Icon.INFO)}, frozenset())
    qtbot.addWidget(tabs)
    tabs.show()
    field = QLineEdit(tabs.open(Target("other")))
    field.show()
    field.setFocus()
    screen = tabs.open(Target("settings"))
    focused = screen.focusWidget()
    assert focused is not None
    assert focused.accessibleName() == "Palette"
    for field, words in (("Palette", "Dark"), ("Text size", "125\N{NO-BREAK SPACE}%"), ("Rows", "Comfortable rows")):
        Driver(screen).choose(field, words)
    assert (theme.choice, theme.sizes.percent, theme.sizes.compact) == ("dark", 125, False), "it takes effect at once"


@pytest.mark.parametrize("percent", [100, 150])
def test_the_settings_page_scrolls_before_it_squeezes(theme: Theme, qtbot, percent: int) -> None:
    bus = ChangeBus()
    desk = make_desk(theme, ImmediateRunner(None, bus), bus)
    desk = replace(desk, database="a-database-with-a-long-name-in-a-folder " * 6)
    theme.set_text_percent(percent)
    tabs = TabArea(theme)
    tabs.use({"settings": lambda target: SettingsScreen(target, desk)}, frozenset())
    qtbot.addWidget(tabs)
    tabs.resize(540, 420)
    tabs.show()
    screen = tabs.open(Target("settings"))
    QApplication.processEvents()
    boxes = screen.findChildren(ChoiceBox)
    assert [box.accessibleName() for box in boxes if box.height() < theme.sizes.control] == []
    assert len(boxes) == 3


# --- every form ------------------------------------------------------------------------------------------------------


def _made(name: str, area: QWidget, theme: Theme) -> QWidget:
    module = importlib.import_module(f"app.views.forms.ui_{name}")
    (kind,) = [value for key, value in vars(module).items() if key.startswith("Ui_")]
    Dressing(kind(), area, theme)
    return area


@pytest.mark.parametrize("name", FORMS)
def test_forms_are_named_as_their_file(name: str) -> None:
    module = importlib.import_module(f"app.views.forms.ui_{name}")
    assert hasattr(module, "Ui_" + "".join(part.title() for part in name.split("_")))


@pytest.mark.parametrize("name", FORMS)
def test_fields_of_forms_have_names_and_letters_of_their_own(name: str, theme: Theme, area: QWidget) -> None:
    form = _made(name, area, theme)
    texts = [widget.text() for kind in (QAbstractButton, QLabel) for widget in form.findChildren(kind)]
    letters = [text[text.index("&") + 1].lower() for text in texts if "&" in text]
    assert len(letters) == len(set(letters))
    for field in [*form.findChildren(QLineEdit), *form.findChildren(QPlainTextEdit)]:
        box = field.parentWidget()  # the line inside a box of figures is read with the box
        assert (box if isinstance(box, QAbstractSpinBox) else field).accessibleName(), field.objectName()
    for label in form.findChildren(QLabel):
        assert label.property("look") is not None, label.objectName()
        assert "&" not in label.text() or label.buddy() is not None, label.text()


@pytest.mark.parametrize("name", FORMS)
def test_the_tabulator_walks_forms_as_they_are_read(name: str, theme: Theme, area: QWidget) -> None:
    """From top to bottom, and from left to right where widgets stand beside each other."""
    form = _made(name, area, theme)
    form.resize(900, 700)
    form.show()
    stack = form.findChild(QStackedWidget)
    for page in range(stack.count() if stack else 1):
        if stack:
            stack.setCurrentIndex(page)
        for before, after in pairwise(_walked(form)):
            one, other = (QRect(widget.mapTo(form, QPoint()), widget.size()) for widget in (before, after))
            beside = (one.top() <= other.center().y() <= one.bottom()
                      or other.top() <= one.center().y() <= other.bottom())
            assert (other.left() > one.left()) if beside else other.top() > one.top(), (
                f"{after.objectName()} comes after {before.objectName()}")


def _walked(form: QWidget) -> list[QWidget]:
    """What Tab stops at, beginning with the first."""
    walked, at = [], form.nextInFocusChain()
    while at is not form:
        if at.focusPolicy() & Qt.FocusPolicy.TabFocus and at.isVisible():
            walked.append(at)
        at = at.nextInFocusChain()
    return walked


def test_no_form_speaks_of_fonts_or_colours() -> None:
    """Those come from the tokens alone, also in Designer's files."""
    for path in (ROOT / "ui").glob("*.ui"):
        text = path.read_text(encoding="utf-8")
        for word in ('"font"', '"palette"', '"styleSheet"', "<iconset", "<pixmap"):
            assert word not in text, f"{path.name} holds {word}"
    assert FORMS
