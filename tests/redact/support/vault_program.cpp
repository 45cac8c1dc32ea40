// Program "vault": who has secrets sends them, keeps them, fails with them and begins again.
#include "engine/kernel/world.h"
#include "recorder/program_run.h"
#include "recorder/recorder.h"
#include "tests/recorder/support/often_snapped.h"
#include "tests/redact/support/vault.h"
#include "tests/support/must.h"

namespace vault {

struct Args {
    std::uint32_t visits = 60;
    bool loud = false;      ///< somebody writes a password into the log
    std::uint32_t box = 0;  ///< bytes of a secret as long as this, and of one in the open
    std::string greeting = "hello";
};
BOOST_DESCRIBE_STRUCT(Args, (), (visits, loud, box, greeting))

struct Visit {
    Login login;
    std::uint32_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Visit, (), (login, number))
struct Later {
    Login login;
};
BOOST_DESCRIBE_STRUCT(Later, (), (login))
struct Box {
    Bytes closed;
    Bytes open;
};
BOOST_DESCRIBE_STRUCT(Box, (), (closed, open))
ARIADNE_SECRET(Box, closed);
struct Answer {
    Login login;
    bool right = false;
};
BOOST_DESCRIBE_STRUCT(Answer, (), (login, right))

struct Close {};
BOOST_DESCRIBE_STRUCT(Close, (), ())

struct Keeper {
    Shelf shelf;
    Bytes box;
    void on(Context& cx, const Start&) { work(cx); }
    void on(Context& cx, const Visit& visit) {
        work(cx);
        switch (cx.random().below(12)) {
            case 0: cx.fail("visit " + std::to_string(visit.number)); return;
            case 1:
            case 2: cx.stash(); return;
            case 3: cx.unstashAll(); break;
            case 4: return;
            default: break;
        }
        cx.after(Duration{1 + cx.random().between(0, 30'000'000)}, Later{visit.login});
        cx.note("visitor", visit.login);
        cx.reply(Answer{visit.login, cx.random().below(2) == 0});
    }
    void on(Context& cx, const Later&) { work(cx); }
    void on(Context& cx, const Box& given) {
        work(cx);
        box = given.closed;
    }
    void work(Context& cx) {
        change(shelf, [&cx](std::uint64_t bound) { return cx.random().below(bound); });
    }
};
BOOST_DESCRIBE_STRUCT(Keeper, (), (shelf, box))
ARIADNE_SECRET(Keeper, box);
ARIADNE_ACTOR(Keeper, Start, Visit, Later, Box)

struct Bank {
    Args args;
    std::vector<Ref<Keeper>> keepers;
    std::uint32_t answers = 0;
    void on(Context& cx, const Args& given) {
        args = given;
        RegionOptions options;
        options.intensity = 1000;
        const RegionRef hall = cx.openRegion("hall", options);
        Keeper keeper;
        // What a keeper begins with again after a failure.
        change(keeper.shelf, [&cx](std::uint64_t bound) { return cx.random().below(bound); });
        for (int i = 0; i < 4; ++i)
            keepers.push_back(cx.spawnIn<Keeper>(hall, "keeper", keeper,
                                                 ChildOptions{RestartPolicy::kPermanent, 5ms}));
        for (std::uint32_t i = 0; i < args.visits; ++i)
            cx.after(Duration{cx.random().between(0, 40'000'000)},
                     Visit{loginOf([&cx](std::uint64_t b) { return cx.random().below(b); }), i});
        if (args.box != 0) {
            Box box;
            for (std::uint32_t i = 0; i < args.box; ++i)
                box.closed.push_back(static_cast<std::byte>(cx.random().below(256)));
            box.open.assign(args.box, std::byte{'o'});
            cx.send(keepers[0], box);
        }
        if (args.loud) cx.log(LogLevel::kInfo, "first comes " + passwordOf([](auto) { return 7; }));
        cx.after(200ms, Close{});
    }
    void on(Context& cx, const Visit& visit) {
        cx.ask(keepers[cx.random().below(keepers.size())], visit, within(25ms));
    }
    void on(Context&, const Answer&) { ++answers; }
    void on(Context&, const AskTimedOut&) {}
    void on(Context& cx, const Close&) { cx.stop("closed"); }
};
BOOST_DESCRIBE_STRUCT(Bank, (), (args, keepers, answers))
ARIADNE_ACTOR(Bank, Args, Visit, Answer, AskTimedOut, Close)
ARIADNE_PROGRAM("vault", "1.0", Bank, Args)

}  // namespace vault

namespace ariadne::test {
std::filesystem::path recordVault(const QTemporaryDir& folder, const std::string& name,
                                  std::uint64_t seed, std::uint64_t step, ArgumentTexts args,
                                  tracefmt::Level level) {
    const std::filesystem::path file = std::filesystem::path{folder.path().toStdString()} / name;
    // The description of the run is that of one recorded as usual.
    recorder::RunRequest request;
    request.program = "vault";
    request.args = std::move(args);
    request.seed = seed;
    request.file = file;
    request.level = level;
    auto usual = must(recorder::ProgramRun::start(request));
    const tracefmt::TraceMeta meta = usual->meta();
    must(usual->finish("enough"));
    auto recorder = must(recorder::Recorder::create(file, meta));
    {
        OftenSnapped sink{*recorder, step};
        kernel::World world{must(recorder::worldOptionsOf(meta)), &sink};
        const Program* program = must(recorder::programOf(meta));
        if (!program->start(world, *program, meta.args).ok()) qFatal("no start");
        while (world.step()) {
        }
    }
    must(recorder->finish());
    return file;
}

}  // namespace ariadne::test
