"""Which currencies a provider uses, and their rates, entered and taken away by hand (ARCHITECTURE.md, "Currencies")."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.models.audit import Subject
from app.models.currencies.rates import CurrencyRatePeriod, ProviderCurrency
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.rules.currency_conversion import RateError, parse_rate, rate_text
from app.models.rules.rate_periods import (
    BACKWARDS,
    GAP,
    PeriodRefused,
    RatePeriod,
    with_period,
    without_period,
)
from app.models.values import CURRENCIES, CurrencyState, Rounding
from app.services.access.audit import About, traces_about, write_audit, zone_of
from app.services.access.authorize import require_provider
from app.services.access.beyond import customers_of, require_all_of
from app.services.attributes.limits import mark_limits
from app.services.changes import Changed, ChangeSet, Created, Undo
from app.services.currencies.conversion import books_of
from app.services.database.bulk import insert_rows
from app.services.database.dialects import insert_for, lock_row
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.errors import NotFound, RefusedField
from app.services.saving import Speech, Trace, wanted_changes
from app.services.wording import day_text


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyUse:
    """What is said of one currency at one provider."""

    state: CurrencyState = CurrencyState.NOT_EFFECTIVE
    rounding: Rounding = Rounding.HALF_UP


def set_currency(
    session: Session, *, provider_id: int, currency: str, wanted: CurrencyUse, seen: CurrencyUse
) -> ChangeSet:
    """Say whether accounts may be kept in a currency, and how amounts in it are rounded.

    `seen` is what was shown; of a currency that was not listed, that is what `use_of` says of it. Accounts that are
    kept in it already stay so. Raises RefusedField for a code that is no currency and where that of the books is to be
    given up, SavedMeanwhile where somebody said something else since.
    """
    provider = _begin(session, provider_id)
    require_code(currency)
    if currency == books_of(session, provider_id) and wanted.state is not CurrencyState.EFFECTIVE:
        raise RefusedField("state", f"{currency} is the currency of the books of {provider.name}, and stays effective.")
    now = use_of(session, provider_id=provider_id, currency=currency)
    row = session.get(ProviderCurrency, (provider_id, currency))
    changes = wanted_changes(seen=asdict(seen), now=asdict(now), wanted=asdict(wanted),
                             speech=lambda: _speech(session, provider, currency))
    if not changes and row is not None:
        return ChangeSet.empty()
    if row is None:
        row = ProviderCurrency(provider_id=provider_id, currency=currency, state=wanted.state.value,
                               rounding=wanted.rounding.value)
        session.add(row)
    for field, value in changes.items():
        setattr(row, field, value.value)
    session.flush()
    mark_limits(session, provider_id=provider_id)  # which are rounded so
    for field, value in changes.items():
        write_audit(session, provider_id=provider_id, about=_about(provider_id), action="currency_changed",
                    detail=f"{currency} of {provider.name}: {_FIELDS[field]} is {value.label.lower()}.",
                    field=_field(currency, field), old=getattr(now, field).value, new=value.value)
    done = f"{currency} of {provider.name} is {wanted.state.label.lower()}, rounded {wanted.rounding.label.lower()}."
    return _CHANGES.with_undo(Undo(
        of=f"{currency} of {provider.name}", done=done, command=set_currency,
        arguments={"provider_id": provider_id, "currency": currency, "wanted": now, "seen": wanted}))


def use_of(session: Session, *, provider_id: int, currency: str) -> CurrencyUse:
    """What is said of a currency at a provider; of one that is not listed, how it would begin."""
    row = session.get(ProviderCurrency, (provider_id, currency), populate_existing=True)
    if row is not None:
        return CurrencyUse(state=CurrencyState(row.state), rounding=Rounding(row.rounding))
    is_books = currency == books_of(session, provider_id)
    return CurrencyUse(state=CurrencyState.EFFECTIVE) if is_books else CurrencyUse()


def add_rate(
    session: Session, *, provider_id: int, currency: str, from_date: date, rate: str | Fraction,
    to_date: date | None = None,
) -> Created:
    """Enter what one unit of a currency costs in that of the books from a day on, until another or until a last day.

    A currency that was not listed is listed with it, not yet effective. Raises RefusedField for a code, rate or days
    that will not do, naming the period in the way.
    """
    provider = _begin(session, provider_id)
    books = require_foreign(session, provider, currency)
    new = RatePeriod.entered(from_date=from_date, to_date=to_date, rate=_read(rate))
    there = stored_periods(session, provider_id=provider_id, currency=currency)
    try:
        after = with_period(there, new)
    except PeriodRefused as refused:
        raise RefusedField("to_date" if refused.why in (BACKWARDS, GAP) else "from_date",
                           refusal_words(refused, new, currency=currency, books=books)) from None
    if after != tuple(there):
        write_periods(session, provider_id=provider_id, currency=currency, before=there, after=after)
        write_audit(session, provider_id=provider_id, about=_about(provider_id), action="rate_added",
                    detail=f"{period_words(new, currency=currency, books=books)} of {provider.name}.")
    p = CurrencyRatePeriod
    period_id = session.scalars(select(p.id).where(
        p.provider_id == provider_id, p.currency == currency, p.from_date == from_date)).one()
    if after == tuple(there):
        return Created(id=period_id, changes=ChangeSet.empty())
    return Created(id=period_id, changes=_CHANGES.with_undo(Undo(
        of=f"rate of {currency} from {day_text(from_date)}",
        done=f"{period_words(new, currency=currency, books=books)} entered.", command=remove_rate,
        arguments={"period_id": period_id})))


def remove_rate(session: Session, *, period_id: int) -> ChangeSet:
    """Take a rate period away; one before it that says no last day goes on.

    Raises NotFound where it is gone already.
    """
    row = session.get(CurrencyRatePeriod, period_id)
    if row is None:
        raise NotFound("There is no such rate in this database; somebody may have taken it away.")
    provider = _begin(session, row.provider_id)
    session.refresh(row)
    books, currency = books_of(session, row.provider_id), row.currency
    gone = RatePeriod(from_date=row.from_date, to_date=row.to_date, until_next=row.until_next,
                      rate=Fraction(row.rate_over, row.rate_under))
    there = stored_periods(session, provider_id=provider.id, currency=currency)
    write_periods(session, provider_id=provider.id, currency=currency, before=there,
                  after=without_period(there, gone.from_date))
    words = period_words(gone, currency=currency, books=books)
    write_audit(session, provider_id=provider.id, about=_about(provider.id), action="rate_removed",
                detail=f"{words} of {provider.name} taken away.")
    return _CHANGES.with_undo(Undo(
        of=f"rate of {currency} from {day_text(gone.from_date)}", done=f"{words} taken away.", command=add_rate,
        arguments={"provider_id": provider.id, "currency": currency, "from_date": gone.from_date, "rate": gone.rate,
                   "to_date": None if gone.until_next else gone.to_date}))


_CHANGES = ChangeSet.of(Changed.CURRENCIES, Changed.ATTRIBUTES)
"""Limits that are stated in another currency are converted by the rates."""


def _begin(session: Session, provider_id: int) -> Account:
    """Ask for power and reach, and let one at a time change the currencies of a provider."""
    provider = require_provider(session, provider_id, Power.PROVIDERS_CURRENCIES)
    require_all_of(session, customers_of(session, provider_id))
    lock_row(session, "provider", "account_id", provider_id)
    return provider


def require_code(currency: str) -> None:
    """Raise RefusedField for what is no ISO 4217 code."""
    if currency not in CURRENCIES:
        raise RefusedField("currency", f'"{currency}" is not an ISO 4217 currency code; write one such as AUD or EUR.')


def require_foreign(session: Session, provider: Account, currency: str) -> str:
    """The currency of a provider's books; raises RefusedField for a code that is none, and for that of the books."""
    require_code(currency)
    books = books_of(session, provider.id)
    if currency == books:
        raise RefusedField("currency", f"{books} is the currency of the books of {provider.name}, so it has no rate. "
                                       "Name another.")
    return books


