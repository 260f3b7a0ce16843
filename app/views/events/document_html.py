"""Documents of Qt as the HTML that is stored, and back; variables stand in them as chips.

What Qt itself writes is five times as long and speaks of its own styles. A chip is one character of the document with
the words of its mark as a property, so that the cursor steps over it as a whole and deleting it leaves nothing behind.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QFont,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextDocumentFragment,
    QTextFormat,
    QTextFrame,
    QTextImageFormat,
    QTextListFormat,
    QTextTable,
)

CHIP: Final = int(QTextFormat.ObjectTypes.UserObject) + 1
"""Object type of a chip."""
MARK: Final = int(QTextFormat.Property.UserProperty) + 1
"""Property of its format that holds the words of its mark."""
OBJECT: Final = "\ufffc"

_BETWEEN: Final = re.compile("(</p>|</h[1-3]>|</ul>|</ol>|</table>|</tr>|<hr>)(?=<(?!/t[dh]|/li))")
"""Where lines of the source end, so that places in it can be told; ends of lines there mean nothing."""
_ORDERED: Final = frozenset({QTextListFormat.Style.ListDecimal, QTextListFormat.Style.ListLowerAlpha,
                             QTextListFormat.Style.ListUpperAlpha, QTextListFormat.Style.ListLowerRoman,
                             QTextListFormat.Style.ListUpperRoman})
_TABLE: Final = '<table border="0" cellspacing="0" cellpadding="4"><tbody>'


class Found(NamedTuple):
    """A mark in a text: where it begins and ends, and the words between its signs."""

    start: int
    end: int
    words: str


Marks = Callable[[str], Iterable[Found]]
"""Finds the marks of a text."""


# --------------------------------------------------------------------------- chips


def chip_format(words: str, around: QTextCharFormat) -> QTextCharFormat:
    """The format of a chip that is as bold, slanted and coloured as the text around it."""
    made = QTextCharFormat(around)
    made.setObjectType(CHIP)
    made.setProperty(MARK, words)
    made.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignMiddle)
    return made


def words_of(found: QTextCharFormat) -> str:
    """The words of the chip that has this format; empty for other text."""
    return str(found.property(MARK)) if found.objectType() == CHIP else ""


def marks_to_chips(document: QTextDocument, marks: Marks, start: int = 0, end: int | None = None) -> None:
    """Put a chip in the place of each mark that is written out between two places of a document."""
    block = document.findBlock(start)
    cursor = QTextCursor(document)
    cursor.joinPreviousEditBlock() if document.isUndoRedoEnabled() else cursor.beginEditBlock()
    while block.isValid() and (end is None or block.position() <= end):
        text, at = block.text(), block.position()
        for mark in reversed([each for each in marks(text) if each.words]):
            cursor.setPosition(at + mark.start)
            cursor.setPosition(at + mark.end, QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText(OBJECT, chip_format(mark.words, _format_at(document, at + mark.start)))
        block = block.next()
    cursor.endEditBlock()


def _format_at(document: QTextDocument, position: int) -> QTextCharFormat:
    """The format of the character behind a place."""
    cursor = QTextCursor(document)
    cursor.setPosition(position + 1)
    return cursor.charFormat()


def fill(document: QTextDocument, source: str, marks: Marks) -> None:
    """Show stored HTML in a document, its variables as chips."""
    document.setHtml(source)
    marks_to_chips(document, marks)


def html_of_fragment(fragment: QTextDocumentFragment) -> str:
    """A part of a document as the HTML that is stored."""
    document = QTextDocument()
    QTextCursor(document).insertFragment(fragment)
    return stored_html(document)


def text_of_fragment(fragment: QTextDocumentFragment) -> str:
    """A part of a document as plain text, its chips written out."""
    document = QTextDocument()
    QTextCursor(document).insertFragment(fragment)
    block, lines = document.begin(), []
    while block.isValid():
        lines.append("".join(_plain(text, found) for text, found in _pieces(block)))
        block = block.next()
    return "\n".join(lines)


# --------------------------------------------------------------------------- HTML


def stored_html(document: QTextDocument) -> str:
    """The document as clean HTML; shown and written again it stays the same."""
    written = _BETWEEN.sub("\\1\n", _frame(document.rootFrame())).rstrip("\n")
    return "" if written in {"<p><br></p>", "<p></p>"} else written


def has_more_in_source(source: str) -> bool:
    """Whether HTML says something about its look that a document would lose when it is changed there."""
    document = QTextDocument()
    document.setHtml(source)
    return _shape(stored_html(document)) != _shape(source)


def _shape(source: str) -> list[str]:
    """The elements of HTML with what they say, in one order and spelling; blanks between blocks say nothing."""
    alike = {"b": "strong", "i": "em", "tbody": "", "thead": ""}
    found = []
    for closing, name, rest in re.findall(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^>]*)>", source):
        plain = alike.get(name.lower(), name.lower())
        said = sorted(set(rest.strip(" /").split()) - {'alt=""'})
        if plain and plain not in {"table", "br"}:
            found.append(f"{closing}{plain} {' '.join(said)}".strip())
    return found


def _frame(frame: QTextFrame) -> str:
    return _blocks(frame.begin())


def _blocks(walk: QTextFrame.iterator) -> str:
    """Blocks and tables between two ends of a frame, lists opened and closed as their depth says."""
    out: list[str] = []
    lists: list[str] = []
    while not walk.atEnd():
        table, block = walk.currentFrame(), walk.currentBlock()
        walk += 1
        if table is not None:
            _close(out, lists)
            out.append(_table(table) if isinstance(table, QTextTable) else _frame(table))
        elif block.isValid() and not _surrounds_table(block, out, walk):
            _block(out, lists, block)
    _close(out, lists)
    return "".join(out)


def _surrounds_table(block: QTextBlock, out: list[str], walk: QTextFrame.iterator) -> bool:
    """Whether it is one of the empty blocks that Qt puts before and behind a table."""
    is_before = not walk.atEnd() and walk.currentFrame() is not None
    is_behind = bool(out) and out[-1].endswith("</table>")
    return block.length() == 1 and (is_before or is_behind)


def _table(table: QTextTable) -> str:
    rows = ("".join(_cell(table, row, place) for place in range(table.columns())) for row in range(table.rows()))
    return _TABLE + "".join(f"<tr>{cells}</tr>" for cells in rows) + "</tbody></table>"


def _cell(table: QTextTable, row: int, place: int) -> str:
    """A cell; of one that is a single paragraph its alignment is that of the cell."""
    written = _blocks(table.cellAt(row, place).begin())
    alone = re.fullmatch(r"<p( align=\"[a-z]+\")?>((?:(?!</?p[ >]).)*)</p>", written, re.DOTALL)
    return f"<td>{written}</td>" if alone is None else f"<td{alone[1] or ''}>{alone[2]}</td>"


def _close(out: list[str], lists: list[str], to: int = 0) -> None:
    while len(lists) > to:
        out.append(f"</li></{lists.pop()}>")


def _block(out: list[str], lists: list[str], block: QTextBlock) -> None:
    if block.blockFormat().hasProperty(QTextFormat.Property.BlockTrailingHorizontalRulerWidth):
        _close(out, lists)
        out.append("<hr>")
        return
    listed = block.textList()
    align = _alignment(block.blockFormat())
    if listed is None:
        _close(out, lists)
        level = block.blockFormat().headingLevel()
        tag = f"h{min(level, 3)}" if level else "p"
        out.append(f"<{tag}{align}>{_inline(block) or '<br>'}</{tag}>")
        return
    depth, tag = max(1, listed.format().indent()), "ol" if listed.format().style() in _ORDERED else "ul"
    _close(out, lists, depth)
    if len(lists) == depth:
        out.append("</li>")
    while len(lists) < depth:
        out.append(f"<{tag}>" if len(lists) == depth - 1 else f"<{tag}><li>")
        lists.append(tag)
    out.append(f"<li{align}>{_inline(block)}")


def _alignment(form: QTextBlockFormat) -> str:
    if form.alignment() & Qt.AlignmentFlag.AlignRight:
        return ' align="right"'
    return ' align="center"' if form.alignment() & Qt.AlignmentFlag.AlignHCenter else ""


def _pieces(block: QTextBlock) -> Iterable[tuple[str, QTextCharFormat]]:
    """Texts of a block with their formats; each chip is one of its own."""
    walk = block.begin()
    while not walk.atEnd():
        fragment = walk.fragment()
        walk += 1
        if fragment.isValid():
            text, found = fragment.text(), fragment.charFormat()
            yield from (((OBJECT, found) for _ in text) if words_of(found) else ((text, found),))


def _plain(text: str, found: QTextCharFormat) -> str:
    words = words_of(found)
    return f"%%{words}%%" if words else text.replace("\u2028", "\n").replace(OBJECT, "")


def _inline(block: QTextBlock) -> str:
    is_heading = bool(block.blockFormat().headingLevel())
    out: list[tuple[str, str, str]] = []
    for text, found in _pieces(block):
        if found.isImageFormat():
            out.append((_image(found.toImageFormat()), "", ""))
            continue
        inner = html.escape(_plain(text, found), quote=False).replace("\n", "<br>").replace("\u00a0", "&nbsp;")
        opening, closing = _tags(found, is_heading=is_heading)
        out.append((inner.replace("  ", " &nbsp;"), opening, closing))
    return _joined(out)


def _joined(pieces: list[tuple[str, str, str]]) -> str:
    """Pieces within their tags; neighbours within the same ones share them."""
    done = ""
    for place, (inner, opening, closing) in enumerate(pieces):
        goes_on = place > 0 and opening and pieces[place - 1][1] == opening
        stays = place + 1 < len(pieces) and opening and pieces[place + 1][1] == opening
        done += ("" if goes_on else opening) + inner + ("" if stays else closing)
    return done


def _image(found: QTextImageFormat) -> str:
    width = f' width="{int(found.width())}"' if found.width() else ""
    return f'<img src="{html.escape(found.name())}" alt=""{width}>'


def _tags(found: QTextCharFormat, *, is_heading: bool) -> tuple[str, str]:
    """What opens and closes a piece of text of a format."""
    tags: list[tuple[str, str]] = []
    if found.fontWeight() >= QFont.Weight.DemiBold and not is_heading:
        tags.append(("strong", ""))
    if found.fontItalic():
        tags.append(("em", ""))
    if found.isAnchor() and found.anchorHref():
        tags.append(("a", f' href="{html.escape(found.anchorHref())}"'))
    else:
        if found.fontUnderline():
            tags.append(("u", ""))
        if found.hasProperty(QTextFormat.Property.ForegroundBrush):
            tags.append(("span", f' style="color:{found.foreground().color().name()}"'))
    return ("".join(f"<{tag}{more}>" for tag, more in tags), "".join(f"</{tag}>" for tag, _ in reversed(tags)))
