#include "tracefmt/row_decoder.h"

#include "engine/base/check.h"
#include "engine/base/status_macros.h"
#include "tracefmt/format.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <span>
#include <utility>

namespace ariadne::tracefmt {

namespace {

/// What columns that were not asked for point at. Never written.
alignas(64) std::byte zeros[(std::size_t{kRowsPerChunkMax} + 1) * sizeof(std::uint64_t)];

constexpr std::size_t at(Column column) {
    return static_cast<std::size_t>(column);
}

constexpr ColumnSet kLinks = ColumnSet::kKind | ColumnSet::kCause | ColumnSet::kType;
constexpr ColumnSet kEnds = kLinks | ColumnSet::kCell | ColumnSet::kPeer;

ColumnSet setOf(Column column) {
    switch (column) {
        case Column::kKind: return ColumnSet::kKind;
        case Column::kFlags: return ColumnSet::kFlags;
        case Column::kTime: return ColumnSet::kTime;
        case Column::kRound: return ColumnSet::kRound;
        case Column::kCause: return ColumnSet::kCause;
        case Column::kCell: return ColumnSet::kCell;
        case Column::kPeer: return ColumnSet::kPeer;
        case Column::kType: return ColumnSet::kType;
        case Column::kArg: return ColumnSet::kArg;
        case Column::kExtra: return ColumnSet::kExtra;
        case Column::kPayloadLength:
        case Column::kChangeLength: break;
    }
    return ColumnSet::kBytes;
}

unsigned bitsOf(Column column) {
    switch (column) {
        case Column::kKind:
        case Column::kFlags: return 8;
        case Column::kCell:
        case Column::kPeer:
        case Column::kType: return 32;
        default: return 64;
    }
}

/// Where the values of a chunk go. Null: not wanted, or zeros.
struct Places {
    EventKind* kind = nullptr;
    std::uint8_t* flags = nullptr;
    VirtualTime* time = nullptr;
    Round* round = nullptr;
    Position* cause = nullptr;
    std::uint64_t* arg = nullptr;
    std::uint64_t* extra = nullptr;
    Rank* cell = nullptr;
    Rank* peer = nullptr;
    TypeIndex* type = nullptr;
    std::uint32_t* payloadAt = nullptr;
    std::uint32_t* changeAt = nullptr;
};

/// Hands out parts of a room, or only adds up how long it has to be.
class Parts {
public:
    explicit Parts(std::byte* room) : room_(room) {}
    template <class T>
    T* next(std::size_t count) {
        T* const part = room_ == nullptr ? nullptr : reinterpret_cast<T*>(room_ + bytes_);
        bytes_ += (count * sizeof(T) + 63) / 64 * 64;
        return part;
    }
    std::size_t bytes() const { return bytes_; }

private:
    std::byte* room_;
    std::size_t bytes_ = 0;
};

/// Columns whose values are their codes, or differences in them, are zeros when those are.
bool isZero(Column column, const PackedColumns& packed) {
    return packed[at(column)].empty();
}

std::size_t place(const PackedColumns& packed, std::size_t count, ColumnSet columns,
                  std::byte* room, Places& to) {
    Parts parts(room);
    const auto needs = [&](ColumnSet column) { return columns.has(column); };
    if (needs(ColumnSet::kTime) && !isZero(Column::kTime, packed))
        to.time = parts.next<VirtualTime>(count);
    if (needs(ColumnSet::kRound) && !isZero(Column::kRound, packed))
        to.round = parts.next<Round>(count);
    if (needs(ColumnSet::kCause)) to.cause = parts.next<Position>(count);
    if (needs(ColumnSet::kArg)) to.arg = parts.next<std::uint64_t>(count);
    if (needs(ColumnSet::kExtra) && !isZero(Column::kExtra, packed))
        to.extra = parts.next<std::uint64_t>(count);
    if (needs(ColumnSet::kCell)) to.cell = parts.next<Rank>(count);
    if (needs(ColumnSet::kPeer)) to.peer = parts.next<Rank>(count);
    if (needs(ColumnSet::kType)) to.type = parts.next<TypeIndex>(count);
    if (needs(ColumnSet::kBytes)) {
        if (!isZero(Column::kPayloadLength, packed))
            to.payloadAt = parts.next<std::uint32_t>(count + 1);
        if (!isZero(Column::kChangeLength, packed))
            to.changeAt = parts.next<std::uint32_t>(count + 1);
    }
    if (needs(ColumnSet::kKind)) to.kind = parts.next<EventKind>(count);
    if (needs(ColumnSet::kFlags) && !isZero(Column::kFlags, packed))
        to.flags = parts.next<std::uint8_t>(count);
    return parts.bytes();
}

template <class T>
const T* orZeros(const T* column) {
    return column != nullptr ? column : reinterpret_cast<const T*>(zeros);
}

EventColumns viewOf(const Places& places) {
    return {orZeros(places.kind),  orZeros(places.flags),     orZeros(places.time),
            orZeros(places.round), orZeros(places.cause),     orZeros(places.arg),
            orZeros(places.extra), orZeros(places.cell),      orZeros(places.peer),
            orZeros(places.type),  orZeros(places.payloadAt), orZeros(places.changeAt)};
}

/// Codes of a group become values. The predictions are those of RowPredictor; they fall into parts
/// that do not look at each other, and each part is a short loop over the group.
class RowDecoder {
public:
    RowDecoder(const Places& out, Position first, std::vector<LongLength>& longOnes)
        : out_(out), first_(first.value), longOnes_(longOnes) {
        if (out_.payloadAt != nullptr) out_.payloadAt[0] = 0;
        if (out_.changeAt != nullptr) out_.changeAt[0] = 0;
    }

