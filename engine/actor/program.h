// A program: a root actor with an id, a version and typed arguments, found by name.
#pragma once

#include "engine/actor/actor.h"
#include "engine/base/status_macros.h"
#include "engine/kernel/world.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cmath>
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ariadne {

/// Raised whenever a program compiled against an older engine could not run on this one.
inline constexpr std::uint32_t kProgramAbi = 3;

/// What an argument looks like to a person: `accounts: u32 = 10`.
struct ArgumentDesc {
    std::string name;
    std::string typeName;
    std::string defaultText;
};

using ArgumentTexts = std::vector<std::pair<std::string, std::string>>;

/// A program as the host sees it. Immutable; lives as long as the module it came with.
struct Program {
    std::uint32_t abi = kProgramAbi;
    std::string id;
    std::string version;
    std::vector<ArgumentDesc> arguments;
    const kernel::CellType* root = nullptr;
    const void* module = nullptr;

    /// Every argument as text, given ones parsed and spelt canonically, the others by default.
    /// kInvalidArgument: an unknown name or a text that is no value of its type; says which, and
    /// what would be right.
    absl::StatusOr<ArgumentTexts> (*normalise)(const ArgumentTexts& given) = nullptr;

    /// Starts a run in `world`. Same errors as normalise().
    absl::Status (*start)(kernel::World& world, const Program& program,
                          const ArgumentTexts& given) = nullptr;

    /// For World::restore.
    kernel::CellTypeFinder cellTypes() const;
};

/// All programs registered in this process, by id. Registration happens in static initialisers.
class ProgramRegistry {
public:
    static void add(const Program& program);
    static std::span<const Program* const> all();
    /// Null when there is none of that id.
    static const Program* find(std::string_view id);
};

/// "20ms", "-1.5s": a number and its unit (ns, us, ms, s). Nullopt when it is none, finer than a
/// nanosecond or out of range.
std::optional<Duration> parseDuration(std::string_view text);

namespace internal {

/// Parses `text` into a value; nullopt when it is none. Bool: true/false/1/0; integers in their
/// range; durations with a unit ("20ms"); text as it is.
template <class T>
std::optional<T> parseArgument(std::string_view text);
template <class T>
std::string showArgument(const T& v);

std::optional<std::int64_t> parseInteger(std::string_view text);
std::optional<std::uint64_t> parseUnsigned(std::string_view text);
std::optional<double> parseFloat(std::string_view text);
std::string showFloatArgument(double v);
std::string showFloatArgument(float v);
std::string showDurationArgument(Duration v);
absl::Status unknownArgument(std::string_view name, const std::vector<ArgumentDesc>& known);
absl::Status badArgument(std::string_view name, std::string_view text, std::string_view expected);

/// What a text must be to be a T: "true or false".
template <class T>
std::string expectedText();

template <class T>
std::optional<T> parseArgument(std::string_view text) {
    constexpr TypeKind kind = value::kindOf<T>();
    if constexpr (kind == TypeKind::kBool) {
        if (text == "true" || text == "1") return true;
        if (text == "false" || text == "0") return false;
        return std::nullopt;
    } else if constexpr (kind == TypeKind::kInt) {
        const auto v = parseInteger(text);
        if (!v || *v < std::numeric_limits<T>::min() || *v > std::numeric_limits<T>::max())
            return std::nullopt;
        return static_cast<T>(*v);
    } else if constexpr (kind == TypeKind::kUint) {
        const auto v = parseUnsigned(text);
        if (!v || *v > std::numeric_limits<T>::max()) return std::nullopt;
        return static_cast<T>(*v);
    } else if constexpr (kind == TypeKind::kFloat32 || kind == TypeKind::kFloat64) {
        const auto v = parseFloat(text);
        if (!v || std::abs(*v) > std::numeric_limits<T>::max()) return std::nullopt;
        return static_cast<T>(*v);
    } else if constexpr (kind == TypeKind::kDuration) {
        return parseDuration(text);
    } else if constexpr (kind == TypeKind::kEnum) {
        std::optional<T> found;
        boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto e) {
            if (text == e.name) found = e.value;
        });
        return found;
    } else {
        static_assert(kind == TypeKind::kText,
                      "a program argument is a bool, number, text, duration or enum");
        return T{text};
    }
}

