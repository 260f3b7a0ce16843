# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'new_account_name.ui'
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

class Ui_NewAccountName(object):
    def setupUi(self, NewAccountName):
        if not NewAccountName.objectName():
            NewAccountName.setObjectName(u"NewAccountName")
        self.grid = QGridLayout(NewAccountName)
        self.grid.setObjectName(u"grid")
        self.grid.setHorizontalSpacing(16)
        self.grid.setVerticalSpacing(6)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.name_name = QLabel(NewAccountName)
        self.name_name.setObjectName(u"name_name")
        self.name_name.setProperty(u"look", u"muted")
        self.name_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.name_name, 0, 0, 1, 1)

        self.name = QLineEdit(NewAccountName)
        self.name.setObjectName(u"name")
        self.name.setMaxLength(200)

        self.grid.addWidget(self.name, 0, 1, 1, 1)

        self.name_note = QLabel(NewAccountName)
        self.name_note.setObjectName(u"name_note")
        self.name_note.setWordWrap(True)
        self.name_note.setProperty(u"look", u"hint")
        self.name_note.setProperty(u"lines", 2)

        self.grid.addWidget(self.name_note, 0, 2, 1, 1)

        self.code_name = QLabel(NewAccountName)
        self.code_name.setObjectName(u"code_name")
        self.code_name.setProperty(u"look", u"muted")
        self.code_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.code_name, 1, 0, 1, 1)

        self.code = QLineEdit(NewAccountName)
        self.code.setObjectName(u"code")
        self.code.setMaxLength(40)

        self.grid.addWidget(self.code, 1, 1, 1, 1)

        self.code_note = QLabel(NewAccountName)
        self.code_note.setObjectName(u"code_note")
        self.code_note.setWordWrap(True)
        self.code_note.setProperty(u"look", u"hint")
        self.code_note.setProperty(u"lines", 2)

        self.grid.addWidget(self.code_note, 1, 2, 1, 1)

        self.start_date_name = QLabel(NewAccountName)
        self.start_date_name.setObjectName(u"start_date_name")
        self.start_date_name.setProperty(u"look", u"muted")
        self.start_date_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.start_date_name, 2, 0, 1, 1)

        self.start_date = QLineEdit(NewAccountName)
        self.start_date.setObjectName(u"start_date")

        self.grid.addWidget(self.start_date, 2, 1, 1, 1)

        self.start_date_note = QLabel(NewAccountName)
        self.start_date_note.setObjectName(u"start_date_note")
        self.start_date_note.setWordWrap(True)
        self.start_date_note.setProperty(u"look", u"hint")
        self.start_date_note.setProperty(u"lines", 2)

        self.grid.addWidget(self.start_date_note, 2, 2, 1, 1)

        self.trading_name_name = QLabel(NewAccountName)
        self.trading_name_name.setObjectName(u"trading_name_name")
        self.trading_name_name.setProperty(u"look", u"muted")
        self.trading_name_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.trading_name_name, 3, 0, 1, 1)

        self.trading_name = QLineEdit(NewAccountName)
        self.trading_name.setObjectName(u"trading_name")
        self.trading_name.setMaxLength(200)

        self.grid.addWidget(self.trading_name, 3, 1, 1, 1)

        self.trading_name_note = QLabel(NewAccountName)
        self.trading_name_note.setObjectName(u"trading_name_note")
        self.trading_name_note.setWordWrap(True)
        self.trading_name_note.setProperty(u"look", u"hint")
        self.trading_name_note.setProperty(u"lines", 2)

        self.grid.addWidget(self.trading_name_note, 3, 2, 1, 1)

        self.registration_number_name = QLabel(NewAccountName)
        self.registration_number_name.setObjectName(u"registration_number_name")
        self.registration_number_name.setProperty(u"look", u"muted")
        self.registration_number_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.registration_number_name, 4, 0, 1, 1)

        self.registration_number = QLineEdit(NewAccountName)
        self.registration_number.setObjectName(u"registration_number")
        self.registration_number.setMaxLength(60)

        self.grid.addWidget(self.registration_number, 4, 1, 1, 1)

        self.registration_number_note = QLabel(NewAccountName)
        self.registration_number_note.setObjectName(u"registration_number_note")
        self.registration_number_note.setWordWrap(True)
        self.registration_number_note.setProperty(u"look", u"hint")
        self.registration_number_note.setProperty(u"lines", 2)

        self.grid.addWidget(self.registration_number_note, 4, 2, 1, 1)

        self.export_reference_name = QLabel(NewAccountName)
        self.export_reference_name.setObjectName(u"export_reference_name")
        self.export_reference_name.setProperty(u"look", u"muted")
        self.export_reference_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.export_reference_name, 5, 0, 1, 1)

        self.export_reference = QLineEdit(NewAccountName)
        self.export_reference.setObjectName(u"export_reference")
        self.export_reference.setMaxLength(80)

        self.grid.addWidget(self.export_reference, 5, 1, 1, 1)

        self.export_reference_note = QLabel(NewAccountName)
        self.export_reference_note.setObjectName(u"export_reference_note")
        self.export_reference_note.setWordWrap(True)
        self.export_reference_note.setProperty(u"look", u"hint")
        self.export_reference_note.setProperty(u"lines", 2)

        self.grid.addWidget(self.export_reference_note, 5, 2, 1, 1)

        self.grid.setColumnStretch(1, 3)
        self.grid.setColumnStretch(2, 2)
