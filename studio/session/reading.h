// The interactive worker: opens traces and answers what a person waits for.
#pragma once

#include "studio/session/actor_matches.h"
#include "studio/session/open_trace.h"
#include "studio/session/results.h"
#include "studio/session/table_rows.h"
#include "studio/session/worker.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ariadne::studio {

/// Number of the request that opened a trace. Questions name the trace they are about by it, so
/// that one asked before another trace was opened is not answered from the wrong one.
using TraceNumber = std::uint64_t;

/// Threading: thread-safe. Answers are called on the worker's thread, or never: when the question
/// was overtaken, or its trace is not the open one.
class Reading {
public:
    using SummaryAnswer = std::function<void(std::shared_ptr<const TraceSummary>)>;
    using FailedAnswer = std::function<void(const std::string& why)>;

    /// Of several that wait, only the one of the highest number is opened.
    void open(TraceNumber number, const std::string& path, const SummaryAnswer& opened,
              const FailedAnswer& failed);
    /// Looks at the file of an open trace again. Of a run that goes on (not `settled`) it may be
    /// left out, so that no more than a tenth of the time is spent here.
    void refresh(TraceNumber number, bool settled, const SummaryAnswer& grown);

    /// In front of all that wait, as is neighbour().
    void moment(TraceNumber number, Position position, Rank selected,
                const std::function<void(std::shared_ptr<const Moment>)>& answer);
    /// The same of another moment, which is compared with it: neither overtakes the other.
    void base(TraceNumber number, Position position, Rank selected,
              const std::function<void(std::shared_ptr<const Moment>)>& answer);
    /// In slices.
    void rows(TraceNumber number, const TableRows& table, EventPage page, std::uint32_t count,
              const std::function<void(std::shared_ptr<const EventPage>)>& answer);
    /// In slices: what a person waits for meanwhile goes first.
    void causes(TraceNumber number, Position position,
                const std::function<void(std::shared_ptr<const CauseChain>)>& answer);
    /// `lower`: in lower case; `kind`: who asks, kActors or kLaneActors.
    void actors(RequestKind kind, TraceNumber number, const std::string& lower,
                const std::function<void(std::shared_ptr<const ActorMatches>)>& answer);
    /// Those of `ranks` that are regions and live at `position`. Given up without an answer when a
    /// moment is asked for: whoever wants that one waits for nothing else.
    void regions(TraceNumber number, Position position, const std::vector<Rank>& ranks,
                 const std::function<void(std::shared_ptr<const RegionsMoment>)>& answer);
    /// In slices.
    void lastWrite(TraceNumber number, Rank rank, const FieldSteps& field, Position upTo,
                   const std::function<void(std::shared_ptr<const LastWrite>)>& answer);
    void forgetLastWrite();
    void forgetNeighbour();
    /// Overtakes neighbour(), and is overtaken by it.
    void turnBehind(TraceNumber number, Position position,
                    const std::function<void(NeighbourAnswer)>& answer);
    void neighbour(TraceNumber number, Rank rank, Position position, bool forward,
                   const std::function<void(NeighbourAnswer)>& answer);

private:
    bool isOpen(TraceNumber number) const { return trace_ && number_ == number; }

    // Worker thread
    std::optional<OpenTrace> trace_;
    TraceNumber number_ = 0;  ///< of trace_
    std::shared_ptr<const TraceSummary> summary_;
    double refreshMs_ = 0;
    Clock::time_point refreshedAt_;

    std::atomic<TraceNumber> newest_{0};  ///< highest number asked to be opened
    Worker worker_;                       ///< last: joined before what its tasks use is gone
};

}  // namespace ariadne::studio
