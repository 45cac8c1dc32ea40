// The bodies of SNAP and SINC chunks: a world image as a few flat tables, cut into parts.
#pragma once

#include "engine/base/world_image.h"
#include "tracefmt/capnp_message.h"
#include "tracefmt/event_codec.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ariadne::tracefmt {

/// How one image is cut into parts of at most kSnapshotPartBytesMax bytes. The image must outlive
/// the plan.
class SnapshotPlan {
public:
    explicit SnapshotPlan(const WorldImage& image);

    std::uint32_t parts() const { return static_cast<std::uint32_t>(ends_.size()); }

    /// A blob of a part that is too long to stand in it; `row` counts from the part's first row.
    struct Blob {
        std::uint32_t row;
        std::uint8_t column;
        ByteView bytes;
    };
    std::vector<Blob> largeBlobs(std::uint32_t part) const;
    /// `large` says where the largeBlobs() of the part were put, in the same order.
    /// What is returned lives in `room`.
    absl::StatusOr<ByteView> encode(std::uint32_t part, std::span<const LargeBlob> large,
                                    MessageRoom& room) const;

private:
    enum Table : std::size_t {
        kCells,
        kMessages,
        kWatchers,
        kAsks,
        kChildNames,
        kTimers,
        kCares,
        kGone
    };
    static constexpr std::size_t kTableCount = kGone + 1;
    using RowCounts = std::array<std::size_t, kTableCount>;

    struct LaneMessage {
        Rank cell;
        std::uint8_t lane;
        const MessageImage* message;
    };
    struct Watcher {
        Rank cell;
        Rank watcher;
    };
    struct Ask {
        Rank cell;
        const AskImage* ask;
    };
    struct Care {
        Rank cell;
        const CareImage* care;
    };
    struct ChildName {
        Rank cell;
        std::uint32_t uses;
        const std::string* name;
    };

    std::size_t rowsOf(Table table) const;
    std::size_t bytesOf(Table table, std::size_t row) const;
    RowCounts beginOf(std::uint32_t part) const {
        return part == 0 ? RowCounts{} : ends_[part - 1];
    }

    const WorldImage* image_;
    std::vector<LaneMessage> messages_;
    std::vector<Watcher> watchers_;
    std::vector<Ask> asks_;
    std::vector<Care> cares_;
    std::vector<ChildName> childNames_;
    std::vector<RowCounts> ends_;     ///< rows of each table in all parts up to this one
    std::vector<std::size_t> bytes_;  ///< about, of each part
};

/// Builds an image from its parts, given in order.
class SnapshotAssembler {
public:
    /// Large blobs take at most `bytesMax` together with `heldBytes`, which the images take that
    /// this one is for.
    explicit SnapshotAssembler(std::uint64_t bytesMax, std::uint64_t heldBytes = 0)
        : bytesMax_(bytesMax), largeBytes_(heldBytes) {}
    /// kDataLoss when the part is malformed or not the next one.
    absl::Status add(ByteView raw, BlobFetch fetch);
    bool complete() const { return parts_ != 0 && next_ == parts_; }
    std::uint32_t parts() const { return parts_; }
    const WorldImage& image() const { return image_; }
    /// About what the image takes so far, and what was held before it.
    std::uint64_t memoryBytes() const;
    /// The finished image, which may be one that is not whole. kDataLoss when it names a cell that
    /// was never born, or the state digest of a whole one does not match.
    absl::StatusOr<WorldImage> finish(const std::vector<CellBirth>& births);

private:
    WorldImage image_;
    std::uint32_t parts_ = 0;
    std::uint32_t next_ = 0;
    std::uint64_t bytesMax_;
    std::uint64_t rawBytes_ = 0;
    std::uint64_t careBytes_ = 0;  ///< of all lists in cares
    std::uint64_t largeBytes_;
    std::uint64_t messages_ = 0;
};

/// kResourceExhausted when a snapshot has more than kSnapshotPartsMax.
absl::Status checkPartCount(std::uint32_t parts);
/// True when every cell and timer owner of `image` is in `births`, cells ascending; stateDigestOf()
/// needs that.
bool ownersWereBorn(const WorldImage& image, const std::vector<CellBirth>& births);
/// kDataLoss when those that ended are out of order, were not born by then, or are in it as well.
absl::Status checkGone(const WorldImage& image, const std::vector<CellBirth>& births);
/// kDataLoss unless the whole `image` is the state it says. Needs ownersWereBorn().
absl::Status checkStateDigest(const WorldImage& image, const std::vector<CellBirth>& births);
/// About what an image takes.
std::uint64_t memoryBytesOf(const WorldImage& image);

/// What the header fields of a part say, without its rows.
struct SnapshotPartHead {
    std::uint32_t part = 0;
    std::uint32_t parts = 0;
    Position position;
    VirtualTime time;
    Round round;
    std::uint64_t stateDigest = 0;
    std::uint64_t eventDigest = 0;
    std::uint64_t changeDigest = 0;
    Position since;
};
absl::StatusOr<SnapshotPartHead> decodeSnapshotPartHead(ByteView raw);

}  // namespace ariadne::tracefmt
