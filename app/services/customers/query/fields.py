"""What the customer list can be asked for: one table that documents fields, completes them and reads their values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.models.values import AccountStatus, AccountType, DeliveryMethod, Enterprise
from app.services.suspension.reasons import STATUS_WORDS


class Kind(StrEnum):
    """How the value of a field is read."""

    TEXT = "text"
    """Found inside, or at the beginning where the help says so; case does not matter."""
    CHOICE = "choice"
    MONEY = "money"
    """An amount in the provider's currency, or a range of them."""
    DAYS = "days"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a choice: what is stored, and the words it goes by; the first is shown."""

    value: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the language."""

    name: str
    kind: Kind
    help: str
    example: str
    """A value that reads well after the colon."""
    choices: tuple[Choice, ...] = ()
    none_means: str = ""
    """What `none` asks for; empty where nothing can be missing."""


def _choices(**words: str) -> tuple[Choice, ...]:
    return tuple(Choice(value, tuple(text.split("|"))) for value, text in words.items())


_STATUS: Final = tuple(Choice(status.value, (STATUS_WORDS[status], status.value.replace("_", " ")))
                       for status in AccountStatus)
_TYPE: Final = _choices(**{
    AccountType.END_USER.value: "customer|end user", AccountType.AGENT.value: "agent",
    AccountType.WHOLESALE.value: "wholesale provider", AccountType.RETAIL.value: "retail provider",
    AccountType.NON_BILLING.value: "non-billing provider",
})
_ENTERPRISE: Final = _choices(**{
    Enterprise.ORGANISATION.value: "organisation|organization|company",
    Enterprise.INDIVIDUAL.value: "individual|person",
})
_DELIVERY: Final = _choices(**{
    DeliveryMethod.EMAIL.value: "email", DeliveryMethod.POST.value: "post|paper",
    DeliveryMethod.EMAIL_AND_POST.value: "email and post|both", DeliveryMethod.DO_NOT_SEND.value: "do not send|off",
})

FIELDS: Final = (
    Field("code", Kind.TEXT, "Account code begins with", "A-0001"),
    Field("name", Kind.TEXT, "Name holds", "harbour"),
    Field("status", Kind.CHOICE, "Status shown in the list", "suspended", _STATUS),
    Field("type", Kind.CHOICE, "Customer, agent or kind of provider", "agent", _TYPE),
    Field("enterprise", Kind.CHOICE, "Organisation or individual", "individual", _ENTERPRISE),
    Field("profile", Kind.TEXT, "Account profile holds", "business"),
    Field("group", Kind.TEXT, "Code or name of an account group holds", "vip", none_means="in no account group"),
    Field("agent", Kind.TEXT, "Code or name of the recorded agent holds", "zebra", none_means="without an agent"),
    Field("service", Kind.TEXT, "Identifier or name of a service holds", "0400", none_means="without services"),
    Field("invoice", Kind.TEXT, "Number of an invoice begins with", "HT-10", none_means="never invoiced"),
    Field("balance", Kind.MONEY, "All that is posted and not settled", ">0"),
    Field("overdue", Kind.MONEY, "Unsettled part of invoices past due", ">500"),
    Field("payable", Kind.MONEY, "Overdue less disputes and credit not allocated", "100..500"),
    Field("oldest", Kind.DAYS, "Days past due of the oldest payable invoice", ">30"),
    Field("due", Kind.DATE, "Due date of an unsettled invoice", "<-30", none_means="nothing unsettled"),
    Field("credit", Kind.MONEY, "Credit left, negative once exceeded", "<0", none_means="without a credit limit"),
    Field("start", Kind.DATE, "Start date of the account", "2025-06"),
    Field("delivery", Kind.CHOICE, "How invoices are delivered, inherited or not", "post", _DELIVERY),
    Field("terms", Kind.DAYS, "Trading terms in days, inherited or not", "14"),
    Field("phone", Kind.TEXT, "Telephone or mobile of a contact holds; blanks do not matter", "0400",
          none_means="without a telephone"),
    Field("email", Kind.TEXT, "E-mail of a contact holds", "example", none_means="without an e-mail address"),
    Field("city", Kind.TEXT, "City of a contact holds", "sydney", none_means="without a city"),
    Field("postcode", Kind.TEXT, "Postcode of a contact begins with", "20", none_means="without a postcode"),
    Field("reference", Kind.TEXT, "Export reference holds", "SAP", none_means="without an export reference"),
)
FIELD_OF: Final = {field.name: field for field in FIELDS}
NONE: Final = "none"


def quoted(text: str) -> str:
    """A value as it must be typed: in quotation marks where it would fall apart otherwise."""
    needs = not text or any(c.isspace() or c in ',;"():' for c in text)
    return '"' + text.replace('"', "") + '"' if needs else text
