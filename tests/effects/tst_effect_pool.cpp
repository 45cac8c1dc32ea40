// Every submission one completion, every wish at most one call: whatever times out, repeats or
// ends.
#include "recorder/effects/effect_pool.h"
#include "tests/effects/support/asking.h"

#include <map>
#include <random>
#include <stdexcept>

using namespace ariadne;
using namespace ariadne::effects;
using namespace ariadne::tests;
using effect::Completion;
using effect::EffectStatus;
using effect::Request;
using namespace std::chrono_literals;

namespace {

/// Answers with the request's payload once its gate is open.
class GateHandler : public Handler {
public:
    enum class Stops { kHeeded, kIgnored };
    explicit GateHandler(Stops stops) : stops_(stops) {}

    absl::StatusOr<Bytes> perform(const Request& request, std::stop_token stop) override {
        std::unique_lock lock{mutex_};
        ++entered_;
        ++inside_[request.ordinal];
        if (inside_[request.ordinal] > 1) wasTwiceInside_ = true;
        changed_.notify_all();
        if (stops_ == Stops::kHeeded)
            changed_.wait(lock, stop, [this] { return isOpen_; });
        else
            changed_.wait(lock, [this] { return isOpen_; });
        --inside_[request.ordinal];
        if (stops_ == Stops::kHeeded && stop.stop_requested())
            return absl::CancelledError("heard the stop");
        if (!failure_.ok()) return failure_;
        return request.payload;
    }

    void open() {
        const std::lock_guard lock{mutex_};
        isOpen_ = true;
        changed_.notify_all();
    }
    void failWith(absl::Status failure) {
        const std::lock_guard lock{mutex_};
        failure_ = std::move(failure);
    }
    void awaitEntered(int calls) {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [&] { return entered_ >= calls; });
    }
    int entered() {
        const std::lock_guard lock{mutex_};
        return entered_;
    }
    bool wasTwiceInside() {
        const std::lock_guard lock{mutex_};
        return wasTwiceInside_;
    }

private:
    const Stops stops_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    int entered_ = 0;
    std::map<std::uint64_t, int> inside_;  ///< by ordinal
    bool wasTwiceInside_ = false;
    bool isOpen_ = false;
    absl::Status failure_;
};

class FunctionHandler : public Handler {
public:
    using Function = std::function<absl::StatusOr<Bytes>(const Request&, const std::stop_token&)>;
    explicit FunctionHandler(Function function) : function_(std::move(function)) {}
    absl::StatusOr<Bytes> perform(const Request& request, std::stop_token stop) override {
        return function_(request, stop);
    }

private:
    const Function function_;
};

Request wish(std::uint64_t ordinal, const char* payload = "x", Duration timeout = 0ns) {
    return {"test", bytesOf(payload), "", 7, ordinal, timeout};
}

/// A pool with one effect "test", behind a gate.
struct GatedPool {
    explicit GatedPool(EffectPoolOptions options = {},
                       GateHandler::Stops stops = GateHandler::Stops::kHeeded)
        : pool(table(std::make_unique<GateHandler>(stops), gate), options) {}
    ~GatedPool() { gate->open(); }  // or a failed test would hang

    static HandlerTable table(std::unique_ptr<GateHandler> handler, GateHandler*& gate) {
        gate = handler.get();
        HandlerTable table;
        if (!table.add("test", std::move(handler)).ok()) std::abort();
        return table;
    }

    GateHandler* gate = nullptr;
    EffectPool pool;
};

HandlerTable tableOf(FunctionHandler::Function function) {
    HandlerTable table;
    if (!table.add("test", std::make_unique<FunctionHandler>(std::move(function))).ok())
        std::abort();
    return table;
}

/// The next `count` completions; fewer when they do not come within a minute.
std::vector<Completion> taken(EffectPool& pool, std::size_t count) {
    std::vector<Completion> all;
    while (all.size() < count && pool.waitFor(60s))
        for (auto& completion : pool.take()) all.push_back(std::move(completion));
    return all;
}

Completion next(EffectPool& pool) {
    auto all = taken(pool, 1);
    return all.size() == 1 ? all.front() : Completion{0, 0, EffectStatus::kFailed, {}, "none came"};
}

}  // namespace

