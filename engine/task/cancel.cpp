#include "engine/task/cancel.h"

namespace ariadne {
namespace task {

std::string_view textOf(CancelReason reason) {
    switch (reason) {
        case CancelReason::kRequested: return "asked to end";
        case CancelReason::kRaceLost: return "another one was first";
        case CancelReason::kTimeout: return "timed out";
        case CancelReason::kBudget: return "its budget is used up";
        case CancelReason::kSiblingFailed: return "one that it belongs with has failed";
        case CancelReason::kParentCancelled: return "its parent was asked to end";
        case CancelReason::kShutdown: return "its parent has returned";
        default: return "for no reason given";
    }
}

}  // namespace task

const char* Cancelled::what() const noexcept {
    return task::textOf(reason_).data();
}

}  // namespace ariadne
