# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'change_password_fields.ui'
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

class Ui_ChangePasswordFields(object):
    def setupUi(self, ChangePasswordFields):
        if not ChangePasswordFields.objectName():
            ChangePasswordFields.setObjectName(u"ChangePasswordFields")
        self.grid = QGridLayout(ChangePasswordFields)
        self.grid.setObjectName(u"grid")
        self.grid.setHorizontalSpacing(16)
        self.grid.setVerticalSpacing(8)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.current_name = QLabel(ChangePasswordFields)
        self.current_name.setObjectName(u"current_name")
        self.current_name.setProperty(u"look", u"muted")

        self.grid.addWidget(self.current_name, 0, 0, 1, 1)

        self.current = QLineEdit(ChangePasswordFields)
        self.current.setObjectName(u"current")
        self.current.setEchoMode(QLineEdit.EchoMode.Password)

        self.grid.addWidget(self.current, 0, 1, 1, 1)

        self.password_name = QLabel(ChangePasswordFields)
        self.password_name.setObjectName(u"password_name")
        self.password_name.setProperty(u"look", u"muted")

        self.grid.addWidget(self.password_name, 1, 0, 1, 1)

        self.password = QLineEdit(ChangePasswordFields)
        self.password.setObjectName(u"password")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)

        self.grid.addWidget(self.password, 1, 1, 1, 1)

        self.again_name = QLabel(ChangePasswordFields)
        self.again_name.setObjectName(u"again_name")
        self.again_name.setProperty(u"look", u"muted")

        self.grid.addWidget(self.again_name, 2, 0, 1, 1)

        self.again = QLineEdit(ChangePasswordFields)
        self.again.setObjectName(u"again")
        self.again.setEchoMode(QLineEdit.EchoMode.Password)

        self.grid.addWidget(self.again, 2, 1, 1, 1)

        self.grid.setColumnStretch(1, 1)
#if QT_CONFIG(shortcut)
        self.current_name.setBuddy(self.current)
        self.password_name.setBuddy(self.password)
        self.again_name.setBuddy(self.again)
#endif // QT_CONFIG(shortcut)

        self.retranslateUi(ChangePasswordFields)
    # setupUi

    def retranslateUi(self, ChangePasswordFields):
        self.current_name.setText(QCoreApplication.translate("ChangePasswordFields", u"&Current password", None))
#if QT_CONFIG(accessibility)
        self.current.setAccessibleName(QCoreApplication.translate("ChangePasswordFields", u"Current password", None))
#endif // QT_CONFIG(accessibility)
        self.password_name.setText(QCoreApplication.translate("ChangePasswordFields", u"&New password", None))
#if QT_CONFIG(accessibility)
        self.password.setAccessibleName(QCoreApplication.translate("ChangePasswordFields", u"New password", None))
#endif // QT_CONFIG(accessibility)
        self.password.setPlaceholderText(QCoreApplication.translate("ChangePasswordFields", u"8 characters or more, letters and digits", None))
        self.again_name.setText(QCoreApplication.translate("ChangePasswordFields", u"The same &again", None))
#if QT_CONFIG(accessibility)
        self.again.setAccessibleName(QCoreApplication.translate("ChangePasswordFields", u"The same again", None))
#endif // QT_CONFIG(accessibility)
        pass
    # retranslateUi

