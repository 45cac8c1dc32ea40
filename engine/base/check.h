// Invariant checks: a failed check is a bug in our code and ends the process after the failure hook
// ran.
#pragma once

#include <sstream>
#include <string>

namespace ariadne {

/// Called once, before abort, with the text of the failed check: for who wants to save something.
/// Must not allocate heavily or throw; runs on the failing thread.
using CheckFailureHook = void (*)(const char* text);

/// Installs `hook` (may be null) and returns the previous one. Thread-safe.
CheckFailureHook setCheckFailureHook(CheckFailureHook hook);

/// Prints `file:line: check failed: text`, runs the hook, aborts.
[[noreturn]] void checkFailed(const char* file, int line, const std::string& text);

namespace internal {
template <class A, class B>
std::string describeOperands(const char* expression, const A& a, const B& b) {
    std::ostringstream out;
    out << expression << " (" << a << " vs. " << b << ")";
    return out.str();
}
}  // namespace internal

}  // namespace ariadne

#define ARIADNE_CHECK(condition)                                    \
    do {                                                            \
        if (!(condition)) [[unlikely]]                              \
            ::ariadne::checkFailed(__FILE__, __LINE__, #condition); \
    } while (false)

/// Prints both values when `a op b` is false; both must be streamable.
#define ARIADNE_CHECK_OP(a, op, b)                                                               \
    do {                                                                                         \
        const auto& ariadneA_ = (a);                                                             \
        const auto& ariadneB_ = (b);                                                             \
        if (!(ariadneA_ op ariadneB_)) [[unlikely]]                                              \
            ::ariadne::checkFailed(                                                              \
                __FILE__, __LINE__,                                                              \
                ::ariadne::internal::describeOperands(#a " " #op " " #b, ariadneA_, ariadneB_)); \
    } while (false)

#ifdef NDEBUG
#define ARIADNE_DCHECK(condition) \
    do {                          \
    } while (false && (condition))
#else
#define ARIADNE_DCHECK(condition) ARIADNE_CHECK(condition)
#endif
