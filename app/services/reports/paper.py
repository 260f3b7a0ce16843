"""The close of a day as one page that people keep."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from app.services.database.unit_of_work import Database
from app.services.files.kinds import PDF
from app.services.files.writing import write_bytes
from app.services.jobs import JobContext
from app.services.paper.report import Report, ReportColumn, ReportTable, render_report
from app.services.reports.close_of_day import CloseOfDay, DayLine, close_of_day
from app.services.reports.sources import Section
from app.services.reports.words import SECTION_WORDS, line_words, sums_words
from app.services.wording import day_text

_COLUMNS = (ReportColumn(title="Day", share=3), ReportColumn(title="What", share=9),
            ReportColumn(title="Amount", share=6, is_figure=True))


def report_of(page: CloseOfDay) -> Report:
    """The page as a report."""
    return Report(
        title="Close of day", author=page.provider, on=page.day, foot=f"{page.provider}, {day_text(page.day)}",
        facts=[("Provider", f"{page.provider}, {page.provider_code}"), ("Day", day_text(page.day))],
        tables=[ReportTable(heading=SECTION_WORDS[section], columns=_COLUMNS, nothing="Nothing.",
                            rows=[_row(line, page.day, section) for line in page.of(section)])
                for section in Section])


def _row(line: DayLine, day: date, section: Section) -> tuple[str, str, str]:
    on = line.on if section is Section.AHEAD else day if section is not Section.WAITING else None
    return ("Now" if on is None else day_text(on), line_words(line), sums_words(line))


def save_close_of_day(
    database: Database, context: JobContext, *, provider_id: int, day: date, path: Path
) -> str:
    """Write the page of a day as a PDF and say so; raises InputRejected where the file cannot be written."""
    del context
    with database.read() as session:
        page = close_of_day(session, provider_id=provider_id, day=day)
    write_bytes(path, PDF, render_report(report_of(page)))
    return f"The close of {day_text(day)} of {page.provider} is saved as {path.name}."
