#include "recorder/segments.h"

#include "engine/base/status_macros.h"

#include <algorithm>
#include <span>
#include <utility>

namespace ariadne::recorder {

Segments::Segments(const tracefmt::TraceMeta& meta, const SegmentOptions& options, Create create,
                   Remove remove)
    : meta_(meta),
      options_(options),
      create_(std::move(create)),
      remove_(std::move(remove)),
      births_(1) {}

absl::StatusOr<std::unique_ptr<Segments>> Segments::create(const tracefmt::TraceMeta& meta,
                                                           const SegmentOptions& options,
                                                           Create create, Remove remove) {
    std::unique_ptr<Segments> segments(
        new Segments(meta, options, std::move(create), std::move(remove)));
    ARIADNE_ASSIGN_OR_RETURN(segments->now_, segments->begin());
    segments->firstId_ = segments->now_->fileId();
    return segments;
}

absl::StatusOr<std::unique_ptr<tracefmt::TraceWriter>> Segments::begin() {
    meta_.segment = number_ + 1;
    ARIADNE_ASSIGN_OR_RETURN(std::unique_ptr<tracefmt::WriteFile> file, create_(number_ + 1));
    ++number_;
    return tracefmt::TraceWriter::create(std::move(file), meta_);
}

absl::Status Segments::beginAt(std::span<const TypeDesc> types, std::span<const CellBirth> births,
                               const WorldImage& image, tracefmt::GapCause cause,
                               std::string note) {
    for (const TypeDesc& type : types) types_.add(type);
    births_.insert(births_.end(), births.begin(), births.end());
    return now_->beginAt(types, births, image, cause, std::move(note));
}

absl::Status Segments::addTypes(std::span<const TypeDesc> types) {
    for (const TypeDesc& type : types) types_.add(type);
    return now_->addTypes(types);
}

absl::Status Segments::addBirths(std::span<const CellBirth> births) {
    births_.insert(births_.end(), births.begin(), births.end());
    return now_->addBirths(births);
}

void Segments::discard() {
    now_.reset();
    // One more than is kept is there when going on failed.
    const std::uint32_t kept = options_.kept == 0 ? number_ : options_.kept + 1;
    for (std::uint32_t n = 0; n < std::min(kept, number_); ++n) remove_(number_ - n);
}

absl::Status Segments::addSnapshot(const WorldImage& image) {
    if (!image.isWhole() || now_->bytesWritten() < options_.bytesMin)
        return now_->addSnapshot(image);
    return goOnAt(image);
}

absl::StatusOr<std::unique_ptr<tracefmt::TraceWriter>> Segments::beginAtSnapshot(
    const WorldImage& image) {
    ARIADNE_ASSIGN_OR_RETURN(std::unique_ptr<tracefmt::TraceWriter> next, begin());
    if (tail_ != nullptr) tail_->addSegment(number_, next->fileId());
    ARIADNE_RETURN_IF_ERROR(next->beginAt(types_.all().subspan(1), std::span{births_}.subspan(1),
                                          image, tracefmt::GapCause::kRetention,
                                          "in the segments before"));
    // The trailer of the one before says that nothing is missing.
    ARIADNE_RETURN_IF_ERROR(next->sync());
    return next;
}

/// A file with a trailer takes nothing from the tail any more: the next one must be able to, first.
absl::Status Segments::goOnAt(const WorldImage& image) {
    // So that one of its chunks ends where the next file begins.
    ARIADNE_RETURN_IF_ERROR(now_->flush());
    const std::uint32_t before = number_;
    absl::StatusOr<std::unique_ptr<tracefmt::TraceWriter>> next = beginAtSnapshot(image);
    if (!next.ok()) {
        // It holds nothing, and the one before will say what is missing.
        if (number_ != before) remove_(number_);
        return std::move(next).status();
    }
    std::unique_ptr<tracefmt::TraceWriter> ended = std::exchange(now_, *std::move(next));
    tracefmt::TraceStats stats;
    stats.outcomeText = "goes on in segment " + std::to_string(number_);
    stats.stateDigest = image.stateDigest;
    const absl::Status finished = ended->finish(stats);
    bytesBefore_ += ended->bytesWritten();
    if (finished.ok() && options_.kept != 0 && number_ > options_.kept)
        remove_(number_ - options_.kept);
    return finished;
}

}  // namespace ariadne::recorder
