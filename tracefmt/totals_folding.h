// The rows of a slice on their way into the totals of a run, one at a time: who goes through them
// for another reason takes them along.
#pragma once

#include "engine/base/event_batch.h"
#include "engine/base/event_digest_inline.h"
#include "tracefmt/run_totals.h"

#include <span>
#include <vector>

namespace ariadne::tracefmt {

/// Uses what it is given until it has ended.
class RunTotals::Folding {
public:
    /// `marks` becomes what the running digest is every kDigestEvery rows and after the last.
    /// With `first`: that is the first mark, whatever came before.
    Folding(RunTotals& totals, const EventSlice& slice, const TypeTable& types,
            std::vector<EventDigest>& marks, const EventDigest* first = nullptr)
        : totals_(totals),
          slice_(slice),
          table_(types.all()),
          marks_(marks),
          first_(first),
          seq_(slice.first),
          payloads_(slice.payloads.data()),
          changes_(slice.changes.data()),
          longBlob_(slice.longBlobs.data()) {
        marks_.clear();
    }

    /// The next one.
    void add(const CompactRow& row) {
        const ByteView payload = take(row.payloadBytes, payloads_);
        const ByteView change = take(row.changeBytes, changes_);
        const std::uint64_t typeHash =
            table_[row.type.value < table_.size() ? row.type.value : 0].hash;
        totals_.digest_.addInline(digestWords(row, seq_, payload.size(), typeHash), payload,
                                  change);
        ++totals_.kindCounts_[static_cast<std::uint8_t>(row.kind)];
        ++seq_.value;
        if (--untilMark_ == 0) mark();
    }
    /// After the last one.
    void end() {
        if (untilMark_ != kDigestEvery) mark();
        totals_.lastPosition_ = {seq_.value - 1};
        totals_.lastRound_ = slice_.rows.back().round;
        totals_.lastTime_ = slice_.rows.back().time;
    }
    const std::vector<EventDigest>& marks() const { return marks_; }

private:
    ByteView take(std::size_t size, const std::byte*& from) {
        if (size > kInlineBytesMax) [[unlikely]]
            return (longBlob_++)->bytes;
        const ByteView bytes{from, size};
        from += size;
        return bytes;
    }
    void mark() {
        if (first_ != nullptr && marks_.empty()) totals_.digest_ = *first_;
        marks_.push_back(totals_.digest_);
        untilMark_ = kDigestEvery;
    }

    RunTotals& totals_;
    const EventSlice& slice_;
    std::span<const TypeDesc> table_;
    std::vector<EventDigest>& marks_;
    const EventDigest* first_;
    Position seq_;
    const std::byte* payloads_;
    const std::byte* changes_;
    const LongBlob* longBlob_;
    std::uint32_t untilMark_ = kDigestEvery;
};

}  // namespace ariadne::tracefmt
