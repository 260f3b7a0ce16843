"""Parts that both layouts share: logo, address window, payment slip, foot, head of a following page.

Places are millimetres from the top left corner of A4. The address stands in the left window of a DL envelope, which
shows 20 to 105 mm across and 45 to 90 mm down (DIN 5008 form B, ISO 269); the slip is everything below 228 mm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.services.invoicing.document import Letterhead
from app.services.paper.drawing import Pen, Surface, TextStyle, colour
from app.services.paper.fonts import BOLD, REGULAR, SEMIBOLD
from app.services.paper.formatting import PageFormat
from app.services.paper.images import PreparedImage
from app.services.paper.sheet import Sheet
from app.services.paper.text_fit import shrunk, shrunk_or_wrapped, wrap
from app.services.paper.words import Words

LEFT_MM = 20.0
RIGHT_MM = 190.0
WIDTH_MM = RIGHT_MM - LEFT_MM
BODY_BOTTOM_MM = 280.0
SLIP_TOP_MM = 228.0
WINDOW_RIGHT_MM = 102.0
WINDOW_BOTTOM_MM = 88.0

INK = colour("#12333C")
TEXT = colour("#141B22")
MUTED = colour("#4A5561")
HAIRLINE = colour("#DCE1E6")
EDGE = colour("#CAD1D7")
SOFT = colour("#F2F5F6")
RULE = colour("#3B565E")
WHITE = (1.0, 1.0, 1.0)

BODY = TextStyle(face=REGULAR, size_pt=9.4, colour=TEXT)
BODY_STRONG = TextStyle(face=SEMIBOLD, size_pt=9.4, colour=TEXT)
LABEL = TextStyle(face=REGULAR, size_pt=8.6, colour=MUTED)
VALUE = TextStyle(face=SEMIBOLD, size_pt=8.6, colour=TEXT)
CAPTION = TextStyle(face=REGULAR, size_pt=7.9, colour=MUTED)
CAPTION_STRONG = TextStyle(face=SEMIBOLD, size_pt=7.9, colour=TEXT)
SMALL = TextStyle(face=REGULAR, size_pt=6.5, colour=MUTED)
HEADING = TextStyle(face=SEMIBOLD, size_pt=8.6, colour=INK)
SECTION = TextStyle(face=SEMIBOLD, size_pt=12.2, colour=INK)

THIN = Pen(width_pt=0.5, colour=HAIRLINE)
EDGE_PEN = Pen(width_pt=0.6, colour=EDGE)
THICK = Pen(width_pt=1.3, colour=RULE)
_CUT = Pen(width_pt=0.7, colour=MUTED, dash_mm=1.0)

_PITCH_MM = 4.83
_LETTERHEAD_LEFT_MM = 128.0
_HEAD_NAME = TextStyle(face=BOLD, size_pt=11.5, colour=INK)
_ADDRESS_NAME = TextStyle(face=SEMIBOLD, size_pt=10.1, colour=TEXT)
_ADDRESS = TextStyle(face=REGULAR, size_pt=10.1, colour=TEXT)
_FOLLOWING_NAME = TextStyle(face=BOLD, size_pt=10.8, colour=INK)
# Labels and values of the slip: the first at this baseline, the last at most so much below it.
_SLIP_FIRST_MM = 251.9
_SLIP_ROWS_MM = 21.0
_SLIP_ROWS = 7
_SLIP_AMOUNT = TextStyle(face=BOLD, size_pt=10.1, colour=TEXT)


class Addressee(Protocol):
    """Whom a document is for."""

    @property
    def bill_to_name(self) -> str:
        """Name in the address."""

    @property
    def bill_to_lines(self) -> tuple[str, ...]:
        """Lines below it."""


class Posted(Protocol):
    """Whatever goes out under a letterhead to an address: an invoice, a statement of account."""

    @property
    def document(self) -> Addressee:
        """Whom it is for."""

    @property
    def letterhead(self) -> Letterhead:
        """Whose it is."""

    @property
    def logo(self) -> PreparedImage | None:
        """The logo, made ready."""

    @property
    def words(self) -> Words:
        """Words of its language."""

    @property
    def format(self) -> PageFormat:
        """Formats of its language and currency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueTexts:
    """The four texts of the band. Labels may be empty."""

    label: str
    amount: str
    date_label: str
    date: str


