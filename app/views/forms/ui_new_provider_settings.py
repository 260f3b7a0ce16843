# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'new_provider_settings.ui'
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

class Ui_NewProviderSettings(object):
    def setupUi(self, NewProviderSettings):
        if not NewProviderSettings.objectName():
            NewProviderSettings.setObjectName(u"NewProviderSettings")
        self.grid = QGridLayout(NewProviderSettings)
        self.grid.setObjectName(u"grid")
        self.grid.setHorizontalSpacing(16)
        self.grid.setVerticalSpacing(6)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.realm_name = QLabel(NewProviderSettings)
        self.realm_name.setObjectName(u"realm_name")
        self.realm_name.setProperty(u"look", u"muted")
        self.realm_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.realm_name, 0, 0, 1, 1)

        self.realm = QLineEdit(NewProviderSettings)
        self.realm.setObjectName(u"realm")
        self.realm.setMaxLength(120)

        self.grid.addWidget(self.realm, 0, 1, 1, 1)

        self.realm_note = QLabel(NewProviderSettings)
        self.realm_note.setObjectName(u"realm_note")
        self.realm_note.setWordWrap(True)
        self.realm_note.setProperty(u"look", u"hint")
        self.realm_note.setProperty(u"lines", 2)

        self.grid.addWidget(self.realm_note, 0, 2, 1, 1)

        self.currency_name = QLabel(NewProviderSettings)
        self.currency_name.setObjectName(u"currency_name")
        self.currency_name.setProperty(u"look", u"muted")
        self.currency_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.currency_name, 1, 0, 1, 1)

        self.currency = QLineEdit(NewProviderSettings)
        self.currency.setObjectName(u"currency")
        self.currency.setMaxLength(3)

        self.grid.addWidget(self.currency, 1, 1, 1, 1)

        self.currency_note = QLabel(NewProviderSettings)
        self.currency_note.setObjectName(u"currency_note")
        self.currency_note.setWordWrap(True)
        self.currency_note.setProperty(u"look", u"hint")
        self.currency_note.setProperty(u"lines", 2)

        self.grid.addWidget(self.currency_note, 1, 2, 1, 1)

        self.time_zone_name = QLabel(NewProviderSettings)
        self.time_zone_name.setObjectName(u"time_zone_name")
        self.time_zone_name.setProperty(u"look", u"muted")
        self.time_zone_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.time_zone_name, 2, 0, 1, 1)

        self.time_zone = QLineEdit(NewProviderSettings)
        self.time_zone.setObjectName(u"time_zone")
        self.time_zone.setMaxLength(60)

        self.grid.addWidget(self.time_zone, 2, 1, 1, 1)

        self.time_zone_note = QLabel(NewProviderSettings)
        self.time_zone_note.setObjectName(u"time_zone_note")
        self.time_zone_note.setWordWrap(True)
        self.time_zone_note.setProperty(u"look", u"hint")
        self.time_zone_note.setProperty(u"lines", 2)

        self.grid.addWidget(self.time_zone_note, 2, 2, 1, 1)

        self.language_name = QLabel(NewProviderSettings)
        self.language_name.setObjectName(u"language_name")
        self.language_name.setProperty(u"look", u"muted")
        self.language_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.language_name, 3, 0, 1, 1)

        self.language = QComboBox(NewProviderSettings)
        self.language.setObjectName(u"language")

        self.grid.addWidget(self.language, 3, 1, 1, 1)

        self.language_note = QLabel(NewProviderSettings)
        self.language_note.setObjectName(u"language_note")
        self.language_note.setWordWrap(True)
        self.language_note.setProperty(u"look", u"hint")
        self.language_note.setProperty(u"lines", 2)

        self.grid.addWidget(self.language_note, 3, 2, 1, 1)

        self.default_profile_name = QLabel(NewProviderSettings)
        self.default_profile_name.setObjectName(u"default_profile_name")
        self.default_profile_name.setProperty(u"look", u"muted")
        self.default_profile_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.default_profile_name, 4, 0, 1, 1)

        self.default_profile = QLineEdit(NewProviderSettings)
        self.default_profile.setObjectName(u"default_profile")
        self.default_profile.setMaxLength(120)

        self.grid.addWidget(self.default_profile, 4, 1, 1, 1)

        self.default_profile_note = QLabel(NewProviderSettings)
        self.default_profile_note.setObjectName(u"default_profile_note")
        self.default_profile_note.setWordWrap(True)
        self.default_profile_note.setProperty(u"look", u"hint")
        self.default_profile_note.setProperty(u"lines", 2)

        self.grid.addWidget(self.default_profile_note, 4, 2, 1, 1)

        self.legal_name_name = QLabel(NewProviderSettings)
        self.legal_name_name.setObjectName(u"legal_name_name")
        self.legal_name_name.setProperty(u"look", u"muted")
        self.legal_name_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.legal_name_name, 5, 0, 1, 1)

        self.legal_name = QLineEdit(NewProviderSettings)
        self.legal_name.setObjectName(u"legal_name")
        self.legal_name.setMaxLength(200)

        self.grid.addWidget(self.legal_name, 5, 1, 1, 1)

        self.legal_name_note = QLabel(NewProviderSettings)
        self.legal_name_note.setObjectName(u"legal_name_note")
        self.legal_name_note.setWordWrap(True)
        self.legal_name_note.setProperty(u"look", u"hint")
        self.legal_name_note.setProperty(u"lines", 2)

        self.grid.addWidget(self.legal_name_note, 5, 2, 1, 1)

        self.tax_number_name = QLabel(NewProviderSettings)
        self.tax_number_name.setObjectName(u"tax_number_name")
        self.tax_number_name.setProperty(u"look", u"muted")
        self.tax_number_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.tax_number_name, 6, 0, 1, 1)

        self.tax_number = QLineEdit(NewProviderSettings)
        self.tax_number.setObjectName(u"tax_number")
        self.tax_number.setMaxLength(60)

        self.grid.addWidget(self.tax_number, 6, 1, 1, 1)

        self.tax_number_note = QLabel(NewProviderSettings)
        self.tax_number_note.setObjectName(u"tax_number_note")
        self.tax_number_note.setWordWrap(True)
        self.tax_number_note.setProperty(u"look", u"hint")
        self.tax_number_note.setProperty(u"lines", 2)

        self.grid.addWidget(self.tax_number_note, 6, 2, 1, 1)

        self.email_name = QLabel(NewProviderSettings)
        self.email_name.setObjectName(u"email_name")
        self.email_name.setProperty(u"look", u"muted")
        self.email_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.email_name, 7, 0, 1, 1)

        self.email = QLineEdit(NewProviderSettings)
        self.email.setObjectName(u"email")
        self.email.setMaxLength(200)

        self.grid.addWidget(self.email, 7, 1, 1, 1)

        self.email_note = QLabel(NewProviderSettings)
        self.email_note.setObjectName(u"email_note")
        self.email_note.setWordWrap(True)
        self.email_note.setProperty(u"look", u"hint")
        self.email_note.setProperty(u"lines", 2)

        self.grid.addWidget(self.email_note, 7, 2, 1, 1)

        self.phone_name = QLabel(NewProviderSettings)
        self.phone_name.setObjectName(u"phone_name")
        self.phone_name.setProperty(u"look", u"muted")
        self.phone_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.phone_name, 8, 0, 1, 1)

        self.phone = QLineEdit(NewProviderSettings)
        self.phone.setObjectName(u"phone")
        self.phone.setMaxLength(60)

        self.grid.addWidget(self.phone, 8, 1, 1, 1)

        self.phone_note = QLabel(NewProviderSettings)
        self.phone_note.setObjectName(u"phone_note")
        self.phone_note.setWordWrap(True)
        self.phone_note.setProperty(u"look", u"hint")
        self.phone_note.setProperty(u"lines", 2)

        self.grid.addWidget(self.phone_note, 8, 2, 1, 1)

        self.grid.setColumnStretch(1, 3)
        self.grid.setColumnStretch(2, 2)
