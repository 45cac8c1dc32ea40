// What recover() is strict about, and what it says when it does not find what it wrote.
#include "tests/support/file_size_limit.h"
#include "tests/tracefmt/body_edit.h"
#include "tests/tracefmt/failing_file.h"
#include "tracefmt/recover.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

/// With one byte of its second chunk of rows flipped.
std::shared_ptr<Bytes> damagedTrace() {
    auto out = smallTrace();
    const auto reader = readerOf(out);
    (*out)[static_cast<std::size_t>(reader->chunks()[1].offset) + kFrameBytes + 5] ^= std::byte{1};
    return out;
}

/// Written as it should be, and then found to be `found`.
absl::StatusOr<Recovered> recoveredAs(const std::shared_ptr<const Bytes>& trace, RecoverMode mode,
                                      const std::shared_ptr<const Bytes>& found = nullptr) {
    ReadOptions options;
    options.reading = readingFor(mode);
    const auto reader = readerOf(trace, options);
    auto disk = std::make_unique<MemoryDisk>();
    const std::shared_ptr<const Bytes> written = disk->bytes();
    const RecoverOutput output{
        [&]() -> absl::StatusOr<std::unique_ptr<WriteFile>> { return std::move(disk); },
        [&]() -> absl::StatusOr<std::unique_ptr<ReadFile>> {
            return readFromMemory(found != nullptr ? found : written);
        }};
    const auto file = readFromMemory(trace);
    return recover(*reader, *file, mode, output);
}

}  // namespace

class RecoverOutputTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void strictTakesWhatIsWholeAndNothingElse() {
        auto disk = std::make_unique<MemoryDisk>();
        const auto whole = disk->bytes();
        const auto writer = writerTo(std::move(disk));
        check(writer->addEvents(typicalRows(9).rows));
        check(writer->finish(someStats()));
        const Recovered said = valueOf(recoveredAs(whole, RecoverMode::kStrict));
        QVERIFY(said.copied && said.damage.empty());
        QCOMPARE(said.rows, std::uint64_t{9});
        QCOMPARE(said.last, (Position{9}));
        QCOMPARE(said.lostBytes, std::uint64_t{0});