def due_texts(sheet: Sheet) -> DueTexts:
    """What to pay and until when; what to say where nothing is to be paid or the customer is in credit."""
    words, document = sheet.words, sheet.document
    amount = sheet.money_with_code(abs(document.total_due_minor))
    if sheet.is_payable:
        return DueTexts(label=words.amount_due, amount=amount, date_label=words.please_pay_by,
                        date=sheet.format.long_date(document.due_on))
    label = words.in_your_credit if document.total_due_minor < 0 else words.amount_due
    return DueTexts(label=label, amount=amount, date_label="", date=words.nothing_to_pay)


def facts_of(sheet: Sheet) -> list[tuple[str, str]]:
    """Label and value of number, account, dates and terms, as far as there are any."""
    words, document, formats = sheet.words, sheet.document, sheet.format
    facts = [
        (words.invoice_number, document.number),
        (words.account, document.account_code),
        (words.issued, formats.short_date(document.issued_on)),
        (words.due, formats.short_date(document.due_on)),
    ]
    if document.period_from and document.period_to:
        facts.append((words.billing_period, formats.period(document.period_from, document.period_to)))
    if document.terms_days is not None:
        facts.append((words.terms, formats.terms(document.terms_days)))
    return facts


def movements_of(sheet: Sheet) -> list[tuple[str, int]]:
    """Label and amount of previous balance, payments since, this invoice and their sum, the total due."""
    words, document = sheet.words, sheet.document
    return [
        (words.previous_balance, document.previous_balance_minor),
        (words.payments_since, document.payments_since_minor),
        (words.this_invoice, document.total_minor),
        (words.total_due, document.total_due_minor),
    ]


def fitted_lines(texts: Sequence[tuple[str, TextStyle]], width_mm: float) -> list[tuple[str, TextStyle]]:
    """Texts set smaller or broken so that each line is within the width."""
    placed = []
    for text, style in texts:
        lines, fitting = shrunk_or_wrapped(text, style, width_mm)
        placed += [(line, fitting) for line in lines]
    return placed


def letterhead_lines(sheet: Posted) -> list[str]:
    """Tax number, address and ways to reach the provider, without the names."""
    head = sheet.letterhead
    tax_number = f"{head.tax_number_label} {head.tax_number}".strip() if head.tax_number else ""
    return [text for text in (tax_number, *head.address_lines, head.email, head.phone, head.website) if text]


def draw_logo(surface: Surface, sheet: Posted, x_mm: float, *, width_mm: float, height_mm: float) -> float:
    """Draw the logo at the top of the page, as large as the box allows; answers the width taken, 0 without a logo."""
    logo = sheet.logo
    if logo is None:
        return 0.0
    scale = min(width_mm / logo.width_px, height_mm / logo.height_px)
    width = logo.width_px * scale
    surface.image(x_mm, 9.7, width, logo.height_px * scale, logo)
    return width


def draw_address(surface: Surface, sheet: Posted) -> None:
    """Return line, name and address inside the window; long lines are set smaller or broken, many stand closer."""
    document, width = sheet.document, WINDOW_RIGHT_MM - LEFT_MM
    if sheet.letterhead.return_address:
        line = sheet.words.if_undelivered.format(address=sheet.letterhead.return_address)
        surface.text(LEFT_MM, 46.9, line, shrunk(line, SMALL, width))
    texts = [(document.bill_to_name, _ADDRESS_NAME), *((line, _ADDRESS) for line in document.bill_to_lines)]
    placed = fitted_lines(texts, width)
    first = 52.0
    pitch = min(_PITCH_MM, (WINDOW_BOTTOM_MM - first) / max(1, len(placed) - 1))
    for index, (text, style) in enumerate(placed):
        surface.text(LEFT_MM, first + index * pitch, text, style.scaled(min(1.0, pitch / 4.0)))


