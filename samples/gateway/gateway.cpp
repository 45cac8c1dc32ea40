// Pages fetched from a web server through a circuit breaker, by the effect http.request.
#include "engine/ariadne.h"

namespace gateway {

using namespace ariadne;  // NOLINT(google-build-using-namespace): a program, not a header
namespace lib = ariadne::library;

struct GatewayArgs {
    std::string url = "http://127.0.0.1:8080/";
    std::uint32_t requests = 12;
    Duration every = 100ms;
    Duration patience = 1s;
    std::uint32_t failures_max = 3;
    Duration cool_down = 300ms;
};
BOOST_DESCRIBE_STRUCT(GatewayArgs, (), (url, requests, every, patience, failures_max, cool_down))

struct Fetch {
    std::uint32_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Fetch, (), (number))

struct Page {
    std::uint32_t number = 0;
    std::int32_t status = 0;  ///< of HTTP; 0 = no answer at all
    std::uint64_t bytes = 0;
    std::string problem;
};
BOOST_DESCRIBE_STRUCT(Page, (), (number, status, bytes, problem))

struct BadPage {
    static bool isFailure(const Page& page) { return page.status == 0 || page.status >= 500; }
};

/// Turns a Fetch into an HTTP request and its answer into a Page.
struct Upstream {
    struct Waiting {
        ReplyTo asker;
        std::uint32_t number = 0;
    };
    std::string url;
    Duration patience{0};
    OrderedMap<EffectId, Waiting> waiting;

    void on(Context& cx, const Fetch& m) {
        const EffectId id =
            cx.perform(effect::HttpRequest{.url = url, .headers = {}, .body = {}}, patience);
        waiting.insert_or_assign(id, Waiting{cx.replyTo(), m.number});
    }
    void on(Context& cx, const effect::HttpResponse& m) {
        answer(cx, cx.answeredEffect(), {0, m.status, m.body.size(), {}});
    }
    void on(Context& cx, const EffectFailed& m) { answer(cx, m.effect, {0, 0, 0, m.text}); }

private:
    void answer(Context& cx, EffectId id, Page page) {
        const auto at = waiting.find(id);
        if (at == waiting.end()) return;
        page.number = at->second.number;
        cx.reply(at->second.asker, page);
        waiting.erase(id);
    }
};
BOOST_DESCRIBE_STRUCT(Upstream::Waiting, (), (asker, number))
BOOST_DESCRIBE_STRUCT(Upstream, (), (url, patience, waiting))
ARIADNE_ACTOR(Upstream, Fetch, effect::HttpResponse, EffectFailed)

using Breaker = lib::CircuitBreaker<Fetch, Page, BadPage>;

struct NextFetch {};
BOOST_DESCRIBE_STRUCT(NextFetch, (), ())

struct Gateway {
    GatewayArgs args;
    Ref<Breaker> breaker;
    std::uint32_t asked = 0;
    std::uint32_t good = 0;
    std::uint32_t bad = 0;       ///< the server was asked and did not do well
    std::uint32_t rejected = 0;  ///< it was not asked: the breaker was open

    void on(Context& cx, const GatewayArgs& m) {
        args = m;
        // Whatever else this program may do, its upstream may fetch, and nothing more.
        const RegionRef outside = cx.openRegion(
            "outside", {.strategy = Strategy::kOneForOne, .grants = {{"http.request", args.url}}});
        const Ref<Upstream> upstream =
            cx.spawnIn<Upstream>(outside, "upstream", {args.url, args.patience, {}});
        breaker = cx.spawn<Breaker>("breaker", breakerBefore(upstream));
        cx.send(cx.self<Gateway>(), NextFetch{});
    }
    void on(Context& cx, const NextFetch&) {
        cx.ask(breaker, Fetch{++asked}, within(2 * args.patience));
        if (asked < args.requests) cx.after(args.every, NextFetch{});
    }
    void on(Context& cx, const Page& m) {
        ++(BadPage::isFailure(m) ? bad : good);
        cx.note("page", m);
        endWhenDone(cx);
    }
    void on(Context& cx, const lib::Rejected& m) {
        ++(m.reason == lib::RejectReason::kOpen ? rejected : bad);
        endWhenDone(cx);
    }
    void on(Context& cx, const AskTimedOut&) {
        ++bad;
        endWhenDone(cx);
    }

private:
    Breaker breakerBefore(const Ref<Upstream>& upstream) const {
        Breaker made;
        made.service = upstream;
        made.settings.patience = args.patience;
        made.settings.failuresMax = args.failures_max;
        made.settings.coolDown = args.cool_down;
        return made;
    }
    void endWhenDone(Context& cx) {
        if (good + bad + rejected < args.requests) return;
        cx.note("good", good);
        cx.note("bad", bad);
        cx.note("rejected", rejected);
        cx.stop(std::to_string(good) + " good, " + std::to_string(bad) + " bad, " +
                std::to_string(rejected) + " rejected by the breaker");
    }
};
BOOST_DESCRIBE_STRUCT(Gateway, (), (args, breaker, asked, good, bad, rejected))
ARIADNE_ACTOR(Gateway, GatewayArgs, NextFetch, Page, lib::Rejected, AskTimedOut)

ARIADNE_PROGRAM("gateway", "1.0", Gateway, GatewayArgs)

}  // namespace gateway
