// A disk that is full at any moment: the program is told once, the file ends with a whole chunk,
// and says itself that it is not all.
#include "tests/faults/support/written_file.h"
#include "tests/tracefmt/answers.h"

#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

using namespace ariadne;
using namespace ariadne::faults;
using namespace ariadne::tracefmt;

namespace {

/// No file of this process may become longer while it lives.
class FileSizeLimit {
public:
    explicit FileSizeLimit(std::uint64_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before_);
        rlimit limit = before_;
        limit.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

private:
    rlimit before_{};
};

/// A file system of its own with so much room.
class TinyDisk {
public:
    TinyDisk(const std::filesystem::path& place, std::uint64_t kibibytes) : place_(place) {
        mounted_ = ::mount("tmpfs", place.c_str(), "tmpfs", 0,
                           ("size=" + std::to_string(kibibytes) + "k").c_str()) == 0;
    }
    ~TinyDisk() {
        if (mounted_) ::umount2(place_.c_str(), MNT_DETACH);
    }
    TinyDisk(const TinyDisk&) = delete;
    TinyDisk& operator=(const TinyDisk&) = delete;
    bool mounted() const { return mounted_; }

private:
    std::filesystem::path place_;
    bool mounted_ = false;
};

/// How a recording that had too little room went; empty: as it should.
struct Left {
    std::string wrong;
    enum class File { kNone, kCut, kSealed, kWhole } file = File::kNone;
};

Left leftBy(const Told& told, const std::filesystem::path& path, TraceReader& whole,
            const Answers& truth) {
    using File = Left::File;
    for (const absl::Status& status : {told.created, told.written, told.finished})
        if (!status.ok() && (status.code() != absl::StatusCode::kResourceExhausted ||
                             status.message().find("offset") == absl::string_view::npos))
            return {"told " + status.ToString(), File::kNone};
    if (!told.created.ok()) {
        const bool empty = std::filesystem::file_size(path) == 0;
        return {empty ? "" : "something is left of a file that could not begin", File::kNone};
    }
    if (!told.written.ok() && told.finished != told.written)
        return {"the first error does not stay: " + told.finished.ToString(), File::kNone};
    const auto opened = TraceReader::open(path);
    if (!opened.ok()) return {opened.status().ToString(), File::kNone};
    TraceReader& reader = **opened;
    const Answers answers = answersOf(reader);
    if (!answers.whole || !startsAlike(answers.rows, truth.rows) ||
        !startsAlike(answers.images, truth.images))
        return {"is no prefix", File::kNone};
    if (const absl::Status verified = reader.verify(nullptr, nullptr); !verified.ok())
        return {verified.ToString(), File::kNone};
    if (reader.fileBytes() < told.bytesBefore) return {"lost what was written", File::kNone};
    if (reader.state() == FileState::kCut)
        return {told.finished.ok() ? "nobody was told" : "", File::kCut};
    if (reader.state() != FileState::kClean) return {"is " + reader.damage(), File::kNone};
    if (told.finished.ok())
        return {answers.rows.size() == truth.rows.size() ? "" : "nobody was told", File::kWhole};
    if (reader.gaps().size() > whole.gaps().size() || reader.gaps().back().last.value == 0)
        return {reader.gaps().back().cause == GapCause::kDiskFull ? "" : "gives another cause",
                File::kSealed};
    return {"seems whole", File::kNone};
}

}  // namespace

class FullDiskTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir folder_;
    std::filesystem::path folder() const { return folder_.path().toStdString(); }

    static void addRows() {
        QTest::addColumn<int>("script");
        for (std::size_t i = 0; i < scripts().size(); ++i)
            QTest::newRow(scripts()[i].name) << static_cast<int>(i);
    }

private Q_SLOTS:
    void aFileThatMayNotGrow_data() { addRows(); }
    void aFileThatMayNotGrow() {
        QFETCH(int, script);
        const Script& chosen = scripts()[static_cast<std::size_t>(script)];
        const auto bytes = wholeTrace(chosen);
        const auto whole = readerOf(bytes);
        const Answers truth = answersOf(*whole);
        const auto chunks = chunksOf(bytes);
        const std::size_t step = bytes->size() / 100 + 1;
        std::size_t stopped = 0;
        for (std::size_t room = 0; room <= bytes->size() + step; room += step) {
            const std::filesystem::path path = folder() / "limited.clew";
            std::filesystem::remove(path);
            Told told;
            {
                const FileSizeLimit limit(room);
                told = writeTo(path, chosen);
            }
            const Left left = leftBy(told, path, *whole, truth);
            QVERIFY2(left.wrong.empty(), (std::to_string(room) + ": " + left.wrong).c_str());
            QCOMPARE(left.file == Left::File::kWhole, room >= bytes->size());
            QCOMPARE(left.file == Left::File::kNone, room < chunks[0].end());
            stopped += left.file == Left::File::kCut || left.file == Left::File::kSealed;
            // Every row of a chunk that had room is there.
            if (left.file == Left::File::kNone) continue;
            std::uint64_t fits = 0;
            for (const Chunk& chunk : chunks)
                if (chunk.header.type == ChunkType::kEvents && chunk.end() <= room)
                    fits = chunk.header.firstSeq + chunk.header.count - 1;
            QVERIFY(valueOf(TraceReader::open(path))->lastPosition().value >= fits);
        }
        QVERIFY(stopped > 10);
    }

    void aDiskThatIsFull() {
        // The real thing, with the reserve that seals a file.
        if (::unshare(CLONE_NEWNS) != 0 ||
            ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
            QSKIP("mounting is not allowed here");
        const std::filesystem::path place = folder() / "tiny";
        std::filesystem::create_directory(place);
        if (!TinyDisk(place, 64).mounted()) QSKIP("there is no tmpfs here");
        const Script& chosen = scripts()[2];
        const auto whole = readerOf(wholeTrace(chosen));
        const Answers truth = answersOf(*whole);
        std::map<Left::File, int> found;
        for (std::uint64_t kibibytes = 4; kibibytes < 2300;
             kibibytes += kibibytes < 2040 ? 300 : 4) {
            const TinyDisk disk(place, kibibytes);
            QVERIFY(disk.mounted());
            const Told told = writeTo(place / "x.clew", chosen);
            const Left left = leftBy(told, place / "x.clew", *whole, truth);
            QVERIFY2(left.wrong.empty(),
                     (std::to_string(kibibytes) + " KiB: " + left.wrong).c_str());
            ++found[left.file];
        }
        // There is a reserve for the end of the file: none is left without one.
        QCOMPARE(found[Left::File::kCut], 0);
        QVERIFY(found[Left::File::kNone] > 0);
        QVERIFY(found[Left::File::kSealed] > 3);
        QVERIFY(found[Left::File::kWhole] > 3);
    }

    void aDeviceThatIsAlwaysFullIsRefused() {
        const absl::Status status = writeTo("/dev/full", scripts()[0]).created;
        QCOMPARE(status.code(), absl::StatusCode::kInvalidArgument);
    }
};

QTEST_GUILESS_MAIN(FullDiskTest)
#include "tst_full_disk.moc"
