#include "recorder/redact/removed_values.h"

#include "engine/base/digest.h"
#include "recorder/redact/secret_finder.h"

#include <algorithm>
#include <bitset>

namespace ariadne::redact {
namespace {

/// Long enough, and of more than two different bytes: not all zeros, no line.
bool isDistinctive(ByteView value) {
    if (value.size() < kDistinctiveBytesMin) return false;
    std::bitset<256> seen;
    for (const std::byte b : value.first(std::min(value.size(), kLookedForBytesMax)))
        seen.set(static_cast<std::size_t>(b));
    return seen.count() > 2;
}

}  // namespace

void RemovedValues::add(FieldId field, ByteView value) {
    if (!isDistinctive(value)) {
        ++indistinct_;
        return;
    }
    const ByteView kept = value.first(std::min(value.size(), kLookedForBytesMax));
    const std::uint64_t hash = hashBytes(kept);
    if (seen_.contains(hash)) return;
    if (values_.size() == kRemovedValuesMax || bytes_.size() + kept.size() > kRemovedBytesMax) {
        ++beyondLimits_;
        return;
    }
    seen_.insert(hash);
    values_.push_back({field, static_cast<std::uint32_t>(bytes_.size()),
                       static_cast<std::uint32_t>(kept.size())});
    bytes_.insert(bytes_.end(), kept.begin(), kept.end());
}

void RemovedValues::dropThoseIn(std::string_view text) {
    // One that begins with another is not found before that is gone.
    for (;;) {
        const SecretFinder finder{*this, kDistinctiveBytesMin, true};
        std::set<std::size_t> in;
        for (auto found = finder.find(asBytes(text)); found;
             found = finder.find(asBytes(text), found->offset + 1))
            in.insert(found->value);
        if (in.empty()) return;
        dropped_ += in.size();
        std::size_t at = 0;
        std::erase_if(values_, [&](const Value&) { return in.contains(at++); });
    }
}

}  // namespace ariadne::redact
