#include "tracefmt/chunk_codec.h"

#include "engine/base/check.h"
#include "engine/base/digest.h"
#include "engine/base/status_macros.h"

#include <absl/strings/str_cat.h>
#include <lz4.h>

#include <algorithm>
#include <cstring>

namespace ariadne::tracefmt {

namespace {

/// Packed columns have little left to find: looking less hard costs few bytes there.
int accelerationOf(const ChunkHeader& header) {
    return header.type == ChunkType::kEvents ? 8 : 1;
}

char* chars(std::byte* bytes) {
    return reinterpret_cast<char*>(bytes);
}
const char* chars(const std::byte* bytes) {
    return reinterpret_cast<const char*>(bytes);
}

}  // namespace

absl::StatusOr<ByteView> sealChunkIn(Bytes& room, ChunkHeader& header, ByteView raw,
                                     std::uint64_t fileIdLow) {
    if (raw.size() > kRawBytesMax)
        return absl::ResourceExhaustedError(
            absl::StrCat("a ", nameOf(header.type), " chunk of ", raw.size(),
                         " bytes is too long, the limit is ", kRawBytesMax));
    if (room.size() < kFrameBytes + alignedUp(raw.size()))
        room.resize(kFrameBytes + alignedUp(raw.size()));
    std::byte* const body = room.data() + kFrameBytes;
    // Room for a shorter result only: what does not shrink is stored as it is.
    const int packed =
        raw.empty()
            ? 0
            : LZ4_compress_fast(chars(raw.data()), chars(body), static_cast<int>(raw.size()),
                                static_cast<int>(raw.size()) - 1, accelerationOf(header));
    header.rawBytes = static_cast<std::uint32_t>(raw.size());
    if (packed > 0) {
        header.codec = Codec::kLz4;
        header.storedBytes = static_cast<std::uint32_t>(packed);
    } else {
        header.codec = Codec::kRaw;
        header.storedBytes = header.rawBytes;
        if (!raw.empty()) std::memcpy(body, raw.data(), raw.size());
    }
    std::fill(body + header.storedBytes, body + header.paddedBytes(), std::byte{0});
    if (header.storedBytes > kStoredBytesMax)
        return absl::ResourceExhaustedError(
            absl::StrCat("a ", nameOf(header.type), " chunk of ", header.storedBytes,
                         " stored bytes is too long, the limit is ", kStoredBytesMax));
    header.hash = hashBytes({body, static_cast<std::size_t>(header.paddedBytes())},
                            fileIdLow + header.sequence);
    const Frame frame = encodeChunkHeader(header);
    std::memcpy(room.data(), frame.data(), frame.size());
    return ByteView{room}.first(header.totalBytes());
}

absl::StatusOr<Bytes> sealChunk(ChunkHeader& header, ByteView raw, std::uint64_t fileIdLow) {
    Bytes room;
    const absl::StatusOr<ByteView> chunk = sealChunkIn(room, header, raw, fileIdLow);
    if (!chunk.ok()) return chunk.status();
    room.resize(chunk->size());
    return room;
}

absl::Status checkBody(const ChunkHeader& header, ByteView padded, std::uint64_t fileIdLow,
                       std::uint64_t offset) {
    ARIADNE_CHECK_OP(padded.size(), ==, header.paddedBytes());
    if (hashBytes(padded, fileIdLow + header.sequence) == header.hash) return absl::OkStatus();
    return absl::DataLossError(absl::StrCat("the ", nameOf(header.type), " chunk at offset ",
                                            offset, " does not match its checksum"));
}

absl::StatusOr<Bytes> unpackBody(const ChunkHeader& header, Bytes padded, std::uint64_t offset) {
    if (header.codec == Codec::kRaw && header.storedBytes == header.rawBytes) {
        padded.resize(header.rawBytes);
        return padded;
    }
    Bytes raw;
    ARIADNE_RETURN_IF_ERROR(unpackBodyInto(raw, header, padded, header.rawBytes, offset).status());
    return raw;
}

absl::StatusOr<std::size_t> unpackBodyInto(Bytes& room, const ChunkHeader& header, ByteView stored,
                                           std::size_t bytesMax, std::uint64_t offset) {
    const auto mismatch = [&](absl::string_view found) {
        return absl::DataLossError(absl::StrCat("the ", nameOf(header.type), " chunk at offset ",
                                                offset, " ", found, ", expected ", header.rawBytes,
                                                " bytes"));
    };
    const std::size_t bytes = std::min<std::size_t>(bytesMax, header.rawBytes);
    if (room.size() < bytes) room.resize(bytes);
    switch (header.codec) {
        case Codec::kRaw:
            if (header.storedBytes != header.rawBytes)
                return mismatch(absl::StrCat("holds ", header.storedBytes, " bytes uncompressed"));
            if (bytes != 0) std::memcpy(room.data(), stored.data(), bytes);
            return bytes;
        case Codec::kLz4: {
            const auto from = static_cast<int>(header.storedBytes);
            const auto to = static_cast<int>(bytes);
            const int found =
                bytes == header.rawBytes
                    ? LZ4_decompress_safe(chars(stored.data()), chars(room.data()), from, to)
                    : LZ4_decompress_safe_partial(chars(stored.data()), chars(room.data()), from,
                                                  to, to);
            if (found < 0 || static_cast<std::size_t>(found) != bytes)
                return mismatch(absl::StrCat("does not decompress (LZ4 says ", found, ")"));
            return bytes;
        }
    }
    return mismatch(absl::StrCat("has the unknown codec ", static_cast<unsigned>(header.codec)));
}

}  // namespace ariadne::tracefmt