def _read(rate: str | Fraction) -> Fraction:
    if isinstance(rate, Fraction):
        return rate
    try:
        return parse_rate(rate)
    except RateError as error:
        raise RefusedField("rate", f"{error}.") from None


# --------------------------------------------------------------------------- periods as rows


def stored_periods(session: Session, *, provider_id: int, currency: str) -> list[RatePeriod]:
    """The rate periods of one currency, in order of their days."""
    p = CurrencyRatePeriod
    rows = session.execute(select(p.from_date, p.to_date, p.until_next, p.rate_over, p.rate_under).where(
        p.provider_id == provider_id, p.currency == currency).order_by(p.from_date))
    return [RatePeriod(from_date=row.from_date, to_date=row.to_date, until_next=row.until_next,
                       rate=Fraction(row.rate_over, row.rate_under)) for row in rows]


def write_periods(
    session: Session, *, provider_id: int, currency: str, before: Sequence[RatePeriod], after: Sequence[RatePeriod],
    source: str = "",
) -> None:
    """Make the stored periods of a currency those of `after`, where `before` is what is stored."""
    session.execute(insert_for(session, ProviderCurrency).on_conflict_do_nothing(), {
        "provider_id": provider_id, "currency": currency, "state": CurrencyState.NOT_EFFECTIVE.value,
        "rounding": Rounding.HALF_UP.value})
    p = CurrencyRatePeriod
    mine = (p.provider_id == provider_id, p.currency == currency)
    old, new = ({period.from_date: period for period in periods} for periods in (before, after))
    for day in old.keys() - new.keys():
        session.execute(delete(p).where(*mine, p.from_date == day))
    for day in sorted(old.keys() & new.keys()):
        if old[day].to_date != new[day].to_date:
            session.execute(update(p).where(*mine, p.from_date == day).values(to_date=new[day].to_date))
    added = [new[day] for day in sorted(new.keys() - old.keys())]
    now, actor = recorded_now(session), actor_of(session)
    insert_rows(session, p, [{
        "provider_id": provider_id, "currency": currency, "from_date": period.from_date, "to_date": period.to_date,
        "until_next": period.until_next, "rate_over": period.rate.numerator, "rate_under": period.rate.denominator,
        "source": source, "recorded_at": now, "recorded_by": actor} for period in added])
    mark_limits(session, provider_id=provider_id)  # which are converted by the rates


