"""What the wizard for a new account shows first, and what would come of a request before it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import available_timezones

from sqlalchemy.orm import Session

from app.models.rules.hierarchy import children_of
from app.models.values import PROVIDER_TYPES
from app.services.attributes.rows import AttributeRow, attributes_of_new
from app.services.errors import RefusedByRule
from app.services.hierarchy.new_account import AccountRequest, check_new_account
from app.services.hierarchy.new_account_offers import (
    CreationOptions,
    Likeness,
    ParentOption,
    creation_options,
    creation_parents,
    look_alikes,
)
from app.services.hierarchy.new_contacts import NewContact
from app.services.hierarchy.tree import path_to


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What the first page needs: the parents, and the options of the one that is chosen first."""

    parents: tuple[ParentOption, ...]
    options: CreationOptions
    time_zones: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What would come of a request, before it is asked for."""

    rows: tuple[AttributeRow, ...]
    """Every effective value, with what the account sets itself among them."""
    alike: tuple[Likeness, ...]
    refusal: RefusedByRule | None


def creation_beginning(session: Session, *, parent_id: int | None, wants_provider: bool = False) -> Beginning:
    """Below which providers, and what below the one wanted, else below the first that takes what is wanted.

    The provider of a list that takes no providers hands on to the one above it. Raises RefusedByRule where this
    person can create nothing anywhere.
    """
    parents = creation_parents(session)
    if not parents:
        raise RefusedByRule("There is no provider below which you may create accounts.")
    takes = [p for p in parents if not wants_provider or PROVIDER_TYPES & children_of(p.type)]
    above = path_to(session, parent_id)[::-1] if parent_id is not None else []
    first = next((p for place in above for p in takes if p.id == place), (takes or parents)[0])
    return Beginning(parents=tuple(parents), options=creation_options(session, parent_id=first.id),
                     time_zones=tuple(sorted(available_timezones())))


def creation_outlook(session: Session, *, request: AccountRequest) -> Outlook:
    """For the last page: what it would get, who looks the same, and what would be refused."""
    rows = attributes_of_new(
        session, parent_id=request.parent_id, profile_id=request.profile_id, as_provider=request.is_provider,
        name=request.name, currency=request.provider.currency if request.provider else request.currency,
        values=request.overrides)
    email = request.primary.email if isinstance(request.primary, NewContact) else ""
    alike = look_alikes(session, provider_id=request.parent_id, name=request.name, email=email,
                        registration_number=request.registration_number)
    refusal: RefusedByRule | None = None
    try:
        check_new_account(session, request=request)
    except RefusedByRule as refused:
        refusal = refused
    return Outlook(rows=tuple(rows), alike=tuple(alike), refusal=refusal)
