"""Reading set-up files: a TOML text, written by an export or by hand, becomes a set-up or a list of what is wrong.

Everything that is wrong is found at once, and each problem names the line, table, entry and key, and what would be
right. Whether a database agrees is asked later (`planning`).
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from app.models.attributes.catalogue import DEFINITIONS, NOT_INHERITED
from app.models.events.library import EVENT_TYPE_AT
from app.models.parties.powers import Power, with_parents
from app.models.rules.suspension_window import parse_window
from app.models.values import MoneyError, TermsMethod, places_of
from app.services.documents.types import PLAIN_CODES
from app.services.errors import InputRejected, RefusedByRule
from app.services.events.html import clean_html
from app.services.files.looking import read_whole
from app.services.files.texts import shown
from app.services.rules.holidays import check_calendar
from app.services.setup.document import (
    LAYOUT,
    MODULE_PREFIX,
    NAMED_BY,
    OF_PROVIDER,
    TABLES,
    TERMS_KEYS,
    TERMS_METHOD,
    Key,
    Kind,
    Part,
    Place,
    Problem,
    SetUp,
    SetUpValue,
    TableOfKeys,
    has_period,
    name_of_event,
)
from app.services.setup.places import FORMER, Lines
from app.services.setup.values import BadValueError, blank_of, value_of_file
from app.services.wording import counted

_MOST_BYTES = 4_000_000
_PATH_CHARACTERS = 400
_REALM = re.compile(r"@[^\s.]\S*\.\S*")
_PLAIN_TABLES = tuple(table for table in TABLES if not table.repeated
                      and ("." not in table.path or table.path.startswith("gateway.")))
_REPEATED = tuple(table for table in TABLES if table.repeated)
_NESTED: dict[str, tuple[TableOfKeys, ...]] = {
    head: tuple(table for table in TABLES if table.path.startswith(f"{head}."))
    for head in ("provider", "profile", "event")}


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUpText:
    """The text of a set-up file, and what messages call it."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUpFile:
    """A set-up file as it was read. Where `problems` holds any, the set-up holds what could be read besides."""

    name: str
    set_up: SetUp
    problems: tuple[Problem, ...]
    places: Mapping[tuple[Kind, str, str], Place]
    """Where each part (key "") and each value stands."""

    def place_of(self, kind: Kind, name: str, key: str = "") -> Place:
        """Where a value stands, else its part."""
        return self.places.get((kind, name, key)) or self.places.get((kind, name, "")) or Place(
            table=kind.value, entry="" if kind in OF_PROVIDER else f'"{name}"', key=key)

    def refuses(self, kind: Kind, name: str, key: str) -> bool:
        """Whether the file says this value, and says it wrong. `name` is empty for what a provider has once."""
        return any(problem.place.key == key and kind in (problem.place.table, problem.place.table.partition(".")[0])
                   and name in problem.place.entry for problem in self.problems)


def load_set_up(path: Path) -> SetUpText:
    """The text of a file. Raises InputRejected where it cannot be read."""
    name = shown(path.name)
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InputRejected(f"{name} is larger than any set-up file. Check that it is the right file.")
        return SetUpText(name=name, text=read_whole(path, most=_MOST_BYTES).decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputRejected(f"{name} is not UTF-8: byte {error.start + 1} is no part of a letter. "
                            "Save it as UTF-8.") from None
    except (OSError, ValueError) as error:  # a path may hold a byte that no path can have
        why = error.strerror if isinstance(error, OSError) and error.strerror else "it cannot be opened"
        place = shown(str(path), _PATH_CHARACTERS)
        raise InputRejected(f"The set-up file {place} cannot be read: {why}. Check its path.") from None


def read_set_up(source: SetUpText, *, currency_of: Callable[[str], str | None]) -> SetUpFile:
    """Read the text of a set-up file; `currency_of` says which currency a provider has that is there already.

    Raises InputRejected where it is no TOML at all, or does not say whose set-up it is.
    """
    return _Reader(source, _parsed(source)).read(currency_of)


def refuse_problems(name: str, problems: Iterable[Problem]) -> None:
    """Raise SetUpRefused naming every problem of a file, one a line; where there is none, do nothing."""
    found = list(problems)
    if found:
        raise SetUpRefused(name, found)


def _parsed(source: SetUpText) -> dict[str, Any]:
    try:
        return tomllib.loads(source.text)
    except RecursionError:
        raise InputRejected(f"{source.name} is nested too deeply to be a set-up file.") from None
    except tomllib.TOMLDecodeError as error:
        raise InputRejected(f"{source.name} cannot be read as TOML: {error}.") from None
    except ValueError:  # the parser hands a whole number on without looking at its length
        raise InputRejected(f"{source.name} holds a figure of thousands of digits. Check that it is the right "
                            "file.") from None


class SetUpRefused(InputRejected):
    """A file that cannot be applied: `problems` says why, each with its place."""

    def __init__(self, name: str, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.place.line or 0))
        lines = "".join(f"\n  {problem}" for problem in self.problems)
        super().__init__(f"{name} cannot be applied: {counted(len(self.problems), 'problem')}. Nothing was "
                         f"changed.{lines}")


