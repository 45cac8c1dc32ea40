// What a turn did to a described state, field by field.
//
// A state is a sequence of *leaves*: its fields in order, nested structs replaced by their own
// fields. A change is a sequence of: varint leaf number, one ChangeOp byte, sized bytes.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/digest.h"
#include "engine/base/limits.h"
#include "engine/value/collections.h"
#include "engine/value/encoding.h"

#include <cstdint>
#include <vector>

namespace ariadne::value {

/// How the bytes of one leaf's change are to be read. Numbers are bytes in trace files.
enum class ChangeOp : std::uint8_t {
    kReplace = 0,  ///< the leaf's new canonical encoding
    kMap = 1,      ///< varint count; each: JournalOp, sized key, and for kPut sized value
    kList = 2,     ///< varint kept; varint sets, each: varint index, sized value; varint appended,
                   ///< each sized
    kText = 3,     ///< varint kept; sized appended bytes
    kDigest = 4,   ///< too long to record: 8 bytes XXH3-64 of the new encoding, varint its length
};

/// A state's plain leaves as they were after the last turn. Of journalling leaves there is nothing
/// here: their journal is the difference.
struct Shadow {
    std::vector<std::uint64_t> words;  ///< of leaves that are one number, in order
    std::vector<Bytes> encodings;      ///< of the others, in order
    void clear() {
        words.clear();
        encodings.clear();
    }
};

/// Working memory of encodeChange, reused from turn to turn.
struct ChangeScratch {
    ByteWriter part;
};

namespace internal {
template <class T, class F>
void forEachLeaf(T& v, F& f) {
    if constexpr (kindOf<std::remove_const_t<T>>() == TypeKind::kStruct)
        forEachMember(v, [&](const char*, auto& field) { forEachLeaf(field, f); });
    else
        f(v);
}

/// Leaves whose encoding is a function of 64 bits, and the other way round.
template <class T>
inline constexpr bool kIsWord = [] {
    constexpr TypeKind kind = kindOf<T>();
    return kind == TypeKind::kBool || kind == TypeKind::kInt || kind == TypeKind::kUint ||
           kind == TypeKind::kEnum || kind == TypeKind::kFloat32 || kind == TypeKind::kFloat64 ||
           kind == TypeKind::kCellRef || kind == TypeKind::kDuration;
}();
template <class T>
std::uint64_t wordOf(const T& v) {
    constexpr TypeKind kind = kindOf<T>();
    if constexpr (kind == TypeKind::kFloat32)
        return canonicalBits<std::uint32_t>(v);
    else if constexpr (kind == TypeKind::kFloat64)
        return canonicalBits<std::uint64_t>(v);
    else if constexpr (kind == TypeKind::kCellRef)
        return v.key.value;
    else if constexpr (std::is_same_v<T, VirtualTime>)
        return static_cast<std::uint64_t>(v.value);
    else if constexpr (kind == TypeKind::kDuration)
        return static_cast<std::uint64_t>(v.count());
    else
        return static_cast<std::uint64_t>(v);
}
}  // namespace internal

/// Starts (or stops) journalling in every collection of `state` and takes its present content as
/// what the next change is relative to.
template <class State>
void beginChanges(State& state, Shadow& shadow, bool journalling = true) {
    shadow.clear();
    auto leaf = [&](auto& field) {
        using Field = std::remove_reference_t<decltype(field)>;
        if constexpr (kIsJournalling<Field>)
            field.setJournalling(journalling);
        else if constexpr (internal::kIsWord<Field>)
            shadow.words.push_back(internal::wordOf(field));
        else
            shadow.encodings.push_back(encoded(static_cast<const Field&>(field)));
    };
    internal::forEachLeaf(state, leaf);
}

/// Appends to `out` how `state` differs from `shadow` and makes `shadow` the present state.
/// Returns true when some leaf was recorded by digest only.
template <class State>
bool encodeChange(State& state, Shadow& shadow, ChangeScratch& scratch, ByteWriter& out) {
    std::uint32_t leafNumber = 0;
    std::size_t word = 0;
    std::size_t encoding = 0;
    bool digestOnly = false;
    const auto emit = [&](ChangeOp op) {
        out.varint(leafNumber);
        out.u8(static_cast<std::uint8_t>(op));
        out.sized(scratch.part.view());
    };
    auto leaf = [&](auto& field) {
        using Field = std::remove_reference_t<decltype(field)>;
        if constexpr (kIsJournalling<Field>) {
            if (!field.journalEmpty()) {
                scratch.part.clear();
                field.takeJournal(scratch.part);
                constexpr TypeKind kind = kindOf<Field>();
                emit(kind == TypeKind::kMap    ? ChangeOp::kMap
                     : kind == TypeKind::kList ? ChangeOp::kList
                                               : ChangeOp::kText);
            }
        } else if constexpr (internal::kIsWord<Field>) {
            const std::uint64_t now = internal::wordOf(field);
            std::uint64_t& before = shadow.words[word++];
            if (now != before) {
                before = now;
                scratch.part.clear();
                encode(scratch.part, static_cast<const Field&>(field));
                emit(ChangeOp::kReplace);
            }
        } else {
            scratch.part.clear();
            encode(scratch.part, static_cast<const Field&>(field));
            const ByteView now = scratch.part.view();
            Bytes& before = shadow.encodings[encoding++];
            if (!sameBytes(now, before)) {
                before.assign(now.begin(), now.end());
                if (now.size() <= kPlainFieldBytesMax) {
                    emit(ChangeOp::kReplace);
                } else {
                    scratch.part.clear();
                    scratch.part.fixed64(hashBytes(before));
                    scratch.part.varint(before.size());
                    emit(ChangeOp::kDigest);
                    digestOnly = true;
                }
            }
        }
        ++leafNumber;
    };
    internal::forEachLeaf(state, leaf);
    return digestOnly;
}

}  // namespace ariadne::value
