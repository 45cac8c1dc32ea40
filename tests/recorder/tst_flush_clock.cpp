// What was committed is seen by a follower while the run goes on, and changes nothing about it.
#include "engine/ariadne.h"
#include "tests/recorder/support/till.h"

#include <QTest>

#include <atomic>
#include <filesystem>
#include <latch>
#include <thread>

using namespace ariadne;
using namespace ariadne::test;
using namespace std::chrono_literals;
using recorder::ProgramRun;
using recorder::RunRequest;
using tracefmt::FileState;
using tracefmt::TraceReader;

namespace {

/// Set while handlers are to wait for the test. No part of any state.
std::atomic<bool> closed{false};

/// A follower gives up after so many looks: far longer than anything here takes.
constexpr int kLooksMax = 30'000;

/// Whether the follower has come to see `wanted` events.
bool comesToSee(TraceReader& reader, std::uint64_t wanted) {
    for (int look = 0; look < kLooksMax; ++look) {
        if (!reader.refresh().ok()) return false;
        if (reader.lastPosition().value >= wanted) return true;
        std::this_thread::sleep_for(1ms);
    }
    return false;
}

}  // namespace

namespace vigil {

struct Count {
    std::uint32_t left = 0;
};
BOOST_DESCRIBE_STRUCT(Count, (), (left))

/// Counts down, a message to itself each, and waits in its last turn.
struct Watchman {
    std::uint32_t turns = 0;
    void on(Context& cx, const Count& m) {
        ++turns;
        if (m.left > 0) return cx.send(cx.self<Watchman>(), Count{m.left - 1});
        closed.wait(true);
    }
};
BOOST_DESCRIBE_STRUCT(Watchman, (), (turns))
ARIADNE_ACTOR(Watchman, Count)

struct Tower {
    void on(Context& cx, const Start&) { cx.send(cx.spawn<Watchman>("watchman"), Count{20}); }
};
BOOST_DESCRIBE_STRUCT(Tower, (), ())
ARIADNE_ACTOR(Tower, Start)
ARIADNE_PROGRAM("vigil", "1.0", Tower)

}  // namespace vigil

class TstFlushClock : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::filesystem::path in(const char* name) {
        return std::filesystem::path{folder_.path().toStdString()} / name;
    }
    RunRequest request(const char* name, std::chrono::nanoseconds visibleEvery) {
        RunRequest out{"vigil", {}, 3, kernel::Policy::kRounds, in(name)};
        out.visibleEvery = visibleEvery;
        return out;
    }
    /// To its end, with nobody waiting in it.
    std::filesystem::path record(const RunRequest& asked) {
        auto run = ProgramRun::start(asked);
        while ((*run)->step()) {
        }
        (void)(*run)->finish("");
        return *asked.file;
    }

