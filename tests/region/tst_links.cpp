// Who pulls whom down.
#include "tests/region/support/region_lab.h"

using namespace ariadne;
using namespace ariadne::tests;

namespace {

const std::initializer_list<EventKind> kEnds{EventKind::kStop, EventKind::kFail};

void obeys(Context& cx, Memory&, const Say& m) {
    if (m.word == "fail") cx.fail("no");
    if (m.word == "stop") cx.stop();
}

/// lab casts a (linked with b) and b, tells a `word`.
void linked(Lab& lab, const std::string& word, bool bHears) {
    lab.part("lab", [=](Context& cx, Memory&, const Say& m) {
        if (m.word != "start") return;
        const CellRef b = bHears ? CellRef{cast(cx, "b")} : CellRef{cast<Plain>(cx, "b")};
        const Ref<Worker> a = cast(cx, "a", {b});
        cx.send(a, Say{word});
    });
    lab.part("a", [](Context& cx, Memory& me, const Say& m) {
        if (m.word == "start") cx.link(me.known[0]);
        obeys(cx, me, m);
    });
    lab.part("b", obeys);
}

}  // namespace

class TestLinks : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aFailureIsToldToWhoHearsOfIt() {
        Lab lab;
        linked(lab, "fail", true);
        lab.run();
        QCOMPARE(lab.lines(kEnds), std::string{"fail a failed"});
        QCOMPARE(lab.heardBy("b"), std::string{"Start; LinkDown"});
    }

    void aFailurePullsDownWhoDoesNot() {
        Lab lab;
        linked(lab, "fail", false);
        lab.run();
        QCOMPARE(lab.lines(kEnds), std::string{"fail a failed; fail b linked"});
        QVERIFY(lab.sink.lines(kEnds).ends_with("linked with a cell that failed: no"));
        QCOMPARE(lab.world().failures(), std::uint64_t{2});
    }

    void whoEndsWellLeavesItsLinksAlone() {
        Lab lab;
        linked(lab, "stop", false);
        lab.run();
        QCOMPARE(lab.lines(kEnds), std::string{"stop a stopped"});
    }

    void aChainFallsInOneRound() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            std::vector<CellRef> all;
            for (int i = 0; i < 5; ++i) {
                all.push_back(cast<Plain>(cx, "c"));
                if (i > 0)
                    cx.send(Ref<Plain>{all[static_cast<std::size_t>(i) - 1]}, Say{"link", i});
            }
            cx.after(1s, Say{"go"});
        });
        lab.part("c", [](Context& cx, Memory& me, const Say& m) {
            if (m.word == "link") cx.link(childOfLab(static_cast<std::uint64_t>(m.n) + 1));
            obeys(cx, me, m);
        });
        const Part start = parts()["lab"];
        lab.part("lab", [=](Context& cx, Memory& me, const Say& m) {
            start(cx, me, m);
            if (m.word == "go") cx.send(Ref<Plain>{childOfLab(3)}, Say{"fail"});
        });
        lab.run();
        QCOMPARE(lab.lines(kEnds), std::string{"fail c#3 failed; fail c#2 linked; fail c#4 linked; "
                                               "fail c linked; fail c#5 linked"});
        QCOMPARE(lab.find("fail c#3 failed")->round, lab.find("fail c#5 linked")->round);
    }

    void linksGoBothWaysAndOnce() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const Ref<Worker> b = cast(cx, "b");
            const Ref<Worker> a = cast(cx, "a", {b});
            cx.send(a, Say{"hm"});
            cx.send(b, Say{"fail"});
        });
        lab.part("a", [](Context& cx, Memory& me, const Say& m) {
            if (m.word != "start") return;
            cx.link(me.known[0]);
            cx.link(me.known[0]);
        });
        lab.part("b", [](Context& cx, Memory& me, const Say& m) {
            // The link is there from the end of this round on.
            if (m.word == "fail") cx.send(cx.self<Worker>(), Say{"now"});
            if (m.word == "now") cx.fail("no");
            (void)me;
        });
        lab.run();
        QCOMPARE(lab.heardBy("a"), std::string{"Start; hm; LinkDown"});
    }

    void unlinkedIsUnlinked() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            const Ref<Worker> a = cast(cx, "a");
            cx.link(a);
            cx.unlink(a);
            cx.unlink(a);
            cx.send(a, Say{"fail"});
        });
        lab.part("a", obeys);
        lab.run();
        QCOMPARE(lab.heardBy("lab"), std::string{"Start"});
    }

    void aLinkWithNobodyIsRefused() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            cx.link(CellRef{CellKey{77}});
            cx.link(cx.openRegion("r"));
            cx.link(cx.self());  // of no consequence
        });
        lab.run();
        QCOMPARE(lab.sink.count(EventKind::kRefuse), std::size_t{2});
        QCOMPARE(lab.lines({EventKind::kRefuse}), std::string{"refuse lab nothing_to_link"});
    }

    void supervisedLinksFailAndLiveAgainTogether() {
        Lab lab;
        lab.part("lab", [](Context& cx, Memory&, const Say& m) {
            if (m.word != "start") return;
            RegionOptions options;
            options.strategy = Strategy::kOneForAll;
            options.intensity = 1;
            const RegionRef r = cx.openRegion("r", options);
            const Ref<Plain> a = castIn<Plain>(cx, r, "a");
            const Ref<Plain> b = castIn<Plain>(cx, r, "b");
            cx.send(b, Say{"link"});
            cx.send(b, Say{"on"});
            cx.send(a, Say{"hm"});
        });
        lab.part("b", [](Context& cx, Memory&, const Say& m) {
            // a is the first child that the root made.
            if (m.word == "link") cx.link(childOfLab(1));
            if (m.word == "on") cx.send(Ref<Plain>{childOfLab(1)}, Say{"fail"});
        });
        lab.part("a", obeys);
        lab.run();
        QCOMPARE(lab.lines({EventKind::kFail, EventKind::kStop, EventKind::kRestart}),
                 std::string{"fail r/a failed; fail r/b linked; restart r/a #1; restart r/b #1"});
        QCOMPARE(lab.stateOf("r").restarts, std::uint64_t{1});
    }
};

QTEST_GUILESS_MAIN(TestLinks)
#include "tst_links.moc"