template <class T>
std::string expectedText() {
    constexpr TypeKind kind = value::kindOf<T>();
    if constexpr (kind == TypeKind::kBool)
        return "true or false";
    else if constexpr (kind == TypeKind::kInt || kind == TypeKind::kUint)
        return "a whole number from " + std::to_string(std::numeric_limits<T>::min()) + " to " +
               std::to_string(std::numeric_limits<T>::max());
    else if constexpr (kind == TypeKind::kFloat32 || kind == TypeKind::kFloat64)
        return "a number such as 0.5";
    else if constexpr (kind == TypeKind::kDuration)
        return "a duration such as 20ms or 1.5s";
    else if constexpr (kind == TypeKind::kEnum) {
        std::string out = "one of";
        boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>(
            [&](auto e) { out.append(out == "one of" ? " " : ", ").append(e.name); });
        return out;
    } else
        return "a text";
}

template <class T>
std::string showArgument(const T& v) {
    constexpr TypeKind kind = value::kindOf<T>();
    if constexpr (kind == TypeKind::kBool)
        return v ? "true" : "false";
    else if constexpr (kind == TypeKind::kInt || kind == TypeKind::kUint)
        return std::to_string(v);
    else if constexpr (kind == TypeKind::kFloat32 || kind == TypeKind::kFloat64)
        return showFloatArgument(v);
    else if constexpr (kind == TypeKind::kDuration)
        return showDurationArgument(v);
    else if constexpr (kind == TypeKind::kEnum) {
        std::string name;
        boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto e) {
            if (v == e.value) name = e.name;
        });
        return name;
    } else
        return std::string{v};
}

template <class Args>
std::vector<ArgumentDesc> describeArguments() {
    std::vector<ArgumentDesc> out;
    const Args defaults{};
    value::internal::forEachMember(defaults, [&](const char* name, const auto& field) {
        using Field = std::remove_cvref_t<decltype(field)>;
        out.push_back({name, std::string{value::shortName(value::internal::displayName<Field>())},
                       showArgument(field)});
    });
    return out;
}

template <class Args>
absl::StatusOr<Args> parseArguments(const ArgumentTexts& given) {
    Args args{};
    absl::Status status;
    for (const auto& argument : given) {
        const auto& name = argument.first;  // clang 14 lets no lambda see a structured binding
        const auto& text = argument.second;
        bool known = false;
        value::internal::forEachMember(args, [&](const char* field, auto& target) {
            using Field = std::remove_reference_t<decltype(target)>;
            if (name != field || !status.ok()) return;
            known = true;
            if (std::optional<Field> parsed = parseArgument<Field>(text))
                target = std::move(*parsed);
            else
                status = badArgument(name, text, expectedText<Field>());
        });
        if (!known && status.ok()) status = unknownArgument(name, describeArguments<Args>());
        if (!status.ok()) return status;
    }
    return args;
}

template <class Root, class Args>
Program makeProgram(std::string id, std::string version) {
    static_assert(AcceptsOf<Root>::template kHas<Args>,
                  "the root actor must accept the program's arguments as its first message "
                  "(ariadne::Start when there are none)");
    Program program;
    program.id = std::move(id);
    program.version = std::move(version);
    program.arguments = describeArguments<Args>();
    program.root = &cellTypeOf<Root>();
    program.module = &moduleMark;
    program.normalise = [](const ArgumentTexts& given) -> absl::StatusOr<ArgumentTexts> {
        absl::StatusOr<Args> args = parseArguments<Args>(given);
        if (!args.ok()) return args.status();
        ArgumentTexts out;
        value::internal::forEachMember(*args, [&](const char* name, const auto& field) {
            out.emplace_back(name, showArgument(field));
        });
        return out;
    };
    program.start = [](kernel::World& world, const Program& self, const ArgumentTexts& given) {
        absl::StatusOr<Args> args = parseArguments<Args>(given);
        if (!args.ok()) return args.status();
        void* state = kernel::allocateState(*self.root->state);
        new (state) Root{};
        kernel::Message* first = world.pool().make(std::move(*args));
        checkAccepted<Root, Args>();
        world.start(*self.root, state, self.id, first);
        return absl::OkStatus();
    };
    return program;
}

template <class Root, class Args = Start>
ARIADNE_PER_MODULE bool registerProgram(std::string id, std::string version) {
    // One root may be several programs; a deque does not move what the registry points to.
    static std::deque<Program> programs;  // ban-ok: filled while a module is loaded
    ProgramRegistry::add(
        programs.emplace_back(makeProgram<Root, Args>(std::move(id), std::move(version))));
    return true;
}

}  // namespace internal
}  // namespace ariadne

/// Makes a program known: ARIADNE_PROGRAM("bank", "1.0", Bank) or, with arguments,
/// ARIADNE_PROGRAM("bank", "1.0", Bank, BankArgs). Once per program, in one source file.
#define ARIADNE_PROGRAM(id, version, ...)                                                   \
    [[maybe_unused]] static const bool ARIADNE_CONCAT(ariadneProgramRegistered, __LINE__) = \
        ::ariadne::internal::registerProgram<__VA_ARGS__>(id, version);
