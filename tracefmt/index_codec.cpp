#include "tracefmt/index_codec.h"

#include "engine/base/status_macros.h"
#include "tracefmt/body_parts.h"

namespace ariadne::tracefmt {
namespace {

void writeEntries(capnp::List<schema::ChunkEntry>::Builder out,
                  const std::vector<ChunkEntry>& entries) {
    for (unsigned i = 0; i < entries.size(); ++i) {
        const ChunkEntry& entry = entries[i];
        out[i].setOffset(entry.offset);
        out[i].setStoredBytes(entry.storedBytes);
        out[i].setCount(entry.count);
        out[i].setFirst(entry.first.value);
        out[i].setFirstTime(entry.firstTime.value);
        out[i].setLastTime(entry.lastTime.value);
        out[i].setEventDigest(entry.eventDigest);
        out[i].setChangeDigest(entry.changeDigest);
    }
}

absl::Status readEntries(capnp::List<schema::ChunkEntry>::Reader in, std::size_t bodyBytes,
                         std::vector<ChunkEntry>& entries) {
    ARIADNE_RETURN_IF_ERROR(checkRows<schema::ChunkEntry>(in, bodyBytes));
    for (const auto entry : in)
        entries.push_back({entry.getOffset(),
                           entry.getStoredBytes(),
                           entry.getCount(),
                           {entry.getFirst()},
                           {entry.getFirstTime()},
                           {entry.getLastTime()},
                           entry.getEventDigest(),
                           entry.getChangeDigest()});
    return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Bytes> encodeIndex(const IndexPart& part) {
    std::size_t size = 8192 + 64 * (part.chunks.size() + part.inputs.size()) +
                       40 * part.snapshots.size() + 8 * part.tables.size() + part.names.size();
    for (const TraceGap& gap : part.gaps) size += 64 + gap.note.size();
    for (const HostNote& note : part.notes) size += messageBytesOf(note);
    const auto fill = [&](capnp::MessageBuilder& message) {
        auto out = message.initRoot<schema::Index>();
        out.setPrevious(part.previousAt);
        writeEntries(out.initChunks(static_cast<unsigned>(part.chunks.size())), part.chunks);
        if (!part.inputs.empty())
            writeEntries(out.initInputs(static_cast<unsigned>(part.inputs.size())), part.inputs);
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
        if (!part.names.empty()) out.setNames(toData(part.names));
    };
    return buildMessage(size, fill);
}

absl::StatusOr<IndexPart> decodeIndex(ByteView raw) {
    IndexPart part;
    ARIADNE_RETURN_IF_ERROR(readMessage(raw, [&](capnp::MessageReader& message) -> absl::Status {
        const auto in = message.getRoot<schema::Index>();
        part.previousAt = in.getPrevious();
        ARIADNE_RETURN_IF_ERROR(readEntries(in.getChunks(), raw.size(), part.chunks));
        ARIADNE_RETURN_IF_ERROR(readEntries(in.getInputs(), raw.size(), part.inputs));
        ARIADNE_RETURN_IF_ERROR(checkRows<schema::SnapshotEntry>(in.getSnapshots(), raw.size()));
        for (const auto entry : in.getSnapshots())
            part.snapshots.push_back({entry.getOffset(),
                                      entry.getParts(),
                                      {entry.getPosition()},
                                      entry.getStateDigest(),
                                      {entry.getSince()}});
        for (const std::uint64_t offset : in.getTables()) part.tables.push_back(offset);
        const ByteView names = fromData(in.getNames());
        part.names.assign(names.begin(), names.end());
        part.fullTablesAt = in.getFullTables();
        ARIADNE_RETURN_IF_ERROR(readTotals(in.getTotals(), raw.size(), part.totals));
        ARIADNE_RETURN_IF_ERROR(readGaps(in.getGaps(), raw.size(), part.gaps));
        return readNotes(in.getNotes(), raw.size(), part.notes);
    }));
    return part;
}

}  // namespace ariadne::tracefmt