#if QT_CONFIG(shortcut)
        self.realm_name.setBuddy(self.realm)
        self.currency_name.setBuddy(self.currency)
        self.time_zone_name.setBuddy(self.time_zone)
        self.language_name.setBuddy(self.language)
        self.default_profile_name.setBuddy(self.default_profile)
        self.legal_name_name.setBuddy(self.legal_name)
        self.tax_number_name.setBuddy(self.tax_number)
        self.email_name.setBuddy(self.email)
        self.phone_name.setBuddy(self.phone)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.realm, self.currency)
        QWidget.setTabOrder(self.currency, self.time_zone)
        QWidget.setTabOrder(self.time_zone, self.language)
        QWidget.setTabOrder(self.language, self.default_profile)
        QWidget.setTabOrder(self.default_profile, self.legal_name)
        QWidget.setTabOrder(self.legal_name, self.tax_number)
        QWidget.setTabOrder(self.tax_number, self.email)
        QWidget.setTabOrder(self.email, self.phone)

        self.retranslateUi(NewProviderSettings)
    # setupUi

    def retranslateUi(self, NewProviderSettings):
        self.realm_name.setText(QCoreApplication.translate("NewProviderSettings", u"&Realm", None))
#if QT_CONFIG(accessibility)
        self.realm.setAccessibleName(QCoreApplication.translate("NewProviderSettings", u"Realm", None))
