#include "studio/views/inspector.h"

#include "studio/models/text.h"
#include "studio/models/theme.h"
#include "studio/views/elided_label.h"
#include "studio/views/event_card.h"
#include "studio/views/fonts.h"
#include "studio/views/section.h"
#include "studio/views/state_tree.h"

#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QScrollArea>
#include <QSplitter>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include <initializer_list>

namespace ariadne::studio {

Inspector::Inspector(QWidget* parent) : QWidget(parent) {
    state_ = new StateTree(true);
    state_->setAccessibleName(tr("State"));
    state_->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(state_, &QWidget::customContextMenuRequested, this, &Inspector::showFieldMenu);
    connect(state_, &QTreeView::activated, this, [this](const QModelIndex& index) {
        if (!state_->model().hasChildren(index.siblingAtColumn(0))) Q_EMIT fieldActivated();
    });
    stateHint_ = new QLabel;
    stateHint_->setTextFormat(Qt::PlainText);
    stateHint_->setWordWrap(true);
    stateHint_->setForegroundRole(QPalette::PlaceholderText);
    stateHint_->setContentsMargins(12, 6, 12, 6);
    since_ = new QToolButton;
    since_->setObjectName(QStringLiteral("stateBase"));
    since_->setAutoRaise(true);
    since_->setToolButtonStyle(Qt::ToolButtonTextOnly);
    since_->setToolTip(tr("What the state is compared with"));
    auto* stateBody = new QWidget;
    auto* stateColumn = new QVBoxLayout(stateBody);
    stateColumn->setContentsMargins(0, 0, 0, 0);
    stateColumn->setSpacing(0);
    stateColumn->addWidget(since_, 0, Qt::AlignLeft);
    stateColumn->addWidget(stateHint_);
    stateColumn->addWidget(state_, 1);
    makeMailbox();
    event_ = new EventCard;
    auto* eventArea = new QScrollArea;
    eventArea->setWidget(event_);
    eventArea->setWidgetResizable(true);
    eventArea->setFrameShape(QFrame::NoFrame);
    eventArea->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    stateSection_ = new Section(tr("State"), stateBody);
    mailboxSection_ = new Section(tr("Mailbox"), mailbox_);
    eventSection_ = new Section(tr("Event"), eventArea);
    splitter_ = new QSplitter(Qt::Vertical);
    splitter_->setObjectName(QStringLiteral("inspectorSplitter"));
    splitter_->setChildrenCollapsible(false);
    for (Section* section : {stateSection_, mailboxSection_, eventSection_})
        splitter_->addWidget(section);
    splitter_->setSizes({300, 150, 330});
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeHeader());
    column->addWidget(splitter_, 1);
    connect(event_, &EventCard::positionRequested, this, &Inspector::positionRequested);
    connect(event_, &EventCard::actorSelected, this, &Inspector::actorSelected);
    setBase({}, nullptr);
    showNobody();
}

void Inspector::setBaseMenu(QMenu* menu) {
    // Not setMenu(): that one waits in a loop of its own until something is chosen.
    connect(since_, &QToolButton::clicked, menu,
            [this, menu] { menu->popup(since_->mapToGlobal(since_->rect().bottomLeft())); });
}

void Inspector::setBase(const StateBase& base, std::shared_ptr<const Moment> moment) {
    base_ = base;
    baseMoment_ = std::move(moment);
    const QString text = tr("Δ since %1").arg(base_.text());
    since_->setText(fontMetrics().elidedText(text, Qt::ElideMiddle, 320) + QStringLiteral("  ▾"));
    since_->setAccessibleName(text);
    if (moment_ && moment_->actor) showState(*moment_->actor);
}

QString Inspector::comparedText(const QString& path) const {
    const QModelIndex row = state_->model().indexOfPath(path);
    if (!row.isValid() || !baseMoment_) return {};
    const auto cell = [&](int column) { return row.siblingAtColumn(column).data().toString(); };
    const QString now = cell(StateTreeModel::kValue), before = cell(StateTreeModel::kBefore);
    // What did not change has no text of its own there.
    return before.isEmpty() ? tr("%1: %2, as at %3").arg(path, now, base_.text())
                            : tr("%1: %2 at %3, %4 here").arg(path, before, base_.text(), now);
}

