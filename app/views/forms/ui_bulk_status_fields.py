# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'bulk_status_fields.ui'
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

class Ui_BulkStatusFields(object):
    def setupUi(self, BulkStatusFields):
        if not BulkStatusFields.objectName():
            BulkStatusFields.setObjectName(u"BulkStatusFields")
        self.grid = QGridLayout(BulkStatusFields)
        self.grid.setObjectName(u"grid")
        self.grid.setHorizontalSpacing(16)
        self.grid.setVerticalSpacing(8)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.path_name = QLabel(BulkStatusFields)
        self.path_name.setObjectName(u"path_name")
        self.path_name.setProperty(u"look", u"muted")

        self.grid.addWidget(self.path_name, 0, 0, 1, 1)

        self.path = QLineEdit(BulkStatusFields)
        self.path.setObjectName(u"path")

        self.grid.addWidget(self.path, 0, 1, 1, 1)

        self.browse = QPushButton(BulkStatusFields)
        self.browse.setObjectName(u"browse")
        self.browse.setAutoDefault(False)

        self.grid.addWidget(self.browse, 0, 2, 1, 1)

        self.target_name = QLabel(BulkStatusFields)
        self.target_name.setObjectName(u"target_name")
        self.target_name.setProperty(u"look", u"muted")

        self.grid.addWidget(self.target_name, 1, 0, 1, 1)

        self.target = QComboBox(BulkStatusFields)
        self.target.setObjectName(u"target")

        self.grid.addWidget(self.target, 1, 1, 1, 2)

        self.reason_name = QLabel(BulkStatusFields)
        self.reason_name.setObjectName(u"reason_name")
        self.reason_name.setProperty(u"look", u"muted")

        self.grid.addWidget(self.reason_name, 2, 0, 1, 1)

        self.reason = QComboBox(BulkStatusFields)
        self.reason.setObjectName(u"reason")

        self.grid.addWidget(self.reason, 2, 1, 1, 2)

        self.note_name = QLabel(BulkStatusFields)
        self.note_name.setObjectName(u"note_name")
        self.note_name.setProperty(u"look", u"muted")

        self.grid.addWidget(self.note_name, 3, 0, 1, 1)

        self.note = QLineEdit(BulkStatusFields)
        self.note.setObjectName(u"note")
        self.note.setMaxLength(300)

        self.grid.addWidget(self.note, 3, 1, 1, 2)

        self.said = QLabel(BulkStatusFields)
        self.said.setObjectName(u"said")
        self.said.setWordWrap(True)
        self.said.setProperty(u"look", u"text")
        self.said.setProperty(u"lines", 2)

        self.grid.addWidget(self.said, 4, 0, 1, 3)

        self.rows = QWidget(BulkStatusFields)
        self.rows.setObjectName(u"rows")

        self.grid.addWidget(self.rows, 5, 0, 1, 3)

        self.grid.setRowStretch(5, 1)
        self.grid.setColumnStretch(1, 1)
#if QT_CONFIG(shortcut)
        self.path_name.setBuddy(self.path)
        self.target_name.setBuddy(self.target)
        self.reason_name.setBuddy(self.reason)
        self.note_name.setBuddy(self.note)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.path, self.browse)
        QWidget.setTabOrder(self.browse, self.target)
        QWidget.setTabOrder(self.target, self.reason)
        QWidget.setTabOrder(self.reason, self.note)

        self.retranslateUi(BulkStatusFields)
    # setupUi

    def retranslateUi(self, BulkStatusFields):
        self.path_name.setText(QCoreApplication.translate("BulkStatusFields", u"&File", None))
#if QT_CONFIG(accessibility)
        self.path.setAccessibleName(QCoreApplication.translate("BulkStatusFields", u"File", None))
#endif // QT_CONFIG(accessibility)
        self.browse.setText(QCoreApplication.translate("BulkStatusFields", u"&Choose\u2026", None))
        self.target_name.setText(QCoreApplication.translate("BulkStatusFields", u"&Status", None))
#if QT_CONFIG(accessibility)
        self.target.setAccessibleName(QCoreApplication.translate("BulkStatusFields", u"Status", None))
#endif // QT_CONFIG(accessibility)
        self.reason_name.setText(QCoreApplication.translate("BulkStatusFields", u"&Reason", None))
#if QT_CONFIG(accessibility)
        self.reason.setAccessibleName(QCoreApplication.translate("BulkStatusFields", u"Reason", None))
#endif // QT_CONFIG(accessibility)
        self.note_name.setText(QCoreApplication.translate("BulkStatusFields", u"In &words", None))
#if QT_CONFIG(accessibility)
        self.note.setAccessibleName(QCoreApplication.translate("BulkStatusFields", u"The reason in words", None))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(accessibility)
        self.rows.setAccessibleName(QCoreApplication.translate("BulkStatusFields", u"What would happen", None))
#endif // QT_CONFIG(accessibility)
        pass
    # retranslateUi

