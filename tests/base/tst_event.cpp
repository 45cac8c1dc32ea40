#include "engine/base/event.h"

#include <QTest>

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

using namespace ariadne;

namespace {

bool isWord(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(),
                                        [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

/// How many numbers from 0 have a name of their own; the first is allowed any.
template <class Enum>
std::size_t namedCount() {
    std::set<std::string_view> names;
    for (unsigned number = 0; number < 256; ++number) {
        const std::string_view name = nameOf(static_cast<Enum>(number));
        if (!isWord(name)) return 0;
        names.insert(name);
    }
    return names.size();
}

}  // namespace

class TestEvent : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyKindHasItsOwnName() {
        QCOMPARE(namedCount<EventKind>(), std::size_t{kEventKindCount});
    }

    void everyKindIsFoundByItsName() {
        for (unsigned number = 1; number < kEventKindCount; ++number) {
            const auto kind = static_cast<EventKind>(number);
            QVERIFY2(eventKindNamed(nameOf(kind)) == kind, std::string{nameOf(kind)}.c_str());
        }
        QVERIFY(!eventKindNamed("unknown"));
        QVERIFY(!eventKindNamed(""));
        QVERIFY(!eventKindNamed("Send"));
    }

    void namesStandBesideTheirNumbers() {
        QCOMPARE(nameOf(EventKind::kSpawn), std::string_view{"spawn"});
        QCOMPARE(nameOf(EventKind::kDeliver), std::string_view{"deliver"});
        QCOMPARE(nameOf(EventKind::kTimerSet), std::string_view{"timer_set"});
        QCOMPARE(nameOf(EventKind::kTimerCancel), std::string_view{"timer_cancel"});
        QCOMPARE(nameOf(EventKind::kUndelivered), std::string_view{"undelivered"});
        QCOMPARE(nameOf(EventKind::kDecision), std::string_view{"decision"});
        QCOMPARE(nameOf(EventKind::kEnd), std::string_view{"end"});
    }

    void numbersAreForEver() {
        // A sample of each enumeration, as they stand in trace files.
        QCOMPARE(static_cast<int>(EventKind::kSend), 3);
        QCOMPARE(static_cast<int>(EventKind::kDeliver), 7);
        QCOMPARE(static_cast<int>(EventKind::kUndelivered), 18);
        QCOMPARE(static_cast<int>(EventKind::kEnd), 25);
        QCOMPARE(static_cast<int>(EventKind::kRestart), 27);
        QCOMPARE(static_cast<int>(EventKind::kResolve), 36);
        QCOMPARE(static_cast<int>(EventKind::kSpend), 46);
        QCOMPARE(static_cast<int>(EventKind::kMetric), 52);
        QCOMPARE(static_cast<int>(EventKind::kWait), 53);
        QCOMPARE(static_cast<int>(WaitKind::kChild), 5);
        QCOMPARE(static_cast<int>(WaitKind::kGaveAway), 17);
        QCOMPARE(static_cast<int>(DropReason::kExpired), 10);
        QCOMPARE(static_cast<int>(RefuseReason::kNotGranted), 7);
        QCOMPARE(static_cast<int>(RefuseReason::kUnderWay), 8);
        QCOMPARE(static_cast<int>(ExitReason::kSupervisor), 11);
        QCOMPARE(static_cast<int>(Outcome::kDeadlock), 7);
        QCOMPARE(static_cast<int>(Outcome::kLeaked), 8);
        QCOMPARE(static_cast<int>(DropReason::kNobodyAsked), 7);
        QCOMPARE(static_cast<int>(ExitReason::kNoSuchCell), 6);
        QCOMPARE(static_cast<int>(Outcome::kLimit), 5);
        QCOMPARE(static_cast<int>(Outcome::kUndecided), 6);
        QCOMPARE(static_cast<int>(LogLevel::kError), 3);
    }

    void otherTablesAreComplete() {
        QCOMPARE(nameOf(DropReason::kNobodyAsked), std::string_view{"nobody_asked"});
        QCOMPARE(namedCount<DropReason>(), std::size_t{kDropReasonCount});
        QCOMPARE(nameOf(ExitReason::kNoSuchCell), std::string_view{"no_such_cell"});
        QCOMPARE(namedCount<ExitReason>(), std::size_t{12});
        QCOMPARE(namedCount<RefuseReason>(), std::size_t{9});
        QCOMPARE(nameOf(Outcome::kUndecided), std::string_view{"undecided"});
        QCOMPARE(nameOf(LogLevel::kError), std::string_view{"error"});
    }

    void numberFromANewerReleaseIsUnknown() {
        QCOMPARE(nameOf(static_cast<EventKind>(kEventKindCount)), std::string_view{"unknown"});
        QCOMPARE(nameOf(static_cast<DropReason>(255)), std::string_view{"unknown"});
        QCOMPARE(nameOf(static_cast<Outcome>(255)), std::string_view{"unknown"});
    }

    void controlMessagesAreEnqueued() {
        for (unsigned number = 0; number < kEventKindCount; ++number) {
            const auto kind = static_cast<EventKind>(number);
            if (isControl(kind)) QVERIFY(isEnqueue(kind));
        }
    }

    void takingAMessageOutIsNoEnqueue() {
        for (const EventKind kind : {EventKind::kDeliver, EventKind::kDrop, EventKind::kStash})
            QVERIFY(!isEnqueue(kind));
    }

    void textsAreWhatPeopleAreToRead() {
        for (const EventKind kind :
             {EventKind::kStop, EventKind::kFail, EventKind::kBecome, EventKind::kLog,
              EventKind::kRefuse, EventKind::kDeadlock, EventKind::kEnd})
            QVERIFY2(hasTextPayload(kind), std::string{nameOf(kind)}.c_str());
        for (const EventKind kind : {EventKind::kSpawn, EventKind::kNote, EventKind::kMetric,
                                     EventKind::kEffect, EventKind::kRegion})
            QVERIFY2(!hasTextPayload(kind), std::string{nameOf(kind)}.c_str());
    }

    void payloadOfAMessageIsNoText() {
        for (unsigned number = 0; number < kEventKindCount; ++number) {
            const auto kind = static_cast<EventKind>(number);
            if (isEnqueue(kind)) QVERIFY(!hasTextPayload(kind));
        }
    }
};

QTEST_GUILESS_MAIN(TestEvent)
#include "tst_event.moc"