QWidget* Inspector::makeHeader() {
    auto* header = new QWidget;
    path_ = new ElidedLabel(nullptr, Qt::ElideLeft);
    QFont bold = uiFont();
    bold.setBold(true);
    bold.setPixelSize(14);
    path_->setFont(bold);
    type_ = new ElidedLabel;
    type_->setRole(QPalette::PlaceholderText);
    life_ = new ElidedLabel;
    life_->setRole(QPalette::PlaceholderText);
    connect(life_, &ElidedLabel::activated, this, &Inspector::positionRequested);
    care_ = new QLabel;
    care_->setObjectName(QStringLiteral("care"));
    care_->setTextFormat(Qt::PlainText);
    care_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    care_->setWordWrap(true);
    care_->setForegroundRole(QPalette::PlaceholderText);
    care_->setMinimumWidth(24);  // no name is too long for the pane
    auto* column = new QVBoxLayout(header);
    column->setContentsMargins(12, 8, 10, 8);
    column->setSpacing(1);
    for (QWidget* label : std::initializer_list<QWidget*>{path_, type_, life_, care_})
        column->addWidget(label);
    return header;
}

void Inspector::setFieldActions(const QList<QAction*>& actions) {
    fieldActions_ = actions;
}

std::optional<Inspector::ChosenField> Inspector::chosenField() const {
    const QModelIndex row = state_->currentIndex().siblingAtColumn(0);
    if (!row.isValid() || !moment_ || !moment_->actor) return std::nullopt;
    const StateTreeModel& model = state_->model();
    ChosenField out{moment_->actor->rank, textOf(moment_->actor->path), moment_->position,
                    model.stepsOf(row),   model.fieldOf(row),           {}};
    QStringList names;
    for (const std::string& step : out.steps) names << textOf(step);
    out.name = names.empty() ? tr("value") : names.join(QLatin1Char('.'));
    return out;
}

void Inspector::showFieldMenu(const QPoint& at) {
    const QModelIndex row = state_->indexAt(at);
    if (!row.isValid() || fieldActions_.empty()) return;
    state_->setCurrentIndex(row);
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addActions(fieldActions_);
    menu->popup(state_->viewport()->mapToGlobal(at));
}

void Inspector::makeMailbox() {
    mailboxModel_ = new MailboxModel(this);
    mailbox_ = new QTableView;
    mailbox_->setModel(mailboxModel_);
    mailbox_->setAccessibleName(tr("Mailbox"));
    mailbox_->setFrameShape(QFrame::NoFrame);
    mailbox_->setShowGrid(false);
    mailbox_->setWordWrap(false);
    mailbox_->verticalHeader()->hide();
    mailbox_->verticalHeader()->setDefaultSectionSize(22);
    mailbox_->setSelectionBehavior(QAbstractItemView::SelectRows);
    mailbox_->setSelectionMode(QAbstractItemView::SingleSelection);
    mailbox_->horizontalHeader()->setHighlightSections(false);
    mailbox_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    mailbox_->horizontalHeader()->setSectionResizeMode(MailboxModel::kMessage,
                                                       QHeaderView::Stretch);
    mailbox_->setColumnWidth(MailboxModel::kNumber, 44);
    mailbox_->setColumnWidth(MailboxModel::kFrom, 130);
    mailbox_->setColumnWidth(MailboxModel::kAge, 72);
    connect(mailbox_, &QTableView::clicked, this, [this](const QModelIndex& index) {
        const Position at = mailboxModel_->enqueuedAt(index.row());
        if (at.value != 0) Q_EMIT positionRequested(at.value);
    });
}

void Inspector::setActors(std::shared_ptr<const std::vector<ActorEntry>> actors) {
    event_->setActors(std::move(actors));
}

void Inspector::setMoment(std::shared_ptr<const Moment> moment) {
    moment_ = std::move(moment);
    event_->setMoment(moment_);
    mailboxModel_->setMoment(moment_);
    if (moment_ && moment_->actor)
        showActor();
    else
        showNobody();
    const std::uint64_t waiting = moment_ && moment_->actor ? moment_->actor->mailboxTotal : 0;
    const bool known = !moment_ || !moment_->actor || moment_->actor->isKnown;
    mailboxSection_->setTitle(!known         ? tr("Mailbox, not known")
                              : waiting == 0 ? tr("Mailbox, empty")
                                             : tr("Mailbox, %1 waiting").arg(groupedText(waiting)));
}

void Inspector::showNobody() {
    shown_ = kOutside;
    path_->setText(tr("No actor selected"));
    type_->setText(tr("Click a lane, a row or an actor"));
    life_->setText({});
    life_->setTarget(std::nullopt);
    showCare(nullptr);
    stateHint_->setVisible(false);
    state_->setInput({});
    stateSection_->setTitle(tr("State"));
}

