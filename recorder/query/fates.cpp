#include "recorder/query/fates.h"

#include "engine/base/status_macros.h"
#include "recorder/query/source.h"

namespace ariadne::query {
namespace {

/// Over more events than these it is cheaper to begin anew than to read what lies between.
constexpr std::uint64_t kReadOnMax = 100'000;

}  // namespace

absl::Status Fates::startAt(Position position) {
    if (scan_ && !torn_ && position >= from_ && position.value <= until_.value + kReadOnMax)
        return absl::OkStatus();
    RowFilter filter;
    filter.position.first = static_cast<std::int64_t>(position.value);
    filter.kinds = kindsOf({EventKind::kDeliver, EventKind::kDrop, EventKind::kEffectDone,
                            EventKind::kReply, EventKind::kAskTimeout});
    using tracefmt::ColumnSet;
    filter.columns = ColumnSet::kKind | ColumnSet::kTime | ColumnSet::kCause | ColumnSet::kPeer |
                     ColumnSet::kArg | ColumnSet::kExtra | ColumnSet::kFlags;
    torn_ = true;
    scan_.emplace(source_, std::move(filter));
    from_ = until_ = position;
    atEnd_ = false;
    fates_.clear();
    answers_.clear();
    torn_ = false;
    return absl::OkStatus();
}

absl::Status Fates::makeRoom(Position asked) {
    if (fates_.size() + answers_.size() < kFatesMax) return absl::OkStatus();
    std::erase_if(fates_, [&](const auto& known) { return known.first < asked.value; });
    std::erase_if(answers_, [&](const auto& known) { return known.second.position < asked; });
    from_ = std::max(from_, asked);
    if (fates_.size() + answers_.size() < kFatesMax / 2) return absl::OkStatus();
    return absl::ResourceExhaustedError(
        "more than " + std::to_string(kFatesMax) + " messages lie between event " +
        std::to_string(asked.value) + " and its end; ask for a smaller range of positions");
}

absl::StatusOr<bool> Fates::readOn(Position asked) {
    if (atEnd_) return false;
    torn_ = true;
    ARIADNE_ASSIGN_OR_RETURN(const bool more, scan_->next());
    if (!more) {
        atEnd_ = true;
        torn_ = false;
        return false;
    }
    const EventRow& row = scan_->row();
    until_ = row.seq;
    const Fate fate{row.seq, row.time, row.kind, row.arg, row.extra, row.flags};
    if (row.kind == EventKind::kReply || row.kind == EventKind::kAskTimeout)
        answers_.try_emplace({row.peer.value, row.arg}, fate);
    else if (row.cause >= from_ && row.cause.value != 0)
        fates_.try_emplace(row.cause.value, fate);
    ARIADNE_RETURN_IF_ERROR(makeRoom(asked));
    torn_ = false;
    return true;
}

absl::StatusOr<std::optional<Fate>> Fates::of(Position event) {
    ARIADNE_RETURN_IF_ERROR(startAt(event));
    for (;;) {
        if (const auto at = fates_.find(event.value); at != fates_.end())
            return std::optional{at->second};
        ARIADNE_ASSIGN_OR_RETURN(const bool more, readOn(event));
        if (!more) return std::optional<Fate>{};
    }
}

absl::StatusOr<std::optional<Fate>> Fates::answerTo(Position asked, Rank asker, std::uint64_t id) {
    ARIADNE_RETURN_IF_ERROR(startAt(asked));
    for (;;) {
        if (const auto at = answers_.find({asker.value, id}); at != answers_.end())
            return std::optional{at->second};
        ARIADNE_ASSIGN_OR_RETURN(const bool more, readOn(asked));
        if (!more) return std::optional<Fate>{};
    }
}

}  // namespace ariadne::query
