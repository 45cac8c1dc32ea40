// A world whose actors hear what regions, links, cancellation and obligations tell them.
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

/// What an actor of the lab knows.
struct Memory {
    std::string part;
    std::int64_t count = 0;
    std::vector<CellRef> known;
    std::vector<Obligation> promises;
    std::vector<ReplyTo> waiting;
};
BOOST_DESCRIBE_STRUCT(Memory, (), (part, count, known, promises, waiting))

/// What a part does with a message. The kernel's own messages come as Say with these words:
/// "start", "down" (n: ExitReason), "timed out" (n: ask), "cancel" (n: CancelReason), "link down"
/// (n: ExitReason), "closed" (n: Verdict), "granted", "not granted" (n: ordinal).
using Part = std::function<void(Context& cx, Memory& me, const Say& m)>;

/// The parts of the running test, by name. Code, not state: it outlives the worlds that use it.
inline std::map<std::string, Part>& parts() {
    static std::map<std::string, Part> all;
    return all;
}
inline void play(Context& cx, Memory& me, const Say& m) {
    if (const auto at = parts().find(me.part); at != parts().end()) at->second(cx, me, m);
}

/// Wants to hear everything.
struct Worker {
    Memory me;

    void on(Context& cx, const Start&) { play(cx, me, {"start"}); }
    void on(Context& cx, const Say& m) { play(cx, me, m); }
    void on(Context& cx, const Down& m) { play(cx, me, {"down", static_cast<int>(m.reason)}); }
    void on(Context& cx, const AskTimedOut& m) {
        play(cx, me, {"timed out", static_cast<std::int64_t>(m.ask)});
    }
    void on(Context& cx, const CancelRequested& m) {
        play(cx, me, {"cancel", static_cast<int>(m.reason)});
    }
    void on(Context& cx, const LinkDown& m) {
        play(cx, me, {"link down", static_cast<int>(m.reason)});
    }
    void on(Context& cx, const RegionClosed& m) {
        play(cx, me, {"closed", static_cast<int>(m.verdict)});
    }
    void on(Context& cx, const Granted& m) {
        play(cx, me, {"granted", static_cast<std::int64_t>(m.obligation.ordinal)});
    }
    void on(Context& cx, const NotGranted& m) {
        play(cx, me, {"not granted", static_cast<std::int64_t>(m.obligation.ordinal)});
    }
};
BOOST_DESCRIBE_STRUCT(Worker, (), (me))
ARIADNE_ACTOR(Worker, Start, Say, Down, AskTimedOut, CancelRequested, LinkDown, RegionClosed,
              Granted, NotGranted)

/// Wants to hear what it is told by others like it, and nothing of the kernel; not even Start.
struct Plain {
    Memory me;
    void on(Context& cx, const Say& m) { play(cx, me, m); }
};
BOOST_DESCRIBE_STRUCT(Plain, (), (me))
ARIADNE_ACTOR(Plain, Say)

template <class A>
A playing(const std::string& part, std::vector<CellRef> known = {}) {
    A actor{};
    actor.me.part = part;
    actor.me.known = std::move(known);
    return actor;
}
/// A new actor that plays the part of its name, below the one in hand or in `region`.
template <class A = Worker>
Ref<A> cast(Context& cx, const std::string& part, std::vector<CellRef> known = {},
            kernel::MailboxOptions mailbox = {}) {
    return cx.spawn<A>(part, playing<A>(part, std::move(known)), mailbox);
}
template <class A = Worker>
Ref<A> castIn(Context& cx, const RegionRef& region, const std::string& part,
              const ChildOptions& child = {}, kernel::MailboxOptions mailbox = {}) {
    return cx.spawnIn<A>(region, part, playing<A>(part), child, mailbox);
}
/// The root, and its n-th child (from 1): keys follow from who made whom.
inline CellRef theLab() {
    return {kernel::childKey(CellKey{}, 1)};
}
inline CellRef childOfLab(std::uint64_t n) {
    return {kernel::childKey(theLab().key, n)};
}
inline Ref<Worker> worker(const CellRef& who) {
    return Ref<Worker>{who};
}
inline RegionRef region(const CellRef& which) {
    return RegionRef{which};
}

/// Runs the part "lab" as root, a Worker, and what it casts.
class Lab {
public:
    explicit Lab(const kernel::WorldOptions& options = {.limits = {}}) : options_(options) {
        parts().clear();
    }

