"""The formatted side of the editor: text as it will look, with every variable as a chip."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QRect, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QPainter,
    QPen,
    QPyTextObject,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextListFormat,
    QTextTableFormat,
)
from PySide6.QtWidgets import QTextEdit, QToolTip, QWidget

from app.services.events.drafting import VariableRow
from app.services.events.html import clean_html
from app.views.events.completing import Offers
from app.views.events.document_html import (
    CHIP,
    MARK,
    OBJECT,
    Marks,
    chip_format,
    fill,
    html_of_fragment,
    marks_to_chips,
    stored_html,
    text_of_fragment,
    words_of,
)
from app.views.look.theme import Theme

_PADDING: Final = 6
_KEYS_OF_TEXT: Final = {Qt.Key.Key_B: "bold", Qt.Key.Key_I: "italic", Qt.Key.Key_U: "underline"}


class ChipPainter(QPyTextObject):
    """Draws chips: soft and calm where the variable is known, framed in red where it is not."""

    def __init__(self, theme: Theme, is_known: Callable[[str], bool], parent: QTextEdit) -> None:
        super().__init__(parent)
        self._theme = theme
        self._is_known = is_known

    def intrinsicSize(self, doc: QTextDocument, posInDocument: int, format: QTextFormat) -> QSizeF:  # noqa: A002, N803, ARG002  Qt's names
        metrics = QFontMetricsF(self._font(format.toCharFormat(), doc))
        return QSizeF(metrics.horizontalAdvance(words_of(format.toCharFormat())) + 2 * _PADDING + 2,
                      metrics.height() + 2)

    def drawObject(self, painter: QPainter, rect: QRectF | QRect, doc: QTextDocument, posInDocument: int,  # noqa: N803, ARG002  Qt's names
                   format: QTextFormat) -> None:  # noqa: A002  Qt's name
        words, tokens = words_of(format.toCharFormat()), self._theme.tokens
        is_variable = " " not in words and words not in {"else", "end"}
        is_known = self._is_known(words)
        box = QRectF(rect).adjusted(1, 0.5, -1, -0.5)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen if is_known else QPen(tokens.bad, 1.5))
        painter.setBrush(tokens.bad_soft if not is_known else
                         tokens.accent_soft if is_variable else tokens.neutral_soft)
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(tokens.on_bad if not is_known else
                       tokens.on_accent_soft if is_variable else tokens.on_neutral)
        painter.setFont(self._font(format.toCharFormat(), doc))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
        painter.restore()

    @staticmethod
    def _font(found: QTextCharFormat, document: QTextDocument) -> QFont:
        font = QFont(document.defaultFont())
        font.setPixelSize(max(1, font.pixelSize() - 1))
        if found.fontWeight() >= QFont.Weight.DemiBold:
            font.setWeight(QFont.Weight.DemiBold)
        font.setItalic(found.fontItalic())
        return font


class ChipEdit(QTextEdit):
    """`edited` says that a person changed something; `html` is what is stored then."""

    edited = Signal()

    def __init__(self, theme: Theme, name: str, marks: Marks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._marks = marks
        self._variables: dict[str, str] = {}
        self._is_filling = False
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setAcceptRichText(True)
        self._painter = ChipPainter(theme, self.is_known, self)
        self.document().documentLayout().registerHandler(CHIP, self._painter)
        self.document().setDocumentMargin(14)
        self.offers = Offers(self)
        self.offers.taken.connect(self._take)
        self.textChanged.connect(self._on_text)
        theme.changed.connect(self._apply)
        self._apply()

    # --- what it holds ---

    def set_variables(self, variables: Sequence[VariableRow]) -> None:
        """The variables that are known here."""
        self._variables = {each.name: f"{each.help}, for instance {each.example}" for each in variables}
        self.offers.set_variables(variables)
        self.viewport().update()

    def is_known(self, words: str) -> bool:
        """Whether the words of a mark name a variable of this event, or belong to a condition."""
        return words in {"else", "end"} or words.removeprefix("if").strip() in self._variables

    def show_html(self, source: str) -> None:
        """Show stored HTML; there is nothing to undo then."""
        self._is_filling = True
        self.document().setUndoRedoEnabled(False)
        fill(self.document(), source, self._marks)
        self.document().setUndoRedoEnabled(True)
        self._is_filling = False
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def html(self) -> str:
        """What is stored of it."""
        return stored_html(self.document())

    def chips(self) -> list[str]:
        """The words of its chips in their order."""
        found, block = [], self.document().begin()
        while block.isValid():
            walk = block.begin()
            while not walk.atEnd():
                fragment = walk.fragment()
                walk += 1
                if words := words_of(fragment.charFormat()):
                    found += [words] * len(fragment.text())
            block = block.next()
        return found

    def go_to_chip(self, words: str) -> bool:
        """Select the first chip of these words, with the keyboard on it; whether there is one."""
        cursor = self.document().find(OBJECT)
        while not cursor.isNull():
            if words_of(cursor.charFormat()) == words:
                self.setTextCursor(cursor)
                self.setFocus()
                return True
            cursor = self.document().find(OBJECT, cursor)
        return False

    def replace_chip(self, words: str, by: str) -> None:
        """Put another variable in the place of every chip of these words."""
        cursor = self.document().find(OBJECT)
        while not cursor.isNull():
            found = cursor.charFormat()
            if words_of(found) == words:
                cursor.insertText(OBJECT, chip_format(by, found))
            cursor = self.document().find(OBJECT, cursor.position())

    def insert_mark(self, words: str) -> None:
        """Put a variable where the cursor is."""
        cursor = self.textCursor()
        around = self._plain_format(cursor)
        cursor.insertText(OBJECT, chip_format(words, around))
        self.setTextCursor(cursor)
        self.setCurrentCharFormat(around)
        self.setFocus()

    # --- formatting ---

    def toggle(self, what: str) -> None:
        """Turn "bold", "italic" or "underline" on or off for what is selected, or for what is typed next."""
        now, made = self.currentCharFormat(), QTextCharFormat()
        if what == "bold":
            made.setFontWeight(QFont.Weight.Normal if now.fontWeight() >= QFont.Weight.DemiBold else QFont.Weight.Bold)
        elif what == "italic":
            made.setFontItalic(not now.fontItalic())
        else:
            made.setFontUnderline(not now.fontUnderline())
        self.mergeCurrentCharFormat(made)
        self.setFocus()

    def toggle_list(self, *, numbered: bool) -> None:
        """Make a list of the paragraphs selected, or paragraphs of a list of that kind."""
        style = QTextListFormat.Style.ListDecimal if numbered else QTextListFormat.Style.ListDisc
        cursor = self.textCursor()
        now = cursor.currentList()
        cursor.beginEditBlock()
        if now is not None and now.format().style() == style:
            form = cursor.blockFormat()
            form.setObjectIndex(-1)
            form.setIndent(0)
            cursor.setBlockFormat(form)
        else:
            cursor.createList(style)
        cursor.endEditBlock()
        self.setFocus()

    def set_link(self, address: str) -> None:
        """Make a link of what is selected; without a selection the address itself is put in."""
        cursor = self.textCursor()
        made = QTextCharFormat()
        made.setAnchor(bool(address))
        made.setAnchorHref(address)
        made.setFontUnderline(bool(address))
        if cursor.hasSelection():
            cursor.mergeCharFormat(made)
        else:
            cursor.insertText(address, made)
            self.setCurrentCharFormat(QTextCharFormat())
        self.setFocus()

    def insert_table(self) -> None:
        """Put in a table of two columns and two rows."""
        form = QTextTableFormat()
        form.setCellPadding(4)
        form.setCellSpacing(0)
        form.setBorder(0)
        self.textCursor().insertTable(2, 2, form)
        self.setFocus()

    # --- inside ---

    @staticmethod
    def _plain_format(cursor: QTextCursor) -> QTextCharFormat:
        """The format of text here, that of the text around where the cursor is behind a chip."""
        found = QTextCharFormat(cursor.charFormat())
        if words_of(found):
            found.setObjectType(int(QTextFormat.ObjectTypes.NoObject))
            found.clearProperty(MARK)
            found.clearProperty(int(QTextFormat.Property.TextVerticalAlignment))
        return found

    def _take(self, length: int, words: str) -> None:
        """What was offered replaces what was typed of it."""
        cursor = self.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, length)
        around = self._plain_format(cursor)
        cursor.insertText(OBJECT, chip_format(words, around))
        self.setTextCursor(cursor)
        self.setCurrentCharFormat(around)

    def _on_text(self) -> None:
        if self._is_filling:
            return
        cursor = self.textCursor()
        before = cursor.block().text()[:cursor.positionInBlock()]
        if before.endswith("%%") and any(mark.end == len(before) and mark.words for mark in self._marks(before)):
            self._is_filling = True  # a mark that was written out to its end becomes a chip
            marks_to_chips(self.document(), self._marks, cursor.block().position(), cursor.position())
            self._is_filling = False
            self.setCurrentCharFormat(self._plain_format(self.textCursor()))
            self.offers.close_list()
        elif self.hasFocus():
            self.offers.look(before, self._marks)
        self.edited.emit()

    def _apply(self) -> None:
        self.setFont(self._theme.font())
        self.document().setDefaultFont(self._theme.font())
        self.document().markContentsDirty(0, self.document().characterCount())
        self.viewport().update()

    # --- Qt ---

    def event(self, event: QEvent) -> bool:
        """Bold, italic and underline are keys of text here, whatever the window has on them; chips are told about."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and self._style_of(event):
            event.accept()
            return True
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            cursor = self.cursorForPosition(self.viewport().mapFrom(self, event.pos()))
            cursor.movePosition(QTextCursor.MoveOperation.NextCharacter)
            words = words_of(cursor.charFormat()).removeprefix("if ")
            QToolTip.showText(event.globalPos(), self._variables.get(words, ""), self)
            return True
        return super().event(event)

    @staticmethod
    def _style_of(event: QKeyEvent) -> str:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        return _KEYS_OF_TEXT.get(Qt.Key(event.key()), "") if held == Qt.KeyboardModifier.ControlModifier else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        style = self._style_of(event)
        if style:
            self.toggle(style)
            return
        if self.offers.wait_for(event):
            return
        if event.text().strip() and words_of(self.currentCharFormat()):
            self.setCurrentCharFormat(self._plain_format(self.textCursor()))
        super().keyPressEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002, FBT001  Qt's names
        return self.offers.take_by_tab() or super().focusNextPrevChild(next)

    def createMimeDataFromSelection(self) -> QMimeData:
        """Copied text holds its variables written out."""
        data, chosen = QMimeData(), self.textCursor().selection()
        data.setHtml(html_of_fragment(chosen))
        data.setText(text_of_fragment(chosen))
        return data

    def insertFromMimeData(self, source: QMimeData) -> None:
        """What is pasted is cleaned as messages are, and its variables become chips."""
        start = self.textCursor().selectionStart()
        if source.hasHtml():
            self.textCursor().insertHtml(clean_html(source.html()))
        else:
            self.textCursor().insertText(source.text())
        self._is_filling = True
        marks_to_chips(self.document(), self._marks, start, self.textCursor().position())
        self._is_filling = False
        self.setCurrentCharFormat(self._plain_format(self.textCursor()))
        self.edited.emit()
