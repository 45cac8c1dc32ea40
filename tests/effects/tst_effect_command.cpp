// The granted program with nothing around it, ended with all it started, whatever it does.
#include "recorder/effects/command.h"
#include "recorder/effects/effect_pool.h"
#include "tests/effects/support/asking.h"

#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>

using namespace ariadne;
using namespace ariadne::effects;
using namespace ariadne::tests;
using effect::CommandEnded;
using effect::RunCommand;
namespace fs = std::filesystem;

namespace {

absl::StatusOr<CommandEnded> ran(const std::string& program, std::vector<std::string> arguments,
                                 const Bytes& input = {}, CommandLimits limits = {}) {
    CommandHandler handler{limits};
    return answerTo(handler, RunCommand{std::move(arguments), input}, program);
}

/// Gone, or dead and waiting for its parent to notice.
bool isDead(const std::string& pid) {
    std::ifstream stat{"/proc/" + pid + "/stat"};
    std::string line;
    std::getline(stat, line);
    const std::size_t name = line.rfind(')');
    return name == std::string::npos || line.substr(name + 2, 1) == "Z";
}

}  // namespace

class TestEffectCommand : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// No test leaves a child behind, not even a dead one.
    void cleanup() { QCOMPARE(::waitpid(-1, nullptr, WNOHANG), -1); }

    void exitAndSignalAreToldApart() {
        auto got = ran("/bin/sh", {"-c", "echo out; echo err >&2; exit 3"});
        QVERIFY2(got.ok(), refusalOf(got).c_str());
        QVERIFY((*got == CommandEnded{3, 0, bytesOf("out\n"), bytesOf("err\n"), false}));
        got = ran("/bin/sh", {"-c", "kill -TERM $$"});
        QVERIFY(got.ok());
        QVERIFY((*got == CommandEnded{0, SIGTERM, {}, {}, false}));
    }

    void longInputAndOutputDoNotBlockEachOther() {
        Bytes input(3'000'000);
        for (std::size_t i = 0; i < input.size(); ++i) input[i] = static_cast<std::byte>(i * 7);
        const auto got = ran("/bin/cat", {}, input);
        QVERIFY2(got.ok(), refusalOf(got).c_str());
        QVERIFY(got->output == input);
        QVERIFY(!got->cut);
    }

    void inputNobodyReadsIsNoSignalToUs() {
        const auto got = ran("/bin/true", {}, Bytes(8 * 1024 * 1024));
        QVERIFY2(got.ok(), refusalOf(got).c_str());
        QCOMPARE(got->exitCode, 0);
        sigset_t pending;
        sigpending(&pending);
        QCOMPARE(sigismember(&pending, SIGPIPE), 0);
    }

    void noShellReadsTheArguments() {
        const std::string hostile = "$(id); `id` | id > /tmp/x && id \"'\n*";
        const auto got = ran("/bin/echo", {"-n", hostile, ""});
        QVERIFY(got.ok());
        QCOMPARE(textOf(got->output), hostile + " ");
    }

    void theProgramIsItsOwnFirstArgument() {
        const auto got = ran("/bin/sh", {"-c", "cat /proc/$$/cmdline; exit 0"});
        QVERIFY(got.ok());
        QCOMPARE(textOf(got->output),
                 (std::string{"/bin/sh\0-c\0cat /proc/$$/cmdline; exit 0\0", 40}));
    }

    void theEnvironmentIsTheKeyOfTheWishAlone() {
        qputenv("SECRET", "42");
        qputenv("ARIADNE_IDEMPOTENCY_KEY", "of somebody else");
        CommandHandler handler;
        const auto environmentOf = [&](std::uint64_t run, std::uint64_t ordinal) {
            effect::Request request = requestOf(RunCommand{}, "/usr/bin/env", ordinal);
            request.run = run;
            const auto bytes = handler.perform(request, {});
            const auto ended = value::decoded<CommandEnded>(bytes.ok() ? *bytes : Bytes{});
            return ended ? textOf(ended->output) : bytes.status().ToString();
        };
        const std::string key = "ARIADNE_IDEMPOTENCY_KEY=00000000000000ab-0000000000000007-";
        QCOMPARE(environmentOf(0xab, 4), key + "4\n");
        QCOMPARE(environmentOf(0xab, 4), key + "4\n");  // asked for again
        QCOMPARE(environmentOf(0xab, 5), key + "5\n");
        QVERIFY(environmentOf(0xac, 4) != key + "4\n");
    }

    void theFolderIsTheRoot() {
        const auto got = ran("/bin/pwd", {});
        QVERIFY(got.ok());
        QCOMPARE(textOf(got->output), std::string{"/\n"});
    }

    void noDescriptorOfOursIsPassedOn() {
        const int leaky = ::open("/dev/null", O_RDONLY);
        const int high = ::fcntl(leaky, F_DUPFD, 100);
        const auto got = ran("/bin/ls", {"/proc/self/fd"});
        ::close(leaky);
        ::close(high);
        QVERIFY(got.ok());
        QCOMPARE(textOf(got->output), std::string{"0\n1\n2\n3\n"});  // 3 is the folder itself
    }

    void signalsAreAsAtTheStart() {
        const auto handled = std::signal(SIGTERM, SIG_IGN);
        const auto ignored = ran("/usr/bin/awk", {"/SigIgn/ { print $2 }", "/proc/self/status"});
        const auto blocked = ran("/usr/bin/awk", {"/SigBlk/ { print $2 }", "/proc/self/status"});
        std::signal(SIGTERM, handled);
        QVERIFY(ignored.ok() && blocked.ok());
        QCOMPARE(textOf(blocked->output), std::string{"0000000000000000\n"});
        // glibc keeps two signals above 31 for itself.
        const auto mask = std::stoull(textOf(ignored->output), nullptr, 16);
        QCOMPARE(mask & 0x7FFFFFFF, 0ull);
    }

    void outputBeyondTheLimitIsDropped() {
        const auto got =
            ran("/bin/sh", {"-c", "head -c 300000 /dev/zero; head -c 200000 /dev/zero >&2; exit 4"},
                {}, {.outputBytesMax = 1000, .errorBytesMax = 10});
        QVERIFY2(got.ok(), refusalOf(got).c_str());
        QCOMPARE(got->output.size(), std::size_t{1000});
        QCOMPARE(got->errors.size(), std::size_t{10});
        QVERIFY(got->cut);
        QCOMPARE(got->exitCode, 4);
    }

    void aFloodIsEnded() {
        const auto got =
            ran("/usr/bin/yes", {}, {}, {.outputBytesMax = 4, .floodBytesMax = 1'000'000});
        QVERIFY2(got.ok(), refusalOf(got).c_str());
        QCOMPARE(got->signal, SIGKILL);
        QCOMPARE(textOf(got->output), std::string{"y\ny\n"});
        QVERIFY(got->cut);
    }

    void whatItLeavesBehindEndsWithIt() {
        // The one in the background keeps the pipes open.
        const auto got = ran("/bin/sh", {"-c", "/bin/sleep 1000 & echo -n $!"});
        QVERIFY2(got.ok(), refusalOf(got).c_str());
        QCOMPARE(got->exitCode, 0);
        QTRY_VERIFY(isDead(textOf(got->output)));
    }

    void aStopKillsTheWholeGroup() {
        const QTemporaryDir folder;
        const std::string file = folder.filePath(QStringLiteral("pid")).toStdString();
        const std::string script =
            "trap '' TERM; /bin/sleep 1000 & echo $! > \"$0.new\"; /bin/mv \"$0.new\" \"$0\"; wait";
        std::stop_source stop;
        std::jthread stopper{[&](const std::stop_token& gaveUp) {
            while (!fs::exists(file) && !gaveUp.stop_requested()) std::this_thread::yield();
            stop.request_stop();
        }};
        CommandHandler handler;
        const auto got =
            answerTo(handler, RunCommand{{"-c", script, file}, {}}, "/bin/sh", stop.get_token());
        QVERIFY2(absl::IsCancelled(got.status()), refusalOf(got).c_str());
        std::string pid;
        std::ifstream{file} >> pid;
        QVERIFY(!pid.empty());
        QTRY_VERIFY(isDead(pid));
    }

    void aStopBeforehandStartsNothing() {
        const QTemporaryDir folder;
        const std::string file = folder.filePath(QStringLiteral("made")).toStdString();
        std::stop_source stop;
        stop.request_stop();
        CommandHandler handler;
        const auto got =
            answerTo(handler, RunCommand{{file}, {}}, "/usr/bin/touch", stop.get_token());
        QVERIFY(absl::IsCancelled(got.status()));
        QVERIFY(!fs::exists(file));
    }

    void aCommandThatNeverEndsTimesOut() {
        HandlerTable table;
        QVERIFY(table.add("command.run", std::make_unique<CommandHandler>()).ok());
        EffectPool pool{std::move(table)};
        auto request = requestOf(RunCommand{{"1000"}, {}}, "/bin/sleep");
        request.timeout = std::chrono::milliseconds{50};
        pool.submit(request);
        QVERIFY(pool.waitFor(std::chrono::minutes{1}));
        QVERIFY(pool.take().at(0).status == effect::EffectStatus::kTimedOut);
        QTRY_COMPARE(pool.stats().running, std::size_t{0});
        pool.submit(requestOf(RunCommand{{"1000"}, {}}, "/bin/sleep", 2));
        pool.shutdown();
        QVERIFY(pool.take().at(0).status == effect::EffectStatus::kCancelled);
    }

    void manyAtATime() {
        HandlerTable table;
        QVERIFY(table.add("command.run", std::make_unique<CommandHandler>()).ok());
        EffectPool pool{std::move(table), {.threads = 4}};
        constexpr std::size_t kMany = 60;
        for (std::uint64_t i = 1; i <= kMany; ++i)
            pool.submit(requestOf(RunCommand{{}, bytesOf(std::to_string(i))}, "/bin/cat", i));
        std::size_t done = 0;
        while (done < kMany && pool.waitFor(std::chrono::minutes{1}))
            for (const auto& completion : pool.take()) {
                const auto ended = value::decoded<CommandEnded>(completion.payload);
                QVERIFY2(ended.has_value(), completion.text.c_str());
                QCOMPARE(textOf(ended->output), std::to_string(completion.ordinal));
                ++done;
            }
        QCOMPARE(done, kMany);
    }

    void whatCannotBeStartedSaysWhy() {
        const QTemporaryDir folder;
        const std::string plain = folder.filePath(QStringLiteral("plain")).toStdString();
        std::ofstream{plain} << "#!/nowhere/interpreter\n";
        ARIADNE_VERIFY_HOLDS(refusalOf(ran("/bin/no-such-program", {})), "NOT_FOUND");
        ARIADNE_VERIFY_HOLDS(refusalOf(ran("/bin", {})), "FAILED_PRECONDITION");
        ARIADNE_VERIFY_HOLDS(refusalOf(ran(plain, {})), "PERMISSION_DENIED");
        fs::permissions(plain, fs::perms::owner_all);
        ARIADNE_VERIFY_HOLDS(refusalOf(ran(plain, {})), "(it, or its interpreter)");
        for (const char* scope : {"", "cat", "/bin/../bin/cat", "/bin//cat", "/bin/cat/"})
            ARIADNE_VERIFY_HOLDS(refusalOf(ran(scope, {})), "INVALID_ARGUMENT");
    }

    void limitsAreNamed() {
        const CommandLimits limits{.argumentsMax = 2, .argumentBytesMax = 10, .inputBytesMax = 3};
        const auto refused = [&](std::vector<std::string> arguments, const char* input = "") {
            return refusalOf(ran("/bin/echo", std::move(arguments), bytesOf(input), limits));
        };
        QCOMPARE(refused({"1234", "1234"}, "123"), std::string{"OK"});
        ARIADNE_VERIFY_HOLDS(refused({"", "", ""}), "limit argumentsMax (2) reached");
        ARIADNE_VERIFY_HOLDS(refused({"1234567890"}), "limit argumentBytesMax (10) reached");
        ARIADNE_VERIFY_HOLDS(refused({}, "1234"), "limit inputBytesMax (3) reached");
        ARIADNE_VERIFY_HOLDS(refused({std::string{"a\0b", 3}}), "holds a NUL");
    }
};

QTEST_GUILESS_MAIN(TestEffectCommand)
#include "tst_effect_command.moc"