def draw_letterhead(surface: Surface, sheet: Posted) -> None:
    """Logo, name and ways to reach the provider at the right of the first page, as on a letter."""
    head, width = sheet.letterhead, RIGHT_MM - _LETTERHEAD_LEFT_MM
    has_logo = draw_logo(surface, sheet, _LETTERHEAD_LEFT_MM, width_mm=46.0, height_mm=15.0) > 0
    legal = [head.legal_name] if head.legal_name != head.name else []
    # A name of several lines is set smaller, for all lines here are a caption's distance apart.
    name = _HEAD_NAME if _HEAD_NAME.width_mm(head.name) <= width else _HEAD_NAME.scaled(0.78)
    upper = fitted_lines([(head.name, name), (head.tagline, CAPTION)], width)
    lower = [(text, CAPTION_STRONG) for text in legal]
    lower += [(text, CAPTION) for text in letterhead_lines(sheet)]
    placed = [*upper, ("", CAPTION), *fitted_lines(lower, width)]
    first = 31.0 if has_logo else 14.6
    pitch = min(4.06, (88.0 - first) / max(1, len(placed) - 1))
    for index, (text, style) in enumerate(placed):
        surface.text(_LETTERHEAD_LEFT_MM, first + index * pitch, text, style.scaled(min(1.0, pitch / 3.4)))


def draw_following_head(surface: Surface, sheet: Sheet) -> None:
    """Who, what and for whom, at the top of the second and further pages."""
    document, name = sheet.document, sheet.letterhead.name
    surface.text(LEFT_MM, 15, name, shrunk(name, _FOLLOWING_NAME, 78))
    number = f"{sheet.words.invoice} {document.number}"
    together = f"{number}  ·  {document.bill_to_name}"
    lines = [together] if LABEL.width_mm(together) <= 88 else [number, document.bill_to_name]
    for index, text in enumerate(lines):
        surface.text_right(RIGHT_MM, 15 + index * 4.2, text, shrunk(text, LABEL, 88))


def draw_foot(surface: Surface, sheet: Sheet, page: int, pages: int) -> None:
    """Legal line at the left, number and page n of m at the right."""
    words = sheet.words
    draw_foot_line(surface, sheet, words.page_of.format(invoice=words.invoice, number=sheet.document.number, page=page,
                                                        pages=pages))


def draw_foot_line(surface: Surface, sheet: Posted, right: str) -> None:
    """Legal line at the left, a text at the right."""
    head = sheet.letterhead
    style = shrunk(right, SMALL, 80)
    surface.text_right(RIGHT_MM, 288.5, right, style)
    tax_number = f"{head.tax_number_label} {head.tax_number}".strip() if head.tax_number else ""
    legal = ", ".join(text for text in (head.legal_name or head.name, tax_number) if text)
    amounts = sheet.words.amounts_in.format(currency=sheet.format.currency_name, code=sheet.format.currency)
    left = f"{legal}. {amounts}"
    room = WIDTH_MM - style.width_mm(right) - 6
    surface.text(LEFT_MM, 288.5, left, shrunk(left, SMALL, room))


def draw_slip(surface: Surface, sheet: Sheet) -> None:
    """The payment slip below the cut line."""
    words, head = sheet.words, sheet.letterhead
    surface.line(0, SLIP_TOP_MM, 210, SLIP_TOP_MM, _CUT)
    surface.text_right(RIGHT_MM, 231.4, words.detach_here, SMALL)
    surface.text(LEFT_MM, 238.5, words.payment_slip, SECTION)
    legal = head.legal_name or head.name
    surface.text_right(RIGHT_MM, 238.3, legal, shrunk(legal, LABEL, 100))
    bank = [*head.bank_lines, (words.reference, sheet.document.number)]
    if head.return_address:
        last = max(
            _slip_column(surface, LEFT_MM, 53.0, words.bank_transfer, bank),
            _slip_column(surface, 76.4, 54.6, words.by_post, _postal_rows(sheet)),
        )
    else:
        last = _slip_column(surface, LEFT_MM, 108.0, words.bank_transfer, bank)
    _slip_payer(surface, sheet, last)
    _slip_box(surface, sheet)


