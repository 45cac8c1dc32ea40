// The built-in effects as values: they encode, and each name belongs to one of them.
#include "engine/effect/builtin.h"
#include "engine/effect/effect.h"
#include "engine/value/encoding.h"

#include <QTest>

#include <set>

using namespace ariadne;
using namespace ariadne::effect;

namespace {

template <class T>
bool survives(const T& v) {
    const auto again = value::decoded<T>(value::encoded(v));
    return again && *again == v;
}

Bytes bytesOf(std::string_view text) {
    return {asBytes(text).begin(), asBytes(text).end()};
}

struct NoEffect {};

static_assert(EffectRequest<ReadFile> && EffectRequest<RunCommand>);
static_assert(!EffectRequest<NoEffect> && !EffectRequest<FileContent>);
static_assert(std::is_same_v<EffectOf<HttpRequest>::Answer, HttpResponse>);

}  // namespace

class TestBuiltin : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void requestsAndAnswersAreDescribedValues() {
        QVERIFY(survives(ReadClock{}));
        QVERIFY(survives(WallTime{-1}));
        QVERIFY(survives(ReadFile{"a/b", 7, ~std::uint64_t{0}}));
        QVERIFY(survives(FileContent{bytesOf("x"), true}));
        QVERIFY(survives(WriteFile{"a", bytesOf("xy"), true}));
        QVERIFY(survives(FileWritten{2}));
        QVERIFY(survives(HttpRequest{"POST", "https://a.org/", {{"A", "b"}}, bytesOf("body")}));
        QVERIFY(survives(HttpResponse{404, {{"A", "b"}, {"A", "c"}}, bytesOf("gone")}));
        QVERIFY(survives(RunCommand{{"-n", ""}, bytesOf("in")}));
        QVERIFY(survives(CommandEnded{1, 9, bytesOf("out"), bytesOf("err"), true}));
        QVERIFY(survives(Grant{"file.read", "/data"}));
    }

    void everyEffectHasANameOfItsOwn() {
        const std::set<std::string_view> names{
            EffectOf<ReadClock>::kName, EffectOf<ReadFile>::kName, EffectOf<WriteFile>::kName,
            EffectOf<HttpRequest>::kName, EffectOf<RunCommand>::kName};
        QCOMPARE(names.size(), std::size_t{5});
    }

    void numbersOfStatusesStandInTraces() {
        QCOMPARE(static_cast<int>(EffectStatus::kDone), 0);
        QCOMPARE(static_cast<int>(EffectStatus::kFailed), 1);
        QCOMPARE(static_cast<int>(EffectStatus::kTimedOut), 2);
        QCOMPARE(static_cast<int>(EffectStatus::kCancelled), 3);
        QCOMPARE(static_cast<int>(EffectStatus::kDenied), 4);
    }
};

QTEST_GUILESS_MAIN(TestBuiltin)
#include "tst_builtin.moc"