    /// The `count` rows from `begin` on. `codes` has those of all columns that were placed.
    void decode(std::uint32_t begin, std::uint32_t count, const GroupCodes& codes) {
        if (out_.time != nullptr) addUp(codes[at(Column::kTime)], count, time_, out_.time + begin);
        if (out_.round != nullptr)
            addUp(codes[at(Column::kRound)], count, round_, out_.round + begin);
        if (out_.flags != nullptr)
            for (std::uint32_t i = 0; i < count; ++i)
                out_.flags[begin + i] = static_cast<std::uint8_t>(codes[at(Column::kFlags)][i]);
        if (out_.kind == nullptr) return;
        out_.cell != nullptr ? links<true>(begin, count, codes) : links<false>(begin, count, codes);
        if (out_.arg != nullptr) args(begin, count, codes);
        if (out_.extra != nullptr) extras(begin, count, codes);
        if (out_.payloadAt != nullptr)
            lengths(0, begin, count, codes[at(Column::kPayloadLength)], out_.payloadAt);
        if (out_.changeAt != nullptr)
            lengths(1, begin, count, codes[at(Column::kChangeLength)], out_.changeAt);
    }

    std::array<std::uint64_t, 2> inlineBytes() const { return {ends_[0], ends_[1]}; }

private:
    using Codes = std::array<std::uint64_t, kGroupRows>;

    template <class T>
    static void addUp(const Codes& codes, std::uint32_t count, std::uint64_t& last, T* to) {
        std::uint64_t value = last;
        for (std::uint32_t i = 0; i < count; ++i) {
            value = restored(codes[i], value);
            to[i].value = static_cast<decltype(to[i].value)>(value);
        }
        last = value;
    }

    /// Of the row before, of the last kDeliver, and of the last of some other kinds.
    struct Last {
        std::uint8_t context = 0;
        std::uint64_t turnSeq = 0;
        TypeIndex turnType;
        std::uint32_t turnPeer = 0;
        std::uint32_t cell = 0;
        std::uint64_t taken = 0;
        std::uint32_t spawned = 0;
    };
    /// The kinds that most rows are of, each read by code of its own; kNone: one of the others.
    enum class Often : std::uint8_t { kNone, kDeliver, kSend, kReply };
    /// The row that a row names as its cause, when that is in the chunk.
    struct Cause {
        bool known = false;
        std::size_t row = 0;
    };
    template <bool withEnds>
    void links(std::uint32_t begin, std::uint32_t count, const GroupCodes& codes);
    template <bool withEnds, Often often>
    void link(EventKind kind, std::uint32_t index, std::size_t i, const GroupCodes& codes,
              const Places& out, Last& last);
    template <Often often>
    void ends(EventKind kind, std::uint32_t index, std::size_t i, const GroupCodes& codes,
              const Places& out, Cause cause, Last& last);
    template <Often often>
    static std::uint64_t expectedCause(EventKind kind, const Last& last);
    template <Often often>
    static std::uint32_t expectedCell(EventKind kind, const Places& out, Cause cause,
                                      const Last& last);
    template <Often often>
    static std::uint32_t expectedPeer(EventKind kind, const Places& out, Cause cause,
                                      const Last& last, std::uint32_t cell, std::uint32_t slot,
                                      std::uint32_t inContext);
    template <Often often>
    static std::uint32_t expectedType(EventKind kind, const Places& out, Cause cause,
                                      std::uint32_t inContext);
    void args(std::uint32_t begin, std::uint32_t count, const GroupCodes& codes);
    void extras(std::uint32_t begin, std::uint32_t count, const GroupCodes& codes);
    void lengths(std::uint8_t column, std::uint32_t begin, std::uint32_t count, const Codes& codes,
                 std::uint32_t* to);