def period_words(period: RatePeriod, *, currency: str, books: str) -> str:
    """A period in words: "1 USD = 0.92 EUR from 1 Jan 2024 to 31 Dec 2024"."""
    until = "" if period.until_next or period.to_date is None else f" to {day_text(period.to_date)}"
    return f"1 {currency} = {rate_text(period.rate)} {books} from {day_text(period.from_date)}{until}"


def refusal_words(refused: PeriodRefused, new: RatePeriod, *, currency: str, books: str) -> str:
    """Why a period does not fit, with the one in its way and what would be right."""
    other = refused.other
    if other is None:
        return f"It would end on {day_text(new.to_date or new.from_date)}, before it begins. Give a later day, or none."
    words = period_words(other, currency=currency, books=books)
    return _WHY[refused.why].format(other=words, currency=currency, first=day_text(other.from_date))


_WHY = {
    "same_day": "On that day begins {other}. A wrong rate is taken away first.",
    "overlap": "These days are taken: {other}. Rates of {currency} never overlap; choose days that are free.",
    "gap": "{other} goes on after that day, and nothing would be left of it then. Leave the last day empty, or enter "
           "the days after it as well.",
}


# --------------------------------------------------------------------------- what a refusal says

_FIELDS = {"state": "state", "rounding": "rounding"}


def _field(currency: str, field: str) -> str:
    return f"currency_{currency}_{field}"


def _about(provider_id: int) -> About:
    return About(kind=Subject.PROVIDER, id=provider_id)


def _speech(session: Session, provider: Account, currency: str) -> Speech:
    def traces(fields: Collection[str]) -> dict[str, Trace]:
        stored = {field: _field(currency, field) for field in fields}
        found = traces_about(session, _about(provider.id), stored.values())
        return {field: found[name] for field, name in stored.items() if name in found}

    def text(_field: str, value: Any) -> str:
        return str(value.label)

    return Speech(zone=zone_of(session, provider.id), label=lambda field: f"the {_FIELDS[field]} of {currency}",
                  text=text, traces=traces)
