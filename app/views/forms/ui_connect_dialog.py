# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'connect_dialog.ui'
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
from PySide6.QtWidgets import (QApplication, QDialog, QFrame, QGridLayout,
    QHBoxLayout, QLabel, QLineEdit, QPushButton,
    QRadioButton, QSizePolicy, QSpacerItem, QStackedWidget,
    QVBoxLayout, QWidget)

class Ui_ConnectDialog(object):
    def setupUi(self, ConnectDialog):
        if not ConnectDialog.objectName():
            ConnectDialog.setObjectName(u"ConnectDialog")
        ConnectDialog.setProperty(u"least_width", 520)
        self.column = QVBoxLayout(ConnectDialog)
        self.column.setSpacing(0)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(0, 0, 0, 0)
        self.body = QVBoxLayout()
        self.body.setSpacing(12)
        self.body.setObjectName(u"body")
        self.body.setContentsMargins(24, 20, 24, 16)
        self.title = QLabel(ConnectDialog)
        self.title.setObjectName(u"title")
        self.title.setProperty(u"look", u"title")

        self.body.addWidget(self.title)

        self.kinds = QHBoxLayout()
        self.kinds.setSpacing(16)
        self.kinds.setObjectName(u"kinds")
        self.file_kind = QRadioButton(ConnectDialog)
        self.file_kind.setObjectName(u"file_kind")
        self.file_kind.setChecked(True)

        self.kinds.addWidget(self.file_kind)

        self.server_kind = QRadioButton(ConnectDialog)
        self.server_kind.setObjectName(u"server_kind")

        self.kinds.addWidget(self.server_kind)

        self.after_kinds = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.kinds.addItem(self.after_kinds)

        self.kinds.setStretch(2, 1)

        self.body.addLayout(self.kinds)

        self.pages = QStackedWidget(ConnectDialog)
        self.pages.setObjectName(u"pages")
        self.file_page = QWidget()
        self.file_page.setObjectName(u"file_page")
        self.file_grid = QGridLayout(self.file_page)
        self.file_grid.setObjectName(u"file_grid")
        self.file_grid.setHorizontalSpacing(16)
        self.file_grid.setVerticalSpacing(8)
        self.file_grid.setContentsMargins(0, 0, 0, 0)
        self.path_name = QLabel(self.file_page)
        self.path_name.setObjectName(u"path_name")
        self.path_name.setProperty(u"look", u"text")

        self.file_grid.addWidget(self.path_name, 0, 0, 1, 1)

        self.path_line = QHBoxLayout()
        self.path_line.setSpacing(8)
        self.path_line.setObjectName(u"path_line")
        self.path = QLineEdit(self.file_page)
        self.path.setObjectName(u"path")

        self.path_line.addWidget(self.path)

        self.browse = QPushButton(self.file_page)
        self.browse.setObjectName(u"browse")
        self.browse.setProperty(u"glyph", u"folder")

        self.path_line.addWidget(self.browse)

        self.path_line.setStretch(0, 1)

        self.file_grid.addLayout(self.path_line, 0, 1, 1, 1)

        self.path_hint = QLabel(self.file_page)
        self.path_hint.setObjectName(u"path_hint")
        self.path_hint.setWordWrap(True)
        self.path_hint.setProperty(u"look", u"hint")

        self.file_grid.addWidget(self.path_hint, 1, 1, 1, 1)

        self.below_file = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.file_grid.addItem(self.below_file, 2, 1, 1, 1)

        self.file_grid.setRowStretch(2, 1)
        self.file_grid.setColumnStretch(1, 1)
        self.pages.addWidget(self.file_page)
        self.server_page = QWidget()
        self.server_page.setObjectName(u"server_page")
        self.server_grid = QGridLayout(self.server_page)
        self.server_grid.setObjectName(u"server_grid")
        self.server_grid.setHorizontalSpacing(16)
        self.server_grid.setVerticalSpacing(8)
        self.server_grid.setContentsMargins(0, 0, 0, 0)
        self.host_name = QLabel(self.server_page)
        self.host_name.setObjectName(u"host_name")
        self.host_name.setProperty(u"look", u"text")

        self.server_grid.addWidget(self.host_name, 0, 0, 1, 1)

        self.host = QLineEdit(self.server_page)
        self.host.setObjectName(u"host")

        self.server_grid.addWidget(self.host, 0, 1, 1, 1)

        self.port_name = QLabel(self.server_page)
        self.port_name.setObjectName(u"port_name")
        self.port_name.setProperty(u"look", u"text")

        self.server_grid.addWidget(self.port_name, 1, 0, 1, 1)

        self.port = QLineEdit(self.server_page)
        self.port.setObjectName(u"port")

        self.server_grid.addWidget(self.port, 1, 1, 1, 1)

        self.database_name = QLabel(self.server_page)
        self.database_name.setObjectName(u"database_name")
        self.database_name.setProperty(u"look", u"text")

        self.server_grid.addWidget(self.database_name, 2, 0, 1, 1)

        self.database = QLineEdit(self.server_page)
        self.database.setObjectName(u"database")

        self.server_grid.addWidget(self.database, 2, 1, 1, 1)

        self.user_name = QLabel(self.server_page)
        self.user_name.setObjectName(u"user_name")
        self.user_name.setProperty(u"look", u"text")

        self.server_grid.addWidget(self.user_name, 3, 0, 1, 1)

        self.user = QLineEdit(self.server_page)
        self.user.setObjectName(u"user")

        self.server_grid.addWidget(self.user, 3, 1, 1, 1)

        self.password_name = QLabel(self.server_page)
        self.password_name.setObjectName(u"password_name")
        self.password_name.setProperty(u"look", u"text")

        self.server_grid.addWidget(self.password_name, 4, 0, 1, 1)

        self.password = QLineEdit(self.server_page)
        self.password.setObjectName(u"password")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)

        self.server_grid.addWidget(self.password, 4, 1, 1, 1)

        self.server_grid.setColumnStretch(1, 1)
        self.pages.addWidget(self.server_page)

        self.body.addWidget(self.pages)

        self.answer_line = QHBoxLayout()
        self.answer_line.setSpacing(8)
        self.answer_line.setObjectName(u"answer_line")
        self.sign = QWidget(ConnectDialog)
        self.sign.setObjectName(u"sign")

        self.answer_line.addWidget(self.sign)

        self.answer = QLabel(ConnectDialog)
        self.answer.setObjectName(u"answer")
        self.answer.setWordWrap(True)
        self.answer.setProperty(u"lines", 2)
        self.answer.setProperty(u"look", u"muted")

        self.answer_line.addWidget(self.answer)

        self.answer_line.setStretch(1, 1)

        self.body.addLayout(self.answer_line)


        self.column.addLayout(self.body)

        self.rule = QFrame(ConnectDialog)
        self.rule.setObjectName(u"rule")

        self.column.addWidget(self.rule)

        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(12)
        self.buttons.setObjectName(u"buttons")
        self.buttons.setContentsMargins(24, 12, 24, 12)
        self.test = QPushButton(ConnectDialog)
        self.test.setObjectName(u"test")

        self.buttons.addWidget(self.test)

        self.between = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.buttons.addItem(self.between)

        self.cancel = QPushButton(ConnectDialog)
        self.cancel.setObjectName(u"cancel")

        self.buttons.addWidget(self.cancel)

        self.connect = QPushButton(ConnectDialog)
        self.connect.setObjectName(u"connect")
        self.connect.setProperty(u"kind", u"main")

        self.buttons.addWidget(self.connect)


        self.column.addLayout(self.buttons)

        self.column.setStretch(0, 1)
