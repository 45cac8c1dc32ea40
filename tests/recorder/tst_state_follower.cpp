#include "recorder/state_follower.h"
#include "tests/recorder/support/till.h"
#include "tests/support/must.h"

#include <QTemporaryDir>
#include <QTest>

#include <vector>

using namespace ariadne;
using namespace ariadne::test;

namespace {

/// Walks over all rows that can be read and holds every state against what History says there.
struct Walked {
    std::size_t compared = 0;
    std::size_t unknown = 0;  ///< to both
    std::string difference;

    explicit Walked(tracefmt::TraceReader& reader) {
        recorder::History followed{reader}, asked{reader};
        recorder::StateFollower follower{followed};
        for (std::size_t i = 0; i < reader.chunks().size(); ++i) {
            const auto chunk = must(reader.chunk(i));
            for (std::uint32_t j = 0; j < chunk->count(); ++j) {
                const EventRow row = chunk->row(j);
                if (row.kind == EventKind::kSpawn || row.kind == EventKind::kRestart) {
                    must(absl::StatusOr<bool>{follower.begin(row).ok()});
                    continue;
                }
                if (row.kind != EventKind::kDeliver) continue;
                const auto before = row.change.empty() ? follower.keep(row, nullptr)
                                                       : follower.change(row, nullptr);
                compare(asked, row, before, follower);
                if (!difference.empty()) return;
            }
        }
    }

private:
    void compare(recorder::History& asked, const EventRow& row,
                 const absl::StatusOr<const value::StateValue*>& before,
                 const recorder::StateFollower& follower) {
        const auto wanted = asked.cellAt({row.seq.value - 1}, row.cell);
        if (wanted.ok() != before.ok()) {
            difference = "one knows the state at " + std::to_string(row.seq.value);
        } else if (!before.ok()) {
            ++unknown;
        } else if ((*before)->encode() != wanted->state.encode()) {
            difference = "another state in front of " + std::to_string(row.seq.value);
        } else if (follower.after().encode() !=
                   must(asked.cellAt(row.seq, row.cell)).state.encode()) {
            difference = "another state behind " + std::to_string(row.seq.value);
        } else {
            ++compared;
        }
    }
};

class StateFollowerTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { file_ = recordTill(folder_, "till.clew", 1, {{"customers", "900"}}); }

    void statesAreThoseOfTheHistory() {
        const auto reader = must(tracefmt::TraceReader::open(file_));
        const Walked walked{*reader};
        QCOMPARE(walked.difference, std::string{});
        QCOMPARE(walked.unknown, std::size_t{0});
        QVERIFY(walked.compared > 500);
    }

    /// What a state became where nobody can look is not taken from in front of it.
    void behindAGapAStateIsLookedUpAnew() {
        std::size_t middle = 0;
        {
            const auto reader = must(tracefmt::TraceReader::open(file_));
            QVERIFY(reader->chunks().size() >= 3);
            middle = reader->chunks().size() / 2;
            Bytes bytes = fileBytes(file_);
            bytes[reader->chunks()[middle].offset + reader->chunks()[middle].storedBytes / 2] ^=
                std::byte{1};
            writeFile(broken(), bytes);
        }
        tracefmt::ReadOptions options;
        options.reading = tracefmt::Reading::kSalvage;
        const auto reader = must(tracefmt::TraceReader::open(broken(), options));
        QCOMPARE(reader->gaps().size(), std::size_t{1});
        const Walked walked{*reader};
        QCOMPARE(walked.difference, std::string{});
        QVERIFY(walked.compared > 100);
    }

private:
    std::filesystem::path broken() const { return folder_.path().toStdString() + "/broken.clew"; }

    QTemporaryDir folder_;
    std::filesystem::path file_;
};

}  // namespace

QTEST_GUILESS_MAIN(StateFollowerTest)
#include "tst_state_follower.moc"
