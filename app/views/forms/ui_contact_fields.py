# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'contact_fields.ui'
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

class Ui_ContactFields(object):
    def setupUi(self, ContactFields):
        if not ContactFields.objectName():
            ContactFields.setObjectName(u"ContactFields")
        self.grid = QGridLayout(ContactFields)
        self.grid.setObjectName(u"grid")
        self.grid.setHorizontalSpacing(16)
        self.grid.setVerticalSpacing(6)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.name_name = QLabel(ContactFields)
        self.name_name.setObjectName(u"name_name")
        self.name_name.setProperty(u"look", u"muted")
        self.name_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.name_name, 0, 0, 1, 1)

        self.name = QLineEdit(ContactFields)
        self.name.setObjectName(u"name")
        self.name.setMaxLength(200)

        self.grid.addWidget(self.name, 0, 1, 1, 1)

        self.name_note = QLabel(ContactFields)
        self.name_note.setObjectName(u"name_note")
        self.name_note.setWordWrap(True)
        self.name_note.setProperty(u"look", u"hint")
        self.name_note.setProperty(u"lines", 1)

        self.grid.addWidget(self.name_note, 0, 2, 1, 1)

        self.attention_name = QLabel(ContactFields)
        self.attention_name.setObjectName(u"attention_name")
        self.attention_name.setProperty(u"look", u"muted")
        self.attention_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.attention_name, 1, 0, 1, 1)

        self.attention = QLineEdit(ContactFields)
        self.attention.setObjectName(u"attention")
        self.attention.setMaxLength(200)

        self.grid.addWidget(self.attention, 1, 1, 1, 1)

        self.attention_note = QLabel(ContactFields)
        self.attention_note.setObjectName(u"attention_note")
        self.attention_note.setWordWrap(True)
        self.attention_note.setProperty(u"look", u"hint")
        self.attention_note.setProperty(u"lines", 1)

        self.grid.addWidget(self.attention_note, 1, 2, 1, 1)

        self.email_name = QLabel(ContactFields)
        self.email_name.setObjectName(u"email_name")
        self.email_name.setProperty(u"look", u"muted")
        self.email_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.email_name, 2, 0, 1, 1)

        self.email = QLineEdit(ContactFields)
        self.email.setObjectName(u"email")
        self.email.setMaxLength(200)

        self.grid.addWidget(self.email, 2, 1, 1, 1)

        self.email_note = QLabel(ContactFields)
        self.email_note.setObjectName(u"email_note")
        self.email_note.setWordWrap(True)
        self.email_note.setProperty(u"look", u"hint")
        self.email_note.setProperty(u"lines", 1)

        self.grid.addWidget(self.email_note, 2, 2, 1, 1)

        self.phone_name = QLabel(ContactFields)
        self.phone_name.setObjectName(u"phone_name")
        self.phone_name.setProperty(u"look", u"muted")
        self.phone_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.phone_name, 3, 0, 1, 1)

        self.phone = QLineEdit(ContactFields)
        self.phone.setObjectName(u"phone")
        self.phone.setMaxLength(60)

        self.grid.addWidget(self.phone, 3, 1, 1, 1)

        self.phone_note = QLabel(ContactFields)
        self.phone_note.setObjectName(u"phone_note")
        self.phone_note.setWordWrap(True)
        self.phone_note.setProperty(u"look", u"hint")
        self.phone_note.setProperty(u"lines", 1)

        self.grid.addWidget(self.phone_note, 3, 2, 1, 1)

        self.mobile_name = QLabel(ContactFields)
        self.mobile_name.setObjectName(u"mobile_name")
        self.mobile_name.setProperty(u"look", u"muted")
        self.mobile_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.mobile_name, 4, 0, 1, 1)

        self.mobile = QLineEdit(ContactFields)
        self.mobile.setObjectName(u"mobile")
        self.mobile.setMaxLength(60)

        self.grid.addWidget(self.mobile, 4, 1, 1, 1)

        self.mobile_note = QLabel(ContactFields)
        self.mobile_note.setObjectName(u"mobile_note")
        self.mobile_note.setWordWrap(True)
        self.mobile_note.setProperty(u"look", u"hint")
        self.mobile_note.setProperty(u"lines", 1)

        self.grid.addWidget(self.mobile_note, 4, 2, 1, 1)

        self.address_line1_name = QLabel(ContactFields)
        self.address_line1_name.setObjectName(u"address_line1_name")
        self.address_line1_name.setProperty(u"look", u"muted")
        self.address_line1_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.address_line1_name, 5, 0, 1, 1)

        self.address_line1 = QLineEdit(ContactFields)
        self.address_line1.setObjectName(u"address_line1")
        self.address_line1.setMaxLength(200)

        self.grid.addWidget(self.address_line1, 5, 1, 1, 1)

        self.address_line1_note = QLabel(ContactFields)
        self.address_line1_note.setObjectName(u"address_line1_note")
        self.address_line1_note.setWordWrap(True)
        self.address_line1_note.setProperty(u"look", u"hint")
        self.address_line1_note.setProperty(u"lines", 1)

        self.grid.addWidget(self.address_line1_note, 5, 2, 1, 1)

        self.address_line2_name = QLabel(ContactFields)
        self.address_line2_name.setObjectName(u"address_line2_name")
        self.address_line2_name.setProperty(u"look", u"muted")
        self.address_line2_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.address_line2_name, 6, 0, 1, 1)

        self.address_line2 = QLineEdit(ContactFields)
        self.address_line2.setObjectName(u"address_line2")
        self.address_line2.setMaxLength(200)

        self.grid.addWidget(self.address_line2, 6, 1, 1, 1)

        self.address_line2_note = QLabel(ContactFields)
        self.address_line2_note.setObjectName(u"address_line2_note")
        self.address_line2_note.setWordWrap(True)
        self.address_line2_note.setProperty(u"look", u"hint")
        self.address_line2_note.setProperty(u"lines", 1)

        self.grid.addWidget(self.address_line2_note, 6, 2, 1, 1)

        self.postcode_name = QLabel(ContactFields)
        self.postcode_name.setObjectName(u"postcode_name")
        self.postcode_name.setProperty(u"look", u"muted")
        self.postcode_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.postcode_name, 7, 0, 1, 1)

        self.postcode = QLineEdit(ContactFields)
        self.postcode.setObjectName(u"postcode")
        self.postcode.setMaxLength(20)

        self.grid.addWidget(self.postcode, 7, 1, 1, 1)

        self.postcode_note = QLabel(ContactFields)
        self.postcode_note.setObjectName(u"postcode_note")
        self.postcode_note.setWordWrap(True)
        self.postcode_note.setProperty(u"look", u"hint")
        self.postcode_note.setProperty(u"lines", 1)

        self.grid.addWidget(self.postcode_note, 7, 2, 1, 1)

        self.city_name = QLabel(ContactFields)
        self.city_name.setObjectName(u"city_name")
        self.city_name.setProperty(u"look", u"muted")
        self.city_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.city_name, 8, 0, 1, 1)

        self.city = QLineEdit(ContactFields)
        self.city.setObjectName(u"city")
        self.city.setMaxLength(120)

        self.grid.addWidget(self.city, 8, 1, 1, 1)

        self.city_note = QLabel(ContactFields)
        self.city_note.setObjectName(u"city_note")
        self.city_note.setWordWrap(True)
        self.city_note.setProperty(u"look", u"hint")
        self.city_note.setProperty(u"lines", 1)

        self.grid.addWidget(self.city_note, 8, 2, 1, 1)

        self.region_name = QLabel(ContactFields)
        self.region_name.setObjectName(u"region_name")
        self.region_name.setProperty(u"look", u"muted")
        self.region_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.region_name, 9, 0, 1, 1)

        self.region = QLineEdit(ContactFields)
        self.region.setObjectName(u"region")
        self.region.setMaxLength(120)

        self.grid.addWidget(self.region, 9, 1, 1, 1)

        self.region_note = QLabel(ContactFields)
        self.region_note.setObjectName(u"region_note")
        self.region_note.setWordWrap(True)
        self.region_note.setProperty(u"look", u"hint")
        self.region_note.setProperty(u"lines", 1)

        self.grid.addWidget(self.region_note, 9, 2, 1, 1)

        self.country_name = QLabel(ContactFields)
        self.country_name.setObjectName(u"country_name")
        self.country_name.setProperty(u"look", u"muted")
        self.country_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.country_name, 10, 0, 1, 1)

        self.country = QLineEdit(ContactFields)
        self.country.setObjectName(u"country")
        self.country.setMaxLength(120)

        self.grid.addWidget(self.country, 10, 1, 1, 1)

        self.country_note = QLabel(ContactFields)
        self.country_note.setObjectName(u"country_note")
        self.country_note.setWordWrap(True)
        self.country_note.setProperty(u"look", u"hint")
        self.country_note.setProperty(u"lines", 1)

        self.grid.addWidget(self.country_note, 10, 2, 1, 1)

        self.grid.setColumnStretch(1, 3)
        self.grid.setColumnStretch(2, 2)