    const Places out_;
    const std::uint64_t first_;
    std::vector<LongLength>& longOnes_;

    std::uint64_t time_ = 0;
    std::uint64_t round_ = 0;
    Last last_;
    std::array<std::uint8_t, kContexts> kinds_{};
    std::array<std::uint32_t, kContexts> types_{};
    std::array<std::uint32_t, kContexts> peers_{};
    std::array<std::uint32_t, kCellSlots> cellPeers_{};
    /// Of each row of the group the context in which type, peer, arg and extra are expected.
    std::array<std::uint8_t, kGroupRows> contexts_{};

    struct Ordinals {
        std::uint64_t turns = 0;
        std::uint64_t sends = 0;
    };
    std::uint64_t turnMessageArg_ = 0;
    std::array<std::uint64_t, kContexts> args_{};
    std::array<Ordinals, kCellSlots> ordinals_{};

    std::array<std::uint64_t, kContexts> extras_{};

    std::array<std::array<std::uint64_t, kContexts>, 2> lengths_{};
    std::array<std::uint64_t, 2> ends_{};
};

// What follows is of kinds known while compiling but for kNone, and no code is made for what cannot
// be: the rules are row_rules.h's.

template <RowDecoder::Often often>
[[gnu::always_inline]] inline std::uint64_t RowDecoder::expectedCause(EventKind kind,
                                                                      const Last& last) {
    if constexpr (often == Often::kDeliver) return last.taken + 1;
    if constexpr (often == Often::kNone)
        if (rules(kind).takes) return last.taken + 1;
    return last.turnSeq;
}

template <RowDecoder::Often often>
[[gnu::always_inline]] inline std::uint32_t RowDecoder::expectedCell(EventKind kind,
                                                                     const Places& out, Cause cause,
                                                                     const Last& last) {
    if constexpr (often == Often::kNone)
        if (kind == EventKind::kSpawn) return last.spawned + 1;
    if (!cause.known) return last.cell;
    if constexpr (often == Often::kDeliver) return out.peer[cause.row].value;
    if constexpr (often == Often::kNone)
        if (rules(kind).takes) return out.peer[cause.row].value;
    return out.cell[cause.row].value;
}

template <RowDecoder::Often often>
[[gnu::always_inline]] inline std::uint32_t RowDecoder::expectedPeer(
    EventKind kind, const Places& out, Cause cause, const Last& last, std::uint32_t cell,
    std::uint32_t slot, std::uint32_t inContext) {
    if constexpr (often == Often::kSend) return slot;
    if constexpr (often == Often::kReply) return last.turnPeer;
    if constexpr (often == Often::kNone) {
        switch (rules(kind).peer) {
            case PeerFrom::kCause: break;
            case PeerFrom::kCell: return cell;
            case PeerFrom::kSlot: return slot;
            default: return inContext;  // kTurn is of kReply only
        }
    }
    return cause.known ? out.cell[cause.row].value : inContext;
}

template <RowDecoder::Often often>
[[gnu::always_inline]] inline std::uint32_t RowDecoder::expectedType(EventKind kind,
                                                                     const Places& out, Cause cause,
                                                                     std::uint32_t inContext) {
    if constexpr (often == Often::kDeliver)
        return cause.known ? out.type[cause.row].value : inContext;
    if constexpr (often == Often::kNone)
        if (rules(kind).takes && cause.known) return out.type[cause.row].value;
    return inContext;
}

/// Cell and peer.
template <RowDecoder::Often often>
[[gnu::always_inline]] inline void RowDecoder::ends(EventKind kind, std::uint32_t index,
                                                    std::size_t i, const GroupCodes& codes,
                                                    const Places& out, Cause cause, Last& last) {
    const std::uint32_t cell =
        restored32(codes[at(Column::kCell)][i], expectedCell<often>(kind, out, cause, last));
    std::uint32_t& slot = cellPeers_[cell % kCellSlots];
    std::uint32_t& inContext = peers_[contexts_[i]];
    const std::uint32_t peer =
        restored32(codes[at(Column::kPeer)][i],
                   expectedPeer<often>(kind, out, cause, last, cell, slot, inContext));
    out.cell[index].value = cell;
    out.peer[index].value = peer;
    inContext = peer;
    last.cell = cell;
    if constexpr (often == Often::kDeliver) last.turnPeer = peer;
    if constexpr (often == Often::kSend || often == Often::kReply) slot = peer;
    if constexpr (often == Often::kNone) {
        if (rules(kind).enqueues) slot = peer;
        if (kind == EventKind::kSpawn) last.spawned = cell;
    }
}

template <bool withEnds, RowDecoder::Often often>
[[gnu::always_inline]] inline void RowDecoder::link(EventKind kind, std::uint32_t index,
                                                    std::size_t i, const GroupCodes& codes,
                                                    const Places& out, Last& last) {
    const std::uint64_t expected = expectedCause<often>(kind, last);
    const std::uint64_t causeSeq =
        restored(swapNone(codes[at(Column::kCause)][i], expected), expected);
    out.kind[index] = kind;
    out.cause[index].value = causeSeq;
    // Also false for causes before the chunk: the difference wraps around.
    const bool known = causeSeq - first_ < index;
    const Cause cause{known, known ? static_cast<std::size_t>(causeSeq - first_) : 0};
    const std::uint8_t context = contextOf(kind, last.turnType);
    contexts_[i] = context;
    if constexpr (withEnds) ends<often>(kind, index, i, codes, out, cause, last);
    const TypeIndex type{restored32(codes[at(Column::kType)][i],
                                    expectedType<often>(kind, out, cause, types_[context]))};
    out.type[index] = type;
    types_[context] = type.value;
    if constexpr (often == Often::kNone)
        if (rules(kind).takes) last.taken = causeSeq;
    if constexpr (often == Often::kDeliver) {
        last.taken = causeSeq;
        last.turnSeq = first_ + index;
        last.turnType = type;
    }
    last.context = contextOf(kind, type);
}

template <bool withEnds>
void RowDecoder::links(std::uint32_t begin, std::uint32_t count, const GroupCodes& codes) {
    // Copies, which no compiler has to suppose that a store into a column changes.
    const Places out = out_;
    Last last = last_;
    for (std::uint32_t i = 0; i < count; ++i) {
        std::uint8_t& expected = kinds_[last.context];
        const auto kind = static_cast<std::uint8_t>(codes[at(Column::kKind)][i] ^ expected);
        expected = kind;
        // The same four times: with the kind known, little of the rules is left.
        using enum EventKind;
        switch (const auto any = static_cast<EventKind>(kind)) {
            case kDeliver:
                link<withEnds, Often::kDeliver>(kDeliver, begin + i, i, codes, out, last);
                break;
            case kSend: link<withEnds, Often::kSend>(kSend, begin + i, i, codes, out, last); break;
            case kReply:
                link<withEnds, Often::kReply>(kReply, begin + i, i, codes, out, last);
                break;
            default: link<withEnds, Often::kNone>(any, begin + i, i, codes, out, last); break;
        }
    }
    last_ = last;
}

void RowDecoder::args(std::uint32_t begin, std::uint32_t count, const GroupCodes& codes) {
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::uint32_t index = begin + i;
        const EventKind kind = out_.kind[index];
        const KindRules& rule = rules(kind);
        std::uint64_t& inContext = args_[contexts_[i]];
        Ordinals& ordinals = ordinals_[out_.cell[index].value % kCellSlots];
        std::uint64_t arg = inContext;
        switch (rule.arg) {
            case ArgFrom::kContext: break;
            case ArgFrom::kTurns: arg = ordinals.turns != 0 ? ordinals.turns + 1 : arg; break;
            case ArgFrom::kSends: arg = ordinals.sends != 0 ? ordinals.sends + 1 : arg; break;
            case ArgFrom::kTurnMessage: arg = turnMessageArg_; break;
        }
        arg = restored(codes[at(Column::kArg)][i], arg);
        out_.arg[index] = arg;
        inContext = arg;
        if (rule.sends) ordinals.sends = arg;
        if (kind == EventKind::kDeliver) {
            ordinals.turns = arg;
            const std::uint64_t cause = out_.cause[index].value - first_;
            turnMessageArg_ = cause < index ? out_.arg[cause] : 0;
        }
    }
}

void RowDecoder::extras(std::uint32_t begin, std::uint32_t count, const GroupCodes& codes) {
    for (std::uint32_t i = 0; i < count; ++i) {
        std::uint64_t& inContext = extras_[contexts_[i]];
        inContext = restored(codes[at(Column::kExtra)][i], inContext);
        out_.extra[begin + i] = inContext;
    }
}

void RowDecoder::lengths(std::uint8_t column, std::uint32_t begin, std::uint32_t count,
                         const Codes& codes, std::uint32_t* to) {
    std::uint64_t end = ends_[column];
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::uint32_t index = begin + i;
        std::uint64_t& last = lengths_[column][contextOf(out_.kind[index], out_.type[index])];
        const std::uint64_t bytes = restored(codes[i], last);
        last = bytes;
        if (bytes > kInlineBytesMax) [[unlikely]]
            longOnes_.push_back({index, column, bytes});
        else
            end += bytes;
        // Whoever has more bytes than there are is refused when they are placed.
        to[index + 1] = static_cast<std::uint32_t>(end);
    }
    ends_[column] = end;
}

}  // namespace

