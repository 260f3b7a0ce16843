"""The name that an account gets where nobody types one (ARCHITECTURE.md, "Naming")."""

from __future__ import annotations

from app.models.values import AccountNaming

_LONGEST = 200


def generated_name(naming: AccountNaming, *, code: str, contact: str) -> str:
    """The name by a provider's way of naming, from the account code and the name of the primary contact.

    Empty where names are typed. It is filled in once: a later change of code or contact leaves it as it is.
    """
    match naming:
        case AccountNaming.ACCOUNT_NUMBER:
            return code
        case AccountNaming.ACCOUNT_NUMBER_AND_CONTACT_NAME:
            return f"{code} {contact}".strip()[:_LONGEST].strip()
        case _:
            return ""
