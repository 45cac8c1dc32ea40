// Every public awaitable once, with temporaries on the heap inside the co_await expressions: g++ 12
// destroys some temporaries of such expressions twice. Worth its name under AddressSanitizer.
#include "tests/task/support/task_play.h"

using namespace ariadne;
using namespace ariadne::tests;

namespace {

struct Word {
    std::string text;
    std::int64_t wait = 0;  ///< ms
};
BOOST_DESCRIBE_STRUCT(Word, (), (text, wait))
struct Other {
    std::string text;
    std::vector<std::string> more;
};
BOOST_DESCRIBE_STRUCT(Other, (), (text, more))

Duration ms(std::int64_t n) {
    return Duration{n * 1'000'000};
}

/// Fails with what it is told.
struct Mortal {
    std::int64_t told = 0;
    void on(Context& cx, const Say& m) { cx.fail(m.word); }
};
BOOST_DESCRIBE_STRUCT(Mortal, (), (told))
ARIADNE_ACTOR(Mortal, Say)

// Steps
Task<std::string> say(TaskContext cx, Word word) {
    if (word.wait > 0) co_await cx.sleep(ms(word.wait));
    co_return word.text;
}
Task<std::string> refuse(TaskContext cx, Word word) {
    if (word.wait > 0) co_await cx.sleep(ms(word.wait));
    co_return Err("refused " + word.text);
}
Task<std::string> stay(TaskContext cx, Word) {
    co_await cx.never();
    co_return std::string{};
}
Task<std::int64_t> count(TaskContext, Word word) {
    co_return static_cast<std::int64_t>(word.text.size());
}

// Messages
Task<std::string> receiveOne(TaskContext cx) {
    cx.send(TaskRef<std::string>{cx.self()}, Word{kLong, 0});
    const Word word = co_await cx.receive<Word>();
    co_return "got " + word.text;
}
Task<std::string> receiveEither(TaskContext cx) {
    cx.send(TaskRef<std::string>{cx.self()}, Other{kLong, {kLong, kLong}});
    cx.send(TaskRef<std::string>{cx.self()}, Word{kLong, 0});
    std::string out;
    for (int i = 0; i < 2; ++i) {
        auto m = co_await cx.receive<Word, Other>();
        if (const auto* word = std::get_if<Word>(&m))
            out += "word " + std::to_string(word->text.size());
        else
            out += "other " + std::to_string(std::get<Other>(m).more.size()) + ", ";
    }
    co_return out;
}
Task<std::string> receiveOutOfOrder(TaskContext cx) {
    cx.send(TaskRef<std::string>{cx.self()}, Word{"first", 0});
    cx.send(TaskRef<std::string>{cx.self()}, Word{"second", 0});
    cx.send(TaskRef<std::string>{cx.self()}, Other{"third", {}});
    const std::string third = (co_await cx.receive<Other>()).text;
    const std::string first = (co_await cx.receive<Word>()).text;
    const std::string second = (co_await cx.receive<Word>()).text;
    co_return third + " " + first + " " + second;
}
Task<std::string> receiveInTime(TaskContext cx) {
    const std::optional<Word> none = co_await cx.receive<Word>(within(ms(5)));
    cx.send(TaskRef<std::string>{cx.self()}, Word{kLong, 0});
    const std::optional<Word> some = co_await cx.receive<Word>(within(ms(5)));
    co_return (none ? "some, " : "none, ") + (some ? some->text : "none");
}

// Time
Task<std::string> sleepTwice(TaskContext cx) {
    co_await cx.sleep(ms(10));
    const VirtualTime first = cx.now();
    co_await cx.sleep(ms(32));
    co_return std::to_string(first.value / 1'000'000) + " " +
        std::to_string(cx.now().value / 1'000'000);
}

// Asks
Task<std::string> askActor(TaskContext cx) {
    const Ref<Echo> echo = cx.spawnActor<Echo>("echo");
    const auto now = co_await cx.ask<Say>(echo, make<Say>(kLong, 0), within(1s));
    const auto later = co_await cx.ask<Say>(echo, make<Say>(kLong, 20), within(1s));
    const auto never = co_await cx.ask<Say>(echo, make<Say>(kLong, -1), within(ms(7)));
    co_return now->word + "; " + later->word + "; " + (never ? "answered" : "timed out");
}
Task<std::string> askByName(TaskContext cx) {
    const Ref<Echo> echo = cx.spawnActor<Echo>("echo");
    const Say question{kLong, 0};
    const auto a = co_await cx.ask<Say>(echo, question, within(1s));
    auto asking = cx.ask<Say>(echo, question, within(1s));
    const auto b = co_await asking;
    co_return a->word + "; " + b->word;
}
Task<std::string> askTwoAnswers(TaskContext cx) {
    const Ref<Echo> echo = cx.spawnActor<Echo>("echo");
    const auto answer = co_await cx.ask<Word, Say>(echo, make<Say>("x", 0), within(1s));
    co_return std::get<Say>(*answer).word;
}
Task<std::string> askWrongAnswer(TaskContext cx) {
    const Ref<Echo> echo = cx.spawnActor<Echo>("echo");
    co_await cx.ask<Word>(echo, make<Say>("x", 0), within(1s));
    co_return std::string{};
}
Task<std::string> serve(TaskContext cx, Word word) {
    for (;;) {
        const Word question = co_await cx.receive<Word>();
        cx.reply(Word{word.text + question.text, 0});
    }
}
Task<std::string> askTask(TaskContext cx) {
    const TaskRef<std::string> server = cx.spawn<&serve>("server", Word{"re: ", 0});
    const auto direct = co_await cx.ask<Word>(server, make<Word>(kLong, 0), within(1s));
    const auto again = co_await cx.ask<Word>(server.takes<Word>(), make<Word>("b", 0), within(1s));
    co_return direct->text + ", " + again->text;
}

// Children
Task<std::string> joinInOrder(TaskContext cx) {
    const auto slow = cx.spawn<&say>("slow", Word{kLong, 30});
    const auto fast = cx.spawn<&say>("fast", Word{"fast", 1});
    const auto bad = cx.spawn<&refuse>("bad", Word{"bad", 2});
    const Result<std::string> a = co_await cx.join(slow);
    const Result<std::string> b = co_await cx.join(fast);
    const Result<std::string> c = co_await cx.join(bad);
    co_return a.get() + ", " + b.get() + ", " + c.text;
}
Task<std::string> joinTwice(TaskContext cx) {
    const auto child = cx.spawn<&say>("child", Word{"x", 0});
    co_await cx.join(child);
    co_await cx.join(child);
    co_return std::string{};
}
Task<std::string> callInside(TaskContext cx) {
    const Result<std::string> a = co_await say(cx, make<Word>(kLong, 10));
    const Result<std::string> b = co_await refuse(cx, make<Word>(kLong, 10));
    co_return a.get() + "; " + b.text;
}
Task<std::string> callDeep(TaskContext cx, Word word) {
    if (word.wait == 0) co_return word.text;
    Result<std::string> deeper = co_await callDeep(cx, make<Word>(word.text + "+", word.wait - 1));
    co_return deeper;
}

// Combinators
Task<std::string> allOfSome(TaskContext cx) {
    auto [a, b, c] =
        co_await all(cx, step<&say>(kLong, 30), step<&count>(kLong, 0), step<&refuse>(kLong, 1));
    co_return a.get() + " " + std::to_string(b.get()) + " " + c.text;
}
Task<std::string> allOfMany(TaskContext cx) {
    std::vector<Step<std::string>> steps;
    for (int i = 0; i < 5; ++i)
        steps.push_back(step<&say>(std::to_string(i) + kLong.substr(0, 20), 50 - 10 * i));
    std::string out;
    for (const auto& result : co_await all(cx, steps)) out += result.get().substr(0, 1);
    co_return out;
}
Task<std::string> raceOfThree(TaskContext cx) {
    const Won<std::string> won =
        co_await race(cx, step<&stay>(kLong, 0), step<&say>(kLong, 20), step<&refuse>(kLong, 10));
    co_return std::to_string(won.index) + " " + won.result.text;
}
Task<std::string> firstThatIsOk(TaskContext cx) {
    co_return co_await firstOk(cx, step<&refuse>(kLong, 5), step<&say>(kLong, 20),
                               step<&stay>(kLong, 0));
}
Task<std::string> quorumOfTwo(TaskContext cx) {
    const auto both = co_await quorum(cx, 2, step<&say>("c", 9), step<&refuse>(kLong, 5),
                                      step<&say>("a", 3), step<&stay>(kLong, 0));
    co_return both.get()[0] + both.get()[1];
}
Task<std::string> quorumLost(TaskContext cx) {
    const auto both = co_await quorum(cx, 3, step<&say>("c", 9), step<&refuse>("b", 5),
                                      step<&refuse>("a", 3), step<&stay>("d", 0));
    co_return both.text;
}
Task<std::string> timeoutOfTwo(TaskContext cx) {
    const auto ok = co_await timeout(cx, ms(10), step<&say>(kLong, 5));
    const auto late = co_await timeout(cx, ms(10), step<&say>(kLong, 50));
    co_return ok.get() + "; " + late.text;
}
Task<std::string> retryTwice(TaskContext cx) {
    const auto refused = co_await retry(cx, RetryPolicy(3), step<&refuse>(kLong, 0));
    co_return std::to_string(cx.now().value / 1'000'000) + " " + refused.text;
}
Task<std::string> hedged(TaskContext cx) {
    co_return co_await hedge(cx, ms(10), step<&say>("slow", 500), step<&refuse>(kLong, 1),
                             step<&say>(kLong, 5));
}
Task<std::string> bulkheadOfTwo(TaskContext cx) {
    std::vector<Step<std::string>> steps;
    for (int i = 0; i < 6; ++i) steps.push_back(step<&say>(std::to_string(i), 10));
    std::string out;
    for (const auto& result : co_await bulkhead(cx, 2, steps)) out += result.get();
    co_return out;
}
Task<Word> parse(TaskContext cx, std::string text) {
    co_await cx.sleep(ms(10));
    if (text.starts_with("bad")) co_return Err("cannot parse " + text);
    co_return Word{text, 10};
}
Task<std::int64_t> measure(TaskContext, std::string text) {
    co_return static_cast<std::int64_t>(text.size());
}
Task<std::string> lines(TaskContext cx) {
    std::string out;
    const std::vector<std::string> items{kLong, "bad " + kLong, "abc"};
    for (const auto& result : co_await pipeline<&parse, &say, &measure>(cx, items))
        out += (result.ok() ? std::to_string(result.get()) : result.text.substr(0, 12)) + "; ";
    co_return out;
}

// The outside
Task<std::string> readAFile(TaskContext cx) {
    const auto read = co_await cx.perform(make<effect::ReadFile>(kLong, 0u, 0u), 5s);
    const effect::ReadFile again{"short", 0, 0};
    const auto other = co_await cx.perform(again);
    co_return std::string{asText(read.get().bytes)} + "; " + std::string{asText(other.get().bytes)};
}
Task<std::string> failToRead(TaskContext cx) {
    const auto missing = co_await cx.perform(make<effect::ReadFile>("missing " + kLong, 0u, 0u));
    const auto slow = co_await cx.perform(make<effect::ReadFile>("slow", 0u, 0u), 1s);
    const auto denied = co_await cx.perform(effect::ReadClock{});
    const std::string why = denied.text.substr(0, 39);
    co_return missing.text + "; " + std::to_string(static_cast<int>(slow.status)) + "; " + why;
}
Task<std::string> getWhatIsNot(TaskContext cx) {
    const auto missing = co_await cx.perform(make<effect::ReadFile>("missing", 0u, 0u));
    co_return std::string{asText(missing.get().bytes)};
}
Task<std::string> waitsForTheOutside(TaskContext cx) {
    co_await cx.perform(make<effect::ReadFile>(kLong, 0u, 0u));
    co_return "read";
}
Task<std::string> cancelsAnEffect(TaskContext cx) {
    const auto child = cx.spawn<&waitsForTheOutside>();
    cx.cancel(child);
    const auto result = co_await cx.join(child);
    co_return std::string{nameOf(result.outcome)};
}

// Regions
/// Does not want to know of requests to end.
struct Parrot {
    std::int64_t heard = 0;
    void on(Context& cx, const Say& m) {
        ++heard;
        cx.reply(m);
    }
};
BOOST_DESCRIBE_STRUCT(Parrot, (), (heard))
ARIADNE_ACTOR(Parrot, Say)
Task<std::string> panic(TaskContext cx);
Task<std::string> regionOfTwo(TaskContext cx) {
    const RegionRef region = cx.openRegion("r");
    const auto a = cx.spawnIn<&say>(region, "a", Word{kLong, 10});
    const auto b = cx.spawnIn<&panic>(region, "b");
    cx.close(region);
    const RegionClosed closed = co_await cx.closed(region);
    const std::string again = (co_await cx.closed(region)).text;
    const auto word = co_await cx.join(a);
    const auto none = co_await cx.join(b);
    co_return none.text + std::to_string(closed.text == kLong && again == kLong) +
        std::to_string(word.get() == kLong);
}
Task<std::string> regionWithAnActor(TaskContext cx) {
    const RegionRef region = cx.openRegion("r");
    const RegionRef below = cx.openRegion(region, "below");
    const Ref<Parrot> parrot = cx.spawnActorIn<Parrot>(below, "parrot");
    const auto answer = co_await cx.ask<Say>(parrot, make<Say>(kLong, 0), within(1s));
    cx.close(region);
    cx.cancel(below);
    const RegionClosed inner = co_await cx.closed(below);
    const RegionClosed outer = co_await cx.closed(region);
    co_return answer->word + " " + std::to_string(static_cast<int>(inner.verdict)) + " " +
        std::to_string(static_cast<int>(outer.verdict));
}
Task<std::string> regionThatIsNotOpen(TaskContext cx) {
    const RegionRef region = cx.openRegion("r");
    cx.close(region);
    co_await cx.sleep(ms(1));
    const RegionRef below = cx.openRegion(region, "below");
    const auto child = cx.spawnIn<&say>(region, "child", Word{kLong, 0});
    const RegionClosed closed = co_await cx.closed(below);
    const auto result = co_await cx.join(child);
    co_return closed.text + "; " + result.text;
}
Task<std::string> closedOfAnothers(TaskContext cx) {
    co_await cx.closed(RegionRef{cx.parent()});
    co_return std::string{};
}
Task<std::string> openBelowAnothers(TaskContext cx) {
    co_await cx.sleep(ms(1));
    cx.openRegion(RegionRef{cx.parent()}, "r");
    co_return std::string{};
}

// The rest
struct Lap {
    std::int64_t left = 0;
    std::string heard;
};
BOOST_DESCRIBE_STRUCT(Lap, (), (left, heard))
Task<std::string> laps(TaskContext cx, Lap lap) {
    if (lap.left == 0) co_return lap.heard;
    if (lap.left == 3)
        for (const char* text : {"a", "b", "c"})
            cx.send(TaskRef<std::string>{cx.self()}, Word{text, 0});
    const Word word = co_await cx.receive<Word>();
    co_return cx.continueAs(Lap{lap.left - 1, lap.heard + word.text + kLong.substr(0, 1)});
}
Task<std::string> continueWrongly(TaskContext cx, Lap) {
    co_return cx.continueAs(Word{"x", 0});
}
Task<std::string> panic(TaskContext cx) {
    co_await cx.sleep(ms(1));
    throw std::runtime_error(kLong);
}
Task<std::string> joinPanic(TaskContext cx) {
    const Result<std::string> result = co_await cx.join(cx.spawn<&panic>());
    co_return std::string{nameOf(result.outcome)} + " " + result.text;
}
Task<Nothing> nothing(TaskContext cx) {
    co_await cx.sleep(ms(1));
    co_return {};
}

// What makes no sense
Task<std::string> raceOfNobody(TaskContext cx) {
    co_await race(cx, std::vector<Step<std::string>>{});
    co_return std::string{};
}
Task<std::string> quorumOfTooFew(TaskContext cx) {
    co_await quorum(cx, 3, step<&say>("a", 0), step<&say>("b", 0));
    co_return std::string{};
}
Task<std::string> getOfARefusal(TaskContext cx) {
    const auto child = cx.spawn<&refuse>("bad", Word{"it", 0});
    const Result<std::string> refused = co_await cx.join(child);
    co_return refused.get();
}
Task<std::string> continueWithChildren(TaskContext cx, Lap) {
    cx.spawn<&stay>("child", Word{});
    co_return cx.continueAs(Lap{});
}
Task<std::string> continueAtOnce(TaskContext cx, Lap lap) {
    co_return cx.continueAs(Lap{lap.left + 1, {}});
}
Task<std::string> continueInside(TaskContext cx) {
    const Result<std::string> inner = co_await continueAtOnce(cx, make<Lap>(1, std::string{}));
    co_return inner.get();
}

// Of whom a task hears
Task<std::string> watchTwo(TaskContext cx) {
    const Ref<Mortal> a = cx.spawnActor<Mortal>("a");
    const Ref<Mortal> b = cx.spawnActor<Mortal>("b");
    cx.monitor(a);
    cx.monitor(b);
    cx.demonitor(b);
    cx.send(b, Say{"unseen", 0});
    co_await cx.sleep(ms(1));
    cx.send(a, Say{"seen", 0});
    const std::optional<Down> first = co_await cx.receive<Down>(within(ms(5)));
    const std::optional<Down> second = co_await cx.receive<Down>(within(ms(5)));
    co_return (first && first->who == a ? first->text : "nobody") + ", " +
        (second ? second->text : "nobody");
}

// Too deep to be read back
struct Deep {
    std::vector<Deep> below;
};
BOOST_DESCRIBE_STRUCT(Deep, (), (below))
Deep deepOf(std::int64_t depth) {
    Deep deep;
    for (; depth > 0; --depth) {
        Deep above;
        above.below.push_back(std::move(deep));
        deep = std::move(above);
    }
    return deep;
}
Task<std::string> receiveDeep(TaskContext cx, Word word) {
    cx.send(TaskRef<std::string>{cx.self()}, deepOf(word.wait));
    const Deep deep = co_await cx.receive<Deep>();
    co_return std::to_string(deep.below.size());
}
Task<std::string> takesDeep(TaskContext, Deep deep) {
    co_return std::to_string(deep.below.size());
}
Task<std::string> spawnDeep(TaskContext cx, Word word) {
    const auto child = cx.spawn<&takesDeep>("child", deepOf(word.wait));
    const auto result = co_await cx.join(child);
    co_return result.get();
}
struct Shell {
    Deep deep;
};
BOOST_DESCRIBE_STRUCT(Shell, (), (deep))
Task<Shell> returnsDeep(TaskContext, Word word) {
    co_return Shell{deepOf(word.wait)};
}
Task<std::string> joinDeep(TaskContext cx, Word word) {
    const auto child = cx.spawn<&returnsDeep>("child", word);
    const auto result = co_await cx.join(child);
    co_return result.ok() ? "read" : std::string{nameOf(result.outcome)} + ": " + result.text;
}

template <auto Fn>
void ends(const std::string& expected, task::ArgsOf<Fn> args = {}) {
    for (kernel::WorldOptions order : everyOrder(10)) {
        order.grants = {{"file.read", "/data"}};
        TaskPlay<Fn> play{order, args};
        QVERIFY2(
            play.ended() == expected,
            ("found " + play.ended() + "\nexpected " + expected + "\n" + textOf(order)).c_str());
        QVERIFY2(play.drained(), textOf(order).c_str());
    }
}

std::string quoted(const std::string& text) {
    return "\"" + text + "\"";
}

}  // namespace

