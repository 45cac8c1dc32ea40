// Changes a trace the way somebody would who means harm: a little inside one chunk, and then every
// checksum, number, length and offset is right again. Other changes a reader sees at once.
#pragma once

#include "tracefmt/chunk_codec.h"
#include "tracefmt/chunk_source.h"
#include "tracefmt/file_header.h"
#include "tracefmt/index_codec.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string_view>
#include <vector>

namespace ariadne::fuzz {

/// Where the changes go.
enum class Focus : std::uint8_t {
    kAny,
    kFrames,  ///< headers, order of chunks, trailer, length of the file
    kMeta,
    kTables,
    kEvents,
    kSnapshots,
    kIndex,  ///< what it says, its offsets not repaired
};
inline constexpr std::size_t kFocusCount = 7;

inline std::optional<Focus> focusOf(std::string_view name) {
    static constexpr std::string_view kNames[kFocusCount]{"any",    "frames",    "meta", "tables",
                                                          "events", "snapshots", "index"};
    for (std::size_t i = 0; i < kFocusCount; ++i)
        if (kNames[i] == name) return static_cast<Focus>(i);
    return std::nullopt;
}

/// A file taken apart as far as its chunks hold.
struct Parts {
    tracefmt::FileHeader header;
    std::vector<tracefmt::Chunk> chunks;
    std::optional<tracefmt::Trailer> trailer;
};

inline std::optional<Parts> partsOf(const Bytes& file) {
    using namespace tracefmt;
    if (file.size() < 2 * kFrameBytes) return std::nullopt;
    Parts parts;
    const auto header = decodeFileHeader(file);
    if (!header.ok()) return std::nullopt;
    parts.header = *header;
    Frame last;
    std::memcpy(last.data(), file.data() + file.size() - kFrameBytes, kFrameBytes);
    parts.trailer = decodeTrailer(last, file.size());
    const auto bytes = readFromMemory(std::make_shared<Bytes>(file));
    const ChunkSource source(*bytes, file.size() - (parts.trailer ? kFrameBytes : 0),
                             parts.header.id);
    for (std::uint64_t at = kFrameBytes; at < source.end();) {
        auto chunk = source.chunkAt(at);
        if (!chunk.ok()) break;
        at = chunk->end();
        parts.chunks.push_back(*std::move(chunk));
    }
    if (parts.chunks.empty()) return std::nullopt;
    return parts;
}

/// Puts it together again: numbers, lengths, hashes and the trailer fit, and what an index says of
/// offsets when `repairIndex`.
inline Bytes fileOf(Parts parts, bool repairIndex) {
    using namespace tracefmt;
    const Frame header = encodeFileHeader(parts.header);
    Bytes out(header.begin(), header.end());
    std::map<std::uint64_t, std::pair<std::uint64_t, std::uint64_t>> moved;  // to where, how long
    const auto placeOf = [&moved](std::uint64_t offset) {
        const auto found = moved.find(offset);
        return found == moved.end() ? offset : found->second.first;
    };
    std::uint64_t sequence = 0;
    std::uint64_t previous = 0;
    for (Chunk& chunk : parts.chunks) {
        if (chunk.header.type == ChunkType::kIndex && repairIndex) {
            if (auto part = decodeIndex(chunk.body); part.ok()) {
                for (auto* const entries : {&part->chunks, &part->inputs})
                    for (ChunkEntry& entry : *entries) {
                        const auto found = moved.find(entry.offset);
                        if (found == moved.end()) continue;
                        entry.offset = found->second.first;
                        entry.storedBytes = static_cast<std::uint32_t>(found->second.second);
                    }
                for (SnapshotEntry& entry : part->snapshots) entry.offset = placeOf(entry.offset);
                for (std::uint64_t& offset : part->tables) offset = placeOf(offset);
                part->fullTablesAt = placeOf(part->fullTablesAt);
                part->previousAt = placeOf(part->previousAt);
                if (auto body = encodeIndex(*part); body.ok()) chunk.body = *std::move(body);
            }
        }
        chunk.header.sequence = sequence++;
        chunk.header.previousBytes = previous;
        const auto sealed = sealChunk(chunk.header, chunk.body, parts.header.id.low);
        if (!sealed.ok()) continue;
        moved[chunk.offset] = {out.size(), sealed->size()};
        previous = sealed->size();
        out.insert(out.end(), sealed->begin(), sealed->end());
    }
    if (parts.trailer) {
        Trailer& trailer = *parts.trailer;
        trailer.tablesAt = placeOf(trailer.tablesAt);
        trailer.indexAt = placeOf(trailer.indexAt);
        trailer.statsAt = placeOf(trailer.statsAt);
        trailer.fileBytes = out.size() + kFrameBytes;
        trailer.chunkCount = static_cast<std::uint32_t>(sequence);
        const Frame end = encodeTrailer(trailer);
        out.insert(out.end(), end.begin(), end.end());
    }
    return out;
}

using Random = std::mt19937_64;
/// Changes some bytes; the length may become another.
using ChangeBytes = std::function<void(Bytes&)>;

/// Small words and lone bits, as one finds the limits of numbers.
inline void changeSomeBytes(Bytes& bytes, Random& random) {
    if (bytes.empty()) return bytes.push_back(static_cast<std::byte>(random()));
    for (std::uint64_t n = 1 + random() % 4; n > 0; --n) {
        const std::size_t at = random() % bytes.size();
        switch (random() % 6) {
            case 0: bytes[at] = static_cast<std::byte>(random()); break;
            case 1: bytes[at] ^= static_cast<std::byte>(1u << random() % 8); break;
            case 2: bytes[at] = random() % 2 == 0 ? std::byte{0} : std::byte{0xFF}; break;
            case 3: {  // a word: a pointer, a length
                const std::size_t word = at / 8 * 8;
                if (word + 8 > bytes.size()) break;
                std::uint64_t value = 0;
                std::memcpy(&value, bytes.data() + word, 8);
                value = random() % 3 == 0 ? random() >> random() % 64 : value + random() % 17 - 8;
                std::memcpy(bytes.data() + word, &value, 8);
                break;
            }
            case 4:
                bytes.resize(bytes.size() - random() % std::min<std::size_t>(16, bytes.size()));
                if (bytes.empty()) return;
                break;
            default:
                std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                            std::min<std::size_t>(bytes.size() - at, 8),
                            bytes.begin() + static_cast<std::ptrdiff_t>(random() % (at + 1)));
        }
    }
}

