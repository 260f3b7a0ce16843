# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'dispute_fields.ui'
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
from PySide6.QtWidgets import (QApplication, QGridLayout, QLabel, QLineEdit,
    QSizePolicy, QWidget)

class Ui_DisputeFields(object):
    def setupUi(self, DisputeFields):
        if not DisputeFields.objectName():
            DisputeFields.setObjectName(u"DisputeFields")
        self.grid = QGridLayout(DisputeFields)
        self.grid.setObjectName(u"grid")
        self.grid.setHorizontalSpacing(16)
        self.grid.setVerticalSpacing(8)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.amount_name = QLabel(DisputeFields)
        self.amount_name.setObjectName(u"amount_name")
        self.amount_name.setProperty(u"look", u"muted")

        self.grid.addWidget(self.amount_name, 0, 0, 1, 1)

        self.amount = QLineEdit(DisputeFields)
        self.amount.setObjectName(u"amount")

        self.grid.addWidget(self.amount, 0, 1, 1, 1)

        self.since_name = QLabel(DisputeFields)
        self.since_name.setObjectName(u"since_name")
        self.since_name.setProperty(u"look", u"muted")

        self.grid.addWidget(self.since_name, 1, 0, 1, 1)

        self.since = QLineEdit(DisputeFields)
        self.since.setObjectName(u"since")

        self.grid.addWidget(self.since, 1, 1, 1, 1)

        self.reason_name = QLabel(DisputeFields)
        self.reason_name.setObjectName(u"reason_name")
        self.reason_name.setProperty(u"look", u"muted")

        self.grid.addWidget(self.reason_name, 2, 0, 1, 1)

        self.reason = QLineEdit(DisputeFields)
        self.reason.setObjectName(u"reason")
        self.reason.setMaxLength(50)

        self.grid.addWidget(self.reason, 2, 1, 1, 1)

        self.currency = QLabel(DisputeFields)
        self.currency.setObjectName(u"currency")
        self.currency.setProperty(u"look", u"muted")

        self.grid.addWidget(self.currency, 0, 2, 1, 1)

        self.grid.setColumnStretch(1, 1)
#if QT_CONFIG(shortcut)
        self.amount_name.setBuddy(self.amount)
        self.since_name.setBuddy(self.since)
        self.reason_name.setBuddy(self.reason)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.amount, self.since)
        QWidget.setTabOrder(self.since, self.reason)

        self.retranslateUi(DisputeFields)
    # setupUi

    def retranslateUi(self, DisputeFields):
        self.amount_name.setText(QCoreApplication.translate("DisputeFields", u"&Amount", None))
#if QT_CONFIG(accessibility)
        self.amount.setAccessibleName(QCoreApplication.translate("DisputeFields", u"Amount in dispute", None))
#endif // QT_CONFIG(accessibility)
        self.since_name.setText(QCoreApplication.translate("DisputeFields", u"&From", None))
#if QT_CONFIG(accessibility)
        self.since.setAccessibleName(QCoreApplication.translate("DisputeFields", u"In dispute from", None))
#endif // QT_CONFIG(accessibility)
        self.reason_name.setText(QCoreApplication.translate("DisputeFields", u"&Reason", None))
#if QT_CONFIG(accessibility)
        self.reason.setAccessibleName(QCoreApplication.translate("DisputeFields", u"Reason", None))
#endif // QT_CONFIG(accessibility)
        self.reason.setPlaceholderText(QCoreApplication.translate("DisputeFields", u"For instance: charged twice", None))
        pass
    # retranslateUi

