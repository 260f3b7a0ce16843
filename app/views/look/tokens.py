"""Every colour and every size of the program, once: a frozen set of tokens for each palette, and the scale of type.

Widgets and delegates ask for a role ("muted", "selection") and never for a colour; a second palette is a second column
here and nothing else. This is the only module that may hold colour literals or build a colour from figures. The
contrast of each pair is recomputed by `tests/views/look/test_tokens.py` and fails under its floor.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final

from PySide6.QtGui import QColor

from app.models.values import Tier


class Ink(StrEnum):
    """Colour of letters and icons; the value is the name of the token."""

    TEXT = "text"
    MUTED = "muted"
    FAINT = "faint"
    LINK = "link"
    ACCENT = "accent"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    INFO = "info"
    NEUTRAL = "neutral"
    ON_ACCENT = "on_accent"
    ON_ACCENT_SOFT = "on_accent_soft"
    ON_BAD_FILL = "on_bad_fill"
    ON_GOOD = "on_good"
    ON_WARN = "on_warn"
    ON_BAD = "on_bad"
    ON_INFO = "on_info"
    ON_NEUTRAL = "on_neutral"
    ON_SELECTION = "on_selection"


class Tone(StrEnum):
    """What a badge, a notice or a banner says about the thing: a soft fill with letters that stand on it."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    INFO = "info"
    NEUTRAL = "neutral"
    ACCENT = "accent"


class TierMark(StrEnum):
    """How the source of an inherited value is marked; a credit rating has a mark of its own, though it is no tier."""

    SYSTEM = "system"
    UPPER = "upper"
    PROVIDER = "provider"
    RATING = "rating"
    PROFILE = "profile"
    ACCOUNT = "account"

    @classmethod
    def of(cls, tier: Tier) -> TierMark:
        return _MARK_OF_TIER[tier]


_MARK_OF_TIER: Final = {
    Tier.SYSTEM: TierMark.SYSTEM,
    Tier.UPPER_PROVIDER: TierMark.UPPER,
    Tier.PROVIDER: TierMark.PROVIDER,
    Tier.PROFILE: TierMark.PROFILE,
    Tier.ACCOUNT: TierMark.ACCOUNT,
}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Tokens:
    """One palette. The names are the roles of the design reference."""

    name: str
    window: QColor
    surface: QColor
    field: QColor
    """Fill of text fields: the surface in the light palette, sunken in the dark one."""
    raised: QColor
    sunken: QColor
    border: QColor
    rule: QColor
    outline: QColor
    hover: QColor
    selection: QColor
    on_selection: QColor
    text: QColor
    muted: QColor
    faint: QColor
    accent: QColor
    accent_hover: QColor
    on_accent: QColor
    accent_soft: QColor
    on_accent_soft: QColor
    link: QColor
    focus: QColor
    good: QColor
    good_soft: QColor
    on_good: QColor
    warn: QColor
    warn_soft: QColor
    on_warn: QColor
    bad: QColor
    bad_soft: QColor
    on_bad: QColor
    on_bad_fill: QColor
    info: QColor
    info_soft: QColor
    on_info: QColor
    neutral: QColor
    neutral_soft: QColor
    on_neutral: QColor
    tier_system: QColor
    tint_system: QColor
    tier_upper: QColor
    tint_upper: QColor
    tier_provider: QColor
    tint_provider: QColor
    tier_rating: QColor
    tint_rating: QColor
    tier_profile: QColor
    tint_profile: QColor
    tier_account: QColor
    tint_account: QColor
    age: tuple[QColor, QColor, QColor, QColor, QColor]
    on_age: tuple[QColor, QColor, QColor, QColor, QColor]
    scrim: QColor
    """Laid over the window behind a dialog."""

    def role(self, name: str) -> QColor:
        """Colour of a role by its name; an unknown name is a mistake of ours and raises."""
        colour = getattr(self, name)
        if not isinstance(colour, QColor):
            raise TypeError(f'"{name}" is not a colour of one role')
        return colour

    def soft(self, tone: Tone) -> QColor:
        """Fill of a badge, banner or notice of this tone."""
        return self.role(f"{tone}_soft")

    def on_soft(self, tone: Tone) -> QColor:
        """Letters and icons on that fill."""
        return self.role("on_accent_soft" if tone is Tone.ACCENT else f"on_{tone}")

    def strip(self, mark: TierMark) -> QColor:
        """The 4 px strip that marks a source."""
        return self.role(f"tier_{mark}")

    def tint(self, mark: TierMark) -> QColor:
        """Fill of the chip that names a source; `text` stands on it."""
        return self.role(f"tint_{mark}")


