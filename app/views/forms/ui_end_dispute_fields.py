# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'end_dispute_fields.ui'
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

class Ui_EndDisputeFields(object):
    def setupUi(self, EndDisputeFields):
        if not EndDisputeFields.objectName():
            EndDisputeFields.setObjectName(u"EndDisputeFields")
        self.grid = QGridLayout(EndDisputeFields)
        self.grid.setObjectName(u"grid")
        self.grid.setHorizontalSpacing(16)
        self.grid.setVerticalSpacing(8)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.day_name = QLabel(EndDisputeFields)
        self.day_name.setObjectName(u"day_name")
        self.day_name.setProperty(u"look", u"muted")

        self.grid.addWidget(self.day_name, 0, 0, 1, 1)

        self.day = QLineEdit(EndDisputeFields)
        self.day.setObjectName(u"day")

        self.grid.addWidget(self.day, 0, 1, 1, 1)

        self.grid.setColumnStretch(1, 1)
#if QT_CONFIG(shortcut)
        self.day_name.setBuddy(self.day)
#endif // QT_CONFIG(shortcut)

        self.retranslateUi(EndDisputeFields)
    # setupUi

    def retranslateUi(self, EndDisputeFields):
        self.day_name.setText(QCoreApplication.translate("EndDisputeFields", u"&Ended on", None))
#if QT_CONFIG(accessibility)
        self.day.setAccessibleName(QCoreApplication.translate("EndDisputeFields", u"Ended on", None))
#endif // QT_CONFIG(accessibility)
        pass
    # retranslateUi

