// A store with a primary and a backup, and a power cut. README.md tells the story.
#include "engine/ariadne.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace samples::kv_replica {
using namespace ariadne;

struct KvArgs {
    std::uint32_t clients = 3;
    std::uint32_t writes = 10;  ///< by each client
    Duration think = 20ms;      ///< longest rest of a client before a write
    Duration ship = 2ms;        ///< the primary sends its log to the backup this long after a write
    Duration patience = 15ms;   ///< of a client, before it tries again
    Duration outage = 120ms;    ///< latest time at which the primary loses power
    // NOLINTNEXTLINE(readability-identifier-naming): as it is typed, --arg ack_early=true
    bool ack_early = false;  ///< the primary does not wait for the backup
};
BOOST_DESCRIBE_STRUCT(KvArgs, (), (clients, writes, think, ship, patience, outage, ack_early))

struct Replica;

// Client and replica
struct Put {
    std::string key;
    std::string value;
};
BOOST_DESCRIBE_STRUCT(Put, (), (key, value))
ARIADNE_SECRET(Put, value);
struct Acknowledged {
    std::string key;
};
BOOST_DESCRIBE_STRUCT(Acknowledged, (), (key))
struct Get {
    std::string key;
};
BOOST_DESCRIBE_STRUCT(Get, (), (key))
struct Got {
    std::string key;
    std::optional<std::string> value{};
};
BOOST_DESCRIBE_STRUCT(Got, (), (key, value))
ARIADNE_SECRET(Got, value);

// Primary and backup
struct Ship {};
BOOST_DESCRIBE_STRUCT(Ship, (), ())
struct Replicate {
    std::vector<Put> entries{};
    std::uint64_t upTo = 0;  ///< length of the primary's log with these entries
};
BOOST_DESCRIBE_STRUCT(Replicate, (), (entries, upTo))
struct Replicated {
    std::uint64_t upTo = 0;
};
BOOST_DESCRIBE_STRUCT(Replicated, (), (upTo))

// Failover
struct PowerCut {};
BOOST_DESCRIBE_STRUCT(PowerCut, (), ())
struct Promote {};
BOOST_DESCRIBE_STRUCT(Promote, (), ())
struct Promoted {};
BOOST_DESCRIBE_STRUCT(Promoted, (), ())
struct NewPrimary {
    Ref<Replica> primary{};
};
BOOST_DESCRIBE_STRUCT(NewPrimary, (), (primary))

// A client's timer, and its report
struct NextWrite {};
BOOST_DESCRIBE_STRUCT(NextWrite, (), ())
struct Done {
    std::vector<Put> acknowledged{};
};
BOOST_DESCRIBE_STRUCT(Done, (), (acknowledged))

enum class Role : std::uint8_t { kPrimary, kBackup };
BOOST_DESCRIBE_ENUM(Role, kPrimary, kBackup)

/// A client that waits until the backup has the log up to `upTo`.
struct Waiting {
    std::uint64_t upTo = 0;
    std::string key;
    ReplyTo client{};
};
BOOST_DESCRIBE_STRUCT(Waiting, (), (upTo, key, client))

struct Replica {
    Role role = Role::kBackup;
    KvArgs args{};
    Ref<Replica> backup{};  ///< nobody: it is alone
    OrderedMap<std::string, std::string> entries{};
    Vector<Put> log{};          ///< what the backup must have too
    std::uint64_t shipped = 0;  ///< length of the log that is on its way to the backup
    bool shipping = false;      ///< a Ship is due
    std::vector<Waiting> waiting{};

    void on(Context& cx, const Put& m);
    void on(Context& cx, const Get& m);
    void on(Context& cx, const Ship&);
    void on(Context& cx, const Replicate& m);
    void on(Context& cx, const Replicated& m);
    void on(Context& cx, const Promote&);
    void on(Context& cx, const PowerCut&) { cx.fail("power lost"); }
};
BOOST_DESCRIBE_STRUCT(Replica, (), (role, args, backup, entries, log, shipped, shipping, waiting))
ARIADNE_SECRET(Replica, entries);
ARIADNE_ACTOR(Replica, Put, Get, Ship, Replicate, Replicated, Promote, PowerCut)

/// Writes one key after the other, each until it is acknowledged.
struct Client {
    std::uint32_t number = 0;
    KvArgs args{};
    Ref<Replica> primary{};
    Put current{};
    std::vector<Put> acknowledged{};

    void on(Context& cx, const Start&) { rest(cx); }
    void on(Context& cx, const NextWrite&);
    void on(Context& cx, const Acknowledged&);
    void on(Context& cx, const AskTimedOut&) { write(cx); }
    void on(Context&, const NewPrimary& m) { primary = m.primary; }
    void rest(Context& cx);
    void write(Context& cx) { cx.ask(primary, current, within(args.patience)); }
};
BOOST_DESCRIBE_STRUCT(Client, (), (number, args, primary, current, acknowledged))
ARIADNE_ACTOR(Client, Start, NextWrite, Acknowledged, AskTimedOut, NewPrimary)

struct KvReplica;

/// Watches the primary; when it goes down, the backup takes its place and everybody is told.
struct Monitor {
    Ref<Replica> primary{};
    Ref<Replica> backup{};
    std::vector<Ref<Client>> clients{};

