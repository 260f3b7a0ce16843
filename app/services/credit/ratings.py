"""What the credit ratings of a provider are worth."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.attributes.attribute import CreditRating
from app.models.attributes.catalogue import CREDIT_RATINGS
from app.models.audit import Subject
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.provider import Provider
from app.models.values import grouped_amount
from app.services.access.audit import About, traces_about, write_audit, zone_of
from app.services.access.authorize import require_provider
from app.services.access.beyond import customers_below, require_all_of
from app.services.attributes.limits import mark_limits
from app.services.attributes.writing import rebuild_provider_effective
from app.services.changes import Changed, ChangeSet, Undo
from app.services.database.dialects import lock_defaults, lock_row
from app.services.files.texts import require_text
from app.services.saving import Speech, Trace, wanted_changes


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingWorth:
    """What is said of one rating at one provider."""

    limit_minor: int | None
    """In the provider's currency; None gives no limit."""
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingRow:
    """One of the nine ratings at a provider."""

    place: int
    """From 1, the best."""
    code: str
    worth: RatingWorth | None
    """None while nothing was said of it: it gives no limit."""
    currency: str

    @property
    def id(self) -> int:
        return self.place


def rating_rows(session: Session, *, provider_id: int) -> list[RatingRow]:
    """The ratings of a provider, the best first, those that nothing was said of as well."""
    require_provider(session, provider_id, Power.CREDIT)
    currency = session.get_one(Provider, provider_id).currency
    known = {row.code: RatingWorth(limit_minor=row.limit_minor, label=row.label)
             for row in session.scalars(select(CreditRating).where(CreditRating.provider_id == provider_id)
                                        .execution_options(populate_existing=True))}
    return [RatingRow(place=place, code=code, worth=known.get(code), currency=currency)
            for place, code in enumerate(CREDIT_RATINGS, 1)]


def set_credit_rating(
    session: Session, *, provider_id: int, code: str, limit_minor: int | None, seen: RatingWorth | None, label: str = ""
) -> ChangeSet:
    """Say what a rating is worth at a provider; whoever inherits the rating's limit gets it at once.

    `seen` is what was shown, None where nothing was said of the rating. Raises SavedMeanwhile where somebody said
    something else of the same since.
    """
    provider = require_provider(session, provider_id, Power.PROVIDERS_DEFAULTS)
    require_all_of(session, customers_below(session, provider_id))
    require_text("code", "The code", code)
    require_text("label", "The label", label)
    lock_defaults(session)
    lock_row(session, "provider", "account_id", provider_id)
    rating = session.get(CreditRating, (provider_id, code), populate_existing=True)
    now = {} if rating is None else {"label": rating.label, "limit_minor": rating.limit_minor}
    wanted = {"limit_minor": limit_minor, "label": label}
    changes = wanted_changes(seen={} if seen is None else asdict(seen), now=now, wanted=wanted,
                             speech=lambda: _speech(session, provider, code))
    if not changes and rating is not None:
        return ChangeSet.empty()
    if rating is None:
        rating = CreditRating(provider_id=provider_id, code=code, limit_minor=limit_minor, label=label)
        session.add(rating)
    for field, value in changes.items():
        setattr(rating, field, value)
    session.flush()
    for field, value in changes.items():
        write_audit(session, provider_id=provider_id, about=About(kind=Subject.PROVIDER, id=provider_id),
                    action="credit_rating_changed", detail=f"Credit rating {code} of {provider.name} changed.",
                    field=_field(code, field), old=_as_text(now.get(field)), new=_as_text(value))
    rebuild_provider_effective(session, provider_id=provider_id)
    mark_limits(session, provider_id=provider_id)
    return ChangeSet.of(Changed.ATTRIBUTES, Changed.CREDIT).with_undo(Undo(
        of=f"worth of the rating {code}", done=f"Credit rating {code} changed.", command=set_credit_rating,
        arguments={"provider_id": provider_id, "code": code, "limit_minor": now.get("limit_minor"),
                   "label": now.get("label", ""), "seen": RatingWorth(limit_minor=limit_minor, label=label)}))


def _field(code: str, field: str) -> str:
    return f"credit_rating_{code}_{field}"


def _as_text(value: object) -> str | None:
    return None if value is None else str(value)


def _speech(session: Session, provider: Account, code: str) -> Speech:
    currency = session.get_one(Provider, provider.id).currency
    labels = {"limit_minor": f"the limit of rating {code}", "label": f"the label of rating {code}"}

    def text(field: str, value: Any) -> str:
        if value is None or field == "label":
            return value or ""
        return f"{grouped_amount(value, currency)} {currency}"

    def traces(fields: Collection[str]) -> dict[str, Trace]:
        stored = {field: _field(code, field) for field in fields}
        found = traces_about(session, About(kind=Subject.PROVIDER, id=provider.id), stored.values())
        return {field: found[name] for field, name in stored.items() if name in found}

    return Speech(zone=zone_of(session, provider.id), label=labels.__getitem__, text=text, traces=traces)
