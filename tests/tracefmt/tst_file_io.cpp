#include "tests/tracefmt/trace_fixture.h"
#include "tracefmt/file_io.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
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

    void foldersWithoutPermissionAreSaid() {
        if (::geteuid() == 0) QSKIP("root may write everywhere");
        std::filesystem::permissions(folder_.path().toStdString(),
                                     std::filesystem::perms::owner_read);
        QCOMPARE(createForWriting(path("x")).status().code(), absl::StatusCode::kPermissionDenied);
        std::filesystem::permissions(folder_.path().toStdString(),
                                     std::filesystem::perms::owner_all);
    }
};

QTEST_GUILESS_MAIN(FileIoTest)
#include "tst_file_io.moc"
