#include "studio/views/event_filter_bar.h"

#include "studio/models/event_mark.h"
#include "studio/models/text.h"
#include "studio/views/fonts.h"
#include "studio/views/icons.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QTimer>

namespace ariadne::studio {

EventFilterBar::EventFilterBar(QWidget* parent) : QWidget(parent) {
    kinds_ = new QPushButton;
    kinds_->setFlat(true);
    kinds_->setFocusPolicy(Qt::TabFocus);
    kinds_->setAccessibleName(tr("Kinds of events"));
    actor_ = new QLineEdit;
    actor_->setPlaceholderText(tr("Actor, e.g. bank/teller*"));
    actor_->setAccessibleName(tr("Actor pattern"));
    actor_->setClearButtonEnabled(true);
    actor_->setMaximumWidth(240);
    text_ = new QLineEdit;
    text_->setPlaceholderText(tr("Text, or: where state.balance < 0"));
    text_->setAccessibleName(tr("Text filter"));
    text_->setToolTip(
        tr("Text in message or change; behind \"where\" a condition, as for breakpoints"));
    text_->setClearButtonEnabled(true);
    text_->setMaximumWidth(360);
    text_->addAction(iconOf(Glyph::kSearch), QLineEdit::LeadingPosition);
    count_ = new QLabel;
    count_->setTextFormat(Qt::PlainText);
    count_->setForegroundRole(QPalette::PlaceholderText);
    count_->setFont(valueFont());
    pause_ = new QTimer(this);
    pause_->setSingleShot(true);
    pause_->setInterval(120);
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(6, 4, 8, 4);
    line->setSpacing(6);
    line->addWidget(kinds_);
    line->addWidget(actor_, 2);
    line->addWidget(text_, 3);
    line->addStretch(1);
    line->addWidget(count_);
    makeKindMenu();
    for (QLineEdit* edit : {actor_, text_}) {
        connect(edit, &QLineEdit::textChanged, pause_, qOverload<>(&QTimer::start));
        connect(edit, &QLineEdit::returnPressed, this, &EventFilterBar::filterChanged);
    }
    connect(pause_, &QTimer::timeout, this, &EventFilterBar::filterChanged);
}

void EventFilterBar::makeKindMenu() {
    menu_ = new QMenu(this);
    QAction* all = menu_->addAction(tr("All kinds"));
    connect(all, &QAction::triggered, this, [this] {
        for (QAction* action : menu_->actions()) action->setChecked(false);
    });
    menu_->addSeparator();
    for (std::uint8_t kind = 1; kind < kEventKindCount; ++kind) {
        QAction* action = menu_->addAction(labelOf(static_cast<EventKind>(kind)));
        action->setCheckable(true);
        action->setData(kind);
        connect(action, &QAction::toggled, this, [this] { showKinds(), pause_->start(); });
    }
    kinds_->setMenu(menu_);
    showKinds();
}

void EventFilterBar::showKinds() {
    const std::vector<EventKind> kinds = filter().kinds;
    kinds_->setText(kinds.empty()       ? tr("All kinds")
                    : kinds.size() == 1 ? labelOf(kinds.front())
                                        : tr("%1 kinds").arg(kinds.size()));
}

EventFilter EventFilterBar::filter() const {
    EventFilter out;
    for (const QAction* action : menu_->actions())
        if (action->isChecked())
            out.kinds.push_back(static_cast<EventKind>(action->data().toUInt()));
    out.actorGlob = actor_->text().trimmed().toStdString();
    out.text = text_->text().toStdString();
    return out;
}

void EventFilterBar::clear() {
    for (QAction* action : menu_->actions()) action->setChecked(false);
    actor_->clear();
    text_->clear();
    pause_->stop();
}

void EventFilterBar::setCount(const RowCount& count, std::uint64_t all) {
    const QString rows =
        groupedText(count.rows) + (count.complete ? QString() : QStringLiteral(" …"));
    count_->setText(count.filtered ? tr("%1 of %2").arg(rows, groupedText(all))
                                   : tr("%1 events").arg(count.plain ? rows : groupedText(all)));
}

void EventFilterBar::searchFor(const QString& text) {
    clear();
    text_->setText(text);
    focusText();
}

void EventFilterBar::focusText() {
    text_->setFocus(Qt::ShortcutFocusReason);
    text_->selectAll();
}

}  // namespace ariadne::studio
