"""Why an attribute has the value it has: for `bursar explain`, for tooltips and as text of the diagram.

Everything is built from the resolver's answer: the effective value, and the chain from the system default down to
the account with what each tier says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.models.attributes.catalogue import DEFINITIONS, AttributeDefinition
from app.models.parties.account import Account
from app.models.parties.provider import Provider
from app.models.rules.attribute_inheritance import ChainStep, Effective
from app.models.values import Tier
from app.services.attributes.chain_words import ProviderName, owner_name, provider_names, rated_text
from app.services.attributes.resolving import EffectiveValue, effective_values
from app.services.attributes.values import json_value, value_text
from app.services.wording import day_text, listed


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedStep:
    """What one tier says; `value` as it stands in a JSON document."""

    tier: Tier
    owner: str | None
    """Code of the account or provider, name of the profile; None for the system default."""
    value: bool | int | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One attribute of one account. Money is decimal text in the owner's currency, rates are percent as text."""

    attribute: str
    value: bool | int | str | None
    source: Tier | None
    """Tier of the winner; None when nothing is set anywhere and there is no default."""
    chain: tuple[ExplainedStep, ...]
    """From the system default down to the account."""
    text: str
    """The same in words."""

    def as_json(self) -> dict[str, Any]:
        """The document of `bursar explain --json`."""
        return {
            "attribute": self.attribute, "value": self.value,
            "source": None if self.source is None else self.source.value,
            "chain": [{"tier": s.tier.value, "owner": s.owner, "value": s.value} for s in self.chain],
        }

    def as_text(self) -> str:
        return self.text


def explain_account(session: Session, account: Account, *, attribute: str | None = None) -> list[Explanation]:
    """Explain one attribute of an account, or all in the order of the catalogue.

    Raises NotFound for an unknown attribute, RefusedByRule for one that is not inherited.
    """
    answers = effective_values(session, account, None if attribute is None else [attribute])
    return explanations(session, account, answers)


def explanations(
    session: Session, account: Account, answers: Sequence[EffectiveValue],
    providers: dict[int, ProviderName] | None = None,
) -> list[Explanation]:
    """Explain answers of the resolver for one account; `providers` names those of the chain where one is not there
    yet."""
    if not answers:
        return []
    zone = ZoneInfo(session.get_one(Provider, account.provider_id).time_zone)
    scene = _Scene(account=account, providers=providers or provider_names(session, answers[0].effective), zone=zone)
    return [_explanation(answer, scene) for answer in answers]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """What the sentences need to know besides the answer."""

    account: Account
    providers: dict[int, ProviderName]
    zone: ZoneInfo

    def place(self, step: ChainStep) -> str:
        """The owner of a step inside a sentence."""
        fixed = {Tier.SYSTEM: "the system default", Tier.ACCOUNT: "the account"}
        if step.tier in fixed:
            return fixed[step.tier]
        name = owner_name(step, self.account, self.providers)
        return f"account profile {name}" if step.tier is Tier.PROFILE else name


def _explanation(answer: EffectiveValue, scene: _Scene) -> Explanation:
    d, effective = answer.definition, answer.effective
    source = effective.source
    steps = tuple(
        ExplainedStep(tier=step.tier, owner=step.owner,
                      value=_json(d, effective, step, scene.account)) for step in effective.chain
    )
    value = None if source is None else _json(d, effective, source, scene.account)
    return Explanation(attribute=d.key, value=value, source=None if source is None else source.tier, chain=steps,
                       text=" ".join(_sentences(answer, scene)))


def _json(d: AttributeDefinition, effective: Effective, step: ChainStep, account: Account) -> bool | int | str | None:
    # The winner of a bundle gives a member its default where it says nothing itself.
    value = effective.value if step is effective.source else step.value
    found = json_value(d, value, step.currency or account.currency)
    assert found is None or isinstance(found, bool | int | str)  # noqa: S101  (dates are text by now)
    return found


# --------------------------------------------------------------------------- in words


def _sentences(answer: EffectiveValue, scene: _Scene) -> list[str]:
    """Value, where it is set, what it overrules, where nothing is set; the nearest owner first."""
    d, effective = answer.definition, answer.effective
    winner = -1 if effective.winner is None else effective.winner
    others = [(i, step) for i, step in reversed(list(enumerate(effective.chain))) if i != winner]
    overruled = [f"{scene.place(step)}, {rated_text(d, step, step.value, scene.account.currency)}"
                 for i, step in others if step.value is not None and i < winner]
    idle = [scene.place(step) for i, step in others if step.value is not None and i > winner]
    unset = [f"on {scene.place(step)}" for _, step in others
             if step.value is None and step.may_set and step.tier is not Tier.SYSTEM]
    found = [f"{d.label} of {scene.account.name}: {_value(answer, scene)}.", _origin(answer, scene)]
    if overruled:
        found.append(f"Overrules {_and(overruled)}.")
    if idle:
        lead = DEFINITIONS[d.bundle or d.key].label
        found.append(f'Without effect on {listed(idle)}, because "{lead}" is not set there.')
    if unset and effective.winner is not None:
        found.append(f"Not set {listed(unset)}.")
    return found


def _value(answer: EffectiveValue, scene: _Scene) -> str:
    source = answer.effective.source
    currency = (source.currency if source else None) or scene.account.currency
    text = value_text(answer.definition, answer.effective.value, currency)
    return f"{text} (rating {source.rating})" if source is not None and source.rating else text


def _origin(answer: EffectiveValue, scene: _Scene) -> str:
    source = answer.effective.source
    if source is None:
        return "It is not set anywhere."
    if source.tier is Tier.SYSTEM:
        return "It is the system default."
    by = ""
    if answer.set_by is not None:
        by = f" by {answer.set_by.actor} on {day_text(answer.set_by.recorded_at.astimezone(scene.zone).date())}"
    return f"Set on {scene.place(source)}{by}."


def _and(parts: Sequence[str]) -> str:
    """A list whose parts hold commas themselves."""
    return f"{', '.join(parts[:-1])}, and {parts[-1]}" if len(parts) > 1 else parts[0]
