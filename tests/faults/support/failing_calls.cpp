#include "tests/faults/support/failing_calls.h"

#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <fcntl.h>
#include <optional>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace ariadne::faults {
namespace {

struct Plan {
    std::size_t nth = 0;
    CallFault fault = CallFault::kIoError;
    bool forEver = false;
    std::size_t calls = 0;
};
// These tests have one thread.
std::optional<Plan> g_plan;

/// Whether this call is one that does not get through.
bool isDue() {
    if (!g_plan) return false;
    ++g_plan->calls;
    return g_plan->forEver ? g_plan->calls >= g_plan->nth : g_plan->calls == g_plan->nth;
}

int errorOf(CallFault fault) {
    switch (fault) {
        case CallFault::kDiskFull: return ENOSPC;
        case CallFault::kInterrupted: return EINTR;
        default: return EIO;
    }
}

/// True, with errno set, when a call without bytes fails now.
bool fails() {
    if (!isDue() || g_plan->fault == CallFault::kShort) return false;
    errno = errorOf(g_plan->fault);
    return true;
}

/// How many bytes of a call get through; nullopt: it fails.
std::optional<std::size_t> through(std::size_t bytes) {
    if (!isDue()) return bytes;
    if (g_plan->fault == CallFault::kShort) return (bytes + 1) / 2;
    errno = errorOf(g_plan->fault);
    return std::nullopt;
}

}  // namespace

FailingCalls::FailingCalls(std::size_t nth, CallFault fault, bool forEver) {
    g_plan = Plan{nth, fault, forEver, 0};
}
FailingCalls::~FailingCalls() {
    g_plan.reset();
}
std::size_t FailingCalls::calls() const {
    return g_plan->calls;
}

}  // namespace ariadne::faults

// The linker takes these before those of the C library.
extern "C" {

ssize_t pread(int fd, void* to, size_t bytes, off_t offset) {
    const auto passed = ariadne::faults::through(bytes);
    return passed ? ::syscall(SYS_pread64, fd, to, *passed, offset) : -1;
}

ssize_t pwrite(int fd, const void* from, size_t bytes, off_t offset) {
    const auto passed = ariadne::faults::through(bytes);
    return passed ? ::syscall(SYS_pwrite64, fd, from, *passed, offset) : -1;
}

int fallocate(int fd, int mode, off_t offset, off_t length) {
    return ariadne::faults::fails()
               ? -1
               : static_cast<int>(::syscall(SYS_fallocate, fd, mode, offset, length));
}

int ftruncate(int fd, off_t length) noexcept {
    return ariadne::faults::fails() ? -1 : static_cast<int>(::syscall(SYS_ftruncate, fd, length));
}

int fdatasync(int fd) {
    return ariadne::faults::fails() ? -1 : static_cast<int>(::syscall(SYS_fdatasync, fd));
}

int fstat(int fd, struct stat* out) noexcept {
    return ariadne::faults::fails() ? -1 : static_cast<int>(::syscall(SYS_fstat, fd, out));
}

int fstatfs(int fd, struct statfs* out) noexcept {
    return ariadne::faults::fails() ? -1 : static_cast<int>(::syscall(SYS_fstatfs, fd, out));
}

int fcntl(int fd, int command, ...) {
    std::va_list rest;
    va_start(rest, command);
    void* const argument = va_arg(rest, void*);
    va_end(rest);
    const bool isLock = command == F_OFD_SETLK || command == F_OFD_GETLK;
    return isLock && ariadne::faults::fails()
               ? -1
               : static_cast<int>(::syscall(SYS_fcntl, fd, command, argument));
}

void* mmap(void* at, size_t bytes, int access, int flags, int fd, off_t offset) noexcept {
    if (fd >= 0 && ariadne::faults::fails()) return MAP_FAILED;
    return reinterpret_cast<void*>(::syscall(SYS_mmap, at, bytes, access, flags, fd, offset));
}

int close(int fd) {
    // Whatever it says, the descriptor is gone, as on Linux.
    const bool failed = ariadne::faults::fails();
    const int error = errno;
    const auto closed = static_cast<int>(::syscall(SYS_close, fd));
    if (!failed) return closed;
    errno = error;
    return -1;
}
}
