#include "engine/task/cancel.h"

#include "engine/task/core.h"

namespace ariadne {
namespace task {

std::string_view textOf(CancelReason reason) {
    switch (reason) {
        case CancelReason::kRequested: return "asked to end";
        case CancelReason::kRaceLost: return "another one was first";
        case CancelReason::kTimeout: return "timed out";
        case CancelReason::kParentCancelled: return "its parent was asked to end";
        case CancelReason::kParentEnded: return "its parent has returned";
        default: return "for no reason given";
    }
}

void requestCancel(TaskCore& from, CellKey target, CancelReason reason, VirtualTime until) {
    from.send(target, CancelRequested{reason, until});
}

}  // namespace task

const char* Cancelled::what() const noexcept {
    return task::textOf(reason_).data();
}

}  // namespace ariadne
