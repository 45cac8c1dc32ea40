// ariadne run --record, ariadne materialise, and what the other verbs make of inputs.
#include "tests/cli/support/ariadne_process.h"

#include <QTest>

using namespace ariadne::tests;

namespace {

/// For some whole snapshots.
constexpr const char* kManyDeposits = "deposits=60000";

std::string segmentOf(const std::string& name, int number) {
    const std::string digits = std::to_string(number);
    return name + "." + std::string(4 - digits.size(), '0') + digits + ".clew";
}

}  // namespace

class TestCliLevels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        for (const std::string level : {"full", "events", "inputs"})
            place_.ledger(level + ".clew", {"--record", level});
    }

    void lessIsRecordedAndAllOfItComesBack() {
        QVERIFY(place_.read("inputs.clew").size() < place_.read("events.clew").size());
        QVERIFY(place_.read("events.clew").size() < place_.read("full.clew").size());
        for (const std::string level : {"events", "inputs"}) {
            const Ran ran = place_.with(
                "v1", {"materialise", level + ".clew", "-o", "made-" + level + ".clew"});
            ARIADNE_RAN(ran, 0);
            ARIADNE_SAYS(ran, "digests compared");
            QVERIFY(place_.read("made-" + level + ".clew") == place_.read("full.clew"));
        }
        const Ran events = place_.with(
            "v1", {"materialise", "inputs.clew", "-o", "e.clew", "--level", "events", "--json"});
        ARIADNE_RAN(events, 0);
        QVERIFY(events.json().contains(QLatin1String{"digests_compared"}));
        QVERIFY(place_.read("e.clew") == place_.read("events.clew"));
    }

    void fullIsTheDefaultAndOffRecordsNothing() {
        place_.ledger("plain.clew");
        QVERIFY(place_.read("plain.clew") == place_.read("full.clew"));
        ARIADNE_RAN(place_.with("v1", {"run", "ledger", "--record", "off"}), 0);
        QVERIFY(!place_.has("ledger-1.clew"));
    }

    void otherVerbsSayWhatIsMissingAndHowToGetIt() {
        const Ran info = place_.ariadne({"info", "inputs.clew"});
        ARIADNE_RAN(info, 0);
        ARIADNE_SAYS(info, "level               inputs\n");
        const Ran dump = place_.ariadne({"dump", "inputs.clew"});
        ARIADNE_RAN(dump, 0);
        ARIADNE_SAYS(dump, " end ");
        QVERIFY(!dump.says(" deliver "));
        ARIADNE_WARNS(dump, "\"ariadne materialise inputs.clew -o FULL.clew\" makes the rest");
        const Ran state = place_.ariadne({"state", "inputs.clew"});
        ARIADNE_RAN(state, 2);
        ARIADNE_WARNS(state, "found a trace of level inputs, which holds no states");
        ARIADNE_WARNS(state, "\"ariadne materialise inputs.clew -o FULL.clew\"");
        for (const char* format : {"chrome", "otlp"}) {
            const Ran exported = place_.ariadne({"export", "inputs.clew", "--format", format});
            ARIADNE_RAN(exported, 2);
            ARIADNE_WARNS(exported, "holds no events to export");
            QVERIFY(exported.out.empty());
        }
        const Ran query = place_.ariadne({"query", "inputs.clew", "SELECT count(*) FROM event"});
        ARIADNE_RAN(query, 2);
        ARIADNE_WARNS(query, "table event cannot be told from a trace of level inputs: of ");
        ARIADNE_WARNS(query, "\"ariadne materialise FILE -o OUT\"");
        ARIADNE_RAN(place_.ariadne({"query", "inputs.clew", "SELECT * FROM snapshot"}), 0);
        const Ran tables = place_.ariadne({"query", "inputs.clew"});
        ARIADNE_RAN(tables, 0);
        ARIADNE_WARNS(tables, "\"ariadne materialise inputs.clew -o FULL.clew\" makes the rest");
        const Ran verify = place_.ariadne({"verify", "inputs.clew", "--json"});
        ARIADNE_RAN(verify, 0);
        QVERIFY(verify.json()[QLatin1String("chunks")].toInt() > 0);
        const Ran replay = place_.with("v1", {"replay", "inputs.clew", "--from", "all"});
        ARIADNE_RAN(replay, 0);
        ARIADNE_SAYS(replay, "identical");
        ARIADNE_RAN(place_.ariadne({"diff", "inputs.clew", "full.clew"}), 0);
        place_.ledger("other.clew", {"--record", "inputs", "--seed", "2"});
        const Ran diff = place_.ariadne({"diff", "inputs.clew", "other.clew"});
        ARIADNE_RAN(diff, 1);
        ARIADNE_SAYS(diff, "Make whole ones of them to see where");
    }

    void aBlackBoxWritesOnlyWhatWentWrong() {
        const Ran well =
            place_.with("v1", {"run", "ledger", "--black-box", "1MiB", "-o", "b.clew"});
        ARIADNE_RAN(well, 0);
        ARIADNE_SAYS(well, "none: the black box writes when a run goes wrong");
        QVERIFY(!place_.has("b.clew"));
        const Ran stuck = place_.ariadne(
            {"run", "dining", "--arg", "think=0ns", "--black-box", "1MiB", "-o", "b.clew"});
        ARIADNE_RAN(stuck, 1);
        ARIADNE_SAYS(stuck, "b.clew, ");
        ARIADNE_SAYS(place_.ariadne({"info", "b.clew"}), "outcome             deadlock\n");
        QVERIFY(!place_.has("b.0001.clew-box") && !place_.has("b.clew-box-tail"));
        ARIADNE_RAN(place_.ariadne({"replay", "b.clew"}), 0);
        ARIADNE_RAN(place_.ariadne({"materialise", "b.clew", "-o", "all.clew"}), 0);
        ARIADNE_RAN(place_.ariadne({"state", "all.clew"}), 0);
    }

    void segmentsOpenAlone() {
        const Ran ran = place_.with("v1", {"run", "ledger", "--segment-size", "4KiB", "-o",
                                           "parts.clew", "--arg", kManyDeposits});
        ARIADNE_RAN(ran, 0);
        ARIADNE_SAYS(ran, "parts.0001.clew to parts.00");
        QVERIFY(!place_.has("parts.clew"));
        ARIADNE_SAYS(place_.ariadne({"info", "parts.0001.clew"}), "segment             1\n");
        ARIADNE_RAN(place_.with("v1", {"replay", "parts.0001.clew"}), 0);
        // What is said of the files is what lies there, also when the first were deleted.
        for (const std::string keep : {"1000", "2"}) {
            const Ran json = place_.with(
                "v1", {"run", "ledger", "--segment-size", "4KiB", "--keep-segments", keep, "--arg",
                       kManyDeposits, "-o", "kept" + keep + ".clew", "--json"});
            ARIADNE_RAN(json, 0);
            const QJsonObject file = json.json()[QLatin1String("file")].toObject();
            const int deleted = file[QLatin1String("files_deleted")].toInt();
            const int files = file[QLatin1String("files")].toInt();
            QVERIFY2(keep == "2" ? files == 2 && deleted > 0 : files > 2 && deleted == 0,
                     json.all().c_str());
            qint64 bytes = 0;
            for (int number = deleted + 1; number <= deleted + files; ++number)
                bytes += static_cast<qint64>(place_.read(segmentOf("kept" + keep, number)).size());
            QCOMPARE(file[QLatin1String("bytes")].toInteger(), bytes);
            QVERIFY(place_.has(file[QLatin1String("path")].toString().toStdString()));
            QVERIFY(place_.has(file[QLatin1String("last_path")].toString().toStdString()));
            QVERIFY(!place_.has(segmentOf("kept" + keep, deleted)));
        }
    }

    void anotherVersionIsRefusedAndNothingIsLeftBehind() {
        const Ran ran = place_.with("v2", {"materialise", "inputs.clew", "-o", "other.made"});
        ARIADNE_RAN(ran, 2);
        ARIADNE_WARNS(ran, "version 1.0");
        QVERIFY(!place_.has("other.made"));
    }

    void badInputIsRefused() {
        const Ran level = place_.with("v1", {"run", "ledger", "--record", "some"});
        ARIADNE_RAN(level, 2);
        ARIADNE_WARNS(level, "found 'some', expected inputs, events, full or off");
        ARIADNE_RAN(place_.with("v1", {"run", "ledger", "--record", "full", "--no-record"}), 2);
        ARIADNE_RAN(place_.with("v1", {"materialise", "inputs.clew"}), 2);
        for (const char* size : {"0", "x", "64MB", "99999999999999GiB", "-1"}) {
            const Ran bytes = place_.with("v1", {"run", "ledger", "--black-box", size});
            ARIADNE_RAN(bytes, 2);
            ARIADNE_WARNS(bytes, "a number of bytes, such as");
        }
        ARIADNE_RAN(place_.with("v1", {"run", "ledger", "--keep-segments", "0"}), 2);
        ARIADNE_RAN(place_.with("v1", {"run", "ledger", "--black-box", "1MiB", "--no-record"}), 2);
        ARIADNE_RAN(
            place_.with("v1", {"run", "ledger", "--black-box", "1MiB", "--segment-size", "1MiB"}),
            2);
        const Ran range =
            place_.with("v1", {"materialise", "inputs.clew", "-o", "x.clew", "--from", "9"});
        ARIADNE_RAN(range, 2);
        ARIADNE_WARNS(range, "no snapshot 9");
        const Ran missing = place_.with("v1", {"materialise", "none.clew", "-o", "x.clew"});
        ARIADNE_RAN(missing, 2);
        ARIADNE_WARNS(missing, "none.clew");
        const Ran itself = place_.with("v1", {"materialise", "inputs.clew", "-o", "inputs.clew"});
        ARIADNE_RAN(itself, 2);
        ARIADNE_WARNS(itself, "the trace itself");
        const Ran less =
            place_.with("v1", {"materialise", "full.clew", "-o", "x.clew", "--level", "events"});
        ARIADNE_RAN(less, 2);
        QVERIFY(!place_.has("x.clew"));
        place_.write("text.txt", "no trace");
        const Ran taken = place_.with("v1", {"materialise", "inputs.clew", "-o", "text.txt"});
        ARIADNE_RAN(taken, 2);
        QVERIFY(place_.read("text.txt") == "no trace");
    }

private:
    Workplace place_;
};

QTEST_GUILESS_MAIN(TestCliLevels)
#include "tst_cli_levels.moc"
