"""The reference of `bench_start`: a main window with a tree and a table, and nothing behind it."""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QTableView, QTreeView

from tests.benchmarks.start_clock import StartClock

ROWS = 100


def main() -> int:
    """Show the window until the clock has seen it at rest."""
    app = QApplication(sys.argv[:1])
    app.setStyle("Fusion")
    clock = StartClock(app, ends=True)
    window = QMainWindow()
    window.setWindowTitle("Bare window")
    window.menuBar().addMenu("&File").addAction("&Quit", app.quit)
    tree, table = QTreeView(), QTableView()
    nodes = QStandardItemModel()
    for number in range(20):
        nodes.appendRow(QStandardItem(f"Provider {number}"))
    tree.setModel(nodes)
    rows = QStandardItemModel(ROWS, 6)
    for row in range(ROWS):
        for column in range(6):
            rows.setItem(row, column, QStandardItem(f"{row}, {column}"))
    table.setModel(rows)
    table.setAccessibleName("Rows")
    dock = QDockWidget("Accounts", window)
    dock.setWidget(tree)
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
    window.setCentralWidget(table)
    window.resize(1280, 800)
    clock.watch_window(window)
    window.show()
    clock.watch_rows("Rows")
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
