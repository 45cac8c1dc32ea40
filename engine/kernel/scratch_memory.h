// Memory that a turn may use and that is gone when the turn is over.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>

namespace ariadne::kernel {

class Turn;

/// Hands out memory from a block that it keeps, and from more that it does not. Giving memory back
/// before the end of the turn frees nothing. Thread-confined.
class ScratchMemory final : public std::pmr::memory_resource {
public:
    static constexpr std::size_t kKeptBytes = 16 * 1024;

    /// `turn` may have `bytesMax` bytes. Must outlive what it allocates.
    void open(Turn& turn, std::uint64_t bytesMax) {
        turn_ = &turn;
        left_ = granted_ = bytesMax;
    }
    bool isOpen() const { return turn_ != nullptr; }
    /// Everything handed out is gone.
    void close() {
        turn_ = nullptr;
        arena_.release();
    }

private:
    void* do_allocate(std::size_t bytes, std::size_t alignment) override;
    void do_deallocate(void*, std::size_t, std::size_t) override {}
    bool do_is_equal(const memory_resource& other) const noexcept override {
        return this == &other;
    }

    // Not the default resource, which anybody in the process may have replaced.
    std::unique_ptr<std::byte[]> kept_ = std::make_unique<std::byte[]>(kKeptBytes);
    std::pmr::monotonic_buffer_resource arena_{kept_.get(), kKeptBytes,
                                               std::pmr::new_delete_resource()};
    Turn* turn_ = nullptr;
    std::uint64_t granted_ = 0;
    std::uint64_t left_ = 0;  ///< of those
};

}  // namespace ariadne::kernel