    void part(const std::string& name, Part what) { parts()[name] = std::move(what); }

    /// To the end, or as far as `rounds`; "completed: text".
    std::string run(std::uint64_t rounds = 10'000) {
        if (world_ == nullptr) {
            world_ = std::make_unique<kernel::World>(options_, &sink);
            begin(*world_, playing<Worker>("lab"));
        }
        world_->runUntil(kForever, rounds);
        return verdictOf(*world_);
    }
    kernel::World& world() { return *world_; }

    /// One row in short, such as "region r closing ok" or "resolve a#1 leaked".
    std::string lineOf(const RecordedRow& kept) const {
        const EventRow& row = kept.row;
        const std::string who = sink.pathOf(row.cell);
        const std::string peer = sink.pathOf(row.peer);
        const std::string head = std::string{nameOf(row.kind)} + " ";
        static constexpr const char* kPhases[] = {"open", "closing", "finalizing", "closed"};
        static constexpr const char* kVerdicts[] = {"ok", "err", "cancelled", "panicked"};
        static constexpr const char* kKinds[] = {"custom", "permit", "reply", "ack", "lease"};
        static constexpr const char* kEnds[] = {"committed", "aborted", "leaked", "expired"};
        switch (row.kind) {
            case EventKind::kRegion:
                return head + who + " " + kPhases[row.arg] + " " + kVerdicts[row.extra];
            case EventKind::kRestart: return head + who + " #" + std::to_string(row.arg);
            case EventKind::kResume: return head + who;
            case EventKind::kRefuse:
                return head + who + " " + std::string{nameOf(static_cast<RefuseReason>(row.arg))};
            case EventKind::kCancelRequest: return head + peer + " " + std::to_string(row.arg);
            case EventKind::kReserve:
                return head + peer + "#" + std::to_string(row.arg) + " " + kKinds[row.extra];
            case EventKind::kResolve:
                return head + peer + "#" + std::to_string(row.arg) + " " + kEnds[row.extra];
            case EventKind::kFinalize: return head + peer;
            case EventKind::kPark:
            case EventKind::kUnpark: return head + who + " -> " + peer;
            case EventKind::kDeadlock: return head + std::string{asText(row.payload)};
            case EventKind::kFail:
            case EventKind::kStop:
                return head + who + " " + std::string{nameOf(static_cast<ExitReason>(row.arg))};
            default: return kept.line;
        }
    }
    /// The rows of those kinds, joined by "; ", each once when it comes several times in a row.
    std::string lines(std::initializer_list<EventKind> kinds) const {
        std::string out;
        std::string last;
        for (const RecordedRow& kept : sink.rows()) {
            if (std::find(kinds.begin(), kinds.end(), kept.row.kind) == kinds.end()) continue;
            const std::string line = lineOf(kept);
            if (line == last) continue;
            out += (out.empty() ? "" : "; ") + line;
            last = line;
        }
        return out;
    }
    /// The n-th row (from 0) with that short line, or null.
    const EventRow* find(const std::string& line, int n = 0) const {
        for (const RecordedRow& kept : sink.rows())
            if (lineOf(kept) == line && n-- == 0) return &kept.row;
        return nullptr;
    }
    std::int64_t timeOf(const std::string& line, int n = 0) const {
        const EventRow* row = find(line, n);
        return row == nullptr ? -1 : row->time.value;
    }
    std::string heardBy(const std::string& path) const { return toldTo(sink, path); }
    /// The state of a living region.
    Region stateOf(const std::string& path) {
        const WorldImage image = world_->image();
        for (const CellImage& cell : image.cells) {
            if (sink.pathOf(cell.rank) != path) continue;
            const value::TypeInfo& type = value::typeInfo<Region>();
            void* storage = kernel::allocateState(type);
            if (!type.decodeInto(cell.state, storage)) {
                kernel::freeState(type, storage);
                break;
            }
            Region state = *static_cast<Region*>(storage);
            kernel::destroyState(type, storage);
            return state;
        }
        qFatal("no living region of path %s", path.c_str());
    }

    RecordingSink sink;

private:
    kernel::WorldOptions options_;
    std::unique_ptr<kernel::World> world_;
};

}  // namespace ariadne::tests
