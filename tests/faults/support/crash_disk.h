// A disk that remembers in which order it was asked to write, and what a crash may leave of that.
#pragma once

#include "tracefmt/file_io.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <random>
#include <utility>
#include <vector>

namespace ariadne::faults {

/// One thing a file was asked for.
struct DiskCall {
    enum class Kind : std::uint8_t { kWrite, kTruncate, kSync };
    Kind kind = Kind::kSync;
    std::uint64_t offset = 0;  ///< of a write; of a truncate the size
    Bytes bytes;               ///< of a write
};
using DiskLog = std::vector<DiskCall>;

/// Takes everything, or refuses one append after half of it, as a full disk does; what is written
/// after the file was cut back then has room again.
class LoggingDisk final : public tracefmt::WriteFile {
public:
    static constexpr std::size_t kNever = ~std::size_t{0};

    explicit LoggingDisk(std::size_t refusedAppend = kNever) : refusedAppend_(refusedAppend) {}
    std::shared_ptr<DiskLog> log() const { return log_; }

    absl::Status append(ByteView bytes) override {
        const bool refused = appends_++ == refusedAppend_;
        if (refused) bytes = bytes.first(bytes.size() / 2);
        log_->push_back({DiskCall::Kind::kWrite, size_, Bytes(bytes.begin(), bytes.end())});
        size_ += bytes.size();
        return refused ? absl::ResourceExhaustedError("the disk is full") : absl::OkStatus();
    }
    absl::Status sync() override {
        log_->push_back({});
        return absl::OkStatus();
    }
    absl::Status truncate(std::uint64_t size) override {
        if (size == size_) return absl::OkStatus();
        log_->push_back({DiskCall::Kind::kTruncate, size, {}});
        size_ = size;
        return absl::OkStatus();
    }
    absl::Status close() override { return absl::OkStatus(); }

private:
    std::shared_ptr<DiskLog> log_ = std::make_shared<DiskLog>();
    std::size_t refusedAppend_;
    std::size_t appends_ = 0;
    std::uint64_t size_ = 0;
};

/// What became of writes that no sync had acknowledged.
enum class Loss : std::uint8_t {
    kTail,          ///< some first ones are there, one more up to a block
    kBlocks,        ///< any blocks of any of them
    kHeadersFirst,  ///< the first 64 bytes of nearly all, few other blocks
    kMisplaced,     ///< as kBlocks, and one block went to the place of another
};
inline constexpr std::size_t kLossCount = 4;

/// What stands where nothing was written.
enum class Fill : std::uint8_t {
    kZeros,
    kOlderTrace,  ///< blocks that held another trace before
    kNoise,
};
inline constexpr std::size_t kFillCount = 3;

struct Crash {
    std::size_t calls = 0;  ///< how many of the log were made
    std::size_t blockBytes = 512;
    Loss loss = Loss::kTail;
    Fill fill = Fill::kZeros;
};

/// Makes images of one log. Thread-confined.
class CrashImages {
public:
    CrashImages(const DiskLog& log, const Bytes& olderTrace) : log_(log), older_(olderTrace) {}

    /// What a machine that stopped at `crash` may find on its disk.
    Bytes image(const Crash& crash, std::mt19937_64& random) const {
        std::size_t first = crash.calls;  // behind the last sync
        while (first > 0 && log_[first - 1].kind != DiskCall::Kind::kSync) --first;
        Bytes out;
        for (std::size_t i = 0; i < first; ++i) apply(log_[i], out);
        const std::span<const DiskCall> pending{log_.data() + first, crash.calls - first};
        std::uint64_t size = out.size();  // as it would be with nothing lost
        std::uint64_t longest = size;
        for (const DiskCall& call : pending) {
            size =
                call.kind == DiskCall::Kind::kWrite ? call.offset + call.bytes.size() : call.offset;
            longest = std::max(longest, size);
        }
        // The size of a file is written apart from what is in it.
        Disk disk{std::move(out), filled(crash.fill, longest, random)};
        if (crash.loss == Loss::kTail)
            keepTail(disk, pending, crash.blockBytes, random);
        else
            keepSome(disk, pending, crash, random);
        if (random() % 2 == 0) disk.grow(size);
        return std::move(disk.bytes);
    }

private:
    struct Disk {
        Bytes bytes;
        Bytes before;  ///< what a place holds that was never written
        void grow(std::uint64_t size) {
            for (std::size_t at = bytes.size(); at < size; ++at) bytes.push_back(before[at]);
        }
        void write(std::uint64_t offset, ByteView part) {
            grow(offset + part.size());
            std::copy(part.begin(), part.end(),
                      bytes.begin() + static_cast<std::ptrdiff_t>(offset));
        }
    };

