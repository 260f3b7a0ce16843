"""The table of what constraints mean to people: whole, and of names that there are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import UniqueConstraint
from sqlalchemy.exc import IntegrityError, NoResultFound

from app.models import all_entities
from app.models.base import Base
from app.services.faults.clashes import SENTENCES, refusal_of

assert all_entities

NEVER_MET = {
    "uq_account_provider_id_id": "holds a key that is unique by itself", "uq_org_unit_provider_id_id": "the same",
    "uq_funding_group_provider_id_id": "the same", "uq_group_membership_provider_id_id": "the same",
    "uq_financial_transaction_id_account_id": "the same", "uq_account_group_provider_id_id": "the same",
    "uq_account_profile_provider_id_id": "the same", "uq_staff_role_provider_id_id": "the same",
    "uq_attribute_change_tier_owner_id_attribute_id": "the same",
    "uq_account_classification_provider_id_id": "the same", "uq_contact_address_contact_id_id": "the same",
    "uq_kyc_profile_provider_id_id": "the same", "uq_override_rule_provider_id_id": "the same",
    "uq_transaction_type_provider_id_kind_id": "the same",
    "uq_financial_transaction_reference": "taken under the lock of the series",
    "uq_financial_transaction_series": "the same", "uq_service_request_provider_id_number": "the same",
    "uq_print_batch_batch_key": "whoever comes second takes the batch that is there",
    "uq_letterhead_version_provider_id_digest": "whoever comes second takes the one that is there",
    "uq_outbox_message_provider_id_message_key": "a message that is there already is not written again",
}
"""Unique keys that no two people can fight over."""


def unique_names() -> Iterator[str]:
    for table in Base.metadata.sorted_tables:
        yield from (str(c.name) for c in table.constraints if isinstance(c, UniqueConstraint))
        yield from (str(i.name) for i in table.indexes if i.unique)


def test_every_key_that_two_may_want_has_its_sentence() -> None:
    names = set(unique_names())
    assert names - SENTENCES.keys() == NEVER_MET.keys()


def test_every_sentence_belongs_to_a_constraint() -> None:
    tables = Base.metadata.sorted_tables
    there = set(unique_names()) | {str(c.name) for t in tables for c in t.foreign_key_constraints}
    there |= {str(t.primary_key.name) for t in tables}
    assert SENTENCES.keys() <= there


class Named(Exception):
    def __init__(self, name: str | None) -> None:
        super().__init__(name)
        self.diag = self
        self.constraint_name = name


@pytest.mark.parametrize(("error", "said"), [
    (IntegrityError("", {}, Named("uq_staff_user_login")),
     "Somebody has this login by now. Choose another. Nothing of this step was saved."),
    (IntegrityError("", {}, Named("ck_nothing_of_the_kind")), None),
    (IntegrityError("", {}, Named(None)), None),
    (IntegrityError("", {}, Exception("a driver that names nothing")), None),
    (NoResultFound(), "Somebody deleted what this step needs. Nothing of this step was saved. Look again."),
])
def test_what_is_said(error: Exception, said: str | None) -> None:
    refusal = refusal_of(error)
    assert (None if refusal is None else str(refusal)) == said
