#include "studio/session/stop_scan.h"

#include "recorder/plain_text.h"

#include <algorithm>
#include <utility>

namespace ariadne::studio {
namespace {

std::string wordsOf(const absl::Status& status) {
    return recorder::plain({status.message().data(), status.message().size()});
}

}  // namespace

StopScan::StopScan(const std::vector<Stop>& stops, recorder::History& history)
    : hasEvents_(history.reader().meta().level != tracefmt::Level::kInputs) {
    asked_.reserve(std::min(stops.size(), kStopsMax));
    for (const Stop& stop : stops) {
        if (!stop.enabled) continue;
        stops_.push_back({stop.id, 0, {}});
        if (asked_.size() == kStopsMax) {
            stops_.back().error =
                "more than " + std::to_string(kStopsMax) + " breakpoints: switch some of them off";
            continue;
        }
        auto condition = condition::Condition::parse(stop.condition);
        if (!condition.ok()) {
            stops_.back().error = wordsOf(condition.status());
            continue;
        }
        if (!hasEvents_) continue;
        condition::Matcher matcher{*std::move(condition), history};
        if (const absl::Status status = matcher.check(); !status.ok()) {
            stops_.back().error = wordsOf(status);
            continue;
        }
        asked_.push_back({std::move(matcher), stops_.size() - 1, false});
    }
}

tracefmt::RowsSought StopScan::sought() {
    tracefmt::RowsSought out;
    out.kinds = 0;
    ranks_.clear();
    bool everybody = false;
    for (Asked& asked : asked_) {
        const tracefmt::RowsSought one = asked.matcher.sought();
        out.kinds |= one.kinds;
        if (one.cells == nullptr)
            everybody = true;
        else
            ranks_.insert(ranks_.end(), one.cells->begin(), one.cells->end());
    }
    std::sort(ranks_.begin(), ranks_.end());
    ranks_.erase(std::unique(ranks_.begin(), ranks_.end()), ranks_.end());
    if (!everybody) out.cells = &ranks_;
    return out;
}

void StopScan::nameAgain(OpenTrace& trace) {
    unborn_.clear();
    for (StopHits::Line& line : lines_) {
        if (!line.event.namesUnborn) continue;
        line.event = lineAt(trace, line.event.seq, showOptionsOf(*trace.history));
        unborn_.take(line.event.namesUnborn, *trace.reader);
    }
}

WalkEnd StopScan::advance(OpenTrace& trace, Clock::time_point until, const CancelFlag& cancelled) {
    if (unborn_.areOld(*trace.reader)) nameAgain(trace);
    return walkRows(
        *trace.reader, next_, trace.last(), until, cancelled, damage_,
        [&](const EventRow& row) { look(trace, row); }, sought(),
        [this] {
            for (Asked& asked : asked_) asked.matcher.forgetStates();
        });
}

/// Not to be cancelled: a row that was looked at in part would be lost.
void StopScan::look(OpenTrace& trace, const EventRow& row) {
    bool stops = false;
    for (Asked& asked : asked_) {
        if (asked.gaveUp) continue;
        StopHits::Of& of = stops_[asked.place];
        const absl::StatusOr<bool> holds = asked.matcher.matches(row, nullptr);
        if (!holds.ok()) {
            of.error = "looked for up to event " + std::to_string(row.seq.value) + ": " +
                       wordsOf(holds.status());
            asked.gaveUp = true;
            continue;
        }
        if (!*holds) continue;
        ++of.count;
        if (lines_.size() < StopHits::kLinesMax || stops) {
            if (!stops) {
                lines_.push_back({lineOf(*trace.history, row, showOptionsOf(*trace.history)), {}});
                unborn_.take(lines_.back().event.namesUnborn, *trace.reader);
            }
            if (lines_.back().event.seq == row.seq) lines_.back().ids.push_back(of.id);
        }
        if (!std::exchange(stops, true)) all_.add(row.seq);
    }
}

StopHits StopScan::hits(const OpenTrace& trace) const {
    StopHits out;
    out.stops = stops_;
    out.all = all_.hits();
    out.lines = lines_;
    out.searchedTo = {next_.value - 1};
    out.complete = next_ > trace.last() || asked_.empty();
    out.damage = recorder::plain(damage_);
    out.hasEvents = hasEvents_;
    return out;
}

}  // namespace ariadne::studio
