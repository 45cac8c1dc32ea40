// Small traces whose snapshots build on each other, and what can be done to them.
#pragma once

#include "tests/support/image_changes.h"
#include "tests/tracefmt/trace_fixture.h"
#include "tracefmt/index_codec.h"
#include "tracefmt/snapshot_codec.h"

#include <functional>
#include <map>

namespace ariadne::tracefmt {

struct ChainTrace {
    std::shared_ptr<Bytes> bytes;
    std::vector<WorldImage> images;  ///< as they were, whole, one for each snapshot
};

inline TraceMeta chainMeta() {
    TraceMeta meta = someMeta();
    meta.minViewMinor = kIncrementsMinor;
    return meta;
}

/// By rank, the outside first.
inline std::vector<CellBirth> birthsByRank(std::uint32_t count) {
    std::vector<CellBirth> all(1);
    for (const CellBirth& birth : someBirths(count)) all.push_back(birth);
    return all;
}

/// The world a little later: one cell is another, one ended, one was born, and a timer is gone.
inline WorldImage laterThan(WorldImage image, const EventDigest& digest, Position at) {
    image.position = at;
    image.round.value += 3;
    image.time.value += 5;
    image.eventDigest = digest.events();
    image.changeDigest = digest.changes();
    CellImage& changed = image.cells.back();
    ++changed.turns;
    changed.lastTurn = at;
    changed.state = Bytes(20, static_cast<std::byte>(at.value));
    changed.mailbox = {};
    if (image.cells.size() > 2) image.cells.erase(image.cells.begin());
    CellImage born;
    born.rank = {++image.births};
    born.state = Bytes(5, std::byte{7});
    born.childNames = {{"x", 1}};
    image.cells.push_back(std::move(born));
    if (image.timers.size() > 1) image.timers.pop_back();
    image.stateDigest = stateDigestOf(image, birthsByRank(image.births));
    return image;
}

/// Three rows before every snapshot and after the last; the first snapshot is whole, and so is
/// every one for which `whole` says so.
inline ChainTrace chainTrace(std::size_t snapshots = 4, bool (*whole)(std::size_t) = nullptr) {
    auto disk = std::make_unique<MemoryDisk>();
    ChainTrace out{disk->bytes(), {}};
    const auto writer = valueOf(TraceWriter::create(std::move(disk), chainMeta()));
    check(writer->addTypes(someTypes()));
    check(writer->addBirths(someBirths()));
    std::uint64_t next = 1;
    const auto rows = [&] {
        check(writer->addEvents(typicalRows(3, 3, next).rows));
        next += 3;
    };
    for (std::size_t i = 0; i < snapshots; ++i) {
        rows();
        if (i == 0) {
            out.images.push_back(someImage({next - 1}, someBirths(), writer->digest()));
        } else {
            const WorldImage& before = out.images.back();
            const auto births = someBirths(before.births + 1);
            check(writer->addBirths(std::span{births}.last(1)));
            out.images.push_back(laterThan(before, writer->digest(), {next - 1}));
        }
        const bool isWhole = i == 0 || (whole != nullptr && whole(i));
        check(writer->addSnapshot(
            isWhole ? out.images[i] : test::changesBetween(out.images[i - 1], out.images[i])));
    }
    rows();
    check(writer->finish(someStats()));
    return out;
}

/// The trace with the chunks that `edit` made of its own, all hashes, links and offsets repaired,
/// as somebody would who means harm. `editIndex` sees the index before it is sealed.
inline std::shared_ptr<Bytes> sealedAgain(
    const std::shared_ptr<Bytes>& trace, const std::function<void(Chunk&)>& edit,
    const std::function<void(IndexPart&)>& editIndex = [](IndexPart&) {}) {
    const std::vector<Chunk> chunks = chunksOf(trace);
    Frame frame;
    std::memcpy(frame.data(), trace->data() + trace->size() - kFrameBytes, kFrameBytes);
    Trailer trailer = *decodeTrailer(frame, trace->size());
    auto out = std::make_shared<Bytes>(trace->begin(), trace->begin() + kFrameBytes);
    std::map<std::uint64_t, std::pair<std::uint64_t, std::uint64_t>> moved;  // to where, how long
    std::uint64_t previous = 0;
    for (Chunk chunk : chunks) {
        if (chunk.header.type == ChunkType::kIndex) {
            IndexPart part = valueOf(decodeIndex(chunk.body));
            for (ChunkEntry& entry : part.chunks) {
                const auto& [offset, bytes] = moved.at(entry.offset);
                entry.offset = offset;
                entry.storedBytes = static_cast<std::uint32_t>(bytes);
            }
            for (SnapshotEntry& entry : part.snapshots) entry.offset = moved.at(entry.offset).first;
            for (std::uint64_t& offset : part.tables) offset = moved.at(offset).first;
            part.fullTablesAt = moved.at(part.fullTablesAt).first;
            editIndex(part);
            chunk.body = valueOf(encodeIndex(part));
        } else {
            edit(chunk);
        }
        chunk.header.previousBytes = previous;
        const Bytes sealed = valueOf(sealChunk(chunk.header, chunk.body, idOf(*trace).low));
        moved[chunk.offset] = {out->size(), sealed.size()};
        previous = sealed.size();
        out->insert(out->end(), sealed.begin(), sealed.end());
    }
    trailer.tablesAt = moved.at(trailer.tablesAt).first;
    trailer.indexAt = moved.at(trailer.indexAt).first;
    trailer.statsAt = moved.at(trailer.statsAt).first;
    trailer.fileBytes = out->size() + kFrameBytes;
    const Frame end = encodeTrailer(trailer);
    out->insert(out->end(), end.begin(), end.end());
    return out;
}

/// The image that stands in a snapshot chunk of one part without large blobs.
inline WorldImage imageIn(const Chunk& chunk) {
    SnapshotAssembler assembler{512u << 20};
    check(assembler.add(chunk.body, [](std::uint64_t, std::uint64_t) -> absl::StatusOr<Bytes> {
        return absl::DataLossError("no blob");
    }));
    return assembler.image();
}

}  // namespace ariadne::tracefmt