class _Reader:
    """Turns the tables of a TOML document into a set-up, and collects what is wrong."""

    def __init__(self, source: SetUpText, document: dict[str, Any]) -> None:
        self._name = source.name
        self._document = {FORMER.get(name, name): value for name, value in document.items()}
        self._lines = Lines(source.text)
        self._problems: list[Problem] = []
        self._places: dict[tuple[Kind, str, str], Place] = {}
        self._currency = ""

    def read(self, currency_of: Callable[[str], str | None]) -> SetUpFile:
        heads = dict.fromkeys(table.path.partition(".")[0] for table in (*_PLAIN_TABLES, *_REPEATED))
        self._check_names("", 0, "", self._document, heads)
        gateways = self._table("gateway", self._document.get("gateway", {}))
        self._check_names("gateway", 0, "", gateways, [table.path.partition(".")[2] for table in _PLAIN_TABLES
                                                       if table.path.startswith("gateway.")])
        code = self._code()
        self._currency = self._currency_said(currency_of(code))
        parts = [*self._parts_of_provider(code)]
        for table in _REPEATED:
            parts += self._repeated(table)
        self._check_together(parts)
        return SetUpFile(name=self._name, set_up=SetUp(code=code, currency=self._currency, parts=tuple(parts)),
                         problems=tuple(self._problems), places=self._places)

    # ---- refusing ---------------------------------------------------------------------------------------------------

    def _problem(self, place: Place, message: str) -> None:
        self._problems.append(Problem(place=place, message=message))

    def _place(self, table: str, entry: int = 0, name: str = "", key: str = "") -> Place:
        return Place(table=table, entry=name, key=key, line=self._lines.line_of(table, entry, key))

    def _check_names(self, table: str, entry: int, name: str, raw: Mapping[str, Any], known: Iterable[str]) -> None:
        names = list(known)
        for key in raw:
            if key in names:
                continue
            close = difflib.get_close_matches(key, names, n=1)
            hint = f'Did you mean "{close[0]}"?' if close else f"Known here: {', '.join(names)}."
            message = f"there is no such {'key' if table else 'table'}. {hint}"
            self._problem(Place(table=table, entry=name, key=shown(key), line=self._lines.line_of(table, entry, key)),
                          _elsewhere(table, key) or message)

    # ---- the provider -----------------------------------------------------------------------------------------------

    def _code(self) -> str:
        provider = self._document.get("provider")
        if not isinstance(provider, dict) or not isinstance(provider.get("code"), str) or not provider["code"].strip():
            raise InputRejected(f'{self._name}, [provider], code: is missing. Say whose set-up this is: '
                                'code = "GLEN" below [provider].')
        return str(provider["code"]).strip()

    def _currency_said(self, stored: str | None) -> str:
        said = self._document["provider"].get("currency")
        if isinstance(said, str):
            try:
                places_of(said)
            except MoneyError:
                return stored or "EUR"  # the key is refused where it is read
            return said if stored is None else stored
        return stored or "EUR"

    def _parts_of_provider(self, code: str) -> Iterator[Part]:
        values: dict[Kind, dict[str, SetUpValue]] = {}
        for table in _PLAIN_TABLES:
            raw = self._table(table.path, self._said(table.path))
            nested = _NESTED.get(table.path, ())
            inner = {each.path.partition(".")[2] for each in nested}
            own = {key: value for key, value in raw.items() if key not in inner}
            if table.kind is Kind.MODULES:
                own = {key.removeprefix(MODULE_PREFIX): value for key, value in own.items()}
            self._read_into(values, table, own, code)
            for each in nested:
                below = self._table(each.path, raw.get(each.path.partition(".")[2], {}))
                self._read_into(values, each, self._without_others(values, each, below, code), code)
        provider = values[Kind.PROVIDER]
        provider.pop("code", None)
        self._check_terms(provider, code)
        for key, message in list(_not_of_provider(provider)):
            del provider[key]
            self._problem(self._place("provider", key=key), message)
        for kind in OF_PROVIDER:
            if kind is Kind.PROVIDER or values.get(kind):
                yield Part(kind=kind, name=code, values=values[kind])

    def _check_terms(self, provider: dict[str, SetUpValue], code: str) -> None:
        """Terms go by days or by a day of a month: `days` is `trading_due_days`, and either says how is counted."""

        def follows(key: str, value: SetUpValue, of: str) -> None:
            provider[key] = value
            self._places[Kind.PROVIDER, code, key] = self._places[Kind.PROVIDER, code, of]

        days, due = provider.pop("days", None), provider.get(TERMS_KEYS["days"])
        method, by_day = provider.get(TERMS_METHOD), "day_of_month" in provider
        if days is not None and due is not None and days != due:
            self._problem(self._places[Kind.PROVIDER, code, "days"],
                          f"says {days}, and trading_due_days of [provider.attributes], which is the same setting, "
                          f"{due}. Write one of them, or the same in both.")
        elif days is not None:
            follows(TERMS_KEYS["days"], days, "days")
        if method is not None:
            return  # which of the two counts is said
        if by_day and (days is not None or due is not None):
            self._problem(self._places[Kind.PROVIDER, code, "day_of_month"],
                          "terms go by days or by a day of the month. Leave this out, or days and trading_due_days.")
        elif by_day:
            follows(TERMS_METHOD, TermsMethod.DAY_OF_MONTH.value, "day_of_month")
        elif days is not None:
            follows(TERMS_METHOD, TermsMethod.DAYS_AFTER.value, "days")

    def _said(self, path: str) -> object:
        """What stands at a path of the file; an empty table where nothing does."""
        found: object = self._document
        for part in path.split("."):
            found = found.get(part, {}) if isinstance(found, dict) else {}
        return found

    def _without_others(
        self, values: dict[Kind, dict[str, SetUpValue]], table: TableOfKeys, raw: dict[str, Any], code: str
    ) -> dict[str, Any]:
        """Attributes without those among them that are read as keys of another table: [modules], [credit_terms]."""
        known = {key.definition.key: (each.kind, key) for each in TABLES for key in each.keys
                 if each.path in ("modules", "credit_terms") and key.definition is not None and key.name != "days"}
        rest = {}
        for name, value in raw.items():
            if table.kind is Kind.PROVIDER and name in known:
                kind, key = known[name]
                read = self._value(table.path, 0, "", key, value, line_key=name)
                if read is not None:
                    values.setdefault(kind, {})[key.name] = read
                    self._places[(kind, code, key.name)] = self._place(table.path, key=name)
            else:
                rest[name] = value
        return rest

    def _table(self, path: str, raw: object) -> dict[str, Any]:
        if isinstance(raw, dict):
            return raw
        self._problem(self._place(path), f"is a table. Write [{path}] on a line of its own, and its keys below.")
        return {}

    def _read_into(
        self, values: dict[Kind, dict[str, SetUpValue]], table: TableOfKeys, raw: Mapping[str, Any], code: str
    ) -> None:
        found = self._values(table, 0, "", raw)
        here = values.setdefault(table.kind, {})
        self._places.setdefault((table.kind, code, ""), self._place(table.path))
        for key, value in found.items():
            here[key] = value
            self._places[(table.kind, code, key)] = self._place(table.path, key=key)

    # ---- repeated tables --------------------------------------------------------------------------------------------

    def _repeated(self, table: TableOfKeys) -> Iterator[Part]:
        entries = self._document.get(table.path, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            self._problem(self._place(table.path), f"is repeated. Write [[{table.path}]] with two brackets for each.")
            return
        names: set[str] = set()
        for number, raw in enumerate(entries):
            part = self._entry(table, number, raw)
            if part is None:
                continue
            if part.name in names:
                self._problem(self._place(table.path, number, f'"{part.name}"'), "is there twice. Keep one of them.")
                continue
            names.add(part.name)
            yield part

    def _entry(self, table: TableOfKeys, number: int, raw: dict[str, Any]) -> Part | None:
        named_by = NAMED_BY.get(table.kind, "event")
        said = raw.get(named_by) if table.kind is not Kind.EVENT else _event_said(raw)
        called = f'"{shown(str(said))}"' if said is not None else f"number {number + 1}"
        nested = _NESTED.get(table.path, ())
        inner = {each.path.partition(".")[2] for each in nested}
        own = {key: value for key, value in raw.items() if key not in inner}
        values = self._values(table, number, called, own)
        for each in nested:
            below = self._table(each.path, raw.get(each.path.partition(".")[2], {}))
            if LAYOUT in below and table.kind is Kind.PROFILE:
                below = dict(below)
                if "layout" in own:
                    self._problem(self._place(each.path, number, called, LAYOUT),
                                  "is what layout of the profile says already. Keep one.")
                    del below[LAYOUT]
                else:
                    layout = next(key for key in table.keys if key.name == "layout")
                    read = self._value(each.path, number, called, layout, below.pop(LAYOUT), line_key=LAYOUT)
                    if read is not None:
                        values["layout"] = read
            values |= self._values(each, number, called, below)
        name = values.pop(named_by, None) if table.kind is not Kind.EVENT else self._event_name(values)
        if name is None:
            for key in ("profile", "event") if table.kind is Kind.EVENT and said is not None else ():
                if key not in raw:
                    self._problem(self._place(table.path, number, called), f"has no {key}. It is told apart by it.")
            if said is None:
                self._problem(self._place(table.path, number, called), f"has no {named_by}. It is told apart by it.")
            return None
        self._remember(table, nested, number, str(name), values)
        return Part(kind=table.kind, name=str(name), values=values)

    def _remember(
        self, table: TableOfKeys, nested: tuple[TableOfKeys, ...], number: int, name: str,
        values: Mapping[str, SetUpValue],
    ) -> None:
        called = f'"{shown(name)}"'
        self._places[(table.kind, name, "")] = self._place(table.path, number, called)
        for key in values:
            below = next((each for each in nested if any(key == each.prefix + k.name for k in each.keys)), None)
            path, written = (table.path, key) if below is None else (below.path, key.removeprefix(below.prefix))
            self._places[(table.kind, name, key)] = self._place(path, number, called, written)

    # ---- values -----------------------------------------------------------------------------------------------------

    def _values(self, table: TableOfKeys, entry: int, name: str, raw: Mapping[str, Any]) -> dict[str, SetUpValue]:
        below = [each.path.partition(".")[2] for each in _NESTED.get(table.path, ())]
        self._check_names(table.path, entry, name, raw, [*[key.name for key in table.keys], *below])
        found = {}
        for key in table.keys:
            if key.name in raw:
                said = _joined(raw[key.name]) if key.name in _ADDRESSES and table.prefix else raw[key.name]
                value = self._value(table.path, entry, name, key, said)
                if value is not None:
                    found[table.prefix + key.name] = value
        return found

    def _event_name(self, values: dict[str, SetUpValue]) -> str | None:
        """The name of an event that says whose and which it is; None where it does not."""
        if "profile" not in values or "event" not in values:
            return None
        event = EVENT_TYPE_AT[str(values["event"])]
        if has_period(event.key):
            values.setdefault("period", event.usual_periods[0] if len(event.usual_periods) == 1 else 0)
        return name_of_event(values)

    def _value(
        self, path: str, entry: int, name: str, key: Key, raw: object, *, line_key: str = ""
    ) -> SetUpValue | None:
        try:
            value = value_of_file(key, raw, self._currency)
        except BadValueError as error:
            self._problem(self._place(path, entry, name, line_key or key.name), str(error))
            return None
        return _ordered(key, value)

    # ---- what holds between values ----------------------------------------------------------------------------------

    def _check_together(self, parts: list[Part]) -> None:
        defaults = [part.name for part in parts if part.kind is Kind.PROFILE and part.values.get("default") is True]
        for name in defaults[1:]:
            self._problem(self._places[(Kind.PROFILE, name, "default")],
                          f'"{shown(defaults[0])}" is the default profile already; a provider has one.')
        self._check_types([part for part in parts if part.kind is Kind.TRANSACTION_TYPE])
        for part in parts:
            if part.kind is Kind.RULE_SET:
                self._check_windows(part)
                self._check_holidays(part)

    def _check_holidays(self, part: Part) -> None:
        """One form alone, so that what is stored compares with what a file says."""
        said = part.values.get("holidays")
        if isinstance(said, str):
            try:
                right = check_calendar(said)
            except RefusedByRule as error:
                self._problem(self._places[(Kind.RULE_SET, part.name, "holidays")], str(error))
            else:
                if said != right:
                    self._problem(self._places[(Kind.RULE_SET, part.name, "holidays")],
                                  f'write the calendar as "{right}".')

    def _check_types(self, parts: list[Part]) -> None:
        """Codes that the plain types have, and kinds with two defaults."""
        defaults: dict[SetUpValue | None, str] = {}
        for part in parts:
            kind = part.values.get("kind")
            if part.name in PLAIN_CODES:
                self._problem(self._places[(part.kind, part.name, "")],
                              f'"{part.name}" is the plain type of its kind. Give this one another code.')
            if part.values.get("default") is True and defaults.setdefault(kind, part.name) != part.name:
                self._problem(self._places[(part.kind, part.name, "default")],
                              f'"{shown(defaults[kind])}" is the default of this kind already; a kind has one.')

    def _check_windows(self, part: Part) -> None:
        windows = part.values.get("windows", ())
        for window in windows if isinstance(windows, tuple) else ():
            try:
                parse_window(window)
            except ValueError as error:
                self._problem(self._places[(Kind.RULE_SET, part.name, "windows")], f"{error}.")


def _ordered(key: Key, value: SetUpValue) -> SetUpValue:
    """Lists whose order says nothing in one order, powers with those they are part of."""
    if key.name == "powers" and isinstance(value, tuple):
        return tuple(sorted(power.value for power in with_parents(Power(word) for word in value)))
    if key.name == "html" and isinstance(value, str):
        return clean_html(value)
    if key.name == "windows" and isinstance(value, tuple):
        return tuple(" ".join(window.split()) for window in value)
    return tuple(sorted(value)) if isinstance(value, tuple) else value


_ADDRESSES = ("recipients", "cc", "bcc")


def _joined(raw: object) -> object:
    """A list of addresses as the one text in which a template keeps them."""
    return ", ".join(raw) if isinstance(raw, list) and all(isinstance(each, str) for each in raw) else raw


def _event_said(raw: Mapping[str, object]) -> str | None:
    """What a mistake in an entry of an event is told by: the profile and the event, as far as they are said."""
    said = [str(raw[key]) for key in ("profile", "event", "period") if key in raw]
    return " / ".join(said) or None


def is_blank(key: Key, value: SetUpValue | None) -> bool:
    """Whether a value says no more than leaving the key out."""
    return value is None or (blank_of(key) is not None and value == blank_of(key))


def _elsewhere(table: str, key: str) -> str:
    """Where an attribute belongs that cannot be set in this table; empty for what is no attribute."""
    definition = DEFINITIONS.get(key)
    if definition is None or "attributes" not in table:
        return ""
    if key in NOT_INHERITED:
        return "is the realm of [provider]. Write it there."
    tiers = ", ".join(sorted(tier.value for tier in definition.tiers))
    return f'"{definition.label}" cannot be set here, but on: {tiers}.'


def _not_of_provider(values: Mapping[str, SetUpValue]) -> Iterator[tuple[str, str]]:
    """What no provider can have, each with its key."""
    realm, zone = values.get("realm"), values.get("time_zone")
    if realm is not None and not _REALM.fullmatch(str(realm)):
        yield "realm", f'"{realm}" is not a realm; write @domain, for instance "@company.example".'
    if zone is not None and zone not in available_timezones():
        yield "time_zone", f'"{zone}" is not a time zone; write an IANA name such as "Australia/Sydney".'
