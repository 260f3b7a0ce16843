"""On which line of a set-up file something stands: the parser of the standard library forgets it.

Only headers and keys at the beginning of a line are looked for, as people and the export write them. What stands
elsewhere, such as a key inside a table in braces, has the line of what is around it or none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)\s*[=.]""")
_FENCE = re.compile(r'"""|\'\'\'')


FORMER = {"credit_rating": "rating"}
"""Tables that files of before call otherwise."""


class Lines:
    """The lines of headers and keys. An entry of a repeated table is told by its number, counted from 0."""

    def __init__(self, text: str) -> None:
        self._found: dict[tuple[str, int, str], int] = {}
        table, counts = "", dict[str, int]()
        for number, line in _outside_of_texts(text):
            header = _HEADER.match(line)
            if header is not None:
                table = ".".join(part.strip().strip("\"'") for part in header.group(2).split("."))
                table = FORMER.get(table, table)
                if header.group(1) == "[[":
                    counts[table] = counts.get(table, -1) + 1
                self._found.setdefault((table, self._entry(table, counts), ""), number)
                continue
            key = _KEY.match(line)
            if key is not None:
                self._found.setdefault((table, self._entry(table, counts), key.group(1).strip("\"'")), number)

    @staticmethod
    def _entry(table: str, counts: dict[str, int]) -> int:
        """The number of the entry a table belongs to, its own or that of the one it stands below."""
        return max(counts.get(table.partition(".")[0], counts.get(table, 0)), 0)

    def line_of(self, table: str, entry: int = 0, key: str = "") -> int | None:
        """The line of a key, or of the table that it is itself, else of its table; None where none was found."""
        below = f"{table}.{key}" if table else key
        return (self._found.get((table, entry, key)) or self._found.get((below, entry, ""))
                or self._found.get((table, entry, "")))


def _outside_of_texts(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers, without those inside a text of several lines."""
    fence = ""
    for number, line in enumerate(text.split("\n"), 1):
        if not fence:
            yield number, line
        for mark in _FENCE.findall(line):
            if not fence:
                fence = mark
            elif fence == mark:
                fence = ""
