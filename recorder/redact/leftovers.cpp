#include "recorder/redact/leftovers.h"

#include "engine/base/status_macros.h"
#include "engine/value/dynamic.h"
#include "tracefmt/chunk_source.h"
#include "tracefmt/file_header.h"
#include "tracefmt/format.h"

#include <algorithm>

namespace ariadne::redact {
namespace {

using Found = SecretFinder::Found;

/// The compressed file is as good as random: shorter spellings would appear in it by chance.
constexpr std::size_t kFileBytesMin = 8;
constexpr std::size_t kFilePieceBytes = 1u << 20;

/// Goes down into a value to the innermost field that holds the byte at `offset`.
class FieldAt {
public:
    FieldAt(const TypeTable& types, std::size_t offset) : types_(types), offset_(offset) {}

    std::optional<FieldId> in(TypeIndex type, ByteView bytes) {
        descend(type, ByteReader{bytes}, 0);
        return found_;
    }

private:
    /// Moves `in` behind a value and goes down into it when that is where the byte is.
    bool passed(TypeIndex type, ByteReader& in, std::uint32_t depth) {
        const ByteReader before = in;
        if (!value::skipValue(types_, type, in, depth)) return false;
        if (offset_ >= in.offset()) return true;
        descend(type, before, depth);
        return false;
    }
    void descend(TypeIndex type, ByteReader in, std::uint32_t depth) {
        const TypeDesc& desc = types_.at(type);
        const auto typeOf = [&](std::size_t i) {
            return i < desc.fields.size() ? desc.fields[i].type : TypeIndex{};
        };
        switch (desc.kind) {
            case TypeKind::kStruct:
                for (std::uint32_t i = 0; i < desc.fields.size(); ++i) {
                    const std::optional<FieldId> outer = std::exchange(found_, FieldId{type, i});
                    if (!passed(desc.fields[i].type, in, depth + 1)) return;
                    found_ = outer;
                }
                return;
            case TypeKind::kList:
            case TypeKind::kSet:
            case TypeKind::kMap:
            case TypeKind::kArray:
                for (std::uint64_t n = desc.kind == TypeKind::kArray ? desc.size : in.varint();
                     n > 0 && in.ok(); --n) {
                    if (!passed(typeOf(0), in, depth + 1)) return;
                    if (desc.kind == TypeKind::kMap && !passed(typeOf(1), in, depth + 1)) return;
                }
                return;
            case TypeKind::kOptional:
                if (in.u8() == 1) passed(typeOf(0), in, depth + 1);
                return;
            case TypeKind::kVariant:
                passed(typeOf(static_cast<std::size_t>(in.varint())), in, depth + 1);
                return;
            default: return;
        }
    }

    const TypeTable& types_;
    std::size_t offset_;
    std::optional<FieldId> found_;
};

/// Says where in the run something is that stands in the file.
class Place {
public:
    Place(tracefmt::TraceReader& trace, const RemovedValues& removed, const SecretFinder& finder,
          ValueRedactor& values)
        : trace_(trace), removed_(removed), finder_(finder), values_(values) {}

    absl::StatusOr<std::optional<Leftover>> first() {
        lookAtMeta();
        for (std::size_t i = 0; i < trace_.chunks().size() && !place_; ++i) {
            ARIADNE_ASSIGN_OR_RETURN(const auto chunk, trace_.chunk(i));
            for (std::uint32_t at = 0; at < chunk->count() && !place_; ++at) lookAt(chunk->row(at));
        }
        for (std::size_t i = 0; i < trace_.snapshots().size() && !place_; ++i) {
            ARIADNE_ASSIGN_OR_RETURN(const WorldImage image, trace_.snapshotAsWritten(i));
            lookAt(image);
        }
        lookAtTexts();
        return std::move(place_);
    }

