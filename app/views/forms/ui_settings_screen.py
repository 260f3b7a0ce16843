# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'settings_screen.ui'
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
from PySide6.QtWidgets import (QApplication, QComboBox, QGridLayout, QHBoxLayout,
    QLabel, QPlainTextEdit, QPushButton, QSizePolicy,
    QSpacerItem, QVBoxLayout, QWidget)

class Ui_SettingsScreen(object):
    def setupUi(self, SettingsScreen):
        if not SettingsScreen.objectName():
            SettingsScreen.setObjectName(u"SettingsScreen")
        self.column = QVBoxLayout(SettingsScreen)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(0, 0, 0, 0)
        self.header = QWidget(SettingsScreen)
        self.header.setObjectName(u"header")

        self.column.addWidget(self.header)

        self.body = QVBoxLayout()
        self.body.setSpacing(16)
        self.body.setObjectName(u"body")
        self.body.setContentsMargins(20, 4, 20, 20)
        self.database_part = QVBoxLayout()
        self.database_part.setSpacing(6)
        self.database_part.setObjectName(u"database_part")
        self.database_head = QLabel(SettingsScreen)
        self.database_head.setObjectName(u"database_head")
        self.database_head.setProperty(u"look", u"section")

        self.database_part.addWidget(self.database_head)

        self.database_line = QHBoxLayout()
        self.database_line.setObjectName(u"database_line")
        self.database = QLabel(SettingsScreen)
        self.database.setObjectName(u"database")
        self.database.setWordWrap(True)
        self.database.setProperty(u"look", u"text")

        self.database_line.addWidget(self.database)

        self.connect = QPushButton(SettingsScreen)
        self.connect.setObjectName(u"connect")

        self.database_line.addWidget(self.connect)

        self.database_line.setStretch(0, 1)

        self.database_part.addLayout(self.database_line)


        self.body.addLayout(self.database_part)

        self.staff_part = QVBoxLayout()
        self.staff_part.setSpacing(6)
        self.staff_part.setObjectName(u"staff_part")
        self.staff_head = QLabel(SettingsScreen)
        self.staff_head.setObjectName(u"staff_head")
        self.staff_head.setProperty(u"look", u"section")

        self.staff_part.addWidget(self.staff_head)

        self.staff_line = QHBoxLayout()
        self.staff_line.setObjectName(u"staff_line")
        self.staff = QLabel(SettingsScreen)
        self.staff.setObjectName(u"staff")
        self.staff.setWordWrap(True)
        self.staff.setProperty(u"look", u"text")

        self.staff_line.addWidget(self.staff)

        self.begin_sign_in = QPushButton(SettingsScreen)
        self.begin_sign_in.setObjectName(u"begin_sign_in")

        self.staff_line.addWidget(self.begin_sign_in)

        self.change_password = QPushButton(SettingsScreen)
        self.change_password.setObjectName(u"change_password")

        self.staff_line.addWidget(self.change_password)

        self.change_person = QPushButton(SettingsScreen)
        self.change_person.setObjectName(u"change_person")

        self.staff_line.addWidget(self.change_person)

        self.manage_staff = QPushButton(SettingsScreen)
        self.manage_staff.setObjectName(u"manage_staff")

        self.staff_line.addWidget(self.manage_staff)

        self.staff_line.setStretch(0, 1)

        self.staff_part.addLayout(self.staff_line)


        self.body.addLayout(self.staff_part)

        self.appearance_part = QVBoxLayout()
        self.appearance_part.setSpacing(6)
        self.appearance_part.setObjectName(u"appearance_part")
        self.appearance_head = QLabel(SettingsScreen)
        self.appearance_head.setObjectName(u"appearance_head")
        self.appearance_head.setProperty(u"look", u"section")

        self.appearance_part.addWidget(self.appearance_head)

        self.appearance = QGridLayout()
        self.appearance.setObjectName(u"appearance")
        self.appearance.setHorizontalSpacing(16)
        self.appearance.setVerticalSpacing(8)
        self.palette_choice_name = QLabel(SettingsScreen)
        self.palette_choice_name.setObjectName(u"palette_choice_name")
        self.palette_choice_name.setProperty(u"look", u"text")

        self.appearance.addWidget(self.palette_choice_name, 0, 0, 1, 1)

        self.palette_choice = QComboBox(SettingsScreen)
        self.palette_choice.setObjectName(u"palette_choice")
        self.palette_choice.setProperty(u"least_width", 200)

        self.appearance.addWidget(self.palette_choice, 0, 1, 1, 1)

        self.text_size_name = QLabel(SettingsScreen)
        self.text_size_name.setObjectName(u"text_size_name")
        self.text_size_name.setProperty(u"look", u"text")

        self.appearance.addWidget(self.text_size_name, 1, 0, 1, 1)

        self.text_size = QComboBox(SettingsScreen)
        self.text_size.setObjectName(u"text_size")
        self.text_size.setProperty(u"least_width", 200)

        self.appearance.addWidget(self.text_size, 1, 1, 1, 1)

        self.density_name = QLabel(SettingsScreen)
        self.density_name.setObjectName(u"density_name")
        self.density_name.setProperty(u"look", u"text")

        self.appearance.addWidget(self.density_name, 2, 0, 1, 1)

        self.density = QComboBox(SettingsScreen)
        self.density.setObjectName(u"density")
        self.density.setProperty(u"least_width", 200)

        self.appearance.addWidget(self.density, 2, 1, 1, 1)

        self.beside_choices = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.appearance.addItem(self.beside_choices, 0, 2, 1, 1)

        self.appearance.setColumnStretch(2, 1)

        self.appearance_part.addLayout(self.appearance)


        self.body.addLayout(self.appearance_part)

        self.notices_part = QVBoxLayout()
        self.notices_part.setSpacing(6)
        self.notices_part.setObjectName(u"notices_part")
        self.notices_head = QLabel(SettingsScreen)
        self.notices_head.setObjectName(u"notices_head")
        self.notices_head.setProperty(u"look", u"section")

        self.notices_part.addWidget(self.notices_head)

        self.notices = QPlainTextEdit(SettingsScreen)
        self.notices.setObjectName(u"notices")
        self.notices.setTabChangesFocus(True)
        self.notices.setReadOnly(True)

        self.notices_part.addWidget(self.notices)

        self.notices_part.setStretch(1, 1)

        self.body.addLayout(self.notices_part)

        self.body.setStretch(3, 1)

        self.column.addLayout(self.body)

        self.column.setStretch(1, 1)
