"""What HTML of a message may hold, that nothing of it reaches outside, and how it reads as plain text."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.events.html import LOGO, clean_html, html_to_text, losses, text_to_html


@pytest.mark.parametrize(("given_html", "sent"), [
    ("", ""),
    ("plain & simple", "plain &amp; simple"),
    ("<p>Dear <b>Ann</b>, <em>pay</em> <u>now</u></p>", "<p>Dear <b>Ann</b>, <em>pay</em> <u>now</u></p>"),
    ('<p style="margin:0;color:#c00000">x</p>', '<p style="margin:0;color:#c00000">x</p>'),
    ('<p align="right">x</p>', '<p align="right">x</p>'),
    (f'<img src="{LOGO}" width="40" alt="Logo">', f'<img src="{LOGO}" width="40" alt="Logo">'),
    ('<a href="https://e.example/?a=1&amp;b=2">x</a>', '<a href="https://e.example/?a=1&amp;b=2">x</a>'),
    ('<a href="mailto:a@b.example">x</a><a href="tel:+61255500100">y</a>',
     '<a href="mailto:a@b.example">x</a><a href="tel:+61255500100">y</a>'),
    ("<script>alert(1)</script>x", "x"),
    ("<ScRiPt src=//e.example></sCrIpT>x", "x"),
    ("<style>p{color:red}</style>x", "x"),
    ('<a href="javascript:alert(1)">x</a>', "<a>x</a>"),
    ('<a href="JaVaScRiPt&#58;alert(1)">x</a>', "<a>x</a>"),
    ('<a href="java\nscript:alert(1)">x</a>', "<a>x</a>"),
    ('<a href="data:text/html,<script>1</script>">x</a>', "<a>x</a>"),
    ('<a href="file:///etc/passwd">x</a>', "<a>x</a>"),
    ('<a href="//e.example">x</a>', "<a>x</a>"),
    ("<img src=x onerror=alert(1)>", ""),
    ('<img src="https://t.example/pixel.gif">', ""),
    ('<img src="file:///etc/passwd">', ""),
    ('<img src="cid:other">', ""),
    ('<img alt="><script>alert(1)</script>">', ""),
    ('<p style="background:url(https://t.example/p.gif);color:red">x</p>', '<p style="color:red">x</p>'),
    ('<p style="color:expression(alert(1))">x</p>', "<p>x</p>"),
    ('<p style="color:red;position:fixed;font-size:9999px">x</p>', '<p style="color:red">x</p>'),
    ('<p style="color:r\\65 d">x</p>', "<p>x</p>"),
    ('<p onclick="alert(1)" id="x" class="y">x</p>', "<p>x</p>"),
    ("<iframe src=//e.example></iframe>x", "x"),
    ("<form action=//e.example><input name=a></form>x", "x"),
    ("<!--[if mso]><b>x</b><![endif]-->y", "y"),
    ('<svg><a xlink:href="javascript:1">x</a></svg>y', "y"),
    ('<link rel="stylesheet" href="https://t.example/a.css">x', "x"),
    ('<meta http-equiv="refresh" content="0;url=//e.example">x', "x"),
    ('<base href="https://e.example/">x', "x"),
])
def test_what_is_sent_of_a_piece_of_html(given_html: str, sent: str) -> None:
    assert clean_html(given_html) == sent


class _Walk(HTMLParser):
    """All that a cleaned text holds."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


PIECES = st.sampled_from([
    "<p>", "</p>", "<table>", "</table>", "<tr>", "<td>", "<a href='", "'>", '">', "<img src=", "<math>", "<svg>",
    "<style>", "</style>", "<script>", "</script>", "<noscript>", "<!--", "-->", "<![CDATA[", "]]>",
    "javascript:alert(1)", "&#58;", "<mglyph>", "<title>", "<textarea>", "<select>", "<b>", "<ul><li>", "x",
    " onerror=alert(1) ", '<p style="', "color:red;", "url(//t.example)", LOGO, "https://e.example/", "\0", "<form>",
    "&lt;script&gt;", "%%accountId%%",
])


