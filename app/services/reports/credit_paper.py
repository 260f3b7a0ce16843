"""The credit cockpit as pages that people keep: its figures, the ageing, the trend, and the accounts it listed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from app.models.values import grouped_amount
from app.services.credit.cockpit import Cockpit, credit_cockpit
from app.services.credit.exceeded import LimitRow, limit_count
from app.services.credit.limits import LimitPart, LimitQuestion
from app.services.credit.words import AGE_WORDS, PART_WORDS, amount_words, refused_words
from app.services.database.unit_of_work import Database
from app.services.files.kinds import PDF
from app.services.files.writing import write_bytes
from app.services.jobs import JobContext
from app.services.paper.report import Report, ReportColumn, ReportTable, render_report
from app.services.providers.queries import provider_context
from app.services.reports.credit_list import limit_rows, source_words
from app.services.wording import counted, day_text

_MOST: Final = 2_000
"""So many accounts are printed at most; a workbook holds them all."""
_FIGURES: Final = {**{part: PART_WORDS[part] for part in (LimitPart.OWING, LimitPart.OVER, LimitPart.NEAR)},
                   LimitPart.LEFT: "Credit left"}


def save_cockpit(
    database: Database, context: JobContext, *, question: LimitQuestion, part: LimitPart, listed: LimitQuestion,
    path: Path,
) -> str:
    """Write the cockpit with the accounts of a part as a PDF and say so.

    `listed` is the question of the accounts, which may be narrower. Raises InputRejected where it cannot be written.
    """
    del context
    with database.read() as session:
        cockpit = credit_cockpit(session, question=question)
        rows = list(islice(limit_rows(session, question=listed, part=part), _MOST))
        count = limit_count(session, question=listed, part=part)
        whose = "All providers within reach" if question.provider_id is None else provider_context(
            session, question.provider_id).name
    write_bytes(path, PDF, render_report(report_of(cockpit, whose, part, rows, count)))
    return f"The credit cockpit of {day_text(cockpit.on)} is saved as {path.name}."


def report_of(cockpit: Cockpit, whose: str, part: LimitPart, rows: Sequence[LimitRow], count: int) -> Report:
    """The cockpit as a report; each table is in one currency."""
    asked = cockpit.question
    facts = [("Whose", whose), ("As of", day_text(cockpit.on))]
    facts += [("Profile", asked.profile)] if asked.profile else []
    facts += [("Rating", asked.rating)] if asked.rating else []
    return Report(
        title="Credit cockpit", author=whose, on=cockpit.on, foot=f"{whose}, {day_text(cockpit.on)}", facts=facts,
        tables=[*_figures(cockpit), *_ageing(cockpit), *_trends(cockpit), *_accounts(part, rows, count)])


def _figures(cockpit: Cockpit) -> Iterator[ReportTable]:
    columns = (ReportColumn(title="What", share=6), ReportColumn(title="Accounts", share=2, is_figure=True),
               ReportColumn(title="A week before", share=2, is_figure=True),
               ReportColumn(title="Amount", share=4, is_figure=True))
    yield ReportTable(heading="Figures", columns=columns, nothing="Nobody owes anything.", rows=[
        (_FIGURES[part], f"{figure.accounts:,}", f"{figure.accounts_before:,}",
         f"{grouped_amount(figure.minor, figure.currency)} {figure.currency}")
        for part in _FIGURES for figure in cockpit.figures[part]])


def _ageing(cockpit: Cockpit) -> Iterator[ReportTable]:
    columns = (ReportColumn(title="Provider", share=5),
               *[ReportColumn(title=title, share=3, is_figure=True) for title in (*AGE_WORDS, "Total")])
    for currency in dict.fromkeys(row.currency for row in cockpit.ageing):
        mine = [row for row in cockpit.ageing if row.currency == currency]
        amounts = [[*row.minor, row.total_minor] for row in mine]
        yield ReportTable(
            heading=f"Payable by days past the due date, in {currency}", columns=columns,
            rows=[(row.provider, *[grouped_amount(minor, currency) for minor in each])
                  for row, each in zip(mine, amounts, strict=True)],
            sums=[("Together", *[grouped_amount(sum(column), currency) for column in zip(*amounts, strict=True)])])


def _trends(cockpit: Cockpit) -> Iterator[ReportTable]:
    for trend in cockpit.trends:
        yield ReportTable(
            heading=f"Receivables at the end of each month, credit taken off, in {trend.currency}",
            columns=(ReportColumn(title="On", share=3), ReportColumn(title="Receivables", share=4, is_figure=True),
                     ReportColumn(title="Suspended since the line before", share=4, is_figure=True)),
            rows=[(day_text(point.on), grouped_amount(point.owing_minor, trend.currency), f"{point.suspended:,}")
                  for point in trend.points])


def _accounts(part: LimitPart, rows: Sequence[LimitRow], count: int) -> Iterator[ReportTable]:
    currencies = list(dict.fromkeys(row.currency for row in rows))
    cut = f", the first {len(rows):,} of {counted(count, 'account')}" if count > len(rows) else ""
    for currency in currencies:
        mine = [row for row in rows if row.currency == currency]
        sums = [] if cut else [("Together", "", "", "", "", "", grouped_amount(
            sum(row.amount_minor for row in mine), currency))]
        yield ReportTable(
            heading=f"{PART_WORDS[part]}, in {currency}{cut}", sums=sums, rows=[_account(row) for row in mine],
            columns=(ReportColumn(title="Account", share=5), ReportColumn(title="Provider", share=4),
                     ReportColumn(title="Limit comes from", share=4),
                     ReportColumn(title="What would be refused", share=5),
                     ReportColumn(title="Limit", share=3, is_figure=True),
                     ReportColumn(title="Balance", share=3, is_figure=True),
                     ReportColumn(title=amount_words(part), share=3, is_figure=True)))


def _account(row: LimitRow) -> tuple[str, ...]:
    limit = "none" if row.limit_minor is None else grouped_amount(row.limit_minor, row.currency)
    return (row.name, row.provider_name, source_words(row), refused_words(row.refused_events), limit,
            grouped_amount(row.balance_minor, row.currency), grouped_amount(row.amount_minor, row.currency))
