# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'columns_dialog.ui'
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
from PySide6.QtWidgets import (QApplication, QDialog, QHBoxLayout, QLabel,
    QListWidget, QListWidgetItem, QPushButton, QSizePolicy,
    QSpacerItem, QSpinBox, QVBoxLayout, QWidget)

class Ui_ColumnsDialog(object):
    def setupUi(self, ColumnsDialog):
        if not ColumnsDialog.objectName():
            ColumnsDialog.setObjectName(u"ColumnsDialog")
        self.page = QVBoxLayout(ColumnsDialog)
        self.page.setSpacing(12)
        self.page.setObjectName(u"page")
        self.page.setContentsMargins(20, 20, 20, 20)
        self.title = QLabel(ColumnsDialog)
        self.title.setObjectName(u"title")
        self.title.setProperty(u"look", u"title")

        self.page.addWidget(self.title)

        self.text = QLabel(ColumnsDialog)
        self.text.setObjectName(u"text")
        self.text.setProperty(u"look", u"muted")

        self.page.addWidget(self.text)

        self.middle = QHBoxLayout()
        self.middle.setSpacing(16)
        self.middle.setObjectName(u"middle")
        self.columns = QListWidget(ColumnsDialog)
        self.columns.setObjectName(u"columns")

        self.middle.addWidget(self.columns)

        self.side = QVBoxLayout()
        self.side.setSpacing(8)
        self.side.setObjectName(u"side")
        self.up = QPushButton(ColumnsDialog)
        self.up.setObjectName(u"up")

        self.side.addWidget(self.up)

        self.down = QPushButton(ColumnsDialog)
        self.down.setObjectName(u"down")

        self.side.addWidget(self.down)

        self.width_name = QLabel(ColumnsDialog)
        self.width_name.setObjectName(u"width_name")
        self.width_name.setProperty(u"look", u"muted")

        self.side.addWidget(self.width_name)

        self.width = QSpinBox(ColumnsDialog)
        self.width.setObjectName(u"width")
        self.width.setMinimum(40)
        self.width.setMaximum(800)
        self.width.setSingleStep(10)

        self.side.addWidget(self.width)

        self.usual = QPushButton(ColumnsDialog)
        self.usual.setObjectName(u"usual")
        self.usual.setProperty(u"kind", u"quiet")

        self.side.addWidget(self.usual)

        self.rest = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.side.addItem(self.rest)


        self.middle.addLayout(self.side)

        self.middle.setStretch(0, 1)

        self.page.addLayout(self.middle)

        self.refusal = QLabel(ColumnsDialog)
        self.refusal.setObjectName(u"refusal")
        self.refusal.setProperty(u"look", u"refusal")

        self.page.addWidget(self.refusal)

        self.foot = QHBoxLayout()
        self.foot.setSpacing(8)
        self.foot.setObjectName(u"foot")
        self.left = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.foot.addItem(self.left)

        self.cancel = QPushButton(ColumnsDialog)
        self.cancel.setObjectName(u"cancel")
        self.cancel.setProperty(u"tall", u"true")

        self.foot.addWidget(self.cancel)

        self.verb = QPushButton(ColumnsDialog)
        self.verb.setObjectName(u"verb")
        self.verb.setProperty(u"kind", u"main")
        self.verb.setProperty(u"tall", u"true")

        self.foot.addWidget(self.verb)


        self.page.addLayout(self.foot)

#if QT_CONFIG(shortcut)
        self.width_name.setBuddy(self.width)
#endif // QT_CONFIG(shortcut)

        self.retranslateUi(ColumnsDialog)

        self.verb.setDefault(True)

    # setupUi

    def retranslateUi(self, ColumnsDialog):
        self.title.setText(QCoreApplication.translate("ColumnsDialog", u"Columns of the list", None))
        self.text.setText(QCoreApplication.translate("ColumnsDialog", u"Space shows or hides a column; Ctrl+Up and Ctrl+Down move it.", None))
#if QT_CONFIG(accessibility)
        self.columns.setAccessibleName(QCoreApplication.translate("ColumnsDialog", u"Columns", None))
#endif // QT_CONFIG(accessibility)
        self.up.setText(QCoreApplication.translate("ColumnsDialog", u"Move &up", None))
        self.down.setText(QCoreApplication.translate("ColumnsDialog", u"Move &down", None))
        self.width_name.setText(QCoreApplication.translate("ColumnsDialog", u"&Width", None))
#if QT_CONFIG(accessibility)
        self.width.setAccessibleName(QCoreApplication.translate("ColumnsDialog", u"Width of the column", None))
#endif // QT_CONFIG(accessibility)
        self.width.setSuffix(QCoreApplication.translate("ColumnsDialog", u" px", None))
        self.usual.setText(QCoreApplication.translate("ColumnsDialog", u"Usual &columns", None))
        self.refusal.setText("")
        self.cancel.setText(QCoreApplication.translate("ColumnsDialog", u"Cancel", None))
        self.verb.setText(QCoreApplication.translate("ColumnsDialog", u"&Show these columns", None))
        pass
    # retranslateUi

