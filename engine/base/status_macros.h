// The two propagation macros that the packaged Abseil does not have yet.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <utility>

#define ARIADNE_CONCAT_INNER(a, b) a##b
#define ARIADNE_CONCAT(a, b) ARIADNE_CONCAT_INNER(a, b)

#define ARIADNE_RETURN_IF_ERROR_INNER(status, expression)                    \
    do {                                                                     \
        if (absl::Status status = (expression); !status.ok()) return status; \
    } while (false)

/// Returns from the enclosing function when `expression` (an absl::Status) is not OK. A name of its
/// own for each use: one may stand inside a lambda inside another.
#define ARIADNE_RETURN_IF_ERROR(expression) \
    ARIADNE_RETURN_IF_ERROR_INNER(ARIADNE_CONCAT(ariadneStatus_, __COUNTER__), expression)

// NOLINTBEGIN(bugprone-macro-parentheses): `holder` and `target` are declarations.
#define ARIADNE_ASSIGN_OR_RETURN_INNER(holder, target, expression) \
    auto holder = (expression);                                    \
    if (!holder.ok()) return std::move(holder).status();           \
    target = std::move(holder).value()
// NOLINTEND(bugprone-macro-parentheses)

/// Assigns the value of `expression` (an absl::StatusOr) to `target`, or returns its status.
#define ARIADNE_ASSIGN_OR_RETURN(target, expression) \
    ARIADNE_ASSIGN_OR_RETURN_INNER(ARIADNE_CONCAT(ariadneHolder_, __LINE__), target, expression)
