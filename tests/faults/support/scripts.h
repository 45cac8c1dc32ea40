// Ways to write a small trace, each with other chunks in it, by whoever wants to see it fail.
#pragma once

#include "tests/support/image_changes.h"
#include "tests/tracefmt/snapshot_chain.h"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace ariadne::faults {

/// Writes on until something is refused; from then on nothing but finish() is asked for, as a
/// recorder does. Thread-confined.
class Pen {
public:
    /// Calls the writer for the pen, or does something around that.
    using Around = std::function<absl::Status(const std::function<absl::Status()>&)>;

    /// `acknowledged` is told of every sync that succeeded.
    explicit Pen(
        tracefmt::TraceWriter& writer, std::function<void()> acknowledged = [] {},
        Around around = [](const std::function<absl::Status()>& call) { return call(); })
        : writer_(writer), acknowledged_(std::move(acknowledged)), around_(std::move(around)) {}

    const absl::Status& status() const { return status_; }

    void start() {
        const auto types = tracefmt::someTypes();
        const auto births = tracefmt::someBirths();
        attempt([&] { return writer_.addTypes(types); });
        attempt([&] { return writer_.addBirths(births); });
    }
    void rows(std::uint32_t count) {
        const tracefmt::Rows rows = tracefmt::typicalRows(count, 3, next_);
        attempt([&] { return writer_.addEvents(rows.rows); });
        next_ += count;
    }
    /// One row with a payload of that many bytes, which shrink to about a sixth.
    void largeRow(std::size_t bytes) {
        tracefmt::Rows rows = tracefmt::typicalRows(1, 3, next_);
        Bytes payload(bytes);
        std::mt19937_64 random(next_);
        for (std::size_t i = 0; i < bytes; ++i)
            payload[i] = i % 6 == 0 ? static_cast<std::byte>(random()) : std::byte{7};
        rows.rows[0].payload = rows.keep(std::move(payload));
        attempt([&] { return writer_.addEvents(rows.rows); });
        ++next_;
    }
    /// Whole the first time and when wanted, else what changed since the one before.
    void snapshot(bool whole = false) {
        const Position at{next_ - 1};
        if (image_.position.value == 0) {
            image_ = tracefmt::someImage(at, tracefmt::someBirths(), writer_.digest());
            attempt([&] { return writer_.addSnapshot(image_); });
            return;
        }
        const auto births = tracefmt::someBirths(image_.births + 1);
        attempt([&] { return writer_.addBirths(std::span{births}.last(1)); });
        const WorldImage before = image_;
        image_ = tracefmt::laterThan(before, writer_.digest(), at);
        const WorldImage added = whole ? image_ : test::changesBetween(before, image_);
        attempt([&] { return writer_.addSnapshot(added); });
    }
    void note() {
        const tracefmt::HostNote note = tracefmt::someNote();
        attempt([&] { return writer_.addNote(note); });
    }
    void gap(std::uint64_t positions) {
        const tracefmt::TraceGap gap{
            {next_}, {next_ + positions - 1}, tracefmt::GapCause::kPaused, "asked for"};
        attempt([&] { return writer_.addGap(gap); });
        next_ += positions;
    }
    void sync() {
        attempt([&] { return writer_.sync(); });
        if (status_.ok()) acknowledged_();
    }
    absl::Status finish() {
        TraceStats stats = tracefmt::someStats();
        const absl::Status finished = around_([&] { return writer_.finish(std::move(stats)); });
        if (finished.ok()) acknowledged_();
        return finished;
    }

private:
    using TraceStats = tracefmt::TraceStats;

    void attempt(const std::function<absl::Status()>& write) {
        if (status_.ok()) status_ = around_(write);
    }

    tracefmt::TraceWriter& writer_;
    std::function<void()> acknowledged_;
    Around around_;
    absl::Status status_;
    std::uint64_t next_ = 1;
    WorldImage image_;
};

struct Script {
    const char* name;
    void (*write)(Pen&);
};

/// Together they have every type of chunk, whole and incremental snapshots, notes, gaps, blobs of
/// several blocks, and an index in the middle.
inline std::span<const Script> scripts() {
    static constexpr Script kScripts[]{
        {"everything",
         [](Pen& pen) {
             pen.start();
             pen.rows(6);
             pen.snapshot();
             pen.sync();
             pen.note();
             pen.gap(3);
             pen.rows(40);
             pen.snapshot();
             pen.rows(5);
             pen.sync();
             pen.rows(7);
             pen.note();
             pen.snapshot(true);
             pen.rows(9);
         }},
        {"many snapshots",
         [](Pen& pen) {
             pen.start();
             for (int i = 0; i < 12; ++i) {
                 pen.rows(20);
                 pen.snapshot(i == 7);
                 if (i % 4 == 2) pen.sync();
             }
             pen.rows(3);
         }},
        {"large blobs",
         [](Pen& pen) {
             pen.start();
             for (int i = 0; i < 4; ++i) {
                 pen.rows(10);
                 pen.largeRow(70'000);
                 if (i == 1) pen.sync();
             }
             pen.snapshot();
         }},
        {"an index in the middle",
         [](Pen& pen) {
             pen.start();
             for (int i = 0; i < 300; ++i) {
                 pen.rows(2);
                 if (i == 100) pen.snapshot();
                 if (i % 70 == 69) pen.sync();
             }
         }},
        {"never synced",
         [](Pen& pen) {
             pen.start();
             for (int i = 0; i < 25; ++i) {
                 pen.rows(30);
                 if (i % 10 == 4) pen.snapshot();
             }
         }},
    };
    return kScripts;
}

/// The meta all scripts are written with; another seed makes another file id.
inline tracefmt::TraceMeta scriptMeta(std::uint64_t seed = 1) {
    tracefmt::TraceMeta meta = tracefmt::chainMeta();
    meta.seed = seed;
    return meta;
}

/// What the script gives on a disk that refuses nothing.
inline std::shared_ptr<Bytes> wholeTrace(const Script& script, std::uint64_t seed = 1) {
    auto disk = std::make_unique<tracefmt::MemoryDisk>();
    std::shared_ptr<Bytes> bytes = disk->bytes();
    const auto writer =
        tracefmt::valueOf(tracefmt::TraceWriter::create(std::move(disk), scriptMeta(seed)));
    Pen pen{*writer};
    script.write(pen);
    tracefmt::check(pen.status());
    tracefmt::check(pen.finish());
    return bytes;
}

}  // namespace ariadne::faults