def _postal_rows(sheet: Sheet) -> list[tuple[str, str]]:
    words, head = sheet.words, sheet.letterhead
    first, *further = head.return_address.split(", ")
    return [(words.payable_to, head.name), (words.send_to, first), *(("", text) for text in further)]


def _slip_column(surface: Surface, x_mm: float, width_mm: float, title: str, rows: Sequence[tuple[str, str]]) -> float:
    """Draw labels and values; answers the baseline of the last."""
    surface.text(x_mm, 246.5, title, HEADING)
    labels = min(width_mm * 0.45, max(LABEL.width_mm(label) for label, _ in rows))
    values = max(VALUE.width_mm(value) for _, value in rows)
    # Values begin where the design has them, unless a long one (an IBAN) needs the gap.
    value_x = x_mm + min(max(19.9, labels + 2.0), max(labels + 2.0, width_mm - values))
    placed = _slip_rows(rows, x_mm + width_mm - value_x)
    pitch = min(_PITCH_MM, _SLIP_ROWS_MM / max(1, len(placed) - 1))
    factor = min(1.0, pitch / 3.4)
    for index, (label, value, style) in enumerate(placed):
        baseline = _SLIP_FIRST_MM + index * pitch
        surface.text(x_mm, baseline, label, shrunk(label, LABEL.scaled(factor), value_x - x_mm - 1.5))
        surface.text(value_x, baseline, value, style.scaled(factor))
    return _SLIP_FIRST_MM + (len(placed) - 1) * pitch


def _slip_rows(rows: Sequence[tuple[str, str]], room_mm: float) -> list[tuple[str, str, TextStyle]]:
    """Labels and values with the values broken into lines; rather small than broken where the rows would be many."""
    placed: list[tuple[str, str, TextStyle]] = []
    for least in (0.85, 0.5):
        placed = []
        for label, value in rows:
            lines, style = shrunk_or_wrapped(value, VALUE, room_mm, least=least)
            placed += [(label if index == 0 else "", text, style) for index, text in enumerate(lines)]
        if len(placed) <= _SLIP_ROWS:
            break
    return placed


def _slip_payer(surface: Surface, sheet: Sheet, above_mm: float) -> None:
    lines, style = shrunk_or_wrapped(sheet.document.bill_to_name, VALUE, 108.0)
    for index, text in enumerate(lines):
        surface.text(LEFT_MM, max(271.5, above_mm + 5.5) + index * 4.0, text, style)


def _slip_box(surface: Surface, sheet: Sheet) -> None:
    words, document = sheet.words, sheet.document
    surface.box(134.2, 241.8, 55.8, 28.2, fill=SOFT, pen=EDGE_PEN, radius_mm=1.5)
    rows = [
        (words.account, document.account_code, VALUE),
        (words.invoice, document.number, VALUE),
        (words.due, sheet.format.short_date(document.due_on), VALUE),
        (words.amount_due, sheet.money_with_code(document.total_due_minor), _SLIP_AMOUNT),
    ]
    for index, (label, value, style) in enumerate(rows):
        baseline = 247.9 + index * 6.1
        surface.text(137.6, baseline, label, shrunk(label, LABEL, 22))
        room = 48.9 - min(22.0, LABEL.width_mm(label)) - 2
        surface.text_right(186.5, baseline, value, shrunk(value, style, room))


def help_lines(sheet: Sheet, width_mm: float) -> list[str]:
    """The help text broken to a width; empty without a help text."""
    return [line for part in sheet.letterhead.help_text.splitlines() for line in wrap(part, LABEL, width_mm)]


def draw_help(surface: Surface, sheet: Sheet, x_mm: float, baseline_mm: float, lines: Sequence[str]) -> None:
    """Heading and help text; nothing without a help text."""
    if lines:
        surface.text(x_mm, baseline_mm, sheet.words.help_head, HEADING)
        for index, line in enumerate(lines, start=1):
            surface.text(x_mm, baseline_mm + index * 4.5, line, LABEL)
