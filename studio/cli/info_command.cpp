#include "recorder/waits.h"
#include "studio/cli/commands.h"
#include "studio/cli/contents_view.h"
#include "studio/cli/host_notes.h"
#include "studio/cli/plain_text.h"
#include "studio/cli/report.h"
#include "studio/cli/trace_input.h"

namespace ariadne::cli {
namespace {

using tracefmt::TraceReader;

void addRun(Report& report, const tracefmt::TraceMeta& meta) {
    report.text("program", meta.programId);
    report.text("version", meta.programVersion);
    report.text("engine", meta.engineVersion);
    report.number("format_minor", meta.formatMinor);
    std::vector<std::string> shown;
    Json args = Json::object();
    for (const auto& [name, text] : meta.args) {
        shown.push_back(joined(name, " = ", text));
        args[name] = text;
    }
    report.list("arguments", std::move(shown), std::move(args));
    report.number("seed", meta.seed);
    report.text("policy", meta.policy);
    if (meta.policy == nameOf(kernel::Policy::kPct)) {
        report.number("pct_depth", meta.pctDepth);
        report.number("pct_steps", meta.pctSteps);
    }
    report.number("batch", meta.batch);
    if (meta.live) report.text("time", "live");
    if (!meta.faults.empty()) report.text("faults", meta.faults);
    if (!meta.grants.empty()) {
        std::vector<std::string> granted;
        Json grants = Json::array();
        for (const auto& [name, scope] : meta.grants) {
            granted.push_back(joined(name, "=", scope));
            grants.push_back({{"effect", name}, {"scope", scope}});
        }
        report.list("grants", std::move(granted), std::move(grants));
    }
    if (meta.metricsEvery != 0) report.count("metrics_every_turns", meta.metricsEvery);
    report.text("level", nameOf(meta.level));
    if (meta.segment != 0) report.count("segment", meta.segment);
    if (meta.limits.cellBytesMax != 0) report.count("cell_bytes_max", meta.limits.cellBytesMax);
}

std::string textOf(const tracefmt::TraceId& id) {
    return hex(id[1]) + hex(id[0]);
}

/// Which file it is, and of which one it was made.
void addOrigin(Report& report, const TraceReader& trace) {
    using Made = tracefmt::TraceOrigin::Made;
    report.text("id", textOf(trace.id()));
    const tracefmt::TraceOrigin& origin = trace.meta().origin;
    if (trace.meta().redaction != tracefmt::Redaction::kNone)
        report.fact("redacted",
                    "yes: values of secret fields were replaced; to look at, not to replay", true);
    if (origin.made == Made::kRecorded) return;
    report.text("made", nameOf(origin.made));
    report.text("parent", textOf(origin.parent));
    if (origin.made != Made::kCut) return;
    report.fact("part", joined(origin.first.value, "..", origin.last.value),
                {{"first", origin.first.value}, {"last", origin.last.value}});
}

constexpr std::size_t kWaitsShown = 1000;

/// Who waited for whom, when the run came to rest.
void addWaits(Report& report, TraceReader& trace) {
    recorder::History history{trace};
    const recorder::WaitRows waits =
        recorder::waitsToldWith(history, trace.lastPosition(), kWaitsShown);
    if (waits.count == 0) return;
    std::vector<std::string> shown;
    Json rows = Json::array();
    for (const recorder::WaitRow& wait : waits.rows) {
        shown.push_back(plain(wait.text));
        rows.push_back({{"seq", wait.seq.value},
                        {"cell", history.pathOf(wait.cell)},
                        {"peer", history.pathOf(wait.peer)},
                        {"text", wait.text}});
    }
    if (waits.count > waits.rows.size())
        shown.push_back(grouped(waits.count - waits.rows.size()) + " more");
    report.list("waits", std::move(shown), std::move(rows));
}

void addEnd(Report& report, const TraceReader& trace) {
    const tracefmt::TraceStats& stats = trace.stats();
    report.text("outcome", nameOf(static_cast<Outcome>(stats.outcome)));
    report.text("text", stats.outcomeText);
    if (trace.base().value != 0) {
        report.number("begins_at", trace.base().value);
        report.number("ends_at", trace.lastPosition().value);
    }
    report.count("events", eventCount(trace));
    report.count("rounds", stats.lastRound.value);
    report.time("virtual_time", stats.lastTime);
    report.count("failures", stats.failures);
}

void addFile(Report& report, const TraceReader& trace) {
    report.count("file_bytes", trace.fileBytes());
    const std::string perEvent = ratio(trace.fileBytes(), eventCount(trace));
    report.fact("bytes_per_event", perEvent, Json::parse(perEvent));
    report.count("chunks", trace.chunks().size());
    std::vector<std::string> shown;
    Json snapshots = Json::array();
    for (const tracefmt::SnapshotEntry& snapshot : trace.snapshots()) {
        std::string line = joined(shown.size(), ": at ", snapshot.position.value);
        if (!snapshot.isWhole()) line += joined(", what changed since ", snapshot.since.value);
        shown.push_back(std::move(line));
        Json one = {{"position", snapshot.position.value},
                    {"state_digest", hex(snapshot.stateDigest)},
                    {"kind", snapshot.isWhole() ? "whole" : "incremental"}};
        if (!snapshot.isWhole()) one["since"] = snapshot.since.value;
        snapshots.push_back(std::move(one));
    }
    report.list("snapshots", std::move(shown), std::move(snapshots));
    report.count("types", trace.types().size() - 1);
    report.count("actors", trace.births().empty() ? 0 : trace.births().size() - 1);
    addDigests(report, trace);
}

void addWhatIsMissing(Report& report, const TraceReader& trace) {
    std::vector<std::string> shown;
    Json gaps = Json::array();
    for (const tracefmt::TraceGap& gap : trace.gaps()) {
        shown.push_back(gapText(gap));
        gaps.push_back(
            {{"first", gap.first.value}, {"last", gap.last.value}, {"text", gapText(gap)}});
    }
    report.list("gaps", std::move(shown), std::move(gaps));
    report.list("digest_only_fields", trace.stats().digestOnlyFields,
                trace.stats().digestOnlyFields);
}

void addKinds(Report& report, const TraceReader& trace) {
    std::vector<std::string> shown;
    Json kinds = Json::object();
    for (const auto& [kind, count] : trace.stats().kindCounts) {
        const std::string_view name = nameOf(static_cast<EventKind>(kind));
        shown.push_back(padded(name, 14) + flushRight(grouped(count), 14));
        kinds[std::string{name}] = count;
    }
    report.list("kinds", std::move(shown), std::move(kinds));
}

}  // namespace

ExitCode InfoCommand::execute(Console& console) const {
    const std::unique_ptr<TraceReader> trace = openTrace(file, console);
    if (trace == nullptr) return ExitCode::kBadInput;
    Report report;
    report.text("file", file.native());
    report.text("state", nameOf(trace->state()));
    if (!trace->damage().empty()) report.text("damage", trace->damage());
    addOrigin(report, *trace);
    if (trace->tail().events != 0) report.count("events_from_tail", trace->tail().events);
    if (!trace->tail().problem.empty()) report.text("tail_problem", trace->tail().problem);
    addRun(report, trace->meta());
    addEnd(report, *trace);
    addWaits(report, *trace);
    addStuckTurns(report, *trace);
    addFile(report, *trace);
    addWhatIsMissing(report, *trace);
    addKinds(report, *trace);
    if (contents) {
        if (const absl::Status read = addContents(report, *trace); !read.ok())
            return console.fail(file.native(), read);
    }
    console.lines(report.in(json));
    return exitOf(*trace);
}

}  // namespace ariadne::cli
