// Who is born behind the end of what was read has no name there, and has it once more was read.
#include "studio/session/effect_scan.h"
#include "studio/session/moment_builder.h"
#include "studio/session/space_time_scan.h"
#include "studio/session/stop_scan.h"
#include "studio/session/watch_scan.h"
#include "tests/studio/support/ends_in_a_turn.h"

#include <QTemporaryDir>
#include <QTest>

#include <functional>
#include <optional>

using namespace ariadne;
using namespace ariadne::studio;
using ariadne::test::must;

namespace {

constexpr const char* kProgram = "lost_update";
constexpr Rank kRoot{1};

bool namesUnborn(const std::string& text) {
    return text.find("an unborn cell") != std::string::npos;
}
bool namesAccount(const std::string& text) {
    return text.find("lost_update/account") != std::string::npos;
}

/// Somebody reads while the program runs: `half` up to that turn, `whole` all of it.
void follow(const std::function<void(OpenTrace&, Position)>& half,
            const std::function<void(OpenTrace&, Position)>& whole) {
    const QTemporaryDir folder;
    const std::string file = folder.filePath(QStringLiteral("grows.clew")).toStdString();
    OpenTrace trace;
    Position turn;
    tests::recordWithALook(kProgram, file, [&](Position at) {
        turn = at;
        trace = must(OpenTrace::open(file, 64 << 20));
        QCOMPARE(trace.last(), turn);
        half(trace, turn);
    });
    QVERIFY(turn.value != 0);
    QVERIFY(must(trace.reader->refresh()));
    QVERIFY(trace.last() > turn);
    whole(trace, turn);
}

template <class Scan>
void lookAtAll(Scan& scan, OpenTrace& trace) {
    const CancelFlag never{false};
    while (scan.advance(trace, Clock::time_point::max(), never) != WalkEnd::kReachedEnd) {
    }
}

SpaceTime pictureOf(SpaceTimeScan& scan, OpenTrace& trace) {
    lookAtAll(scan, trace);
    const CancelFlag never{false};
    while (scan.readLines(trace, Clock::time_point::max(), never) != WalkEnd::kReachedEnd) {
    }
    return scan.picture(trace);
}

}  // namespace

class TestUnbornNames : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aMomentSaysThatItKnowsMoreLater() {
        const auto momentOf = [](OpenTrace& trace, Position turn) {
            const CancelFlag never{false};
            return *momentAt(trace, turn, kRoot, never);
        };
        follow(
            [&](OpenTrace& trace, Position turn) {
                const Moment moment = momentOf(trace, turn);
                QVERIFY(moment.namesUnborn);
                QVERIFY2(namesUnborn(moment.event->change), moment.event->change.c_str());
                QVERIFY(moment.event->namesUnborn);
            },
            [&](OpenTrace& trace, Position turn) {
                const Moment moment = momentOf(trace, turn);
                QVERIFY(!moment.namesUnborn);
                QVERIFY2(namesAccount(moment.event->change), moment.event->change.c_str());
            });
    }

    void aPictureOfMessagesNamesThemAgain() {
        std::optional<SpaceTimeScan> scan;
        const auto changeOf = [&](const SpaceTime& picture, Position turn) {
            return picture.holds(turn) ? picture.rows[picture.rowFrom(turn)].line.change : "";
        };
        follow(
            [&](OpenTrace& trace, Position turn) {
                // What led to it, which nothing that comes later adds to.
                SpaceTimeQuestion question;
                question.of = turn;
                question.actors = SpaceTimeQuestion::Actors::kPast;
                scan.emplace(question);
                const SpaceTime picture = pictureOf(*scan, trace);
                QVERIFY(picture.complete);
                QVERIFY(namesUnborn(changeOf(picture, turn)));
            },
            [&](OpenTrace& trace, Position turn) {
                QVERIFY(!scan->isAtEnd(trace));
                const SpaceTime picture = pictureOf(*scan, trace);
                QVERIFY2(namesAccount(changeOf(picture, turn)), changeOf(picture, turn).c_str());
                QVERIFY(scan->isAtEnd(trace));
                scan.reset();
            });
    }

    void soDoEffectsAndWhatTheyAreOf() {
        std::optional<EffectScan> ofTurn, ofMessage;
        follow(
            [&](OpenTrace& trace, Position turn) {
                ofTurn.emplace(turn);
                ofMessage.emplace(must(trace.history->rowAt(turn)).row.cause);
                for (EffectScan* scan : {&*ofTurn, &*ofMessage}) lookAtAll(*scan, trace);
                QVERIFY(namesUnborn(ofTurn->list(trace).event.change));
                QCOMPARE(ofMessage->list(trace).effects.size(), std::size_t{1});
                QVERIFY(namesUnborn(ofMessage->list(trace).effects[0].line.change));
            },
            [&](OpenTrace& trace, Position) {
                for (EffectScan* scan : {&*ofTurn, &*ofMessage}) {
                    QVERIFY(!scan->isAtEnd(trace));
                    lookAtAll(*scan, trace);
                    QVERIFY(scan->isAtEnd(trace));
                }
                QVERIFY(namesAccount(ofTurn->list(trace).event.change));
                QVERIFY(namesAccount(ofMessage->list(trace).effects[0].line.change));
                ofTurn.reset();
                ofMessage.reset();
            });
    }

    void soDoStops() {
        std::optional<StopScan> scan;
        follow(
            [&](OpenTrace& trace, Position turn) {
                scan.emplace(std::vector<Stop>{{1, "kind = deliver", true}}, *trace.history);
                lookAtAll(*scan, trace);
                QCOMPARE(scan->hits(trace).lines.back().event.seq, turn);
                QVERIFY(namesUnborn(scan->hits(trace).lines.back().event.change));
            },
            [&](OpenTrace& trace, Position turn) {
                lookAtAll(*scan, trace);
                for (const StopHits::Line& line : scan->hits(trace).lines) {
                    QVERIFY(!namesUnborn(line.event.change));
                    if (line.event.seq == turn) QVERIFY(namesAccount(line.event.change));
                }
                scan.reset();
            });
    }

    void soDoWatchedValues() {
        std::optional<WatchScan> scan;
        follow(
            [&](OpenTrace& trace, Position turn) {
                scan.emplace(kRoot, Watch{kProgram, {"account"}}, trace);
                lookAtAll(*scan, trace);
                const WatchLane lane = scan->lane(trace);
                QCOMPARE(lane.points.back().at, turn.value);
                QVERIFY(namesUnborn(lane.textOf(lane.points.back())));
            },
            [&](OpenTrace& trace, Position turn) {
                QVERIFY(scan->isOpen(trace));
                lookAtAll(*scan, trace);
                const WatchLane lane = scan->lane(trace);
                QVERIFY(lane.complete);
                QVERIFY(namesAccount(lane.textOf(*lane.at(turn.value))));
                // It was not another value before: nothing changed in between.
                QCOMPARE(lane.points.back().at, turn.value);
                scan.reset();
            });
    }
};

QTEST_GUILESS_MAIN(TestUnbornNames)
#include "tst_unborn_names.moc"
