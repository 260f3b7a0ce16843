# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'begin_sign_in_fields.ui'
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

class Ui_BeginSignInFields(object):
    def setupUi(self, BeginSignInFields):
        if not BeginSignInFields.objectName():
            BeginSignInFields.setObjectName(u"BeginSignInFields")
        self.grid = QGridLayout(BeginSignInFields)
        self.grid.setObjectName(u"grid")
        self.grid.setHorizontalSpacing(16)
        self.grid.setVerticalSpacing(8)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.login_name = QLabel(BeginSignInFields)
        self.login_name.setObjectName(u"login_name")
        self.login_name.setProperty(u"look", u"muted")

        self.grid.addWidget(self.login_name, 0, 0, 1, 1)

        self.login = QLineEdit(BeginSignInFields)
        self.login.setObjectName(u"login")

        self.grid.addWidget(self.login, 0, 1, 1, 1)

        self.name_name = QLabel(BeginSignInFields)
        self.name_name.setObjectName(u"name_name")
        self.name_name.setProperty(u"look", u"muted")

        self.grid.addWidget(self.name_name, 1, 0, 1, 1)

        self.name = QLineEdit(BeginSignInFields)
        self.name.setObjectName(u"name")

        self.grid.addWidget(self.name, 1, 1, 1, 1)

        self.password_name = QLabel(BeginSignInFields)
        self.password_name.setObjectName(u"password_name")
        self.password_name.setProperty(u"look", u"muted")

        self.grid.addWidget(self.password_name, 2, 0, 1, 1)

        self.password = QLineEdit(BeginSignInFields)
        self.password.setObjectName(u"password")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)

        self.grid.addWidget(self.password, 2, 1, 1, 1)

        self.again_name = QLabel(BeginSignInFields)
        self.again_name.setObjectName(u"again_name")
        self.again_name.setProperty(u"look", u"muted")

        self.grid.addWidget(self.again_name, 3, 0, 1, 1)

        self.again = QLineEdit(BeginSignInFields)
        self.again.setObjectName(u"again")
        self.again.setEchoMode(QLineEdit.EchoMode.Password)

        self.grid.addWidget(self.again, 3, 1, 1, 1)

        self.grid.setColumnStretch(1, 1)
#if QT_CONFIG(shortcut)
        self.login_name.setBuddy(self.login)
        self.name_name.setBuddy(self.name)
        self.password_name.setBuddy(self.password)
        self.again_name.setBuddy(self.again)
#endif // QT_CONFIG(shortcut)

        self.retranslateUi(BeginSignInFields)
    # setupUi

    def retranslateUi(self, BeginSignInFields):
        self.login_name.setText(QCoreApplication.translate("BeginSignInFields", u"&Login", None))
#if QT_CONFIG(accessibility)
        self.login.setAccessibleName(QCoreApplication.translate("BeginSignInFields", u"Login", None))
#endif // QT_CONFIG(accessibility)
        self.login.setPlaceholderText(QCoreApplication.translate("BeginSignInFields", u"name@realm, for instance kim@company.example", None))
        self.name_name.setText(QCoreApplication.translate("BeginSignInFields", u"&Name", None))
#if QT_CONFIG(accessibility)
        self.name.setAccessibleName(QCoreApplication.translate("BeginSignInFields", u"Name", None))
#endif // QT_CONFIG(accessibility)
        self.name.setPlaceholderText(QCoreApplication.translate("BeginSignInFields", u"As colleagues read it", None))
        self.password_name.setText(QCoreApplication.translate("BeginSignInFields", u"&Password", None))
#if QT_CONFIG(accessibility)
        self.password.setAccessibleName(QCoreApplication.translate("BeginSignInFields", u"Password", None))
#endif // QT_CONFIG(accessibility)
        self.password.setPlaceholderText(QCoreApplication.translate("BeginSignInFields", u"8 characters or more, letters and digits", None))
        self.again_name.setText(QCoreApplication.translate("BeginSignInFields", u"The same &again", None))
#if QT_CONFIG(accessibility)
        self.again.setAccessibleName(QCoreApplication.translate("BeginSignInFields", u"The same again", None))
#endif // QT_CONFIG(accessibility)
        pass
    # retranslateUi

