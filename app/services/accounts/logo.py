"""The picture of a provider's letterhead: what its invoices show from the next statement on."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.models.parties.powers import Power
from app.models.parties.provider import Provider
from app.services.access.audit import traces_on_account, write_audit, zone_of
from app.services.access.authorize import require_provider
from app.services.access.beyond import customers_of, require_all_of
from app.services.accounts.history_words import field_label
from app.services.changes import Changed, ChangeSet
from app.services.database.dialects import lock_row
from app.services.errors import RefusedField
from app.services.paper.images import prepare_image
from app.services.saving import Speech, wanted_changes
from app.services.wording import counted

MOST_BYTES = 1_000_000
_ACTION = "provider_settings_changed"


def set_logo(session: Session, *, provider_id: int, logo: bytes | None, seen: bytes | None) -> ChangeSet:
    """Give a provider another logo, or none; what was printed before keeps the one it had.

    Raises RefusedField for what is no PNG or JPEG, SavedMeanwhile where somebody set another one since it was seen.
    """
    account = require_provider(session, provider_id, Power.PROVIDERS_DEFAULTS)
    require_all_of(session, customers_of(session, provider_id))
    check_logo(logo)
    lock_row(session, "provider", "account_id", provider_id)
    provider = session.get_one(Provider, provider_id, populate_existing=True)
    speech = Speech(zone=zone_of(session, account.provider_id), label=field_label,
                    text=lambda _field, value: logo_words(value),
                    traces=lambda fields: traces_on_account(session, provider_id, fields, actions=[_ACTION]))
    old = provider.logo
    if not wanted_changes(seen={"logo": seen}, now={"logo": old}, wanted={"logo": logo}, speech=lambda: speech,
                          is_explicit=True):
        return ChangeSet.empty()
    provider.logo = logo
    write_audit(session, provider_id=account.provider_id, account_id=provider_id, action=_ACTION, detail="",
                field="logo", old=logo_words(old), new=logo_words(logo))
    session.flush()
    return ChangeSet.of(Changed.ACCOUNTS, accounts={provider_id})


def check_logo(logo: bytes | None) -> None:
    """Raise RefusedField for a picture that cannot be printed."""
    if logo is not None and (len(logo) > MOST_BYTES or prepare_image(logo) is None):
        raise RefusedField("logo", f"A logo is a PNG or JPEG picture of at most {MOST_BYTES:,} bytes.")


def logo_words(logo: bytes | None) -> str:
    """A logo in words."""
    return "" if logo is None else f"a picture of {counted(len(logo), 'byte')}"
