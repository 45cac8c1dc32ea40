#include "recorder/heap_perturbation.h"

#include "engine/base/digest.h"

#include <algorithm>
#include <malloc.h>

namespace ariadne::recorder {
namespace {

constexpr std::size_t kBlocksAtFirst = 3000;
constexpr std::size_t kBlocksMax = 6000;
constexpr std::uint64_t kBlockBytesMax = 2048;
constexpr std::uint64_t kMovesPerRound = 8;

/// glibc fills fresh memory with the complement of the low byte of this, freed memory with the byte
/// itself; 0 turns it off, so the higher bit keeps a byte of 0 apart from that.
int perturbWord(std::uint8_t fresh) {
    return 0x100 | (fresh ^ 0xff);
}

}  // namespace

HeapPerturbation::HeapPerturbation(const HeapOptions& options) : options_(options) {
    if (options_.poison) ::mallopt(M_PERTURB, perturbWord(*options_.poison));
    if (!options_.shifting) return;
    for (std::size_t i = 0; i < kBlocksAtFirst; ++i) takeBlock();
    for (std::size_t i = 0; i < blocks_.size(); i += 2) blocks_[i].reset();
}

HeapPerturbation::~HeapPerturbation() {
    if (options_.poison) ::mallopt(M_PERTURB, 0);
}

void HeapPerturbation::betweenRounds() {
    if (!options_.shifting) return;
    for (std::uint64_t n = draw(kMovesPerRound); n > 0; --n) {
        if (draw(2) == 0 && blocks_.size() < kBlocksMax)
            takeBlock();
        else
            blocks_[draw(blocks_.size())].reset();
    }
}

std::uint64_t HeapPerturbation::draw(std::uint64_t below) {
    return mixWord(0x68656170, ++drawn_) % below;
}

void HeapPerturbation::takeBlock() {
    const std::size_t bytes = 1 + draw(kBlockBytesMax);
    std::unique_ptr<std::byte[]>& block =
        blocks_.emplace_back(std::make_unique_for_overwrite<std::byte[]>(bytes));
    std::fill_n(block.get(), bytes, static_cast<std::byte>(drawn_));
}

}  // namespace ariadne::recorder
