// Program "juggle": a few hands throw balls to each other; many events, little state.
#include "engine/ariadne.h"

#include <vector>

namespace juggle {
using namespace ariadne;

struct Args {
    std::uint32_t throws = 1000;
};
BOOST_DESCRIBE_STRUCT(Args, (), (throws))
struct Ball {
    std::uint32_t left = 0;
    std::uint64_t spin = 0;
};
BOOST_DESCRIBE_STRUCT(Ball, (), (left, spin))
struct Done {
    std::uint64_t spin = 0;
};
BOOST_DESCRIBE_STRUCT(Done, (), (spin))
struct Juggler;
struct Hand;
struct Hands {
    std::vector<Ref<Hand>> all;
};
BOOST_DESCRIBE_STRUCT(Hands, (), (all))

struct Hand {
    Ref<Juggler> juggler;
    std::vector<Ref<Hand>> others;
    std::uint64_t caught = 0;
    std::uint64_t spin = 0;
    void on(Context&, const Hands& m) { others = m.all; }
    void on(Context& cx, const Ball& ball);
};
BOOST_DESCRIBE_STRUCT(Hand, (), (juggler, others, caught, spin))

struct Juggler {
    std::uint32_t flying = 0;
    std::uint64_t spin = 0;
    void on(Context& cx, const Args& args);
    void on(Context& cx, const Done& m) {
        spin ^= m.spin;
        if (--flying == 0) cx.stop("spin " + std::to_string(spin));
    }
};
BOOST_DESCRIBE_STRUCT(Juggler, (), (flying, spin))
ARIADNE_ACTOR(Juggler, Args, Done)
ARIADNE_ACTOR(Hand, Hands, Ball)

void Juggler::on(Context& cx, const Args& args) {
    constexpr std::uint32_t kHands = 6;
    constexpr std::uint32_t kBalls = 4;
    std::vector<Ref<Hand>> hands;
    for (std::uint32_t i = 0; i < kHands; ++i)
        hands.push_back(cx.spawn<Hand>("hand", Hand{cx.self<Juggler>(), {}, 0, 0}));
    for (const Ref<Hand>& hand : hands) cx.send(hand, Hands{hands});
    flying = kBalls;
    for (std::uint32_t i = 0; i < kBalls; ++i)
        cx.send(hands[i], Ball{args.throws / kBalls, i});
}
void Hand::on(Context& cx, const Ball& ball) {
    ++caught;
    spin = spin * 31 + ball.spin;
    if (ball.left == 0) return cx.send(juggler, Done{spin});
    cx.send(others[cx.random().below(others.size())], Ball{ball.left - 1, ball.spin + 1});
}
ARIADNE_PROGRAM("juggle", "1.0", Juggler, Args)

}  // namespace juggle
