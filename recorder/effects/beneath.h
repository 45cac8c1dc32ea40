// Opens files below a folder and nowhere else, whatever the path says and whoever moves links.
#pragma once

#include "recorder/effects/fd.h"

#include <absl/status/statusor.h>

#include <string>
#include <string_view>
#include <sys/types.h>

namespace ariadne::effects {

/// How a path is kept below its folder.
enum class Confinement {
    kByKernel,  ///< openat2: links are followed as long as they stay below; Linux 5.6 and later
    kByWalk,    ///< one component at a time, no link is followed; where openat2 is missing
};

/// What an errno means for `path`, as a Status. EXDEV and ELOOP are kPermissionDenied.
absl::Status fileError(int error, std::string_view deed, const std::string& path);

/// The folder `scope` names, for use as `root` below. Links on the way to it are followed: who
/// grants a folder may name it as they like. kInvalidArgument: not an absolute plain path.
absl::StatusOr<Fd> openRoot(const std::string& scope);

/// `path` as components joined by '/', without "." and empty ones. kInvalidArgument: empty,
/// absolute, over 4096 bytes, a NUL, or nothing but dots and slashes, or ending in '/';
/// kPermissionDenied: holds "..".
absl::StatusOr<std::string> relativePath(std::string_view path);

/// Opens `path`, of relativePath(), below `root`; never a terminal to be controlled by, never kept
/// by a program that is started. Errors as fileError(). Thread-safe.
absl::StatusOr<Fd> openBeneath(const Fd& root, const std::string& path, int flags, mode_t mode = 0,
                               Confinement confinement = Confinement::kByKernel);

}  // namespace ariadne::effects
