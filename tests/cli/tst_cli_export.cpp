// Exports are valid JSON, hold what SQL counts, and lead back to the trace.
#include "tests/cli/support/ariadne_process.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <map>
#include <set>

using namespace ariadne::tests;

namespace {

QJsonValue at(const QJsonValue& object, const char* key) {
    return object.toObject().value(QLatin1String{key});
}
std::string textAt(const QJsonValue& object, const char* key) {
    return at(object, key).toString().toStdString();
}

/// An attribute's value, as its one member has it.
QJsonValue attributeOf(const QJsonValue& span, const char* key) {
    for (const QJsonValue& attribute : at(span, "attributes").toArray())
        if (textAt(attribute, "key") == key) {
            const QJsonObject value = at(attribute, "value").toObject();
            return value.size() == 1 ? value.begin().value() : QJsonValue{};
        }
    return QJsonValue::Undefined;
}

QJsonArray eventsOf(const std::string& chrome) {
    return QJsonDocument::fromJson(QByteArray::fromStdString(chrome))
        .object()
        .value(QLatin1String{"traceEvents"})
        .toArray();
}
QJsonArray spansOf(const std::string& otlp) {
    const QJsonObject all = QJsonDocument::fromJson(QByteArray::fromStdString(otlp)).object();
    const QJsonValue resource = at(all, "resourceSpans").toArray()[0];
    return at(at(resource, "scopeSpans").toArray()[0], "spans").toArray();
}

/// How many there are of a phase, of one category or of all.
qsizetype countOf(const QJsonArray& events, const std::string& phase,
                  const std::string& category = {}) {
    return std::count_if(events.begin(), events.end(), [&](const QJsonValue& event) {
        return textAt(event, "ph") == phase &&
               (category.empty() || textAt(event, "cat") == category);
    });
}

}  // namespace

class TestCliExport : public QObject {
    Q_OBJECT

    qint64 sql(const std::string& file, const std::string& condition) const {
        const Ran ran = place_.ariadne(
            {"query", file, "SELECT count(*) AS n FROM event WHERE " + condition, "--json"});
        return at(ran.json(), "n").toInteger(-1);
    }
    Ran exported(const std::string& file, const std::string& format,
                 std::vector<std::string> more = {}) const {
        more.insert(more.begin(), {"export", file, "--format", format});
        return place_.ariadne(more);
    }
    static std::vector<std::vector<std::string>> sampleRuns() {
        return {{"lost_update"},
                {"supervised_shop", "--arg", "intensity=3"},
                {"bookings", "--arg", "forget=true"},
                {"dining"},
                {"kv_replica", "--faults", "drop=20000,crash=2000"}};
    }

private Q_SLOTS:
    void initTestCase() {
        for (const std::vector<std::string>& run : sampleRuns()) {
            std::vector<std::string> words{"run"};
            words.insert(words.end(), run.begin(), run.end());
            words.insert(words.end(), {"-o", run[0] + ".clew"});
            const Ran ran = place_.ariadne(words);
            QVERIFY2(ran.code == 0 || ran.code == 1, ran.all().c_str());
        }
        place_.ledger("a.clew", {"--arg", "owner=\x01\"\\</script>\xff\xe2\x80\xae../../etc"});
    }

    void countsAreThoseOfSql_data() {
        QTest::addColumn<std::string>("file");
        for (const auto& run : sampleRuns()) QTest::newRow(run[0].c_str()) << run[0] + ".clew";
        QTest::newRow("hostile texts") << std::string{"a.clew"};
    }
    void countsAreThoseOfSql() {
        QFETCH(std::string, file);
        const qint64 turns = sql(file, "kind = 'deliver'");
        QVERIFY(turns > 5);
        for (const char* axis : {"virtual", "position"}) {
            const Ran ran = exported(file, "chrome", {"--time", axis});
            ARIADNE_RAN(ran, 0);
            const QJsonArray events = eventsOf(ran.out);
            QCOMPARE(countOf(events, "B", "turn"), turns);
            QCOMPARE(countOf(events, "B"), countOf(events, "E"));
            QCOMPARE(countOf(events, "s"),
                     sql(file,
                         "kind IN ('input', 'send', 'ask', 'reply', 'forward', 'timer_fire', "
                         "'down', 'ask_timeout', 'undelivered', 'cancel_request', "
                         "'link_down', 'granted', 'finalize', 'region_closed', "
                         "'effect_done')"));
            QCOMPARE(countOf(events, "f"),
                     sql(file, "kind IN ('deliver', 'drop') AND cause IS NOT NULL"));
            QCOMPARE(countOf(events, "B", "drop"), sql(file, "kind = 'drop'"));
            QCOMPARE(countOf(events, "b", "obligation"), sql(file, "kind = 'reserve'"));
            QCOMPARE(countOf(events, "i") - sql(file, "kind = 'resolve' AND extra = 2"),
                     sql(file,
                         "kind IN ('spawn', 'stop', 'fail', 'restart', 'note', 'fault', "
                         "'deadlock', 'end')"));
            // Beside the names of the program and of the outside, two for each actor.
            QCOMPARE(countOf(events, "M"), 2 + 2 * sql(file, "kind = 'spawn'"));
        }
        const Ran otlp = exported(file, "otlp");
        ARIADNE_RAN(otlp, 0);
        QCOMPARE(spansOf(otlp.out).size(), turns);
    }

