"""What a rating is worth; a classification or a KYC profile that is new or changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QLineEdit, QWidget

from app.services.credit.labels import (
    LIMITS,
    ClassificationDetails,
    ClassificationRow,
    KycProfileRow,
    set_classification,
    set_kyc_profile,
)
from app.services.credit.ratings import RatingRow, RatingWorth, set_credit_rating
from app.services.database.asking import doing
from app.views.asking.choices import TickBox, TickList
from app.views.asking.fields import MoneyField
from app.views.asking.form_dialog import FormDialog, in_one, in_row
from app.views.asking.form_fields import FormField
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.handle import Job
from app.views.running.runner import Runner


def _seen_worth(seen: RatingWorth | None, theirs: Mapping[str, Any]) -> RatingWorth:
    return replace(seen or RatingWorth(limit_minor=None), **theirs)


class RatingDialog(FormDialog):
    """Label and limit of one rating; an empty limit is none, 0 is no credit."""

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget, *, provider_id: int, rating: RatingRow) -> None:
        self._provider_id, self._rating = provider_id, rating
        super().__init__(
            theme, runner, f"Worth of the rating {rating.code}",
            "Accounts with this rating and no limit of their own get the new limit at once.", verb="Save rating",
            icon=Icon.RATING, parent=parent, seen=rating.worth, sees=_seen_worth, fields=(
                FormField(key="label", label="&Label", longest=120),
                FormField(key="limit_minor", label="L&imit", unit=rating.currency,
                          hint="Empty is no limit, 0 is no credit.",
                          made=lambda theme: MoneyField(theme, "Limit", rating.currency))))
        worth = rating.worth or RatingWorth(limit_minor=None)
        self.entries.fill({"label": worth.label, "limit_minor": worth.limit_minor})

    def command(self) -> Job[object]:
        return doing(set_credit_rating, provider_id=self._provider_id, code=self._rating.code, seen=self.seen,
                     **self.values())


class ClassificationDialog(FormDialog):
    """A code stays once it is there; the rest can be changed."""

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget, *, provider_id: int,
                 units: Sequence[tuple[str, str]], known: ClassificationRow | None) -> None:
        self._provider_id, self._known = provider_id, known
        self._units: list[tuple[str, object]] = [(name, code) for code, name in units]
        given = FormField(key="units", label="&Given by", made=self._ticks,
                          hint="Org units whose staff may give it; without a tick everybody may.")
        super().__init__(
            theme, runner, "New classification" if known is None else f"Edit {known.code}",
            "A label of accounts that override rules may ask for.",
            verb="Create classification" if known is None else "Save classification", icon=Icon.RATING, parent=parent,
            limits=LIMITS, seen=None if known is None else known.details, sees=None if known is None else in_row,
            fields=(
                FormField(key="code", label="&Code", hint="Short, for instance VIP. It cannot be changed later.",
                          needed="Type a code, for instance VIP.", is_fixed=known is not None),
                FormField(key="name", label="&Name", needed="Type a name, as colleagues will read it."),
                *([given] if units else []),
                FormField(key="enabled", label="", made=lambda theme: TickBox(theme, "It can be gi&ven"))))
        details = known.details if known is not None else ClassificationDetails(name="")
        self.entries.fill({"name": details.name, "enabled": details.enabled,
                           "code": "" if known is None else known.code})
        if units:
            self.entries.field("units", TickList).set_choices(self._units, details.units)

    def _ticks(self, theme: Theme) -> QWidget:
        ticks = TickList()
        ticks.setFixedHeight(theme.sizes.px(19) * min(6, max(1, len(self._units))) + 6)
        return ticks

    def command(self) -> Job[object]:
        values = self.values()
        known = self._known
        units = frozenset(values["units"]) if "units" in values else (
            known.details.units if known is not None else frozenset())
        return doing(set_classification, provider_id=self._provider_id, seen=self.seen,
                     code=known.code if known is not None else str(values["code"]),
                     details=ClassificationDetails(name=values["name"], enabled=values["enabled"], units=units))

    def show_taken(self, taken: Mapping[str, Any]) -> bool:
        if "units" in taken and self.entries.has("units"):
            self.entries.field("units", TickList).set_choices(self._units, taken["units"])
        super().show_taken({key: value for key, value in taken.items() if key != "units"})
        return True


class KycProfileDialog(FormDialog):
    """Code and name; a code stays once it is there."""

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget, *, provider_id: int, known: KycProfileRow | None
                 ) -> None:
        self._provider_id, self._known = provider_id, known
        super().__init__(
            theme, runner, "New KYC profile" if known is None else f"Rename {known.code}",
            "How much is known of a customer, which override rules may ask for.",
            verb="Create KYC profile" if known is None else "Save KYC profile", icon=Icon.RATING, parent=parent,
            limits=LIMITS, seen=None if known is None else known.name, sees=None if known is None else in_one, fields=(
                FormField(key="code", label="&Code", hint="Short, for instance LOW. It cannot be changed later.",
                          needed="Type a code, for instance LOW.", is_fixed=known is not None),
                FormField(key="name", label="&Name", needed="Type a name, as colleagues will read it.")), row=known)

    def command(self) -> Job[object]:
        return doing(set_kyc_profile, provider_id=self._provider_id, name=self.entries.text("name"), seen=self.seen,
                     code=self._known.code if self._known is not None else self.entries.field("code", QLineEdit).text())
