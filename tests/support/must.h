// What a test takes for granted: a value, or the end of the process with the reason.
#pragma once

#include <QtGlobal>
#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <utility>

namespace ariadne::test {

template <class T>
T must(absl::StatusOr<T> value) {
    if (!value.ok()) qFatal("%s", value.status().ToString().c_str());
    return *std::move(value);
}

inline void must(const absl::Status& status) {
    if (!status.ok()) qFatal("%s", status.ToString().c_str());
}

}  // namespace ariadne::test
