"""Reading maps: a TOML text, written by hand by somebody who sees the grammar for the first time.

A map is checked as a whole before any row is read, and whatever is wrong with it names the file, the section and the
key.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

from app.services.errors import InputRejected
from app.services.files.looking import read_whole
from app.services.files.reading import DELIMITERS
from app.services.files.texts import CANONICAL, CONTROL, BadText, DateFormat, Formats, NumberFormat, shown
from app.services.imports.maps.fields import (
    ALIASES,
    ATTRIBUTE,
    FIELDS,
    KEY_FIELD,
    Field,
    FieldKind,
    ImportKind,
    parse_field,
)
from app.services.imports.maps.mapping import ImportMap, ServiceMap
from app.services.imports.maps.sources import (
    ColumnSource,
    Condition,
    ConstantSource,
    MonthsBefore,
    Source,
    Template,
)

_MOST_BYTES = 1_000_000
_PATH_CHARACTERS = 400
_GROUPINGS = ("", ",", ".", "'", " ", "\u00a0", "\u202f")
_CREATABLE = ("provider", "profiles", "groups")
_TOP_KEYS = ("kind", "key", "create", "delimiter")
_SECTIONS = ("only_if", "columns", "templates", "constants", "values", "formats", "provider", "service")
PROVIDER_SETTINGS = ("name", "type", "parent", "realm", "currency", "language", "time_zone", "default_profile",
                     "start_date", "legal_name", "tagline", "address", "return_address", "email", "phone", "website",
                     "tax_number_label", "tax_number", "tax_name", "bank_details", "help_text")


def load_map(text: str, kind: ImportKind, *, name: str) -> ImportMap:
    """Read the text of a map for one kind of import; raises InputRejected naming the map, section and key."""
    try:
        document = tomllib.loads(text)
    except RecursionError:
        raise InputRejected(f"The map {name} is nested too deeply to be a map.") from None
    except tomllib.TOMLDecodeError as error:
        raise InputRejected(f"The map {name} cannot be read as TOML: {error}.") from None
    except ValueError:  # the parser hands a whole number on without looking at its length
        raise InputRejected(f"The map {name} holds a figure of thousands of digits. Check that it is the right "
                            "file.") from None
    return _MapReader(name, kind).read(document)


def load_map_file(path: Path, kind: ImportKind) -> ImportMap:
    """Read a map file; the map goes by the name of the file."""
    name = shown(path.name)
    return load_map(_text_of(path, name), kind, name=name)


def _text_of(path: Path, name: str) -> str:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InputRejected(f"The map {name} is larger than any map. Check that it is the right file.")
        return read_whole(path, most=_MOST_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputRejected(f"The map {name} is not UTF-8: byte {error.start + 1} is no part of a letter. "
                            "Save it as UTF-8.") from None
    except (OSError, ValueError) as error:  # a path may hold a byte that no path can have
        why = error.strerror if isinstance(error, OSError) and error.strerror else "it cannot be opened"
        place = shown(str(path), _PATH_CHARACTERS)
        raise InputRejected(f"The map {place} cannot be read: {why}. Check its path.") from None


class _MapReader:
    """Turns the tables of a TOML document into an ImportMap."""

    def __init__(self, name: str, kind: ImportKind) -> None:
        self._name = name
        self._kind = kind
        self._fields = FIELDS[kind]

    def read(self, document: dict[str, Any]) -> ImportMap:
        self._check_names("", document, (*_TOP_KEYS, *_SECTIONS))
        self._check_kind(document)
        create = self._create(document.get("create", []))
        formats = self._formats(self._table(document, "formats"))
        provider = self._table(document, "provider")
        services = self._services(document.get("service", []))
        sources = self._sources(document, formats)
        self._check_required(sources, services)
        return ImportMap(
            name=self._name, kind=self._kind, provider_code=self._provider_code(provider),
            key=self._key(document, services), provider_settings=self._provider_settings(provider, create),
            sources=sources, values=self._values(self._table(document, "values"), sources), formats=formats,
            only_if=self._conditions("only_if", self._table(document, "only_if")), services=services, create=create,
            delimiter=self._delimiter(document.get("delimiter")),
        )

    # ---- refusing ---------------------------------------------------------------------------------------------------

    def _refuse(self, section: str, key: str, message: str) -> NoReturn:
        place = " ".join(part for part in (f"[{section}]" if section else "", key) if part)
        raise InputRejected(f"{self._name}, {place}: {message}")

    def _check_names(self, section: str, table: Mapping[str, Any], known: Iterable[str]) -> None:
        names = list(known)
        for key in table:
            if key not in names:
                close = difflib.get_close_matches(key, names, n=1)
                hint = f'Did you mean "{close[0]}"?' if close else f"Known here: {', '.join(names)}."
                self._refuse(section, key, f"there is no such key. {hint}")

    def _table(self, document: dict[str, Any], name: str) -> dict[str, Any]:
        table = document.get(name, {})
        if not isinstance(table, dict):
            self._refuse("", name, f"is a section. Write [{name}] on a line of its own, and the keys below it.")
        return table

    def _text(self, section: str, key: str, value: object) -> str:
        if not isinstance(value, str):
            self._refuse(section, key, f"takes a text in quotation marks, not {shown(str(value))}.")
        if CONTROL.search(value.replace("\n", "").replace("\t", "")):
            self._refuse(section, key, "holds a control character.")
        return value

    def _template(self, section: str, key: str, value: object) -> Template:
        try:
            return Template.of(self._text(section, key, value))
        except BadText as error:
            self._refuse(section, key, str(error))

    def _words(self, section: str, key: str, value: object) -> list[str]:
        words = value if isinstance(value, list) else [value]
        return [self._text(section, key, word).strip() for word in words]

    # ---- the parts of a map -----------------------------------------------------------------------------------------

    def _check_kind(self, document: dict[str, Any]) -> None:
        kinds = ", ".join(FIELDS)
        kind = document.get("kind")
        if kind is None:
            self._refuse("", "kind", f"is missing. Say what the map is for, one of: {kinds}.")
        if not isinstance(kind, str) or kind not in FIELDS:
            self._refuse("", "kind", f'"{shown(str(kind))}" is not a kind of import. Write one of: {kinds}.')
        if kind != self._kind:
            self._refuse("", "kind", f"this map is for {kind}, and {self._kind} are to be imported. Take another map "
                                     f"or import {kind}.")

    def _key(self, document: dict[str, Any], services: tuple[ServiceMap, ...]) -> Template | None:
        given = document.get("key")
        if services:
            if given is not None:
                self._refuse("", "key", "each [[service]] has a key of its own; remove this one.")
            return None
        if given is None:
            self._refuse("", "key", f"is missing. Say what the {KEY_FIELD[self._kind]} is made of, "
                                    'for instance key = "{number}".')
        return self._row_template("", "key", given)

    def _filled_template(self, section: str, key: str, value: object) -> Template:
        template = self._template(section, key, value)
        if not template.text.strip():
            self._refuse(section, key, "is empty. Write a text, or a column in braces.")
        return template

    def _row_template(self, section: str, key: str, value: object) -> Template:
        template = self._template(section, key, value)
        if not template.columns:
            self._refuse(section, key, f'"{shown(template.text)}" is the same for every row. Name a column in braces.')
        return template

    def _create(self, given: object) -> frozenset[str]:
        words = self._words("", "create", given)
        for word in words:
            if word not in _CREATABLE:
                self._refuse("", "create", f'"{shown(word)}" cannot be created. Known here: {", ".join(_CREATABLE)}.')
        if words and self._kind != "accounts":
            self._refuse("", "create", "only an import of accounts creates anything besides its rows.")
        return frozenset(words)

    def _delimiter(self, given: object) -> str | None:
        if given is None:
            return None
        if given not in DELIMITERS:
            self._refuse("", "delimiter", f'"{shown(str(given))}" does not separate columns. Write one of: '
                                          '"," ";" "|" or "\\t".')
        return str(given)

    def _provider_code(self, table: dict[str, Any]) -> Template:
        if "code" not in table:
            self._refuse("provider", "code", "is missing. Say whose rows these are: a provider's code, or a template.")
        return self._filled_template("provider", "code", table["code"])

    def _provider_settings(self, table: dict[str, Any], create: frozenset[str]) -> dict[str, Template]:
        self._check_names("provider", table, ("code", *PROVIDER_SETTINGS))
        settings = {key: self._template("provider", key, self._day_as_text(value))
                    for key, value in table.items() if key != "code"}
        if settings and "provider" not in create:
            self._refuse("provider", next(iter(settings)), 'is for a provider to create. Write create = ["provider"] '
                                                           "at the top of a map for accounts, or leave it out.")
        for key in ("realm", "currency"):
            if "provider" in create and key not in settings:
                self._refuse("provider", key, "is missing; a provider that is to be created needs it.")
        return settings

    @staticmethod
    def _day_as_text(value: object) -> object:
        return value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else value

    def _formats(self, table: dict[str, Any]) -> Formats:
        self._check_names("formats", table, ("date", "decimal_mark", "grouping", "yes", "no"))
        day = self._date_format("formats", "date", table["date"]) if "date" in table else CANONICAL.date
        mark = self._text("formats", "decimal_mark", table.get("decimal_mark", "."))
        grouping = self._text("formats", "grouping", table.get("grouping", ""))
        if mark not in (".", ","):
            self._refuse("formats", "decimal_mark", 'is "." or ",".')
        if grouping not in _GROUPINGS:
            self._refuse("formats", "grouping", "is a comma, a point, an apostrophe, a blank, or nothing.")
        if grouping == mark:
            self._refuse("formats", "grouping", "is the decimal mark; a figure would have two readings.")
        yes = tuple(self._words("formats", "yes", table.get("yes", list(CANONICAL.yes))))
        no = tuple(self._words("formats", "no", table.get("no", list(CANONICAL.no))))
        both = {word.casefold() for word in yes} & {word.casefold() for word in no}
        if both or not (yes and no):
            self._refuse("formats", "yes", "and no each need a word of their own.")
        return Formats(date=day, number=NumberFormat(mark=mark, grouping=grouping), yes=yes, no=no)

    def _date_format(self, section: str, key: str, value: object) -> DateFormat:
        try:
            return DateFormat.of(self._text(section, key, value))
        except BadText as error:
            self._refuse(section, key, str(error))

    def _conditions(self, section: str, table: dict[str, Any]) -> tuple[Condition, ...]:
        return tuple(self._condition(section, column.strip(), given) for column, given in table.items())

    def _condition(self, section: str, column: str, given: object) -> Condition:
        if not isinstance(given, dict):
            return Condition(column=column, words=frozenset(self._words(section, column, given)))
        self._check_names(f"{section}.{column}", given, ("is", "is_not", "filled"))
        if len(given) != 1:
            self._refuse(section, column, 'takes one of: { is = "…" }, { is_not = "…" }, { filled = true }.')
        ((test, wanted),) = given.items()
        if test == "filled":
            if not isinstance(wanted, bool):
                self._refuse(section, column, "filled is true or false.")
            return Condition(column=column, words=None, negated=not wanted)
        return Condition(column=column, words=frozenset(self._words(section, column, wanted)), negated=test == "is_not")

    def _services(self, given: object) -> tuple[ServiceMap, ...]:
        if given and self._kind != "services":
            self._refuse("", "service", "belongs to maps for services.")
        if not isinstance(given, list) or not all(isinstance(table, dict) for table in given):
            self._refuse("", "service", "is repeated. Write [[service]] with two brackets for each service.")
        return tuple(self._service(table) for table in given)

    def _service(self, table: dict[str, Any]) -> ServiceMap:
        self._check_names("service", table, ("key", "name", "only_if"))
        for key in ("key", "name"):
            if key not in table:
                self._refuse("service", key, "is missing; every [[service]] has a key and a name.")
        only_if = table.get("only_if", {})
        if not isinstance(only_if, dict):
            self._refuse("service", "only_if", 'takes columns and words: { Phone = "Yes" }.')
        return ServiceMap(key=self._row_template("service", "key", table["key"]),
                          name=self._filled_template("service", "name", table["name"]),
                          only_if=self._conditions("service.only_if", only_if))

    # ---- fields -----------------------------------------------------------------------------------------------------

    def _sources(self, document: dict[str, Any], formats: Formats) -> dict[str, Source]:
        found: dict[str, Source] = {}
        for section in ("columns", "templates", "constants"):
            for key, given in self._flat(section, self._table(document, section)):
                wanted = self._field(section, key)
                if wanted.name in found:
                    self._refuse(section, key, "has its value from another place of the map already. Keep one.")
                found[wanted.name] = self._source(section, key, wanted, given, formats)
        return found

    def _flat(self, section: str, table: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        """Keys of a section; `attribute.x = …` is a table inside a table to TOML, and one key here."""
        for key, given in table.items():
            if key != ATTRIBUTE.rstrip("."):
                yield key, given
            elif isinstance(given, dict):
                yield from ((f"{ATTRIBUTE}{name}", value) for name, value in given.items())
            else:
                self._refuse(section, key, "needs the name of an attribute: attribute.credit_limit.")

    def _field(self, section: str, key: str) -> Field:
        if key == KEY_FIELD[self._kind]:
            self._refuse(section, key, "is what key says, at the top of the map. Write key = "
                                       '"{column}" there and leave this out.')
        name = ALIASES.get(key, key)
        known = [n for n in self._fields if n != KEY_FIELD[self._kind]]
        if name not in known:
            shown_names = [n for n in known if not n.startswith(ATTRIBUTE) or key.startswith(ATTRIBUTE)]
            self._check_names(section, {key: None}, shown_names)
        return self._fields[name]

    def _source(self, section: str, key: str, wanted: Field, given: object, formats: Formats) -> Source:
        if section == "templates":
            return self._template(section, key, given)
        if section == "constants":
            return ConstantSource(self._value(section, key, wanted, given))
        if isinstance(given, dict):
            return self._column_table(key, wanted, given, formats)
        return ColumnSource(column=self._column_name(key, given))

    def _column_name(self, key: str, given: object) -> str:
        column = self._text("columns", key, given).strip()
        if not column:
            self._refuse("columns", key, "names no column.")
        return column

    def _column_table(self, key: str, wanted: Field, given: dict[str, Any], formats: Formats) -> Source:
        if "months" in given or "before" in given:
            return self._months_before(key, wanted, given)
        self._check_names(f"columns.{key}", given, ("column", "default", "date", "pick", "months", "before"))
        if "column" not in given:
            self._refuse("columns", key, 'needs the name of its column: { column = "…" }.')
        pick = given.get("pick")
        is_date = _reads_dates(wanted)
        if pick is not None and (pick not in ("earliest", "latest") or not is_date or self._kind != "accounts"):
            self._refuse("columns", key, 'pick is "earliest" or "latest", for a date of accounts that have many rows.')
        if "date" in given and not is_date:
            self._refuse("columns", key, "is no date, so it has no format of a date.")
        return ColumnSource(
            column=self._column_name(key, given["column"]),
            default=self._value("columns", key, wanted, given["default"]) if "default" in given else None,
            date=self._date_format("columns", key, given["date"]) if "date" in given else formats.date, pick=pick,
        )

    def _months_before(self, key: str, wanted: Field, given: dict[str, Any]) -> MonthsBefore:
        self._check_names(f"columns.{key}", given, ("months", "before"))
        if not _reads_dates(wanted) or len(given) != 2:
            self._refuse("columns", key, 'counts months back from a day: { months = "column", before = "2020-01-31" }.')
        try:
            before = CANONICAL.date.parse(str(self._day_as_text(given["before"])))
        except BadText as error:
            self._refuse("columns", key, f"before: {error}")
        return MonthsBefore(self._column_name(key, given["months"]), before)

    def _value(self, section: str, key: str, wanted: Field, given: object) -> object:
        """A value written in the map itself, in the map's own formats."""
        if isinstance(given, float):
            self._refuse(section, key, f'a figure with places stands in quotation marks: "{given}".')
        text = self._day_as_text(given)
        text = str(text).lower() if isinstance(text, bool) else str(text) if isinstance(text, int) else text
        text = self._text(section, key, text).strip()
        if not text:
            return None
        try:
            return parse_field(wanted, text, CANONICAL)
        except BadText as error:
            self._refuse(section, key, str(error))

    def _values(self, table: dict[str, Any], sources: dict[str, Source]) -> dict[str, dict[str, object]]:
        found: dict[str, dict[str, object]] = {}
        for key, words in self._flat("values", table):
            wanted = self._field("values", key)
            if not isinstance(sources.get(wanted.name), ColumnSource | Template):
                self._refuse("values", key, f"has no words to read. Name its column under [columns] {key}.")
            if not isinstance(words, dict):
                self._refuse("values", key, f"is a section of words: [values.{key}].")
            found[wanted.name] = {
                word.strip(): self._value(f"values.{key}", word, wanted, value) for word, value in words.items()
            }
        return found

    def _check_required(self, sources: dict[str, Source], services: tuple[ServiceMap, ...]) -> None:
        for wanted in self._fields.values():
            if not wanted.required or wanted.name == KEY_FIELD[self._kind] or (wanted.name == "name" and services):
                continue
            source = sources.get(wanted.name)
            if isinstance(source, ConstantSource) and source.value is None:
                self._refuse("constants", wanted.name, "is empty. Every row needs a value here.")
            if source is not None:
                continue
            self._refuse("columns", wanted.name, "is missing. Name its column, or give it a template or a constant.")
        if services and "name" in sources:
            self._refuse("columns", "name", "each [[service]] has a name of its own; remove this one.")


def _reads_dates(wanted: Field) -> bool:
    definition = wanted.definition
    return wanted.kind is FieldKind.DATE or (definition is not None and definition.kind.value == "date")