#if QT_CONFIG(shortcut)
        self.path_name.setBuddy(self.path)
        self.host_name.setBuddy(self.host)
        self.port_name.setBuddy(self.port)
        self.database_name.setBuddy(self.database)
        self.user_name.setBuddy(self.user)
        self.password_name.setBuddy(self.password)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.file_kind, self.server_kind)
        QWidget.setTabOrder(self.server_kind, self.path)
        QWidget.setTabOrder(self.path, self.browse)
        QWidget.setTabOrder(self.browse, self.host)
        QWidget.setTabOrder(self.host, self.port)
        QWidget.setTabOrder(self.port, self.database)
        QWidget.setTabOrder(self.database, self.user)
        QWidget.setTabOrder(self.user, self.password)
        QWidget.setTabOrder(self.password, self.test)
        QWidget.setTabOrder(self.test, self.cancel)
        QWidget.setTabOrder(self.cancel, self.connect)

        self.retranslateUi(ConnectDialog)

        self.pages.setCurrentIndex(0)
        self.connect.setDefault(True)

    # setupUi

    def retranslateUi(self, ConnectDialog):
        ConnectDialog.setWindowTitle(QCoreApplication.translate("ConnectDialog", u"Connect to a database", None))
        self.title.setText(QCoreApplication.translate("ConnectDialog", u"Connect to a database", None))
        self.file_kind.setText(QCoreApplication.translate("ConnectDialog", u"A &file on this computer", None))
        self.server_kind.setText(QCoreApplication.translate("ConnectDialog", u"A &server", None))
        self.path_name.setText(QCoreApplication.translate("ConnectDialog", u"&Path", None))
