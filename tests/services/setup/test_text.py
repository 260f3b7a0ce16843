"""The text of a set-up: everything that can be said is in it, and what was written is read again."""

from __future__ import annotations

import argparse
import re
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli import build_parser
from app.models.attributes.catalogue import CATALOGUE, NOT_INHERITED
from app.models.parties.powers import Power
from app.models.parties.provider import Provider
from app.models.values import Tier
from app.services.hierarchy.accounts import ProviderSettings
from app.services.providers.automation import AUTOMATION_KEYS
from app.services.providers.modules import Module
from app.services.setup.document import LAYOUT, MODULE_PREFIX, TABLE_AT, TABLES, TERMS_KEYS, Kind, Part, SetUp, keys_of
from app.services.setup.stored import setting_of
from app.services.setup.text import text_of_set_up, toml_value

EMPTY = SetUp(code="G", currency="EUR", parts=(Part(kind=Kind.PROVIDER, name="G", values={}),))
_TABLE_OF_TIER = {Tier.PROVIDER: "provider.attributes", Tier.PROFILE: "profile.attributes",
                  Tier.ACCOUNT: "provider.own_attributes"}


def said(path: str) -> set[str]:
    return {key.name for key in TABLE_AT[path].keys}


def test_every_attribute_is_in_the_table_of_each_of_its_tiers() -> None:
    """A new entry of the catalogue is in the file as soon as it is there, or this fails."""
    for d in CATALOGUE:
        if d.key in NOT_INHERITED:
            assert "realm" in said("provider")
            continue
        for tier in d.tiers:
            if d.key.startswith(MODULE_PREFIX):
                assert d.key.removeprefix(MODULE_PREFIX) in said("modules")
            elif (tier, d.key) == (Tier.PROFILE, LAYOUT):
                assert "layout" in said("profile")
            elif tier is Tier.PROVIDER and d.key in TERMS_KEYS.values():
                assert {name for name, key in TERMS_KEYS.items() if key == d.key} <= said("credit_terms")
            else:
                assert d.key in said(_TABLE_OF_TIER[tier])


def test_every_module_is_a_switch_of_the_file() -> None:
    assert said("modules") == {module.value.removeprefix(MODULE_PREFIX) for module in Module}


def test_every_setting_of_scheduled_work_is_a_key() -> None:
    keys = {setting_of(kind, key) for kind in (Kind.SCHEDULE, Kind.BRAKE) for key in keys_of(kind)}
    assert keys == AUTOMATION_KEYS.keys()


_ELSEWHERE = {"account_id": "the code says it", "default_profile_id": "the profile with default = true"}
"""Columns of a provider that are no key of the file, with the reason."""


def test_every_setting_of_a_provider_is_a_key() -> None:
    keys = said("provider") | said("letterhead")
    columns = {column.name for column in Provider.__table__.columns}
    assert columns - keys == _ELSEWHERE.keys()
    assert set(ProviderSettings.__dataclass_fields__) <= keys


def action_of(parser: argparse.ArgumentParser, name: str) -> argparse.ArgumentParser:
    return next(action.choices[name] for action in parser._actions if isinstance(action, argparse._SubParsersAction))


def test_every_option_of_a_rule_set_is_a_key() -> None:
    enter = action_of(action_of(build_parser(), "rules"), "set")
    options = {option for action in enter._actions for option in action.option_strings}
    named = {"window": "windows", "exclude_group": "excluded_groups"}
    words = {option.removeprefix("--").replace("-", "_") for option in options
             if option.startswith("--") and option not in {"--help", "--provider", "--database", "--as"}}
    assert {named.get(word, word) for word in words} == said("rule_set")


def test_every_power_can_be_given() -> None:
    assert set(keys_of(Kind.ROLE)["powers"].choices) == set(Power)


def test_no_two_keys_of_a_part_share_a_name() -> None:
    for kind in Kind:
        names = [table.prefix + key.name for table in TABLES if table.kind is kind for key in table.keys]
        assert len(names) == len(set(names)), kind


def test_a_set_up_without_values_shows_every_key_of_what_is_there_once() -> None:
    text = text_of_set_up(EMPTY)
    assert tomllib.loads(text) == {"provider": {"code": "G", "attributes": {}, "own_attributes": {}},
                                   "credit_terms": {}, "letterhead": {}, "modules": {}, "schedule": {}, "brake": {},
                                   "accounting_periods": {}, "rates": {},
                                   "gateway": {"smtp": {}, "sms": {}, "provisioning": {}}}
    for table in TABLES:
        for key in table.keys:
            assert re.search(rf"^#? *{key.name}(?: = |: )", text, re.MULTILINE), (table.path, key.name)


def test_comments_hold_neither_days_nor_places() -> None:
    comments = [line for line in text_of_set_up(EMPTY).splitlines() if line.startswith("#")]
    assert [line for line in comments if re.search(r"\d{4}-\d\d-\d\d|/\w+/|\b20\d\d\b", line)] == []


def test_lines_are_no_longer_than_a_page_is_wide() -> None:
    assert max(len(line) for line in text_of_set_up(EMPTY).splitlines()) <= 120


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(text=_TEXT, lines=st.booleans())
def test_texts_are_read_as_they_were_written(text: str, lines: bool) -> None:
    assert tomllib.loads(f"key = {toml_value(text, lines=lines)}\n")["key"] == text


@given(texts=st.lists(_TEXT, max_size=8), levels=st.dictionaries(_TEXT, _TEXT, max_size=4))
def test_lists_and_levels_are_read_as_they_were_written(texts: list[str], levels: dict[str, str]) -> None:
    document = tomllib.loads(f"texts = {toml_value(tuple(texts))}\nlevels = {toml_value(levels)}\n")
    assert document == {"texts": texts, "levels": levels}


@pytest.mark.parametrize(("value", "expected"), [(0, "0"), (-5, "-5"), (True, "true"), (False, "false")])
def test_figures_and_switches_stand_without_quotation_marks(value: int, expected: str) -> None:
    assert toml_value(value) == expected
