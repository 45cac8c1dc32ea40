#include "recorder/query/ledgers.h"

#include "engine/base/status_macros.h"
#include "recorder/query/event_scan.h"
#include "recorder/query/source.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace ariadne::query {
namespace {

constexpr std::size_t kObligationsMax = 4'000'000;

template <class Enum>
Enum enumOf(std::uint64_t number) {
    return static_cast<Enum>(std::min<std::uint64_t>(number, 0xFF));
}

}  // namespace

absl::Status Ledgers::read(Source& source) {
    // Who made it, and the how manyth: its name.
    std::map<std::tuple<Rank, Rank, std::uint64_t>, std::size_t> open;
    RowFilter filter;
    filter.kinds = kindsOf({EventKind::kReserve, EventKind::kResolve});
    using tracefmt::ColumnSet;
    filter.columns = ColumnSet::kKind | ColumnSet::kTime | ColumnSet::kCell | ColumnSet::kPeer |
                     ColumnSet::kArg | ColumnSet::kExtra;
    EventScan scan{source, std::move(filter)};
    for (;;) {
        ARIADNE_ASSIGN_OR_RETURN(const bool more, scan.next());
        if (!more) return absl::OkStatus();
        const EventRow& row = scan.row();
        const auto name = std::tuple{row.cell, row.peer, row.arg};
        const auto known = open.find(name);
        const bool begins = row.kind == EventKind::kReserve;
        if (begins || known == open.end()) {
            if (all_.size() == kObligationsMax)
                return absl::ResourceExhaustedError(
                    "found more than " + std::to_string(kObligationsMax) +
                    " obligations; look at events of kind reserve and resolve instead");
            ObligationLife& born = all_.emplace_back();
            born.region = row.cell;
            born.maker = row.peer;
            born.ordinal = row.arg;
        }
        ObligationLife& life = begins || known == open.end() ? all_.back() : all_[known->second];
        if (begins) {
            life.madeAt = row.seq;
            life.madeTime = row.time;
            life.kind = enumOf<ObligationKind>(row.extra);
            open[name] = all_.size() - 1;
        } else {
            life.resolvedAt = row.seq;
            life.resolvedTime = row.time;
            life.resolution = enumOf<Resolution>(row.extra);
            if (known != open.end()) open.erase(known);
        }
    }
}

}  // namespace ariadne::query
