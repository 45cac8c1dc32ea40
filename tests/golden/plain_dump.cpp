// All that a reader finds in traces, as plain lines. Needs nothing but the format library, so that
// it runs where little else does: other_machines.py compares what it says on each.
#include "engine/base/digest.h"
#include "tracefmt/trace_reader.h"

#include <cinttypes>
#include <cstdio>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

std::uint64_t hashOf(ByteView bytes) {
    return bytes.empty() ? 0 : hashBytes(bytes);
}

void printTables(const TraceReader& reader) {
    for (const TypeDesc& type : reader.types().all()) {
        std::printf("type %s kind %u size %" PRIu32 " hash %016" PRIx64 "\n", type.name.c_str(),
                    static_cast<unsigned>(type.kind), type.size, type.hash);
        for (const FieldDesc& field : type.fields)
            std::printf("  field %s type %" PRIu32 " number %" PRId64 " secret %d\n",
                        field.name.c_str(), field.type.value, field.number, field.secret ? 1 : 0);
    }
    for (const CellBirth& birth : reader.births())
        std::printf("birth %" PRIu32 " of %" PRIu32 " key %016" PRIx64 " type %" PRIu32
                    " at %" PRIu64 " %s\n",
                    birth.rank.value, birth.parent.value, birth.key.value, birth.type.value,
                    birth.bornAt.value, birth.path.c_str());
}

void printRow(const EventRow& row) {
    std::printf("%" PRIu64 " time %" PRId64 " round %" PRIu64 " cause %" PRIu64
                " kind %u cell %" PRIu32 " peer %" PRIu32 " type %" PRIu32 " arg %" PRIu64
                " extra %" PRIu64 " flags %u payload %zu %016" PRIx64 " change %zu %016" PRIx64
                "\n",
                row.seq.value, row.time.value, row.round.value, row.cause.value,
                static_cast<unsigned>(row.kind), row.cell.value, row.peer.value, row.type.value,
                row.arg, row.extra, static_cast<unsigned>(row.flags), row.payload.size(),
                hashOf(row.payload), row.change.size(), hashOf(row.change));
}

/// False: something could not be read; it is named, and the rest is tried.
bool said(const char* what, const absl::Status& status) {
    if (status.ok()) return true;
    std::printf("%s: %s\n", what, status.ToString().c_str());
    return false;
}

bool printSnapshot(TraceReader& reader, std::size_t index) {
    const SnapshotEntry& entry = reader.snapshots()[index];
    const auto image = reader.snapshot(index);
    if (!said("snapshot", image.status())) return false;
    std::printf("snapshot at %" PRIu64 " since %" PRIu64 " parts %" PRIu32
                " cells %zu timers %zu"
                " digest %016" PRIx64 "\n",
                entry.position.value, entry.since.value, entry.parts, image->cells.size(),
                image->timers.size(), image->stateDigest);
    for (const CellImage& cell : image->cells)
        std::printf("  cell %" PRIu32 " %016" PRIx64 " state %zu %016" PRIx64 "\n", cell.rank.value,
                    cellDigestOf(cell), cell.state.size(), hashOf(cell.state.view()));
    return true;
}

bool printTrace(const char* path) {
    const auto opened = TraceReader::open(path);
    if (!said("open", opened.status())) return false;
    TraceReader& reader = **opened;
    const TraceMeta& meta = reader.meta();
    std::printf("%.*s %s id %016" PRIx64 "%016" PRIx64 " minor %u level %u program %s seed %" PRIu64
                " policy %s last %" PRIu64 "\n",
                static_cast<int>(nameOf(reader.state()).size()), nameOf(reader.state()).data(),
                reader.damage().c_str(), reader.id()[0], reader.id()[1],
                static_cast<unsigned>(meta.formatMinor), static_cast<unsigned>(meta.level),
                meta.programId.c_str(), meta.seed, meta.policy.c_str(),
                reader.lastPosition().value);
    printTables(reader);
    bool good = true;
    for (std::size_t i = 0; i < reader.chunks().size(); ++i) {
        const auto chunk = reader.chunk(i);
        if (!said("chunk", chunk.status())) good = false;
        for (std::uint32_t row = 0; chunk.ok() && row < (*chunk)->count(); ++row)
            printRow((*chunk)->row(row));
    }
    for (std::size_t i = 0; i < reader.inputs().size(); ++i) {
        const auto inputs = reader.inputRows(i);
        if (!said("inputs", inputs.status())) good = false;
        if (!inputs.ok()) continue;
        for (const EventRow& row : (*inputs)->rows()) printRow(row);
    }
    for (std::size_t i = 0; i < reader.snapshots().size(); ++i) good &= printSnapshot(reader, i);
    for (const HostNote& note : reader.notes())
        std::printf("note %u behind %" PRIu64 " %s\n", static_cast<unsigned>(note.kind),
                    note.readableTo.value, note.path.c_str());
    return said("verify", reader.verify(nullptr, nullptr)) && good;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: %s FILE.clew...\n", argv[0]);
        return 2;
    }
    bool good = true;
    for (int i = 1; i < argc; ++i) {
        std::printf("== %d\n", i);
        good &= printTrace(argv[i]);
    }
    return good ? 0 : 1;
}
