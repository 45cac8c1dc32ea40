// Where an allocation that failed becomes a status: public functions of this folder let no
// exception out.
#pragma once

#include <absl/status/status.h>

#include <new>
#include <utility>

namespace ariadne::tracefmt {

/// kResourceExhausted. Made when the process starts, so that giving it away needs no memory.
const absl::Status& outOfMemory();

/// What `work` gives, or outOfMemory() when it could not get what it needed.
template <class Work>
auto withinMemory(Work&& work) -> decltype(std::forward<Work>(work)()) {
    try {
        return std::forward<Work>(work)();
    } catch (const std::bad_alloc&) {
        return outOfMemory();
    }
}

}  // namespace ariadne::tracefmt
