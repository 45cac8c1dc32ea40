#include "tracefmt/snapshot_codec.h"

#include "engine/base/status_macros.h"
#include "tracefmt/capnp_message.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <tracefmt/trace.capnp.h>

namespace ariadne::tracefmt {

namespace {

enum Lane : std::uint8_t { kControl = 0, kMailbox = 1, kStash = 2 };
enum BlobColumn : std::uint8_t {
    kCellState = 0,
    kMessagePayload = 1,
    kTimerPayload = 2,
    kFirstState = 3
};

// Not less than the structs with their pointers; strings and blobs come on top.
/// Of a part besides its rows, about.
constexpr std::size_t kPartBytes = 4096;
constexpr std::size_t kCellBytes = 104;
constexpr std::size_t kMessageBytes = 80;
constexpr std::size_t kTimerBytes = 160;
constexpr std::size_t kCareBytes = 184;
constexpr std::size_t kSmallRowBytes = 40;

bool isLarge(ByteView blob) {
    return blob.size() > kInlineBytesMax;
}
std::size_t effectBytes(const CareImage& care) {
    std::size_t bytes = 0;
    for (const EffectImage& effect : care.effects)
        bytes += 80 + effect.name.size() + effect.scope.size() + effect.payload.size() + 24;
    return bytes;
}
std::size_t inlineBytes(ByteView blob) {
    return isLarge(blob) ? 40 : alignedUp(blob.size());
}

void writeMessage(schema::Message::Builder out, Rank cell, std::uint8_t lane,
                  const MessageImage& in) {
    out.setCell(cell.value);
    out.setLane(lane);
    out.setKind(static_cast<std::uint8_t>(in.kind));
    out.setEnqueuedAt(in.enqueuedAt.value);
    out.setSender(in.sender.value);
    out.setType(in.type.value);
    out.setAskId(in.askId);
    out.setAsker(in.asker.value);
    out.setAnswers(in.answers);
    if (!in.payload.empty() && !isLarge(in.payload)) out.setPayload(toData(in.payload));
}

MessageImage readMessageImage(schema::Message::Reader in) {
    MessageImage out;
    out.kind = static_cast<EventKind>(in.getKind());
    out.enqueuedAt.value = in.getEnqueuedAt();
    out.sender.value = in.getSender();
    out.type.value = in.getType();
    out.askId = in.getAskId();
    out.asker.value = in.getAsker();
    out.answers = in.getAnswers();
    const ByteView payload = fromData(in.getPayload());
    out.payload.assign(payload.begin(), payload.end());
    return out;
}

void writeCare(schema::Care::Builder out, Rank cell, const CareImage& in) {
    out.setCell(cell.value);
    out.setRestart(in.restart);
    out.setCancelled(in.cancelled);
    out.setCancelTold(in.cancelTold);
    out.setMaskedTurns(in.maskedTurns);
    out.setIncarnation(in.incarnation);
    out.setRestartsInARow(in.restartsInARow);
    out.setShutdownNs(in.shutdown.count());
    out.setLivesSince(in.livesSince.value);
    out.setFailedIn(in.failedIn.value);
    out.setCancelUntil(in.cancelUntil.value);
    out.setChildOrdinal(in.childOrdinal);
    out.setKernelTimers(in.kernelTimers);
    out.setRegionsOpened(in.regionsOpened);
    out.setObligationsMade(in.obligationsMade);
    out.setMemoryBytesMax(in.memoryBytesMax);
    if (!in.firstState.empty() && !isLarge(in.firstState)) out.setFirstState(toData(in.firstState));
    out.setEffectsMade(in.effectsMade);
    if (!in.effects.empty()) {
        auto effects = out.initEffects(static_cast<unsigned>(in.effects.size()));
        for (unsigned i = 0; i < effects.size(); ++i) {
            const EffectImage& effect = in.effects[i];
            effects[i].setName(toText(effect.name));
            effects[i].setScope(toText(effect.scope));
            effects[i].setPayload(toData(effect.payload));
            effects[i].setOrdinal(effect.ordinal);
            effects[i].setTimeoutNs(effect.timeout.count());
            effects[i].setAskedAt(effect.askedAt.value);
            effects[i].setAnswerHash(effect.answerHash);
        }
    }
    const auto ranks = [](auto list, const std::vector<Rank>& from) {
        for (unsigned i = 0; i < list.size(); ++i) list.set(i, from[i].value);
    };
    if (!in.links.empty()) ranks(out.initLinks(static_cast<unsigned>(in.links.size())), in.links);
    if (!in.parkedHere.empty())
        ranks(out.initParkedHere(static_cast<unsigned>(in.parkedHere.size())), in.parkedHere);
    const auto pairs = [](auto list, const std::vector<std::pair<Rank, std::uint64_t>>& from) {
        for (unsigned i = 0; i < from.size(); ++i) {
            list.set(2 * i, from[i].first.value);
            list.set(2 * i + 1, from[i].second);
        }
    };
    if (!in.owed.empty()) pairs(out.initOwed(static_cast<unsigned>(2 * in.owed.size())), in.owed);
    if (!in.permitQueue.empty())
        pairs(out.initPermitQueue(static_cast<unsigned>(2 * in.permitQueue.size())),
              in.permitQueue);
}

/// `bodyBytes`: of the part that it stands in.
absl::StatusOr<CareImage> readCare(schema::Care::Reader in, std::size_t bodyBytes) {
    CareImage out;
    out.restart = in.getRestart();
    out.cancelled = in.getCancelled();
    out.cancelTold = in.getCancelTold();
    out.maskedTurns = in.getMaskedTurns();
    out.incarnation = in.getIncarnation();
    out.restartsInARow = in.getRestartsInARow();
    out.shutdown = Duration{in.getShutdownNs()};
    out.livesSince.value = in.getLivesSince();
    out.failedIn.value = in.getFailedIn();
    out.cancelUntil.value = in.getCancelUntil();
    out.childOrdinal = in.getChildOrdinal();
    out.kernelTimers = in.getKernelTimers();
    out.regionsOpened = in.getRegionsOpened();
    out.obligationsMade = in.getObligationsMade();
    out.memoryBytesMax = in.getMemoryBytesMax();
    const ByteView first = fromData(in.getFirstState());
    out.firstState.assign(first.begin(), first.end());
    for (const std::uint32_t rank : in.getLinks()) out.links.push_back({rank});
    for (const std::uint32_t rank : in.getParkedHere()) out.parkedHere.push_back({rank});
    out.effectsMade = in.getEffectsMade();
    ARIADNE_RETURN_IF_ERROR(checkRows<schema::PendingEffect>(in.getEffects(), bodyBytes));
    for (const auto row : in.getEffects()) {
        EffectImage effect;
        ARIADNE_ASSIGN_OR_RETURN(effect.name, boundedText(row.getName(), "effect"));
        ARIADNE_ASSIGN_OR_RETURN(effect.scope, boundedText(row.getScope(), "scope"));
        const ByteView payload = fromData(row.getPayload());
        effect.payload.assign(payload.begin(), payload.end());
        effect.ordinal = row.getOrdinal();
        effect.timeout = Duration{row.getTimeoutNs()};
        effect.askedAt.value = row.getAskedAt();
        effect.answerHash = row.getAnswerHash();
        out.effects.push_back(std::move(effect));
    }
    const auto pairs = [](auto list, std::vector<std::pair<Rank, std::uint64_t>>& to) {
        if (list.size() % 2 != 0) return false;
        for (unsigned i = 0; i < list.size(); i += 2) {
            if (list[i] > 0xFFFFFFFFu) return false;
            to.emplace_back(Rank{static_cast<std::uint32_t>(list[i])}, list[i + 1]);
        }
        return true;
    };
    if (!pairs(in.getOwed(), out.owed) || !pairs(in.getPermitQueue(), out.permitQueue))
        return absl::DataLossError("the snapshot holds half a pair of who and what");
    return out;
}

}  // namespace

SnapshotPlan::SnapshotPlan(const WorldImage& image) : image_(&image) {
    for (const CellImage& cell : image.cells) {
        const std::pair<Lane, const RareList<MessageImage>*> lanes[] = {
            {kControl, &cell.control}, {kMailbox, &cell.mailbox}, {kStash, &cell.stash}};
        for (const auto& [lane, messages] : lanes)
            for (const MessageImage& message : *messages)
                messages_.push_back({cell.rank, lane, &message});
        for (const Rank watcher : cell.watchers) watchers_.push_back({cell.rank, watcher});
        for (const AskImage& ask : cell.pendingAsks) asks_.push_back({cell.rank, &ask});
        if (!cell.care.untouched() && cell.care.get() != CareImage{})
            cares_.push_back({cell.rank, &cell.care.get()});
        for (const auto& [name, uses] : cell.childNames)
            childNames_.push_back({cell.rank, uses, &name});
    }
    RowCounts end{};
    std::size_t bytes = 0;
    for (std::size_t t = 0; t < kTableCount; ++t) {
        const auto table = static_cast<Table>(t);
        for (std::size_t row = 0; row < rowsOf(table); ++row) {
            const std::size_t rowBytes = bytesOf(table, row);
            if (bytes != 0 && bytes + rowBytes > kSnapshotPartBytesMax - kPartBytes) {
                ends_.push_back(end);
                bytes_.push_back(bytes + kPartBytes);
                bytes = 0;
            }
            bytes += rowBytes;
            end[t] = row + 1;
        }
    }
    ends_.push_back(end);
    bytes_.push_back(bytes + kPartBytes);
}

std::size_t SnapshotPlan::rowsOf(Table table) const {
    switch (table) {
        case kCells: return image_->cells.size();
        case kMessages: return messages_.size();
        case kWatchers: return watchers_.size();
        case kAsks: return asks_.size();
        case kChildNames: return childNames_.size();
        case kTimers: return image_->timers.size();
        case kCares: return cares_.size();
        case kGone: break;
    }
    return image_->gone.size();
}

std::size_t SnapshotPlan::bytesOf(Table table, std::size_t row) const {
    switch (table) {
        case kCells:
            return kCellBytes + inlineBytes(image_->cells[row].state) +
                   alignedUp(image_->cells[row].behaviourName->size() + 1);
        case kMessages: return kMessageBytes + inlineBytes(messages_[row].message->payload);
        case kWatchers:
        case kAsks: return kSmallRowBytes;
        case kChildNames: return kSmallRowBytes + alignedUp(childNames_[row].name->size() + 1);
        case kTimers: return kTimerBytes + inlineBytes(image_->timers[row].message.payload);
        case kCares: {
            const CareImage& care = *cares_[row].care;
            return kCareBytes + inlineBytes(care.firstState) +
                   4 * (care.links.size() + care.parkedHere.size()) + 16 +
                   16 * (care.owed.size() + care.permitQueue.size()) + effectBytes(care);
        }
        case kGone: break;
    }
    return sizeof(std::uint32_t);
}

std::vector<SnapshotPlan::Blob> SnapshotPlan::largeBlobs(std::uint32_t part) const {
    const RowCounts begin = beginOf(part);
    const RowCounts& end = ends_[part];
    std::vector<Blob> blobs;
    const auto add = [&](std::size_t row, BlobColumn column, ByteView bytes) {
        if (isLarge(bytes)) blobs.push_back({static_cast<std::uint32_t>(row), column, bytes});
    };
    for (std::size_t i = begin[kCells]; i < end[kCells]; ++i)
        add(i - begin[kCells], kCellState, image_->cells[i].state);
    for (std::size_t i = begin[kMessages]; i < end[kMessages]; ++i)
        add(i - begin[kMessages], kMessagePayload, messages_[i].message->payload);
    for (std::size_t i = begin[kTimers]; i < end[kTimers]; ++i)
        add(i - begin[kTimers], kTimerPayload, image_->timers[i].message.payload);
    for (std::size_t i = begin[kCares]; i < end[kCares]; ++i)
        add(i - begin[kCares], kFirstState, cares_[i].care->firstState);
    return blobs;
}

absl::StatusOr<ByteView> SnapshotPlan::encode(std::uint32_t part, std::span<const LargeBlob> large,
                                              MessageRoom& room) const {
    const RowCounts begin = beginOf(part);
    const RowCounts& end = ends_[part];
    const auto count = [&](Table table) {
        return static_cast<unsigned>(end[table] - begin[table]);
    };
    return room.build(bytes_[part], [&](capnp::MessageBuilder& message) {
        auto out = message.initRoot<schema::SnapshotPart>();
        out.setPart(part);
        out.setParts(parts());
        out.setPosition(image_->position.value);
        out.setTime(image_->time.value);
        out.setRound(image_->round.value);
        out.setBirths(image_->births);
        out.setRoundsAtThisTime(image_->roundsAtThisTime);
        out.setDecisions(image_->decisions);
        out.setFailures(image_->failures);
        out.setEventDigest(image_->eventDigest);
        out.setChangeDigest(image_->changeDigest);
        out.setStateDigest(image_->stateDigest);
        out.setLeaks(image_->leaks);
        out.setRootLedger(image_->rootLedger.value);
        if (part == 0 && !image_->firstLeak.empty()) out.setFirstLeak(toText(image_->firstLeak));
        if (part == 0 && !image_->decisionState.empty()) {
            auto words = out.initDecisionState(static_cast<unsigned>(image_->decisionState.size()));
            for (unsigned i = 0; i < words.size(); ++i) words.set(i, image_->decisionState[i]);
        }
        if (part == 0 && !image_->metrics.empty()) {
            auto words = out.initMetrics(static_cast<unsigned>(image_->metrics.size()));
            for (unsigned i = 0; i < words.size(); ++i) words.set(i, image_->metrics[i]);
        }

        auto cells = out.initCells(count(kCells));
        for (unsigned i = 0; i < cells.size(); ++i) {
            const CellImage& cell = image_->cells[begin[kCells] + i];
            cells[i].setRank(cell.rank.value);
            cells[i].setBehaviour(cell.behaviour);
            cells[i].setLastTurn(cell.lastTurn.value);
            if (!cell.behaviourName->empty()) cells[i].setBehaviourName(cell.behaviourName.get());
            cells[i].setTurns(cell.turns);
            cells[i].setSends(cell.sends);
            cells[i].setTimers(cell.timers);
            cells[i].setChildren(cell.children);
            cells[i].setDraws(cell.draws);
            cells[i].setMailboxCapacity(cell.mailboxCapacity);
            cells[i].setOnFull(static_cast<std::uint8_t>(cell.onFull));
            if (!cell.state.empty() && !isLarge(cell.state)) cells[i].setState(toData(cell.state));
        }
        auto messages = out.initMessages(count(kMessages));
        for (unsigned i = 0; i < messages.size(); ++i) {
            const LaneMessage& waiting = messages_[begin[kMessages] + i];
            writeMessage(messages[i], waiting.cell, waiting.lane, *waiting.message);
        }
        auto watchers = out.initWatchers(count(kWatchers));
        for (unsigned i = 0; i < watchers.size(); ++i) {
            watchers[i].setCell(watchers_[begin[kWatchers] + i].cell.value);
            watchers[i].setWatcher(watchers_[begin[kWatchers] + i].watcher.value);
        }
        auto asks = out.initAsks(count(kAsks));
        for (unsigned i = 0; i < asks.size(); ++i) {
            const Ask& ask = asks_[begin[kAsks] + i];
            asks[i].setCell(ask.cell.value);
            asks[i].setId(ask.ask->id);
            asks[i].setAskedAt(ask.ask->askedAt.value);
            asks[i].setTarget(ask.ask->target.value);
            asks[i].setForever(ask.ask->forever);
        }
        auto names = out.initChildNames(count(kChildNames));
        for (unsigned i = 0; i < names.size(); ++i) {
            const ChildName& name = childNames_[begin[kChildNames] + i];
            names[i].setCell(name.cell.value);
            names[i].setUses(name.uses);
            names[i].setName(toText(*name.name));
        }
        auto timers = out.initTimers(count(kTimers));
        for (unsigned i = 0; i < timers.size(); ++i) {
            const TimerImage& timer = image_->timers[begin[kTimers] + i];
            timers[i].setOwner(timer.owner.value);
            timers[i].setOrdinal(timer.ordinal);
            timers[i].setDeadline(timer.deadline.value);
            timers[i].setPeriodNs(timer.periodNs);
            timers[i].setSetAt(timer.setAt.value);
            timers[i].setAskId(timer.askId);
            writeMessage(timers[i].initMessage(), kOutside, kControl, timer.message);
            timers[i].setUse(static_cast<std::uint8_t>(timer.use));
            timers[i].setMaker(timer.maker.value);
        }
        auto cares = out.initCares(count(kCares));
        for (unsigned i = 0; i < cares.size(); ++i) {
            const Care& care = cares_[begin[kCares] + i];
            writeCare(cares[i], care.cell, *care.care);
        }
        if (!image_->isWhole()) {
            out.setSince(image_->since.value);
            auto gone = out.initGone(count(kGone));
            for (unsigned i = 0; i < gone.size(); ++i)
                gone.set(i, image_->gone[begin[kGone] + i].value);
        }
        auto blobs = out.initLarge(static_cast<unsigned>(large.size()));
        for (unsigned i = 0; i < large.size(); ++i) {
            blobs[i].setRow(large[i].row);
            blobs[i].setColumn(large[i].column);
            blobs[i].setOffset(large[i].offset);
            blobs[i].setLength(large[i].length);
        }
    });
}

namespace {

/// Moves the rows of one part into an image that holds the parts before it.
class PartRows {
public:
    PartRows(schema::SnapshotPart::Reader in, WorldImage& image)
        : in_(in),
          image_(image),
          firstCell_(image.cells.size()),
          firstTimer_(image.timers.size()) {}

