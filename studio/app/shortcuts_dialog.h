// All keys on one page: what `?` shows.
#pragma once

#include <QDialog>

class QAction;

namespace ariadne::studio {

class Keymap;

class ShortcutsDialog final : public QDialog {
    Q_OBJECT

public:
    /// Lists `actions` that have a key, by their names in `keymap`, and what the mouse does. `?`
    /// and F1 close it again.
    ShortcutsDialog(const QList<QAction*>& actions, const Keymap& keymap, QWidget* parent);

Q_SIGNALS:
    /// Somebody wants other keys.
    void changeRequested();

protected:
    void keyPressEvent(QKeyEvent* event) override;
};

}  // namespace ariadne::studio
