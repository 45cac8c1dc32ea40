#include "recorder/query/tables/arguments.h"

#include "engine/base/status_macros.h"

namespace ariadne::query {
namespace {

absl::Status wrong(std::string_view name, const Operand& found, std::string_view expected) {
    std::string shown = "a number with a fraction";
    if (const auto* text = std::get_if<std::string>(&found)) shown = value::quoted(*text, 60);
    if (const auto* whole = std::get_if<std::int64_t>(&found)) shown = std::to_string(*whole);
    return absl::InvalidArgumentError("argument " + std::string{name} + ": found " + shown +
                                      ", expected " + std::string{expected});
}

}  // namespace

absl::StatusOr<Argument<std::int64_t>> numberArgument(const Request& request, std::size_t column,
                                                      std::string_view name) {
    const Operand* given = request.argument(column);
    if (given == nullptr) return Argument<std::int64_t>{};
    if (std::holds_alternative<std::monostate>(*given))
        return Argument<std::int64_t>{true, std::nullopt};
    if (const auto* whole = std::get_if<std::int64_t>(given))
        return Argument<std::int64_t>{false, *whole};
    return wrong(name, *given, "a whole number");
}

absl::StatusOr<Argument<std::string>> textArgument(const Request& request, std::size_t column,
                                                   std::string_view name) {
    const Operand* given = request.argument(column);
    if (given == nullptr) return Argument<std::string>{};
    if (std::holds_alternative<std::monostate>(*given))
        return Argument<std::string>{true, std::nullopt};
    if (const auto* text = std::get_if<std::string>(given))
        return Argument<std::string>{false, *text};
    return wrong(name, *given, "the path of an actor, such as 'bank/*'");
}

absl::StatusOr<Argument<Position>> positionArgument(Source& source, const Request& request,
                                                    std::size_t column, std::string_view name,
                                                    std::int64_t lowest) {
    ARIADNE_ASSIGN_OR_RETURN(const Argument<std::int64_t> number,
                             numberArgument(request, column, name));
    if (!number.value) return Argument<Position>{number.isNull, std::nullopt};
    if (*number.value < lowest)
        return wrong(name, *number.value, "a position from " + std::to_string(lowest) + " on");
    const Position position{static_cast<std::uint64_t>(*number.value)};
    if (position > source.last()) return beyondTheTrace(position.value, source);
    return Argument<Position>{false, position};
}

}  // namespace ariadne::query
