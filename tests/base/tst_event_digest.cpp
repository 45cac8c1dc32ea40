#include "engine/base/event_digest.h"

#include <QTest>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace ariadne;

namespace {

EventRow row(std::uint64_t seq, std::string_view payload = {}, std::string_view change = {}) {
    EventRow event;
    event.seq = {seq};
    event.time = {1000};
    event.round = {3};
    event.cause = {seq - 1};
    event.arg = 11;
    event.extra = 12;
    event.cell = {1};
    event.peer = {2};
    event.type = {4};
    event.kind = EventKind::kDeliver;
    event.payload = asBytes(payload);
    event.change = asBytes(change);
    return event;
}

EventDigest digestOf(const std::vector<EventRow>& rows, std::uint64_t typeHash = 5) {
    EventDigest digest;
    for (const EventRow& event : rows) digest.add(event, typeHash);
    return digest;
}

}  // namespace

class TestEventDigest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothingHappenedIsZero() {
        QCOMPARE(EventDigest{}.events(), std::uint64_t{0});
        QCOMPARE(EventDigest{}.changes(), std::uint64_t{0});
    }

    void digestOfARunIsTheSameForEver() {
        // These numbers stand in trace files.
        const EventDigest digest = digestOf({row(1, "a", "b"), row(2), row(3, "c")});
        QCOMPARE(digest.events(), std::uint64_t{0xD4CFABFBCB20443F});
        QCOMPARE(digest.changes(), std::uint64_t{0x809380E1AB13194D});
    }

    void orderMatters() {
        const EventDigest forth = digestOf({row(1, "a", "x"), row(2, "b", "y")});
        const EventDigest back = digestOf({row(2, "b", "y"), row(1, "a", "x")});
        QVERIFY(forth.events() != back.events());
        QVERIFY(forth.changes() != back.changes());
    }

    void everyFieldOfARowCounts() {
        const std::uint64_t before = digestOf({row(7, "payload")}).events();
        const std::vector<std::function<void(EventRow&)>> edits{
            [](EventRow& r) { r.seq = {8}; },
            [](EventRow& r) { r.time = {1001}; },
            [](EventRow& r) { r.round = {4}; },
            [](EventRow& r) { r.cause = {1}; },
            [](EventRow& r) { r.arg = 99; },
            [](EventRow& r) { r.extra = 99; },
            [](EventRow& r) { r.cell = {9}; },
            [](EventRow& r) { r.peer = {9}; },
            [](EventRow& r) { std::swap(r.cell, r.peer); },
            [](EventRow& r) { r.kind = EventKind::kDrop; },
            [](EventRow& r) { r.flags = kFlagPeriodic; },
            [](EventRow& r) { r.payload = asBytes("payloae"); },
            [](EventRow& r) { r.payload = {}; },
        };
        for (std::size_t i = 0; i < edits.size(); ++i) {
            EventRow edited = row(7, "payload");
            edits[i](edited);
            QVERIFY2(digestOf({edited}).events() != before, std::to_string(i).c_str());
        }
    }

    void typesCountByHashNotByNumber() {
        EventRow renumbered = row(1);
        renumbered.type = {40};
        QCOMPARE(digestOf({renumbered}).events(), digestOf({row(1)}).events());
        QVERIFY(digestOf({row(1)}, 6).events() != digestOf({row(1)}, 5).events());
    }

    void changesAreKeptApartFromEvents() {
        const EventDigest with = digestOf({row(1, "a", "change")});
        const EventDigest without = digestOf({row(1, "a")});
        QCOMPARE(with.events(), without.events());
        QVERIFY(with.changes() != without.changes());
        QCOMPARE(without.changes(), std::uint64_t{0});
    }

    void digestCanBeTakenUpAgain() {
        const EventDigest half = digestOf({row(1, "a", "x")});
        EventDigest rest{half.events(), half.changes()};
        rest.add(row(2, "b", "y"), 5);
        QVERIFY(rest == digestOf({row(1, "a", "x"), row(2, "b", "y")}));
    }
};

QTEST_GUILESS_MAIN(TestEventDigest)
#include "tst_event_digest.moc"
