"""What a screen is that lists accounts: they can be worked one by one, from page to page, without going back to it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal

from app.views.desk.screen import Screen


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceInList:
    """Where an account stands: "3 of 14"."""

    number: int
    """From 1."""
    count: int


class AccountListScreen(Screen):
    """Base of the customer list and of the proposals of a scan."""

    rows_changed = Signal()  # rows came, went or were put in another order

    def show_provider(self, provider_id: int | None) -> None:
        """List the accounts of a provider, where the list is of one provider at a time."""

    def preview_account(self, account_id: int) -> None:
        """Show an account beside the list, where there is such a preview."""

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


class AccountScreen(Screen):
    """Base of the page of one account, which is the `ident` of its target."""

    def show_place(self, place: PlaceInList | None) -> None:
        """Say where the account stands in the list one came from; None where there is no such list."""
        raise NotImplementedError
