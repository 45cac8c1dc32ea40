// A program that counts, and does to its process what the argument says, in a turn of its choice.
#include "engine/ariadne.h"

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <unistd.h>

namespace mishap {
using namespace ariadne;

struct Args {
    /// Or segv, abort, exit, spin; linger: the end of the run does not come to its end; again: what
    /// MISHAP_AGAIN says.
    std::string what = "nothing";
    std::uint32_t turns = 1000;
};
BOOST_DESCRIBE_STRUCT(Args, (), (what, turns))
struct Next {};
BOOST_DESCRIBE_STRUCT(Next, (), ())

/// For a test that waits for it: the file that MISHAP_BEGUN names, if any.
inline void touchBegun() {
    if (const char* const file = std::getenv("MISHAP_BEGUN")) std::ofstream{file} << "begun";
}

struct Counter {
    Args args;
    std::uint32_t counted = 0;

    Counter() = default;
    Counter(const Counter&) = default;
    Counter(Counter&&) = default;
    Counter& operator=(const Counter&) = default;
    Counter& operator=(Counter&&) = default;
    ~Counter() {
        while (args.what == "linger" && counted != 0) ::pause();
    }

    void on(Context& cx, const Args& given) {
        args = given;
        cx.send(cx.self<Counter>(), Next{});
    }
    void on(Context& cx, const Next&) {
        if (++counted == args.turns) {
            const char* const again = args.what == "again" ? std::getenv("MISHAP_AGAIN") : nullptr;
            const std::string how = again == nullptr ? args.what : again;
            if (how == "more") ++counted;
            if (how == "segv") {
                std::signal(SIGSEGV, SIG_DFL);  // not what a sanitizer makes of it
                std::raise(SIGSEGV);
            }
            if (how == "abort") std::abort();
            if (how == "exit") ::_exit(3);
            if (how == "spin") touchBegun();
            while (how == "spin") ::pause();
            if (how == "linger") return;
            return cx.stop("counted");
        }
        // Time goes on now and then, or the run would end at the limit of rounds of one instant.
        if (counted % 100'000 == 0)
            cx.after(1ms, Next{});
        else
            cx.send(cx.self<Counter>(), Next{});
    }
};
BOOST_DESCRIBE_STRUCT(Counter, (), (args, counted))
ARIADNE_ACTOR(Counter, Args, Next)
ARIADNE_PROGRAM("mishap", "1.0", Counter, Args)

}  // namespace mishap
