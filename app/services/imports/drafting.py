"""A map made by hand: proposals from the header of a file, and the draft written as a map file.

What is proposed is a guess that somebody looks at. The draft becomes the text of a map like any other, so that the
very same reader checks it and the command line can take it later.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.models.attributes.catalogue import DEFINITIONS
from app.models.values import AttributeKind as Kind
from app.services.errors import InputRejected
from app.services.files.reading import read_everything
from app.services.files.texts import BadText, DateFormat
from app.services.imports.maps.fields import ATTRIBUTE, FIELDS, KEY_FIELD, Field, FieldKind, ImportKind
from app.services.imports.maps.mapping import ImportMap
from app.services.imports.maps.reader import load_map, load_map_file
from app.services.wording import listed

_SAMPLE = 200
DATE_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y%m%d")
"""Offered ways of writing days, in the order of preference where several fit."""

_SYNONYMS: dict[str, tuple[str, ...]] = {
    "code": ("account", "accountcode", "accountnumber", "customer", "customerid", "customernumber", "id"),
    "account": ("accountcode", "accountnumber", "customer", "customerid", "customernumber"),
    "number": ("invoice", "invoicenumber", "invoiceno", "documentnumber", "receipt", "receiptnumber", "paymentnumber"),
    "identifier": ("service", "serviceid", "servicenumber", "phonenumber", "msisdn"),
    "name": ("customername", "accountname", "company", "companyname", "fullname", "title"),
    "start_date": ("start", "since", "customersince", "startedon", "created", "invoicedate"),
    "issued_on": ("issued", "invoicedate", "date", "documentdate", "issuedate"),
    "due_on": ("due", "duedate", "payableon"),
    "posted_on": ("posted", "postingdate"),
    "received_on": ("received", "paymentdate", "paidon", "date", "settleddate"),
    "amount": ("total", "invoiceamount", "gross", "value", "paid", "paymentamount"),
    "tax": ("vat", "gst", "taxamount"),
    "invoice": ("invoicenumber", "invoiceno"),
    "email": ("mail", "emailaddress"),
    "phone": ("telephone", "tel", "phonenumber"),
    "mobile": ("mobilephone", "mobilenumber", "cell", "cellphone"),
    "contact": ("contactname", "contactperson"),
    "address_line1": ("address", "street", "addressline", "address1"),
    "address_line2": ("address2",),
    "city": ("town", "suburb"),
    "region": ("state", "county", "province"),
    "postcode": ("zip", "zipcode", "postalcode"),
    "currency": ("currencycode", "accountcurrency"),
    "country": ("countrycode", "countryname"),
    "delivery_method": ("delivery", "paperlessbill", "paperlessbilling"),
    "disputed": ("dispute", "isdisputed"),
    "disputed_until": ("settleddate",),
    "profile": ("accountprofile", "segment"),
    "classification": ("accountclassification", "class"),
    "account_manager": ("accountmanager", "manager", "keyaccountmanager"),
    "billing_address_line1": ("billingaddress", "billingstreet", "invoiceaddress"),
    "billing_address_line2": ("billingaddress2",),
    "billing_city": ("billingtown",),
    "billing_postcode": ("billingzip",),
    "groups": ("accountgroups", "group"),
    "started_on": ("start", "since", "startdate"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLook:
    """A file as far as a map needs to know it."""

    path: Path
    columns: tuple[str, ...]
    rows: int
    samples: dict[str, tuple[str, ...]]
    """Column → its first texts that are not empty."""

    def example(self, column: str) -> str:
        """The first text of a column; empty where all are."""
        return next(iter(self.samples.get(column, ())), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class MapDraft:
    """What somebody has decided so far. Columns and constants are by field."""

    kind: ImportKind
    provider_code: str
    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    date_format: str = DATE_FORMATS[0]
    decimal_mark: str = "."
    grouping: str = ""
    create: tuple[str, ...] = ()
    """Of *profiles* and *groups*: those that the file names and nobody has made yet."""


def look_at(path: Path) -> FileLook:
    """Read a file for its columns and first rows; raises InputRejected where it cannot be read as a whole."""
    columns, table = read_everything(path)
    samples = {column: tuple(row.cells[column] for row in table.rows[:_SAMPLE] if row.cells[column])
               for column in columns}
    return FileLook(path=path, columns=tuple(columns), rows=table.count, samples=samples)


def fields_of(kind: ImportKind) -> list[Field]:
    """The fields that a file of this kind may fill: what every row needs first, then the others."""
    return sorted(FIELDS[kind].values(), key=lambda each: not each.required)


def field_label(wanted: Field) -> str:
    """A field in the words of the screens."""
    if wanted.definition is not None:
        return DEFINITIONS[wanted.definition.key].label
    words = wanted.name.removeprefix(ATTRIBUTE).replace("_", " ")
    return f"{words[:1].upper()}{words[1:]}"


# --------------------------------------------------------------------------- proposals


def propose(look: FileLook, kind: ImportKind, provider_code: str) -> MapDraft:
    """A first draft: columns by their names, dates and decimal mark by what stands in them."""
    columns: dict[str, str] = {}
    for wanted in fields_of(kind):
        found = _column_for(wanted.name.removeprefix(ATTRIBUTE), look.columns)
        if found is not None:
            columns[wanted.name] = found
    texts = [text for name, column in columns.items() if _is_figure(FIELDS[kind][name])
             for text in look.samples.get(column, ())]
    mark = _decimal_mark(texts)
    way, _ = most_fitting(look, _of_kind(columns, kind, FieldKind.DATE))
    return MapDraft(kind=kind, provider_code=provider_code, columns=columns, constants={}, date_format=way,
                    decimal_mark=mark, grouping=_grouping(texts, mark))


def date_formats(look: FileLook, columns: Iterable[str]) -> list[str]:
    """Ways of writing days in which every sample of these columns can be read; more than one is a question."""
    texts = [text for column in columns for text in look.samples.get(column, ())]
    return [way for way in DATE_FORMATS if texts and all(_reads(way, text) for text in texts)]


def most_fitting(look: FileLook, columns: Iterable[str]) -> tuple[str, int]:
    """The way of writing days that reads most samples of these columns, and how many it cannot read."""
    texts = [text for column in columns for text in look.samples.get(column, ())]
    read = {way: sum(_reads(way, text) for text in texts) for way in DATE_FORMATS}
    best = max(DATE_FORMATS, key=lambda way: read[way])
    return best, len(texts) - read[best]


def columns_of_dates(draft: MapDraft) -> list[str]:
    """Columns that are read as days."""
    return _of_kind(draft.columns, draft.kind, FieldKind.DATE)


def _of_kind(columns: Mapping[str, str], kind: ImportKind, wanted: FieldKind) -> list[str]:
    return [column for name, column in columns.items() if FIELDS[kind][name].kind is wanted]


def _column_for(name: str, columns: Sequence[str]) -> str | None:
    plain = {_plain(column): column for column in reversed(columns)}
    for word in (_plain(name), *_SYNONYMS.get(name, ())):
        if word in plain:
            return plain[word]
    close = difflib.get_close_matches(_plain(name), plain, n=1, cutoff=0.88)
    return plain[close[0]] if close else None


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name.casefold())


def _reads(way: str, text: str) -> bool:
    try:
        DateFormat.of(way).parse(text)
    except BadText:
        return False
    return True


def _is_figure(wanted: Field) -> bool:
    kind = None if wanted.definition is None else wanted.definition.kind
    return wanted.kind is FieldKind.AMOUNT or kind in (Kind.MONEY, Kind.RATE)


def _decimal_mark(texts: Sequence[str]) -> str:
    commas = sum(bool(re.search(r",\d{1,2}$", text)) for text in texts)
    points = sum(bool(re.search(r"\.\d{1,2}$", text)) for text in texts)
    return "," if commas > points else "."


def _grouping(texts: Sequence[str], mark: str) -> str:
    """The mark between thousands, where a figure shows one."""
    for text in texts:
        found = re.match(r"-?\d{1,3}([,.' \u00a0\u202f])\d{3}(?!\d)", text)
        if found is not None and found.group(1) != mark:
            return found.group(1)
    return ""


# --------------------------------------------------------------------------- the map


def missing(draft: MapDraft) -> list[Field]:
    """Fields that every row needs and nothing fills yet."""
    return [wanted for wanted in FIELDS[draft.kind].values()
            if wanted.required and not draft.columns.get(wanted.name) and not draft.constants.get(wanted.name)]


MapSource = Path | MapDraft
"""A map file, or a draft that becomes one."""
MADE_BY_HAND = "map made by hand.toml"
"""What messages and the log call the map of a draft."""


def import_map(source: MapSource, kind: ImportKind) -> ImportMap:
    """The map to import by. Raises InputRejected where it cannot be used, or something of a draft is missing."""
    if isinstance(source, Path):
        return load_map_file(source, kind)
    return load_map(map_text(source), kind, name=MADE_BY_HAND)


def map_text(draft: MapDraft) -> str:
    """The draft as a map file. Raises InputRejected where something is missing or cannot be written."""
    lacking = missing(draft)
    if lacking:
        names = listed([field_label(wanted) for wanted in lacking])
        raise InputRejected(f"Every row needs {names}. Choose a column, or a value that is the same for all rows.")
    key = KEY_FIELD[draft.kind]
    for column in draft.columns.values():
        if "{" in column or "}" in column:
            raise InputRejected(f'The column "{column}" has a brace in its name. Rename it in the file.')
    if key not in draft.columns:
        label = field_label(FIELDS[draft.kind][key])
        raise InputRejected(label + " tells rows apart, so it comes from a column.")
    lines = [f"kind = {_quoted(draft.kind)}", f"key = {_quoted('{' + draft.columns[key] + '}')}"]
    if draft.create:
        lines.append(f"create = [{', '.join(map(_quoted, draft.create))}]")
    lines += ["", "[provider]", f"code = {_quoted(_braced(draft.provider_code))}",
              "", "[formats]", f"date = {_quoted(draft.date_format)}", f"decimal_mark = {_quoted(draft.decimal_mark)}",
              f"grouping = {_quoted(draft.grouping)}"]
    lines += _section("columns", {name: column for name, column in draft.columns.items() if name != key})
    lines += _section("constants", {name: value for name, value in draft.constants.items() if name != key})
    return "\n".join(lines) + "\n"


def _section(name: str, entries: Mapping[str, str]) -> list[str]:
    found = [f"{_quoted(key)} = {_quoted(value)}" for key, value in entries.items() if value]
    return ["", f"[{name}]", *found] if found else []


def _braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _quoted(text: str) -> str:
    """A TOML string: what JSON writes is one, but for DEL, which TOML wants escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
