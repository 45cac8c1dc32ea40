// Every call into the operating system that fails, once or for ever: an error with a name, nothing
// lost that was written, nothing left open.
#include "tests/faults/support/failing_calls.h"
#include "tests/faults/support/written_file.h"
#include "tests/faults/trace_place.h"
#include "tests/tracefmt/answers.h"
#include "tracefmt/tail_file.h"

#include <QTest>

#include <filesystem>

using namespace ariadne;
using namespace ariadne::faults;
using namespace ariadne::tracefmt;

namespace {

std::size_t openFiles() {
    std::size_t n = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd"))
        ++n;
    return n;
}

bool isWriteError(const absl::Status& status) {
    return !status.message().empty() && (status.code() == absl::StatusCode::kUnavailable ||
                                         status.code() == absl::StatusCode::kResourceExhausted);
}

bool isReadError(const absl::Status& status) {
    return !status.message().empty() && (status.code() == absl::StatusCode::kUnavailable ||
                                         status.code() == absl::StatusCode::kDataLoss ||
                                         status.code() == absl::StatusCode::kResourceExhausted);
}

/// Reads all there is; the first error, if any.
absl::Status readAll(const std::filesystem::path& path, std::unique_ptr<TraceReader>& reader,
                     Answers& answers) {
    auto opened = TraceReader::open(path);
    if (!opened.ok()) return opened.status();
    reader = *std::move(opened);
    absl::Status first;
    const auto meet = [&first](const absl::Status& status) {
        if (first.ok()) first = status;
    };
    for (std::size_t i = 0; i < reader->chunks().size(); ++i) meet(reader->chunk(i).status());
    for (std::size_t i = 0; i < reader->snapshots().size(); ++i) meet(reader->snapshot(i).status());
    meet(reader->verify(nullptr, nullptr));
    answers = answersOf(*reader);
    return first;
}

}  // namespace

class IoFailuresTest : public QObject, private TracePlace {
    Q_OBJECT

private:
    static void addRows() {
        QTest::addColumn<int>("script");
        QTest::addColumn<int>("fault");
        QTest::addColumn<bool>("forEver");
        const std::pair<const char*, CallFault> faults[]{{"EIO", CallFault::kIoError},
                                                         {"ENOSPC", CallFault::kDiskFull},
                                                         {"EINTR", CallFault::kInterrupted},
                                                         {"short", CallFault::kShort}};
        for (const int script : {0, 2})
            for (const auto& [name, fault] : faults)
                for (const bool forEver : {false, true}) {
                    // Who is interrupted for ever asks for ever.
                    if (forEver && fault == CallFault::kInterrupted) continue;
                    QTest::addRow("%s, %s %s", scripts()[static_cast<std::size_t>(script)].name,
                                  name, forEver ? "from then on" : "once")
                        << script << static_cast<int>(fault) << forEver;
                }
    }

private Q_SLOTS:
    void whatFailsWhileWritingIsSaidAndHarmsNothing_data() { addRows(); }
    void whatFailsWhileWritingIsSaidAndHarmsNothing() {
        QFETCH(int, script);
        QFETCH(int, fault);
        QFETCH(bool, forEver);
        const Script& chosen = scripts()[static_cast<std::size_t>(script)];
        const auto whole = readerOf(wholeTrace(chosen));
        const Answers truth = answersOf(*whole);
        const std::size_t before = openFiles();
        for (std::size_t nth = 1;; ++nth) {
            std::filesystem::remove(path());
            Told told;
            std::size_t calls = 0;
            {
                const FailingCalls failing(nth, static_cast<CallFault>(fault), forEver);
                told = writeTo(path(), chosen);
                calls = failing.calls();
            }
            if (calls < nth) {
                QVERIFY(nth > 20);
                break;
            }
            const std::string label = "call " + std::to_string(nth) + ": ";
            QCOMPARE(openFiles(), before);
            for (const absl::Status& status : {told.created, told.written, told.finished})
                QVERIFY2(status.ok() || isWriteError(status), (label + status.ToString()).c_str());
            const bool half = static_cast<CallFault>(fault) == CallFault::kShort;
            QVERIFY2(!half || told.finished.ok(), (label + told.finished.ToString()).c_str());
            if (!told.created.ok()) continue;
            const auto reader = valueOf(TraceReader::open(path()));
            const Answers answers = answersOf(*reader);
            QVERIFY2(answers.whole, label.c_str());
            QVERIFY2(startsAlike(answers.rows, truth.rows), label.c_str());
            QVERIFY2(startsAlike(answers.images, truth.images), label.c_str());
            QVERIFY2(isPrefix(reader->notes(), whole->notes()), label.c_str());
            QVERIFY2(reader->fileBytes() >= told.bytesBefore, label.c_str());
            const absl::Status verified = reader->verify(nullptr, nullptr);
            QVERIFY2(verified.ok(), (label + verified.ToString()).c_str());
            const bool all = answers.rows.size() == truth.rows.size();
            QVERIFY2(all || !told.written.ok(), label.c_str());
            if (told.finished.ok())
                QVERIFY2(reader->state() == FileState::kClean && all, label.c_str());
            // A file that is not all says so, in one way or the other.
            if (!all && reader->state() == FileState::kClean)
                QVERIFY2(reader->gaps().size() > whole->gaps().size() ||
                             reader->gaps().back().last.value == 0,
                         label.c_str());
        }
    }

