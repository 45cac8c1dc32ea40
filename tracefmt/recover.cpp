#include "tracefmt/recover.h"

#include "engine/base/status_macros.h"
#include "tracefmt/format.h"
#include "tracefmt/segment_name.h"
#include "tracefmt/trace_copy.h"
#include "tracefmt/trace_writer.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

namespace ariadne::tracefmt {

namespace {

/// Then nothing of it is lost.
bool isWhole(const TraceReader& from) {
    return from.state() == FileState::kClean;
}

/// Gaps but for the one in front of the snapshot it begins at.
std::size_t holesIn(const TraceReader& from) {
    return from.gaps().size() - (from.base().value != 0 ? 1 : 0);
}

absl::Status checkMode(const TraceReader& from, const ReadFile& bytes, RecoverMode mode) {
    if (bytes.isBeingWritten())
        return absl::FailedPreconditionError(
            "the trace is still being recorded; wait until the run has ended");
    if (mode != RecoverMode::kStrict || (isWhole(from) && holesIn(from) == 0))
        return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrCat("the trace is not whole: ", isWhole(from) ? "it has gaps" : from.damage(),
                     "; the mode prefix writes what is before that, the mode salvage what is "
                     "behind it as well"));
}

absl::Status copyBytes(const ReadFile& from, WriteFile& to) {
    constexpr std::uint64_t kBlock = 1 << 20;
    ARIADNE_ASSIGN_OR_RETURN(const std::uint64_t size, from.size());
    Bytes block;
    for (std::uint64_t at = 0; at < size; at += block.size()) {
        block.resize(static_cast<std::size_t>(std::min(kBlock, size - at)));
        ARIADNE_RETURN_IF_ERROR(from.readAt(at, block));
        ARIADNE_RETURN_IF_ERROR(to.append(block));
    }
    ARIADNE_RETURN_IF_ERROR(to.sync());
    return to.close();
}

/// The end of the run was read.
bool endsKnown(const TraceStats& stats) {
    return stats.outcome != static_cast<std::uint8_t>(Outcome::kRunning) ||
           !stats.outcomeText.empty();
}

/// Behind the last row, when what was there is lost.
absl::Status addLastGap(const TraceReader& from, TraceWriter& to) {
    if (from.lostBytes() == 0 || endsKnown(from.stats())) return absl::OkStatus();
    Position first{from.lastPosition().value + 1};
    for (const TraceGap& gap : from.gaps()) {
        if (gap.last.value == 0) return absl::OkStatus();
        first = std::max(first, Position{gap.last.value + 1});
    }
    return to.addGap({first, {}, GapCause::kDamaged, from.damage().substr(0, kGapNoteBytesMax)});
}

TraceStats statsOf(const TraceReader& from) {
    TraceStats stats = from.stats();
    if (endsKnown(stats)) return stats;
    stats.outcomeText = absl::StrCat("recovered: ", from.damage());
    const auto& snapshots = from.snapshots();
    if (!snapshots.empty() && snapshots.back().position == from.lastPosition())
        stats.stateDigest = snapshots.back().stateDigest;
    return stats;
}

absl::Status write(TraceReader& from, std::unique_ptr<WriteFile> to) {
    TraceMeta meta = from.meta();
    meta.origin = {TraceOrigin::Made::kRecovered, from.id(), {}, {}};
    if (!from.gaps().empty()) meta.minViewMinor = std::max(meta.minViewMinor, kMidRunMinor);
    ARIADNE_ASSIGN_OR_RETURN(const std::unique_ptr<TraceWriter> writer,
                             TraceWriter::create(std::move(to), meta));
    absl::Status written = copyTrace(from, *writer).status();
    if (written.ok()) written = addLastGap(from, *writer);
    if (written.ok()) return writer->finish(statsOf(from));
    (void)writer->finish({});
    return written;
}

/// What a new file is to have.
struct Wanted {
    TraceStats stats;
    std::size_t snapshots = 0;
    std::size_t notes = 0;
};
Wanted wantedOf(const TraceReader& from) {
    return {from.stats(), from.snapshots().size(), from.notes().size()};
}

/// Reads all of what was written, and holds it against what was to be. How many gaps it has where
/// something is damaged.
absl::StatusOr<std::size_t> check(const Wanted& wanted, std::unique_ptr<ReadFile> file) {
    ReadOptions options;
    options.reading = Reading::kPrefix;
    absl::StatusOr<std::unique_ptr<TraceReader>> found =
        TraceReader::open(std::move(file), options);
    if (!found.ok())
        return absl::DataLossError(
            absl::StrCat("what was written cannot be read: ", found.status().message()));
    if (!isWhole(**found))
        return absl::DataLossError(
            absl::StrCat("what was written is not whole: ", (*found)->damage()));
    const TraceStats& a = wanted.stats;
    const TraceStats& b = (*found)->stats();
    if (a.lastPosition == b.lastPosition && a.eventDigest == b.eventDigest &&
        a.changeDigest == b.changeDigest && a.kindCounts == b.kindCounts &&
        wanted.snapshots == (*found)->snapshots().size() &&
        wanted.notes == (*found)->notes().size()) {
        const auto holes =
            std::ranges::count((*found)->gaps(), GapCause::kDamaged, &TraceGap::cause);
        return static_cast<std::size_t>(holes);
    }
    return absl::DataLossError(absl::StrCat(
        "what was written goes to ", b.lastPosition.value, " with ", (*found)->snapshots().size(),
        " snapshots, what was read to ", a.lastPosition.value, " with ", wanted.snapshots));
}

using Readers = std::vector<std::unique_ptr<TraceReader>>;

/// Whether rows may be taken of it up to `position` and no further.
bool mayEndAt(const TraceReader& reader, Position position) {
    return position == reader.base() ||
           std::ranges::any_of(reader.inputs(), [&](const ChunkEntry& entry) {
               return entry.first.value + entry.count == position.value + 1;
           });
}

/// The last files of a box that go on from each other.
absl::StatusOr<Readers> openBox(const std::filesystem::path& box, const ReadOptions& options) {
    const std::vector<std::uint32_t> numbers = segmentsOf(box);
    Readers found;
    for (auto number = numbers.rbegin(); number != numbers.rend(); ++number) {
        absl::StatusOr<std::unique_ptr<TraceReader>> reader =
            TraceReader::open(segmentPath(box, *number), options);
        // One that was just being begun.
        if (!reader.ok() || (*reader)->lastPosition().value == 0) continue;
        if ((*reader)->meta().level != Level::kInputs || (*reader)->meta().segment != *number)
            break;
        if (!found.empty() && ((*reader)->meta().segment + 1 != found.back()->meta().segment ||
                               !mayEndAt(**reader, found.back()->base())))
            break;
        found.push_back(*std::move(reader));
        if (found.back()->base().value == 0) break;
    }
    if (found.empty())
        return absl::NotFoundError(
            "the black box had nothing yet when its run was killed: there is no event");
    std::ranges::reverse(found);
    return found;
}

/// One trace of what a black box kept in several; what it is to have.
absl::StatusOr<Wanted> join(const Readers& box, std::unique_ptr<WriteFile> to) {
    const TraceReader& last = *box.back();
    TraceMeta meta = last.meta();
    meta.segment = 0;
    meta.origin = {TraceOrigin::Made::kRecovered, last.id(), {}, {}};
    ARIADNE_ASSIGN_OR_RETURN(const std::unique_ptr<TraceWriter> writer,
                             TraceWriter::create(std::move(to), meta));
    Wanted wanted{statsOf(last), 0, 0};
    Copied copied;
    for (std::size_t i = 0; i < box.size(); ++i) {
        const Copied before = copied;
        CopyRange range;
        range.after = i == 0 ? nullptr : &before;
        // What the next one has as well.
        if (i + 1 < box.size()) range.last = box[i + 1]->base();
        ARIADNE_ASSIGN_OR_RETURN(copied, copyTrace(*box[i], *writer, range));
        const auto& notes = box[i]->notes();
        wanted.notes +=
            static_cast<std::size_t>(std::ranges::count_if(notes, [&](const HostNote& note) {
                return note.readableTo <= range.last && (i == 0 || note.readableTo >= before.last);
            }));
        wanted.snapshots += box[i]->snapshots().size();
    }
    wanted.stats.failures = copied.failures;
    wanted.stats.kindCounts = copied.kindCounts;
    ARIADNE_RETURN_IF_ERROR(writer->finish(wanted.stats));
    return wanted;
}

absl::StatusOr<Recovered> recoverBox(const std::filesystem::path& from, RecoverMode mode,
                                     const RecoverOutput& output) {
    ARIADNE_ASSIGN_OR_RETURN(const std::unique_ptr<ReadFile> name, openForReading(from));
    if (name->isBeingWritten())
        return absl::FailedPreconditionError(
            "the run of the black box goes on; wait until it has ended");
    ReadOptions options;
    options.reading = readingFor(mode);
    ARIADNE_ASSIGN_OR_RETURN(const Readers box, openBox(boxPathOf(from), options));
    const TraceReader& last = *box.back();
    if (mode == RecoverMode::kStrict && !isWhole(last))
        return absl::FailedPreconditionError(
            absl::StrCat("the run of the black box was killed: ", last.damage(),
                         "; the mode prefix writes what is before that"));
    ARIADNE_ASSIGN_OR_RETURN(std::unique_ptr<WriteFile> file, output.create());
    ARIADNE_ASSIGN_OR_RETURN(const Wanted wanted, join(box, std::move(file)));
    Recovered out;
    out.lostBytes = last.lostBytes();
    out.damage = last.damage();
    for (const auto& [kind, count] : wanted.stats.kindCounts) out.rows += count;
    out.last = last.lastPosition();
    ARIADNE_ASSIGN_OR_RETURN(std::unique_ptr<ReadFile> written, output.open());
    ARIADNE_ASSIGN_OR_RETURN(out.holes, check(wanted, std::move(written)));
    return out;
}

}  // namespace

