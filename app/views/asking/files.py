"""Asking for a file or a folder. The dialog is opened, never executed; it says the path once one is chosen."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtWidgets import QFileDialog, QWidget


def ask_for_file(owner: QWidget, title: str, taken: Callable[[str], object], *, kinds: str = "", begin: str = "",
                 may_be_new: bool = False) -> QFileDialog:
    """Ask which file to read. `begin` is where one begins; what `may_be_new` need not be there."""
    dialog = QFileDialog(owner, title, begin, kinds)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile if may_be_new else QFileDialog.FileMode.ExistingFile)
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, "Choose")
    return _open(dialog, taken)


def ask_for_folder(owner: QWidget, title: str, taken: Callable[[str], object], *, begin: str = "") -> QFileDialog:
    """Ask for a folder."""
    dialog = QFileDialog(owner, title, begin)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    return _open(dialog, taken)


def ask_where_to_save(owner: QWidget, title: str, taken: Callable[[str], object], *, kinds: str, name: str,
                      ending: str = "") -> QFileDialog:
    """Ask where to write a file. `name` is proposed; `ending` is added to a name that is typed without one."""
    dialog = QFileDialog(owner, title, "", kinds)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(ending)
    dialog.selectFile(name)
    return _open(dialog, taken)


def file_name(title: str, otherwise: str = "Diagram") -> str:
    """A name that every file system takes: "Trading terms of Acme Pty Ltd"."""
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]+', " ", title).strip(" .")[:120] or otherwise


def _open(dialog: QFileDialog, taken: Callable[[str], object]) -> QFileDialog:
    dialog.fileSelected.connect(taken)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
