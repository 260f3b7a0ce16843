"""The library of event types: what may be told, when it fires, what it can say and do.

The numbers are those of the documented system; types without one have none there either. A type is known by its key,
its name in lower case with underscores. Variables are documented names: whoever writes `%%invoiceId%%` gets the number
of the invoice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.models.values import EventAction


class EventKind(StrEnum):
    """What an event is about."""

    ACCOUNT = "account"
    SERVICE = "service"
    PROCESS = "process"


class Period(StrEnum):
    """What the period of a mapping counts."""

    NONE = "none"
    AFTER_DUE = "after_due"
    BEFORE_DUE = "before_due"
    BEFORE_EXPIRY = "before_expiry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A name that templates may use."""

    name: str
    help: str
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Starter:
    """What a new mapping's actions say until somebody writes something better."""

    subject: str
    text: str
    """Paragraphs separated by an empty line."""
    sms: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """One entry of the library."""

    key: str
    name: str
    kind: EventKind
    trigger: str
    """When it fires, one sentence."""
    number: int | None = None
    period: Period = Period.NONE
    usual_periods: tuple[int, ...] = (0,)
    """Periods of the mappings that the standard suite brings."""
    is_polled: bool = False
    about_invoice: bool = False
    about_payment: bool = False
    about_plan: bool = False
    actions: tuple[EventAction, ...] = tuple(a for a in EventAction if a.is_switched)
    is_raised: bool = True
    """Whether the program raises it by now; what it does not yet stays out of the standard suite and says so."""
    one_a_profile: bool = False
    """Whether a profile has one mapping of it at most, whatever its period."""
    starter: Starter

    @property
    def variables(self) -> tuple[Variable, ...]:
        """What its templates may say, in the order in which it is offered."""
        groups: list[tuple[Variable, ...]] = [_OF_ACCOUNT]
        if self.kind is EventKind.SERVICE:
            groups.append(_OF_SERVICE)
        if self.about_invoice:
            groups.append(_OF_INVOICE)
        if self.about_payment:
            groups.append(_OF_PAYMENT)
        if self.about_plan:
            groups.append(_OF_PLAN)
        if self.kind is EventKind.PROCESS:
            groups.append(_OF_PROCESS)
        return tuple(variable for group in groups for variable in group)

    @property
    def can_attach(self) -> bool:
        """Whether its messages may carry the invoice."""
        return self.about_invoice and EventAction.MESSAGE in self.actions


def _variables(*rows: tuple[str, str, str]) -> tuple[Variable, ...]:
    return tuple(Variable(name=name, help=text, example=example) for name, text, example in rows)


_OF_ACCOUNT = _variables(
    ("accountId", "Account code", "A-000001"),
    ("accountName", "Name of the account", "Acme Pty Ltd"),
    ("contactFirstName", "First name of the contact", "Jane"),
    ("contactSurname", "Surname of the contact", "Citizen"),
    ("contactName", "Whole name of the contact", "Jane Citizen"),
    ("tradingName", "Trading name of the account, else its name", "Acme"),
    ("exportReference", "Reference of the account in other systems", "4711"),
    ("accountBalance", "Balance of the account", "112.50"),
    ("overdueAmountIncTax", "What is overdue and payable", "112.50"),
    ("currency", "ISO 4217 code of the account", "AUD"),
    ("providerName", "Name of the provider", "Harbour Telecom"),
    ("providerPhone", "Telephone of the provider", "1300 000 000"),
    ("providerEmail", "E-mail address of the provider", "accounts@harbour.example"),
    ("providerWebsite", "Website of the provider", "www.harbour.example"),
    ("eventDate", "The day of the event", "27 Jun 2025"),
)
_OF_SERVICE = _variables(
    ("serviceIdentifier", "Number of the service", "0299990001"),
    ("serviceName", "Name of the service", "Telephone line"),
)
_OF_INVOICE = _variables(
    ("invoiceId", "Number of the invoice", "INV-000123"),
    ("invoiceIssueDate", "Issue date of the invoice", "3 Jun 2025"),
    ("invoiceDueDate", "Due date of the invoice", "24 Jun 2025"),
    ("invoiceAmountExTax", "Amount of the invoice without tax", "102.27"),
    ("invoiceAmountIncTax", "Amount of the invoice with tax", "112.50"),
    ("amountDueIncTax", "What is left to pay of the invoice", "112.50"),
    ("amountPayableIncTax", "What may be asked for now: without what is in dispute or in a plan", "112.50"),
    ("daysOverdue", "Whole days since the due date", "3"),
    ("previousBalance", "Balance before the invoice", "0.00"),
    ("paymentsReceived", "Payments since the invoice before", "0.00"),
)
_OF_PAYMENT = _variables(
    ("paymentAmount", "Amount of the payment", "66.00"),
    ("paymentDate", "Day of the payment", "5 Jul 2025"),
    ("paymentReference", "Number of the payment", "PAY-000017"),
    ("paymentMethod", "How it was paid", "EFT or Direct Deposit"),
)
_OF_PLAN = _variables(
    ("planAmount", "What the plan covers", "195.00"),
    ("planInstalmentAmount", "Amount of the next instalment", "65.00"),
    ("planNextDate", "Day of the next instalment", "10 Jul 2025"),
    ("planInstalments", "Number of instalments", "3"),
)
_OF_PROCESS = _variables(
    ("processName", "What was done", "Import of accounts"),
    ("processResult", "How it ended", "Finished: 1,204 accounts"),
)

