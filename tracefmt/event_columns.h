// The rows of one chunk, column by column, as a reader holds them.
#pragma once

#include "engine/base/event.h"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace ariadne::tracefmt {

/// Which columns are wanted, or there. Value type.
class ColumnSet {
public:
    constexpr ColumnSet() = default;
    constexpr ColumnSet operator|(ColumnSet other) const { return ColumnSet(bits_ | other.bits_); }
    constexpr bool has(ColumnSet other) const { return (bits_ & other.bits_) == other.bits_; }
    constexpr bool hasAny(ColumnSet other) const { return (bits_ & other.bits_) != 0; }
    constexpr bool operator==(const ColumnSet&) const = default;

    static const ColumnSet kKind, kFlags, kTime, kRound, kCause, kCell, kPeer, kType, kArg, kExtra;
    static const ColumnSet kBytes;  ///< payloads and changes
    static const ColumnSet kAll;

private:
    explicit constexpr ColumnSet(unsigned bits) : bits_(bits) {}
    unsigned bits_ = 0;
};
inline constexpr ColumnSet ColumnSet::kKind{1u << 0};
inline constexpr ColumnSet ColumnSet::kFlags{1u << 1};
inline constexpr ColumnSet ColumnSet::kTime{1u << 2};
inline constexpr ColumnSet ColumnSet::kRound{1u << 3};
inline constexpr ColumnSet ColumnSet::kCause{1u << 4};
inline constexpr ColumnSet ColumnSet::kCell{1u << 5};
inline constexpr ColumnSet ColumnSet::kPeer{1u << 6};
inline constexpr ColumnSet ColumnSet::kType{1u << 7};
inline constexpr ColumnSet ColumnSet::kArg{1u << 8};
inline constexpr ColumnSet ColumnSet::kExtra{1u << 9};
inline constexpr ColumnSet ColumnSet::kBytes{1u << 10};
inline constexpr ColumnSet ColumnSet::kAll{(1u << 11) - 1};

/// A value per row in each column; a column that was not asked for, or is 0 in all rows, points at
/// zeros that all chunks share. Views into a room that somebody else owns.
struct EventColumns {
    const EventKind* kind = nullptr;
    const std::uint8_t* flags = nullptr;
    const VirtualTime* time = nullptr;
    const Round* round = nullptr;
    const Position* cause = nullptr;
    const std::uint64_t* arg = nullptr;
    const std::uint64_t* extra = nullptr;
    const Rank* cell = nullptr;
    const Rank* peer = nullptr;
    const TypeIndex* type = nullptr;
    /// Where a row's bytes begin among those of all rows; those of the next begin where they end.
    /// One more entry than rows. Long ones, which stand elsewhere, count as none.
    const std::uint32_t* payloadAt = nullptr;
    const std::uint32_t* changeAt = nullptr;
};

/// Uninitialised memory that is used again. Move-only.
class Room {
public:
    /// At least `bytes`; what was in it is lost. Aligned for any number.
    std::byte* ofSize(std::size_t bytes) {
        if (bytes > size_) {
            bytes_.reset();
            size_ = 0;
            // NOLINTNEXTLINE(modernize-make-unique): make_unique would clear it
            bytes_.reset(new std::byte[bytes]);
            size_ = bytes;
        }
        return bytes_.get();
    }
    std::byte* data() const { return bytes_.get(); }
    std::size_t size() const { return size_; }

private:
    std::unique_ptr<std::byte[]> bytes_;
    std::size_t size_ = 0;
};

}  // namespace ariadne::tracefmt
