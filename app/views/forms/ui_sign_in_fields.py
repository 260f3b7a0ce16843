# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'sign_in_fields.ui'
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

class Ui_SignInFields(object):
    def setupUi(self, SignInFields):
        if not SignInFields.objectName():
            SignInFields.setObjectName(u"SignInFields")
        self.grid = QGridLayout(SignInFields)
        self.grid.setObjectName(u"grid")
        self.grid.setHorizontalSpacing(16)
        self.grid.setVerticalSpacing(8)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.login_name = QLabel(SignInFields)
        self.login_name.setObjectName(u"login_name")
        self.login_name.setProperty(u"look", u"muted")

        self.grid.addWidget(self.login_name, 0, 0, 1, 1)

        self.login = QLineEdit(SignInFields)
        self.login.setObjectName(u"login")

        self.grid.addWidget(self.login, 0, 1, 1, 1)

        self.password_name = QLabel(SignInFields)
        self.password_name.setObjectName(u"password_name")
        self.password_name.setProperty(u"look", u"muted")

        self.grid.addWidget(self.password_name, 1, 0, 1, 1)

        self.password = QLineEdit(SignInFields)
        self.password.setObjectName(u"password")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)

        self.grid.addWidget(self.password, 1, 1, 1, 1)

        self.grid.setColumnStretch(1, 1)
#if QT_CONFIG(shortcut)
        self.login_name.setBuddy(self.login)
        self.password_name.setBuddy(self.password)
#endif // QT_CONFIG(shortcut)

        self.retranslateUi(SignInFields)
    # setupUi

    def retranslateUi(self, SignInFields):
        self.login_name.setText(QCoreApplication.translate("SignInFields", u"&Login", None))
#if QT_CONFIG(accessibility)
        self.login.setAccessibleName(QCoreApplication.translate("SignInFields", u"Login", None))
#endif // QT_CONFIG(accessibility)
        self.login.setPlaceholderText(QCoreApplication.translate("SignInFields", u"name@realm", None))
        self.password_name.setText(QCoreApplication.translate("SignInFields", u"&Password", None))
#if QT_CONFIG(accessibility)
        self.password.setAccessibleName(QCoreApplication.translate("SignInFields", u"Password", None))
#endif // QT_CONFIG(accessibility)
        pass
    # retranslateUi

