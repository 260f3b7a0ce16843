"""Documents of Qt as stored HTML and back: what is written stays as it is, and variables are chips in between."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QTextCursor, QTextDocument
from PySide6.QtWidgets import QApplication

from app.services.events.drafting import marks_of
from app.services.events.html import clean_html, text_to_html
from app.views.events.document_html import (
    OBJECT,
    Found,
    fill,
    has_more_in_source,
    html_of_fragment,
    stored_html,
    text_of_fragment,
)


def marks(text: str) -> list[Found]:
    return [Found(mark.start, mark.end, mark.words) for mark in marks_of(text, event="invoice_overdue")]


def document_of(source: str) -> QTextDocument:
    document = QTextDocument()
    fill(document, source, marks)
    return document


@pytest.mark.parametrize(("source", "written"), [
    ("<p>Dear <b>%%contactName%%</b>,</p>", "<p>Dear <strong>%%contactName%%</strong>,</p>"),
    ("<p><b>Pay %%invoiceId%% now</b>.</p>", "<p><strong>Pay %%invoiceId%% now</strong>.</p>"),
    ("<p><i>a</i> <u>b</u> <span style='color:#c00000'>c</span></p>",
     '<p><em>a</em> <u>b</u> <span style="color:#c00000">c</span></p>'),
    ('<p><a href="https://x.example/?a=1&amp;b=%%accountId%%">l</a></p>',
     '<p><a href="https://x.example/?a=1&amp;b=%%accountId%%">l</a></p>'),
    ("<ul><li>one</li><li>two</li></ul>", "<ul><li>one</li><li>two</li></ul>"),
    ("<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>", "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>"),
    ("<h2>Head</h2><p align='right'>right</p>", '<h2>Head</h2>\n<p align="right">right</p>'),
    ("<table><tr><td>A</td><td align='right'><b>1.00</b></td></tr></table><p>after</p>",
     '<table border="0" cellspacing="0" cellpadding="4"><tbody><tr><td>A</td><td align="right"><strong>1.00</strong>'
     "</td></tr>\n</tbody></table>\n<p>after</p>"),
    ("<p>one<br>two</p>", "<p>one<br>two</p>"), ("<p>a</p><hr><p>b</p>", "<p>a</p>\n<hr>\n<p>b</p>"),
    ("<p>1 &lt; 2 &amp; 3</p>", "<p>1 &lt; 2 &amp; 3</p>"), ("<p>100%%%% sure</p>", "<p>100%%%% sure</p>"),
    ("<p>%%if daysOverdue%%late%%else%%soon%%end%%</p>", "<p>%%if daysOverdue%%late%%else%%soon%%end%%</p>"),
    ("<p></p>", ""), ("", ""),
])
def test_html_goes_in_and_comes_out_clean(qapp: QApplication, source: str, written: str) -> None:
    once = stored_html(document_of(source))
    assert once == written
    assert stored_html(document_of(once)) == once, "what was written stays as it is"
    assert clean_html(once) == once, "and is what would be sent"


def test_variables_are_single_characters_and_keep_the_look_around_them(qapp: QApplication) -> None:
    document = document_of("<p>a <b>%%invoiceId%%</b> b</p>")
    assert document.toPlainText() == f"a {OBJECT} b"


@pytest.mark.parametrize(("source", "loses"), [
    (text_to_html("Dear %%contactName%%,\n\nyour\ninvoice"), False), ("<p><b>a</b></p>\n<p>b</p>", False),
    ("<div><p>a</p></div>", True), ("<blockquote>a</blockquote>", True), ('<p style="margin:0">a</p>', True),
])
def test_what_only_the_source_says_is_known(qapp: QApplication, source: str, loses: bool) -> None:
    assert has_more_in_source(source) is loses


def test_a_part_that_is_copied_has_its_variables_written_out(qapp: QApplication) -> None:
    document = document_of("<p>a <b>%%invoiceId%%</b></p><p>b</p>")
    cursor = QTextCursor(document)
    cursor.select(QTextCursor.SelectionType.Document)
    assert text_of_fragment(cursor.selection()) == "a %%invoiceId%%\nb"
    assert html_of_fragment(cursor.selection()) == "<p>a <strong>%%invoiceId%%</strong></p>\n<p>b</p>"
