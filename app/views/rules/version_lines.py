"""The versions of a provider as they are listed: the draft of the next one first, then the newest."""

from __future__ import annotations

from dataclasses import dataclass

from app.services.rules.versions import RuleBook, RuleDraft, VersionRow
from app.views.lists.models.columns import Column, Kind
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.tokens import Tone

DRAFT_ID = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """One line of the list. The draft has the id 0 and no row behind it."""

    id: int
    number: int
    content: RuleDraft
    row: VersionRow | None

    @property
    def is_draft(self) -> bool:
        return self.row is None


def version_lines(book: RuleBook, draft: RuleDraft | None) -> tuple[VersionLine, ...]:
    """All lines of a book; without a draft nobody can enter one."""
    stored = tuple(VersionLine(id=row.id, number=row.version, content=row.content, row=row) for row in book.versions)
    if draft is None:
        return stored
    return (VersionLine(id=DRAFT_ID, number=book.newest + 1, content=draft, row=None), *stored)


def state_words(line: VersionLine) -> str:
    """What a version is now: "In force", "Draft"; empty where it is one of before."""
    if line.row is None:
        return "Draft"
    return "In force" if line.row.is_in_force else "To come" if line.row.is_to_come else ""


def author_words(line: VersionLine, formatter: Formatter) -> str:
    """Who entered it and when."""
    if line.row is None:
        return "Not saved"
    return f"{line.row.recorded_by}, {formatter.day(line.row.recorded_at.date())}"


def _tone(line: VersionLine) -> Tone | None:
    return {"In force": Tone.GOOD, "Draft": Tone.INFO, "To come": Tone.NEUTRAL}.get(state_words(line))


def _icon(line: VersionLine) -> Icon | None:
    return {"In force": Icon.GOOD, "Draft": Icon.EDIT, "To come": Icon.CLOCK}.get(state_words(line))


def version_columns() -> tuple[Column[VersionLine], ...]:
    return (
        Column(key="version", title="Version", kind=Kind.FIGURE, width=72,
               text=lambda line, formatter: formatter.number(line.number)),
        Column(key="from", title="From", width=88,
               text=lambda line, formatter: formatter.day(line.content.effective_from)),
        Column(key="state", title="State", kind=Kind.STATUS, width=96, text=lambda line, _: state_words(line),
               tone=_tone, icon=_icon),
        Column(key="author", title="By", width=50, stretches=True, is_second_rank=True,
               text=lambda line, _: line.row.recorded_by if line.row is not None else "Not saved",
               tooltip=author_words, spoken=author_words),
    )
