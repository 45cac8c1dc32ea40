#include "engine/base/check.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace ariadne {
namespace {
std::atomic<CheckFailureHook> failureHook{nullptr};  // ban-ok: read as the process ends
}

CheckFailureHook setCheckFailureHook(CheckFailureHook hook) {
    return failureHook.exchange(hook);
}

void checkFailed(const char* file, int line, const std::string& text) {
    std::fprintf(stderr, "%s:%d: check failed: %s\n", file, line, text.c_str());
    // Exchanged, not loaded: a check that fails inside the hook must not enter it again.
    if (const CheckFailureHook hook = failureHook.exchange(nullptr)) hook(text.c_str());
    std::abort();
}

}  // namespace ariadne
