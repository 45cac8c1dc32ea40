// Addresses of anybody who accepts a message: sent to, asked, forwarded to, kept and restored.
#include "tests/kernel/support/lab.h"

using namespace ariadne;
using namespace ariadne::tests;

namespace {

struct Ask {
    std::int64_t n = 0;
};
BOOST_DESCRIBE_STRUCT(Ask, (), (n))
struct Reply {
    std::int64_t n = 0;
};
BOOST_DESCRIBE_STRUCT(Reply, (), (n))

struct Doubler {
    void on(Context& cx, const Ask& m) { cx.reply(Reply{2 * m.n}); }
};
BOOST_DESCRIBE_STRUCT(Doubler, (), ())
ARIADNE_ACTOR(Doubler, Ask)

struct Relay {
    Recipient<Ask> next{};
    void on(Context& cx, const Ask&) { cx.forward(next); }
};
BOOST_DESCRIBE_STRUCT(Relay, (), (next))
ARIADNE_ACTOR(Relay, Ask)

/// A class template, which nobody registered by hand.
template <class M>
struct Counter {
    std::int64_t seen = 0;
    void on(Context&, const M&) { ++seen; }

    BOOST_DESCRIBE_CLASS(Counter, (), (seen), (), ())
    ARIADNE_ACCEPTS(Counter, M)
};

struct Main {
    std::vector<Recipient<Ask>> all{};
    void on(Context& cx, const Start&) {
        const Ref<Doubler> doubler = cx.spawn<Doubler>("doubler");
        const Ref<Relay> relay = cx.spawn<Relay>("relay", Relay{doubler});
        all = {doubler, relay, cx.spawn<Counter<Ask>>("counter")};
        for (const Recipient<Ask>& to : all) cx.send(to, Ask{1});
        for (const Recipient<Ask>& to : all) cx.ask(to, Ask{21}, within(1s));
        // By hand, past the compiler: the engine looks at what the receiver accepts.
        cx.send(Recipient<Reply>{CellRef{doubler}}, Reply{3});
    }
    void on(Context& cx, const Reply& m) { cx.note(cx.answering() != 0 ? "asked" : "sent", m.n); }
    void on(Context& cx, const AskTimedOut& m) { cx.note("silent", m.target == all.back()); }
};
BOOST_DESCRIBE_STRUCT(Main, (), (all))
ARIADNE_ACTOR(Main, Start, Reply, AskTimedOut)

std::uint64_t digestOf(const kernel::WorldOptions& options) {
    RecordingSink sink;
    kernel::World world{options, &sink};
    begin(world, Main{});
    world.runUntil(kForever, 1000);
    return sink.digest().events();
}

}  // namespace

class TestRecipient : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void strangersAreSentToAskedAndForwardedTo() {
        for (std::uint64_t seed = 0; seed < 10; ++seed) {
            RecordingSink sink;
            kernel::World world{seed == 0 ? inRounds() : inAnyOrder(seed), &sink};
            begin(world, Main{});
            world.runUntil(kForever, 1000);
            std::map<std::string, int> notes;
            for (const RecordedRow& kept : sink.rows())
                if (kept.row.kind == EventKind::kNote) ++notes[kept.line];
            // The plain message that was forwarded is answered to the relay, which takes no Reply.
            QCOMPARE(notes, (std::map<std::string, int>{{"note lab asked = 42", 2},
                                                        {"note lab sent = 2", 1},
                                                        {"note lab silent = true", 1}}));
            QCOMPARE(sink.lines({EventKind::kDrop}).find("drop doubler Reply unhandled") ==
                         std::string::npos,
                     false);
        }
    }

    void anAddressIsAValueLikeARef() {
        const Recipient<Ask> who{CellRef{CellKey{77}}};
        const Bytes bytes = value::encoded(who);
        QCOMPARE(bytes, value::encoded(Ref<Doubler>{CellRef{CellKey{77}}}));
        QVERIFY(value::decoded<Recipient<Ask>>(bytes) == who);
        QCOMPARE(value::typeInfo<Recipient<Ask>>().hash, value::typeInfo<CellRef>().hash);
    }

    void snapshotsKnowMessagesToStrangersAndTemplatesThatWereSpawned() {
        for (const kernel::WorldOptions& options : {inRounds(), inAnyOrder(3)}) {
            const std::uint64_t expected = digestOf(options);
            RecordingSink sink;
            kernel::World world{options, &sink};
            begin(world, Main{});
            do {
                const WorldImage image = world.image();
                RecordingSink rest{sink.digest()};
                kernel::World restored{options, &rest};
                const absl::Status status =
                    restored.restore(image, world.births(), world.types(), cellTypesHere());
                QVERIFY2(status.ok(), status.ToString().c_str());
                restored.runUntil(kForever, 1000);
                QCOMPARE(rest.digest().events(), expected);
            } while (world.step() && world.outcome() == Outcome::kRunning);
        }
    }
};

QTEST_GUILESS_MAIN(TestRecipient)
#include "tst_recipient.moc"
