#include "recorder/black_box.h"

#include "engine/base/status_macros.h"
#include "tracefmt/format.h"
#include "tracefmt/snapshot_codec.h"

#include <algorithm>
#include <span>
#include <utility>

namespace ariadne::recorder {
namespace {

using tracefmt::InputsStretch;

/// Whatever a person would want to look into.
bool endedBadly(Outcome outcome) {
    switch (outcome) {
        case Outcome::kFailed:
        case Outcome::kLimit:
        case Outcome::kUndecided:
        case Outcome::kDeadlock:
        case Outcome::kLeaked: return true;
        default: return false;
    }
}

std::uint64_t bytesOf(const InputsStretch& stretch) {
    return sizeof(InputsStretch) + stretch.rows.size() * (sizeof(CompactRow) + 8) +
           stretch.rows.bytes() + stretch.totals.kindCounts.size() * 16;
}

std::uint64_t bytesOf(const tracefmt::HostNote& note) {
    return sizeof note + note.path.size() + note.state.size() + note.message.size();
}

}  // namespace

BlackBox::BlackBox(std::unique_ptr<tracefmt::WriteFile> file, const tracefmt::TraceMeta& meta,
                   BlackBoxOptions options, std::unique_ptr<Segments> spool)
    : file_(std::move(file)),
      meta_(meta),
      options_(std::move(options)),
      births_(1),
      keeper_(keepsDecisions(meta)),
      pieces_(1),
      spool_(std::move(spool)) {
    meta_.level = tracefmt::Level::kInputs;
    if (!options_.wanted) options_.wanted = endedBadly;
}

/// What was to be added now comes behind the last event of totals_.
void BlackBox::stopSpool(const absl::Status& why) {
    spoolFailed_ = absl::Status(why.code(), "nothing behind event " +
                                                std::to_string(totals_.lastPosition().value) +
                                                " is on the disk: " + std::string{why.message()});
}

absl::Status BlackBox::beginAt(std::span<const TypeDesc> /*types*/,
                               std::span<const CellBirth> /*births*/, const WorldImage& /*image*/,
                               tracefmt::GapCause /*cause*/, std::string /*note*/) {
    return absl::UnimplementedError("a black box begins where its run does");
}

absl::Status BlackBox::addTypes(std::span<const TypeDesc> types) {
    spool([&](Segments& to) { return to.addTypes(types); });
    for (const TypeDesc& type : types) types_.add(type);
    return absl::OkStatus();
}

absl::Status BlackBox::addBirths(std::span<const CellBirth> births) {
    spool([&](Segments& to) { return to.addBirths(births); });
    births_.insert(births_.end(), births.begin(), births.end());
    return absl::OkStatus();
}

absl::Status BlackBox::addEvents(const EventBatch& batch) {
    ARIADNE_RETURN_IF_ERROR(batch.status());
    if (batch.empty()) return absl::OkStatus();
    spool([&](Segments& to) { return to.addEvents(batch); });
    keeper_.add(batch.all(), types_, totals_);
    if (keeper_.keptSome() || keeper_.events() >= tracefmt::kEventsPerInputs) keepInputs();
    dropWhatIsTooMuch();
    return absl::OkStatus();
}

absl::Status BlackBox::addInputs(const InputsStretch& /*stretch*/) {
    return absl::UnimplementedError("a black box takes events");
}

void BlackBox::add(Item item, std::uint64_t bytes) {
    pieces_.back().items.push_back(std::move(item));
    pieces_.back().bytes += bytes;
    bytes_ += bytes;
}

void BlackBox::keepInputs() {
    if (keeper_.events() == 0) return;
    InputsStretch stretch = keeper_.take(totals_);
    const std::uint64_t bytes = bytesOf(stretch);
    add(std::move(stretch), bytes);
}

absl::Status BlackBox::addSnapshot(const WorldImage& image) {
    spool([&](Segments& to) { return to.addSnapshot(image); });
    keepInputs();
    const std::uint64_t bytes = tracefmt::memoryBytesOf(image);
    if (image.isWhole()) {
        pieces_.emplace_back();
        pieces_.back().image = image;
        pieces_.back().bytes = bytes;
        bytes_ += bytes;
    } else {
        add(image, bytes);
    }
    dropWhatIsTooMuch();
    return absl::OkStatus();
}

/// The newest two stay whatever they take: what comes right behind a snapshot is to have something
/// before it.
void BlackBox::dropWhatIsTooMuch() {
    constexpr std::size_t kPiecesMin = 2;
    while (bytes_ > options_.bytesMax && pieces_.size() > kPiecesMin) {
        bytes_ -= pieces_.front().bytes;
        pieces_.pop_front();
    }
}

absl::Status BlackBox::addGap(const tracefmt::TraceGap& gap) {
    return absl::InvalidArgumentError("found a gap from event " + std::to_string(gap.first.value) +
                                      " on in what a black box is to keep, expected none");
}

absl::Status BlackBox::addNote(const tracefmt::HostNote& note) {
    spool([&](Segments& to) { return to.addNote(note); });
    keepInputs();
    add(note, bytesOf(note));
    return absl::OkStatus();
}

absl::Status BlackBox::flush() {
    spool([](Segments& to) { return to.flush(); });
    return absl::OkStatus();
}

absl::Status BlackBox::sync() {
    spool([](Segments& to) { return to.sync(); });
    return absl::OkStatus();
}

tracefmt::Waiting BlackBox::waiting() {
    return spool_ != nullptr ? spool_->waiting() : tracefmt::Waiting{};
}

absl::Status BlackBox::writeWaiting() {
    spool([](Segments& to) { return to.writeWaiting(); });
    return absl::OkStatus();
}

void BlackBox::giveUp(const absl::Status& why) {
    if (gaveUp_.ok()) gaveUp_ = why;
}

absl::Status BlackBox::finish(tracefmt::TraceStats stats) {
    absl::Status finished;
    if (gaveUp_.ok() && !options_.wanted(static_cast<Outcome>(stats.outcome))) {
        finished = file_->close();
    } else {
        keepInputs();
        finished = writeAll(stats);
    }
    // What could not be written is still there.
    if (spool_ != nullptr && finished.ok()) spool_->discard();
    if (spool_ != nullptr && !finished.ok()) spool_->finish(stats).IgnoreError();
    return finished;
}

absl::Status BlackBox::writeAll(const tracefmt::TraceStats& stats) {
    ARIADNE_ASSIGN_OR_RETURN(const std::unique_ptr<tracefmt::TraceWriter> writer,
                             tracefmt::TraceWriter::create(std::move(file_), meta_));
    const auto types = types_.all().subspan(1);
    const auto births = std::span{births_}.subspan(1);
    bool first = true;
    for (const Piece& piece : pieces_) {
        if (!std::exchange(first, false)) {
            ARIADNE_RETURN_IF_ERROR(writer->addSnapshot(piece.image));
        } else if (piece.image.position.value == 0) {
            ARIADNE_RETURN_IF_ERROR(writer->addTypes(types));
            ARIADNE_RETURN_IF_ERROR(writer->addBirths(births));
        } else {
            ARIADNE_RETURN_IF_ERROR(writer->beginAt(types, births, piece.image,
                                                    tracefmt::GapCause::kRetention,
                                                    "a black box keeps the end of a run"));
        }
        for (const Item& item : piece.items) {
            if (const auto* stretch = std::get_if<InputsStretch>(&item))
                ARIADNE_RETURN_IF_ERROR(writer->addInputs(*stretch));
            else if (const auto* image = std::get_if<WorldImage>(&item))
                ARIADNE_RETURN_IF_ERROR(writer->addSnapshot(*image));
            else
                ARIADNE_RETURN_IF_ERROR(writer->addNote(std::get<tracefmt::HostNote>(item)));
        }
    }
    if (!gaveUp_.ok()) writer->giveUp(gaveUp_);
    const absl::Status finished = writer->finish(stats);
    bytesWritten_ = writer->bytesWritten();
    return finished;
}

}  // namespace ariadne::recorder
