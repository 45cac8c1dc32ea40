// What the next row probably is, from the rows before it in the chunk: columns hold the
// differences.
#pragma once

#include "engine/base/event.h"

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

/// Turns rows into small codes and back; writer and reader run it over the same rows in the same
/// order, so both make the same predictions. Every value of every field has exactly one code:
/// a wrong prediction costs bytes, never truth. FORMAT.md, "Prediction", is the specification.
class RowPredictor {
public:
    /// `rows` are the chunk's rows, of which those below the one asked for are complete.
    explicit RowPredictor(const EventRow* rows, Position first)
        : rows_(rows), first_(first.value) {}

    /// Codes of row `index`, by column. Call for every row in order.
    void encode(std::uint32_t index, std::array<std::uint64_t, kColumnCount>& codes);

    struct Lengths {
        std::uint64_t payload;
        std::uint64_t change;
    };
    /// Fills every field of `row`, which is row `index`, but payload and change, whose lengths it
    /// returns. False when a code is out of its column's range.
    bool decode(std::uint32_t index, const std::array<std::uint64_t, kColumnCount>& codes,
                EventRow& row, Lengths& lengths);

private:
    static constexpr std::size_t kContexts = 256;
    static constexpr std::size_t kCellSlots = 1024;

    /// What was last seen with a kind in the turn of a message type.
    struct Context {
        std::uint64_t extra = 0;
        std::uint64_t arg = 0;
        std::uint32_t type = 0;
        std::uint32_t peer = 0;
    };
    struct LastLengths {
        std::uint64_t payload = 0;
        std::uint64_t change = 0;
    };
    /// What a cell did last: its ordinals count up, and it tends to talk to the same peer.
    struct CellSlot {
        std::uint64_t turns = 0;
        std::uint64_t sends = 0;
        std::uint32_t peer = 0;
    };

    static std::size_t contextOf(EventKind kind, TypeIndex type) {
        return (static_cast<std::size_t>(kind) * 8 + type.value) % kContexts;
    }
    const EventRow* causeOf(std::uint32_t index, Position cause) const {
        return cause.value >= first_ && cause.value - first_ < index
                   ? rows_ + (cause.value - first_)
                   : nullptr;
    }
    std::uint64_t predictCause(EventKind kind) const;
    std::uint32_t predictCell(EventKind kind, const EventRow* cause) const;
    std::uint32_t predictPeer(const EventRow& row, const EventRow* cause) const;
    std::uint32_t predictType(const EventRow& row, const EventRow* cause) const;
    std::uint64_t predictArg(const EventRow& row) const;
    void learn(const EventRow& row, const EventRow* cause, Lengths lengths);

    const EventRow* rows_;
    std::uint64_t first_;
    inline static const EventRow kNoRow{};
    const EventRow* previous_ = &kNoRow;
    const EventRow* turn_ = &kNoRow;    ///< the last kDeliver
    std::uint64_t turnMessageArg_ = 0;  ///< of the message the turn took
    std::uint64_t lastTaken_ = 0;       ///< cause of the last kDeliver or kDrop
    std::uint32_t lastSpawned_ = 0;
    std::array<std::uint8_t, kContexts> kinds_{};
    std::array<Context, kContexts> contexts_{};
    std::array<LastLengths, kContexts> lengths_{};
    std::array<CellSlot, kCellSlots> cells_{};
};

}  // namespace ariadne::tracefmt
