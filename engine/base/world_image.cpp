#include "engine/base/world_image.h"

#include "engine/base/check.h"
#include "engine/base/digest.h"

namespace ariadne {

std::uint64_t cellDigestOf(const CellImage& cell) {
    std::uint64_t digest = hashBytes(cell.state);
    digest = mixWord(digest, cell.behaviour);
    for (const std::uint64_t ordinal : {cell.turns, cell.sends, cell.timers, cell.children, cell.draws})
        digest = mixWord(digest, ordinal);
    for (const auto* lane : {&cell.control, &cell.mailbox, &cell.stash}) {
        digest = mixWord(digest, lane->size());
        for (const MessageImage& message : *lane) {
            digest = mixWord(digest, message.enqueuedAt.value);
            digest = mixWord(digest, hashBytes(message.payload));
        }
    }
    return digest;
}

std::uint64_t stateDigestOf(const WorldImage& image, const std::vector<CellBirth>& births) {
    // A sum of keyed terms: independent of the order of the cells, and one differing cell differs.
    std::uint64_t digest = 0;
    for (const CellImage& cell : image.cells) {
        ARIADNE_CHECK_OP(cell.rank.value, <, births.size());
        digest += mixWord(births[cell.rank.value].key.value, cellDigestOf(cell));
    }
    return digest;
}

}  // namespace ariadne
