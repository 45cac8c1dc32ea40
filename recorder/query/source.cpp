#include "recorder/query/source.h"

#include "engine/base/status_macros.h"
#include "recorder/query/fates.h"
#include "recorder/query/ledgers.h"
#include "recorder/query/lives.h"
#include "recorder/value_json.h"

namespace ariadne::query {

Source::Source(tracefmt::TraceReader& reader) : reader_(reader), history_(reader) {
    show_.cellName = history_.cellNamer();
}

Source::~Source() = default;

absl::Status Source::checkHolds(MadeOf needed, std::string_view what) const {
    using tracefmt::Level;
    const Level level = reader_.meta().level;
    if (needed == MadeOf::kFile || level == Level::kFull) return absl::OkStatus();
    if (needed == MadeOf::kEvents && level == Level::kEvents) return absl::OkStatus();
    const std::string events = std::to_string(last().value - reader_.base().value);
    const std::string holds =
        level == Level::kInputs
            ? "of " + events + " events it holds what came from outside, failures and the end, " +
                  std::to_string(reader_.snapshots().size()) + " snapshots and the actors"
            : "it holds " + events + " events without what they did to states";
    return absl::FailedPreconditionError(
        std::string{what} + " cannot be told from a trace of level " +
        std::string{tracefmt::nameOf(level)} + ": " + holds +
        "; \"ariadne materialise FILE -o OUT\" runs its program again and makes the rest");
}

absl::Status Source::look() const {
    if (!stop_.load(std::memory_order_relaxed)) return absl::OkStatus();
    return absl::CancelledError("stopped");
}

Fates& Source::fates() {
    if (fates_ == nullptr) fates_ = std::make_unique<Fates>(*this);
    return *fates_;
}

absl::StatusOr<const Lives*> Source::lives() {
    if (lives_ == nullptr) {
        ARIADNE_RETURN_IF_ERROR(checkHolds(MadeOf::kEvents, "when actors ended and what they did"));
        auto read = std::make_unique<Lives>();
        ARIADNE_RETURN_IF_ERROR(read->read(*this));
        lives_ = std::move(read);
    }
    return lives_.get();
}

absl::StatusOr<const Ledgers*> Source::ledgers() {
    if (ledgers_ == nullptr) {
        auto read = std::make_unique<Ledgers>();
        ARIADNE_RETURN_IF_ERROR(read->read(*this));
        ledgers_ = std::move(read);
    }
    return ledgers_.get();
}

void Source::path(Rank rank, Answer& answer) const {
    rank == kOutside ? answer.null() : answer.text(history_.pathOf(rank));
}

void Source::typeName(TypeIndex type, Answer& answer) const {
    type.value == 0 ? answer.null() : answer.text(types().at(type).name);
}

void Source::actorType(Rank rank, Answer& answer) const {
    if (rank == kOutside || !isBorn(rank)) return answer.null();
    typeName(reader_.births()[rank.value].type, answer);
}

std::optional<Rank> Source::rankOf(const std::string& path) {
    if (rankByPath_.empty()) {
        decltype(rankByPath_) all;  // half of them would be taken for all
        for (const CellBirth& birth : reader_.births())
            if (birth.rank != kOutside) all.emplace(birth.path, birth.rank);
        rankByPath_ = std::move(all);
    }
    const auto at = rankByPath_.find(path);
    return at == rankByPath_.end() ? std::nullopt : std::optional{at->second};
}

void Source::value(TypeIndex type, ByteView bytes, Answer& answer) {
    answer.json(recorder::valueJson(types(), type, bytes, show_.cellName));
}

void Source::valueText(TypeIndex type, ByteView bytes, Answer& answer) {
    answer.text(value::showLine(types(), type, bytes, show_));
}

const std::vector<value::LeafDesc>& Source::leavesOf(TypeIndex type) {
    const auto at = leaves_.find(type.value);
    if (at != leaves_.end()) return at->second;
    return leaves_.emplace(type.value, value::leavesOf(types(), type)).first->second;
}

absl::Status beyondTheTrace(std::uint64_t position, Source& source) {
    return absl::OutOfRangeError("position " + std::to_string(position) +
                                 " is beyond the trace, which ends at " +
                                 std::to_string(source.last().value));
}

}  // namespace ariadne::query
