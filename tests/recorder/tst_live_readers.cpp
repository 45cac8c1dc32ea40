// One recording, three readers of it meanwhile: what one of them was shown stays, is true, and the
// run does not notice. ARIADNE_LIVE_CUSTOMERS=N: a longer run, for an hour of it under
// ThreadSanitizer.
#include "engine/base/event_digest.h"
#include "recorder/program_run.h"
#include "tests/recorder/support/till.h"
#include "tests/support/must.h"

#include <QTest>

#include <atomic>
#include <latch>
#include <random>
#include <thread>

using namespace ariadne;
using namespace ariadne::test;
using namespace std::chrono_literals;
using recorder::ProgramRun;
using recorder::RunRequest;
using tracefmt::ChunkEntry;
using tracefmt::EventChunk;
using tracefmt::FileState;
using tracefmt::TraceReader;

namespace {

/// One that looks again and again, and believes nothing.
class Follower {
public:
    Follower(std::filesystem::path file, std::uint64_t seed)
        : reader_(must(TraceReader::open(file))), random_(seed) {
        read();
    }

    /// Looks once; false when there is nothing to come, or something was wrong.
    bool look() {
        if (!problem_.empty() || reader_->state() != FileState::kRecording) return false;
        const auto changed = reader_->refresh();
        if (!changed.ok())
            problem_ = changed.status().ToString();
        else
            read();
        ++looks_;
        return problem_.empty() && reader_->state() == FileState::kRecording;
    }

    /// Empty: all that it ever was shown is in the file, and there is no more.
    std::string problemAtEnd(const recorder::RunDigests& run) const {
        if (!problem_.empty()) return problem_;
        if (reader_->state() != FileState::kClean) return "not clean: " + reader_->damage();
        if (digest_ != EventDigest(run.events, run.changes)) return "other events than the run's";
        return reader_->stats().eventDigest == run.events ? "" : "another digest in the file";
    }
    std::uint64_t looks() const { return looks_; }
    /// What of the run it saw before that ended.
    std::uint64_t seenWhileRecording() const { return seenWhileRecording_; }

private:
    void read() {
        const std::span<const ChunkEntry> now = reader_->chunks();
        if (now.size() < seen_.size() || !std::equal(seen_.begin(), seen_.end(), now.begin()))
            return wrong("a chunk that was shown is gone, or another one");
        for (std::size_t i = seen_.size(); i < now.size() && problem_.empty(); ++i) take(i);
        if (reader_->lastPosition().value != at_)
            return wrong("says it ends at " + std::to_string(reader_->lastPosition().value));
        if (reader_->state() == FileState::kRecording) seenWhileRecording_ = at_;
        if (!seen_.empty()) readAgain(random_() % seen_.size());
    }
    /// The next chunk: it goes on where the one before ended, and is what its index says.
    void take(std::size_t index) {
        const auto chunk = reader_->chunk(index);
        if (!chunk.ok()) return wrong(chunk.status().ToString());
        if ((*chunk)->first().value != at_ + 1) return wrong("a hole");
        for (std::uint32_t row = 0; row < (*chunk)->count(); ++row)
            digest_.add((*chunk)->row(row), reader_->types().at((*chunk)->row(row).type).hash);
        at_ = (*chunk)->last().value;
        seen_.push_back(reader_->chunks()[index]);
        if (EventDigest(seen_.back().eventDigest, seen_.back().changeDigest) != digest_)
            wrong("another digest than its rows have");
    }
    /// One that was shown before still has the digest it had.
    void readAgain(std::size_t index) {
        const auto chunk = reader_->chunk(index);
        if (!chunk.ok()) return wrong(chunk.status().ToString());
        EventDigest digest =
            index == 0 ? EventDigest{}
                       : EventDigest(seen_[index - 1].eventDigest, seen_[index - 1].changeDigest);
        for (std::uint32_t row = 0; row < (*chunk)->count(); ++row)
            digest.add((*chunk)->row(row), reader_->types().at((*chunk)->row(row).type).hash);
        if (EventDigest(seen_[index].eventDigest, seen_[index].changeDigest) != digest)
            wrong("chunk " + std::to_string(index) + " changed");
    }
    void wrong(const std::string& what) {
        if (problem_.empty()) problem_ = what + ", behind " + std::to_string(at_);
    }

