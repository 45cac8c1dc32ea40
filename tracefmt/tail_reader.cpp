#include "tracefmt/tail_reader.h"

#include "engine/base/row_mark.h"
#include "engine/base/status_macros.h"
#include "tracefmt/inputs_codec.h"
#include "tracefmt/trace_writer.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <optional>
#include <utility>

namespace ariadne::tracefmt {

namespace {

/// Of one slot, its words as they stand in the file.
struct SlotPlace {
    std::uint32_t index = 0;
    TailSlotHead head;
};

/// By their numbers, ascending.
struct UsedSlots {
    std::vector<SlotPlace> blocks;
    std::vector<SlotPlace> carriers;
};

absl::StatusOr<UsedSlots> usedSlots(const ReadFile& tail, const TailHeader& header) {
    UsedSlots used;
    const TailShape& shape = header.shape;
    for (std::uint32_t i = 0; i < shape.slots; ++i) {
        std::array<std::byte, sizeof(TailSlotHead)> bytes;
        const absl::Status read = tail.readAt(shape.slotAt(i), bytes);
        if (absl::IsUnavailable(read)) return read;
        // A tail that was cut short ends with the slots that are whole.
        if (!read.ok()) break;
        SlotPlace place{i, {}};
        std::memcpy(&place.head, bytes.data(), sizeof place.head);
        const bool carries = i >= shape.slots - header.carriers;
        if (place.head.number == 0 || place.head.first == 0 ||
            carries != ((place.head.number & kCarrierBit) != 0))
            continue;
        (carries ? used.carriers : used.blocks).push_back(place);
    }
    const auto number = [](const SlotPlace& place) { return place.head.number; };
    std::ranges::sort(used.blocks, {}, number);
    std::ranges::sort(used.carriers, {}, number);
    return used;
}

/// Whether the tail is that of the trace `id`, or of segments of which that is one.
absl::StatusOr<bool> belongsTo(const ReadFile& tail, const TailHeader& header, FileId id) {
    if (header.id == id) return true;
    if (header.version == kTailVersion) return false;
    for (std::uint32_t i = 0; i < kTailNames; ++i) {
        TailName name;
        ARIADNE_RETURN_IF_ERROR(
            tail.readAt(tailNameAt(i), std::as_writable_bytes(std::span{&name, 1})));
        if (name.low == id.low && name.high == id.high &&
            name.check == tailNameCheck(header.id, id))
            return true;
    }
    return false;
}

/// Reads one slot. Everything is in memory before it is looked at, and nothing is longer than the
/// shape of the tail says.
class SlotReader {
public:
    SlotReader(const ReadFile& tail, const TailHeader& header, const SlotPlace& place)
        : tail_(tail),
          shape_(header.shape),
          place_(place),
          seed_(tailSeed(header.id, place.head.number, place.head.first)) {}

    /// kDataLoss: some of it does not match; nothing of the slot is to be used.
    absl::Status readRecords(TailBlock& block, std::uint64_t bytesMax);
    /// The rows that have their mark, from position `next` on.
    absl::Status readRows(TailBlock& block, Position next);
    /// Rows that have their mark.
    std::size_t marked() const { return marked_; }

private:
    absl::StatusOr<Bytes> recordBytes(std::uint32_t size) const;
    absl::Status takeRecord(const TailRecordHead& head, ByteView bytes, TailBlock& block);
    static absl::Status takeCount(ByteView bytes, TailBlock& block);
    absl::StatusOr<Bytes> bytesAt(std::uint64_t offset, std::uint64_t size,
                                  std::size_t behind) const;