    static void apply(const DiskCall& call, Bytes& to) {
        if (call.kind == DiskCall::Kind::kTruncate) to.resize(call.offset);
        if (call.kind == DiskCall::Kind::kWrite)
            to.insert(to.end(), call.bytes.begin(), call.bytes.end());
    }

    Bytes filled(Fill fill, std::uint64_t size, std::mt19937_64& random) const {
        Bytes out(static_cast<std::size_t>(size));
        if (fill == Fill::kNoise)
            for (std::byte& b : out) b = static_cast<std::byte>(random());
        if (fill == Fill::kOlderTrace)
            for (std::size_t i = 0; i < out.size(); ++i) out[i] = older_[i % older_.size()];
        return out;
    }

    static void keepTail(Disk& disk, std::span<const DiskCall> pending, std::size_t blockBytes,
                         std::mt19937_64& random) {
        if (pending.empty()) return;
        const std::size_t whole = random() % (pending.size() + 1);
        for (std::size_t i = 0; i < whole; ++i) keep(disk, pending[i]);
        if (whole == pending.size() || pending[whole].kind != DiskCall::Kind::kWrite) return;
        const DiskCall& torn = pending[whole];
        const std::uint64_t end = torn.offset + random() % (torn.bytes.size() + 1);
        const std::uint64_t cut = end / blockBytes * blockBytes;
        if (cut > torn.offset)
            disk.write(torn.offset,
                       ByteView{torn.bytes}.first(static_cast<std::size_t>(cut - torn.offset)));
    }

    static void keep(Disk& disk, const DiskCall& call) {
        if (call.kind == DiskCall::Kind::kTruncate && call.offset < disk.bytes.size())
            disk.bytes.resize(static_cast<std::size_t>(call.offset));
        if (call.kind == DiskCall::Kind::kWrite) disk.write(call.offset, call.bytes);
    }

    static void keepSome(Disk& disk, std::span<const DiskCall> pending, const Crash& crash,
                         std::mt19937_64& random) {
        const std::uint64_t keptOfTen = crash.loss == Loss::kHeadersFirst ? 3 : 1 + random() % 9;
        std::vector<std::pair<std::uint64_t, ByteView>> kept;
        for (const DiskCall& call : pending) {
            if (call.kind == DiskCall::Kind::kTruncate && random() % 2 == 0) keep(disk, call);
            const ByteView bytes{call.bytes};
            if (crash.loss == Loss::kHeadersFirst && random() % 16 != 0 && !bytes.empty())
                disk.write(call.offset, bytes.first(std::min<std::size_t>(64, bytes.size())));
            for (std::size_t begin = 0; begin < bytes.size();) {
                const std::uint64_t place = call.offset + begin;
                const std::size_t inBlock =
                    crash.blockBytes - static_cast<std::size_t>(place % crash.blockBytes);
                const ByteView part = bytes.subspan(begin, std::min(inBlock, bytes.size() - begin));
                begin += part.size();
                if (random() % 10 >= keptOfTen) continue;
                disk.write(place, part);
                kept.emplace_back(place, part);
            }
        }
        if (crash.loss != Loss::kMisplaced || kept.size() < 2) return;
        const auto& from = kept[random() % kept.size()];
        const auto& to = kept[random() % kept.size()];
        disk.write(to.first, from.second.first(std::min(from.second.size(), to.second.size())));
    }

    const DiskLog& log_;
    const Bytes& older_;
};

}  // namespace ariadne::faults
