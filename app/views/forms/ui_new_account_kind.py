# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'new_account_kind.ui'
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

class Ui_NewAccountKind(object):
    def setupUi(self, NewAccountKind):
        if not NewAccountKind.objectName():
            NewAccountKind.setObjectName(u"NewAccountKind")
        self.grid = QGridLayout(NewAccountKind)
        self.grid.setObjectName(u"grid")
        self.grid.setHorizontalSpacing(16)
        self.grid.setVerticalSpacing(6)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.below_name = QLabel(NewAccountKind)
        self.below_name.setObjectName(u"below_name")
        self.below_name.setProperty(u"look", u"muted")
        self.below_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.below_name, 0, 0, 1, 1)

        self.below = QComboBox(NewAccountKind)
        self.below.setObjectName(u"below")

        self.grid.addWidget(self.below, 0, 1, 1, 1)

        self.below_note = QLabel(NewAccountKind)
        self.below_note.setObjectName(u"below_note")
        self.below_note.setWordWrap(True)
        self.below_note.setProperty(u"look", u"hint")
        self.below_note.setProperty(u"lines", 2)

        self.grid.addWidget(self.below_note, 0, 2, 1, 1)

        self.kind_name = QLabel(NewAccountKind)
        self.kind_name.setObjectName(u"kind_name")
        self.kind_name.setProperty(u"look", u"muted")
        self.kind_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.kind_name, 1, 0, 1, 1)

        self.kind = QComboBox(NewAccountKind)
        self.kind.setObjectName(u"kind")

        self.grid.addWidget(self.kind, 1, 1, 1, 1)

        self.kind_note = QLabel(NewAccountKind)
        self.kind_note.setObjectName(u"kind_note")
        self.kind_note.setWordWrap(True)
        self.kind_note.setProperty(u"look", u"hint")
        self.kind_note.setProperty(u"lines", 2)

        self.grid.addWidget(self.kind_note, 1, 2, 1, 1)

        self.enterprise_name = QLabel(NewAccountKind)
        self.enterprise_name.setObjectName(u"enterprise_name")
        self.enterprise_name.setProperty(u"look", u"muted")
        self.enterprise_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.enterprise_name, 2, 0, 1, 1)

        self.enterprise = QComboBox(NewAccountKind)
        self.enterprise.setObjectName(u"enterprise")

        self.grid.addWidget(self.enterprise, 2, 1, 1, 1)

        self.enterprise_note = QLabel(NewAccountKind)
        self.enterprise_note.setObjectName(u"enterprise_note")
        self.enterprise_note.setWordWrap(True)
        self.enterprise_note.setProperty(u"look", u"hint")
        self.enterprise_note.setProperty(u"lines", 2)

        self.grid.addWidget(self.enterprise_note, 2, 2, 1, 1)

        self.grid.setColumnStretch(1, 3)
        self.grid.setColumnStretch(2, 2)
#if QT_CONFIG(shortcut)
        self.below_name.setBuddy(self.below)
        self.kind_name.setBuddy(self.kind)
        self.enterprise_name.setBuddy(self.enterprise)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.below, self.kind)
        QWidget.setTabOrder(self.kind, self.enterprise)

        self.retranslateUi(NewAccountKind)
    # setupUi

    def retranslateUi(self, NewAccountKind):
        self.below_name.setText(QCoreApplication.translate("NewAccountKind", u"B&elow", None))
#if QT_CONFIG(accessibility)
        self.below.setAccessibleName(QCoreApplication.translate("NewAccountKind", u"Below", None))
#endif // QT_CONFIG(accessibility)
        self.below_note.setText(QCoreApplication.translate("NewAccountKind", u"Whose account it becomes. It stays below it until it is moved.", None))
        self.kind_name.setText(QCoreApplication.translate("NewAccountKind", u"&Type", None))
#if QT_CONFIG(accessibility)
        self.kind.setAccessibleName(QCoreApplication.translate("NewAccountKind", u"Type", None))
#endif // QT_CONFIG(accessibility)
        self.kind_note.setText(QCoreApplication.translate("NewAccountKind", u"For good: a type cannot be changed later.", None))
        self.enterprise_name.setText(QCoreApplication.translate("NewAccountKind", u"Ente&rprise", None))
#if QT_CONFIG(accessibility)
        self.enterprise.setAccessibleName(QCoreApplication.translate("NewAccountKind", u"Enterprise", None))
#endif // QT_CONFIG(accessibility)
        pass
    # retranslateUi

