"""What was answered in the import wizard so far; its pages write it, the last one runs it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from app.services.imports.beginning import ImportBeginning
from app.services.imports.drafting import FileLook, MapDraft, MapSource, propose
from app.services.imports.maps.fields import ImportKind
from app.services.imports.preview import ImportPreview

KINDS: dict[ImportKind, str] = {
    "accounts": "Accounts", "services": "Services", "invoices": "Invoices", "payments": "Payments",
}


@dataclass(slots=True)
class ImportAnswers:
    """See the module. `provider_code` is what is proposed for a map made by hand."""

    beginning: ImportBeginning
    provider_code: str
    kind: ImportKind
    file: str = ""
    by_hand: bool = True
    map_file: str = ""
    look: FileLook | None = None
    draft: MapDraft | None = None
    preview: ImportPreview | None = None
    seen: tuple[object, ...] = field(default=())
    """What the preview was computed of."""

    @property
    def path(self) -> Path:
        return Path(self.file.strip()).expanduser()

    @property
    def mapping(self) -> MapSource | None:
        """The map to read by; None while one made by hand is not begun."""
        return self.draft if self.by_hand else Path(self.map_file.strip()).expanduser()

    def take_look(self, look: FileLook) -> None:
        """Take the columns of a file; a draft made for other columns or rows of another kind is begun anew."""
        is_same = self.draft is not None and self.look is not None and (
            look.columns == self.look.columns and self.draft.kind == self.kind)
        self.look = look
        if not is_same:
            self.draft = propose(look, self.kind, self.provider_code)

    def change(self, **changes: object) -> None:
        """Change the draft."""
        if self.draft is not None:
            self.draft = replace(self.draft, **changes)  # type: ignore[arg-type]  # names and types are the draft's
