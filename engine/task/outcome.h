// How a task ended: ok < err < cancelled < panicked, with its value or the reason.
#pragma once

#include "engine/effect/effect.h"
#include "engine/value/type_info.h"

#include <boost/describe.hpp>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

namespace ariadne {

/// Ordered: the worse, the greater. The join of several is the greatest.
enum class TaskOutcome : std::uint8_t {
    kOk = 0,
    kErr = 1,        ///< the code returned an Err
    kCancelled = 2,  ///< it was asked to end and did
    kPanicked = 3,   ///< it threw, broke a limit, or did not end within its cleanup budget
};
BOOST_DESCRIBE_ENUM(TaskOutcome, kOk, kErr, kCancelled, kPanicked)

/// "ok", "err", "cancelled", "panicked".
constexpr std::string_view nameOf(TaskOutcome outcome) {
    switch (outcome) {
        case TaskOutcome::kOk: return "ok";
        case TaskOutcome::kErr: return "err";
        case TaskOutcome::kCancelled: return "cancelled";
        default: return "panicked";
    }
}

/// The result of a task that has nothing to say, and the argument of one that needs none.
using Nothing = std::monostate;

/// `co_return Err("no such page")`: the task ends with kErr.
class Err {
public:
    explicit Err(std::string text) : text_(std::move(text)) {}
    const std::string& text() const { return text_; }

private:
    std::string text_;
};

/// A value, or why there is none. Described: may be kept in state and sent.
/// Invariant: `value` is set exactly when `outcome` is kOk.
template <class T>
struct Result {
    TaskOutcome outcome = TaskOutcome::kErr;
    std::string text;  ///< why there is no value
    std::optional<T> value;

    Result() {}
    explicit Result(T v) : outcome(TaskOutcome::kOk), value(std::move(v)) {}
    Result(TaskOutcome how, std::string why) : outcome(how), text(std::move(why)) {}

    bool ok() const { return outcome == TaskOutcome::kOk && value.has_value(); }
    /// Throws std::runtime_error, which names the outcome, when there is no value.
    const T& get() const {
        if (!ok())
            throw std::runtime_error("found a result that is " + std::string{nameOf(outcome)} +
                                     " (" + text + "), expected a value: look at ok() first");
        return *value;
    }
    bool operator==(const Result&) const = default;

    /// A number's name differs between compilers, so it is spelt here.
    static std::string traceName() {
        return "ariadne::Result<" + value::internal::displayName<T>() + ">";
    }
    BOOST_DESCRIBE_CLASS(Result, (), (outcome, text, value), (), ())
};

/// What came of an effect: its answer, or why there is none. Described, as Result is.
/// Invariant: `answer` is set exactly when `status` is kDone.
template <class A>
struct Performed {
    effect::EffectStatus status = effect::EffectStatus::kFailed;
    std::string text;  ///< why there is no answer
    std::optional<A> answer;

    Performed() {}
    explicit Performed(A a) : status(effect::EffectStatus::kDone), answer(std::move(a)) {}
    Performed(effect::EffectStatus how, std::string why) : status(how), text(std::move(why)) {}

    bool ok() const { return status == effect::EffectStatus::kDone && answer.has_value(); }
    /// Throws std::runtime_error, which says why, when there is no answer.
    const A& get() const {
        if (!ok())
            throw std::runtime_error("found an effect without an answer (" + text +
                                     "), expected one: look at ok() first");
        return *answer;
    }
    bool operator==(const Performed&) const = default;

    static std::string traceName() {
        return "ariadne::Performed<" + value::internal::displayName<A>() + ">";
    }
    BOOST_DESCRIBE_CLASS(Performed, (), (status, text, answer), (), ())
};

}  // namespace ariadne
