"""Counts in sentences: "1 invoice", "2 invoices", never "1 invoices"."""

from __future__ import annotations

import ast
import re

import pytest

from tests.support.sources import ROOT

_NOUNS = re.compile(r" (?:[a-z]+ )?(accounts|characters|columns|customers|days|disputes|documents|errors|files|"
                    r"invoices|messages|minutes|months|numbers|pages|payments|pictures|proposals|providers|rows|seconds|"
                    r"services|warnings)\b")


def bare_plurals(source: str) -> list[str]:
    """Nouns in the plural right behind a figure of an f-string that no plural rule has looked at."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.JoinedStr):
            continue
        for figure, words in zip(node.values, node.values[1:], strict=False):
            is_number = isinstance(figure, ast.FormattedValue) and not isinstance(figure.value, ast.Constant)
            text = words.value if isinstance(words, ast.Constant) else ""
            noun = _NOUNS.match(str(text))
            if is_number and noun:
                found.append(f"line {node.lineno}: {ast.unparse(figure.value)}{noun.group()}")
    return found


def test_a_bare_plural_is_found() -> None:
    assert bare_plurals('say(f"{report.printed:,} invoices printed")') == ["line 1: report.printed invoices"]
    assert bare_plurals("""say(f"{counted(n, 'invoice')} printed")""") == []


@pytest.mark.parametrize("folder", ["app/commands", "app/services"])
def test_counts_follow_the_plural_rule(folder: str) -> None:
    found = {str(path.relative_to(ROOT)): lines for path in sorted((ROOT / folder).rglob("*.py"))
             if (lines := bare_plurals(path.read_text(encoding="utf-8")))}
    assert found == {}
