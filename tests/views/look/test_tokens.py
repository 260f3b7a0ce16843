"""The contrast table of the design, recomputed from the tokens (WCAG 2.2 relative luminance)."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QPalette

from app.models.values import Tier
from app.views.look import tokens as tk
from app.views.look.style_sheet import to_palette, to_qss

VIEWS = Path(tk.__file__).parents[1]
PALETTES = [pytest.param(tk.LIGHT, id="light"), pytest.param(tk.DARK, id="dark")]


def luminance(colour: QColor) -> float:
    def linear(part: int) -> float:
        value = part / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.red()) + 0.7152 * linear(colour.green()) + 0.0722 * linear(colour.blue())


def contrast(one: QColor, other: QColor) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


GROUNDS = ("surface", "raised", "window", "field")
READ_ON_SELECTION = ("muted", "link", "good", "warn", "bad", "info", "neutral", "accent")
TINTS = tuple(f"tint_{mark}" for mark in tk.TierMark)

PAIRS: list[tuple[str, str, float]] = [
    *((ink, ground, 7.0) for ink in ("text",) for ground in (*GROUNDS, "hover", "sunken", "accent_soft", *TINTS)),
    ("on_selection", "selection", 7.0),
    *((ink, ground, 4.5)
      for ink in ("muted", "faint", "link", "good", "warn", "bad", "info", "neutral", "accent")
      for ground in GROUNDS),
    *((ink, "selection", 4.5) for ink in READ_ON_SELECTION),
    *(("muted", ground, 4.5) for ground in ("hover", "sunken", "accent_soft", *TINTS)),
    *(("good", ground, 4.5) for ground in TINTS),  # "Wins" in the inheritance diagram
    ("faint", "hover", 4.5),
    ("on_accent", "accent", 7.0),
    ("on_accent", "accent_hover", 7.0),
    ("on_accent_soft", "accent_soft", 7.0),
    *((f"on_{tone}", f"{tone}_soft", 7.0) for tone in ("good", "warn", "bad", "info", "neutral")),
    ("on_bad_fill", "bad", 7.0),
    ("on_bad_fill", "on_bad", 7.0),
    ("surface", "text", 7.0),
    *(("focus", ground, 3.0) for ground in (*GROUNDS, "selection", "sunken")),
    *(("outline", ground, 3.0) for ground in GROUNDS),
]


@pytest.mark.parametrize("tokens", PALETTES)
@pytest.mark.parametrize(("ink", "ground", "floor"), PAIRS)
def test_every_pair_keeps_its_contrast(tokens: tk.Tokens, ink: str, ground: str, floor: float) -> None:
    assert contrast(tokens.role(ink), tokens.role(ground)) >= floor


@pytest.mark.parametrize("tokens", PALETTES)
def test_figures_inside_the_ageing_bars_are_legible(tokens: tk.Tokens) -> None:
    ratios = [contrast(ink, bar) for ink, bar in zip(tokens.on_age, tokens.age, strict=True)]
    assert min(ratios) >= 4.5


FIGURES_OF_THE_DESIGN = [
    ("text", "surface", 16.2, 14.0),
    ("text", "raised", 15.1, 12.4),
    ("muted", "surface", 7.6, 8.7),
    ("faint", "window", 4.6, 6.9),
    ("link", "surface", 7.8, 9.5),
    ("on_selection", "selection", 12.0, 9.0),
    ("outline", "surface", 4.0, 4.2),
    ("focus", "surface", 5.5, 8.3),
    ("bad", "selection", 5.3, 4.9),
    ("on_accent", "accent", 7.8, 8.2),
    ("muted", "tint_account", 5.9, 5.3),
    ("text", "tint_profile", 13.1, 9.6),
]


@pytest.mark.parametrize(("ink", "ground", "light", "dark"), FIGURES_OF_THE_DESIGN)
def test_the_table_of_the_design_is_still_true(ink: str, ground: str, light: float, dark: float) -> None:
    assert contrast(tk.LIGHT.role(ink), tk.LIGHT.role(ground)) == pytest.approx(light, abs=0.06)
    assert contrast(tk.DARK.role(ink), tk.DARK.role(ground)) == pytest.approx(dark, abs=0.06)


def lightness(colour: QColor) -> float:
    y = luminance(colour)
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


@pytest.mark.parametrize("tokens", PALETTES)
def test_tiers_and_ageing_are_ramps_that_survive_grey_print(tokens: tk.Tokens) -> None:
    tiers = [lightness(tokens.strip(mark)) for mark in tk.TierMark]
    ages = [lightness(colour) for colour in tokens.age]
    for ramp in (tiers, ages):
        steps = [b - a for a, b in itertools.pairwise(ramp)]
        assert all(step > 7 for step in steps) or all(step < -7 for step in steps), ramp


def test_every_tier_has_a_mark_and_every_tone_its_fill() -> None:
    for tokens in tk.PALETTES.values():
        for tier in Tier:
            assert tokens.tint(tk.TierMark.of(tier)).isValid()
        for tone in tk.Tone:
            assert contrast(tokens.on_soft(tone), tokens.soft(tone)) >= 7
        for ink in tk.Ink:
            assert tokens.role(ink).isValid()


def test_a_role_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(AttributeError):
        tk.LIGHT.role("purple")
    with pytest.raises(TypeError):
        tk.LIGHT.role("age")


def test_the_palette_speaks_for_every_state() -> None:
    palette = to_palette(tk.DARK)
    for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive):
        assert palette.color(group, QPalette.ColorRole.Highlight) == tk.DARK.selection
    assert palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text) == tk.DARK.faint


@pytest.mark.parametrize("tokens", PALETTES)
def test_the_sheet_has_no_placeholder_left_and_no_rule_for_items(tokens: tk.Tokens) -> None:
    sheet = to_qss(tokens, tk.Sizes(125, compact=False))
    assert "$" not in sheet
    for view in ("QTableView", "QTreeView", "QListView", "QAbstractItemView"):
        assert f"{view}::item" not in sheet


def test_no_colour_is_written_outside_the_tokens() -> None:
    literal = re.compile(r"""["']#[0-9a-fA-F]{3,8}["']|QColor\(""")
    guilty = [f"{path.relative_to(VIEWS)}: {line.strip()}"
              for path in sorted(VIEWS.rglob("*.py")) if path.name != "tokens.py"
              for line in path.read_text(encoding="utf-8").splitlines() if literal.search(line)]
    assert guilty == []


def test_type_and_rows_grow_together() -> None:
    assert tk.Sizes(150).row == 39
    assert tk.Sizes(100, compact=False).row == 32
    assert tk.scaled_percent(400) == 150