inline bool isOf(Focus focus, tracefmt::ChunkType type) {
    using tracefmt::ChunkType;
    switch (focus) {
        case Focus::kMeta: return type == ChunkType::kMeta;
        case Focus::kTables: return type == ChunkType::kTables;
        case Focus::kEvents:
            return type == ChunkType::kEvents || type == ChunkType::kInputs ||
                   type == ChunkType::kPayload;
        case Focus::kSnapshots:
            return type == ChunkType::kSnapshot || type == ChunkType::kIncrement;
        case Focus::kIndex: return type == ChunkType::kIndex || type == ChunkType::kStats;
        default: return true;
    }
}

/// Other headers, another order.
inline void changeFrames(Parts& parts, Random& random) {
    std::vector<tracefmt::Chunk>& chunks = parts.chunks;
    const std::size_t at = random() % chunks.size();
    tracefmt::ChunkHeader& header = chunks[at].header;
    const std::size_t other = random() % chunks.size();
    switch (random() % 7) {
        case 0:
            header.firstSeq = random() % 2 == 0 ? random() : header.firstSeq + random() % 5 - 2;
            break;
        case 1:
            header.count = static_cast<std::uint32_t>(
                random() % 2 == 0 ? random() % 70'000 : header.count + random() % 3 - 1);
            break;
        case 2: header.type = chunks[other].header.type; break;
        case 3:
            header.critical = !header.critical;
            header.type = static_cast<tracefmt::ChunkType>(random());
            break;
        case 4: chunks.erase(chunks.begin() + static_cast<std::ptrdiff_t>(at)); break;
        case 5:
            chunks.insert(chunks.begin() + static_cast<std::ptrdiff_t>(at),
                          tracefmt::Chunk(chunks[other]));
            break;
        default: std::swap(chunks[at], chunks[other]);
    }
    if (chunks.empty()) parts.trailer.reset();
}

/// `file` changed at the focus and repaired; bytes of bodies by `change`. A file that cannot be
/// taken apart is changed as it is.
inline Bytes mutated(const Bytes& file, Focus focus, Random& random, const ChangeBytes& change) {
    std::optional<Parts> parts = partsOf(file);
    if (!parts || random() % 64 == 0) {
        Bytes out = file;
        change(out);
        return out;
    }
    if (random() % 4 == 0) parts->trailer.reset();  // another way to open it
    if (focus == Focus::kFrames || (focus == Focus::kAny && random() % 4 == 0)) {
        changeFrames(*parts, random);
        if (parts->trailer && random() % 4 == 0) {
            std::uint64_t* const fields[]{&parts->trailer->tablesAt, &parts->trailer->indexAt,
                                          &parts->trailer->statsAt, &parts->trailer->eventDigest};
            *fields[random() % 4] = random() % 2 == 0 ? random() : random() % file.size() / 8 * 8;
        }
        return fileOf(*std::move(parts), random() % 2 == 0);
    }
    std::vector<tracefmt::Chunk*> fitting;
    for (tracefmt::Chunk& chunk : parts->chunks)
        if (isOf(focus, chunk.header.type)) fitting.push_back(&chunk);
    if (!fitting.empty()) {
        Bytes& body = fitting[random() % fitting.size()]->body;
        change(body);
        body.resize((body.size() + 7) / 8 * 8);
        // The frame of the message fits too, or nothing behind it is ever looked at.
        if (body.size() >= 8 && random() % 8 != 0) {
            const std::uint64_t words = std::uint64_t{body.size() / 8 - 1} << 32;
            std::memcpy(body.data(), &words, 8);
        }
    }
    return fileOf(*std::move(parts), focus != Focus::kIndex || random() % 2 == 0);
}

}  // namespace ariadne::fuzz
