"""Terms by the day of a month, own terms that follow the usual ones, and how far they may go"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.services.database.migrations.rebuild import rebuilt

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_METHOD = "trading_terms_method"
_METHODS = "('days_after_issue', 'day_of_month')"
_UNITS = "('days', 'months')"
_RULE = {"trading_terms_day": "trading_terms_day >= 1 AND trading_terms_day <= 31",
         "trading_terms_months": "trading_terms_months >= 0 AND trading_terms_months <= 24"}
_OFFSET = {"trading_terms_offset": "trading_terms_offset >= -365 AND trading_terms_offset <= 365",
           "trading_terms_offset_unit": f"trading_terms_offset_unit IN {_UNITS}"}
_PROXIMITY = {"trading_terms_proximity": "trading_terms_proximity >= 0 AND trading_terms_proximity <= 365",
              "trading_terms_proximity_unit": f"trading_terms_proximity_unit IN {_UNITS}",
              "trading_terms_proximity_direction":
                  "trading_terms_proximity_direction IN ('plus', 'minus', 'both')"}
_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for table, more in (("provider_attributes", _PROXIMITY), ("profile_attributes", {}),
                        ("account_attributes", _OFFSET)):
        with rebuilt(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_{_METHOD}"), type_="check")
            batch.create_check_constraint(op.f(f"ck_{table}_{_METHOD}"), f"{_METHOD} IN {_METHODS}")
            for name, check in {**_RULE, **more}.items():
                batch.add_column(_column(name))
                batch.create_check_constraint(op.f(f"ck_{table}_{name}"), check)
    with rebuilt("provider_effective") as batch:
        for name in (*_RULE, *_PROXIMITY):
            batch.add_column(_column(name))
        batch.add_column(sa.Column("trading_terms_proximity__from", _KEY, nullable=True))
    _count_in_days_where_days_are_set()


def _column(name: str) -> sa.Column[object]:
    is_word = name.endswith(("_unit", "_direction"))
    return sa.Column(name, sa.String(length=40) if is_word else sa.Integer(), nullable=True)


def _count_in_days_where_days_are_set() -> None:
    """What providers pass on says from now on who sets terms in days: the nearest that sets days or the method."""
    op.execute(sa.text("""
        UPDATE provider_effective SET trading_terms_method = 'days_after_issue', trading_terms_method__from = (
            WITH RECURSIVE up (at, level) AS (
                SELECT provider_effective.provider_id, 0
                UNION ALL
                SELECT a.provider_id, up.level + 1 FROM up JOIN account a ON a.id = up.at WHERE a.provider_id <> a.id
            )
            SELECT up.at FROM up JOIN provider_attributes p ON p.owner_id = up.at
            WHERE p.trading_due_days IS NOT NULL OR p.trading_terms_method IS NOT NULL
            ORDER BY up.level LIMIT 1)
        WHERE trading_due_days IS NOT NULL OR trading_terms_method IS NOT NULL
    """))
