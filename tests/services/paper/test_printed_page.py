"""What stands on the printed pages, read back from the files: amounts, heads, address, slip, scripts."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import date

import pytest

from app.models.values import InvoiceLayout
from app.services.hierarchy.accounts import ProviderSettings
from app.services.invoicing.document import InvoiceDocument
from app.services.paper import fonts, pdf
from app.services.paper.formatting import page_format
from tests.support import invoice_samples as samples
from tests.support.pdf_reading import boxes, page_texts, text_within

LAYOUTS = pytest.mark.parametrize("layout", list(InvoiceLayout))


def texts_of(document: InvoiceDocument, layout: InvoiceLayout) -> list[str]:
    """Texts of the pages in one layout; the count that `page_count` foretells is checked on the way."""
    drawn = replace(document, layout=layout)
    texts = page_texts(pdf.render_invoice(drawn))
    assert len(texts) == pdf.page_count(drawn)
    return texts


def money(document: InvoiceDocument, minor: int) -> str:
    return page_format(document.letterhead.language, document.currency).money(minor).replace("\u00a0", " ")


@LAYOUTS
@pytest.mark.parametrize("count", [1, 3, 25, 400])
@pytest.mark.parametrize("currency", ["AUD", "JPY", "KWD"])
def test_amounts_are_those_of_the_document(layout: InvoiceLayout, count: int, currency: str) -> None:
    document = samples.document(samples.many_lines(count), currency=currency, previous_balance_minor=-123456)
    text = " ".join(texts_of(document, layout))
    at = 0
    for line in document.lines:  # in order, each with its own figures beside it
        figures = [line.total_minor]
        if layout is InvoiceLayout.BUSINESS:
            assert line.unit_price_minor is not None
            figures = [line.unit_price_minor, line.net_minor, line.tax_minor, line.total_minor]
        row = " ".join([line.quantity, *(money(document, minor) for minor in figures)])
        assert row in text[at:], (line, text[at : at + 200])
        at = text.index(row, at) + len(row)
    for line_ in document.taxes:
        assert money(document, line_.tax_minor) in text[at:]
    for minor in (
        document.previous_balance_minor, document.payments_since_minor, document.total_minor, document.total_due_minor
    ):  # fmt: skip
        assert money(document, minor) in text
    assert f"{money(document, document.total_due_minor)} {currency}" in text


@LAYOUTS
def test_a_tax_without_a_rate_is_not_said_to_be_none(layout: InvoiceLayout) -> None:
    """An imported invoice names its tax and no rate; 0 % beside a tax of 190.00 would be untrue."""
    imported = samples.line(100_000, 0, tax_minor=19_000, total_minor=119_000)
    [text] = texts_of(samples.document([imported]), layout)
    assert "190.00" in text
    assert "%" not in text
    if layout is InvoiceLayout.BUSINESS:
        assert "GST on 1,000.00" in text
    [text] = texts_of(samples.document([imported, samples.line(50_000, 1000)]), layout)
    assert "10 %" in text
    assert not re.search(r"(?<!\d)0 %", text)
    [text] = texts_of(samples.document([samples.line(100_000, 0)]), layout)
    assert re.search(r"(?<!\d)0 %", text)


@pytest.mark.parametrize(("language", "word"), [("en", "tax"), ("de", "Steuer"), ("el", "φόρο"), ("ru", "налог")])
def test_a_provider_that_names_no_tax_gets_the_word_of_its_language(language: str, word: str) -> None:
    settings = ProviderSettings(currency="EUR", realm="@x.example", language=language)
    head = replace(samples.HARBOUR, language=language, tax_name=settings.tax_name)
    [text] = texts_of(samples.document(letterhead=head), InvoiceLayout.STANDARD)
    assert word in text
    assert "GST" not in text


@LAYOUTS
def test_facts_of_the_head(layout: InvoiceLayout) -> None:
    [text] = texts_of(samples.document(), layout)
    for expected in (
        "Harbour Telecom Pty Ltd", "ABN 00 000 000 000", "12 Quay Street, Sydney NSW 2000", "accounts@harbour.example",
        "02 5550 0100", "Tax invoice", "HT-10451", "A0001", "3 June 2025", "24 June 2025", "Tuesday 24 June 2025",
        "1 Mar to 31 May 2025", "21 days after issue", "GST", "10 %", "Payment slip", "000-000", "PO Box 300",
        "Invoice HT-10451, page 1 of 1",
    ):  # fmt: skip
        assert expected in text


@LAYOUTS
@pytest.mark.parametrize("count", [60, 400])
def test_head_carry_and_number_on_every_page(layout: InvoiceLayout, count: int) -> None:
    document = samples.document(samples.many_lines(count))
    pages = texts_of(document, layout)
    tables = [text for text in pages if "What you are paying for" in text]
    assert len(pages) - len(tables) <= 1  # the slip alone
    for index, text in enumerate(pages, start=1):
        assert f"Invoice HT-10451, page {index} of {len(pages)}" in text
    carried = [re.search(r"Carried forward ([\d,.]+)", text) for text in tables]
    brought = [re.search(r"Brought forward ([\d,.]+)", text) for text in tables]
    assert carried[-1] is None
    assert brought[0] is None
    assert [match and match[1] for match in carried[:-1]] == [match and match[1] for match in brought[1:]]


@LAYOUTS
def test_address_stands_in_the_window(layout: InvoiceLayout) -> None:
    document = replace(samples.document(), layout=layout)
    inside = text_within(pdf.render_invoice(document), 20, 45, 105, 90)
    for line in (document.bill_to_name, *document.bill_to_lines):
        assert line in inside
    assert "If undelivered: PO Box 300, Sydney NSW 2001" in inside
    assert "Tax invoice" not in inside


@LAYOUTS
def test_a_long_address_stays_in_the_window(layout: InvoiceLayout) -> None:
    lines = tuple(f"Building with a very long name indeed, 88 Wharf Road North East {n}" for n in range(6))
    document = samples.document(layout=layout, bill_to_name="The Company of " + "Extremely Long Names " * 6,
                                bill_to_lines=lines)  # fmt: skip
    inside = " ".join(text_within(pdf.render_invoice(document), 20, 45, 105, 90).split())
    for line in lines:
        assert line in inside
    assert "Extremely Long Names Extremely" in inside


@LAYOUTS
def test_return_line_is_above_the_name(layout: InvoiceLayout) -> None:
    placed = boxes(pdf.render_invoice(samples.document(layout=layout)))
    [line] = [box for box in placed if box.text.startswith("If undelivered")]
    name = next(box for box in placed if box.text == "Acme Pty Ltd")
    assert 45 <= line.top < line.bottom <= name.top


@LAYOUTS
def test_slip_stands_below_its_line_and_only_once(layout: InvoiceLayout) -> None:
    for count in (1, 4, 9, 25):
        document = samples.document(samples.many_lines(count), layout=layout)
        data = pdf.render_invoice(document)
        pages = page_texts(data)
        assert ["Payment slip" in text for text in pages] == [False] * (len(pages) - 1) + [True]
        last = boxes(data, len(pages) - 1)
        [slip] = [box for box in last if box.text == "Payment slip"]
        assert slip.top > 228
        [foot] = [box for box in last if "page" in box.text]
        assert foot.top > 280


@LAYOUTS
def test_no_two_texts_overlap(layout: InvoiceLayout) -> None:
    long = "a long description of a charge that goes on about what was delivered and when " * 2
    crowded = samples.document(
        [
            samples.line(12345678901, heading=long, description=long, note=long, quantity="1,000,000 kilowatt hours"),
            samples.line(5, 1950, description="W" * 120, heading="Fees"),
        ],
        number="INVOICE-2025-00000000000451",
        account_code="ACCOUNT-0000000000000001",
        bill_to_name="The Worshipful Company of Long Names and Their Dependants Trading as Long Names International",
        bill_to_lines=tuple(f"Level {n}, Building with a long name, 88 Wharf Road North East" for n in range(6)),
        previous_balance_minor=12345678901234,
        payments_since_minor=-98765432109876,
        total_due_minor=98765432109876,
    )
    for document in (samples.document(), crowded, samples.document(letterhead=samples.SUMMIT_GERMAN, currency="EUR")):
        data = pdf.render_invoice(replace(document, layout=layout))
        for page in range(len(page_texts(data))):
            _assert_apart(boxes(data, page))


def _assert_apart(placed: list) -> None:
    for index, one in enumerate(placed):
        assert one.left >= 19.5, one
        assert one.right <= 190.5, one
        for other in placed[index + 1 :]:
            across = min(one.right, other.right) - max(one.left, other.left)
            down = min(one.bottom, other.bottom) - max(one.top, other.top)
            assert across < 0.3 or down < 0.3, (one, other)


@LAYOUTS
@pytest.mark.parametrize(
    ("due", "label", "amount"), [(0, "Amount due", "0.00 AUD"), (-2000, "In your credit", "20.00 AUD")]
)
def test_nothing_to_pay(layout: InvoiceLayout, due: int, label: str, amount: str) -> None:
    [text] = texts_of(samples.document(total_due_minor=due), layout)
    assert "Nothing to pay" in text
    assert f"{label} {amount}" in text
    assert "Payment slip" not in text
    assert "Please pay by" not in text
    assert "24 June 2025" in text


@LAYOUTS
def test_negative_amounts_have_a_minus(layout: InvoiceLayout) -> None:
    [text] = texts_of(samples.document([samples.line(-5000)], total_due_minor=-5500), layout)
    assert "−55.00" in text


@LAYOUTS
@pytest.mark.parametrize(
    ("letterhead", "expected"),
    [
        (samples.GREEK, ("Τιμολόγιο", "Λιμάνι Τηλεπικοινωνίες ΑΕ", "3 Ιουν 2025", "112,50 EUR", "σελίδα 1 από 1")),
        (samples.RUSSIAN, ("Счёт", "ООО «Гавань Телеком»", "вторник, 24 июня 2025 г.", "страница 1 из 1")),
        (samples.SUMMIT_GERMAN, ("Rechnung", "Dienstag, 24. Juni 2025", "USt 10 %", "Zahlungsabschnitt")),
    ],
)
def test_languages(layout: InvoiceLayout, letterhead: samples.Letterhead, expected: tuple[str, ...]) -> None:
    text = " ".join(texts_of(samples.document(letterhead=letterhead, currency="EUR"), layout))
    for words in expected:
        if words != "USt 10 %" or layout is InvoiceLayout.BUSINESS:
            assert words in text


@LAYOUTS
def test_scripts_mix_on_one_page(layout: InvoiceLayout) -> None:
    """Letters outside the language's own subset come from further ones and are found by search all the same."""
    name = "Παπαδόπουλος, Смирнова & Łukasz Müller"
    candidates = map(chr, range(0x100, 0x500))
    letters = [
        char
        for char in candidates
        if char.isalpha() and unicodedata.is_normalized("NFKC", char) and not fonts.missing_characters(char)
    ]  # a reader resolves ligatures such as ǆ
    assert len(letters) > 300  # more than one further subset holds
    text = " ".join(
        texts_of(samples.document([samples.line(100, description="".join(letters))], bill_to_name=name), layout)
    )
    assert name in text
    assert [char for char in letters if char not in text] == []


