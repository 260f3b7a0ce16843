"""Public holidays of a country or region, on which nobody is suspended (ARCHITECTURE.md, "Holidays").

Calendars are reckoned by a library whose data changes between releases. What a provider goes by is therefore stored,
year by year, before the first run that needs it, so that a later release changes no past. What is not stored yet is
reckoned when it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import extract, func, select
from sqlalchemy.orm import Session

from app.models.schedule.automation import StoredHoliday
from app.services.database.dialects import insert_for
from app.services.errors import RefusedField
from app.services.wording import listed

_LANGUAGE = "en_US"


class HolidayCalendar:
    """The holidays of one calendar as one provider goes by them: a day is in it, or not."""

    def __init__(self, name: str, stored: Mapping[int, Mapping[date, str]] | None = None) -> None:
        self.name = name
        self._years = dict(stored or {})

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and bool(self.name_of(day))

    def name_of(self, day: date) -> str:
        """What the holiday is called; empty on other days."""
        return self.of_year(day.year).get(day, "") if self.name else ""

    def of_year(self, year: int) -> Mapping[date, str]:
        """All holidays of a year."""
        if year not in self._years:
            self._years[year] = reckoned(self.name, year)
        return self._years[year]


NO_HOLIDAYS = HolidayCalendar("")


@cache
def calendars() -> Mapping[str, tuple[str, ...]]:
    """The countries that are known, by their two letters, each with its regions."""
    from holidays import list_supported_countries

    return {country: tuple(regions) for country, regions in sorted(list_supported_countries().items())
            if len(country) == 2}


def check_calendar(text: str) -> str:
    """A calendar in its one form: "AU-NSW", or "NZ" for a whole country; empty stays empty.

    Raises RefusedField for what is not known, naming what is.
    """
    country, _, region = text.strip().partition("-")
    if not country and not region:
        return ""
    regions = calendars().get(country.strip().upper())
    if regions is None:
        raise RefusedField("holidays", f'The holidays of "{text.strip()}" are not known; write a country, or a country '
                                       f'and its region as AU-NSW. Known are: {listed(list(calendars()))}.')
    if not region:
        return country.strip().upper()
    found = {known.casefold(): known for known in regions}.get(region.strip().casefold())
    if found is None:
        known = f"its regions are {listed(list(regions))}" if regions else "it has no regions of its own"
        raise RefusedField("holidays", f'The holidays of the region "{region.strip()}" are not known; write '
                                       f"{country.strip().upper()} for the whole country: {known}.")
    return f"{country.strip().upper()}-{found}"


@cache
def reckoned(name: str, year: int) -> Mapping[date, str]:
    """The holidays of a calendar in a year, as the library has them."""
    from holidays import country_holidays

    country, _, region = name.partition("-")
    spoken: Any = {}
    known = country_holidays(country, subdiv=region or None)
    if _LANGUAGE in known.supported_languages:
        spoken = {"language": _LANGUAGE}
    found = country_holidays(country, subdiv=region or None, years=year, **spoken)
    return dict(sorted(found.items()))


def calendar_of(session: Session, provider_id: int, name: str) -> HolidayCalendar:
    """The calendar as a provider goes by it: what is stored counts, whatever the library says by now."""
    if not name:
        return NO_HOLIDAYS
    h = StoredHoliday
    stored: dict[int, dict[date, str]] = {}
    for day, words in session.execute(select(h.day, h.name).where(h.provider_id == provider_id, h.calendar == name)):
        stored.setdefault(day.year, {})[day] = words
    return HolidayCalendar(name, stored)


def keep_calendar(session: Session, provider_id: int, name: str, day: date) -> None:
    """Store the holidays of a day's year and the next, where they are not yet; part of a transaction."""
    h = StoredHoliday
    for year in (day.year, day.year + 1) if name else ():
        there = session.scalar(select(func.count()).select_from(h).where(
            h.provider_id == provider_id, h.calendar == name, extract("year", h.day) == year))
        if not there and year <= date.max.year:
            rows = [{"provider_id": provider_id, "calendar": name, "day": each, "name": words[:200]}
                    for each, words in reckoned(name, year).items()]
            if rows:
                session.execute(insert_for(session, h).on_conflict_do_nothing(), rows)
