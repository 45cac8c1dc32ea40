#include "recorder/program_library.h"
#include "tests/recorder/support/till.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::test;
using recorder::ProgramRun;

class TstProgramRun : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    std::filesystem::path in(const char* name) {
        return std::filesystem::path{folder_.path().toStdString()} / name;
    }

private Q_SLOTS:
    void digestsAreTheSameRecordedOrNot() {
        auto recorded = ProgramRun::start({"till", {}, 6, kernel::Policy::kRounds, in("r.clew")});
        auto plain = ProgramRun::start({"till", {}, 6, kernel::Policy::kRounds, std::nullopt});
        while ((*recorded)->step()) {
        }
        while ((*plain)->step()) {
        }
        const auto a = (*recorded)->finish(""), b = (*plain)->finish("");
        QVERIFY(a.ok() && b.ok());
        QCOMPARE(a->events, b->events);
        QCOMPARE(a->changes, b->changes);
        QCOMPARE(a->state, b->state);
        QVERIFY((*recorded)->recorded().has_value() && !(*plain)->recorded().has_value());
    }

    void unknownProgramsListTheKnown() {
        const auto status =
            ProgramRun::start({"tiil", {}, 1, kernel::Policy::kRounds, in("x.clew")}).status();
        QCOMPARE(status.code(), absl::StatusCode::kNotFound);
        QVERIFY(status.message().find("till") != absl::string_view::npos);
        QVERIFY(!std::filesystem::exists(in("x.clew")));
    }

    void wrongArgumentsLeaveNoFile() {
        for (const ArgumentTexts& args :
             {ArgumentTexts{{"customer", "3"}}, ArgumentTexts{{"customers", "-3"}},
              ArgumentTexts{{"leak", "maybe"}}}) {
            const auto status =
                ProgramRun::start({"till", args, 1, kernel::Policy::kRounds, in("y.clew")})
                    .status();
            QCOMPARE(status.code(), absl::StatusCode::kInvalidArgument);
            QVERIFY(!std::filesystem::exists(in("y.clew")));
        }
    }

    void placesThatCannotBeWrittenAreRefusedBeforeTheRun() {
        writeFile(in("notes.txt"), asBytes("my notes"));
        const auto refused = [&](const std::filesystem::path& file) {
            return ProgramRun::start({"till", {}, 1, kernel::Policy::kRounds, file}).status();
        };
        QCOMPARE(refused(in("notes.txt")).code(), absl::StatusCode::kAlreadyExists);
        QVERIFY(fileBytes(in("notes.txt")).size() == 8);
        QVERIFY(!refused(in("notes.txt/below.clew")).ok());
        QVERIFY(!refused(in("no/such/folder.clew")).ok());
        QVERIFY(!refused(folder_.path().toStdString()).ok());
    }

    void aTraceMayBeReplacedButNotWhileItIsWritten() {
        recordTill(folder_, "again.clew", 1);
        auto run = ProgramRun::start({"till", {}, 2, kernel::Policy::kRounds, in("again.clew")});
        QVERIFY(run.ok());
        QVERIFY(
            !ProgramRun::start({"till", {}, 3, kernel::Policy::kRounds, in("again.clew")}).ok());
        QVERIFY((*run)->finish("").ok());
    }

    void aFolderWithoutProgramsHoldsNone() {
        QVERIFY(recorder::loadPrograms(in("nowhere")).empty());
        writeFile(in("broken.so"), asBytes("not a library"));
        const auto problems = recorder::loadPrograms(folder_.path().toStdString());
        QCOMPARE(problems.size(), std::size_t{1});
        QVERIFY(problems[0].message().find("broken.so") != absl::string_view::npos);
    }
};

QTEST_GUILESS_MAIN(TstProgramRun)
#include "tst_program_run.moc"
