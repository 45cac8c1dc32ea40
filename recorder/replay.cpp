#include "recorder/replay.h"

#include "engine/base/event_digest.h"
#include "engine/base/status_macros.h"
#include "engine/kernel/world.h"
#include "recorder/decisions.h"
#include "recorder/divergence.h"
#include "recorder/program_run.h"
#include "recorder/recorded_inputs.h"
#include "tracefmt/format.h"

#include <algorithm>

namespace ariadne::recorder {
namespace {

using tracefmt::EventChunk;
using tracefmt::TraceReader;

/// Rows compared between two looks at cancel and progress.
constexpr std::uint64_t kRowsPerLook = 8192;

/// Holds every executed row against the recorded one and remembers the first that differs.
class Comparer final : public kernel::EventSink {
public:
    Comparer(History& history, Position from, Position to, EventDigest digest)
        : history_(history),
          reader_(history.reader()),
          at_(from),
          to_(to),
          digest_(digest),
          births_(reader_.births()),
          changes_(reader_.meta().level == tracefmt::Level::kFull) {}

    bool wantsChanges() const override { return changes_; }
    void onTypes(std::span<const TypeDesc> types) override {
        for (const TypeDesc& type : types) types_.add(type);
    }
    void onBirth(const CellBirth& birth) override {
        if (stateTypes_.size() <= birth.rank.value) stateTypes_.resize(birth.rank.value + 1);
        stateTypes_[birth.rank.value] = birth.type;
        if (birth.rank.value >= births_.size()) births_.resize(birth.rank.value + 1);
        births_[birth.rank.value] = birth;
    }
    void onEvent(const EventRow& row) override {
        if (done()) return;
        note(compare(row));
    }
    bool wantsSnapshot(Position position) override {
        if (done()) return false;
        return snapshotIndex(position).has_value();
    }
    void onSnapshot(WorldImage image) override {
        if (done() && at_ != image.position) return;
        if (const auto index = snapshotIndex(image.position)) note(compareSnapshot(*index, image));
    }

    /// True when there is nothing more to compare.
    bool done() const { return divergence_.has_value() || !status_.ok() || at_ >= to_; }
    /// The run is over but the recording is not.
    absl::Status endedEarly() {
        if (done()) return status_;
        ARIADNE_ASSIGN_OR_RETURN(const History::Row row, history_.rowAt({at_.value + 1}));
        ARIADNE_ASSIGN_OR_RETURN(const RowSide side, recordedSide(history_, row));
        divergence_ = divergenceOf({at_.value + 1}, &side, nullptr);
        return absl::OkStatus();
    }

    Position at() const { return at_; }
    std::uint64_t compared() const { return compared_; }
    std::uint64_t digestsCompared() const { return digests_; }
    const absl::Status& status() const { return status_; }
    std::optional<Divergence>& divergence() { return divergence_; }

private:
    void note(absl::Status status) {
        if (status_.ok()) status_ = std::move(status);
    }

    absl::Status compare(const EventRow& row) {
        if (chunk_ == nullptr || !chunk_->contains(row.seq)) {
            ARIADNE_ASSIGN_OR_RETURN(chunk_, reader_.chunkAt(row.seq));
            const auto& chunks = reader_.chunks();
            const auto entry =
                std::upper_bound(chunks.begin(), chunks.end(), row.seq,
                                 [](Position p, const auto& c) { return p < c.first; });
            ARIADNE_ASSIGN_OR_RETURN(
                marks_, reader_.digestMarks(static_cast<std::size_t>(entry - chunks.begin()) - 1));
            nextMark_ = 0;
        }
        const EventRow recorded = chunk_->rowAt(row.seq);
        const std::uint64_t executedHash = types_.at(row.type).hash;
        if (!sameRow(recorded, reader_.types().at(recorded.type).hash, row, executedHash, changes_))
            return diverged(row, executedHash);
        at_ = row.seq;
        ++compared_;
        digest_.add(row, executedHash);
        return compareMark();
    }

    /// Rows are equal up to here; the digests the recorder wrote must say so too.
    absl::Status compareMark() {
        while (nextMark_ < marks_.size() && marks_[nextMark_].position < at_) ++nextMark_;
        if (nextMark_ >= marks_.size() || marks_[nextMark_].position != at_)
            return absl::OkStatus();
        ++digests_;
        const auto& mark = marks_[nextMark_];
        if (mark.events == digest_.events() && (!changes_ || mark.changes == digest_.changes()))
            return absl::OkStatus();
        return absl::DataLossError(
            "the digest recorded at event " + std::to_string(at_.value) +
            " is not the one of the events before it: the file was altered or "
            "written by a defective recorder; run `ariadne verify`");
    }

