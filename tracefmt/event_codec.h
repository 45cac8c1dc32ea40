// The body of an EVNT chunk: rows to packed columns and back.
#pragma once

#include "engine/base/event.h"
#include "engine/base/event_batch.h"
#include "engine/base/event_digest.h"
#include "tracefmt/bit_pack.h"
#include "tracefmt/capnp_message.h"
#include "tracefmt/format.h"
#include "tracefmt/row_decoder.h"
#include "tracefmt/row_predictor.h"
#include "tracefmt/run_totals.h"
#include "tracefmt/trace_reader.h"

#include <absl/functional/function_ref.h>
#include <absl/status/statusor.h>

#include <array>
#include <memory>
#include <span>
#include <vector>

namespace ariadne::tracefmt {

/// Where the bytes of a blob longer than kInlineBytesMax stand.
struct LargeBlob {
    std::uint32_t row = 0;
    std::uint8_t column = 0;  ///< EVNT: 0 payload, 1 change; SNAP: see trace.capnp
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

/// Fetches a blob from its PAYL chunks.
using BlobFetch =
    absl::FunctionRef<absl::StatusOr<Bytes>(std::uint64_t offset, std::uint64_t length)>;

/// Makes one body after the other in the same room. Thread-confined.
class EventEncoder {
public:
    /// `large` says where the long blobs of `slice` stand, by row and column; `marks` are the
    /// digests every kDigestEvery rows and after the last. 1 to kRowsPerChunkMax rows. What is
    /// returned lives until the next call.
    absl::StatusOr<ByteView> encode(const EventSlice& slice, std::span<const LargeBlob> large,
                                    std::span<const EventDigest> marks);
    /// The same with the marks of `folding`, which is of `slice`, has just begun, and ends.
    absl::StatusOr<ByteView> encode(const EventSlice& slice, std::span<const LargeBlob> large,
                                    RunTotals::Folding& folding);

private:
    template <class Alongside>
    void packColumns(const EventSlice& slice, Alongside alongside);
    absl::StatusOr<ByteView> build(const EventSlice& slice, std::span<const LargeBlob> large,
                                   std::span<const EventDigest> marks);

    std::array<PackedColumnWriter, kColumnCount> columns_;
    MessageRoom room_;
};

/// A decoded chunk and its memory.
class DecodedEvents final : public EventChunk {
public:
    /// `first` and `count` come from the chunk header. kDataLoss: the columns do not hold `count`
    /// rows.
    static absl::StatusOr<std::shared_ptr<const DecodedEvents>> decode(Bytes raw, Position first,
                                                                       std::uint32_t count,
                                                                       BlobFetch fetch);

    /// Where the body is to be put before it is decoded; grows, and is used again.
    Bytes& body() { return body_; }
    /// Becomes the rows of the body that is the first `bodyBytes` of body(). All columns but
    /// kBytes may also be had from the beginning of a body, `isWhole` being false then:
    /// kOutOfRange when it was too short a one, whatever the reason. Of the `count` rows of the
    /// body it has the first `rows`, and a few more. Of no use after an error.
    absl::Status become(std::size_t bodyBytes, bool isWhole, Position first, std::uint32_t count,
                        std::uint32_t rows, ColumnSet wanted, BlobFetch fetch);

    std::vector<EventRow> rows() const;
    /// Empty unless kBytes was wanted.
    std::span<const EventDigest> marks() const { return marks_; }

private:
    /// `isAll`: these are those of the rows that were decoded, and of no others.
    absl::Status placeBytes(ByteView payloads, ByteView changes, std::span<const LargeBlob> large,
                            bool isAll, BlobFetch fetch);

    Bytes body_;
    Room room_;
    std::vector<LongLength> longOnes_;
    std::array<std::uint64_t, 2> inlineBytes_{};
    std::vector<EventDigest> marks_;
};

}  // namespace ariadne::tracefmt
