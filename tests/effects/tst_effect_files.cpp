// Files below the granted folder are reached, and nothing else, whatever stands there.
#include "recorder/effects/files.h"
#include "tests/effects/support/asking.h"

#include <atomic>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <thread>

using namespace ariadne;
using namespace ariadne::effects;
using namespace ariadne::tests;
using effect::ReadFile;
using effect::WriteFile;
namespace fs = std::filesystem;

namespace {

void put(const fs::path& path, std::string_view text) {
    std::ofstream{path} << text;
}

std::string content(const fs::path& path) {
    std::ifstream in{path};
    return {std::istreambuf_iterator<char>{in}, {}};
}

int countIn(const fs::path& folder) {
    int count = 0;
    for ([[maybe_unused]] const auto& entry : fs::directory_iterator{folder}) ++count;
    return count;
}

/// `root` is granted; `outside` stands beside it and holds `secret`.
struct Place {
    Place() {
        fs::create_directories(root / "folder");
        fs::create_directories(outside);
        put(root / "a", "0123456789");
        put(root / "folder" / "b", "inner");
        put(outside / "secret", "secret");
    }

    QTemporaryDir base;
    fs::path root = fs::path{base.path().toStdString()} / "root";
    fs::path outside = fs::path{base.path().toStdString()} / "outside";
    std::string scope = root.string();
};

void confinementRows() {
    QTest::addColumn<int>("way");
    QTest::newRow("openat2") << static_cast<int>(Confinement::kByKernel);
    QTest::newRow("walk") << static_cast<int>(Confinement::kByWalk);
}

Confinement way() {
    QFETCH(int, way);
    return static_cast<Confinement>(way);
}

}  // namespace

