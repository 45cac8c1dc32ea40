// A front desk, a pool of workers that crash, and the region that brings them back. README.md tells
// the story.
#include "engine/ariadne.h"

#include <map>
#include <string>

namespace samples::supervised_shop {
using namespace ariadne;

struct ShopArgs {
    std::uint32_t orders = 200;
    std::uint32_t workers = 4;
    Duration gap = 5ms;    ///< between two orders
    Duration work = 30ms;  ///< longest work on an order
    // NOLINTNEXTLINE(readability-identifier-naming): as it is typed, --arg crash_per_mille=200
    std::uint32_t crash_per_mille = 100;  ///< of the orders a worker takes; at most 1000
    std::uint32_t intensity = 1000;       ///< restarts allowed within `window`
    Duration window = 5s;
    Duration backoff{0};  ///< before a worker's first restart in a row; doubles with each
};
BOOST_DESCRIBE_STRUCT(ShopArgs, (),
                      (orders, workers, gap, work, crash_per_mille, intensity, window, backoff))

struct Make {
    std::uint32_t order = 0;
};
BOOST_DESCRIBE_STRUCT(Make, (), (order))
struct Made {
    std::uint32_t order = 0;
};
BOOST_DESCRIBE_STRUCT(Made, (), (order))

// Timers
struct NextOrder {};
BOOST_DESCRIBE_STRUCT(NextOrder, (), ())
struct Ready {
    AskId ask = 0;
};
BOOST_DESCRIBE_STRUCT(Ready, (), (ask))

/// What a worker has in hand.
struct Job {
    std::uint32_t order = 0;
    ReplyTo desk{};
};
BOOST_DESCRIBE_STRUCT(Job, (), (order, desk))

/// Works on all its orders at once. A crash costs it those on the bench; what waits in the mailbox
/// survives.
struct Worker {
    ShopArgs args{};
    std::map<AskId, Job> bench{};

    void on(Context& cx, const Start&) { cx.log("at the bench"); }
    void on(Context& cx, const Make& m);
    void on(Context& cx, const Ready& m);
};
BOOST_DESCRIBE_STRUCT(Worker, (), (args, bench))
ARIADNE_ACTOR(Worker, Start, Make, Ready)

using Workers = library::Pool<Worker, Make>;

/// An order in the book of the front desk.
struct Entry {
    std::uint32_t given = 0;  ///< how often to the pool; more than once: it was lost
    std::uint32_t made = 0;
};
BOOST_DESCRIBE_STRUCT(Entry, (), (given, made))

/// The front desk: takes orders, gives each to the pool, and gives it again when it was lost.
struct SupervisedShop {
    ShopArgs args{};
    RegionRef workshop{};
    Ref<Workers> workers{};
    Vector<Entry> book{};                         ///< by order
    OrderedMap<AskId, std::uint32_t> underWay{};  ///< orders that a worker has
    std::uint32_t done = 0;                       ///< orders made
    std::uint32_t lost = 0;                       ///< times an order was

    void on(Context& cx, const ShopArgs& m);
    void on(Context& cx, const NextOrder&);
    void on(Context& cx, const Made& m);
    void on(Context& cx, const AskTimedOut& m);
    void on(Context& cx, const RegionClosed& m);
    void give(Context& cx, std::uint32_t order);
};
BOOST_DESCRIBE_STRUCT(SupervisedShop, (), (args, workshop, workers, book, underWay, done, lost))
ARIADNE_ACTOR(SupervisedShop, ShopArgs, NextOrder, Made, AskTimedOut, RegionClosed)

void Worker::on(Context& cx, const Make& m) {
    if (cx.random().below(1000) < args.crash_per_mille)
        cx.fail("crashed on order " + std::to_string(m.order) + " with " +
                std::to_string(bench.size()) + " others on the bench");
    const ReplyTo desk = cx.replyTo();
    bench.emplace(desk.ask, Job{m.order, desk});
    cx.after(Duration{cx.random().between(0, args.work.count())}, Ready{desk.ask});
}

void Worker::on(Context& cx, const Ready& m) {
    // A timer that had fired when this worker crashed is mail like any other, and survives.
    const auto job = bench.find(m.ask);
    if (job == bench.end()) return;
    cx.reply(job->second.desk, Made{job->second.order});
    bench.erase(job);
}

void SupervisedShop::on(Context& cx, const ShopArgs& m) {
    if (m.orders == 0) return cx.stop("nothing was ordered");
    if (m.workers == 0)
        cx.fail("0 workers, expected at least 1; ask for some with --arg workers=4");
    args = m;
    library::PoolSettings settings;
    settings.workers = args.workers;
    settings.workersReport = false;
    settings.restart = true;
    settings.failuresMax = args.intensity;
    settings.failuresWindow = args.window;
    settings.backoff.base = args.backoff;
    workshop = cx.openRegion("workshop");
    workers = cx.spawnIn<Workers>(workshop, "pool", {.settings = settings, .newborn = {args, {}}});
    // The pool is all there is in it: when that has ended, the region closes and the desk hears
    // why.
    cx.close(workshop);
    cx.after(args.gap, NextOrder{});
}

void SupervisedShop::on(Context& cx, const NextOrder&) {
    const auto order = static_cast<std::uint32_t>(book.size());
    book.push_back({});
    give(cx, order);
    if (book.size() < args.orders) cx.after(args.gap, NextOrder{});
}

// Without a timeout: a worker that crashes owes its answers, and the desk is told of each at once.
void SupervisedShop::give(Context& cx, std::uint32_t order) {
    book.update(order, [](Entry& entry) { ++entry.given; });
    const AskId ask = cx.ask(workers, Make{order}, kUntilAnswered);
    underWay.insert_or_assign(ask, order);
}

void SupervisedShop::on(Context& cx, const AskTimedOut& m) {
    const std::uint32_t order = underWay.at(m.ask);
    underWay.erase(m.ask);
    ++lost;
    cx.note("lost", order);
    give(cx, order);
}

void SupervisedShop::on(Context& cx, const Made& m) {
    underWay.erase(cx.answering());
    book.update(m.order, [](Entry& entry) { ++entry.made; });
    // The pool does not end by itself: asking it to is how the workshop closes.
    if (++done == args.orders) cx.cancel(workshop);
}

void SupervisedShop::on(Context& cx, const RegionClosed& m) {
    if (done < args.orders)
        cx.fail("the workshop gave up when " + std::to_string(done) + " of " +
                std::to_string(args.orders) + " orders were made: " + m.text);
    for (std::size_t order = 0; order < book.size(); ++order)
        if (book[order].made != 1)
            cx.fail("order " + std::to_string(order) + " was made " +
                    std::to_string(book[order].made) + " times, expected once");
    cx.stop("all " + std::to_string(done) + " orders made, " + std::to_string(lost) +
            " losses made good");
}

ARIADNE_PROGRAM("supervised_shop", "1.0", SupervisedShop, ShopArgs)

}  // namespace samples::supervised_shop
