// What a run may meet and do: ariadne run --faults, --grant, --live, --metrics; and what a trace of
// it tells. Each recorded run replays.
#include "tests/cli/support/ariadne_process.h"

#include <QDir>
#include <QTest>

#include <algorithm>

using namespace ariadne::tests;

class TestCliWorld : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void faultsHappenAndStandInTheTrace() {
        const std::string faults =
            "delay=100000:3ms,drop@ledger/teller:2,duplicate@ledger/teller#2:1";
        const Ran ran = place_.with("v1", {"run", "ledger", "--arg", "deposits=40", "--seed", "3",
                                           "--faults", faults, "-o", "faults.clew"});
        ARIADNE_RAN(ran, 0);
        const Ran told = place_.ariadne({"dump", "faults.clew", "--kind", "fault"});
        ARIADNE_RAN(told, 0);
        for (const char* kind : {"drop", "delay", "duplicate"}) ARIADNE_SAYS(told, kind);
        ARIADNE_SAYS(place_.ariadne({"dump", "faults.clew", "--kind", "drop"}), "lost");
        const Ran info = place_.ariadne({"info", "faults.clew"});
        ARIADNE_SAYS(info,
                     "delay=100000:3000000ns,drop@ledger/teller:2,duplicate@ledger/teller#2:1");
        replays("v1", "faults.clew");
        // The same faults again are the same file; none are another run.
        (void)place_.with("v1", {"run", "ledger", "--arg", "deposits=40", "--seed", "3", "--faults",
                                 faults, "-o", "again.clew"});
        QVERIFY(place_.read("again.clew") == place_.read("faults.clew"));
        QVERIFY(
            !place_.ariadne({"dump", place_.ledger("none.clew"), "--kind", "fault"}).says("drop"));
    }

    void faultsThatAreNoneAreRefused() {
        const Ran ran =
            place_.with("v1", {"run", "ledger", "--faults", "drop=1,melt=3", "-o", "refused.clew"});
        ARIADNE_RAN(ran, 2);
        ARIADNE_WARNS(ran, "no such fault; there are crash, drop, delay, duplicate, effect, reply");
        ARIADNE_WARNS(ran, "'melt=3'");
        QVERIFY(!place_.has("refused.clew"));
        const Ran reply =
            place_.with("v1", {"run", "ledger", "--faults", "reply=1", "-o", "refused.clew"});
        ARIADNE_RAN(reply, 2);
        ARIADNE_WARNS(reply, "answers are lost at the rate of drop");
    }

    void whatIsGrantedIsReadAndTheReplayReadsNothing() {
        note("what the file says");
        const Ran ran = errand({"--grant", "file.read=" + place_.path("data"), "-o", "read.clew"});
        ARIADNE_RAN(ran, 0);
        ARIADNE_SAYS(ran, "read: what the file says");
        ARIADNE_SAYS(place_.ariadne({"info", "read.clew"}), "file.read=" + place_.path("data"));
        note("another text");
        replays("errand", "read.clew");
        const Ran now = errand({"--grant", "file.read=" + place_.path("data"), "--no-record"});
        ARIADNE_SAYS(now, "read: another text");
    }

    void aRegionReadsNoFurtherThanItsOwnGrant() {
        note("above");
        place_.write("data/in/note.txt", "below");
        const std::string host = "file.read=" + place_.path("data");
        // Its folder is that of the region, not that of the host.
        const Ran narrower = errand(
            {"--grant", host, "--arg", "folder=" + place_.path("data/in"), "-o", "narrow.clew"});
        ARIADNE_RAN(narrower, 0);
        ARIADNE_SAYS(narrower, "read: below");
        replays("errand", "narrow.clew");
        for (const char* path : {"../note.txt", "/etc/hostname"}) {
            const Ran out = errand({"--grant", host, "--arg", "folder=" + place_.path("data/in"),
                                    "--arg", std::string{"path="} + path, "-o", "out.clew"});
            ARIADNE_RAN(out, 0);
            ARIADNE_SAYS(out, "not read: ");
            QVERIFY(!out.says("above"));
        }
        // Nor further than the host lets it.
        const Ran wider = errand({"--grant", "file.read=" + place_.path("data/in"), "--arg",
                                  "folder=" + place_.path("data"), "-o", "wide.clew"});
        ARIADNE_RAN(wider, 0);
        ARIADNE_SAYS(wider, "not granted");
        replays("errand", "wide.clew");
    }

    void withoutAGrantNothingIsRead() {
        note("secret");
        const Ran ran = errand({"-o", "denied.clew"});
        ARIADNE_RAN(ran, 0);
        ARIADNE_SAYS(ran, "the effect file.read was not granted");
        ARIADNE_SAYS(place_.ariadne({"dump", "denied.clew", "--kind", "refuse"}), "not granted");
        replays("errand", "denied.clew");
    }

    void anInjectedFailureReadsNothing() {
        note("secret");
        const Ran ran = errand({"--grant", "file.read=" + place_.path("data"), "--faults",
                                "effect@errand/runner:1", "-o", "injected.clew"});
        ARIADNE_RAN(ran, 0);
        ARIADNE_SAYS(ran, "not read: injected failure");
        replays("errand", "injected.clew");
    }

    void grantsThatAreNoneAreRefused() {
        for (const char* grant : {"file.read", "=/data", ""}) {
            const Ran ran = errand({"--grant", grant, "-o", "refused.clew"});
            ARIADNE_RAN(ran, 2);
            QVERIFY(!place_.has("refused.clew"));
        }
    }

    void liveTimeIsRecordedAndReplayed() {
        note("soon");
        const Ran ran = errand({"--grant", "file.read=" + place_.path("data"), "--live", "--arg",
                                "pause=5ms", "-o", "live.clew"});
        ARIADNE_RAN(ran, 0);
        ARIADNE_SAYS(ran, "read: soon");
        const Ran clocks = place_.ariadne({"dump", "live.clew", "--kind", "clock"});
        ARIADNE_RAN(clocks, 0);
        ARIADNE_SAYS(clocks, "clock");
        ARIADNE_SAYS(place_.ariadne({"info", "live.clew"}), "live\n");
        replays("errand", "live.clew");
        // In the lab nobody reads one.
        const Ran lab = errand({"--grant", "file.read=" + place_.path("data"), "-o", "lab.clew"});
        ARIADNE_RAN(lab, 0);
        QVERIFY(!place_.ariadne({"dump", "lab.clew", "--kind", "clock"}).says("clock"));
    }

    void metricsComeEverySoManyTurns() {
        const std::string file = place_.ledger("metrics.clew", {"--metrics", "5"});
        const Ran told = place_.ariadne({"dump", file, "--kind", "metric"});
        ARIADNE_RAN(told, 0);
        std::size_t reports = 0;
        for (const std::string& line : linesOf(told.out))
            if (line.find("  turns ") != std::string::npos) ++reports;
        QVERIFY2(reports >= 2, told.all().c_str());
        replays("v1", "metrics.clew");
        const Ran none = place_.ariadne({"dump", place_.ledger("quiet.clew"), "--kind", "metric"});
        QVERIFY2(!none.says("turns"), none.all().c_str());
        const Ran wrong = place_.with("v1", {"run", "ledger", "--metrics", "often"});
        ARIADNE_RAN(wrong, 2);
    }

    void infoNamesFieldsThatAreRecordedByDigestOnly() {
        const std::string file =
            place_.ledger("long.clew", {"--arg", "owner=" + std::string(5000, 'x')});
        const Ran info = place_.ariadne({"info", file});
        ARIADNE_RAN(info, 0);
        ARIADNE_SAYS(info, "digest only fields");
        ARIADNE_SAYS(info, "Ledger.args.owner");
        const Ran json = place_.ariadne({"info", file, "--json"});
        ARIADNE_SAYS(json, "\"digest_only_fields\"");
        ARIADNE_SAYS(json, "Ledger.args.owner");
        replays("v1", "long.clew");
        // A short one is recorded in full, and nobody is named.
        QVERIFY(!place_.ariadne({"info", place_.ledger("short.clew")}).says("Ledger.args.owner"));
    }

private:
    Ran errand(std::vector<std::string> more) const {
        more.insert(more.begin(), {"run", "errand"});
        return place_.with("errand", more);
    }
    void note(const std::string& text) const {
        QDir{QString::fromStdString(place_.path("."))}.mkpath(QStringLiteral("data/in"));
        place_.write("data/note.txt", text);
    }
    void replays(const std::string& programs, const std::string& file) const {
        const Ran ran = place_.with(programs, {"replay", file, "--from", "all"});
        ARIADNE_RAN(ran, 0);
        ARIADNE_SAYS(ran, "identical");
    }

    Workplace place_;
};

QTEST_GUILESS_MAIN(TestCliWorld)
#include "tst_cli_world.moc"
