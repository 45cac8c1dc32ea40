// A world with one kind of actor, whose parts are written inside the test that needs them.
#pragma once

#include "engine/ariadne.h"
#include "tests/kernel/support/recording_sink.h"
#include "tests/support/root.h"
#include "tests/support/say.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ariadne::tests {

struct Player;
/// What a part does with a message; the kernel's own messages come as Say, with these words:
/// "start", "down" (n: ExitReason), "timed out" (n: ask), "undelivered" (n: DropReason).
using Part = std::function<void(Context& cx, Player& me, const Say& m)>;

/// The parts of the running test, by name. Code, not state: it outlives the worlds that use it.
inline std::map<std::string, Part>& parts() {
    static std::map<std::string, Part> all;
    return all;
}

/// In this behaviour a player hears one word only.
struct Closed {
    static void on(Player& me, Context& cx, const Say& m);
};

struct Player {
    using Behaviours = ariadne::Behaviours<Closed>;

    std::string part;
    std::vector<Ref<Player>> known;
    std::int64_t count = 0;
    Vector<std::string> heard;
    std::vector<ReplyTo> waiting;

    void on(Context& cx, const Start&) { play(cx, {"start"}); }
    void on(Context& cx, const Say& m) { play(cx, m); }
    void on(Context& cx, const Down& m) { play(cx, {"down", static_cast<int>(m.reason)}); }
    void on(Context& cx, const AskTimedOut& m) {
        play(cx, {"timed out", static_cast<std::int64_t>(m.ask)});
    }
    void on(Context& cx, const Undelivered& m) {
        play(cx, {"undelivered", static_cast<int>(m.reason)});
    }
    void play(Context& cx, const Say& m) {
        heard.push_back(m.word + (m.n == 0 ? "" : " " + std::to_string(m.n)));
        if (const auto at = parts().find(part); at != parts().end()) at->second(cx, *this, m);
    }
};
BOOST_DESCRIBE_STRUCT(Player, (), (part, known, count, heard, waiting))
ARIADNE_ACTOR(Player, Start, Say, Down, AskTimedOut, Undelivered)

inline void Closed::on(Player& me, Context& cx, const Say& m) {
    if (m.word == "open") cx.become<Player, Player>();
    me.play(cx, m);
}

/// Somebody who plays `part`.
inline Player as(std::string part, std::vector<Ref<Player>> known = {}) {
    return {.part = std::move(part), .known = std::move(known), .heard = {}, .waiting = {}};
}
/// A new actor that plays the part of its name.
inline Ref<Player> cast(Context& cx, const std::string& part, kernel::MailboxOptions mailbox = {}) {
    return cx.spawn<Player>(part, as(part), mailbox);
}

/// Runs the part "lab" as root, and what it casts.
class Lab {
public:
    explicit Lab(const kernel::WorldOptions& options = {.limits = {}},
                 kernel::DecisionSource* decisions = nullptr)
        : options_(options), decisions_(decisions) {
        parts().clear();
    }

    void part(const std::string& name, Part what) { parts()[name] = std::move(what); }

    /// To the end, or as far as `rounds`; "completed: text".
    std::string run(std::uint64_t rounds = 10'000) {
        if (world_ == nullptr) {
            world_ = std::make_unique<kernel::World>(options_, &sink, decisions_);
            begin(*world_, as("lab"));
        }
        world_->runUntil(kForever, rounds);
        return verdictOf(*world_);
    }

    kernel::World& world() { return *world_; }
    std::string lines(std::initializer_list<EventKind> kinds = {}) const {
        return sink.lines(kinds);
    }
    /// The round of that line; 0 when there is none.
    std::uint64_t roundOf(std::string_view line) const {
        const EventRow* row = sink.find(line);
        return row == nullptr ? 0 : row->round.value;
    }
    /// The virtual time of that line in ns; -1 when there is none.
    std::int64_t timeOf(std::string_view line) const {
        const EventRow* row = sink.find(line);
        return row == nullptr ? -1 : row->time.value;
    }
    std::string heardBy(const std::string& path) const { return toldTo(sink, path); }

    RecordingSink sink;

private:
    kernel::WorldOptions options_;
    kernel::DecisionSource* decisions_;
    std::unique_ptr<kernel::World> world_;
};

inline kernel::WorldOptions inRounds(std::uint64_t seed = 0, std::uint32_t batch = 16) {
    return {.seed = seed, .batch = batch, .limits = {}};
}
inline kernel::WorldOptions inAnyOrder(std::uint64_t seed = 0) {
    return {.seed = seed, .policy = kernel::Policy::kRandom, .limits = {}};
}

}  // namespace ariadne::tests