#if QT_CONFIG(shortcut)
        self.palette_choice_name.setBuddy(self.palette_choice)
        self.text_size_name.setBuddy(self.text_size)
        self.density_name.setBuddy(self.density)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.connect, self.begin_sign_in)
        QWidget.setTabOrder(self.begin_sign_in, self.change_password)
        QWidget.setTabOrder(self.change_password, self.change_person)
        QWidget.setTabOrder(self.change_person, self.manage_staff)
        QWidget.setTabOrder(self.manage_staff, self.palette_choice)
        QWidget.setTabOrder(self.palette_choice, self.text_size)
        QWidget.setTabOrder(self.text_size, self.density)
        QWidget.setTabOrder(self.density, self.notices)

        self.retranslateUi(SettingsScreen)
    # setupUi

    def retranslateUi(self, SettingsScreen):
        self.database_head.setText(QCoreApplication.translate("SettingsScreen", u"Database", None))
        self.connect.setText(QCoreApplication.translate("SettingsScreen", u"Connect to another database\u2026", None))
        self.staff_head.setText(QCoreApplication.translate("SettingsScreen", u"Staff", None))
        self.begin_sign_in.setText(QCoreApplication.translate("SettingsScreen", u"Begin sign-in\u2026", None))
        self.change_password.setText(QCoreApplication.translate("SettingsScreen", u"Change password\u2026", None))
        self.change_person.setText(QCoreApplication.translate("SettingsScreen", u"Sign in as somebody else\u2026", None))
        self.manage_staff.setText(QCoreApplication.translate("SettingsScreen", u"Staff, org units and roles", None))
        self.appearance_head.setText(QCoreApplication.translate("SettingsScreen", u"Appearance", None))
        self.palette_choice_name.setText(QCoreApplication.translate("SettingsScreen", u"Pa&lette", None))
#if QT_CONFIG(accessibility)
        self.palette_choice.setAccessibleName(QCoreApplication.translate("SettingsScreen", u"Palette", None))
#endif // QT_CONFIG(accessibility)
        self.text_size_name.setText(QCoreApplication.translate("SettingsScreen", u"Te&xt size", None))
#if QT_CONFIG(accessibility)
        self.text_size.setAccessibleName(QCoreApplication.translate("SettingsScreen", u"Text size", None))
#endif // QT_CONFIG(accessibility)
        self.density_name.setText(QCoreApplication.translate("SettingsScreen", u"&Rows", None))
#if QT_CONFIG(accessibility)
        self.density.setAccessibleName(QCoreApplication.translate("SettingsScreen", u"Rows", None))
#endif // QT_CONFIG(accessibility)
        self.notices_head.setText(QCoreApplication.translate("SettingsScreen", u"Libraries in use", None))
#if QT_CONFIG(accessibility)
        self.notices.setAccessibleName(QCoreApplication.translate("SettingsScreen", u"Libraries in use and their licences", None))
#endif // QT_CONFIG(accessibility)
        pass
    # retranslateUi

