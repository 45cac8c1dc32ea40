// One task below a root that keeps how it ended, and actors for tasks to talk to.
#pragma once

#include "tests/library/support/play.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ariadne::tests {

/// The root: starts `Fn` and keeps its end.
template <auto Fn>
struct Starter {
    using R = task::ResultOf<Fn>;

    task::ArgsOf<Fn> args{};
    Duration cancelAfter{-1};  ///< negative: never
    Duration cleanup = task::kCleanup;
    TaskRef<R> started{};
    std::optional<Result<R>> ended{};
    VirtualTime at{};
    std::string down{};

    void on(Context& cx, const Start&) {
        (void)ariadne::internal::ActorRegistered<Starter>::kDone;
        started = spawnTask<Fn>(cx, "task", args);
        if (cancelAfter >= Duration::zero()) cx.after(cancelAfter, Say{"cancel"});
    }
    void on(Context& cx, const Say& m) {
        if (m.word == "cancel") cancelTask(cx, started, cleanup);
    }
    void on(Context& cx, const TaskEnded<R>& m) {
        ended = m.result;
        at = cx.now();
    }
    void on(Context&, const Down& m) {
        down = std::string{nameOf(m.reason)} + (m.text.empty() ? "" : ": " + m.text);
    }

    static std::string traceName() { return "starter of " + task::functionName<Fn>(); }
    ARIADNE_ACCEPTS(Starter, Start, Say, TaskEnded<R>, Down)
    BOOST_DESCRIBE_CLASS(Starter, (), (args, cancelAfter, cleanup, started, ended, at, down), (),
                         ())
};

/// Everything a run of one task left: "ok 7 at 20ms", "err: text at 0ns", "down threw: text".
template <auto Fn>
std::string shown(const Starter<Fn>& root) {
    if (!root.ended) return root.down.empty() ? "never ended" : "down " + root.down;
    std::string out{nameOf(root.ended->outcome)};
    if (root.ended->value) {
        TypeTable table;
        value::TypeBuilder builder{table};
        const TypeIndex type = builder.add<task::ResultOf<Fn>>();
        out += " " + value::showLine(table, type, value::encoded(*root.ended->value));
    }
    if (!root.ended->text.empty()) out += ": " + root.ended->text;
    return out + " at " + value::showDuration(root.at.value);
}

/// What is outside of a run: answers all effects that wait when nothing else can happen, each as
/// its request and its name (cell, ordinal) say, so that a restored run is answered alike.
class Outside {
public:
    /// True when there was something to answer.
    bool serve(kernel::World& world) {
        for (effect::Request& request : world.takeRequests())
            waiting_.push_back(std::move(request));
        world.takeCancelledRequests();
        if (!world.waitsForOutside() || waiting_.empty()) return false;
        std::sort(waiting_.begin(), waiting_.end(), [](const auto& a, const auto& b) {
            return std::pair{a.cellKey, a.ordinal} < std::pair{b.cellKey, b.ordinal};
        });
        for (const effect::Request& request : std::exchange(waiting_, {}))
            world.complete(answerTo(request));
        return true;
    }

private:
    static effect::Completion answerTo(const effect::Request& request) {
        effect::Completion out{
            request.cellKey, request.ordinal, effect::EffectStatus::kDone, {}, {}};
        if (request.name == "clock.read") {
            const auto ordinal = static_cast<std::int64_t>(request.ordinal);
            out.payload = value::encoded(effect::WallTime{1000 + ordinal});
            return out;
        }
        const std::string path = value::decoded<effect::ReadFile>(request.payload)->path;
        if (path.starts_with("missing")) {
            out.status = effect::EffectStatus::kFailed;
            out.text = "there is no " + path;
        } else if (path.starts_with("slow")) {
            out.status = effect::EffectStatus::kTimedOut;
            out.text = path + " took too long";
        } else {
            const ByteView bytes = asBytes(path);
            out.payload = value::encoded(effect::FileContent{{bytes.begin(), bytes.end()}, true});
        }
        return out;
    }

    std::vector<effect::Request> waiting_;
};

/// A run of one task, to its end.
template <auto Fn>
class TaskPlay : public Play {
public:
    explicit TaskPlay(const kernel::WorldOptions& options, task::ArgsOf<Fn> args = {})
        : TaskPlay(options, starter(std::move(args))) {}
    TaskPlay(const kernel::WorldOptions& options, Starter<Fn> root)
        : Play(options, std::move(root)) {
        Outside outside;
        while (outside.serve(world())) world().runUntil(kForever, 200'000);
    }

    std::string ended() { return shown(stateOf<Starter<Fn>>("lab")); }
    /// Whether nothing but the root is alive.
    bool drained() { return world().aliveCount() == 1; }

    static Starter<Fn> starter(task::ArgsOf<Fn> args = {}) {
        Starter<Fn> root;
        root.args = std::move(args);
        return root;
    }
    static Starter<Fn> cancelled(Duration after, task::ArgsOf<Fn> args = {},
                                 Duration cleanup = task::kCleanup) {
        Starter<Fn> root = starter(std::move(args));
        root.cancelAfter = after;
        root.cleanup = cleanup;
        return root;
    }
};

/// Answers a Say with the same, after the time it names in milliseconds; negative: never.
struct Echo {
    std::map<TimerId, ReplyTo> owed{};
    void on(Context& cx, const Say& m) {
        if (m.n < 0) return;
        if (m.n == 0) {
            cx.reply(Say{"echo of " + m.word});
            return;
        }
        owed[cx.after(Duration{m.n * 1'000'000}, Answer{m.word, cx.replyTo()})] = cx.replyTo();
    }
    struct Answer {
        std::string word;
        ReplyTo to;
        BOOST_DESCRIBE_CLASS(Answer, (), (word, to), (), ())
    };
    void on(Context& cx, const Answer& m) { cx.reply(m.to, Say{"echo of " + m.word}); }
    void on(Context&, const CancelRequested&) {
    }  // stays for a task that cleans up, and ends with it
};
BOOST_DESCRIBE_STRUCT(Echo, (), (owed))
ARIADNE_ACTOR(Echo, Say, Echo::Answer, CancelRequested)

/// Long enough to live on the heap: what is destroyed twice shows under AddressSanitizer.
inline const std::string kLong = "a text that is certainly too long for any small buffer";

}  // namespace ariadne::tests