    absl::Status diverged(const EventRow& row, std::uint64_t typeHash) {
        ARIADNE_ASSIGN_OR_RETURN(const History::Row recorded, history_.rowAt(row.seq));
        ARIADNE_ASSIGN_OR_RETURN(const RowSide a, recordedSide(history_, recorded));
        RowSide b;
        b.row = row;
        b.types = &types_;
        b.typeHash = typeHash;
        if (row.cell.value < stateTypes_.size()) b.stateType = stateTypes_[row.cell.value];
        if (b.stateType.value == 0) b.stateType = sameTypeHere(a.stateType);
        b.path = [this](Rank rank) { return pathOf(rank); };
        b.cellName = [this](CellKey key) {
            for (const CellBirth& birth : births_)
                if (birth.key == key) return birth.path;
            return std::string{"an unborn cell"};
        };
        if (!hasTextPayload(row.kind) && row.kind != EventKind::kNote)
            b.message = {row.type, Bytes{row.payload.begin(), row.payload.end()}};
        value::ShowOptions options;
        options.cellName = b.cellName;
        if (hasTextPayload(row.kind))
            b.text = value::quoted(asText(row.payload), options.textBytesMax);
        else if (!row.payload.empty())
            b.text = value::showLine(types_, row.type, row.payload, options);
        else if (row.kind == EventKind::kDeliver && row.cause == recorded.row.cause)
            b.text = a.text;
        else if (row.type.value != 0)
            b.text = types_.at(row.type).name;
        // What a deliver row carries stands in its cause, which both sides share when it is the
        // same.
        if (row.payload.empty() && row.cause == recorded.row.cause) b.message = a.message;
        if (b.message.payload == a.message.payload) b.message.type = sameTypeHere(a.message.type);
        divergence_ = divergenceOf(row.seq, &a, &b);
        return absl::OkStatus();
    }

    TypeIndex sameTypeHere(TypeIndex recorded) const {
        const std::uint64_t hash = reader_.types().at(recorded).hash;
        for (std::uint32_t i = 1; i < types_.size(); ++i)
            if (types_.at({i}).hash == hash) return {i};
        return {};
    }

    std::string pathOf(Rank rank) const {
        if (rank == kOutside) return "outside";
        return rank.value < births_.size() ? births_[rank.value].path
                                           : "cell " + std::to_string(rank.value);
    }

    std::optional<std::size_t> snapshotIndex(Position position) const {
        const auto& all = reader_.snapshots();
        const auto at = std::lower_bound(all.begin(), all.end(), position,
                                         [](const auto& s, Position p) { return s.position < p; });
        if (at == all.end() || at->position != position) return std::nullopt;
        return static_cast<std::size_t>(at - all.begin());
    }

    absl::Status compareSnapshot(std::size_t index, const WorldImage& executed) {
        ++digests_;
        if (reader_.snapshots()[index].stateDigest == executed.stateDigest) return absl::OkStatus();
        ARIADNE_ASSIGN_OR_RETURN(const WorldImage recorded, reader_.snapshot(index));
        Divergence out;
        out.position = recorded.position;
        out.what =
            "the states at this snapshot differ though the events before it are equal: the "
            "program keeps state outside its actors";
        for (const CellImage& cell : recorded.cells) {
            const auto at =
                std::lower_bound(executed.cells.begin(), executed.cells.end(), cell.rank,
                                 [](const CellImage& c, Rank r) { return c.rank < r; });
            if (at == executed.cells.end() || at->rank != cell.rank ||
                cellDigestOf(*at) == cellDigestOf(cell))
                continue;
            out.recorded.exists = out.executed.exists = true;
            out.recorded.cell = out.executed.cell = history_.pathOf(cell.rank);
            const TypeIndex type = reader_.births()[cell.rank.value].type;
            addValueDifferences(value::showValue(reader_.types(), type, cell.state),
                                value::showValue(reader_.types(), type, at->state), out.fields);
            break;
        }
        divergence_ = std::move(out);
        return absl::OkStatus();
    }