#if QT_CONFIG(accessibility)
        self.path.setAccessibleName(QCoreApplication.translate("ConnectDialog", u"Path", None))
#endif // QT_CONFIG(accessibility)
        self.path.setPlaceholderText(QCoreApplication.translate("ConnectDialog", u"Path of the file, for instance books.db", None))
        self.browse.setText(QCoreApplication.translate("ConnectDialog", u"Choos&e\u2026", None))
        self.path_hint.setText(QCoreApplication.translate("ConnectDialog", u"Not on a network drive: two computers would damage each other's work.", None))
        self.host_name.setText(QCoreApplication.translate("ConnectDialog", u"&Host", None))
#if QT_CONFIG(accessibility)
        self.host.setAccessibleName(QCoreApplication.translate("ConnectDialog", u"Host", None))
#endif // QT_CONFIG(accessibility)
        self.host.setPlaceholderText(QCoreApplication.translate("ConnectDialog", u"db.example", None))
        self.port_name.setText(QCoreApplication.translate("ConnectDialog", u"P&ort", None))
#if QT_CONFIG(accessibility)
        self.port.setAccessibleName(QCoreApplication.translate("ConnectDialog", u"Port", None))
#endif // QT_CONFIG(accessibility)
        self.database_name.setText(QCoreApplication.translate("ConnectDialog", u"&Database", None))
#if QT_CONFIG(accessibility)
        self.database.setAccessibleName(QCoreApplication.translate("ConnectDialog", u"Database", None))
#endif // QT_CONFIG(accessibility)
        self.database.setPlaceholderText(QCoreApplication.translate("ConnectDialog", u"bursar", None))
        self.user_name.setText(QCoreApplication.translate("ConnectDialog", u"&User", None))
#if QT_CONFIG(accessibility)
        self.user.setAccessibleName(QCoreApplication.translate("ConnectDialog", u"User", None))
#endif // QT_CONFIG(accessibility)
        self.password_name.setText(QCoreApplication.translate("ConnectDialog", u"Pass&word", None))
#if QT_CONFIG(accessibility)
        self.password.setAccessibleName(QCoreApplication.translate("ConnectDialog", u"Password", None))
#endif // QT_CONFIG(accessibility)
        self.password.setPlaceholderText(QCoreApplication.translate("ConnectDialog", u"Empty where the system provides it", None))
        self.answer.setText(QCoreApplication.translate("ConnectDialog", u"Nothing is changed by testing.", None))
        self.test.setText(QCoreApplication.translate("ConnectDialog", u"&Test connection", None))
        self.cancel.setText(QCoreApplication.translate("ConnectDialog", u"Cancel", None))
        self.connect.setText(QCoreApplication.translate("ConnectDialog", u"&Connect", None))
    # retranslateUi

