// Every kind of bad input gets a clear message and 2, and leaves nothing that looks whole.
#include "tests/cli/support/ariadne_process.h"
#include "tracefmt/file_header.h"

#include <QDir>
#include <QTest>

#include <algorithm>

using namespace ariadne::tests;

class TestCliBadInput : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        place_.ledger("a.clew");
        bytes_ = place_.read("a.clew");
        QVERIFY(bytes_.size() > 500);
        // A trace of several chunks, to be cut in the middle of one.
        const Ran ran = place_.with("v1", {"run", "spinner", "--until", "40s", "-o", "long.clew"});
        ARIADNE_RAN(ran, 0);
        long_ = place_.read("long.clew");
        place_.write("empty.clew", "");
        place_.write("text.clew", "Dear diary,\ntoday I renamed a file to .clew\n");
        std::string newer = bytes_;
        const auto header = ariadne::tracefmt::encodeFileHeader({.major = 2, .minor = 0, .id = {}});
        std::memcpy(newer.data(), header.data(), header.size());
        place_.write("newer.clew", newer);
        QDir{QString::fromStdString(place_.path("."))}.mkdir(QStringLiteral("folder.clew"));
    }

    void fileThatIsNoTrace_data() {
        QTest::addColumn<std::string>("file");
        QTest::addColumn<std::string>("message");
        QTest::newRow("missing") << std::string{"missing.clew"} << std::string{"No such file"};
        QTest::newRow("folder") << std::string{"folder.clew"} << std::string{"found a folder"};
        QTest::newRow("empty") << std::string{"empty.clew"} << std::string{"empty"};
        QTest::newRow("text") << std::string{"text.clew"} << std::string{"text"};
        QTest::newRow("newer") << std::string{"newer.clew"} << std::string{"newer"};
    }
    void fileThatIsNoTrace() {
        QFETCH(std::string, file);
        QFETCH(std::string, message);
        for (const std::vector<std::string>& words :
             std::vector<std::vector<std::string>>{{"info", file},
                                                   {"dump", file},
                                                   {"export", file, "--format", "otlp"},
                                                   {"state", file},
                                                   {"verify", file},
                                                   {"replay", file},
                                                   {"diff", file, "a.clew"},
                                                   {"diff", "a.clew", file}}) {
            const Ran ran = place_.ariadne(words);
            ARIADNE_RAN(ran, 2);
            ARIADNE_WARNS(ran, "ariadne " + words[0] + ": " + file + ": ");
            ARIADNE_WARNS(ran, message);
            QCOMPARE(ran.out, std::string{});
        }
    }

    void studioOfWhatIsNotThereEndsHere() {
        // A link to a moment is one of a file that is there.
        const Ran link = place_.ariadne({"studio", "nosuch.clew@5"});
        ARIADNE_RAN(link, 2);
        ARIADNE_WARNS(link, "found neither a file nor a program called 'nosuch.clew@5'");
        const Ran ran = place_.ariadne({"studio", "nosuch.clew"});
        ARIADNE_RAN(ran, 2);
        ARIADNE_WARNS(ran, "found neither a file nor a program called 'nosuch.clew'");
    }

    void truncatedTraceIsShownUpToTheCutAndDoesNotVerify() {
        place_.write("cut.clew", long_.substr(0, long_.size() / 2));
        const Ran info = place_.ariadne({"info", "cut.clew"});
        ARIADNE_RAN(info, 0);
        ARIADNE_SAYS(info, "cut\n");
        ARIADNE_WARNS(info, "warning: cut.clew: cut: ");
        const Ran dump = place_.ariadne({"dump", "cut.clew"});
        ARIADNE_RAN(dump, 0);
        ARIADNE_WARNS(dump, "cut");
        QVERIFY(!linesOf(dump.out).empty());
        ARIADNE_RAN(place_.ariadne({"state", "cut.clew"}), 0);
        const Ran verify = place_.ariadne({"verify", "cut.clew"});
        ARIADNE_RAN(verify, 2);
        ARIADNE_WARNS(verify, "cut");
        // Of its events all is known, of the state at their end nothing.
        ARIADNE_SAYS(verify, "state digest   unknown\n");
        for (const char* const verb : {"verify", "info"}) {
            const QJsonObject json = place_.ariadne({verb, "cut.clew", "--json"}).json();
            QVERIFY(json[QLatin1String{"state_digest"}].isNull());
            QCOMPARE(json[QLatin1String{"event_digest"}].toString().size(), 16);
            QCOMPARE(json[QLatin1String{"change_digest"}].toString().size(), 16);
        }
        const Ran replay = place_.with("v1", {"replay", "cut.clew"});
        ARIADNE_RAN(replay, 0);
        ARIADNE_WARNS(replay, "cut");
        ARIADNE_SAYS(replay, "identical: ");
    }

    void everyTruncationIsAnsweredWithoutACrash() {
        for (std::size_t size = 0; size < bytes_.size(); size += bytes_.size() / 40 + 1) {
            place_.write("t.clew", bytes_.substr(0, size));
            const Ran ran = place_.ariadne({"verify", "t.clew"});
            if (ran.code != 2 || ran.err.empty())
                QFAIL(("cut to " + std::to_string(size) + ": " + ran.all()).c_str());
        }
    }

    void flippedByteDoesNotVerify() {
        for (std::size_t at = 0; at < bytes_.size(); at += bytes_.size() / 60 + 1) {
            std::string flipped = bytes_;
            flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
            place_.write("f.clew", flipped);
            const Ran ran = place_.ariadne({"verify", "f.clew"});
            if (ran.code != 2 || ran.err.empty())
                QFAIL(("flipped at " + std::to_string(at) + ": " + ran.all()).c_str());
        }
    }

    void dumpStopsBeforeAFlippedByte() {
        std::string flipped = long_;
        flipped[long_.size() / 2] = static_cast<char>(flipped[long_.size() / 2] ^ 1);
        place_.write("flipped.clew", flipped);
        const Ran verify = place_.ariadne({"verify", "flipped.clew"});
        ARIADNE_RAN(verify, 2);
        ARIADNE_WARNS(verify, "offset");
        const Ran dump = place_.ariadne({"dump", "flipped.clew"});
        ARIADNE_RAN(dump, 2);
        const Ran whole = place_.ariadne({"dump", "long.clew"});
        const auto some = linesOf(dump.out);
        const auto all = linesOf(whole.out);
        QVERIFY(!some.empty() && some.size() < all.size());
        // Columns follow from the last position, so compare what is in them.
        QVERIFY(
            all[some.size() - 1].ends_with(some.back().substr(some.back().find_first_not_of(' '))));
    }

    void positionBeyondTheTraceIsRefused() {
        const Ran state = place_.ariadne({"state", "a.clew", "--at", "99999"});
        ARIADNE_RAN(state, 2);
        ARIADNE_WARNS(state, "position 99999 is beyond the trace");
        ARIADNE_RAN(place_.ariadne({"dump", "a.clew", "--from", "99999"}), 2);
    }

    void globThatMatchesNobodyIsRefused() {
        for (const char* verb : {"dump", "state"}) {
            const Ran ran = place_.ariadne({verb, "a.clew", "--actor", "bank/*"});
            ARIADNE_RAN(ran, 2);
            ARIADNE_WARNS(ran, "no actor of this trace matches 'bank/*'");
        }
    }

    void unknownProgramListsThoseThereAre() {
        const Ran ran = place_.with("v1", {"run", "legder"});
        ARIADNE_RAN(ran, 2);
        ARIADNE_WARNS(ran, "legder");
        ARIADNE_WARNS(ran, "ledger");
        QVERIFY(!place_.has("legder-1.clew"));
    }

    void wrongArgumentsAreRefusedAndLeaveNoFile_data() {
        QTest::addColumn<std::string>("argument");
        QTest::addColumn<std::string>("message");
        QTest::newRow("name") << std::string{"depsits=3"} << std::string{"deposits"};
        QTest::newRow("number") << std::string{"deposits=three"} << std::string{"found 'three'"};
        QTest::newRow("range") << std::string{"deposits=-1"} << std::string{"found '-1'"};
        QTest::newRow("duration") << std::string{"pause=10"}
                                  << std::string{"a duration such as 20ms"};
        QTest::newRow("bool") << std::string{"fail=maybe"} << std::string{"true or false"};
    }
    void wrongArgumentsAreRefusedAndLeaveNoFile() {
        QFETCH(std::string, argument);
        QFETCH(std::string, message);
        const Ran ran = place_.with("v1", {"run", "ledger", "--arg", argument, "-o", "wrong.clew"});
        ARIADNE_RAN(ran, 2);
        ARIADNE_WARNS(ran, message);
        QVERIFY(!place_.has("wrong.clew"));
    }

    void programOfAnotherVersionIsNotReplayed() {
        const Ran ran = place_.with("v2", {"replay", "a.clew"});
        ARIADNE_RAN(ran, 2);
        ARIADNE_WARNS(ran, "1.0");
        ARIADNE_WARNS(ran, "2.0");
    }

    void missingProgramIsNotReplayed() {
        const Ran ran = place_.ariadne({"replay", "a.clew"});
        ARIADNE_RAN(ran, 2);
        ARIADNE_WARNS(ran, "no program is called 'ledger'");
    }

    void libraryThatIsNoneIsAWarning() {
        QDir{QString::fromStdString(place_.path("."))}.mkdir(QStringLiteral("broken"));
        place_.write("broken/broken.so", "not a library");
        const Ran ran = place_.ariadne({"--programs", "broken", "--programs", TEST_PROGRAMS "/v1",
                                        "run", "ledger", "--no-record"});
        ARIADNE_RAN(ran, 0);
        ARIADNE_WARNS(ran, "broken.so");
    }

    void placeThatCannotBeWritten_data() {
        QTest::addColumn<std::string>("output");
        QTest::newRow("device") << std::string{"/dev/full"};
        QTest::newRow("no folder") << std::string{"nowhere/x.clew"};
        QTest::newRow("below a file") << std::string{"text.clew/x.clew"};
        QTest::newRow("a folder") << std::string{"folder.clew"};
        QTest::newRow("system") << std::string{"/proc/x.clew"};
        QTest::newRow("somebody's file") << std::string{"text.clew"};
    }
    void placeThatCannotBeWritten() {
        QFETCH(std::string, output);
        const std::string before = place_.read("text.clew");
        const Ran ran = place_.with("v1", {"run", "ledger", "-o", output});
        ARIADNE_RAN(ran, 2);
        ARIADNE_WARNS(ran, "ariadne run: " + output + ": ");
        QCOMPARE(place_.read("text.clew"), before);
    }

    void fullDiskEndsTheRecordingNotTheRun() {
        // A file size limit is the full disk that needs no disk: 64 blocks of 1,024 bytes.
        QProcess process;
        place_.prepare(
            process,
            {"-c", std::string{"ulimit -f 64; exec "} + ARIADNE_COMMAND +
                       " --programs " TEST_PROGRAMS "/v1 run spinner --until 60s -o full.clew"},
            "bash");
        process.start();
        const Ran ran = Workplace::finish(process);
        ARIADNE_RAN(ran, 2);
        ARIADNE_SAYS(ran, "outcome");
        ARIADNE_WARNS(ran, "full.clew: recording stopped early");
        // What is there says itself that it is not all.
        const Ran verify = place_.ariadne({"verify", "full.clew"});
        ARIADNE_RAN(verify, 2);
        QVERIFY2(!verify.err.empty(), verify.all().c_str());
    }

    void fullDiskLeavesABlackBoxInMemoryAndSaysSo() {
        QProcess process;
        place_.prepare(process,
                       {"-c", std::string{"ulimit -f 1; exec "} + ARIADNE_COMMAND +
                                  " run chat_rooms --black-box 64KiB -o box.clew"},
                       "bash");
        process.start();
        const Ran ran = Workplace::finish(process);
        ARIADNE_RAN(ran, 0);
        ARIADNE_SAYS(ran, "completed");
        ARIADNE_WARNS(ran, "the black box goes on in memory alone");
        ARIADNE_WARNS(ran, "nothing behind event ");
    }

    void brokenRecordingOfATmpfsIsNotWhole() {
        // The real thing, where mounting is allowed.
        QDir{QString::fromStdString(place_.path("."))}.mkdir(QStringLiteral("tiny"));
        QProcess process;
        place_.prepare(process,
                       {"-m", "bash", "-c",
                        "mount -t tmpfs -o size=2200k tmpfs tiny || exit 77; " ARIADNE_COMMAND
                        " --programs " TEST_PROGRAMS
                        "/v1 run spinner --until 60s -o tiny/x.clew; run=$?; " ARIADNE_COMMAND
                        " verify tiny/x.clew; echo verify=$?; exit $run"},
                       "unshare");
        process.start();
        const Ran ran = Workplace::finish(process);
        if (ran.code == 77 || ran.warns("unshare")) QSKIP("mounting is not allowed here");
        ARIADNE_RAN(ran, 2);
        ARIADNE_SAYS(ran, "verify=2");
        ARIADNE_WARNS(ran, "tiny/x.clew: recording stopped early");
    }

private:
    Workplace place_;
    std::string bytes_;
    std::string long_;
};

QTEST_GUILESS_MAIN(TestCliBadInput)
#include "tst_cli_bad_input.moc"