    absl::Status addCells() {
        for (const auto row : in_.getCells()) {
            CellImage cell;
            cell.rank.value = row.getRank();
            if (!image_.cells.empty() && cell.rank <= image_.cells.back().rank)
                return absl::DataLossError(
                    absl::StrCat("cell ", cell.rank.value, " of the snapshot is out of order"));
            cell.behaviour = row.getBehaviour();
            ARIADNE_ASSIGN_OR_RETURN(cell.behaviourName,
                                     boundedText(row.getBehaviourName(), "behaviour name"));
            cell.lastTurn.value = row.getLastTurn();
            cell.turns = row.getTurns();
            cell.sends = row.getSends();
            cell.timers = row.getTimers();
            cell.children = row.getChildren();
            cell.draws = row.getDraws();
            cell.mailboxCapacity = row.getMailboxCapacity();
            cell.onFull = static_cast<OnFull>(row.getOnFull());
            const ByteView state = fromData(row.getState());
            cell.state.assign(state);
            image_.cells.push_back(std::move(cell));
        }
        return absl::OkStatus();
    }

    absl::Status addMessages() {
        for (const auto row : in_.getMessages()) {
            ARIADNE_ASSIGN_OR_RETURN(CellImage * owner, ownerOf(row));
            RareList<MessageImage>* lane = nullptr;
            if (row.getLane() == kControl) lane = &owner->control;
            if (row.getLane() == kMailbox) lane = &owner->mailbox;
            if (row.getLane() == kStash) lane = &owner->stash;
            if (lane == nullptr)
                return absl::DataLossError(absl::StrCat("unknown lane ", unsigned{row.getLane()}));
            lane->push_back(readMessageImage(row));
            messages_.push_back({lane, lane->size() - 1});
        }
        return absl::OkStatus();
    }