@LAYOUTS
def test_missing_glyphs_show_as_such(layout: InvoiceLayout) -> None:
    [text] = texts_of(samples.document([samples.line(100, description="Fibre ✓ done")]), layout)
    assert "Fibre \ufffd done" in text


@LAYOUTS
def test_a_bare_document_can_be_printed(layout: InvoiceLayout) -> None:
    document = samples.document(
        [samples.line(100, note="", quantity="", unit_price_minor=None)],
        letterhead=samples.PLAIN,
        bill_to_lines=(),
        period_from=None,
        period_to=None,
        terms_days=None,
    )
    [text] = texts_of(document, layout)
    assert "Acme Pty Ltd" in text
    assert "1.10" in text
    for absent in ("Billing period", "Terms", "Each", "If undelivered", "Not sure"):
        assert absent not in text


@LAYOUTS
def test_several_rates_are_told_apart(layout: InvoiceLayout) -> None:
    lines = [samples.line(10000, 1000), samples.line(5000, 500), samples.line(700, 0)]
    [text] = texts_of(samples.document(lines), layout)
    for rate in ("10 %", "5 %", "0 %"):
        assert rate in text
    if layout is InvoiceLayout.BUSINESS:
        assert "GST 5 % on 50.00 2.50" in text
    else:
        assert "5 % 50.00 2.50" in text


def test_layouts_differ() -> None:
    business, standard = (
        pdf.render_invoice(samples.document(layout=layout))
        for layout in (InvoiceLayout.BUSINESS, InvoiceLayout.STANDARD)
    )
    assert "Each, ex GST" in page_texts(business)[0]
    assert "Each, ex GST" not in page_texts(standard)[0]
    assert "Amount incl. GST" in page_texts(standard)[0]


def test_due_date_of_an_imported_invoice() -> None:
    [text] = texts_of(samples.document(terms_days=None, due_on=date(2025, 7, 31)), InvoiceLayout.BUSINESS)
    assert "Thursday 31 July 2025" in text
    assert "Terms" not in text
