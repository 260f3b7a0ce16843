# -*- coding: utf-8 -*-

################################################################################
## Form generated from reading UI file 'profile_fields.ui'
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
from PySide6.QtWidgets import (QApplication, QCheckBox, QComboBox, QGridLayout,
    QLabel, QLineEdit, QSizePolicy, QWidget)

class Ui_ProfileFields(object):
    def setupUi(self, ProfileFields):
        if not ProfileFields.objectName():
            ProfileFields.setObjectName(u"ProfileFields")
        self.grid = QGridLayout(ProfileFields)
        self.grid.setObjectName(u"grid")
        self.grid.setHorizontalSpacing(16)
        self.grid.setVerticalSpacing(8)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.name_name = QLabel(ProfileFields)
        self.name_name.setObjectName(u"name_name")
        self.name_name.setProperty(u"look", u"muted")

        self.grid.addWidget(self.name_name, 0, 0, 1, 1)

        self.name = QLineEdit(ProfileFields)
        self.name.setObjectName(u"name")
        self.name.setMaxLength(120)

        self.grid.addWidget(self.name, 0, 1, 1, 1)

        self.description_name = QLabel(ProfileFields)
        self.description_name.setObjectName(u"description_name")
        self.description_name.setProperty(u"look", u"muted")

        self.grid.addWidget(self.description_name, 1, 0, 1, 1)

        self.description = QLineEdit(ProfileFields)
        self.description.setObjectName(u"description")
        self.description.setMaxLength(400)

        self.grid.addWidget(self.description, 1, 1, 1, 1)

        self.reference_name = QLabel(ProfileFields)
        self.reference_name.setObjectName(u"reference_name")
        self.reference_name.setProperty(u"look", u"muted")

        self.grid.addWidget(self.reference_name, 2, 0, 1, 1)

        self.reference = QLineEdit(ProfileFields)
        self.reference.setObjectName(u"reference")
        self.reference.setMaxLength(80)

        self.grid.addWidget(self.reference, 2, 1, 1, 1)

        self.layout_name = QLabel(ProfileFields)
        self.layout_name.setObjectName(u"layout_name")
        self.layout_name.setProperty(u"look", u"muted")

        self.grid.addWidget(self.layout_name, 3, 0, 1, 1)

        self.layout = QComboBox(ProfileFields)
        self.layout.setObjectName(u"layout")

        self.grid.addWidget(self.layout, 3, 1, 1, 1)

        self.as_default = QCheckBox(ProfileFields)
        self.as_default.setObjectName(u"as_default")

        self.grid.addWidget(self.as_default, 4, 1, 1, 1)

        self.grid.setColumnStretch(1, 1)
#if QT_CONFIG(shortcut)
        self.name_name.setBuddy(self.name)
        self.description_name.setBuddy(self.description)
        self.reference_name.setBuddy(self.reference)
        self.layout_name.setBuddy(self.layout)
#endif // QT_CONFIG(shortcut)

        self.retranslateUi(ProfileFields)
    # setupUi

    def retranslateUi(self, ProfileFields):
        self.name_name.setText(QCoreApplication.translate("ProfileFields", u"N&ame", None))
#if QT_CONFIG(accessibility)
        self.name.setAccessibleName(QCoreApplication.translate("ProfileFields", u"Name", None))
#endif // QT_CONFIG(accessibility)
        self.description_name.setText(QCoreApplication.translate("ProfileFields", u"&Description", None))
#if QT_CONFIG(accessibility)
        self.description.setAccessibleName(QCoreApplication.translate("ProfileFields", u"Description", None))
#endif // QT_CONFIG(accessibility)
        self.reference_name.setText(QCoreApplication.translate("ProfileFields", u"E&xport reference", None))
#if QT_CONFIG(accessibility)
        self.reference.setAccessibleName(QCoreApplication.translate("ProfileFields", u"Export reference", None))
#endif // QT_CONFIG(accessibility)
        self.layout_name.setText(QCoreApplication.translate("ProfileFields", u"&Invoice layout", None))
#if QT_CONFIG(accessibility)
        self.layout.setAccessibleName(QCoreApplication.translate("ProfileFields", u"Invoice layout", None))
#endif // QT_CONFIG(accessibility)
        self.as_default.setText(QCoreApplication.translate("ProfileFields", u"&Set as default profile: new accounts get it", None))
        pass
    # retranslateUi

