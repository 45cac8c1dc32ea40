#include "recorder/segments.h"

#include "engine/base/status_macros.h"

#include <algorithm>
#include <span>
#include <utility>

namespace ariadne::recorder {

std::filesystem::path segmentPath(const std::filesystem::path& name, std::uint32_t number) {
    constexpr std::size_t kDigits = 4;
    std::string digits = std::to_string(number);
    digits.insert(0, kDigits - std::min(kDigits, digits.size()), '0');
    std::filesystem::path out = name;
    out.replace_extension();
    out += "." + digits;
    out += name.extension();
    return out;
}

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
    ARIADNE_RETURN_IF_ERROR(segments->open());
    return segments;
}

absl::Status Segments::open() {
    meta_.segment = number_ + 1;
    ARIADNE_ASSIGN_OR_RETURN(std::unique_ptr<tracefmt::WriteFile> file, create_(number_ + 1));
    ARIADNE_ASSIGN_OR_RETURN(now_, tracefmt::TraceWriter::create(std::move(file), meta_));
    ++number_;
    return absl::OkStatus();
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

absl::Status Segments::addSnapshot(const WorldImage& image) {
    if (!image.isWhole() || now_->bytesWritten() < options_.bytesMin)
        return now_->addSnapshot(image);
    failed_ = goOnAt(image);
    return failed_;
}

absl::Status Segments::finish(tracefmt::TraceStats stats) {
    ARIADNE_RETURN_IF_ERROR(failed_);
    return now_->finish(std::move(stats));
}

absl::Status Segments::goOnAt(const WorldImage& image) {
    tracefmt::TraceStats stats;
    stats.outcomeText = "goes on in segment " + std::to_string(number_ + 1);
    stats.stateDigest = image.stateDigest;
    ARIADNE_RETURN_IF_ERROR(now_->finish(stats));
    bytesBefore_ += now_->bytesWritten();
    ARIADNE_RETURN_IF_ERROR(open());
    ARIADNE_RETURN_IF_ERROR(now_->beginAt(types_.all().subspan(1), std::span{births_}.subspan(1),
                                          image, tracefmt::GapCause::kRetention,
                                          "in the segments before"));
    if (options_.kept != 0 && number_ > options_.kept) remove_(number_ - options_.kept);
    return absl::OkStatus();
}

}  // namespace ariadne::recorder