    void chromeEventsHaveWhatTheFormatWants_data() { countsAreThoseOfSql_data(); }
    void chromeEventsHaveWhatTheFormatWants() {
        QFETCH(std::string, file);
        for (const char* axis : {"virtual", "position"}) {
            std::map<int, int> depth;  // open slices by thread
            std::map<int, double> last;
            std::set<std::string> arrows;
            std::map<std::string, int> spans;
            for (const QJsonValue& event :
                 eventsOf(exported(file, "chrome", {"--time", axis}).out)) {
                const std::string phase = textAt(event, "ph");
                QVERIFY(at(event, "pid").isDouble() && at(event, "tid").isDouble());
                const int thread = at(event, "tid").toInt();
                if (phase == "M") continue;
                QVERIFY(at(event, "ts").isDouble());
                const double ts = at(event, "ts").toDouble();
                QVERIFY(ts >= last[thread]);
                last[thread] = ts;
                if (phase == "B") ++depth[thread];
                if (phase == "E") QVERIFY(--depth[thread] >= 0);
                if (phase != "E") {
                    QVERIFY(!textAt(event, "name").empty());
                    QVERIFY(!textAt(event, "cat").empty());
                }
                // Arrows begin and end in slices.
                if (phase == "s" || phase == "f") QVERIFY(depth[thread] > 0);
                if (phase == "s") QVERIFY(arrows.insert(textAt(event, "id")).second);
                if (phase == "f") {
                    QVERIFY(arrows.count(textAt(event, "id")) == 1);
                    QCOMPARE(textAt(event, "bp"), std::string{"e"});
                }
                if (phase == "b") QCOMPARE(++spans[textAt(event, "id")], 1);
                if (phase == "e") QCOMPARE(--spans[textAt(event, "id")], 0);
                if (phase == "i") QVERIFY(!textAt(event, "s").empty());
            }
            for (const auto& [thread, open] : depth) QCOMPARE(open, 0);
        }
    }

    void otlpSpansHaveWhatTheFormatWants_data() { countsAreThoseOfSql_data(); }
    void otlpSpansHaveWhatTheFormatWants() {
        QFETCH(std::string, file);
        const QJsonArray spans = spansOf(exported(file, "otlp").out);
        std::set<std::string> known;
        std::string trace;
        qsizetype children = 0;
        for (const QJsonValue& span : spans) {
            const std::string id = textAt(span, "spanId");
            QCOMPARE(id.size(), std::size_t{16});
            QCOMPARE(textAt(span, "traceId").size(), std::size_t{32});
            QVERIFY(textAt(span, "traceId").find_first_not_of('0') != std::string::npos);
            if (trace.empty()) trace = textAt(span, "traceId");
            QCOMPARE(textAt(span, "traceId"), trace);
            // The cause comes first, so parents and links are there already.
            if (const std::string parent = textAt(span, "parentSpanId"); !parent.empty()) {
                QVERIFY(known.count(parent) == 1);
                ++children;
            }
            for (const QJsonValue& link : at(span, "links").toArray())
                QVERIFY(known.count(textAt(link, "spanId")) == 1);
            QVERIFY(known.insert(id).second);
            QVERIFY(at(span, "startTimeUnixNano").isString());
            QVERIFY(at(span, "endTimeUnixNano").isString());
            QVERIFY(at(span, "endTimeUnixNano").toString().toULongLong() >=
                    at(span, "startTimeUnixNano").toString().toULongLong());
            QCOMPARE(at(span, "kind").toInt(), 5);
            QVERIFY(!textAt(span, "name").empty());
            QCOMPARE(attributeOf(span, "ariadne.position").toString().toULongLong(nullptr, 10),
                     QString::fromStdString(id).toULongLong(nullptr, 16));
            QVERIFY(attributeOf(span, "ariadne.actor").isString());
        }
        QVERIFY(children > 0);
    }

    void failuresAndAnswersAreSaid() {
        const QJsonArray shop = spansOf(exported("supervised_shop.clew", "otlp").out);
        const qsizetype failed = std::count_if(
            shop.begin(), shop.end(),
            [](const QJsonValue& span) { return at(at(span, "status"), "code").toInt() == 2; });
        QVERIFY(failed > 0);
        const QJsonArray bank = spansOf(exported("lost_update.clew", "otlp").out);
        QVERIFY(std::any_of(bank.begin(), bank.end(), [](const QJsonValue& span) {
            return !at(span, "links").toArray().isEmpty();
        }));
    }

