#include "studio/session/open_trace.h"

#include "engine/base/status_macros.h"
#include "recorder/failure_rows.h"
#include "recorder/noted_turns.h"
#include "recorder/program_run.h"
#include "recorder/region_view.h"
#include "tracefmt/file_io.h"

#include <algorithm>
#include <utility>

namespace ariadne::studio {
namespace {

constexpr std::chrono::milliseconds kFailureSearchTime{100};

std::shared_ptr<const std::vector<ActorEntry>> actorsOf(const tracefmt::TraceReader& reader) {
    const std::vector<CellBirth>& births = reader.births();
    auto actors = std::make_shared<std::vector<ActorEntry>>();
    actors->reserve(births.size() + 1);
    for (const CellBirth& birth : births)
        actors->push_back({birth.rank, birth.parent, birth.path, reader.types().at(birth.type).name,
                           birth.bornAt, recorder::isRegionType(reader.types(), birth.type)});
    if (actors->empty()) actors->emplace_back();
    actors->front() = {kOutside, kOutside, "outside", {}, {}};
    return actors;
}

std::vector<recorder::NotedTurn> unreturned(const tracefmt::TraceReader& reader) {
    std::vector<recorder::NotedTurn> turns = recorder::notedTurns(reader);
    std::erase_if(turns, [](const recorder::NotedTurn& turn) { return turn.cameBack; });
    return turns;
}

/// What a search for failures still looks for, and has found.
struct Wanted {
    std::uint64_t missing;
    /// How many leaked is not known beforehand: one is looked for, others on the way are taken too.
    bool leak;
    std::vector<Position> found;
    Clock::time_point deadline = Clock::now() + kFailureSearchTime;

    bool enough() const {
        return missing == 0 || found.size() >= TraceSummary::kFailuresMax ||
               Clock::now() > deadline;
    }
    void look(const EventRow& row) {
        if (missing == 0 || !recorder::isFailure(row)) return;
        found.push_back(row.seq);
        if (!recorder::isLeak(row) || std::exchange(leak, false)) --missing;
    }
};

/// From the end backwards, since a run mostly ends soon after what went wrong; ascending.
std::vector<Position> lateFailures(tracefmt::TraceReader& reader) {
    const tracefmt::TraceStats& stats = reader.stats();
    const auto outcome = static_cast<Outcome>(stats.outcome);
    const bool leaked = outcome == Outcome::kLeaked;
    Wanted wanted{stats.failures + (recorder::endsInFailure(outcome) ? 1 : 0) +
                      (outcome == Outcome::kDeadlock ? 1 : 0) + (leaked ? 1 : 0),
                  leaked,
                  {}};
    for (std::size_t i = reader.chunks().size(); i-- > 0 && !wanted.enough();) {
        if (!reader.mayHold(i, {recorder::kFailureKinds, nullptr})) continue;
        if (const auto chunk = reader.chunk(i); chunk.ok())
            for (std::uint32_t r = (*chunk)->count(); r-- > 0;) wanted.look((*chunk)->row(r));
    }
    for (std::size_t i = reader.inputs().size(); i-- > 0 && !wanted.enough();)
        if (const auto inputs = reader.inputRows(i); inputs.ok())
            for (std::size_t r = (*inputs)->rows().size(); r-- > 0;)
                wanted.look((*inputs)->rows()[r]);
    std::reverse(wanted.found.begin(), wanted.found.end());
    return std::move(wanted.found);
}

}  // namespace

double millisecondsSince(Clock::time_point begin) {
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

absl::StatusOr<OpenTrace> OpenTrace::open(const std::string& path, std::uint64_t cacheBytes) {
    OpenTrace trace;
    trace.path = path;
    tracefmt::ReadOptions options;
    options.cacheBytes = cacheBytes;
    ARIADNE_ASSIGN_OR_RETURN(trace.reader, tracefmt::TraceReader::open(path, options));
    trace.history = std::make_unique<recorder::History>(*trace.reader);
    if (trace.reader->meta().level == tracefmt::Level::kInputs)
        trace.inputs = std::make_unique<KeptInputs>(*trace.reader);
    return trace;
}

TraceSummary summaryOf(OpenTrace& trace, const TraceSummary* before) {
    tracefmt::TraceReader& reader = *trace.reader;
    TraceSummary out;
    out.path = trace.path;
    out.id = reader.id();
    out.state = reader.state();
    out.damage = reader.damage();
    out.meta = reader.meta();
    out.stats = reader.stats();
    out.fileBytes = reader.fileBytes();
    out.lastPosition = reader.lastPosition();
    out.snapshots.reserve(reader.snapshots().size());
    for (const auto& snapshot : reader.snapshots()) out.snapshots.push_back(snapshot.position);
    out.gaps = reader.gaps();
    out.stuck = unreturned(reader);
    const bool sameActors =
        before != nullptr && before->actors && before->actors->size() == reader.births().size();
    out.actors = sameActors ? before->actors : actorsOf(reader);
    // Of a file that grows, the scan behind the lanes finds them.
    if (out.state != tracefmt::FileState::kRecording) out.failures = lateFailures(reader);
    const auto program = recorder::programOf(out.meta);
    out.canReplay = program.ok();
    if (!program.ok()) out.whyNoReplay = std::string{program.status().message()};
    return out;
}

std::size_t chunkFrom(const tracefmt::TraceReader& reader, Position position) {
    const auto& chunks = reader.chunks();
    const auto at = std::partition_point(chunks.begin(), chunks.end(), [&](const auto& chunk) {
        return chunk.first.value + chunk.count <= position.value;
    });
    return static_cast<std::size_t>(at - chunks.begin());
}

}  // namespace ariadne::studio
