"""The HTML of messages: what may stand in it, and the same message as plain text.

Templates are typed and pasted from elsewhere, and values come from files, so what was made of both passes here before
it is shown, stored or sent: no scripts, nothing that is fetched from elsewhere, links to the web, to mail and to
telephones alone, and of styles the few that programs for mail understand. What is already clean stays as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from html.parser import HTMLParser
from typing import Final
from urllib.parse import quote

import nh3

LOGO = "cid:logo"
"""The one image a message may show: the provider's logo, which travels with it."""

_TAGS: Final = frozenset("a b blockquote br div em h1 h2 h3 hr i img li ol p s span strong sub sup table tbody td "
                         "tfoot th thead tr u ul".split())
_OF_CELLS: Final = frozenset({"align", "valign", "colspan", "rowspan", "bgcolor", "width", "style"})
_OF_BLOCKS: Final = frozenset({"align", "style"})
_ATTRIBUTES: Final[dict[str, frozenset[str]]] = {
    "a": frozenset({"href", "title"}), "img": frozenset({"src", "alt", "width", "height"}),
    "ol": frozenset({"start", "type"}), "span": frozenset({"style"}),
    "table": frozenset({"width", "cellpadding", "cellspacing", "border", "align", "bgcolor"}),
    **dict.fromkeys(("td", "th"), _OF_CELLS), **dict.fromkeys(("p", "div", "h1", "h2", "h3", "li"), _OF_BLOCKS),
}
_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
_WITH_CONTENT: Final = frozenset({"script", "style", "head", "title", "iframe", "object", "noscript", "template"})
"""Elements that go with all that is in them; of others only the marks go."""

_NOT_SENT: Final = (_WITH_CONTENT - {"head", "title"}) | {"form", "input", "button", "svg", "video", "audio", "embed"}
"""Elements whose loss is told."""

_COLOUR = r"(?:#[0-9a-fA-F]{3}|#[0-9a-fA-F]{6}|[a-zA-Z]{3,20}|rgb\( ?\d{1,3} ?, ?\d{1,3} ?, ?\d{1,3} ?\))"
_LENGTH = r"(?:0|\d{1,3}(?:\.\d{1,2})?(?:px|pt|em|%))"
_STYLES: Final = {
    "color": _COLOUR, "background-color": _COLOUR,
    "font-size": rf"(?:{_LENGTH}|(?:x{{1,2}}-)?(?:small|large)|medium)", "font-style": "(?:normal|italic)",
    "font-weight": "(?:normal|bold|[1-9]00)", "margin": rf"{_LENGTH}(?: {_LENGTH}){{0,3}}",
    "text-align": "(?:left|right|center|justify)", "text-decoration": "(?:none|underline|line-through)",
}
_STYLE = {name: re.compile(pattern) for name, pattern in _STYLES.items()}
_PLAIN_VALUE = re.compile(r"[#%\w.,\- ]{0,40}", re.ASCII)
_IMAGE_OF_NOTHING = re.compile(r'<img(?:(?! src=) [a-z]+="[^"]*")*>')
_TURNS = 6
MAX_OPEN = 1_000
"""Most elements that may be open at once; the time that reading takes grows with their square, or worse."""
_TAG = re.compile("<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_NEVER_OPEN: Final = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"})


def clean_html(text: str) -> str:
    """What may be sent of a piece of HTML; cleaning it again changes nothing.

    What opens too many elements at once is shown as the letters it is made of.
    """
    if _opens_too_many(text):
        return escape(text)
    for _ in range(_TURNS):
        cleaned = _IMAGE_OF_NOTHING.sub("", _cleaner().clean(text))
        if cleaned == text:
            return cleaned
        text = cleaned
    return escape(text)  # never seen; what will not come to rest is shown as the letters it is made of


def _opens_too_many(text: str) -> bool:
    """Whether more than `MAX_OPEN` elements are open at once; an end counts where its own element was begun."""
    still_open: Counter[str] = Counter()
    total = 0
    for found in _TAG.finditer(text):
        is_end, name = bool(found[1]), found[2].lower()
        if is_end and still_open[name]:
            still_open[name] -= 1
            total -= 1
        elif not is_end and name not in _NEVER_OPEN:
            still_open[name] += 1
            total += 1
            if total > MAX_OPEN:
                return True
    return False


@lru_cache(maxsize=1)
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(_TAGS), clean_content_tags=set(_WITH_CONTENT), attributes={k: set(v) for k, v in _ATTRIBUTES.items()},
        attribute_filter=_kept_attribute, url_schemes={*_SCHEMES, "cid"}, link_rel=None, strip_comments=True,
    )


def _kept_attribute(_element: str, name: str, value: str) -> str | None:
    """What stays of an attribute; None takes it away."""
    if name == "style":
        return _kept_style(value)
    if name == "src":
        return value if value == LOGO else None
    if name == "href":
        return _kept_link(value)
    if name in {"alt", "title"}:
        return value
    return value if _PLAIN_VALUE.fullmatch(value) else None


def _kept_link(value: str) -> str | None:
    """A link to where links may lead; blanks and angles that a value brought along are written as %20, %3C …"""
    scheme, colon, _ = value.strip().partition(":")
    if not colon or scheme.lower() not in _SCHEMES:
        return None
    return re.sub(r'[\s<>"]', lambda found: quote(found.group()), value.strip())


def _kept_style(value: str) -> str | None:
    """The declarations whose property and value are both known, in their order: "color:red"."""
    kept = []
    for declaration in value.split(";"):
        name, _, wanted = declaration.partition(":")
        name, wanted = name.strip().lower(), " ".join(wanted.split())
        if name in _STYLE and _STYLE[name].fullmatch(wanted):
            kept.append(f"{name}:{wanted}")
    return ";".join(kept) or None


