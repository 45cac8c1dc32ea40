// What comes from outside: answers to effects, messages, the clock.
#include "engine/base/event_digest.h"
#include "engine/value/encoding.h"
#include "tests/kernel/support/lab.h"

using namespace ariadne;
using namespace ariadne::tests;

namespace {

struct Tick {};
BOOST_DESCRIBE_STRUCT(Tick, (), ())

/// Reads the clock when it is told to, here or from a region below.
struct Asker {
    std::vector<effect::Grant> below{};  ///< what a region is granted from which a child asks
    bool asksAtOnce = true;
    Vector<std::string> heard{};

    void on(Context& cx, const Start&);
    void on(Context&, const Tick&) { heard.push_back("tick"); }
    void on(Context& cx, const Say& m) {
        heard.push_back("say " + m.word);
        if (m.word == "ask") ask(cx);
        if (m.word == "cancel") cx.cancelEffect(1);
        if (m.word == "die") cx.stop();
        if (m.word == "too late") cx.perform(effect::ReadClock{}, Duration{-1});
    }
    void on(Context& cx, const effect::WallTime& m) {
        heard.push_back("time " + std::to_string(m.unixNs) + " for " +
                        std::to_string(cx.answeredEffect()));
    }
    void on(Context&, const EffectFailed& m) {
        heard.push_back("failed " + std::to_string(m.effect) + ": " +
                        std::to_string(static_cast<int>(m.status)) + " " + m.text);
    }

private:
    static void ask(Context& cx) { cx.perform(effect::ReadClock{}, 5s); }
};
BOOST_DESCRIBE_STRUCT(Asker, (), (below, asksAtOnce, heard))
ARIADNE_ACTOR(Asker, Start, Tick, Say, effect::WallTime, EffectFailed)

void Asker::on(Context& cx, const Start&) {
    if (!below.empty()) {
        const RegionRef region = cx.openRegion("r", {.grants = below});
        cx.spawnIn<Asker>(region, "child", Asker{});
        return;
    }
    if (asksAtOnce) ask(cx);
    cx.after(1s, Tick{});
}

/// Reads a file when it starts.
struct FileReader {
    Vector<std::string> heard{};
    void on(Context& cx, const Start&) { cx.perform(effect::ReadFile{"x", 0, 0}, 5s); }
    void on(Context&, const effect::FileContent&) { heard.push_back("content"); }
    void on(Context&, const EffectFailed& m) { heard.push_back(m.text); }
};
BOOST_DESCRIBE_STRUCT(FileReader, (), (heard))
ARIADNE_ACTOR(FileReader, Start, effect::FileContent, EffectFailed)

/// Opens one region in the other, each with its grants, and a FileReader in the innermost.
struct Nest {
    std::vector<std::vector<effect::Grant>> regions;
    void on(Context& cx, const Start&) {
        std::optional<RegionRef> innermost;
        for (const std::vector<effect::Grant>& grants : regions)
            innermost = innermost ? cx.openRegion(*innermost, "r", {.grants = grants})
                                  : cx.openRegion("r", {.grants = grants});
        innermost ? cx.spawnIn<FileReader>(*innermost, "reader", FileReader{})
                  : cx.spawn<FileReader>("reader", FileReader{});
    }
};
BOOST_DESCRIBE_STRUCT(Nest, (), (regions))
ARIADNE_ACTOR(Nest, Start)

/// "/data" for each, outermost first; "-" grants another effect only, "/a|/b" both.
std::vector<effect::Grant> readingFrom(const std::string& scopes) {
    if (scopes == "-") return {{"clock.read", ""}};
    std::vector<effect::Grant> out;
    for (std::size_t at = 0; at <= scopes.size();) {
        const std::size_t end = std::min(scopes.find('|', at), scopes.size());
        out.push_back({"file.read", scopes.substr(at, end - at)});
        at = end + 1;
    }
    return out;
}

/// Nobody accepts it.
struct Odd {
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Odd, (), (text))

kernel::WorldOptions granted(std::vector<effect::Grant> grants = {{"clock.read", ""}}) {
    return {.limits = {}, .grants = std::move(grants)};
}

effect::Completion timeIs(std::int64_t ns, std::uint64_t ordinal = 1) {
    ByteWriter payload;
    value::encode(payload, effect::WallTime{ns});
    return {kernel::childKey(CellKey{}, 1).value,
            ordinal,
            effect::EffectStatus::kDone,
            payload.take(),
            {}};
}

std::string heardBy(const RecordingSink& sink, std::string_view path) {
    std::string out;
    const std::string head = "deliver " + std::string{path};
    for (const RecordedRow& kept : sink.rows())
        if (kept.line.starts_with(head)) out += (out.empty() ? "" : "; ") + kept.line;
    return out;
}

}  // namespace