@given(st.one_of(st.lists(PIECES, max_size=14).map("".join), st.text(alphabet="<>/\"'=&;!-abipsx :", max_size=40)))
def test_whatever_is_cleaned_is_harmless_and_stays_as_it_is(text: str) -> None:
    cleaned = clean_html(text)
    assert clean_html(cleaned) == cleaned
    walk = _Walk()
    walk.feed(cleaned)
    walk.close()
    assert not walk.tags & set("script style iframe object embed form link meta base svg math".split())
    for tag, name, value in walk.attributes:
        assert not name.startswith("on")
        assert (name, value) == ("src", LOGO) or name != "src", (tag, value)
        assert name != "href" or value.partition(":")[0].lower() in {"http", "https", "mailto", "tel"}
        assert name != "style" or "(" not in value.replace("rgb(", "")


@pytest.mark.parametrize(("text", "within"), [
    ('<img src="https://t.example/a.png">', 'written as <img src="cid:logo">'),
    ("<script>x</script>", "<script> is not sent."),
    ('<a href="ftp://e.example">x</a>', "Links lead to http"),
])
def test_what_is_lost_is_told(text: str, within: str) -> None:
    (told,) = losses(text + text)
    assert within in told


def test_nothing_is_told_of_what_is_whole() -> None:
    assert losses(f'<p>x <a href="https://e.example">y</a> <img src="{LOGO}"></p>') == ()


@pytest.mark.parametrize(("given_html", "text"), [
    ("", ""),
    ("<p>Dear Ann,<br>line</p><p>next</p>", "Dear Ann,\nline\n\nnext"),
    ("<h1>Head</h1>\n<p>a   b\n c</p>", "Head\n\na b c"),
    ("<p>1 &lt; 2 &amp; 3</p>", "1 < 2 & 3"),
    ("<ul><li>one</li><li><p>two</p></li></ul><p>x</p>", "- one\n- two\n\nx"),
    ("<ol start='3'><li>a<ul><li>b</li></ul></li><li>c</li></ol>", "3. a\n  - b\n4. c"),
    ('<p>See <a href="https://e.example/a">here</a>.</p>', "See here <https://e.example/a>."),
    ('<p><a href="https://e.example/">https://e.example</a></p>', "https://e.example"),
    ('<p><a href="mailto:a@b.example">a@b.example</a></p>', "a@b.example"),
    ("<table><tr><td>A</td><td>1.00</td></tr><tr><td>B</td><td>2.00</td></tr></table>end", "A\t1.00\nB\t2.00\n\nend"),
    ("<p>a</p><hr><p>b</p>", "a\n\n" + "-" * 40 + "\n\nb"),
    (f'<p><img src="{LOGO}" alt="Harbour"></p>', "[Harbour]"),
    ("<p>a</p><p></p><p></p><p>b</p>", "a\n\nb"),
    ("<style>x</style>y", "y"),
])
def test_html_as_plain_text(given_html: str, text: str) -> None:
    assert html_to_text(given_html) == text


@pytest.mark.parametrize(("text", "made"), [
    ("", ""),
    ("a\nb\n\nc", "<p>a<br>b</p>\n<p>c</p>"),
    ("1 < 2 & 3", "<p>1 &lt; 2 &amp; 3</p>"),
    ("a\r\n \r\nb\n", "<p>a</p>\n<p>b</p>"),
])
def test_plain_text_as_html(text: str, made: str) -> None:
    assert text_to_html(text) == made
    assert clean_html(made) == made


@given(st.text(alphabet="ab <&>\n", max_size=40))
def test_plain_text_is_whole_after_the_way_there_and_back(text: str) -> None:
    assert html_to_text(text_to_html(text)).split() == text.split()


@pytest.mark.parametrize("part", ["<ul><li>", "<div>", "<b><p>", "<ul><li></i>", "<div><table><tr><td></div>"])
def test_what_opens_without_end_is_read_at_once_and_shown_as_letters(part: str) -> None:
    text = part * (200_000 // len(part))
    cleaned = clean_html(text)
    assert "<" not in cleaned
    assert clean_html(cleaned) == cleaned
    assert losses(text)[0].startswith("More than 1,000 elements are open at once")


@pytest.mark.parametrize("text", ["<img " * 40_000, "<p>x</p>" + "<br " * 40_000])
def test_what_never_becomes_an_element_is_read_at_once(text: str) -> None:
    assert losses(text) == ()
    assert clean_html(text) in {"", "<p>x</p>"}


def test_many_elements_that_end_stay_as_they_are() -> None:
    text = "<p>One <b>word</b></p>" * 2_000 + "<br>" * 2_000
    assert clean_html(text) == text
    assert losses(text) == ()
