// Which C++ types are described values, and of which TypeKind; the one list everything else
// follows.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/type_desc.h"
#include "engine/value/cell_ref.h"

#include <boost/describe.hpp>
#include <boost/mp11.hpp>

#include <array>
#include <map>
#include <memory_resource>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <unordered_map>  // ban-ok: named only to refuse them with a helpful message
#include <unordered_set>  // ban-ok: named only to refuse them with a helpful message
#include <variant>
#include <vector>

namespace ariadne::value {

template <class K, class V>
class OrderedMap;
template <class T>
class Vector;
class Text;

namespace internal {
template <class T>
struct IsVector : std::false_type {};
template <class T, class A>
struct IsVector<std::vector<T, A>> : std::true_type {};
template <class T>
struct IsVector<Vector<T>> : std::true_type {};
template <class T>
struct UsesScratch : std::false_type {};
template <class T>
struct UsesScratch<std::pmr::vector<T>> : std::true_type {};
template <class T>
struct IsArray : std::false_type {};
template <class T, std::size_t N>
struct IsArray<std::array<T, N>> : std::true_type {};
template <class T>
struct IsMap : std::false_type {};
template <class K, class V>
struct IsMap<std::map<K, V>> : std::true_type {};
template <class K, class V>
struct IsMap<OrderedMap<K, V>> : std::true_type {};
template <class T>
struct IsSet : std::false_type {};
template <class T>
struct IsSet<std::set<T>> : std::true_type {};
template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVariant : std::false_type {};
template <class... T>
struct IsVariant<std::variant<T...>> : std::true_type {};
template <class T>
struct IsUnordered : std::false_type {};
template <class... T>
struct IsUnordered<std::unordered_map<T...>> : std::true_type {};  // ban-ok: refused below
template <class... T>
struct IsUnordered<std::unordered_set<T...>> : std::true_type {};  // ban-ok: refused below
template <class T>
struct IsJournalling : std::false_type {};
template <class K, class V>
struct IsJournalling<OrderedMap<K, V>> : std::true_type {};
template <class T>
struct IsJournalling<Vector<T>> : std::true_type {};
template <>
struct IsJournalling<Text> : std::true_type {};
template <class>
inline constexpr bool kNever = false;
}  // namespace internal

/// A struct described with BOOST_DESCRIBE_STRUCT.
template <class T>
inline constexpr bool kIsStruct =
    std::is_class_v<T>&& boost::describe::has_describe_members<T>::value &&
    !std::is_base_of_v<CellRef, T>;

/// A collection that keeps a journal of its own changes (OrderedMap, Vector, Text).
template <class T>
inline constexpr bool kIsJournalling = internal::IsJournalling<T>::value;

/// Members of a described struct, inherited ones first, in order of description.
template <class T>
using MembersOf = boost::describe::describe_members<T, boost::describe::mod_any_access |
                                                           boost::describe::mod_inherited>;

/// The kind of `T`; for anything that is no described value a compile error that says what to use.
template <class T>
consteval TypeKind kindOf() {
    using namespace internal;
    static_assert(
        !std::is_pointer_v<T> && !std::is_reference_v<T>,
        "a described value cannot hold a pointer: addresses differ between runs. Hold the "
        "value itself, an index, or a Ref<Actor>.");
    static_assert(
        !UsesScratch<T>::value,
        "a container of std::pmr may hold memory that ends with its turn. Use std::vector "
        "or ariadne::Vector.");
    static_assert(!IsUnordered<T>::value,
                  "an unordered container has no canonical order. Use std::map, std::set or "
                  "ariadne::OrderedMap.");
    if constexpr (std::is_same_v<T, bool>)
        return TypeKind::kBool;
    else if constexpr (std::is_enum_v<T>) {
        static_assert(
            boost::describe::has_describe_enumerators<T>::value,
            "this enum is not described. Add BOOST_DESCRIBE_ENUM(Type, a, b, ...) below it.");
        return TypeKind::kEnum;
    } else if constexpr (std::is_integral_v<T>)
        return std::is_signed_v<T> ? TypeKind::kInt : TypeKind::kUint;
    else if constexpr (std::is_same_v<T, float>)
        return TypeKind::kFloat32;
    else if constexpr (std::is_same_v<T, double>)
        return TypeKind::kFloat64;
    else if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, Text>)
        return TypeKind::kText;
    else if constexpr (std::is_same_v<T, Bytes>)
        return TypeKind::kBytes;
    else if constexpr (IsVector<T>::value)
        return TypeKind::kList;
    else if constexpr (IsArray<T>::value)
        return TypeKind::kArray;
    else if constexpr (IsMap<T>::value)
        return TypeKind::kMap;
    else if constexpr (IsSet<T>::value)
        return TypeKind::kSet;
    else if constexpr (IsOptional<T>::value)
        return TypeKind::kOptional;
    else if constexpr (IsVariant<T>::value)
        return TypeKind::kVariant;
    else if constexpr (std::is_base_of_v<CellRef, T>)
        return TypeKind::kCellRef;
    else if constexpr (std::is_same_v<T, Duration> || std::is_same_v<T, VirtualTime>)
        return TypeKind::kDuration;
    else if constexpr (std::is_same_v<T, std::monostate> || kIsStruct<T>)
        return TypeKind::kStruct;
    else
        static_assert(
            kNever<T>,
            "this type is not described. Add BOOST_DESCRIBE_STRUCT(Type, (), (field, ...)) "
            "below it; durations are ariadne::Duration.");
}

}  // namespace ariadne::value
