# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'status_fields.ui'
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
    QLineEdit, QSizePolicy, QWidget)

class Ui_StatusFields(object):
    def setupUi(self, StatusFields):
        if not StatusFields.objectName():
            StatusFields.setObjectName(u"StatusFields")
        self.grid = QGridLayout(StatusFields)
        self.grid.setObjectName(u"grid")
        self.grid.setHorizontalSpacing(16)
        self.grid.setVerticalSpacing(8)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.kind_name = QLabel(StatusFields)
        self.kind_name.setObjectName(u"kind_name")
        self.kind_name.setProperty(u"look", u"muted")

        self.grid.addWidget(self.kind_name, 0, 0, 1, 1)

        self.kind = QComboBox(StatusFields)
        self.kind.setObjectName(u"kind")

        self.grid.addWidget(self.kind, 0, 1, 1, 1)

        self.reason_name = QLabel(StatusFields)
        self.reason_name.setObjectName(u"reason_name")
        self.reason_name.setProperty(u"look", u"muted")

        self.grid.addWidget(self.reason_name, 1, 0, 1, 1)

        self.reason = QComboBox(StatusFields)
        self.reason.setObjectName(u"reason")

        self.grid.addWidget(self.reason, 1, 1, 1, 1)

        self.note_name = QLabel(StatusFields)
        self.note_name.setObjectName(u"note_name")
        self.note_name.setProperty(u"look", u"muted")

        self.grid.addWidget(self.note_name, 2, 0, 1, 1)

        self.note = QLineEdit(StatusFields)
        self.note.setObjectName(u"note")
        self.note.setMaxLength(300)

        self.grid.addWidget(self.note, 2, 1, 1, 1)

        self.day_name = QLabel(StatusFields)
        self.day_name.setObjectName(u"day_name")
        self.day_name.setProperty(u"look", u"muted")

        self.grid.addWidget(self.day_name, 3, 0, 1, 1)

        self.day = QLineEdit(StatusFields)
        self.day.setObjectName(u"day")

        self.grid.addWidget(self.day, 3, 1, 1, 1)

        self.grid.setColumnStretch(1, 1)
#if QT_CONFIG(shortcut)
        self.kind_name.setBuddy(self.kind)
        self.reason_name.setBuddy(self.reason)
        self.note_name.setBuddy(self.note)
        self.day_name.setBuddy(self.day)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.kind, self.reason)
        QWidget.setTabOrder(self.reason, self.note)
        QWidget.setTabOrder(self.note, self.day)

        self.retranslateUi(StatusFields)
    # setupUi

    def retranslateUi(self, StatusFields):
        self.kind_name.setText(QCoreApplication.translate("StatusFields", u"&Kind", None))
#if QT_CONFIG(accessibility)
        self.kind.setAccessibleName(QCoreApplication.translate("StatusFields", u"Kind of hold", None))
#endif // QT_CONFIG(accessibility)
        self.reason_name.setText(QCoreApplication.translate("StatusFields", u"&Reason", None))
#if QT_CONFIG(accessibility)
        self.reason.setAccessibleName(QCoreApplication.translate("StatusFields", u"Reason", None))
#endif // QT_CONFIG(accessibility)
        self.note_name.setText(QCoreApplication.translate("StatusFields", u"In &words", None))
#if QT_CONFIG(accessibility)
        self.note.setAccessibleName(QCoreApplication.translate("StatusFields", u"The reason in words", None))
#endif // QT_CONFIG(accessibility)
        self.day_name.setText(QCoreApplication.translate("StatusFields", u"&From", None))
#if QT_CONFIG(accessibility)
        self.day.setAccessibleName(QCoreApplication.translate("StatusFields", u"Day on which it counts", None))
#endif // QT_CONFIG(accessibility)
        pass
    # retranslateUi

