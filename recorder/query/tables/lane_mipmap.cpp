// What each actor did, counted in equal slices of the trace.
#include "recorder/query/event_scan.h"
#include "recorder/query/tables/arguments.h"
#include "recorder/query/tables/event_rows.h"
#include "recorder/query/tables/tables.h"

#include <map>

namespace ariadne::query {
namespace {

constexpr std::int64_t kBucketsMax = 100'000;
constexpr std::size_t kSlicesMax = 4'000'000;

struct Slice {
    VirtualTime firstTime;
    VirtualTime lastTime;
    std::uint64_t events = 0;
    std::uint64_t turns = 0;
    std::uint64_t sent = 0;
    std::uint64_t dropped = 0;
    std::uint64_t failures = 0;
};

struct Lanes {
    Position from;
    Position to;
    std::int64_t buckets = 0;
    std::map<std::pair<std::uint32_t, std::int64_t>, Slice> slices;  ///< by rank and bucket

    /// Positions per bucket; the last one may hold fewer.
    std::uint64_t width() const {
        const std::uint64_t count = to.value - from.value + 1;
        const auto parts = static_cast<std::uint64_t>(buckets);
        return count / parts + (count % parts == 0 ? 0 : 1);
    }
};

void count(const EventRow& row, Slice& slice) {
    if (slice.events == 0) slice.firstTime = row.time;
    slice.lastTime = row.time;
    ++slice.events;
    switch (row.kind) {
        case EventKind::kDeliver: ++slice.turns; break;
        case EventKind::kDrop: ++slice.dropped; break;
        case EventKind::kFail: ++slice.failures; break;
        default:
            if (isEnqueue(row.kind)) ++slice.sent;
            break;
    }
}

absl::Status fill(Source& source, Lanes& lanes) {
    RowFilter filter;
    filter.kinds.set();
    filter.position = {static_cast<std::int64_t>(lanes.from.value),
                       static_cast<std::int64_t>(lanes.to.value)};
    filter.columns =
        tracefmt::ColumnSet::kKind | tracefmt::ColumnSet::kTime | tracefmt::ColumnSet::kCell;
    EventScan scan{source, std::move(filter)};
    const std::uint64_t width = lanes.width();
    for (;;) {
        ARIADNE_ASSIGN_OR_RETURN(const bool more, scan.next());
        if (!more) return absl::OkStatus();
        const EventRow& row = scan.row();
        if (row.cell == kOutside) continue;
        const auto bucket = static_cast<std::int64_t>((row.seq.value - lanes.from.value) / width);
        count(row, lanes.slices[{row.cell.value, bucket}]);
        if (lanes.slices.size() > kSlicesMax)
            return absl::ResourceExhaustedError("found more than " + std::to_string(kSlicesMax) +
                                                " slices; ask for fewer buckets");
    }
}

class LaneCursor final : public ColumnCursor<LaneCursor> {
public:
    LaneCursor(Source& source, Lanes lanes)
        : source_(source), lanes_(std::move(lanes)), next_(lanes_.slices.begin()) {}

    static absl::StatusOr<std::unique_ptr<Cursor>> open(Source& source, const Request& request);
    static const std::vector<ColumnOf<LaneCursor>>& columns();

    absl::StatusOr<bool> next() override {
        if (next_ == lanes_.slices.end()) return false;
        at_ = next_++;
        ++row_;
        return true;
    }
    std::int64_t rowid() const override { return row_; }