#if QT_CONFIG(shortcut)
        self.name_name.setBuddy(self.name)
        self.attention_name.setBuddy(self.attention)
        self.email_name.setBuddy(self.email)
        self.phone_name.setBuddy(self.phone)
        self.mobile_name.setBuddy(self.mobile)
        self.address_line1_name.setBuddy(self.address_line1)
        self.address_line2_name.setBuddy(self.address_line2)
        self.postcode_name.setBuddy(self.postcode)
        self.city_name.setBuddy(self.city)
        self.region_name.setBuddy(self.region)
        self.country_name.setBuddy(self.country)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.name, self.attention)
        QWidget.setTabOrder(self.attention, self.email)
        QWidget.setTabOrder(self.email, self.phone)
        QWidget.setTabOrder(self.phone, self.mobile)
        QWidget.setTabOrder(self.mobile, self.address_line1)
        QWidget.setTabOrder(self.address_line1, self.address_line2)
        QWidget.setTabOrder(self.address_line2, self.postcode)
        QWidget.setTabOrder(self.postcode, self.city)
        QWidget.setTabOrder(self.city, self.region)
        QWidget.setTabOrder(self.region, self.country)

        self.retranslateUi(ContactFields)
    # setupUi

    def retranslateUi(self, ContactFields):
        self.name_name.setText(QCoreApplication.translate("ContactFields", u"N&ame", None))
