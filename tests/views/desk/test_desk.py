"""What a desk carries besides the parts it is made of: offers between rooms, memory of one database."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from app.views.desk.memory import BooksMemory
from app.views.desk.offers import Offer, OfferError, Offers

LETTERS: Offer[list[str]] = Offer(name="letters")


def test_an_offer_is_made_when_it_is_first_asked_for_and_only_once() -> None:
    offers, made = Offers(), []

    def make() -> list[str]:
        made.append(1)
        return ["a"]

    offers.add(LETTERS, make)
    assert not made
    offers.get(LETTERS).append("b")
    assert offers.get(LETTERS) == ["a", "b"]
    assert made == [1]


def test_what_nobody_offers_and_what_two_offer_is_a_mistake_of_ours() -> None:
    offers = Offers()
    with pytest.raises(OfferError, match="nobody offers letters"):
        offers.get(LETTERS)
    offers.add(LETTERS, list)
    with pytest.raises(OfferError, match="letters is offered already"):
        offers.add(LETTERS, list)


def test_each_database_has_a_memory_of_its_own_and_its_address_stays_out_of_the_file(tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    memory = BooksMemory(settings, "postgresql://kim:secret@db/books")
    memory.keep("tree", {"expanded": [1, 2]})
    assert memory.kept("tree") == {"expanded": [1, 2]}
    assert memory.kept("tabs") == {}
    assert BooksMemory(settings, "other").kept("tree") == {}
    assert all("secret" not in key and "kim" not in key for key in settings.allKeys())


@pytest.mark.parametrize("damaged", ["{", "[1, 2]", "17", ""])
def test_what_cannot_be_read_is_as_if_nothing_had_been_kept(tmp_path: Path, damaged: str) -> None:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    memory = BooksMemory(settings, "books")
    memory.keep("tree", {"expanded": [1]})
    (key,) = settings.allKeys()
    settings.setValue(key, damaged)
    assert memory.kept("tree") == {}
