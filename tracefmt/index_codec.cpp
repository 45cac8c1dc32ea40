#include "tracefmt/index_codec.h"

#include "engine/base/status_macros.h"
#include "tracefmt/body_parts.h"

namespace ariadne::tracefmt {

absl::StatusOr<Bytes> encodeIndex(const IndexPart& part) {
    std::size_t size =
        8192 + 64 * part.chunks.size() + 40 * part.snapshots.size() + 8 * part.tables.size();
    for (const TraceGap& gap : part.gaps) size += 64 + gap.note.size();
    for (const HostNote& note : part.notes) size += messageBytesOf(note);
    return buildMessage(size, [&](capnp::MessageBuilder& message) {
        auto out = message.initRoot<schema::Index>();
        out.setPrevious(part.previousAt);
        auto chunks = out.initChunks(static_cast<unsigned>(part.chunks.size()));
        for (unsigned i = 0; i < part.chunks.size(); ++i) {
            const ChunkEntry& entry = part.chunks[i];
            chunks[i].setOffset(entry.offset);
            chunks[i].setStoredBytes(entry.storedBytes);
            chunks[i].setCount(entry.count);
            chunks[i].setFirst(entry.first.value);
            chunks[i].setFirstTime(entry.firstTime.value);
            chunks[i].setLastTime(entry.lastTime.value);
            chunks[i].setEventDigest(entry.eventDigest);
            chunks[i].setChangeDigest(entry.changeDigest);
        }
        auto snapshots = out.initSnapshots(static_cast<unsigned>(part.snapshots.size()));
        for (unsigned i = 0; i < part.snapshots.size(); ++i) {
            snapshots[i].setOffset(part.snapshots[i].offset);
            snapshots[i].setParts(part.snapshots[i].parts);
            snapshots[i].setPosition(part.snapshots[i].position.value);
            snapshots[i].setStateDigest(part.snapshots[i].stateDigest);
            snapshots[i].setSince(part.snapshots[i].since.value);
        }
        auto tables = out.initTables(static_cast<unsigned>(part.tables.size()));
        for (unsigned i = 0; i < part.tables.size(); ++i) tables.set(i, part.tables[i]);
        writeGaps(out.initGaps(static_cast<unsigned>(part.gaps.size())), part.gaps);
        out.setFullTables(part.fullTablesAt);
        writeTotals(out.initTotals(), part.totals);
        writeNotes(out.initNotes(static_cast<unsigned>(part.notes.size())), part.notes);
    });
}

absl::StatusOr<IndexPart> decodeIndex(ByteView raw) {
    IndexPart part;
    ARIADNE_RETURN_IF_ERROR(readMessage(raw, [&](capnp::MessageReader& message) -> absl::Status {
        const auto in = message.getRoot<schema::Index>();
        part.previousAt = in.getPrevious();
        ARIADNE_RETURN_IF_ERROR(checkRows<schema::ChunkEntry>(in.getChunks(), raw.size()));
        ARIADNE_RETURN_IF_ERROR(checkRows<schema::SnapshotEntry>(in.getSnapshots(), raw.size()));
        for (const auto entry : in.getChunks())
            part.chunks.push_back({entry.getOffset(),
                                   entry.getStoredBytes(),
                                   entry.getCount(),
                                   {entry.getFirst()},
                                   {entry.getFirstTime()},
                                   {entry.getLastTime()},
                                   entry.getEventDigest(),
                                   entry.getChangeDigest()});
        for (const auto entry : in.getSnapshots())
            part.snapshots.push_back({entry.getOffset(),
                                      entry.getParts(),
                                      {entry.getPosition()},
                                      entry.getStateDigest(),
                                      {entry.getSince()}});
        for (const std::uint64_t offset : in.getTables()) part.tables.push_back(offset);
        part.fullTablesAt = in.getFullTables();
        ARIADNE_RETURN_IF_ERROR(readTotals(in.getTotals(), raw.size(), part.totals));
        ARIADNE_RETURN_IF_ERROR(readGaps(in.getGaps(), raw.size(), part.gaps));
        return readNotes(in.getNotes(), raw.size(), part.notes);
    }));
    return part;
}

}  // namespace ariadne::tracefmt
