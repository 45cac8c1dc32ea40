// A chunk as bytes: body compressed when that helps, padded, hashed, and its header in front.
#pragma once

#include "tracefmt/chunk_header.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

namespace ariadne::tracefmt {

/// Fills codec, lengths and hash of `header` and returns header, body and padding.
/// kResourceExhausted: the body is longer than the format allows.
absl::StatusOr<Bytes> sealChunk(ChunkHeader& header, ByteView raw, std::uint64_t fileIdLow);
/// The same in `room`, which grows as needed; the chunk lives as long as nobody touches it.
absl::StatusOr<ByteView> sealChunkIn(Bytes& room, ChunkHeader& header, ByteView raw,
                                     std::uint64_t fileIdLow);

/// kDataLoss when `padded` (stored bytes and padding) does not match the header's hash.
absl::Status checkBody(const ChunkHeader& header, ByteView padded, std::uint64_t fileIdLow,
                       std::uint64_t offset);

/// The body as it was before compression; takes `padded`, checked before, to spare a copy.
absl::StatusOr<Bytes> unpackBody(const ChunkHeader& header, Bytes padded, std::uint64_t offset);

/// The same into `room`, which grows as needed: the first `bytesMax` bytes of the body, a multiple
/// of 8, or all of it when it is shorter. Returns how many there are. Of a part nothing is said
/// about what follows it.
absl::StatusOr<std::size_t> unpackBodyInto(Bytes& room, const ChunkHeader& header, ByteView stored,
                                           std::size_t bytesMax, std::uint64_t offset);

}  // namespace ariadne::tracefmt
