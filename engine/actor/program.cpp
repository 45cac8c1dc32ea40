#include "engine/actor/program.h"

#include "engine/value/dynamic.h"

#include <charconv>
#include <cmath>

namespace ariadne {
namespace {

std::vector<const Program*>& programs() {
    static std::vector<const Program*> all;
    return all;
}

template <class T>
std::optional<T> parseWhole(std::string_view text) {
    T v{};
    const auto result = std::from_chars(text.data(), text.data() + text.size(), v);
    if (result.ec != std::errc{} || result.ptr != text.data() + text.size()) return std::nullopt;
    return v;
}

}  // namespace

void ProgramRegistry::add(const Program& program) {
    const auto at = std::find_if(programs().begin(), programs().end(),
                                 [&](const Program* p) { return p->id >= program.id; });
    // The first of an id wins: loading a second module cannot replace a program that is in use.
    if (at != programs().end() && (*at)->id == program.id) return;
    programs().insert(at, &program);
}

std::span<const Program* const> ProgramRegistry::all() { return programs(); }

const Program* ProgramRegistry::find(std::string_view id) {
    for (const Program* program : programs())
        if (program->id == id) return program;
    return nullptr;
}

kernel::CellTypeFinder Program::cellTypes() const {
    return [from = module](std::uint64_t stateHash) { return internal::findCellType(stateHash, from); };
}

namespace internal {

std::optional<std::int64_t> parseInteger(std::string_view text) { return parseWhole<std::int64_t>(text); }
std::optional<std::uint64_t> parseUnsigned(std::string_view text) { return parseWhole<std::uint64_t>(text); }

std::optional<double> parseFloat(std::string_view text) {
    const std::optional<double> v = parseWhole<double>(text);
    return v && std::isfinite(*v) ? v : std::nullopt;
}

std::optional<Duration> parseDuration(std::string_view text) {
    const std::size_t unitAt = text.find_first_not_of("-.0123456789");
    if (unitAt == std::string_view::npos) return std::nullopt;
    const std::string_view unit = text.substr(unitAt);
    const double scale = unit == "s" ? 1e9 : unit == "ms" ? 1e6 : unit == "us" ? 1e3 : unit == "ns" ? 1 : 0;
    if (const auto whole = parseWhole<std::int64_t>(text.substr(0, unitAt)); whole && scale != 0) {
        const auto factor = static_cast<std::int64_t>(scale);
        std::int64_t ns = 0;
        if (__builtin_mul_overflow(*whole, factor, &ns)) return std::nullopt;
        return Duration{ns};
    }
    const std::optional<double> v = parseWhole<double>(text.substr(0, unitAt));
    if (!v || scale == 0 || std::abs(*v * scale) > 9e18) return std::nullopt;
    return Duration{static_cast<std::int64_t>(std::llround(*v * scale))};
}

std::string showFloatArgument(double v) {
    char buffer[32];
    return {buffer, std::to_chars(buffer, buffer + sizeof buffer, v).ptr};
}

std::string showDurationArgument(Duration v) { return value::showDuration(v.count()); }

absl::Status unknownArgument(std::string_view name, const std::vector<ArgumentDesc>& known) {
    std::string text = "no argument is called '" + std::string{name} + "'; this program takes ";
    if (known.empty()) text += "none";
    for (std::size_t i = 0; i < known.size(); ++i)
        text += (i == 0 ? "" : ", ") + known[i].name + " (" + known[i].typeName + ", default " +
                known[i].defaultText + ")";
    return absl::InvalidArgumentError(text);
}

absl::Status badArgument(std::string_view name, std::string_view text, std::string_view typeName) {
    std::string out = "argument " + std::string{name} + ": found '" + std::string{text} + "', expected ";
    if (typeName == "bool") out += "true or false";
    else if (typeName == "duration") out += "a duration such as 20ms or 1.5s";
    else out += "a value of type " + std::string{typeName};
    return absl::InvalidArgumentError(out);
}

}  // namespace internal
}  // namespace ariadne
