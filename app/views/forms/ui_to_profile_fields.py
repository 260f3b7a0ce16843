# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'to_profile_fields.ui'
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
    QSizePolicy, QWidget)

class Ui_ToProfileFields(object):
    def setupUi(self, ToProfileFields):
        if not ToProfileFields.objectName():
            ToProfileFields.setObjectName(u"ToProfileFields")
        self.grid = QGridLayout(ToProfileFields)
        self.grid.setObjectName(u"grid")
        self.grid.setHorizontalSpacing(16)
        self.grid.setVerticalSpacing(8)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.profile_name = QLabel(ToProfileFields)
        self.profile_name.setObjectName(u"profile_name")
        self.profile_name.setProperty(u"look", u"muted")

        self.grid.addWidget(self.profile_name, 0, 0, 1, 1)

        self.profile = QComboBox(ToProfileFields)
        self.profile.setObjectName(u"profile")

        self.grid.addWidget(self.profile, 0, 1, 1, 1)

        self.effect = QWidget(ToProfileFields)
        self.effect.setObjectName(u"effect")

        self.grid.addWidget(self.effect, 1, 0, 1, 3)

        self.grid.setRowStretch(1, 1)
        self.grid.setColumnStretch(2, 1)
#if QT_CONFIG(shortcut)
        self.profile_name.setBuddy(self.profile)
#endif // QT_CONFIG(shortcut)

        self.retranslateUi(ToProfileFields)
    # setupUi

    def retranslateUi(self, ToProfileFields):
        self.profile_name.setText(QCoreApplication.translate("ToProfileFields", u"&Profile", None))
#if QT_CONFIG(accessibility)
        self.profile.setAccessibleName(QCoreApplication.translate("ToProfileFields", u"Profile they get", None))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(accessibility)
        self.effect.setAccessibleName(QCoreApplication.translate("ToProfileFields", u"What would change", None))
#endif // QT_CONFIG(accessibility)
        pass
    # retranslateUi

