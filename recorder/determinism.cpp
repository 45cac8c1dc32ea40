#include "recorder/determinism.h"

#include "engine/base/status_macros.h"
#include "recorder/child_process.h"

#include <algorithm>
#include <array>
#include <fstream>

namespace ariadne::recorder {
namespace {

using std::filesystem::path;

/// A run with a trace that was cut short shows nothing; both must be whole.
absl::StatusOr<std::unique_ptr<tracefmt::TraceReader>> openWhole(const path& file) {
    ARIADNE_ASSIGN_OR_RETURN(std::unique_ptr<tracefmt::TraceReader> trace,
                             tracefmt::TraceReader::open(file));
    if (trace->state() != tracefmt::FileState::kClean || !trace->gaps().empty())
        return absl::FailedPreconditionError(
            "found a trace that is not whole (" + std::string{nameOf(trace->state())} +
            "), expected one of the whole run; is there room on the disk?");
    return trace;
}

TraceSums sumsOf(const tracefmt::TraceReader& trace, const path& file) {
    const tracefmt::TraceStats& stats = trace.stats();
    TraceSums sums;
    sums.events = trace.lastPosition().value;
    std::error_code error;
    sums.fileBytes = std::filesystem::file_size(file, error);
    sums.outcome = stats.outcome;
    sums.outcomeText = stats.outcomeText;
    sums.digests = {stats.eventDigest, stats.changeDigest, stats.stateDigest};
    return sums;
}

/// The offset at which two files part, or nullopt when they are equal to the last byte.
absl::StatusOr<std::optional<std::uint64_t>> firstOtherByte(const path& a, const path& b) {
    std::ifstream inA{a, std::ios::binary}, inB{b, std::ios::binary};
    std::vector<char> bytesA(std::size_t{1} << 16), bytesB(bytesA.size());
    for (std::uint64_t offset = 0;;) {
        inA.read(bytesA.data(), static_cast<std::streamsize>(bytesA.size()));
        inB.read(bytesB.data(), static_cast<std::streamsize>(bytesB.size()));
        if (inA.bad() || inB.bad() || !inA.is_open() || !inB.is_open())
            return absl::UnavailableError("cannot read a trace that was just written");
        const std::streamsize countA = inA.gcount(), countB = inB.gcount();
        const auto parted = std::mismatch(bytesA.begin(), bytesA.begin() + countA, bytesB.begin(),
                                          bytesB.begin() + countB)
                                .first;
        const auto equal = parted - bytesA.begin();
        if (equal != countA || equal != countB) return offset + static_cast<std::uint64_t>(equal);
        if (countA == 0) return std::nullopt;
        offset += static_cast<std::uint64_t>(countA);
    }
}

absl::Status runHere(const DeterminismRequest& request, const RunVariant& variant,
                     const path& file) {
    RunRequest asked = request.run;
    asked.file = file;
    asked.unobserved = false;
    asked.threads = variant.threads;
    HeapPerturbation heap{variant.heap};
    ARIADNE_ASSIGN_OR_RETURN(const std::unique_ptr<ProgramRun> run, ProgramRun::start(asked));
    const std::string stopped = request.drive(*run, [&heap] { heap.betweenRounds(); });
    return run->finish(stopped).status();
}

/// What a child said last, which is where a command names its problem.
std::string lastLineOf(const path& file) {
    std::ifstream in{file};
    std::string last = "nothing";
    for (std::string line; std::getline(in, line);)
        if (!line.empty()) last = line;
    return last;
}

absl::Status runInChild(const DeterminismRequest& request, const RunVariant::Process& process,
                        const path& file) {
    ChildCommand command{process.command, request.childWords, process.environment};
    command.words.push_back(file.native());
    const path errors = request.folder / "errors.txt";
    const absl::StatusOr<int> status = runChild(command, errors);
    const std::string said = lastLineOf(errors);
    std::error_code error;
    std::filesystem::remove(errors, error);
    if (!status.ok()) return status.status();
    // 0: the run ended well, 1: it failed or hit a limit; both are recorded.
    const bool recorded = std::filesystem::exists(file, error);
    if ((*status == 0 || *status == 1) && recorded) return absl::OkStatus();
    return absl::FailedPreconditionError(
        "found exit status " + std::to_string(*status) + (recorded ? "" : " and no trace") +
        ", expected that it records the run as \"ariadne run\" does; it said: " + said);
}

/// Takes an older trace away. Somebody's other file stays, and is an error.
absl::Status clear(const path& file) {
    std::error_code error;
    if (!std::filesystem::exists(file, error)) return absl::OkStatus();
    if (!tracefmt::TraceReader::open(file).ok())
        return absl::AlreadyExistsError(file.native() +
                                        ": found a file that is no trace, expected none or a trace "
                                        "to replace; move it away or name another folder");
    std::filesystem::remove(file, error);
    return absl::OkStatus();
}

/// Records the run as `variant` has it.
absl::Status record(const DeterminismRequest& request, const RunVariant& variant,
                    const path& file) {
    ARIADNE_RETURN_IF_ERROR(clear(file));
    const absl::Status status = variant.process ? runInChild(request, *variant.process, file)
                                                : runHere(request, variant, file);
    if (request.interrupted && request.interrupted())
        return absl::CancelledError("stopped by a signal before all runs were compared");
    return status;
}

absl::Status named(const RunVariant& variant, const absl::Status& status) {
    return {status.code(), variant.name + ": " + std::string{status.message()}};
}

/// nullopt: the traces are equal.
absl::StatusOr<std::optional<DeterminismBreak>> compare(const path& reference, const path& other) {
    ARIADNE_ASSIGN_OR_RETURN(const std::unique_ptr<tracefmt::TraceReader> traceA,
                             openWhole(reference));
    ARIADNE_ASSIGN_OR_RETURN(const std::unique_ptr<tracefmt::TraceReader> traceB, openWhole(other));
    ARIADNE_ASSIGN_OR_RETURN(const std::optional<std::uint64_t> parted,
                             firstOtherByte(reference, other));
    // Equal bytes are equal digests: the file holds them.
    if (!parted) return std::nullopt;
    DeterminismBreak out;
    out.firstByte = *parted;
    out.other = sumsOf(*traceB, other);
    History historyA{*traceA}, historyB{*traceB};
    ARIADNE_ASSIGN_OR_RETURN(DiffResult found, diff(historyA, historyB, {.counts = false}));
    out.first = std::move(found.first);
    out.headerDifferences = std::move(found.headerDifferences);
    if (traceA->meta().engineVersion != traceB->meta().engineVersion)
        out.headerDifferences.push_back("engine: " + traceA->meta().engineVersion + " | " +
                                        traceB->meta().engineVersion);
    return out;
}

}  // namespace

absl::StatusOr<DeterminismResult> checkDeterminism(const DeterminismRequest& request) {
    const path reference = request.folder / "reference.clew";
    const path other = request.folder / "other.clew";
    DeterminismResult out;
    ARIADNE_RETURN_IF_ERROR(record(request, RunVariant{}, reference));
    {
        ARIADNE_ASSIGN_OR_RETURN(const std::unique_ptr<tracefmt::TraceReader> trace,
                                 openWhole(reference));
        out.meta = trace->meta();
        out.reference = sumsOf(*trace, reference);
    }
    for (std::size_t i = 0; i < request.variants.size(); ++i) {
        const RunVariant& variant = request.variants[i];
        if (request.progress) request.progress(i);
        if (const absl::Status status = record(request, variant, other); !status.ok())
            return named(variant, status);
        absl::StatusOr<std::optional<DeterminismBreak>> compared = compare(reference, other);
        if (!compared.ok()) return named(variant, compared.status());
        ++out.compared;
        if (!*compared) continue;
        out.difference = std::move(**compared);
        out.difference->variant = i;
        return out;
    }
    return out;
}

}  // namespace ariadne::recorder
