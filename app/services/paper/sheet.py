"""One document made ready for drawing: its texts as the font can show them, beside the formats of its language."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import lru_cache

from app.services.invoicing.document import DocumentLine, InvoiceDocument, Letterhead
from app.services.paper import fonts
from app.services.paper.formatting import PageFormat, page_format
from app.services.paper.images import PreparedImage, prepare_image
from app.services.paper.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What every part of a page needs: the document, the formats and words of its language, the logo."""

    document: InvoiceDocument
    format: PageFormat
    words: Words
    tax: str
    """What the tax is called within a sentence: the letterhead's word, else that of the language."""
    logo: PreparedImage | None

    @property
    def letterhead(self) -> Letterhead:
        return self.document.letterhead

    @property
    def tax_title(self) -> str:
        """What the tax is called at the beginning of a text."""
        return f"{self.tax[:1].upper()}{self.tax[1:]}"

    @property
    def is_payable(self) -> bool:
        """Whether anything is left to pay; otherwise there is no slip and the band says so."""
        return self.document.total_due_minor > 0

    def money(self, minor: int) -> str:
        """Amount without code."""
        return self.format.money(minor)

    def rate(self, rate_bp: int, tax_minor: int) -> str:
        """A tax rate as printed; empty where it is not known: an imported invoice names its tax without a rate."""
        return "" if rate_bp == 0 and tax_minor != 0 else self.format.rate(rate_bp)

    def money_with_code(self, minor: int) -> str:
        """Amount with the currency's code."""
        return self.format.money_with_code(minor)


def sheet_of(document: InvoiceDocument) -> Sheet:
    """Prepare a document; raises MoneyError for an unknown currency."""
    clean = printable_document(document)
    letterhead = clean.letterhead
    formats = page_format(letterhead.language, clean.currency)
    logo = prepare_image(letterhead.logo) if letterhead.logo else None
    return Sheet(document=clean, format=formats, words=formats.words, tax=letterhead.tax_name or formats.words.tax,
                 logo=logo)


def printable_document(document: InvoiceDocument) -> InvoiceDocument:
    """The document with every text as the font can show it."""
    return replace(
        document,
        number=fonts.printable(document.number),
        account_code=fonts.printable(document.account_code),
        bill_to_name=fonts.printable(document.bill_to_name),
        bill_to_lines=tuple(filter(str.strip, map(fonts.printable, document.bill_to_lines))),
        letterhead=printable_letterhead(document.letterhead),
        lines=tuple(map(_printable_line, document.lines)),
    )


def warnings_of(document: InvoiceDocument) -> tuple[str, ...]:
    """What the operator should know of this page: characters the font lacks, no address, a logo nobody can read."""
    warnings = []
    if missing := fonts.missing_characters("".join(_texts(document))):
        named = ", ".join(f"{char} (U+{ord(char):04X})" for char in missing[:12])
        more = f" and {len(missing) - 12} more" if len(missing) > 12 else ""
        warnings.append(f"Printed as \ufffd because the font lacks them: {named}{more}")
    if not any(map(str.strip, document.bill_to_lines)):
        warnings.append("No postal address: the page shows the name alone")
    logo = document.letterhead.logo
    if logo and prepare_image(logo) is None:
        warnings.append(f"The logo of {document.letterhead.name} is neither PNG nor JPEG and was left out")
    return tuple(warnings)


@lru_cache(maxsize=64)
def printable_letterhead(letterhead: Letterhead) -> Letterhead:
    """The letterhead with every text as the font can show it."""
    changes: dict[str, object] = {}
    for field in fields(letterhead):
        value = getattr(letterhead, field.name)
        if isinstance(value, str) and field.name != "help_text":
            changes[field.name] = fonts.printable(value)
    return replace(
        letterhead,
        **changes,  # type: ignore[arg-type]  # the strings alone, by field name
        # Line ends of the help text are meant; everywhere else they are slips.
        help_text="\n".join(map(fonts.printable, letterhead.help_text.splitlines())),
        address_lines=tuple(filter(str.strip, map(fonts.printable, letterhead.address_lines))),
        bank_lines=tuple((fonts.printable(label), fonts.printable(value)) for label, value in letterhead.bank_lines),
    )


def _printable_line(line: DocumentLine) -> DocumentLine:
    texts = (line.heading, line.description, line.note, line.quantity)
    clean = tuple(map(fonts.printable, texts))
    if clean == texts:
        return line
    heading, description, note, quantity = clean
    return replace(line, heading=heading, description=description, note=note, quantity=quantity)


def _texts(document: InvoiceDocument) -> list[str]:
    """Every text of the document that reaches the page."""
    head = document.letterhead
    texts = [document.number, document.account_code, document.bill_to_name, *document.bill_to_lines]
    texts += [head.name, head.legal_name, head.tagline, *head.address_lines, head.email, head.phone, head.website]
    texts += [head.tax_number_label, head.tax_number, head.tax_name, head.return_address, head.help_text]
    for pair in head.bank_lines:
        texts += pair
    for line in document.lines:
        texts += (line.heading, line.description, line.note, line.quantity)
    return texts
