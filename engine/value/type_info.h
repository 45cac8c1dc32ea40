// The runtime face of a described type: what the kernel needs to hold, record and restore values
// whose C++ type it does not know.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/per_module.h"
#include "engine/base/type_desc.h"
#include "engine/value/encoding.h"
#include "engine/value/footprint.h"
#include "engine/value/secret.h"
#include "engine/value/type_name.h"

#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

namespace ariadne::value {

class TypeBuilder;

/// One per described C++ type and module; immutable. Two with equal `hash` are the same type.
struct TypeInfo {
    std::string name;      ///< qualified
    std::uint64_t hash;    ///< of name and structure
    std::uint32_t number;  ///< dense, in order of first use in this process; an index, never data
    std::size_t size;
    std::size_t alignment;
    TypeIndex (*describe)(TypeBuilder&);
    void (*encode)(const void* value, ByteWriter& out);
    /// Constructs a T at `storage` from `bytes`; false (nothing constructed) when they are not one.
    bool (*decodeInto)(ByteView bytes, void* storage);
    void (*moveInto)(void* from, void* storage);  ///< move-constructs, then destroys `from`
    void (*copyInto)(const void* from, void* storage);
    void (*destroy)(void* value);                       ///< null when there is nothing to do
    std::uint64_t inlineBytes;                          ///< as footprint.h counts
    std::uint64_t (*ownedBytes)(const void* value);     ///< null when none ever owns anything
    void (*keepAccount)(void* value, Accounting step);  ///< null likewise

    /// Bytes that `value` takes, the same on every machine.
    std::uint64_t footprintOf(const void* value) const {
        return inlineBytes + (ownedBytes != nullptr ? ownedBytes(value) : 0);
    }
};

/// Storage for one value, not constructed.
inline void* allocate(const TypeInfo& info) {
    // Of the usual alignment the plain form is several times faster.
    return info.alignment <= __STDCPP_DEFAULT_NEW_ALIGNMENT__
               ? ::operator new(info.size)
               : ::operator new (info.size, std::align_val_t{info.alignment});
}
inline void deallocate(const TypeInfo& info, void* storage) {
    if (info.alignment <= __STDCPP_DEFAULT_NEW_ALIGNMENT__)
        ::operator delete(storage);
    else
        ::operator delete (storage, std::align_val_t{info.alignment});
}

/// Adds `info` to the process's list of message types. Called by static initialisers.
bool registerMessageType(const TypeInfo& info);
/// A message type of that structure, or null.
const TypeInfo* findMessageType(std::uint64_t hash);

/// Adds descriptions to a table, each structure once, whatever module it comes from.
class TypeBuilder {
public:
    explicit TypeBuilder(TypeTable& table) : table_(table) {}

    template <class T>
    TypeIndex add();

private:
    template <class T>
    TypeDesc describeShallow(std::uint64_t hash);
    TypeIndex find(std::uint64_t hash) const;