#if QT_CONFIG(shortcut)
        self.name_name.setBuddy(self.name)
        self.code_name.setBuddy(self.code)
        self.start_date_name.setBuddy(self.start_date)
        self.trading_name_name.setBuddy(self.trading_name)
        self.registration_number_name.setBuddy(self.registration_number)
        self.export_reference_name.setBuddy(self.export_reference)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.name, self.code)
        QWidget.setTabOrder(self.code, self.start_date)
        QWidget.setTabOrder(self.start_date, self.trading_name)
        QWidget.setTabOrder(self.trading_name, self.registration_number)
        QWidget.setTabOrder(self.registration_number, self.export_reference)

        self.retranslateUi(NewAccountName)
    # setupUi

    def retranslateUi(self, NewAccountName):
        self.name_name.setText(QCoreApplication.translate("NewAccountName", u"N&ame", None))
#if QT_CONFIG(accessibility)
        self.name.setAccessibleName(QCoreApplication.translate("NewAccountName", u"Name", None))
#endif // QT_CONFIG(accessibility)
        self.code_name.setText(QCoreApplication.translate("NewAccountName", u"C&ode", None))
#if QT_CONFIG(accessibility)
        self.code.setAccessibleName(QCoreApplication.translate("NewAccountName", u"Code", None))
#endif // QT_CONFIG(accessibility)
        self.code_note.setText(QCoreApplication.translate("NewAccountName", u"Empty: the next free code is generated.", None))
        self.start_date_name.setText(QCoreApplication.translate("NewAccountName", u"&Start date", None))
#if QT_CONFIG(accessibility)
        self.start_date.setAccessibleName(QCoreApplication.translate("NewAccountName", u"Start date", None))
#endif // QT_CONFIG(accessibility)
        self.trading_name_name.setText(QCoreApplication.translate("NewAccountName", u"&Trading name", None))
#if QT_CONFIG(accessibility)
        self.trading_name.setAccessibleName(QCoreApplication.translate("NewAccountName", u"Trading name", None))
#endif // QT_CONFIG(accessibility)
        self.trading_name_note.setText(QCoreApplication.translate("NewAccountName", u"Where it differs from the name.", None))
        self.registration_number_name.setText(QCoreApplication.translate("NewAccountName", u"&Registration number", None))
#if QT_CONFIG(accessibility)
        self.registration_number.setAccessibleName(QCoreApplication.translate("NewAccountName", u"Registration number", None))
#endif // QT_CONFIG(accessibility)
        self.registration_number_note.setText(QCoreApplication.translate("NewAccountName", u"For instance of the register of companies or of taxes.", None))
        self.export_reference_name.setText(QCoreApplication.translate("NewAccountName", u"&Export reference", None))
#if QT_CONFIG(accessibility)
        self.export_reference.setAccessibleName(QCoreApplication.translate("NewAccountName", u"Export reference", None))
#endif // QT_CONFIG(accessibility)
        self.export_reference_note.setText(QCoreApplication.translate("NewAccountName", u"Its number in another program.", None))
        pass
    # retranslateUi

