// The snapshots in the file.
#include "engine/base/status_macros.h"
#include "recorder/query/source.h"
#include "recorder/query/tables/tables.h"

namespace ariadne::query {
namespace {

class SnapshotCursor final : public ColumnCursor<SnapshotCursor> {
public:
    explicit SnapshotCursor(Source& source) : source_(source) {}

    static const std::vector<ColumnOf<SnapshotCursor>>& columns();

    absl::StatusOr<bool> next() override {
        image_.reset();
        return ++at_ <= source_.reader().snapshots().size();
    }
    std::int64_t rowid() const override { return static_cast<std::int64_t>(at_) - 1; }

    const tracefmt::SnapshotEntry& entry() const { return source_.reader().snapshots()[at_ - 1]; }
    /// Read only if something in it is asked for.
    template <class Give>
    absl::Status withImage(Give&& give) {
        if (!image_) {
            ARIADNE_ASSIGN_OR_RETURN(image_, source_.reader().snapshot(at_ - 1));
        }
        give(*image_);
        return absl::OkStatus();
    }

private:
    Source& source_;
    std::size_t at_ = 0;
    std::optional<WorldImage> image_;
};

const std::vector<ColumnOf<SnapshotCursor>>& SnapshotCursor::columns() {
    using C = SnapshotCursor;
    static const std::vector<ColumnOf<C>> kColumns{
        {{"number", "INTEGER", Push::kNone, "from 0, as \"ariadne info\" lists them"},
         [](C& c, Answer& a) { a.integer(c.rowid()); }},
        {{"position", "INTEGER", Push::kNone, "the world right after this event; 0: at first"},
         [](C& c, Answer& a) { a.number(c.entry().position.value); }},
        {{"state_digest", "TEXT", Push::kNone, "digest of the whole state, hex"},
         [](C& c, Answer& a) { a.hex(c.entry().stateDigest); }},
        {{"kind", "TEXT", Push::kNone, "whole; incremental: what changed since the one before"},
         [](C& c, Answer& a) { a.text(c.entry().isWhole() ? "whole" : "incremental"); }},
        {{"since", "INTEGER", Push::kNone, "position of the snapshot it builds on, or NULL"},
         [](C& c, Answer& a) { c.entry().isWhole() ? a.null() : a.number(c.entry().since.value); }},
        {{"depth", "INTEGER", Push::kNone, "snapshots before it that are read with it; 0: whole"},
         [](C& c, Answer& a) { a.integer(c.entry().depth); }},
        {{"parts", "INTEGER", Push::kNone, "chunks it takes"},
         [](C& c, Answer& a) { a.integer(c.entry().parts); }},
        {{"offset", "INTEGER", Push::kNone, "where it begins in the file, bytes"},
         [](C& c, Answer& a) { a.number(c.entry().offset); }},
        {{"time_ns", "INTEGER", Push::kNone, "virtual time, nanoseconds (reads the snapshot)"},
         [](C& c, Answer& a) {
             return c.withImage([&](const WorldImage& w) { a.integer(w.time.value); });
         }},
        {{"round", "INTEGER", Push::kNone, "round it stands behind (reads the snapshot)"},
         [](C& c, Answer& a) {
             return c.withImage([&](const WorldImage& w) { a.number(w.round.value); });
         }},
        {{"actors", "INTEGER", Push::kNone, "actors that live (reads the snapshot)"},
         [](C& c, Answer& a) {
             return c.withImage([&](const WorldImage& w) { a.number(w.cells.size()); });
         }},
        {{"timers", "INTEGER", Push::kNone, "timers that run (reads the snapshot)"},
         [](C& c, Answer& a) {
             return c.withImage([&](const WorldImage& w) { a.number(w.timers.size()); });
         }},
    };
    return kColumns;
}

}  // namespace

Table snapshotTable() {
    return {"snapshot",
            "the snapshots in the file",
            columnsOf<SnapshotCursor>(),
            1,
            false,
            [](Source& source) { return static_cast<double>(source.reader().snapshots().size()); },
            [](Source& source, const Request&) -> absl::StatusOr<std::unique_ptr<Cursor>> {
                return std::make_unique<SnapshotCursor>(source);
            },
            false,
            MadeOf::kFile};
}

}  // namespace ariadne::query
