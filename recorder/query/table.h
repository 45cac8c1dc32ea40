// What a table is to SQL, and nothing of the library that reads SQL.
#pragma once

#include "recorder/query/answer.h"
#include "tracefmt/event_columns.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace ariadne::query {

class Source;

/// What a condition on a column may narrow before rows are read. A table may do less than it was
/// told: SQL looks at every row once more, but for arguments and what Table::meetsTexts says.
enum class Push : std::uint8_t {
    kNone,
    kPosition,
    kTime,
    kRound,
    kKind,      ///< name of an EventKind
    kCell,      ///< path of the row's cell
    kPeer,      ///< path of the row's peer
    kCause,     ///< a position
    kPath,      ///< path of an actor, in a table with one row per actor
    kArgument,  ///< hidden: argument of a table function
    kNeeded,    ///< hidden: an argument without which there is no answer
};
constexpr bool isArgument(Push push) {
    return push == Push::kArgument || push == Push::kNeeded;
}
constexpr bool isNumber(Push push) {
    return push == Push::kPosition || push == Push::kTime || push == Push::kRound ||
           push == Push::kCause;
}

struct Column {
    std::string_view name;
    std::string_view type;  ///< "INTEGER", "TEXT"; empty: whatever the value is
    Push push = Push::kNone;
    std::string_view meaning;  ///< with its unit
    /// In a table of events, what of an event it is found in.
    tracefmt::ColumnSet foundIn = tracefmt::ColumnSet::kAll;
};

enum class Op : char {
    kEqual = '=',
    kBelow = '<',
    kAtMost = 'l',
    kAbove = '>',
    kAtLeast = 'g',
    kGlob = '*',
    kIn = 'i',
};

/// What a column is compared with; monostate is NULL.
using Operand = std::variant<std::monostate, std::int64_t, double, std::string>;

struct Term {
    Push push = Push::kNone;
    std::size_t column = 0;
    Op op = Op::kEqual;
    std::vector<Operand> operands;  ///< one, but for kIn
};

/// One reading of a table: which rows are wanted, and which columns of them.
struct Request {
    std::vector<Term> terms;
    std::uint64_t columnsUsed = ~0ull;  ///< a bit each; the last one stands for all behind it
    bool descending = false;

    bool uses(std::size_t column) const {
        return (columnsUsed >> (column < 63 ? column : 63) & 1) != 0;
    }
    /// The argument of that column; null when it was not given.
    const Operand* argument(std::size_t column) const;
};

/// Rows one at a time, as they are asked for. Thread-confined.
class Cursor {
public:
    virtual ~Cursor() = default;
    /// Goes to the first, then to the next row; false when there is none.
    virtual absl::StatusOr<bool> next() = 0;
    virtual absl::Status give(std::size_t column, Answer& answer) = 0;
    virtual std::int64_t rowid() const = 0;
};

/// What a trace has to hold for a table of it to say anything.
enum class MadeOf : std::uint8_t {
    kFile,     ///< what every trace has: tables, snapshots, notes
    kEvents,   ///< rows: levels events and full
    kChanges,  ///< rows with what they did to states: level full
};

struct Table {
    std::string_view name;
    std::string_view purpose;
    std::vector<Column> columns;
    /// Rows come by this column, ascending; and descending if asked to. -1: in no order.
    int orderedBy = -1;
    bool descends = false;
    /// About how many rows there are; only ever compared.
    std::function<double(Source&)> rows;
    std::function<absl::StatusOr<std::unique_ptr<Cursor>>(Source&, const Request&)> open;
    /// Conditions on texts that were given to it are all met: SQL need not look once more.
    bool meetsTexts = false;
    MadeOf madeOf = MadeOf::kEvents;
};

/// All of them, in the order in which people are told of them.
const std::vector<Table>& allTables();

/// A column and how a cursor of type C gives it.
template <class C>
class ColumnOf {
public:
    using Sure = void (*)(C&, Answer&);
    using Fallible = absl::Status (*)(C&, Answer&);

    ColumnOf(Column says, Sure how) : column(says), sure_(how) {}
    ColumnOf(Column says, Fallible how) : column(says), fallible_(how) {}

    absl::Status give(C& cursor, Answer& answer) const {
        if (fallible_ != nullptr) return fallible_(cursor, answer);
        sure_(cursor, answer);
        return absl::OkStatus();
    }

    Column column;

private:
    Sure sure_ = nullptr;
    Fallible fallible_ = nullptr;
};

/// A cursor whose columns say themselves where their values come from: C::columns() lists them.
template <class C>
class ColumnCursor : public Cursor {
public:
    absl::Status give(std::size_t column, Answer& answer) final {
        return C::columns()[column].give(static_cast<C&>(*this), answer);
    }
};

template <class C>
std::vector<Column> columnsOf() {
    std::vector<Column> out;
    for (const ColumnOf<C>& column : C::columns()) out.push_back(column.column);
    return out;
}

}  // namespace ariadne::query
