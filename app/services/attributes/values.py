"""One value of an attribute: whether it may be set, how it is read from text, and how it is said.

Money is in minor units of the owner's currency, rates in hundredths of a percent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from app.models.attributes.catalogue import CATALOGUE, DEFINITIONS, AttributeDefinition, AttributeValue
from app.models.values import AttributeKind as Kind
from app.models.values import MoneyError, Tier, grouped_amount, parse_amount, parse_day, plain_amount
from app.services.errors import RefusedByRule
from app.services.files.texts import require_text
from app.services.wording import counted, day_text

_PYTHON_TYPES: dict[Kind, type] = {
    Kind.INTEGER: int, Kind.MONEY: int, Kind.RATE: int, Kind.BOOLEAN: bool, Kind.CHOICE: str, Kind.TEXT: str,
    Kind.DATE: date,
}


def check_value(definition: AttributeDefinition, tier: Tier, value: AttributeValue) -> None:
    """Raise RefusedByRule unless the value may be set there; None (clear) is always fine on an allowed tier."""
    if not definition.allowed_on(tier):
        allowed = ", ".join(sorted(t.value for t in definition.tiers))
        raise RefusedByRule(f'"{definition.label}" cannot be set on this tier ({tier.value}), but on: {allowed}.')
    if value is None:
        return
    if type(value) is not _PYTHON_TYPES[definition.kind]:
        raise RefusedByRule(f'"{definition.label}" takes a value of kind {definition.kind.value}.')
    if definition.choices and value not in [stored for stored, _ in definition.choices]:
        words = ", ".join(words for _, words in definition.choices)
        raise RefusedByRule(f'"{definition.label}" is one of: {words}.')
    if isinstance(value, str):
        require_text(definition.key, f'"{definition.label}"', value)
    size = len(value) if isinstance(value, str) else value
    if isinstance(size, int) and not _within(definition, size):
        if isinstance(value, str):
            raise RefusedByRule(f'"{definition.label}" has {counted(size, "character")}; at most '
                                f"{definition.maximum} fit.")
        raise RefusedByRule(f'"{definition.label}" lies {_range_text(definition)}.')


def with_bundles(values: Mapping[str, AttributeValue]) -> dict[str, AttributeValue]:
    """Clearing the lead of a bundle clears its members, so that nothing half-set stays behind."""
    wanted = dict(values)
    for key, value in values.items():
        if value is None and DEFINITIONS.get(key) is not None and DEFINITIONS[key].bundle == key:
            for member in CATALOGUE:
                if member.bundle == key:
                    wanted.setdefault(member.key, None)
    return wanted


def _within(definition: AttributeDefinition, size: int) -> bool:
    if definition.choices:
        return True
    above = definition.minimum is None or size >= definition.minimum
    return above and (definition.maximum is None or size <= definition.maximum)


def _range_text(definition: AttributeDefinition) -> str:
    if definition.maximum is None:
        return f"at {definition.minimum} or more"
    return f"between {definition.minimum or 0} and {definition.maximum}"


def parse_value(definition: AttributeDefinition, text: str, currency: str) -> AttributeValue:
    """Read a value as typed or imported; raises RefusedByRule naming what would be right."""
    cleaned = text.strip()
    try:
        parsed: AttributeValue = _PARSERS[definition.kind](definition, cleaned, currency)
    except (ValueError, MoneyError) as error:
        raise RefusedByRule(f'"{definition.label}": {error}') from error
    return parsed


_INTEGER = re.compile(r"[+-]?[0-9]+")
_MOST_DIGITS = 18
"""More are beyond every range, and thousands of them beyond what is read as a number at all."""


def _parse_integer(definition: AttributeDefinition, text: str, _currency: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise ValueError(f'"{text}" is not a whole number; write one {_range_text(definition)}')
    if len(text) > _MOST_DIGITS:
        raise ValueError(f"a figure of many digits is out of range; write one {_range_text(definition)}")
    return int(text)


def _parse_rate(_definition: AttributeDefinition, text: str, _currency: str) -> int:
    return parse_amount(text.removesuffix("%").strip(), "EUR")  # hundredths of a percent have two places as well


_YES, _NO = frozenset({"yes", "true", "1", "on"}), frozenset({"no", "false", "0", "off"})


def _parse_boolean(_definition: AttributeDefinition, text: str, _currency: str) -> bool:
    if text.casefold() in _YES | _NO:
        return text.casefold() in _YES
    raise ValueError(f'"{text}" is neither yes nor no')


def _parse_choice(definition: AttributeDefinition, text: str, _currency: str) -> str:
    for stored, words in definition.choices:
        if text.casefold() in (stored.casefold(), words.casefold()):
            return stored
    raise ValueError(f'"{text}" is not one of: {", ".join(words for _, words in definition.choices)}')


_PARSERS: dict[Kind, Any] = {
    Kind.INTEGER: _parse_integer,
    Kind.MONEY: lambda _d, text, currency: parse_amount(text, currency),
    Kind.RATE: _parse_rate,
    Kind.BOOLEAN: _parse_boolean,
    Kind.CHOICE: _parse_choice,
    Kind.TEXT: lambda _d, text, _c: text,
    Kind.DATE: lambda _d, text, _c: parse_day(text),
}


def value_text(definition: AttributeDefinition, value: AttributeValue, currency: str | None) -> str:
    """The value in words: "21 days", "2.50 AUD", "No limit", "Email and Post"."""
    if value is None:
        return definition.none_text
    if definition.kind is Kind.MONEY:
        # A system default carries no currency, because only 0 is ever built in.
        return "0" if currency is None else f"{grouped_amount(int(value), currency)} {currency}"  # type: ignore[arg-type]
    if definition.kind is Kind.RATE:
        return f"{(Decimal(value) / 100).normalize():f} %"  # type: ignore[arg-type]
    if definition.kind is Kind.BOOLEAN:
        return "Yes" if value else "No"
    if isinstance(value, date):
        return day_text(value)
    unit = definition.unit.removesuffix("s") if value == 1 else definition.unit
    return dict(definition.choices).get(str(value), f"{value} {unit}".strip())


def json_value(definition: AttributeDefinition, value: AttributeValue, currency: str | None) -> AttributeValue:
    """The value for a JSON document: money as decimal text, rates in percent as text, dates in ISO form."""
    if value is None:
        return None
    if definition.kind is Kind.MONEY:
        return plain_amount(int(value), currency or "EUR")  # type: ignore[arg-type]
    if definition.kind is Kind.RATE:
        return plain_amount(int(value), "EUR")  # type: ignore[arg-type]
    return value.isoformat() if isinstance(value, date) else value