    Source& source() { return source_; }
    const Lanes& lanes() const { return lanes_; }
    Rank rank() const { return {at_->first.first}; }
    std::int64_t bucket() const { return at_->first.second; }
    const Slice& slice() const { return at_->second; }
    std::uint64_t firstPosition() const {
        return lanes_.from.value + static_cast<std::uint64_t>(bucket()) * lanes_.width();
    }

private:
    Source& source_;
    const Lanes lanes_;
    std::map<std::pair<std::uint32_t, std::int64_t>, Slice>::const_iterator next_;
    std::map<std::pair<std::uint32_t, std::int64_t>, Slice>::const_iterator at_;
    std::int64_t row_ = 0;
};

constexpr std::size_t kBucketsArgument = 11;
constexpr std::size_t kFromArgument = 12;
constexpr std::size_t kToArgument = 13;

absl::StatusOr<std::unique_ptr<Cursor>> LaneCursor::open(Source& source, const Request& request) {
    ARIADNE_ASSIGN_OR_RETURN(const Argument<std::int64_t> buckets,
                             numberArgument(request, kBucketsArgument, "buckets of lane_mipmap"));
    ARIADNE_ASSIGN_OR_RETURN(
        const Argument<Position> from,
        positionArgument(source, request, kFromArgument, "from_position of lane_mipmap"));
    ARIADNE_ASSIGN_OR_RETURN(
        const Argument<Position> to,
        positionArgument(source, request, kToArgument, "to_position of lane_mipmap"));
    Lanes lanes;
    lanes.buckets = buckets.value.value_or(100);
    if (lanes.buckets < 1 || lanes.buckets > kBucketsMax)
        return absl::InvalidArgumentError("argument buckets of lane_mipmap: found " +
                                          std::to_string(lanes.buckets) + ", expected 1 to " +
                                          std::to_string(kBucketsMax));
    lanes.from = from.value.value_or(Position{1});
    lanes.to = to.value.value_or(source.last());
    const bool isNull = buckets.isNull || from.isNull || to.isNull;
    if (!isNull && lanes.from <= lanes.to) ARIADNE_RETURN_IF_ERROR(fill(source, lanes));
    return std::make_unique<LaneCursor>(source, std::move(lanes));
}

const std::vector<ColumnOf<LaneCursor>>& LaneCursor::columns() {
    using C = LaneCursor;
    static const std::vector<ColumnOf<C>> kColumns{
        {{"actor", "TEXT", Push::kNone, "path"},
         [](C& c, Answer& a) { c.source().path(c.rank(), a); }},
        {{"bucket", "INTEGER", Push::kNone, "which slice of the range, from 0"},
         [](C& c, Answer& a) { a.integer(c.bucket()); }},
        {{"first_position", "INTEGER", Push::kNone, "first position of the slice"},
         [](C& c, Answer& a) { a.number(c.firstPosition()); }},
        {{"last_position", "INTEGER", Push::kNone, "last position of the slice"},
         [](C& c, Answer& a) {
             a.number(std::min(c.firstPosition() + c.lanes().width() - 1, c.lanes().to.value));
         }},
        {{"first_ns", "INTEGER", Push::kNone, "virtual time of the actor's first event there"},
         [](C& c, Answer& a) { a.integer(c.slice().firstTime.value); }},
        {{"last_ns", "INTEGER", Push::kNone, "virtual time of its last"},
         [](C& c, Answer& a) { a.integer(c.slice().lastTime.value); }},
        {{"events", "INTEGER", Push::kNone, "its events there"},
         [](C& c, Answer& a) { a.number(c.slice().events); }},
        {{"turns", "INTEGER", Push::kNone, "messages it took"},
         [](C& c, Answer& a) { a.number(c.slice().turns); }},
        {{"sent", "INTEGER", Push::kNone, "messages it put into mailboxes"},
         [](C& c, Answer& a) { a.number(c.slice().sent); }},
        {{"dropped", "INTEGER", Push::kNone, "messages to it that ended unread"},
         [](C& c, Answer& a) { a.number(c.slice().dropped); }},
        {{"failures", "INTEGER", Push::kNone, "how often it failed"},
         [](C& c, Answer& a) { a.number(c.slice().failures); }},
        {{"buckets", "INTEGER", Push::kArgument, "argument: how many slices (100)"},
         [](C& c, Answer& a) { a.integer(c.lanes().buckets); }},
        {{"from_position", "INTEGER", Push::kArgument, "argument: first position (1)"},
         [](C& c, Answer& a) { a.number(c.lanes().from.value); }},
        {{"to_position", "INTEGER", Push::kArgument, "argument: last position (the last)"},
         [](C& c, Answer& a) { a.number(c.lanes().to.value); }},
    };
    return kColumns;
}

}  // namespace

Table laneMipmapTable() {
    return {"lane_mipmap",
            "lane_mipmap(buckets, from_position, to_position): what each actor did, in slices",
            columnsOf<LaneCursor>(),
            -1,
            false,
            eventCount,
            LaneCursor::open};
}

}  // namespace ariadne::query