    const ReadFile& tail_;
    const TailShape& shape_;
    const SlotPlace& place_;
    std::uint64_t seed_;
    std::size_t marked_ = 0;
    std::deque<Bytes> longBytes_;
};

absl::StatusOr<Bytes> SlotReader::bytesAt(std::uint64_t offset, std::uint64_t size,
                                          std::size_t behind) const {
    Bytes bytes(static_cast<std::size_t>(size) + behind);
    ARIADNE_RETURN_IF_ERROR(tail_.readAt(shape_.slotAt(place_.index) + offset,
                                         std::span{bytes}.first(static_cast<std::size_t>(size))));
    return bytes;
}

absl::StatusOr<Bytes> SlotReader::recordBytes(std::uint32_t size) const {
    const std::uint64_t inside = std::min<std::uint64_t>(size, shape_.recordBytes);
    Bytes bytes(size);
    ARIADNE_RETURN_IF_ERROR(tail_.readAt(shape_.slotAt(place_.index) + shape_.recordsAt(),
                                         std::span{bytes}.first(static_cast<std::size_t>(inside))));
    if (inside == size) return bytes;
    ARIADNE_RETURN_IF_ERROR(
        tail_.readAt(shape_.overflowAt(place_.index),
                     std::span{bytes}.subspan(static_cast<std::size_t>(inside))));
    return bytes;
}

absl::Status SlotReader::readRecords(TailBlock& block, std::uint64_t bytesMax) {
    const auto size = static_cast<std::uint32_t>(place_.head.records);
    if (recordsWord(seed_, size) != place_.head.records)
        return absl::DataLossError("the count of its records does not match");
    ARIADNE_ASSIGN_OR_RETURN(const std::uint64_t fileBytes, tail_.size());
    if (size > fileBytes) return absl::DataLossError("its records are longer than the file");
    if (size > bytesMax)
        return absl::ResourceExhaustedError(
            absl::StrCat("a block needs ", size, " bytes more, the limit is ", bytesMax));
    ARIADNE_ASSIGN_OR_RETURN(const Bytes bytes, recordBytes(size));
    ByteView rest = bytes;
    while (!rest.empty()) {
        const std::uint64_t at = bytes.size() - rest.size();
        TailRecordHead head;
        if (rest.size() < sizeof head) return absl::DataLossError("a record is cut off");
        std::memcpy(&head, rest.data(), sizeof head);
        rest = rest.subspan(sizeof head);
        if (alignedUp(head.bytes) > rest.size()) return absl::DataLossError("a record is cut off");
        const ByteView body = rest.first(head.bytes);
        rest = rest.subspan(static_cast<std::size_t>(alignedUp(head.bytes)));
        if (recordHash(seed_, head.kind, at, body) != head.hash)
            return absl::DataLossError(absl::StrCat("the record at ", at, " does not match"));
        ARIADNE_RETURN_IF_ERROR(takeRecord(head, body, block));
    }
    return absl::OkStatus();
}

absl::Status SlotReader::takeRecord(const TailRecordHead& head, ByteView bytes, TailBlock& block) {
    switch (head.kind) {
        case TailRecord::kTypes: {
            ARIADNE_ASSIGN_OR_RETURN(TablesPart part, decodeTables(bytes));
            block.types.push_back(std::move(part));
            return absl::OkStatus();
        }
        case TailRecord::kBirth: {
            TailBirth fixed;
            if (bytes.size() < sizeof fixed || bytes.size() - sizeof fixed > kStringBytesMax)
                return absl::DataLossError("a birth has a wrong length");
            std::memcpy(&fixed, bytes.data(), sizeof fixed);
            block.births.push_back({{fixed.rank},
                                    {fixed.parent},
                                    {fixed.key},
                                    {fixed.type},
                                    std::string{asText(bytes.subspan(sizeof fixed))},
                                    {fixed.bornAt}});
            return absl::OkStatus();
        }
        case TailRecord::kLongBytes:
            longBytes_.emplace_back(bytes.begin(), bytes.end());
            return absl::OkStatus();
        case TailRecord::kCounted: return takeCount(bytes, block);
    }
    return absl::DataLossError("a record of unknown kind");
}

absl::Status SlotReader::takeCount(ByteView bytes, TailBlock& block) {
    ByteReader in{bytes};
    const Position first{in.fixed64()};
    if (!in.ok()) return absl::DataLossError("a count has a wrong length");
    ARIADNE_ASSIGN_OR_RETURN(const InputsHead head,
                             DecodedInputs::decodeCounted(bytes.subspan(in.offset()), first));
    // The last one says it all.
    block.counted.emplace();
    block.counted->first = first;
    block.counted->firstTime = head.firstTime;
    block.counted->totals = head.totals;
    return absl::OkStatus();
}

absl::Status SlotReader::readRows(TailBlock& block, Position next) {
    ARIADNE_ASSIGN_OR_RETURN(const Bytes markBytes,
                             bytesAt(kFrameBytes, std::uint64_t{8} * shape_.rows, 0));
    ARIADNE_ASSIGN_OR_RETURN(
        const Bytes rowBytes,
        bytesAt(shape_.rowsAt(), std::uint64_t{sizeof(CompactRow)} * shape_.rows, 0));
    ARIADNE_ASSIGN_OR_RETURN(const Bytes payloads,
                             bytesAt(shape_.payloadsAt(), shape_.payloadBytes, kRowBytesReadable));
    ARIADNE_ASSIGN_OR_RETURN(const Bytes changes,
                             bytesAt(shape_.changesAt(), shape_.changeBytes, kRowBytesReadable));
    std::size_t payloadEnd = 0;
    std::size_t changeEnd = 0;
    const auto inlineBytes = [](std::uint32_t bytes) {
        return bytes > kRowInlineBytesMax ? 0 : bytes;
    };
    // Where the bytes of a column stand; nullopt: long ones that are not there.
    const auto find = [&](std::uint32_t size, const Bytes& run, std::size_t end,
                          Bytes& longOnes) -> std::optional<ByteView> {
        if (size <= kRowInlineBytesMax) return ByteView{run}.subspan(end - size, size);
        if (longBytes_.empty() || longBytes_.front().size() != size) return std::nullopt;
        longOnes = std::move(longBytes_.front());
        longBytes_.pop_front();
        return ByteView{longOnes};
    };
    for (marked_ = 0; marked_ < shape_.rows; ++marked_) {
        std::uint64_t mark;
        std::memcpy(&mark, markBytes.data() + 8 * marked_, sizeof mark);
        if (tagOf(mark) != static_cast<std::uint32_t>(place_.head.number)) break;
        CompactRow compact;
        std::memcpy(&compact, rowBytes.data() + sizeof compact * marked_, sizeof compact);
        payloadEnd += inlineBytes(compact.payloadBytes);
        changeEnd += inlineBytes(compact.changeBytes);
        if (payloadEnd > shape_.payloadBytes || changeEnd > shape_.changeBytes) break;
        if (rowMark(seed_, tagOf(mark), compact, payloads.data() + payloadEnd,
                    changes.data() + changeEnd) != mark)
            break;
        Bytes longPayload;
        Bytes longChange;
        const std::optional<ByteView> payload =
            find(compact.payloadBytes, payloads, payloadEnd, longPayload);
        if (!payload) break;
        const std::optional<ByteView> change =
            find(compact.changeBytes, changes, changeEnd, longChange);
        if (!change) break;
        EventRow row;
        row.seq = {place_.head.first + marked_};
        if (row.seq < next) continue;
        row.time = compact.time;
        row.cause = compact.cause;
        row.extra = compact.extra;
        row.round = compact.round;
        row.arg = compact.arg;
        row.type = compact.type;
        row.cell = compact.cell;
        row.peer = compact.peer;
        row.flags = compact.flags;
        row.kind = compact.kind;
        row.payload = *payload;
        row.change = *change;
        block.rows.add(row);
        ARIADNE_RETURN_IF_ERROR(block.rows.status());
    }
    return absl::OkStatus();
}

/// Appends to memory, `bytesMax` at most.
class GrowingBytes final : public WriteFile {
public:
    GrowingBytes(Bytes& bytes, std::uint64_t bytesMax) : bytes_(bytes), bytesMax_(bytesMax) {}
    absl::Status append(ByteView added) override {
        if (added.size() > bytesMax_ - bytes_.size())
            return absl::ResourceExhaustedError(
                absl::StrCat("the tail needs more memory than the ", bytesMax_,
                             " bytes of ReadOptions::decodeBytesMax; open the file with more"));
        bytes_.insert(bytes_.end(), added.begin(), added.end());
        return absl::OkStatus();
    }
    absl::Status truncate(std::uint64_t) override { return absl::OkStatus(); }

private:
    Bytes& bytes_;
    std::uint64_t bytesMax_;
};

class ExtendedFile final : public ReadFile {
public:
    ExtendedFile(std::unique_ptr<ReadFile> file, std::uint64_t end, Bytes more)
        : file_(std::move(file)), end_(end), more_(std::move(more)) {}