def role_names() -> tuple[str, ...]:
    """Names of all single-colour roles."""
    return tuple(f.name for f in fields(Tokens) if f.name not in {"name", "age", "on_age"})


def _five(*values: str) -> tuple[QColor, QColor, QColor, QColor, QColor]:
    a, b, c, d, e = (QColor(value) for value in values)
    return a, b, c, d, e


def _scrim(colour: str) -> QColor:
    veil = QColor(colour)
    veil.setAlphaF(0.45)
    return veil


LIGHT: Final = Tokens(
    name="light",
    window=QColor("#E9ECEF"),
    surface=QColor("#FFFFFF"),
    field=QColor("#FFFFFF"),
    raised=QColor("#F5F7F9"),
    sunken=QColor("#DFE4E8"),
    border=QColor("#CFD6DD"),
    rule=QColor("#E3E8EC"),
    outline=QColor("#75818D"),
    hover=QColor("#EEF4F6"),
    selection=QColor("#C9E2E8"),
    on_selection=QColor("#14222A"),
    text=QColor("#1A2129"),
    muted=QColor("#4A5561"),
    faint=QColor("#5F6A76"),
    accent=QColor("#0F5A69"),
    accent_hover=QColor("#0B4753"),
    on_accent=QColor("#FFFFFF"),
    accent_soft=QColor("#DCECEF"),
    on_accent_soft=QColor("#0B4753"),
    link=QColor("#0F5A69"),
    focus=QColor("#1463D6"),
    good=QColor("#256B3C"),
    good_soft=QColor("#DFF1E4"),
    on_good=QColor("#1B5230"),
    warn=QColor("#8A5200"),
    warn_soft=QColor("#FCECC8"),
    on_warn=QColor("#633B00"),
    bad=QColor("#A8231F"),
    bad_soft=QColor("#FBE1DF"),
    on_bad=QColor("#7F1815"),
    on_bad_fill=QColor("#FFFFFF"),
    info=QColor("#1D5A9E"),
    info_soft=QColor("#DFEBFA"),
    on_info=QColor("#164678"),
    neutral=QColor("#56626E"),
    neutral_soft=QColor("#E6EAEE"),
    on_neutral=QColor("#3B4650"),
    tier_system=QColor("#A9B1B9"),
    tint_system=QColor("#F4F5F6"),
    tier_upper=QColor("#4C9BD2"),
    tint_upper=QColor("#E8F2F9"),
    tier_provider=QColor("#B56F0C"),
    tint_provider=QColor("#F5ECDF"),
    tier_rating=QColor("#974A8D"),
    tint_rating=QColor("#F1E7F0"),
    tier_profile=QColor("#0A4C86"),
    tint_profile=QColor("#DFE8EF"),
    tier_account=QColor("#0E262E"),
    tint_account=QColor("#E0E3E4"),
    age=_five("#B9D3D8", "#DCAA4C", "#C8742A", "#9E3D1E", "#611614"),
    on_age=_five("#1A2129", "#1A2129", "#1A2129", "#FFFFFF", "#FFFFFF"),
    scrim=_scrim("#1A2129"),
)

