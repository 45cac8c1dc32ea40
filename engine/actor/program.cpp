#include "engine/actor/program.h"

#include "engine/value/dynamic.h"

#include <charconv>
#include <cmath>

namespace ariadne {
namespace {

std::vector<const Program*>& programs() {
    static std::vector<const Program*> all;  // ban-ok: filled while a module is loaded
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

std::span<const Program* const> ProgramRegistry::all() {
    return programs();
}

const Program* ProgramRegistry::find(std::string_view id) {
    for (const Program* program : programs())
        if (program->id == id) return program;
    return nullptr;
}

kernel::CellTypeFinder Program::cellTypes() const {
    return [from = module](std::uint64_t stateHash) {
        return internal::findCellType(stateHash, from);
    };
}

std::optional<Duration> parseDuration(std::string_view text) {
    const std::size_t unitAt = text.find_first_not_of("-.0123456789");
    if (unitAt == std::string_view::npos) return std::nullopt;
    const std::string_view unit = text.substr(unitAt);
    std::size_t decimals = unit == "s" ? 9 : unit == "ms" ? 6 : unit == "us" ? 3 : 0;
    if (decimals == 0 && unit != "ns") return std::nullopt;
    // By digits: every duration reads back as it is shown, which a double could not promise.
    const bool negative = text.front() == '-';
    std::string digits{text.substr(negative ? 1 : 0, unitAt - (negative ? 1 : 0))};
    if (digits.empty()) return std::nullopt;
    if (const std::size_t point = digits.find('.'); point != std::string::npos) {
        const std::size_t given = digits.size() - point - 1;
        if (point == 0 || given == 0 || given > decimals) return std::nullopt;
        digits.erase(point, 1);
        decimals -= given;
    }
    digits.append(decimals, '0');
    if (negative) digits.insert(0, 1, '-');
    const auto ns = parseWhole<std::int64_t>(digits);
    return ns ? std::optional{Duration{*ns}} : std::nullopt;
}

namespace internal {

std::optional<std::int64_t> parseInteger(std::string_view text) {
    return parseWhole<std::int64_t>(text);
}
std::optional<std::uint64_t> parseUnsigned(std::string_view text) {
    return parseWhole<std::uint64_t>(text);
}

std::optional<double> parseFloat(std::string_view text) {
    const std::optional<double> v = parseWhole<double>(text);
    return v && std::isfinite(*v) ? v : std::nullopt;
}

std::string showFloatArgument(double v) {
    char buffer[32];
    return {buffer, std::to_chars(buffer, buffer + sizeof buffer, v).ptr};
}

std::string showFloatArgument(float v) {
    char buffer[32];
    return {buffer, std::to_chars(buffer, buffer + sizeof buffer, v).ptr};
}

std::string showDurationArgument(Duration v) {
    return value::showDuration(v.count());
}

absl::Status unknownArgument(std::string_view name, const std::vector<ArgumentDesc>& known) {
    std::string text = "no argument is called '" + std::string{name} + "'; this program takes ";
    if (known.empty()) text += "none";
    for (std::size_t i = 0; i < known.size(); ++i)
        text += (i == 0 ? "" : ", ") + known[i].name + " (" + known[i].typeName + ", default " +
                known[i].defaultText + ")";
    return absl::InvalidArgumentError(text);
}

absl::Status badArgument(std::string_view name, std::string_view text, std::string_view expected) {
    return absl::InvalidArgumentError("argument " + std::string{name} + ": found '" +
                                      std::string{text} + "', expected " + std::string{expected});
}

}  // namespace internal
}  // namespace ariadne
