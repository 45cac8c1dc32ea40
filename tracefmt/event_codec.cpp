#include "tracefmt/event_codec.h"

#include "engine/base/check.h"
#include "engine/base/status_macros.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <tracefmt/trace.capnp.h>

namespace ariadne::tracefmt {

namespace {

std::uint32_t marksOf(std::uint32_t rows) {
    return (rows + kDigestEvery - 1) / kDigestEvery;
}

template <class Events, class Visit>
void forEachColumn(Events events, Visit visit) {
    visit(Column::kKind, events.getKind());
    visit(Column::kFlags, events.getFlags());
    visit(Column::kTime, events.getTime());
    visit(Column::kRound, events.getRound());
    visit(Column::kCause, events.getCause());
    visit(Column::kCell, events.getCell());
    visit(Column::kPeer, events.getPeer());
    visit(Column::kType, events.getType());
    visit(Column::kArg, events.getArg());
    visit(Column::kExtra, events.getExtra());
    visit(Column::kPayloadLength, events.getPayloadLength());
    visit(Column::kChangeLength, events.getChangeLength());
}

using PackedColumns = std::array<PackedColumnWriter, kColumnCount>;

void setColumns(schema::Events::Builder events, const PackedColumns& columns) {
    const auto bytes = [&](Column column) {
        return toData(columns[static_cast<std::size_t>(column)].bytes());
    };
    events.setKind(bytes(Column::kKind));
    events.setFlags(bytes(Column::kFlags));
    events.setTime(bytes(Column::kTime));
    events.setRound(bytes(Column::kRound));
    events.setCause(bytes(Column::kCause));
    events.setCell(bytes(Column::kCell));
    events.setPeer(bytes(Column::kPeer));
    events.setType(bytes(Column::kType));
    events.setArg(bytes(Column::kArg));
    events.setExtra(bytes(Column::kExtra));
    events.setPayloadLength(bytes(Column::kPayloadLength));
    events.setChangeLength(bytes(Column::kChangeLength));
}

absl::Status unpackRows(std::array<ByteView, kColumnCount> blobs, Position first,
                        std::uint32_t count, std::vector<EventRow>& rows,
                        std::vector<RowPredictor<EventRow>::Lengths>& lengths) {
    std::vector<PackedColumnReader> columns;
    columns.reserve(kColumnCount);
    for (const ByteView blob : blobs) columns.emplace_back(blob);
    rows.reserve(count);
    lengths.resize(count);
    RowPredictor<EventRow> predictor(rows.data(), first);
    GroupCodes group;
    for (std::size_t begin = 0; begin < count; begin += kGroupRows) {
        const std::size_t groupRows = std::min<std::size_t>(kGroupRows, count - begin);
        for (std::size_t c = 0; c < kColumnCount; ++c)
            if (!columns[c].nextGroup(std::span{group[c]}.first(groupRows)))
                return absl::DataLossError(
                    absl::StrCat("column ", c, " is malformed at row ", begin));
        for (std::size_t i = 0; i < groupRows; ++i) {
            if (!predictor.decode(static_cast<std::uint32_t>(begin + i), group, i,
                                  rows.emplace_back(), lengths[begin + i]))
                return absl::DataLossError(
                    absl::StrCat("a code of row ", begin + i, " is out of range"));
        }
    }
    for (std::size_t c = 0; c < kColumnCount; ++c)
        if (!blobs[c].empty() && !columns[c].atEnd())
            return absl::DataLossError(
                absl::StrCat("column ", c, " holds more than ", count, " rows"));
    return absl::OkStatus();
}

}  // namespace

void EventEncoder::packColumns(const EventSlice& slice) {
    RowPredictor<CompactRow> predictor(slice.rows.data(), slice.first);
    GroupCodes group;
    for (PackedColumnWriter& column : columns_) column.clear();
    for (std::size_t begin = 0; begin < slice.rows.size(); begin += kGroupRows) {
        const std::size_t groupRows = std::min(kGroupRows, slice.rows.size() - begin);
        predictor.encode(static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(groupRows),
                         group);
        for (std::size_t c = 0; c < kColumnCount; ++c)
            columns_[c].addGroup(std::span{group[c]}.first(groupRows));
    }
}

absl::StatusOr<ByteView> EventEncoder::encode(const EventSlice& slice,
                                              std::span<const LargeBlob> large,
                                              std::span<const EventDigest> marks) {
    ARIADNE_CHECK(!slice.rows.empty() && slice.rows.size() <= kRowsPerChunkMax);
    ARIADNE_CHECK_OP(marks.size(), ==, marksOf(static_cast<std::uint32_t>(slice.rows.size())));
    packColumns(slice);
    std::size_t size =
        slice.payloads.size() + slice.changes.size() + 24 * large.size() + 16 * marks.size() + 512;
    for (const PackedColumnWriter& column : columns_) size += column.bytes().size() + 8;

    return room_.build(size, [&](capnp::MessageBuilder& message) {
        auto events = message.initRoot<schema::Events>();
        setColumns(events, columns_);
        if (!slice.payloads.empty()) events.setPayload(toData(slice.payloads));
        if (!slice.changes.empty()) events.setChange(toData(slice.changes));
        if (!large.empty()) {
            auto list = events.initLarge(static_cast<unsigned>(large.size()));
            for (unsigned i = 0; i < large.size(); ++i) {
                list[i].setRow(large[i].row);
                list[i].setColumn(large[i].column);
                list[i].setOffset(large[i].offset);
                list[i].setLength(large[i].length);
            }
        }
        auto digests = events.initDigests(static_cast<unsigned>(2 * marks.size()));
        for (unsigned i = 0; i < marks.size(); ++i) {
            digests.set(2 * i, marks[i].events());
            digests.set(2 * i + 1, marks[i].changes());
        }
    });
}

absl::StatusOr<std::shared_ptr<const DecodedEvents>> DecodedEvents::decode(Bytes raw,
                                                                           Position first,
                                                                           std::uint32_t count,
                                                                           BlobFetch fetch) {
    if (count == 0 || count > kRowsPerChunkMax)
        return absl::DataLossError(
            absl::StrCat("found ", count, " rows, expected 1 to ", kRowsPerChunkMax));
    if (first.value == 0 || first.value + count < first.value)
        return absl::DataLossError(absl::StrCat("rows cannot begin at position ", first.value));
    const std::shared_ptr<DecodedEvents> chunk(new DecodedEvents);
    chunk->first_ = first;
    chunk->raw_ = std::move(raw);
    const absl::Status status =
        readMessage(chunk->raw_, [&](capnp::MessageReader& message) -> absl::Status {
            const auto events = message.getRoot<schema::Events>();
            std::array<ByteView, kColumnCount> blobs;
            forEachColumn(events, [&](Column column, capnp::Data::Reader data) {
                blobs[static_cast<std::size_t>(column)] = fromData(data);
            });
            std::vector<Lengths> lengths;
            ARIADNE_RETURN_IF_ERROR(unpackRows(blobs, first, count, chunk->rows_, lengths));

            const auto digests = events.getDigests();
            if (digests.size() != 2 * marksOf(count))
                return absl::DataLossError(absl::StrCat(
                    "found ", digests.size(), " digest words, expected ", 2 * marksOf(count)));
            for (unsigned i = 0; i < digests.size(); i += 2)
                chunk->marks_.emplace_back(digests[i], digests[i + 1]);

            std::vector<LargeBlob> large;
            const auto list = events.getLarge();
            if (list.size() > 2 * count)
                return absl::DataLossError(
                    absl::StrCat("found ", list.size(), " large blobs in ", count, " rows"));
            for (const auto blob : list)
                large.push_back(
                    {blob.getRow(), blob.getColumn(), blob.getOffset(), blob.getLength()});
            return chunk->placeBlobs(fromData(events.getPayload()), fromData(events.getChange()),
                                     lengths, large, fetch);
        });
    if (!status.ok()) return status;
    chunk->memoryBytes_ = sizeof(DecodedEvents) + chunk->raw_.capacity() +
                          chunk->rows_.capacity() * sizeof(EventRow) +
                          chunk->marks_.capacity() * sizeof(EventDigest);
    for (const Bytes& blob : chunk->large_) chunk->memoryBytes_ += blob.capacity();
    return chunk;
}

absl::Status DecodedEvents::placeBlobs(ByteView payloads, ByteView changes,
                                       std::span<const Lengths> lengths,
                                       std::span<const LargeBlob> large, BlobFetch fetch) {
    std::uint64_t largeBytes = 0;
    for (const LargeBlob& blob : large) {
        if (blob.length > kBlobBytesMax || (largeBytes += blob.length) > kBlobBytesMax)
            return absl::ResourceExhaustedError(
                absl::StrCat("the blobs of row ", blob.row,
                             " and before are longer than the limit of ", kBlobBytesMax, " bytes"));
    }
    auto nextLarge = large.begin();
    const auto place = [&](std::uint32_t row, std::uint8_t column, std::uint64_t length,
                           ByteView& from, ByteView& to) -> absl::Status {
        if (length <= kInlineBytesMax) {
            if (length > from.size())
                return absl::DataLossError(
                    absl::StrCat("row ", row, " needs ", length, " bytes, found ", from.size()));
            to = from.first(static_cast<std::size_t>(length));
            from = from.subspan(static_cast<std::size_t>(length));
            return absl::OkStatus();
        }
        if (nextLarge == large.end() || nextLarge->row != row || nextLarge->column != column ||
            nextLarge->length != length)
            return absl::DataLossError(
                absl::StrCat("row ", row, " has a blob of ", length, " bytes that is nowhere"));
        absl::StatusOr<Bytes> bytes = fetch(nextLarge->offset, length);
        if (!bytes.ok()) return std::move(bytes).status();
        to = large_.emplace_back(*std::move(bytes));
        ++nextLarge;
        return absl::OkStatus();
    };
    for (std::uint32_t i = 0; i < rows_.size(); ++i) {
        absl::Status placed = place(i, 0, lengths[i].payload, payloads, rows_[i].payload);
        if (placed.ok()) placed = place(i, 1, lengths[i].change, changes, rows_[i].change);
        if (!placed.ok()) return placed;
    }
    if (!payloads.empty() || !changes.empty() || nextLarge != large.end())
        return absl::DataLossError(absl::StrCat("found ", payloads.size() + changes.size(),
                                                " bytes of payload that belong to no row"));
    return absl::OkStatus();
}

}  // namespace ariadne::tracefmt
