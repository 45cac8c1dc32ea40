// All keys on one page.
#pragma once

#include <QDialog>

class QAction;

namespace ariadne::studio {

class ShortcutsDialog final : public QDialog {
    Q_OBJECT

public:
    /// Lists `actions` that have a key, and what the mouse does.
    ShortcutsDialog(const QList<QAction*>& actions, QWidget* parent);
};

}  // namespace ariadne::studio
