"""Guards of accounting periods: nothing is posted into one that is closed, and none is opened again.

On PostgreSQL whoever posts shares the lock of the provider's ledger, which closing takes alone, whatever client it is
(`lock_ledger` of `dialects.py`): what was begun before a period is closed is in it, or finds it closed.
"""

from __future__ import annotations

from app.services.database.guarding import Guard, frozen, unchanged

_LEDGER = 72_026  # as `lock_ledger` has it
_CLOSED = (
    "(EXISTS (SELECT 1 FROM accounting_period WHERE provider_id = NEW.provider_id AND ends_on >= NEW.effective_on "
    "AND state = 'closed') OR "
    "EXISTS (SELECT 1 FROM accounting_period WHERE provider_id = NEW.provider_id AND number = 1 "
    "AND starts_on > NEW.effective_on))"
)
_IS_POSTED_OR_MOVED = (
    "(NEW.state <> 'rejected' AND ((NEW.state = 'posted' AND OLD.state <> 'posted') OR "
    f"{unchanged('effective_on', 'provider_id')}))"
)


_SNAPSHOT = (
    "IF current_setting('transaction_isolation') <> 'read committed' THEN PERFORM 1 FROM accounting_period "
    "WHERE provider_id = NEW.provider_id AND state = 'open' FOR SHARE; END IF;"
)
"""Who reads what was there when they began would not see that it is closed by now, but cannot lock the row either."""


def _locked(whose: str, *, shared: bool = False) -> str:
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    return f"PERFORM {function}({_LEDGER}, {whose}.provider_id::int);"


def _postings() -> list[Guard]:
    """A day that is closed, or before the first period, takes no row of the ledger; a draft neither."""
    posts = _locked("NEW", shared=True) + _SNAPSHOT
    table, why = "financial_transaction", "this day is in a closed accounting period, or before the first one"
    return [
        Guard(name=f"{table}_open_period", table=table, event="INSERT", condition=_CLOSED, message=why,
              prelude_postgresql=posts),
        Guard(name=f"{table}_open_period_update", table=table, event="UPDATE",
              condition=f"{_IS_POSTED_OR_MOVED} AND {_CLOSED}", message=why,
              columns=("state", "effective_on", "provider_id"), prelude_postgresql=posts),
    ]


def _periods() -> list[Guard]:
    """They are opened one behind the other, closed once, and keep their days."""
    table, why = "accounting_period", "an accounting period begins on the day after the one before it, which is closed"
    is_first = ("(NEW.number = 1 AND EXISTS (SELECT 1 FROM accounting_settings s "
                "WHERE s.provider_id = NEW.provider_id AND s.first_on = NEW.starts_on))")
    follows = ("EXISTS (SELECT 1 FROM accounting_period p WHERE p.provider_id = NEW.provider_id "
               "AND p.number = NEW.number - 1 AND p.state = 'closed' AND {next_day} = NEW.starts_on)")
    return [
        *(Guard(name=f"{table}_follows_{dialect}", table=table, event="INSERT", dialect=dialect, message=why,
                condition=f"NEW.state <> 'open' OR NOT ({is_first} OR {follows.format(next_day=next_day)})",
                prelude_postgresql=_locked("NEW"))
          for dialect, next_day in (("sqlite", "date(p.ends_on, '+1 day')"), ("postgresql", "p.ends_on + 1"))),
        Guard(name=f"{table}_closes_once", table=table, event="UPDATE",
              condition="OLD.state <> 'open' OR NEW.state <> 'closed' OR "
              + unchanged("id", "provider_id", "number", "starts_on", "ends_on", "opened_at"),
              message="an accounting period is closed once and never opened again, and keeps its days",
              prelude_postgresql=_locked("OLD")),
        Guard(name=f"{table}_no_delete", table=table, event="DELETE", condition="1 = 1",
              message="accounting periods are never deleted"),
        Guard(name="opening_balance_with_its_period", table="opening_balance", event="INSERT",
              condition="NOT EXISTS (SELECT 1 FROM accounting_period WHERE id = NEW.period_id AND state = 'open')",
              message="the balances that a period begins with are written when it is opened"),
    ]


PERIOD_GUARDS: tuple[Guard, ...] = (
    *_postings(), *_periods(),
    *frozen("accounting_settings", "how accounting periods run is settled once"),
    *frozen("opening_balance", "the balance that a period began with is kept"),
)
