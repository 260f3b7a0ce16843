"""Which invoices to print: every posted match, whatever its delivery, payment or dispute.

A selection is what the operator asked for; `resolve` looks its codes and numbers up, refuses what is not there, and
gives the conditions by which every query of the batch finds the same invoices in the same order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.orm import Session, aliased

from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.values import PROVIDER_TYPES, TransactionKind, TransactionState
from app.services.access.authorize import authorize, visible
from app.services.access.principal import principal_of
from app.services.errors import InputRejected, NotFound, RefusedByRule, RowError
from app.services.files.looking import read_whole
from app.services.hierarchy.finding import find_account, find_provider
from app.services.paging import Order
from app.services.wording import counted

_PART = 400
"""Values of one `IN (…)` list: below the parameter limits of both databases."""

_PROVIDER = aliased(Account, name="issuer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What to print. Everything given must hold; nothing given selects every posted invoice."""

    provider: str | None = None
    """Code of the provider that issued the invoices."""
    account: str | None = None
    """CODE or PROVIDER/CODE of the account they are made out to."""
    issued_from: date | None = None
    issued_to: date | None = None
    """Issue dates, both inclusive."""
    numbers: tuple[str, ...] | None = None
    """Invoice numbers or PROVIDER/NUMBER, in any order, blank ones ignored (a place in it is a line of the file)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedSelection:
    """A selection whose codes and numbers were found."""

    conditions: tuple[ColumnElement[bool], ...]
    described: dict[str, Any]
    """In codes and words, the same for the same selection however it was written; identifies a batch."""
    numbered_ids: tuple[int, ...] | None = None
    """The invoices the numbers name; the other conditions may still leave some of them out."""
    is_of_one_provider: bool = False


def read_ids_file(path: Path) -> tuple[str, ...]:
    """The lines of a file of invoice numbers, for `Selection.numbers`; a blank line is an empty text.

    Byte order marks and any line ends are accepted. Raises InputRejected where it cannot be read or is not UTF-8.
    """
    try:
        text = read_whole(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputRejected(
            f"{path} is not UTF-8: byte {error.start + 1} cannot be read. Save it as UTF-8 text, one number a line."
        ) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputRejected(f"{path} cannot be read: {reason}.") from None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    numbers = tuple(line.strip() for line in lines)
    if not any(numbers):
        raise InputRejected(f"{path} names no invoice. Write one invoice number a line.")
    return numbers


def resolve(session: Session, selection: Selection) -> ResolvedSelection:
    """Find what the selection names.

    Raises NotFound for a provider or account that is not there, RefusedByRule for dates the wrong way round, and
    InputRejected with a row for each number that is unknown or belongs to several providers.
    """
    authorize(session, Power.INVOICES_PRINT)
    _check_dates(selection)
    t = FinancialTransaction
    conditions = [t.kind == TransactionKind.INVOICE.value, t.state == TransactionState.POSTED.value,
                  *_in_reach(session)]
    provider = None if selection.provider is None else find_provider(session, selection.provider)
    if provider is not None:
        conditions.append(t.provider_id == provider.id)
    account = None if selection.account is None else _account(session, selection.account, provider)
    if account is not None:
        conditions.append(t.account_id == account.id)
    if selection.issued_from is not None:
        conditions.append(t.issued_on >= selection.issued_from)
    if selection.issued_to is not None:
        conditions.append(t.issued_on <= selection.issued_to)
    described: dict[str, Any] = {
        "provider": provider.code if provider else None,
        "account": _qualified(session, account) if account else None,
        "from": selection.issued_from.isoformat() if selection.issued_from else None,
        "to": selection.issued_to.isoformat() if selection.issued_to else None,
        "numbers": None,
    }
    ids = None
    if selection.numbers is not None:
        within = provider.id if provider else account.provider_id if account else None
        named = _Numbers(session, within).find(selection.numbers)
        ids = tuple(sorted(named))
        described["numbers"] = sorted(set(named.values()))
        conditions.append(t.id.in_(bindparam("numbered", ids, expanding=True, literal_execute=True)))
    return ResolvedSelection(conditions=tuple(conditions), described=described, numbered_ids=ids,
                             is_of_one_provider=provider is not None or account is not None)


def _in_reach(session: Session) -> list[ColumnElement[bool]]:
    """Invoices of accounts that the person may see; nothing where that is every account, so that indexes serve."""
    if principal_of(session).reaches_everything:
        return []
    return [FinancialTransaction.account_id.in_(select(Account.id).where(visible(session)))]


def selected(resolved: ResolvedSelection, *columns: Any) -> Select[Any]:
    """A statement over the invoices of a selection, joined with the provider that issued them (`issuer`)."""
    t = FinancialTransaction
    return select(*columns).select_from(t).join(_PROVIDER, _PROVIDER.id == t.provider_id).where(*resolved.conditions)


def issuer_code() -> ColumnElement[str]:
    """Code of the provider that issued an invoice, in statements of `selected`."""
    return _PROVIDER.code.expression


def print_order(resolved: ResolvedSelection | None = None) -> Order:
    """Provider, issue date, number: the order of a batch, of its merged file and of its list.

    Told of a selection within one provider, it leaves the code out: the index by issue date then serves the pages of
    a large book. Places in the two orders are not the same thing.
    """
    t = FinancialTransaction
    within = (t.issued_on.expression, t.number.expression, t.id.expression)
    return Order(within if resolved and resolved.is_of_one_provider else (issuer_code(), *within))


def _check_dates(selection: Selection) -> None:
    begin, end = selection.issued_from, selection.issued_to
    if begin is not None and end is not None and begin > end:
        raise RefusedByRule(
            f"No invoice is issued from {begin.isoformat()} to {end.isoformat()}: the first date lies after the second."
        )


def _account(session: Session, text: str, provider: Account | None) -> Account:
    """The account a selection names; a code that several providers use is that of the provider given beside it."""
    if provider is not None:
        for code in (text, text.removeprefix(f"{provider.code}/")):
            account = session.scalars(
                select(Account).where(Account.provider_id == provider.id, Account.code == code, visible(session))
            ).one_or_none()
            if account is not None:
                return account
        raise NotFound(f'{provider.code} has no account with the code "{text}".')
    return find_account(session, text)


def _qualified(session: Session, account: Account) -> str:
    return f"{session.get_one(Account, account.provider_id).code}/{account.code}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """A posted invoice that goes by a number."""

    id: int
    provider_code: str
    number: str

    @property
    def qualified(self) -> str:
        return f"{self.provider_code}/{self.number}"


class _Numbers:
    """Looks invoice numbers up: as they stand, else as PROVIDER/NUMBER."""

    def __init__(self, session: Session, provider_id: int | None) -> None:
        self._session = session
        self._provider_id = provider_id

    def find(self, numbers: Sequence[str]) -> dict[int, str]:
        """Ids of the invoices with the way to write each; raises InputRejected naming every row that has none."""
        rows = {row: text.strip() for row, text in enumerate(numbers, start=1) if text.strip()}
        if not rows:
            raise InputRejected("No invoice number was given.")
        # A text with NUL is no number, and PostgreSQL would not even look.
        found = self._find_both_ways({text for text in rows.values() if "\0" not in text})
        errors = [error for row, text in rows.items() if (error := self._error(row, text, found.get(text, ())))]
        if errors:
            raise InputRejected(f"{counted(len(errors), 'invoice number')} cannot be printed, so nothing was.", errors)
        return {invoice.id: invoice.qualified for named in found.values() for invoice in named}

    def _find_both_ways(self, texts: set[str]) -> dict[str, list[_Named]]:
        """The invoices each text may mean: a number as it stands, or PROVIDER/NUMBER."""
        found: dict[str, list[_Named]] = defaultdict(list)
        for invoice in self._invoices(texts):
            found[invoice.number].append(invoice)
        ways = self._ways_with_provider(texts)
        for invoice in self._invoices({number for _, number in ways}):
            way = (invoice.provider_code, invoice.number)
            if way in ways:
                found[ways[way]].append(invoice)
        return found

    def _ways_with_provider(self, texts: Iterable[str]) -> dict[tuple[str, str], str]:
        """Provider code and number that a text may be put together of; both may hold slashes, so each is tried."""
        ways: dict[tuple[str, str], str] = {}
        for text in texts:
            parts = text.split("/")
            for place in range(1, len(parts)):
                ways["/".join(parts[:place]).strip(), "/".join(parts[place:]).strip()] = text
        codes = self._providers({code for code, _ in ways})
        return {way: text for way, text in ways.items() if way[0] in codes}

    def _invoices(self, numbers: Iterable[str]) -> Iterable[_Named]:
        t = FinancialTransaction
        for part in _parts(numbers):
            statement = (
                select(t.id, _PROVIDER.code, t.number)
                .join(_PROVIDER, _PROVIDER.id == t.provider_id)
                .where(t.number.in_(part), t.kind == TransactionKind.INVOICE.value,
                       t.state == TransactionState.POSTED.value, *_in_reach(self._session))
                .order_by(_PROVIDER.code)
            )
            if self._provider_id is not None:
                statement = statement.where(t.provider_id == self._provider_id)
            for id_, code, number in self._session.execute(statement):
                yield _Named(id=id_, provider_code=code, number=number or "")

    def _providers(self, codes: Iterable[str]) -> set[str]:
        known: set[str] = set()
        for part in _parts(codes):
            known |= set(self._session.scalars(
                select(Account.code).where(Account.code.in_(part), Account.type.in_(sorted(PROVIDER_TYPES)))
            ))
        return known

    def _error(self, row: int, text: str, found: Sequence[_Named]) -> RowError | None:
        if len(found) == 1:
            return None
        if found:
            ways = ", ".join(sorted({invoice.qualified for invoice in found} - {text}))
            message = f"Several invoices go by this. Write one of: {ways}; or choose the provider."
            return RowError(row=row, field="number", value=text, message=message)
        where = ""
        if self._provider_id is not None:
            where = f" at {self._session.get_one(Account, self._provider_id).code}"
        return RowError(row=row, field="number", value=text,
                        message=f"There is no posted invoice of this number{where}.")


def _parts(values: Iterable[str]) -> Iterable[list[str]]:
    listed = sorted(values)
    for start in range(0, len(listed), _PART):
        yield listed[start : start + _PART]
