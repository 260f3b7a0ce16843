"""What a change of attributes would do, in words."""

from __future__ import annotations

from app.services.attributes.rows import AttributeRow
from app.services.impact.comparing import AttributeImpact, Impact
from app.views.asking.effect_panel import Effect, EffectLine
from app.views.look.formatting import Formatter

KEPT = "What is posted stays as it is."
"""Issued invoices keep their due dates, amounts and layout."""


def effect_of_value(impact: Impact, row: AttributeRow, *, verb: str, formatter: Formatter) -> Effect:
    """The effect of one value of a provider or a profile."""
    own = impact.of(row.key)
    takes, keeps = (own.inherit, own.keep) if own is not None else (0, 0)
    sentence = formatter.counted(takes, "account takes it", "accounts take it")
    if keeps:
        sentence += f", {formatter.counted(keeps, 'keeps its own', 'keep their own')}"
    lines = effect_lines(impact, formatter)
    if not lines:
        sentence += "; for none of them does a value change"
    count = formatter.counted(takes, "account", "accounts")
    return Effect(sentence=f"{sentence}.", verb=f"{verb} for {count}", lines=lines,
                  consequences=consequences(impact, formatter))


def effect_lines(impact: Impact, formatter: Formatter) -> tuple[EffectLine, ...]:
    """Old and new values with the accounts they concern, attribute by attribute."""
    return tuple(line for attribute in impact.attributes for line in _lines_of(attribute, formatter))


def _lines_of(attribute: AttributeImpact, formatter: Formatter) -> list[EffectLine]:
    return [EffectLine(what=attribute.label, old=change.old_text, new=change.new_text,
                       count=formatter.number(change.accounts))
            for change in attribute.changes]


def consequences(impact: Impact, formatter: Formatter) -> tuple[str, ...]:
    """What follows from the new values: due dates, credit, suspension."""
    said = []
    if any(each.key.startswith("trading_") and each.changed for each in impact.attributes):
        said.append("Invoices posted from now on take the new terms; those posted keep their due date.")
    if impact.exceeded_before is None or impact.exceeded_after is None:
        said.append("Who is over the credit limit then is being counted.")
    elif impact.exceeded_before != impact.exceeded_after:
        then = formatter.number(impact.exceeded_after)
        now = formatter.counted(impact.exceeded_before, "account is", "accounts are")
        said.append(f"{now} over the credit limit today; then {then}.")
    elif any(each.key == "credit_limit" and each.changed for each in impact.attributes):
        said.append("As many accounts as today would be over their credit limit: "
                    f"{formatter.number(impact.exceeded_after)}.")
    if impact.candidates:
        said.append(f"The next scan is not touched: it would suspend {formatter.number(impact.candidates)} of them, "
                    "as today.")
    return tuple(said)
