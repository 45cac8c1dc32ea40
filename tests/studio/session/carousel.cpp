#include "tests/studio/session/carousel.h"

#include "engine/ariadne.h"
#include "engine/base/check.h"

namespace ariadne::tests {

struct CarouselArgs {
    std::uint32_t riders = 6;
    std::uint32_t tokens = 4;
    std::uint32_t hops = 10;
};
BOOST_DESCRIBE_STRUCT(CarouselArgs, (), (riders, tokens, hops))

struct Token {
    std::uint32_t hops = 0;
    std::string label;
};
BOOST_DESCRIBE_STRUCT(Token, (), (hops, label))
struct Pass {
    Token token{};
};
BOOST_DESCRIBE_STRUCT(Pass, (), (token))
struct Arrived {};
BOOST_DESCRIBE_STRUCT(Arrived, (), ())

struct Rider;
struct Link {
    Ref<Rider> next{};
};
BOOST_DESCRIBE_STRUCT(Link, (), (next))

struct Carousel {
    CarouselArgs args{};
    std::uint32_t arrived = 0;
    std::uint32_t lost = 0;

    void on(Context& cx, const CarouselArgs& m);
    void on(Context& cx, const Arrived&);
    void on(Context& cx, const Down&);
};
BOOST_DESCRIBE_STRUCT(Carousel, (), (args, arrived, lost))
ARIADNE_ACTOR(Carousel, CarouselArgs, Arrived, Down)

struct Rider {
    Ref<Carousel> owner{};
    Ref<Rider> next{};
    std::uint64_t seen = 0;

    void on(Context&, const Link& m) { next = m.next; }
    void on(Context& cx, const Token& m) {
        ++seen;
        if (seen % 50 == 0) cx.log("fifty more");
        if (m.hops == 0) {
            cx.send(owner, Arrived{});
            return;
        }
        cx.after(Duration{cx.random().between(0, 5'000'000)}, Pass{{m.hops - 1, m.label}});
    }
    void on(Context& cx, const Pass& m) { cx.send(next, Token{m.token}); }
};
BOOST_DESCRIBE_STRUCT(Rider, (), (owner, next, seen))
ARIADNE_ACTOR(Rider, Link, Token, Pass)

struct Glass {
    void on(Context& cx, const Token&) { cx.fail("made of glass"); }
};
BOOST_DESCRIBE_STRUCT(Glass, (), ())
ARIADNE_ACTOR(Glass, Token)

void Carousel::on(Context& cx, const CarouselArgs& m) {
    args = m;
    std::vector<Ref<Rider>> riders;
    for (std::uint32_t i = 0; i < m.riders; ++i) {
        Rider rider;
        rider.owner = cx.self<Carousel>();
        riders.push_back(cx.spawn<Rider>("rider", rider));
    }
    for (std::uint32_t i = 0; i < m.riders; ++i)
        cx.send(riders[i], Link{riders[(i + 1) % m.riders]});
    const Ref<Glass> glass = cx.spawn<Glass>("glass");
    cx.monitor(glass);
    cx.send(glass, Token{1, "first"});
    cx.send(glass, Token{1, "second"});
    for (std::uint32_t i = 0; i < m.tokens; ++i)
        cx.send(riders[i % m.riders], Token{m.hops, "token " + std::to_string(i)});
}

void Carousel::on(Context& cx, const Arrived&) {
    if (++arrived == args.tokens) cx.stop("all arrived");
}

void Carousel::on(Context&, const Down&) {
    ++lost;
}

ARIADNE_PROGRAM(kCarousel, "1.0", Carousel, CarouselArgs)

recorder::RunDigests record(const recorder::RunRequest& request) {
    auto run = recorder::ProgramRun::start(request);
    if (!run.ok()) qFatal("%s", std::string{run.status().message()}.c_str());
    while ((*run)->step()) {
    }
    const auto digests = (*run)->finish("");
    if (!digests.ok()) qFatal("%s", std::string{digests.status().message()}.c_str());
    return *digests;
}

tracefmt::HostNote recordStuck(const QString& file) {
    tracefmt::TraceMeta meta;
    meta.programId = kCarousel;
    meta.batch = 16;
    auto made = recorder::Recorder::create(file.toStdString(), meta);
    if (!made.ok()) qFatal("%s", std::string{made.status().message()}.c_str());
    (*made)->letOthersNote();
    kernel::World world{{}, made->get()};
    const Program* program = ProgramRegistry::find(kCarousel);
    if (!program->start(world, *program, {}).ok()) qFatal("%s does not start", kCarousel);
    for (int i = 0; i < 2; ++i) world.step();
    // The riders have their tokens by now; the glass broke, which is not what it hung at.
    tracefmt::HostNote note;
    note.kind = tracefmt::HostNoteKind::kStuckTurn;
    note.round = {world.round().value + 1};
    note.cell = {2};
    note.path = "carousel/rider";
    note.state = "ariadne::tests::Rider";
    note.message = "ariadne::tests::Pass";
    note.enqueuedAt = {5};
    note.ranForNs = 4'000'000'000;
    const auto behind = (*made)->note(note);
    if (!behind.ok()) qFatal("%s", std::string{behind.status().message()}.c_str());
    note.readableTo = *behind;
    return note;
}

}  // namespace ariadne::tests
