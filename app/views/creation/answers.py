"""What has been answered so far in the wizard for a new account: shared by its pages, and kept as a draft.

Pages write every change here at once, so a draft is whole at any moment, unreadable texts included.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from app.models.values import CURRENCIES, PROVIDER_TYPES, AccountType, Enterprise
from app.services.addresses.billing import ADDRESS_LINES
from app.services.addresses.new import AddressChoice, NewAddress
from app.services.hierarchy.accounts import ProviderSettings
from app.services.hierarchy.new_account import AccountRequest
from app.services.hierarchy.new_account_offers import CreationOptions
from app.services.hierarchy.new_account_outlook import Beginning
from app.services.hierarchy.new_contacts import ContactChoice, NewContact
from app.views.attributes.value_fields import Value

CONTACT_FIELDS = ("name", "attention", "email", "phone", "mobile", "address_line1", "address_line2", "postcode", "city",
                  "region", "country")


OWN_TERMS, OWN_TERMS_UNIT = "trading_terms_offset", "trading_terms_offset_unit"


class ContactMode(StrEnum):
    """Where a contact comes from."""

    SAME = "same"
    NEW = "new"
    KNOWN = "known"


@dataclass(slots=True)
class ContactAnswer:
    """One of the two contacts."""

    mode: ContactMode
    texts: dict[str, str] = field(default_factory=dict)
    known_id: int | None = None
    known_name: str = ""

    def choice(self) -> ContactChoice | None:
        """What the service takes; None where it is the primary one."""
        if self.mode is ContactMode.SAME:
            return None
        if self.mode is ContactMode.KNOWN:
            return self.known_id
        told: dict[str, Any] = {name: text.strip() for name, text in self.texts.items()}
        return NewContact(**told) if told else None

    @property
    def name(self) -> str:
        return self.known_name if self.mode is ContactMode.KNOWN else self.texts.get("name", "").strip()


@dataclass(slots=True)
class AddressAnswer:
    """Where the invoices go: to the address of the billing contact, to another one of it, or to one that is there."""

    mode: ContactMode = ContactMode.SAME
    texts: dict[str, str] = field(default_factory=dict)
    """The address type and the lines of another one."""
    known: AddressChoice | None = None
    known_words: str = ""

    def choice(self) -> NewAddress | AddressChoice | None:
        """What the service takes; None where it is that of the billing contact."""
        if self.mode is ContactMode.NEW:
            return NewAddress(**self.texts)
        return self.known if self.mode is ContactMode.KNOWN else None

    @property
    def words(self) -> str:
        """The address in a line; empty where it is that of the billing contact."""
        if self.mode is ContactMode.NEW:
            return ", ".join(filter(None, (self.texts.get(line, "").strip() for line in ADDRESS_LINES)))
        return self.known_words if self.mode is ContactMode.KNOWN else ""


@dataclass(slots=True)
class Answers:
    """See the module."""

    options: CreationOptions
    kind: AccountType
    enterprise: Enterprise
    texts: dict[str, str] = field(default_factory=dict)
    """What stands in the fields of the pages, by the names the service gives them."""
    start_date: date | None = None
    profile_id: int | None = None
    agent_id: int | None = None
    account_currency: str = ""
    """Of a customer or agent; that of a provider is typed."""
    classification_id: int | None = None
    account_manager_id: int | None = None
    overrides: dict[str, Value] = field(default_factory=dict)
    """Attributes whose switch is on; None while the field cannot be read."""
    override_texts: dict[str, str] = field(default_factory=dict)
    amounts: dict[str, str] = field(default_factory=dict)
    """Which overrides are amounts, and the currency that each was typed in."""
    primary: ContactAnswer = field(default_factory=lambda: ContactAnswer(ContactMode.NEW))
    billing: ContactAnswer = field(default_factory=lambda: ContactAnswer(ContactMode.SAME))
    address: AddressAnswer = field(default_factory=AddressAnswer)

    @classmethod
    def at_first(cls, beginning: Beginning, *, wants_provider: bool = False) -> Answers:
        """Nothing answered yet: what is offered first."""
        answers = cls(beginning.options, AccountType.END_USER, beginning.options.enterprise)
        answers.take_options(beginning.options)
        if wants_provider:
            answers.choose_kind(next((k.type for k in beginning.options.kinds if k.type in PROVIDER_TYPES),
                                     answers.kind))
        return answers

    @property
    def is_provider(self) -> bool:
        return self.kind in PROVIDER_TYPES

    @property
    def currency(self) -> str:
        return self.texts["currency"].strip().upper() if self.is_provider else self.account_currency

    @property
    def names_itself(self) -> bool:
        """Whether a name that is left empty is filled in by the provider's rule."""
        return self.options.names_itself and not self.is_provider

    @property
    def has_manager(self) -> bool:
        """Whether somebody of the staff can look after it."""
        return self.enterprise is Enterprise.ORGANISATION and not self.is_provider and bool(self.options.managers)

    @property
    def known_contacts(self) -> list[int]:
        """The contacts of the account that the provider has already."""
        chosen = dict.fromkeys(contact.known_id for contact in (self.primary, self.billing)
                               if contact.mode is ContactMode.KNOWN)
        return [contact for contact in chosen if contact is not None]

    def text(self, name: str) -> str:
        return self.texts.get(name, "").strip()

    def take_options(self, options: CreationOptions) -> None:
        """Another parent: keep what still holds there, else what is offered first."""
        is_other = options.parent.id != self.options.parent.id or not self.texts
        self.options = options
        kinds = [k.type for k in options.kinds if not k.why_not] or [k.type for k in options.kinds]
        if self.kind not in kinds:
            self.kind = kinds[0]
        if is_other:
            self.enterprise = options.enterprise
            if "start" not in self.texts:  # else it was typed
                self.start_date = options.start_date
            self.profile_id = options.profiles[0].id
            self.agent_id = options.agent_id
            usable = options.currencies
            self.account_currency = options.first_currency if options.first_currency in usable else usable[0]
            self.classification_id = self.account_manager_id = None
            self.address.known = None
            self.texts |= {"currency": options.currency, "time_zone": options.time_zone, "language": options.language}
            self.texts.setdefault("default_profile", "Default Profile")
            for contact in (self.primary, self.billing):
                if contact.mode is ContactMode.KNOWN:
                    contact.known_id, contact.known_name = None, ""
        self.choose_kind(self.kind)

    def choose_kind(self, kind: AccountType) -> None:
        """A kind brings the enterprises it allows; overrides stay where the kind of owner does."""
        if (kind in PROVIDER_TYPES) != self.is_provider:
            self.overrides, self.override_texts, self.amounts = {}, {}, {}
        self.kind = kind
        allowed = self.enterprises()
        if self.enterprise not in allowed:
            self.enterprise = allowed[0]

    def enterprises(self) -> tuple[Enterprise, ...]:
        return next((k.enterprises for k in self.options.kinds if k.type is self.kind), (Enterprise.ORGANISATION,))

    def why_not(self) -> str:
        """Why this kind may not be created, in a sentence; empty where it may."""
        return next((k.why_not for k in self.options.kinds if k.type is self.kind), "")

    def settle_amounts(self) -> None:
        """Another currency keeps the figures that were typed: 100.00 AUD become 100 JPY.

        A figure that the other currency cannot hold is forgotten, so the setting is inherited again.
        """
        places = CURRENCIES.get(self.currency)
        for key, typed_in in list(self.amounts.items()):
            if places is None or typed_in == self.currency:
                continue
            minor = self.overrides.get(key)
            scaled = _scaled(minor, places - CURRENCIES[typed_in]) if isinstance(minor, int) else None
            if scaled is None:
                for kept in (self.overrides, self.amounts):
                    kept.pop(key, None)
            else:
                self.overrides[key], self.amounts[key] = scaled, self.currency
            self.override_texts.pop(key, None)

    def request(self) -> AccountRequest:
        """What the service is asked for, once every page has let one pass."""
        self.settle_amounts()
        is_organisation = self.enterprise is Enterprise.ORGANISATION
        return AccountRequest(
            parent_id=self.options.parent.id, type=self.kind, enterprise=self.enterprise, name=self.text("name"),
            start_date=self.start_date or self.options.start_date, code=self.text("code"),
            export_reference=self.text("export_reference"),
            profile_id=None if self.is_provider else self.profile_id,
            agent_id=self.agent_id if self.kind is AccountType.END_USER else None,
            overrides=self._overrides(),
            primary=self.primary.choice(), billing=self.billing.choice(),
            billing_address=None if self.is_provider else self.address.choice(),
            currency="" if self.is_provider else self.account_currency,
            classification_id=None if self.is_provider else self.classification_id,
            account_manager_id=self.account_manager_id if self.has_manager else None,
            trading_name=self.text("trading_name") if is_organisation else "",
            registration_number=self.text("registration_number") if is_organisation else "",
            provider=self._provider() if self.is_provider else None, default_profile=self.text("default_profile"))

    def _overrides(self) -> dict[str, Value]:
        """What it sets itself; terms of its own are counted as the provider counts them."""
        own: dict[str, Value] = {key: value for key, value in self.overrides.items() if value is not None}
        return own | ({OWN_TERMS_UNIT: self.options.period_unit.value} if OWN_TERMS in own else {})

    def _provider(self) -> ProviderSettings:
        return ProviderSettings(
            currency=self.currency, realm=self.text("realm"), language=self.text("language"),
            time_zone=self.text("time_zone"),
            legal_name=self.text("legal_name"), email=self.text("email"), phone=self.text("phone"),
            tax_number=self.text("tax_number"))


def _scaled(minor: int, places: int) -> int | None:
    """The same figure in a currency with so many more places; None where it has too many."""
    if places >= 0:
        return int(minor * 10**places)
    whole, rest = divmod(minor, 10**-places)
    return None if rest else whole
