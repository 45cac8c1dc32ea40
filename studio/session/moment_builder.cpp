#include "studio/session/moment_builder.h"

#include "recorder/care_text.h"
#include "recorder/region_view.h"
#include "recorder/waits.h"
#include "studio/session/event_lines.h"
#include "studio/session/region_texts.h"
#include "studio/session/row_walk.h"

#include <algorithm>
#include <utility>

namespace ariadne::studio {
namespace {

constexpr std::size_t kEffectsMax = 100;
constexpr std::size_t kWaitsMax = 100;
/// Effects of an event mostly follow within its round; this far they are looked for.
constexpr std::uint64_t kEffectsLookAhead = 20'000;

/// One moment being built.
class Builder {
public:
    Builder(OpenTrace& trace, const CancelFlag& cancelled)
        : trace_(trace),
          history_(*trace.history),
          types_(trace.reader->types()),
          options_(showOptionsOf(history_)),
          cancelled_(cancelled) {}

    std::optional<Moment> build(Position position, Rank selected);

private:
    void note(const absl::Status& status);
    void addWorld();
    void addEvent();
    value::ValueNode messageOf(const EventRow& row);
    void addInput();
    void addRow(const EventRow& row);
    void addEffects();
    void addWaits();
    void addActor(Rank rank);
    void addState(const recorder::CellMoment& cell, ActorMoment& out);
    void addMailbox(const recorder::CellMoment& cell, ActorMoment& out);

