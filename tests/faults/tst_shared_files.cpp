// Others lay hands on the file: a second writer, and somebody who cuts, replaces or removes it
// while it is being read.
#include "tests/faults/support/corpus.h"
#include "tests/faults/support/written_file.h"
#include "tests/faults/trace_place.h"
#include "tests/tracefmt/answers.h"

#include <QTest>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

using namespace ariadne;
using namespace ariadne::faults;
using namespace ariadne::tracefmt;

namespace {

void writeBytes(const std::filesystem::path& path, const Bytes& bytes) {
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
}

/// A process that has `path` open for writing, with the first chunks in it, until it is killed.
class OtherWriter {
public:
    explicit OtherWriter(const std::filesystem::path& path) {
        int ready[2];
        if (::pipe(ready) != 0) return;
        child_ = ::fork();
        if (child_ == 0) {
            auto file = createForWriting(path);
            if (!file.ok()) ::_exit(1);
            const auto writer = TraceWriter::create(*std::move(file), scriptMeta());
            Pen pen{**writer};
            pen.start();
            pen.rows(9);
            const char done = pen.status().ok() ? 'y' : 'n';
            if (::write(ready[1], &done, 1) != 1) ::_exit(1);
            for (;;) ::pause();
        }
        ::close(ready[1]);
        char done = 'n';
        writing_ = ::read(ready[0], &done, 1) == 1 && done == 'y';
        ::close(ready[0]);
    }
    ~OtherWriter() { kill(); }
    OtherWriter(const OtherWriter&) = delete;
    OtherWriter& operator=(const OtherWriter&) = delete;

    bool writing() const { return writing_; }
    void kill() {
        if (child_ <= 0) return;
        ::kill(child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
        child_ = -1;
    }

private:
    pid_t child_ = -1;
    bool writing_ = false;
};

}  // namespace

class SharedFilesTest : public QObject, private TracePlace {
    Q_OBJECT

private:
    std::shared_ptr<Bytes> bytes_;
    std::shared_ptr<Bytes> other_;  ///< of another run, with chunks at the same places
    std::unique_ptr<TraceReader> whole_;
    Answers truth_;

    /// Of every chunk and snapshot: what the whole one says, or a named error. How many errors.
    std::size_t refusals(TraceReader& reader) {
        std::size_t refused = 0;
        std::size_t at = 0;
        for (std::size_t i = 0; i < reader.chunks().size(); ++i) {
            const auto chunk = reader.chunk(i);
            const std::uint32_t count = reader.chunks()[i].count;
            if (!chunk.ok()) {
                if (!isNamed(chunk.status())) return ~std::size_t{0};
                ++refused;
            } else {
                for (std::uint32_t row = 0; row < count; ++row)
                    if (!sameRow((*chunk)->row(row), truth_.rows[at + row])) return ~std::size_t{0};
            }
            at += count;
        }
        for (std::size_t i = 0; i < reader.snapshots().size(); ++i) {
            const auto image = reader.snapshot(i);
            if (image.ok() && truth_.images[i] != *image) return ~std::size_t{0};
            if (!image.ok() && !isNamed(image.status())) return ~std::size_t{0};
            refused += !image.ok();
        }
        return refused;
    }

private Q_SLOTS:
    void initTestCase() {
        bytes_ = wholeTrace(scripts()[1]);
        for (std::uint64_t seed = 2; !other_ || other_->size() != bytes_->size(); ++seed)
            other_ = wholeTrace(scripts()[1], seed);
        whole_ = readerOf(bytes_);
        truth_ = answersOf(*whole_);
        QCOMPARE(other_->size(), bytes_->size());
    }

    void aSecondWriterHarmsNothing() {
        OtherWriter other{path()};
        QVERIFY(other.writing());
        const Bytes before = fileContent(path());
        const Told told = writeTo(path(), scripts()[0]);
        QCOMPARE(told.created.code(), absl::StatusCode::kAlreadyExists);
        QVERIFY(told.created.message().find("another recorder") != std::string::npos);
        QVERIFY(fileContent(path()) == before);
        auto reader = valueOf(TraceReader::open(path()));
        QCOMPARE(reader->state(), FileState::kRecording);
        QCOMPARE(reader->lastPosition().value, 9u);
        // The lock of a process that was killed is nobody's.
        other.kill();
        reader = valueOf(TraceReader::open(path()));
        QCOMPARE(reader->state(), FileState::kCut);
        QCOMPARE(reader->lastPosition().value, 9u);
        QVERIFY(writeTo(path(), scripts()[0]).finished.ok());
    }

    void aWriterWhoseFileWasMovedAwayWritesOnThere() {
        OtherWriter other{path()};
        QVERIFY(other.writing());
        std::filesystem::rename(path(), path("moved.clew"));
        QVERIFY(writeTo(path(), scripts()[0]).finished.ok());
        QCOMPARE(valueOf(TraceReader::open(path()))->state(), FileState::kClean);
        QCOMPARE(valueOf(TraceReader::open(path("moved.clew")))->lastPosition().value, 9u);
    }

    void aFileCutWhileItIsReadNamesWhatIsMissing() {
        for (std::size_t size = 0; size < bytes_->size(); size += 61) {
            writeBytes(path(), *bytes_);
            ReadOptions options;
            options.cacheBytes = 0;
            const auto reader = valueOf(TraceReader::open(path(), options));
            QCOMPARE(refusals(*reader), 0u);
            std::filesystem::resize_file(path(), size);
            const std::size_t refused = refusals(*reader);
            QVERIFY(refused != ~std::size_t{0});
            const absl::Status verified = reader->verify(nullptr, nullptr);
            // The trailer was read when the file was opened.
            QCOMPARE(verified.ok(), size >= bytes_->size() - kFrameBytes);
            QVERIFY2(verified.ok() || isNamed(verified), verified.ToString().c_str());
            if (size < kFrameBytes) QVERIFY(refused > 0);
        }
    }

    void aFileThatWasRemovedOrReplacedIsReadOn() {
        for (const bool replaced : {false, true}) {
            writeBytes(path(), *bytes_);
            const auto reader = valueOf(TraceReader::open(path()));
            std::filesystem::remove(path());
            if (replaced) writeBytes(path(), *other_);
            QCOMPARE(refusals(*reader), 0u);
            ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
            QCOMPARE(reader->state(), FileState::kClean);
        }
    }

    void aFileWrittenAnewIsNeverTakenForTheOldOne() {
        // The blocks are the same, the chunks stand where those of the old run stood.
        writeBytes(path(), *bytes_);
        const auto reader = valueOf(TraceReader::open(path()));
        QVERIFY(reader->chunk(0).ok());
        writeBytes(path(), *other_);
        std::size_t all = reader->chunks().size() + reader->snapshots().size();
        QCOMPARE(refusals(*reader), all - 1);  // the first chunk was kept
        const absl::Status verified = reader->verify(nullptr, nullptr);
        QCOMPARE(verified.code(), absl::StatusCode::kDataLoss);
    }

    void aFileThatGrowsSaysNothingNew() {
        writeBytes(path(), *bytes_);
        const auto reader = valueOf(TraceReader::open(path()));
        Bytes longer = *bytes_;
        longer.insert(longer.end(), other_->begin(), other_->end());
        writeBytes(path(), longer);
        QCOMPARE(refusals(*reader), 0u);
        ARIADNE_VERIFY_OK(reader->verify(nullptr, nullptr));
    }
};

QTEST_GUILESS_MAIN(SharedFilesTest)
#include "tst_shared_files.moc"
