// The small file interface below reader and writer; tests put faults behind it.
#pragma once

#include "engine/base/bytes.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <filesystem>
#include <memory>

namespace ariadne::tracefmt {

/// Random access reading. Thread-confined. Uses pread, never mmap: a file cut short by somebody
/// else is an error here, not a SIGBUS.
class ReadFile {
public:
    virtual ~ReadFile() = default;
    /// Present size in bytes; may grow while a recording runs.
    virtual absl::StatusOr<std::uint64_t> size() const = 0;
    /// Fills `out` from `offset`. kDataLoss when the file ends before; kUnavailable on an I/O
    /// error.
    virtual absl::Status readAt(std::uint64_t offset, std::span<std::byte> out) const = 0;
    /// True while somebody holds the lock of createForWriting().
    virtual bool isBeingWritten() const { return false; }
    /// OK while the name it was opened by leads to this very file. kFailedPrecondition: the file
    /// was removed, or another one has its name.
    virtual absl::Status checkName() const { return absl::OkStatus(); }
};

/// For one thread, which waits for the disk while another appends.
class FileSync {
public:
    virtual ~FileSync() = default;
    /// Makes durable what had been appended before. Never retried after an error, which
    /// WriteFile::sync() may then not find any more.
    virtual absl::Status sync() = 0;
};

/// Sequential writing. Thread-confined.
class WriteFile {
public:
    virtual ~WriteFile() = default;
    /// Appends all of `bytes`. kResourceExhausted: disk full, quota or file size limit;
    /// kUnavailable: another I/O error. After an error the file's tail is unspecified.
    virtual absl::Status append(ByteView bytes) = 0;
    /// Makes everything appended durable. Never retried after an error. Memory has nothing to do.
    virtual absl::Status sync() { return absl::OkStatus(); }
    /// To sync it beside append(); may outlive the file. Null: it cannot be had.
    virtual std::unique_ptr<FileSync> syncElsewhere() { return nullptr; }
    /// Cuts the file back to `size` bytes (used to seal after a failed append).
    virtual absl::Status truncate(std::uint64_t size) = 0;
    virtual absl::Status close() { return absl::OkStatus(); }
};

/// kNotFound: no such file; kInvalidArgument: a directory or another thing that is no file;
/// kPermissionDenied; kUnavailable otherwise. The text names found, expected and what to do.
absl::StatusOr<std::unique_ptr<ReadFile>> openForReading(const std::filesystem::path& path);

/// Creates `path`, holding an exclusive open-file-description lock for the file's life. An existing
/// file is replaced only if it is empty or itself a trace that no recorder has locked:
/// kAlreadyExists otherwise. kNotFound: no such folder; kPermissionDenied: not writable.
absl::StatusOr<std::unique_ptr<WriteFile>> createForWriting(const std::filesystem::path& path);

/// Whether createForWriting() would replace what has that name, or make it; nothing is touched.
/// Errors as there.
absl::Status checkReplaceable(const std::filesystem::path& path);

/// Reads from memory; `bytes` is shared, never copied.
std::unique_ptr<ReadFile> readFromMemory(std::shared_ptr<const Bytes> bytes);

}  // namespace ariadne::tracefmt
