"""A value that was set or cleared comes with its way back; what somebody set since stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.models.values import Tier
from app.services.attributes.resolving import stored_values
from app.services.attributes.writing import set_attribute, set_attributes
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.providers.modules import Module, is_on, switch_module
from app.services.saving import SavedMeanwhile
from tests.factories.books import Book, scratch

TERMS = "trading_due_days"


def owners(session: Session) -> dict[Tier, int]:
    """A provider with two customers, one of them with terms of its own, and a profile of one of them."""
    book = Book(session)
    provider = book.provider("HT", name="Harbour")
    business = book.profile(provider, "Business")
    acme = book.account(provider, "A1", name="Acme", profile=business)
    book.account(provider, "A2", name="Bob", trading_due_days=3)
    return {Tier.PROVIDER: provider, Tier.PROFILE: business, Tier.ACCOUNT: acme}


@pytest.mark.parametrize(("tier", "of", "extent"), [
    (Tier.PROVIDER, "rading terms of Harbour", "1 account follows it."),
    (Tier.PROFILE, "rading terms of Business", "1 account follows it."), (Tier.ACCOUNT, "rading terms of Acme", ""),
])
def test_a_value_is_taken_back_and_set_again(database: Database, tier: Tier, of: str, extent: str) -> None:
    with scratch(database) as session:
        owner = owners(session)[tier]
        undo = set_attribute(session, tier=tier, owner_id=owner, key=TERMS, value=21, seen={}).undo
        assert undo is not None
        assert (undo.of, undo.done) == (f"t{of}", f"T{of} set to 21 days.")
        assert (undo.extent(session, **undo.tells) if undo.extent is not None else "") == extent
        back = undo.command(session, **undo.arguments).undo
        assert back.done == f"T{of} cleared."
        assert stored_values(session, tier, owner).get(TERMS) is None
        back.command(session, **back.arguments)
        assert stored_values(session, tier, owner)[TERMS] == 21


def test_what_somebody_set_since_stays(database: Database, clock: FixedClock) -> None:
    with scratch(database) as session:
        where: dict[str, Any] = {"tier": Tier.ACCOUNT, "owner_id": owners(session)[Tier.ACCOUNT]}
        undo = set_attribute(session, **where, key=TERMS, value=21, seen={}).undo
        assert undo is not None
        clock.moment += timedelta(minutes=5)
        set_attribute(session, **where, key=TERMS, value=30, seen={TERMS: 21})
        with pytest.raises(SavedMeanwhile) as refused:
            undo.command(session, **undo.arguments)
        assert refused.value.said_since().startswith('test changed Trading terms to "30 days" on ')
        assert refused.value.said_since().endswith(", since then.")
        assert stored_values(session, Tier.ACCOUNT, where["owner_id"])[TERMS] == 30


def test_several_at_once_and_a_bundle_go_back_as_a_whole(database: Database) -> None:
    with scratch(database) as session:
        where: dict[str, Any] = {"tier": Tier.PROVIDER, "owner_id": owners(session)[Tier.PROVIDER]}
        fees = {"late_fee": "enable", "late_fee_amount": 500}
        undo = set_attributes(session, **where, values={**fees, TERMS: 9}, seen={}).undo
        assert undo is not None
        assert (undo.of, undo.done) == ("2 settings of Harbour", "2 settings of Harbour changed.")
        cleared = set_attribute(session, **where, key="late_fee", value=None, seen={**fees, TERMS: 9}).undo
        assert cleared is not None
        assert cleared.of == "late payment fee of Harbour"
        cleared.command(session, **cleared.arguments)
        stored = stored_values(session, Tier.PROVIDER, where["owner_id"])
        assert {key: stored.get(key) for key in fees} == fees


def test_nothing_changed_has_no_way_back(database: Database) -> None:
    with scratch(database) as session:
        owner = owners(session)[Tier.ACCOUNT]
        set_attribute(session, tier=Tier.ACCOUNT, owner_id=owner, key=TERMS, value=21, seen={})
        again = set_attribute(session, tier=Tier.ACCOUNT, owner_id=owner, key=TERMS, value=21, seen={TERMS: 21})
        assert again.undo is None


def test_a_module_is_switched_back(database: Database) -> None:
    with scratch(database) as session:
        provider = owners(session)[Tier.PROVIDER]
        undo = switch_module(session, provider_id=provider, module=Module.AGENTS, on=False, seen=None).undo
        assert undo is not None
        assert undo.of == "agents of Harbour"
        undo.command(session, **undo.arguments)
        assert is_on(session, provider, Module.AGENTS)
