# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'restore_fields.ui'
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

class Ui_RestoreFields(object):
    def setupUi(self, RestoreFields):
        if not RestoreFields.objectName():
            RestoreFields.setObjectName(u"RestoreFields")
        self.grid = QGridLayout(RestoreFields)
        self.grid.setObjectName(u"grid")
        self.grid.setHorizontalSpacing(16)
        self.grid.setVerticalSpacing(8)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.reason_name = QLabel(RestoreFields)
        self.reason_name.setObjectName(u"reason_name")
        self.reason_name.setProperty(u"look", u"muted")

        self.grid.addWidget(self.reason_name, 0, 0, 1, 1)

        self.reason = QLineEdit(RestoreFields)
        self.reason.setObjectName(u"reason")

        self.grid.addWidget(self.reason, 0, 1, 1, 1)

        self.grid.setColumnStretch(1, 1)
#if QT_CONFIG(shortcut)
        self.reason_name.setBuddy(self.reason)
#endif // QT_CONFIG(shortcut)

        self.retranslateUi(RestoreFields)
    # setupUi

    def retranslateUi(self, RestoreFields):
        self.reason_name.setText(QCoreApplication.translate("RestoreFields", u"&Reason", None))
#if QT_CONFIG(accessibility)
        self.reason.setAccessibleName(QCoreApplication.translate("RestoreFields", u"Reason", None))
#endif // QT_CONFIG(accessibility)
        self.reason.setPlaceholderText(QCoreApplication.translate("RestoreFields", u"For instance: pays tomorrow, confirmed by phone", None))
        pass
    # retranslateUi

