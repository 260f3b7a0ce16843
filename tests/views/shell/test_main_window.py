"""The shell: tabs, moving, panels, remembering, closing, and names for everything that takes the keyboard."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from PySide6.QtCore import QSettings, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLineEdit, QMenu, QMenuBar, QVBoxLayout, QWidget

from app.services.jobs import Progress
from app.views.asking.confirm_dialog import ConfirmDialog
from app.views.desk.actions import ActionRegistry, ActionSpec, Binding
from app.views.desk.memory import BooksMemory
from app.views.desk.screen import Navigator, Place, Screen, SidePanel, State, Target
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from app.views.running.handle import JobCard
from app.views.shell.main_window import Environment, Furnishing, MainWindow
from app.views.shell.parts import Scrim
from app.views.shell.rail import Rail
from app.views.shell.window_memory import fit_to_screen
from tests.support.driver import Driver
from tests.support.immediate_runner import ImmediateRunner

PLACES = (
    Place(key="accounts", title="Accounts", icon=Icon.ACCOUNTS, target=Target("customers")),
    Place(key="suspension", title="Suspension", icon=Icon.SUSPENSION, target=Target("scan")),
    Place(key="settings", title="Settings", icon=Icon.SETTINGS, target=Target("settings"), at_bottom=True),
)


class Page(Screen):
    """A page with a field, a part, and one thing it can do."""

    def __init__(self, target: Target) -> None:
        super().__init__(target, f"{target.kind} {target.ident or ''}".strip().capitalize(), Icon.LIST)
        self.field = QLineEdit(self)
        self.field.setAccessibleName("Field")
        self.shown_part = target.part
        self.done: list[str] = []

    def part(self) -> str:
        return self.shown_part

    def show_part(self, part: str) -> None:
        self.shown_part = part
        self.part_changed.emit(part)

    def bindings(self) -> Mapping[str, Binding]:
        return {"screen.refresh": Binding(lambda: self.done.append("read"))}

    def focus_first(self) -> None:
        self.field.setFocus()

    def save_state(self) -> State:
        return {"text": self.field.text()}

    def restore_state(self, state: State) -> None:
        self.field.setText(str(state.get("text", "")))

    def unsaved_text(self) -> str:
        return "A note is not saved." if self.field.text() == "unsaved" else ""


class Shell:
    """A window with two kinds of pages and both side panels."""

    def __init__(self, app: QApplication, settings: QSettings) -> None:
        self.theme = Theme(app)
        self.theme.set_choice("light")
        self.registry = ActionRegistry(self.theme)
        self.registry.add(ActionSpec(id="account.new", text="&New account", menu="&Account", keys=("Ctrl+N",),
                                     icon=Icon.ACCOUNT))
        self.bus = ChangeBus()
        self.runner = ImmediateRunner("books", self.bus)
        self.navigator = Navigator()
        self.tree, self.side = QLineEdit(), QLineEdit()
        for field, name in ((self.tree, "Tree"), (self.side, "Scan")):
            field.setAccessibleName(name)
        self.window = MainWindow(self.theme, self.runner, self.navigator, settings)
        self.window.furnish(self.registry, Furnishing(
            places=PLACES, memory=BooksMemory(settings, "books"), everyday=("account.new",),
            factories=dict.fromkeys(("customers", "scan", "account", "settings"), Page),
            panels={"tree": SidePanel(title="Accounts", make=lambda: (self.tree, self.tree)),
                    "side": SidePanel(title="Scan", make=lambda: (self.side, self.side))}))

    @property
    def page(self) -> Page:
        page = self.window.tabs.current
        assert isinstance(page, Page)
        return page

    def titles(self) -> list[str]:
        return [screen.title for screen in self.window.tabs.screens]


@pytest.fixture
def settings(tmp_path) -> QSettings:
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def shell(qapp, qtbot, settings):
    made = Shell(qapp, settings)
    qtbot.addWidget(made.window, before_close_func=lambda window: setattr(window, "_may_close", True))
    made.window.resize(1440, 900)
    made.window.show()
    made.window.open_first_place()
    return made


def test_a_target_has_one_tab_and_the_first_place_is_pinned(shell: Shell) -> None:
    shell.navigator.go(Target("account", 42))
    shell.navigator.go(Target("account", 43), aside=True)
    shell.navigator.go(Target("account", 42, "ledger"))
    assert shell.titles() == ["Customers", "Account 42", "Account 43"]
    assert shell.page.shown_part == "ledger"
    shell.registry.trigger("tab.close")
    assert shell.titles() == ["Customers", "Account 43"]
    shell.window.go(Target("customers"))
    assert shell.registry.refusal("tab.close") == "needs a tab that is not pinned"
    shell.registry.trigger("tab.close")
    assert shell.titles()[0] == "Customers"
    assert shell.window.go(Target("reports")) is None


def test_a_closed_tab_comes_back_as_it_was(shell: Shell) -> None:
    shell.navigator.go(Target("account", 42))
    shell.page.field.setText("half a word")
    shell.registry.trigger("tab.close")
    shell.registry.trigger("tab.reopen")
    assert shell.page.field.text() == "half a word"
    assert shell.registry.refusal("tab.reopen") == "needs a tab closed before"


def test_back_and_forward_walk_where_one_has_been(shell: Shell) -> None:
    assert shell.registry.refusal("go.back")
    shell.navigator.go(Target("account", 42))
    shell.page.show_part("ledger")
    shell.navigator.go(Target("account", 43))
    for expected in (Target("account", 42, "ledger"), Target("account", 42), Target("customers")):
        shell.registry.trigger("go.back")
        if expected.part:
            assert shell.window.tabs.current.target == expected
        assert shell.window.tabs.current.target.tab_key == expected.tab_key
    assert shell.registry.refusal("go.back")
    shell.registry.trigger("go.forward")
    assert shell.window.tabs.current.target.tab_key == ("account", 42)


def test_tabs_are_walked_in_a_circle(shell: Shell) -> None:
    shell.navigator.go(Target("account", 42), aside=True)
    shell.registry.trigger("go.next_tab")
    assert shell.page.title == "Account 42"
    shell.registry.trigger("go.next_tab")
    assert shell.page.title == "Customers"


def test_the_screen_in_front_lends_its_verbs(shell: Shell) -> None:
    shell.registry.trigger("screen.refresh")
    assert shell.page.done == ["read"]
    shell.window.tabs.close_all()
    assert shell.registry.refusal("screen.refresh") == "needs a page that reads something"


def test_the_rail_marks_the_place_in_front(shell: Shell) -> None:
    rail = shell.window.findChild(Rail)
    assert [button.text() for button in rail.buttons()] == ["Accounts", "Suspension", "Settings"]
    rail.buttons()[1].click()
    assert shell.page.title == "Scan"
    assert [button.isChecked() for button in rail.buttons()] == [False, True, False]
    shell.navigator.go(Target("account", 1))
    assert rail.buttons()[1].isChecked()
    rail.show_current("staff", "settings")
    assert [button.isChecked() for button in rail.buttons()] == [False, False, True]


def test_keys_walk_the_regions(shell: Shell, qtbot) -> None:
    shell.window.activateWindow()
    shell.page.focus_first()
    seen = []
    for _ in range(5):
        shell.registry.trigger("go.next_region")
        focus = shell.window.focusWidget()
        seen.append(focus.accessibleName())
    assert seen == ["Show the jobs", "Accounts", "Tree", "Field", "Show the jobs"] or seen[1:4] == [
        "Accounts", "Tree", "Field"]
    shell.registry.trigger("go.previous_region")
    assert shell.window.focusWidget() is shell.page.field


def test_panels_are_switched_and_leave_the_keyboard_in_the_window(shell: Shell) -> None:
    shell.registry.trigger("go.tree")
    assert shell.window.focusWidget() is shell.tree
    shell.registry.trigger("view.tree")
    assert not shell.tree.isVisible()
    assert shell.window.focusWidget() is shell.page.field
    assert not shell.registry.action("view.tree").isChecked()
    shell.registry.trigger("view.tree")
    assert shell.tree.isVisible()
    shell.window.show_side()
    assert shell.side.isVisible()
    shell.registry.trigger("view.jobs")
    assert shell.registry.action("view.jobs").isChecked() is not shell.window.jobs.is_folded


def test_narrow_windows_fold_the_scan_panel_then_the_tree(shell: Shell, qapp) -> None:
    def resize(width: int) -> tuple[bool, bool]:
        shell.window.resize(width, 800)
        qapp.processEvents()
        return shell.tree.isVisible(), shell.side.isVisible()

    shell.window.show_side()
    shell.window._panels._asked_last = ""
    assert resize(1060) == (True, False)
    assert resize(760) == (False, False)
    assert resize(1440) == (True, True)
    assert resize(1060) == (True, False)
    shell.registry.trigger("view.side")
    assert shell.side.isVisible()
    assert not shell.tree.isVisible()


def test_the_look_is_switched_while_it_runs(shell: Shell) -> None:
    shell.registry.action("view.dark").trigger()
    assert shell.theme.is_dark
    assert shell.registry.action("view.dark").isChecked()
    shell.registry.trigger("view.larger")
    assert shell.theme.sizes.percent == 110
    shell.registry.trigger("view.compact")
    assert not shell.theme.sizes.compact
    shell.registry.trigger("view.usual")


def test_the_environment_is_said_in_words(shell: Shell) -> None:
    shell.window.set_environment(Environment(word="Demo data", database="demo.db on this computer"))
    shell.window.set_saved()
    assert shell.window.status.database.text == "demo.db on this computer"
    assert shell.window.windowTitle().startswith("demo.db")  # the name of the program is put behind it by Qt
    shell.page.set_selection_text("1 of 18 selected, payable 66.00 AUD")
    assert shell.window.status.selection_text == "1 of 18 selected, payable 66.00 AUD"
    shell.navigator.go(Target("account", 1))
    assert shell.window.status.selection_text == ""


def test_the_window_is_found_as_it_was_left(shell: Shell, qapp, qtbot, settings) -> None:
    shell.navigator.go(Target("account", 42, "ledger"))
    shell.page.field.setText("kept")
    shell.navigator.go(Target("account", 43), aside=True)
    shell.window.show_side()
    shell.window.jobs.set_folded(folded=True)
    shell.theme.set_choice("dark")
    shell.window.save_state()
    settings.sync()
    again = Shell(qapp, settings)
    qtbot.addWidget(again.window)
    again.theme.restore(settings)
    again.window.restore_window()
    again.window.show()
    again.window.resize(1440, 900)
    again.window.restore_tabs()
    assert again.titles() == ["Customers", "Account 42", "Account 43"]
    assert again.page.title == "Account 42"
    assert again.page.shown_part == "ledger"
    assert again.page.field.text() == "kept"
    assert again.side.isVisible()
    assert again.window.jobs.is_folded
    assert again.theme.is_dark


@pytest.mark.parametrize("damaged", ["", "{", "[]", '{"tabs": [{"kind": "account"}]}', '{"tabs": 3}'])
def test_damaged_settings_open_the_first_place(shell: Shell, settings, damaged: str) -> None:
    shell.window.save_state()
    (kept,) = [key for key in settings.allKeys() if key.endswith("/tabs")]
    settings.setValue(kept, damaged)
    shell.window.tabs.close_all()
    shell.window.restore_tabs()
    assert shell.titles() == ["Customers"]


def test_a_tab_with_unsaved_text_asks_before_it_closes(shell: Shell) -> None:
    shell.navigator.go(Target("account", 42))
    shell.page.field.setText("unsaved")
    shell.registry.trigger("tab.close")
    dialog = shell.window.findChild(ConfirmDialog)
    assert dialog.isVisible()
    assert dialog.verb_button.text() == "Close without saving"
    dialog.reject()
    assert len(shell.titles()) == 2
    shell.registry.trigger("tab.close")
    shell.window.findChildren(ConfirmDialog)[-1].accept()
    assert shell.titles() == ["Customers"]


def test_enter_presses_the_button_that_has_the_keyboard(shell: Shell, qtbot, qapp) -> None:
    shell.runner.hold()
    shell.runner.long(lambda _d, _c: None, card=JobCard(title="Print 214 invoices"))
    shell.window.close()
    dialog = shell.window.findChild(ConfirmDialog)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    assert dialog.focusWidget().text() == "Keep working"
    qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
    assert dialog.focusWidget() is dialog.verb_button
    with qtbot.waitSignal(shell.window.closing, timeout=1000):
        qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    shell.runner.shutdown()


@pytest.mark.parametrize(("screen", "fills"), [((1280, 800), True), ((1440, 900), True), ((1920, 1080), False)])
def test_at_the_first_start_no_edge_lies_outside_the_screen(shell: Shell, screen: tuple[int, int], fills: bool) -> None:
    shell.window.hide()
    shell.window.resize(1440, 900)
    fit_to_screen(shell.window, QSize(*screen))
    assert bool(shell.window.windowState() & Qt.WindowState.WindowMaximized) is fills


def test_a_page_that_needs_more_height_scrolls_and_leaves_the_window_alone(shell: Shell, qapp) -> None:
    shell.window.resize(1280, 720)
    page = shell.page
    column = QVBoxLayout(page)
    page.field.setMinimumHeight(900)
    column.addWidget(page.field)
    last = QLineEdit(page)
    column.addWidget(last)
    qapp.processEvents()
    assert shell.window.height() == 720
    assert page.height() > 900
    assert last.visibleRegion().isEmpty()
    page.field.setFocus()
    QTest.keyClick(page.field, Qt.Key.Key_Tab)
    assert last.hasFocus()
    assert not last.visibleRegion().isEmpty()  # what has the keyboard is scrolled to


def test_closing_asks_about_running_jobs(shell: Shell, qtbot) -> None:
    shell.runner.hold()
    shell.runner.long(lambda _d, _c: None, card=JobCard(title="Print 214 invoices"))
    shell.window.close()
    assert shell.window.isVisible()
    dialog = shell.window.findChild(ConfirmDialog)
    assert dialog.windowTitle() == "Close Bursar"
    with qtbot.waitSignal(shell.window.closing):
        dialog.accept()
    assert not shell.window.isVisible()
    shell.runner.shutdown()


def test_an_unexpected_failure_is_shown_in_words(shell: Shell) -> None:
    def job(database: object, context: object) -> None:
        raise KeyError("x")

    shell.runner.read(job)
    dialog = shell.window.errors.dialog
    assert dialog is not None
    assert dialog.report.title == "That did not work"
    dialog.reject()


def test_jobs_are_listed_with_their_result(shell: Shell) -> None:
    panel = shell.window.jobs

    def job(database: object, context) -> int:
        context.report(Progress(done=1, total=2, note="0 failed"))
        return 204

    shell.runner.long(job, card=JobCard(title="Import payments.csv", summary=lambda rows: f"{rows} rows in."))
    (row,) = panel.rows
    assert row.words().startswith("204 rows in. took")
    shell.runner.hold()
    handle = shell.runner.long(job, card=JobCard(title="Print 2 invoices", unit="invoices"))
    panel._show(handle)
    assert [row.handle.card.title for row in panel.rows] == ["Print 2 invoices", "Import payments.csv"]
    handle.cancel()
    shell.runner.release()
    assert "Stopped." in panel.rows[0].words()


def test_a_failed_job_opens_its_details(shell: Shell) -> None:
    def job(database: object, context: object) -> None:
        raise OSError(28, "No space left on device")

    shell.runner.long(job, card=JobCard(title="Print 214 invoices"), failed=lambda _error: None)
    (row,) = shell.window.jobs.rows
    Driver(row).click("Show details")
    dialog = shell.window.errors.dialog
    assert dialog.report.title == "Print 214 invoices: not done"
    dialog.reject()


def test_notices_stay_clear_of_buttons_and_are_kept(shell: Shell, qapp) -> None:
    shell.window.notices.say("64 accounts moved", "Finished 09:12", link="Undo", run=lambda: None)
    shell.window.notices.say("Saved")
    qapp.processEvents()
    cards = shell.window.notices.shown
    assert len(cards) == 2
    assert not cards[0].geometry().intersects(cards[1].geometry())
    assert shell.window.notices.unread == 2
    cards[1].close_now()
    assert len(shell.window.notices.shown) == 1
    shell.window.notices.mark_read()
    assert [notice.title for notice in shell.window.notices.kept] == ["Saved", "64 accounts moved"]


def test_shift_f10_opens_the_menu_of_what_has_the_keyboard(shell: Shell, qtbot) -> None:
    shell.window.activateWindow()
    qtbot.waitUntil(shell.window.isActiveWindow)
    field, asked = shell.page.field, []
    field.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    field.customContextMenuRequested.connect(asked.append)
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    assert len(asked) == 1
    assert field.rect().contains(asked[0])


def test_the_window_dims_behind_a_dialog(shell: Shell, qapp) -> None:
    dialog = QDialog(shell.window)
    dialog.open()
    qapp.processEvents()
    scrim = shell.window.findChild(Scrim)
    assert scrim.isVisible()
    dialog.reject()
    qapp.processEvents()
    assert not scrim.isVisible()


def menus_of(shell: Shell) -> list[QMenu]:
    return [action.menu() for action in shell.window.findChild(QMenuBar).actions()]


def test_mnemonics_are_unique_in_every_menu(shell: Shell) -> None:
    def letters(texts: list[str]) -> list[str]:
        return [text[text.index("&") + 1].lower() for text in texts if "&" in text]

    bar = letters([menu.title() for menu in menus_of(shell)])
    assert len(bar) == len(set(bar))
    for menu in menus_of(shell):
        actions = [action for action in menu.actions() if not action.isSeparator()]
        assert all("&" in action.text() for action in actions)
        found = letters([action.text() for action in actions])
        assert len(found) == len(set(found)), menu.title()


def test_everything_that_takes_the_keyboard_has_a_name(shell: Shell) -> None:
    nameless = [
        widget for widget in shell.window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible()
        and not (widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text()))
    ]
    assert nameless == []


def test_targets_of_the_pointer_are_large_enough(shell: Shell) -> None:
    small = [button for button in shell.window.findChildren(QAbstractButton)
             if button.isVisible() and (button.width() < 24 or button.height() < 24)]
    assert small == []
