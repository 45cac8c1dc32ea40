#include "engine/kernel/world.h"
#include "recorder/region_view.h"
#include "tests/recorder/support/till.h"

#include <QRandomGenerator>
#include <QTest>

#include <algorithm>
#include <map>
#include <set>

using namespace ariadne;
using namespace ariadne::test;

namespace {

/// The truth: images of the running world after every `step` rounds.
class ImageKeeper final : public kernel::EventSink {
public:
    explicit ImageKeeper(int step) : step_(step) {}
    void onTypes(std::span<const TypeDesc>) override {}
    void onBirth(const CellBirth&) override {}
    void onEvent(const EventRow&) override {}
    bool wantsSnapshot(Position) override { return rounds_++ % step_ == 0; }
    void onSnapshot(WorldImage image) override { images[image.position] = std::move(image); }
    std::map<Position, WorldImage> images;

private:
    int step_;
    int rounds_ = 0;
};

std::map<Position, WorldImage> imagesOf(std::uint64_t seed, const ArgumentTexts& args,
                                        kernel::Policy policy, int step = 1,
                                        const std::string& id = "till") {
    ImageKeeper keeper{step};
    kernel::WorldOptions options;
    options.seed = seed;
    options.policy = policy;
    kernel::World world{options, &keeper};
    const Program* program = ProgramRegistry::find(id);
    program->start(world, *program, args).IgnoreError();
    while (world.step()) {
    }
    return keeper.images;
}

std::vector<Position> enqueued(const std::vector<MessageImage>& a,
                               const std::vector<MessageImage>& b) {
    std::vector<Position> out;
    for (const auto* lane : {&a, &b})
        for (const MessageImage& m : *lane) out.push_back(m.enqueuedAt);
    return out;
}

std::vector<Position> enqueued(const std::vector<recorder::WaitingMessage>& lane) {
    std::vector<Position> out;
    for (const auto& m : lane) out.push_back(m.enqueuedAt);
    return out;
}

using Owed = std::vector<std::pair<Rank, std::uint64_t>>;

/// Of those the ones whose asker still waits for them, in order.
Owed stillWaitedFor(Owed owed, const WorldImage& world) {
    std::erase_if(owed, [&](const auto& reply) {
        const auto asker = std::find_if(world.cells.begin(), world.cells.end(),
                                        [&](const auto& c) { return c.rank == reply.first; });
        return asker == world.cells.end() ||
               std::none_of(asker->pendingAsks.begin(), asker->pendingAsks.end(),
                            [&](const AskImage& ask) { return ask.id == reply.second; });
    });
    std::sort(owed.begin(), owed.end());
    return owed;
}

/// What the trace's care and the world's differ in; empty = nothing.
std::string careDifference(const recorder::CellMoment& found, const CellImage& cell,
                           const WorldImage& world) {
    const recorder::CellCare& care = found.care;
    const auto sorted = [](std::vector<Rank> ranks) {
        std::sort(ranks.begin(), ranks.end());
        return ranks;
    };
    if (care.restarts != cell.care->incarnation) return "restarts";
    if (sorted(care.links) != sorted(cell.care->links)) return "links";
    Rank parkedAt;
    for (const CellImage& other : world.cells)
        if (std::count(other.care->parkedHere.begin(), other.care->parkedHere.end(), cell.rank) !=
            0)
            parkedAt = other.rank;
    if (care.parkedAt != parkedAt) return "parked";
    std::optional<VirtualTime> restsUntil;
    for (const TimerImage& timer : world.timers)
        if (timer.use == TimerUse::kResume && timer.owner == cell.rank) restsUntil = timer.deadline;
    if (care.restsUntil != restsUntil) return "rests";
    const std::uint64_t masked = care.maskedUntilTurn - std::min(found.turns, care.maskedUntilTurn);
    if (masked != cell.care->maskedTurns) return "masked";
    if (cell.care->cancelTold && (care.cancel != static_cast<CancelReason>(cell.care->cancelled) ||
                                  care.cancelUntil != cell.care->cancelUntil))
        return "cancel";
    Owed owed;
    for (const auto& reply : care.owed) owed.emplace_back(reply.asker, reply.ask);
    return stillWaitedFor(owed, world) == stillWaitedFor(cell.care->owed, world) ? "" : "owed";
}

/// How much of what regions bring a run had.
struct Seen {
    int regions = 0, closing = 0, restarted = 0, linked = 0, parked = 0, resting = 0, owing = 0,
        promises = 0, finalizers = 0, ended = 0, cancelled = 0, holding = 0, given = 0;
    bool everything() const {
        return regions > 0 && closing > 0 && restarted > 0 && linked > 0 && parked > 0 &&
               resting > 0 && owing > 0 && promises > 0 && finalizers > 0 && ended > 0 &&
               cancelled > 0 && holding > 0 && given > 0;
    }
};

}  // namespace

