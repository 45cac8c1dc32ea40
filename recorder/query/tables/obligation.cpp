// Every obligation that was made.
#include "engine/base/status_macros.h"
#include "recorder/query/ledgers.h"
#include "recorder/query/source.h"
#include "recorder/query/tables/tables.h"
#include "recorder/region_words.h"

#include <optional>

namespace ariadne::query {
namespace {

class ObligationCursor final : public ColumnCursor<ObligationCursor> {
public:
    ObligationCursor(Source& source, const Ledgers& ledgers)
        : source_(source), all_(ledgers.all()) {}

    static absl::StatusOr<std::unique_ptr<Cursor>> open(Source& source, const Request&) {
        ARIADNE_ASSIGN_OR_RETURN(const Ledgers* const ledgers, source.ledgers());
        return std::make_unique<ObligationCursor>(source, *ledgers);
    }

    static const std::vector<ColumnOf<ObligationCursor>>& columns();

    absl::StatusOr<bool> next() override {
        entry_.reset();
        return ++at_ <= all_.size();
    }
    std::int64_t rowid() const override { return static_cast<std::int64_t>(at_); }

    Source& source() { return source_; }
    const ObligationLife& life() const { return all_[at_ - 1]; }

    /// As its ledger has it last: right before it was resolved, or where the trace ends.
    const std::optional<LedgerEntry>& entry() {
        if (!entry_) {
            const Position last = life().resolvedAt.value == 0
                                      ? source_.last()
                                      : Position{life().resolvedAt.value - 1};
            entry_.emplace();
            if (life().region != kOutside)
                *entry_ = source_.history().obligationAt(last, life().region, life().maker,
                                                         life().ordinal);
        }
        return *entry_;
    }
    std::string holder(const value::CellRef& ref) const { return source_.show().cellName(ref.key); }

private:
    Source& source_;
    const std::vector<ObligationLife>& all_;
    std::size_t at_ = 0;
    std::optional<std::optional<LedgerEntry>> entry_;  ///< outer: not looked for yet
};

const std::vector<ColumnOf<ObligationCursor>>& ObligationCursor::columns() {
    using C = ObligationCursor;
    static const std::vector<ColumnOf<C>> kColumns{
        {{"made_at", "INTEGER", Push::kNone,
          "position; NULL: an answer that was owed, which stands in no ledger"},
         [](C& c, Answer& a) { a.position(c.life().madeAt); }},
        {{"made_ns", "INTEGER", Push::kNone, "virtual time, nanoseconds, or NULL"},
         [](C& c, Answer& a) {
             c.life().madeAt.value == 0 ? a.null() : a.integer(c.life().madeTime.value);
         }},
        {{"region", "TEXT", Push::kNone, "path of the region with the ledger, or NULL"},
         [](C& c, Answer& a) { c.source().path(c.life().region, a); }},
        {{"maker", "TEXT", Push::kNone, "path of who made it; of an answer who owed it"},
         [](C& c, Answer& a) { c.source().path(c.life().maker, a); }},
        {{"ordinal", "INTEGER", Push::kNone, "the how manyth of its maker; of an answer the ask"},
         [](C& c, Answer& a) { a.number(c.life().ordinal); }},
        {{"kind", "TEXT", Push::kNone,
          "obligation, permit, reply, ack, lease; answer: in no ledger"},
         [](C& c, Answer& a) {
             a.word(c.life().kind ? recorder::wordOf(*c.life().kind) : "answer");
         }},
        {{"name", "TEXT", Push::kNone, "what its maker called it, or NULL"},
         [](C& c, Answer& a) { c.entry() ? a.text(c.entry()->name) : a.null(); }},
        {{"holder", "TEXT", Push::kNone, "path of who held it last"},
         [](C& c, Answer& a) {
             c.entry() && !c.entry()->holders.empty() ? a.text(c.holder(c.entry()->holders.back()))
                                                      : a.null();
         }},
        {{"holders", "TEXT", Push::kNone, "JSON array of the paths of all who held it, in order"},
         [](C& c, Answer& a) {
             if (!c.entry()) return a.null();
             recorder::Json paths = recorder::Json::array();
             for (const value::CellRef& ref : c.entry()->holders) paths.push_back(c.holder(ref));
             a.json(paths);
         }},
        {{"resolved_at", "INTEGER", Push::kNone, "position; NULL: open where the trace ends"},
         [](C& c, Answer& a) { a.position(c.life().resolvedAt); }},
        {{"resolution", "TEXT", Push::kNone, "committed, aborted, leaked, expired, or NULL"},
         [](C& c, Answer& a) {
             c.life().resolution ? a.word(recorder::wordOf(*c.life().resolution)) : a.null();
         }},
        {{"held_ns", "INTEGER", Push::kNone, "virtual time from making to resolving, or NULL"},
         [](C& c, Answer& a) {
             const ObligationLife& life = c.life();
             life.madeAt.value == 0 || life.resolvedAt.value == 0
                 ? a.null()
                 : a.integer(nsBetween(life.madeTime, life.resolvedTime));
         }},
    };
    return kColumns;
}

}  // namespace

Table obligationTable() {
    return {"obligation",
            "every obligation that was made, and answers that stayed owed",
            columnsOf<ObligationCursor>(),
            -1,
            false,
            [](Source& source) { return static_cast<double>(source.last().value) / 16; },
            ObligationCursor::open};
}

}  // namespace ariadne::query
