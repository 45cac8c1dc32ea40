// Makes the heap another place: what depends on addresses or on unwritten memory comes out
// different.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace ariadne::recorder {

struct HeapOptions {
    /// What every byte of fresh memory holds; freed memory gets the complement. nullopt: left
    /// alone. A small block that its thread freed a moment ago may come back as it was.
    std::optional<std::uint8_t> poison;
    /// Blocks of changing sizes are taken and given back, before the run and between its rounds.
    bool shifting = false;
};

/// Perturbs the heap of the process for as long as it lives.
///
/// Threading: thread-confined, at most one at a time. The same options do the same every time.
/// Has an effect with glibc's allocator only.
class HeapPerturbation {
public:
    explicit HeapPerturbation(const HeapOptions& options);
    ~HeapPerturbation();
    HeapPerturbation(const HeapPerturbation&) = delete;
    HeapPerturbation& operator=(const HeapPerturbation&) = delete;

    void betweenRounds();

private:
    std::uint64_t draw(std::uint64_t below);
    void takeBlock();

    HeapOptions options_;
    std::uint64_t drawn_ = 0;
    std::vector<std::unique_ptr<std::byte[]>> blocks_;
};

}  // namespace ariadne::recorder