# --------------------------------------------------------------------------- what is lost


def losses(text: str) -> tuple[str, ...]:
    """Sentences about what will not be sent of a piece of HTML, each once: images from elsewhere, scripts, links."""
    if _opens_too_many(text):
        return (f"More than {MAX_OPEN:,} elements are open at once, so it is sent as the letters it is made of. End "
                "each element where it is over.",)
    if _MAY_LOSE.search(text) is None:
        return ()
    walker = _Losses()
    # What no ">" ends is no element, and looking for its end from each "<" would take minutes.
    walker.feed(text[:text.rfind(">") + 1])
    walker.close()
    return tuple(dict.fromkeys(walker.found))


_MAY_LOSE = re.compile(rf"<(?:img|a|{'|'.join(sorted(_NOT_SENT))})[\s/>]", re.IGNORECASE)


class _Losses(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _NOT_SENT:
            self.found.append(f"<{tag}> is not sent.")
        given = dict(attrs)
        source, link = given.get("src"), given.get("href")
        if tag == "img" and source != LOGO:
            self.found.append(f'Only the logo is sent as an image, written as <img src="{LOGO}">; others are left out.')
        if tag == "a" and link and _kept_attribute(tag, "href", link.strip()) is None:
            self.found.append("Links lead to http, https, mailto or tel; another one is left out.")


# --------------------------------------------------------------------------- text


def html_to_text(text: str) -> str:
    """A piece of HTML as plain text: paragraphs, lists and rows as lines, addresses of links behind their words."""
    walker = _TextWalker()
    walker.feed(text)
    walker.close()
    lines = (re.sub(r"[ \u00a0]+$", "", line) for line in "".join(walker.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def text_to_html(text: str) -> str:
    """Plain text as HTML: an empty line ends a paragraph, other ends of lines stay."""
    paragraphs = re.split(r"\n[ \t]*\n+", text.replace("\r\n", "\n").strip("\n"))
    return "\n".join(f"<p>{escape(part, quote=False).replace(chr(10), '<br>')}</p>" for part in paragraphs if part)


_APART = frozenset({"p", "div", "h1", "h2", "h3", "table", "blockquote", "ul", "ol"})


@dataclass(slots=True)
class _List:
    number: int | None
    """Of the next item; None in a list without numbers."""


@dataclass(slots=True)
class _Link:
    href: str
    begins: int


class _TextWalker(HTMLParser):
    """Writes the words of HTML one after the other, with the white space a reader of plain text expects."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._lists: list[_List] = []
        self._links: list[_Link] = []
        self._silent = 0
        self._cells = 0

    def updatepos(self, i: int, j: int) -> int:  # noqa: ARG002  lines are not asked for, and counting them takes a tenth
        return j

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _WITH_CONTENT:
            self._silent += 1
        elif tag == "br":
            self.parts.append("\n")
        elif tag == "hr":
            self._apart(1)
            self.parts.append("-" * 40 + "\n")
        elif tag == "li":
            self._item()
        elif tag in {"td", "th"}:
            self.parts.append("\t" if self._cells else "")
            self._cells += 1
        elif tag == "tr":
            self._apart(1)
            self._cells = 0
        elif tag == "a":
            self._links.append(_Link(given.get("href", ""), len(self.parts)))
        elif tag == "img" and given.get("alt"):
            self.parts.append(f"[{given['alt']}]")
        elif tag in _APART:
            self._begin(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag in _WITH_CONTENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "a" and self._links:
            self._end_link(self._links.pop())
        elif tag in _APART:
            if tag in {"ul", "ol"} and self._lists:
                self._lists.pop()
            self._apart(1 if self._lists else 2)

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        words = re.sub(r"[ \t\r\n]+", " ", data)
        if self._ends_in(" ", "\n", "\t"):
            words = words.lstrip(" ")
        if words:
            self.parts.append(words)

    def _begin(self, tag: str, given: dict[str, str]) -> None:
        if tag in {"ul", "ol"}:
            self._apart(1)
            start = given.get("start", "")
            first = int(start) if re.fullmatch("[0-9]{1,5}", start) else 1
            self._lists.append(_List(first if tag == "ol" else None))
        elif not (self._lists and self._ends_in(" ")):  # a paragraph within an item begins behind its mark
            self._apart(1 if self._lists else 2)

    def _item(self) -> None:
        self._apart(1)
        here = self._lists[-1] if self._lists else _List(None)
        mark = "- " if here.number is None else f"{here.number}. "
        if here.number is not None:
            here.number += 1
        self.parts.append("  " * max(0, len(self._lists) - 1) + mark)

    def _end_link(self, link: _Link) -> None:
        shown = "".join(self.parts[link.begins:]).strip()
        plain = link.href.partition(":")[2].strip("/") if ":" in link.href else link.href
        if link.href and shown.strip("/") not in {plain, link.href.strip("/")}:
            self.parts.append(f" <{link.href}>" if shown else f"<{link.href}>")

    def _ends_in(self, *letters: str) -> bool:
        last = next((part for part in reversed(self.parts) if part), "\n")
        return last.endswith(letters)

    def _apart(self, lines: int) -> None:
        """Set what comes apart from what was: by so many ends of lines, none at the beginning."""
        tail = "".join(self.parts[-4:])
        if any(self.parts):
            self.parts.append("\n" * max(0, lines - (len(tail) - len(tail.rstrip("\n")))))