class TstHistory : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    /// All cells, one by one and together, and the world as a whole.
    void compareWithWorld(OpenedTrace& trace, const WorldImage& image, Seen& seen) {
        const auto world = trace.history->worldAt(image.position);
        QVERIFY2(world.ok(), world.status().ToString().c_str());
        QCOMPARE(world->aliveCount, quint32(image.cells.size()));
        std::vector<Rank> ranks;
        for (const CellImage& cell : image.cells) ranks.push_back(cell.rank);
        std::vector<recorder::CellMoment> together;
        const absl::Status all =
            trace.history->cellsAt(image.position, ranks, [&](const auto& cell) {
                together.push_back(cell);
                return true;
            });
        QVERIFY2(all.ok(), all.ToString().c_str());
        seen.ended += static_cast<int>(image.births - image.cells.size());
        for (std::size_t i = 0; i < image.cells.size(); ++i) {
            const CellImage& cell = image.cells[i];
            const auto alone = trace.history->cellAt(image.position, cell.rank);
            QVERIFY2(alone.ok(), alone.status().ToString().c_str());
            const recorder::CellMoment* both[] = {&*alone, &together[i]};
            for (const recorder::CellMoment* found : both) {
                const std::string path = trace.history->pathOf(cell.rank);
                QVERIFY2(found->alive, path.c_str());
                QVERIFY2(found->state.encode() == cell.state, path.c_str());
                QCOMPARE(found->turns, cell.turns);
                QVERIFY2(enqueued(found->mailbox) == enqueued(cell.control, cell.mailbox),
                         path.c_str());
                QVERIFY2(enqueued(found->stash) == enqueued(cell.stash, {}), path.c_str());
                QCOMPARE(found->behaviour, cell.behaviourName.get());
                const std::string care = careDifference(*found, cell, image);
                QVERIFY2(care.empty(), (path + ": " + care).c_str());
            }
            QCOMPARE(world->alive[cell.rank.value], std::uint8_t{1});
            QCOMPARE(std::size_t{world->waiting[cell.rank.value]},
                     cell.control.size() + cell.mailbox.size() + cell.stash.size());
            const bool isTold = world->cancelled.contains(cell.rank);
            const auto region = recorder::regionFrom(
                trace.reader->types(), trace.reader->births()[cell.rank.value].type, cell.state);
            if (region) QCOMPARE(isTold, region->cancel != CancelReason::kNone);
            if (cell.care->cancelTold) QVERIFY(isTold);
            if (isTold && !region) QVERIFY(cell.care->cancelled != 0);
            seen.cancelled += isTold;
            const auto restarts = world->restarts.find(cell.rank);
            QCOMPARE(restarts == world->restarts.end() ? 0 : restarts->second,
                     cell.care->incarnation);
            note(trace, *alone, cell, *world, seen);
        }
        compareHolds(trace, image, together, seen);
        QCOMPARE(together.size(), image.cells.size());
    }

    /// What each cell holds is what the ledgers of all regions say.
    void compareHolds(OpenedTrace& trace, const WorldImage& image,
                      const std::vector<recorder::CellMoment>& cells, Seen& seen) {
        const auto& births = trace.reader->births();
        const auto rankOf = [&](CellKey key) {
            return std::find_if(births.begin(), births.end(),
                                [&](const CellBirth& birth) { return birth.key == key; })
                ->rank;
        };
        std::map<Rank, std::map<std::pair<Rank, std::uint64_t>, LedgerEntry>> expected;
        for (const CellImage& cell : image.cells) {
            const auto region = recorder::regionFrom(trace.reader->types(),
                                                     births[cell.rank.value].type, cell.state);
            if (!region) continue;
            for (const auto& [id, entry] : region->obligations)
                expected[rankOf(entry.holders.back().key)][{rankOf(id.maker.key), id.ordinal}] =
                    entry;
        }
        for (const recorder::CellMoment& cell : cells) {
            const auto& held = expected[cell.rank];
            QCOMPARE(std::size_t{cell.holdsCount}, held.size());
            for (const recorder::HeldObligation& one : cell.holds) {
                const auto at = held.find({one.maker, one.ordinal});
                QVERIFY(at != held.end());
                QCOMPARE(one.entry.name, at->second.name);
                QVERIFY(one.entry.holders == at->second.holders);
                const auto since = trace.history->rowAt(one.since);
                QVERIFY(since.ok());
                const EventRow& row = since->row;
                const bool made = row.kind == EventKind::kReserve && row.peer == one.maker;
                const bool given = row.kind == EventKind::kTransfer && row.peer == cell.rank;
                QVERIFY(made || given);
                QCOMPARE(given, one.entry.holders.size() > 1);
                QCOMPARE(row.arg, one.ordinal);
                QCOMPARE(row.cell, one.region);
                ++seen.holding;
                seen.given += given;
            }
        }
    }

    void note(OpenedTrace& trace, const recorder::CellMoment& found, const CellImage& cell,
              const recorder::WorldMoment& world, Seen& seen) {
        seen.restarted += found.care.restarts != 0;
        seen.linked += !found.care.links.empty();
        seen.parked += found.care.parkedAt != kOutside;
        seen.resting += found.care.restsUntil.has_value();
        seen.owing += !found.care.owed.empty();
        const auto region =
            recorder::regionFrom(trace.reader->types(), found.stateType, found.state);
        QCOMPARE(region.has_value(),
                 recorder::isRegionType(trace.reader->types(), found.stateType));
        if (!region) return;
        ++seen.regions;
        seen.closing += region->phase == RegionPhase::kClosing;
        seen.promises += !region->obligations.empty();
        seen.finalizers += !cell.stash.empty();
        const auto phase = world.phases.find(cell.rank);
        QVERIFY((phase == world.phases.end() ? RegionPhase::kOpen : phase->second) ==
                region->phase);
        for (const auto& [id, entry] : region->obligations) {
            const auto rank =
                std::find_if(trace.reader->births().begin(), trace.reader->births().end(),
                             [&](const CellBirth& birth) { return birth.key == id.maker.key; });
            const auto kept =
                trace.history->obligationAt(world.position, cell.rank, rank->rank, id.ordinal);
            QVERIFY(kept && kept->name == entry.name && kept->holders == entry.holders);
        }
    }

