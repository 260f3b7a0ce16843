"""Counts in sentences: "1 invoice", "2 invoices", never "1 invoices"."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.support.sources import ROOT, python_files, syntax_of

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


_OUTSIDE = re.compile(
    r"\b(?i:emersion|crmcom)\b|\b(?:STYLE|DESIGN|TECH|PERFORMANCE)\.md\b|\(DESIGN\b|\bREADME (?:decisions?|\()"
    r"|\b(?:decisions?|rules?) \d|\bquestion [A-Z]-\d|\b[ABC]-\d{1,2}\)|§")
"""Documents, and numbers of paragraphs of documents, that whoever reads the repository cannot open."""
_CITED = re.compile(r'ARCHITECTURE\.md, ("[^"]+"(?: and "[^"]+")*)')
_SIGNS_OF_MONEY = "app/services/paper/fonts.py"


def outside_citations(text: str) -> list[str]:
    """Where a text speaks of something outside the repository."""
    return [line.strip() for line in text.splitlines() if _OUTSIDE.search(line)]


def test_a_citation_of_something_outside_is_found() -> None:
    for text in ("(README decision 5)", "(emersion.md rule 10)", "see DESIGN.md", "(crmcom A11)", "by rules 7 and 8",
                 "question B-2", "(B-26)", "as §7.1 says"):
        assert outside_citations(text), text
    for text in ('(ARCHITECTURE.md, "Holds")', "rule_set_id == 5", "the rules of 2 providers", "decision = decide()"):
        assert not outside_citations(text), text


@pytest.mark.parametrize("folder", ["app", "tests", "packaging"])
def test_nothing_outside_the_repository_is_cited(folder: str) -> None:
    found = {str(path.relative_to(ROOT)): lines for path in python_files(folder)
             if path != Path(__file__) and str(path.relative_to(ROOT)) != _SIGNS_OF_MONEY
             and (lines := outside_citations(path.read_text(encoding="utf-8")))}
    assert found == {}


def test_every_decision_that_is_cited_stands_in_the_map_and_is_cited() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    section = text.partition("\n## Decisions the code rests on\n")[2].partition("\n## ")[0]
    named = set(re.findall(r"^- \*\*(.+?)\.\*\*", section, re.MULTILINE))
    cited = {name for folder in ("app", "tests") for path in python_files(folder) if path != Path(__file__)
             for names in _CITED.findall(path.read_text(encoding="utf-8")) for name in re.findall(r'"([^"]+)"', names)}
    assert cited - named == set(), "cited, but not there"
    assert named - cited == set(), "there, but nothing rests on it"


def glued_halves(source: str) -> list[str]:
    """Sentences with a piece that is there or not, or is chosen within: nobody could translate them."""
    found = []
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef):
            continue
        halves = {target.id for node in ast.walk(function) if isinstance(node, ast.Assign)
                  and isinstance(node.value, ast.IfExp) and _may_be_nothing(node.value)
                  for target in node.targets if isinstance(target, ast.Name)}
        found += [
            f"line {node.lineno}: {ast.unparse(node)}" for node in ast.walk(function)
            if isinstance(node, ast.JoinedStr) and _is_sentence(node) and any(
                _is_chosen(piece.value) or (isinstance(piece.value, ast.Name) and piece.value.id in halves)
                for piece in node.values if isinstance(piece, ast.FormattedValue))]
    return found


def _is_chosen(value: ast.expr) -> bool:
    """One of two texts, by a condition."""
    return isinstance(value, ast.IfExp) and any(
        isinstance(part, ast.Constant) and isinstance(part.value, str) for part in (value.body, value.orelse))


def _may_be_nothing(value: ast.IfExp) -> bool:
    return any(isinstance(part, ast.Constant) and part.value == "" for part in (value.body, value.orelse))


def _is_sentence(node: ast.JoinedStr) -> bool:
    text = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
    return text.endswith((".", "?")) and len(re.findall(r"[a-z]{2,}", text)) > 1


def test_a_glued_half_is_found() -> None:
    for text in ("""f"{n} of {m} {'is' if n == 1 else 'are'} wrong." """,
                 """f"Scanned by {who}{how_far}. Start again." """):
        assert glued_halves(f"def words():\n    how_far = f', {{n}} %' if n else ''\n    return {text}"), text
    assert not glued_halves("""def words():\n    return by_count(n, "{count} is wrong.", "{count} are wrong.")""")


@pytest.mark.parametrize("folder", ["app/commands", "app/services", "app/models", "app/views"])
def test_sentences_are_whole(folder: str) -> None:
    found = {str(path.relative_to(ROOT)): lines for path in python_files(folder)
             if (lines := glued_halves(path.read_text(encoding="utf-8")))}
    assert found == {}


_VIEWS_WITH_PATTERNS = {
    "app/views/asking/error_dialog.py": "keeps passwords out of a report",
    "app/views/asking/files.py": "makes names of files",
    "app/views/events/completing.py": "finds the variable that is being typed",
    "app/views/events/document_html.py": "reads the elements of HTML",
    "app/views/look/formatting.py": "reads dates and amounts that were typed",
    "app/views/printing/words.py": "makes names of files",
}


def test_views_read_no_words_with_patterns() -> None:
    """A reason, refusal or exclusion comes as code and words; who needs the code does not look for it in the words."""
    found = {str(path.relative_to(ROOT)) for path in python_files("app/views")
             if any(isinstance(node, ast.Import) and any(alias.name == "re" for alias in node.names)
                    for node in ast.walk(syntax_of(path)))}
    assert found == set(_VIEWS_WITH_PATTERNS)
