#include "tracefmt/file_watch.h"

#include <array>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace ariadne::tracefmt {

FileWatch::FileWatch(const std::filesystem::path& path)
    : fd_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    constexpr std::uint32_t kChanges =
        IN_MODIFY | IN_CLOSE_WRITE | IN_MOVE_SELF | IN_DELETE_SELF | IN_ATTRIB;
    if (fd_ < 0 || ::inotify_add_watch(fd_, path.c_str(), kChanges) >= 0) return;
    ::close(fd_);
    fd_ = -1;
}

FileWatch::~FileWatch() {
    if (fd_ >= 0) ::close(fd_);
}

void FileWatch::wait(std::chrono::milliseconds longest) {
    struct ::pollfd told {
        fd_, POLLIN, 0
    };
    if (::poll(&told, fd_ >= 0 ? 1 : 0, static_cast<int>(longest.count())) <= 0) return;
    // What was told does not matter, only that nothing old wakes the next wait.
    std::array<char, 4096> ignored;
    while (::read(fd_, ignored.data(), ignored.size()) > 0) {
    }
}

}  // namespace ariadne::tracefmt
