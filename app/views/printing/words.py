"""What the print screen says of a batch."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from app.services.jobs import Progress
from app.services.printing.overview import BatchCounts, ItemState
from app.services.printing.queries import SelectedInvoice, SelectionSummary
from app.services.printing.selection import Selection
from app.views.look.formatting import Formatter

STATE_TITLES: Final = {
    ItemState.ALL: "All",
    ItemState.PRINTED: "Printed",
    ItemState.WARNED: "With a warning",
    ItemState.FAILED: "Failed",
    ItemState.WAITING: "Waiting",
}
PRINTED, FAILED = "printed", "failed"


def merged_name(selection: Selection) -> str:
    """Name of the file that holds all invoices of a selection: "All invoices HT from 2025-06-01.pdf"."""
    parts = ["All invoices", selection.provider or "", selection.account or ""]
    if selection.issued_from is not None:
        parts.append(f"from {selection.issued_from.isoformat()}")
    if selection.issued_to is not None:
        parts.append(f"to {selection.issued_to.isoformat()}")
    plain = [re.sub(r"[^\w .-]+", "-", part).strip(" .") for part in parts]
    return f"{' '.join(part for part in plain if part)[:120]}.pdf"


def selection_words(selection: Selection, provider_name: str, formatter: Formatter) -> str:
    """The selection in one line: "Harbour Telecom, issued 1 Jun to 30 Jun 2025"."""
    parts = [provider_name or "All providers"]
    if selection.account:
        parts.append(f"account {selection.account}")
    begin, end = selection.issued_from, selection.issued_to
    if begin is not None and end is not None:
        same = begin == end
        parts.append(f"issued on {formatter.day(begin)}" if same else
                     f"issued from {formatter.day(begin)} to {formatter.day(end)}")
    elif begin is not None:
        parts.append(f"issued from {formatter.day(begin)}")
    elif end is not None:
        parts.append(f"issued up to {formatter.day(end)}")
    return ", ".join(parts)


def invoices(count: int, formatter: Formatter) -> str:
    return formatter.counted(count, "invoice", "invoices")


def sums_words(summary: SelectionSummary, formatter: Formatter) -> str:
    """All sums, currency by currency."""
    return ", ".join(formatter.money(money) for money in summary.sums)


def address_words(summary: SelectionSummary, formatter: Formatter) -> tuple[str, str]:
    """How many addresses are missing, and what that means."""
    missing = summary.missing_addresses
    if not summary.count:
        return "", ""
    if not missing:
        return "All known", "each invoice has one"
    return f"{formatter.number(missing)} missing", "printed without one"


def state_words(line: SelectedInvoice) -> str:
    """What became of an invoice, in a table cell; a warning stands for the word that it was printed."""
    if line.state == FAILED:
        return f"Failed: {line.message}" if line.message else "Failed"
    if line.state == PRINTED:
        return _first_warning(line) if line.message else "Printed"
    return "Waiting"


def _first_warning(line: SelectedInvoice) -> str:
    warnings = line.warnings
    more = f", and {len(warnings) - 1} more" if len(warnings) > 1 else ""
    return f"{warnings[0].rstrip('.')}{more}" if warnings else "Printed"


def counts_words(counts: BatchCounts, formatter: Formatter) -> str:
    """"129 printed, 2 failed, 83 waiting"."""
    parts = [f"{formatter.number(counts.printed)} printed"]
    if counts.failed:
        parts.append(f"{formatter.number(counts.failed)} failed")
    if counts.waiting:
        parts.append(f"{formatter.number(counts.waiting)} waiting")
    return ", ".join(parts)


def progress_words(progress: Progress, formatter: Formatter) -> str:
    """The same of a batch at work, which knows more than what is recorded yet."""
    failed = progress.failed
    counts = BatchCounts(all=progress.total, printed=progress.done - failed, warned=0, failed=failed)
    return counts_words(counts, formatter) if not progress.note or failed else ""


def result_words(printed: int, there: int, failed: int, formatter: Formatter) -> str:
    """The result in the past tense: "94 invoices printed, 120 were there already, 2 failed.\""""
    parts = [f"{invoices(printed, formatter)} printed"]
    if there:
        parts.append(f"{formatter.number(there)} {'was' if there == 1 else 'were'} there already")
    if failed:
        parts.append(f"{formatter.number(failed)} failed")
    return f"{', '.join(parts)}."


def folder_words(folder: Path | None) -> str:
    """The last part of a folder, which is what one calls it."""
    return (folder.name or str(folder)) if folder is not None else "No folder yet"