#if QT_CONFIG(accessibility)
        self.name.setAccessibleName(QCoreApplication.translate("ContactFields", u"Name", None))
#endif // QT_CONFIG(accessibility)
        self.attention_name.setText(QCoreApplication.translate("ContactFields", u"A&ttention", None))
#if QT_CONFIG(accessibility)
        self.attention.setAccessibleName(QCoreApplication.translate("ContactFields", u"Attention", None))
#endif // QT_CONFIG(accessibility)
        self.attention_note.setText(QCoreApplication.translate("ContactFields", u"Person or department on the envelope.", None))
        self.email_name.setText(QCoreApplication.translate("ContactFields", u"&E-mail", None))
#if QT_CONFIG(accessibility)
        self.email.setAccessibleName(QCoreApplication.translate("ContactFields", u"E-mail", None))
#endif // QT_CONFIG(accessibility)
        self.phone_name.setText(QCoreApplication.translate("ContactFields", u"&Phone", None))
#if QT_CONFIG(accessibility)
        self.phone.setAccessibleName(QCoreApplication.translate("ContactFields", u"Phone", None))
#endif // QT_CONFIG(accessibility)
        self.mobile_name.setText(QCoreApplication.translate("ContactFields", u"&Mobile", None))
#if QT_CONFIG(accessibility)
        self.mobile.setAccessibleName(QCoreApplication.translate("ContactFields", u"Mobile", None))
#endif // QT_CONFIG(accessibility)
        self.address_line1_name.setText(QCoreApplication.translate("ContactFields", u"A&ddress", None))
#if QT_CONFIG(accessibility)
        self.address_line1.setAccessibleName(QCoreApplication.translate("ContactFields", u"Address", None))
#endif // QT_CONFIG(accessibility)
        self.address_line2_name.setText(QCoreApplication.translate("ContactFields", u"Address, second &line", None))
#if QT_CONFIG(accessibility)
        self.address_line2.setAccessibleName(QCoreApplication.translate("ContactFields", u"Address, second line", None))
#endif // QT_CONFIG(accessibility)
        self.postcode_name.setText(QCoreApplication.translate("ContactFields", u"P&ostcode", None))
#if QT_CONFIG(accessibility)
        self.postcode.setAccessibleName(QCoreApplication.translate("ContactFields", u"Postcode", None))
#endif // QT_CONFIG(accessibility)
        self.city_name.setText(QCoreApplication.translate("ContactFields", u"Cit&y", None))
#if QT_CONFIG(accessibility)
        self.city.setAccessibleName(QCoreApplication.translate("ContactFields", u"City", None))
#endif // QT_CONFIG(accessibility)
        self.region_name.setText(QCoreApplication.translate("ContactFields", u"&Region", None))
#if QT_CONFIG(accessibility)
        self.region.setAccessibleName(QCoreApplication.translate("ContactFields", u"Region", None))
#endif // QT_CONFIG(accessibility)
        self.country_name.setText(QCoreApplication.translate("ContactFields", u"Co&untry", None))
#if QT_CONFIG(accessibility)
        self.country.setAccessibleName(QCoreApplication.translate("ContactFields", u"Country", None))
#endif // QT_CONFIG(accessibility)
        pass
    # retranslateUi

