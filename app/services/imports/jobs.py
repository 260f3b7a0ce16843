"""What the import wizard asks in the background. A map made by hand is written to a file and read like any other."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from app.models.parties.powers import Power
from app.services.access.authorize import authorize_any, may
from app.services.database.unit_of_work import Database
from app.services.errors import InputRejected
from app.services.imports.drafting import FileLook, MapDraft, look_at, map_text
from app.services.imports.files.fields import ImportKind
from app.services.imports.preview import ImportPreview, preview_file
from app.services.imports.run import POWERS, ImportReport, import_file
from app.services.jobs import JobContext
from app.services.providers.queries import ProviderOption, provider_options

MapSource = Path | MapDraft
"""A map file, or a draft that becomes one."""


@dataclass(frozen=True, slots=True)
class ImportBeginning:
    """What may be imported, and for which providers a map can be made."""

    kinds: tuple[ImportKind, ...]
    providers: tuple[ProviderOption, ...]


def begin_import(database: Database, context: JobContext) -> ImportBeginning:
    """What an import may begin with; raises NotAllowed where nothing may be imported."""
    del context
    with database.read() as session:
        authorize_any(session, (Power.CUSTOMERS_IMPORT, Power.LEDGER_IMPORT))
        kinds: tuple[ImportKind, ...] = get_args(ImportKind)
        return ImportBeginning(tuple(kind for kind in kinds if may(session, POWERS[kind])),
                               tuple(provider_options(session)))


def look_at_file(database: Database, context: JobContext, *, path: Path) -> FileLook:
    """Columns and first rows of a file on this computer; raises InputRejected."""
    del context
    with database.read() as session:
        authorize_any(session, (Power.CUSTOMERS_IMPORT, Power.LEDGER_IMPORT))
    return look_at(path)


def check_import(
    database: Database, context: JobContext, *, kind: ImportKind, path: Path, mapping: MapSource
) -> ImportPreview:
    """What the import would do, row by row. Raises InputRejected where the map cannot be used."""
    with _map_file(mapping) as mapping_path:
        return preview_file(database, kind=kind, path=path, mapping_path=mapping_path, context=context)


def run_import(
    database: Database, context: JobContext, *, kind: ImportKind, path: Path, mapping: MapSource
) -> ImportReport:
    """Import all of it or nothing."""
    with _map_file(mapping) as mapping_path:
        return import_file(database, kind=kind, path=path, mapping_path=mapping_path, dry_run=False, context=context)


def save_map(database: Database, context: JobContext, *, draft: MapDraft, path: Path) -> Path:
    """Write a draft as a map file that the command takes; raises InputRejected where it cannot be written."""
    del context
    with database.read() as session:
        authorize_any(session, (Power.CUSTOMERS_IMPORT, Power.LEDGER_IMPORT))
    text = map_text(draft)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputRejected(f"The map {path} cannot be written: {error.strerror}. Choose another place.") from None
    return path


@contextmanager
def _map_file(mapping: MapSource) -> Iterator[Path]:
    if isinstance(mapping, Path):
        yield mapping
        return
    text = map_text(mapping)
    with tempfile.TemporaryDirectory(prefix="bursar-map-") as folder:
        path = Path(folder, "map made by hand.toml")
        path.write_text(text, encoding="utf-8")
        yield path
