#include "recorder/snapshot_pace.h"

#include <algorithm>

namespace ariadne::recorder {
namespace {

/// Events between snapshots at least: bounds what a seek has to apply again to a few milliseconds.
constexpr std::uint64_t kEventsPerSnapshotMin = 32'768;
/// Bytes of a snapshot each event between two may cost: keeps snapshots a small share of the file
/// and of what recording takes; and a few 100,000 events are executed again in a few 10 ms.
constexpr std::uint64_t kSixteenthsPerEvent = 2 * 16;
/// The same where a file keeps inputs only, which are often none at all.
constexpr std::uint64_t kThriftySixteenthsPerEvent = 8;
/// Changes of more than one cell in so many save too little.
constexpr std::uint64_t kChangedShare = 4;

/// Of a snapshot that comes out of turn: what is not its rows, types above all.
constexpr std::uint64_t kBesidesRows = 8 * 1024;

/// Of one birth in a copy of the tables, about.
constexpr std::uint64_t kBirthBytes = 32;

/// Of a small cell, and of a short message, about.
constexpr std::uint64_t kCellBytes = 64;
constexpr std::uint64_t kMessageBytes = 40;

std::uint64_t bytesOf(const WorldImage& image) {
    std::uint64_t bytes = image.timers.size() * 32 + image.gone.size() * sizeof(Rank);
    for (const CellImage& cell : image.cells) {
        bytes += 48 + cell.state.size();
        for (const auto* lane : {&cell.control, &cell.mailbox, &cell.stash})
            for (const MessageImage& message : *lane) bytes += 32 + message.payload.size();
    }
    // With a whole one goes a copy of all births so far.
    return image.isWhole() ? bytes + image.births * kBirthBytes : bytes;
}

}  // namespace

SnapshotPace::SnapshotPace(bool increments, bool thrifty)
    : increments_(increments),
      thrifty_(thrifty),
      sixteenths_(thrifty ? kThriftySixteenthsPerEvent : kSixteenthsPerEvent),
      interval_(kEventsPerSnapshotMin) {}

bool SnapshotPace::affordsMade(std::uint64_t events, const WorldImage& image) const {
    return bytesOf(image) <= bytesFor(events - madeAt_);
}

std::uint64_t SnapshotPace::incrementBytes() const {
    return incrementBytes_ != 0 ? incrementBytes_ : wholeBytes_ / kChangedShare;
}

bool SnapshotPace::affords(std::uint64_t events, const kernel::ImageSize& size) const {
    std::uint64_t bytes =
        size.cells * kCellBytes + size.messages * kMessageBytes + size.births * kBirthBytes;
    if (!nextIsWhole()) bytes = std::min(bytes, incrementBytes());
    if (failed_ && events - madeAt_ < interval_)
        return (firstFailure_ && !thrifty_) ||
               spent_ + bytes + (failuresServed_ + 1) * kBesidesRows <= bytesFor(events);
    return events - madeAt_ >= eventsFor(bytes);
}

void SnapshotPace::refused(const WorldImage& image) {
    forgetFailure();
    // Changes from now on are those since the one that is not kept.
    position_ = {};
    interval_ = std::max(interval_, eventsFor(std::max(bytesOf(image), wholeBytes_)));
}

void SnapshotPace::made(std::uint64_t events, const WorldImage& image) {
    const std::uint64_t bytes = bytesOf(image);
    if (image.isWhole()) {
        wholeBytes_ = bytes;
        cells_ = image.cells.size();
        inARow_ = 0;
        if (wholeOnesAhead_ != 0) --wholeOnesAhead_;
    } else {
        incrementBytes_ = bytes;
        for (const CellImage& cell : image.cells) cells_ += cell.rank.value > births_ ? 1 : 0;
        for (const Rank rank : image.gone) cells_ -= rank.value <= births_ ? 1 : 0;
        ++inARow_;
        if (image.cells.size() * kChangedShare > cells_) wholeOnesAhead_ = kIncrementsInARow;
    }
    if (failed_) ++failuresServed_;
    forgetFailure();
    // What all took beyond what the events before had saved up, those after it have to.
    spent_ += bytes;
    const std::uint64_t owed = spent_ - std::min(spent_, bytesFor(events));
    births_ = image.births;
    position_ = image.position;
    madeAt_ = events;
    const std::uint64_t next = nextIsWhole() ? wholeBytes_ : incrementBytes();
    interval_ = std::max(kEventsPerSnapshotMin, eventsFor(std::max(next, owed)));
}

}  // namespace ariadne::recorder