    TypeTable& table_;
};

namespace internal {

std::uint32_t nextTypeNumber();
std::uint64_t startHash(TypeKind kind, std::string_view name, std::uint32_t size);
std::uint64_t addToHash(std::uint64_t hash, std::string_view fieldName, std::uint64_t fieldHash);

template <class T>
std::string displayName();

/// Structural hash; a struct met again inside itself counts by name.
template <class T>
std::uint64_t structuralHash(std::vector<std::string>& open) {
    constexpr TypeKind kind = kindOf<T>();
    std::uint32_t size = 0;
    if constexpr (kind == TypeKind::kInt || kind == TypeKind::kUint) size = sizeof(T) * 8;
    if constexpr (kind == TypeKind::kArray) size = std::tuple_size_v<T>;
    const std::string name = displayName<T>();
    std::uint64_t hash = startHash(kind, name, size);
    for (const std::string& outer : open)
        if (outer == name) return hash;
    open.push_back(name);
    if constexpr (kind == TypeKind::kStruct) {
        if constexpr (!std::is_same_v<T, std::monostate>)
            boost::mp11::mp_for_each<MembersOf<T>>([&](auto member) {
                using Field = std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>;
                hash = addToHash(hash, member.name, structuralHash<Field>(open));
            });
    } else if constexpr (kind == TypeKind::kEnum) {
        boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>(
            [&](auto e) { hash = addToHash(hash, e.name, static_cast<std::uint64_t>(e.value)); });
    } else if constexpr (kind == TypeKind::kMap) {
        hash = addToHash(hash, "key", structuralHash<typename T::key_type>(open));
        hash = addToHash(hash, "value", structuralHash<typename T::mapped_type>(open));
    } else if constexpr (kind == TypeKind::kList || kind == TypeKind::kSet ||
                         kind == TypeKind::kArray || kind == TypeKind::kOptional) {
        hash = addToHash(hash, "element", structuralHash<typename T::value_type>(open));
    } else if constexpr (kind == TypeKind::kVariant) {
        boost::mp11::mp_for_each<boost::mp11::mp_iota_c<std::variant_size_v<T>>>([&](auto i) {
            hash = addToHash(hash, "", structuralHash<std::variant_alternative_t<i(), T>>(open));
        });
    }
    open.pop_back();
    return hash;
}

template <class T>
ARIADNE_PER_MODULE std::uint64_t typeHash() {
    static const std::uint64_t kHash = [] {
        std::vector<std::string> open;
        return structuralHash<T>(open);
    }();
    return kHash;
}

/// Names of containers are spelt by us: the compilers spell standard ones differently.
template <class T>
std::string displayName() {
    constexpr TypeKind kind = kindOf<T>();
    if constexpr (kind == TypeKind::kBool)
        return "bool";
    else if constexpr (kind == TypeKind::kInt)
        return "i" + std::to_string(sizeof(T) * 8);
    else if constexpr (kind == TypeKind::kUint)
        return "u" + std::to_string(sizeof(T) * 8);
    else if constexpr (kind == TypeKind::kFloat32)
        return "f32";
    else if constexpr (kind == TypeKind::kFloat64)
        return "f64";
    else if constexpr (kind == TypeKind::kText)
        return "text";
    else if constexpr (kind == TypeKind::kBytes)
        return "bytes";
    else if constexpr (kind == TypeKind::kCellRef)
        return "ref";
    else if constexpr (kind == TypeKind::kDuration)
        return "duration";
    else if constexpr (kind == TypeKind::kList)
        return "list<" + displayName<typename T::value_type>() + ">";
    else if constexpr (kind == TypeKind::kSet)
        return "set<" + displayName<typename T::value_type>() + ">";
    else if constexpr (kind == TypeKind::kOptional)
        return "optional<" + displayName<typename T::value_type>() + ">";
    else if constexpr (kind == TypeKind::kArray)
        return "array<" + displayName<typename T::value_type>() + ", " +
               std::to_string(std::tuple_size_v<T>) + ">";
    else if constexpr (kind == TypeKind::kMap)
        return "map<" + displayName<typename T::key_type>() + ", " +
               displayName<typename T::mapped_type>() + ">";
    else if constexpr (kind == TypeKind::kVariant) {
        std::string name = "variant<";
        boost::mp11::mp_for_each<boost::mp11::mp_iota_c<std::variant_size_v<T>>>([&](auto i) {
            if (i() != 0) name += ", ";
            name += displayName<std::variant_alternative_t<i(), T>>();
        });
        return name + ">";
    } else if constexpr (std::is_same_v<T, std::monostate>)
        return "nothing";
    else
        return typeName<T>();
}

}  // namespace internal

template <class T>
TypeIndex TypeBuilder::add() {
    const std::uint64_t hash = internal::typeHash<T>();
    if (const TypeIndex known = find(hash); known.value != 0) return known;
    constexpr TypeKind kind = kindOf<T>();
    TypeDesc desc;
    desc.name = internal::displayName<T>();
    desc.kind = kind;
    desc.hash = hash;
    if constexpr (kind == TypeKind::kInt || kind == TypeKind::kUint) desc.size = sizeof(T) * 8;
    if constexpr (kind == TypeKind::kArray) desc.size = std::tuple_size_v<T>;
    // The entry exists before its fields, so that a type may contain itself.
    const TypeIndex index = table_.add(desc);
    if constexpr (kind == TypeKind::kStruct) {
        if constexpr (!std::is_same_v<T, std::monostate>)
            boost::mp11::mp_for_each<MembersOf<T>>([&](auto member) {
                using Field = std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>;
                desc.fields.push_back(
                    {member.name, add<Field>(), 0, isSecret<T, decltype(member)>()});
            });
    } else if constexpr (kind == TypeKind::kEnum) {
        boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto e) {
            desc.fields.push_back({e.name, {}, static_cast<std::int64_t>(e.value)});
        });
    } else if constexpr (kind == TypeKind::kMap) {
        desc.fields.push_back({"key", add<typename T::key_type>(), 0});
        desc.fields.push_back({"value", add<typename T::mapped_type>(), 0});
    } else if constexpr (kind == TypeKind::kList || kind == TypeKind::kSet ||
                         kind == TypeKind::kArray || kind == TypeKind::kOptional) {
        desc.fields.push_back({"element", add<typename T::value_type>(), 0});
    } else if constexpr (kind == TypeKind::kVariant) {
        boost::mp11::mp_for_each<boost::mp11::mp_iota_c<std::variant_size_v<T>>>([&](auto i) {
            using Alternative = std::variant_alternative_t<i(), T>;
            desc.fields.push_back({std::string{shortName(internal::displayName<Alternative>())},
                                   add<Alternative>(), 0});
        });
    }
    table_.replace(index, std::move(desc));
    return index;
}

