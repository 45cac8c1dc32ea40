#include "engine/kernel/faults.h"

#include "engine/base/digest.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace ariadne::kernel {
namespace {

constexpr std::array<FaultKind, 6> kKinds{FaultKind::kCrash,  FaultKind::kDrop,
                                          FaultKind::kDelay,  FaultKind::kDuplicate,
                                          FaultKind::kEffect, FaultKind::kReply};

std::uint64_t draw(std::uint64_t seed, FaultKind kind, CellKey cell, std::uint64_t ordinal) {
    std::uint64_t x = mixWord(mixWord(0x6661756C74, seed), static_cast<std::uint64_t>(kind));
    return mixWord(mixWord(x, cell.value), ordinal);
}

/// Null for answers: they are lost at the rate of messages.
std::uint32_t* rateOf(Faults& faults, FaultKind kind) {
    switch (kind) {
        case FaultKind::kCrash: return &faults.crash;
        case FaultKind::kDrop: return &faults.drop;
        case FaultKind::kDelay: return &faults.delay;
        case FaultKind::kDuplicate: return &faults.duplicate;
        case FaultKind::kEffect: return &faults.effect;
        case FaultKind::kReply: break;
    }
    return nullptr;
}

template <class T>
std::optional<T> number(std::string_view text) {
    T v{};
    const auto end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, v);
    if (result.ec != std::errc{} || result.ptr != end) return std::nullopt;
    return v;
}

/// "200ms": whole numbers of ns, us, ms or s.
std::optional<Duration> duration(std::string_view text) {
    const std::size_t unitAt = text.find_first_not_of("0123456789");
    if (unitAt == std::string_view::npos) return std::nullopt;
    const auto count = number<std::int64_t>(text.substr(0, unitAt));
    const std::string_view unit = text.substr(unitAt);
    const std::int64_t ns = unit == "s"    ? 1'000'000'000
                            : unit == "ms" ? 1'000'000
                            : unit == "us" ? 1'000
                            : unit == "ns" ? 1
                                           : 0;
    if (!count || ns == 0 || *count > INT64_MAX / ns) return std::nullopt;
    return Duration{*count * ns};
}

absl::Status wrong(std::string_view part, std::string_view why) {
    return absl::InvalidArgumentError("fault '" + std::string{part} + "': " + std::string{why} +
                                      "; expected for example crash=100 (of a million turns), "
                                      "delay=50:200ms, drop@shop/worker#2:17 (its 17th message)");
}

absl::Status addPart(std::string_view part, Faults& faults) {
    const std::size_t at = part.find_first_of("=@");
    const auto kind = std::find_if(kKinds.begin(), kKinds.end(), [&](FaultKind k) {
        return at != std::string_view::npos && nameOf(k) == part.substr(0, at);
    });
    if (kind == kKinds.end())
        return wrong(part, "no such fault; there are crash, drop, delay, duplicate, effect, reply");
    std::string_view rest = part.substr(at + 1);
    const std::size_t colon = rest.rfind(':');
    if (part[at] == '@') {
        const auto ordinal = colon == std::string_view::npos
                                 ? std::nullopt
                                 : number<std::uint64_t>(rest.substr(colon + 1));
        if (!ordinal || *ordinal == 0 || colon == 0)
            return wrong(part,
                         "a single fault names a cell and the number of its turn, message, "
                         "effect or ask, from 1");
        faults.script.push_back({*kind, std::string{rest.substr(0, colon)}, *ordinal});
        return absl::OkStatus();
    }
    std::uint32_t* const kept = rateOf(faults, *kind);
    if (kept == nullptr)
        return wrong(part, "answers are lost at the rate of drop; a single one is reply@shop:3");
    if (*kind == FaultKind::kDelay && colon != std::string_view::npos) {
        const auto most = duration(rest.substr(colon + 1));
        if (!most || most->count() == 0) return wrong(part, "after ':' stands the longest delay");
        faults.delayMax = *most;
        rest = rest.substr(0, colon);
    }
    const auto rate = number<std::uint32_t>(rest);
    if (!rate || *rate > Faults::kAlways) return wrong(part, "the rate is 0 to 1000000");
    *kept = *rate;
    return absl::OkStatus();
}

}  // namespace

bool faultHits(std::uint64_t seed, FaultKind kind, CellKey cell, std::uint64_t ordinal,
               std::uint32_t rate) {
    if (rate == 0) return false;
    return (draw(seed, kind, cell, ordinal) >> 32) * Faults::kAlways >> 32 < rate;
}

Duration faultDelay(std::uint64_t seed, CellKey cell, std::uint64_t ordinal, Duration delayMax) {
    const auto most = static_cast<std::uint64_t>(std::max<std::int64_t>(1, delayMax.count()));
    // Bits that the question whether it is delayed did not look at.
    return Duration{static_cast<std::int64_t>(
        1 + mixWord(draw(seed, FaultKind::kDelay, cell, ordinal), 1) % most)};
}

absl::StatusOr<Faults> parseFaults(std::string_view text) {
    Faults faults;
    while (!text.empty()) {
        const std::size_t comma = text.find(',');
        if (absl::Status status = addPart(text.substr(0, comma), faults); !status.ok())
            return status;
        text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
    }
    return faults;
}

std::string textOf(const Faults& faults) {
    std::string out;
    const auto add = [&](std::string part) { out += (out.empty() ? "" : ",") + std::move(part); };
    Faults copy = faults;
    for (const FaultKind kind : kKinds) {
        const std::uint32_t* rate = rateOf(copy, kind);
        // A single late message has the longest delay from here too.
        const bool delays = kind == FaultKind::kDelay && faults.delayMax != Faults{}.delayMax;
        if (rate == nullptr || (*rate == 0 && !delays)) continue;
        std::string part = std::string{nameOf(kind)} + "=" + std::to_string(*rate);
        if (kind == FaultKind::kDelay) part += ":" + std::to_string(faults.delayMax.count()) + "ns";
        add(std::move(part));
    }
    for (const ScriptedFault& fault : faults.script)
        add(std::string{nameOf(fault.kind)} + "@" + fault.path + ":" +
            std::to_string(fault.ordinal));
    return out;
}

}  // namespace ariadne::kernel
