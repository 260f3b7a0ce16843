"""The tokens as Qt takes them: a palette, and one short sheet for what a palette cannot say."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QPalette

from app.views.look import tokens as tk


def to_palette(tokens: tk.Tokens) -> QPalette:
    """The palette of Fusion and of everything that asks for one."""
    palette = QPalette()
    role = QPalette.ColorRole
    everywhere = {
        role.Window: tokens.window,
        role.WindowText: tokens.text,
        role.Base: tokens.surface,
        role.AlternateBase: tokens.raised,
        role.Text: tokens.text,
        role.PlaceholderText: tokens.faint,
        role.Button: tokens.surface,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.on_accent,
        role.Highlight: tokens.selection,
        role.HighlightedText: tokens.on_selection,
        role.Link: tokens.link,
        role.LinkVisited: tokens.link,
        role.Accent: tokens.accent,
        role.Light: tokens.surface,
        role.Midlight: tokens.raised,
        role.Mid: tokens.border,
        role.Dark: tokens.outline,
        role.Shadow: tokens.outline,
        role.ToolTipBase: tokens.raised,
        role.ToolTipText: tokens.text,
    }
    for which, colour in everywhere.items():
        palette.setColor(QPalette.ColorGroup.All, which, colour)
    for which in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText, role.ToolTipText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, tokens.faint)
    return palette


def to_qss(tokens: tk.Tokens, sizes: tk.Sizes) -> str:
    """What a palette cannot say: radius, padding, tabs, the main and the danger button.

    A focused control has a border of 2 px and loses one px of padding, so that nothing shifts. Rows are painted by
    delegates; a rule for items here would switch the fast path of the views off. No button has a `min-width`: Qt would
    take it for the least it may be given, and cut its words.
    """
    values = {f"${name}$": tokens.role(name).name() for name in tk.role_names()}
    values |= {
        "$body_px$": f"{sizes.px(tk.BODY)}px",
        "$label_px$": f"{sizes.px(tk.LABEL)}px",
        "$inner_px$": f"{sizes.control - 2}px",
        "$inner_focus_px$": f"{sizes.control - 4}px",
        "$inner_main_px$": f"{sizes.main_control - 2}px",
        "$inner_main_focus_px$": f"{sizes.main_control - 4}px",
        "$menu_px$": f"{sizes.px(4)}px",
    }
    sheet = _SHEET
    for name, value in values.items():
        sheet = sheet.replace(name, value)
    return sheet


_SHEET: Final = """
QToolTip { background: $raised$; color: $text$; border: 1px solid $border$; padding: 4px 6px; font-size: $label_px$; }

QMenuBar { background: $window$; color: $text$; border: none; padding: 0 4px; }
QMenuBar::item { background: transparent; padding: $menu_px$ 8px; border-radius: 4px; }
QMenuBar::item:selected { background: $accent_soft$; color: $on_accent_soft$; }
QMenu { background: $surface$; color: $text$; border: 1px solid $outline$; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 8px; border-radius: 4px; }
QMenu::item:selected { background: $selection$; color: $on_selection$; }
QMenu::item:disabled { color: $faint$; background: transparent; }
QMenu::separator { height: 1px; background: $rule$; margin: 4px 8px; }
QMenu::icon { padding-left: 8px; }
QMenu::right-arrow { width: 0; }

QPushButton { background: $surface$; color: $text$; border: 1px solid $outline$; border-radius: 4px;
  padding: 0 12px; min-height: $inner_px$; max-height: $inner_px$; }
QPushButton:hover { background: $hover$; }
QPushButton:pressed, QPushButton:checked { background: $accent_soft$; color: $on_accent_soft$; }
QPushButton:disabled { color: $faint$; border-color: $border$; background: $surface$; }
QPushButton:focus { border: 2px solid $focus$; padding: 0 11px;
  min-height: $inner_focus_px$; max-height: $inner_focus_px$; }
QPushButton[kind="main"] { background: $accent$; color: $on_accent$; border: 1px solid $accent$; font-weight: 600; }
QPushButton[kind="main"]:hover, QPushButton[kind="main"]:pressed { background: $accent_hover$;
  border-color: $accent_hover$; }
