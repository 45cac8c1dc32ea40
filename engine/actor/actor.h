// From a plain struct to a cell type: which messages it accepts, how each is handled.
#pragma once

#include "engine/kernel/cell_type.h"
#include "engine/kernel/system_messages.h"
#include "engine/value/change.h"
#include "engine/value/type_info.h"

#include <concepts>
#include <type_traits>

namespace ariadne {

class Context;

/// The list of messages an actor accepts; named through ARIADNE_ACTOR.
template <class... Messages>
struct Accepts {
    static constexpr std::size_t kCount = sizeof...(Messages);
    template <class M>
    static constexpr bool kHas = (std::same_as<M, Messages> || ...);
};

/// Inside an actor: `using Behaviours = ariadne::Behaviours<Frozen, Closed>;` names the sets of
/// handlers that become() can switch to. Each is a struct with
/// `static void on(Actor&, Context&, const Message&)` for the messages it reacts to.
template <class... Sets>
struct Behaviours {};

template <class A>
using AcceptsOf = decltype(ariadneAccepts(static_cast<A*>(nullptr)));

template <class A>
concept Actor = requires {
    typename AcceptsOf<A>;
};

namespace internal {

template <class A, class = void>
struct BehavioursOf {
    using Type = Behaviours<>;
};
template <class A>
struct BehavioursOf<A, std::void_t<typename A::Behaviours>> {
    using Type = typename A::Behaviours;
};

/// Set void = the actor's own handlers.
template <class A, class Set, class M>
constexpr bool handles() {
    if constexpr (std::is_void_v<Set>) return requires(A & a, Context & cx, const M& m) {
            a.on(cx, m);
        };
    else
        return requires(A & a, Context & cx, const M& m) {
            Set::on(a, cx, m);
        };
}

/// Context is a parameter because it is not complete here; it is where actors are declared.
template <class A, class Set, class M, class Cx = Context>
void handler(void* state, kernel::Turn& turn, const void* message) {
    Cx cx{turn};
    if constexpr (std::is_void_v<Set>)
        static_cast<A*>(state)->on(cx, *static_cast<const M*>(message));
    else
        Set::on(*static_cast<A*>(state), cx, *static_cast<const M*>(message));
}

template <class A, class Set, class M>
constexpr kernel::Handler handlerFor() {
    if constexpr (handles<A, Set, M>())
        return &handler<A, Set, M>;
    else
        return nullptr;
}

template <class A, class Set, class... M>
void addBehaviour(kernel::CellType& type, Accepts<M...>) {
    std::string name;
    if constexpr (!std::is_void_v<Set>) name = value::shortName(value::typeName<Set>());
    type.addBehaviour(std::move(name), {handlerFor<A, Set, M>()...});
}

template <class A, class M, class... Set>
constexpr bool handledSomewhere(Behaviours<Set...>) {
    return handles<A, void, M>() || (handles<A, Set, M>() || ...);
}

template <class A, class... M, class... Set>
kernel::CellType makeCellType(Accepts<M...> accepts, Behaviours<Set...> sets) {
    static_assert(
        value::kIsStruct<A>,
        "the actor's state is not described. Add BOOST_DESCRIBE_STRUCT(Actor, (), (field, "
        "...)) before ARIADNE_ACTOR.");
    static_assert(std::is_copy_constructible_v<A>, "an actor's state is a plain, copyable struct");
    static_assert((handledSomewhere<A, M>(sets) && ...),
                  "ARIADNE_ACTOR lists a message without a handler: add "
                  "`void on(Context&, const Message&)`.");
    kernel::CellType type;
    type.state = &value::typeInfo<A>();
    type.accepts = {&value::typeInfo<M>()...};
    addBehaviour<A, void>(type, accepts);
    (addBehaviour<A, Set>(type, accepts), ...);
    type.acceptsStart = Accepts<M...>::template kHas<Start>;
    type.beginChanges = [](void* state, value::Shadow& shadow) {
        value::beginChanges(*static_cast<A*>(state), shadow);
    };
    type.encodeChange = [](void* state, value::Shadow& shadow, value::ChangeScratch& scratch,
                           ByteWriter& out) {
        return value::encodeChange(*static_cast<A*>(state), shadow, scratch, out);
    };
    return type;
}

/// Adds `type` to the process's list of cell types; the same one twice is one.
void registerCellType(const kernel::CellType& type);
/// Null when the module has none, or two of one name and structure (in anonymous namespaces), which
/// a snapshot cannot tell apart.
const kernel::CellType* findCellType(std::uint64_t stateHash, const void* module);

/// One per shared object: its address tells which one a cell type came with.
ARIADNE_PER_MODULE inline char moduleMark;  // ban-ok: of use is its address alone

}  // namespace internal

/// The cell type of actor A in this module.
template <Actor A>
ARIADNE_PER_MODULE const kernel::CellType& cellTypeOf() {
    static const kernel::CellType kType = [] {
        kernel::CellType made =
            internal::makeCellType<A>(AcceptsOf<A>{}, typename internal::BehavioursOf<A>::Type{});
        made.module = &internal::moduleMark;
        return made;
    }();
    return kType;
}

namespace internal {
/// Naming `kDone` makes A known to snapshots before main() or dlopen() returns; spawn() names it.
template <Actor A>
struct ARIADNE_PER_MODULE ActorRegistered {
    static inline const bool kDone = (registerCellType(cellTypeOf<A>()), true);
};
}  // namespace internal

/// A compile error that names the fix when A does not accept `M`.
template <class A, class M>
constexpr void checkAccepted() {
    static_assert(AcceptsOf<A>::template kHas<M>,
                  "the receiver does not accept this message: add it to its ARIADNE_ACTOR list");
}

/// Number of behaviour `Set` in A; A itself is 0.
template <class A, class Set, class... Sets>
constexpr std::uint32_t behaviourIndex(Behaviours<Sets...>) {
    static_assert(std::same_as<A, Set> || (std::same_as<Set, Sets> || ...),
                  "not a behaviour of this actor: add it to its `using Behaviours = ...`");
    if (std::same_as<A, Set>) return 0;
    std::uint32_t index = 1;
    (void)((std::same_as<Set, Sets> ? true : (++index, false)) || ...);
    return index;
}

}  // namespace ariadne

/// Declares what actor `A` accepts; anything else does not compile at the sender. Stands in the
/// actor's namespace, after its description.
#define ARIADNE_ACTOR(A, ...)                                                    \
    [[maybe_unused]] inline ::ariadne::Accepts<__VA_ARGS__> ariadneAccepts(A*) { \
        return {};                                                               \
    }                                                                            \
    [[maybe_unused]] static const bool ariadneRegistered##A =                    \
        (::ariadne::internal::registerCellType(::ariadne::cellTypeOf<A>()), true);

/// The same from inside the actor, for a class template (where it is BOOST_DESCRIBE_CLASS that
/// describes), or an actor of a library that a program may leave unused:
///     template <class M> struct Relay { ...; ARIADNE_ACCEPTS(Relay, Start, M) };
/// A program that spawns such an actor anywhere needs nothing else.
#define ARIADNE_ACCEPTS(A, ...)                                                  \
    [[maybe_unused]] friend ::ariadne::Accepts<__VA_ARGS__> ariadneAccepts(A*) { \
        return {};                                                               \
    }