    void whatFailsWhileReadingIsSaidAndPasses_data() { addRows(); }
    void whatFailsWhileReadingIsSaidAndPasses() {
        QFETCH(int, script);
        QFETCH(int, fault);
        QFETCH(bool, forEver);
        const Script& chosen = scripts()[static_cast<std::size_t>(script)];
        QVERIFY(writeTo(path(), chosen).finished.ok());
        const auto whole = readerOf(wholeTrace(chosen));
        const Answers truth = answersOf(*whole);
        const std::size_t before = openFiles();
        for (std::size_t nth = 1;; ++nth) {
            const std::string label = "call " + std::to_string(nth) + ": ";
            std::unique_ptr<TraceReader> reader;
            Answers answers;
            absl::Status status;
            std::size_t calls = 0;
            {
                const FailingCalls failing(nth, static_cast<CallFault>(fault), forEver);
                status = readAll(path(), reader, answers);
                calls = failing.calls();
            }
            if (calls < nth) {
                QVERIFY(nth > 20);
                break;
            }
            QVERIFY2(status.ok() || isReadError(status), (label + status.ToString()).c_str());
            const auto soft = static_cast<CallFault>(fault) == CallFault::kShort ||
                              static_cast<CallFault>(fault) == CallFault::kInterrupted;
            // fstat and close are not asked again when interrupted, nor need they be.
            if (soft && reader) QVERIFY2(status.ok(), (label + status.ToString()).c_str());
            if (reader) {
                QVERIFY2(isPrefix(*reader, answers, *whole, truth), label.c_str());
                // The disk is well again, and so is what was opened, as far as it goes.
                const Answers again = answersOf(*reader);
                QVERIFY2(again.whole, label.c_str());
                const bool all = again.rows.size() == truth.rows.size();
                QVERIFY2(all || !reader->damage().empty(), label.c_str());
            }
            reader.reset();
            answers = {};
            QCOMPARE(openFiles(), before);
        }
    }

    /// A recorder that gets no tail records without; one whose tail is full marks no more rows.
    void whatFailsOfATailIsSaid_data() {
        QTest::addColumn<int>("fault");
        QTest::newRow("EIO") << static_cast<int>(CallFault::kIoError);
        QTest::newRow("ENOSPC") << static_cast<int>(CallFault::kDiskFull);
        QTest::newRow("EINTR") << static_cast<int>(CallFault::kInterrupted);
        QTest::newRow("short") << static_cast<int>(CallFault::kShort);
    }
    void whatFailsOfATailIsSaid() {
        QFETCH(int, fault);
        const auto chosen = static_cast<CallFault>(fault);
        const Bytes longOnes(800'000, std::byte{7});  // more than a slot has room for
        const std::size_t before = openFiles();
        int unkept = 0;
        int unmapped = 0;
        int unlocked = 0;
        for (std::size_t nth = 1;; ++nth) {
            const std::string label = "call " + std::to_string(nth) + ": ";
            std::filesystem::remove(tailPathOf(path()));
            absl::Status created;
            absl::Status synced;
            bool kept = true;
            std::size_t calls = 0;
            {
                const FailingCalls failing(nth, chosen, false);
                auto tail = TailFile::create(path(), {1, 2});
                created = tail.status();
                if (tail.ok()) {
                    TailSlot slot = (*tail)->slot(0);
                    slot.begin(1, {1});
                    kept = slot.addLongBytes(longOnes);
                    synced = (*tail)->sync();
                    slot.retire();
                    (*tail)->remove();
                }
                calls = failing.calls();
            }
            QCOMPARE(openFiles(), before);
            // Nothing is left but an empty file that may be somebody else's.
            QVERIFY2(!std::filesystem::exists(tailPathOf(path())) ||
                         std::filesystem::is_empty(tailPathOf(path())),
                     label.c_str());
            if (calls < nth) {
                QVERIFY(nth > 9 && created.ok() && kept && synced.ok());
                const int each = chosen == CallFault::kShort ? 0 : 1;
                QCOMPARE(unkept, each);
                QCOMPARE(unmapped, each);
                QCOMPARE(unlocked, each);
                break;
            }
            // A file system that cannot be asked is none that keeps the room it gave.
            const bool notKept =
                absl::IsUnimplemented(created) &&
                created.message().find("does not keep room for a mapped file; record on ext4") !=
                    absl::string_view::npos;
            unkept += notKept;
            unmapped += created.message().find("cannot map it: ") != absl::string_view::npos;
            unlocked += created.message().find("cannot lock it: ") != absl::string_view::npos;
            QVERIFY2(created.ok() || notKept || absl::IsUnavailable(created),
                     (label + created.ToString()).c_str());
            QVERIFY2(synced.ok() || absl::IsUnavailable(synced),
                     (label + synced.ToString()).c_str());
            if (chosen == CallFault::kInterrupted || chosen == CallFault::kShort)
                QVERIFY2(kept, label.c_str());
        }
    }
};

QTEST_GUILESS_MAIN(IoFailuresTest)
#include "tst_io_failures.moc"
