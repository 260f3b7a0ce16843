"""Changing statuses from a file: ACCOUNT_ID, ACCOUNT_STATUS and ACCOUNT_STATUS_REASON, all or nothing.

Every row names an account by CODE, or PROVIDER/CODE where several providers use the code, a status and a reason, both
by their names (ARCHITECTURE.md, "Status changes"). One wrong row keeps the whole file out, and every wrong row is
listed. Reading the same file again changes nothing, because the accounts show those statuses already.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.rules.status_changes import reason_text
from app.models.rules.status_targets import reason_named, status_named
from app.models.values import AccountStatus, StatusReason
from app.services.access.audit import write_audit
from app.services.access.authorize import authorize, visible
from app.services.changes import ChangeSet
from app.services.database.dialects import among
from app.services.database.unit_of_work import Database
from app.services.errors import InputRejected, RowError
from app.services.files.reading import DataRow, read_table
from app.services.files.texts import shown
from app.services.jobs import JobContext, Progress
from app.services.status.bulk import Verdict, Wish, as_seen, carry_out, judge, lock_for
from app.services.status.taking_back import statuses_set, way_back
from app.services.wording import by_count, counted, listed

ID, STATUS, REASON = "ACCOUNT_ID", "ACCOUNT_STATUS", "ACCOUNT_STATUS_REASON"
MOST_ROWS = 2000
"""Rows of one file, its header among them."""


@dataclass(frozen=True, slots=True)
class StatusColumns:
    """The columns of a file of statuses; its separator is whatever its header uses."""

    name: str = "status import"
    delimiter: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        return (ID, STATUS, REASON)

    def places_of_columns(self) -> Iterator[tuple[str, str]]:
        """All three are needed."""
        yield from ((column, "every row needs it") for column in self.columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange:
    """One account that changes, or would."""

    row: int
    code: str
    name: str
    old: AccountStatus
    new: AccountStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReport:
    """What came of a file. With errors nothing was changed."""

    rows: int
    """Data rows, the header not included."""
    changed: int
    """Accounts changed; in a dry run, those that would be."""
    skipped: int
    """Accounts that show the status already."""
    errors: tuple[RowError, ...] = ()
    accounts: tuple[StatusChange, ...] = ()
    along: int = 0
    """Members of group accounts that go along with them."""
    dry_run: bool = False
    changes: ChangeSet = field(default_factory=ChangeSet.empty)

    @property
    def sentence(self) -> str:
        """The outcome in words."""
        whole = [error.message for error in self.errors if error.row == 0]
        if whole:
            return f"{' '.join(whole)} Nothing was changed."
        wrong = len({error.row for error in self.errors})
        if wrong:
            return by_count(wrong, "{count} of {rows} is wrong, so nothing was changed.",
                            "{count} of {rows} are wrong, so nothing was changed.", rows=counted(self.rows, "row"))
        words = ("{changed} would be changed, {skipped} unchanged, from {rows}." if self.dry_run else
                 "{changed} changed, {skipped} unchanged, from {rows}.")
        if self.along:
            words += by_count(self.along, " {count} member of a group account goes along.",
                              " {count} members of group accounts go along.")
        return words.format(changed=counted(self.changed, "account"), skipped=f"{self.skipped:,}",
                            rows=counted(self.rows, "row"))


def import_statuses(
    database: Database, context: JobContext, *, path: Path, dry_run: bool, seen: Sequence[StatusChange] | None
) -> StatusReport:
    """Change the statuses a file names, all of them or none; a dry run answers the same and writes nothing.

    What is wrong is in the report, by row; row 0 stands for the file as a whole. `seen` is what a dry run showed, None
    where nothing was shown: then it is what the rows came to when they were read. An account that somebody gave another
    status since keeps the file out like any wrong row.
    """
    with database.read() as session:
        authorize(session, Power.CUSTOMERS_STATUS)
    context.report(Progress(done=0, total=0, note=f"Reading {shown(path.name)}"))
    try:
        table = read_table(path, StatusColumns())
    except InputRejected as refusal:
        return StatusReport(rows=0, changed=0, skipped=0, errors=refusal.rows, dry_run=dry_run)
    if table.count >= MOST_ROWS:
        message = (f"{shown(path.name)} has {counted(table.count + 1, 'row')} with its header. At most {MOST_ROWS:,} "
                   "are taken at once; part the file.")
        return StatusReport(rows=table.count, changed=0, skipped=0,
                            errors=(RowError(row=0, field="file", value=shown(path.name), message=message),),
                            dry_run=dry_run)
    if not table.rows and not table.errors:
        message = f"{shown(path.name)} has no rows below its header."
        return StatusReport(rows=0, changed=0, skipped=0, errors=(RowError(row=0, field="file", value=shown(path.name),
                                                                           message=message),), dry_run=dry_run)
    asked = _Asked(table.count, table.rows, table.errors)
    with database.read() as session:
        report = asked.judged(session)
    context.raise_if_cancelled()
    if dry_run or report.errors or not report.changed:
        return StatusReport(rows=report.rows, changed=report.changed, skipped=report.skipped, errors=report.errors,
                            accounts=report.accounts, along=report.along, dry_run=dry_run)
    return database.attempt(partial(asked.changed, file_name=shown(path.name),
                                    seen=report.accounts if seen is None else seen))


class _Asked:
    """The rows of one file, judged as often as needed."""

    def __init__(self, count: int, rows: Sequence[DataRow], errors: Sequence[RowError]) -> None:
        self._count = count
        self._errors = list(errors)
        self._rows = rows
        self._words: dict[int, tuple[AccountStatus, str]] = {}
        self._read_words()

    def _read_words(self) -> None:
        for row in self._rows:
            status, reason = status_named(row.cells[STATUS]), reason_named(row.cells[REASON])
            if not isinstance(status, AccountStatus):
                self._refuse(row, STATUS, status)
            if not isinstance(reason, StatusReason):
                self._refuse(row, REASON, reason)
            if isinstance(status, AccountStatus) and isinstance(reason, StatusReason):
                self._words[row.number] = status, reason_text(reason)

    def _refuse(self, row: DataRow, column: str, message: str) -> None:
        self._errors.append(_error(row, column, message))

    def judged(self, session: Session) -> StatusReport:
        """What the rows come to now."""
        return self._report(*self._judge(session))

    def changed(self, session: Session, file_name: str, seen: Sequence[StatusChange]) -> StatusReport:
        """Judge again under locks and, where nothing is wrong and nobody changed it since it was seen, change."""
        ids, _ = _accounts(session, self._rows)
        lock_for(session, list(ids.values()))
        errors, verdicts = self._judge(session)
        report = self._report([*errors, *_changed_since(session, verdicts, seen)], verdicts)
        if report.errors:
            return report
        meant = [verdict for _, verdict in verdicts]
        changes = carry_out(session, meant).with_undo(way_back(statuses_set(session, meant)))
        write_audit(session, provider_id=None, action="statuses_imported",
                    detail=f"From {file_name}: {report.changed} changed, {report.skipped} unchanged")
        return StatusReport(rows=report.rows, changed=report.changed, skipped=report.skipped, errors=(),
                            accounts=report.accounts, along=report.along, changes=changes)

    def _judge(self, session: Session) -> tuple[list[RowError], list[tuple[DataRow, Verdict]]]:
        ids, errors = _accounts(session, self._rows)
        rows = {row.number: row for row in self._rows}
        wishes = {number: Wish(account_id=account_id, target=self._words[number][0], reason=self._words[number][1])
                  for number, account_id in ids.items() if number in self._words}
        verdicts = {v.wish.account_id: v for v in judge(session, list(wishes.values()))}
        found = [(rows[number], verdicts[wish.account_id]) for number, wish in wishes.items()]
        errors += [_error(row, STATUS, verdict.refusal) for row, verdict in found if verdict.refusal]
        return errors, found

    def _report(self, errors: list[RowError], found: list[tuple[DataRow, Verdict]]) -> StatusReport:
        wrong = sorted(self._errors + errors, key=lambda e: (e.row, (ID, STATUS, REASON, e.field).index(e.field)))
        if wrong:
            return StatusReport(rows=self._count, changed=0, skipped=0, errors=tuple(wrong))
        accounts = tuple(StatusChange(row=row.number, code=v.code, name=v.name, old=v.old, new=v.wish.target)
                         for row, v in found if v.changes)
        return StatusReport(rows=self._count, changed=len(accounts), skipped=len(found) - len(accounts), errors=(),
                            accounts=accounts, along=sum(v.along for _, v in found if v.changes))


def _changed_since(
    session: Session, found: Sequence[tuple[DataRow, Verdict]], seen: Sequence[StatusChange]
) -> list[RowError]:
    """Rows whose account shows another status than was seen; one that was not listed showed the status wanted."""
    listed = {change.row: change.old for change in seen}
    statuses = {v.wish.account_id: listed.get(row.number, v.wish.target) for row, v in found}
    compared = as_seen(session, [verdict for _, verdict in found], statuses)
    return [_error(row, STATUS, now.refusal) for (row, then), now in zip(found, compared, strict=True)
            if now.refusal and not then.refusal]


def _error(row: DataRow, column: str, message: str) -> RowError:
    return RowError(row=row.number, field=column, value=shown(row.cells[column]), message=message)


def _accounts(session: Session, rows: Sequence[DataRow]) -> tuple[dict[int, int], list[RowError]]:
    """The account of every row by its number, and what is wrong with the others."""
    known = _known(session, {row.cells[ID] for row in rows if row.cells[ID]})
    ids: dict[int, int] = {}
    first: dict[int, int] = {}
    errors: list[RowError] = []
    for row in rows:
        text = row.cells[ID]
        found = known.get(text, {})
        if not text:
            errors.append(_error(row, ID, "The code of the account is missing. Write it."))
        elif not found:
            errors.append(_error(row, ID, f'There is no account with the code "{shown(text)}".'))
        elif len(found) > 1:
            errors.append(_error(row, ID, f"Several accounts have this code. Write {listed(sorted(found))}."
                                 .replace(" and ", " or ")))
        else:
            (account_id,) = found.values()
            before = first.setdefault(account_id, row.number)
            if before != row.number:
                errors.append(_error(row, ID, f"Row {before} names this account already. Leave one of them."))
            else:
                ids[row.number] = account_id
    return ids, errors


def _known(session: Session, texts: set[str]) -> dict[str, dict[str, int]]:
    """For every text the accounts it may mean, by the longer way to write them; CODE goes before PROVIDER/CODE."""
    owner = aliased(Account)
    tails = {text[place + 1:] for text in texts for place, sign in enumerate(text) if sign == "/"}
    rows = session.execute(
        select(Account.id, Account.code, owner.code.label("provider")).join(owner, owner.id == Account.provider_id)
        .where(among(session, Account.code, sorted(texts | tails)), visible(session))).all()
    by_code: dict[str, dict[str, int]] = defaultdict(dict)
    by_both: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        whole = f"{row.provider}/{row.code}"
        by_code[row.code][whole] = row.id
        by_both[whole][whole] = row.id
    return {text: by_code.get(text) or by_both.get(text, {}) for text in texts}


