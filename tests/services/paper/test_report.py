"""Reports on paper: every row and sum, heads on every page, and how many pages there are."""

from __future__ import annotations

from datetime import date

from app.services.paper.report import Report, ReportColumn, ReportTable, render_report
from tests.support.pdf_reading import page_texts

_COLUMNS = (ReportColumn(title="Number", share=2), ReportColumn(title="Account", share=4),
            ReportColumn(title="Amount", share=2, is_figure=True))


def _report(rows: int) -> Report:
    table = ReportTable(
        heading="Payments", columns=_COLUMNS, sums=[("Sum", "", f"{rows:,}.00")],
        rows=[(f"P-{n:04d}", f"A name that is long enough to be broken into two lines or more, number {n}", "1.00")
              for n in range(rows)])
    return Report(title="Payments received", facts=[("Provider", "Harbour Telecom")], foot="Harbour Telecom",
                  tables=[table, ReportTable(heading="Refunds", columns=_COLUMNS, rows=[], nothing="No refunds.")],
                  author="Harbour Telecom", on=date(2025, 7, 2))


def test_a_report_of_any_length_loses_nothing() -> None:
    for rows in (0, 1, 44, 300):
        pages = page_texts(render_report(_report(rows)))
        whole = " ".join(pages)
        assert all(f"P-{n:04d}" in whole for n in range(rows))
        assert "No refunds." in whole
        assert (f"Sum {rows:,}.00" in whole) == (rows > 0)
        for number, page in enumerate(pages, start=1):
            assert f"Page {number} of {len(pages)}" in page
            assert "Number" in page
            assert number == 1 or "(continued)" in page or "Refunds" in page
    assert render_report(_report(7)) == render_report(_report(7))
