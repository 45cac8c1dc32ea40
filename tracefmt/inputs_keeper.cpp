#include "tracefmt/inputs_keeper.h"

#include "tracefmt/inputs_codec.h"
#include "tracefmt/totals_folding.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace ariadne::tracefmt {

bool InputsStretch::needsTables() const {
    return std::ranges::any_of(rows.all().rows,
                               [](const CompactRow& row) { return row.type.value != 0; });
}

void InputsKeeper::add(const EventSlice& slice, const TypeTable& types, RunTotals& totals) {
    if (events_ == 0) {
        stretch_.first = slice.first;
        stretch_.firstTime = slice.rows.front().time;
    }
    RunTotals::Folding folding(totals, slice, types, marks_);
    ByteView payloads = slice.payloads;
    const LongBlob* longBlob = slice.longBlobs.data();
    for (const CompactRow& row : slice.rows) {
        folding.add(row);
        ByteView payload;
        if (row.payloadBytes > kInlineBytesMax) {
            payload = (longBlob++)->bytes;
        } else {
            payload = payloads.first(row.payloadBytes);
            payloads = payloads.subspan(row.payloadBytes);
        }
        if (row.changeBytes > kInlineBytesMax) ++longBlob;
        if (isKeptInput(row.kind, row.flags, row.round, decisions_))
            keep(row, payload);
        else
            ++skipped_;
    }
    folding.end();
    events_ += slice.rows.size();
}

void InputsKeeper::keep(const CompactRow& row, ByteView payload) {
    EventRow kept;
    kept.seq = {stretch_.first.value + stretch_.rows.size()};
    kept.kind = row.kind;
    kept.flags = row.flags;
    kept.time = row.time;
    kept.round = row.round;
    kept.cause = row.cause;
    kept.cell = row.cell;
    kept.peer = row.peer;
    kept.type = row.type;
    kept.arg = row.arg;
    kept.extra = row.extra;
    kept.payload = payload;
    stretch_.rows.add(kept);
    stretch_.skips.push_back(std::exchange(skipped_, 0));
}

const InputsStretch& InputsKeeper::stretch(const RunTotals& totals) {
    totals.putInto(stretch_.totals);
    return stretch_;
}

void InputsKeeper::clear() {
    stretch_.skips.clear();
    stretch_.rows.clear();
    events_ = skipped_ = 0;
}

bool keepsDecisions(const TraceMeta& meta) {
    constexpr std::string_view kPolicyOfGivenDecisions = "replay";
    return meta.policy == kPolicyOfGivenDecisions;
}

}  // namespace ariadne::tracefmt
