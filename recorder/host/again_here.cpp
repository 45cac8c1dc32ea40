#include "engine/base/status_macros.h"
#include "recorder/history.h"
#include "recorder/host/again.h"
#include "tracefmt/trace_reader.h"

#include <algorithm>
#include <memory>
#include <optional>

namespace ariadne::host {
namespace {

using tracefmt::TraceReader;

/// Index of the last snapshot at or before `position`.
std::optional<std::size_t> snapshotUpTo(const TraceReader& reader, Position position) {
    const auto& all = reader.snapshots();
    const auto behind = std::partition_point(
        all.begin(), all.end(), [&](const auto& entry) { return entry.position <= position; });
    if (behind == all.begin()) return std::nullopt;
    return static_cast<std::size_t>(behind - all.begin()) - 1;
}

std::function<void(Position)> progressOf(Position from, Position to, const AgainWatch& watch) {
    if (!watch.progress) return {};
    return [=, tell = watch.progress](Position reached) { tell(from, to, reached); };
}

}  // namespace

absl::StatusOr<recorder::ReplayResult> AgainHere::replay(const std::filesystem::path& trace,
                                                         Position position,
                                                         const AgainWatch& watch) {
    ARIADNE_ASSIGN_OR_RETURN(const std::unique_ptr<TraceReader> reader, TraceReader::open(trace));
    recorder::ReplayOptions options;
    options.fromSnapshot = snapshotUpTo(*reader, position);
    // A trace that begins at a snapshot has no beginning of the run.
    if (!options.fromSnapshot && reader->base().value != 0) options.fromSnapshot = 0;
    options.cancel = watch.cancel;
    const Position from =
        options.fromSnapshot ? reader->snapshots()[*options.fromSnapshot].position : Position{};
    options.progress = progressOf(from, reader->lastPosition(), watch);
    recorder::History history{*reader};
    return recorder::replay(history, options);
}

absl::StatusOr<recorder::MaterialiseResult> AgainHere::materialise(
    const std::filesystem::path& trace, const std::filesystem::path& file,
    recorder::Stretch stretch, const AgainWatch& watch) {
    ARIADNE_ASSIGN_OR_RETURN(const std::unique_ptr<TraceReader> reader, TraceReader::open(trace));
    recorder::MaterialiseOptions options;
    // The first event of the stretch is to be made, too.
    if (stretch.from.value > 1)
        options.fromSnapshot = snapshotUpTo(*reader, {stretch.from.value - 1});
    options.to = stretch.to;
    options.cancel = watch.cancel;
    const Position from =
        options.fromSnapshot ? reader->snapshots()[*options.fromSnapshot].position : reader->base();
    options.progress = progressOf(from, std::min(stretch.to, reader->lastPosition()), watch);
    return recorder::materialise(*reader, file, options);
}

}  // namespace ariadne::host
