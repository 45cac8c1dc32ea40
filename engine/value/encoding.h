// The canonical encoding of described values: one value, one byte string (base/type_desc.h lists
// it).
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/limits.h"
#include "engine/value/kinds.h"

#include <bit>
#include <cmath>
#include <limits>

namespace ariadne::value {

template <class T>
void encode(ByteWriter& out, const T& v);

/// Fills `v` from `in`; false (and `in` failed) when the bytes are not a canonical encoding of T.
template <class T>
bool decode(ByteReader& in, T& v, std::uint32_t depth = 0);

template <class T>
Bytes encoded(const T& v) {
    ByteWriter out;
    encode(out, v);
    return out.take();
}

/// nullopt unless `bytes` is exactly one canonical encoding of T.
template <class T>
std::optional<T> decoded(ByteView bytes) {
    ByteReader in{bytes};
    std::optional<T> v{std::in_place};
    if (!decode(in, *v) || !in.atEnd()) v.reset();
    return v;
}

namespace internal {

template <class Word, class Float>
Word canonicalBits(Float v) {
    // Every NaN becomes the one quiet NaN: its payload depends on compiler and CPU.
    return std::bit_cast<Word>(std::isnan(v) ? std::numeric_limits<Float>::quiet_NaN() : v);
}

/// The float of `bits`; another NaN than the canonical one fails `in`.
template <class Word, class Float>
Float decodeFloat(ByteReader& in, Word bits) {
    const auto v = std::bit_cast<Float>(bits);
    if (canonicalBits<Word>(v) != bits) in.fail();
    return v;
}

template <class T, class F>
void forEachMember(T& v, F&& f) {
    if constexpr (!std::is_same_v<std::remove_const_t<T>, std::monostate>)
        boost::mp11::mp_for_each<MembersOf<std::remove_const_t<T>>>(
            [&](auto member) { f(member.name, v.*member.pointer); });
}

template <class T>
bool decodeAlternative(ByteReader& in, T& v, std::uint64_t index, std::uint32_t depth) {
    bool ok = false;
    boost::mp11::mp_for_each<boost::mp11::mp_iota_c<std::variant_size_v<T>>>([&](auto i) {
        if (i() == index) ok = decode(in, v.template emplace<i()>(), depth);
    });
    return ok;
}

/// Elements of a counted container; each element takes at least `bytesMin` bytes, which bounds what
/// a hostile count can make us reserve.
inline std::uint64_t decodeCount(ByteReader& in) {
    const std::uint64_t count = in.varint();
    // Empty structs encode to nothing, so a count may exceed the bytes left; no more than this: a
    // longer list of them does not decode (engine/README.md names the limit).
    if (count > in.remaining() && count > 65'536) in.fail();
    return in.ok() ? count : 0;
}

}  // namespace internal

template <class T>
void encode(ByteWriter& out, const T& v) {
    constexpr TypeKind kind = kindOf<T>();
    if constexpr (kind == TypeKind::kBool)
        out.u8(v ? 1 : 0);
    else if constexpr (kind == TypeKind::kInt)
        out.zigzagVarint(v);
    else if constexpr (kind == TypeKind::kUint)
        out.varint(v);
    else if constexpr (kind == TypeKind::kEnum)
        out.zigzagVarint(static_cast<std::int64_t>(v));
    else if constexpr (kind == TypeKind::kFloat32)
        out.fixed32(internal::canonicalBits<std::uint32_t>(v));
    else if constexpr (kind == TypeKind::kFloat64)
        out.fixed64(internal::canonicalBits<std::uint64_t>(v));
    else if constexpr (kind == TypeKind::kText)
        out.sized(asBytes(std::string_view{v}));
    else if constexpr (kind == TypeKind::kBytes)
        out.sized(v);
    else if constexpr (kind == TypeKind::kList || kind == TypeKind::kSet) {
        out.varint(v.size());
        for (const auto& element : v)
            encode(out, static_cast<const typename T::value_type&>(element));
    } else if constexpr (kind == TypeKind::kArray) {
        for (const auto& element : v) encode(out, element);
    } else if constexpr (kind == TypeKind::kMap) {
        out.varint(v.size());
        for (const auto& [key, element] : v) {
            encode(out, key);
            encode(out, element);
        }
    } else if constexpr (kind == TypeKind::kOptional) {
        out.u8(v ? 1 : 0);
        if (v) encode(out, *v);
    } else if constexpr (kind == TypeKind::kVariant) {
        out.varint(v.index());
        std::visit([&](const auto& alternative) { encode(out, alternative); }, v);
    } else if constexpr (kind == TypeKind::kCellRef)
        out.fixed64(v.key.value);
    else if constexpr (std::is_same_v<T, VirtualTime>)
        out.zigzagVarint(v.value);
    else if constexpr (kind == TypeKind::kDuration)
        out.zigzagVarint(v.count());
    else
        internal::forEachMember(v, [&](const char*, const auto& field) { encode(out, field); });
}

template <class T>
bool decode(ByteReader& in, T& v, std::uint32_t depth) {
    constexpr TypeKind kind = kindOf<T>();
    if (depth > kValueDepthMax) in.fail();
    if (!in.ok()) return false;
    if constexpr (kind == TypeKind::kBool) {
        const std::uint8_t b = in.u8();
        if (b > 1) in.fail();
        v = b == 1;
    } else if constexpr (kind == TypeKind::kInt) {
        const std::int64_t wide = in.zigzagVarint();
        v = static_cast<T>(wide);
        if (v != wide) in.fail();
    } else if constexpr (kind == TypeKind::kUint) {
        const std::uint64_t wide = in.varint();
        v = static_cast<T>(wide);
        if (v != wide) in.fail();
    } else if constexpr (kind == TypeKind::kEnum) {
        const std::int64_t wide = in.zigzagVarint();
        v = static_cast<T>(wide);
        if (static_cast<std::int64_t>(v) != wide) in.fail();
    } else if constexpr (kind == TypeKind::kFloat32)
        v = internal::decodeFloat<std::uint32_t, float>(in, in.fixed32());
    else if constexpr (kind == TypeKind::kFloat64)
        v = internal::decodeFloat<std::uint64_t, double>(in, in.fixed64());
    else if constexpr (kind == TypeKind::kText)
        v = T{asText(in.sized())};
    else if constexpr (kind == TypeKind::kBytes) {
        const ByteView bytes = in.sized();
        v.assign(bytes.begin(), bytes.end());
    } else if constexpr (kind == TypeKind::kList) {
        v.clear();
        for (std::uint64_t n = internal::decodeCount(in); n > 0 && in.ok(); --n) {
            typename T::value_type element{};
            if (decode(in, element, depth + 1)) v.push_back(std::move(element));
        }
    } else if constexpr (kind == TypeKind::kSet) {
        v.clear();
        for (std::uint64_t n = internal::decodeCount(in); n > 0 && in.ok(); --n) {
            typename T::value_type element{};
            if (!decode(in, element, depth + 1)) break;
            if (!v.empty() && !(*v.rbegin() < element)) in.fail();
            v.insert(v.end(), std::move(element));
        }
    } else if constexpr (kind == TypeKind::kArray) {
        for (auto& element : v)
            if (!decode(in, element, depth + 1)) break;
    } else if constexpr (kind == TypeKind::kMap) {
        v.clear();
        for (std::uint64_t n = internal::decodeCount(in); n > 0 && in.ok(); --n) {
            typename T::key_type key{};
            typename T::mapped_type element{};
            if (!decode(in, key, depth + 1) || !decode(in, element, depth + 1)) break;
            if (!v.empty() && !(v.rbegin()->first < key)) in.fail();
            v.insert_or_assign(std::move(key), std::move(element));
        }
    } else if constexpr (kind == TypeKind::kOptional) {
        const std::uint8_t b = in.u8();
        if (b > 1) in.fail();
        v.reset();
        if (b == 1) decode(in, v.emplace(), depth + 1);
    } else if constexpr (kind == TypeKind::kVariant) {
        if (!internal::decodeAlternative(in, v, in.varint(), depth + 1)) in.fail();
    } else if constexpr (kind == TypeKind::kCellRef)
        v.key.value = in.fixed64();
    else if constexpr (std::is_same_v<T, VirtualTime>)
        v.value = in.zigzagVarint();
    else if constexpr (kind == TypeKind::kDuration)
        v = Duration{in.zigzagVarint()};
    else
        internal::forEachMember(v, [&](const char*, auto& field) { decode(in, field, depth + 1); });
    return in.ok();
}

}  // namespace ariadne::value
