// What the next row probably is, from the rows before it in the chunk: columns hold the
// differences.
#pragma once

#include "engine/base/event_batch.h"
#include "tracefmt/bit_pack.h"
#include "tracefmt/row_rules.h"

#include <array>
#include <cstdint>

namespace ariadne::tracefmt {

/// The columns of an EVNT chunk, in the order in which a row's codes are made and read.
enum class Column : std::uint8_t {
    kKind,
    kFlags,
    kTime,
    kRound,
    kCause,
    kCell,
    kPeer,
    kType,
    kArg,
    kExtra,
    kPayloadLength,
    kChangeLength,
};
inline constexpr std::size_t kColumnCount = 12;

/// The codes of a group of rows, column by column.
using GroupCodes = std::array<std::array<std::uint64_t, kGroupRows>, kColumnCount>;

/// Turns rows into small codes; a reader (row_decoder.h) makes the same predictions from the rows
/// before. Every value of every field has exactly one code: a wrong prediction costs bytes, never
/// truth. FORMAT.md, "Prediction", is the specification.
class RowPredictor {
public:
    /// `rows` are the chunk's rows, of which those below the one asked for are complete.
    RowPredictor(const CompactRow* rows, Position first) : rows_(rows), first_(first.value) {}

    /// Codes of the `count` rows from `begin`, at most kGroupRows. Call for all rows in order.
    void encode(std::uint32_t begin, std::uint32_t count, GroupCodes& codes);

private:
    struct Lengths {
        std::uint64_t payload;
        std::uint64_t change;
    };
    /// What was last seen with a kind in the turn of a message type.
    struct Context {
        std::uint64_t extra = 0;
        std::uint64_t arg = 0;
        std::uint32_t type = 0;
        std::uint32_t peer = 0;
    };
    /// What a cell did last: its ordinals count up, and it tends to talk to the same peer.
    struct CellSlot {
        std::uint64_t turns = 0;
        std::uint64_t sends = 0;
        std::uint32_t peer = 0;
    };
    /// Of the row before.
    struct Previous {
        std::uint64_t time = 0;
        std::uint64_t round = 0;
        std::uint8_t context = 0;  ///< of its kind and type
    };
    /// Of the last kDeliver.
    struct Turn {
        std::uint64_t seq = 0;
        std::uint64_t messageArg = 0;  ///< of the message it took
        TypeIndex type;
        std::uint32_t peer = 0;
    };
    /// The row a row names as its cause, if that is known; else zeros.
    struct Cause {
        bool known = false;
        std::uint64_t arg = 0;
        std::uint32_t cell = 0;
        std::uint32_t peer = 0;
        std::uint32_t type = 0;
    };

    Cause causeOf(std::uint32_t index, std::uint64_t cause) const;
    std::uint64_t predictCause(EventKind kind) const;
    std::uint32_t predictCell(EventKind kind, const Cause& cause) const;
    std::uint32_t predictPeer(EventKind kind, std::uint32_t cell, const Cause& cause,
                              const Context& context) const;
    std::uint32_t predictType(EventKind kind, const Cause& cause, const Context& context) const;
    std::uint64_t predictArg(EventKind kind, const CellSlot& slot, const Context& context) const;
    // What is learned falls into three parts that do not look at each other, so that a group can
    // be encoded in three short loops.
    void learnKindAndTime(const CompactRow& row);
    void learnLinks(EventKind kind, const CompactRow& row, std::uint64_t seq, const Cause& cause);
    void learnLengths(const CompactRow& row, Lengths lengths) {
        lengths_[contextOf(row.kind, row.type)] = lengths;
    }
    void encodeKindsAndTimes(const CompactRow* rows, std::uint32_t count, GroupCodes& codes);
    void encodeLinks(std::uint32_t begin, std::uint32_t count, GroupCodes& codes);
    void encodeLink(EventKind kind, std::uint32_t index, std::size_t i, GroupCodes& codes);
    void encodeLengths(const CompactRow* rows, std::uint32_t count, GroupCodes& codes);

    const CompactRow* rows_;
    std::uint64_t first_;
    Previous previous_;
    std::uint32_t previousCell_ = 0;
    Turn turn_;
    std::uint64_t lastTaken_ = 0;  ///< cause of the last kDeliver or kDrop
    std::uint32_t lastSpawned_ = 0;
    std::array<std::uint8_t, kContexts> kinds_{};
    std::array<Context, kContexts> contexts_{};
    std::array<Lengths, kContexts> lengths_{};
    std::array<CellSlot, kCellSlots> cells_{};
};

}  // namespace ariadne::tracefmt
