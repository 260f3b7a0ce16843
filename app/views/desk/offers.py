"""What one room of screens offers to the others, so that none of them imports another.

An offer is a name with a type. The feature that has it says how it is made; it is made when somebody first asks, once
for a window.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar, cast

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.models.values import TransactionKind
    from app.services.customers.choice import Selected
    from app.views.desk.command_rows import RecordSource
    from app.views.widgets.menus import Entry

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer(Generic[T]):
    """The name of something whose type is `T`."""

    name: str


class Document(Protocol):
    """A row of a ledger, or of a list of documents."""

    @property
    def id(self) -> int: ...

    @property
    def kind(self) -> TransactionKind: ...

    @property
    def number(self) -> str:
        """Empty of a draft."""

    @property
    def is_draft(self) -> bool: ...

    @property
    def is_cancelled(self) -> bool: ...

    @property
    def disputed_minor(self) -> int: ...


class Verbs(Protocol):
    """Knows what can be done with a document."""

    def entries(self, document: Document, owner: QWidget) -> Sequence[Entry | None]:
        """The lines of its menu; what asks something asks over the owner."""

    def write(self, kind: TransactionKind, account_id: int, owner: QWidget) -> None:
        """Ask for a document of this kind, of an account."""


class OfferError(LookupError):
    """Nobody offers what was asked for, or two do: a mistake of ours."""


class Offers:
    """The offers of one window."""

    def __init__(self) -> None:
        self._makers: dict[str, Callable[[], Any]] = {}
        self._made: dict[str, Any] = {}

    def add(self, offer: Offer[T], make: Callable[[], T]) -> None:
        """Say how an offer is made."""
        if offer.name in self._makers:
            raise OfferError(f"{offer.name} is offered already")
        self._makers[offer.name] = make

    def has(self, offer: Offer[Any]) -> bool:
        """Whether somebody offers it in this window."""
        return offer.name in self._makers

    def get(self, offer: Offer[T]) -> T:
        """What is offered, the same at every call."""
        if offer.name not in self._made:
            if offer.name not in self._makers:
                raise OfferError(f"nobody offers {offer.name}")
            self._made[offer.name] = self._makers[offer.name]()
        return cast("T", self._made[offer.name])


NEW_ACCOUNT: Final[Offer[Callable[[int | None], object]]] = Offer(name="a new account below this parent")
"""Without a parent it begins below the provider of the list."""
MOVE_TO_PROFILE: Final[Offer[Callable[[Selected, QWidget], object]]] = Offer(
    name="another profile for these customers")
"""Asks over a widget, shows what it would do, and says afterwards how to take it back."""
RECORDS: Final[Offer[RecordSource]] = Offer(name="accounts and invoices by a text")
"""Lines of the command box."""
MESSAGES_OF_RUN: Final[Offer[Callable[[int], object]]] = Offer(name="the messages that a run caused")
"""Shows what a scan, by its number, had told outside and how that went."""
DOCUMENT_VERBS: Final[Offer[Verbs]] = Offer(name="what can be done with a document")
"""For the menus of ledgers and lists."""
