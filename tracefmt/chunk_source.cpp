#include "tracefmt/chunk_source.h"

#include "engine/base/status_macros.h"
#include "tracefmt/chunk_codec.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cstring>

namespace ariadne::tracefmt {

namespace {

/// Never shrinks: what grows again would be cleared again.
void growTo(Bytes& room, std::size_t bytes) {
    if (room.size() < bytes) room.resize(bytes);
}

}  // namespace

absl::StatusOr<ChunkHeader> ChunkSource::headerAt(std::uint64_t offset) const {
    if (offset % kAlignment != 0)
        return absl::DataLossError(absl::StrCat("offset ", offset, " is no multiple of 8"));
    if (offset > end_ || end_ - offset < kFrameBytes)
        return absl::OutOfRangeError(absl::StrCat("the file ends at ", end_,
                                                  ", inside or before a chunk "
                                                  "header at offset ",
                                                  offset));
    Frame frame;
    ARIADNE_RETURN_IF_ERROR(file_->readAt(offset, frame));
    return headerIn(frame, offset);
}

absl::StatusOr<ChunkHeader> ChunkSource::headerIn(const Frame& frame, std::uint64_t offset) const {
    if (std::all_of(frame.begin(), frame.end(), [](std::byte b) { return b == std::byte{0}; }))
        return absl::OutOfRangeError(absl::StrCat("nothing was committed at offset ", offset));
    ARIADNE_ASSIGN_OR_RETURN(const ChunkHeader header, decodeChunkHeader(frame, offset));
    if (header.totalBytes() > end_ - offset)
        return absl::OutOfRangeError(absl::StrCat("the file ends at ", end_, ", inside the ",
                                                  nameOf(header.type), " chunk at offset ", offset,
                                                  " that needs ", header.totalBytes(), " bytes"));
    return header;
}

absl::StatusOr<ChunkHeader> ChunkSource::storedAt(std::uint64_t offset, std::uint64_t likelyBytes,
                                                  Bytes& room) const {
    constexpr std::uint64_t kChunkBytesMax = kFrameBytes + kStoredBytesMax;
    const bool fits = offset % kAlignment == 0 && offset <= end_ && likelyBytes <= end_ - offset &&
                      likelyBytes >= kFrameBytes && likelyBytes <= kChunkBytesMax;
    std::size_t have = 0;
    ChunkHeader header;
    if (fits) {
        have = static_cast<std::size_t>(likelyBytes);
        growTo(room, have);
        ARIADNE_RETURN_IF_ERROR(file_->readAt(offset, std::span{room}.first(have)));
        Frame frame;
        std::memcpy(frame.data(), room.data(), frame.size());
        ARIADNE_ASSIGN_OR_RETURN(header, headerIn(frame, offset));
    } else {
        ARIADNE_ASSIGN_OR_RETURN(header, headerAt(offset));
    }
    const auto whole = static_cast<std::size_t>(header.totalBytes());
    if (have != whole) {
        growTo(room, whole);
        ARIADNE_RETURN_IF_ERROR(file_->readAt(offset, std::span{room}.first(whole)));
    }
    ARIADNE_RETURN_IF_ERROR(checkBody(
        header, ByteView{room}.subspan(kFrameBytes, whole - kFrameBytes), id_.low, offset));
    return header;
}

absl::StatusOr<Chunk> ChunkSource::chunkAt(std::uint64_t offset) const {
    Chunk chunk;
    chunk.offset = offset;
    ARIADNE_ASSIGN_OR_RETURN(chunk.header, headerAt(offset));
    Bytes padded(static_cast<std::size_t>(chunk.header.paddedBytes()));
    ARIADNE_RETURN_IF_ERROR(file_->readAt(offset + kFrameBytes, padded));
    ARIADNE_RETURN_IF_ERROR(checkBody(chunk.header, padded, id_.low, offset));
    ARIADNE_ASSIGN_OR_RETURN(chunk.body, unpackBody(chunk.header, std::move(padded), offset));
    return chunk;
}

absl::StatusOr<Bytes> ChunkSource::blobAt(std::uint64_t offset, std::uint64_t length,
                                          std::uint64_t before) const {
    // The lengths first, so that nothing is allocated for a blob that is not there.
    std::uint64_t found = 0;
    for (std::uint64_t at = offset; found < length;) {
        if (at >= before)
            return absl::DataLossError(absl::StrCat("the blob at offset ", offset, " has ", found,
                                                    " bytes, expected ", length));
        ARIADNE_ASSIGN_OR_RETURN(const ChunkHeader header, headerAt(at));
        if (header.type != ChunkType::kPayload || header.rawBytes == 0)
            return absl::DataLossError(absl::StrCat("found a ", nameOf(header.type),
                                                    " chunk at offset ", at, ", expected PAYL"));
        found += header.rawBytes;
        at += header.totalBytes();
    }
    if (found != length)
        return absl::DataLossError(absl::StrCat("the blob at offset ", offset, " has ", found,
                                                " bytes, expected ", length));
    Bytes blob;
    blob.reserve(static_cast<std::size_t>(length));
    for (std::uint64_t at = offset; blob.size() < length;) {
        ARIADNE_ASSIGN_OR_RETURN(const Chunk chunk, chunkAt(at));
        blob.insert(blob.end(), chunk.body.begin(), chunk.body.end());
        at = chunk.end();
    }
    return blob;
}

}  // namespace ariadne::tracefmt
