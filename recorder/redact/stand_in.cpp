#include "recorder/redact/stand_in.h"

#include "engine/base/endian.h"

#include <bit>

namespace ariadne::redact {
namespace {

/// The state of SipHash.
struct Sip {
    std::uint64_t a, b, c, d;

    void round() {
        a += b;
        b = std::rotl(b, 13) ^ a;
        a = std::rotl(a, 32);
        c += d;
        d = std::rotl(d, 16) ^ c;
        a += d;
        d = std::rotl(d, 21) ^ a;
        c += b;
        b = std::rotl(b, 17) ^ c;
        c = std::rotl(c, 32);
    }
    void take(std::uint64_t word) {
        d ^= word;
        round();
        round();
        a ^= word;
    }
};

/// Enough for halves of four bits, where few rounds would show.
constexpr unsigned kFeistelRounds = 12;

enum Domain : std::uint64_t { kTexts = 1, kBit, kNumbers, kFiles };

constexpr std::uint64_t lowBits(unsigned bits) {
    return bits == 64 ? ~0ull : (1ull << bits) - 1;
}

}  // namespace

std::uint64_t sipHash(const RedactionKey& key, ByteView bytes) {
    Sip sip{key.words[0] ^ 0x736F6D6570736575ull, key.words[1] ^ 0x646F72616E646F6Dull,
            key.words[0] ^ 0x6C7967656E657261ull, key.words[1] ^ 0x7465646279746573ull};
    const std::size_t whole = bytes.size() / 8 * 8;
    for (std::size_t at = 0; at < whole; at += 8)
        sip.take(littleEndianAt<std::uint64_t>(bytes.data() + at));
    std::uint64_t last = std::uint64_t{bytes.size() & 0xFF} << 56;
    for (std::size_t at = whole; at < bytes.size(); ++at)
        last |= static_cast<std::uint64_t>(bytes[at]) << (8 * (at - whole));
    sip.take(last);
    sip.c ^= 0xFF;
    for (int i = 0; i < 4; ++i) sip.round();
    return sip.a ^ sip.b ^ sip.c ^ sip.d;
}

std::uint64_t StandIns::word(std::uint64_t domain, std::uint64_t a, std::uint64_t b) const {
    std::array<std::byte, 24> bytes;
    storeLittleEndian(bytes.data(), domain);
    storeLittleEndian(bytes.data() + 8, a);
    storeLittleEndian(bytes.data() + 16, b);
    return sipHash(key_, bytes);
}

std::string StandIns::text(ByteView value) const {
    if (value.empty()) return {};
    std::uint64_t hash = word(kTexts, sipHash(key_, value), 0);
    std::string out{kStandInMark};
    for (int i = 0; i < 16; ++i, hash >>= 4) out += "bcdfghjkmnpqrstv"[hash & 15];
    return out;
}

std::array<std::uint64_t, 2> StandIns::fileId(ByteView of) const {
    const std::uint64_t hash = sipHash(key_, of);
    return {word(kFiles, hash, 0), word(kFiles, hash, 1)};
}

std::uint64_t StandIns::number(std::uint64_t value, unsigned bits) const {
    if (bits == 1) return (value ^ word(kBit, 0, 0)) & 1;
    // A Feistel network is a permutation whatever its rounds compute.
    const unsigned half = bits / 2;
    const std::uint64_t mask = lowBits(half);
    std::uint64_t left = (value >> half) & mask;
    std::uint64_t right = value & mask;
    for (unsigned round = 0; round < kFeistelRounds; ++round) {
        const std::uint64_t next = left ^ (word(kNumbers, bits << 8 | round, right) & mask);
        left = right;
        right = next;
    }
    return left << half | right;
}

std::uint64_t StandIns::floating(std::uint64_t value, unsigned bits) const {
    const std::uint64_t sign = 1ull << (bits - 1);
    const std::uint64_t infinity = bits == 32 ? 0x7F800000ull : 0x7FF0000000000000ull;
    const auto isNan = [&](std::uint64_t v) { return (v & ~sign) > infinity; };
    if (isNan(value)) return value;
    // It compares equal to 0, also as a key.
    if (value == sign) value = 0;
    do value = number(value, bits);
    while (isNan(value) || value == sign);
    return value;
}

std::uint64_t StandIns::cell(std::uint64_t key) const {
    if (key == 0) return 0;
    do key = number(key, 64);
    while (key == 0);
    return key;
}

}  // namespace ariadne::redact
