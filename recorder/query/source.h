// The trace that one query reads, and what several tables need to know of it.
#pragma once

#include "recorder/history.h"
#include "recorder/query/table.h"
#include "tracefmt/trace_reader.h"

#include <absl/status/status.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace ariadne::query {

class Fates;
class Lives;
class Ledgers;

/// Thread-confined, but for stop(). Must outlive the tables' cursors.
class Source {
public:
    explicit Source(tracefmt::TraceReader& reader);
    ~Source();

    tracefmt::TraceReader& reader() { return reader_; }
    recorder::History& history() { return history_; }
    const TypeTable& types() const { return reader_.types(); }
    Position last() const { return reader_.lastPosition(); }
    /// It lies in a gap.
    bool isMissing(Position position) const { return reader_.gapAt(position).has_value(); }

    /// kFailedPrecondition: the trace was recorded with less than that, so `what`, a table or
    /// columns of one, would be empty or wrong; says what the file holds, and what gives the rest.
    absl::Status checkHolds(MadeOf needed, std::string_view what) const;
    /// kCancelled when the query shall end. Cheap; to be asked at least once per chunk.
    absl::Status look() const;
    /// Thread-safe.
    void stop() { stop_.store(true, std::memory_order_relaxed); }
    void goOn() { stop_.store(false, std::memory_order_relaxed); }
    const recorder::CancelFlag* stopFlag() const { return &stop_; }

    /// What became of messages and effects; read on demand.
    Fates& fates();
    /// When actors ended, how often they lived again; read once, on demand. As checkHolds().
    absl::StatusOr<const Lives*> lives();
    /// All obligations; read once, on demand.
    absl::StatusOr<const Ledgers*> ledgers();

    bool isBorn(Rank rank) const { return rank.value < reader_.births().size(); }
    /// The path, or NULL for the outside.
    void path(Rank rank, Answer& answer) const;
    void typeName(TypeIndex type, Answer& answer) const;
    /// Of the actor's state.
    void actorType(Rank rank, Answer& answer) const;
    std::optional<Rank> rankOf(const std::string& path);
    /// One value of a recorded type.
    void value(TypeIndex type, ByteView bytes, Answer& answer);
    /// The same as text, the way `dump` has it.
    void valueText(TypeIndex type, ByteView bytes, Answer& answer);
    const value::ShowOptions& show() const { return show_; }
    /// Of states of that type, by their number.
    const std::vector<value::LeafDesc>& leavesOf(TypeIndex type);

private:
    tracefmt::TraceReader& reader_;
    recorder::History history_;
    recorder::CancelFlag stop_{false};
    value::ShowOptions show_;
    std::unique_ptr<Fates> fates_;
    std::unique_ptr<Lives> lives_;
    std::unique_ptr<Ledgers> ledgers_;
    std::unordered_map<std::string, Rank> rankByPath_;
    std::unordered_map<std::uint32_t, std::vector<value::LeafDesc>> leaves_;
};

/// Nanoseconds; of times that no run has, any number.
inline std::int64_t nsBetween(VirtualTime from, VirtualTime to) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(to.value) -
                                     static_cast<std::uint64_t>(from.value));
}

/// "position 9 is beyond the trace, which ends at 7".
absl::Status beyondTheTrace(std::uint64_t position, Source& source);

}  // namespace ariadne::query