class TestEffectPool : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anAnswerCarriesTheKeyOfItsRequest() {
        GatedPool gated;
        gated.gate->open();
        gated.pool.submit(wish(42, "payload"));
        QVERIFY(next(gated.pool) ==
                (Completion{7, 42, EffectStatus::kDone, bytesOf("payload"), ""}));
        QVERIFY(!gated.pool.waitFor(0ns));
        QVERIFY(gated.pool.take().empty());
    }

    void anEffectNobodyOffersIsDenied() {
        GatedPool gated;
        Request request = wish(1);
        request.name = "rocket.launch";
        gated.pool.submit(request);
        const Completion completion = next(gated.pool);
        QVERIFY(completion.status == EffectStatus::kDenied);
        QCOMPARE(completion.text,
                 std::string{"this host offers no effect \"rocket.launch\"; it offers: test"});
    }

    void whatAHandlerSaysBecomesTheStatus_data() {
        QTest::addColumn<int>("code");
        QTest::addColumn<int>("status");
        const auto row = [](const char* name, absl::StatusCode code, EffectStatus status) {
            QTest::newRow(name) << static_cast<int>(code) << static_cast<int>(status);
        };
        row("denied", absl::StatusCode::kPermissionDenied, EffectStatus::kDenied);
        row("failed", absl::StatusCode::kUnavailable, EffectStatus::kFailed);
        row("timed out", absl::StatusCode::kDeadlineExceeded, EffectStatus::kTimedOut);
        row("cancelled", absl::StatusCode::kCancelled, EffectStatus::kCancelled);
    }
    void whatAHandlerSaysBecomesTheStatus() {
        QFETCH(int, code);
        QFETCH(int, status);
        EffectPool pool{tableOf([&](const Request&, const std::stop_token&) {
            return absl::Status{static_cast<absl::StatusCode>(code), "because"};
        })};
        pool.submit(wish(1));
        QVERIFY(next(pool) == (Completion{7, 1, static_cast<EffectStatus>(status), {}, "because"}));
    }

    void aHandlerThatThrowsFails() {
        EffectPool pool{
            tableOf([](const Request& request, const std::stop_token&) -> absl::StatusOr<Bytes> {
                if (request.ordinal == 1) throw std::runtime_error{"broken"};
                throw 7;
            })};
        pool.submit(wish(1));
        QCOMPARE(next(pool).text, std::string{"the handler threw: broken"});
        pool.submit(wish(2));
        QCOMPARE(next(pool).text, std::string{"the handler threw what is no std::exception"});
    }

    void anAnswerLongerThanTheLimitFails() {
        EffectPool pool{tableOf([](const Request&, const std::stop_token&) { return Bytes(11); }),
                        {.threads = 1, .answerBytesMax = 10}};
        pool.submit(wish(1));
        const Completion completion = next(pool);
        QVERIFY(completion.status == EffectStatus::kFailed);
        ARIADNE_VERIFY_HOLDS(completion.text, "limit answerBytesMax (10) reached: 11 bytes");
    }

    void aFullQueueRefusesByName() {
        GatedPool gated{{.threads = 1, .queuedMax = 1}};
        gated.pool.submit(wish(1));
        gated.gate->awaitEntered(1);
        gated.pool.submit(wish(2));
        gated.pool.submit(wish(3));
        const Completion refused = next(gated.pool);
        QCOMPARE(refused.ordinal, std::uint64_t{3});
        QVERIFY(refused.status == EffectStatus::kFailed);
        ARIADNE_VERIFY_HOLDS(refused.text, "limit queuedMax (1) reached");
        QCOMPARE(gated.pool.stats().refused, std::uint64_t{1});
        QCOMPARE(gated.pool.stats().queued, std::size_t{1});
        gated.gate->open();
        QCOMPARE(taken(gated.pool, 2).size(), std::size_t{2});
        // What was refused may be asked again.
        gated.pool.submit(wish(3));
        QVERIFY(next(gated.pool).status == EffectStatus::kDone);
    }

    void aTimeoutDoesNotWaitForItsHandler() {
        GatedPool gated{{}, GateHandler::Stops::kIgnored};
        // On a busy machine the first ones may be over before a thread takes them.
        auto timeout = 20ms;
        for (std::uint64_t ordinal = 1; gated.gate->entered() == 0; ++ordinal, timeout *= 2) {
            gated.pool.submit(wish(ordinal, "x", timeout));
            const Completion completion = next(gated.pool);
            QVERIFY(completion.status == EffectStatus::kTimedOut);
            ARIADNE_VERIFY_HOLDS(completion.text, "no answer within ");
        }
        QVERIFY(gated.pool.stats().running >= 1);
        gated.gate->open();
        QTRY_COMPARE(gated.pool.stats().running, std::size_t{0});
        QVERIFY(gated.pool.stats().late >= 1);
        QVERIFY(gated.pool.take().empty());
        QVERIFY(gated.pool.stats().timedOut >= 1);
    }

    void aQueuedRequestTimesOutWithoutBeingCarriedOut() {
        GatedPool gated{{.threads = 1}};
        gated.pool.submit(wish(1));
        gated.gate->awaitEntered(1);
        gated.pool.submit(wish(2, "x", 1ms));
        QCOMPARE(next(gated.pool).ordinal, std::uint64_t{2});
        gated.gate->open();
        QCOMPARE(next(gated.pool).ordinal, std::uint64_t{1});
        QCOMPARE(gated.gate->entered(), 1);
    }

    void anEarlierDeadlineIsNoticed() {
        GatedPool gated;
        gated.pool.submit(wish(1, "x", 1h));
        gated.pool.submit(wish(2, "x", 10ms));
        QCOMPARE(next(gated.pool).ordinal, std::uint64_t{2});
    }

    void oddTimeoutsHaveAMeaning() {
        GatedPool gated;
        gated.pool.submit(wish(1, "x", -5ns));
        const Completion completion = next(gated.pool);
        QVERIFY(completion.status == EffectStatus::kTimedOut);
        ARIADNE_VERIFY_HOLDS(completion.text, "no answer within -5 ns; ");
        gated.pool.submit(wish(2, "x", Duration::max()));
        QVERIFY(!gated.pool.waitFor(20ms));
        gated.gate->open();
        QVERIFY(next(gated.pool).status == EffectStatus::kDone);
    }

    void cancellingAnswersAtOnce() {
        GatedPool gated{{.threads = 1}, GateHandler::Stops::kIgnored};
        gated.pool.submit(wish(1));
        gated.gate->awaitEntered(1);
        gated.pool.submit(wish(2));
        gated.pool.cancel(7, 2);
        Completion completion = next(gated.pool);
        QVERIFY(completion.status == EffectStatus::kCancelled);
        QCOMPARE(completion.text, std::string{"cancelled before it was begun"});
        gated.pool.cancel(7, 1);
        completion = next(gated.pool);
        QCOMPARE(completion.text,
                 std::string{"cancelled while under way; it may have been carried out"});
        gated.pool.cancel(7, 1);
        gated.pool.cancel(7, 99);
        gated.gate->open();
        QTRY_COMPARE(gated.pool.stats().late, std::uint64_t{1});
        QVERIFY(gated.pool.take().empty());
        QCOMPARE(gated.gate->entered(), 1);
    }

    void aCancelledHandlerHearsOfIt() {
        GatedPool gated{{}, GateHandler::Stops::kHeeded};
        gated.pool.submit(wish(1));
        gated.gate->awaitEntered(1);
        gated.pool.cancel(7, 1);
        QTRY_COMPARE(gated.pool.stats().running, std::size_t{0});  // the gate is still shut
    }

    void theSameWishTwiceIsCarriedOutOnce() {
        GatedPool gated;
        gated.pool.submit(wish(1));
        gated.gate->awaitEntered(1);
        gated.pool.submit(wish(1));
        gated.gate->open();
        const auto all = taken(gated.pool, 2);
        QCOMPARE(all.size(), std::size_t{2});
        QVERIFY(all[0] == all[1]);
        gated.pool.submit(wish(1));
        QVERIFY(next(gated.pool) == all[0]);
        QCOMPARE(gated.gate->entered(), 1);
        QCOMPARE(gated.pool.stats().duplicates, std::uint64_t{2});
    }

    void aKeyStandsForOneRequest() {
        GatedPool gated;
        gated.pool.submit(wish(1, "a"));
        gated.gate->awaitEntered(1);
        gated.pool.submit(wish(1, "b"));
        ARIADNE_VERIFY_HOLDS(next(gated.pool).text, "has the key of another request");
        gated.gate->open();
        QCOMPARE(textOf(next(gated.pool).payload), std::string{"a"});
        gated.pool.submit(wish(1, "b"));
        QVERIFY(next(gated.pool).status == EffectStatus::kFailed);
        Request elsewhere = wish(1, "a");
        elsewhere.scope = "other";
        gated.pool.submit(elsewhere);
        QVERIFY(next(gated.pool).status == EffectStatus::kFailed);
        QCOMPARE(gated.gate->entered(), 1);
    }

    void whatFailedMayBeAskedAgain() {
        GatedPool gated;
        gated.gate->open();
        gated.gate->failWith(absl::UnavailableError("down"));
        gated.pool.submit(wish(1));
        QCOMPARE(next(gated.pool).text, std::string{"down"});
        gated.gate->failWith(absl::OkStatus());
        gated.pool.submit(wish(1));
        QVERIFY(next(gated.pool).status == EffectStatus::kDone);
        QCOMPARE(gated.gate->entered(), 2);
    }

    void aRetryTakesTheAnswerOfACallThatWasDoneAfterAll() {
        GatedPool gated{{.threads = 2}, GateHandler::Stops::kIgnored};
        gated.pool.submit(wish(1));
        gated.gate->awaitEntered(1);
        gated.pool.cancel(7, 1);
        QVERIFY(next(gated.pool).status == EffectStatus::kCancelled);
        gated.pool.submit(wish(1));
        gated.gate->open();
        QVERIFY(next(gated.pool).status == EffectStatus::kDone);
        QCOMPARE(gated.gate->entered(), 1);
        QCOMPARE(gated.pool.stats().late, std::uint64_t{0});
    }

    void aRetryWaitsForTheEarlierCallToEnd() {
        GatedPool gated{{.threads = 2}, GateHandler::Stops::kIgnored};
        gated.gate->failWith(absl::UnavailableError("down"));
        gated.pool.submit(wish(1));
        gated.gate->awaitEntered(1);
        gated.pool.cancel(7, 1);
        QVERIFY(next(gated.pool).status == EffectStatus::kCancelled);
        gated.pool.submit(wish(1));
        gated.gate->open();
        QCOMPARE(next(gated.pool).text, std::string{"down"});
        QCOMPARE(gated.gate->entered(), 2);
        QVERIFY(!gated.gate->wasTwiceInside());
    }

    void aRetryHasATimeoutOfItsOwn() {
        GatedPool gated{{.threads = 1}, GateHandler::Stops::kIgnored};
        gated.pool.submit(wish(1));
        gated.gate->awaitEntered(1);
        gated.pool.cancel(7, 1);
        QVERIFY(next(gated.pool).status == EffectStatus::kCancelled);
        gated.pool.submit(wish(1, "x", 15ms));
        ARIADNE_VERIFY_HOLDS(next(gated.pool).text, "within 15 ms");
        gated.gate->open();
        QTRY_COMPARE(gated.pool.stats().late, std::uint64_t{1});
        // It was done after all, and that is not forgotten.
        gated.pool.submit(wish(1));
        QVERIFY(next(gated.pool).status == EffectStatus::kDone);
        QCOMPARE(gated.gate->entered(), 1);
    }

    void onlySoManyAnswersAreRemembered() {
        GatedPool gated{{.threads = 1, .rememberedMax = 2}};
        gated.gate->open();
        for (const std::uint64_t ordinal : {1u, 2u, 3u}) {
            gated.pool.submit(wish(ordinal));
            next(gated.pool);
        }
        gated.pool.submit(wish(3));
        gated.pool.submit(wish(2));
        QCOMPARE(taken(gated.pool, 2).size(), std::size_t{2});
        QCOMPARE(gated.gate->entered(), 3);
        gated.pool.submit(wish(1));
        next(gated.pool);
        QCOMPARE(gated.gate->entered(), 4);
    }

    void rememberedAnswersAreBoundedInBytes() {
        GatedPool gated{{.threads = 1, .rememberedBytesMax = 10}};
        gated.gate->open();
        gated.pool.submit(wish(1, "12345"));
        gated.pool.submit(wish(2, "123456"));
        gated.pool.submit(wish(3, "12345678901"));
        QCOMPARE(taken(gated.pool, 3).size(), std::size_t{3});
        for (const auto& [ordinal, payload] :
             {std::pair{1, "12345"}, {2, "123456"}, {3, "12345678901"}})
            gated.pool.submit(wish(static_cast<std::uint64_t>(ordinal), payload));
        QCOMPARE(taken(gated.pool, 3).size(), std::size_t{3});
        QCOMPARE(gated.gate->entered(), 6);
    }

    void wakingEndsAWaitOrTheNextOne() {
        EffectPool pool{HandlerTable{}};
        pool.wake();
        QVERIFY(!pool.waitFor(24h));  // were it not woken this test would not end
        const std::jthread waker{[&] { pool.wake(); }};
        QVERIFY(!pool.waitFor(24h));
    }

    void shutdownAnswersEverybody() {
        GatedPool gated{{.threads = 2}};
        for (std::uint64_t ordinal = 1; ordinal <= 5; ++ordinal) gated.pool.submit(wish(ordinal));
        gated.gate->awaitEntered(2);
        gated.pool.shutdown();
        gated.pool.submit(wish(6));
        const auto all = gated.pool.take();
        QCOMPARE(all.size(), std::size_t{6});
        for (const auto& completion : all) QVERIFY(completion.status == EffectStatus::kCancelled);
        QCOMPARE(gated.gate->entered(), 2);
        QCOMPARE(gated.pool.stats().running, std::size_t{0});
        QCOMPARE(gated.pool.stats().cancelled, std::uint64_t{6});
        gated.pool.shutdown();
    }

    void aStopCallbackMayUseThePool() {
        EffectPool* self = nullptr;
        std::mutex mutex;
        std::condition_variable_any changed;
        bool entered = false;
        EffectPool pool{
            tableOf([&](const Request&, const std::stop_token& stop) -> absl::StatusOr<Bytes> {
                const std::stop_callback callback{stop, [&] { self->submit(wish(2)); }};
                std::unique_lock lock{mutex};
                entered = true;
                changed.notify_all();
                changed.wait(lock, stop, [] { return false; });
                return absl::CancelledError("");
            }),
            {.threads = 1}};
        self = &pool;
        pool.submit(wish(1));
        {
            std::unique_lock lock{mutex};
            changed.wait(lock, [&] { return entered; });
        }
        pool.cancel(7, 1);
        QCOMPARE(next(pool).ordinal, std::uint64_t{1});
        pool.cancel(7, 2);
        QCOMPARE(next(pool).ordinal, std::uint64_t{2});
    }

    void everySubmissionIsAnsweredOnce() {
        const unsigned seed = std::random_device{}();
        std::atomic<std::uint64_t> wrongAnswers{0};
        constexpr int kThreads = 3;
        constexpr int kEach = 400;
        constexpr std::uint64_t kKeys = 60;
        EffectPool pool{tableOf([](const Request& request,
                                   const std::stop_token& stop) -> absl::StatusOr<Bytes> {
                            for (int i = 0; i < 200 && !stop.stop_requested(); ++i)
                                std::this_thread::yield();
                            if (stop.stop_requested()) return absl::CancelledError("stopped");
                            if (request.ordinal % 7 == 0) return absl::UnavailableError("down");
                            return request.payload;
                        }),
                        {.threads = 3, .queuedMax = 20, .rememberedMax = 10}};
        {
            std::vector<std::jthread> submitters;
            for (unsigned t = 0; t < kThreads; ++t)
                submitters.emplace_back([&pool, t, seed] {
                    std::mt19937 random{seed + t};
                    for (int i = 0; i < kEach; ++i) {
                        const std::uint64_t ordinal = random() % kKeys + 1;
                        pool.submit(wish(ordinal, std::to_string(ordinal).c_str(),
                                         std::chrono::microseconds{random() % 4 * 50}));
                        if (random() % 4 == 0) pool.cancel(7, random() % kKeys + 1);
                    }
                });
        }
        const auto all = taken(pool, kThreads * kEach);
        pool.shutdown();
        for (const auto& completion : all)
            if (completion.status == EffectStatus::kDone &&
                textOf(completion.payload) != std::to_string(completion.ordinal))
                ++wrongAnswers;
        QVERIFY2(all.size() == kThreads * kEach && pool.take().empty() && wrongAnswers == 0,
                 ("seed " + std::to_string(seed)).c_str());
    }
};

QTEST_GUILESS_MAIN(TestEffectPool)
#include "tst_effect_pool.moc"
