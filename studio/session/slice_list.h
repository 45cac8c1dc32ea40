// The turns on a lane, as a list that grows while others look at what it was.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace ariadne::studio {

/// What a turn was, for the colour of its slice.
enum class SliceKind : std::uint8_t {
    kTurn = 0,
    kChanged = 1,
    kStopped = 2,
    kFailed = 3,
    kDropped = 4,
    kBorn = 5
};

/// One turn on a lane: events [begin, begin + length). A word, as a large trace has many millions.
struct Slice {
    static constexpr std::uint64_t kBeginMax = (std::uint64_t{1} << 40) - 1;
    static constexpr std::uint64_t kLengthMax = (std::uint64_t{1} << 21) - 1;

    Slice() = default;
    /// What is larger than that counts as the most.
    Slice(std::uint64_t from, std::uint64_t events, SliceKind what)
        : begin(std::min(from, kBeginMax) & kBeginMax),
          length(std::min(events, kLengthMax) & kLengthMax),
          kind(what) {}
    bool operator==(const Slice&) const = default;

    std::uint64_t begin : 40 = 0;
    std::uint64_t length : 21 = 1;
    SliceKind kind : 3 = SliceKind::kTurn;
};
static_assert(sizeof(Slice) == 8);

/// Slices in the order they were added. A copy shares all but the last few of them with the
/// original, which may go on growing: what is shared never changes. Value type.
class SliceList {
public:
    /// So many are shared as one.
    static constexpr std::size_t kBlock = 256;

    SliceList() = default;
    SliceList(std::initializer_list<Slice> slices) {
        for (const Slice& slice : slices) add(slice);
    }
    explicit SliceList(std::span<const Slice> slices) {
        for (const Slice& slice : slices) add(slice);
    }

    void add(const Slice& slice) {
        if (open_.size() == kBlock) closeBlock();
        open_.push_back(slice);
    }
    /// The last one, which may still change: nobody else has it. Not of an empty list.
    Slice& last() { return open_.back(); }
    /// Gives back the memory that was meant for more.
    void shrink() {
        full_.shrink_to_fit();
        open_.shrink_to_fit();
    }

    std::size_t size() const { return full_.size() * kBlock + open_.size(); }
    bool empty() const { return open_.empty(); }
    const Slice& operator[](std::size_t index) const {
        const std::size_t number = index / kBlock;
        return number < full_.size() ? (*full_[number])[index % kBlock] : open_[index % kBlock];
    }
    const Slice& front() const { return (*this)[0]; }
    const Slice& back() const { return open_.back(); }
    bool operator==(const SliceList& other) const;

    /// Index of the first from `from` on for which `holds` does not hold, or size(): as
    /// partition_point().
    template <class Holds>
    std::size_t firstNot(Holds&& holds, std::size_t from = 0) const {
        std::size_t low = from, high = size();
        while (low < high) {
            const std::size_t middle = low + (high - low) / 2;
            if (holds((*this)[middle]))
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
    /// Calls `visit(span)` for what stands together of [first, last), ascending.
    template <class Visit>
    void eachRun(std::size_t first, std::size_t last, Visit&& visit) const {
        while (first < last) {
            const std::size_t at = first % kBlock;
            const std::size_t count = std::min(last - first, kBlock - at);
            visit(block(first / kBlock).subspan(at, count));
            first += count;
        }
    }

    /// For loops over all of it.
    class Iterator {
    public:
        Iterator() = default;  ///< the end
        explicit Iterator(const SliceList& list) : list_(&list) { enter(0); }
        const Slice& operator*() const { return *at_; }
        Iterator& operator++() {
            if (++at_ == end_) enter(block_ + 1);
            return *this;
        }
        bool operator==(const Iterator& other) const { return at_ == other.at_; }

    private:
        void enter(std::size_t block) {
            block_ = block;
            const std::span<const Slice> all = list_->block(block);
            at_ = all.empty() ? nullptr : all.data();
            end_ = all.data() + all.size();
        }
        const SliceList* list_ = nullptr;
        std::size_t block_ = 0;
        const Slice* at_ = nullptr;
        const Slice* end_ = nullptr;
    };
    Iterator begin() const { return Iterator{*this}; }
    Iterator end() const { return {}; }

private:
    using Block = std::array<Slice, kBlock>;
    /// Empty behind the last one.
    std::span<const Slice> block(std::size_t number) const {
        if (number < full_.size()) return *full_[number];
        return number == full_.size() ? std::span<const Slice>{open_} : std::span<const Slice>{};
    }
    void closeBlock() {
        auto block = std::make_shared<Block>();
        std::copy(open_.begin(), open_.end(), block->begin());
        full_.push_back(std::move(block));
        open_.clear();
    }

    std::vector<std::shared_ptr<const Block>> full_;
    std::vector<Slice> open_;  ///< what comes behind those; empty only when the list is
};

inline bool SliceList::operator==(const SliceList& other) const {
    if (size() != other.size()) return false;
    for (std::size_t i = 0; i < size(); ++i)
        if ((*this)[i] != other[i]) return false;
    return true;
}

}  // namespace ariadne::studio
