# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'view_fields.ui'
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

class Ui_ViewFields(object):
    def setupUi(self, ViewFields):
        if not ViewFields.objectName():
            ViewFields.setObjectName(u"ViewFields")
        self.grid = QGridLayout(ViewFields)
        self.grid.setObjectName(u"grid")
        self.grid.setHorizontalSpacing(16)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.view_name_name = QLabel(ViewFields)
        self.view_name_name.setObjectName(u"view_name_name")
        self.view_name_name.setProperty(u"look", u"muted")

        self.grid.addWidget(self.view_name_name, 0, 0, 1, 1)

        self.view_name = QLineEdit(ViewFields)
        self.view_name.setObjectName(u"view_name")
        self.view_name.setMaxLength(80)

        self.grid.addWidget(self.view_name, 0, 1, 1, 1)

        self.grid.setColumnStretch(1, 1)
#if QT_CONFIG(shortcut)
        self.view_name_name.setBuddy(self.view_name)
#endif // QT_CONFIG(shortcut)

        self.retranslateUi(ViewFields)
    # setupUi

    def retranslateUi(self, ViewFields):
        self.view_name_name.setText(QCoreApplication.translate("ViewFields", u"&Name", None))
#if QT_CONFIG(accessibility)
        self.view_name.setAccessibleName(QCoreApplication.translate("ViewFields", u"Name", None))
#endif // QT_CONFIG(accessibility)
        self.view_name.setPlaceholderText(QCoreApplication.translate("ViewFields", u"For instance: Large debtors", None))
        pass
    # retranslateUi