    absl::Status addWatchersAsksAndNames() {
        for (const auto row : in_.getWatchers()) {
            ARIADNE_ASSIGN_OR_RETURN(CellImage * owner, ownerOf(row));
            owner->watchers.push_back({row.getWatcher()});
        }
        for (const auto row : in_.getAsks()) {
            ARIADNE_ASSIGN_OR_RETURN(CellImage * owner, ownerOf(row));
            owner->pendingAsks.push_back(
                {row.getId(), Position{row.getAskedAt()}, Rank{row.getTarget()}, row.getForever()});
        }
        for (const auto row : in_.getChildNames()) {
            ARIADNE_ASSIGN_OR_RETURN(CellImage * owner, ownerOf(row));
            ARIADNE_ASSIGN_OR_RETURN(std::string name, boundedText(row.getName(), "child name"));
            owner->childNames.emplace_back(std::move(name), row.getUses());
        }
        return absl::OkStatus();
    }

    void addTimers() {
        for (const auto row : in_.getTimers()) {
            TimerImage timer;
            timer.owner.value = row.getOwner();
            timer.ordinal = row.getOrdinal();
            timer.deadline.value = row.getDeadline();
            timer.periodNs = row.getPeriodNs();
            timer.setAt.value = row.getSetAt();
            timer.askId = row.getAskId();
            timer.message = readMessageImage(row.getMessage());
            timer.use = static_cast<TimerUse>(row.getUse());
            timer.maker.value = row.getMaker();
            image_.timers.push_back(std::move(timer));
        }
    }