    void hostileTextsStayTexts() {
        for (const char* format : {"chrome", "otlp"}) {
            const Ran ran = exported("a.clew", format);
            ARIADNE_RAN(ran, 0);
            for (const char c : ran.out) QVERIFY(c == '\n' || (c >= 0x20 && c < 0x7f));
            QVERIFY(ran.says("etc"));
        }
    }

    void aFileOfTheSameBytesIsMadeAndNoneIsReplaced() {
        const Ran toPipe = exported("dining.clew", "chrome");
        const Ran toFile = exported("dining.clew", "chrome", {"-o", "dining.json"});
        ARIADNE_RAN(toFile, 0);
        ARIADNE_WARNS(toFile, "dining.json: ");
        QVERIFY(toFile.out.empty());
        QVERIFY(place_.read("dining.json") == toPipe.out);
        const std::string before = place_.read("dining.clew");
        for (const char* taken : {"dining.json", "dining.clew"}) {
            const Ran again = exported("dining.clew", "otlp", {"-o", taken});
            ARIADNE_RAN(again, 2);
            ARIADNE_WARNS(again, "the file exists");
        }
        QVERIFY(place_.read("dining.json") == toPipe.out);
        QVERIFY(place_.read("dining.clew") == before);
        ARIADNE_RAN(exported("dining.clew", "chrome", {"-o", "nowhere/x.json"}), 2);
        const Ran full = exported("dining.clew", "chrome", {"-o", "/dev/full"});
        ARIADNE_RAN(full, 2);  // exists
    }

    void wrongWordsAreRefused() {
        const Ran format = exported("dining.clew", "svg");
        ARIADNE_RAN(format, 2);
        ARIADNE_WARNS(format, "found 'svg', expected chrome or otlp");
        const Ran axis = exported("dining.clew", "chrome", {"--time", "wall"});
        ARIADNE_RAN(axis, 2);
        ARIADNE_WARNS(axis, "expected virtual or position");
        const Ran none = place_.ariadne({"export", "dining.clew"});
        ARIADNE_RAN(none, 2);
        ARIADNE_WARNS(none, "--format");
        ARIADNE_RAN(exported("missing.clew", "chrome", {"-o", "m.json"}), 2);
        QVERIFY(!place_.has("m.json"));
    }

    void whatIsCutIsExportedUpToTheCut() {
        const std::string whole = place_.read("kv_replica.clew");
        for (const double part : {0.2, 0.5, 0.9}) {
            place_.write("cut.clew",
                         whole.substr(0, static_cast<std::size_t>(
                                             part * static_cast<double>(whole.size()))));
            for (const char* format : {"chrome", "otlp"}) {
                const Ran ran = exported("cut.clew", format);
                ARIADNE_RAN(ran, 0);
                ARIADNE_WARNS(ran, "cut");
                const qsizetype turns = format == std::string{"chrome"}
                                            ? countOf(eventsOf(ran.out), "B", "turn")
                                            : spansOf(ran.out).size();
                QCOMPARE(turns, sql("cut.clew", "kind = 'deliver'"));
            }
        }
    }

    void whatIsDamagedEndsInGoodOrder() {
        const std::string whole = place_.read("kv_replica.clew");
        int damaged = 0;
        for (std::size_t i = 1; i < 40; ++i) {
            std::string bytes = whole;
            bytes[i * bytes.size() / 40] ^= 0x20;
            place_.write("damaged.clew", bytes);
            for (const char* format : {"chrome", "otlp"}) {
                const Ran ran = exported("damaged.clew", format);
                if (ran.out.empty()) {
                    ARIADNE_RAN(ran, 2);
                    continue;
                }
                QJsonParseError error;
                QJsonDocument::fromJson(QByteArray::fromStdString(ran.out), &error);
                QVERIFY2(error.error == QJsonParseError::NoError, ran.err.c_str());
                damaged += ran.code == 2;
            }
        }
        QVERIFY(damaged > 10);
    }

    void manyEventsPassThrough() {
        const Ran run = place_.with("unsteady", {"run", "drifter", "--arg", "drifts=false", "--arg",
                                                 "turns=60000", "-o", "large.clew"});
        ARIADNE_RAN(run, 0);
        const Ran chrome = exported("large.clew", "chrome", {"-o", "large.json"});
        ARIADNE_RAN(chrome, 0);
        QCOMPARE(countOf(eventsOf(place_.read("large.json")), "B", "turn"),
                 sql("large.clew", "kind = 'deliver'"));
        const Ran otlp = exported("large.clew", "otlp", {"-o", "large.otlp"});
        ARIADNE_RAN(otlp, 0);
        QCOMPARE(spansOf(place_.read("large.otlp")).size(), sql("large.clew", "kind = 'deliver'"));
    }

private:
    Workplace place_;
};

QTEST_GUILESS_MAIN(TestCliExport)
#include "tst_cli_export.moc"
