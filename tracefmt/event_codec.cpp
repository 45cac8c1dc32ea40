#include "tracefmt/event_codec.h"

#include "engine/base/check.h"
#include "engine/base/status_macros.h"
#include "tracefmt/totals_folding.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <tracefmt/trace.capnp.h>

namespace ariadne::tracefmt {

namespace {

std::uint32_t marksOf(std::uint32_t rows) {
    return (rows + kDigestEvery - 1) / kDigestEvery;
}

/// Calls `visit(column, getter)` for each, in the order in which a writer lays them down.
template <class Visit>
void forEachColumn(const schema::Events::Reader&, Visit visit) {
    using E = schema::Events::Reader;
    visit(Column::kKind, &E::getKind);
    visit(Column::kFlags, &E::getFlags);
    visit(Column::kTime, &E::getTime);
    visit(Column::kRound, &E::getRound);
    visit(Column::kCause, &E::getCause);
    visit(Column::kCell, &E::getCell);
    visit(Column::kPeer, &E::getPeer);
    visit(Column::kType, &E::getType);
    visit(Column::kArg, &E::getArg);
    visit(Column::kExtra, &E::getExtra);
    visit(Column::kPayloadLength, &E::getPayloadLength);
    visit(Column::kChangeLength, &E::getChangeLength);
}

void setColumns(schema::Events::Builder events,
                const std::array<PackedColumnWriter, kColumnCount>& columns) {
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

}  // namespace

template <class Alongside>
[[gnu::flatten]] void EventEncoder::packColumns(const EventSlice& slice, Alongside alongside) {
    ARIADNE_CHECK(!slice.rows.empty() && slice.rows.size() <= kRowsPerChunkMax);
    RowPredictor predictor(slice.rows.data(), slice.first);
    GroupCodes group;
    for (PackedColumnWriter& column : columns_) column.clear();
    for (std::size_t begin = 0; begin < slice.rows.size(); begin += kGroupRows) {
        const std::size_t groupRows = std::min(kGroupRows, slice.rows.size() - begin);
        predictor.encode(static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(groupRows),
                         group, alongside);
        for (std::size_t c = 0; c < kColumnCount; ++c)
            columns_[c].addGroup(std::span{group[c]}.first(groupRows));
    }
}

absl::StatusOr<ByteView> EventEncoder::encode(const EventSlice& slice,
                                              std::span<const LargeBlob> large,
                                              std::span<const EventDigest> marks) {
    packColumns(slice, [](const CompactRow&) {});
    return build(slice, large, marks);
}

absl::StatusOr<ByteView> EventEncoder::encode(const EventSlice& slice,
                                              std::span<const LargeBlob> large,
                                              RunTotals::Folding& folding) {
    packColumns(slice, [&folding](const CompactRow& row) { folding.add(row); });
    folding.end();
    return build(slice, large, folding.marks());
}

absl::StatusOr<ByteView> EventEncoder::build(const EventSlice& slice,
                                             std::span<const LargeBlob> large,
                                             std::span<const EventDigest> marks) {
    ARIADNE_CHECK_OP(marks.size(), ==, marksOf(static_cast<std::uint32_t>(slice.rows.size())));
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

void EventChunk::placeLongBytes(std::uint32_t index, EventRow& row) const {
    auto at = std::partition_point(longBytes_.begin(), longBytes_.end(),
                                   [&](const LongBytes& bytes) { return bytes.row < index; });
    for (; at != longBytes_.end() && at->row == index; ++at)
        (at->column == 0 ? row.payload : row.change) = at->bytes;
}

absl::StatusOr<std::shared_ptr<const DecodedEvents>> DecodedEvents::decode(Bytes raw,
                                                                           Position first,
                                                                           std::uint32_t count,
                                                                           BlobFetch fetch) {
    auto chunk = std::make_shared<DecodedEvents>();
    chunk->body_ = std::move(raw);
    ARIADNE_RETURN_IF_ERROR(
        chunk->become(chunk->body_.size(), true, first, count, count, ColumnSet::kAll, fetch));
    return chunk;
}

absl::Status DecodedEvents::become(std::size_t bodyBytes, bool isWhole, Position first,
                                   std::uint32_t count, std::uint32_t rows, ColumnSet wanted,
                                   BlobFetch fetch) {
    if (count == 0 || count > kRowsPerChunkMax)
        return absl::DataLossError(
            absl::StrCat("found ", count, " rows, expected 1 to ", kRowsPerChunkMax));
    if (first.value == 0 || first.value + count < first.value)
        return absl::DataLossError(absl::StrCat("rows cannot begin at position ", first.value));
    first_ = first;
    constexpr auto kGroup = static_cast<std::uint32_t>(kGroupRows);
    count_ = std::min(count, (rows + kGroup - 1) / kGroup * kGroup);
    has_ = wanted;
    payloads_ = changes_ = {};
    longBytes_.clear();
    longOnes_.clear();
    marks_.clear();
    const auto visit = [&](capnp::MessageReader& message) -> absl::Status {
        const auto events = message.getRoot<schema::Events>();
        PackedColumns packed;
        const ColumnSet needed = neededFor(wanted);
        forEachColumn(events, [&](Column column, auto data) {
            if (standsIn(column, needed))
                packed[static_cast<std::size_t>(column)] = fromData((events.*data)());
        });
        ARIADNE_RETURN_IF_ERROR(unpackColumns(packed, first, count, count_, wanted, room_, columns_,
                                              longOnes_, inlineBytes_));
        if (!wanted.has(ColumnSet::kBytes)) return absl::OkStatus();

        const auto digests = events.getDigests();
        if (digests.size() != 2 * marksOf(count))
            return absl::DataLossError(absl::StrCat(
                "found ", digests.size(), " digest words, expected ", 2 * marksOf(count)));
        for (unsigned i = 0; i < digests.size(); i += 2)
            marks_.emplace_back(digests[i], digests[i + 1]);

        std::vector<LargeBlob> large;
        const auto list = events.getLarge();
        if (list.size() > 2 * count)
            return absl::DataLossError(
                absl::StrCat("found ", list.size(), " large blobs in ", count, " rows"));
        for (const auto blob : list)
            large.push_back({blob.getRow(), blob.getColumn(), blob.getOffset(), blob.getLength()});
        return placeBytes(fromData(events.getPayload()), fromData(events.getChange()), large,
                          count_ == count, fetch);
    };
    const ByteView body = ByteView{body_}.first(bodyBytes);
    if (isWhole) {
        ARIADNE_RETURN_IF_ERROR(readMessage(body, visit));
    } else if (!readMessageStart(body, visit).ok()) {
        return absl::OutOfRangeError("the columns go on behind the part of the body that is here");
    }
    memoryBytes_ = sizeof(DecodedEvents) + body_.capacity() + room_.size() +
                   marks_.capacity() * sizeof(EventDigest);
    for (const LongBytes& blob : longBytes_) memoryBytes_ += blob.bytes.capacity();
    return absl::OkStatus();
}

absl::Status DecodedEvents::placeBytes(ByteView payloads, ByteView changes,
                                       std::span<const LargeBlob> large, bool isAll,
                                       BlobFetch fetch) {
    std::uint64_t largeBytes = 0;
    for (const LargeBlob& blob : large) {
        if (blob.length > kBlobBytesMax || (largeBytes += blob.length) > kBlobBytesMax)
            return absl::ResourceExhaustedError(
                absl::StrCat("the blobs of row ", blob.row,
                             " and before are longer than the limit of ", kBlobBytesMax, " bytes"));
    }
    const auto holds = [&](std::uint64_t found, std::uint64_t needed) {
        return isAll ? found == needed : found >= needed;
    };
    if (!holds(payloads.size(), inlineBytes_[0]) || !holds(changes.size(), inlineBytes_[1]))
        return absl::DataLossError(absl::StrCat("found ", payloads.size(), " bytes of payload and ",
                                                changes.size(), " of changes, the rows need ",
                                                inlineBytes_[0], " and ", inlineBytes_[1]));
    if (!holds(large.size(), longOnes_.size()))
        return absl::DataLossError(
            absl::StrCat("found ", large.size(), " large blobs, the rows need ", longOnes_.size()));
    for (std::size_t i = 0; i < longOnes_.size(); ++i) {
        const LargeBlob& blob = large[i];
        const LongLength& needed = longOnes_[i];
        if (blob.row != needed.row || blob.column != needed.column || blob.length != needed.bytes)
            return absl::DataLossError(absl::StrCat("row ", needed.row, " has a blob of ",
                                                    needed.bytes, " bytes that is nowhere"));
        ARIADNE_ASSIGN_OR_RETURN(Bytes bytes, fetch(blob.offset, blob.length));
        longBytes_.push_back({blob.row, blob.column, std::move(bytes)});
    }
    payloads_ = payloads;
    changes_ = changes;
    return absl::OkStatus();
}

std::vector<EventRow> DecodedEvents::rows() const {
    std::vector<EventRow> rows(count_);
    for (std::uint32_t i = 0; i < count_; ++i) rows[i] = row(i);
    return rows;
}

}  // namespace ariadne::tracefmt