private Q_SLOTS:
    void everyRoundOfTheRunIsFoundAgain_data() {
        QTest::addColumn<int>("policy");
        QTest::newRow("rounds") << 0;
        QTest::newRow("random") << 1;
    }
    void everyRoundOfTheRunIsFoundAgain() {
        QFETCH(int, policy);
        const auto chosen = static_cast<kernel::Policy>(policy);
        const auto truth = imagesOf(11, {}, chosen);
        OpenedTrace trace = openTrace(recordTill(folder_, "t.clew", 11, {}, chosen));
        QVERIFY(truth.size() > 20);
        std::vector<Position> order;
        for (const auto& [position, image] : truth) order.push_back(position);
        // Forwards, backwards and at random: the answer must not depend on what was asked before.
        std::vector<Position> walk = order;
        walk.insert(walk.end(), order.rbegin(), order.rend());
        QRandomGenerator random{42};
        for (int i = 0; i < 100; ++i) walk.push_back(order[random.bounded(quint32(order.size()))]);
        for (const Position position : walk) {
            const WorldImage& image = truth.at(position);
            const auto world = trace.history->worldAt(position);
            QVERIFY2(world.ok(), world.status().ToString().c_str());
            QCOMPARE(world->aliveCount, quint32(image.cells.size()));
            QCOMPARE(world->time, image.time);
            for (const CellImage& cell : image.cells) {
                QCOMPARE(world->alive[cell.rank.value], std::uint8_t{1});
                QCOMPARE(std::size_t{world->waiting[cell.rank.value]},
                         cell.control.size() + cell.mailbox.size() + cell.stash.size());
                const auto moment = trace.history->cellAt(position, cell.rank);
                QVERIFY2(moment.ok(), moment.status().ToString().c_str());
                QVERIFY(moment->alive);
                QVERIFY(moment->state.encode() == cell.state);
                QCOMPARE(moment->turns, cell.turns);
                QVERIFY(enqueued(moment->mailbox) == enqueued(cell.control, cell.mailbox));
                QVERIFY(enqueued(moment->stash) == enqueued(cell.stash, {}));
                for (std::size_t i = 0; i < moment->mailbox.size(); ++i) {
                    const auto& expected = i < cell.control.size()
                                               ? cell.control[i]
                                               : cell.mailbox[i - cell.control.size()];
                    QVERIFY(moment->mailbox[i].payload == expected.payload);
                    QCOMPARE(moment->mailbox[i].sender, expected.sender);
                }
            }
        }
    }

    void snapshotsOnTheWayChangeNoAnswer() {
        const ArgumentTexts args{{"customers", "12000"}, {"tills", "7"}};
        const auto truth = imagesOf(5, args, kernel::Policy::kRounds, 1500);
        OpenedTrace trace = openTrace(recordTill(folder_, "long.clew", 5, args));
        QVERIFY(trace.reader->snapshots().size() >= 2);
        QVERIFY(truth.size() > 4);
        std::size_t open = 0;
        for (const auto& [position, image] : truth) {
            std::vector<Rank> ranks;
            for (const CellBirth& birth : trace.reader->births())
                if (birth.rank != kOutside) ranks.push_back(birth.rank);
            std::vector<recorder::CellMoment> together;
            const absl::Status all = trace.history->cellsAt(position, ranks, [&](const auto& cell) {
                together.push_back(cell);
                return true;
            });
            QVERIFY2(all.ok(), all.ToString().c_str());
            QCOMPARE(together.size(), ranks.size());
            std::size_t alive = 0;
            for (std::size_t i = 0; i < ranks.size(); ++i) {
                const auto alone = trace.history->cellAt(position, ranks[i]);
                QVERIFY(alone.ok());
                QCOMPARE(together[i].rank, ranks[i]);
                QCOMPARE(together[i].alive, alone->alive);
                QCOMPARE(together[i].endedAt, alone->endedAt);
                QCOMPARE(together[i].turns, alone->turns);
                QCOMPARE(together[i].behaviour, alone->behaviour);
                QCOMPARE(together[i].waitingCount, alone->waitingCount);
                QVERIFY(together[i].state.encode() == alone->state.encode());
                alive += together[i].alive ? 1u : 0u;
                open += together[i].behaviour.ends_with("OpenTill") ? 1u : 0u;
            }
            QCOMPARE(alive, image.cells.size());
            for (const CellImage& cell : image.cells) {
                const recorder::CellMoment& found = together[cell.rank.value - 1];
                QVERIFY(found.state.encode() == cell.state);
                QCOMPARE(found.behaviour, cell.behaviourName.get());
                QCOMPARE(found.lastTurn, cell.lastTurn);
            }
        }
        QVERIFY(open > truth.size());
    }

    void regionsAndRestartsAreFoundAgain() {
        const auto chosen = kernel::Policy::kRounds;
        Seen seen;
        for (const std::uint64_t seed : {1ull, 2ull, 3ull}) {
            const auto truth = imagesOf(seed, {}, chosen, 1, "theatre");
            OpenedTrace trace =
                openTrace(recordProgram(folder_, "theatre.clew", "theatre", seed, {}, chosen));
            QVERIFY(truth.size() > 100);
            std::vector<Position> order;
            for (const auto& [position, image] : truth) order.push_back(position);
            QRandomGenerator random{static_cast<quint32>(seed)};
            for (int i = 0; i < 150; ++i) {
                const Position position = order[random.bounded(quint32(order.size()))];
                compareWithWorld(trace, truth.at(position), seen);
                if (QTest::currentTestFailed()) {
                    qWarning("seed %llu, position %llu", static_cast<unsigned long long>(seed),
                             static_cast<unsigned long long>(position.value));
                    return;
                }
            }
        }
        QVERIFY2(seen.everything(), "a tame program");
    }

    void snapshotsOnTheWayChangeNoAnswerAboutRegions() {
        const ArgumentTexts args{{"evenings", "1500"}};
        const auto truth = imagesOf(7, args, kernel::Policy::kRounds, 97, "theatre");
        OpenedTrace trace = openTrace(recordProgram(folder_, "season.clew", "theatre", 7, args));
        QVERIFY(trace.reader->snapshots().size() >= 2);
        QRandomGenerator random{9};
        std::vector<Position> order;
        for (const auto& [position, image] : truth)
            if (position >= trace.reader->snapshots().front().position) order.push_back(position);
        QVERIFY(order.size() > 20);
        Seen seen;
        for (int i = 0; i < 25; ++i) {
            compareWithWorld(trace, truth.at(order[random.bounded(quint32(order.size()))]), seen);
            if (QTest::currentTestFailed()) return;
        }
    }

    void changedFieldsAreKnownRightBehindASnapshot() {
        OpenedTrace trace =
            openTrace(recordTill(folder_, "behind.clew", 5, {{"customers", "12000"}}));
        int seen = 0;
        for (const auto& snapshot : trace.reader->snapshots()) {
            for (const CellBirth& birth : trace.reader->births()) {
                if (birth.rank == kOutside || birth.bornAt >= snapshot.position) continue;
                const auto cell = trace.history->cellAt(snapshot.position, birth.rank);
                QVERIFY(cell.ok());
                if (!cell->alive || cell->changed.empty()) continue;
                const auto turn = trace.history->rowAt(cell->lastTurn);
                QVERIFY(turn.ok() && turn->row.kind == EventKind::kDeliver);
                QCOMPARE(turn->row.cell, birth.rank);
                const auto old = trace.history->cellAt({cell->lastTurn.value - 1}, birth.rank);
                QVERIFY(old.ok() && cell->before.has_value());
                QVERIFY(cell->before->encode() == old->state.encode());
                ++seen;
            }
        }
        QVERIFY(seen > 0);
    }

    void aCellBeforeItsBirthAndAfterItsEnd() {
        OpenedTrace trace = openTrace(recordTill(folder_, "life.clew", 11));
        const auto before = trace.history->cellAt({1}, {2});
        QVERIFY(before.ok() && !before->born && !before->alive);
        Position failed;
        Rank broken;
        for (Position p{1}; p <= trace.reader->lastPosition(); ++p.value)
            if (const auto row = trace.history->rowAt(p); row->row.kind == EventKind::kFail) {
                failed = p;
                broken = row->row.cell;
            }
        QVERIFY(failed.value != 0);
        const auto after = trace.history->cellAt(trace.reader->lastPosition(), broken);
        QVERIFY(after.ok() && after->born && !after->alive);
        QCOMPARE(after->endedAt, failed);
        QVERIFY(after->endText.find("empty basket of customer 13") != std::string::npos);
        const auto just = trace.history->cellAt({failed.value - 1}, broken);
        QVERIFY(just.ok() && just->alive);
        QVERIFY(just->state.encode() == after->state.encode());
    }

    void whatATurnChangedIsKnownWithItsOldValue() {
        OpenedTrace trace = openTrace(recordTill(folder_, "change.clew", 11));
        int seen = 0;
        for (Position p{1}; p <= trace.reader->lastPosition(); ++p.value) {
            const auto row = trace.history->rowAt(p);
            if (row->row.kind != EventKind::kDeliver || row->row.change.empty()) continue;
            const auto now = trace.history->cellAt(p, row->row.cell);
            const auto old = trace.history->cellAt({p.value - 1}, row->row.cell);
            QVERIFY(now.ok() && old.ok());
            QVERIFY(!now->changed.empty() && now->before.has_value());
            QVERIFY(now->before->encode() == old->state.encode());
            QVERIFY(now->state.encode() != old->state.encode());
            ++seen;
        }
        QVERIFY(seen > 30);
    }

    void neighboursOfAnActorAreItsOwnEvents() {
        OpenedTrace trace = openTrace(recordTill(folder_, "near.clew", 11));
        const Rank rank{2};
        std::vector<Position> own;
        for (Position p{1}; p <= trace.reader->lastPosition(); ++p.value) {
            const EventRow row = trace.history->rowAt(p)->row;
            if (row.cell == rank || (row.peer == rank && isEnqueue(row.kind))) own.push_back(p);
        }
        std::vector<Position> forward, backward;
        for (auto at = trace.history->nextOf(rank, {0}); at.ok() && *at;
             at = trace.history->nextOf(rank, **at))
            forward.push_back(**at);
        for (auto at = trace.history->previousOf(rank, {trace.reader->lastPosition().value + 1});
             at.ok() && *at; at = trace.history->previousOf(rank, **at))
            backward.push_back(**at);
        std::reverse(backward.begin(), backward.end());
        QVERIFY(forward == own);
        QVERIFY(backward == own);
    }

    void everyRowIsDescribed() {
        OpenedTrace trace = openTrace(recordTill(folder_, "say.clew", 11));
        for (Position p{1}; p <= trace.reader->lastPosition(); ++p.value) {
            const auto row = trace.history->rowAt(p);
            const auto text = trace.history->describe(row->row);
            QVERIFY(text.ok());
            if (row->row.kind == EventKind::kDeliver)
                QVERIFY2(!text->starts_with("0x"), text->c_str());
        }
    }

    /// A table shows rows, and of each what its cause says: by turns of chunks far apart. Decoding
    /// one of them for every row took the time of a whole page for each.
    void rowsAskedForByTurnsAreDecodedOnce() {
        const ArgumentTexts args{{"customers", "6000"}};
        OpenedTrace trace = openTrace(recordTill(folder_, "turns.clew", 5, args));
        const auto& chunks = trace.reader->chunks();
        QVERIFY(chunks.size() >= 4);
        std::vector<recorder::History::Row> rows;
        std::set<const void*> decoded;
        for (std::uint64_t i = 0; i < 50; ++i) {
            for (const std::size_t chunk : {0u, 1u, 3u}) {
                const Position at{chunks[chunk].first.value + 10 * i};
                rows.push_back(*trace.history->rowAt(at));
                QCOMPARE(rows.back().row.seq, at);
                decoded.insert(rows.back().chunk.get());
            }
        }
        // Of each first a part, then the whole.
        QCOMPARE(decoded.size(), 6u);
    }

    void questionsBeyondTheTraceAreAnswered() {
        OpenedTrace trace = openTrace(recordTill(folder_, "edge.clew", 11));
        const Position last = trace.reader->lastPosition();
        QCOMPARE(trace.history->worldAt({last.value + 1}).status().code(),
                 absl::StatusCode::kOutOfRange);
        QCOMPARE(trace.history->cellAt(last, {9999}).status().code(),
                 absl::StatusCode::kOutOfRange);
        QCOMPARE(trace.history->cellAt(last, kOutside).status().code(),
                 absl::StatusCode::kOutOfRange);
        const auto none = trace.history->worldAt({0});
        QVERIFY(none.ok());
        QCOMPARE(none->aliveCount, 0u);
        const recorder::CancelFlag stop{true};
        QCOMPARE(trace.history->worldAt({last.value - 1}, &stop).status().code(),
                 absl::StatusCode::kCancelled);
    }

    void globs() {
        QVERIFY(recorder::globMatches("*", ""));
        QVERIFY(recorder::globMatches("till/till*", "till/till#2"));
        QVERIFY(recorder::globMatches("*#?", "till/till#2"));
        QVERIFY(recorder::globMatches("a*b*c", "aXbYbZc"));
        QVERIFY(!recorder::globMatches("a*b*c", "aXbYbZ"));
        QVERIFY(!recorder::globMatches("till", "till/till"));
        QVERIFY(!recorder::globMatches("", "x"));
    }
};

QTEST_GUILESS_MAIN(TstHistory)
#include "tst_history.moc"