class TestEffectFiles : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void piecesOfAFile_data() { confinementRows(); }
    void piecesOfAFile() {
        const Place place;
        ReadFileHandler reader{{}, way()};
        const auto piece = [&](std::uint64_t offset, std::uint64_t max) {
            const auto got = answerTo(reader, ReadFile{"a", offset, max}, place.scope);
            return got.ok() ? textOf(got->bytes) + (got->atEnd ? "|" : "") : refusalOf(got);
        };
        QCOMPARE(piece(0, 0), std::string{"0123456789|"});
        QCOMPARE(piece(0, 4), std::string{"0123"});
        QCOMPARE(piece(4, 6), std::string{"456789|"});
        QCOMPARE(piece(10, 0), std::string{"|"});
        QCOMPARE(piece(~std::uint64_t{0}, ~std::uint64_t{0}), std::string{"|"});
        const auto inner = answerTo(reader, ReadFile{"./folder//b", 0, 0}, place.scope + "/");
        QVERIFY2(inner.ok(), refusalOf(inner).c_str());
        QCOMPARE(textOf(inner->bytes), std::string{"inner"});
    }

    void pathsThatLeaveAreRefused_data() {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QString>("because");
        const auto row = [](const char* name, const QByteArray& path, const char* because) {
            QTest::newRow(name) << path << QString::fromUtf8(because);
        };
        row("parent", "..", "PERMISSION_DENIED: the path \"..\" holds \"..\"");
        row("sibling", "../outside/secret", "PERMISSION_DENIED");
        row("up and down", "folder/../a", "PERMISSION_DENIED");
        row("far up", "folder/../../outside/secret", "PERMISSION_DENIED");
        row("absolute", "/etc/passwd", "INVALID_ARGUMENT");
        row("memory", "/proc/self/mem", "INVALID_ARGUMENT");
        row("empty", "", "INVALID_ARGUMENT");
        row("itself", ".", "INVALID_ARGUMENT");
        row("folder", "a/", "INVALID_ARGUMENT");
        row("nul", QByteArray{"a\0/../x", 7}, "INVALID_ARGUMENT");
        row("long", QByteArray(5000, 'x'), "INVALID_ARGUMENT");
        row("long name", QByteArray(300, 'x'), "INVALID_ARGUMENT");
        row("percent", "%2e%2e/outside/secret", "NOT_FOUND");
        row("below a file", "a/b", "FAILED_PRECONDITION");
        row("none", "nothing", "NOT_FOUND");
    }
    void pathsThatLeaveAreRefused() {
        QFETCH(QByteArray, path);
        QFETCH(QString, because);
        const Place place;
        for (const Confinement confinement : {Confinement::kByKernel, Confinement::kByWalk}) {
            ReadFileHandler reader{{}, confinement};
            const auto got = answerTo(reader, ReadFile{path.toStdString(), 0, 0}, place.scope);
            ARIADNE_VERIFY_HOLDS(refusalOf(got), because.toStdString());
        }
        if (because == QStringLiteral("NOT_FOUND")) return;  // may be written
        WriteFileHandler writer;
        for (const bool append : {false, true}) {
            const auto put =
                answerTo(writer, WriteFile{path.toStdString(), bytesOf("x"), append}, place.scope);
            ARIADNE_VERIFY_HOLDS(refusalOf(put), because.toStdString());
        }
        QCOMPARE(content(place.root / "a"), std::string{"0123456789"});
    }

    void scopesThatAreNoFolderAreRefused() {
        const Place place;
        ReadFileHandler reader;
        const auto with = [&](const std::string& scope) {
            return refusalOf(answerTo(reader, ReadFile{"a", 0, 0}, scope));
        };
        ARIADNE_VERIFY_HOLDS(with(""), "INVALID_ARGUMENT");
        ARIADNE_VERIFY_HOLDS(with("."), "INVALID_ARGUMENT");
        ARIADNE_VERIFY_HOLDS(with(place.scope + "/../root"), "INVALID_ARGUMENT");
        ARIADNE_VERIFY_HOLDS(with(place.scope + "/a"), "FAILED_PRECONDITION");
        ARIADNE_VERIFY_HOLDS(with(place.scope + "/nothing"), "create it, or grant another");
    }

    void linksThatLeaveAreNotFollowed_data() { confinementRows(); }
    void linksThatLeaveAreNotFollowed() {
        const Place place;
        fs::create_symlink("../outside/secret", place.root / "relative");
        fs::create_symlink(place.outside / "secret", place.root / "absolute");
        fs::create_symlink("../outside", place.root / "way-out");
        fs::create_symlink("/proc/self/mem", place.root / "memory");
        fs::create_symlink("/proc/self/cwd", place.root / "magic");
        fs::create_symlink("/", place.root / "everything");
        fs::create_symlink("loop", place.root / "loop");
        ReadFileHandler reader{{}, way()};
        WriteFileHandler writer{{}, way()};
        for (const char* path : {"relative", "absolute", "way-out/secret", "memory", "magic",
                                 "everything/etc/passwd", "loop"}) {
            const auto got = answerTo(reader, ReadFile{path, 0, 0}, place.scope);
            QVERIFY2(!got.ok(), path);
            QVERIFY2(!absl::IsNotFound(got.status()), path);
            for (const bool append : {false, true})
                QVERIFY2(!answerTo(writer, WriteFile{path, bytesOf("x"), append}, place.scope).ok(),
                         path);
        }
        QVERIFY(!answerTo(writer, WriteFile{"way-out/new", bytesOf("x"), false}, place.scope).ok());
        QCOMPARE(content(place.outside / "secret"), std::string{"secret"});
        QCOMPARE(countIn(place.outside), 1);
        QVERIFY(fs::is_symlink(place.root / "relative"));
    }

    void aLinkThatStaysInsideIsFollowedByTheKernelOnly() {
        const Place place;
        fs::create_symlink("folder", place.root / "inside");
        ReadFileHandler byKernel{{}, Confinement::kByKernel};
        const auto got = answerTo(byKernel, ReadFile{"inside/b", 0, 0}, place.scope);
        QVERIFY2(got.ok(), refusalOf(got).c_str());
        ReadFileHandler byWalk{{}, Confinement::kByWalk};
        QVERIFY(!answerTo(byWalk, ReadFile{"inside/b", 0, 0}, place.scope).ok());
    }

    void aLinkSwappedInMeanwhileDoesNotHelp_data() { confinementRows(); }
    void aLinkSwappedInMeanwhileDoesNotHelp() {
        const Place place;
        put(place.root / "folder" / "secret", "inside");
        fs::create_symlink("../outside", place.root / "way-out");
        const std::string a = (place.root / "folder").string();
        const std::string b = (place.root / "way-out").string();
        std::jthread swapper{[&](const std::stop_token& stop) {
            constexpr unsigned kExchange = 2;  // RENAME_EXCHANGE
            while (!stop.stop_requested())
                ::syscall(SYS_renameat2, AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), kExchange);
        }};
        ReadFileHandler reader{{}, way()};
        WriteFileHandler writer{{}, way()};
        int seen = 0;
        for (int i = 0; i < 1000; ++i) {
            const auto got = answerTo(reader, ReadFile{"folder/secret", 0, 0}, place.scope);
            if (!got.ok()) continue;
            ++seen;
            QCOMPARE(textOf(got->bytes), std::string{"inside"});
        }
        for (int i = 0; i < 50; ++i)
            static_cast<void>(
                answerTo(writer, WriteFile{"folder/new", bytesOf("x"), i % 2 == 0}, place.scope));
        QVERIFY(seen > 0);
        QCOMPARE(countIn(place.outside), 1);
    }

    void whatIsNoRegularFileIsRefused_data() { confinementRows(); }
    void whatIsNoRegularFileIsRefused() {
        const Place place;
        QCOMPARE(::mkfifo((place.root / "pipe").c_str(), 0600), 0);
        const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const std::string name = (place.root / "socket").string();
        QVERIFY(name.size() < sizeof address.sun_path);
        name.copy(address.sun_path, name.size());
        QCOMPARE(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        ReadFileHandler reader{{}, way()};
        WriteFileHandler writer{{}, way()};
        // A handler that opened the pipe would wait for its other end for ever.
        for (const char* path : {"pipe", "socket", "folder"}) {
            const auto got = answerTo(reader, ReadFile{path, 0, 0}, place.scope);
            ARIADNE_VERIFY_HOLDS(refusalOf(got), "FAILED_PRECONDITION");
            for (const bool append : {false, true}) {
                const auto put =
                    answerTo(writer, WriteFile{path, bytesOf("x"), append}, place.scope);
                ARIADNE_VERIFY_HOLDS(refusalOf(put), "FAILED_PRECONDITION");
            }
        }
        ::close(socket);
        ARIADNE_VERIFY_HOLDS(refusalOf(answerTo(reader, ReadFile{"zero", 0, 0}, "/dev")),
                             "it is no regular file");
        for (const char* path : {"self/mem", "self/environ", "self/root/etc/passwd", "version"}) {
            const auto got = answerTo(reader, ReadFile{path, 0, 0}, "/proc");
            QVERIFY2(absl::IsPermissionDenied(got.status()), refusalOf(got).c_str());
        }
        const auto put = answerTo(writer, WriteFile{"self/comm", bytesOf("x"), true}, "/proc");
        QVERIFY2(absl::IsPermissionDenied(put.status()), refusalOf(put).c_str());
    }

    void aHugeFileIsReadInPieces() {
        const Place place;
        constexpr std::uint64_t kSize = std::uint64_t{5} << 30;
        put(place.root / "huge", "");
        fs::resize_file(place.root / "huge", kSize);
        ReadFileHandler reader{{.readBytesMax = 1'000'000}};
        auto got = answerTo(reader, ReadFile{"huge", 0, 0}, place.scope);
        QVERIFY(got.ok());
        QCOMPARE(got->bytes.size(), std::size_t{1'000'000});
        QVERIFY(!got->atEnd);
        got = answerTo(reader, ReadFile{"huge", kSize - 3, ~std::uint64_t{0}}, place.scope);
        QVERIFY(got.ok());
        QCOMPARE(got->bytes.size(), std::size_t{3});
        QVERIFY(got->atEnd);
    }

    void writingReplacesAsAWhole_data() { confinementRows(); }
    void writingReplacesAsAWhole() {
        const Place place;
        fs::permissions(place.root / "a", fs::perms::owner_read | fs::perms::owner_write);
        const std::ifstream old{place.root / "a"};
        WriteFileHandler writer{{}, way()};
        const auto put = answerTo(writer, WriteFile{"a", bytesOf("new"), false}, place.scope);
        QVERIFY2(put.ok(), refusalOf(put).c_str());
        QCOMPARE(put->bytes, std::uint64_t{3});
        QCOMPARE(content(place.root / "a"), std::string{"new"});
        std::ostringstream seenByOpener;
        seenByOpener << old.rdbuf();
        QCOMPARE(seenByOpener.str(), std::string{"0123456789"});
        QVERIFY(fs::status(place.root / "a").permissions() ==
                (fs::perms::owner_read | fs::perms::owner_write));
        QVERIFY(answerTo(writer, WriteFile{"folder/c", {}, false}, place.scope).ok());
        QCOMPARE(content(place.root / "folder" / "c"), std::string{});
        QCOMPARE(countIn(place.root), 2);
        ARIADNE_VERIFY_HOLDS(
            refusalOf(answerTo(writer, WriteFile{"none/c", {}, false}, place.scope)), "NOT_FOUND");
    }

    void appendingAddsOrCreates_data() { confinementRows(); }
    void appendingAddsOrCreates() {
        const Place place;
        WriteFileHandler writer{{}, way()};
        QVERIFY(answerTo(writer, WriteFile{"a", bytesOf("abc"), true}, place.scope).ok());
        QCOMPARE(content(place.root / "a"), std::string{"0123456789abc"});
        QVERIFY(answerTo(writer, WriteFile{"folder/c", bytesOf("c"), true}, place.scope).ok());
        QCOMPARE(content(place.root / "folder" / "c"), std::string{"c"});
    }

    void askedForAgainReplacingIsAsOnceAndAppendingAdds() {
        const Place place;
        WriteFileHandler writer;
        for (int again = 0; again < 2; ++again) {
            QVERIFY(answerTo(writer, WriteFile{"a", bytesOf("abc"), false}, place.scope).ok());
            QCOMPARE(content(place.root / "a"), std::string{"abc"});
        }
        for (const char* expected : {"abcd", "abcdd"}) {
            QVERIFY(answerTo(writer, WriteFile{"a", bytesOf("d"), true}, place.scope).ok());
            QCOMPARE(content(place.root / "a"), std::string{expected});
        }
    }

    void limitsAreNamed() {
        const Place place;
        WriteFileHandler writer{{.writeBytesMax = 5, .fileBytesMax = 12}};
        ARIADNE_VERIFY_HOLDS(
            refusalOf(answerTo(writer, WriteFile{"a", bytesOf("123456"), false}, place.scope)),
            "limit writeBytesMax (5) reached: 6 bytes");
        ARIADNE_VERIFY_HOLDS(
            refusalOf(answerTo(writer, WriteFile{"a", bytesOf("abc"), true}, place.scope)),
            "limit fileBytesMax (12) reached");
        QVERIFY(answerTo(writer, WriteFile{"a", bytesOf("ab"), true}, place.scope).ok());
        QCOMPARE(content(place.root / "a"), std::string{"0123456789ab"});
    }

    void aWriteThatFailsLeavesTheOldFile() {
        const Place place;
        rlimit before{};
        QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
        const auto handled = std::signal(SIGXFSZ, SIG_IGN);
        rlimit small = before;
        small.rlim_cur = 1000;
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &small), 0);
        WriteFileHandler writer;
        const auto replaced = answerTo(writer, WriteFile{"a", Bytes(5000), false}, place.scope);
        const auto appended =
            answerTo(writer, WriteFile{"folder/b", Bytes(5000), true}, place.scope);
        ::setrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, handled);
        QVERIFY(!replaced.ok());
        QCOMPARE(content(place.root / "a"), std::string{"0123456789"});
        QCOMPARE(countIn(place.root), 2);
        ARIADNE_VERIFY_HOLDS(refusalOf(appended), "995 of 5000 bytes were appended");
    }

    void aStopIsHeard() {
        const Place place;
        std::stop_source stop;
        stop.request_stop();
        ReadFileHandler reader;
        WriteFileHandler writer;
        QVERIFY(absl::IsCancelled(
            answerTo(reader, ReadFile{"a", 0, 0}, place.scope, stop.get_token()).status()));
        for (const bool append : {false, true})
            QVERIFY(absl::IsCancelled(answerTo(writer, WriteFile{"a", bytesOf("x"), append},
                                               place.scope, stop.get_token())
                                          .status()));
        QCOMPARE(content(place.root / "a"), std::string{"0123456789"});
        QCOMPARE(countIn(place.root), 2);
    }
};

QTEST_GUILESS_MAIN(TestEffectFiles)
#include "tst_effect_files.moc"
