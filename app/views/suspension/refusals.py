"""Why what a preview proposes cannot be applied now, in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from app.services.scans.previewed import ScanPreview
from app.views.look.formatting import Formatter
from app.views.suspension.question import ScanQuestion
from app.views.suspension.words import moment_words


def refusal_of_day(preview: ScanPreview, question: ScanQuestion, date_in: Callable[[str], date],
                   formatter: Formatter) -> str:
    """A scan is applied on the day, and of the providers, that its preview is of; "" where nothing is in the way."""
    if not preview.providers:
        return "No rule set is in force, so nothing can be applied."
    if not preview.is_today:
        return f"{formatter.day(preview.as_of)} is a preview only: a scan is applied for today alone."
    if not question.is_answered_by(preview):
        return f"These rows answer another question. Preview {question.name()} first."
    if any(date_in(provider.zone.key) != provider.as_of for provider in preview.providers):
        return "The business date has changed since this preview. Preview again."
    return ""


def nothing_ticked(preview: ScanPreview, formatter: Formatter) -> str:
    """Why there is nothing to apply where nothing is ticked."""
    if preview.actionable:
        return "Nothing is ticked."
    if preview.first_opening is None:
        return "Nothing is proposed."
    count = formatter.counted(preview.waiting, "proposal waits", "proposals wait")
    return f"{count} until {moment_words(preview.first_opening, formatter)}. Nothing can be applied before."
