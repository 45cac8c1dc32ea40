#include "tests/studio/app/agreement.h"

#include "studio/models/state_tree_model.h"
#include "studio/models/text.h"
#include "studio/session/event_lines.h"
#include "studio/views/cause_pane.h"
#include "studio/views/event_table.h"
#include "studio/views/inspector.h"
#include "studio/views/minimap.h"
#include "studio/views/position_badge.h"
#include "studio/views/state_tree.h"
#include "studio/views/timeline_view.h"

#include <QLineEdit>

#include <algorithm>

namespace ariadne::tests {
namespace {

using namespace ariadne::studio;

/// Larger states are compared in their first rows.
constexpr int kRowsMax = 3000;

void addRows(const StateTreeModel& model, const QModelIndex& parent, QStringList& out) {
    for (int row = 0; row < model.rowCount(parent) && out.size() < kRowsMax; ++row) {
        const QModelIndex index = model.index(row, StateTreeModel::kField, parent);
        const auto cell = [&](int column) {
            return index.siblingAtColumn(column).data().toString();
        };
        out << QStringLiteral("%1 = %2, before %3, %4")
                   .arg(model.pathOf(index), cell(StateTreeModel::kValue),
                        cell(StateTreeModel::kBefore),
                        QString::number(static_cast<int>(model.changeOf(index))));
        addRows(model, index, out);
    }
}

QStringList rowsOf(const StateTreeModel& model) {
    QStringList out;
    addRows(model, {}, out);
    return out;
}

QString differenceOf(const QStringList& shown, const QStringList& recorded) {
    for (qsizetype i = 0; i < std::max(shown.size(), recorded.size()); ++i)
        if (shown.value(i) != recorded.value(i))
            return QStringLiteral("the state shows \"%1\", the trace has \"%2\"")
                .arg(shown.value(i), recorded.value(i));
    return {};
}

QString positionText(const char* pane, Position shown, Position expected) {
    return QStringLiteral("%1 is at event %2, the window at %3")
        .arg(QString::fromLatin1(pane))
        .arg(shown.value)
        .arg(expected.value);
}

}  // namespace

bool Agreement::open(const std::string& path, std::uint64_t bytes) {
    if (history_ && path == path_ && bytes == bytes_) return true;
    history_.reset();
    auto reader = tracefmt::TraceReader::open(path);
    if (!reader.ok()) return false;
    reader_ = *std::move(reader);
    history_ = std::make_unique<recorder::History>(*reader_);
    path_ = path;
    bytes_ = bytes;
    return true;
}

QString Agreement::wrongIn(MainWindow& window) {
    auto* badge = window.findChild<PositionBadge*>();
    if (!window.summary())
        return badge->when() == When::kNothing ? QString()
                                               : QStringLiteral("a moment without a trace");
    const Position at = window.position();
    if (badge->when() != When::kPast)
        return QStringLiteral("the badge does not say PAST, and no run is on");
    for (QLineEdit* edit : window.findChildren<QLineEdit*>())
        if (edit->accessibleName() == QStringLiteral("Position") &&
            !(edit->hasFocus() && edit->isModified()) && edit->text() != groupedText(at.value))
            return QStringLiteral("the transport says %1, the window %2")
                .arg(edit->text(), groupedText(at.value));
    if (window.timeline().position() != at)
        return positionText("the timeline", window.timeline().position(), at);
    const auto* minimap = window.findChild<Minimap*>();
    if (minimap->position() != at) return positionText("the minimap", minimap->position(), at);
    EventList& list = window.events().list();
    if (list.position() != at) return positionText("the event list", list.position(), at);
    if (const auto row = list.rowOfPosition(at)) {
        const EventLine* line = list.rows().lineIfHere(*row);
        if (line != nullptr && (line->seq > at || std::max(line->seq, line->missingTo) < at))
            return positionText("the row of the event list", line->seq, at);
    }
    const CausePane& causes = window.causesPane();
    const bool showsChain = causes.isVisible() && causes.mode() == CausePane::Mode::kWhy;
    if (showsChain && at.value != 0 && causes.rows().rowOf(at) < 0)
        return QStringLiteral("the chain of causes is not of event %1").arg(at.value);
    if (window.inspector().moment() != window.moment())
        return QStringLiteral("the inspector shows another moment than the window");
    if (window.moment()->position != at)
        return positionText("the moment", window.moment()->position, at);
    return wrongState(window);
}

QString Agreement::wrongState(MainWindow& window) {
    const Moment& moment = *window.moment();
    if (!moment.hasStates) return {};
    if (!open(window.summary()->path, window.summary()->fileBytes))
        return QStringLiteral("a second reader does not open %1")
            .arg(textOf(window.summary()->path));
    const auto world = history_->worldAt(moment.position);
    if (!world.ok() && moment.error.empty())
        return QStringLiteral("the trace cannot tell the world at event %1, the window does")
            .arg(moment.position.value);
    if (world.ok() && !moment.error.empty())
        return QStringLiteral("the window has no world at event %1, the trace does: %2")
            .arg(moment.position.value)
            .arg(textOf(moment.error));
    if (world.ok() && (world->alive != moment.world.alive ||
                       world->waiting != moment.world.waiting || world->round != moment.round))
        return QStringLiteral("another world than the trace has at event %1")
            .arg(moment.position.value);
    const Rank rank = window.selected();
    if (rank == kOutside) return {};
    if (!moment.actor || moment.actor->rank != rank)
        return QStringLiteral("the inspector is not about actor %1").arg(rank.value);
    const auto cell = history_->cellAt(moment.position, rank);
    if (cell.ok() != moment.actor->isKnown)
        return QStringLiteral("the state of actor %1 at event %2 is %3 in the trace")
            .arg(rank.value)
            .arg(moment.position.value)
            .arg(cell.ok() ? QStringLiteral("known") : QStringLiteral("not known"));
    if (!cell.ok() || !cell->born) return {};
    if (cell->alive != moment.actor->alive || cell->turns != moment.actor->turns ||
        cell->mailbox.size() + cell->stash.size() != moment.actor->mailboxTotal)
        return QStringLiteral("actor %1 at event %2 is another one in the trace")
            .arg(rank.value)
            .arg(moment.position.value);
    const TypeTable& types = reader_->types();
    const value::ShowOptions options = showOptionsOf(*history_);
    const value::ValueNode now = cell->state.show(types, options);
    value::ValueNode before =
        cell->before ? cell->before->show(types, options) : value::ValueNode{};
    StateTreeInput input{nullptr, &now, cell->changed.empty() ? nullptr : &before, {}};
    if (const auto at =
            window.inspector().base().at(moment.position, window.summary()->lastPosition)) {
        // A person has chosen another moment to compare with than the last turn.
        const auto then = history_->cellAt(*at, rank);
        const bool isKnown = then.ok() && then->born;
        if (isKnown) before = then->state.show(types, options);
        input.before = isKnown ? &before : nullptr;
    } else {
        const std::vector<value::LeafDesc> leaves = value::leavesOf(types, cell->stateType);
        for (const std::uint32_t leaf : cell->changed)
            if (leaf < leaves.size()) input.changedPaths.push_back(leaves[leaf].path);
    }
    StateTreeModel recorded;
    recorded.setInput(std::move(input));
    ++statesCompared_;
    return differenceOf(rowsOf(window.inspector().stateTree().model()), rowsOf(recorded));
}

}  // namespace ariadne::tests
