// The set of handlers a host has, and the clock.
#include "recorder/effects/builtins.h"
#include "recorder/effects/clock.h"
#include "recorder/effects/effect_pool.h"
#include "tests/effects/support/asking.h"

using namespace ariadne;
using namespace ariadne::effects;
using namespace ariadne::tests;

namespace {

std::int64_t nowNs() {
    return std::chrono::nanoseconds{std::chrono::system_clock::now().time_since_epoch()}.count();
}

}  // namespace

class TestEffectBuiltins : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyBuiltInEffectHasAHandler() {
        HandlerTable table;
        QVERIFY(addBuiltins(table).ok());
        QVERIFY((table.names() == std::vector<std::string>{"clock.read", "command.run", "file.read",
                                                           "file.write", "http.request"}));
    }

    void aNameHasOneHandler() {
        HandlerTable table;
        QVERIFY(table.add("clock.read", std::make_unique<ClockHandler>()).ok());
        QVERIFY(absl::IsAlreadyExists(table.add("clock.read", std::make_unique<ClockHandler>())));
        QVERIFY(absl::IsAlreadyExists(addBuiltins(table)));
        QVERIFY(absl::IsInvalidArgument(table.add("", std::make_unique<ClockHandler>())));
        QVERIFY(table.find("clock") == nullptr);
    }

    void theClockTellsTheTime() {
        ClockHandler clock;
        const std::int64_t before = nowNs();
        const auto told = answerTo(clock, effect::ReadClock{}, "");
        QVERIFY(told.ok());
        QVERIFY(told->unixNs >= before && told->unixNs <= nowNs());
    }

    void aPayloadThatDoesNotDecodeIsRefused_data() {
        QTest::addColumn<QString>("name");
        for (const char* name :
             {"clock.read", "command.run", "file.read", "file.write", "http.request"})
            QTest::newRow(name) << QString::fromUtf8(name);
    }
    void aPayloadThatDoesNotDecodeIsRefused() {
        QFETCH(QString, name);
        HandlerTable table;
        QVERIFY(addBuiltins(table).ok());
        EffectPool pool{std::move(table)};
        pool.submit(
            {name.toStdString(), bytesOf("\xFF\xFF\xFF\xFF\xFF"), "/", 1, 1, Duration::zero()});
        QVERIFY(pool.waitFor(std::chrono::minutes{1}));
        const auto completions = pool.take();
        QVERIFY(completions.at(0).status == effect::EffectStatus::kFailed);
        ARIADNE_VERIFY_HOLDS(completions.at(0).text,
                             "the 5 bytes of the payload are no request of " + name.toStdString());
    }
};

QTEST_GUILESS_MAIN(TestEffectBuiltins)
#include "tst_effect_builtins.moc"
