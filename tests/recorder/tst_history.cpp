#include "engine/kernel/world.h"
#include "tests/recorder/support/till.h"

#include <QRandomGenerator>
#include <QTest>

#include <algorithm>
#include <map>

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
                                        kernel::Policy policy, int step = 1) {
    ImageKeeper keeper{step};
    kernel::WorldOptions options;
    options.seed = seed;
    options.policy = policy;
    kernel::World world{options, &keeper};
    const Program* program = ProgramRegistry::find("till");
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

}  // namespace

class TstHistory : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

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
                QCOMPARE(found.behaviour, cell.behaviourName);
                QCOMPARE(found.lastTurn, cell.lastTurn);
            }
        }
        QVERIFY(open > truth.size());
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
