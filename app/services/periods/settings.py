"""How the accounting periods of a provider run: saved once, and the first period is open."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from app.models.ledger.periods import AccountingSettings
from app.models.parties.powers import Power
from app.models.rules.periods import period_days
from app.models.values import PeriodFrequency
from app.services.access.audit import write_audit
from app.services.access.authorize import require_provider
from app.services.access.beyond import customers_of, require_all_of
from app.services.changes import Changed, ChangeSet
from app.services.database.dialects import lock_ledger
from app.services.database.unit_of_work import actor_of, instant_of, recorded_now
from app.services.errors import RefusedField
from app.services.periods.opening import open_period
from app.services.providers.business_day import business_day
from app.services.wording import day_text


def set_periods(session: Session, *, provider_id: int, frequency: PeriodFrequency, first_on: date) -> ChangeSet:
    """Set up the accounting periods of a provider, for good; the first one is open from `first_on` on.

    What was posted before that day makes the balances that accounts begin with, and nothing more can be posted there.
    The same once more changes nothing. Raises RefusedField for other settings than those that are there, and for a
    first day that is still to come: until then nothing could be posted.
    """
    provider = require_provider(session, provider_id, Power.LEDGER_PERIODS)
    require_all_of(session, customers_of(session, provider_id))
    lock_ledger(session, provider_id, judging=True)
    there = session.get(AccountingSettings, provider_id, populate_existing=True)
    if there is not None:
        if (there.frequency, there.first_on) == (frequency.value, first_on):
            return ChangeSet.empty()
        field = "frequency" if there.frequency != frequency.value else "first_on"
        raise RefusedField(field, (
            f"{provider.name} has {there.frequency} accounting periods from {day_text(there.first_on)} on, as "
            f"{there.recorded_by} set them up. They are set up once. Nothing was changed."))
    today = business_day(session, provider_id)
    if first_on > today:
        raise RefusedField("first_on", (
            f"The first accounting period would begin on {day_text(first_on)}, and nothing could be posted before. "
            f"Let it begin today, {day_text(today)}, or earlier."))
    session.add(AccountingSettings(provider_id=provider_id, frequency=frequency.value, first_on=first_on,
                                   recorded_at=recorded_now(session), recorded_by=actor_of(session)))
    session.flush()
    open_period(session, provider_id, 1, period_days(first_on, frequency, 1), at=instant_of(session))
    write_audit(session, provider_id=provider_id, action="periods_set", detail=(
        f"{frequency.label} accounting periods from {day_text(first_on)} on"))
    return ChangeSet.of(Changed.PERIODS)
