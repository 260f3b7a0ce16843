"""The letterheads invoices are printed under: the provider's of today, and what it was when a statement was frozen.

Every distinct content is stored once, under its digest; statements refer to it. A provider that moves or changes its
logo gets another version with the next statement, and what was printed before stays as it was.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.provider import LetterheadVersion, Provider
from app.services.database.dialects import insert_for
from app.services.database.unit_of_work import recorded_now
from app.services.invoicing.document import Letterhead

_OF_PROVIDER = ("language", "legal_name", "tagline", "address", "return_address", "email", "phone", "website",
                "tax_number_label", "tax_number", "tax_name", "bank_details", "help_text")
_TEXTS = ("name", *_OF_PROVIDER)


def freeze_letterheads(session: Session, provider_ids: Iterable[int]) -> dict[int, int]:
    """The version of each provider's letterhead of today, by provider; written where its content is new."""
    today = {values["provider_id"]: values for values in _contents(session, provider_ids)}
    frozen = _versions(session, today)
    new = [{**today[id_], "recorded_at": recorded_now(session)} for id_ in sorted(today.keys() - frozen.keys())]
    if new:
        insert = insert_for(session, LetterheadVersion.__table__)
        # In order of provider; another workstation may write the same content at this moment.
        session.execute(insert.on_conflict_do_nothing(index_elements=["provider_id", "digest"]), new)
        frozen = _versions(session, today)
    return frozen


def letterheads_of_today(session: Session, provider_ids: Iterable[int]) -> dict[int, Letterhead]:
    """What invoices that are frozen now would show, by provider."""
    return {values["provider_id"]: _letterhead(values) for values in _contents(session, provider_ids)}


def frozen_letterheads(session: Session, version_ids: Iterable[int]) -> dict[int, Letterhead]:
    """Stored versions by id."""
    version = LetterheadVersion
    wanted = sorted(set(version_ids))
    if not wanted:
        return {}
    rows = session.execute(select(*version.__table__.c).where(version.id.in_(wanted))).mappings()
    return {row["id"]: _letterhead(row) for row in rows}


def bank_lines(details: str) -> tuple[tuple[str, str], ...]:
    """Label and value of each "label: value" line; a line without a colon is a value alone.

    "BSB: 000-000" is ("BSB", "000-000"); "Harbour Bank" is ("", "Harbour Bank").
    """
    pairs = []
    for line in filled_lines(details):
        label, colon, value = line.partition(":")
        pairs.append((label.strip(), value.strip()) if colon else ("", line))
    return tuple(pairs)


def filled_lines(text: str) -> list[str]:
    """The lines of a text that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _contents(session: Session, provider_ids: Iterable[int]) -> list[dict[str, Any]]:
    """Content and digest of the letterheads of today, as rows of `LetterheadVersion` but for the instant."""
    wanted = sorted(set(provider_ids))
    if not wanted:
        return []
    columns = [getattr(Provider, name) for name in _OF_PROVIDER]
    rows = session.execute(
        select(Provider.account_id.label("provider_id"), Account.name, *columns, Provider.logo)
        .join(Account, Account.id == Provider.account_id).where(Provider.account_id.in_(wanted))
    ).mappings()
    return [{**row, "digest": _digest(row)} for row in rows]


def _versions(session: Session, contents: dict[int, dict[str, Any]]) -> dict[int, int]:
    """Which of these contents are stored, by provider."""
    version = LetterheadVersion
    rows = session.execute(
        select(version.provider_id, version.digest, version.id)
        .where(version.provider_id.in_(sorted(contents)), version.digest.in_([c["digest"] for c in contents.values()]))
    )
    return {row.provider_id: row.id for row in rows if contents[row.provider_id]["digest"] == row.digest}


def _digest(values: Any) -> str:
    texts = json.dumps([values[name] for name in _TEXTS])
    return hashlib.sha256(texts.encode() + b"\0" + (values["logo"] or b"")).hexdigest()


def _letterhead(values: Any) -> Letterhead:
    return Letterhead(
        name=values["name"],
        legal_name=values["legal_name"],
        tagline=values["tagline"],
        address_lines=tuple(filled_lines(values["address"])),
        email=values["email"],
        phone=values["phone"],
        website=values["website"],
        tax_number_label=values["tax_number_label"],
        tax_number=values["tax_number"],
        tax_name=values["tax_name"],
        bank_lines=bank_lines(values["bank_details"]),
        return_address=values["return_address"],
        help_text=values["help_text"],
        language=values["language"],
        logo=values["logo"] or None,
    )
