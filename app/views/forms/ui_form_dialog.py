# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'form_dialog.ui'
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

class Ui_FormDialog(object):
    def setupUi(self, FormDialog):
        if not FormDialog.objectName():
            FormDialog.setObjectName(u"FormDialog")
        FormDialog.setProperty(u"least_width", 480)
        self.column = QVBoxLayout(FormDialog)
        self.column.setSpacing(0)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(0, 0, 0, 0)
        self.body = QVBoxLayout()
        self.body.setSpacing(10)
        self.body.setObjectName(u"body")
        self.body.setContentsMargins(24, 20, 24, 12)
        self.title = QLabel(FormDialog)
        self.title.setObjectName(u"title")
        self.title.setWordWrap(True)
        self.title.setProperty(u"look", u"title")

        self.body.addWidget(self.title)

        self.text = QLabel(FormDialog)
        self.text.setObjectName(u"text")
        self.text.setWordWrap(True)
        self.text.setProperty(u"look", u"muted")

        self.body.addWidget(self.text)

        self.fields = QWidget(FormDialog)
        self.fields.setObjectName(u"fields")

        self.body.addWidget(self.fields)

        self.refusal_line = QHBoxLayout()
        self.refusal_line.setSpacing(8)
        self.refusal_line.setObjectName(u"refusal_line")
        self.sign = QWidget(FormDialog)
        self.sign.setObjectName(u"sign")

        self.refusal_line.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)

        self.refusal = QLabel(FormDialog)
        self.refusal.setObjectName(u"refusal")
        self.refusal.setAlignment(Qt.AlignmentFlag.AlignLeading|Qt.AlignmentFlag.AlignLeft|Qt.AlignmentFlag.AlignTop)
        self.refusal.setWordWrap(True)
        self.refusal.setProperty(u"lines", 2)
        self.refusal.setProperty(u"look", u"refusal")

        self.refusal_line.addWidget(self.refusal)

        self.refusal_line.setStretch(1, 1)

        self.body.addLayout(self.refusal_line)

        self.below = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.body.addItem(self.below)

        self.body.setStretch(4, 1)

        self.column.addLayout(self.body)

        self.rule = QFrame(FormDialog)
        self.rule.setObjectName(u"rule")

        self.column.addWidget(self.rule)

        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(12)
        self.buttons.setObjectName(u"buttons")
        self.buttons.setContentsMargins(24, 12, 24, 12)
        self.before_buttons = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.buttons.addItem(self.before_buttons)

        self.cancel = QPushButton(FormDialog)
        self.cancel.setObjectName(u"cancel")

        self.buttons.addWidget(self.cancel)

        self.verb = QPushButton(FormDialog)
        self.verb.setObjectName(u"verb")
        self.verb.setProperty(u"kind", u"main")

        self.buttons.addWidget(self.verb)


        self.column.addLayout(self.buttons)

        self.column.setStretch(0, 1)
        QWidget.setTabOrder(self.cancel, self.verb)

        self.retranslateUi(FormDialog)

        self.verb.setDefault(True)

    # setupUi

    def retranslateUi(self, FormDialog):
        self.cancel.setText(QCoreApplication.translate("FormDialog", u"Cancel", None))
        pass
    # retranslateUi

