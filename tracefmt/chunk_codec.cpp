#include "tracefmt/chunk_codec.h"

#include "engine/base/check.h"
#include "engine/base/digest.h"

#include <absl/strings/str_cat.h>
#include <lz4.h>

namespace ariadne::tracefmt {

namespace {

constexpr int kAcceleration = 1;

char* chars(std::byte* bytes) {
    return reinterpret_cast<char*>(bytes);
}
const char* chars(const std::byte* bytes) {
    return reinterpret_cast<const char*>(bytes);
}

}  // namespace

absl::StatusOr<Bytes> sealChunk(ChunkHeader& header, ByteView raw, std::uint64_t fileIdLow) {
    if (raw.size() > kRawBytesMax)
        return absl::ResourceExhaustedError(
            absl::StrCat("a ", nameOf(header.type), " chunk of ", raw.size(),
                         " bytes is too long, the limit is ", kRawBytesMax));
    Bytes chunk(kFrameBytes + alignedUp(raw.size()));
    // Room for a shorter result only: what does not shrink is stored as it is.
    const int packed = raw.empty()
                           ? 0
                           : LZ4_compress_fast(chars(raw.data()), chars(chunk.data()) + kFrameBytes,
                                               static_cast<int>(raw.size()),
                                               static_cast<int>(raw.size()) - 1, kAcceleration);
    header.rawBytes = static_cast<std::uint32_t>(raw.size());
    if (packed > 0) {
        header.codec = Codec::kLz4;
        header.storedBytes = static_cast<std::uint32_t>(packed);
        chunk.resize(kFrameBytes + header.storedBytes);
        chunk.resize(header.totalBytes());
    } else {
        header.codec = Codec::kRaw;
        header.storedBytes = header.rawBytes;
        std::fill(chunk.begin() + kFrameBytes, chunk.end(), std::byte{0});
        if (!raw.empty()) std::memcpy(chunk.data() + kFrameBytes, raw.data(), raw.size());
    }
    if (header.storedBytes > kStoredBytesMax)
        return absl::ResourceExhaustedError(
            absl::StrCat("a ", nameOf(header.type), " chunk of ", header.storedBytes,
                         " stored bytes is too long, the limit is ", kStoredBytesMax));
    header.hash = hashBytes(ByteView{chunk}.subspan(kFrameBytes), fileIdLow + header.sequence);
    const Frame frame = encodeChunkHeader(header);
    std::memcpy(chunk.data(), frame.data(), frame.size());
    return chunk;
}

absl::Status checkBody(const ChunkHeader& header, ByteView padded, std::uint64_t fileIdLow,
                       std::uint64_t offset) {
    ARIADNE_CHECK_OP(padded.size(), ==, header.paddedBytes());
    if (hashBytes(padded, fileIdLow + header.sequence) == header.hash) return absl::OkStatus();
    return absl::DataLossError(absl::StrCat("the ", nameOf(header.type), " chunk at offset ",
                                            offset, " does not match its checksum"));
}

absl::StatusOr<Bytes> unpackBody(const ChunkHeader& header, Bytes padded, std::uint64_t offset) {
    const auto mismatch = [&](absl::string_view found) {
        return absl::DataLossError(absl::StrCat("the ", nameOf(header.type), " chunk at offset ",
                                                offset, " ", found, ", expected ", header.rawBytes,
                                                " bytes"));
    };
    switch (header.codec) {
        case Codec::kRaw:
            if (header.storedBytes != header.rawBytes)
                return mismatch(absl::StrCat("holds ", header.storedBytes, " bytes uncompressed"));
            padded.resize(header.rawBytes);
            return padded;
        case Codec::kLz4: {
            Bytes raw(header.rawBytes);
            const int found = LZ4_decompress_safe(chars(padded.data()), chars(raw.data()),
                                                  static_cast<int>(header.storedBytes),
                                                  static_cast<int>(header.rawBytes));
            if (found < 0 || static_cast<std::uint32_t>(found) != header.rawBytes)
                return mismatch(absl::StrCat("does not decompress (LZ4 says ", found, ")"));
            return raw;
        }
    }
    return mismatch(absl::StrCat("has the unknown codec ", static_cast<unsigned>(header.codec)));
}

}  // namespace ariadne::tracefmt
