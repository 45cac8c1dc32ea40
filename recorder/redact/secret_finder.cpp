#include "recorder/redact/secret_finder.h"

#include "engine/base/digest.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace ariadne::redact {
namespace {

/// A bit in beginnings_ stands for so many first bytes.
constexpr std::size_t kBeginningBytes = kDistinctiveBytesMin;

std::uint64_t beginningOf(const char* text) {
    std::uint64_t word = 0;
    std::memcpy(&word, text, kBeginningBytes);
    return word;
}

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase64Url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The characters of base64 that `bytes` alone decide when `before` other bytes (of three) stand
/// in front of them.
std::string base64(ByteView bytes, std::size_t before, std::string_view letters) {
    const std::size_t begin = (8 * before + 5) / 6;
    const std::size_t end = 8 * (before + bytes.size()) / 6;
    const auto bit = [&](std::size_t at) {
        const auto byte = static_cast<unsigned>(bytes[at / 8 - before]);
        return (byte >> (7 - at % 8)) & 1;
    };
    std::string out;
    for (std::size_t at = begin; at < end; ++at) {
        unsigned six = 0;
        for (std::size_t i = 0; i < 6; ++i) six = six << 1 | bit(6 * at + i);
        out += letters[six];
    }
    return out;
}

std::string hex(ByteView bytes, std::string_view digits) {
    std::string out;
    for (const std::byte b : bytes) {
        out += digits[static_cast<std::size_t>(b) >> 4];
        out += digits[static_cast<std::size_t>(b) & 15];
    }
    return out;
}

/// UTF-16LE of what is UTF-8; of other bytes each one as a unit. A sequence that was cut off at the
/// end is left out.
std::string utf16(ByteView bytes) {
    std::string out;
    const auto unit = [&out](std::uint32_t word) {
        out += static_cast<char>(word & 0xFF);
        out += static_cast<char>(word >> 8);
    };
    for (std::size_t at = 0; at < bytes.size();) {
        const auto lead = static_cast<std::uint32_t>(bytes[at]);
        const std::size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
        bool sound = more == 0 ? lead < 0x80 : lead < 0xF8;
        std::uint32_t code = more == 0 ? lead : lead & (0x3Fu >> more);
        if (more != 0 && at + more >= bytes.size()) {
            const bool cutOff =
                std::all_of(bytes.begin() + static_cast<std::ptrdiff_t>(at) + 1, bytes.end(),
                            [](std::byte b) { return (static_cast<unsigned>(b) & 0xC0) == 0x80; });
            if (cutOff) break;
            sound = false;
        }
        for (std::size_t i = 1; sound && i <= more; ++i) {
            const auto next = static_cast<std::uint32_t>(bytes[at + i]);
            sound = (next & 0xC0) == 0x80;
            code = code << 6 | (next & 0x3F);
        }
        if (!sound) {
            unit(lead);
            ++at;
            continue;
        }
        if (code >= 0x10000) {
            unit(0xD800 + ((code - 0x10000) >> 10 & 0x3FF));
            unit(0xDC00 + ((code - 0x10000) & 0x3FF));
        } else {
            unit(code);
        }
        at += more + 1;
    }
    return out;
}

}  // namespace

std::string_view nameOf(Spelling spelling) {
    switch (spelling) {
        case Spelling::kRaw: return "as it is";
        case Spelling::kBase64: return "in base64";
        case Spelling::kHex: return "in hex";
        case Spelling::kUtf16: return "in UTF-16";
    }
    return "unknown";
}

void SecretFinder::add(std::string_view text, std::size_t value, Spelling spelling,
                       std::size_t bytesMin) {
    if (text.size() < std::max(bytesMin, kBeginningBytes)) return;
    patterns_.push_back({static_cast<std::uint32_t>(arena_.size()),
                         static_cast<std::uint32_t>(text.size()), static_cast<std::uint32_t>(value),
                         spelling});
    arena_ += text;
}

SecretFinder::SecretFinder(const RemovedValues& values, std::size_t bytesMin, bool rawOnly) {
    for (std::size_t i = 0; i < values.all().size(); ++i) {
        const ByteView bytes = values.bytesOf(values.all()[i]);
        add(asText(bytes), i, Spelling::kRaw, bytesMin);
        if (rawOnly) continue;
        for (std::size_t before = 0; before < 3; ++before) {
            const std::string usual = base64(bytes, before, kBase64);
            add(usual, i, Spelling::kBase64, bytesMin);
            if (const std::string url = base64(bytes, before, kBase64Url); url != usual)
                add(url, i, Spelling::kBase64, bytesMin);
        }
        const std::string small = hex(bytes, "0123456789abcdef");
        add(small, i, Spelling::kHex, bytesMin);
        if (const std::string large = hex(bytes, "0123456789ABCDEF"); large != small)
            add(large, i, Spelling::kHex, bytesMin);
        add(utf16(bytes), i, Spelling::kUtf16, bytesMin);
    }
    std::ranges::sort(patterns_, [&](const Pattern& a, const Pattern& b) {
        const int order = textOf(a).compare(textOf(b));
        return order != 0 ? order < 0 : a.value < b.value;
    });
    // Where one is that begins with another, the other is too.
    std::size_t kept = 0;
    for (const Pattern& pattern : patterns_) {
        if (kept != 0 && textOf(pattern).starts_with(textOf(patterns_[kept - 1]))) continue;
        patterns_[kept++] = pattern;
    }
    patterns_.resize(kept);
    std::size_t words = 1024;
    while (words * 4 < patterns_.size() && words < (1u << 20)) words *= 2;
    beginnings_.resize(words);
    for (const Pattern& pattern : patterns_) {
        const std::size_t slot = slotOf(beginningOf(textOf(pattern).data()));
        beginnings_[slot / 64] |= 1ull << slot % 64;
    }
}

std::size_t SecretFinder::slotOf(std::uint64_t beginning) const {
    return static_cast<std::size_t>(mixWord(0, beginning) & (beginnings_.size() * 64 - 1));
}

std::optional<SecretFinder::Found> SecretFinder::find(ByteView bytes, std::size_t from) const {
    const std::string_view text = asText(bytes);
    if (patterns_.empty() || text.size() < kBeginningBytes) return std::nullopt;
    for (std::size_t at = from; at <= text.size() - kBeginningBytes; ++at) {
        const std::size_t slot = slotOf(beginningOf(text.data() + at));
        if ((beginnings_[slot / 64] >> slot % 64 & 1) == 0) continue;
        // As none begins with another, the one that the text goes on with is the last before it.
        const std::string_view rest = text.substr(at, kSpellingBytesMax);
        auto next = std::ranges::upper_bound(patterns_, rest, {},
                                             [&](const Pattern& p) { return textOf(p); });
        if (next == patterns_.begin()) continue;
        const Pattern& pattern = *--next;
        if (rest.starts_with(textOf(pattern)))
            return Found{at, pattern.size, pattern.value, pattern.spelling};
    }
    return std::nullopt;
}

}  // namespace ariadne::redact
