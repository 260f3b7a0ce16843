"""One import from file to database: read, judge, and write in one transaction, or write nothing.

Everything is read and judged before the database is locked. The judgement is made again inside the transaction that
writes, because somebody else may have worked meanwhile; what it then finds is refused or skipped like anything else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from app.models.parties.powers import Power
from app.services.access.audit import write_audit
from app.services.access.authorize import authorize, require_unlimited
from app.services.changes import ChangeSet
from app.services.database.dialects import lock_defaults, lock_imports
from app.services.database.statistics import refresh_statistics
from app.services.database.unit_of_work import Database, recorded_now
from app.services.errors import InputRejected, RowError
from app.services.events.raising import raise_process
from app.services.files.reading import read_table
from app.services.files.texts import shown
from app.services.imports.accounts import AccountsImport
from app.services.imports.drafting import MapSource, import_map
from app.services.imports.importer import Importer
from app.services.imports.invoices import InvoicesImport
from app.services.imports.judging import Judgement
from app.services.imports.maps.fields import ImportKind
from app.services.imports.maps.mapping import ImportMap
from app.services.imports.payments import PaymentsImport
from app.services.imports.providers import providers_of
from app.services.imports.services import ServicesImport
from app.services.imports.staging import Stage, stage_rows
from app.services.jobs import JobContext, Progress
from app.services.providers.business_day import business_day
from app.services.wording import by_count, counted

_IMPORTERS: dict[ImportKind, Callable[[Stage], Importer]] = {
    "accounts": AccountsImport, "services": ServicesImport, "invoices": InvoicesImport, "payments": PaymentsImport,
}
POWERS: dict[ImportKind, Power] = {
    "accounts": Power.CUSTOMERS_IMPORT, "services": Power.CUSTOMERS_IMPORT, "invoices": Power.LEDGER_IMPORT,
    "payments": Power.LEDGER_IMPORT,
}
"""What whoever imports rows of a kind must be allowed."""
_PATIENCE_S = 600.0
"""For how long another import is waited for; large ones take minutes."""
_MANY_ROWS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What came of an import. With errors nothing was written, and nothing counts as added or skipped."""

    rows: int
    """Data rows of the file, the header not included."""
    added: int
    """Accounts, services, invoices or payments written; in a dry run, those that would be."""
    skipped: int
    """Records that are there with the same content, rows that repeat a record, and rows without one."""
    suspense: int = 0
    """Payments among the added that went to a suspense account, because their account is not there or cancelled."""
    errors: tuple[RowError, ...] = ()
    """All that is wrong, by row; row 0 stands for the file as a whole."""
    changes: ChangeSet = field(default_factory=ChangeSet.empty)

    @property
    def sentence(self) -> str:
        """The outcome in words."""
        whole = [error.message for error in self.errors if error.row == 0]
        if whole:
            return f"{' '.join(whole)} Nothing was imported."
        wrong = len({error.row for error in self.errors})
        if wrong:
            return by_count(wrong, "{count} of {rows} is wrong, so nothing was imported.",
                            "{count} of {rows} are wrong, so nothing was imported.", rows=counted(self.rows, "row"))
        done = f"{self.added:,} added, {self.skipped:,} skipped, from {counted(self.rows, 'row')}."
        if not self.suspense:
            return done
        return by_count(self.suspense,
                        "{done} {count} went to the suspense account: its account is not there, or cancelled.",
                        "{done} {count} went to the suspense account: their accounts are not there, or cancelled.",
                        done=done)


def import_file(
    database: Database, context: JobContext, *, kind: ImportKind, path: Path, mapping: MapSource, dry_run: bool = False,
) -> ImportReport:
    """Import a file by a map, all of it or nothing; a dry run answers the same and writes nothing.

    Raises InputRejected where the map cannot be used, and Cancelled when asked to stop. Whatever is wrong with the file
    is in the report: all of its wrong rows, or with row 0 what is wrong with it as a whole. Repeating an import skips
    what is there.
    """
    try:
        stage, importer, judgement = judged_file(database, context, kind=kind, path=path, mapping=mapping)
    except FileRejected as refusal:
        return ImportReport(rows=0, added=0, skipped=0, errors=refusal.rows)
    if dry_run or stage.errors or judgement.errors or not judgement.added:
        report = report_of(stage, judgement)
        if report.errors and not dry_run:
            database.attempt(partial(_tell, stage=stage, file_name=shown(path.name), report=report))
        return report
    return database.attempt(partial(_write, file_name=shown(path.name), stage=stage, importer=importer,
                                    context=context), patience_s=_PATIENCE_S)