    Leftover leftover(const Found& found, std::string where, Position at, std::string field) const {
        const FieldId of = removed_.all()[found.value].field;
        return {nameOf(trace_.types(), of), found.spelling, std::move(where), at, std::move(field)};
    }

private:
    void tell(const Found& found, std::string where, Position at, std::string field) {
        place_ = leftover(found, std::move(where), at, std::move(field));
    }
    void tellField(const Found& found, const std::string& where, Position at,
                   const std::optional<FieldId>& id) {
        const std::string field = id ? nameOf(trace_.types(), *id) : "";
        tell(found, field.empty() ? where : where + ", in " + field, at, field);
    }
    /// A text outside of any value.
    void lookAtText(std::string_view text, const std::string& where, Position at,
                    const std::string& field) {
        if (place_) return;
        if (const auto found = finder_.find(asBytes(text))) tell(*found, where, at, field);
    }
    void lookAtValue(TypeIndex type, ByteView bytes, const std::string& where, Position at) {
        if (place_) return;
        if (const auto found = finder_.find(bytes))
            tellField(*found, where, at, FieldAt{trace_.types(), found->offset}.in(type, bytes));
    }

    void lookAtMeta() {
        const tracefmt::TraceMeta& meta = trace_.meta();
        for (const auto& [name, value] : meta.args)
            lookAtText(value, "the argument '" + name + "' of the run", {}, "argument." + name);
        for (const auto& [name, scope] : meta.grants)
            lookAtText(scope, "the grant of the effect '" + name + "'", {}, "");
        for (const CellBirth& birth : trace_.births())
            lookAtText(birth.path, "the path of actor " + std::to_string(birth.rank.value),
                       birth.bornAt, nameOf(trace_.types(), kActorPaths));
    }

    void lookAtTexts() {
        for (const tracefmt::HostNote& note : trace_.notes())
            lookAtText(note.path, "a note of the host", note.readableTo,
                       nameOf(trace_.types(), kActorPaths));
        for (const tracefmt::TraceGap& gap : trace_.gaps())
            lookAtText(gap.note, "what is said of a gap", gap.first, "");
        lookAtText(trace_.stats().outcomeText, "the outcome", trace_.lastPosition(),
                   nameOf(trace_.types(), textOf(EventKind::kEnd)));
    }

    void lookAt(const EventRow& row) {
        const std::string where = "event " + std::to_string(row.seq.value) + " (" +
                                  std::string{ariadne::nameOf(row.kind)} + ")";
        if (const auto found = finder_.find(row.payload)) {
            ByteReader in{row.payload};
            if (row.kind == EventKind::kNote) in.sized();
            const std::size_t before = in.offset();
            if (hasText(row.kind) && (row.kind != EventKind::kNote || found->offset < before))
                return tellField(*found, where, row.seq, textOf(row.kind));
            return tellField(*found, where, row.seq,
                             FieldAt{trace_.types(), found->offset - before}.in(
                                 row.type, row.payload.subspan(before)));
        }
        if (const auto found = finder_.find(row.change))
            tellField(*found, "the change of " + where, row.seq, leafAt(row, found->offset));
    }

    std::optional<FieldId> leafAt(const EventRow& row, std::size_t offset) {
        if (row.cell.value >= trace_.births().size()) return std::nullopt;
        const auto& leaves = values_.leavesOf(trace_.births()[row.cell.value].type);
        ByteReader in{row.change};
        while (in.ok() && !in.atEnd()) {
            const std::uint64_t leaf = in.varint();
            in.u8();
            in.sized();
            if (offset < in.offset() && leaf < leaves.size() && leaves[leaf].holder != FieldId{})
                return leaves[leaf].holder;
        }
        return std::nullopt;
    }

    void lookAt(const WorldImage& image) {
        const Position at = image.position;
        const std::string where = "the snapshot of event " + std::to_string(at.value);
        const std::string paths = nameOf(trace_.types(), kActorPaths);
        for (const CellImage& cell : image.cells) {
            const TypeIndex type = trace_.births()[cell.rank.value].type;
            lookAtValue(type, cell.state.view(), where, at);
            for (const auto* lane : {&cell.control, &cell.mailbox, &cell.stash})
                for (const MessageImage& message : *lane)
                    lookAtValue(message.type, message.payload, where, at);
            for (const auto& [name, uses] : cell.childNames)
                lookAtText(name, where + ", the name of an actor", at, paths);
            if (cell.care.untouched()) continue;
            const ByteView firstState{cell.care->firstState};
            if (!firstState.empty()) lookAtValue(type, firstState.subspan(1), where, at);
            for (const EffectImage& effect : cell.care->effects) {
                lookAtValue({}, effect.payload, where + ", an effect", at);
                lookAtText(effect.scope, where + ", the scope of an effect", at, "");
            }
        }
        for (const TimerImage& timer : image.timers)
            lookAtValue(timer.message.type, timer.message.payload, where, at);
        lookAtText(image.firstLeak, where + ", the first leak", at,
                   nameOf(trace_.types(), textOf(EventKind::kWait)));
    }

