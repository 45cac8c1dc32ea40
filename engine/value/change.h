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

/// The encodings of a state's plain leaves as they were after the last turn.
/// Journalling leaves have length 0 here: their journal is the difference.
struct Shadow {
    ByteWriter bytes;
    std::vector<std::uint32_t> ends;
    void clear() {
        bytes.clear();
        ends.clear();
    }
};

/// Working memory of encodeChange, reused from turn to turn.
struct ChangeScratch {
    Shadow next;
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
        else
            encode(shadow.bytes, static_cast<const Field&>(field));
        shadow.ends.push_back(static_cast<std::uint32_t>(shadow.bytes.size()));
    };
    internal::forEachLeaf(state, leaf);
}

/// Appends to `out` how `state` differs from `shadow` and makes `shadow` the present state.
/// Returns true when some leaf was recorded by digest only.
template <class State>
bool encodeChange(State& state, Shadow& shadow, ChangeScratch& scratch, ByteWriter& out) {
    scratch.next.clear();
    std::uint32_t leafNumber = 0;
    std::uint32_t oldBegin = 0;
    bool digestOnly = false;
    const auto emit = [&](ChangeOp op, ByteView bytes) {
        out.varint(leafNumber);
        out.u8(static_cast<std::uint8_t>(op));
        out.sized(bytes);
    };
    auto leaf = [&](auto& field) {
        using Field = std::remove_reference_t<decltype(field)>;
        const std::size_t begin = scratch.next.bytes.size();
        const std::uint32_t oldEnd = shadow.ends[leafNumber];
        if constexpr (kIsJournalling<Field>) {
            if (!field.journalEmpty()) {
                scratch.part.clear();
                field.takeJournal(scratch.part);
                constexpr TypeKind kind = kindOf<Field>();
                emit(kind == TypeKind::kMap    ? ChangeOp::kMap
                     : kind == TypeKind::kList ? ChangeOp::kList
                                               : ChangeOp::kText,
                     scratch.part.view());
            }
        } else {
            encode(scratch.next.bytes, static_cast<const Field&>(field));
            const ByteView now = scratch.next.bytes.viewFrom(begin);
            const ByteView before = shadow.bytes.view().subspan(oldBegin, oldEnd - oldBegin);
            if (!sameBytes(now, before)) {
                if (now.size() <= kPlainFieldBytesMax) {
                    emit(ChangeOp::kReplace, now);
                } else {
                    scratch.part.clear();
                    scratch.part.fixed64(hashBytes(now));
                    scratch.part.varint(now.size());
                    emit(ChangeOp::kDigest, scratch.part.view());
                    digestOnly = true;
                }
            }
        }
        scratch.next.ends.push_back(static_cast<std::uint32_t>(scratch.next.bytes.size()));
        oldBegin = oldEnd;
        ++leafNumber;
    };
    internal::forEachLeaf(state, leaf);
    std::swap(shadow, scratch.next);
    return digestOnly;
}

}  // namespace ariadne::value