private Q_SLOTS:
    void whatWasCommittedIsSeenWhileATurnRuns() {
        const auto whole = openTrace(record(request("whole.clew", 0ns)));
        // The last message, which the turn that waits has taken.
        std::uint64_t lastSend = 0;
        for (Position p{1}; p <= whole.reader->lastPosition(); ++p.value) {
            const auto row = whole.history->rowAt(p);
            if (row->row.kind == EventKind::kSend) lastSend = p.value;
        }
        QVERIFY(lastSend > 20);

        closed = true;
        std::latch started{1};
        std::jthread host{[&] {
            auto run = ProgramRun::start(request("seen.clew", 1ms));
            started.count_down();
            while ((*run)->step()) {
            }
            (void)(*run)->finish("");
        }};
        started.wait();
        auto reader = TraceReader::open(in("seen.clew"));
        const bool opened = reader.ok();
        const bool seen = opened && comesToSee(**reader, lastSend);
        const FileState while_ = opened ? (*reader)->state() : FileState::kClean;
        closed = false;
        closed.notify_all();
        host.join();
        QVERIFY2(seen, reader.status().ToString().c_str());
        QCOMPARE(while_, FileState::kRecording);

        // And the rest, the end too.
        QVERIFY((*reader)->refresh().ok());
        QCOMPARE((*reader)->state(), FileState::kClean);
        QVERIFY((*reader)->verify(nullptr, nullptr).ok());
        QCOMPARE((*reader)->lastPosition(), whole.reader->lastPosition());
        QCOMPARE((*reader)->stats().eventDigest, whole.reader->stats().eventDigest);
        QCOMPARE((*reader)->stats().changeDigest, whole.reader->stats().changeDigest);
        QCOMPARE((*reader)->stats().stateDigest, whole.reader->stats().stateDigest);
    }

    void byCountAloneEqualRunsGiveEqualBytes() {
        QVERIFY(fileBytes(record(request("a.clew", 0ns))) ==
                fileBytes(record(request("b.clew", 0ns))));
    }

    void eventsAndSnapshotsAreThoseOfARunThatNobodyFollows() {
        const ArgumentTexts args{{"customers", "400"}};
        RunRequest asked{"till", args, 5, kernel::Policy::kRounds, in("plain.clew")};
        const auto plain = openTrace(record(asked));
        asked.file = in("followed.clew");
        asked.visibleEvery = 1ns;  // as often as it gets to
        asked.threads.count = 2;
        const auto followed = openTrace(record(asked));
        QVERIFY(followed.reader->verify(nullptr, nullptr).ok());
        QCOMPARE(followed.reader->stats().eventDigest, plain.reader->stats().eventDigest);
        QCOMPARE(followed.reader->stats().changeDigest, plain.reader->stats().changeDigest);
        QCOMPARE(followed.reader->snapshots().size(), plain.reader->snapshots().size());
        for (std::size_t i = 0; i < plain.reader->snapshots().size(); ++i)
            QCOMPARE(followed.reader->snapshots()[i].stateDigest,
                     plain.reader->snapshots()[i].stateDigest);
    }

    void threeReadersFollowARun() {
        RunRequest asked{"till", {{"customers", "300"}}, 8, kernel::Policy::kRounds, in("r9.clew")};
        asked.visibleEvery = 1ns;
        struct Seen {
            std::vector<std::uint64_t> digests;  ///< of events, after each chunk
            std::uint64_t events = 0;
            bool vanished = false;
            FileState state = FileState::kRecording;
        };
        std::array<Seen, 3> all;
        {
            auto run = ProgramRun::start(asked);
            QVERIFY(run.ok());
            std::vector<std::jthread> readers;
            for (Seen& seen : all)
                readers.emplace_back([&seen, file = *asked.file] {
                    auto reader = TraceReader::open(file);
                    if (!reader.ok()) return;
                    do {
                        const Position last = (*reader)->lastPosition();
                        if (!(*reader)->refresh().ok()) return;
                        seen.vanished |= (*reader)->lastPosition() < last;
                        const auto& chunks = (*reader)->chunks();
                        for (std::size_t i = seen.digests.size(); i < chunks.size(); ++i) {
                            const auto chunk = (*reader)->chunk(i);
                            if (!chunk.ok()) return;
                            seen.digests.push_back(chunks[i].eventDigest);
                            seen.events += (*chunk)->count();
                        }
                    } while ((*reader)->state() == FileState::kRecording);
                    seen.state = (*reader)->state();
                });
            while ((*run)->step()) {
            }
            QVERIFY((*run)->finish("").ok());
        }
        const auto final = openTrace(*asked.file);
        for (const Seen& seen : all) {
            QVERIFY(!seen.vanished);
            QCOMPARE(seen.state, FileState::kClean);
            QCOMPARE(seen.events, final.reader->lastPosition().value);
            QCOMPARE(seen.digests.size(), final.reader->chunks().size());
            for (std::size_t i = 0; i < seen.digests.size(); ++i)
                QCOMPARE(seen.digests[i], final.reader->chunks()[i].eventDigest);
        }
    }
};

QTEST_GUILESS_MAIN(TstFlushClock)
#include "tst_flush_clock.moc"
