// The decoded chunks that were used last, within a budget of bytes.
#pragma once

#include "tracefmt/event_codec.h"

#include <cstdint>
#include <list>
#include <memory>
#include <unordered_map>
#include <utility>

namespace ariadne::tracefmt {

/// Least recently used goes first. Thread-confined. A chunk larger than the whole budget is not
/// kept; chunks handed out live on with whoever holds them.
class ChunkCache {
public:
    using Value = std::shared_ptr<const DecodedEvents>;

    explicit ChunkCache(std::uint64_t bytesMax) : bytesMax_(bytesMax) {}

    /// Null when absent.
    Value find(std::size_t index) {
        const auto found = places_.find(index);
        if (found == places_.end()) return nullptr;
        recent_.splice(recent_.begin(), recent_, found->second);
        return found->second->second;
    }

    /// `index` must be absent.
    void insert(std::size_t index, Value value) {
        // Both places or none: either may find no memory.
        Entries added;
        added.emplace_front(index, std::move(value));
        places_.emplace(index, added.begin());
        recent_.splice(recent_.begin(), added);
        bytes_ += recent_.front().second->memoryBytes();
        while (bytes_ > bytesMax_ && !recent_.empty()) {
            bytes_ -= recent_.back().second->memoryBytes();
            places_.erase(recent_.back().first);
            recent_.pop_back();
        }
    }

    std::uint64_t bytes() const { return bytes_; }

private:
    using Entries = std::list<std::pair<std::size_t, Value>>;  // most recent first

    std::uint64_t bytesMax_;
    std::uint64_t bytes_ = 0;
    Entries recent_;
    std::unordered_map<std::size_t, Entries::iterator> places_;
};

}  // namespace ariadne::tracefmt
