// How many bytes a described value takes, as every machine and compiler counts them.
//
// The figure is a function of the value and its description alone, not of an allocator: limits
// decide with it, and a run decides the same everywhere. It comes close to what a 64-bit machine
// uses. A value's footprint is what it takes where it stands (`inlineBytes`, fixed by its type)
// and what it owns elsewhere (`ownedBytes`):
//
//     kind                 inline                       owned
//     bool                 1                            0
//     integers, floats     bits / 8                     0
//     enum, ref, duration  8                            0
//     text, bytes          24                           their length
//     list                 24                           per element: inline and owned
//     set                  24                           per element: 32, inline and owned
//     map                  24                           per entry: 32, inline and owned of both
//     array, struct        the sum over the parts       the sum over the parts
//     optional             1 + that of its value        of its value, if there is one
//     variant              8 + the largest alternative  of the alternative that is there
#pragma once

#include "engine/value/encoding.h"

#include <algorithm>
#include <cstdint>

namespace ariadne::value {

/// A text, list, map or set itself, without what is in it.
inline constexpr std::uint64_t kHeadBytes = 24;
/// An entry of a map or set, besides what is in it.
inline constexpr std::uint64_t kNodeBytes = 32;

/// What a T takes where it stands.
template <class T>
consteval std::uint64_t inlineBytes() {
    constexpr TypeKind kind = kindOf<T>();
    std::uint64_t bytes = 0;
    if constexpr (kind == TypeKind::kBool)
        bytes = 1;
    else if constexpr (kind == TypeKind::kInt || kind == TypeKind::kUint ||
                       kind == TypeKind::kFloat32 || kind == TypeKind::kFloat64)
        bytes = sizeof(T);
    else if constexpr (kind == TypeKind::kEnum || kind == TypeKind::kCellRef ||
                       kind == TypeKind::kDuration)
        bytes = 8;
    else if constexpr (kind == TypeKind::kArray)
        bytes = std::tuple_size_v<T> * inlineBytes<typename T::value_type>();
    else if constexpr (kind == TypeKind::kOptional)
        bytes = 1 + inlineBytes<typename T::value_type>();
    else if constexpr (kind == TypeKind::kVariant) {
        boost::mp11::mp_for_each<boost::mp11::mp_iota_c<std::variant_size_v<T>>>([&](auto i) {
            bytes = std::max(bytes, inlineBytes<std::variant_alternative_t<i(), T>>());
        });
        bytes += 8;
    } else if constexpr (kind == TypeKind::kStruct) {
        if constexpr (!std::is_same_v<T, std::monostate>)
            boost::mp11::mp_for_each<MembersOf<T>>([&](auto member) {
                using Field = std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>;
                bytes += inlineBytes<Field>();
            });
    } else
        bytes = kHeadBytes;
    return bytes;
}

/// No T owns anything: its footprint is a constant.
template <class T>
consteval bool ownsNothing() {
    constexpr TypeKind kind = kindOf<T>();
    bool nothing = true;
    if constexpr (kind == TypeKind::kArray || kind == TypeKind::kOptional)
        nothing = ownsNothing<typename T::value_type>();
    else if constexpr (kind == TypeKind::kVariant)
        boost::mp11::mp_for_each<boost::mp11::mp_iota_c<std::variant_size_v<T>>>([&](auto i) {
            nothing = nothing && ownsNothing<std::variant_alternative_t<i(), T>>();
        });
    else if constexpr (kind == TypeKind::kStruct) {
        if constexpr (!std::is_same_v<T, std::monostate>)
            boost::mp11::mp_for_each<MembersOf<T>>([&](auto member) {
                using Field = std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>;
                nothing = nothing && ownsNothing<Field>();
            });
    } else
        nothing = kind != TypeKind::kText && kind != TypeKind::kBytes && kind != TypeKind::kList &&
                  kind != TypeKind::kMap && kind != TypeKind::kSet;
    return nothing;
}

/// What each entry of a list, map or set takes, besides what it owns.
template <class Container>
consteval std::uint64_t entryBytes() {
    constexpr TypeKind kind = kindOf<Container>();
    if constexpr (kind == TypeKind::kMap)
        return kNodeBytes + inlineBytes<typename Container::key_type>() +
               inlineBytes<typename Container::mapped_type>();
    else
        return (kind == TypeKind::kSet ? kNodeBytes : 0) +
               inlineBytes<typename Container::value_type>();
}

/// Entries of a list, map or set own nothing.
template <class Container>
consteval bool entriesOwnNothing() {
    if constexpr (kindOf<Container>() == TypeKind::kMap)
        return ownsNothing<typename Container::key_type>() &&
               ownsNothing<typename Container::mapped_type>();
    else
        return ownsNothing<typename Container::value_type>();
}

/// What `v` owns elsewhere. A collection of the engine that keeps its account answers at once,
/// anything else is walked, unless its entries own nothing.
template <class T>
std::uint64_t ownedBytes(const T& v) {
    constexpr TypeKind kind = kindOf<T>();
    std::uint64_t bytes = 0;
    if constexpr (ownsNothing<T>()) {
    } else if constexpr (kIsJournalling<T>)
        bytes = v.ownedBytes();
    else if constexpr (kind == TypeKind::kText || kind == TypeKind::kBytes)
        bytes = v.size();
    else if constexpr (kind == TypeKind::kMap) {
        bytes = v.size() * entryBytes<T>();
        if constexpr (!entriesOwnNothing<T>())
            for (const auto& [key, entry] : v) bytes += ownedBytes(key) + ownedBytes(entry);
    } else if constexpr (kind == TypeKind::kList || kind == TypeKind::kSet) {
        bytes = v.size() * entryBytes<T>();
        if constexpr (!entriesOwnNothing<T>())
            for (const auto& element : v) bytes += ownedBytes(element);
    } else if constexpr (kind == TypeKind::kArray) {
        for (const auto& element : v) bytes += ownedBytes(element);
    } else if constexpr (kind == TypeKind::kOptional) {
        if (v) bytes = ownedBytes(*v);
    } else if constexpr (kind == TypeKind::kVariant) {
        bytes = std::visit([](const auto& alternative) { return ownedBytes(alternative); }, v);
    } else
        internal::forEachMember(
            v, [&](const char*, const auto& field) { bytes += ownedBytes(field); });
    return bytes;
}

template <class T>
std::uint64_t footprint(const T& v) {
    return inlineBytes<T>() + ownedBytes(v);
}

/// What happens to the accounts of the engine's collections among the fields of a state.
enum class Accounting : std::uint8_t {
    kBegin,   ///< from here on they are kept, at the price of noting each entry touched
    kSettle,  ///< a turn is over: what it touched is added up
};

/// Copies of `state` keep no account; collections inside containers do not either, and are walked.
template <class T>
void keepAccount(T& state, Accounting step) {
    if constexpr (kindOf<T>() == TypeKind::kStruct)
        internal::forEachMember(state, [&](const char*, auto& field) { keepAccount(field, step); });
    else if constexpr (kIsJournalling<T>)
        step == Accounting::kBegin ? state.beginAccounting() : state.settleAccount();
}

}  // namespace ariadne::value
