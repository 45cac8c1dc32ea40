// What a part of a world saw, in words that do not depend on who else lives there.
#pragma once

#include "engine/base/type_desc.h"
#include "engine/kernel/event_sink.h"
#include "engine/value/dynamic.h"
#include "tests/support/refute.h"

#include <algorithm>
#include <string>
#include <vector>

namespace ariadne::tests {

/// A row of a cell, by keys and ordinals: without position, round and rank.
struct SeenRow {
    CellKey cell;
    CellKey peer;
    CellKey causeCell;
    std::uint64_t causeOrdinal =
        0;  ///< which row of that cell; 0: it is not one of those looked at
    EventKind kind = EventKind::kUnknown;
    std::uint8_t flags = 0;
    std::uint64_t arg = 0;
    std::uint64_t extra = 0;
    std::int64_t time = 0;
    std::uint64_t type = 0;  ///< structural hash
    Bytes payload;
    Bytes change;
    bool operator==(const SeenRow&) const = default;
};

struct Sight {
    std::vector<SeenRow> rows;
    bool whole = true;  ///< up to a virtual time, rather than up to a round
};

/// Keeps all rows, to say afterwards what those of a cell and all below it were.
class SightSink final : public kernel::EventSink {
public:
    void onTypes(std::span<const TypeDesc> types) override {
        for (const TypeDesc& type : types) typeHashes_.push_back(type.hash);
    }
    void onBirth(const CellBirth& birth) override {
        births_.resize(birth.rank.value + 1);
        births_[birth.rank.value] = birth;
    }
    void onEvent(const EventRow& row) override {
        SeenRow seen;
        seen.kind = row.kind;
        seen.flags = row.flags;
        seen.arg = row.arg;
        seen.extra = row.extra;
        seen.time = row.time.value;
        seen.type = typeHashes_.at(row.type.value);
        seen.payload.assign(row.payload.begin(), row.payload.end());
        seen.change.assign(row.change.begin(), row.change.end());
        rows_.push_back({std::move(seen), row.cell, row.peer, row.cause});
    }

    /// The rows of the cell `root` and of all that were born below it.
    Sight of(CellKey root, bool whole) const {
        Sight out;
        out.whole = whole;
        std::vector<std::uint64_t> ordinals(rows_.size() + 1, 0);  // by position
        std::vector<std::uint64_t> made(births_.size(), 0);        // by rank
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            const Kept& kept = rows_[i];
            if (!below(kept.cell, root)) continue;
            ordinals[i + 1] = ++made[kept.cell.value];
            SeenRow seen = kept.seen;
            seen.cell = keyOf(kept.cell);
            seen.peer = keyOf(kept.peer);
            if (kept.cause.value != 0) {
                seen.causeCell = keyOf(rows_[kept.cause.value - 1].cell);
                seen.causeOrdinal = ordinals[kept.cause.value];
            }
            out.rows.push_back(std::move(seen));
        }
        return out;
    }

private:
    struct Kept {
        SeenRow seen;
        Rank cell;
        Rank peer;
        Position cause;
    };
    CellKey keyOf(Rank rank) const {
        return rank.value < births_.size() ? births_[rank.value].key : CellKey{};
    }
    bool below(Rank cell, CellKey root) const {
        for (; cell.value != 0; cell = births_.at(cell.value).parent)
            if (births_.at(cell.value).key == root) return true;
        return false;
    }

    std::vector<std::uint64_t> typeHashes_{0};  ///< by TypeIndex; 0 is the opaque type
    std::vector<CellBirth> births_{CellBirth{}};
    std::vector<Kept> rows_;
};

/// The first row in which they differ. Of two that end at a round, `beside` may see less: others
/// take rounds too.
inline Wrong differing(const Sight& alone, const Sight& beside) {
    const auto at =
        std::mismatch(alone.rows.begin(), alone.rows.end(), beside.rows.begin(), beside.rows.end());
    const std::string where = "row " + std::to_string(at.first - alone.rows.begin()) + " of " +
                              std::to_string(alone.rows.size());
    const auto named = [](const SeenRow& row) {
        return std::string{nameOf(row.kind)} + " of cell " + std::to_string(row.cell.value) +
               " at " + std::to_string(row.time) + " ns";
    };
    if (at.second != beside.rows.end())
        return where + " is " + named(*at.second) +
               (at.first == alone.rows.end()
                    ? ", alone there is none"
                    : ", alone " + named(*at.first) + ", and not the same");
    if (at.first != alone.rows.end() && beside.whole)
        return where + " is missing: " + named(*at.first);
    return std::nullopt;
}

}  // namespace ariadne::tests
