// The file beside a trace that keeps what was committed and is not in the trace yet.
#pragma once

#include "engine/base/event_batch.h"
#include "engine/base/type_desc.h"
#include "engine/base/world_image.h"
#include "tracefmt/tail_format.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace ariadne::tracefmt {

struct Waiting;

/// Room of one block in a TailFile, which outlives it. What was told here, and every row of room()
/// that got its mark, is found by a reader whenever the process ends.
///
/// Threading: one thread at a time, handed on with the block.
class TailSlot {
public:
    /// Of no file: nothing is kept.
    TailSlot() = default;
    TailSlot(std::byte* memory, int fd, const TailHeader& header, std::uint32_t index);

    bool isThere() const { return memory_ != nullptr; }
    BatchRoom room() const;
    /// Empty, for the block of that number (from 1, never the same again), whose first row has the
    /// position `first`. What the slot held is gone.
    void begin(std::uint64_t number, Position first) {
        prepare(number, first);
        publish();
    }
    /// The same in two steps: what is told in between is found once the second was taken.
    void prepare(std::uint64_t number, Position first);
    void publish();
    /// For EventBatch::markRows().
    std::uint64_t seed() const { return seed_; }
    std::uint32_t tag() const { return static_cast<std::uint32_t>(number_); }

    // False: there is no room for it. Then no row may be marked that needs it, nor any later one.
    bool addTypes(std::uint32_t firstType, std::span<const TypeDesc> types);
    bool addBirth(const CellBirth& birth);
    /// A payload or change that EventBatch keeps apart, before its row is added; payload first.
    bool addLongBytes(ByteView bytes);
    /// Of a slot without rows. `body`: of an INPT chunk that would stand at `first`.
    bool addCounted(Position first, ByteView body);
    std::uint64_t recordBytes() const { return recordBytes_; }

    /// The block is in the trace.
    void retire();

private:
    bool add(TailRecord kind, ByteView bytes);
    bool put(ByteView bytes);
    template <class T>
    void store(std::size_t offset, T value);

    std::byte* memory_ = nullptr;
    int fd_ = -1;
    FileId id_;
    TailShape shape_;
    std::uint64_t overflowAt_ = 0;
    std::uint64_t number_ = 0;
    std::uint64_t seed_ = 0;
    std::uint64_t recordBytes_ = 0;  ///< whole ones
    std::uint64_t put_ = 0;          ///< bytes of records, the one being written included
    ByteWriter bytes_;               ///< of a record; room that is used again
};

/// What a tail is for, beside the rows of one file of events.
struct TailUses {
    bool inputs = false;    ///< keep() will be called: the trace is of level inputs
    bool segments = false;  ///< addSegment() will be
};

/// One mapped, preallocated file, locked while it is open. Not thread-safe; its slots are
/// independent of each other, and of keep() and addSegment(), which are for one thread.
class TailFile {
public:
    /// Makes it beside `trace`, or where the name of its segments leads; a tail that is there and
    /// that no recorder has locked is replaced, no other file. Any error means: record without.
    /// kUnimplemented: this file system, or a limit on the sizes of files, does not let room be
    /// kept for sure.
    static absl::StatusOr<std::unique_ptr<TailFile>> create(const std::filesystem::path& trace,
                                                            FileId id, TailUses uses = {});
    virtual ~TailFile() = default;  ///< the file stays
    /// Those for blocks.
    virtual std::uint32_t slots() const = 0;
    virtual TailSlot slot(std::uint32_t index) = 0;
    /// Before a block is retired: what the writer was given of it and keeps back, now instead of
    /// what it did before. False: there is no room, and what was kept before still is.
    virtual bool keep(const Waiting& waiting) = 0;
    /// Before anything but its META stands in that file: the tail is its own too.
    virtual void addSegment(std::uint32_t number, FileId id) = 0;
    /// What was stored so far is on the disk, for a loss of power. From any one thread.
    virtual absl::Status sync() = 0;
    /// All that was kept is in the trace, or never will be wanted.
    virtual void remove() = 0;
};

/// Removes the tail beside `trace` before that is written anew: it would seem to belong to it. What
/// is no tail stays.
absl::Status removeTailOf(const std::filesystem::path& trace);

/// kAlreadyExists: a recorder that lives has the tail beside `trace`; kUnavailable: that cannot be
/// told. For the name of segments, which no lock on a trace protects.
absl::Status checkTailUnused(const std::filesystem::path& trace);

}  // namespace ariadne::tracefmt
