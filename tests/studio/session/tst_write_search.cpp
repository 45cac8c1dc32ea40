// Who wrote a field last, against a comparison of all states one after the other.
#include "studio/session/write_search.h"
#include "tests/studio/support/sample_trace.h"

#include <QTest>

#include <functional>

using namespace ariadne;
using namespace ariadne::studio;
using namespace ariadne::tests;

namespace {

LastWrite lastWrite(OpenTrace& trace, Rank rank, const FieldSteps& field, Position upTo) {
    const CancelFlag never{false};
    WriteSearch search{rank, field, upTo};
    // No time at all: every chunk is a slice of its own.
    while (search.advance(trace, Clock::time_point{}, never) == WalkEnd::kOutOfTime) {
    }
    return search.take();
}

const value::ValueNode* at(const value::ValueNode& root, const FieldSteps& field) {
    const value::ValueNode* node = &root;
    for (const std::string& step : field) {
        const auto child = std::find_if(node->children.begin(), node->children.end(),
                                        [&](const auto& c) { return c.name == step; });
        if (child == node->children.end()) return nullptr;
        node = &*child;
    }
    return node;
}

/// Every field of a state, structs, containers and elements with their parts.
void eachField(const value::ValueNode& node, FieldSteps& steps,
               const std::function<void(const FieldSteps&)>& visit) {
    visit(steps);
    for (const value::ValueNode& child : node.children) {
        steps.push_back(child.name);
        eachField(child, steps, visit);
        steps.pop_back();
    }
}

}  // namespace

class TestWriteSearch : public QObject {
    Q_OBJECT

    /// Texts of a field at all positions from the actor's birth on.
    static std::vector<value::ValueNode> statesOf(SampleTrace& trace, Rank rank) {
        std::vector<value::ValueNode> out(trace.last().value + 1);
        value::ShowOptions options;
        options.textBytesMax = 1u << 20;
        for (Position p = trace.actors()[rank.value].bornAt; p <= trace.last(); ++p.value) {
            const auto cell = trace.open().history->cellAt(p, rank);
            if (!cell.ok()) qFatal("%s", std::string{cell.status().message()}.c_str());
            out[p.value] = cell->state.show(trace.open().reader->types(), options);
        }
        return out;
    }

    static Position changedLast(const std::vector<value::ValueNode>& states,
                                const FieldSteps& field, Position born, Position upTo) {
        for (Position p = upTo; p > born; --p.value) {
            const value::ValueNode* now = at(states[p.value], field);
            const value::ValueNode* before = at(states[p.value - 1], field);
            if ((now == nullptr) != (before == nullptr)) return p;
            if (now != nullptr && now->text != before->text) return p;
        }
        return born;
    }

private Q_SLOTS:
    void everyFieldIsTracedToItsLastChange_data() {
        QTest::addColumn<QString>("program");
        QTest::addColumn<QString>("actor");
        QTest::newRow("account") << "lost_update"
                                 << "lost_update/account";
        QTest::newRow("teller") << "lost_update"
                                << "lost_update/teller";
        QTest::newRow("supplier") << "bookings"
                                  << "bookings/suppliers/north";
        QTest::newRow("region") << "bookings"
                                << "bookings/suppliers";
        QTest::newRow("agency") << "bookings"
                                << "bookings";
    }
    void everyFieldIsTracedToItsLastChange() {
        QFETCH(QString, program);
        QFETCH(QString, actor);
        SampleTrace trace{program.toStdString()};
        const Rank rank = trace.rankOf(actor.toStdString());
        const Position born = trace.actors()[rank.value].bornAt;
        const std::vector<value::ValueNode> states = statesOf(trace, rank);
        std::size_t compared = 0, moved = 0;
        const std::uint64_t span = trace.last().value - born.value;
        for (std::uint64_t part = 0; part <= 8; ++part) {
            const Position upTo{born.value + span * part / 8};
            FieldSteps steps;
            eachField(states[upTo.value], steps, [&](const FieldSteps& field) {
                const LastWrite write = lastWrite(trace.open(), rank, field, upTo);
                const Position expected = changedLast(states, field, born, upTo);
                if (write.position != expected || !write.error.empty())
                    qWarning("field %s at %llu: found %llu, expected %llu; %s",
                             field.empty() ? "" : field.back().c_str(),
                             static_cast<unsigned long long>(upTo.value),
                             static_cast<unsigned long long>(write.position.value),
                             static_cast<unsigned long long>(expected.value), write.error.c_str());
                QVERIFY(write.error.empty());
                QCOMPARE(write.position, expected);
                QCOMPARE(write.atBirth, expected == born);
                ++compared;
                if (expected != born) ++moved;
            });
        }
        QVERIFY(compared > 20);
        QVERIFY(moved > 5);
    }

