#include "studio/session/reading.h"

#include "recorder/causality.h"
#include "recorder/region_view.h"
#include "studio/session/event_lines.h"
#include "studio/session/moment_builder.h"
#include "studio/session/region_texts.h"
#include "studio/session/write_search.h"

#include <algorithm>
#include <utility>

namespace ariadne::studio {
namespace {

constexpr std::uint64_t kCacheBytes = 192ull << 20;
/// Pages that wait to be read; a person who scrolls on does not need the older ones.
constexpr std::size_t kPagesWaitingMax = 16;
constexpr std::uint32_t kPageRowsMax = 4096;
/// What takes long goes on for so long at a time, so that a moment does not wait for it.
constexpr int kSliceMs = 4;

NeighbourAnswer neighbourOf(OpenTrace& trace, Rank rank, Position position, bool forward,
                            const CancelFlag& cancelled) {
    if (rank == kOutside) {
        if (forward && position < trace.last()) return {Position{position.value + 1}, {}};
        if (!forward && position.value > 1) return {Position{position.value - 1}, {}};
        return {};
    }
    if (trace.inputs)
        return {std::nullopt,
                "found a trace of level inputs, expected one with events to go to the next of an "
                "actor; run its program again"};
    recorder::History& history = *trace.history;
    const auto found = forward ? history.nextOf(rank, position, &cancelled)
                               : history.previousOf(rank, position, &cancelled);
    if (!found.ok()) return {std::nullopt, std::string{found.status().message()}};
    return {*found, {}};
}

NeighbourAnswer turnAfter(OpenTrace& trace, Position position, const CancelFlag& cancelled) {
    if (trace.inputs)
        return {std::nullopt,
                "found a trace of level inputs, expected one with events to go from turn to turn; "
                "run its program again"};
    tracefmt::TraceReader& reader = *trace.reader;
    tracefmt::RowsSought turns;
    turns.kinds = tracefmt::kindBit(EventKind::kDeliver);
    const Position from{position.value + 1};
    for (std::size_t i = chunkFrom(reader, from); i < reader.chunks().size() && !cancelled; ++i) {
        if (!reader.mayHold(i, turns)) continue;
        const auto chunk = reader.chunk(i);
        if (!chunk.ok()) return {std::nullopt, std::string{chunk.status().message()}};
        const std::uint64_t first = (*chunk)->first().value;
        for (std::uint64_t at = std::max(from.value, first) - first; at < (*chunk)->count(); ++at)
            if ((*chunk)->row(static_cast<std::uint32_t>(at)).kind == EventKind::kDeliver)
                return {Position{first + at}, {}};
    }
    return {};
}

}  // namespace

void Reading::open(TraceNumber number, const std::string& path, const SummaryAnswer& opened,
                   const FailedAnswer& failed) {
    TraceNumber newest = newest_;
    while (newest < number && !newest_.compare_exchange_weak(newest, number)) {
    }
    worker_.post(RequestKind::kOpen, [=, this](const CancelFlag&) {
        if (number < newest_) return Again::kNo;
        absl::StatusOr<OpenTrace> trace = OpenTrace::open(path, kCacheBytes);
        if (!trace.ok()) {
            failed(std::string{trace.status().message()});
            return Again::kNo;
        }
        trace_ = *std::move(trace);
        number_ = number;
        refreshMs_ = 0;
        summary_ = std::make_shared<const TraceSummary>(summaryOf(*trace_, nullptr));
        opened(summary_);
        return Again::kNo;
    });
}

void Reading::refresh(TraceNumber number, bool settled, const SummaryAnswer& grown) {
    worker_.post(RequestKind::kRefresh, [=, this](const CancelFlag&) {
        if (!isOpen(number)) return Again::kNo;
        if (!settled && millisecondsSince(refreshedAt_) < 10 * refreshMs_) return Again::kNo;
        const auto began = Clock::now();
        const absl::StatusOr<bool> longer = trace_->reader->refresh();
        // What cannot be read now stays as it was; the next look may do better.
        if (absl::IsUnavailable(longer.status())) return Again::kNo;
        if (longer.ok() && !*longer && !settled) return Again::kNo;
        TraceSummary summary = summaryOf(*trace_, summary_.get());
        if (!longer.ok()) {
            summary.state = tracefmt::FileState::kDamaged;
            summary.damage = std::string{longer.status().message()};
        }
        summary_ = std::make_shared<const TraceSummary>(std::move(summary));
        refreshedAt_ = Clock::now();
        refreshMs_ = millisecondsSince(began);
        grown(summary_);
        return Again::kNo;
    });
}

void Reading::moment(TraceNumber number, Position position, Rank selected,
                     const std::function<void(std::shared_ptr<const Moment>)>& answer) {
    worker_.cancel(RequestKind::kRegions);
    worker_.replaceFirst(RequestKind::kMoment, [=, this](const CancelFlag& cancelled) {
        if (!isOpen(number)) return Again::kNo;
        if (auto moment = momentAt(*trace_, position, selected, cancelled))
            answer(std::make_shared<const Moment>(*std::move(moment)));
        return Again::kNo;
    });
}

void Reading::base(TraceNumber number, Position position, Rank selected,
                   const std::function<void(std::shared_ptr<const Moment>)>& answer) {
    worker_.replace(RequestKind::kBase, [=, this](const CancelFlag& cancelled) {
        if (!isOpen(number)) return Again::kNo;
        if (auto moment = momentAt(*trace_, position, selected, cancelled))
            answer(std::make_shared<const Moment>(*std::move(moment)));
        return Again::kNo;
    });
}

void Reading::rows(TraceNumber number, const TableRows& table, EventPage page, std::uint32_t count,
                   const std::function<void(std::shared_ptr<const EventPage>)>& answer) {
    auto out = std::make_shared<EventPage>(std::move(page));
    const auto read = [=, this](const CancelFlag& cancelled) {
        if (!isOpen(number)) return Again::kNo;
        const std::uint64_t total = table.size();
        const std::uint64_t end =
            out->firstRow + std::min<std::uint64_t>(std::min(count, kPageRowsMax),
                                                    total - std::min(total, out->firstRow));
        const value::ShowOptions options = showOptionsOf(*trace_->history);
        const auto began = Clock::now();
        while (out->firstRow + out->lines.size() < end) {
            if (cancelled) return Again::kNo;
            if (millisecondsSince(began) > kSliceMs) return Again::kYes;
            const Position at = table.at(out->firstRow + out->lines.size());
            out->lines.push_back(lineAt(*trace_, at, options));
        }
        answer(out);
        return Again::kNo;
    };
    worker_.post(RequestKind::kRows, read, kPagesWaitingMax);
}

void Reading::neighbour(TraceNumber number, Rank rank, Position position, bool forward,
                        const std::function<void(NeighbourAnswer)>& answer) {
    worker_.replaceFirst(RequestKind::kNeighbour, [=, this](const CancelFlag& cancelled) {
        if (!isOpen(number)) return Again::kNo;
        const auto found = neighbourOf(*trace_, rank, position, forward, cancelled);
        if (!cancelled) answer(found);
        return Again::kNo;
    });
}

void Reading::turnBehind(TraceNumber number, Position position,
                         const std::function<void(NeighbourAnswer)>& answer) {
    worker_.replace(RequestKind::kNeighbour, [=, this](const CancelFlag& cancelled) {
        if (!isOpen(number)) return Again::kNo;
        const auto found = turnAfter(*trace_, position, cancelled);
        if (!cancelled) answer(found);
        return Again::kNo;
    });
}

void Reading::causes(TraceNumber number, Position position,
                     const std::function<void(std::shared_ptr<const CauseChain>)>& answer) {
    auto chain = std::make_shared<CauseChain>();
    chain->of = position;
    const auto walk = [=, this, next = position](const CancelFlag& cancelled) mutable {
        if (!isOpen(number)) return Again::kNo;
        const value::ShowOptions options = showOptionsOf(*trace_->history);
        const auto began = Clock::now();
        while (next.value != 0 && chain->lines.size() < CauseChain::kLinesMax) {
            if (cancelled) return Again::kNo;
            if (millisecondsSince(began) > kSliceMs) return Again::kYes;
            chain->lines.push_back(lineAt(*trace_, next, options));
            const EventLine& line = chain->lines.back();
            next = line.missingTo.value == 0 ? recorder::causeOf(next, line.cause) : Position{};
        }
        chain->more = next.value != 0;
        answer(chain);
        return Again::kNo;
    };
    worker_.replace(RequestKind::kCauses, walk);
}

void Reading::actors(RequestKind kind, TraceNumber number, const std::string& lower,
                     const std::function<void(std::shared_ptr<const ActorMatches>)>& answer) {
    worker_.replace(kind, [=, this](const CancelFlag& cancelled) {
        if (!isOpen(number)) return Again::kNo;
        auto found = std::make_shared<const ActorMatches>(actorsMatching(summary_->actors, lower));
        if (!cancelled) answer(std::move(found));
        return Again::kNo;
    });
}

void Reading::regions(TraceNumber number, Position position, const std::vector<Rank>& ranks,
                      const std::function<void(std::shared_ptr<const RegionsMoment>)>& answer) {
    worker_.replace(RequestKind::kRegions, [=, this](const CancelFlag& cancelled) {
        if (!isOpen(number)) return Again::kNo;
        auto out = std::make_shared<RegionsMoment>();
        out->position = position;
        const TypeTable& types = trace_->reader->types();
        const auto add = [&](const recorder::CellMoment& cell) {
            const auto region =
                cell.alive ? recorder::regionFrom(types, cell.stateType, cell.state) : std::nullopt;
            if (region) out->regions.push_back({cell.rank, regionNotes(*region)});
            return !cancelled;
        };
        // What cannot be told is left out: the moment itself says why.
        const absl::Status told = trace_->history->cellsAt(position, ranks, add, &cancelled);
        if (!cancelled && !absl::IsCancelled(told)) answer(out);
        return Again::kNo;
    });
}

void Reading::lastWrite(TraceNumber number, Rank rank, const FieldSteps& field, Position upTo,
                        const std::function<void(std::shared_ptr<const LastWrite>)>& answer) {
    auto search = std::make_shared<WriteSearch>(rank, field, upTo);
    worker_.replace(RequestKind::kLastWrite, [=, this](const CancelFlag& cancelled) {
        if (!isOpen(number)) return Again::kNo;
        const auto until = Clock::now() + std::chrono::milliseconds{kSliceMs};
        switch (search->advance(*trace_, until, cancelled)) {
            case WalkEnd::kOutOfTime: return Again::kYes;
            case WalkEnd::kCancelled: return Again::kNo;
            case WalkEnd::kReachedEnd: break;
        }
        answer(std::make_shared<const LastWrite>(search->take()));
        return Again::kNo;
    });
}

void Reading::forgetLastWrite() {
    worker_.cancel(RequestKind::kLastWrite);
}

void Reading::forgetNeighbour() {
    worker_.cancel(RequestKind::kNeighbour);
}

}  // namespace ariadne::studio