    OpenTrace& trace_;
    recorder::History& history_;
    const TypeTable& types_;
    value::ShowOptions options_;
    const CancelFlag& cancelled_;
    Moment out_;
};

std::optional<Moment> Builder::build(Position position, Rank selected) {
    const auto began = Clock::now();
    const std::uint64_t unbornBefore = history_.unbornNamed();
    out_.position = position;
    const tracefmt::Level level = trace_.reader->meta().level;
    out_.hasStates = level == tracefmt::Level::kFull;
    if (level != tracefmt::Level::kInputs) addWorld();
    if (position.value != 0 && !cancelled_) addEvent();
    const bool hasEvents = position.value != 0 && level != tracefmt::Level::kInputs;
    if (hasEvents && !cancelled_) addEffects();
    if (hasEvents && !cancelled_) addWaits();
    if (selected != kOutside && !cancelled_) addActor(selected);
    if (cancelled_) return std::nullopt;
    out_.namesUnborn = history_.unbornNamed() != unbornBefore;
    out_.tookMs = millisecondsSince(began);
    return std::move(out_);
}

void Builder::note(const absl::Status& status) {
    const std::string text{status.message()};
    if (out_.error.empty())
        out_.error = text;
    else if (out_.error.find(text) == std::string::npos)
        out_.error += "; " + text;
}

void Builder::addWorld() {
    absl::StatusOr<recorder::WorldMoment> world = history_.worldAt(out_.position, &cancelled_);
    if (!world.ok()) return note(world.status());
    out_.time = world->time;
    out_.round = world->round;
    out_.world = *std::move(world);
}

void Builder::addEvent() {
    if (trace_.inputs) return addInput();
    const absl::StatusOr<recorder::History::Row> at = history_.rowAt(out_.position);
    if (!at.ok()) {
        if (out_.error.empty()) note(at.status());  // else it is why there is no world either
        out_.event = lineAt(trace_, out_.position, options_);
        return;
    }
    addRow(at->row);
}

void Builder::addInput() {
    const absl::StatusOr<const EventRow*> kept = trace_.inputs->firstFrom(out_.position);
    if (!kept.ok()) return note(kept.status());
    if (*kept != nullptr && (*kept)->seq == out_.position) return addRow(**kept);
    out_.event = lineAt(trace_, out_.position, options_);
}

void Builder::addRow(const EventRow& row) {
    out_.event = lineOf(history_, row, options_);
    out_.time = row.time;
    out_.round = row.round;
    out_.message = messageOf(row);
    if (row.cause.value != 0 && !cancelled_) out_.causeLine = lineAt(trace_, row.cause, options_);
}

value::ValueNode Builder::messageOf(const EventRow& row) {
    if (hasTextPayload(row.kind)) return {};
    if (isEnqueue(row.kind) || row.kind == EventKind::kDeliver || row.kind == EventKind::kDrop) {
        const auto message = history_.messageOf(row);
        if (!message.ok()) {
            note(message.status());
            return {};
        }
        // A message without fields has no bytes, but a type.
        if (message->type.value == 0) return {};
        return value::showValue(types_, message->type, message->payload, options_);
    }
    if (row.type.value == 0) return {};
    ByteReader in{row.payload};
    if (row.kind == EventKind::kNote) in.sized();
    return value::showValue(types_, row.type, in.raw(in.remaining()), options_);
}

void Builder::addEffects() {
    Position next{out_.position.value + 1};
    const Position last{std::min(trace_.last().value, out_.position.value + kEffectsLookAhead)};
    std::vector<recorder::History::Row> found;
    // Only what the next chunk holds: a decoded chunk costs more than all that is in it.
    const auto& chunks = trace_.reader->chunks();
    const std::size_t first = chunkFrom(*trace_.reader, out_.position);
    for (std::size_t i = first; i < std::min(first + 2, chunks.size()); ++i) {
        if (next > last || found.size() >= kEffectsMax || cancelled_) break;
        const auto chunk = trace_.reader->chunk(i);
        if (!chunk.ok()) return note(chunk.status());
        next = std::max(next, (*chunk)->first());
        for (; (*chunk)->contains(next) && next <= last && found.size() < kEffectsMax; ++next.value)
            if (const EventRow row = (*chunk)->rowAt(next); row.cause == out_.position)
                found.push_back({*chunk, row});
    }
    out_.effectsUpTo = std::min(last, Position{next.value - 1});
    out_.last = trace_.last();
    for (const recorder::History::Row& effect : found)
        out_.effects.push_back(lineOf(history_, effect.row, options_));
}

void Builder::addWaits() {
    recorder::WaitRows waits = recorder::waitsToldWith(history_, out_.position, kWaitsMax);
    out_.waitsTotal = waits.count;
    for (recorder::WaitRow& wait : waits.rows) {
        EventLine& line = out_.waits.emplace_back();
        line.seq = wait.seq;
        line.kind = EventKind::kWait;
        line.cell = wait.cell;
        line.peer = wait.peer;
        line.text = std::move(wait.text);
    }
}

void Builder::addActor(Rank rank) {
    const auto& births = trace_.reader->births();
    if (rank.value >= births.size()) return;
    ActorMoment& out = out_.actor.emplace();
    out.rank = rank;
    out.path = births[rank.value].path;
    out.typeName = types_.at(births[rank.value].type).name;
    out.born = births[rank.value].bornAt <= out_.position;
    if (!out_.hasStates) return;
    absl::StatusOr<recorder::CellMoment> cell = history_.cellAt(out_.position, rank, &cancelled_);
    if (!cell.ok()) return note(cell.status());
    out.isKnown = true;
    out.born = cell->born;
    out.alive = cell->alive;
    out.behaviour = cell->behaviour;
    out.turns = cell->turns;
    out.lastTurn = cell->lastTurn;
    out.endedAt = cell->endedAt;
    out.endText = cell->endText;
    if (!cell->born) return;
    const auto region = recorder::regionFrom(types_, cell->stateType, cell->state);
    out.isRegion = region.has_value();
    out.care = region ? recorder::regionTexts(*region) : recorder::careTexts(history_, *cell);
    if (const std::string how = region ? supervisionText(*region) : std::string{}; !how.empty())
        out.care.insert(out.care.begin() + 1, how);  // behind the phase
    addState(*cell, out);
    addMailbox(*cell, out);
}

void Builder::addState(const recorder::CellMoment& cell, ActorMoment& out) {
    out.state = cell.state.show(types_, options_);
    out.bytes = cell.state.footprint(types_);
    if (cell.before) out.before = cell.before->show(types_, options_);
    if (cell.changed.empty()) return;
    const std::vector<value::LeafDesc> leaves = value::leavesOf(types_, cell.stateType);
    for (const std::uint32_t leaf : cell.changed)
        if (leaf < leaves.size()) out.changedPaths.push_back(leaves[leaf].path);
}

void Builder::addMailbox(const recorder::CellMoment& cell, ActorMoment& out) {
    out.mailboxTotal = cell.mailbox.size() + cell.stash.size();
    const auto add = [&](const recorder::WaitingMessage& message, bool stashed) {
        if (out.mailbox.size() >= ActorMoment::kMailboxLinesMax) return;
        MailboxLine& line = out.mailbox.emplace_back();
        line.enqueuedAt = message.enqueuedAt;
        line.sender = history_.pathOf(message.sender);
        line.text = value::showLine(types_, message.type, message.payload, options_);
        if (message.since.value >= 0) line.age = out_.time - message.since;
        line.ageEvents = out_.position.value - std::min(message.enqueuedAt, out_.position).value;
        line.stashed = stashed;
        line.control = isControl(message.kind);
    };
    for (const recorder::WaitingMessage& message : cell.mailbox) add(message, false);
    for (const recorder::WaitingMessage& message : cell.stash) add(message, true);
}

}  // namespace

std::optional<Moment> momentAt(OpenTrace& trace, Position position, Rank selected,
                               const CancelFlag& cancelled) {
    return Builder{trace, cancelled}.build(position, selected);
}

}  // namespace ariadne::studio
