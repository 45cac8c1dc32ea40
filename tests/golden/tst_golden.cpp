// Files of every minor that was ever released: they open, verify, and say what they always said.
#include "tests/cli/support/ariadne_process.h"
#include "tests/faults/support/corpus.h"
#include "tracefmt/file_header.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::tracefmt;

class GoldenTest : public QObject {
    Q_OBJECT

private:
    const std::filesystem::path folder_{ARIADNE_GOLDEN};
    const std::vector<faults::NamedTrace> traces_ = faults::tracesIn(folder_);

    void addRows() {
        QTest::addColumn<int>("which");
        for (std::size_t i = 0; i < traces_.size(); ++i)
            QTest::newRow(traces_[i].name.c_str()) << static_cast<int>(i);
    }
    const faults::NamedTrace& chosen(int which) const {
        return traces_[static_cast<std::size_t>(which)];
    }

private Q_SLOTS:
    void thereAreSome() { QVERIFY2(traces_.size() >= 8, ARIADNE_GOLDEN); }

    void theyStandWhereTheirMinorSays_data() { addRows(); }
    void theyStandWhereTheirMinorSays() {
        QFETCH(int, which);
        const faults::NamedTrace& trace = chosen(which);
        const Bytes& bytes = *trace.bytes;
        QVERIFY(bytes.size() > kFrameBytes);
        const auto minor = static_cast<unsigned>(bytes[10]) | static_cast<unsigned>(bytes[11]) << 8;
        const std::string folder = "1." + std::to_string(minor);
        QCOMPARE(std::filesystem::path(trace.name).parent_path().string(), folder);
    }

    void theyOpenAndVerify_data() { addRows(); }
    void theyOpenAndVerify() {
        QFETCH(int, which);
        const auto reader = readerOf(chosen(which).bytes);
        QCOMPARE(reader->state(), FileState::kClean);
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
        QVERIFY(reader->lastPosition().value > 0);
        // A run of level inputs makes again what it needs.
        QVERIFY(!reader->snapshots().empty() || reader->meta().level == Level::kInputs);
        for (std::size_t i = 0; i < reader->snapshots().size(); ++i)
            ARIADNE_VERIFY_OK(reader->snapshot(i).status());
        // What no file before minor 6 says.
        const std::string& name = chosen(which).name;
        QCOMPARE(reader->meta().redaction,
                 name == "1.6/redacted.clew" ? Redaction::kFields : Redaction::kNone);
        bool secrets = false;
        for (const TypeDesc& type : reader->types().all())
            for (const FieldDesc& field : type.fields) secrets |= field.secret;
        QCOMPARE(secrets, name == "1.6/redacted.clew" || name == "1.6/kv_secret.clew" ||
                              name == "1.6/cut.clew");
    }

    void theySayWhatTheyAlwaysSaid_data() { addRows(); }
    void theySayWhatTheyAlwaysSaid() {
        QFETCH(int, which);
        const std::filesystem::path path = folder_ / chosen(which).name;
        const tests::Workplace place;
        const tests::Ran ran = place.ariadne({"dump", path.string()});
        ARIADNE_RAN(ran, 0);
        const Bytes text =
            faults::fileContent(std::filesystem::path(path).replace_extension("txt"));
        const std::vector<std::string> found = tests::linesOf(ran.out);
        const std::vector<std::string> expected = tests::linesOf(asText(text));
        for (std::size_t i = 0; i < std::min(found.size(), expected.size()); ++i)
            QCOMPARE(QString::fromStdString(found[i]), QString::fromStdString(expected[i]));
        QCOMPARE(found.size(), expected.size());
    }
};

QTEST_GUILESS_MAIN(GoldenTest)
#include "tst_golden.moc"
