# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'confirm_dialog.ui'
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
from PySide6.QtWidgets import (QApplication, QDialog, QFrame, QHBoxLayout,
    QLabel, QPushButton, QSizePolicy, QSpacerItem,
    QVBoxLayout, QWidget)

class Ui_ConfirmDialog(object):
    def setupUi(self, ConfirmDialog):
        if not ConfirmDialog.objectName():
            ConfirmDialog.setObjectName(u"ConfirmDialog")
        ConfirmDialog.setProperty(u"least_width", 440)
        self.column = QVBoxLayout(ConfirmDialog)
        self.column.setSpacing(0)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(0, 0, 0, 0)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        self.body.setObjectName(u"body")
        self.body.setContentsMargins(24, 20, 24, 16)
        self.title = QLabel(ConfirmDialog)
        self.title.setObjectName(u"title")
        self.title.setWordWrap(True)
        self.title.setProperty(u"look", u"title")

        self.body.addWidget(self.title)

        self.text = QLabel(ConfirmDialog)
        self.text.setObjectName(u"text")
        self.text.setWordWrap(True)
        self.text.setProperty(u"look", u"text")

        self.body.addWidget(self.text)


        self.column.addLayout(self.body)

        self.rule = QFrame(ConfirmDialog)
        self.rule.setObjectName(u"rule")

        self.column.addWidget(self.rule)

        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(12)
        self.buttons.setObjectName(u"buttons")
        self.buttons.setContentsMargins(24, 12, 24, 12)
        self.before_buttons = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.buttons.addItem(self.before_buttons)

        self.stay = QPushButton(ConfirmDialog)
        self.stay.setObjectName(u"stay")

        self.buttons.addWidget(self.stay)

        self.verb = QPushButton(ConfirmDialog)
        self.verb.setObjectName(u"verb")

        self.buttons.addWidget(self.verb)


        self.column.addLayout(self.buttons)

        self.column.setStretch(0, 1)
        QWidget.setTabOrder(self.stay, self.verb)

        self.retranslateUi(ConfirmDialog)

        self.stay.setDefault(True)

    # setupUi

    def retranslateUi(self, ConfirmDialog):
        self.stay.setText(QCoreApplication.translate("ConfirmDialog", u"Cancel", None))
        pass
    # retranslateUi

