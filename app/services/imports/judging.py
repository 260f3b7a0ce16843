"""What judging staged rows against the database comes to, whatever the kind of import."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.values import MAX_MINOR, AccountType, MoneyError, parse_amount, places_of, plain_amount
from app.services.database.dialects import among
from app.services.errors import RowError
from app.services.files.texts import shown
from app.services.imports.maps.fields import written
from app.services.imports.providers import ProviderFacts
from app.services.imports.staging import Stage, StagedRow
from app.services.wording import counted

_NO_OWNERS = (AccountType.SYSTEM.value, AccountType.OPERATOR.value)


@dataclass(slots=True)
class Judgement:
    """Rows sorted into new ones and known ones, and everything that stands against importing the file."""

    new: dict[str, list[StagedRow]] = field(default_factory=dict)
    """By code of the provider, in the order of the file."""
    known: int = 0
    errors: list[RowError] = field(default_factory=list)
    suspense: int = 0
    """New payments that nobody can have, and that go to the suspense account."""
    facts: Any = None
    """What the kind of import looked up and needs again for writing."""

    @property
    def added(self) -> int:
        return sum(map(len, self.new.values()))


def by_provider(
    rows: Sequence[StagedRow], providers: Mapping[str, ProviderFacts]
) -> Iterator[tuple[ProviderFacts, list[StagedRow]]]:
    """The rows of every provider that exists."""
    groups: dict[str, list[StagedRow]] = {}
    for row in rows:
        groups.setdefault(row.provider, []).append(row)
    for code, of_provider in groups.items():
        if code in providers:
            yield providers[code], of_provider


def keys_of(rows: Collection[StagedRow]) -> list[str]:
    """The keys of rows, as far as they have one."""
    return [row.key for row in rows if row.key]


def known_accounts(session: Session, provider_id: int, codes: Collection[str]) -> dict[str, int]:
    """Ids of accounts of a provider that may own services and documents, by code."""
    return dict(session.execute(
        select(Account.code, Account.id)
        .where(Account.provider_id == provider_id, among(session, Account.code, codes),
               Account.type.not_in(_NO_OWNERS))
    ).all())


def currencies_of(session: Session, account_ids: Collection[int]) -> dict[int, str]:
    """What accounts are kept in."""
    return dict(session.execute(
        select(Account.id, Account.currency).where(among(session, Account.id, account_ids))).all())


def unknown_account(stage: Stage, row: StagedRow) -> RowError:
    """The error of a row whose account does not exist."""
    code = shown(row.values["account"])
    return stage.refuse(row, "account", f'Provider {row.provider} has no account "{code}". Import the accounts first, '
                                        "or correct the code.")


def minor_units(stage: Stage, row: StagedRow, name: str, currency: str) -> int | RowError:
    """A figure of a row in minor units of its currency, or what is wrong with it."""
    figure: Decimal = row.values[name]
    try:
        return parse_amount(format(figure, "f"), currency)
    except MoneyError:
        quoted, mark = f'"{stage.text_of(row, name)}"', stage.mark_of(name)
        given, places = -int(figure.as_tuple().exponent), places_of(currency)
        if given <= places:
            most = plain_amount(MAX_MINOR - 1, currency).replace(".", mark)
            return stage.refuse(row, name, f"{quoted} is beyond what one amount may be. The most is {most}.")
        example = plain_amount(1250, currency).replace(".", mark)
        return stage.refuse(row, name, f"{quoted} has {counted(given, 'decimal place')}, {currency} has "
                                       f"{places or 'none'}. Write it for instance as {example}.")


def differences(
    stage: Stage, row: StagedRow, here: Mapping[str, object], there: Mapping[str, object], *,
    equal: Callable[[str, object, object], bool] = lambda _name, mine, other: mine == other,
) -> list[RowError]:
    """One error for every field in which a row differs from what the database has under the same key.

    Only what the row says is compared: an empty cell says nothing.
    """
    return [
        stage.refuse(row, name, f"{row.name} is there already, with {written(there.get(name))} where this row says "
                                f"{written(value)}. An import adds and never changes what is there. "
                                "Correct the row, or take it out.")
        for name, value in here.items() if not equal(name, value, there.get(name))
    ]


def sort_rows(
    stage: Stage, judgement: Judgement, rows: Sequence[StagedRow], known: Mapping[str, Mapping[str, object]],
    content: Callable[[StagedRow], Mapping[str, object]], **options: Any,
) -> None:
    """Sort rows of one provider into new ones, known ones with equal content, and contradictions."""
    for row in rows:
        if not row.key:
            continue
        there = known.get(row.key)
        if there is None:
            judgement.new.setdefault(row.provider, []).append(row)
        elif found := differences(stage, row, content(row), there, **options):
            judgement.errors.extend(found)
        else:
            judgement.known += 1
