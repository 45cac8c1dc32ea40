#include "tracefmt/tail_carrier.h"

#include "tracefmt/inputs_codec.h"
#include "tracefmt/inputs_keeper.h"

#include <algorithm>

namespace ariadne::tracefmt {

namespace {

/// So much that is outdated a slot may hold, or as much as is not: copying what is not costs each
/// block little then.
constexpr std::uint64_t kOutdatedBytes = 64u << 10;

}  // namespace

bool TailCarrier::keep(const Waiting& waiting) {
    if (waiting.empty()) {
        if (keeps_) slots_[now_].retire();
        keeps_ = false;
        return true;
    }
    if (mayAdd(waiting)) return add(slots_[now_], content_, waiting);
    const std::size_t other = keeps_ ? 1 - now_ : now_;
    Content content;
    content.firstType = content.nextType = waiting.firstType;
    content.firstBirth = content.nextBirth = waiting.firstBirth;
    slots_[other].prepare(kCarrierBit | ++number_, {1});
    if (!add(slots_[other], content, waiting)) return false;
    slots_[other].publish();
    if (keeps_) slots_[now_].retire();
    now_ = other;
    keeps_ = true;
    content_ = content;
    return true;
}

bool TailCarrier::mayAdd(const Waiting& waiting) const {
    if (!keeps_ || waiting.firstType != content_.firstType ||
        waiting.firstBirth != content_.firstBirth)
        return false;
    const std::uint64_t needed = slots_[now_].recordBytes() - content_.outdatedBytes;
    return content_.outdatedBytes <= std::max(kOutdatedBytes, needed);
}

bool TailCarrier::add(TailSlot& slot, Content& content, const Waiting& waiting) {
    const auto types = waiting.types.subspan(content.nextType - waiting.firstType);
    if (!slot.addTypes(content.nextType, types)) return false;
    content.nextType += static_cast<std::uint32_t>(types.size());
    for (const CellBirth& birth : waiting.births.subspan(content.nextBirth - waiting.firstBirth)) {
        if (!slot.addBirth(birth)) return false;
        ++content.nextBirth;
    }
    if (waiting.events == nullptr) return true;
    // Rows that are kept do not wait: the writer has never had any here.
    if (!waiting.events->rows.empty()) return false;
    const std::uint64_t before = slot.recordBytes();
    const absl::StatusOr<Bytes> body =
        encodeInputs({waiting.events->totals, waiting.events->firstTime, {}}, {});
    if (!body.ok() || !slot.addCounted(waiting.events->first, *body)) return false;
    content.outdatedBytes += content.countBytes;
    content.countBytes = slot.recordBytes() - before;
    return true;
}

}  // namespace ariadne::tracefmt
