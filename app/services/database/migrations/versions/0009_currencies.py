"""Currencies of providers, their rates and where they come from; the country of a provider and two switches"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.models.base import Instant
from app.services.database.migrations.rebuild import rebuilt

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SWITCHES = ("module_multi_currency", "module_multi_country")


def upgrade() -> None:
    _new_tables()
    with rebuilt("provider_attributes") as batch:
        batch.add_column(sa.Column("country", sa.String(length=40), nullable=True))
        for name in _SWITCHES:
            batch.add_column(sa.Column(name, sa.Boolean(), nullable=True))
        batch.create_check_constraint(op.f("ck_provider_attributes_country"), f"country IN ({_COUNTRIES})")
    with rebuilt("provider_effective") as batch:
        batch.add_column(sa.Column("country", sa.String(length=40), nullable=True))
        for name in _SWITCHES:
            batch.add_column(sa.Column(name, sa.Boolean(), nullable=True))
        for name in ("country", *_SWITCHES):
            batch.add_column(sa.Column(f"{name}__from", _KEY, nullable=True))


def _new_tables() -> None:
    op.create_table(
        "provider_currency",
        sa.Column("provider_id", _KEY, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("rounding", sa.String(length=40), nullable=False),
        sa.CheckConstraint("state IN ('effective', 'not_effective')", name=op.f("ck_provider_currency_state")),
        sa.CheckConstraint("rounding IN ('half_up', 'up', 'down')", name=op.f("ck_provider_currency_rounding")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.account_id"],
                                name=op.f("fk_provider_currency_provider_id")),
        sa.PrimaryKeyConstraint("provider_id", "currency", name=op.f("pk_provider_currency")),
    )
    op.create_table(
        "currency_rate_period",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("provider_id", _KEY, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("to_date", sa.Date(), nullable=True),
        sa.Column("until_next", sa.Boolean(), nullable=False),
        sa.Column("rate_over", sa.BigInteger(), nullable=False),
        sa.Column("rate_under", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.String(length=120), nullable=False),
        sa.CheckConstraint("to_date >= from_date AND (until_next OR to_date IS NOT NULL)",
                           name=op.f("ck_currency_rate_period_days")),
        sa.CheckConstraint("rate_over > 0 AND rate_over < 1000000000000000 AND rate_under > 0 "
                           "AND rate_under < 1000000000000000", name=op.f("ck_currency_rate_period_rate")),
        sa.ForeignKeyConstraint(["provider_id", "currency"],
                                ["provider_currency.provider_id", "provider_currency.currency"],
                                name=op.f("fk_currency_rate_period_currency")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_currency_rate_period")),
        sa.UniqueConstraint("provider_id", "currency", "from_date",
                            name=op.f("uq_currency_rate_period_provider_id_currency_from_date")),
    )
    op.create_table(
        "rate_source",
        sa.Column("provider_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("url", sa.String(length=400), nullable=False),
        sa.Column("fetched_at", Instant(), nullable=True),
        sa.Column("fetched_by", sa.String(length=120), nullable=True),
        sa.Column("result", sa.String(length=1000), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('ecb_xml')", name=op.f("ck_rate_source_kind")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.account_id"], name=op.f("fk_rate_source_provider_id")),
        sa.PrimaryKeyConstraint("provider_id", name=op.f("pk_rate_source")),
    )


_COUNTRIES = ", ".join(f"'{code}'" for code in (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY "
    "BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK "
    "FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR "
    "IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK "
    "ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM "
    "PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF "
    "TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW").split())