_IN_OFFICE = (EventAction.MESSAGE, EventAction.NOTIFICATION, EventAction.LOG)


def _invoice_starter(subject: str, middle: str, sms: str, *,
                     unable: str = "If you cannot pay by then, please call us before that day.") -> Starter:
    return Starter(subject=subject, sms=sms, text=(
        f"Dear %%contactName%%,\n\n{middle}\n\nIf you have paid in the meantime, please ignore this message. "
        f"{unable}\n\n%%providerName%%\n%%providerPhone%%"))


def _starter(subject: str, middle: str, sms: str) -> Starter:
    return Starter(subject=subject, sms=sms,
                   text=f"Dear %%contactName%%,\n\n{middle}\n\n%%providerName%%\n%%providerPhone%%")


EVENT_TYPES: tuple[EventType, ...] = (
    EventType(
        key="invoice_due", name="Invoice Due", number=13, kind=EventKind.ACCOUNT, is_polled=True, about_invoice=True,
        period=Period.BEFORE_DUE, one_a_profile=True,
        trigger="On the due date of an invoice, or so many days before, if something is left to pay.",
        starter=_invoice_starter(
            "Invoice %%invoiceId%% is due on %%invoiceDueDate%%",
            "your invoice %%invoiceId%% over %%amountPayableIncTax%% %%currency%% is due on %%invoiceDueDate%%. "
            "Services of accounts that stay unpaid after their due date may be restricted.",
            "%%providerName%%: invoice %%invoiceId%%, %%amountPayableIncTax%% %%currency%%, is due %%invoiceDueDate%%."
        )),
    EventType(
        key="invoice_overdue", name="Invoice Overdue", number=7, kind=EventKind.ACCOUNT, is_polled=True,
        about_invoice=True, period=Period.AFTER_DUE, usual_periods=(3, 7, 14),
        trigger="So many days after the due date of an invoice, if something is payable.",
        starter=_invoice_starter(
            "Invoice %%invoiceId%% is %%daysOverdue%% days overdue",
            "your invoice %%invoiceId%% was due on %%invoiceDueDate%%, and %%amountPayableIncTax%% %%currency%% are "
            "still open. Please pay now, or your services may be restricted.",
            "%%providerName%%: invoice %%invoiceId%% is %%daysOverdue%% days overdue, %%amountPayableIncTax%% "
            "%%currency%% are open. Please pay to avoid restriction.",
            unable="If you cannot pay at once, please call us.")),
    EventType(
        key="invoice_delivery", name="Invoice Delivery", number=22, kind=EventKind.ACCOUNT, about_invoice=True,
        trigger="When an invoice is approved whose delivery method is e-mail, or e-mail and post.",
        starter=_starter(
            "Your invoice %%invoiceId%%",
            "your invoice %%invoiceId%% of %%invoiceIssueDate%% comes to %%invoiceAmountIncTax%% %%currency%% and is "
            "due on %%invoiceDueDate%%.",
            "%%providerName%%: invoice %%invoiceId%%, %%invoiceAmountIncTax%% %%currency%%, due %%invoiceDueDate%%.")),
    EventType(
        key="invoice_post", name="Invoice Post", number=23, kind=EventKind.ACCOUNT, about_invoice=True,
        trigger="When an invoice is approved whose delivery method is post, or e-mail and post.",
        starter=_starter(
            "Your invoice %%invoiceId%% comes by post",
            "your invoice %%invoiceId%% of %%invoiceIssueDate%% comes to %%invoiceAmountIncTax%% %%currency%%, is due "
            "on %%invoiceDueDate%% and reaches you by post.",
            "%%providerName%%: invoice %%invoiceId%%, %%invoiceAmountIncTax%% %%currency%%, is in the post.")),
    EventType(
        key="auto_suspend", name="Auto Suspend", kind=EventKind.SERVICE,
        trigger="When automation restricts a service for non-payment. While it is off nothing is restricted.",
        starter=_starter(
            "Your service %%serviceIdentifier%% is restricted",
            "your service %%serviceIdentifier%% is restricted, because %%overdueAmountIncTax%% %%currency%% are "
            "overdue. It is restored after your payment has come in.",
            "%%providerName%%: service %%serviceIdentifier%% is restricted, %%overdueAmountIncTax%% %%currency%% are "
            "overdue.")),
    EventType(
        key="auto_unsuspend", name="Auto UnSuspend", kind=EventKind.SERVICE,
        trigger="When the restriction of a service is lifted. While it is off automation restores nothing.",
        starter=_starter(
            "Your service %%serviceIdentifier%% is restored",
            "thank you for your payment. Your service %%serviceIdentifier%% is restored.",
            "%%providerName%%: service %%serviceIdentifier%% is restored. Thank you.")),
    EventType(
        key="manual_payment_received", name="Manual Payment Received", number=17, kind=EventKind.ACCOUNT,
        about_payment=True, trigger="When a payment is recorded by hand.",
        starter=_starter(
            "Your payment of %%paymentAmount%% %%currency%%",
            "we received your payment of %%paymentAmount%% %%currency%% on %%paymentDate%%. Thank you.",
            "%%providerName%%: we received %%paymentAmount%% %%currency%%. Thank you.")),
    EventType(
        key="automated_payment_received", name="Automated Payment Received", kind=EventKind.ACCOUNT,
        about_payment=True, trigger="When a payment comes in from a file or a gateway.",
        starter=_starter(
            "Your payment of %%paymentAmount%% %%currency%%",
            "we received your payment of %%paymentAmount%% %%currency%% on %%paymentDate%%. Thank you.",
            "%%providerName%%: we received %%paymentAmount%% %%currency%%. Thank you.")),
    EventType(
        key="account_creation", name="Account Creation", kind=EventKind.ACCOUNT,
        trigger="When an account is created by hand.",
        starter=_starter(
            "Welcome to %%providerName%%",
            "your account %%accountId%% is ready. Please name this number when you write or call.",
            "%%providerName%%: your account %%accountId%% is ready.")),
    EventType(
        key="credit_limit_exceeded", name="Credit Limit Exceeded", kind=EventKind.ACCOUNT,
        trigger="When a posted document takes the balance of an account over its credit limit.",
        starter=_starter(
            "Your account %%accountId%% is over its limit",
            "the balance of your account %%accountId%% is %%accountBalance%% %%currency%% and over its credit limit.",
            "%%providerName%%: account %%accountId%% is over its credit limit.")),
    EventType(
        key="payment_plan_created", name="Payment Plan Created", kind=EventKind.ACCOUNT, about_plan=True,
        trigger="When a payment plan begins.",
        starter=_starter(
            "Your payment plan",
            "your payment plan over %%planAmount%% %%currency%% in %%planInstalments%% instalments is set up. The next "
            "instalment of %%planInstalmentAmount%% is due on %%planNextDate%%.",
            "%%providerName%%: payment plan over %%planAmount%% %%currency%%, next %%planNextDate%%.")),
    EventType(
        key="payment_plan_failed", name="Payment Plan Failed", kind=EventKind.ACCOUNT, about_plan=True,
        trigger="When an instalment of a payment plan does not come in.",
        starter=_starter(
            "An instalment of your payment plan is missing",
            "an instalment of your payment plan over %%planAmount%% %%currency%% did not come in. Please call us.",
            "%%providerName%%: an instalment of your payment plan is missing. Please call us.")),
    EventType(
        key="payment_plan_completed", name="Payment Plan Completed", kind=EventKind.ACCOUNT, about_plan=True,
        trigger="When the last instalment of a payment plan has come in.",
        starter=_starter(
            "Your payment plan is completed", "your payment plan over %%planAmount%% %%currency%% is paid. Thank you.",
            "%%providerName%%: your payment plan is paid. Thank you.")),
    EventType(
        key="payment_plan_cancelled", name="Payment Plan Cancelled", kind=EventKind.ACCOUNT, about_plan=True,
        trigger="When a payment plan is cancelled.",
        starter=_starter(
            "Your payment plan is cancelled",
            "your payment plan over %%planAmount%% %%currency%% is cancelled. What is open is payable again.",
            "%%providerName%%: your payment plan is cancelled.")),
    EventType(
        key="account_password_changed", name="Account Password Changed", kind=EventKind.ACCOUNT, is_raised=False,
        trigger="When the password of a customer's log-in is changed; nothing raises it yet.",
        starter=_starter(
            "Your password was changed",
            "the password of your account %%accountId%% was changed. Please call us if that was not you.",
            "%%providerName%%: the password of account %%accountId%% was changed.")),
    EventType(
        key="credit_card_expiry", name="Credit Card Expiry", kind=EventKind.ACCOUNT, period=Period.BEFORE_EXPIRY,
        is_polled=True, is_raised=False, usual_periods=(30,),
        trigger="So many days before a card expires; nothing raises it yet.",
        starter=_starter(
            "Your card expires soon", "the card that pays for your account %%accountId%% expires soon.",
            "%%providerName%%: the card of account %%accountId%% expires soon.")),
    EventType(
        key="late_payment_fee", name="Late Payment Fee", kind=EventKind.ACCOUNT, is_raised=False,
        trigger="When a fee for late payment is charged; nothing raises it yet.",
        starter=_starter(
            "A fee for late payment", "a fee for late payment was charged to your account %%accountId%%.",
            "%%providerName%%: a fee for late payment was charged to account %%accountId%%.")),
    EventType(
        key="ftp_sftp_invoice_delivery_failure", name="FTP/SFTP Invoice Delivery Failure", number=1038,
        kind=EventKind.PROCESS, actions=_IN_OFFICE, is_raised=False,
        trigger="When invoices could not be put on a file server; nothing raises it yet.",
        starter=Starter(subject="%%processName%%", text="%%processName%%: %%processResult%%.", sms="")),
    EventType(
        key="bulk_upload_processing_notification", name="Bulk Upload Processing Notification", number=963,
        kind=EventKind.PROCESS, actions=_IN_OFFICE, trigger="When an import has finished or failed.",
        starter=Starter(subject="%%processName%%", text="%%processName%%: %%processResult%%.",
                        sms="")),
)
"""Every type, in the order in which lists show them."""

EVENT_TYPE_AT: dict[str, EventType] = {event.key: event for event in EVENT_TYPES}

STANDARD_SUITE: tuple[str, ...] = tuple(
    event.key for event in EVENT_TYPES if event.kind is not EventKind.PROCESS and event.is_raised)
"""What *Provision standard events* makes for a profile, all of it off."""

OF_NEW_PROVIDERS = ("auto_suspend", "auto_unsuspend")
"""What the default profile of a new provider has from the start, off."""


def suite_mappings(keys: Iterable[str] = STANDARD_SUITE) -> list[tuple[str, int]]:
    """Event and period of each mapping of the standard suite."""
    return [(key, period) for key in keys for period in EVENT_TYPE_AT[key].usual_periods]
