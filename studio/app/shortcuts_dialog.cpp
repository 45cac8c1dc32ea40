#include "studio/app/shortcuts_dialog.h"

#include "studio/models/keymap.h"
#include "studio/views/fonts.h"

#include <QAction>
#include <QDialogButtonBox>
#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace ariadne::studio {
namespace {

constexpr qsizetype kColumns = 3;

struct Line {
    QString keys;
    QString what;
};

QList<Line> linesOf(const QList<QAction*>& actions, const Keymap& keymap) {
    QList<Line> out;
    for (const QAction* action : actions) {
        const QString keys = keysText(action->shortcuts());
        if (!keys.isEmpty())
            out.push_back({keys, keymap.nameOf(action->objectName(), action->text())});
    }
    return out;
}

QWidget* columnOf(const QList<Line>& lines) {
    auto* widget = new QWidget;
    auto* grid = new QGridLayout(widget);
    grid->setHorizontalSpacing(18);
    grid->setVerticalSpacing(5);
    grid->setColumnStretch(1, 1);
    for (int row = 0; row < lines.size(); ++row) {
        auto* keys = new QLabel(lines[row].keys);
        keys->setFont(valueFont());
        auto* what = new QLabel(lines[row].what);
        for (QLabel* label : {keys, what}) label->setTextFormat(Qt::PlainText);
        grid->addWidget(keys, row, 0);
        grid->addWidget(what, row, 1);
    }
    grid->setRowStretch(static_cast<int>(lines.size()), 1);
    return widget;
}

}  // namespace

ShortcutsDialog::ShortcutsDialog(const QList<QAction*>& actions, const Keymap& keymap,
                                 QWidget* parent)
    : QDialog(parent) {
    setWindowTitle(tr("Keyboard and mouse"));
    QList<Line> lines = linesOf(actions, keymap);
    lines += {{tr("Wheel"), tr("Timeline: scroll lanes")},
              {tr("Ctrl+Wheel"), tr("Timeline: zoom at the mouse")},
              {tr("Shift+Wheel"), tr("Timeline: pan")},
              {tr("Ctrl+Shift+Wheel"), tr("Timeline: height of lanes")},
              {tr("Drag the ruler"), tr("Scrub")},
              {tr("Drag over lanes"), tr("Measure; Esc clears it")},
              {tr("Drag, middle button"), tr("Zoom to; Esc cancels")},
              {tr("Drag, right button"), tr("Pan")},
              {tr("Right-click a lane"), tr("Menu of the lane")},
              {tr("Click a triangle"), tr("Collapse or expand a group of lanes")},
              {tr("Double-click a lane"), tr("Zoom to")},
              {tr("Up, Down"), tr("Messages: to the event shown before, behind")},
              {tr("Right, Left"), tr("What came of it: open, close")},
              {tr("Double-click a message"), tr("Centre its line")}};
    const qsizetype each = (lines.size() + kColumns - 1) / kColumns;
    auto* columns = new QHBoxLayout;
    columns->setSpacing(36);
    for (qsizetype from = 0; from < lines.size(); from += each)
        columns->addWidget(columnOf(lines.mid(from, each)));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    QPushButton* change = buttons->addButton(tr("Change keys…"), QDialogButtonBox::ActionRole);
    connect(change, &QPushButton::clicked, this, &ShortcutsDialog::changeRequested);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 16);
    column->setSpacing(16);
    column->addLayout(columns);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

void ShortcutsDialog::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Question || event->key() == Qt::Key_F1) return reject();
    QDialog::keyPressEvent(event);
}

}  // namespace ariadne::studio
