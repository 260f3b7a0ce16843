"""A file as it would be imported: its rows as they are read, with what is wrong beside them. Nothing is written."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from app.services.database.unit_of_work import Database
from app.services.errors import RowError
from app.services.imports.drafting import MapSource
from app.services.imports.maps.fields import ATTRIBUTE, KEY_FIELD, ImportKind, written
from app.services.imports.run import FileRejected, ImportReport, judged_file, report_of
from app.services.imports.staging import Stage, StagedRow
from app.services.jobs import JobContext

_FIRST_ROWS = 50
_MOST_WRONG_ROWS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRow:
    """One row of the file. `values` follow the preview's fields; a value that could not be read is as in the file."""

    number: int
    values: tuple[str, ...]
    errors: tuple[RowError, ...]

    @property
    def words(self) -> str:
        """What is wrong with it, field by field."""
        return " ".join(f"{_label(error.field)}: {error.message}" for error in self.errors)


def _label(name: str) -> str:
    words = name.removeprefix(ATTRIBUTE).replace("_", " ")
    return f"{words[:1].upper()}{words[1:]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPreview:
    """What an import would do: its report, and the rows to look at: the first ones and all that are wrong."""

    report: ImportReport
    fields: tuple[str, ...]
    rows: tuple[PreviewRow, ...]


def preview_file(
    database: Database, context: JobContext, *, kind: ImportKind, path: Path, mapping: MapSource
) -> ImportPreview:
    """Read and judge a file without writing; raises as `judged_file` does, but for a file that cannot be read."""
    try:
        stage, _, judgement = judged_file(database, context, kind=kind, path=path, mapping=mapping)
    except FileRejected as refusal:
        return ImportPreview(report=ImportReport(rows=0, added=0, skipped=0, errors=refusal.rows), fields=(), rows=())
    errors: dict[int, list[RowError]] = defaultdict(list)
    for error in (*stage.errors, *judgement.errors):
        if error not in errors[error.row]:
            errors[error.row].append(error)
    fields = ("provider", KEY_FIELD[kind], *(name for name in stage.mapping.sources if name != KEY_FIELD[kind]))
    return ImportPreview(report=report_of(stage, judgement), fields=fields, rows=tuple(_rows(stage, fields, errors)))


def _rows(stage: Stage, fields: tuple[str, ...], errors: dict[int, list[RowError]]) -> list[PreviewRow]:
    staged: dict[int, StagedRow] = {}
    for row in stage.unfolded:
        staged.setdefault(row.number, row)
    wrong = sorted(number for number in errors if number)[:_MOST_WRONG_ROWS]
    numbers = sorted({*sorted(staged)[:_FIRST_ROWS], *wrong})
    return [PreviewRow(number=number, values=_values(stage, staged.get(number), fields),
                       errors=tuple(errors.get(number, ())))
            for number in numbers]


def _values(stage: Stage, row: StagedRow | None, fields: tuple[str, ...]) -> tuple[str, ...]:
    if row is None:  # it could not be taken apart
        return tuple("" for _ in fields)
    return tuple(written(row.values[name]) if name in row.values else stage.text_of(row, name) for name in fields)
