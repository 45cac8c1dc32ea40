// Who wants other keys chooses them here.
#pragma once

#include "studio/models/keymap_rows.h"

#include <QDialog>

class QComboBox;
class QKeySequenceEdit;
class QLabel;
class QLineEdit;
class QPushButton;
class QSortFilterProxyModel;
class QTableView;

namespace ariadne::studio {

/// A preset, and besides it keys of one's own for any action. What is changed holds at once. A key
/// that is another action's is named with that and not given, unless one says to take it from
/// there.
///
/// Threading: GUI thread; dies before the keymap.
class KeysDialog final : public QDialog {
    Q_OBJECT

public:
    KeysDialog(Keymap& keymap, QWidget* parent);

    /// As if somebody had clicked it.
    void choose(const QString& action);
    /// What is said about the key that was pressed.
    QString words() const;

Q_SIGNALS:
    /// Keys of the keymap are other ones now.
    void changed();

private:
    QLayout* makeTop();
    QLayout* makeBottom();
    QPushButton* button(const QString& text, const QString& tip, void (KeysDialog::*does)());
    QString chosen() const;  ///< empty: none
    void look();
    void apply();
    void addKey();
    void useOnly();
    void takeKey();
    void removeKeys();
    void resetOne();
    void resetAll();

    Keymap& keymap_;
    KeymapRows* rows_ = nullptr;
    QSortFilterProxyModel* filtered_ = nullptr;
    QComboBox* preset_ = nullptr;
    QLineEdit* filter_ = nullptr;
    QTableView* table_ = nullptr;
    QLabel* action_ = nullptr;
    QKeySequenceEdit* key_ = nullptr;
    QLabel* words_ = nullptr;
    QPushButton *add_ = nullptr, *only_ = nullptr, *take_ = nullptr, *remove_ = nullptr,
                *reset_ = nullptr, *resetAll_ = nullptr;
};

}  // namespace ariadne::studio
