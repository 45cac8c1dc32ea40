#include "studio/session/query_lane_work.h"

#include "studio/session/open_trace.h"

#include <algorithm>
#include <utility>

namespace ariadne::studio {
namespace {

/// Nobody waits for it.
constexpr std::chrono::minutes kPatience{10};

}  // namespace

void QueryLaneWork::set(std::uint64_t trace, const std::string& path,
                        const std::vector<KeptQuery>& queries, const Answer& answer) {
    worker_.cancel(RequestKind::kQuery);
    worker_.replace(RequestKind::kSetQueries, [=, this](const CancelFlag&) {
        std::vector<Lane> before = std::exchange(lanes_, {});
        if (trace != trace_) before.clear();
        trace_ = trace;
        path_ = path;
        answer_ = answer;
        for (const KeptQuery& query : queries) {
            const auto known = std::find_if(before.begin(), before.end(),
                                            [&](const Lane& lane) { return lane.query == query; });
            lanes_.push_back(known != before.end() ? *known : Lane{query, nullptr, true});
        }
        tookMs_ = 0;
        if (std::none_of(lanes_.begin(), lanes_.end(), [](const Lane& l) { return l.isStale; }))
            publish();
        else
            postNext();
        return Again::kNo;
    });
}

void QueryLaneWork::refresh(std::uint64_t trace, bool settled) {
    worker_.post(RequestKind::kRefresh, [=, this](const CancelFlag&) {
        if (trace != trace_ || lanes_.empty()) return Again::kNo;
        if (!settled && millisecondsSince(endedAt_) < 10 * tookMs_) return Again::kNo;
        for (Lane& lane : lanes_) lane.isStale = true;
        tookMs_ = 0;
        postNext();
        return Again::kNo;
    });
}

void QueryLaneWork::postNext() {
    worker_.replace(RequestKind::kQuery,
                    [this](const CancelFlag& cancelled) { return answerNext(cancelled); });
}

Again QueryLaneWork::answerNext(const CancelFlag& cancelled) {
    const auto next =
        std::find_if(lanes_.begin(), lanes_.end(), [](const Lane& lane) { return lane.isStale; });
    if (next == lanes_.end()) return Again::kNo;
    QueryBudget budget;
    budget.time = kPatience;
    const auto found =
        reader_.answer(trace_, path_, next->query.sql, budget, [&] { return !cancelled.load(); });
    // Whoever cancelled has posted what comes instead.
    if (cancelled.load()) return Again::kNo;
    next->known = std::make_shared<const QueryLane>(laneOf(next->query, *found));
    next->isStale = false;
    tookMs_ += found->tookMs;
    endedAt_ = Clock::now();
    publish();
    return Again::kYes;
}

void QueryLaneWork::publish() {
    auto out = std::make_shared<QueryLanes>();
    for (const Lane& lane : lanes_) out->push_back(lane.known);
    answer_(out);
}

}  // namespace ariadne::studio
