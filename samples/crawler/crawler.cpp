// Fetches a whole web in parallel, each page once. README.md tells the story.
#include "engine/ariadne.h"
#include "samples/crawler/web.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace samples::crawler {
using namespace ariadne;

struct CrawlerArgs {
    std::uint32_t pages = 20'000;
    std::uint32_t hosts = 2'000;
    std::uint32_t fetchers = 64;
    std::uint32_t parsers = 16;
    std::uint32_t shards = 16;
    std::uint64_t web = 1;  ///< which web
    std::uint64_t refusals =
        50;                   ///< one fetch in so many is refused and must be repeated; 0 = none
    Duration latency = 80ms;  ///< of the slowest fetch
    bool bug = false;         ///< a host forgets the page whose fetch was refused
};
BOOST_DESCRIBE_STRUCT(CrawlerArgs, (),
                      (pages, hosts, fetchers, parsers, shards, web, refusals, latency, bug))

struct Fetcher;
struct Host;
struct Shard;

/// A link was found on `from`. To the shard of `page`.
struct Link {
    Page page = 0;
    Page from = 0;
};
BOOST_DESCRIBE_STRUCT(Link, (), (page, from))
/// A page nobody has seen before. To its host.
struct Visit {
    Page page = 0;
};
BOOST_DESCRIBE_STRUCT(Visit, (), (page))
struct Fetch {
    Page page = 0;
    Ref<Host> host{};
};
BOOST_DESCRIBE_STRUCT(Fetch, (), (page, host))
struct Loaded {};
BOOST_DESCRIBE_STRUCT(Loaded, (), ())
struct Fetched {
    Page page = 0;
    bool refused = false;
};
BOOST_DESCRIBE_STRUCT(Fetched, (), (page, refused))
struct Parse {
    Page page = 0;
};
BOOST_DESCRIBE_STRUCT(Parse, (), (page))
/// `page` and its links are known. To the shard of `page`.
struct Parsed {
    Page page = 0;
    std::uint32_t links = 0;
};
BOOST_DESCRIBE_STRUCT(Parsed, (), (page, links))
/// Tells a parser where the shards are.
struct Wire {
    std::vector<Ref<Shard>> shards{};
};
BOOST_DESCRIBE_STRUCT(Wire, (), (shards))
struct Audit {};
BOOST_DESCRIBE_STRUCT(Audit, (), ())
struct Count {};
BOOST_DESCRIBE_STRUCT(Count, (), ())
struct Counted {
    std::uint64_t found = 0;
    std::uint64_t stored = 0;
    bool operator==(const Counted&) const = default;
};
BOOST_DESCRIBE_STRUCT(Counted, (), (found, stored))

struct Parser {
    Web web{};
    Vector<Ref<Shard>> shards{};  ///< empty until wired

    void on(Context& cx, const Wire& m);
    void on(Context& cx, const Parse& m);
    const Ref<Shard>& shardOf(Page page) const { return shards[web.hostOf(page) % shards.size()]; }
};
BOOST_DESCRIBE_STRUCT(Parser, (), (web, shards))
ARIADNE_ACTOR(Parser, Wire, Parse)

/// Loads one page at a time.
struct Fetcher {
    CrawlerArgs args{};
    Vector<Ref<Parser>> parsers{};
    std::optional<Fetch> loading{};
    Vector<Fetch> waiting{};

    void on(Context& cx, const Fetch& m);
    void on(Context& cx, const Loaded&);
    void load(Context& cx, const Fetch& m);
};
BOOST_DESCRIBE_STRUCT(Fetcher, (), (args, parsers, loading, waiting))
ARIADNE_ACTOR(Fetcher, Fetch, Loaded)

/// Sees to it that at most one page of a host is being fetched.
struct Host {
    Ref<Fetcher> fetcher{};
    bool bug = false;
    bool busy = false;
    std::uint32_t fetched = 0;
    Vector<Page> waiting{};

    void on(Context& cx, const Visit& m);
    void on(Context& cx, const Fetched& m);
    void fetchNext(Context& cx);
};
BOOST_DESCRIBE_STRUCT(Host, (), (fetcher, bug, busy, fetched, waiting))
ARIADNE_ACTOR(Host, Visit, Fetched)

struct PageEntry {
    Page from = 0;  ///< where the first link was
    std::optional<std::uint32_t> links{};
};
BOOST_DESCRIBE_STRUCT(PageEntry, (), (from, links))

/// Knows every page of its hosts that was ever seen, so that none is fetched twice.
struct Shard {
    CrawlerArgs args{};
    Vector<Ref<Fetcher>> fetchers{};
    OrderedMap<HostNumber, Ref<Host>> hosts{};
    OrderedMap<Page, PageEntry> pages{};
    std::uint64_t duplicates = 0;
    std::uint64_t stored = 0;

    void on(Context& cx, const Link& m);
    void on(Context& cx, const Parsed& m);
    void on(Context& cx, const Count&) { cx.reply(Counted{pages.size(), stored}); }
    Ref<Host> hostOf(Context& cx, Page page);
};
BOOST_DESCRIBE_STRUCT(Shard, (), (args, fetchers, hosts, pages, duplicates, stored))
ARIADNE_ACTOR(Shard, Link, Parsed, Count)

struct Crawler {
    CrawlerArgs args{};
    std::vector<Ref<Shard>> shards{};
    Counted before{};  ///< at the last audit
    Counted now{};     ///< of those that have answered this audit
    std::uint32_t answered = 0;

