#include "recorder/materialise.h"

#include "engine/base/status_macros.h"
#include "recorder/digest_comparer.h"
#include "recorder/rerun.h"
#include "tracefmt/format.h"
#include "tracefmt/tail_format.h"

#include <algorithm>
#include <span>
#include <system_error>

namespace ariadne::recorder {
namespace {

/// Rounds between two looks at cancel and progress.
constexpr std::uint64_t kRoundsPerLook = 256;

/// Shows the recorder everything, as if it were alone, and the comparer what it needs.
class ComparedRecording final : public kernel::EventSink {
public:
    ComparedRecording(Recorder& recorder, DigestComparer& comparer)
        : recorder_(recorder), comparer_(comparer) {}

    bool wantsChanges() const override { return recorder_.wantsChanges(); }
    void onTypes(std::span<const TypeDesc> types) override {
        recorder_.onTypes(types);
        comparer_.onTypes(types);
    }
    void onBirth(const CellBirth& birth) override { recorder_.onBirth(birth); }
    void onEvent(const EventRow& row) override {
        recorder_.onEvent(row);
        comparer_.onEvent(row);
    }
    bool affordsSnapshot(const kernel::ImageSize& size) override {
        return recorder_.affordsSnapshot(size);
    }
    bool wantsSnapshot(Position position) override { return recorder_.wantsSnapshot(position); }
    bool wantsWholeSnapshot() override { return recorder_.wantsWholeSnapshot(); }
    void onSnapshot(WorldImage image) override {
        comparer_.compareState(image.position, image.stateDigest);
        lastImageAt_ = image.position;
        recorder_.onSnapshot(std::move(image));
    }

    /// After a round: looks at the state where the trace has one and the recorder wanted none.
    void compareStateOf(kernel::World& world) {
        const Position at = world.position();
        if (at == lastImageAt_ || !comparer_.knowsStateAt(at)) return;
        lastImageAt_ = at;
        comparer_.compareState(at, world.image().stateDigest);
    }

private:
    Recorder& recorder_;
    DigestComparer& comparer_;
    Position lastImageAt_;
};

/// `world` stands at `recorded`, with types numbered in its own way.
absl::Status beginRecording(kernel::World& world, const WorldImage& recorded, Recorder& recorder,
                            DigestComparer& comparer) {
    WorldImage image = world.image();
    comparer.compareState(image.position, image.stateDigest);
    image.eventDigest = recorded.eventDigest;
    image.changeDigest = recorded.changeDigest;
    return recorder.beginAt(std::span{world.births()}.subspan(1), image,
                            tracefmt::GapCause::kRetention, "made from a snapshot");
}

/// `rerun` is prepared, nothing was recorded.
absl::StatusOr<MaterialiseResult> recordAgain(tracefmt::TraceReader& reader, Rerun& rerun,
                                              Recorder& recorder,
                                              const MaterialiseOptions& options) {
    const WorldImage* image = rerun.image();
    const EventDigest digest =
        image != nullptr ? EventDigest{image->eventDigest, image->changeDigest} : EventDigest{};
    DigestComparer comparer{reader, rerun.from(), std::min(options.to, reader.lastPosition()),
                            digest};
    ComparedRecording sink{recorder, comparer};
    ARIADNE_RETURN_IF_ERROR(rerun.begin(&sink));
    if (image != nullptr)
        ARIADNE_RETURN_IF_ERROR(beginRecording(rerun.world(), *image, recorder, comparer));
    for (std::uint64_t round = 1; !comparer.done(); ++round) {
        ARIADNE_ASSIGN_OR_RETURN(const bool goesOn, rerun.step());
        if (!goesOn) break;
        sink.compareStateOf(rerun.world());
        if (round % kRoundsPerLook != 0) continue;
        if (options.cancel != nullptr && options.cancel->load())
            return absl::CancelledError("cancelled");
        if (options.progress) options.progress(comparer.at());
        ARIADNE_RETURN_IF_ERROR(recorder.status());
    }
    comparer.ended();
    MaterialiseResult result;
    ARIADNE_ASSIGN_OR_RETURN(result.recorded, recorder.finish());
    result.digestsCompared = comparer.digestsCompared();
    result.divergence = std::move(comparer.divergence());
    return result;
}

}  // namespace

absl::StatusOr<MaterialiseResult> materialise(tracefmt::TraceReader& reader,
                                              const std::filesystem::path& file,
                                              const MaterialiseOptions& options) {
    tracefmt::TraceMeta meta = reader.meta();
    if (options.level < meta.level)
        return absl::InvalidArgumentError(
            "found a trace of level " + std::string{nameOf(meta.level)} +
            ", which holds more than level " + std::string{nameOf(options.level)} + " would");
    std::optional<std::size_t> fromSnapshot = options.fromSnapshot;
    if (!fromSnapshot && reader.base().value != 0) fromSnapshot = 0;
    ARIADNE_ASSIGN_OR_RETURN(const std::unique_ptr<Rerun> rerun,
                             Rerun::prepare(reader, fromSnapshot));
    meta.level = options.level;
    meta.segment = 0;
    meta.minViewMinor =
        rerun->image() != nullptr ? tracefmt::kMidRunMinor : tracefmt::kIncrementsMinor;
    meta.minReplayMinor = tracefmt::kWaitsMinor;
    ARIADNE_ASSIGN_OR_RETURN(std::unique_ptr<Recorder> recorder, Recorder::create(file, meta));
    absl::StatusOr<MaterialiseResult> made = recordAgain(reader, *rerun, *recorder, options);
    if (made.ok()) return made;
    recorder.reset();
    for (const auto& left : {file, tracefmt::tailPathOf(file)}) {
        std::error_code gone;
        std::filesystem::remove(left, gone);
    }
    return made;
}

}  // namespace ariadne::recorder