    absl::StatusOr<std::uint64_t> size() const override { return end_ + more_.size(); }
    absl::Status readAt(std::uint64_t offset, std::span<std::byte> out) const override {
        if (offset < end_) {
            const auto before =
                static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), end_ - offset));
            ARIADNE_RETURN_IF_ERROR(file_->readAt(offset, out.first(before)));
            out = out.subspan(before);
            offset = end_;
        }
        const std::uint64_t at = offset - end_;
        if (at > more_.size() || out.size() > more_.size() - at)
            return absl::DataLossError(absl::StrCat("the file and its tail end at ",
                                                    end_ + more_.size(), ", needed ", out.size(),
                                                    " bytes at offset ", offset));
        std::copy_n(more_.begin() + static_cast<std::ptrdiff_t>(at), out.size(), out.begin());
        return absl::OkStatus();
    }
    bool isBeingWritten() const override { return file_->isBeingWritten(); }

private:
    std::unique_ptr<ReadFile> file_;
    std::uint64_t end_;
    Bytes more_;
};

/// Adds what `block` tells of types and births and is not known yet. kDataLoss: it leaves a hole.
absl::Status addTables(const TailBlock& block, std::uint32_t& types, std::uint32_t& births,
                       TraceWriter& writer) {
    for (const TablesPart& part : block.types) {
        if (part.types.empty()) continue;
        if (part.firstType > types) return absl::DataLossError("types are missing");
        const std::size_t known = types - part.firstType;
        if (known >= part.types.size()) continue;
        const std::span fresh = std::span{part.types}.subspan(known);
        ARIADNE_RETURN_IF_ERROR(writer.addTypes(fresh));
        types += static_cast<std::uint32_t>(fresh.size());
    }
    std::span<const CellBirth> fresh = block.births;
    while (!fresh.empty() && fresh.front().rank.value < births) fresh = fresh.subspan(1);
    ARIADNE_RETURN_IF_ERROR(writer.addBirths(fresh));
    births += static_cast<std::uint32_t>(fresh.size());
    return absl::OkStatus();
}

