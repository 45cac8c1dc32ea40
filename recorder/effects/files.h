// The effects file.read and file.write: regular files below the granted folder.
#pragma once

#include "recorder/effects/beneath.h"
#include "recorder/effects/handler.h"

#include <cstdint>

namespace ariadne::effects {

struct FileLimits {
    std::uint64_t readBytesMax = 8 * 1024 * 1024;   ///< of one answer; more is read piece by piece
    std::uint64_t writeBytesMax = 8 * 1024 * 1024;  ///< of one request
    std::uint64_t fileBytesMax = 1024 * 1024 * 1024;  ///< a file is not appended to beyond this
};

/// Answers FileContent. Only regular files of real file systems: no folders, devices, pipes or
/// sockets, nothing of /proc or /sys. A file that changes meanwhile is read as it is at each
/// moment. A file system that hangs is not interrupted. Immutable, so thread-safe.
class ReadFileHandler : public Handler {
public:
    explicit ReadFileHandler(FileLimits limits = {},
                             Confinement confinement = Confinement::kByKernel)
        : limits_(limits), confinement_(confinement) {}
    absl::StatusOr<Bytes> perform(const effect::Request& request, std::stop_token stop) override;

private:
    const FileLimits limits_;
    const Confinement confinement_;
};

/// Answers FileWritten once the bytes are on the disk. A file is replaced as a whole: whoever reads
/// sees the old or the new one, also after a crash; it keeps its permissions. Appending is not
/// atomic: another writer's bytes may come in between, and a crash may leave a part. Links at the
/// end of the path are neither written through nor replaced. Immutable, so thread-safe.
class WriteFileHandler : public Handler {
public:
    explicit WriteFileHandler(FileLimits limits = {},
                              Confinement confinement = Confinement::kByKernel)
        : limits_(limits), confinement_(confinement) {}
    absl::StatusOr<Bytes> perform(const effect::Request& request, std::stop_token stop) override;

private:
    const FileLimits limits_;
    const Confinement confinement_;
};

}  // namespace ariadne::effects