#endif // QT_CONFIG(accessibility)
        self.realm.setPlaceholderText(QCoreApplication.translate("NewProviderSettings", u"@company.example", None))
        self.realm_note.setText(QCoreApplication.translate("NewProviderSettings", u"Log-ins of its staff end with it. Each provider has its own.", None))
        self.currency_name.setText(QCoreApplication.translate("NewProviderSettings", u"C&urrency", None))
#if QT_CONFIG(accessibility)
        self.currency.setAccessibleName(QCoreApplication.translate("NewProviderSettings", u"Currency", None))
#endif // QT_CONFIG(accessibility)
        self.currency_note.setText(QCoreApplication.translate("NewProviderSettings", u"For good: all its accounts are kept in it.", None))
        self.time_zone_name.setText(QCoreApplication.translate("NewProviderSettings", u"&Time zone", None))
#if QT_CONFIG(accessibility)
        self.time_zone.setAccessibleName(QCoreApplication.translate("NewProviderSettings", u"Time zone", None))
#endif // QT_CONFIG(accessibility)
        self.time_zone_note.setText(QCoreApplication.translate("NewProviderSettings", u"Its days begin and end by it.", None))
        self.language_name.setText(QCoreApplication.translate("NewProviderSettings", u"&Language", None))
#if QT_CONFIG(accessibility)
        self.language.setAccessibleName(QCoreApplication.translate("NewProviderSettings", u"Language", None))
#endif // QT_CONFIG(accessibility)
        self.language_note.setText(QCoreApplication.translate("NewProviderSettings", u"Of its invoices.", None))
        self.default_profile_name.setText(QCoreApplication.translate("NewProviderSettings", u"&Default profile", None))
#if QT_CONFIG(accessibility)
        self.default_profile.setAccessibleName(QCoreApplication.translate("NewProviderSettings", u"Default profile", None))
#endif // QT_CONFIG(accessibility)
        self.default_profile_note.setText(QCoreApplication.translate("NewProviderSettings", u"The profile its new customers get.", None))
        self.legal_name_name.setText(QCoreApplication.translate("NewProviderSettings", u"Le&gal name", None))
#if QT_CONFIG(accessibility)
        self.legal_name.setAccessibleName(QCoreApplication.translate("NewProviderSettings", u"Legal name", None))
#endif // QT_CONFIG(accessibility)
        self.legal_name_note.setText(QCoreApplication.translate("NewProviderSettings", u"On paper, where it differs from the name.", None))
        self.tax_number_name.setText(QCoreApplication.translate("NewProviderSettings", u"Ta&x number", None))
#if QT_CONFIG(accessibility)
        self.tax_number.setAccessibleName(QCoreApplication.translate("NewProviderSettings", u"Tax number", None))
#endif // QT_CONFIG(accessibility)
        self.email_name.setText(QCoreApplication.translate("NewProviderSettings", u"&E-mail", None))
#if QT_CONFIG(accessibility)
        self.email.setAccessibleName(QCoreApplication.translate("NewProviderSettings", u"E-mail", None))
#endif // QT_CONFIG(accessibility)
        self.email_note.setText(QCoreApplication.translate("NewProviderSettings", u"Where its customers write to.", None))
        self.phone_name.setText(QCoreApplication.translate("NewProviderSettings", u"&Phone", None))
#if QT_CONFIG(accessibility)
        self.phone.setAccessibleName(QCoreApplication.translate("NewProviderSettings", u"Phone", None))
#endif // QT_CONFIG(accessibility)
        pass
    # retranslateUi

