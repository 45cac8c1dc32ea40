#include "tracefmt/trace_contents.h"

#include "engine/base/status_macros.h"
#include "tracefmt/body_parts.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <limits>

namespace ariadne::tracefmt {

namespace {

/// `known` is the number of entries there; calls `append` for the new ones.
template <class Entry, class At, class Append>
absl::Status merge(absl::string_view what, std::vector<Entry>& entries, std::uint32_t first,
                   std::size_t known, At at, Append append) {
    if (entries.empty()) return absl::OkStatus();
    if (first == 0 || first > known)
        return absl::DataLossError(
            absl::StrCat("found ", what, " from number ", first, ", expected at most ", known));
    if (std::uint64_t{first} + entries.size() > std::uint64_t{kTableEntriesMax} + 1)
        return absl::ResourceExhaustedError(
            absl::StrCat("more ", what, " than the limit of ", kTableEntriesMax));
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const std::size_t number = first + i;
        if (number < known) {
            if (!(at(number) == entries[i]))
                return absl::DataLossError(
                    absl::StrCat("the ", what, " disagree about number ", number));
        } else {
            ARIADNE_RETURN_IF_ERROR(append(std::move(entries[i])));
        }
    }
    return absl::OkStatus();
}

}  // namespace

absl::Status TraceContents::addTables(TablesPart part, std::uint64_t bytesMax) {
    const auto reserve = [&](std::uint64_t bytes) {
        tableBytes += bytes;
        if (tableBytes <= bytesMax) return absl::OkStatus();
        return absl::ResourceExhaustedError(
            absl::StrCat("the tables need more memory than the ", bytesMax,
                         " bytes of ReadOptions::decodeBytesMax; open the file with more"));
    };
    ARIADNE_RETURN_IF_ERROR(merge(
        "types", part.types, part.firstType, types.size(),
        [&](std::size_t number) -> const TypeDesc& { return types.all()[number]; },
        [&](TypeDesc type) {
            absl::Status status = reserve(memoryBytesOf(type));
            if (status.ok()) types.add(std::move(type));
            return status;
        }));
    return merge(
        "births", part.births, part.firstBirth, births.size(),
        [&](std::size_t number) -> const CellBirth& { return births[number]; },
        [&](CellBirth birth) {
            absl::Status status = reserve(memoryBytesOf(birth));
            if (status.ok()) births.push_back(std::move(birth));
            return status;
        });
}

absl::Status TraceContents::checkFollows(const ChunkEntry& entry, std::uint32_t countMax) const {
    const bool afterGap =
        entry.first > next() && std::any_of(gaps.begin(), gaps.end(), [&](const TraceGap& gap) {
            return gap.last.value + 1 == entry.first.value;
        });
    if (entry.first != next() && !afterGap)
        return absl::DataLossError(absl::StrCat("found rows from position ", entry.first.value,
                                                ", expected ", next().value));
    if (entry.count == 0 || entry.count > countMax ||
        entry.first.value + entry.count < entry.first.value)
        return absl::DataLossError(absl::StrCat("found ", entry.count, " rows at position ",
                                                entry.first.value, ", expected 1 to ", countMax));
    return absl::OkStatus();
}

absl::Status TraceContents::addChunk(const ChunkEntry& entry) {
    ARIADNE_RETURN_IF_ERROR(checkFollows(entry, kRowsPerChunkMax));
    chunks.push_back(entry);
    return absl::OkStatus();
}

absl::Status TraceContents::addInputs(const ChunkEntry& entry) {
    ARIADNE_RETURN_IF_ERROR(checkFollows(entry, std::numeric_limits<std::uint32_t>::max()));
    inputs.push_back(entry);
    return absl::OkStatus();
}

absl::Status TraceContents::addNotes(std::span<const HostNote> added) {
    ARIADNE_RETURN_IF_ERROR(checkNoteCount(notes.size() + added.size()));
    for (const HostNote& note : added) {
        const Position before = notes.empty() ? Position{} : notes.back().readableTo;
        if (note.readableTo < before || note.readableTo >= next())
            return absl::DataLossError(absl::StrCat("found a note behind position ",
                                                    note.readableTo.value, ", expected one from ",
                                                    before.value, " to ", next().value - 1));
        notes.push_back(note);
    }
    return absl::OkStatus();
}

absl::StatusOr<SnapshotEntry> TraceContents::chained(SnapshotEntry entry) const {
    entry.depth = 0;
    if (entry.isWhole()) return entry;
    const std::string what = absl::StrCat("the snapshot of position ", entry.position.value,
                                          " holds what changed since position ", entry.since.value);
    if (snapshots.empty()) return absl::DataLossError(what + ", and no snapshot is before it");
    if (snapshots.back().position != entry.since || entry.since >= entry.position)
        return absl::DataLossError(absl::StrCat(what, ", the one before it is of position ",
                                                snapshots.back().position.value));
    entry.depth = snapshots.back().depth + 1;
    if (entry.depth > kSnapshotDepthMax)
        return absl::DataLossError(absl::StrCat(what, " and is number ", entry.depth,
                                                " on top of a whole one, the limit is ",
                                                kSnapshotDepthMax));
    return entry;
}

Position TraceContents::next() const {
    const auto after = [](const std::vector<ChunkEntry>& entries) {
        return entries.empty() ? 1 : entries.back().first.value + entries.back().count;
    };
    const std::uint64_t rows = std::max(after(chunks), after(inputs));
    // One that lies behind the rows stands for those that are missing.
    return {snapshots.empty() ? rows : std::max(rows, snapshots.back().position.value + 1)};
}

bool TraceContents::mayResumeAt(Position position) const {
    if (position < next() || position.value == ~0ull) return false;
    // One gap, or some right behind each other.
    Position missing = next();
    auto gap = std::partition_point(gaps.begin(), gaps.end(),
                                    [&](const TraceGap& before) { return before.first < missing; });
    for (; gap != gaps.end() && gap->first == missing && gap->last >= missing; ++gap) {
        if (gap->last == position) return true;
        missing = {gap->last.value + 1};
    }
    return false;
}

bool TraceContents::followsDamage(Position first) const {
    // Those behind the rows stand last.
    for (auto gap = gaps.rbegin(); gap != gaps.rend() && gap->first >= next(); ++gap)
        if (gap->cause == GapCause::kDamaged && gap->last < first && gap->last >= gap->first)
            return true;
    return false;
}

}  // namespace ariadne::tracefmt
