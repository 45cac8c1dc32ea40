#include "studio/session/write_search.h"

#include "studio/session/event_lines.h"

#include <algorithm>
#include <utility>

namespace ariadne::studio {
namespace {

/// So much of an element is compared.
constexpr std::uint32_t kElementBytesMax = 1u << 20;

constexpr std::uint64_t kWritingKinds =
    tracefmt::kindBit(EventKind::kSpawn) | tracefmt::kindBit(EventKind::kRestart) |
    tracefmt::kindBit(EventKind::kDeliver) | tracefmt::kindBit(EventKind::kRegion) |
    tracefmt::kindBit(EventKind::kReserve) | tracefmt::kindBit(EventKind::kResolve) |
    tracefmt::kindBit(EventKind::kTransfer) | tracefmt::kindBit(EventKind::kFinalizer);

bool begins(EventKind kind) {
    return kind == EventKind::kSpawn || kind == EventKind::kRestart;
}

std::string number(Position position) {
    return std::to_string(position.value);
}

}  // namespace

WriteSearch::WriteSearch(Rank rank, FieldSteps field, Position upTo) {
    found_.rank = rank;
    found_.field = std::move(field);
    found_.upTo = upTo;
}

bool WriteSearch::fail(std::string why) {
    found_.error = std::move(why);
    return true;
}

/// True when the search is over before it has begun.
bool WriteSearch::begin(OpenTrace& trace) {
    absl::StatusOr<FieldPlace> place = FieldPlace::of(trace, found_.rank, found_.field);
    if (!place.ok()) return fail(std::string{place.status().message()});
    place_ = *std::move(place);
    behind_ = Position{std::min(found_.upTo, trace.last()).value + 1};
    next_ = chunkFrom(*trace.reader, Position{behind_.value - 1}) + 1;
    return false;
}

WalkEnd WriteSearch::advance(OpenTrace& trace, Clock::time_point until,
                             const CancelFlag& cancelled) {
    if (!next_ && begin(trace)) return WalkEnd::kReachedEnd;
    const auto& chunks = trace.reader->chunks();
    next_ = std::min(*next_, chunks.size());
    while (*next_ > 0) {
        if (cancelled) return WalkEnd::kCancelled;
        const std::size_t index = --*next_;
        const tracefmt::ChunkEntry& entry = chunks[index];
        if (entry.first >= behind_) continue;
        const Position after{entry.first.value + entry.count};
        if (after < behind_) break;
        if (lookIn(trace, index, cancelled))
            return cancelled ? WalkEnd::kCancelled : WalkEnd::kReachedEnd;
        behind_ = entry.first;
        if (Clock::now() >= until && *next_ > 0) return WalkEnd::kOutOfTime;
    }
    fail(behind_ <= Position{trace.reader->base().value + 1}
             ? "it was written before event " + number(behind_) + ", where this file begins"
             : "events before " + number(behind_) +
                   " are missing, and it may have been written in one of them");
    return WalkEnd::kReachedEnd;
}

bool WriteSearch::lookIn(OpenTrace& trace, std::size_t index, const CancelFlag& cancelled) {
    const std::vector<Rank> mine{found_.rank};
    if (!trace.reader->mayHold(index, {kWritingKinds, &mine})) return false;
    using tracefmt::ColumnSet;
    ColumnSet wanted = ColumnSet::kKind | ColumnSet::kCell | ColumnSet::kBytes;
    if (!place_.element.empty()) wanted = wanted | ColumnSet::kType;
    if (const absl::Status read = trace.reader->scanChunk(index, wanted, scanned_); !read.ok())
        return fail(std::string{read.message()});
    return place_.element.empty() ? lookForLeaf(*scanned_)
                                  : lookForElement(trace, *scanned_, cancelled);
}

bool WriteSearch::isMine(const EventRow& row) const {
    return row.cell == found_.rank && row.seq < behind_ &&
           (begins(row.kind) || !row.change.empty());
}

bool WriteSearch::lookForLeaf(const tracefmt::EventChunk& chunk) {
    for (std::uint32_t i = chunk.count(); i-- > 0;) {
        if (chunk.columns().cell[i] != found_.rank) continue;
        const EventRow row = chunk.row(i);
        if (!isMine(row) || (!begins(row.kind) && !place_.isWrittenBy(row.change))) continue;
        found_.position = row.seq;
        found_.atBirth = begins(row.kind);
        return true;
    }
    return false;
}

std::optional<std::string> WriteSearch::elementOf(const TypeTable& types,
                                                  const value::StateValue& state) const {
    value::ShowOptions options;
    options.textBytesMax = kElementBytesMax;
    const auto node = place_.nodeIn(types, state, options);
    return node ? std::optional{node->text} : std::nullopt;
}

/// Forwards through the chunk, since a change needs the state in front of it.
bool WriteSearch::lookForElement(OpenTrace& trace, const tracefmt::EventChunk& chunk,
                                 const CancelFlag& cancelled) {
    const TypeTable& types = trace.reader->types();
    std::optional<value::StateValue> state;
    std::optional<std::string> value;
    for (std::uint32_t i = 0; i < chunk.count(); ++i) {
        if (chunk.columns().cell[i] != found_.rank) continue;
        if (cancelled) return true;
        const EventRow row = chunk.row(i);
        if (!isMine(row)) continue;
        if (begins(row.kind)) {
            auto first = value::StateValue::decode(types, row.type, row.payload);
            if (!first.ok()) return fail(std::string{first.status().message()});
            state = *std::move(first);
            value = elementOf(types, *state);
            found_.position = row.seq;
            found_.atBirth = true;
            continue;
        }
        if (!state) {
            auto before = trace.history->cellAt({row.seq.value - 1}, found_.rank, &cancelled);
            if (!before.ok()) return fail(std::string{before.status().message()});
            state = std::move(before->state);
            value = elementOf(types, *state);
        }
        if (const absl::Status applied = state->apply(types, row.change); !applied.ok())
            return fail(std::string{applied.message()});
        if (!place_.isWrittenBy(row.change)) continue;
        std::optional<std::string> now = elementOf(types, *state);
        if (now == value) continue;
        value = std::move(now);
        found_.position = row.seq;
        found_.atBirth = false;
    }
    return found_.position.value != 0;
}

}  // namespace ariadne::studio
