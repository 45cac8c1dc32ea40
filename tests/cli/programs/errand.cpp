// Reads a file and looks at the clock, each for a child of a region that may do no more.
#include "engine/ariadne.h"

namespace tests::errand {
using namespace ariadne;

struct ErrandArgs {
    std::string
        folder;  ///< what the region is granted; empty: only what the host grants, no region
    std::string path = "note.txt";
    Duration pause = 0ms;  ///< before it ends
};
BOOST_DESCRIBE_STRUCT(ErrandArgs, (), (folder, path, pause))

struct Said {
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Said, (), (text))

struct Errand;
struct Runner {
    Ref<Errand> home;
    std::string path;
    void on(Context& cx, const Start&) { cx.perform(effect::ReadFile{path, 0, 0}, 5s); }
    void on(Context& cx, const effect::FileContent& m);
    void on(Context& cx, const EffectFailed& m);
};
BOOST_DESCRIBE_STRUCT(Runner, (), (home, path))

struct Over {};
BOOST_DESCRIBE_STRUCT(Over, (), ())

struct Errand {
    ErrandArgs args;
    std::string heard;
    void on(Context& cx, const ErrandArgs& m);
    void on(Context& cx, const Said& m) {
        heard = m.text;
        cx.after(args.pause, Over{});
    }
    void on(Context& cx, const Over&) { cx.stop(heard); }
};
BOOST_DESCRIBE_STRUCT(Errand, (), (args, heard))
ARIADNE_ACTOR(Errand, ErrandArgs, Said, Over)
ARIADNE_ACTOR(Runner, Start, effect::FileContent, EffectFailed)

void Errand::on(Context& cx, const ErrandArgs& m) {
    args = m;
    const Runner runner{cx.self<Errand>(), m.path};
    if (m.folder.empty()) {
        cx.spawn<Runner>("runner", runner);
        return;
    }
    const RegionRef out = cx.openRegion("out", {.grants = {{"file.read", m.folder}}});
    cx.spawnIn<Runner>(out, "runner", runner);
}
void Runner::on(Context& cx, const effect::FileContent& m) {
    cx.send(home, Said{"read: " + std::string{asText(m.bytes)}});
}
void Runner::on(Context& cx, const EffectFailed& m) {
    cx.send(home, Said{"not read: " + m.text});
}

ARIADNE_PROGRAM("errand", "1.0", Errand, ErrandArgs)

}  // namespace tests::errand
