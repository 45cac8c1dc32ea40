// A small shop with a till, for tests of the stage.
#pragma once

#include "engine/ariadne.h"
#include "engine/testkit/stage.h"
#include "tests/support/shown_text.h"

#include <QTest>

#include <string>

namespace ariadne::tests {

struct Order {
    std::int64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Order, (), (number))
struct Charge {
    std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(Charge, (), (cents))
struct Paid {
    std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(Paid, (), (cents))
struct Shut {};
BOOST_DESCRIBE_STRUCT(Shut, (), ())

/// Answers every charge until it is shut; then it takes none.
struct Till {
    struct Closed {
        static void on(Till&, Context&, const Shut&) {}
    };
    using Behaviours = ariadne::Behaviours<Closed>;

    std::int64_t cents = 0;
    void on(Context& cx, const Charge& m);
    void on(Context& cx, const Shut&);
};
BOOST_DESCRIBE_STRUCT(Till, (), (cents))
ARIADNE_ACTOR(Till, Charge, Shut)

inline void Till::on(Context& cx, const Charge& m) {
    if (m.cents < 0) cx.fail("a charge below 0");
    cents += m.cents;
    cx.reply(Paid{m.cents});
}
inline void Till::on(Context& cx, const Shut&) {
    cx.become<Till, Closed>();
}

/// Charges 10 for every order, tries again after a second, opens with a sign.
struct Shop {
    Ref<Till> till;
    std::int64_t open = 0;
    std::int64_t paid = 0;
    std::int64_t tries = 0;
    void on(Context& cx, const Start&) {
        cx.note("sign", Order{42});
        cx.log(LogLevel::kWarning, "open");
        cx.monitor(till);
    }
    void on(Context& cx, const Order& m) {
        open = m.number;
        charge(cx);
    }
    void on(Context&, const Paid& m) { paid += m.cents; }
    void on(Context& cx, const AskTimedOut&) {
        if (tries < 3) charge(cx);
    }
    void on(Context& cx, const Down& m) { cx.stop("no till: " + m.text); }
    void charge(Context& cx) {
        ++tries;
        cx.ask(till, Charge{10}, within(std::chrono::seconds{1}));
    }
};
BOOST_DESCRIBE_STRUCT(Shop, (), (till, open, paid, tries))
ARIADNE_ACTOR(Shop, Start, Order, Paid, AskTimedOut, Down)

/// What waits, `from -> to value` each, joined by " | ".
inline std::string waitingIn(testkit::Stage& stage) {
    std::string out;
    for (const testkit::Waiting& m : stage.waiting())
        out += (out.empty() ? "" : " | ") + m.from + " -> " + m.to + " " + m.value;
    return out;
}

}  // namespace ariadne::tests
