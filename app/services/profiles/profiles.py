"""Commands on account profiles: create, change, duplicate, make the default, delete.

A provider always has exactly one default profile; a new one leaves the members of the old where they are. An override
counts only while its box is ticked: it is there, or it is not (ARCHITECTURE.md, "Profiles"). Moving members is in
`moves`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Final

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from app.models.attributes.catalogue import DEFINITIONS, INHERITED, AttributeDefinition, AttributeValue
from app.models.audit import Subject
from app.models.base import text_limits
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.profile import AccountProfile
from app.models.parties.provider import Provider
from app.models.values import AccountType, Tier
from app.services.access.audit import About, traces_about, write_audit, zone_of
from app.services.access.authorize import authorize, require_provider
from app.services.access.beyond import customers_of, members_of, require_all_of
from app.services.attributes.resolving import stored_values
from app.services.attributes.writing import forget_values, set_attributes
from app.services.changes import Changed, ChangeSet, Created, Undo
from app.services.database.dialects import lock_row
from app.services.errors import NotFound, RefusedByRule
from app.services.files.texts import require_text
from app.services.saving import Speech, wanted_changes
from app.services.wording import counted, inside

TERMS_SECTION = "Terms and credit"
"""Attributes of this section of the catalogue ask for the power *Trading terms of profiles*."""

PROFILE_DEFINITIONS: tuple[AttributeDefinition, ...] = tuple(d for d in INHERITED if d.allowed_on(Tier.PROFILE))
"""What a profile may override."""

LIMITS: Final = text_limits(AccountProfile, "name", "description", "export_reference")
"""Most characters of what is said about a profile."""
_LABELS = {"name": "Name", "description": "Description", "export_reference": "Export reference"}
_DEFAULT: Final = "default_profile"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileDetails:
    """What is said about a profile apart from its overrides."""

    name: str
    description: str = ""
    export_reference: str = ""

    def cleaned(self) -> ProfileDetails:
        """Without blanks around. Raises RefusedByRule for an empty name or a text that is too long."""
        clean = ProfileDetails(name=self.name.strip(), description=self.description.strip(),
                               export_reference=self.export_reference.strip())
        if not clean.name:
            raise RefusedByRule("A profile needs a name.")
        for field, longest in LIMITS.items():
            text = getattr(clean, field)
            require_text(field, f"The {inside(_LABELS[field])}", text, has_lines=field == "description")
            length = len(text)
            if length > longest:
                raise RefusedByRule(f"{_LABELS[field]} has {counted(length, 'character')}; at most {longest} fit.")
        return clean


def create_profile(
    session: Session, *, provider_id: int, details: ProfileDetails,
    overrides: Mapping[str, AttributeValue] | None = None, as_default: bool = False,
) -> Created:
    """Create a profile with its overrides; names are unique within the provider."""
    require_provider(session, provider_id, Power.PROFILES_EDIT)
    return _create(session, provider_id, details, overrides or {}, action="profile_created", as_default=as_default)


def insert_profile(session: Session, *, provider_id: int, name: str, description: str = "") -> int:
    """Create a profile with nothing but its name, without a word in the history. Returns its id."""
    require_provider(session, provider_id, Power.PROFILES_EDIT)
    if not name.strip():
        raise RefusedByRule("A profile needs a name.")
    require_text("name", "The name", name.strip())
    require_text("description", "The description", description, has_lines=True)
    profile = AccountProfile(provider_id=provider_id, name=name.strip(), description=description)
    session.add(profile)
    session.flush()
    return profile.id


def _create(
    session: Session, provider_id: int, details: ProfileDetails, overrides: Mapping[str, AttributeValue], *,
    action: str, as_default: bool = False,
) -> Created:
    _ask_for_terms(session, [key for key, value in overrides.items() if value is not None])
    clean = details.cleaned()
    lock_row(session, "provider", "account_id", provider_id)
    _refuse_taken(session, provider_id, clean.name)
    profile_id = insert_profile(session, provider_id=provider_id, name=clean.name, description=clean.description)
    session.execute(update(AccountProfile).where(AccountProfile.id == profile_id)
                    .values(export_reference=clean.export_reference))
    set_attributes(session, tier=Tier.PROFILE, owner_id=profile_id, values=dict(overrides), seen={})
    write_audit(session, provider_id=provider_id, action=action, about=_about(profile_id),
                detail=f"Profile {clean.name} created.")
    if as_default:
        _make_default(session, provider_id, profile_id, clean.name)
    return Created(id=profile_id, changes=ChangeSet.of(Changed.PROFILES))


def edit_profile(
    session: Session, *, profile_id: int, details: ProfileDetails, seen: ProfileDetails
) -> ChangeSet:
    """Change what is said about a profile apart from its overrides, which are attributes and set as such.

    `seen` is what the form had read. Raises SavedMeanwhile where somebody else changed the same field since.
    """
    profile = require_profile(session, profile_id, Power.PROFILES_EDIT)
    clean = details.cleaned()
    lock_row(session, "provider", "account_id", profile.provider_id)
    session.refresh(profile)
    changes = wanted_changes(seen=asdict(seen), now={field: getattr(profile, field) for field in _LABELS},
                             wanted=asdict(clean), speech=lambda: _speech(session, profile))
    if "name" in changes:
        _refuse_taken(session, profile.provider_id, clean.name, but=profile_id)
    before = _details_of(profile)
    return _write_details(session, profile, changes).with_undo(Undo(
        of=f"change of the profile {profile.name}", done=f"Profile {profile.name} changed.", command=edit_profile,
        arguments={"profile_id": profile_id, "details": before, "seen": _details_of(profile)}))


def _speech(session: Session, profile: AccountProfile) -> Speech:
    return Speech(zone=zone_of(session, profile.provider_id), label=_LABELS.__getitem__,
                  text=lambda _field, value: str(value),
                  traces=lambda fields: traces_about(session, _about(profile.id), fields))


def _about(profile_id: int) -> About:
    return About(kind=Subject.PROFILE, id=profile_id)


def _write_details(session: Session, profile: AccountProfile, changes: Mapping[str, str]) -> ChangeSet:
    """One audit row for every field that changes; all members have the profile under its new name."""
    if changes:
        require_all_of(session, members_of(session, profile.id))
    name = profile.name
    for field, value in changes.items():
        write_audit(session, provider_id=profile.provider_id, action="profile_changed", about=_about(profile.id),
                    detail=f"{_LABELS[field]} of profile {name} changed.", field=field, old=getattr(profile, field),
                    new=value)
        setattr(profile, field, value)
    session.flush()
    return ChangeSet.of(Changed.PROFILES, Changed.ACCOUNTS) if changes else ChangeSet.empty()


def _details_of(profile: AccountProfile) -> ProfileDetails:
    return ProfileDetails(**{field: getattr(profile, field) for field in _LABELS})


def duplicate_profile(session: Session, *, profile_id: int, name: str) -> Created:
    """Create a profile with the same details and overrides under another name, without members."""
    profile = require_profile(session, profile_id, Power.PROFILES_EDIT)
    details = ProfileDetails(name=profile.name, description=profile.description,
                             export_reference=profile.export_reference)
    return _create(session, profile.provider_id, replace(details, name=name), stored_overrides(session, profile_id),
                   action="profile_duplicated")


def set_default_profile(session: Session, *, profile_id: int, seen: int) -> ChangeSet:
    """Make a profile its provider's default: new accounts get it, members of the old default stay there.

    `seen` is the profile that was shown as the default. Raises SavedMeanwhile where somebody made another one it.
    """
    profile = require_profile(session, profile_id, Power.PROFILES_EDIT)
    lock_row(session, "provider", "account_id", profile.provider_id)
    now = default_profile_id(session, profile.provider_id)
    wanted_changes(seen={_DEFAULT: seen}, now={_DEFAULT: now}, wanted={_DEFAULT: profile_id}, is_explicit=True,
                   speech=lambda: _speech_of_default(session, profile.provider_id))
    return _make_default(session, profile.provider_id, profile.id, profile.name)


def _speech_of_default(session: Session, provider_id: int) -> Speech:
    def text(_field: str, profile_id: int) -> str:
        profile = session.get(AccountProfile, profile_id)
        return "a profile that is deleted" if profile is None else profile.name

    return Speech(
        zone=zone_of(session, provider_id), label=lambda _field: "Default profile", text=text,
        traces=lambda fields: traces_about(session, About(kind=Subject.PROVIDER, id=provider_id), fields))


def _make_default(session: Session, provider_id: int, profile_id: int, name: str) -> ChangeSet:
    old_id = default_profile_id(session, provider_id)
    if old_id == profile_id:
        return ChangeSet.empty()
    require_all_of(session, customers_of(session, provider_id))
    old = session.get_one(AccountProfile, old_id).name
    session.execute(update(Provider).where(Provider.account_id == provider_id).values(default_profile_id=profile_id))
    write_audit(session, provider_id=provider_id, action="profile_default",
                about=About(kind=Subject.PROVIDER, id=provider_id),
                detail=f"New accounts get the profile {name} instead of {old}.", field=_DEFAULT, old=old, new=name)
    return ChangeSet.of(Changed.PROFILES).with_undo(Undo(
        of=f"default profile {name}", done=f"New accounts get the profile {name} instead of {old}.",
        command=set_default_profile, arguments={"profile_id": old_id, "seen": profile_id}))


def delete_profile(session: Session, *, profile_id: int) -> ChangeSet:
    """Delete a profile that no account has and that is not the default.

    The provider's own system accounts, which no screen shows, go to the default profile first: they would keep a
    former default alive for good.
    """
    profile = require_profile(session, profile_id, Power.PROFILES_EDIT)
    lock_row(session, "provider", "account_id", profile.provider_id)
    if not lock_row(session, "account_profile", "id", profile_id):
        raise NotFound("There is no such profile any more.")
    require_all_of(session, members_of(session, profile_id))
    default_id = default_profile_id(session, profile.provider_id)
    members = session.scalar(select(func.count()).select_from(Account).where(
        Account.profile_id == profile_id, Account.type != AccountType.SYSTEM.value)) or 0
    why = deletion_refusal(profile.name, members=members, is_default=default_id == profile_id)
    if why is not None:
        raise RefusedByRule(why)
    session.execute(update(Account).where(Account.profile_id == profile_id).values(profile_id=default_id))
    forget_values(session, tier=Tier.PROFILE, owner_id=profile_id)
    write_audit(session, provider_id=profile.provider_id, action="profile_deleted", about=_about(profile_id),
                detail=f"Profile {profile.name} deleted.", field="profile", old=profile.name)
    session.delete(profile)
    session.flush()
    return ChangeSet.of(Changed.PROFILES)


def deletion_refusal(name: str, *, members: int, is_default: bool) -> str | None:
    """Why a profile cannot be deleted, and what would be right; None where it can."""
    if is_default:
        return f"{name} is the default profile. Make another one the default first."
    if members:
        have = counted(members, "account has", "accounts have")
        return f"{have} the profile {name}. Move the members to another profile first."
    return None


# --------------------------------------------------------------------------- shared by the profile services


def require_profile(session: Session, profile_id: int, power: Power) -> AccountProfile:
    """The profile, where the person has the power and its provider is within their reach."""
    authorize(session, power)
    profile = session.get(AccountProfile, profile_id)
    if profile is None:
        raise NotFound("There is no such profile.")
    require_provider(session, profile.provider_id, power)
    return profile


def default_profile_id(session: Session, provider_id: int) -> int:
    """The profile new accounts of a provider get."""
    authorize(session, Power.PROFILES)
    return session.scalars(select(Provider.default_profile_id).where(Provider.account_id == provider_id)).one()


def stored_overrides(session: Session, profile_id: int) -> dict[str, AttributeValue]:
    """The overrides that are ticked, by attribute. Money in minor units of the provider's currency."""
    authorize(session, Power.PROFILES)
    return stored_values(session, Tier.PROFILE, profile_id)


def is_term(key: str) -> bool:
    """Whether an attribute belongs to the trading terms."""
    return DEFINITIONS[key].section == TERMS_SECTION


def _ask_for_terms(session: Session, keys: Iterable[str]) -> None:
    if any(key in DEFINITIONS and is_term(key) for key in keys):
        authorize(session, Power.PROFILES_EDIT_TERMS)


def _refuse_taken(session: Session, provider_id: int, name: str, *, but: int | None = None) -> None:
    same = exists().where(AccountProfile.provider_id == provider_id, AccountProfile.name == name,
                          AccountProfile.id != (but or 0))
    if session.scalar(select(same)):
        raise RefusedByRule(f'There is a profile "{name}" already. Choose another name.')