    tracefmt::TraceReader& trace_;
    const RemovedValues& removed_;
    const SecretFinder& finder_;
    ValueRedactor& values_;
    std::optional<Leftover> place_;
};

/// What the chunks hold, unpacked: nullopt, or in words where it is. `found` says what.
absl::StatusOr<std::optional<std::string>> findInChunks(const tracefmt::ReadFile& file,
                                                        const SecretFinder& finder, Found& found) {
    ARIADNE_ASSIGN_OR_RETURN(const std::uint64_t size, file.size());
    Bytes start(tracefmt::kFrameBytes);
    ARIADNE_RETURN_IF_ERROR(file.readAt(0, start));
    ARIADNE_ASSIGN_OR_RETURN(const tracefmt::FileHeader header, tracefmt::decodeFileHeader(start));
    const tracefmt::ChunkSource source{file, size - tracefmt::kFrameBytes, header.id};
    Bytes before;  // of a blob that goes on in the next chunk, the end
    for (std::uint64_t at = tracefmt::kFrameBytes; at < source.end();) {
        ARIADNE_ASSIGN_OR_RETURN(tracefmt::Chunk chunk, source.chunkAt(at));
        at = chunk.end();
        const bool isPart = chunk.header.type == tracefmt::ChunkType::kPayload;
        if (!isPart) before.clear();
        Bytes bytes = std::exchange(before, {});
        bytes.insert(bytes.end(), chunk.body.begin(), chunk.body.end());
        if (const auto hit = finder.find(bytes)) {
            found = *hit;
            return "the chunk " + nameOf(chunk.header.type) + " at offset " +
                   std::to_string(chunk.offset);
        }
        if (!isPart) continue;
        const std::size_t kept = std::min(bytes.size(), SecretFinder::kSpellingBytesMax);
        before.assign(bytes.end() - static_cast<std::ptrdiff_t>(kept), bytes.end());
    }
    return std::nullopt;
}

absl::StatusOr<std::optional<std::string>> findInFile(const tracefmt::ReadFile& file,
                                                      const SecretFinder& finder, Found& found) {
    ARIADNE_ASSIGN_OR_RETURN(const std::uint64_t size, file.size());
    Bytes piece;
    for (std::uint64_t at = 0; at < size; at += kFilePieceBytes) {
        piece.resize(static_cast<std::size_t>(
            std::min<std::uint64_t>(kFilePieceBytes + SecretFinder::kSpellingBytesMax, size - at)));
        ARIADNE_RETURN_IF_ERROR(file.readAt(at, piece));
        if (const auto hit = finder.find(piece)) {
            found = *hit;
            return "the file itself, at offset " + std::to_string(at + hit->offset);
        }
    }
    return std::nullopt;
}

}  // namespace

absl::StatusOr<std::optional<Leftover>> findLeftover(tracefmt::TraceReader& trace,
                                                     const tracefmt::ReadFile& file,
                                                     const RemovedValues& removed,
                                                     ValueRedactor& values) {
    if (removed.all().empty()) return std::nullopt;
    Found found;
    {
        const SecretFinder finder{removed, kDistinctiveBytesMin};
        ARIADNE_ASSIGN_OR_RETURN(std::optional<std::string> where,
                                 findInChunks(file, finder, found));
        if (where) {
            Place place{trace, removed, finder, values};
            ARIADNE_ASSIGN_OR_RETURN(std::optional<Leftover> first, place.first());
            if (first) return first;
            return place.leftover(found, *std::move(where), {}, "");
        }
    }
    const SecretFinder finder{removed, kFileBytesMin};
    ARIADNE_ASSIGN_OR_RETURN(std::optional<std::string> where, findInFile(file, finder, found));
    if (!where) return std::nullopt;
    return Place{trace, removed, finder, values}.leftover(found, *std::move(where), {}, "");
}

}  // namespace ariadne::redact