    absl::Status addCares(std::size_t bodyBytes) {
        for (const auto row : in_.getCares()) {
            ARIADNE_ASSIGN_OR_RETURN(CellImage * owner, ownerOf(row));
            if (!owner->care.untouched())
                return absl::DataLossError(
                    absl::StrCat("the snapshot holds the care of cell ", row.getCell(), " twice"));
            ARIADNE_ASSIGN_OR_RETURN(owner->care.edit(), readCare(row, bodyBytes));
            cares_.push_back(&owner->care.edit());
        }
        return absl::OkStatus();
    }

    /// What the lists in cares take.
    std::uint64_t careBytes() const {
        std::uint64_t bytes = 0;
        for (const CareImage* care : cares_)
            bytes += (care->links.size() + care->parkedHere.size() + care->owed.size() +
                      care->permitQueue.size()) *
                         sizeof(std::pair<Rank, std::uint64_t>) +
                     effectBytes(*care);
        return bytes;
    }

    /// After all others: puts the large blobs where the rows of this part want them.
    absl::Status addLarge(BlobFetch fetch, std::uint64_t bytesMax, std::uint64_t& largeBytes) {
        for (const auto blob : in_.getLarge()) {
            const BlobPlace to = placeOf(blob.getRow(), blob.getColumn());
            if (to.bytes == nullptr && to.state == nullptr)
                return absl::DataLossError(
                    absl::StrCat("a large blob belongs to row ", blob.getRow(), " of column ",
                                 unsigned{blob.getColumn()}, ", which is not there"));
            if (blob.getLength() > kBlobBytesMax || (largeBytes += blob.getLength()) > bytesMax)
                return absl::ResourceExhaustedError(absl::StrCat(
                    "the blobs of the snapshot are longer than the ", bytesMax,
                    " bytes of ReadOptions::decodeBytesMax (or one than ", kBlobBytesMax, ")"));
            ARIADNE_ASSIGN_OR_RETURN(Bytes bytes, fetch(blob.getOffset(), blob.getLength()));
            if (to.state != nullptr)
                to.state->assign(bytes);
            else
                *to.bytes = std::move(bytes);
        }
        return absl::OkStatus();
    }

private:
    /// A pointer into a lane that grows would dangle.
    struct Place {
        RareList<MessageImage>* lane;
        std::size_t index;
    };
    /// Where a blob goes: into one of the two, or there is no such place.
    struct BlobPlace {
        Bytes* bytes = nullptr;
        ShortBytes* state = nullptr;
    };

