"""The libraries the program stands on, with their licences, as their own metadata tell."""

from __future__ import annotations

import importlib.metadata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryNotice:
    """One library in use and its licence."""

    name: str
    version: str
    licence: str


def _licence_of(meta: importlib.metadata.PackageMetadata) -> str:
    for field in ("License-Expression", "License"):
        if field in meta and str(meta[field]).strip():
            return str(meta[field]).strip().splitlines()[0]
    named = [str(c).rsplit(" :: ", 1)[-1] for c in meta.get_all("Classifier") or [] if str(c).startswith("License")]
    return ", ".join(named) or "see its own notice"


def library_notices() -> list[LibraryNotice]:
    """The libraries the program stands on, with their licences, as their own metadata tell."""
    names = sorted({r.split(";")[0].split("[")[0].split(">")[0].split("=")[0].split("<")[0].strip()
                    for r in importlib.metadata.requires("bursar") or []})
    notices = []
    for name in names:
        try:
            meta = importlib.metadata.metadata(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        notices.append(LibraryNotice(name=name, version=str(meta["Version"]), licence=_licence_of(meta)))
    return notices
