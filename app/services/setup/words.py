"""Plans in words, for the command line and for screens."""

from __future__ import annotations

from app.services.setup.comparing import SetUpChange, Unmentioned
from app.services.setup.document import Key, Kind, keys_of
from app.services.setup.planning import Plan
from app.services.setup.values import value_words
from app.services.wording import by_count, counted

KIND_WORDS: dict[str, str] = {
    Kind.PROVIDER: "Provider", Kind.OWN_ATTRIBUTES: "Own attributes of", Kind.LETTERHEAD: "Letterhead of",
    Kind.SMTP: "Mail server of", Kind.SMS: "SMS gateway of", Kind.PROVISIONING: "Provisioning of", Kind.EVENT: "Event",
    Kind.MODULES: "Modules of", Kind.SCHEDULE: "Schedule of", Kind.BRAKE: "Safety brake of",
    Kind.PERIODS: "Accounting periods of", Kind.RATES: "Rates of", Kind.CURRENCY: "Currency",
    Kind.CREDIT_RATING: "Credit rating", Kind.CLASSIFICATION: "Classification", Kind.KYC_PROFILE: "KYC profile",
    Kind.OVERRIDE_RULE: "Override rule", Kind.PROFILE: "Profile",
    Kind.GROUP: "Group", Kind.RULE_SET: "Rules from", Kind.ROLE: "Role", Kind.ORG_UNIT: "Org unit",
    Kind.TRANSACTION_TYPE: "Type of documents",
    Kind.PRODUCT_FAMILY: "Product family", Kind.PRODUCT_TYPE: "Product type",
    "account": "Account",
}
KIND_NAMES: dict[str, str] = {
    Kind.PROVIDER: "Provider", Kind.OWN_ATTRIBUTES: "Own attributes", Kind.LETTERHEAD: "Letterhead",
    Kind.SMTP: "Mail server", Kind.SMS: "SMS gateway", Kind.PROVISIONING: "Provisioning", Kind.EVENT: "Events",
    Kind.MODULES: "Modules", Kind.SCHEDULE: "Schedule", Kind.BRAKE: "Safety brake",
    Kind.PERIODS: "Accounting periods", Kind.RATES: "Rates", Kind.CURRENCY: "Currencies",
    Kind.CREDIT_RATING: "Credit ratings", Kind.CLASSIFICATION: "Classifications",
    Kind.KYC_PROFILE: "KYC profiles", Kind.OVERRIDE_RULE: "Override rules", Kind.PROFILE: "Profiles",
    Kind.GROUP: "Account groups", Kind.RULE_SET: "Rule sets", Kind.ROLE: "Roles", Kind.ORG_UNIT: "Org units",
    Kind.TRANSACTION_TYPE: "Types of documents",
    Kind.PRODUCT_FAMILY: "Product families", Kind.PRODUCT_TYPE: "Product types",
}
"""Kinds of parts, as a tree heads them."""
_VALUE_LENGTH = 60


def change_line(change: SetUpChange) -> str:
    """One change in a line: what, from which value to which, and whom it reaches."""
    what = f"{KIND_WORDS[change.kind]} {change.name}"
    if change.key is None:
        return f"{what}: new"
    reach = f", {customers(change.accounts)}" if change.accounts else ""
    key = key_named(change.kind, change.key)
    old, new = (short(value_words(value, key)) for value in (change.old, change.new))
    return f"{what}: {change.key} {old} → {new}{reach}"


def unmentioned_line(each: Unmentioned) -> str:
    """Something the file says nothing of, in a line."""
    what = f"{KIND_WORDS[each.kind]} {each.name}"
    if each.key is None:
        return what
    return f"{what}: {each.key} {short(value_words(each.value, key_named(each.kind, each.key)))}"


def key_named(kind: str, key: str | None) -> Key | None:
    """The key of a change; None for the value of an account, which no file holds."""
    return keys_of(Kind(kind)).get(key or "") if kind in list(Kind) else None


def label_of(key: Key) -> str:
    """A key as a screen names it; the file and the command line keep its own spelling."""
    return key.name.replace("_", " ").capitalize() if key.definition is None else key.definition.label


def customers(count: int) -> str:
    """How many end users get another value."""
    return counted(count, "customer")


def plan_sentence(plan: Plan) -> str:
    """What a plan comes to, before anything is done."""
    if not plan.changes:
        return f"{plan.code} is set up as {plan.file.name} says. There is nothing to change."
    return by_count(len(plan.changes), "{file} would make {count} change to {code}. Nothing is written:",
                    "{file} would make {count} changes to {code}. Nothing is written:", file=plan.file.name,
                    code=plan.code)


def applied_sentence(plan: Plan) -> str:
    """What applying a plan came to."""
    if not plan.changes:
        return f"{plan.code} is set up as {plan.file.name} says. Nothing was changed."
    return by_count(len(plan.changes), "{count} change was made to {code}.", "{count} changes were made to {code}.",
                    code=plan.code)


def short(text: str) -> str:
    """A value that fits into a line."""
    return text if len(text) <= _VALUE_LENGTH else f"{text[:_VALUE_LENGTH - 1]}…"