class FileRejected(InputRejected):
    """The file as a whole cannot be read; the map is in order."""


def judged_file(
    database: Database, context: JobContext, *, kind: ImportKind, path: Path, mapping: MapSource
) -> tuple[Stage, Importer, Judgement]:
    """Read a file by a map and judge it against the database; nothing is written.

    Raises FileRejected where the file as a whole cannot be read, InputRejected where the map cannot be used, NotAllowed
    without the power for this kind of rows, and Cancelled when asked to stop.
    """
    with database.read() as session:
        authorize(session, POWERS[kind])
    by = import_map(mapping, kind)
    try:
        stage = _stage(path, by, context)
    except InputRejected as refusal:
        raise FileRejected(str(refusal), refusal.rows) from None
    importer = _IMPORTERS[kind](stage)
    if stage.count >= _MANY_ROWS:
        refresh_statistics(database)
    with database.read() as session:
        _require_reach(session, stage, POWERS[kind])
        judgement = importer.judge(session)
    context.raise_if_cancelled()
    return stage, importer, judgement


def _require_reach(session: Session, stage: Stage, power: Power) -> None:
    """Judging a file tells what is there, so whoever imports must reach every customer of its providers."""
    for provider in providers_of(session, stage).values():
        require_unlimited(session, provider.id, power)


def _stage(path: Path, mapping: ImportMap, context: JobContext) -> Stage:
    context.report(Progress(done=0, total=0, note=f"Reading {shown(path.name)}"))
    table = read_table(path, mapping)
    context.raise_if_cancelled()
    context.report(Progress(done=0, total=table.count, note=f"Checking {counted(table.count, 'row')}"))
    stage = stage_rows(mapping, table)
    context.raise_if_cancelled()
    return stage


def _write(
    session: Session, *, file_name: str, stage: Stage, importer: Importer, context: JobContext
) -> ImportReport:
    """Judge again and write: a key that somebody else took since the judgement is known by now."""
    context.raise_if_cancelled()
    lock_imports(session)
    if importer.makes_providers:
        lock_defaults(session)
    judgement = importer.judge(session)
    if judgement.errors or not judgement.added:
        return report_of(stage, judgement)
    changes = importer.write(session, judgement, context)
    _audit(session, file_name, stage, judgement)
    report = report_of(stage, judgement, changes)
    _tell(session, stage=stage, file_name=file_name, report=report)
    return report


def _tell(session: Session, *, stage: Stage, file_name: str, report: ImportReport) -> None:
    """Raise the event of an import that has finished or failed, at every provider that its rows name."""
    now = recorded_now(session)
    result = f"Import of {stage.mapping.kind} from {file_name}: {report.sentence}"
    for provider in providers_of(session, stage).values():
        raise_process(session, event="bulk_upload_processing_notification", provider_id=provider.id, result=result,
                      cause_key=f"import/{stage.mapping.kind}/{now.isoformat()}", on=business_day(session, provider.id))


def report_of(stage: Stage, judgement: Judgement, changes: ChangeSet | None = None) -> ImportReport:
    """What came of it, or would come of it: everything that is wrong, or what is added and skipped."""
    errors = sorted(stage.errors + judgement.errors, key=lambda error: error.row)
    if errors:
        return ImportReport(rows=stage.count, added=0, skipped=0, errors=tuple(errors))
    return ImportReport(rows=stage.count, added=judgement.added, skipped=stage.skipped + judgement.known, errors=(),
                        suspense=judgement.suspense, changes=changes or ChangeSet.empty())


def _audit(session: Session, file_name: str, stage: Stage, judgement: Judgement) -> None:
    write_audit(session, provider_id=None, action="imported",
                detail=f"{stage.mapping.kind} from {file_name} by {stage.mapping.name}: "
                       f"{judgement.added} added, {stage.skipped + judgement.known} skipped")
