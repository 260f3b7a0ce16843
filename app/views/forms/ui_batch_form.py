# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'batch_form.ui'
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
from PySide6.QtWidgets import (QApplication, QCheckBox, QComboBox, QHBoxLayout,
    QLabel, QLineEdit, QPushButton, QSizePolicy,
    QSpacerItem, QVBoxLayout, QWidget)

class Ui_BatchForm(object):
    def setupUi(self, BatchForm):
        if not BatchForm.objectName():
            BatchForm.setObjectName(u"BatchForm")
        self.column = QVBoxLayout(BatchForm)
        self.column.setSpacing(8)
        self.column.setObjectName(u"column")
        self.column.setContentsMargins(0, 0, 0, 0)
        self.what = QHBoxLayout()
        self.what.setSpacing(8)
        self.what.setObjectName(u"what")
        self.provider_name = QLabel(BatchForm)
        self.provider_name.setObjectName(u"provider_name")
        self.provider_name.setProperty(u"look", u"muted")

        self.what.addWidget(self.provider_name)

        self.provider = QComboBox(BatchForm)
        self.provider.setObjectName(u"provider")

        self.what.addWidget(self.provider)

        self.account_name = QLabel(BatchForm)
        self.account_name.setObjectName(u"account_name")
        self.account_name.setProperty(u"look", u"muted")

        self.what.addWidget(self.account_name)

        self.account = QLineEdit(BatchForm)
        self.account.setObjectName(u"account")
        self.account.setProperty(u"least_width", 70)
        self.account.setProperty(u"most_width", 150)

        self.what.addWidget(self.account)

        self.from_name = QLabel(BatchForm)
        self.from_name.setObjectName(u"from_name")
        self.from_name.setProperty(u"look", u"muted")

        self.what.addWidget(self.from_name)

        self.issued_from = QLineEdit(BatchForm)
        self.issued_from.setObjectName(u"issued_from")
        self.issued_from.setProperty(u"most_width", 150)

        self.what.addWidget(self.issued_from)

        self.to_name = QLabel(BatchForm)
        self.to_name.setObjectName(u"to_name")
        self.to_name.setProperty(u"look", u"muted")

        self.what.addWidget(self.to_name)

        self.issued_to = QLineEdit(BatchForm)
        self.issued_to.setObjectName(u"issued_to")
        self.issued_to.setProperty(u"most_width", 150)

        self.what.addWidget(self.issued_to)

        self.after_what = QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.what.addItem(self.after_what)

        self.what.setStretch(8, 1)

        self.column.addLayout(self.what)

        self.where = QHBoxLayout()
        self.where.setSpacing(8)
        self.where.setObjectName(u"where")
        self.folder_name = QLabel(BatchForm)
        self.folder_name.setObjectName(u"folder_name")
        self.folder_name.setProperty(u"look", u"muted")

        self.where.addWidget(self.folder_name)

        self.folder = QLineEdit(BatchForm)
        self.folder.setObjectName(u"folder")

        self.where.addWidget(self.folder)

        self.choose_folder = QPushButton(BatchForm)
        self.choose_folder.setObjectName(u"choose_folder")
        self.choose_folder.setProperty(u"glyph", u"folder")

        self.where.addWidget(self.choose_folder)

        self.merged = QCheckBox(BatchForm)
        self.merged.setObjectName(u"merged")

        self.where.addWidget(self.merged)

        self.where.setStretch(1, 1)

        self.column.addLayout(self.where)

        self.go = QHBoxLayout()
        self.go.setSpacing(12)
        self.go.setObjectName(u"go")
        self.message = QWidget(BatchForm)
        self.message.setObjectName(u"message")

        self.go.addWidget(self.message)

        self.print_button = QPushButton(BatchForm)
        self.print_button.setObjectName(u"print_button")
        self.print_button.setProperty(u"glyph", u"printing")
        self.print_button.setProperty(u"kind", u"main")
        self.print_button.setProperty(u"tall", True)

        self.go.addWidget(self.print_button)

        self.go.setStretch(0, 1)

        self.column.addLayout(self.go)

#if QT_CONFIG(shortcut)
        self.provider_name.setBuddy(self.provider)
        self.account_name.setBuddy(self.account)
        self.from_name.setBuddy(self.issued_from)
        self.to_name.setBuddy(self.issued_to)
        self.folder_name.setBuddy(self.folder)
#endif // QT_CONFIG(shortcut)
        QWidget.setTabOrder(self.provider, self.account)
        QWidget.setTabOrder(self.account, self.issued_from)
        QWidget.setTabOrder(self.issued_from, self.issued_to)
        QWidget.setTabOrder(self.issued_to, self.folder)
        QWidget.setTabOrder(self.folder, self.choose_folder)
        QWidget.setTabOrder(self.choose_folder, self.merged)
        QWidget.setTabOrder(self.merged, self.print_button)

        self.retranslateUi(BatchForm)
    # setupUi

    def retranslateUi(self, BatchForm):
        self.provider_name.setText(QCoreApplication.translate("BatchForm", u"Provider", None))
#if QT_CONFIG(accessibility)
        self.provider.setAccessibleName(QCoreApplication.translate("BatchForm", u"Provider", None))
#endif // QT_CONFIG(accessibility)
        self.account_name.setText(QCoreApplication.translate("BatchForm", u"Account", None))
#if QT_CONFIG(accessibility)
        self.account.setAccessibleName(QCoreApplication.translate("BatchForm", u"Account code", None))
#endif // QT_CONFIG(accessibility)
        self.account.setPlaceholderText(QCoreApplication.translate("BatchForm", u"Any", None))
        self.from_name.setText(QCoreApplication.translate("BatchForm", u"Issued from", None))
#if QT_CONFIG(accessibility)
        self.issued_from.setAccessibleName(QCoreApplication.translate("BatchForm", u"Issued from", None))
#endif // QT_CONFIG(accessibility)
        self.issued_from.setPlaceholderText(QCoreApplication.translate("BatchForm", u"Any day", None))
        self.to_name.setText(QCoreApplication.translate("BatchForm", u"to", None))
#if QT_CONFIG(accessibility)
        self.issued_to.setAccessibleName(QCoreApplication.translate("BatchForm", u"Issued to", None))
#endif // QT_CONFIG(accessibility)
        self.issued_to.setPlaceholderText(QCoreApplication.translate("BatchForm", u"Any day", None))
        self.folder_name.setText(QCoreApplication.translate("BatchForm", u"Folder", None))
#if QT_CONFIG(accessibility)
        self.folder.setAccessibleName(QCoreApplication.translate("BatchForm", u"Folder", None))
#endif // QT_CONFIG(accessibility)
        self.choose_folder.setText(QCoreApplication.translate("BatchForm", u"Choose folder\u2026", None))
        self.merged.setText(QCoreApplication.translate("BatchForm", u"Also one merged PDF", None))
        self.print_button.setText(QCoreApplication.translate("BatchForm", u"Print invoices", None))
        pass
    # retranslateUi