        ARIADNE_VERIFY_SAYS(recoveredAs(smallTrace(), RecoverMode::kStrict).status(),
                            absl::StatusCode::kFailedPrecondition,
                            "the trace is not whole: it has gaps; the mode prefix");
        ARIADNE_VERIFY_SAYS(recoveredAs(damagedTrace(), RecoverMode::kStrict).status(),
                            absl::StatusCode::kFailedPrecondition,
                            "does not match its checksum; the mode prefix");
    }

    void aTraceThatBeginsLaterHasNoHoleInFront() {
        TraceMeta meta = someMeta();
        meta.minViewMinor = kMidRunMinor;
        auto disk = std::make_unique<MemoryDisk>();
        const auto bytes = disk->bytes();
        const auto writer = valueOf(TraceWriter::create(std::move(disk), meta));
        check(writer->beginAt(someTypes(), someBirths(), someImage({600}, someBirths(), {1, 2}),
                              GapCause::kRetention, "why"));
        check(writer->addEvents(typicalRows(6, 3, 601).rows));
        check(writer->finish(someStats()));
        QVERIFY(valueOf(recoveredAs(bytes, RecoverMode::kStrict)).copied);
        // Cut, and so written anew: it begins where it did, for the reason it had.
        const auto cut = std::make_shared<Bytes>(bytes->begin(), bytes->end() - kFrameBytes);
        auto target = std::make_unique<MemoryDisk>();
        const auto made = target->bytes();
        ReadOptions options;
        options.reading = Reading::kPrefix;
        const auto reader = readerOf(cut, options);
        const RecoverOutput output{
            [&]() -> absl::StatusOr<std::unique_ptr<WriteFile>> { return std::move(target); },
            [&]() -> absl::StatusOr<std::unique_ptr<ReadFile>> { return readFromMemory(made); }};
        const auto file = readFromMemory(cut);
        const Recovered said = valueOf(recover(*reader, *file, RecoverMode::kPrefix, output));
        QVERIFY(!said.copied);
        QCOMPARE(said.holes, std::size_t{0});
        const auto again = readerOf(made);
        QCOMPARE(again->base(), (Position{600}));
        QVERIFY(again->gaps() == readerOf(bytes)->gaps());
        ARIADNE_VERIFY_OK(again->verify(nullptr, nullptr));
    }

    /// Neither of the gaps says what the other one does.
    void whatBeginsLaterAndEndsOpenKeepsBothGaps() {
        TraceMeta meta = someMeta();
        meta.minViewMinor = kMidRunMinor;
        auto disk = std::make_unique<MemoryDisk>();
        const auto bytes = disk->bytes();
        const auto writer = valueOf(TraceWriter::create(std::move(disk), meta));
        check(writer->beginAt(someTypes(), someBirths(), someImage({600}, someBirths(), {1, 2}),
                              GapCause::kRetention, "why"));
        check(writer->addEvents(typicalRows(6, 3, 601).rows));
        check(writer->addGap({{607}, {}, GapCause::kDiskFull, "no room"}));
        auto target = std::make_unique<MemoryDisk>();
        const auto made = target->bytes();
        ReadOptions options;
        options.reading = Reading::kPrefix;
        const auto reader = readerOf(bytes, options);
        const RecoverOutput output{
            [&]() -> absl::StatusOr<std::unique_ptr<WriteFile>> { return std::move(target); },
            [&]() -> absl::StatusOr<std::unique_ptr<ReadFile>> { return readFromMemory(made); }};
        const auto file = readFromMemory(bytes);
        check(recover(*reader, *file, RecoverMode::kPrefix, output).status());
        QVERIFY(readerOf(made)->gaps() == reader->gaps());
        QCOMPARE(readerOf(made)->gaps().size(), std::size_t{2});
    }

    void whatIsNotFoundAgainIsSaid() {
        const auto whole = smallTrace();
        const ByteView text = ariadne::asBytes("somebody else's letter");
        ARIADNE_VERIFY_SAYS(recoveredAs(whole, RecoverMode::kPrefix,
                                        std::make_shared<Bytes>(text.begin(), text.end()))
                                .status(),
                            absl::StatusCode::kDataLoss,
                            "what was written cannot be read: not a trace");
        ARIADNE_VERIFY_SAYS(
            recoveredAs(whole, RecoverMode::kPrefix,
                        std::make_shared<Bytes>(whole->begin(), whole->end() - kFrameBytes))
                .status(),
            absl::StatusCode::kDataLoss, "what was written is not whole: the file ends at");
        auto disk = std::make_unique<MemoryDisk>();
        const auto other = disk->bytes();
        check(writeSmallTrace(*writerTo(std::move(disk)), 8));
        ARIADNE_VERIFY_SAYS(recoveredAs(whole, RecoverMode::kPrefix, other).status(),
                            absl::StatusCode::kDataLoss,
                            "what was written goes to 19 with 1 snapshots, what was read to 15 "
                            "with 1");
    }

    void anythingElseThanWhatWasReadIsSaid() {
        const auto whole = smallTrace();
        const auto otherwise = [](bool edit, bool snapshot, bool note) {
            auto disk = std::make_unique<MemoryDisk>();
            const auto bytes = disk->bytes();
            const auto writer = writerTo(std::move(disk));
            Rows rows = typicalRows(6);
            if (edit) rows.rows[3].change = rows.keepText("-1");
            check(writer->addTypes(someTypes()));
            check(writer->addBirths(someBirths()));
            check(writer->addEvents(rows.rows));
            if (snapshot)
                check(writer->addSnapshot(someImage({6}, someBirths(), writer->digest())));
            if (note) check(writer->addNote(someNote()));
            check(writer->addGap({{7}, {9}, GapCause::kPaused, "asked for"}));
            check(writer->addEvents(typicalRows(6, 3, 10).rows));
            check(writer->finish(someStats()));
            return bytes;
        };
        const auto found = [&](const std::shared_ptr<const Bytes>& bytes) {
            return recoveredAs(whole, RecoverMode::kPrefix, bytes).status();
        };
        ARIADNE_VERIFY_OK(found(otherwise(false, true, true)));
        for (const auto& other : {otherwise(true, true, true), otherwise(false, false, true),
                                  otherwise(false, true, false)})
            ARIADNE_VERIFY_SAYS(found(other), absl::StatusCode::kDataLoss,
                                "what was written goes to 15");
    }

    /// What is missing behind the last row is said once: by the gap that was there, and by one of
    /// what is damaged behind it.
    void gapsBehindTheLastRowAreKept_data() {
        QTest::addColumn<quint64>("last");
        QTest::newRow("nobody knows how much") << quint64{0};
        QTest::newRow("some rows") << quint64{9};
    }
    void gapsBehindTheLastRowAreKept() {
        QFETCH(quint64, last);
        auto disk = std::make_unique<MemoryDisk>();
        const auto bytes = disk->bytes();
        const auto writer = writerTo(std::move(disk));
        check(writer->addEvents(typicalRows(6).rows));
        const TraceGap gap{{7}, {last}, GapCause::kDiskFull, "no room"};
        check(writer->addGap(gap));
        bytes->insert(bytes->end(), 200, std::byte{0x55});
        auto target = std::make_unique<MemoryDisk>();
        const auto made = target->bytes();
        ReadOptions options;
        options.reading = Reading::kPrefix;
        const auto reader = readerOf(bytes, options);
        const RecoverOutput output{
            [&]() -> absl::StatusOr<std::unique_ptr<WriteFile>> { return std::move(target); },
            [&]() -> absl::StatusOr<std::unique_ptr<ReadFile>> { return readFromMemory(made); }};
        const auto file = readFromMemory(bytes);
        const Recovered said = valueOf(recover(*reader, *file, RecoverMode::kPrefix, output));
        QCOMPARE(said.lostBytes, std::uint64_t{200});
        const auto again = readerOf(made);
        ARIADNE_VERIFY_OK(again->verify(nullptr, nullptr));
        QCOMPARE(again->lastPosition().value, 6u);
        QVERIFY(!again->gaps().empty());
        QVERIFY(again->gaps()[0] == gap);
        QCOMPARE(again->gaps().size(), std::size_t{last == 0 ? 1u : 2u});
        if (last == 0) return;
        QCOMPARE(again->gaps()[1].first.value, 10u);
        QCOMPARE(again->gaps()[1].last.value, 0u);
        QCOMPARE(again->gaps()[1].cause, GapCause::kDamaged);
    }

    void howMuchOfItIsDamagedIsCounted() {
        const Recovered said = valueOf(recoveredAs(damagedTrace(), RecoverMode::kSalvage));
        QVERIFY(!said.copied && said.lostBytes != 0);
        QCOMPARE(said.rows, std::uint64_t{6});
        QVERIFY2(said.damage.find("does not match its checksum") != std::string::npos,
                 said.damage.c_str());
    }

    /// What is copied byte by byte is more than one block of them.
    void aLongTraceIsCopiedAsItIs() {
        auto disk = std::make_unique<MemoryDisk>();
        const auto bytes = disk->bytes();
        const auto writer = writerTo(std::move(disk));
        std::minstd_rand random{9};
        Rows rows = typicalRows(60);
        for (EventRow& row : rows.rows) {
            Bytes payload(40'000);
            for (std::byte& byte : payload) byte = static_cast<std::byte>(random() >> 8);
            row.payload = rows.keep(std::move(payload));
        }
        check(writer->addEvents(rows.rows));
        check(writer->finish(someStats()));
        QVERIFY(bytes->size() > 2u << 20);
        ReadOptions options;
        options.reading = Reading::kPrefix;
        const auto reader = readerOf(bytes, options);
        auto target = std::make_unique<MemoryDisk>();
        const auto made = target->bytes();
        const RecoverOutput output{
            [&]() -> absl::StatusOr<std::unique_ptr<WriteFile>> { return std::move(target); },
            [&]() -> absl::StatusOr<std::unique_ptr<ReadFile>> { return readFromMemory(made); }};
        const auto file = readFromMemory(bytes);
        QVERIFY(valueOf(recover(*reader, *file, RecoverMode::kPrefix, output)).copied);
        QVERIFY(*made == *bytes);
    }

    /// Each call of the new file fails once: appends, syncs, and the closing.
    void aFileThatFailsIsSaid() {
        const auto whole = smallTrace();
        const auto cut = std::make_shared<Bytes>(whole->begin(), whole->end() - kFrameBytes);
        for (const std::shared_ptr<const Bytes> from : {whole, cut}) {
            ReadOptions options;
            options.reading = Reading::kPrefix;
            const auto reader = readerOf(from, options);
            const auto file = readFromMemory(from);
            std::size_t failed = 0;
            for (std::size_t nth = 1;; ++nth) {
                FailingCall call{nth, 0};
                auto target = std::make_unique<FailingWriteFile>(call);
                const auto made = target->bytes();
                const RecoverOutput output{[&]() -> absl::StatusOr<std::unique_ptr<WriteFile>> {
                                               return std::move(target);
                                           },
                                           [&]() -> absl::StatusOr<std::unique_ptr<ReadFile>> {
                                               return readFromMemory(made);
                                           }};
                const auto said = recover(*reader, *file, RecoverMode::kPrefix, output);
                if (call.calls < nth) break;
                QVERIFY2(absl::IsUnavailable(said.status()), std::to_string(nth).c_str());
                ++failed;
            }
            QVERIFY(failed >= 3);
        }
    }

    /// Of a run that was cut the state is known where a snapshot is the last that is there.
    void theStateIsThatOfASnapshotAtTheEnd() {
        for (const bool more : {false, true}) {
            auto disk = std::make_unique<MemoryDisk>();
            const auto bytes = disk->bytes();
            const auto writer = writerTo(std::move(disk));
            check(writer->addTypes(someTypes()));
            check(writer->addBirths(someBirths()));
            check(writer->addEvents(typicalRows(6).rows));
            const WorldImage image = someImage({6}, someBirths(), writer->digest());
            check(writer->addSnapshot(image));
            if (more) check(writer->addEvents(typicalRows(6, 3, 7).rows));
            auto target = std::make_unique<MemoryDisk>();
            const auto made = target->bytes();
            ReadOptions options;
            options.reading = Reading::kPrefix;
            const auto reader = readerOf(bytes, options);
            const RecoverOutput output{
                [&]() -> absl::StatusOr<std::unique_ptr<WriteFile>> { return std::move(target); },
                [&]() -> absl::StatusOr<std::unique_ptr<ReadFile>> {
                    return readFromMemory(made);
                }};
            const auto file = readFromMemory(bytes);
            check(recover(*reader, *file, RecoverMode::kPrefix, output).status());
            QCOMPARE(readerOf(made)->stats().stateDigest, more ? 0 : image.stateDigest);
        }
    }

    void halfATraceIsNotLeftUnderItsName() {
        const QTemporaryDir folder;
        const std::filesystem::path root = folder.path().toStdString();
        const auto bytes = damagedTrace();
        std::ofstream(root / "a.clew", std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes->data()),
                   static_cast<std::streamsize>(bytes->size()));
        ARIADNE_VERIFY_OK(
            recoverFile(root / "a.clew", root / "b.clew", RecoverMode::kPrefix).status());
        QVERIFY(std::filesystem::exists(root / "b.clew"));
        std::filesystem::remove(root / "b.clew");
        QCOMPARE(
            recoverFile(root / "a.clew", root / "b.clew", RecoverMode::kStrict).status().code(),
            absl::StatusCode::kFailedPrecondition);
        QVERIFY(!std::filesystem::exists(root / "b.clew"));
        const test::FileSizeLimit limit{1'000};
        const auto full = recoverFile(root / "a.clew", root / "b.clew", RecoverMode::kPrefix);
        QCOMPARE(full.status().code(), absl::StatusCode::kResourceExhausted);
        QVERIFY(!std::filesystem::exists(root / "b.clew"));
    }
};

QTEST_GUILESS_MAIN(RecoverOutputTest)
#include "tst_recover_output.moc"
