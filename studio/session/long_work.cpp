#include "studio/session/long_work.h"

#include "studio/session/open_trace.h"

#include <algorithm>
#include <utility>

namespace ariadne::studio {
namespace {

constexpr std::uint64_t kCacheBytes = 64ull << 20;
constexpr std::chrono::milliseconds kProgressEvery{50};

/// Index of the last snapshot before `position`.
std::optional<std::size_t> snapshotBefore(const tracefmt::TraceReader& reader, Position position) {
    const auto& all = reader.snapshots();
    const auto behind = std::partition_point(
        all.begin(), all.end(), [&](const auto& entry) { return entry.position <= position; });
    if (behind == all.begin()) return std::nullopt;
    return static_cast<std::size_t>(behind - all.begin()) - 1;
}

absl::StatusOr<recorder::ReplayResult> replayFile(const std::string& path, Position position,
                                                  const LongWork::Progress& progress,
                                                  const CancelFlag& cancelled) {
    absl::StatusOr<OpenTrace> trace = OpenTrace::open(path, kCacheBytes);
    if (!trace.ok()) return trace.status();
    recorder::ReplayOptions options;
    options.fromSnapshot = snapshotBefore(*trace->reader, position);
    options.cancel = &cancelled;
    const std::uint64_t from =
        options.fromSnapshot ? trace->reader->snapshots()[*options.fromSnapshot].position.value : 0;
    const double span = static_cast<double>(std::max<std::uint64_t>(trace->last().value - from, 1));
    Clock::time_point toldAt;
    options.progress = [&](Position reached) {
        if (Clock::now() - toldAt < kProgressEvery) return;
        toldAt = Clock::now();
        const double done = static_cast<double>(reached.value - std::min(from, reached.value));
        progress("executing again", std::min(done / span, 1.0));
    };
    return recorder::replay(*trace->history, options);
}

absl::StatusOr<recorder::DiffResult> diffFiles(const std::string& pathA, const std::string& pathB,
                                               const CancelFlag& cancelled) {
    absl::StatusOr<OpenTrace> a = OpenTrace::open(pathA, kCacheBytes);
    if (!a.ok()) return a.status();
    absl::StatusOr<OpenTrace> b = OpenTrace::open(pathB, kCacheBytes);
    if (!b.ok()) return b.status();
    recorder::DiffOptions options;
    options.cancel = &cancelled;
    return recorder::diff(*a->history, *b->history, options);
}

/// Puts a result or why there is none into a report.
template <class Report, class Result>
std::shared_ptr<const Report> finished(Report report, absl::StatusOr<Result> result,
                                       Clock::time_point began) {
    if (result.ok())
        report.result = *std::move(result);
    else
        report.error = std::string{result.status().message()};
    report.tookMs = millisecondsSince(began);
    return std::make_shared<const Report>(std::move(report));
}

}  // namespace

void LongWork::replay(const std::string& path, Position position, const Progress& progress,
                      const std::function<void(std::shared_ptr<const ReplayReport>)>& answer) {
    worker_.replace(RequestKind::kReplay, [=](const CancelFlag& cancelled) {
        const auto began = Clock::now();
        progress("executing again", 0);
        auto report =
            finished(ReplayReport{}, replayFile(path, position, progress, cancelled), began);
        if (!cancelled) answer(std::move(report));
        return Again::kNo;
    });
}

void LongWork::diff(const std::string& pathA, const std::string& pathB, const Progress& progress,
                    const std::function<void(std::shared_ptr<const DiffReport>)>& answer) {
    worker_.replace(RequestKind::kDiff, [=](const CancelFlag& cancelled) {
        const auto began = Clock::now();
        progress("comparing", -1);
        DiffReport report;
        report.pathA = pathA;
        report.pathB = pathB;
        auto done = finished(std::move(report), diffFiles(pathA, pathB, cancelled), began);
        if (!cancelled) answer(std::move(done));
        return Again::kNo;
    });
}

void LongWork::cancel() {
    worker_.cancel(RequestKind::kReplay);
    worker_.cancel(RequestKind::kDiff);
}

}  // namespace ariadne::studio