ColumnSet neededFor(ColumnSet wanted) {
    ColumnSet needed = wanted;
    if (wanted.has(ColumnSet::kArg) || wanted.hasAny(ColumnSet::kCell | ColumnSet::kPeer))
        needed = needed | kEnds;
    if (wanted.hasAny(kLinks | ColumnSet::kExtra | ColumnSet::kBytes)) needed = needed | kLinks;
    return needed;
}

bool standsIn(Column column, ColumnSet columns) {
    return columns.has(setOf(column));
}

absl::Status unpackColumns(const PackedColumns& packed, Position first, std::uint32_t count,
                           std::uint32_t rows, ColumnSet wanted, Room& room, EventColumns& out,
                           std::vector<LongLength>& longOnes,
                           std::array<std::uint64_t, 2>& inlineBytes) {
    ARIADNE_DCHECK(rows == count || (rows < count && rows % kGroupRows == 0));
    const ColumnSet columns = neededFor(wanted);
    Places places;
    const std::size_t bytes = place(packed, rows, columns, nullptr, places);
    place(packed, rows, columns, room.ofSize(bytes), places);
    out = viewOf(places);

    struct Reading {
        std::size_t column = 0;
        bool cleared = false;
        PackedColumnReader in;
    };
    std::array<Reading, kColumnCount> all;
    std::size_t needed = 0;
    for (std::size_t c = 0; c < kColumnCount; ++c)
        if (standsIn(static_cast<Column>(c), columns))
            all[needed++] = {c, false,
                             PackedColumnReader(packed[c], bitsOf(static_cast<Column>(c)))};
    const std::span<Reading> readings = std::span{all}.first(needed);
    GroupCodes codes;
    RowDecoder decoder(places, first, longOnes);
    for (std::uint32_t begin = 0; begin < rows; begin += kGroupRows) {
        const auto inGroup = std::min<std::uint32_t>(kGroupRows, rows - begin);
        for (Reading& reading : readings) {
            auto& values = codes[reading.column];
            switch (reading.in.nextGroup(std::span{values}.first(inGroup))) {
                case PackedColumnReader::Group::kMalformed:
                    return absl::DataLossError(absl::StrCat("column ", reading.column,
                                                            " is malformed between the rows ",
                                                            begin, " and ", begin + inGroup));
                case PackedColumnReader::Group::kZeros:
                    if (!reading.cleared) values.fill(0);
                    reading.cleared = true;
                    break;
                case PackedColumnReader::Group::kValues: reading.cleared = false; break;
            }
        }
        decoder.decode(begin, inGroup, codes);
    }
    for (const Reading& reading : readings)
        if (rows == count && !packed[reading.column].empty() && !reading.in.atEnd())
            return absl::DataLossError(
                absl::StrCat("column ", reading.column, " holds more than ", count, " rows"));
    std::sort(longOnes.begin(), longOnes.end(), [](const LongLength& a, const LongLength& b) {
        return std::pair{a.row, a.column} < std::pair{b.row, b.column};
    });
    inlineBytes = decoder.inlineBytes();
    return absl::OkStatus();
}

}  // namespace ariadne::tracefmt
