"""What every kind of import does alike: judging provider by provider, and writing with progress between them.

A new kind says which rows it knows, what is wrong with one of its own, and how its rows are written.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy.orm import Session

from app.services.changes import ChangeSet
from app.services.errors import RowError
from app.services.imports.judging import (
    Judgement,
    by_provider,
    currencies_of,
    known_accounts,
    sort_rows,
    unknown_account,
)
from app.services.imports.providers import ProviderFacts, providers_of, unknown_provider
from app.services.imports.staging import Stage, StagedRow
from app.services.jobs import JobContext, Progress
from app.services.ledger.open_days import closed_days


class Importer(ABC):
    """One kind of import: judging reads only, writing follows a judgement without errors in the same transaction."""

    noun: ClassVar[str]
    """What its rows are called while they are written."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    @property
    def makes_providers(self) -> bool:
        """Whether providers that are not there are made, so that nobody else may make them meanwhile."""
        return False

    @abstractmethod
    def judge(self, session: Session) -> Judgement:
        """Compare the staged rows with what is there."""

    def write(self, session: Session, judgement: Judgement, context: JobContext) -> ChangeSet:
        """Write what is new, provider by provider; it can be stopped between two of them."""
        touched: set[int] = set()
        done = 0
        for code, rows in judgement.new.items():
            touched.update(self.write_rows(session, judgement.facts, code, rows))
            done += len(rows)
            context.report(Progress(done=done, total=judgement.added, note=f"{self.noun} of {code}"))
            context.raise_if_cancelled()
        return self.finish(session, touched)

    @abstractmethod
    def write_rows(self, session: Session, facts: Any, code: str, rows: Sequence[StagedRow]) -> Iterable[int]:
        """Write the rows of one provider; returns the accounts whose books have changed."""

    @abstractmethod
    def finish(self, session: Session, touched: set[int]) -> ChangeSet:
        """Do what is left when all is written, and say what changed."""


@dataclass(slots=True)
class Facts:
    """What rows name and the database has."""

    providers: dict[str, ProviderFacts]
    accounts: dict[tuple[str, str], int] = field(default_factory=dict)
    """(provider code, account code) → id."""
    currencies: dict[int, str] = field(default_factory=dict)
    """Account → what it is kept in."""

    def currency_of(self, row: StagedRow) -> str:
        """What the amounts of a row are in: the currency of its account, of the books while that is not known."""
        account_id = self.accounts.get((row.provider, row.values.get("account", "")))
        return self.providers[row.provider].currency if account_id is None else self.currencies[account_id]

    def by_currency(self, rows: Iterable[StagedRow]) -> dict[str, list[StagedRow]]:
        """Rows that were judged, apart for each currency."""
        found: dict[str, list[StagedRow]] = {}
        for row in rows:
            found.setdefault(self.currency_of(row), []).append(row)
        return found

    def account_of(self, row: StagedRow) -> int:
        """The account of a row that was judged."""
        return self.accounts[row.provider, row.values["account"]]


F = TypeVar("F", bound=Facts)


class OfAccounts(Importer, Generic[F]):
    """An import whose every row belongs to an account that is there."""

    facts: ClassVar[type[Facts]] = Facts

    def judge(self, session: Session) -> Judgement:
        """Compare the staged rows with accounts, and with rows of the same key, that are there."""
        facts: Any = self.facts(providers_of(session, self.stage))
        judgement = Judgement(facts=facts)
        for row in self.stage.unfolded:
            judgement.errors.extend(self.faults_of_row(row))
            if row.provider and row.provider not in facts.providers:
                judgement.errors.append(unknown_provider(self.stage, row))
        for provider, rows in by_provider(self.stage.unfolded, facts.providers):
            found = known_accounts(session, provider.id, said(rows, "account"))
            facts.accounts.update({(provider.code, code): id_ for code, id_ in found.items()})
            facts.currencies.update(currencies_of(session, found.values()))
            self.look_up(session, provider, rows, facts)
            for row in rows:
                if row.values.get("account") is not None and row.values["account"] not in found:
                    judgement.errors.extend(self.without_account(row))
                judgement.errors.extend(self.faults(row, provider, facts))
        for provider, rows in by_provider(self.stage.rows, facts.providers):
            sort_rows(self.stage, judgement, rows, self.known(session, provider, rows),
                      lambda row: self.content(row, facts.currency_of(row)))
            judgement.errors.extend(self._on_closed_days(session, provider, judgement.new.get(provider.code, ())))
        return judgement

    def without_account(self, row: StagedRow) -> Iterable[RowError]:
        """What is wrong with a row whose account is not there."""
        yield unknown_account(self.stage, row)

    def posted_by(self, row: StagedRow) -> str | None:
        """The field whose day a row would be posted on; None where nothing is posted."""
        del row
        return None

    def _on_closed_days(
        self, session: Session, provider: ProviderFacts, rows: Iterable[StagedRow]
    ) -> Iterable[RowError]:
        """New rows of days that an accounting period has closed; what is there already stays as it is."""
        of_field = [(row, field) for row in rows if (field := self.posted_by(row)) in row.values]
        closed = closed_days(session, provider.id, (row.values[field] for row, field in of_field)) if of_field else {}
        return [self.stage.refuse(row, field, closed[row.values[field]]) for row, field in of_field
                if row.values[field] in closed]

    def faults_of_row(self, row: StagedRow) -> Iterable[RowError]:
        """What is wrong with a row whoever its provider is."""
        del row
        return ()

    def look_up(self, session: Session, provider: ProviderFacts, rows: Sequence[StagedRow], facts: F) -> None:
        """Find what rows of a provider name besides accounts."""

    def faults(self, row: StagedRow, provider: ProviderFacts, facts: F) -> Iterable[RowError]:
        """What is wrong with a row by itself, now that its provider is known."""
        del row, provider, facts
        return ()

    @abstractmethod
    def known(
        self, session: Session, provider: ProviderFacts, rows: Collection[StagedRow]
    ) -> Mapping[str, Mapping[str, object]]:
        """What the database says of the rows of a provider, by key, in the words of the fields."""

    def content(self, row: StagedRow, currency: str) -> Mapping[str, object]:
        """What a row says, for comparison with what is known."""
        del currency
        return row.values


def said(rows: Iterable[StagedRow], name: str) -> Collection[str]:
    """What rows say in one field, each once."""
    return dict.fromkeys(row.values[name] for row in rows if name in row.values)