    void on(Context& cx, const Start&) { cx.monitor(primary); }
    void on(Context& cx, const Down&) { cx.send(backup, Promote{}); }
    void on(Context& cx, const Promoted&);
};
BOOST_DESCRIBE_STRUCT(Monitor, (), (primary, backup, clients))
ARIADNE_ACTOR(Monitor, Start, Down, Promoted)

struct KvReplica {
    Ref<Replica> primary{};
    bool failedOver = false;
    std::uint32_t busy = 0;      ///< clients that are not done
    Vector<Put> acknowledged{};  ///< by all clients
    std::uint64_t checked = 0;   ///< of them

    void on(Context& cx, const KvArgs& args);
    void on(Context& cx, const PowerCut& m) { cx.send(primary, m); }
    void on(Context& cx, const NewPrimary& m);
    void on(Context& cx, const Done& m);
    void on(Context& cx, const Got& m);
    void checkNext(Context& cx);
};
BOOST_DESCRIBE_STRUCT(KvReplica, (), (primary, failedOver, busy, acknowledged, checked))
ARIADNE_ACTOR(KvReplica, KvArgs, PowerCut, NewPrimary, Done, Got)

// The bug: with ack_early the client is told that its write is safe while only the primary has it.
void Replica::on(Context& cx, const Put& m) {
    entries.insert_or_assign(m.key, m.value);
    if (!backup) return cx.reply(Acknowledged{m.key});
    log.push_back(m);
    if (args.ack_early)
        cx.reply(Acknowledged{m.key});
    else
        waiting.push_back({log.size(), m.key, cx.replyTo()});
    if (!shipping) cx.after(args.ship, Ship{});
    shipping = true;
}

void Replica::on(Context& cx, const Get& m) {
    const auto found = entries.find(m.key);
    cx.reply(Got{m.key, found == entries.end() ? std::nullopt : std::optional{found->second}});
}

void Replica::on(Context& cx, const Ship&) {
    Replicate batch{.entries = {}, .upTo = log.size()};
    for (; shipped < log.size(); ++shipped) batch.entries.push_back(log[shipped]);
    shipping = false;
    cx.send(backup, std::move(batch));
}

void Replica::on(Context& cx, const Replicate& m) {
    for (const Put& put : m.entries) entries.insert_or_assign(put.key, put.value);
    cx.reply(Replicated{m.upTo});
}

void Replica::on(Context& cx, const Replicated& m) {
    for (const Waiting& w : waiting)
        if (w.upTo <= m.upTo) cx.reply(w.client, Acknowledged{w.key});
    std::erase_if(waiting, [&](const Waiting& w) { return w.upTo <= m.upTo; });
}

void Replica::on(Context& cx, const Promote&) {
    role = Role::kPrimary;
    cx.reply(Promoted{});
}

void Client::rest(Context& cx) {
    cx.after(Duration{cx.random().between(0, args.think.count())}, NextWrite{});
}

void Client::on(Context& cx, const NextWrite&) {
    const std::size_t key = number * args.writes + acknowledged.size() + 1;
    current = {"k" + std::to_string(key), "v" + std::to_string(cx.random().below(1000))};
    write(cx);
}

void Client::on(Context& cx, const Acknowledged&) {
    acknowledged.push_back(current);
    if (acknowledged.size() < args.writes) return rest(cx);
    cx.send(Ref<KvReplica>{cx.parent()}, Done{acknowledged});
    cx.stop("all writes acknowledged");
}

void Monitor::on(Context& cx, const Promoted&) {
    cx.log(LogLevel::kWarning, "the backup is the primary now");
    for (const Ref<Client>& client : clients) cx.send(client, NewPrimary{backup});
    cx.send(Ref<KvReplica>{cx.parent()}, NewPrimary{backup});
}

void KvReplica::on(Context& cx, const KvArgs& args) {
    if (args.clients == 0 || args.writes == 0) return cx.stop("nothing to write");
    const Ref<Replica> backup = cx.spawn<Replica>("backup", {.role = Role::kBackup, .args = args});
    primary =
        cx.spawn<Replica>("primary", {.role = Role::kPrimary, .args = args, .backup = backup});
    std::vector<Ref<Client>> clients{};
    for (std::uint32_t i = 0; i < args.clients; ++i)
        clients.push_back(
            cx.spawn<Client>("client", {.number = i, .args = args, .primary = primary}));
    cx.spawn<Monitor>("monitor", {primary, backup, clients});
    busy = args.clients;
    cx.after(Duration{cx.random().between(0, args.outage.count())}, PowerCut{});
}

void KvReplica::on(Context& cx, const NewPrimary& m) {
    primary = m.primary;
    failedOver = true;
    checkNext(cx);
}

void KvReplica::on(Context& cx, const Done& m) {
    for (const Put& put : m.acknowledged) acknowledged.push_back(put);
    --busy;
    checkNext(cx);
}

void KvReplica::checkNext(Context& cx) {
    if (busy > 0 || !failedOver) return;
    if (checked == acknowledged.size())
        return cx.stop("all " + std::to_string(checked) + " acknowledged writes are there");
    cx.ask(primary, Get{acknowledged[checked].key}, within(1s));
}

void KvReplica::on(Context& cx, const Got& m) {
    const Put& put = acknowledged[checked];
    if (m.value != put.value)
        cx.fail("acknowledged write " + put.key + "=" + put.value + " is lost");
    ++checked;
    checkNext(cx);
}

ARIADNE_PROGRAM("kv_replica", "1.0", KvReplica, KvArgs)

}  // namespace samples::kv_replica
