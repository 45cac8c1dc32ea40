#include "studio/views/event_card.h"

#include "studio/models/event_mark.h"
#include "studio/models/text.h"
#include "studio/views/elided_label.h"
#include "studio/views/fonts.h"
#include "studio/views/state_tree.h"

#include <QGridLayout>
#include <QLabel>
#include <QPainter>

#include <algorithm>

namespace ariadne::studio {
namespace {

constexpr std::size_t kEffectsShown = 12;
constexpr std::size_t kWaitsShown = 24;

QLabel* dimLabel(const QString& text) {
    auto* label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

}  // namespace

EventCard::EventCard(QWidget* parent) : QWidget(parent) {
    title_ = new ElidedLabel;
    QFont bold = uiFont();
    bold.setBold(true);
    title_->setFont(bold);
    grid_ = new QGridLayout;
    grid_->setHorizontalSpacing(12);
    grid_->setVerticalSpacing(1);
    grid_->setColumnStretch(1, 1);
    for (const QString& name : {tr("Actor"), tr("With"), tr("What"), tr("Change"), tr("Cause")})
        addRow(name);
    for (const Row row : {kText, kChange}) values_[row]->setFont(valueFont());
    message_ = new StateTree(false);
    message_->setAccessibleName(tr("Message"));
    message_->setMinimumHeight(96);
    message_->setMaximumHeight(190);
    effectsTitle_ = dimLabel({});
    effects_ = new QVBoxLayout;
    effects_->setSpacing(0);
    more_ = dimLabel({});
    effects_->addWidget(more_);
    auto* head = new QHBoxLayout;
    head->addSpacing(20);
    head->addWidget(title_, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 8, 10, 10);
    column->setSpacing(4);
    column->addLayout(head);
    column->addLayout(grid_);
    column->addWidget(message_);
    column->addWidget(effectsTitle_);
    column->addLayout(effects_);
    column->addStretch(1);
    connect(values_[kActor], &ElidedLabel::activated, this,
            [this](quint64 rank) { Q_EMIT actorSelected(static_cast<quint32>(rank)); });
    connect(values_[kPeer], &ElidedLabel::activated, this,
            [this](quint64 rank) { Q_EMIT actorSelected(static_cast<quint32>(rank)); });
    connect(values_[kCause], &ElidedLabel::activated, this, &EventCard::positionRequested);
    setMoment(nullptr);
}

ElidedLabel* EventCard::addRow(const QString& name) {
    const int row = static_cast<int>(names_.size());
    names_.push_back(dimLabel(name));
    values_.push_back(new ElidedLabel(nullptr, row <= kPeer ? Qt::ElideLeft : Qt::ElideRight));
    grid_->addWidget(names_.back(), row, 0);
    grid_->addWidget(values_.back(), row, 1);
    return values_.back();
}

void EventCard::showRow(Row row, const QString& text, std::optional<quint64> target) {
    names_[row]->setVisible(!text.isEmpty());
    values_[row]->setVisible(!text.isEmpty());
    values_[row]->setText(text);
    values_[row]->setTarget(target);
}

void EventCard::setActors(std::shared_ptr<const std::vector<ActorEntry>> actors) {
    actors_ = std::move(actors);
}

QString EventCard::pathOf(Rank rank) const {
    if (rank == kOutside) return tr("outside");
    return actors_ && rank.value < actors_->size() ? textOf((*actors_)[rank.value].path)
                                                   : QString();
}

QString EventCard::lineText(const EventLine& line) const {
    if (line.missingTo.value != 0)
        return groupedText(line.seq.value) + QStringLiteral("  ") + labelOf(line);
    QString out = groupedText(line.seq.value) + QStringLiteral("  ") + labelOf(line.kind);
    if (!line.text.empty()) out += QStringLiteral("  ") + textOf(line.text);
    const Rank other =
        isEnqueue(line.kind) || line.kind == EventKind::kDrop ? line.peer : line.cell;
    if (other != kOutside) out += QStringLiteral("  ·  ") + pathOf(other);
    return out;
}

void EventCard::showActors(const EventLine& line) {
    const auto target = [](Rank rank) {
        return rank == kOutside ? std::nullopt : std::optional<quint64>(rank.value);
    };
    showRow(kActor, pathOf(line.cell), target(line.cell));
    const bool other =
        line.peer != line.cell && (line.peer != kOutside || line.kind == EventKind::kDeliver);
    names_[kPeer]->setText(isEnqueue(line.kind)               ? tr("To")
                           : line.kind == EventKind::kDeliver ? tr("From")
                           : line.kind == EventKind::kSpawn   ? tr("Parent")
                                                              : tr("With"));
    showRow(kPeer, other ? pathOf(line.peer) : QString(), target(line.peer));
}

void EventCard::setMoment(std::shared_ptr<const Moment> moment) {
    moment_ = std::move(moment);
    const bool present = moment_ && moment_->event;
    if (!present) {
        title_->setText(moment_ ? tr("Before the first event") : tr("No event"));
        for (int row = 0; row < kRowCount; ++row) showRow(static_cast<Row>(row), {});
        message_->setVisible(false);
        showEffects();
        update();
        return;
    }
    const EventLine& line = *moment_->event;
    const bool missing = line.missingTo.value != 0;
    const QString when =
        tr("   round %1   %2").arg(groupedText(line.round.value), timeText(line.time));
    title_->setText(
        tr("%1   event %2%3")
            .arg(labelOf(line), groupedText(line.seq.value), missing ? QString() : when));
    showActors(line);
    showRow(kText, missing ? missingText(line) : textOf(line.text));
    showRow(kChange, textOf(line.change));
    const bool caused = line.cause.value != 0;
    const QString cause =
        moment_->causeLine ? lineText(*moment_->causeLine) : groupedText(line.cause.value);
    showRow(kCause, caused ? cause : QString(), line.cause.value);
    const bool hasMessage =
        !moment_->message.typeName.empty() || !moment_->message.children.empty();
    message_->setVisible(hasMessage && !moment_->message.children.empty());
    message_->setInput({moment_, hasMessage ? &moment_->message : nullptr, nullptr, {}});
    showEffects();
    update();
}

void EventCard::showEffects() {
    if (!moment_ || !moment_->event || moment_->event->missingTo.value != 0) {
        effectsTitle_->hide();
        return showLinks({}, 0);
    }
    std::vector<Link> links;
    if (!moment_->waits.empty()) {
        effectsTitle_->setVisible(true);
        effectsTitle_->setText(tr("Who waits for whom"));
        const std::size_t shown = std::min(moment_->waits.size(), kWaitsShown);
        for (std::size_t i = 0; i < shown; ++i)
            links.push_back({textOf(moment_->waits[i].text), moment_->waits[i].seq});
        return showLinks(links, moment_->waitsTotal);
    }
    const std::vector<EventLine>& lines = moment_->effects;
    // An effect may lie far ahead; what was not looked at is not said to be empty.
    const bool more = moment_->effectsUpTo < moment_->last;
    effectsTitle_->setVisible(!lines.empty() || more);
    effectsTitle_->setText(
        lines.empty()
            ? tr("Caused nothing up to event %1").arg(groupedText(moment_->effectsUpTo.value))
        : lines.size() >= 100 ? tr("Caused 100 events or more")
        : lines.size() == 1   ? tr("Caused one event")
                              : tr("Caused %1 events").arg(lines.size()));
    const std::size_t shown = std::min(lines.size(), kEffectsShown);
    for (std::size_t i = 0; i < shown; ++i) links.push_back({lineText(lines[i]), lines[i].seq});
    showLinks(links, lines.size());
}

/// In the labels that are there: to make new ones at each step took longer than all else here.
void EventCard::showLinks(const std::vector<Link>& links, std::uint64_t total) {
    while (links_.size() < links.size()) {
        auto* link = new ElidedLabel;
        connect(link, &ElidedLabel::activated, this, &EventCard::positionRequested);
        effects_->insertWidget(static_cast<int>(links_.size()), link);
        links_.push_back(link);
    }
    for (std::size_t i = 0; i < links_.size(); ++i) {
        links_[i]->setVisible(i < links.size());
        if (i >= links.size()) continue;
        links_[i]->setText(links[i].text);
        links_[i]->setTarget(links[i].target.value);
    }
    more_->setVisible(total > links.size());
    if (total > links.size())
        more_->setText(tr("… and %1 more").arg(groupedText(total - links.size())));
}

void EventCard::paintEvent(QPaintEvent*) {
    if (!moment_ || !moment_->event) return;
    QPainter painter(this);
    const EventMark mark = markOf(*moment_->event);
    const QRect title = title_->geometry();
    paintMark(painter, QRectF(14, title.center().y() - 5, 11, 11), mark,
              Theme::of(palette()).colorOf(mark.tone));
}

}  // namespace ariadne::studio
