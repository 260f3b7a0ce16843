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

        self.currency_name = QLabel(NewAccountProfile)
        self.currency_name.setObjectName(u"currency_name")
        self.currency_name.setProperty(u"look", u"muted")
        self.currency_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.currency_name, 2, 0, 1, 1)

        self.currency = QComboBox(NewAccountProfile)
        self.currency.setObjectName(u"currency")

        self.grid.addWidget(self.currency, 2, 1, 1, 1)

        self.currency_note = QLabel(NewAccountProfile)
        self.currency_note.setObjectName(u"currency_note")
        self.currency_note.setWordWrap(True)
        self.currency_note.setProperty(u"look", u"hint")
        self.currency_note.setProperty(u"lines", 2)

        self.grid.addWidget(self.currency_note, 2, 2, 1, 1)

        self.classification_name = QLabel(NewAccountProfile)
        self.classification_name.setObjectName(u"classification_name")
        self.classification_name.setProperty(u"look", u"muted")
        self.classification_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.classification_name, 3, 0, 1, 1)

        self.classification = QComboBox(NewAccountProfile)
        self.classification.setObjectName(u"classification")

        self.grid.addWidget(self.classification, 3, 1, 1, 1)

        self.classification_note = QLabel(NewAccountProfile)
        self.classification_note.setObjectName(u"classification_note")
        self.classification_note.setWordWrap(True)
        self.classification_note.setProperty(u"look", u"hint")
        self.classification_note.setProperty(u"lines", 2)

        self.grid.addWidget(self.classification_note, 3, 2, 1, 1)

        self.account_manager_name = QLabel(NewAccountProfile)
        self.account_manager_name.setObjectName(u"account_manager_name")
        self.account_manager_name.setProperty(u"look", u"muted")
        self.account_manager_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.account_manager_name, 4, 0, 1, 1)

        self.account_manager = QComboBox(NewAccountProfile)
        self.account_manager.setObjectName(u"account_manager")

        self.grid.addWidget(self.account_manager, 4, 1, 1, 1)

        self.account_manager_note = QLabel(NewAccountProfile)
        self.account_manager_note.setObjectName(u"account_manager_note")
        self.account_manager_note.setWordWrap(True)
        self.account_manager_note.setProperty(u"look", u"hint")
        self.account_manager_note.setProperty(u"lines", 2)

        self.grid.addWidget(self.account_manager_note, 4, 2, 1, 1)

        self.grid.setColumnStretch(1, 3)
        self.grid.setColumnStretch(2, 2)
#if QT_CONFIG(shortcut)
        self.profile_name.setBuddy(self.profile)
        self.agent_name.setBuddy(self.agent)
        self.currency_name.setBuddy(self.currency)
        self.classification_name.setBuddy(self.classification)
        self.account_manager_name.setBuddy(self.account_manager)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.profile, self.agent)
        QWidget.setTabOrder(self.agent, self.currency)
        QWidget.setTabOrder(self.currency, self.classification)
        QWidget.setTabOrder(self.classification, self.account_manager)

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
        self.currency_name.setText(QCoreApplication.translate("NewAccountProfile", u"C&urrency", None))
#if QT_CONFIG(accessibility)
        self.currency.setAccessibleName(QCoreApplication.translate("NewAccountProfile", u"Currency", None))
#endif // QT_CONFIG(accessibility)
        self.currency_note.setText(QCoreApplication.translate("NewAccountProfile", u"What it is invoiced and pays in, for good.", None))
        self.classification_name.setText(QCoreApplication.translate("NewAccountProfile", u"C&lassification", None))
#if QT_CONFIG(accessibility)
        self.classification.setAccessibleName(QCoreApplication.translate("NewAccountProfile", u"Classification", None))
#endif // QT_CONFIG(accessibility)
        self.classification_note.setText(QCoreApplication.translate("NewAccountProfile", u"How the account is counted and judged. It can be changed later.", None))
        self.account_manager_name.setText(QCoreApplication.translate("NewAccountProfile", u"Account &manager", None))
#if QT_CONFIG(accessibility)
        self.account_manager.setAccessibleName(QCoreApplication.translate("NewAccountProfile", u"Account manager", None))
#endif // QT_CONFIG(accessibility)
        self.account_manager_note.setText(QCoreApplication.translate("NewAccountProfile", u"Who of the staff looks after this organisation.", None))
        pass
    # retranslateUi

