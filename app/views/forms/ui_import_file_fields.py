# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'import_file_fields.ui'
##
## Created by: Qt User Interface Compiler version 6.11.3
##
## WARNING! All changes made in this file will be lost when recompiling UI file!
################################################################################

from PySide6.QtCore import (QCoreApplication, QDate, QDateTime, QLocale,
    QMetaObject, QObject, QPoint, QRect,
    QSize, QTime, QUrl, Qt)
from PySide6.QtGui import (QBrush, QColor, QConicalGradient, QCursor,
    QFont, QFontDatabase, QGradient, QIcon,
    QImage, QKeySequence, QLinearGradient, QPainter,
    QPalette, QPixmap, QRadialGradient, QTransform)
from PySide6.QtWidgets import (QApplication, QComboBox, QGridLayout, QLabel,
    QLineEdit, QPushButton, QSizePolicy, QWidget)

class Ui_ImportFileFields(object):
    def setupUi(self, ImportFileFields):
        if not ImportFileFields.objectName():
            ImportFileFields.setObjectName(u"ImportFileFields")
        self.grid = QGridLayout(ImportFileFields)
        self.grid.setObjectName(u"grid")
        self.grid.setHorizontalSpacing(12)
        self.grid.setVerticalSpacing(6)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.kind_name = QLabel(ImportFileFields)
        self.kind_name.setObjectName(u"kind_name")
        self.kind_name.setProperty(u"look", u"muted")
        self.kind_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.kind_name, 0, 0, 1, 1)

        self.kind = QComboBox(ImportFileFields)
        self.kind.setObjectName(u"kind")

        self.grid.addWidget(self.kind, 0, 1, 1, 1)

        self.kind_note = QLabel(ImportFileFields)
        self.kind_note.setObjectName(u"kind_note")
        self.kind_note.setWordWrap(True)
        self.kind_note.setProperty(u"look", u"hint")
        self.kind_note.setProperty(u"lines", 2)

        self.grid.addWidget(self.kind_note, 0, 3, 1, 1)

        self.file_name = QLabel(ImportFileFields)
        self.file_name.setObjectName(u"file_name")
        self.file_name.setProperty(u"look", u"muted")
        self.file_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.file_name, 1, 0, 1, 1)

        self.file = QLineEdit(ImportFileFields)
        self.file.setObjectName(u"file")

        self.grid.addWidget(self.file, 1, 1, 1, 1)

        self.browse_file = QPushButton(ImportFileFields)
        self.browse_file.setObjectName(u"browse_file")

        self.grid.addWidget(self.browse_file, 1, 2, 1, 1)

        self.file_note = QLabel(ImportFileFields)
        self.file_note.setObjectName(u"file_note")
        self.file_note.setWordWrap(True)
        self.file_note.setProperty(u"look", u"hint")
        self.file_note.setProperty(u"lines", 3)

        self.grid.addWidget(self.file_note, 1, 3, 1, 1)

        self.way_name = QLabel(ImportFileFields)
        self.way_name.setObjectName(u"way_name")
        self.way_name.setProperty(u"look", u"muted")
        self.way_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.way_name, 2, 0, 1, 1)

        self.way = QComboBox(ImportFileFields)
        self.way.setObjectName(u"way")

        self.grid.addWidget(self.way, 2, 1, 1, 1)

        self.way_note = QLabel(ImportFileFields)
        self.way_note.setObjectName(u"way_note")
        self.way_note.setWordWrap(True)
        self.way_note.setProperty(u"look", u"hint")
        self.way_note.setProperty(u"lines", 2)

        self.grid.addWidget(self.way_note, 2, 3, 1, 1)

        self.map_name = QLabel(ImportFileFields)
        self.map_name.setObjectName(u"map_name")
        self.map_name.setProperty(u"look", u"muted")
        self.map_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.map_name, 3, 0, 1, 1)

        self.map = QLineEdit(ImportFileFields)
        self.map.setObjectName(u"map")

        self.grid.addWidget(self.map, 3, 1, 1, 1)

        self.browse_map = QPushButton(ImportFileFields)
        self.browse_map.setObjectName(u"browse_map")

        self.grid.addWidget(self.browse_map, 3, 2, 1, 1)

        self.map_note = QLabel(ImportFileFields)
        self.map_note.setObjectName(u"map_note")
        self.map_note.setWordWrap(True)
        self.map_note.setProperty(u"look", u"hint")
        self.map_note.setProperty(u"lines", 2)

        self.grid.addWidget(self.map_note, 3, 3, 1, 1)

        self.grid.setColumnStretch(1, 3)
        self.grid.setColumnStretch(3, 2)
#if QT_CONFIG(shortcut)
        self.kind_name.setBuddy(self.kind)
        self.file_name.setBuddy(self.file)
        self.way_name.setBuddy(self.way)
        self.map_name.setBuddy(self.map)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.kind, self.file)
        QWidget.setTabOrder(self.file, self.browse_file)
        QWidget.setTabOrder(self.browse_file, self.way)
        QWidget.setTabOrder(self.way, self.map)
        QWidget.setTabOrder(self.map, self.browse_map)

        self.retranslateUi(ImportFileFields)
    # setupUi

    def retranslateUi(self, ImportFileFields):
        self.kind_name.setText(QCoreApplication.translate("ImportFileFields", u"&What", None))
#if QT_CONFIG(accessibility)
        self.kind.setAccessibleName(QCoreApplication.translate("ImportFileFields", u"What is imported", None))
#endif // QT_CONFIG(accessibility)
        self.kind_note.setText(QCoreApplication.translate("ImportFileFields", u"One file holds one kind of rows.", None))
        self.file_name.setText(QCoreApplication.translate("ImportFileFields", u"&File", None))
#if QT_CONFIG(accessibility)
        self.file.setAccessibleName(QCoreApplication.translate("ImportFileFields", u"File", None))
#endif // QT_CONFIG(accessibility)
        self.browse_file.setText(QCoreApplication.translate("ImportFileFields", u"C&hoose\u2026", None))
#if QT_CONFIG(accessibility)
        self.browse_file.setAccessibleName(QCoreApplication.translate("ImportFileFields", u"Choose the file", None))
#endif // QT_CONFIG(accessibility)
        self.file_note.setText(QCoreApplication.translate("ImportFileFields", u"Separated values (CSV) in UTF-8; its first line names the columns.", None))
        self.way_name.setText(QCoreApplication.translate("ImportFileFields", u"&Map", None))
#if QT_CONFIG(accessibility)
        self.way.setAccessibleName(QCoreApplication.translate("ImportFileFields", u"How its columns are read", None))
#endif // QT_CONFIG(accessibility)
        self.way_note.setText(QCoreApplication.translate("ImportFileFields", u"A map says which column means what.", None))
        self.map_name.setText(QCoreApplication.translate("ImportFileFields", u"Map f&ile", None))
#if QT_CONFIG(accessibility)
        self.map.setAccessibleName(QCoreApplication.translate("ImportFileFields", u"Map file", None))
#endif // QT_CONFIG(accessibility)
        self.browse_map.setText(QCoreApplication.translate("ImportFileFields", u"Ch&oose\u2026", None))
#if QT_CONFIG(accessibility)
        self.browse_map.setAccessibleName(QCoreApplication.translate("ImportFileFields", u"Choose the map file", None))
#endif // QT_CONFIG(accessibility)
        self.map_note.setText(QCoreApplication.translate("ImportFileFields", u"A map made earlier, as the command takes it.", None))
        pass
    # retranslateUi

