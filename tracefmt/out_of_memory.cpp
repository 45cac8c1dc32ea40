#include "tracefmt/out_of_memory.h"

namespace ariadne::tracefmt {

namespace {

const absl::Status kOutOfMemory = absl::ResourceExhaustedError(
    "out of memory: the system gave no more to this process; end others, or allow this one more");

}  // namespace

const absl::Status& outOfMemory() {
    return kOutOfMemory;
}

}  // namespace ariadne::tracefmt
