"""A set-up as text: TOML with a comment over every key, always in the same order.

What is not set stands as a comment with what holds meanwhile, so that a file shows everything that could be said. The
text depends on the set-up alone; it holds neither the day it was written on nor a place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import Final

from app.services.files.kinds import toml_file
from app.services.setup.document import (
    NAMED_BY,
    OF_PROVIDER,
    TABLES,
    Form,
    Key,
    Part,
    SetUp,
    SetUpValue,
    TableOfKeys,
)
from app.services.setup.reading import is_blank
from app.services.setup.values import range_words

_HEAD = """\
# A set-up file of Bursar: everything one provider is set up with, without its customers, its staff and its books.
#
# Compare it with a database:  bursar setup plan FILE
# Apply it:                    bursar setup apply FILE
#
# What a file does not mention stays as it is. Money and percentages are texts ("2.50", "19"), whole numbers and
# true or false stand without quotation marks, days are texts (year-month-day). A line that begins with # is not set.
"""
SET_UP_FILE: Final = toml_file("a set-up file", lambda document: isinstance(document.get("provider"), dict)
                               and document.keys().isdisjoint(("key", "kind")))
"""What an export may replace: another set-up file, and no map of an import."""
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_WIDTH = 118
_PICTURE_WIDTH = 100


def text_of_set_up(set_up: SetUp) -> str:
    """The whole text of a set-up file."""
    return _HEAD + "".join(f"{line}\n" for line in _lines(set_up))


def _lines(set_up: SetUp) -> Iterator[str]:
    explained: set[str] = set()
    for table in TABLES:
        if "." in table.path and table.kind not in OF_PROVIDER:
            continue  # written with the thing it belongs to
        yield ""
        yield from _comment(f"{table.help}.")
        if not table.repeated:
            part = set_up.part(table.kind, set_up.code)
            yield f"[{table.path}]"
            yield from _with_help(table, {} if part is None else part.values, set_up.code, explained)
            continue
        yield from _keys_explained(table)
        for part in set_up.all_of(table.kind):
            yield ""
            yield f"[[{table.path}]]"
            yield from _entry(table, part)


def _entry(table: TableOfKeys, part: Part) -> Iterator[str]:
    named = {NAMED_BY[table.kind]: part.name} if table.kind in NAMED_BY else {}
    values: dict[str, SetUpValue] = {**named, **part.values}
    for key in table.keys:
        yield _line(key, values.get(key.name))
    for below in (each for each in TABLES if each.path.startswith(f"{table.path}.")):
        said = {key.name: values.get(below.prefix + key.name) for key in below.keys}
        if below.prefix and not any(value is not None for value in said.values()):
            continue  # of an action that says nothing, what it could say is explained above
        yield f"[{below.path}]"
        for key in below.keys:
            yield _line(key, said[key.name])


def _with_help(
    table: TableOfKeys, values: Mapping[str, SetUpValue], code: str, explained: set[str]
) -> Iterator[str]:
    """Keys of a table that stands once, each below what it means; an attribute is explained once in a file."""
    for key in table.keys:
        if key.definition is None or key.name not in explained:
            yield from _comment(_explained(key))
        if key.definition is not None:
            explained.add(key.name)
        yield _line(key, code if (table.path, key.name) == ("provider", "code") else values.get(key.name))


def _keys_explained(table: TableOfKeys) -> Iterator[str]:
    """What the keys of a repeated table mean, once for all entries."""
    explained: set[str] = set()
    for key in table.keys:
        yield from _comment(f"  {key.name}: {_explained(key)}")
    for below in (each for each in TABLES if each.path.startswith(f"{table.path}.")):
        if below.prefix:
            yield from _comment(f"  [{below.path}]: {below.help}: {', '.join(key.name for key in below.keys)}.")
            for key in below.keys:
                if key.name not in explained:
                    explained.add(key.name)
                    yield from _comment(f"    {key.name}: {_explained(key)}")
        else:
            yield from _comment(f"  [{below.path}]: {below.help}. Each key is explained above, with the provider.")


def _explained(key: Key) -> str:
    """The meaning of a key, the range or the choices of its value, and what holds while it is not set."""
    sentences = [f"{key.help}."]
    bounds = range_words(key)
    if bounds and key.form is not Form.AMOUNT:
        number = "Percent" if key.form is Form.PERCENT else key.unit.capitalize() or "A number"
        sentences.append(f"{number} {bounds}.")
    if key.form in (Form.CHOICE, Form.LEVELS) and len(key.choices) <= 12:
        sentences.append(f"One of: {', '.join(key.choices)}.")
    if key.without and (key.usual is None or key.definition is None):
        sentences.append(f"Not set: {key.without[:1].lower()}{key.without[1:]}.")
    return " ".join(sentences)


def _line(key: Key, value: SetUpValue | None) -> str:
    if not is_blank(key, value):
        assert value is not None  # noqa: S101  None is blank
        if key.form is Form.PICTURE:
            value = "\n".join(wrap(str(value), _PICTURE_WIDTH))
        return f"{key.name} = {toml_value(value, lines=key.form in (Form.LINES, Form.PICTURE))}"
    return f"# {key.name} = {toml_value(_example(key))}"


def _example(key: Key) -> SetUpValue:
    """What stands in the line of a key that is not set: what holds meanwhile, or the shape of a value."""
    shapes: dict[Form, SetUpValue] = {
        Form.TEXT: "", Form.LINES: "", Form.INTEGER: max(key.least or 0, 0), Form.AMOUNT: "0", Form.PERCENT: "0",
        Form.YES_NO: False, Form.CHOICE: key.choices[0] if key.choices else "", Form.DAY: "", Form.TEXTS: (),
        Form.LEVELS: {}, Form.PICTURE: "", Form.TIME: "", Form.TIMES: ()}
    return shapes[key.form] if key.usual is None else key.usual


def _comment(text: str) -> Iterator[str]:
    """A comment of as many lines as it needs; the blanks it begins with begin every line."""
    words = text.split()
    indent = "  " * bool(text.startswith("  "))
    line = ""
    for word in words:
        if line and len(line) + len(word) + len(indent) + 3 > _WIDTH:
            yield f"# {indent}{line}"
            indent = indent and "      "
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield f"# {indent}{line}"


# --------------------------------------------------------------------------- TOML


def toml_value(value: SetUpValue, *, lines: bool = False) -> str:
    """A value in TOML. With `lines`, a text of several lines stands on as many.

    A library that keeps comments would write each of them through a tree of its own; of TOML there are four shapes
    here, and what is quoted is read back by the parser of the standard library in a property test.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(name)} = {_quoted(text)}" for name, text in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, tuple):
        return _list(value)
    if lines and "\n" in value:
        body = "\n".join(_quoted(line)[1:-1] for line in value.split("\n"))
        return f'"""\n{body}"""'
    return _quoted(value)


def _list(texts: tuple[str, ...]) -> str:
    short = f"[{', '.join(_quoted(text) for text in texts)}]"
    if len(short) <= 80:
        return short
    return "[\n" + "".join(f"    {_quoted(text)},\n" for text in texts) + "]"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _quoted(name)


def _quoted(text: str) -> str:
    """A TOML string: what JSON writes is one, but for DEL, which TOML wants escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