    std::unique_ptr<TraceReader> reader_;
    std::mt19937_64 random_;
    std::vector<ChunkEntry> seen_;
    EventDigest digest_;
    std::uint64_t at_ = 0;
    std::uint64_t looks_ = 0;
    std::uint64_t seenWhileRecording_ = 0;
    std::string problem_;
};

std::string customers() {
    const QByteArray asked = qgetenv("ARIADNE_LIVE_CUSTOMERS");
    return asked.isEmpty() ? "20000" : asked.toStdString();
}

}  // namespace

class TstLiveReaders : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    static RunRequest request(const std::filesystem::path& file) {
        return {"till", {{"customers", customers()}}, 5, kernel::Policy::kRounds, file};
    }
    static recorder::RunDigests runOut(ProgramRun& run) {
        while (run.step()) {
        }
        return must(run.finish(""));
    }

private Q_SLOTS:
    void whatWasShownStaysAndTheRunDoesNotNotice() {
        const std::filesystem::path folder{folder_.path().toStdString()};
        const auto unread = must(ProgramRun::start(request(folder / "alone.clew")));
        const recorder::RunDigests alone = runOut(*unread);
        const std::uint64_t half = unread->world().position().value / 2;

        const auto file = folder / "read.clew";
        std::latch started{1};
        std::latch opened{4};
        std::latch halfway{3};
        std::atomic<bool> over = false;
        recorder::RunDigests read;
        std::jthread host{[&] {
            RunRequest asked = request(file);
            asked.visibleEvery = 1ms;
            const auto run = must(ProgramRun::start(asked));
            started.count_down();
            opened.arrive_and_wait();  // or the run may be over before anybody looks
            // Halfway it waits until both that look have seen something of it.
            while (run->world().position().value < half && run->step()) {
            }
            if (!run->flush().ok()) qFatal("not flushed");
            halfway.arrive_and_wait();
            read = runOut(*run);
            over = true;
            over.notify_all();
        }};
        std::vector<std::string> problems(3);
        std::vector<std::uint64_t> looks(3);
        std::vector<std::uint64_t> seen(3);
        {
            std::vector<std::jthread> readers;
            for (std::size_t i = 0; i < problems.size(); ++i)
                readers.emplace_back([&, i] {
                    started.wait();
                    Follower follower{file, i + 1};
                    opened.arrive_and_wait();
                    // The last one holds the file open, and does not look before the end.
                    const bool sleeps = i + 1 == problems.size();
                    if (sleeps) over.wait(false);
                    while (!sleeps && follower.seenWhileRecording() == 0 && follower.look()) {
                    }
                    if (!sleeps) halfway.count_down();
                    while (follower.look()) {
                    }
                    over.wait(false);
                    problems[i] = follower.problemAtEnd(read);
                    looks[i] = follower.looks();
                    seen[i] = follower.seenWhileRecording();
                });
        }
        host.join();
        for (std::size_t i = 0; i < problems.size(); ++i)
            QVERIFY2(problems[i].empty(),
                     ("reader " + std::to_string(i) + ": " + problems[i]).c_str());
        QCOMPARE(read.events, alone.events);
        QCOMPARE(read.changes, alone.changes);
        QCOMPARE(read.state, alone.state);
        qInfo("%llu and %llu looks, saw %llu and %llu events before the end",
              static_cast<unsigned long long>(looks[0]), static_cast<unsigned long long>(looks[1]),
              static_cast<unsigned long long>(seen[0]), static_cast<unsigned long long>(seen[1]));
        QVERIFY(seen[0] > 0 && seen[1] > 0 && looks[2] > 0);
    }
};

QTEST_GUILESS_MAIN(TstLiveReaders)
#include "tst_live_readers.moc"
