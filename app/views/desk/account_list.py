"""What a screen is that lists accounts: they can be worked one by one, from page to page, without going back to it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal

from app.views.desk.screen import Screen


@dataclass(frozen=True, slots=True)
class PlaceInList:
    """Where an account stands: "3 of 14"."""

    number: int
    """From 1."""
    count: int


class AccountListScreen(Screen):
    """Base of the customer list and of the proposals of a scan."""

    rows_changed = Signal()  # rows came, went or were put in another order

    def begin(self) -> None:
        """Have the rows read where that has not happened yet, as after a start with another tab in front."""

    def place_of(self, account_id: int) -> PlaceInList | None:
        """Where an account stands; None where it is not among the rows at hand."""
        raise NotImplementedError

    def neighbour(self, account_id: int, step: int) -> int | None:
        """The account so many rows further, which becomes the current row of the list.

        None beyond either end, and where its row is still being read; `rows_changed` then says when it is there.
        """
        raise NotImplementedError
