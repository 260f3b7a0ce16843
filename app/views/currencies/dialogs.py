"""Forms of currencies: whether accounts may be kept in one, a new rate, where rates come from, a file of rates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

from PySide6.QtWidgets import QWidget

from app.models.values import CURRENCIES, CurrencyState, Rounding
from app.services.changes import ChangeSet, Created
from app.services.currencies.changing import CurrencyUse, add_rate, set_currency
from app.services.currencies.fetching import set_rate_source
from app.services.currencies.from_file import RatesReport
from app.services.currencies.listing import CurrencyRow, CurrencySheet
from app.services.database.asking import doing
from app.views.asking.choices import ChoiceBox
from app.views.asking.confirm_dialog import ConfirmDialog
from app.views.asking.fields import DateField
from app.views.asking.form_dialog import FormDialog, in_one, in_row
from app.views.asking.form_fields import FormField
from app.views.currencies.columns import ADDED_COLUMNS, WRONG_COLUMNS
from app.views.lists.data_table import DataTable
from app.views.lists.models.rows_table_model import RowsTableModel
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.handle import Job
from app.views.running.runner import Runner

_STATE: Final[Sequence[tuple[str, object]]] = [(each.label, each) for each in CurrencyState]
_ROUNDING: Final[Sequence[tuple[str, object]]] = [(each.label, each) for each in Rounding]
_WIDTH, _TABLE_HEIGHT = 720, 280


def _box(name: str, choices: Sequence[tuple[str, object]]) -> Callable[[Theme], QWidget]:
    def made(theme: Theme) -> QWidget:
        found = ChoiceBox(theme, name)
        found.set_choices(list(choices), choices[0][1])
        found.fill_its_place()
        return found

    return made


def _use_fields(*, is_books: bool) -> tuple[FormField, ...]:
    return (
        FormField(key="state", label="&State", made=_box("State", _STATE), is_fixed=is_books,
                  hint="That of the books stays effective." if is_books else
                  "New accounts may be kept in an effective one that has a rate."),
        FormField(key="rounding", label="&Rounded", made=_box("Rounded", _ROUNDING),
                  hint="What becomes of a part of its smallest unit when an amount is converted into it."),
    )


class NewCurrencyDialog(FormDialog):
    """A currency that is not listed yet."""

    def __init__(self, theme: Theme, runner: Runner, sheet: CurrencySheet, parent: QWidget) -> None:
        left = sorted(set(CURRENCIES) - {row.currency for row in sheet.currencies})
        super().__init__(theme, runner, f"Another currency of {sheet.name}",
                         "Accounts that are kept in it stay so for good.", verb="Add currency", icon=Icon.BANK,
                         parent=parent, fields=(FormField(key="currency", label="&Currency",
                                                          made=_box("Currency", [(code, code) for code in left])),
                                                *_use_fields(is_books=False)))
        self._provider_id = sheet.provider_id

    def command(self) -> Job[ChangeSet]:
        values = self.values()
        return doing(set_currency, provider_id=self._provider_id, currency=values.pop("currency"),
                     wanted=CurrencyUse(**values), seen=CurrencyUse())


class CurrencyDialog(FormDialog):
    """What is said of a currency that is listed."""

    def __init__(self, theme: Theme, runner: Runner, sheet: CurrencySheet, row: CurrencyRow, parent: QWidget) -> None:
        count = theme.formatter.counted(row.accounts, "account is", "accounts are")
        super().__init__(theme, runner, f"{row.currency} at {sheet.name}",
                         f"{count} kept in it, and stay so whatever is chosen here." if row.accounts else
                         "No account is kept in it.", verb="Save currency",
                         icon=Icon.TICK, parent=parent, fields=_use_fields(is_books=row.is_books), row=row,
                         seen=CurrencyUse(state=row.state, rounding=row.rounding), sees=in_row)
        self._provider_id, self._row = sheet.provider_id, row

    def command(self) -> Job[ChangeSet]:
        wanted = CurrencyUse(state=self.entries.value("state"), rounding=self.entries.value("rounding"))
        return doing(set_currency, provider_id=self._provider_id, currency=self._row.currency, wanted=wanted,
                     seen=self.seen)


class RateDialog(FormDialog):
    """What one unit of a currency costs from a day on."""

    def __init__(self, theme: Theme, runner: Runner, sheet: CurrencySheet, currency: str, parent: QWidget) -> None:
        def day(name: str) -> Any:
            return lambda theme: DateField(theme, name, self._on)

        self._today: date = sheet.today
        others = sorted(set(CURRENCIES) - {sheet.books})
        super().__init__(
            theme, runner, f"New rate at {sheet.name}",
            "Rates of one currency never overlap; a new one ends an open one before it.", verb="Add rate",
            icon=Icon.BANK, parent=parent, fields=(
                FormField(key="currency", label="&Currency", made=_box("Currency", [(code, code) for code in others])),
                FormField(key="from_date", label="&From", made=day("From"), needed="Say from which day on."),
                FormField(key="to_date", label="&To", made=day("To"),
                          hint="The last day. Empty: until another rate begins."),
                FormField(key="rate", label="&One costs", unit=sheet.books, example="0.92",
                          needed=f"Type what one unit costs in {sheet.books}, for instance 0.92."),
            ))
        self._provider_id = sheet.provider_id
        listed = next((row.currency for row in sheet.currencies if not row.is_books), others[0])
        self.entries.fill({"from_date": sheet.today, "currency": currency if currency != sheet.books else listed})
        self.entries.focus("rate" if currency != sheet.books else "currency")

    def _on(self) -> date:
        return self._today

    def command(self) -> Job[Created]:
        return doing(add_rate, provider_id=self._provider_id, **self.values())


class SourceDialog(FormDialog):
    """Where rates are fetched from."""

    def __init__(self, theme: Theme, runner: Runner, sheet: CurrencySheet, parent: QWidget) -> None:
        url = "" if sheet.source is None else sheet.source.url
        super().__init__(theme, runner, f"Where the rates of {sheet.name} come from",
                         "Reference rates as XML, such as a central bank publishes: what one euro is worth. Empty "
                         "takes the address away; rates that were fetched stay.", verb="Save address", icon=Icon.TICK,
                         parent=parent, seen=url, sees=in_one, fields=(
                             FormField(key="url", label="&Address", example="https://bank.example/daily.xml"),))
        self._provider_id = sheet.provider_id
        self.entries.fill({"url": url})

    def command(self) -> Job[ChangeSet]:
        return doing(set_rate_source, provider_id=self._provider_id, url=self.entries.text("url"), seen=self.seen)


class FileDialog(ConfirmDialog):
    """What a file of rates would add, or what is wrong with it; `accepted` adds it."""

    def __init__(self, theme: Theme, name: str, report: RatesReport, parent: QWidget) -> None:
        self.table = DataTable(theme, "Wrong rows" if report.errors else "Rates of the file")
        self.table.setMinimumHeight(theme.sizes.px(_TABLE_HEIGHT))
        model: RowsTableModel[Any]
        if report.errors:
            model = RowsTableModel(WRONG_COLUMNS, id, theme.formatter, self.table)
            model.set_rows(report.errors)
        else:
            model = RowsTableModel(ADDED_COLUMNS, _row_of, theme.formatter, self.table)
            model.set_rows(report.rates)
        self.table.show_model(model)
        can = not report.errors and report.added > 0
        super().__init__(theme, f"Import rates from {name}", report.sentence, parent=parent, content=self.table,
                         verb=f"Add {theme.formatter.counted(report.added, 'rate', 'rates')}" if can else "Add rates",
                         stay="Cancel")
        self.setMinimumWidth(theme.sizes.px(_WIDTH))
        self.verb_button.setEnabled(can)


def _row_of(rate: Any) -> int:
    row: int = rate.row
    return row