    History& history_;
    TraceReader& reader_;
    Position at_;
    Position to_;
    EventDigest digest_;
    std::vector<CellBirth> births_;
    bool changes_;
    TypeTable types_;
    std::vector<TypeIndex> stateTypes_;
    std::shared_ptr<const EventChunk> chunk_;
    std::vector<TraceReader::DigestMark> marks_;
    std::size_t nextMark_ = 0;
    std::uint64_t compared_ = 0;
    std::uint64_t digests_ = 0;
    absl::Status status_;
    std::optional<Divergence> divergence_;
};

/// The recorded end of a run that a person ended: replay has to end it at the same place. The last
/// report of the metrics stands in front of it; between rounds no other is due.
absl::StatusOr<std::optional<std::string>> endedByHand(History& history, Position next) {
    History::Row row;
    do {
        if (next > history.reader().lastPosition()) return std::nullopt;
        ARIADNE_ASSIGN_OR_RETURN(row, history.rowAt(next));
        ++next.value;
    } while (row.row.kind == EventKind::kMetric);
    if (row.row.kind != EventKind::kEnd || static_cast<Outcome>(row.row.arg) != Outcome::kUntil)
        return std::nullopt;
    return std::string{asText(row.row.payload)};
}

}  // namespace

absl::StatusOr<ReplayResult> replay(History& history, const ReplayOptions& options) {
    TraceReader& reader = history.reader();
    if (reader.meta().minReplayMinor > tracefmt::kFormatMinor)
        return absl::FailedPreconditionError(
            "the trace was made by Ariadne " + reader.meta().engineVersion +
            " and needs one that replays format " + std::to_string(tracefmt::kFormatMajor) + "." +
            std::to_string(reader.meta().minReplayMinor) + ", this one replays " +
            std::to_string(tracefmt::kFormatMajor) + "." + std::to_string(tracefmt::kFormatMinor) +
            ": use that version or a newer one");
    ARIADNE_ASSIGN_OR_RETURN(const Program* program, programOf(reader.meta()));
    ARIADNE_ASSIGN_OR_RETURN(const kernel::WorldOptions worldOptions,
                             worldOptionsOf(reader.meta()));
    if (reader.meta().level == tracefmt::Level::kInputs)
        return absl::FailedPreconditionError(
            "a trace of level inputs holds no events to compare with");
    ReplayResult result;
    result.to = std::min(options.to, reader.lastPosition());
    std::optional<WorldImage> image;
    if (options.fromSnapshot) {
        if (*options.fromSnapshot >= reader.snapshots().size())
            return absl::InvalidArgumentError(
                "no snapshot " + std::to_string(*options.fromSnapshot) + ": this trace has " +
                std::to_string(reader.snapshots().size()) + ", numbered from 0");
        ARIADNE_ASSIGN_OR_RETURN(image, reader.snapshot(*options.fromSnapshot));
        result.from = image->position;
    }
    Comparer comparer{history, result.from, std::max(result.to, result.from),
                      image ? EventDigest{image->eventDigest, image->changeDigest} : EventDigest{}};
    std::unique_ptr<kernel::DecisionSource> decisions;
    if (worldOptions.policy == kernel::Policy::kReplay) {
        // Where the list stops short the trace does too, and the comparison says why.
        RecordedDecisions recorded = decisionsIn(reader);
        decisions = std::make_unique<kernel::ReplayDecisions>(std::move(recorded.list),
                                                              std::move(recorded.undecided));
    }
    kernel::World world{worldOptions, &comparer, decisions.get()};
    if (image) {
        ARIADNE_RETURN_IF_ERROR(
            world.restore(*image, reader.births(), reader.types(), program->cellTypes()));
    } else {
        ARIADNE_RETURN_IF_ERROR(program->start(world, *program, reader.meta().args));
    }
    RecordedInputs inputs{reader, result.from};
    std::uint64_t nextLook = result.from.value + kRowsPerLook;
    while (!comparer.done()) {
        ARIADNE_ASSIGN_OR_RETURN(const std::optional<std::string> ended,
                                 endedByHand(history, {world.position().value + 1}));
        if (ended) world.end(Outcome::kUntil, *ended);
        ARIADNE_RETURN_IF_ERROR(inputs.feed(world));
        if (world.waitsForOutside() || !world.step()) {
            ARIADNE_RETURN_IF_ERROR(comparer.endedEarly());
            break;
        }
        if (comparer.at().value < nextLook) continue;
        nextLook = comparer.at().value + kRowsPerLook;
        if (options.cancel != nullptr && options.cancel->load())
            return absl::CancelledError("cancelled");
        if (options.progress) options.progress(comparer.at());
    }
    ARIADNE_RETURN_IF_ERROR(comparer.status());
    result.eventsCompared = comparer.compared();
    result.digestsCompared = comparer.digestsCompared();
    result.divergence = std::move(comparer.divergence());
    return result;
}

}  // namespace ariadne::recorder
