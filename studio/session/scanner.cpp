#include "studio/session/scanner.h"

#include <algorithm>
#include <utility>

namespace ariadne::studio {
namespace {

constexpr std::uint64_t kCacheBytes = 64ull << 20;
/// A slice: what a filter or an arrow waits at most for the lanes.
constexpr std::chrono::milliseconds kSliceTime{8};
constexpr std::chrono::milliseconds kFilterPublishEvery{100};
/// What is told of a watched value is a copy of all of it.
constexpr std::chrono::milliseconds kWatchPublishEvery{400};
constexpr std::uint64_t kFirstLanesEvents = 100'000;

}  // namespace

void Scanner::open(TraceNumber number, const std::string& path, const LanesAnswer& answer) {
    worker_.post(RequestKind::kOpen, [=, this](const CancelFlag&) {
        watches_.reset();
        effects_.clear();
        picture_.reset();
        stops_.reset();
        filter_.reset();
        trace_.reset();
        resetLanes(answer);
        refreshMs_ = 0;
        absl::StatusOr<OpenTrace> trace = OpenTrace::open(path, kCacheBytes);
        if (!trace.ok()) {
            LaneIndex none;
            none.complete = true;
            none.damage = std::string{trace.status().message()};
            answer(std::make_shared<const LaneIndex>(std::move(none)));
            return Again::kNo;
        }
        trace_ = *std::move(trace);
        number_ = number;
        settled_ = trace_->reader->state() != tracefmt::FileState::kRecording;
        postLanes();
        return Again::kNo;
    });
}

void Scanner::refresh(TraceNumber number, bool settled) {
    worker_.post(RequestKind::kRefresh, [=, this](const CancelFlag&) {
        if (!isOpen(number)) return Again::kNo;
        if (!settled && millisecondsSince(refreshedAt_) < 10 * refreshMs_) return Again::kNo;
        const auto began = Clock::now();
        if (!trace_->reader->refresh().ok()) return Again::kNo;
        settled_ = settled;
        refreshedAt_ = Clock::now();
        refreshMs_ = millisecondsSince(began);
        postLanes();
        postFilter();
        postStops();
        postWatches();
        postEffects();
        postSpaceTime();
        return Again::kNo;
    });
}

void Scanner::setFilter(TraceNumber number, std::uint64_t generation, const EventFilter& filter,
                        const FilterAnswer& answer) {
    worker_.replace(RequestKind::kSetFilter, [=, this](const CancelFlag&) {
        filter_.reset();
        if (!isOpen(number) || (filter.empty() && !trace_->inputs)) return Again::kNo;
        filter_.emplace(Filter{generation, FilterScan{filter}, answer, Clock::now()});
        postFilter();
        return Again::kNo;
    });
}

void Scanner::setStops(TraceNumber number, const std::vector<Stop>& stops,
                       const StopsAnswer& answer) {
    worker_.replace(RequestKind::kSetStops, [=, this](const CancelFlag&) {
        stops_.reset();
        if (!isOpen(number)) return Again::kNo;
        stops_.emplace(Stops{StopScan{stops, *trace_->history}, answer, Clock::now()});
        postStops();
        return Again::kNo;
    });
}

void Scanner::setWatches(TraceNumber number, const std::vector<Watch>& watches,
                         const std::vector<Rank>& ranks, const WatchesAnswer& answer) {
    worker_.replace(RequestKind::kSetWatches, [=, this](const CancelFlag&) {
        std::optional<Watches> before = std::exchange(watches_, std::nullopt);
        if (!isOpen(number)) return Again::kNo;
        watches_.emplace();
        for (std::size_t i = 0; i < watches.size(); ++i) {
            // What is watched already goes on where it is.
            std::unique_ptr<WatchScan> scan;
            if (before)
                for (std::unique_ptr<WatchScan>& known : before->scans)
                    if (known && known->follows(watches[i], ranks[i])) scan = std::move(known);
            if (!scan) scan = std::make_unique<WatchScan>(ranks[i], watches[i], *trace_);
            watches_->scans.push_back(std::move(scan));
        }
        watches_->told.resize(watches.size());
        watches_->answer = answer;
        watches_->publishedAt = Clock::now();
        postWatches();
        return Again::kNo;
    });
}

void Scanner::arrows(TraceNumber number, Rank rank, Position begin, Position end,
                     const std::function<void(std::shared_ptr<const ArrowSet>)>& answer) {
    findArrows(number, std::make_shared<ArrowScan>(rank, begin, end), answer);
}

void Scanner::closure(TraceNumber number, Position event,
                      const std::function<void(std::shared_ptr<const ArrowSet>)>& answer) {
    findArrows(number, std::make_shared<ClosureScan>(event), answer);
}

template <class Scan>
void Scanner::findArrows(TraceNumber number, const std::shared_ptr<Scan>& scan,
                         const std::function<void(std::shared_ptr<const ArrowSet>)>& answer) {
    worker_.replace(RequestKind::kArrows, [=, this](const CancelFlag& cancelled) {
        if (!isOpen(number)) return Again::kNo;
        switch (scan->advance(*trace_, Clock::now() + kSliceTime, cancelled)) {
            case WalkEnd::kOutOfTime: return Again::kYes;
            case WalkEnd::kCancelled: return Again::kNo;
            case WalkEnd::kReachedEnd: break;
        }
        answer(std::make_shared<const ArrowSet>(scan->take()));
        return Again::kNo;
    });
}

void Scanner::laneGroups(TraceNumber number, const std::shared_ptr<const LaneIndex>& lanes,
                         const std::shared_ptr<const LaneGroups::Members>& members,
                         const std::function<void(std::shared_ptr<const LaneGroups>)>& answer) {
    auto grouper = std::make_shared<LaneGrouper>(lanes, members);
    worker_.replace(RequestKind::kLaneGroups, [=, this](const CancelFlag& cancelled) {
        if (!isOpen(number)) return Again::kNo;
        switch (grouper->advance(Clock::now() + kSliceTime, cancelled)) {
            case WalkEnd::kOutOfTime: return Again::kYes;
            case WalkEnd::kCancelled: return Again::kNo;
            case WalkEnd::kReachedEnd: break;
        }
        answer(std::make_shared<const LaneGroups>(grouper->take()));
        return Again::kNo;
    });
}

void Scanner::resetLanes(LanesAnswer answer) {
    lanes_ = Lanes{};
    lanes_.answer = std::move(answer);
    lanes_.publishAt = kFirstLanesEvents;
}

void Scanner::sums(TraceNumber number, const std::shared_ptr<const TimelineSums>& whole,
                   Position begin, Position end,
                   const std::function<void(std::shared_ptr<const TimelineSums>)>& answer) {
    auto scan = std::make_shared<SumsScan>(whole, begin, end);
    worker_.replace(RequestKind::kSums, [=, this](const CancelFlag& cancelled) {
        if (!isOpen(number)) return Again::kNo;
        switch (scan->advance(*trace_, Clock::now() + kSliceTime, cancelled)) {
            case WalkEnd::kOutOfTime: return Again::kYes;
            case WalkEnd::kCancelled: return Again::kNo;
            case WalkEnd::kReachedEnd: break;
        }
        answer(std::make_shared<const TimelineSums>(scan->take()));
        return Again::kNo;
    });
}

void Scanner::postLanes() {
    worker_.replace(RequestKind::kLanes,
                    [this](const CancelFlag& cancelled) { return scanLanes(cancelled); });
}

/// A trace that begins at a snapshot begins with what is open there.
void Scanner::beginLanes() {
    lanes_.begun = true;
    if (trace_->reader->base().value == 0) return;
    lanes_.sums = SumsBuilder{trace_->reader->base()};
    const absl::StatusOr<WorldImage> world = trace_->reader->snapshot(0);
    if (world.ok())
        lanes_.obligations.begin(*trace_->history, *world);
    else
        lanes_.damage = std::string{world.status().message()};
}

Again Scanner::scanLanes(const CancelFlag& cancelled) {
    if (!trace_) return Again::kNo;
    if (lanes_.given) {
        if (lanes_.next > trace_->last()) return Again::kNo;
        // More of a run that had ended: nobody expected that, so it is read from the beginning.
        resetLanes(std::move(lanes_.answer));
    }
    if (!lanes_.begun) beginLanes();
    const std::size_t cellCount = trace_->reader->births().size();
    const auto known = knownBySnapshots(*trace_->reader);
    const auto visit = [&](const EventRow& row) {
        lanes_.builder.add(row, cellCount);
        lanes_.sums.add(row, cellCount, known);
        lanes_.obligations.add(*trace_->history, row);
    };
    const WalkEnd walked =
        walkRows(*trace_->reader, lanes_.next, trace_->last(), Clock::now() + kSliceTime, cancelled,
                 lanes_.damage, visit, {}, SkippedByNobody{}, &lanes_.room);
    if (walked == WalkEnd::kCancelled) return Again::kNo;
    if (walked == WalkEnd::kOutOfTime) {
        if (lanes_.next.value > lanes_.publishAt) publishLanes();
        return Again::kYes;
    }
    // An index is a copy of everything, so while a run goes on it is made for a tenth of the time.
    if (settled_ || millisecondsSince(lanes_.publishedAt) > 10 * lanes_.publishMs) publishLanes();
    return Again::kNo;
}

void Scanner::publishLanes() {
    const auto began = Clock::now();
    const auto& births = trace_->reader->births();
    const Position last = trace_->last();
    // Of a large trace a copy for nobody would take hundreds of megabytes.
    lanes_.given = settled_ && lanes_.next > last;
    if (lanes_.given) lanes_.room.reset();
    LaneIndex index =
        lanes_.given ? std::move(lanes_.builder).index(births, lanes_.next, last, lanes_.damage)
                     : lanes_.builder.index(births, lanes_.next, last, lanes_.damage);
    index.obligations =
        lanes_.given ? std::move(lanes_.obligations).list() : lanes_.obligations.list();
    if (lanes_.heldOf != index.obligations || lanes_.heldBy != index.lanes.size()) {
        lanes_.heldOf = index.obligations;
        lanes_.heldBy = index.lanes.size();
        lanes_.holds = std::make_shared<const HoldIndex>(*index.obligations, index.lanes.size());
    }
    index.holds = lanes_.holds;
    index.sums = std::make_shared<const TimelineSums>(
        lanes_.given ? std::move(lanes_.sums).sums(lanes_.next) : lanes_.sums.sums(lanes_.next));
    lanes_.answer(std::make_shared<const LaneIndex>(std::move(index)));
    lanes_.publishAt = std::max(kFirstLanesEvents, 2 * lanes_.next.value);
    lanes_.publishedAt = Clock::now();
    lanes_.publishMs = millisecondsSince(began);
}

void Scanner::postFilter() {
    if (!filter_) return;
    worker_.replace(RequestKind::kFilter,
                    [this](const CancelFlag& cancelled) { return scanFilter(cancelled); });
}

Again Scanner::scanFilter(const CancelFlag& cancelled) {
    if (!filter_ || !trace_) return Again::kNo;
    const WalkEnd walked = filter_->scan.advance(*trace_, Clock::now() + kSliceTime, cancelled);
    if (walked == WalkEnd::kCancelled) return Again::kNo;
    const bool ended = walked == WalkEnd::kReachedEnd;
    if (ended || Clock::now() - filter_->publishedAt >= kFilterPublishEvery) publishFilter();
    return ended ? Again::kNo : Again::kYes;
}

void Scanner::publishFilter() {
    const FilterScan& scan = filter_->scan;
    FilterProgress out;
    out.count = {filter_->generation, scan.hitCount(), true, scan.next() > trace_->last(),
                 scan.damage()};
    out.hits = scan.hits();
    filter_->answer(out);
    filter_->publishedAt = Clock::now();
}

void Scanner::postStops() {
    if (!stops_) return;
    worker_.replace(RequestKind::kStops,
                    [this](const CancelFlag& cancelled) { return scanStops(cancelled); });
}

Again Scanner::scanStops(const CancelFlag& cancelled) {
    if (!stops_ || !trace_) return Again::kNo;
    WalkEnd walked = WalkEnd::kReachedEnd;
    if (!stops_->scan.empty())
        walked = stops_->scan.advance(*trace_, Clock::now() + kSliceTime, cancelled);
    if (walked == WalkEnd::kCancelled) return Again::kNo;
    const bool ended = walked == WalkEnd::kReachedEnd;
    if (ended || Clock::now() - stops_->publishedAt >= kFilterPublishEvery) publishStops();
    return ended ? Again::kNo : Again::kYes;
}

void Scanner::publishStops() {
    stops_->answer(std::make_shared<const StopHits>(stops_->scan.hits(*trace_)));
    stops_->publishedAt = Clock::now();
}

void Scanner::postWatches() {
    if (!watches_) return;
    worker_.replace(RequestKind::kWatches,
                    [this](const CancelFlag& cancelled) { return scanWatches(cancelled); });
}

/// One value after the other; each as far as the trace goes.
Again Scanner::scanWatches(const CancelFlag& cancelled) {
    if (!watches_ || !trace_) return Again::kNo;
    const auto until = Clock::now() + kSliceTime;
    bool ended = true;
    for (std::size_t i = 0; i < watches_->scans.size() && ended; ++i) {
        WatchScan& scan = *watches_->scans[i];
        if (!scan.isOpen(*trace_)) continue;
        watches_->told[i].reset();
        const WalkEnd walked = scan.advance(*trace_, until, cancelled);
        if (walked == WalkEnd::kCancelled) return Again::kNo;
        ended = walked == WalkEnd::kReachedEnd;
    }
    if (ended || Clock::now() - watches_->publishedAt >= kWatchPublishEvery) publishWatches();
    return ended ? Again::kNo : Again::kYes;
}

void Scanner::publishWatches() {
    for (std::size_t i = 0; i < watches_->scans.size(); ++i) {
        std::shared_ptr<const WatchLane>& told = watches_->told[i];
        if (!told) told = std::make_shared<const WatchLane>(watches_->scans[i]->lane(*trace_));
    }
    watches_->answer(std::make_shared<const WatchLanes>(watches_->told));
    watches_->publishedAt = Clock::now();
}

void Scanner::effects(TraceNumber number, Position event, const EffectsAnswer& answer) {
    worker_.post(RequestKind::kAskEffects, [=, this](const CancelFlag&) {
        if (!isOpen(number) || event.value == 0) return Again::kNo;
        effects_.push_back({EffectScan{event}, answer, false, Clock::now()});
        postEffects();
        return Again::kNo;
    });
}

void Scanner::forgetEffects() {
    worker_.cancel(RequestKind::kEffects);
    worker_.replace(RequestKind::kAskEffects, [this](const CancelFlag&) {
        effects_.clear();
        return Again::kNo;
    });
}

void Scanner::postEffects() {
    if (effects_.empty()) return;
    worker_.replace(RequestKind::kEffects,
                    [this](const CancelFlag& cancelled) { return scanEffects(cancelled); });
}

Again Scanner::scanEffects(const CancelFlag& cancelled) {
    if (!trace_) return Again::kNo;
    const auto isOpenStill = [this](const Effects& effects) {
        return !effects.isSaid || !effects.scan.isAtEnd(*trace_);
    };
    const auto at = std::find_if(effects_.rbegin(), effects_.rend(), isOpenStill);
    if (at == effects_.rend()) return Again::kNo;
    const bool isFirst = !std::exchange(at->isSaid, true);
    const WalkEnd walked = at->scan.advance(*trace_, Clock::now() + kSliceTime, cancelled);
    if (walked == WalkEnd::kCancelled) return Again::kNo;
    const bool ended = walked == WalkEnd::kReachedEnd;
    // What came of an event stands right behind it, mostly.
    if (ended || isFirst || Clock::now() - at->publishedAt >= kFilterPublishEvery) publish(*at);
    return Again::kYes;
}

void Scanner::publish(Effects& effects) {
    effects.answer(std::make_shared<const EffectList>(effects.scan.list(*trace_)));
    effects.publishedAt = Clock::now();
}

void Scanner::spaceTime(TraceNumber number, const SpaceTimeQuestion& question,
                        const SpaceTimeAnswer& answer) {
    worker_.cancel(RequestKind::kSpaceTime);
    worker_.replace(RequestKind::kAskSpaceTime, [=, this](const CancelFlag&) {
        picture_.reset();
        if (!isOpen(number) || question.of.value == 0) return Again::kNo;
        picture_.emplace(Picture{SpaceTimeScan{question}, answer, false, Clock::now()});
        postSpaceTime();
        return Again::kNo;
    });
}

void Scanner::forgetSpaceTime() {
    worker_.cancel(RequestKind::kSpaceTime);
    worker_.replace(RequestKind::kAskSpaceTime, [this](const CancelFlag&) {
        picture_.reset();
        return Again::kNo;
    });
}

void Scanner::postSpaceTime() {
    if (!picture_) return;
    worker_.replace(RequestKind::kSpaceTime,
                    [this](const CancelFlag& cancelled) { return scanSpaceTime(cancelled); });
}

Again Scanner::scanSpaceTime(const CancelFlag& cancelled) {
    if (!picture_ || !trace_) return Again::kNo;
    const auto until = Clock::now() + kSliceTime;
    if (picture_->isDue) return tellSpaceTime(until, cancelled);
    if (picture_->isSaid && picture_->scan.isAtEnd(*trace_)) return Again::kNo;
    const WalkEnd walked = picture_->scan.advance(*trace_, until, cancelled);
    if (walked == WalkEnd::kCancelled) return Again::kNo;
    // What belongs to an event stands near it, mostly.
    const bool isFirst = !std::exchange(picture_->isSaid, true);
    picture_->isEnded = walked == WalkEnd::kReachedEnd;
    picture_->isDue =
        picture_->isEnded || isFirst || Clock::now() - picture_->publishedAt >= kFilterPublishEvery;
    return picture_->isDue ? tellSpaceTime(until, cancelled) : Again::kYes;
}

/// A picture has a thousand lines and more, each of which may take a chunk to be decoded.
Again Scanner::tellSpaceTime(Clock::time_point until, const CancelFlag& cancelled) {
    switch (picture_->scan.readLines(*trace_, until, cancelled)) {
        case WalkEnd::kOutOfTime: return Again::kYes;
        case WalkEnd::kCancelled: return Again::kNo;
        case WalkEnd::kReachedEnd: break;
    }
    picture_->isDue = false;
    picture_->answer(std::make_shared<const SpaceTime>(picture_->scan.picture(*trace_)));
    picture_->publishedAt = Clock::now();
    return picture_->isEnded ? Again::kNo : Again::kYes;
}

}  // namespace ariadne::studio
