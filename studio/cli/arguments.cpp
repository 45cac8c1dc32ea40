#include "studio/cli/arguments.h"

#include "engine/actor/program.h"
#include "engine/kernel/pct_decisions.h"
#include "studio/cli/plain_text.h"

#include <absl/status/status.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace ariadne::cli {
namespace {

absl::Status refused(std::string_view found, std::string_view expected) {
    return absl::InvalidArgumentError(joined("found '", found, "', expected ", expected));
}

std::optional<std::uint64_t> wholeNumber(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace

absl::StatusOr<std::uint64_t> parseNumber(std::string_view text) {
    if (const auto number = wholeNumber(text)) return *number;
    return refused(text, "a whole number from 0 to 18446744073709551615");
}

absl::StatusOr<Position> parsePosition(std::string_view text) {
    if (const auto number = wholeNumber(text)) return Position{*number};
    return refused(text, "a position: the number of an event, as \"ariadne dump\" shows it");
}

absl::StatusOr<std::optional<Position>> parsePositionOrLast(std::string_view text) {
    if (text == "last") return std::optional<Position>{};
    if (const auto number = wholeNumber(text)) return std::optional{Position{*number}};
    return refused(text, "a position (the number of an event) or last");
}

absl::StatusOr<Until> parseUntil(std::string_view text) {
    constexpr std::string_view kRounds = "rounds";
    if (text.ends_with(kRounds)) {
        const auto rounds = wholeNumber(text.substr(0, text.size() - kRounds.size()));
        if (rounds) return Until{.time = {}, .rounds = *rounds};
    } else if (const auto time = parseDuration(text); time && time->count() >= 0) {
        return Until{.time = VirtualTime{time->count()}, .rounds = {}};
    }
    return refused(text,
                   "a virtual time such as 20ms or 1.5s, or a number of rounds such as 1000rounds");
}

absl::StatusOr<kernel::Policy> parsePolicy(std::string_view text) {
    if (const auto policy = kernel::policyNamed(text)) return *policy;
    return refused(text, "rounds, random, pct or replay");
}

absl::StatusOr<recorder::Durability> parseDurability(std::string_view text) {
    if (text == "process") return recorder::Durability::kProcess;
    if (text == "steady") return recorder::Durability::kSteady;
    if (text == "machine") return recorder::Durability::kMachine;
    return refused(text, "process, steady or machine");
}

absl::StatusOr<std::uint32_t> parseDepth(std::string_view text) {
    const auto depth = wholeNumber(text);
    if (depth && *depth >= 1 && *depth <= kernel::kPctDepthMax)
        return static_cast<std::uint32_t>(*depth);
    return refused(text, joined("a depth from 1 to ", kernel::kPctDepthMax));
}

absl::StatusOr<std::uint64_t> parseSteps(std::string_view text) {
    if (const auto steps = wholeNumber(text); steps && *steps >= 1) return *steps;
    return refused(text, "a number of choices, at least 1");
}

absl::StatusOr<std::uint32_t> parseThreads(std::string_view text) {
    const auto threads = wholeNumber(text);
    if (threads && *threads >= 1 && *threads <= recorder::kThreadsMax)
        return static_cast<std::uint32_t>(*threads);
    return refused(text, joined("a number of threads from 1 to ", recorder::kThreadsMax));
}

absl::StatusOr<std::uint64_t> parseBytes(std::string_view text) {
    constexpr std::array<std::pair<std::string_view, int>, 3> kUnits{
        {{"KiB", 10}, {"MiB", 20}, {"GiB", 30}}};
    std::string_view digits = text;
    int shift = 0;
    for (const auto& [unit, bits] : kUnits)
        if (text.ends_with(unit)) {
            digits.remove_suffix(unit.size());
            shift = bits;
        }
    const absl::StatusOr<std::uint64_t> number = parseNumber(digits);
    if (!number.ok() || *number == 0 || *number > (~std::uint64_t{0} >> shift))
        return refused(text, "a number of bytes, such as 4096, 512KiB, 64MiB or 1GiB");
    return *number << shift;
}

absl::StatusOr<std::uint32_t> parseSegmentCount(std::string_view text) {
    const absl::StatusOr<std::uint64_t> number = parseNumber(text);
    if (!number.ok() || *number == 0 || *number > std::numeric_limits<std::uint32_t>::max())
        return refused(text, "how many files are kept, at least 1");
    return static_cast<std::uint32_t>(*number);
}

absl::StatusOr<std::optional<tracefmt::Level>> parseRecordLevel(std::string_view text) {
    if (text == "off") return std::optional<tracefmt::Level>{};
    for (const auto level :
         {tracefmt::Level::kInputs, tracefmt::Level::kEvents, tracefmt::Level::kFull})
        if (text == nameOf(level)) return std::optional{level};
    return refused(text, "inputs, events, full or off");
}

absl::StatusOr<tracefmt::Level> parseLevelOfEvents(std::string_view text) {
    for (const auto level : {tracefmt::Level::kEvents, tracefmt::Level::kFull})
        if (text == nameOf(level)) return level;
    return refused(text, "events or full");
}

absl::StatusOr<std::string> parseField(std::string_view text) {
    const std::size_t point = text.rfind('.');
    if (point != text.npos && point != 0 && point + 1 != text.size()) return std::string{text};
    return refused(text, "a type and a field, as Login.password or 'net::*.body'");
}

absl::StatusOr<std::chrono::nanoseconds> parsePatience(std::string_view text) {
    double seconds = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), seconds, std::chars_format::fixed);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    // What is no number compares false with everything.
    if (whole && (seconds == 0 || (seconds >= 0.001 && seconds <= 86'400)))
        return std::chrono::nanoseconds{std::llround(seconds * 1e9)};
    return refused(text, "seconds from 0.001 to 86400 (a day) such as 10 or 0.5, or 0 for none");
}

absl::StatusOr<SeedRange> parseSeeds(std::string_view text) {
    const std::size_t dots = text.find("..");
    const auto first = wholeNumber(text.substr(0, dots));
    const auto last = dots == std::string_view::npos ? first : wholeNumber(text.substr(dots + 2));
    if (first && last && *first <= *last) return SeedRange{*first, *last};
    return refused(text, "seeds such as 1..100, the first not behind the last, or one seed");
}

absl::StatusOr<std::pair<Position, std::optional<Position>>> parsePart(std::string_view text) {
    const std::size_t dots = text.find("..");
    const auto first = wholeNumber(text.substr(0, dots));
    if (first && *first != 0 && dots != std::string_view::npos) {
        const std::string_view end = text.substr(dots + 2);
        if (end == "last") return std::pair{Position{*first}, std::optional<Position>{}};
        const auto last = wholeNumber(end);
        if (last && *first <= *last)
            return std::pair{Position{*first}, std::optional{Position{*last}}};
    }
    return refused(
        text, "a part such as 120..240 or 120..last, from 1 on, the first not behind the last");
}

absl::StatusOr<tracefmt::RecoverMode> parseRecoverMode(std::string_view text) {
    if (text == "strict") return tracefmt::RecoverMode::kStrict;
    if (text == "prefix") return tracefmt::RecoverMode::kPrefix;
    if (text == "salvage") return tracefmt::RecoverMode::kSalvage;
    return refused(text, "strict, prefix or salvage");
}

absl::StatusOr<kernel::Faults> parseFaultList(std::string_view text) {
    return kernel::parseFaults(text);
}

absl::StatusOr<effect::Grant> parseGrant(std::string_view text) {
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals == std::string_view::npos)
        return refused(text, "effect=scope, such as --grant file.read=/srv/data");
    return effect::Grant{std::string{text.substr(0, equals)}, std::string{text.substr(equals + 1)}};
}

absl::StatusOr<ExportCommand::Format> parseExportFormat(std::string_view text) {
    if (text == "chrome") return ExportCommand::Format::kChrome;
    if (text == "otlp") return ExportCommand::Format::kOtlp;
    return refused(text, "chrome or otlp");
}

absl::StatusOr<ExportCommand::Axis> parseExportAxis(std::string_view text) {
    if (text == "virtual") return ExportCommand::Axis::kVirtual;
    if (text == "position") return ExportCommand::Axis::kPosition;
    return refused(text, "virtual or position");
}

absl::StatusOr<EventKind> parseKind(std::string_view text) {
    if (const auto kind = eventKindNamed(text)) return *kind;
    std::string known;
    for (std::uint8_t i = 1; i < kEventKindCount; ++i)
        known += joined(i == 1 ? "" : ", ", nameOf(static_cast<EventKind>(i)));
    return refused(text, "one of " + known);
}

absl::StatusOr<std::pair<std::string, std::string>> parseArgument(std::string_view text) {
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals == std::string_view::npos)
        return refused(text, "name=value, such as --arg tellers=3");
    return std::pair{std::string{text.substr(0, equals)}, std::string{text.substr(equals + 1)}};
}

}  // namespace ariadne::cli
