#include "studio/session/long_work.h"

#include "studio/session/open_trace.h"
#include "tracefmt/recover.h"
#include "tracefmt/tail_format.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>
#include <vector>

namespace ariadne::studio {
namespace {

constexpr std::uint64_t kCacheBytes = 64ull << 20;
constexpr std::chrono::milliseconds kProgressEvery{50};

/// Tells now and then how much of the way was done.
host::AgainWatch watchOf(const LongWork::Progress& progress, const CancelFlag& cancelled) {
    host::AgainWatch out;
    out.cancel = &cancelled;
    out.progress = [=, toldAt = Clock::time_point{}](Position from, Position to,
                                                     Position reached) mutable {
        if (Clock::now() - toldAt < kProgressEvery) return;
        toldAt = Clock::now();
        const double span = static_cast<double>(std::max<std::uint64_t>(to.value - from.value, 1));
        const double done = static_cast<double>(reached.value - std::min(from, reached).value);
        progress("executing again", std::min(done / span, 1.0));
    };
    return out;
}

void removeMade(const std::string& file) {
    std::error_code gone;
    std::filesystem::remove(file, gone);
}

/// Of a process that was killed there is a tail as well.
void removeRecording(const std::string& file) {
    removeMade(file);
    removeMade(tracefmt::tailPathOf(file).string());
}

/// Empty, or what went wrong.
std::string copyBytes(const std::string& from, const std::string& to, const CancelFlag& cancelled) {
    std::ifstream in(from, std::ios::binary);
    std::ofstream out(to, std::ios::binary | std::ios::trunc);
    std::vector<char> buffer(1 << 20);
    while (in && out && !cancelled) {
        in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
        out.write(buffer.data(), in.gcount());
    }
    if (cancelled) return "cancelled";
    out.close();
    const bool whole = in.eof() && out;
    return whole ? std::string{} : std::generic_category().message(errno);
}

/// Empty, or why there is no copy. Whoever looks for `file` sees the old one or the whole new one.
std::string copyFile(const std::string& path, const std::string& file,
                     const CancelFlag& cancelled) {
    std::error_code error;
    if (std::filesystem::equivalent(path, file, error))
        return "found the trace itself as the file to write, expected another name";
    const std::string half = file + ".part";
    std::string why = copyBytes(path, half, cancelled);
    if (why.empty()) {
        std::filesystem::rename(half, file, error);
        if (!error) return {};
        why = error.message();
    }
    removeMade(half);
    return "the file could not be written: " + why +
           "; choose a folder with enough room that you may write to";
}

absl::StatusOr<recorder::DiffResult> diffFiles(
    const std::string& pathA, const std::string& pathB, const CancelFlag& cancelled,
    std::function<void(const recorder::DiffResult&)> found) {
    absl::StatusOr<OpenTrace> a = OpenTrace::open(pathA, kCacheBytes);
    if (!a.ok()) return a.status();
    absl::StatusOr<OpenTrace> b = OpenTrace::open(pathB, kCacheBytes);
    if (!b.ok()) return b.status();
    recorder::DiffOptions options;
    options.cancel = &cancelled;
    options.found = std::move(found);
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
    worker_.replace(RequestKind::kReplay, [=, again = again_](const CancelFlag& cancelled) {
        const auto began = Clock::now();
        progress("executing again", 0);
        auto report = finished(ReplayReport{},
                               again->replay(path, position, watchOf(progress, cancelled)), began);
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
        const auto found = [&](const recorder::DiffResult& result) {
            report.result = result;
            report.counts = DiffReport::Counts::kToCome;
            report.tookMs = millisecondsSince(began);
            if (!cancelled) answer(std::make_shared<const DiffReport>(report));
        };
        auto result = diffFiles(pathA, pathB, cancelled, found);
        report.counts = result.ok() ? DiffReport::Counts::kThere : DiffReport::Counts::kNone;
        auto done = finished(std::move(report), std::move(result), began);
        if (!cancelled) answer(std::move(done));
        return Again::kNo;
    });
}

void LongWork::materialise(
    const std::string& path, const std::string& file, recorder::Stretch stretch,
    const Progress& progress,
    const std::function<void(std::shared_ptr<const MaterialiseReport>)>& answer) {
    worker_.replace(RequestKind::kMaterialise, [=, again = again_](const CancelFlag& cancelled) {
        const auto began = Clock::now();
        auto report = std::make_shared<MaterialiseReport>();
        report->path = path;
        report->stretch = stretch;
        progress("executing again", 0);
        const auto made = again->materialise(path, file, stretch, watchOf(progress, cancelled));
        if (made.ok()) {
            report->events = made->recorded.events;
            report->digestsCompared = made->digestsCompared;
            report->divergence = made->divergence;
        } else {
            report->error = std::string{made.status().message()};
        }
        const bool kept = made.ok() && !made->divergence && !cancelled;
        if (kept)
            report->file = file;
        else
            removeRecording(file);
        report->tookMs = millisecondsSince(began);
        if (!cancelled) answer(report);
        return Again::kNo;
    });
}

void LongWork::copy(const std::string& path, const std::string& file,
                    const std::function<void(CopyReport)>& answer) {
    worker_.post(RequestKind::kCopy, [=](const CancelFlag& cancelled) {
        answer({file, copyFile(path, file, cancelled)});
        return Again::kNo;
    });
}

void LongWork::recover(const std::string& path, const std::string& file,
                       const std::function<void(CopyReport)>& answer) {
    worker_.post(RequestKind::kCopy, [=](const CancelFlag&) {
        const auto made = tracefmt::recoverFile(path, file, tracefmt::RecoverMode::kPrefix);
        answer({file, std::string{made.status().message()}});
        return Again::kNo;
    });
}

void LongWork::cancel() {
    worker_.cancel(RequestKind::kMaterialise);
    worker_.cancel(RequestKind::kReplay);
    worker_.cancel(RequestKind::kDiff);
}

}  // namespace ariadne::studio