    void aRestartBeginsTheStateAnew() {
        SampleTrace trace{"supervised_shop"};
        const Position restart = trace.find(EventKind::kRestart);
        const Rank worker = trace.rowAt(restart).cell;
        const LastWrite write = lastWrite(trace.open(), worker, {}, restart);
        QCOMPARE(write.position, restart);
        QVERIFY(write.atBirth);
    }

    void whatIsNotThereIsSaid() {
        SampleTrace trace{"lost_update"};
        const Rank account = trace.rankOf("lost_update/account");
        const LastWrite none = lastWrite(trace.open(), account, {"colour"}, trace.last());
        QCOMPARE(none.position, Position{});
        QVERIFY2(none.error.starts_with("found no field 'colour' in ") &&
                     none.error.ends_with("Account"),
                 none.error.c_str());
        QVERIFY(!lastWrite(trace.open(), kOutside, {}, trace.last()).error.empty());
        QVERIFY(!lastWrite(trace.open(), {4711}, {}, trace.last()).error.empty());
        // Before its birth nobody has written anything.
        const Position born = trace.actors()[account.value].bornAt;
        QVERIFY(!lastWrite(trace.open(), account, {"balance"}, {born.value - 1}).error.empty());
        // Beyond the end is the end.
        QCOMPARE(lastWrite(trace.open(), account, {"balance"}, {1'000'000'000}).position,
                 lastWrite(trace.open(), account, {"balance"}, trace.last()).position);
    }

    void aTraceWithoutStatesSaysWhatItTakes_data() {
        QTest::addColumn<int>("level");
        QTest::newRow("inputs") << static_cast<int>(tracefmt::Level::kInputs);
        QTest::newRow("events") << static_cast<int>(tracefmt::Level::kEvents);
    }
    void aTraceWithoutStatesSaysWhatItTakes() {
        QFETCH(int, level);
        QTemporaryDir folder;
        recorder::RunRequest request;
        request.program = "lost_update";
        request.level = static_cast<tracefmt::Level>(level);
        request.file = folder.filePath(QStringLiteral("some.clew")).toStdString();
        auto run = recorder::ProgramRun::start(request);
        QVERIFY(run.ok());
        while ((*run)->step()) {
        }
        QVERIFY((*run)->finish("").ok());
        auto trace = OpenTrace::open(request.file->string(), 64 << 20);
        QVERIFY(trace.ok());
        const LastWrite write = lastWrite(*trace, {2}, {"balance"}, trace->last());
        QCOMPARE(write.position, Position{});
        QVERIFY2(write.error.find("run its program again") != std::string::npos,
                 write.error.c_str());
    }

    void whoCancelsGetsNoAnswer() {
        SampleTrace trace{"lost_update"};
        const CancelFlag cancelled{true};
        WriteSearch search{trace.rankOf("lost_update/account"), {"balance"}, trace.last()};
        QCOMPARE(search.advance(trace.open(), Clock::now() + std::chrono::hours{1}, cancelled),
                 WalkEnd::kCancelled);
    }
};

QTEST_GUILESS_MAIN(TestWriteSearch)
#include "tst_write_search.moc"
