"""Forms as tables of fields: what they hold, what they refuse, and what they hand to the command that saves them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.services.changes import ChangeSet, Created
from app.services.errors import RefusedByRule
from app.services.saving import Conflict, SavedMeanwhile, Trace
from app.views.asking.choices import TickBox, TickList
from app.views.asking.form_dialog import FormDialog, in_fields
from app.views.asking.form_fields import FormField
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from tests.support.driver import Driver
from tests.support.immediate_runner import ImmediateRunner


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Row:
    name: str
    colour: Colour
    code: str


class Books:
    """A database whose only session is a list of what was saved."""

    def __init__(self) -> None:
        self.saved: list[dict[str, Any]] = []

    def attempt(self, work: Callable[[Books], Any]) -> Any:
        return work(self)


def save(books: Books, **values: Any) -> Created:
    if values.get("name") == "taken":
        raise RefusedByRule("That name is taken.")
    books.saved.append(values)
    return Created(id=7, changes=ChangeSet.empty())


def a_tick(theme: Theme) -> QWidget:
    return TickBox(theme, "As &default")


def some_ticks(_theme: Theme) -> QWidget:
    ticks = TickList()
    ticks.set_choices([("One", 1), ("Two", 2)], ticked=[2])
    return ticks


FIELDS = (
    FormField(key="name", label="&Name", hint="Short.", needed="Type a name.", example="For instance KEY"),
    FormField(key="code", label="&Code", is_fixed=True),
    FormField(key="colour", label="C&olour", choices=[("Red", Colour.RED), ("Blue", Colour.BLUE)]),
    FormField(key="secret", label="&Password", is_secret=True),
    FormField(key="again", label="&Again", is_secret=True, repeats="secret", needed="They differ."),
    FormField(key="tick", label="", made=a_tick),
    FormField(key="ticks", label="&Several", made=some_ticks),
)


@dataclass
class Asked:
    """A dialog over an empty window, and what its command saved."""

    dialog: FormDialog
    books: Books
    hand: Driver[FormDialog]
    created: list[int]
    window: QWidget


@pytest.fixture
def asked(qtbot: QtBot, qapp: QApplication) -> Asked:
    books, window = Books(), QWidget()
    qtbot.addWidget(window)
    window.show()
    dialog = FormDialog(
        Theme(qapp), ImmediateRunner(books, ChangeBus()), "Edit", "A text.", verb="Save", icon=Icon.EDIT, parent=window,
        fields=FIELDS, row=Row(name="Key", colour=Colour.BLUE, code="K1"), limits={"name": 5},
        saves=partial(save, book_id=3))
    made: list[int] = []
    dialog.created.connect(made.append)
    dialog.open()
    return Asked(dialog, books, Driver(dialog), made, window)


def test_a_form_is_filled_from_its_row_and_saves_under_its_keys(asked: Asked) -> None:
    hand = asked.hand
    assert (hand.value("Name"), hand.value("Code"), hand.value("Colour")) == ("Key", "K1", "Blue")
    assert not hand.field("Code").isEnabled(), "what is fixed is shown and not changed"
    assert hand.has_keyboard("Name"), "the keyboard is in the first field that can be changed"
    hand.fill("Name", " Longer than five")
    assert hand.value("Name") == " Long", "the limit of the column is the limit of the field"
    hand.choose("Colour", "Red")
    hand.find("As default").setChecked(True)
    hand.click("Save")
    assert asked.books.saved == [{"book_id": 3, "name": "Long", "colour": Colour.RED, "secret": "", "tick": True,
                                  "ticks": [2]}]
    assert asked.books.saved[0]["colour"] is Colour.RED, "a choice comes back as what it stands for"
    assert asked.created == [7]
    assert not asked.dialog.isVisible()


def test_what_is_refused_is_said_below_its_field_until_it_is_edited(asked: Asked) -> None:
    hand = asked.hand
    hand.fill("Name", "")
    hand.fill("Password", "one")
    hand.fill("Again", "two")
    hand.click("Save")
    assert asked.books.saved == []
    assert hand.refused == ["Name", "Again"]
    assert asked.dialog.words == "Type a name. They differ."
    assert hand.has_keyboard("Name")
    assert hand.description("Name") == "Type a name."
    assert not hand.has("Short."), "the refusal stands where the hint was"
    hand.fill("Name", "x")
    assert hand.refused == ["Again"]
    assert hand.has("Short.")
    hand.fill("Again", "one")
    assert hand.refused == []
    hand.click("Save")
    assert asked.books.saved[0]["secret"] == "one"
    assert "again" not in asked.books.saved[0], "what is typed once more is no value"


def test_a_refusal_of_the_command_keeps_what_was_typed(asked: Asked) -> None:
    asked.hand.fill("Name", "taken")
    asked.hand.click("Save")
    assert asked.dialog.words == "That name is taken. Nothing was changed; what you typed is kept."
    assert asked.hand.value("Name") == "taken"
    assert asked.hand.button("Save").isEnabled()


def test_passwords_leave_the_screen_with_the_dialog(asked: Asked) -> None:
    asked.hand.fill("Password", "one")
    asked.dialog.reject()
    assert asked.dialog.entries.field("secret", QLineEdit).text() == ""
    with pytest.raises(TypeError, match="the field tick is a TickBox"):
        asked.dialog.entries.field("tick", QLineEdit)


def test_the_rest_of_a_form_is_saved_with_what_was_chosen(qtbot: QtBot, qapp: QApplication) -> None:
    window, books = QWidget(), Books()
    qtbot.addWidget(window)
    window.show()
    theirs = Conflict(field="name", label="name", before="a", theirs="b", yours="c", before_text="a", theirs_text="b",
                      yours_text="c", trace=Trace(who="ann@ht.example", at=datetime(2025, 6, 1, 10, 2, tzinfo=UTC)))

    def save_seen(books: Books, *, name: str, code: str, seen: dict[str, str]) -> None:
        if seen["name"] == "a":
            raise SavedMeanwhile([theirs], zone="UTC")
        books.saved.append({"name": name, "code": code})

    dialog = FormDialog(Theme(qapp), ImmediateRunner(books, ChangeBus()), "Edit", "A text.", verb="Save",
                        icon=Icon.EDIT, parent=window, saves=save_seen, seen={"name": "a", "code": ""}, sees=in_fields,
                        fields=[FormField(key=key, label=key) for key in ("name", "code")])
    dialog.open()
    dialog.entries.fill({"name": "c", "code": "X-1"})
    dialog.submit()
    Driver(dialog).click("Compare")
    dialog.conflict.rows[0].choose(is_mine=False)
    Driver(dialog).click("Save as chosen")
    assert books.saved == [{"name": "b", "code": "X-1"}]
    assert not dialog.isVisible()


def test_a_conflict_leaves_the_fields_of_a_long_form_their_height(qtbot: QtBot, qapp: QApplication) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    fields = [FormField(key=f"field{number}", label=f"Field {number}", hint="Said below it, at length. " * 5)
              for number in range(4)]
    dialog = FormDialog(Theme(qapp), ImmediateRunner(Books(), ChangeBus()), "Edit", "A text.", verb="Save",
                        icon=Icon.EDIT, parent=window, fields=fields)
    dialog.open()
    theirs = Conflict(field="field0", label="field 0", before="a", theirs="b", yours="c", before_text="a",
                      theirs_text="b", yours_text="c",
                      trace=Trace(who="ann@ht.example", at=datetime(2025, 6, 1, 10, 2, tzinfo=UTC)))
    dialog.conflict.offer(SavedMeanwhile([theirs], zone="UTC"), lambda _settlement: None)
    Driver(dialog).click("Compare")
    qapp.processEvents()
    assert dialog.conflict.rows[0].isVisible()
    said = [label for label in dialog.findChildren(QLabel) if label.text().startswith("Said below it")]
    assert len(said) == len(fields)
    assert [label.text() for label in said if label.height() < label.heightForWidth(label.width())] == []
    assert dialog.height() <= dialog.screen().availableGeometry().height()
