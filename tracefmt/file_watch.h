// Waits until somebody has written to a file.
#pragma once

#include <chrono>
#include <filesystem>

namespace ariadne::tracefmt {

/// Where the system cannot tell (no inotify, or too many watches), only time wakes it. Over a
/// network nobody may tell either: what is written elsewhere then shows after `longest`.
///
/// Threading: thread-confined. Make it before the file is looked at, so that nothing falls between.
class FileWatch {
public:
    /// A path that leads nowhere is as good as any: then only time wakes it.
    explicit FileWatch(const std::filesystem::path& path);
    ~FileWatch();
    FileWatch(const FileWatch&) = delete;
    FileWatch& operator=(const FileWatch&) = delete;

    /// Returns when the file was written to, closed, renamed or removed since the last call, when a
    /// signal came, or after `longest`. An earlier return means nothing: look at the file.
    /// That its writer's lock is gone wakes nobody.
    void wait(std::chrono::milliseconds longest);

    /// Whether the system tells of changes. For tests.
    bool isTold() const { return fd_ >= 0; }

private:
    int fd_ = -1;
};

}  // namespace ariadne::tracefmt