QPushButton[kind="danger"] { background: $bad$; color: $on_bad_fill$; border: 1px solid $bad$; font-weight: 600; }
QPushButton[kind="danger"]:hover, QPushButton[kind="danger"]:pressed { background: $on_bad$; border-color: $on_bad$; }
QPushButton[kind="main"]:disabled, QPushButton[kind="danger"]:disabled { background: $neutral_soft$; color: $faint$;
  border-color: $border$; }
QPushButton[kind="main"]:focus, QPushButton[kind="danger"]:focus { border: 2px solid $focus$; }
QPushButton[tall="true"] { min-height: $inner_main_px$; max-height: $inner_main_px$; }
QPushButton[tall="true"]:focus { min-height: $inner_main_focus_px$; max-height: $inner_main_focus_px$; }
QPushButton[kind="quiet"] { background: transparent; border: 1px solid transparent; }
QPushButton[kind="quiet"]:hover { background: $hover$; }
QPushButton[kind="quiet"]:focus { border: 2px solid $focus$; }
QPushButton[kind="link"] { background: transparent; border: 1px solid transparent; color: $link$; padding: 0 3px;
  font-weight: 600; }
QPushButton[kind="link"]:hover { text-decoration: underline; background: transparent; }
QPushButton[kind="link"]:focus { border: 2px solid $focus$; padding: 0 2px; }
QPushButton[kind="link"]:disabled { color: $faint$; }

QToolButton { background: transparent; color: $text$; border: 1px solid transparent; border-radius: 4px;
  padding: 3px 6px; }
QToolButton:hover { background: $hover$; }
QToolButton:pressed, QToolButton:checked { background: $accent_soft$; color: $on_accent_soft$; }
QToolButton:disabled { color: $faint$; }
QToolButton:focus { border: 2px solid $focus$; padding: 2px 5px; }

QLineEdit, QPlainTextEdit, QTextEdit { background: $field$; color: $text$; border: 1px solid $outline$;
  border-radius: 4px; selection-background-color: $accent$; selection-color: $on_accent$; }
QLineEdit, QPlainTextEdit, QTextEdit { placeholder-text-color: $faint$; }
QLineEdit { padding: 0 7px; min-height: $inner_px$; max-height: $inner_px$; }
QLineEdit:focus { border: 2px solid $focus$; padding: 0 6px;
  min-height: $inner_focus_px$; max-height: $inner_focus_px$; }
QPlainTextEdit:focus, QTextEdit:focus { border: 2px solid $focus$; }
QLineEdit:disabled, QPlainTextEdit:disabled { color: $faint$; border-color: $border$; background: $raised$; }
QLineEdit[refused="true"] { border-color: $bad$; }
QLineEdit > QToolButton { border: none; padding: 0; background: transparent; }

QListView::indicator:unchecked { width: 13px; height: 13px; border: 1px solid $outline$; border-radius: 3px;
  background: $field$; }
QTableView, QTreeView, QListView { background: $surface$; border: none; outline: none; }
QHeaderView { background: $raised$; border: none; }
QTableCornerButton::section { background: $raised$; border: none; }
QAbstractScrollArea::corner { background: transparent; border: none; }

QFrame#command_box { background: $raised$; border: 1px solid $outline$; border-radius: 6px; }
QFrame#command_box QListView { background: $raised$; }

QScrollBar:vertical { background: transparent; width: 12px; margin: 0; border: none; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; border: none; }
QScrollBar::handle { background: $outline$; border-radius: 3px; }
QScrollBar::handle:vertical { min-height: 32px; margin: 1px 3px; }
QScrollBar::handle:horizontal { min-width: 32px; margin: 3px 1px; }
QScrollBar::handle:hover { background: $muted$; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; background: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: none; }

QSplitter::handle { background: $border$; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QMainWindow::separator { background: $border$; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: $accent$; }

QToolBar { background: $raised$; border: none; spacing: 4px; padding: 0; }
QDockWidget { color: $text$; }
QStatusBar { background: $window$; color: $muted$; border-top: 1px solid $border$; }

QTabWidget::pane { border: none; background: $surface$; }
"""
