// Reads what people type. Every error says what was found and what was expected.
#pragma once

#include "engine/base/event.h"
#include "studio/cli/commands.h"

#include <absl/status/statusor.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ariadne::cli {

absl::StatusOr<std::uint64_t> parseNumber(std::string_view text);
/// A position >= 0.
absl::StatusOr<Position> parsePosition(std::string_view text);
/// A position, or nullopt for "last".
absl::StatusOr<std::optional<Position>> parsePositionOrLast(std::string_view text);
/// "20ms", "1.5s": virtual time; "1000rounds": rounds.
absl::StatusOr<Until> parseUntil(std::string_view text);
absl::StatusOr<kernel::Policy> parsePolicy(std::string_view text);
/// "process", "steady" or "machine".
absl::StatusOr<recorder::Durability> parseDurability(std::string_view text);
/// Of policy pct: 1 to kernel::kPctDepthMax.
absl::StatusOr<std::uint32_t> parseDepth(std::string_view text);
/// Of policy pct: at least 1.
absl::StatusOr<std::uint64_t> parseSteps(std::string_view text);
/// 1 to recorder::kThreadsMax.
absl::StatusOr<std::uint32_t> parseThreads(std::string_view text);
/// Seconds on the wall's clock, whole or with a fraction: 0 (off), or 1 ms to a day.
absl::StatusOr<std::chrono::nanoseconds> parsePatience(std::string_view text);
/// "64MiB", "1GiB", "4096": bytes, 1 at least.
absl::StatusOr<std::uint64_t> parseBytes(std::string_view text);
/// 1 to 2^32 - 1.
absl::StatusOr<std::uint32_t> parseSegmentCount(std::string_view text);
/// "1..100", both included, or one seed.
absl::StatusOr<SeedRange> parseSeeds(std::string_view text);
/// "120..240" or "120..last" (no end), both included; from 1 on.
absl::StatusOr<std::pair<Position, std::optional<Position>>> parsePart(std::string_view text);
/// strict, prefix or salvage.
absl::StatusOr<tracefmt::RecoverMode> parseRecoverMode(std::string_view text);
/// As kernel::parseFaults().
absl::StatusOr<kernel::Faults> parseFaultList(std::string_view text);
/// "effect=scope"; the scope may be empty and hold further '='.
absl::StatusOr<effect::Grant> parseGrant(std::string_view text);
/// "inputs", "events", "full"; nullopt for "off".
absl::StatusOr<std::optional<tracefmt::Level>> parseRecordLevel(std::string_view text);
/// "events" or "full".
absl::StatusOr<tracefmt::Level> parseLevelOfEvents(std::string_view text);
/// "Login.password", perhaps with globs.
absl::StatusOr<std::string> parseField(std::string_view text);
/// "chrome" or "otlp".
absl::StatusOr<ExportCommand::Format> parseExportFormat(std::string_view text);
/// "virtual" or "position".
absl::StatusOr<ExportCommand::Axis> parseExportAxis(std::string_view text);
/// The error lists all kinds.
absl::StatusOr<EventKind> parseKind(std::string_view text);
/// "name=value"; the value may be empty and hold further '='.
absl::StatusOr<std::pair<std::string, std::string>> parseArgument(std::string_view text);

}  // namespace ariadne::cli
