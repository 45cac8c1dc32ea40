// Every allocation that fails, once or for ever: a status, never an exception, and nothing leaks.
#include "tests/faults/support/each_allocation.h"
#include "tests/faults/support/scripts.h"
#include "tests/faults/trace_place.h"
#include "tests/tracefmt/answers.h"

#include <QTest>

#include <filesystem>
#include <fstream>
#include <functional>

using namespace ariadne;
using namespace ariadne::faults;
using namespace ariadne::tracefmt;

namespace {

const auto kNothing = [](const absl::Status&) { return std::string{}; };

}  // namespace

class NoMemoryTest : public QObject, private TracePlace {
    Q_OBJECT

private:
    static void addRows() {
        QTest::addColumn<bool>("forEver");
        QTest::newRow("once") << false;
        QTest::newRow("from then on") << true;
    }

    void expect(const std::string& wrong, std::size_t tried, std::size_t atLeast) {
        QVERIFY2(wrong.empty(), wrong.c_str());
        QVERIFY2(tried >= atLeast, std::to_string(tried).c_str());
        qInfo("%zu allocations", tried);
    }

private Q_SLOTS:
    void openingVerifyingAndSnapshots_data() { addRows(); }
    void openingVerifyingAndSnapshots() {
        QFETCH(bool, forEver);
        for (const Script* script : {&scripts()[0], &scripts()[2]}) {
            const auto bytes = wholeTrace(*script);
            const auto torn = std::make_shared<Bytes>(bytes->begin(), bytes->end() - 200);
            for (const auto& trace : {bytes, torn}) {
                std::size_t tried = 0;
                const auto file = path();
                std::ofstream(file, std::ios::binary)
                    .write(reinterpret_cast<const char*>(trace->data()),
                           static_cast<std::streamsize>(trace->size()));
                const std::string wrong = eachAllocationFails(
                    forEver,
                    [&] {
                        const auto reader = TraceReader::open(file);
                        if (!reader.ok()) return reader.status();
                        absl::Status status = (*reader)->verify(nullptr, nullptr);
                        for (std::size_t i = 0; i < (*reader)->snapshots().size(); ++i)
                            if (status.ok()) status = (*reader)->snapshot(i).status();
                        for (std::size_t i = 0; i < (*reader)->chunks().size(); ++i) {
                            if (status.ok()) status = (*reader)->chunk(i).status();
                            if (status.ok()) status = (*reader)->digestMarks(i).status();
                        }
                        if (status.ok()) status = (*reader)->chunkAt({1}).status();
                        return status;
                    },
                    kNothing, &tried);
                expect(wrong, tried, 300);
            }
        }
    }

    void whatWasOpenedReadsOnWhenThereIsMemoryAgain_data() { addRows(); }
    void whatWasOpenedReadsOnWhenThereIsMemoryAgain() {
        QFETCH(bool, forEver);
        const auto reader = readerOf(wholeTrace(scripts()[0]));
        const Answers truth = answersOf(*reader);
        ReadOptions noCache;
        noCache.cacheBytes = 3000;
        const auto poor = readerOf(wholeTrace(scripts()[0]), noCache);
        std::size_t tried = 0;
        const std::string wrong = eachAllocationFails(
            forEver,
            [&] {
                absl::Status status;
                for (std::size_t i = 0; i < poor->chunks().size() && status.ok(); ++i)
                    status = poor->chunk(i).status();
                return status;
            },
            [&](const absl::Status&) {
                const Answers answers = answersOf(*poor);
                return answers.whole && startsAlike(answers.rows, truth.rows) &&
                               answers.rows.size() == truth.rows.size()
                           ? ""
                           : "reads something else afterwards";
            },
            &tried);
        // What the cache keeps meanwhile is no leak: blocks are compared within one call only.
        expect(wrong, tried, 10);
    }

    void writing_data() { addRows(); }
    void writing() {
        QFETCH(bool, forEver);
        for (const Script* script : {&scripts()[0], &scripts()[2]}) {
            const auto whole = readerOf(wholeTrace(*script));
            const Answers truth = answersOf(*whole);
            const std::filesystem::path name = path();
            const TraceMeta meta = scriptMeta();
            bool created = false;
            std::size_t tried = 0;
            std::size_t sealed = 0;
            const std::string wrong = eachAllocationFails(
                forEver,
                [&]() -> absl::Status {
                    created = false;
                    auto file = createForWriting(name);
                    if (!file.ok()) return file.status();
                    auto writer = TraceWriter::create(*std::move(file), meta);
                    if (!writer.ok()) return writer.status();
                    created = true;
                    const Spared spared;
                    Pen pen{**writer, [] {},
                            [](const std::function<absl::Status()>& call) {
                                const Spared not_(false);
                                return call();
                            }};
                    script->write(pen);
                    {
                        const Spared not_(false);
                        const auto sync = (*writer)->syncElsewhere();  // or there is none
                        if (sync != nullptr && !sync->sync().ok())
                            return absl::UnavailableError("the disk refused");
                    }
                    const absl::Status finished = pen.finish();
                    writer->reset();
                    return pen.status().ok() ? finished : pen.status();
                },
                [&](const absl::Status& status) -> std::string {
                    if (!created) return {};
                    const auto reader = TraceReader::open(name);
                    if (!reader.ok()) return reader.status().ToString();
                    const Answers answers = answersOf(**reader);
                    if (!answers.whole || !startsAlike(answers.rows, truth.rows) ||
                        !startsAlike(answers.images, truth.images))
                        return "the file is no prefix";
                    const absl::Status verified = (*reader)->verify(nullptr, nullptr);
                    if (!verified.ok()) return verified.ToString();
                    const bool clean = (*reader)->state() == FileState::kClean;
                    if (!status.ok() && clean) ++sealed;
                    if (status.ok() && answers.rows.size() != truth.rows.size())
                        return "something is missing, and nobody was told";
                    return {};
                },
                &tried);
            expect(wrong, tried, 50);
            QVERIFY2(forEver || sealed > 0, "a file that lost some of it can be sealed");
        }
    }
};

QTEST_GUILESS_MAIN(NoMemoryTest)
#include "tst_no_memory.moc"
