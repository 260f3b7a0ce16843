"""The columns of the lists about profiles: the profiles themselves, overrides, members, earlier moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from app.models.values import AccountStatus, Tier
from app.services.profiles.page import Inherited, MoveRow
from app.services.profiles.queries import MemberRow, ProfileRow
from app.views.attributes.lines import AttributeLine, attribute_columns
from app.views.lists.models.columns import Column, Kind
from app.views.look.formatting import Formatter
from app.views.look.tokens import Ink, TierMark
from app.views.look.words import STATUS


def profile_columns() -> tuple[Column[ProfileRow], ...]:
    return (
        Column(key="name", title="Profile", text=lambda row, _: row.name, width=200, is_bold=lambda row: row.is_default,
               tooltip=lambda row, _: row.name),
        Column(key="default", title="Default", text=lambda row, _: "Default" if row.is_default else "", width=80,
               help="New accounts get this profile", spoken=_spoken_default),
        Column(key="members", title="Members", kind=Kind.FIGURE, width=90,
               text=lambda row, form: form.number(row.members) if row.members else ""),
        Column(key="layout", title="Invoice layout", width=130, text=lambda row, _: row.layout,
               ink=lambda row: Ink.TEXT if row.has_own_layout else Ink.MUTED,
               spoken=lambda row, _: row.layout if row.has_own_layout else f"{row.layout}, from the provider"),
        Column(key="overrides", title="Overrides", kind=Kind.FIGURE, width=90,
               text=lambda row, form: form.number(row.overrides) if row.overrides else ""),
        Column(key="description", title="Description", width=220, stretches=True, is_second_rank=True,
               text=lambda row, _: row.description, tooltip=lambda row, _: row.description),
        Column(key="id", title="ID", kind=Kind.FIGURE, width=64, is_second_rank=True, text=lambda row, _: str(row.id),
               help="What a work request names"),
    )


def _spoken_default(row: ProfileRow, _formatter: Formatter) -> str:
    return "the default profile" if row.is_default else ""


def override_columns(inherited: Mapping[str, Inherited]) -> tuple[Column[AttributeLine], ...]:
    """Box, attribute, value in force, and beside it what members would get without the override, and from whom."""
    shared = {column.key: column for column in attribute_columns()}

    def above(line: AttributeLine) -> Inherited | None:
        return None if line.row is None else inherited.get(line.row.key)

    def text(line: AttributeLine, _formatter: Formatter) -> str:
        found = above(line)
        return found.text if found is not None else ""

    def owner(line: AttributeLine, _formatter: Formatter) -> str:
        found = above(line)
        return found.owner if found is not None else ""

    def mark(line: AttributeLine) -> TierMark | None:
        found = above(line)
        return None if found is None or found.tier is None else TierMark.of(found.tier)

    switch = shared["here"]
    return (
        Column(key="here", title="Override", kind=Kind.SWITCH, text=switch.text, width=88, switch=switch.switch,
               tooltip=switch.tooltip, spoken=switch.spoken, help="On: members get the value of this profile"),
        shared["attribute"],
        shared["value"],
        Column(key="inherited", title="Without override", text=text, width=150, is_second_rank=True, tooltip=text),
        Column(key="source", title="Without it from", kind=Kind.SOURCE, text=owner, width=150, tier=mark,
               stretches=True, ink=lambda _: Ink.MUTED, tooltip=owner,
               help="Where the value without override comes from"),
    )


def provider_of(inherited: Inherited | None) -> int | None:
    """The provider to open; the system default has no page."""
    return None if inherited is None or inherited.tier is Tier.SYSTEM else inherited.provider_id


def member_columns() -> tuple[Column[MemberRow], ...]:
    def look(row: MemberRow) -> str:
        return STATUS[AccountStatus(row.status)].text

    return (
        Column(key="code", title="Code", text=lambda row, _: row.code, width=110),
        Column(key="name", title="Name", text=lambda row, _: row.name, width=280, stretches=True,
               tooltip=lambda row, _: row.name),
        Column(key="status", title="Status", text=lambda row, _: look(row), width=190, is_second_rank=True),
    )


def move_columns(zone: Callable[[], ZoneInfo]) -> tuple[Column[MoveRow], ...]:
    """`zone` gives the provider's time zone when a row is painted."""
    return (
        Column(key="when", title="When", text=lambda row, form: form.instant(row.recorded_at, zone()), width=150),
        Column(key="actor", title="By", text=lambda row, _: row.actor, width=140, is_second_rank=True,
               tooltip=lambda row, _: row.actor),
        Column(key="from", title="From", text=lambda row, _: row.from_profiles, width=130,
               tooltip=lambda row, _: row.from_profiles),
        Column(key="to", title="To", text=lambda row, _: row.to_profile, width=130,
               tooltip=lambda row, _: row.to_profile),
        Column(key="moved", title="Moved", kind=Kind.FIGURE, width=72, text=lambda row, form: form.number(row.moved)),
        Column(key="back", title="Can go back", kind=Kind.FIGURE, width=104, is_bold=lambda row: bool(row.can_go_back),
               text=lambda row, form: form.number(row.can_go_back) if row.can_go_back else ""),
        Column(key="changed", title="Changed since", width=120, stretches=True, is_second_rank=True, text=_changed),
    )


def _changed(row: MoveRow, formatter: Formatter) -> str:
    said = formatter.counted(row.changed, "account", "accounts") if row.changed else ""
    return f"{said}, took a move back".removeprefix(", ") if row.takes_back else said