Reading readingFor(RecoverMode mode) {
    return mode == RecoverMode::kSalvage ? Reading::kSalvage : Reading::kPrefix;
}

absl::StatusOr<Recovered> recover(TraceReader& from, const ReadFile& bytes, RecoverMode mode,
                                  const RecoverOutput& output) {
    ARIADNE_RETURN_IF_ERROR(checkMode(from, bytes, mode));
    Recovered out;
    out.copied = isWhole(from);
    out.lostBytes = from.lostBytes();
    if (!out.copied) out.damage = from.damage();
    for (const auto& [kind, count] : from.stats().kindCounts) out.rows += count;
    out.last = from.lastPosition();
    ARIADNE_ASSIGN_OR_RETURN(std::unique_ptr<WriteFile> file, output.create());
    ARIADNE_RETURN_IF_ERROR(out.copied ? copyBytes(bytes, *file) : write(from, std::move(file)));
    file.reset();
    ARIADNE_ASSIGN_OR_RETURN(std::unique_ptr<ReadFile> written, output.open());
    ARIADNE_ASSIGN_OR_RETURN(out.holes, check(wantedOf(from), std::move(written)));
    return out;
}

namespace {

absl::StatusOr<Recovered> recoverNamed(const std::filesystem::path& from, RecoverMode mode,
                                       const RecoverOutput& output) {
    ReadOptions options;
    options.reading = readingFor(mode);
    ARIADNE_ASSIGN_OR_RETURN(const std::unique_ptr<TraceReader> reader,
                             TraceReader::open(from, options));
    ARIADNE_ASSIGN_OR_RETURN(const std::unique_ptr<ReadFile> bytes, openForReading(from));
    return recover(*reader, *bytes, mode, output);
}

absl::StatusOr<std::unique_ptr<WriteFile>> noted(absl::StatusOr<std::unique_ptr<WriteFile>> file,
                                                 bool& made) {
    made = file.ok();
    return file;
}

}  // namespace

bool isLeftByBlackBox(const std::filesystem::path& file) {
    std::error_code error;
    // Of what cannot be asked the size is not 0.
    return std::filesystem::file_size(file, error) == 0 && !segmentsOf(boxPathOf(file)).empty();
}

absl::StatusOr<Recovered> recoverFile(const std::filesystem::path& from,
                                      const std::filesystem::path& to, RecoverMode mode) {
    std::error_code error;
    if (std::filesystem::equivalent(from, to, error))
        return absl::InvalidArgumentError(
            "the new file is the old one; recover writes a new file and leaves the old one alone");
    bool created = false;
    const auto create = [&] { return noted(createForWriting(to), created); };
    const RecoverOutput output{create, [&] { return openForReading(to); }};
    absl::StatusOr<Recovered> out =
        isLeftByBlackBox(from) ? recoverBox(from, mode, output) : recoverNamed(from, mode, output);
    // Half a trace under a name that promises a whole one would be worse than none.
    if (!out.ok() && created) std::filesystem::remove(to, error);
    return out;
}

}  // namespace ariadne::tracefmt
