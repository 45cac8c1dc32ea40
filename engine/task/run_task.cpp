// One turn of a task: its frame is made again if it is missing, the delivery is written down, the
// code goes on.
#include "engine/base/check.h"
#include "engine/task/core.h"

#include <stdexcept>

namespace ariadne::task {
namespace {

/// The core speaks through this turn while it lives.
class InTurn {
public:
    InTurn(TaskCore& core, kernel::Turn& turn, bool replaying) : core_(core) {
        core_.useTurn(&turn, replaying);
    }
    InTurn(const InTurn&) = delete;
    InTurn& operator=(const InTurn&) = delete;
    ~InTurn() { core_.useTurn(nullptr, false); }

private:
    TaskCore& core_;
};

TaskDelivery deliveryOf(const kernel::Turn& turn) {
    const kernel::Message& message = turn.delivery();
    ByteWriter payload;
    message.type->encode(message.value(), payload);
    TaskDelivery out;
    out.type = message.type->hash;
    out.payload = payload.take();
    out.sender = turn.sender();
    out.asker = turn.asker();
    out.ask = message.askId();
    out.answers = turn.answeredAsk();
    out.effect = turn.answeredEffect();
    out.at = turn.now();
    return out;
}

std::unique_ptr<TaskCore> coreOf(const TaskParts& task, const kernel::Turn& turn) {
    auto core = std::make_unique<TaskCore>(task.code, turn.self(), turn.parent(), task.life.from);
    for (std::uint64_t i = 0; i < task.life.unread && i < task.history.size(); ++i)
        core->inherit(task.history[i]);
    return core;
}

[[noreturn]] void notDeterministic(const TaskParts& task, kernel::Turn& turn,
                                   const std::string& what) {
    turn.fail(ExitReason::kFailed,
              "task is not deterministic: " + task.code.type->state->name +
                  ", replayed from its deliveries (" + std::to_string(task.history.size()) + "), " +
                  what +
                  "; expected what the run did. Look for statics, globals, time and addresses in "
                  "its code");
}

/// Runs the code again, from its arguments through its deliveries, and holds what it does against
/// what it did.
void rebuild(const TaskParts& task, kernel::Turn& turn) {
    std::unique_ptr<TaskCore> core = coreOf(task, turn);
    std::string thrown;
    {
        const InTurn in{*core, turn, true};
        try {
            core->start(task.state, task.life.at);
            for (std::size_t i = task.life.unread; i < task.history.size(); ++i)
                core->take(task.history[i]);
            if (core->over()) thrown = "ended";
        } catch (const std::exception& error) {
            thrown = "threw: " + std::string{error.what()};
        } catch (...) {
            thrown = "threw";
        }
    }
    if (!thrown.empty()) notDeterministic(task, turn, thrown);
    if (core->counted() != turn.ordinals())
        notDeterministic(task, turn, "made another number of outputs");
    if (core->trail() != task.life.trail) notDeterministic(task, turn, "made other outputs");
    task.frame.set(std::move(core));
}

void begin(const TaskParts& task, kernel::Turn& turn) {
    task.life.begun = true;
    task.life.at = turn.now();
    task.life.from = turn.ordinals();
    task.frame.set(coreOf(task, turn));
    const InTurn in{*task.frame.get(), turn, false};
    task.frame.get()->start(task.state, turn.now());
}

/// A new life with new arguments; only what nobody has read yet stays.
void continueWith(const TaskParts& task, kernel::Turn& turn, ContinueAs next) {
    std::deque<TaskDelivery> unread = task.frame.get()->takeInbox();
    task.code.setArgs(task.state, next.takeArgs());
    task.history.clear();
    task.life.unread = unread.size();
    for (TaskDelivery& delivery : unread) task.history.push_back(std::move(delivery));
    begin(task, turn);
}

void checkHistory(const TaskParts& task, kernel::Turn& turn) {
    if (task.history.size() < kTaskDeliveriesMax) return;
    turn.fail(ExitReason::kLimit,
              "limit taskDeliveriesMax (" + std::to_string(kTaskDeliveriesMax) + ") reached by " +
                  task.code.type->state->name +
                  ": a task that goes on for ever cuts its history with co_return "
                  "cx.continueAs(args)");
}

}  // namespace

void runTask(const TaskParts& task, kernel::Turn& turn) {
    if (task.life.begun && task.frame.get() == nullptr) rebuild(task, turn);
    checkHistory(task, turn);
    task.history.push_back(deliveryOf(turn));
    const TaskDelivery delivery = task.history.back();
    if (!task.life.begun) begin(task, turn);
    {
        const InTurn in{*task.frame.get(), turn, false};
        task.frame.get()->take(delivery);
    }
    // A life that reads nothing and continues would go on for ever within this turn.
    for (std::size_t before = ~std::size_t{0};;) {
        std::optional<ContinueAs> next = task.frame.get()->takeContinuation();
        if (!next) break;
        const std::size_t unread = task.frame.get()->inbox().size();
        if (unread >= before)
            throw std::runtime_error(
                "found continueAs() twice with nothing received or awaited in between, expected "
                "an await in each life: await before continuing");
        before = unread;
        continueWith(task, turn, std::move(*next));
    }
    TaskCore& core = *task.frame.get();
    const InTurn in{core, turn, false};
    if (core.over()) {
        core.conclude(task.life.tells);
        return;
    }
    task.life.trail = core.trail();
    ARIADNE_DCHECK(core.counted() == turn.ordinals());
}

}  // namespace ariadne::task
