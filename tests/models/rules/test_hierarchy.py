"""The parent/child matrix, cell by cell (ARCHITECTURE.md, "Hierarchy")."""

from __future__ import annotations

import pytest

from app.models.rules.hierarchy import TYPE_WORDS, children_of, refusal
from app.models.values import AccountType, Enterprise

W, R, N = AccountType.WHOLESALE, AccountType.RETAIL, AccountType.NON_BILLING
AGENT, USER, SYSTEM, ROOT = AccountType.AGENT, AccountType.END_USER, AccountType.SYSTEM, AccountType.OPERATOR

MATRIX: dict[AccountType, set[AccountType]] = {
    ROOT: {W, R},
    W: {W, R, N, SYSTEM},
    R: {AGENT, USER, SYSTEM},
    N: {USER, SYSTEM},
    AGENT: set(),
    USER: set(),
    SYSTEM: set(),
}

ORGANISATIONS_ONLY = {ROOT, W, R, N, SYSTEM}


@pytest.mark.parametrize("parent", AccountType)
@pytest.mark.parametrize("child", AccountType)
@pytest.mark.parametrize("enterprise", Enterprise)
def test_matrix(parent: AccountType, child: AccountType, enterprise: Enterprise) -> None:
    allowed = child in MATRIX[parent] and not (child in ORGANISATIONS_ONLY and enterprise is Enterprise.INDIVIDUAL)
    assert (refusal(parent, child, enterprise) is None) is allowed
    assert (child in children_of(parent)) is (child in MATRIX[parent])


def test_a_refusal_says_what_would_be_right() -> None:
    assert refusal(W, USER, Enterprise.ORGANISATION) == (
        "An end user cannot stand below a wholesale provider; it may have: non-billing provider, retail provider, "
        "wholesale provider."
    )
    assert refusal(USER, USER, Enterprise.INDIVIDUAL) == (
        "An end user cannot stand below an end user; it has no accounts below it.")
    assert refusal(W, R, Enterprise.INDIVIDUAL) == "A retail provider is always an organisation."


def test_every_type_has_words() -> None:
    assert set(TYPE_WORDS) == set(AccountType)
