"""From rows of text to staged rows: fields read, formats applied, repeated keys folded. No database is asked here.

A staged row may lack values that could not be read; its errors are on record then, and judging goes on with what is
there, so that one run reports everything that is wrong with a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from app.services.errors import RowError
from app.services.files.reading import DataRow, SourceTable
from app.services.files.texts import CANONICAL, BadText, Formats, shown
from app.services.imports.maps.fields import FIELDS, KEY_FIELD, Field, parse_field, written
from app.services.imports.maps.mapping import ImportMap, ServiceMap
from app.services.imports.maps.sources import Cells, ColumnSource, ConstantSource, MonthsBefore, Source, Template
from app.services.wording import counted

_PROVIDER = Field(name="provider", required=True, length=40)


@dataclass(slots=True)
class StagedRow:
    """One record to import. `values` holds the fields that the file or the map gives, read into Python values."""

    number: int
    provider: str
    """Code of the provider; empty where it could not be read."""
    key: str
    """Account code, service identifier, or number of the document; empty where it could not be read."""
    values: dict[str, Any]
    cells: Cells

    @property
    def name(self) -> str:
        return f"{self.provider}/{self.key}"


@dataclass(slots=True)
class Stage:
    """A whole file, read: what to judge against the database, and what is wrong already."""

    mapping: ImportMap
    count: int
    rows: list[StagedRow] = field(default_factory=list)
    """The first row of every key: what there is to import."""
    unfolded: list[StagedRow] = field(default_factory=list)
    """The rows with those that repeat a key: what can be wrong, and what providers are derived from."""
    errors: list[RowError] = field(default_factory=list)
    skipped: int = 0
    """Rows left out by `only_if`, empty rows, and records repeated word for word."""

    def refuse(self, row: StagedRow, field_name: str, message: str) -> RowError:
        """An error of one field of a row, showing the text as the file has it."""
        return RowError(row=row.number, field=field_name, value=self.text_of(row, field_name), message=message)

    def mark_of(self, field_name: str) -> str:
        """The decimal mark in which a field is written: the map's own in a constant, else that of the file."""
        source = self.mapping.sources.get(field_name)
        return CANONICAL.number.mark if isinstance(source, ConstantSource) else self.mapping.formats.number.mark

    def text_of(self, row: StagedRow, field_name: str) -> str:
        source = self.mapping.sources.get(field_name)
        if field_name == "provider":
            return row.provider
        if field_name == KEY_FIELD[self.mapping.kind]:
            return row.key
        if source is None or isinstance(source, ConstantSource):
            value = row.values.get(field_name)
            return "" if value is None else written(value)
        return shown(source.text_of(row.cells))


def stage_rows(mapping: ImportMap, table: SourceTable) -> Stage:
    """Read every row of a table into staged rows."""
    stage = Stage(mapping, table.count, errors=list(table.errors), skipped=table.blank)
    reader = _RowReader(stage)
    for data in table.rows:
        if not all(condition.holds(data.cells) for condition in mapping.only_if):
            stage.skipped += 1
            continue
        found = list(reader.records_of(data))
        stage.rows.extend(found)
        stage.skipped += not found
    stage.unfolded = stage.rows
    _pick_days(stage)
    _fold_repeats(stage)
    return stage


