"""Before an import: what may be imported, a look at the file, and the map that was made kept as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, get_args

from sqlalchemy.orm import Session

from app.models.parties.powers import Power
from app.services.access.authorize import authorize_any, may
from app.services.files.kinds import toml_file
from app.services.files.writing import write_bytes
from app.services.imports.drafting import FileLook, MapDraft, look_at, map_text
from app.services.imports.maps.fields import ImportKind
from app.services.imports.run import POWERS
from app.services.providers.queries import ProviderOption, provider_options

_MAP: Final = toml_file("a map", lambda document: "key" in document)
_ANY = (Power.CUSTOMERS_IMPORT, Power.LEDGER_IMPORT)


@dataclass(frozen=True, slots=True)
class ImportBeginning:
    """What may be imported, and for which providers a map can be made."""

    kinds: tuple[ImportKind, ...]
    providers: tuple[ProviderOption, ...]


def import_beginning(session: Session) -> ImportBeginning:
    """What an import may begin with; raises NotAllowed where nothing may be imported."""
    authorize_any(session, _ANY)
    kinds: tuple[ImportKind, ...] = get_args(ImportKind)
    return ImportBeginning(tuple(kind for kind in kinds if may(session, POWERS[kind])),
                           tuple(provider_options(session)))


def look_at_file(session: Session, *, path: Path) -> FileLook:
    """Columns and first rows of a file on this computer; raises InputRejected."""
    authorize_any(session, _ANY)
    return look_at(path)


def save_map(session: Session, *, draft: MapDraft, path: Path, inputs: Sequence[Path] = ()) -> Path:
    """Write a draft as a map file that the command takes; raises InputRejected where it cannot be written.

    `inputs` are the files that the map is made for.
    """
    authorize_any(session, _ANY)
    return write_bytes(path, _MAP, map_text(draft).encode(), inputs=inputs)