DARK: Final = Tokens(
    name="dark",
    window=QColor("#12161A"),
    surface=QColor("#1A1F25"),
    field=QColor("#0D1013"),
    raised=QColor("#222930"),
    sunken=QColor("#0D1013"),
    border=QColor("#343D47"),
    rule=QColor("#2A323A"),
    outline=QColor("#74818E"),
    hover=QColor("#232C34"),
    selection=QColor("#1E4A55"),
    on_selection=QColor("#F2F8FA"),
    text=QColor("#E8ECF0"),
    muted=QColor("#B3BDC7"),
    faint=QColor("#95A1AD"),
    accent=QColor("#6FC6D6"),
    accent_hover=QColor("#93D8E4"),
    on_accent=QColor("#06252B"),
    accent_soft=QColor("#173A42"),
    on_accent_soft=QColor("#B4E5EE"),
    link=QColor("#7FD0DF"),
    focus=QColor("#85BAFF"),
    good=QColor("#7ACB92"),
    good_soft=QColor("#17351F"),
    on_good=QColor("#A6E3B7"),
    warn=QColor("#E9B44C"),
    warn_soft=QColor("#3C2D0C"),
    on_warn=QColor("#F6CF83"),
    bad=QColor("#F7A39E"),
    bad_soft=QColor("#451B1C"),
    on_bad=QColor("#FFB9B4"),
    on_bad_fill=QColor("#2A0605"),
    info=QColor("#83B8F4"),
    info_soft=QColor("#17304F"),
    on_info=QColor("#B0D3FB"),
    neutral=QColor("#A9B4BF"),
    neutral_soft=QColor("#2C343D"),
    on_neutral=QColor("#C9D1D9"),
    tier_system=QColor("#626C77"),
    tint_system=QColor("#262B32"),
    tier_upper=QColor("#3787C2"),
    tint_upper=QColor("#1F303E"),
    tier_provider=QColor("#CC8D35"),
    tint_provider=QColor("#363128"),
    tier_rating=QColor("#DB9DD3"),
    tint_rating=QColor("#393341"),
    tier_profile=QColor("#A4D0F8"),
    tint_profile=QColor("#303B47"),
    tier_account=QColor("#F2FAFB"),
    tint_account=QColor("#3D4247"),
    age=_five("#35545C", "#8A6A2C", "#CC7E33", "#EE9E78", "#FFD3C6"),
    on_age=_five("#E8ECF0", "#FFFFFF", "#12161A", "#12161A", "#12161A"),
    scrim=_scrim("#000000"),
)

PALETTES: Final = {"light": LIGHT, "dark": DARK}


# --- type and space ------------------------------------------------------------------------------------------------

CAPTION: Final = 11
LABEL: Final = 12
BODY: Final = 13
SECTION: Final = 15
TITLE: Final = 18
PAGE: Final = 20
FIGURE: Final = 22
"""Sizes of type in px at 100 %."""

SMALLEST_PERCENT: Final = 90
LARGEST_PERCENT: Final = 150


def scaled_percent(percent: int) -> int:
    """A text size within what the layout bears."""
    return max(SMALLEST_PERCENT, min(LARGEST_PERCENT, percent))


@dataclass(frozen=True, slots=True)
class Sizes:
    """Heights and widths in device-independent px at one text size and density. Spaces do not scale, type does."""

    percent: int = 100
    compact: bool = True

    def px(self, at_100: float) -> int:
        """A height or a size of type, scaled with the text size and never below 1."""
        return max(1, round(at_100 * self.percent / 100))

    @property
    def row(self) -> int:
        return self.px(26 if self.compact else 32)

    @property
    def head(self) -> int:
        return self.px(28)

    @property
    def control(self) -> int:
        return self.px(28)

    @property
    def main_control(self) -> int:
        return self.px(34)

    @property
    def tab(self) -> int:
        return self.px(36)

    @property
    def badge(self) -> int:
        return self.px(20)

    @property
    def icon(self) -> int:
        return self.px(16)

    @property
    def small_icon(self) -> int:
        return self.px(14)

    @property
    def rail_icon(self) -> int:
        return self.px(20)


PAGE_MARGIN: Final = 20
CARD_GAP: Final = 12
CARD_PADDING: Final = 14