    void on(Context& cx, const CrawlerArgs& m);
    void on(Context& cx, const Audit&);
    void on(Context& cx, const Counted& m);
    void conclude(Context& cx);
};
BOOST_DESCRIBE_STRUCT(Crawler, (), (args, shards, before, now, answered))
ARIADNE_ACTOR(Crawler, CrawlerArgs, Audit, Counted)

void Parser::on(Context& cx, const Wire& m) {
    for (const Ref<Shard>& shard : m.shards) shards.push_back(shard);
    cx.unstashAll();
}

void Parser::on(Context& cx, const Parse& m) {
    if (shards.empty()) return cx.stash();
    const std::vector<Page> links = web.linksOf(m.page);
    for (const Page link : links) cx.send(shardOf(link), Link{link, m.page});
    cx.send(shardOf(m.page), Parsed{m.page, static_cast<std::uint32_t>(links.size())});
}

void Fetcher::load(Context& cx, const Fetch& m) {
    loading = m;
    cx.after(Duration{cx.random().between(args.latency.count() / 16, args.latency.count())},
             Loaded{});
}

void Fetcher::on(Context& cx, const Fetch& m) {
    if (loading)
        waiting.push_back(m);
    else
        load(cx, m);
}

void Fetcher::on(Context& cx, const Loaded&) {
    const bool refused = cx.random().oneIn(args.refusals);
    cx.send(loading->host, Fetched{loading->page, refused});
    if (!refused) cx.send(parsers[loading->page % parsers.size()], Parse{loading->page});
    loading.reset();
    if (waiting.empty()) return;
    const Fetch next = waiting.back();
    waiting.pop_back();
    load(cx, next);
}

void Host::on(Context& cx, const Visit& m) {
    waiting.push_back(m.page);
    fetchNext(cx);
}

// The bug: with it, the refused page is not put back, and nobody else will ever ask for it.
void Host::on(Context& cx, const Fetched& m) {
    busy = false;
    if (!m.refused)
        ++fetched;
    else if (!bug)
        waiting.push_back(m.page);
    fetchNext(cx);
}

void Host::fetchNext(Context& cx) {
    if (busy || waiting.empty()) return;
    busy = true;
    cx.send(fetcher, Fetch{waiting.back(), cx.self<Host>()});
    waiting.pop_back();
}

Ref<Host> Shard::hostOf(Context& cx, Page page) {
    const HostNumber number = page % args.hosts;
    if (const auto known = hosts.find(number); known != hosts.end()) return known->second;
    const Ref<Host> host =
        cx.spawn<Host>("host-" + std::to_string(number),
                       {.fetcher = fetchers[number % fetchers.size()], .bug = args.bug});
    hosts.try_emplace(number, host);
    return host;
}

void Shard::on(Context& cx, const Link& m) {
    if (pages.try_emplace(m.page, {m.from, {}}))
        cx.send(hostOf(cx, m.page), Visit{m.page});
    else
        ++duplicates;
}

void Shard::on(Context& cx, const Parsed& m) {
    pages.update(m.page, [&](PageEntry& entry) {
        if (entry.links) cx.fail("page " + std::to_string(m.page) + " was fetched twice");
        entry.links = m.links;
    });
    ++stored;
}

void Crawler::on(Context& cx, const CrawlerArgs& m) {
    args = m;
    if (args.pages == 0) return cx.stop("an empty web");
    for (std::uint32_t* count : {&args.hosts, &args.fetchers, &args.parsers, &args.shards})
        *count = std::max(*count, 1u);

    const Web web{args.web, args.pages, args.hosts};
    Vector<Ref<Parser>> parsers{};
    if (args.latency < 0s || args.latency > 1h) cx.fail("latency must be from 0s to 1h");
    for (std::uint32_t i = 0; i < args.parsers; ++i)
        parsers.push_back(cx.spawn<Parser>("parser", {.web = web, .shards = {}}));
    Vector<Ref<Fetcher>> fetchers{};
    for (std::uint32_t i = 0; i < args.fetchers; ++i)
        fetchers.push_back(cx.spawn<Fetcher>("fetcher", {.args = args, .parsers = parsers}));
    for (std::uint32_t i = 0; i < args.shards; ++i)
        shards.push_back(cx.spawn<Shard>("shard", {.args = args, .fetchers = fetchers}));
    for (const Ref<Parser>& parser : parsers) cx.send(parser, Wire{shards});

    cx.send(shards.front(), Link{0, 0});
    cx.after(args.latency * 10, Audit{});
}

void Crawler::on(Context& cx, const Audit&) {
    now = {};
    answered = 0;
    for (const Ref<Shard>& shard : shards) cx.send(shard, Count{});
}

void Crawler::on(Context& cx, const Counted& m) {
    now.found += m.found;
    now.stored += m.stored;
    if (++answered < shards.size()) return;
    cx.note("found", now.found);
    cx.note("stored", now.stored);
    if (now == before) return conclude(cx);
    before = now;
    // Long enough for any fetch that is under way to change a count.
    cx.after(args.latency * 10, Audit{});
}

void Crawler::conclude(Context& cx) {
    const std::uint32_t reachable = Web{args.web, args.pages, args.hosts}.reachable();
    const std::string text = "stored " + std::to_string(now.stored) + " pages";
    if (now.stored != reachable) cx.fail(text + ", expected " + std::to_string(reachable));
    cx.stop(text);
}

ARIADNE_PROGRAM("crawler", "1.0", Crawler, CrawlerArgs)

}  // namespace samples::crawler
