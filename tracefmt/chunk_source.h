// Chunks by offset: reads, checks and unpacks what stands there.
#pragma once

#include "tracefmt/chunk_header.h"
#include "tracefmt/file_header.h"
#include "tracefmt/file_io.h"

#include <absl/status/statusor.h>

#include <cstdint>

namespace ariadne::tracefmt {

/// One checked chunk; `body` is decompressed and 8-aligned.
struct Chunk {
    std::uint64_t offset = 0;
    ChunkHeader header;
    Bytes body;
    std::uint64_t end() const { return offset + header.totalBytes(); }
};

/// Thread-confined. Errors: kOutOfRange, the file ends (or is still zeros) before the chunk is
/// whole; kDataLoss, the bytes there are no chunk of this file; kResourceExhausted, a limit.
class ChunkSource {
public:
    /// Chunks end before `end`.
    ChunkSource(const ReadFile& file, std::uint64_t end, FileId id)
        : file_(&file), end_(end), id_(id) {}

    std::uint64_t end() const { return end_; }
    void setEnd(std::uint64_t end) { end_ = end; }

    absl::StatusOr<ChunkHeader> headerAt(std::uint64_t offset) const;
    absl::StatusOr<Chunk> chunkAt(std::uint64_t offset) const;
    /// A chunk as it is stored, checked but not unpacked: header, body and padding are the first
    /// totalBytes() of `room`, which grows as needed. Read at once when it has `likelyBytes`.
    absl::StatusOr<ChunkHeader> storedAt(std::uint64_t offset, std::uint64_t likelyBytes,
                                         Bytes& room) const;
    /// The `length` bytes in the PAYL chunks that begin at `offset` and end at or before `before`.
    absl::StatusOr<Bytes> blobAt(std::uint64_t offset, std::uint64_t length,
                                 std::uint64_t before) const;
    absl::Status readAt(std::uint64_t offset, std::span<std::byte> out) const {
        return file_->readAt(offset, out);
    }

private:
    absl::StatusOr<ChunkHeader> headerIn(const Frame& frame, std::uint64_t offset) const;

    const ReadFile* file_;
    std::uint64_t end_;
    FileId id_;
};

}  // namespace ariadne::tracefmt
