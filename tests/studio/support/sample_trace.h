// A sample, run to its end and opened as the studio opens it.
#pragma once

#include "recorder/program_run.h"
#include "studio/session/moment_builder.h"
#include "studio/session/open_trace.h"

#include <QTemporaryDir>

#include <map>
#include <string>
#include <utility>

namespace ariadne::tests {

/// Threading: thread-confined. An error aborts the test with its text.
class SampleTrace {
public:
    explicit SampleTrace(const std::string& program, ArgumentTexts args = {},
                         std::uint64_t seed = 1) {
        recorder::RunRequest request;
        request.program = program;
        request.args = std::move(args);
        request.seed = seed;
        request.file = folder_.filePath(QStringLiteral("sample.clew")).toStdString();
        auto run = recorder::ProgramRun::start(request);
        if (!run.ok()) qFatal("%s", std::string{run.status().message()}.c_str());
        while ((*run)->step()) {
        }
        if (const auto ended = (*run)->finish(""); !ended.ok())
            qFatal("%s", std::string{ended.status().message()}.c_str());
        auto opened = studio::OpenTrace::open(request.file->string(), 64 << 20);
        if (!opened.ok()) qFatal("%s", std::string{opened.status().message()}.c_str());
        trace_ = *std::move(opened);
        summary_ = studio::summaryOf(trace_, nullptr);
    }

    studio::OpenTrace& open() { return trace_; }
    std::string file() const {
        return folder_.filePath(QStringLiteral("sample.clew")).toStdString();
    }
    Position last() const { return trace_.last(); }
    const std::vector<studio::ActorEntry>& actors() const { return *summary_.actors; }
    std::shared_ptr<const std::vector<studio::ActorEntry>> actorList() const {
        return summary_.actors;
    }
    Rank rankOf(const std::string& path) const {
        for (const studio::ActorEntry& actor : actors())
            if (actor.path == path) return actor.rank;
        qFatal("no actor %s", path.c_str());
    }
    EventRow rowAt(Position position) {
        const auto row = trace_.history->rowAt(position);
        if (!row.ok()) qFatal("%s", std::string{row.status().message()}.c_str());
        return row->row;
    }
    /// The first row at or after `from` of that kind; position 0 when there is none.
    Position find(EventKind kind, Position from = {1}) {
        for (; from <= last(); ++from.value)
            if (rowAt(from).kind == kind) return from;
        return {};
    }
    studio::Moment momentAt(Position position, Rank selected = kOutside) {
        const studio::CancelFlag never{false};
        return *studio::momentAt(trace_, position, selected, never);
    }

private:
    QTemporaryDir folder_;
    studio::OpenTrace trace_;
    studio::TraceSummary summary_;
};

}  // namespace ariadne::tests