class _RowReader:
    """Reads the fields of a row as the map says."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._map = stage.mapping
        fields = FIELDS[self._map.kind]
        self._key_field = fields[KEY_FIELD[self._map.kind]]
        self._constants = {name: source.value for name, source in self._map.sources.items()
                           if isinstance(source, ConstantSource) and source.value is not None}
        self._read = [(fields[name], source) for name, source in self._map.sources.items()
                      if not isinstance(source, ConstantSource)]
        self._name_field = fields.get("name", _PROVIDER)

    def records_of(self, data: DataRow) -> Iterator[StagedRow]:
        """The records that a row stands for: one, or one for each service that it has."""
        services = [s for s in self._map.services if all(c.holds(data.cells) for c in s.only_if)]
        if self._map.services and not services:
            return
        provider = self._templated(data, _PROVIDER, self._map.provider_code)
        values = {**self._constants, **self._values_of(data)}
        if self._map.key is not None:
            yield self._record(data, provider, self._map.key, values)
        for service in services:
            yield self._record(data, provider, service.key, {**values, **self._name_of(data, service)})

    def _record(self, data: DataRow, provider: str, key: Template, values: dict[str, Any]) -> StagedRow:
        return StagedRow(data.number, provider, self._templated(data, self._key_field, key), values, data.cells)

    def _name_of(self, data: DataRow, service: ServiceMap) -> dict[str, Any]:
        name = self._templated(data, self._name_field, service.name)
        return {"name": name} if name else {}

    def _values_of(self, data: DataRow) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for wanted, source in self._read:
            text = source.text_of(data.cells)
            try:
                value = self._value(wanted, source, text)
            except BadText as error:
                self._refuse(data, wanted, text, str(error))
                continue
            if value is not None:
                values[wanted.name] = value
            elif wanted.required:
                self._refuse(data, wanted, text, f"{_place(source)} is empty. Every row needs a value here.")
        return values

    def _value(self, wanted: Field, source: Source, text: str) -> object:
        words = self._map.values.get(wanted.name)
        if words is not None:
            if text in words:
                return words[text]
            if text:
                raise BadText(f'"{shown(text)}" is not among the words of the map. Write one of: '
                              f"{', '.join(word for word in words if word)}.")
        if not text:
            return source.default if isinstance(source, ColumnSource) else None
        if isinstance(source, MonthsBefore):
            return source.day(text)
        return parse_field(wanted, text, self._formats_of(source))

    def _formats_of(self, source: Source) -> Formats:
        formats = self._map.formats
        if isinstance(source, ColumnSource) and source.date is not None and source.date != formats.date:
            return Formats(date=source.date, number=formats.number, yes=formats.yes, no=formats.no)
        return formats

    def _templated(self, data: DataRow, wanted: Field, template: Template) -> str:
        """The text of a template whose columns must all be filled; empty, and on record, where it cannot be."""
        empty = template.empty_columns(data.cells)
        text = template.text_of(data.cells)
        if empty:
            self._refuse(data, wanted, text, f"The column {empty[0]} is empty. Without it the row has no "
                                             f"{wanted.name}.")
            return ""
        if len(text) > wanted.length:
            self._refuse(data, wanted, text, f"The text has {counted(len(text), 'character')}; there is room for "
                                             f"{wanted.length}.")
            return ""
        return text

    def _refuse(self, data: DataRow, wanted: Field, text: str, message: str) -> None:
        self._stage.errors.append(RowError(row=data.number, field=wanted.name, value=shown(text), message=message))


def _place(source: Source) -> str:
    return "The text" if isinstance(source, Template) else f"The column {source.columns[0]}"


def _pick_days(stage: Stage) -> None:
    """Give all rows of one key the earliest or latest day of any of them."""
    for name, source in stage.mapping.sources.items():
        if not isinstance(source, ColumnSource) or source.pick is None:
            continue
        better = min if source.pick == "earliest" else max
        best: dict[tuple[str, str], Any] = {}
        with_day = [row for row in stage.rows if name in row.values]
        for row in with_day:
            key, day = (row.provider, row.key), row.values[name]
            best[key] = better(best.get(key, day), day)
        for row in with_day:
            row.values[name] = best[row.provider, row.key]


def _fold_repeats(stage: Stage) -> None:
    """Keep the first row of every key; a later one with the same content is skipped, with other content refused."""
    wrong = {(error.row, error.field) for error in stage.errors}
    firsts: dict[tuple[str, str], StagedRow] = {}
    kept: list[StagedRow] = []
    for row in stage.rows:
        first = firsts.setdefault((row.provider, row.key), row) if row.provider and row.key else row
        if first is row:
            kept.append(row)
            continue
        stage.skipped += 1
        if row.values != first.values:
            stage.errors.extend(error for error in _contradictions(stage, first, row)
                                if wrong.isdisjoint({(row.number, error.field), (first.number, error.field)}))
    stage.rows = kept


def _contradictions(stage: Stage, first: StagedRow, row: StagedRow) -> Iterator[RowError]:
    for name in dict.fromkeys([*first.values, *row.values]):
        here, there = row.values.get(name), first.values.get(name)
        if here != there:
            yield stage.refuse(row, name, f"Rows {first.number} and {row.number} are both {row.name}, but this is "
                                          f"{written(there)} in row {first.number} and {written(here)} here. "
                                          "Correct one of them, or remove it.")
