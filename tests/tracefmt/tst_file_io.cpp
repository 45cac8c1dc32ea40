#include "tests/tracefmt/trace_fixture.h"
#include "tracefmt/file_io.h"
#include "tracefmt/tail_format.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace ariadne;
using namespace ariadne::tracefmt;

namespace {

std::string contentOf(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

class FileIoTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir folder_;
    std::filesystem::path path(const char* name) const {
        return std::filesystem::path(folder_.path().toStdString()) / name;
    }

private Q_SLOTS:
    void whatIsAppendedIsReadBack() {
        const auto out = valueOf(createForWriting(path("a")));
        check(out->append(ariadne::asBytes("hello ")));
        check(out->append(ariadne::asBytes("world")));
        check(out->sync());
        const auto in = valueOf(openForReading(path("a")));
        QCOMPARE(valueOf(in->size()), 11u);
        Bytes bytes(5);
        check(in->readAt(6, bytes));
        QCOMPARE(asText(bytes), std::string_view("world"));
        const absl::Status beyond = in->readAt(7, bytes);
        QCOMPARE(beyond.code(), absl::StatusCode::kDataLoss);
        QVERIFY(beyond.ToString().find("ends at 11") != std::string::npos);
        check(out->close());
        QCOMPARE(contentOf(path("a")), std::string("hello world"));
    }

    void whatIsSyncedElsewhereMayOutliveTheFile() {
        const auto out = valueOf(createForWriting(path("elsewhere")));
        check(out->append(ariadne::asBytes("hello")));
        const std::unique_ptr<FileSync> sync = out->syncElsewhere();
        QVERIFY(sync != nullptr);
        check(sync->sync());
        ::rlimit before{};
        QCOMPARE(::getrlimit(RLIMIT_NOFILE, &before), 0);
        const ::rlimit none{0, before.rlim_max};
        QCOMPARE(::setrlimit(RLIMIT_NOFILE, &none), 0);
        const bool without = out->syncElsewhere() == nullptr;
        QCOMPARE(::setrlimit(RLIMIT_NOFILE, &before), 0);
        QVERIFY(without);
        check(out->close());
        check(sync->sync());
    }

    void whatIsCutOffIsGone() {
        const auto out = valueOf(createForWriting(path("b")));
        check(out->append(ariadne::asBytes("hello world")));
        check(out->truncate(5));
        check(out->append(ariadne::asBytes("!")));
        check(out->close());
        QCOMPARE(contentOf(path("b")), std::string("hello!"));
    }

    void onlyTracesAreReplaced() {
        std::ofstream(path("notes.txt")) << "do not lose me";
        const absl::Status status = createForWriting(path("notes.txt")).status();
        QCOMPARE(status.code(), absl::StatusCode::kAlreadyExists);
        QVERIFY2(status.ToString().find("text (\"do not l") != std::string::npos,
                 status.ToString().c_str());
        QCOMPARE(contentOf(path("notes.txt")), std::string("do not lose me"));

        std::ofstream(path("empty"));
        QVERIFY(createForWriting(path("empty")).ok());
        const auto trace = smallTrace();
        std::ofstream(path("old.clew"), std::ios::binary)
            .write(reinterpret_cast<const char*>(trace->data()), 200);
        QVERIFY(createForWriting(path("old.clew")).ok());
        QCOMPARE(contentOf(path("old.clew")), std::string());
    }

    void aSecondWriterIsRefused() {
        const auto first = valueOf(createForWriting(path("locked")));
        check(first->append(*smallTrace()));
        const absl::Status second = createForWriting(path("locked")).status();
        QCOMPARE(second.code(), absl::StatusCode::kAlreadyExists);
        QVERIFY(second.ToString().find("another recorder") != std::string::npos);
        QVERIFY(valueOf(openForReading(path("locked")))->isBeingWritten());
        check(first->close());
        QVERIFY(!valueOf(openForReading(path("locked")))->isBeingWritten());
        QVERIFY(createForWriting(path("locked")).ok());
    }

    void whatIsNoFileIsRefused() {
        QCOMPARE(createForWriting(path("absent/x")).status().code(), absl::StatusCode::kNotFound);
        QCOMPARE(createForWriting(folder_.path().toStdString()).status().code(),
                 absl::StatusCode::kInvalidArgument);
        const absl::Status device = createForWriting("/dev/full").status();
        QCOMPARE(device.code(), absl::StatusCode::kInvalidArgument);
        QVERIFY2(device.ToString().find("character device") != std::string::npos,
                 device.ToString().c_str());
        QCOMPARE(openForReading(path("absent")).status().code(), absl::StatusCode::kNotFound);
    }

    void pipesAndSocketsAreNotWaitedFor() {
        QCOMPARE(::mkfifo(path("pipe").c_str(), 0600), 0);
        for (const absl::Status& status :
             {openForReading(path("pipe")).status(), createForWriting(path("pipe")).status(),
              checkReplaceable(path("pipe"))}) {
            QCOMPARE(status.code(), absl::StatusCode::kInvalidArgument);
            QVERIFY2(status.ToString().find("found a pipe") != std::string::npos,
                     status.ToString().c_str());
        }
        const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
        struct ::sockaddr_un address {};
        address.sun_family = AF_UNIX;
        const std::string name = path("socket").string();
        QVERIFY(name.size() < sizeof address.sun_path);
        name.copy(address.sun_path, name.size());
        QCOMPARE(::bind(fd, reinterpret_cast<struct ::sockaddr*>(&address), sizeof address), 0);
        QCOMPARE(openForReading(path("socket")).status().code(), absl::StatusCode::kUnavailable);
        ::close(fd);
    }

    void namesThatLeadNowhereAreSaid() {
        const std::filesystem::path longName = path(std::string(300, 'n').c_str());
        std::filesystem::create_symlink(path("loop"), path("loop"));
        for (const std::filesystem::path& name : {longName, path("loop")}) {
            QCOMPARE(openForReading(name).status().code(), absl::StatusCode::kInvalidArgument);
            QCOMPARE(createForWriting(name).status().code(), absl::StatusCode::kInvalidArgument);
            QCOMPARE(checkReplaceable(name).code(), absl::StatusCode::kInvalidArgument);
        }
        std::ofstream(path("plain")) << "text";
        QCOMPARE(openForReading(path("plain/x")).status().code(), absl::StatusCode::kNotFound);
    }

    void whatWouldBeReplacedIsSaidBeforehand() {
        ARIADNE_VERIFY_OK(checkReplaceable(path("nothing")));
        QVERIFY(!std::filesystem::exists(path("nothing")));
        std::ofstream(path("void"));
        ARIADNE_VERIFY_OK(checkReplaceable(path("void")));
        std::ofstream(path("letter")) << "Dear";
        QCOMPARE(checkReplaceable(path("letter")).code(), absl::StatusCode::kAlreadyExists);
        QCOMPARE(checkReplaceable(folder_.path().toStdString()).code(),
                 absl::StatusCode::kInvalidArgument);
        const auto out = valueOf(createForWriting(path("c.clew")));
        check(out->append(*smallTrace()));
        const absl::Status used = checkReplaceable(path("c.clew"));
        QCOMPARE(used.code(), absl::StatusCode::kAlreadyExists);
        QVERIFY(used.ToString().find("another recorder") != std::string::npos);
        check(out->close());
        check(out->close());  // once more harms nobody
        ARIADNE_VERIFY_OK(checkReplaceable(path("c.clew")));
        QCOMPARE(contentOf(path("c.clew")).size(), smallTrace()->size());
    }

    void theNameOfAnOpenFileIsWatched() {
        std::filesystem::create_directory(path("d"));
        std::ofstream(path("d/f")) << "first";
        const auto in = valueOf(openForReading(path("d/f")));
        ARIADNE_VERIFY_OK(in->checkName());
        std::filesystem::rename(path("d"), path("e"));
        const auto says = [&](absl::StatusCode code, const std::string& text) {
            const absl::Status status = in->checkName();
            return status.code() == code && status.ToString().find(text) != std::string::npos;
        };
        QVERIFY(says(absl::StatusCode::kFailedPrecondition, "removed or renamed"));
        std::ofstream(path("d")) << "no folder";
        QVERIFY(says(absl::StatusCode::kFailedPrecondition, "removed or renamed"));
        std::filesystem::remove(path("d"));
        std::filesystem::create_symlink(path("d"), path("d"));
        QVERIFY(says(absl::StatusCode::kInvalidArgument, "cannot look at the name of the file"));
        std::filesystem::remove(path("d"));
        std::filesystem::create_directory(path("d"));
        std::ofstream(path("d/f")) << "second";
        QVERIFY(says(absl::StatusCode::kFailedPrecondition, "replaced by another one"));
        std::filesystem::remove_all(path("d"));
        std::filesystem::rename(path("e"), path("d"));
        ARIADNE_VERIFY_OK(in->checkName());
        // What has no name always has it.
        ARIADNE_VERIFY_OK(readFromMemory(smallTrace())->checkName());
    }

    void memoryEndsWhereItEnds() {
        const auto file = readFromMemory(std::make_shared<Bytes>(Bytes(10, std::byte{1})));
        QCOMPARE(valueOf(file->size()), std::uint64_t{10});
        Bytes bytes(4);
        ARIADNE_VERIFY_OK(file->readAt(6, bytes));
        for (const std::uint64_t offset : {7ull, 11ull, ~0ull}) {
            const absl::Status status = file->readAt(offset, bytes);
            QCOMPARE(status.code(), absl::StatusCode::kDataLoss);
            QVERIFY2(status.ToString().find("the file ends at 10, needed 4 bytes at offset " +
                                            std::to_string(offset)) != std::string::npos,
                     status.ToString().c_str());
        }
    }

    void foldersWithoutPermissionAreSaid() {
        const auto trace = smallTrace();
        std::ofstream(path("r.clew"), std::ios::binary)
            .write(reinterpret_cast<const char*>(trace->data()),
                   static_cast<std::streamsize>(trace->size()));
        std::ofstream(tailPathOf(path("r.clew")));
        std::filesystem::permissions(path("r.clew"), std::filesystem::perms::all);
        std::filesystem::permissions(folder_.path().toStdString(), std::filesystem::perms{0555});
        // Root may write everywhere, so that it has to be somebody else for a while.
        const bool isRoot = ::geteuid() == 0;
        if (isRoot) QCOMPARE(::seteuid(65'534), 0);
        const absl::Status created = createForWriting(path("x")).status();
        const absl::Status replaced = createForWriting(path("r.clew")).status();
        if (isRoot) QCOMPARE(::seteuid(0), 0);
        std::filesystem::permissions(folder_.path().toStdString(),
                                     std::filesystem::perms::owner_all);
        QCOMPARE(created.code(), absl::StatusCode::kPermissionDenied);
        // Nor is a tail left beside a recording that it does not belong to.
        QCOMPARE(replaced.code(), absl::StatusCode::kPermissionDenied);
        QVERIFY2(replaced.ToString().find("the tail of an earlier recording") != std::string::npos,
                 replaced.ToString().c_str());
        QCOMPARE(contentOf(path("r.clew")).size(), trace->size());
    }
};

QTEST_GUILESS_MAIN(FileIoTest)
#include "tst_file_io.moc"