class TestOutside : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anAnswerComesToWhoAsked() {
        RecordingSink sink;
        kernel::World world{granted(), &sink};
        begin(world, Asker{});
        world.runUntil(kForever, 100);
        QVERIFY(world.waitsForOutside());
        QCOMPARE(world.now().value, std::int64_t{0});  // a lab's clock waits for the answer
        const std::vector<effect::Request> asked = world.takeRequests();
        QCOMPARE(asked.size(), std::size_t{1});
        QCOMPARE(asked[0].name, std::string{"clock.read"});
        QCOMPARE(asked[0].timeout.count(), std::chrono::nanoseconds{5s}.count());
        QVERIFY(world.takeRequests().empty());
        world.complete(timeIs(77));
        world.runUntil(kForever, 100);
        QVERIFY2(heardBy(sink, "lab").find("77") != std::string::npos,
                 heardBy(sink, "lab").c_str());
        QCOMPARE(world.outcome(), Outcome::kQuiescent);
    }

    void answersThatNobodyWaitsForAreIgnored() {
        RecordingSink sink;
        kernel::World world{granted(), &sink};
        begin(world, Asker{});
        world.runUntil(kForever, 100);
        world.complete(timeIs(1, 2));
        world.complete({12345, 1, effect::EffectStatus::kDone, {}, {}});
        world.step();
        QVERIFY(world.waitsForOutside());
        world.complete(timeIs(5));
        world.complete(timeIs(6));
        world.runUntil(kForever, 100);
        QVERIFY(heardBy(sink, "lab").find("unixNs: 5") != std::string::npos);
        QVERIFY(heardBy(sink, "lab").find("unixNs: 6") == std::string::npos);
    }

    void anAnswerThatIsNoneIsAFailure() {
        RecordingSink sink;
        kernel::World world{granted(), &sink};
        begin(world, Asker{});
        world.runUntil(kForever, 100);
        effect::Completion garbled = timeIs(1);
        garbled.payload.push_back(std::byte{1});
        world.complete(garbled);
        world.runUntil(kForever, 100);
        QVERIFY2(heardBy(sink, "lab").find("is no ") != std::string::npos,
                 heardBy(sink, "lab").c_str());
    }

    void aFailureOfTheHostIsHeardInItsWords() {
        RecordingSink sink;
        kernel::World world{granted(), &sink};
        begin(world, Asker{});
        world.runUntil(kForever, 100);
        effect::Completion failed = timeIs(1);
        failed.status = effect::EffectStatus::kFailed;
        failed.text = "the clock is broken";
        world.complete(failed);
        world.complete(timeIs(2));  // too late
        world.runUntil(kForever, 100);
        const std::string heard = heardBy(sink, "lab");
        QVERIFY2(heard.find("the clock is broken") != std::string::npos, heard.c_str());
        QVERIFY2(heard.find("unixNs") == std::string::npos, heard.c_str());
        const auto& rows = sink.rows();
        const auto done = std::find_if(rows.begin(), rows.end(), [](const RecordedRow& kept) {
            return kept.row.kind == EventKind::kEffectDone;
        });
        QVERIFY(done != rows.end());
        QVERIFY((done->row.flags & kFlagInput) != 0);  // a replay must be given it again
        QCOMPARE(done->row.extra, static_cast<std::uint64_t>(effect::EffectStatus::kFailed));
        QCOMPARE(world.outcome(), Outcome::kQuiescent);
    }

    void anInjectedFailureIsNotTried() {
        RecordingSink sink;
        kernel::WorldOptions options = granted();
        options.faults = *kernel::parseFaults("effect@lab:1");
        kernel::World world{options, &sink};
        begin(world, Asker{});
        world.runUntil(kForever, 100);
        QVERIFY(world.takeRequests().empty());
        QVERIFY(!world.waitsForOutside());
        const std::string heard = heardBy(sink, "lab");
        QVERIFY2(heard.find("injected failure") != std::string::npos, heard.c_str());
        QCOMPARE(sink.count(EventKind::kFault), std::size_t{1});
        QCOMPARE(world.outcome(), Outcome::kQuiescent);
    }

    void cancellingWhatIsNotOnItsWayDoesNothing() {
        RecordingSink sink;
        kernel::World world{{.limits = {}, .live = true}, &sink};
        begin(world, Asker{.asksAtOnce = false});
        world.tell(kernel::childKey(CellKey{}, 1), world.pool().make(Say{"cancel"}));
        world.runUntil(kForever, 100);
        QCOMPARE(sink.count(EventKind::kEffectCancel), std::size_t{1});
        QCOMPARE(sink.count(EventKind::kEffectDone), std::size_t{0});
        QVERIFY(world.takeCancelledRequests().empty());
    }

    void anEffectDoesNotTimeOutBeforeItBegins() {
        RecordingSink sink;
        kernel::World world{granted(), &sink};
        begin(world, Asker{.asksAtOnce = false});
        world.tell(kernel::childKey(CellKey{}, 1), world.pool().make(Say{"too late"}));
        world.runUntil(kForever, 100);
        QCOMPARE(world.outcomeText(), std::string{"effect with a timeout of -1 ns: timeouts are "
                                                  "not negative, and 0 is none"});
        QCOMPARE(sink.count(EventKind::kEffect), std::size_t{0});
    }

    /// As a replay does, which has read them from a trace.
    void whatIsNoValueOfItsTypeIsRefused() {
        kernel::World world{{.limits = {}, .live = true}};
        begin(world, Asker{.asksAtOnce = false});
        const CellKey lab = kernel::childKey(CellKey{}, 1);
        TypeTable types;
        const TypeIndex say = value::TypeBuilder{types}.add<Say>();
        TypeDesc desc;
        desc.name = "of_another_program";
        desc.hash = 12345;
        const TypeIndex other = types.add(desc);
        const Bytes bytes = value::encoded(Say{"hello", 7});
        QVERIFY(world.tell(lab, types, say, bytes).ok());
        const absl::Status garbled = world.tell(lab, types, say, ByteView{bytes}.first(3));
        QVERIFY(garbled.code() == absl::StatusCode::kDataLoss);
        QVERIFY2(garbled.message().find("Say") != std::string::npos, garbled.ToString().c_str());
        // Nobody accepts it: as dead as it was when it was recorded.
        QVERIFY(world.tell(lab, types, other, bytes).ok());
    }

    void whatIsNotGrantedIsDenied() {
        RecordingSink sink;
        kernel::World world{granted({{"file.read", "/data"}}), &sink};
        begin(world, Asker{});
        world.runUntil(kForever, 100);
        QVERIFY(world.takeRequests().empty());
        QVERIFY2(heardBy(sink, "lab").find("not granted") != std::string::npos,
                 heardBy(sink, "lab").c_str());
        QVERIFY(!sink.lines({EventKind::kRefuse}).empty());
    }

    void aRegionHasNoMoreThanWhoIsAbove_data() {
        QTest::addColumn<bool>("host");
        QTest::addColumn<bool>("region");
        QTest::addColumn<bool>("asked");
        QTest::newRow("both") << true << true << true;
        QTest::newRow("only the host") << true << false << false;
        QTest::newRow("only the region") << false << true << false;
    }
    void aRegionHasNoMoreThanWhoIsAbove() {
        QFETCH(bool, host);
        QFETCH(bool, region);
        QFETCH(bool, asked);
        const effect::Grant clock{"clock.read", ""}, other{"file.read", "/data"};
        RecordingSink sink;
        kernel::World world{granted({host ? clock : other}), &sink};
        begin(world, Asker{.below = {region ? clock : other}});
        world.runUntil(kForever, 100);
        QCOMPARE(!world.takeRequests().empty(), asked);
    }

    void nestedRegionsNarrowWhatTheHostGrants_data() {
        QTest::addColumn<QString>("host");
        QTest::addColumn<QStringList>("regions");
        QTest::addColumn<QString>("scope");
        const auto row = [](const char* name, const char* host,
                            std::initializer_list<const char*> regions, const char* scope) {
            QStringList list;
            for (const char* region : regions) list << QString::fromLatin1(region);
            QTest::newRow(name) << QString::fromLatin1(host) << list << QString::fromLatin1(scope);
        };
        row("no region: all of the host's", "/data", {}, "/data");
        row("a region without a grant", "/data", {"-"}, "");
        row("one, as wide", "/data", {"/data"}, "/data");
        row("one, narrower", "/data", {"/data/in"}, "/data/in");
        row("one, wider", "/data", {"/"}, "");
        row("one, elsewhere", "/data", {"/etc"}, "");
        row("one, whose name only begins alike", "/data", {"/database"}, "");
        row("one, that climbs out", "/data", {"/data/../etc"}, "");
        row("narrower and narrower", "/data", {"/data/in", "/data/in/deep"}, "/data/in/deep");
        row("the inner one wider than the outer", "/data", {"/data/in/deep", "/data/in"}, "");
        row("the inner one beside the outer", "/data", {"/data/in", "/data/out"}, "");
        row("the outer one without", "/data", {"-", "/data/in"}, "");
        row("the inner one without", "/data", {"/data/in", "-"}, "");
        row("the outer one wider than the host", "/data", {"/", "/data/in"}, "/data/in");
        row("the host narrower than the inner one", "/data/in/deep", {"/", "/data/in"}, "");
        row("three, the middle one too narrow", "/", {"/data", "/data/in/deep", "/data/in"}, "");
        row("of two grants the first counts", "/data", {"/data/in|/data"}, "/data/in");
        row("of two grants above too", "/", {"/data/in|/data", "/data"}, "");
        row("the host has none", "-", {"/data"}, "");
    }
    void nestedRegionsNarrowWhatTheHostGrants() {
        QFETCH(QString, host);
        QFETCH(QStringList, regions);
        QFETCH(QString, scope);
        Nest nest;
        for (const QString& region : regions)
            nest.regions.push_back(readingFrom(region.toStdString()));
        RecordingSink sink;
        const kernel::WorldOptions options = granted(readingFrom(host.toStdString()));
        kernel::World world{options, &sink};
        begin(world, nest);
        world.runUntil(kForever, 100);
        const std::vector<effect::Request> asked = world.takeRequests();
        if (scope.isEmpty()) {
            QVERIFY(asked.empty());
            QCOMPARE(sink.count(EventKind::kRefuse), std::size_t{1});
            const std::string done = sink.lines({EventKind::kEffectDone});
            QVERIFY2(done.find("not granted") != std::string::npos, done.c_str());
            return;
        }
        // What a handler gets, also from a restored world.
        QCOMPARE(asked.size(), std::size_t{1});
        QCOMPARE(asked[0].scope, scope.toStdString());
        QCOMPARE(sink.count(EventKind::kRefuse), std::size_t{0});
        kernel::World restored{options};
        QVERIFY(
            restored.restore(world.image(), world.births(), world.types(), cellTypesHere()).ok());
        QVERIFY(restored.takeRequests() == asked);
    }

    void whoCancelsHearsItAtOnceAndTheAnswerIsLate() {
        RecordingSink sink;
        kernel::World world{granted(), &sink};
        begin(world, Asker{});
        world.runUntil(kForever, 100);
        QCOMPARE(world.takeRequests().size(), std::size_t{1});
        world.tell(kernel::childKey(CellKey{}, 1), world.pool().make(Say{"cancel"}));
        world.runUntil(kForever, 100);
        QCOMPARE(world.takeCancelledRequests().size(), std::size_t{1});
        world.complete(timeIs(9));
        world.runUntil(kForever, 100);
        QVERIFY(heardBy(sink, "lab").find("no longer wanted") != std::string::npos);
        QVERIFY(heardBy(sink, "lab").find("unixNs: 9") == std::string::npos);
    }

    void whoEndsIsWaitedForNoMore() {
        kernel::World world{granted()};
        begin(world, Asker{});
        world.runUntil(kForever, 100);
        QCOMPARE(world.takeRequests().size(), std::size_t{1});
        world.tell(kernel::childKey(CellKey{}, 1), world.pool().make(Say{"die"}));
        world.runUntil(kForever, 100);
        QCOMPARE(world.takeCancelledRequests().size(), std::size_t{1});
        QCOMPARE(world.outcome(), Outcome::kCompleted);
    }

    void aSnapshotKeepsWhatIsOnItsWay() {
        RecordingSink sink;
        kernel::World world{granted(), &sink};
        begin(world, Asker{});
        world.runUntil(kForever, 100);
        const WorldImage image = world.image();
        world.complete(timeIs(42));
        world.runUntil(kForever, 100);

        RecordingSink again{EventDigest{}};
        kernel::World other{granted(), &again};
        QVERIFY(other.restore(image, world.births(), world.types(), cellTypesHere()).ok());
        QVERIFY(other.waitsForOutside());
        QCOMPARE(other.takeRequests().size(), std::size_t{1});
        other.complete(timeIs(42));
        other.runUntil(kForever, 100);
        QCOMPARE(again.rows().back().line, sink.rows().back().line);
        QCOMPARE(other.position().value, world.position().value);
        QCOMPARE(other.image().stateDigest, world.image().stateDigest);
    }

    void answersComeBeforeMessages() {
        RecordingSink sink;
        kernel::World world{granted(), &sink};
        begin(world, Asker{});
        world.runUntil(kForever, 100);
        const CellKey lab = kernel::childKey(CellKey{}, 1);
        world.tell(lab, world.pool().make(Say{"one"}));
        world.complete(timeIs(7));
        world.tell(lab, world.pool().make(Say{"two"}));
        const std::size_t before = sink.rows().size();
        world.step();
        QVERIFY(sink.rows().size() >= before + 3);
        QCOMPARE(sink.rows()[before].row.kind, EventKind::kEffectDone);
        QCOMPARE(sink.rows()[before + 1].line,
                 std::string{"input outside -> lab Say{word: \"one\", n: 0}"});
        QCOMPARE(sink.rows()[before + 2].line,
                 std::string{"input outside -> lab Say{word: \"two\", n: 0}"});
    }

    void whatCannotBeDeliveredIsADeadLetterThatSaysWhy() {
        RecordingSink sink;
        kernel::WorldOptions options = granted();
        options.live = true;
        kernel::World world{options, &sink};
        begin(world, Asker{.below = {{"clock.read", ""}}});
        world.runUntil(kForever, 100);
        CellKey child;
        for (const CellBirth& birth : world.births())
            if (birth.path == "lab/r/child") child = birth.key;
        world.tell(child, world.pool().make(Say{"die"}));
        world.runUntil(kForever, 100);
        world.tell(CellKey{4711}, world.pool().make(Say{"hi"}));
        world.tell(kernel::childKey(CellKey{}, 1), world.pool().make(Odd{"hi"}));
        world.tell(kernel::childKey(CellKey{}, 1), world.pool().make(Say{"hi"}));
        world.tell(child, world.pool().make(Odd{"hi"}));
        world.step();
        QCOMPARE(sink.lines({EventKind::kDrop}), std::string{"drop outside Say no_such_cell\n"
                                                             "drop lab Odd unhandled\n"
                                                             "drop r/child Odd receiver_ended"});
        QVERIFY(heardBy(sink, "lab").find("Say{word: \"hi\"") != std::string::npos);
    }

    void deadLettersNeedNoTypeOfTheProgram() {
        // As read from a trace: one type that this program has, and one that only the trace knows.
        TypeTable types;
        types.add({"text", TypeKind::kText, 0, {}, 0x7E87});
        types.add({"far::Leaf", TypeKind::kStruct, 0, {{"text", TypeIndex{1}}}, 0x1EAF});
        types.add({"far::Tree",
                   TypeKind::kStruct,
                   0,
                   {{"leaf", TypeIndex{2}}, {"trees", TypeIndex{4}}},
                   0x7EEE});
        types.add({"list<far::Tree>", TypeKind::kList, 0, {{"element", TypeIndex{3}}}, 0x7157});
        ByteWriter payload;
        payload.sized(asBytes("leaf"));
        payload.varint(0);
        RecordingSink sink;
        kernel::World world{granted(), &sink};
        begin(world, Asker{.asksAtOnce = false});
        QVERIFY(world.tell(CellKey{4711}, types, TypeIndex{3}, payload.view()).ok());
        QVERIFY(
            world.tell(kernel::childKey(CellKey{}, 1), types, TypeIndex{3}, payload.view()).ok());
        world.step();
        QCOMPARE(
            sink.lines({EventKind::kInput}),
            std::string{"input outside -> lab Start\n"
                        "input outside -> outside Tree{leaf: Leaf{text: \"leaf\"}, trees: []}\n"
                        "input outside -> lab Tree{leaf: Leaf{text: \"leaf\"}, trees: []}"});
        QCOMPARE(sink.lines({EventKind::kDrop}), std::string{"drop outside Tree no_such_cell\n"
                                                             "drop lab Tree unhandled"});
        QCOMPARE(world.metrics().dropped[static_cast<std::size_t>(DropReason::kUnhandled)],
                 std::uint64_t{1});
    }

    void aMessageIsTheSameByDescription() {
        const auto run = [](bool described, RecordingSink& sink) {
            TypeTable types;
            value::TypeBuilder builder{types};
            const TypeIndex say = builder.add<Say>(), odd = builder.add<Odd>();
            kernel::World world{granted(), &sink};
            begin(world, Asker{.asksAtOnce = false});
            const auto tell = [&](CellKey to, TypeIndex type, auto message) {
                if (!described) {
                    world.tell(to, world.pool().make(std::move(message)));
                    return true;
                }
                ByteWriter payload;
                value::encode(payload, message);
                return world.tell(to, types, type, payload.view()).ok();
            };
            const CellKey lab = kernel::childKey(CellKey{}, 1);
            const bool all = tell(lab, say, Say{"hi"}) && tell(CellKey{4711}, say, Say{"hi"}) &&
                             tell(lab, odd, Odd{"hi"}) && tell(CellKey{4711}, odd, Odd{"hi"});
            world.step();
            world.end(Outcome::kUntil, "enough");
            return all;
        };
        RecordingSink byValue, byDescription;
        QVERIFY(run(false, byValue) && run(true, byDescription));
        QCOMPARE(byDescription.lines(), byValue.lines());
        QCOMPARE(byDescription.digest().events(), byValue.digest().events());
        QCOMPARE(byDescription.snapshots.back().stateDigest, byValue.snapshots.back().stateDigest);
    }

    void liveTimeFollowsTheClockAndNeverJumps() {
        RecordingSink sink;
        kernel::World world{{.limits = {}, .live = true}, &sink};
        begin(world, Asker{.asksAtOnce = false});
        world.runUntil(kForever, 100);
        QVERIFY(world.waitsForOutside());
        QCOMPARE(world.now().value, std::int64_t{0});
        QCOMPARE(world.nextDeadline()->value, std::chrono::nanoseconds{1s}.count());
        const auto clock = [&](std::int64_t ms) {
            world.setClock({ms * 1'000'000});
            world.runUntil(kForever, 1);
        };
        clock(999);
        QVERIFY(heardBy(sink, "lab").find("Tick") == std::string::npos);
        clock(500);  // a clock that goes back is not followed
        QCOMPARE(world.now().value, std::int64_t{999'000'000});
        clock(1200);
        world.runUntil(kForever, 10);
        QVERIFY(heardBy(sink, "lab").find("Tick") != std::string::npos);
        QCOMPARE(world.now().value, std::int64_t{1'200'000'000});
    }
};

QTEST_GUILESS_MAIN(TestOutside)
#include "tst_outside.moc"
