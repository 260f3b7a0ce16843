"""What somebody writes and has not saved: it stays with its action, whatever is looked at meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.models.values import EventAction
from app.services.database.asking import asking
from app.services.events.templates import EMPTY, Version, template_versions
from app.views.running.handle import Job

Place = tuple[int, EventAction]
"""A mapping and one of its actions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The words of an action as somebody has them, and as they saw them stored when they began."""

    content: Mapping[str, str]
    seen: Mapping[str, str] = field(default_factory=lambda: dict(EMPTY))
    version: Version | None = None

    @property
    def changed(self) -> list[str]:
        """The fields that differ from what was seen."""
        return [name for name in EMPTY if self.content[name] != self.seen[name]]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredWords:
    """What is stored of an action: all versions, the newest first."""

    place: Place
    versions: tuple[Version, ...]

    @property
    def current(self) -> Version | None:
        """The version that is used."""
        return next((each for each in self.versions if each.is_current), None)

    def begun(self) -> Draft:
        """What writing begins with."""
        content = dict(self.current.content) if self.current is not None else dict(EMPTY)
        return Draft(content=content, seen=content, version=self.current)


def reading_words(place: Place) -> Job[StoredWords]:
    """The job that reads all versions of what an action says, with what they belong to."""
    ask = asking(template_versions, mapping_id=place[0], action=place[1])

    def job(database: Any, context: Any) -> StoredWords:
        return StoredWords(place=place, versions=tuple(ask(database, context)))

    return job


class Drafts:
    """The drafts of one screen, by place; each belongs to the provider whose mapping it is."""

    def __init__(self) -> None:
        self._kept: dict[Place, tuple[int, Draft]] = {}

    def __iter__(self) -> Iterator[Place]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, place: Place) -> Draft | None:
        found = self._kept.get(place)
        return None if found is None else found[1]

    def keep(self, place: Place, draft: Draft, *, provider_id: int) -> bool:
        """Keep a draft for as long as it says something new; whether that is another answer than before."""
        was = place in self._kept
        if draft.changed:
            self._kept[place] = (provider_id, draft)
        else:
            self._kept.pop(place, None)
        return was != (place in self._kept)

    def drop(self, place: Place) -> None:
        self._kept.pop(place, None)

    def saved(self, place: Place, content: Mapping[str, str]) -> None:
        """These words are stored now; what was typed during the save waits for the next one."""
        found = self._kept.get(place)
        if found is not None:
            provider_id, draft = found
            self.keep(place, Draft(content=draft.content, seen=content, version=draft.version),
                      provider_id=provider_id)

    def forget_others(self, provider_id: int, there: Collection[Place]) -> None:
        """Actions of this provider that are not there any more have no words to write."""
        self._kept = {place: kept for place, kept in self._kept.items() if kept[0] != provider_id or place in there}

    def of_mapping(self, mapping_id: int) -> dict[EventAction, Mapping[str, str]]:
        """The words that are not saved of each action of a mapping."""
        return {action: draft.content for (mapping, action), (_, draft) in self._kept.items() if mapping == mapping_id}
