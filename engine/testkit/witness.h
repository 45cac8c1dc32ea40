// What a test wants to know of a run afterwards: who was born, what was said, what was lost, who
// ended.
#pragma once

#include "engine/kernel/by_hand.h"
#include "engine/kernel/event_sink.h"
#include "engine/value/dynamic.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ariadne::testkit {

/// A value an actor put on the timeline.
struct Note {
    std::string from;  ///< path
    std::string key;
    std::string value;  ///< as shown: `42`, `"text"`, `Deposit{cents: 5}`
    bool operator==(const Note&) const = default;
};

struct LogLine {
    std::string from;  ///< path
    LogLevel level = LogLevel::kInfo;
    std::string text;
    bool operator==(const LogLine&) const = default;
};

/// A message that ended unread.
struct DeadLetter {
    std::string from;  ///< path, or "(outside)"
    std::string to;
    std::string type;  ///< short name
    DropReason reason = DropReason::kUnknown;
    bool operator==(const DeadLetter&) const = default;
};

/// How a cell ended.
struct End {
    ExitReason reason = ExitReason::kUnknown;
    std::string text;
};

/// The observer of a Stage's World. Thread-confined.
class Witness final : public kernel::EventSink {
public:
    Witness() : births_(1) {}

    bool wantsChanges() const override { return false; }
    void onTypes(std::span<const TypeDesc> types) override;
    void onBirth(const CellBirth& birth) override;
    void onEvent(const EventRow& row) override;

    const std::vector<Note>& notes() const { return notes_; }
    const std::vector<LogLine>& logs() const { return logs_; }
    const std::vector<DeadLetter>& deadLetters() const { return deadLetters_; }

    /// "test/bank/teller#2"; "(outside)" for key 0, "(nobody)" for one never born.
    std::string pathOf(CellKey key) const;
    /// Key 0 when nobody of that path was born.
    CellKey keyOf(std::string_view path) const;
    /// The last end of the cell, also when it was restarted since.
    std::optional<End> endOf(CellKey key) const;
    /// Null when the cell never asked that, or was restarted since.
    const kernel::OpenAsk* askOf(CellKey asker, std::uint64_t id) const;
    /// One line: `Deposit{cents: 5}`; cells by path.
    std::string show(const value::TypeInfo& type, const void* value);

private:
    void onNote(const EventRow& row);
    std::string pathOf(Rank rank) const;
    CellKey keyOf(Rank rank) const { return births_[rank.value].key; }
    value::ShowOptions showOptions() const;

    TypeTable types_;                ///< the world's, for rows
    TypeTable shown_;                ///< of what was shown without a row
    std::vector<CellBirth> births_;  ///< by rank, [0] is the outside
    std::map<CellKey, Rank> ranks_;
    std::vector<Note> notes_;
    std::vector<LogLine> logs_;
    std::vector<DeadLetter> deadLetters_;
    std::map<Rank, End> ends_;
    std::map<std::pair<CellKey, std::uint64_t>, kernel::OpenAsk> asks_;
};

}  // namespace ariadne::testkit
