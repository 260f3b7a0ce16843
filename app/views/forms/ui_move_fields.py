# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'move_fields.ui'
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

class Ui_MoveFields(object):
    def setupUi(self, MoveFields):
        if not MoveFields.objectName():
            MoveFields.setObjectName(u"MoveFields")
        self.grid = QGridLayout(MoveFields)
        self.grid.setObjectName(u"grid")
        self.grid.setHorizontalSpacing(16)
        self.grid.setVerticalSpacing(8)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.parent_name = QLabel(MoveFields)
        self.parent_name.setObjectName(u"parent_name")
        self.parent_name.setProperty(u"look", u"muted")

        self.grid.addWidget(self.parent_name, 0, 0, 1, 1)

        self.parent = QComboBox(MoveFields)
        self.parent.setObjectName(u"parent")

        self.grid.addWidget(self.parent, 0, 1, 1, 1)

        self.profile_name = QLabel(MoveFields)
        self.profile_name.setObjectName(u"profile_name")
        self.profile_name.setProperty(u"look", u"muted")

        self.grid.addWidget(self.profile_name, 1, 0, 1, 1)

        self.profile = QComboBox(MoveFields)
        self.profile.setObjectName(u"profile")

        self.grid.addWidget(self.profile, 1, 1, 1, 1)

        self.agent_name = QLabel(MoveFields)
        self.agent_name.setObjectName(u"agent_name")
        self.agent_name.setProperty(u"look", u"muted")

        self.grid.addWidget(self.agent_name, 2, 0, 1, 1)

        self.agent = QComboBox(MoveFields)
        self.agent.setObjectName(u"agent")

        self.grid.addWidget(self.agent, 2, 1, 1, 1)

        self.effect = QWidget(MoveFields)
        self.effect.setObjectName(u"effect")

        self.grid.addWidget(self.effect, 3, 0, 1, 3)

        self.grid.setRowStretch(3, 1)
        self.grid.setColumnStretch(2, 1)
#if QT_CONFIG(shortcut)
        self.parent_name.setBuddy(self.parent)
        self.profile_name.setBuddy(self.profile)
        self.agent_name.setBuddy(self.agent)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.parent, self.profile)
        QWidget.setTabOrder(self.profile, self.agent)

        self.retranslateUi(MoveFields)
    # setupUi

    def retranslateUi(self, MoveFields):
        self.parent_name.setText(QCoreApplication.translate("MoveFields", u"&Below", None))
#if QT_CONFIG(accessibility)
        self.parent.setAccessibleName(QCoreApplication.translate("MoveFields", u"Provider it shall stand below", None))
#endif // QT_CONFIG(accessibility)
        self.profile_name.setText(QCoreApplication.translate("MoveFields", u"&Profile", None))
#if QT_CONFIG(accessibility)
        self.profile.setAccessibleName(QCoreApplication.translate("MoveFields", u"Profile there", None))
#endif // QT_CONFIG(accessibility)
        self.agent_name.setText(QCoreApplication.translate("MoveFields", u"&Agent", None))
#if QT_CONFIG(accessibility)
        self.agent.setAccessibleName(QCoreApplication.translate("MoveFields", u"Agent", None))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(accessibility)
        self.effect.setAccessibleName(QCoreApplication.translate("MoveFields", u"What would change", None))
#endif // QT_CONFIG(accessibility)
        pass
    # retranslateUi

