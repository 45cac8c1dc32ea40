// Does something again and again, each time with another allocation failing.
#pragma once

#include "tests/faults/support/failing_memory.h"

#include <absl/status/status.h>

#include <functional>
#include <new>
#include <string>

namespace ariadne::faults {

inline bool isNoMemory(const absl::Status& status) {
    return status.code() == absl::StatusCode::kResourceExhausted && !status.message().empty();
}

/// Calls `deed` with the first, second, ... allocation failing until one call needs no more; it
/// gives back the status it ended with. `after` looks at what is left, with all memory back.
/// What is wrong; empty: nothing.
inline std::string eachAllocationFails(bool forEver, const std::function<absl::Status()>& deed,
                                       const std::function<std::string(const absl::Status&)>& after,
                                       std::size_t* tried) {
    // Tables made once, and caches that fill, stay when one call ends; a leak comes every time.
    constexpr int kLeaksMax = 4;
    int leaks = 0;
    for (std::size_t nth = 1;; nth += leaks == 0 ? 1 : 0) {
        const std::int64_t before = blocksTaken();
        absl::Status status;
        bool thrown = false;  // a text would need memory
        std::size_t asked = 0;
        {
            const FailingMemory failing(nth, forEver);
            try {
                status = deed();
            } catch (const std::bad_alloc&) {
                thrown = true;
            }
            asked = failing.asked();
        }
        *tried = nth - 1;
        if (asked < nth) return status.ok() ? "" : status.ToString();
        const std::string label = "allocation " + std::to_string(nth) + ": ";
        if (thrown) return label + "threw std::bad_alloc";
        if (!status.ok() && !isNoMemory(status)) return label + status.ToString();
        const std::string wrong = after(status);
        if (!wrong.empty()) return label + wrong;
        status = absl::OkStatus();
        // The label may be one of the blocks.
        const std::int64_t left = blocksTaken() - before - (label.capacity() > 15 ? 1 : 0);
        leaks = left > 0 ? leaks + 1 : 0;
        if (leaks == kLeaksMax) return label + std::to_string(left) + " blocks leaked";
    }
}

}  // namespace ariadne::faults
