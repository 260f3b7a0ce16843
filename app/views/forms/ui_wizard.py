# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'wizard.ui'
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
    QStackedWidget, QVBoxLayout, QWidget)

class Ui_Wizard(object):
    def setupUi(self, Wizard):
        if not Wizard.objectName():
            Wizard.setObjectName(u"Wizard")
        self.halves = QHBoxLayout(Wizard)
        self.halves.setSpacing(0)
        self.halves.setObjectName(u"halves")
        self.halves.setContentsMargins(0, 0, 0, 0)
        self.steps = QWidget(Wizard)
        self.steps.setObjectName(u"steps")

        self.halves.addWidget(self.steps)

        self.column = QVBoxLayout()
        self.column.setSpacing(0)
        self.column.setObjectName(u"column")
        self.body = QVBoxLayout()
        self.body.setSpacing(10)
        self.body.setObjectName(u"body")
        self.body.setContentsMargins(28, 22, 24, 8)
        self.heading = QLabel(Wizard)
        self.heading.setObjectName(u"heading")
        self.heading.setWordWrap(True)
        self.heading.setProperty(u"look", u"title")

        self.body.addWidget(self.heading)

        self.text = QLabel(Wizard)
        self.text.setObjectName(u"text")
        self.text.setAlignment(Qt.AlignmentFlag.AlignLeading|Qt.AlignmentFlag.AlignLeft|Qt.AlignmentFlag.AlignTop)
        self.text.setWordWrap(True)
        self.text.setProperty(u"lines", 2)
        self.text.setProperty(u"look", u"muted")

        self.body.addWidget(self.text)

        self.pages = QStackedWidget(Wizard)
        self.pages.setObjectName(u"pages")

        self.body.addWidget(self.pages)

        self.refusal_line = QHBoxLayout()
        self.refusal_line.setSpacing(8)
        self.refusal_line.setObjectName(u"refusal_line")
        self.sign = QWidget(Wizard)
        self.sign.setObjectName(u"sign")

        self.refusal_line.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)

        self.refusal = QLabel(Wizard)
        self.refusal.setObjectName(u"refusal")
        self.refusal.setAlignment(Qt.AlignmentFlag.AlignLeading|Qt.AlignmentFlag.AlignLeft|Qt.AlignmentFlag.AlignTop)
        self.refusal.setWordWrap(True)
        self.refusal.setProperty(u"lines", 2)
        self.refusal.setProperty(u"look", u"refusal")

        self.refusal_line.addWidget(self.refusal)

        self.refusal_line.setStretch(1, 1)

        self.body.addLayout(self.refusal_line)

        self.body.setStretch(2, 1)

        self.column.addLayout(self.body)

        self.rule = QFrame(Wizard)
        self.rule.setObjectName(u"rule")

        self.column.addWidget(self.rule)

        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(12)
        self.buttons.setObjectName(u"buttons")
        self.buttons.setContentsMargins(28, 12, 24, 12)
        self.anew = QPushButton(Wizard)
        self.anew.setObjectName(u"anew")
        self.anew.setAutoDefault(False)
        self.anew.setProperty(u"kind", u"quiet")

        self.buttons.addWidget(self.anew)

        self.before_buttons = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.buttons.addItem(self.before_buttons)

        self.back = QPushButton(Wizard)
        self.back.setObjectName(u"back")
        self.back.setAutoDefault(False)
        self.back.setProperty(u"glyph", u"back")

        self.buttons.addWidget(self.back)

        self.verb = QPushButton(Wizard)
        self.verb.setObjectName(u"verb")
        self.verb.setProperty(u"kind", u"main")

        self.buttons.addWidget(self.verb)

        self.cancel = QPushButton(Wizard)
        self.cancel.setObjectName(u"cancel")
        self.cancel.setAutoDefault(False)

        self.buttons.addWidget(self.cancel)


        self.column.addLayout(self.buttons)

        self.column.setStretch(0, 1)

        self.halves.addLayout(self.column)

        self.halves.setStretch(1, 1)
        QWidget.setTabOrder(self.back, self.verb)
        QWidget.setTabOrder(self.verb, self.cancel)
        QWidget.setTabOrder(self.cancel, self.anew)

        self.retranslateUi(Wizard)

        self.verb.setDefault(True)

    # setupUi

    def retranslateUi(self, Wizard):
        self.anew.setText(QCoreApplication.translate("Wizard", u"Start ane&w", None))
        self.back.setText(QCoreApplication.translate("Wizard", u"&Back", None))
        self.verb.setText(QCoreApplication.translate("Wizard", u"&Next", None))
        self.cancel.setText(QCoreApplication.translate("Wizard", u"Cancel", None))
        pass
    # retranslateUi

