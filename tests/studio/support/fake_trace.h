// A made-up trace for tests of models and views: actors, lanes, moments, pages, without a file.
#pragma once

#include "studio/session/results.h"
#include "studio/session/timeline_sums.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ariadne::studio::fake {

/// "bank", and `children` tellers under it; ranks 1, 2, ...
inline std::shared_ptr<const std::vector<ActorEntry>> actors(std::uint32_t children) {
    std::vector<ActorEntry> out(1);
    out.push_back({{1}, {0}, "bank", "Bank", {1}});
    for (std::uint32_t i = 1; i <= children; ++i)
        out.push_back({{i + 1}, {1}, "bank/teller#" + std::to_string(i), "Teller", {1 + i}});
    return std::make_shared<const std::vector<ActorEntry>>(std::move(out));
}

/// Turns of three events go round the actors in order, up to `last`; every fifth changes state.
inline std::shared_ptr<const LaneIndex> lanes(std::uint32_t children, std::uint64_t last) {
    auto out = std::make_shared<LaneIndex>();
    out->indexedTo = out->lastPosition = {last};
    out->complete = true;
    out->lanes.resize(children + 2);
    for (std::uint32_t rank = 0; rank < out->lanes.size(); ++rank) {
        out->lanes[rank].rank = {rank};
        out->lanes[rank].bornAt = {rank};
    }
    std::uint64_t at = children + 2;
    for (std::uint64_t turn = 0; at + 3 <= last + 1; ++turn, at += 3) {
        const auto rank = static_cast<std::uint32_t>(turn % (children + 1)) + 1;
        const SliceKind kind = turn % 5 == 0 ? SliceKind::kChanged : SliceKind::kTurn;
        out->lanes[rank].slices.add({at, 3, kind});
    }
    out->density.assign(2048, 3);
    // A millisecond passes with every 256th event.
    auto sums = std::make_shared<TimelineSums>();
    for (std::uint64_t position = 1; position <= last; ++position) {
        sums->times.add({position}, {static_cast<std::int64_t>(position / 256) * 1'000'000});
        sums->kinds.add({position}, position % 3 == 0 ? EventKind::kDeliver : EventKind::kSend);
    }
    sums->next = sums->depths.next = {last + 1};
    out->sums = std::move(sums);
    return out;
}

inline std::shared_ptr<const TraceSummary> summary(std::uint32_t children, std::uint64_t last) {
    auto out = std::make_shared<TraceSummary>();
    out->path = "fake.clew";
    out->lastPosition = {last};
    out->actors = actors(children);
    out->snapshots = {{1}, {last / 2}};
    out->failures = {{last}};
    return out;
}

inline EventLine line(std::uint64_t position) {
    EventLine out;
    out.seq = {position};
    out.kind = position % 3 == 0 ? EventKind::kDeliver : EventKind::kSend;
    out.time = {static_cast<std::int64_t>(position) * 1'000'000};
    out.round = {position / 10};
    out.cell = {1};
    out.peer = {2};
    out.cause = {position - 1};
    out.text = "Deposit{cents: " + std::to_string(position) + "}";
    return out;
}

inline RowCount rowCount(std::uint64_t generation, std::uint64_t rows, bool filtered,
                         bool complete) {
    RowCount out;
    out.generation = generation;
    out.rows = rows;
    out.filtered = filtered;
    out.complete = complete;
    out.plain = !filtered;
    return out;
}

inline std::shared_ptr<const EventPage> page(std::uint64_t generation, std::uint64_t firstRow,
                                             std::uint32_t count) {
    auto out = std::make_shared<EventPage>();
    out->generation = generation;
    out->firstRow = firstRow;
    for (std::uint64_t row = firstRow; row < firstRow + count; ++row)
        out->lines.push_back(line(row + 1));
    return out;
}

inline value::ValueNode scalar(std::string name, std::string text) {
    value::ValueNode out;
    out.name = std::move(name);
    out.typeName = "i64";
    out.kind = TypeKind::kInt;
    out.text = std::move(text);
    return out;
}

inline value::ValueNode list(std::string name, std::size_t count) {
    value::ValueNode out;
    out.name = std::move(name);
    out.typeName = "list<i64>";
    out.kind = TypeKind::kList;
    out.text = "[" + std::to_string(count) + "]";
    out.childCount = count;
    for (std::size_t i = 0; i < count; ++i)
        out.children.push_back(scalar("[" + std::to_string(i) + "]", std::to_string(i)));
    return out;
}

inline value::ValueNode account(const std::string& balance, std::size_t entries) {
    value::ValueNode out;
    out.typeName = "Account";
    out.kind = TypeKind::kStruct;
    out.text = "Account{balance: " + balance + "}";
    out.children = {scalar("balance", balance), scalar("version", "3"), list("log", entries)};
    out.childCount = out.children.size();
    return out;
}

/// The actor of rank 1 at `position`, its balance just changed, two messages waiting.
inline std::shared_ptr<const Moment> moment(std::uint64_t position) {
    auto out = std::make_shared<Moment>();
    out->position = {position};
    out->time = {static_cast<std::int64_t>(position) * 1'000'000};
    out->round = {position / 10};
    out->event = line(position);
    out->effects = {line(position + 1), line(position + 2)};
    out->causeLine = line(position - 1);
    out->world.position = {position};
    out->world.alive = {0, 1, 1, 0};
    out->world.waiting = {0, 2, 0, 0};
    ActorMoment actor;
    actor.rank = {1};
    actor.path = "bank";
    actor.typeName = "Bank";
    actor.isKnown = actor.born = actor.alive = true;
    actor.turns = 4;
    actor.lastTurn = {position};
    actor.state = account("500", 3);
    actor.before = account("400", 2);
    actor.changedPaths = {"balance", "log"};
    actor.mailbox.resize(2);
    actor.mailboxTotal = 2;
    actor.mailbox[0].enqueuedAt = {position - 2};
    actor.mailbox[0].sender = "bank/teller#1";
    actor.mailbox[0].text = "Read{}";
    actor.mailbox[1].enqueuedAt = {position - 1};
    actor.mailbox[1].sender = "bank/teller#2";
    actor.mailbox[1].text = "Write{balance: 10}";
    out->actor = std::move(actor);
    return out;
}

}  // namespace ariadne::studio::fake