QString Inspector::lifeText(const ActorMoment& actor) const {
    if (!actor.born) return tr("Not born yet");
    if (!actor.isKnown)
        return moment_->hasStates ? tr("Could not be read") : tr("What it did was not recorded");
    const QString bytes =
        actor.bytes ? tr("   %1 bytes").arg(groupedText(*actor.bytes)) : QString();
    const QString turns = tr("%1 turns").arg(groupedText(actor.turns));
    if (!actor.alive) {
        const QString why =
            actor.endText.empty() ? QString() : QStringLiteral(": ") + textOf(actor.endText);
        const QString what = actor.isRegion ? QString() : QStringLiteral("   ") + turns;
        return tr("Ended at event %1%2%3").arg(groupedText(actor.endedAt.value), why, what + bytes);
    }
    if (actor.isRegion)
        return tr("Region   last changed at event %1").arg(groupedText(actor.lastTurn.value)) +
               bytes;
    const QString behaviour =
        actor.behaviour.empty() ? QString() : tr("behaviour %1   ").arg(textOf(actor.behaviour));
    return tr("Alive   %1%2, last at event %3")
               .arg(behaviour, turns, groupedText(actor.lastTurn.value)) +
           bytes;
}

/// A line for each phrase, such as "holds obligation 'seat 3' (from bookings since event 41)".
/// Those of a region are words, "closing", "3 children", and share one.
void Inspector::showCare(const ActorMoment* actor) {
    QStringList lines;
    if (actor != nullptr && actor->born)
        for (const std::string& text : actor->care) lines << textOf(text);
    const bool words = actor != nullptr && actor->isRegion;
    const QString text = lines.join(words ? QStringLiteral("   ") : QStringLiteral("\n"));
    care_->setText(text);
    // For what is longer than a line and has no place to break; in a tag, to be taken as HTML.
    care_->setToolTip(QStringLiteral("<p>") +
                      text.toHtmlEscaped().replace(QLatin1Char('\n'), QStringLiteral("<br>")) +
                      QStringLiteral("</p>"));
    care_->setVisible(!lines.isEmpty());
}

void Inspector::showActor() {
    const ActorMoment& actor = *moment_->actor;
    if (actor.rank != shown_) state_->forgetExpansion();
    shown_ = actor.rank;
    path_->setText(textOf(actor.path));
    type_->setText(textOf(actor.typeName));
    life_->setText(lifeText(actor));
    const Position link = actor.alive ? actor.lastTurn : actor.endedAt;
    life_->setTarget(link.value != 0 ? std::optional<quint64>(link.value) : std::nullopt);
    showCare(&actor);
    showState(actor);
}

/// Against the same actor at another moment.
void Inspector::showCompared(const ActorMoment& actor) {
    const std::optional<Position> at = base_.at(moment_->position, last_);
    const bool here = baseMoment_ && at && baseMoment_->position == *at && baseMoment_->actor &&
                      baseMoment_->actor->rank == actor.rank;
    StateTreeInput input{moment_, &actor.state, nullptr, {}, {}};
    QString title = tr("State, looking at %1 …").arg(base_.text());
    if (here) {
        const ActorMoment& before = *baseMoment_->actor;
        struct Both {
            std::shared_ptr<const Moment> now, base;
        };
        input.owner = std::make_shared<const Both>(Both{moment_, baseMoment_});
        input.beforeTitle = tr("At event %1").arg(groupedText(at->value));
        if (!before.born) {
            title = tr("State; the actor was not born yet at %1").arg(base_.text());
        } else if (!before.isKnown || !baseMoment_->error.empty()) {
            title = tr("State; it is not known what it was at %1").arg(base_.text());
        } else {
            input.before = &before.state;
            const std::uint64_t count = differencesOf(actor.state, before.state);
            title =
                count == 0 ? tr("State, the same as at %1").arg(base_.text())
                : count == 1
                    ? tr("State, one value differs from %1").arg(base_.text())
                    : tr("State, %1 values differ from %2").arg(groupedText(count), base_.text());
        }
    }
    state_->setInput(std::move(input));
    stateSection_->setTitle(title);
}

void Inspector::showState(const ActorMoment& actor) {
    const QString hint = !moment_->error.empty() ? textOf(moment_->error)
                         : !actor.born           ? tr("This actor is born later")
                         : !moment_->hasStates
                             ? tr("States were not recorded; running the program again makes them")
                         : !actor.alive ? tr("The last state before it ended")
                                        : QString();
    stateHint_->setText(hint);
    stateHint_->setVisible(!hint.isEmpty());
    if (base_.kind != StateBase::Kind::kLastTurn && actor.born && actor.isKnown)
        return showCompared(actor);
    const bool changedHere = !actor.changedPaths.empty();
    StateTreeInput input{
        moment_, &actor.state, changedHere ? &actor.before : nullptr, actor.changedPaths, {}};
    state_->setInput(std::move(input));
    const std::size_t changes = actor.changedPaths.size();
    const QString by = groupedText(actor.lastTurn.value);
    stateSection_->setTitle(changes == 0 ? tr("State")
                            : changes == 1
                                ? tr("State, one field changed by event %1").arg(by)
                                : tr("State, %1 fields changed by event %2").arg(changes).arg(by));
}

}  // namespace ariadne::studio
