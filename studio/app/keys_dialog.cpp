#include "studio/app/keys_dialog.h"

#include "studio/models/theme.h"
#include "studio/views/fonts.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>

namespace ariadne::studio {
namespace {

/// One chord, told at once; the base class waits a second for three more. What is pressed next is
/// another try.
class KeyLine final : public QKeySequenceEdit {
public:
    using QKeySequenceEdit::QKeySequenceEdit;

protected:
    void keyPressEvent(QKeyEvent* event) override {
        QKeySequenceEdit::keyPressEvent(event);
        const QKeySequence keys = keySequence();
        if (keys.isEmpty()) return;
        setKeySequence(QKeySequence(keys[0]));  // ends the waiting, and says nothing of it
        Q_EMIT keySequenceChanged(keySequence());
    }
};

}  // namespace

KeysDialog::KeysDialog(Keymap& keymap, QWidget* parent) : QDialog(parent), keymap_(keymap) {
    setWindowTitle(tr("Change keys"));
    rows_ = new KeymapRows(keymap_, this);
    filtered_ = new QSortFilterProxyModel(this);
    filtered_->setSourceModel(rows_);
    filtered_->setFilterCaseSensitivity(Qt::CaseInsensitive);
    filtered_->setFilterKeyColumn(-1);
    table_ = new QTableView;
    table_->setModel(filtered_);
    table_->setAccessibleName(tr("Actions and their keys"));
    table_->setShowGrid(false);
    table_->setWordWrap(false);
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setTabKeyNavigation(false);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setDefaultSectionSize(24);
    table_->horizontalHeader()->setHighlightSections(false);
    table_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table_->horizontalHeader()->setSectionResizeMode(KeymapRows::kKeys, QHeaderView::Stretch);
    table_->setColumnWidth(KeymapRows::kAction, 300);
    table_->setColumnWidth(KeymapRows::kChange, 90);
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] {
        key_->clear();
        look();
    });
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    resetAll_ = new QPushButton(tr("Reset all"));
    resetAll_->setToolTip(tr("All actions get the keys of the preset"));
    buttons->addButton(resetAll_, QDialogButtonBox::ResetRole);
    connect(resetAll_, &QPushButton::clicked, this, &KeysDialog::resetAll);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 18, 20, 16);
    column->setSpacing(12);
    column->addLayout(makeTop());
    column->addWidget(table_, 1);
    column->addLayout(makeBottom());
    column->addWidget(buttons);
    for (QPushButton* each : findChildren<QPushButton*>()) each->setAutoDefault(false);
    resize(720, 640);
    choose(keymap_.actions().value(0));
    filter_->setFocus();
}

QLayout* KeysDialog::makeTop() {
    preset_ = new QComboBox;
    preset_->setAccessibleName(tr("Preset"));
    for (const KeyPreset preset : kKeyPresets)
        preset_->addItem(nameOf(preset), static_cast<int>(preset));
    preset_->setCurrentIndex(preset_->findData(static_cast<int>(keymap_.preset())));
    connect(preset_, &QComboBox::currentIndexChanged, this, [this](int index) {
        keymap_.setPreset(static_cast<KeyPreset>(preset_->itemData(index).toInt()));
        apply();
    });
    filter_ = new QLineEdit;
    filter_->setPlaceholderText(tr("Filter by name or key"));
    filter_->setAccessibleName(tr("Filter of actions"));
    filter_->setClearButtonEnabled(true);
    connect(filter_, &QLineEdit::textChanged, this, [this](const QString& text) {
        filtered_->setFilterFixedString(text);
        if (chosen().isEmpty()) table_->setCurrentIndex(filtered_->index(0, 0));
        look();
    });
    auto* label = new QLabel(tr("As in"));
    label->setBuddy(preset_);
    auto* line = new QHBoxLayout;
    line->setSpacing(10);
    line->addWidget(label);
    line->addWidget(preset_);
    line->addSpacing(16);
    line->addWidget(filter_, 1);
    return line;
}

QPushButton* KeysDialog::button(const QString& text, const QString& tip,
                                void (KeysDialog::*does)()) {
    auto* out = new QPushButton(text);
    out->setToolTip(tip);
    connect(out, &QPushButton::clicked, this, does);
    return out;
}