/// Of level inputs the digest is made here, of the rows and what the tables say of their types.
absl::Status checkNamed(const EventBatch& batch, std::uint32_t types, std::uint32_t births) {
    for (const CompactRow& row : batch.all().rows)
        if (row.type.value >= types || row.cell.value >= births || row.peer.value >= births)
            return absl::DataLossError("a row names what no table has");
    return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<TailBlock>> readTail(const ReadFile& tail, FileId id, Position next,
                                                std::uint64_t bytesMax) {
    Frame frame;
    ARIADNE_RETURN_IF_ERROR(tail.readAt(0, frame));
    const std::optional<TailHeader> header = decodeTailHeader(frame);
    if (!header) return absl::DataLossError("its header is damaged, or of a newer Ariadne");
    ARIADNE_ASSIGN_OR_RETURN(const bool belongs, belongsTo(tail, *header, id));
    if (!belongs) return absl::NotFoundError("it belongs to another trace");
    ARIADNE_ASSIGN_OR_RETURN(const UsedSlots slots, usedSlots(tail, *header));
    std::vector<TailBlock> blocks;
    std::uint64_t bytes = 0;  // held so far
    for (auto last = slots.carriers.rbegin(); last != slots.carriers.rend(); ++last) {
        const SlotPlace& place = *last;
        TailBlock block;
        block.first = next;
        const absl::Status records = SlotReader(tail, *header, place).readRecords(block, bytesMax);
        if (absl::IsResourceExhausted(records) || absl::IsUnavailable(records)) return records;
        if (!records.ok()) continue;  // the one before it may be there still
        bytes = static_cast<std::uint32_t>(place.head.records);
        // What the file has counted itself says nothing.
        if (block.counted && block.counted->first != next) block.counted.reset();
        if (block.counted) next.value = block.counted->totals.lastPosition.value + 1;
        blocks.push_back(std::move(block));
        break;
    }
    for (const SlotPlace& place : slots.blocks) {
        // Rows are missing between this block and those before.
        if (place.head.first > next.value) break;
        TailBlock block;
        block.first = next;
        SlotReader reader(tail, *header, place);
        absl::Status status = reader.readRecords(block, bytesMax - bytes);
        if (status.ok()) status = reader.readRows(block, next);
        // More memory, or another try, may do: it is not as if it had never been written.
        if (absl::IsResourceExhausted(status) || absl::IsUnavailable(status)) return status;
        if (!status.ok()) break;
        next.value = std::max(next.value, place.head.first + reader.marked());
        bytes += sizeof(CompactRow) * block.rows.size() + block.rows.bytes() +
                 static_cast<std::uint32_t>(place.head.records);
        if (bytes > bytesMax)
            return absl::ResourceExhaustedError(
                absl::StrCat("its blocks need ", bytes, " bytes, the limit is ", bytesMax));
        blocks.push_back(std::move(block));
    }
    return blocks;
}

absl::StatusOr<Bytes> chunksOfTail(const ReadFile& tail, FileId id, const TraceMeta& meta,
                                   const ScanStart& at, const TraceContents& contents,
                                   std::uint64_t bytesMax) {
    ARIADNE_ASSIGN_OR_RETURN(const std::vector<TailBlock> blocks,
                             readTail(tail, id, contents.next(), bytesMax));
    Bytes chunks;
    if (blocks.empty()) return chunks;
    const std::unique_ptr<TraceWriter> writer =
        TraceWriter::goOn(std::make_unique<GrowingBytes>(chunks, bytesMax), id, meta, at, contents);
    auto types = contents.types.size();
    auto births = static_cast<std::uint32_t>(contents.births.size());
    for (const TailBlock& block : blocks) {
        const std::size_t before = chunks.size();
        absl::Status status = addTables(block, types, births, *writer);
        if (status.ok() && block.counted) status = writer->addInputs(*block.counted);
        if (status.ok() && meta.level == Level::kInputs)
            status = checkNamed(block.rows, types, births);
        if (status.ok()) status = writer->addEvents(block.rows);
        if (status.ok()) continue;
        if (absl::IsResourceExhausted(status)) return status;
        // What a block began to tell and could not is as if it were not there.
        chunks.resize(before);
        break;
    }
    writer->flush().IgnoreError();  // as for a block
    return chunks;
}

std::unique_ptr<ReadFile> extended(std::unique_ptr<ReadFile> file, std::uint64_t end, Bytes more) {
    return std::make_unique<ExtendedFile>(std::move(file), end, std::move(more));
}

}  // namespace ariadne::tracefmt