namespace internal {
template <class T>
constexpr auto ownedBytesOf() -> std::uint64_t (*)(const void*) {
    if constexpr (ownsNothing<T>())
        return nullptr;
    else
        return [](const void* v) { return ownedBytes(*static_cast<const T*>(v)); };
}
template <class T>
constexpr auto keepAccountOf() -> void (*)(void*, Accounting) {
    if constexpr (ownsNothing<T>())
        return nullptr;
    else
        return [](void* v, Accounting step) { keepAccount(*static_cast<T*>(v), step); };
}
}  // namespace internal

template <class T>
ARIADNE_PER_MODULE const TypeInfo& typeInfo() {
    static const TypeInfo kInfo{
        internal::displayName<T>(),
        internal::typeHash<T>(),
        internal::nextTypeNumber(),
        sizeof(T),
        alignof(T),
        [](TypeBuilder& builder) { return builder.add<T>(); },
        [](const void* v, ByteWriter& out) { encode(out, *static_cast<const T*>(v)); },
        [](ByteView bytes, void* storage) {
            std::optional<T> v = decoded<T>(bytes);
            if (v) new (storage) T(std::move(*v));
            return v.has_value();
        },
        [](void* from, void* storage) {
            T& v = *static_cast<T*>(from);
            new (storage) T(std::move(v));
            v.~T();  // NOLINT(bugprone-use-after-move): what was moved from is still destroyed
        },
        [](const void* from, void* storage) { new (storage) T(*static_cast<const T*>(from)); },
        std::is_trivially_destructible_v<T> ? nullptr : +[](void* v) { static_cast<T*>(v)->~T(); },
        inlineBytes<T>(),
        internal::ownedBytesOf<T>(),
        internal::keepAccountOf<T>(),
    };
    return kInfo;
}

/// Naming `kDone` anywhere makes T known to findMessageType() before main() or dlopen() returns, so
/// that a snapshot can be restored before the first T was ever made.
template <class T>
struct ARIADNE_PER_MODULE MessageTypeRegistered {
    static inline const TypeInfo& kInfo = typeInfo<T>();  ///< after static initialisation
    static inline const bool kDone = registerMessageType(kInfo);
};

}  // namespace ariadne::value