    template <class Row>
    absl::StatusOr<CellImage*> ownerOf(const Row& row) {
        const std::uint32_t rank = row.getCell();
        const auto found = std::lower_bound(
            image_.cells.begin(), image_.cells.end(), rank,
            [](const CellImage& cell, std::uint32_t wanted) { return cell.rank.value < wanted; });
        if (found == image_.cells.end() || found->rank.value != rank)
            return absl::DataLossError(absl::StrCat("the snapshot holds something of cell ", rank,
                                                    ", which is not in it"));
        return &*found;
    }

    BlobPlace placeOf(std::size_t row, std::uint8_t column) {
        if (column == kCellState && row < image_.cells.size() - firstCell_)
            return {.state = &image_.cells[firstCell_ + row].state};
        if (column == kMessagePayload && row < messages_.size())
            return {.bytes = &(*messages_[row].lane)[messages_[row].index].payload};
        if (column == kTimerPayload && row < image_.timers.size() - firstTimer_)
            return {.bytes = &image_.timers[firstTimer_ + row].message.payload};
        if (column == kFirstState && row < cares_.size())
            return {.bytes = &cares_[row]->firstState};
        return {};
    }

    schema::SnapshotPart::Reader in_;
    WorldImage& image_;
    std::size_t firstCell_;
    std::size_t firstTimer_;
    std::vector<Place> messages_;
    std::vector<CareImage*> cares_;
};

}  // namespace

namespace {

absl::Status checkPartRows(schema::SnapshotPart::Reader in, std::size_t bodyBytes) {
    ARIADNE_RETURN_IF_ERROR(checkRows<schema::Cell>(in.getCells(), bodyBytes));
    ARIADNE_RETURN_IF_ERROR(checkRows<schema::Message>(in.getMessages(), bodyBytes));
    ARIADNE_RETURN_IF_ERROR(checkRows<schema::Watcher>(in.getWatchers(), bodyBytes));
    ARIADNE_RETURN_IF_ERROR(checkRows<schema::PendingAsk>(in.getAsks(), bodyBytes));
    ARIADNE_RETURN_IF_ERROR(checkRows<schema::ChildName>(in.getChildNames(), bodyBytes));
    ARIADNE_RETURN_IF_ERROR(checkRows<schema::Timer>(in.getTimers(), bodyBytes));
    ARIADNE_RETURN_IF_ERROR(checkRows<schema::Care>(in.getCares(), bodyBytes));
    return checkRows<schema::LargeBlob>(in.getLarge(), bodyBytes);
}

}  // namespace

std::uint64_t SnapshotAssembler::memoryBytes() const {
    return rawBytes_ + largeBytes_ + image_.cells.size() * sizeof(CellImage) +
           messages_ * sizeof(MessageImage) + image_.timers.size() * sizeof(TimerImage) +
           careBytes_;
}

absl::Status SnapshotAssembler::add(ByteView raw, BlobFetch fetch) {
    return readMessage(raw, [&](capnp::MessageReader& message) -> absl::Status {
        const auto in = message.getRoot<schema::SnapshotPart>();
        if (in.getParts() == 0 || in.getParts() > kSnapshotPartsMax)
            return absl::ResourceExhaustedError(absl::StrCat(
                "the snapshot has ", in.getParts(), " parts, the limit is ", kSnapshotPartsMax));
        if (in.getPart() != next_ || (parts_ != 0 && in.getParts() != parts_))
            return absl::DataLossError(absl::StrCat("found part ", in.getPart(), " of ",
                                                    in.getParts(), " of a snapshot, expected part ",
                                                    next_));
        WorldImage head;
        head.position.value = in.getPosition();
        head.time.value = in.getTime();
        head.round.value = in.getRound();
        head.births = in.getBirths();
        head.roundsAtThisTime = in.getRoundsAtThisTime();
        head.decisions = in.getDecisions();
        head.failures = in.getFailures();
        head.eventDigest = in.getEventDigest();
        head.changeDigest = in.getChangeDigest();
        head.stateDigest = in.getStateDigest();
        head.leaks = in.getLeaks();
        head.rootLedger.value = in.getRootLedger();
        ARIADNE_ASSIGN_OR_RETURN(head.firstLeak, boundedText(in.getFirstLeak(), "first leak"));
        head.since.value = in.getSince();
        for (const std::uint64_t word : in.getDecisionState()) head.decisionState.push_back(word);
        for (const std::uint64_t word : in.getMetrics()) head.metrics.push_back(word);
        if (next_ == 0) {
            image_ = std::move(head);
            parts_ = in.getParts();
        } else if (image_.position != head.position || image_.stateDigest != head.stateDigest ||
                   image_.since != head.since) {
            return absl::DataLossError(
                absl::StrCat("part ", next_, " belongs to another snapshot"));
        }
        ++next_;
        rawBytes_ += raw.size();

        ARIADNE_RETURN_IF_ERROR(checkPartRows(in, raw.size()));
        messages_ += in.getMessages().size();
        PartRows rows{in, image_};
        ARIADNE_RETURN_IF_ERROR(rows.addCells());
        ARIADNE_RETURN_IF_ERROR(rows.addMessages());
        ARIADNE_RETURN_IF_ERROR(rows.addWatchersAsksAndNames());
        rows.addTimers();
        ARIADNE_RETURN_IF_ERROR(rows.addCares(raw.size()));
        careBytes_ += rows.careBytes();
        for (const std::uint32_t rank : in.getGone()) image_.gone.push_back({rank});
        return rows.addLarge(fetch, bytesMax_, largeBytes_);
    });
}

absl::Status checkPartCount(std::uint32_t parts) {
    if (parts <= kSnapshotPartsMax) return absl::OkStatus();
    return absl::ResourceExhaustedError(
        absl::StrCat("a snapshot of ", parts, " parts, the limit is ", kSnapshotPartsMax));
}

bool ownersWereBorn(const WorldImage& image, const std::vector<CellBirth>& births) {
    Rank last = kOutside;
    for (const CellImage& cell : image.cells) {
        if (cell.rank <= last || cell.rank.value >= births.size()) return false;
        last = cell.rank;
    }
    return std::all_of(image.timers.begin(), image.timers.end(),
                       [&](const TimerImage& timer) { return timer.owner.value < births.size(); });
}

absl::Status checkGone(const WorldImage& image, const std::vector<CellBirth>& births) {
    if (image.isWhole() && !image.gone.empty())
        return absl::DataLossError("the snapshot is whole and lists cells that ended");
    Rank last = kOutside;
    auto cell = image.cells.begin();
    for (const Rank rank : image.gone) {
        if (rank <= last)
            return absl::DataLossError(
                absl::StrCat("cell ", rank.value, " of those that ended is out of order"));
        last = rank;
        if (rank.value >= births.size() || rank.value > image.births)
            return absl::DataLossError(absl::StrCat("the snapshot says that cell ", rank.value,
                                                    " ended, which was never born"));
        while (cell != image.cells.end() && cell->rank < rank) ++cell;
        if (cell != image.cells.end() && cell->rank == rank)
            return absl::DataLossError(
                absl::StrCat("the snapshot says that cell ", rank.value, " ended, and holds it"));
    }
    return absl::OkStatus();
}

absl::Status checkStateDigest(const WorldImage& image, const std::vector<CellBirth>& births) {
    const std::uint64_t found = stateDigestOf(image, births);
    if (found == image.stateDigest) return absl::OkStatus();
    return absl::DataLossError(absl::StrCat("the snapshot's state digest is ", absl::Hex(found),
                                            ", expected ", absl::Hex(image.stateDigest)));
}

std::uint64_t memoryBytesOf(const WorldImage& image) {
    const auto bytesOf = [](const MessageImage& message) {
        return sizeof message + message.payload.size();
    };
    std::uint64_t bytes = image.cells.size() * sizeof(CellImage) +
                          image.gone.size() * sizeof(Rank) +
                          (image.decisionState.size() + image.metrics.size()) * 8;
    for (const CellImage& cell : image.cells) {
        bytes += cell.state.size() + cell.behaviourName->size() +
                 cell.watchers.size() * sizeof(Rank) + cell.pendingAsks.size() * sizeof(AskImage);
        for (const auto* lane : {&cell.control, &cell.mailbox, &cell.stash})
            for (const MessageImage& message : *lane) bytes += bytesOf(message);
        for (const auto& [name, uses] : cell.childNames) bytes += sizeof uses + name.size() + 32;
        if (cell.care.untouched()) continue;
        const CareImage& care = cell.care.get();
        bytes +=
            sizeof care + care.firstState.size() + effectBytes(care) +
            (care.links.size() + care.parkedHere.size()) * sizeof(Rank) +
            (care.owed.size() + care.permitQueue.size()) * sizeof(std::pair<Rank, std::uint64_t>);
    }
    for (const TimerImage& timer : image.timers)
        bytes += sizeof timer - sizeof timer.message + bytesOf(timer.message);
    return bytes;
}

absl::StatusOr<WorldImage> SnapshotAssembler::finish(const std::vector<CellBirth>& births) {
    if (!complete())
        return absl::DataLossError(
            absl::StrCat("the snapshot has ", next_, " of its ", parts_, " parts"));
    if (!ownersWereBorn(image_, births))
        return absl::DataLossError("the snapshot holds a cell that was never born");
    ARIADNE_RETURN_IF_ERROR(checkGone(image_, births));
    if (image_.isWhole()) ARIADNE_RETURN_IF_ERROR(checkStateDigest(image_, births));
    return std::move(image_);
}

absl::StatusOr<SnapshotPartHead> decodeSnapshotPartHead(ByteView raw) {
    SnapshotPartHead head;
    ARIADNE_RETURN_IF_ERROR(readMessage(raw, [&](capnp::MessageReader& message) {
        const auto in = message.getRoot<schema::SnapshotPart>();
        head.part = in.getPart();
        head.parts = in.getParts();
        head.position.value = in.getPosition();
        head.time.value = in.getTime();
        head.round.value = in.getRound();
        head.stateDigest = in.getStateDigest();
        head.eventDigest = in.getEventDigest();
        head.changeDigest = in.getChangeDigest();
        head.since.value = in.getSince();
        return absl::OkStatus();
    }));
    return head;
}

}  // namespace ariadne::tracefmt
