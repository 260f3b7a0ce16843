# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'import_format_fields.ui'
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

class Ui_ImportFormatFields(object):
    def setupUi(self, ImportFormatFields):
        if not ImportFormatFields.objectName():
            ImportFormatFields.setObjectName(u"ImportFormatFields")
        self.grid = QGridLayout(ImportFormatFields)
        self.grid.setObjectName(u"grid")
        self.grid.setHorizontalSpacing(12)
        self.grid.setVerticalSpacing(6)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.provider_name = QLabel(ImportFormatFields)
        self.provider_name.setObjectName(u"provider_name")
        self.provider_name.setProperty(u"look", u"muted")
        self.provider_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.provider_name, 0, 0, 1, 1)

        self.provider = QComboBox(ImportFormatFields)
        self.provider.setObjectName(u"provider")

        self.grid.addWidget(self.provider, 0, 1, 1, 1)

        self.provider_note = QLabel(ImportFormatFields)
        self.provider_note.setObjectName(u"provider_note")
        self.provider_note.setWordWrap(True)
        self.provider_note.setProperty(u"look", u"hint")
        self.provider_note.setProperty(u"lines", 1)

        self.grid.addWidget(self.provider_note, 0, 3, 1, 1)

        self.date_name = QLabel(ImportFormatFields)
        self.date_name.setObjectName(u"date_name")
        self.date_name.setProperty(u"look", u"muted")
        self.date_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.date_name, 1, 0, 1, 1)

        self.date = QComboBox(ImportFormatFields)
        self.date.setObjectName(u"date")

        self.grid.addWidget(self.date, 1, 1, 1, 1)

        self.date_note = QLabel(ImportFormatFields)
        self.date_note.setObjectName(u"date_note")
        self.date_note.setWordWrap(True)
        self.date_note.setProperty(u"look", u"hint")
        self.date_note.setProperty(u"lines", 2)

        self.grid.addWidget(self.date_note, 1, 3, 1, 1)

        self.figures_name = QLabel(ImportFormatFields)
        self.figures_name.setObjectName(u"figures_name")
        self.figures_name.setProperty(u"look", u"muted")
        self.figures_name.setProperty(u"least_width", 136)

        self.grid.addWidget(self.figures_name, 2, 0, 1, 1)

        self.figures = QComboBox(ImportFormatFields)
        self.figures.setObjectName(u"figures")

        self.grid.addWidget(self.figures, 2, 1, 1, 1)

        self.figures_note = QLabel(ImportFormatFields)
        self.figures_note.setObjectName(u"figures_note")
        self.figures_note.setWordWrap(True)
        self.figures_note.setProperty(u"look", u"hint")
        self.figures_note.setProperty(u"lines", 1)

        self.grid.addWidget(self.figures_note, 2, 3, 1, 1)

        self.grid.setColumnStretch(1, 3)
        self.grid.setColumnStretch(3, 4)
#if QT_CONFIG(shortcut)
        self.provider_name.setBuddy(self.provider)
        self.date_name.setBuddy(self.date)
        self.figures_name.setBuddy(self.figures)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.provider, self.date)
        QWidget.setTabOrder(self.date, self.figures)

        self.retranslateUi(ImportFormatFields)
    # setupUi

    def retranslateUi(self, ImportFormatFields):
        self.provider_name.setText(QCoreApplication.translate("ImportFormatFields", u"&Provider", None))
#if QT_CONFIG(accessibility)
        self.provider.setAccessibleName(QCoreApplication.translate("ImportFormatFields", u"Provider", None))
#endif // QT_CONFIG(accessibility)
        self.provider_note.setText(QCoreApplication.translate("ImportFormatFields", u"Whose rows these are.", None))
        self.date_name.setText(QCoreApplication.translate("ImportFormatFields", u"&Dates", None))
#if QT_CONFIG(accessibility)
        self.date.setAccessibleName(QCoreApplication.translate("ImportFormatFields", u"How dates are written", None))
#endif // QT_CONFIG(accessibility)
        self.date_note.setText("")
        self.figures_name.setText(QCoreApplication.translate("ImportFormatFields", u"Fi&gures", None))
#if QT_CONFIG(accessibility)
        self.figures.setAccessibleName(QCoreApplication.translate("ImportFormatFields", u"How figures are written", None))
#endif // QT_CONFIG(accessibility)
        self.figures_note.setText("")
        pass
    # retranslateUi