QLayout* KeysDialog::makeBottom() {
    action_ = new QLabel;
    action_->setTextFormat(Qt::PlainText);
    QFont bold = uiFont();
    bold.setBold(true);
    action_->setFont(bold);
    key_ = new KeyLine;
    key_->setAccessibleName(tr("New key"));
    key_->setMinimumWidth(180);
    connect(key_, &QKeySequenceEdit::keySequenceChanged, this, &KeysDialog::look);
    words_ = new QLabel;
    words_->setTextFormat(Qt::PlainText);
    words_->setWordWrap(true);
    words_->setMinimumHeight(34);
    words_->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    add_ = button(tr("Add"), tr("One key more for this action"), &KeysDialog::addKey);
    only_ =
        button(tr("Use only this"), tr("In the place of the keys it has"), &KeysDialog::useOnly);
    take_ = button(tr("Take it from there"), tr("The other action has it no longer"),
                   &KeysDialog::takeKey);
    remove_ = button(tr("No key"), tr("Takes all keys from this action"), &KeysDialog::removeKeys);
    reset_ =
        button(tr("Reset"), tr("This action gets the keys of the preset"), &KeysDialog::resetOne);
    auto* line = new QHBoxLayout;
    line->setSpacing(8);
    line->addWidget(key_, 1);
    for (QPushButton* each : {add_, only_, take_, remove_, reset_}) line->addWidget(each);
    auto* column = new QVBoxLayout;
    column->setSpacing(6);
    column->addWidget(action_);
    column->addLayout(line);
    column->addWidget(words_);
    return column;
}

void KeysDialog::choose(const QString& action) {
    const QModelIndex row = rows_->index(rows_->rowOf(action), 0);
    table_->setCurrentIndex(filtered_->mapFromSource(row));
    look();
}

QString KeysDialog::chosen() const {
    const QModelIndex row = filtered_->mapToSource(table_->currentIndex());
    return row.isValid() ? rows_->idOf(row.row()) : QString();
}

QString KeysDialog::words() const {
    return words_->text();
}

void KeysDialog::look() {
    const QString id = chosen();
    const QKeySequence key = key_->keySequence();
    const QString why = key.isEmpty() ? QString() : Keymap::whyNot(key);
    const QString holder = key.isEmpty() ? QString() : keymap_.holderOf(key);
    const bool free = !id.isEmpty() && !key.isEmpty() && why.isEmpty();
    const bool others = free && !holder.isEmpty() && holder != id;
    add_->setEnabled(free && holder.isEmpty());
    only_->setEnabled(free && !others);
    take_->setEnabled(others);
    remove_->setEnabled(!id.isEmpty() && !keymap_.keysOf(id).isEmpty());
    reset_->setEnabled(!id.isEmpty() && keymap_.isChanged(id));
    resetAll_->setEnabled(keymap_.hasChanges());
    action_->setText(id.isEmpty() ? tr("No action is chosen") : keymap_.textOf(id));
    const QString name = key.toString(QKeySequence::NativeText);
    words_->setText(!why.isEmpty() ? why
                    : others       ? tr("%1 is a key of \"%2\"; take it from there, or press "
                                              "another one")
                                   .arg(name, keymap_.textOf(holder))
                    : key.isEmpty()     ? tr("Click into the line and press the new key")
                    : !holder.isEmpty() ? tr("%1 is a key of this action already").arg(name)
                                        : tr("%1 is free").arg(name));
    QPalette colours = palette();
    if (!why.isEmpty() || others)
        colours.setColor(QPalette::WindowText, Theme::of(colours).warning);
    words_->setPalette(colours);
}

void KeysDialog::apply() {
    rows_->refresh();
    key_->clear();
    look();
    Q_EMIT changed();
}

void KeysDialog::addKey() {
    keymap_.add(chosen(), key_->keySequence());
    apply();
}

void KeysDialog::useOnly() {
    keymap_.assign(chosen(), {key_->keySequence()});
    apply();
}

void KeysDialog::takeKey() {
    addKey();
}

void KeysDialog::removeKeys() {
    keymap_.assign(chosen(), {});
    apply();
}

void KeysDialog::resetOne() {
    keymap_.reset(chosen());
    apply();
}

void KeysDialog::resetAll() {
    keymap_.resetAll();
    apply();
}

}  // namespace ariadne::studio
