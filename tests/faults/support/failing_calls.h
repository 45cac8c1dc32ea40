// The calls a file is written and read with, each of which can be made to fail.
#pragma once

#include <cstddef>

namespace ariadne::faults {

/// What becomes of a call.
enum class CallFault {
    kIoError,      ///< EIO
    kDiskFull,     ///< ENOSPC
    kInterrupted,  ///< EINTR, once: whoever asks again gets through
    kShort,        ///< half of the bytes, of those calls that have any
};

/// While it lives, the `nth` call (from 1) of this process into the operating system that has to do
/// with the content of a file does not get through, or from then on none of them. Calls: pread,
/// pwrite, fallocate, ftruncate, fdatasync, fstat, fstatfs, close, the locks of fcntl, and mmap of
/// a file. One at a time.
class FailingCalls {
public:
    FailingCalls(std::size_t nth, CallFault fault, bool forEver);
    ~FailingCalls();
    FailingCalls(const FailingCalls&) = delete;
    FailingCalls& operator=(const FailingCalls&) = delete;

    /// How many were made.
    std::size_t calls() const;
};

}  // namespace ariadne::faults
