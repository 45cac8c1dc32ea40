#include "recorder/replay.h"

#include "engine/base/event_digest.h"
#include "engine/base/status_macros.h"
#include "recorder/digest_comparer.h"
#include "recorder/divergence.h"
#include "recorder/rerun.h"

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

/// Runs to where `sink` has seen enough. Looks at `options` now and then.
template <class Sink>
absl::Status runFor(Sink& sink, Rerun& rerun, const ReplayOptions& options) {
    ARIADNE_RETURN_IF_ERROR(rerun.begin(&sink));
    std::uint64_t nextLook = rerun.from().value + kRowsPerLook;
    while (!sink.done()) {
        ARIADNE_ASSIGN_OR_RETURN(const bool goesOn, rerun.step());
        if (!goesOn) return absl::OkStatus();
        if (sink.at().value < nextLook) continue;
        nextLook = sink.at().value + kRowsPerLook;
        if (options.cancel != nullptr && options.cancel->load())
            return absl::CancelledError("cancelled");
        if (options.progress) options.progress(sink.at());
    }
    return absl::OkStatus();
}

/// Nothing can be run across missing events; says where it can be.
absl::Status checkUnbroken(const TraceReader& reader, Position from, Position to) {
    const auto& gaps = reader.gaps();
    const auto gap = std::find_if(gaps.begin(), gaps.end(), [&](const tracefmt::TraceGap& g) {
        return g.first <= to && (g.last.value == 0 || g.last > from);
    });
    if (gap == gaps.end()) return absl::OkStatus();
    const auto number = [](std::uint64_t n) { return std::to_string(n); };
    std::string text = "the events " + number(gap->first.value) + " to " +
                       (gap->last.value == 0 ? "the end" : number(gap->last.value)) +
                       " are missing (" + std::string{nameOf(gap->cause)} +
                       "), and a replay does not go across them";
    const auto& all = reader.snapshots();
    const auto behind = std::find_if(all.begin(), all.end(), [&](const auto& snapshot) {
        return gap->last.value != 0 && snapshot.position >= gap->last;
    });
    if (behind != all.end())
        text += "; replay from snapshot " +
                number(static_cast<std::uint64_t>(behind - all.begin())) + ", which stands at " +
                number(behind->position.value);
    if (gap->first.value > from.value + 1)
        text +=
            (behind != all.end() ? " or up to " : "; replay up to ") + number(gap->first.value - 1);
    return absl::FailedPreconditionError(text);
}

}  // namespace

absl::StatusOr<ReplayResult> replay(History& history, const ReplayOptions& options) {
    TraceReader& reader = history.reader();
    ARIADNE_ASSIGN_OR_RETURN(const std::unique_ptr<Rerun> rerun,
                             Rerun::prepare(reader, options.fromSnapshot));
    ReplayResult result;
    result.from = rerun->from();
    result.to = std::min(options.to, reader.lastPosition());
    ARIADNE_RETURN_IF_ERROR(checkUnbroken(reader, result.from, result.to));
    const Position to = std::max(result.to, result.from);
    const WorldImage* image = rerun->image();
    const EventDigest digest =
        image != nullptr ? EventDigest{image->eventDigest, image->changeDigest} : EventDigest{};
    if (!reader.inputs().empty()) {
        DigestComparer comparer{reader, result.from, to, digest};
        ARIADNE_RETURN_IF_ERROR(runFor(comparer, *rerun, options));
        comparer.ended();
        result.eventsCompared = comparer.at().value - result.from.value;
        result.digestsCompared = comparer.digestsCompared();
        result.divergence = std::move(comparer.divergence());
        return result;
    }
    Comparer comparer{history, result.from, to, digest};
    ARIADNE_RETURN_IF_ERROR(runFor(comparer, *rerun, options));
    ARIADNE_RETURN_IF_ERROR(comparer.endedEarly());
    ARIADNE_RETURN_IF_ERROR(comparer.status());
    result.eventsCompared = comparer.compared();
    result.digestsCompared = comparer.digestsCompared();
    result.divergence = std::move(comparer.divergence());
    return result;
}

}  // namespace ariadne::recorder