class TestAwaitables : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void receiveTakesTheOldest() { ends<&receiveOne>("ok " + quoted("got " + kLong) + " at 0s"); }
    void receiveOfSeveralTypesIsAVariant() {
        ends<&receiveEither>("ok " + quoted("other 2, word " + std::to_string(kLong.size())) +
                             " at 0s");
    }
    void whatIsNotAwaitedWaits() {
        ends<&receiveOutOfOrder>("ok " + quoted("third first second") + " at 0s");
    }
    void receiveMayGiveUp() { ends<&receiveInTime>("ok " + quoted("none, " + kLong) + " at 5ms"); }
    void sleepWakesOnTime() { ends<&sleepTwice>("ok " + quoted("10 42") + " at 42ms"); }
    void askAnActor() {
        ends<&askActor>("ok " + quoted("echo of " + kLong + "; echo of " + kLong + "; timed out") +
                        " at 27ms");
    }
    void askWithNamedThings() {
        ends<&askByName>("ok " + quoted("echo of " + kLong + "; echo of " + kLong) + " at 0s");
    }
    void askWithTwoKindsOfAnswer() { ends<&askTwoAnswers>("ok " + quoted("echo of x") + " at 0s"); }
    void anAnswerThatWasNotNamedIsAPanic() {
        ends<&askWrongAnswer>(
            "down threw: an ask was answered with ariadne::tests::Say, expected Word: name it in "
            "ask<...>()");
    }
    void askATask() { ends<&askTask>("ok " + quoted("re: " + kLong + ", re: b") + " at 0s"); }
    void joinCollectsInTheOrderOfJoining() {
        ends<&joinInOrder>("ok " + quoted(kLong + ", fast, refused bad") + " at 30ms");
    }
    void joiningTwiceIsAPanic() {
        ends<&joinTwice>(
            "down threw: found join() of a task that is no child of this one or was joined "
            "before, expected a child that nobody has joined: keep its result instead");
    }
    void aCallRunsInside() {
        ends<&callInside>("ok " + quoted(kLong + "; refused " + kLong) + " at 20ms");
        ends<&callDeep>("ok " + quoted("x" + std::string(100, '+')) + " at 0s", Word{"x", 100});
    }
    void allOfDifferentTypes() {
        ends<&allOfSome>("ok " +
                         quoted(kLong + " " + std::to_string(kLong.size()) + " refused " + kLong) +
                         " at 30ms");
    }
    void allOfOneType() { ends<&allOfMany>("ok " + quoted("01234") + " at 50ms"); }
    void raceIsWonByTheFirstEnd() {
        ends<&raceOfThree>("ok " + quoted("2 refused " + kLong) + " at 10ms");
    }
    void firstOkSkipsFailures() { ends<&firstThatIsOk>("ok " + quoted(kLong) + " at 20ms"); }
    void quorumGivesValuesInTheOrderOfSteps() {
        ends<&quorumOfTwo>("ok " + quoted("ca") + " at 9ms");
    }
    void aQuorumOutOfReachEndsAtOnce() {
        ends<&quorumLost>("ok " + quoted("refused b") + " at 5ms");
    }
    void timeoutCutsOff() {
        ends<&timeoutOfTwo>("ok " + quoted(kLong + "; timed out") + " at 15ms");
    }
    void retryBacksOff() {
        ends<&retryTwice>("ok " + quoted("300 refused " + kLong) + " at 300ms");
    }
    void hedgeBeginsTheNextWhenOneIsSlowOrFails() {
        ends<&hedged>("ok " + quoted(kLong) + " at 16ms");
    }
    void bulkheadLetsFewIn() { ends<&bulkheadOfTwo>("ok " + quoted("012345") + " at 30ms"); }
    void pipelineStagesWorkAtOnce() {
        ends<&lines>("ok " + quoted(std::to_string(kLong.size()) + "; cannot parse; 3; ") +
                     " at 40ms");
    }
    void performGivesTheAnswer() { ends<&readAFile>("ok " + quoted(kLong + "; short") + " at 0s"); }
    void performSaysWhyThereIsNone() {
        ends<&failToRead>("ok " +
                          quoted("there is no missing " + kLong +
                                 "; 2; the effect clock.read was not granted t") +
                          " at 0s");
        ends<&getWhatIsNot>(
            "down threw: found an effect without an answer (there is no missing), expected one: "
            "look at ok() first");
    }
    void aRequestToEndCancelsAnEffect() {
        ends<&cancelsAnEffect>("ok " + quoted("cancelled") + " at 0s");
        kernel::WorldOptions order = inRounds();
        order.grants = {{"file.read", "/data"}};
        TaskPlay<&waitsForTheOutside> play{order,
                                           TaskPlay<&waitsForTheOutside>::cancelled(Duration{})};
        QCOMPARE(play.sink.count(EventKind::kEffect), std::size_t{1});
        QCOMPARE(play.sink.count(EventKind::kEffectCancel), std::size_t{1});
        QCOMPARE(play.ended(), std::string{"cancelled: asked to end at 0s"});
    }
    void closedTellsHowARegionClosed() {
        ends<&regionOfTwo>("ok " + quoted(kLong + "11") + " at 10ms");
        ends<&regionWithAnActor>("ok " + quoted(kLong + " 2 2") + " at 0s");
    }
    void whereNothingIsOpenNothingBegins() {
        ends<&regionThatIsNotOpen>(
            "ok " +
            quoted("was not opened: what it was to be in is not open; the cell had ended, "
                   "or was never born, when it was monitored") +
            " at 1ms");
    }
    void anothersRegionIsNotAwaited() {
        ends<&closedOfAnothers>(
            "down threw: found closed() of a region that this task did not open in its present "
            "life, expected one of its own: monitor() tells of others");
        ends<&openBelowAnothers>(
            "down threw: found openRegion() below a region that this task did not open, expected "
            "one of its own: only of those it is told when they close");
    }
    void continueAsKeepsWhatWaits() {
        ends<&laps>("ok " + quoted("aabaca") + " at 0s", Lap{3, {}});
    }
    void continueAsWithOtherArgumentsIsAPanic() {
        ends<&continueWrongly>(
            "down threw: found continueAs() with arguments of another type, "
            "expected continueWrongly's own: pass what it is called with");
    }
    void continueAsWithLivingChildrenIsAPanic() {
        ends<&continueWithChildren>(
            "down threw: found continueAs() with 1 living children, expected none: join or cancel "
            "them before");
    }
    void continueAsWithoutAnAwaitIsAPanic() {
        ends<&continueAtOnce>(
            "down threw: found continueAs() twice with nothing received or awaited in between, "
            "expected an await in each life: await before continuing");
    }
    void continueAsInsideACallIsAPanic() {
        ends<&continueInside>(
            "down threw: found co_return continueAs() in a coroutine that another one awaits, "
            "expected it in the task's own function: return a value and continue there");
    }
    void combinatorsOfTooFewStepsArePanics() {
        ends<&raceOfNobody>(
            "down threw: found 0 steps in a race or quorum, expected at least 1: pass more steps "
            "or want fewer");
        ends<&quorumOfTooFew>(
            "down threw: found 2 steps in a race or quorum, expected at least 3: pass more steps "
            "or want fewer");
    }
    void theValueOfARefusalIsAPanic() {
        ends<&getOfARefusal>(
            "down threw: found a result that is err (refused it), expected a value: look at ok() "
            "first");
    }
    void whoIsMonitoredIsHeardOfWhenItEnds() {
        ends<&watchTwo>("ok " + quoted("seen, nobody") + " at 6ms");
    }
    /// A value may be nested 64 deep; what stands around it counts.
    void whatIsTooDeepIsAPanicByName() {
        ends<&receiveDeep>("ok " + quoted("1") + " at 0s", Word{{}, 10});
        ends<&receiveDeep>(
            "down threw: found a Deep that cannot be read back, expected values "
            "nested at most 64 deep: send flatter ones",
            Word{{}, 100});
        ends<&spawnDeep>("ok " + quoted("1") + " at 0s", Word{{}, 10});
        ends<&spawnDeep>(
            "down threw: found a Deep that cannot be read back, expected values "
            "nested at most 64 deep: pass flatter ones",
            Word{{}, 100});
        // The child can still read what it returns, its parent no more: two steps apart.
        std::vector<std::string> found;
        for (std::int64_t depth = 20; depth < 40; ++depth) {
            TaskPlay<&joinDeep> play{inRounds(), Word{{}, depth}};
            if (found.empty() || found.back() != play.ended()) found.push_back(play.ended());
        }
        QCOMPARE(joined(found),
                 "ok " + quoted("read") + " at 0s; ok " +
                     quoted("panicked: its result cannot be read back: expected values nested at "
                            "most 64 deep") +
                     " at 0s; ok " +
                     quoted("panicked: found a ariadne::Result<Shell> that cannot be read back, "
                            "expected values nested at most 64 deep: pass flatter ones") +
                     " at 0s");
    }
    void aChildsPanicIsAResult() {
        ends<&panic>("down threw: " + kLong);
        ends<&joinPanic>("ok " + quoted("panicked " + kLong) + " at 1ms");
    }
    void aTaskMayHaveNothingToSay() { ends<&nothing>("ok {} at 1ms"); }
};

QTEST_GUILESS_MAIN(TestAwaitables)
#include "tst_awaitables.moc"
