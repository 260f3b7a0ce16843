"""Which account may stand below which: the matrix, in one place (ARCHITECTURE.md, "Hierarchy").

Customers that an agent signs up belong to the agent's provider and record the agent, so an agent has no children of
its own. An organisation alone may be a provider or an agent of a wholesale tier.
"""

from __future__ import annotations

from app.models.values import AccountType, Enterprise

_CHILDREN: dict[AccountType, frozenset[AccountType]] = {
    AccountType.OPERATOR: frozenset({AccountType.WHOLESALE, AccountType.RETAIL}),
    AccountType.WHOLESALE: frozenset(
        {AccountType.WHOLESALE, AccountType.RETAIL, AccountType.NON_BILLING, AccountType.SYSTEM}
    ),
    AccountType.RETAIL: frozenset({AccountType.AGENT, AccountType.END_USER, AccountType.SYSTEM}),
    AccountType.NON_BILLING: frozenset({AccountType.END_USER, AccountType.SYSTEM}),
    AccountType.AGENT: frozenset(),
    AccountType.END_USER: frozenset(),
    AccountType.SYSTEM: frozenset(),
}

_ONLY_ORGANISATIONS = frozenset(
    {AccountType.OPERATOR, AccountType.WHOLESALE, AccountType.RETAIL, AccountType.NON_BILLING, AccountType.SYSTEM}
)

TYPE_WORDS: dict[AccountType, str] = {
    AccountType.OPERATOR: "operator",
    AccountType.WHOLESALE: "wholesale provider",
    AccountType.RETAIL: "retail provider",
    AccountType.NON_BILLING: "non-billing provider",
    AccountType.AGENT: "agent",
    AccountType.END_USER: "end user",
    AccountType.SYSTEM: "system account",
}


def _one(kind: AccountType) -> str:
    words = TYPE_WORDS[kind]
    return f"an {words}" if words[0] in "aeiou" else f"a {words}"


def children_of(parent: AccountType) -> frozenset[AccountType]:
    """Types that may stand directly below an account of this type."""
    return _CHILDREN[parent]


def refusal(parent: AccountType, child: AccountType, enterprise: Enterprise) -> str | None:
    """Why this child may not stand below this parent, in a sentence; None where it may."""
    allowed = _CHILDREN[parent]
    if child not in allowed:
        names = ", ".join(sorted(TYPE_WORDS[t] for t in allowed if t is not AccountType.SYSTEM))
        words = ("{child} cannot stand below {parent}; it may have: {names}." if names else
                 "{child} cannot stand below {parent}; it has no accounts below it.")
        return words.format(child=_one(child).capitalize(), parent=_one(parent), names=names)
    if child in _ONLY_ORGANISATIONS and enterprise is not Enterprise.ORGANISATION:
        return f"{_one(child).capitalize()} is always an organisation."
    return None
