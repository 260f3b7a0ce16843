"""What a map file says, once read and checked: `ImportMap`. Reading one is the work of `reader`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.services.files.texts import CANONICAL, Formats
from app.services.imports.maps.fields import ImportKind
from app.services.imports.maps.sources import Condition, Source, Template


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceMap:
    """One service that a row may stand for."""

    key: Template
    name: Template
    only_if: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportMap:
    """A map file, read and checked."""

    name: str
    kind: ImportKind
    provider_code: Template
    key: Template | None = None
    """None where `services` have keys of their own."""
    provider_settings: dict[str, Template] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    values: dict[str, dict[str, object]] = field(default_factory=dict)
    """Field → word of the file → value, already read."""
    formats: Formats = CANONICAL
    only_if: tuple[Condition, ...] = ()
    services: tuple[ServiceMap, ...] = ()
    create: frozenset[str] = frozenset()
    delimiter: str | None = None

    def places_of_columns(self) -> Iterator[tuple[str, str]]:
        """Every column that the map speaks of, and where: ("InvoiceDate", "[columns] issued_on")."""
        for template, place in (
            (self.provider_code, "[provider] code"), (self.key, "key"),
            *((setting, f"[provider] {name}") for name, setting in self.provider_settings.items()),
            *((part, f"[[service]] {s.key.text}") for s in self.services for part in (s.key, s.name)),
        ):
            if template is not None:
                yield from ((column, place) for column in template.columns)
        for name, source in self.sources.items():
            section = "templates" if isinstance(source, Template) else "columns"
            yield from ((column, f"[{section}] {name}") for column in source.columns)
        yield from ((c.column, "[only_if]") for c in self.only_if)
        yield from ((c.column, f"[[service]] {s.key.text}") for s in self.services for c in s.only_if)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the map needs, each once."""
        return tuple(dict.fromkeys(column for column, _ in self.places_of_columns()))
