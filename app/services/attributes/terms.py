"""Terms put together from the attributes that state them, for due dates (ARCHITECTURE.md, "Trading terms")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.attributes.catalogue import DEFINITIONS, AttributeValue, TierValues
from app.models.parties.account import Account
from app.models.parties.profile import AccountProfile
from app.models.rules.attribute_inheritance import resolve
from app.models.rules.due_date import DueRule, DueTerms, Offset, Proximity, own_terms_fit
from app.models.values import ProximityDirection, TermsMethod, TermUnit, Tier
from app.services.attributes.columns import EffectiveColumns
from app.services.attributes.resolving import chain_of, chain_of_profile
from app.services.database.dialects import among
from app.services.errors import RefusedByRule
from app.services.wording import counted

_RULE: Final = ("trading_due_days", "trading_terms_method", "trading_terms_day", "trading_terms_months")
_OFFSET: Final = ("trading_terms_offset", "trading_terms_offset_unit")
_PROXIMITY: Final = ("trading_terms_proximity", "trading_terms_proximity_unit", "trading_terms_proximity_direction")
TERMS_KEYS: Final = (*_RULE, *_OFFSET, *_PROXIMITY)
"""The attributes that due dates follow from."""
OWN_TERMS: Final = frozenset((*_RULE, *_OFFSET))
"""Those by which an account deviates from what is usual."""


def due_terms(session: Session, account: Account) -> DueTerms:
    """The terms of one account."""
    return terms_along(chain_of(session, account))


def terms_along(owners: Sequence[TierValues]) -> DueTerms:
    """The terms along a chain that begins with an account, there or not yet."""
    account, above = owners[0], owners[1:]
    values = _values(owners)
    has_rule = any(account.values.get(key) is not None for key in ("trading_due_days", "trading_terms_method"))
    return DueTerms(usual=_rule(_values(above)), own=_rule(values) if has_rule else None, offset=_offset(values),
                    proximity=_proximity(values))


def usual_terms(owners: Sequence[TierValues]) -> DueTerms:
    """What those get who set nothing themselves, along a chain that begins with a profile or a provider."""
    values = _values(owners)
    return DueTerms(usual=_rule(values), proximity=_proximity(values))


def _values(owners: Sequence[TierValues]) -> dict[str, Any]:
    return {key: resolve(DEFINITIONS[key], owners).value for key in TERMS_KEYS}


def terms_in_force(columns: EffectiveColumns) -> dict[str, Any]:
    """The columns that `terms_of_row` reads, by the names it reads them under."""
    own = columns.tiers["trading_terms_method"] == Tier.ACCOUNT.value
    return {**{key: columns.values[key] for key in (*_RULE, *_OFFSET)}, "terms_are_own": own}


def terms_of_row(row: Any) -> DueTerms:
    """What is in force, of a row of `terms_in_force`; a rule of the account's own stands for the usual one too."""
    values = {key: getattr(row, key) for key in (*_RULE, *_OFFSET)}
    rule = _rule(values)
    return DueTerms(usual=rule, own=rule if row.terms_are_own else None, offset=_offset(values))


def _rule(values: Mapping[str, Any]) -> DueRule:
    if values["trading_terms_method"] == TermsMethod.DAY_OF_MONTH:
        return DueRule(day_of_month=values["trading_terms_day"], after_months=values["trading_terms_months"])
    return DueRule(days=values["trading_due_days"])


def _offset(values: Mapping[str, Any]) -> Offset | None:
    number, unit = (values[key] for key in _OFFSET)
    return None if number is None else Offset(number=number, unit=TermUnit(unit))


def _proximity(values: Mapping[str, Any]) -> Proximity | None:
    number, unit, direction = (values[key] for key in _PROXIMITY)
    return None if number is None else Proximity(number=number, unit=TermUnit(unit),
                                                 direction=ProximityDirection(direction))


# --------------------------------------------------------------------------- own terms within the proximity


def refuse_terms_beyond(session: Session, account: Account, own: Mapping[str, AttributeValue]) -> None:
    """Raise RefusedByRule where what an account would set itself lies outside the proximity."""
    here, *above = chain_of(session, account)
    _refuse(account.code, terms_along([replace(here, values=_present(own)), *above]))


def refuse_new_terms_beyond(session: Session, own: Mapping[int, Mapping[str, AttributeValue]]) -> None:
    """The same for accounts that are made in this unit of work; what is usual is asked once for each profile."""
    above: dict[int, list[TierValues]] = {}
    for row in session.execute(select(Account.id, Account.code, Account.profile_id, Account.currency)
                               .where(among(session, Account.id, list(own)))):
        if row.profile_id not in above:
            above[row.profile_id] = chain_of_profile(session, session.get_one(AccountProfile, row.profile_id))
        here = TierValues(tier=Tier.ACCOUNT, owner_id=row.id, owner=row.code, currency=row.currency,
                          values=_present(own[row.id]))
        _refuse(row.code, terms_along([here, *above[row.profile_id]]))


def _present(values: Mapping[str, AttributeValue]) -> dict[str, AttributeValue]:
    return {key: value for key, value in values.items() if value is not None}


def _refuse(code: str, terms: DueTerms) -> None:
    if terms.proximity is None or own_terms_fit(terms):
        return
    usual, number = terms.usual, terms.proximity.number
    range_ = ""
    if usual.day_of_month is None and terms.proximity.unit is TermUnit.DAYS:
        shorter = 0 if terms.proximity.direction is ProximityDirection.PLUS else number
        longer = 0 if terms.proximity.direction is ProximityDirection.MINUS else number
        range_ = f", so from {max(usual.days - shorter, 0)} to {counted(usual.days + longer, 'day')} after posting"
    raise RefusedByRule(
        f"{code}: {own_words(terms)} lie outside the proximity. Terms may be {proximity_words(terms.proximity)} than "
        f"usual, which is {rule_words(usual)}{range_}.")


# --------------------------------------------------------------------------- in words


def rule_words(rule: DueRule) -> str:
    """A rule inside a sentence: "14 days after posting", "day 15 of the month, 1 month after posting"."""
    if rule.day_of_month is None:
        return f"{counted(rule.days, 'day')} after posting"
    return f"day {rule.day_of_month} of the month, {counted(rule.after_months, 'month')} after posting"


def own_words(terms: DueTerms) -> str:
    """What is the account's own: "own terms of 21 days after posting", "own terms of 5 days more"."""
    if terms.own is not None:
        return f"own terms of {rule_words(terms.own)}"
    offset = terms.offset or Offset(number=0)
    return f"own terms of {offset_words(offset)}"


def offset_words(offset: Offset) -> str:
    """How far from usual: "5 days more", "1 month less"."""
    side = "less" if offset.number < 0 else "more"
    return f"{counted(abs(offset.number), offset.unit.value.removesuffix('s'))} {side}"


_SIDES = {ProximityDirection.PLUS: "longer", ProximityDirection.MINUS: "shorter",
          ProximityDirection.BOTH: "longer or shorter"}


def proximity_words(proximity: Proximity) -> str:
    """How far one may go: "7 days longer or shorter"."""
    return f"{counted(proximity.number, proximity.unit.value.removesuffix('s'))} {_SIDES[proximity.direction]}"


def terms_words(terms: DueTerms) -> str:
    """All of it for a line: "14 days after posting, 5 days more"."""
    if terms.own is not None:
        return f"{rule_words(terms.own)}, set here"
    said = rule_words(terms.usual)
    return f"{said}, {offset_words(terms.offset)}" if terms.offset is not None and terms.offset.number else said
