# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'new_account_profile.ui'
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

class Ui_NewAccountProfile(object):
    def setupUi(self, NewAccountProfile):
        if not NewAccountProfile.objectName():
            NewAccountProfile.setObjectName(u"NewAccountProfile")
        self.grid = QGridLayout(NewAccountProfile)
        self.grid.setObjectName(u"grid")
        self.grid.setHorizontalSpacing(16)
        self.grid.setVerticalSpacing(6)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.profile_name = QLabel(NewAccountProfile)
        self.profile_name.setObjectName(u"profile_name")
        self.profile_name.setProperty(u"look", u"muted")
        self.profile_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.profile_name, 0, 0, 1, 1)

        self.profile = QComboBox(NewAccountProfile)
        self.profile.setObjectName(u"profile")

        self.grid.addWidget(self.profile, 0, 1, 1, 1)

        self.profile_note = QLabel(NewAccountProfile)
        self.profile_note.setObjectName(u"profile_note")
        self.profile_note.setWordWrap(True)
        self.profile_note.setProperty(u"look", u"hint")
        self.profile_note.setProperty(u"lines", 2)

        self.grid.addWidget(self.profile_note, 0, 2, 1, 1)

        self.agent_name = QLabel(NewAccountProfile)
        self.agent_name.setObjectName(u"agent_name")
        self.agent_name.setProperty(u"look", u"muted")
        self.agent_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.agent_name, 1, 0, 1, 1)

        self.agent = QComboBox(NewAccountProfile)
        self.agent.setObjectName(u"agent")

        self.grid.addWidget(self.agent, 1, 1, 1, 1)

        self.agent_note = QLabel(NewAccountProfile)
        self.agent_note.setObjectName(u"agent_note")
        self.agent_note.setWordWrap(True)
        self.agent_note.setProperty(u"look", u"hint")
        self.agent_note.setProperty(u"lines", 2)

        self.grid.addWidget(self.agent_note, 1, 2, 1, 1)

        self.grid.setColumnStretch(1, 3)
        self.grid.setColumnStretch(2, 2)
#if QT_CONFIG(shortcut)
        self.profile_name.setBuddy(self.profile)
        self.agent_name.setBuddy(self.agent)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.profile, self.agent)

        self.retranslateUi(NewAccountProfile)
    # setupUi

    def retranslateUi(self, NewAccountProfile):
        self.profile_name.setText(QCoreApplication.translate("NewAccountProfile", u"&Profile", None))
#if QT_CONFIG(accessibility)
        self.profile.setAccessibleName(QCoreApplication.translate("NewAccountProfile", u"Profile", None))
#endif // QT_CONFIG(accessibility)
        self.profile_note.setText(QCoreApplication.translate("NewAccountProfile", u"Settings that several accounts share. It can be changed later.", None))
        self.agent_name.setText(QCoreApplication.translate("NewAccountProfile", u"A&gent", None))
#if QT_CONFIG(accessibility)
        self.agent.setAccessibleName(QCoreApplication.translate("NewAccountProfile", u"Agent", None))
#endif // QT_CONFIG(accessibility)
        self.agent_note.setText(QCoreApplication.translate("NewAccountProfile", u"Who signed the customer up. The account stays the provider's.", None))
        pass
    # retranslateUi

