// Where every free choice of a run is made.
#pragma once

#include "engine/base/digest.h"
#include "engine/base/ids.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <span>
#include <vector>

namespace ariadne::kernel {

/// What is chosen between.
enum class ChoiceKind : std::uint8_t {
    kCell,     ///< which of the cells with mail has the next turn
    kChannel,  ///< whose oldest message that cell takes
};

/// One question. Its span lives for the call only.
struct Choice {
    std::uint64_t index =
        0;  ///< counts the choices of the run from 0: a restored run goes on there
    ChoiceKind kind = ChoiceKind::kCell;
    CellKey receiver;         ///< kChannel: the cell that was chosen before
    std::uint32_t count = 0;  ///< alternatives, >= 2
    /// One key per alternative: kCell: the cells, by rank; kChannel: the senders, by their oldest
    /// message, the outside being key 0. Empty when the source does not want to know.
    std::span<const CellKey> who;
};

/// Asked whenever more than one thing may happen next. Thread-confined to its World.
class DecisionSource {
public:
    virtual ~DecisionSource() = default;
    /// Asked once, when the World is made: whether Choice::who shall be filled in.
    virtual bool wantsWho() const { return false; }
    /// One of 0..choice.count-1. An error ends the run as `undecided`, with its message as text.
    virtual absl::StatusOr<std::uint32_t> choose(const Choice& choice) = 0;
    /// All it must remember beyond what it was made of and the index: part of every snapshot.
    virtual std::vector<std::uint64_t> state() const { return {}; }
    /// Goes on from state(). kDataLoss: these are no words of such a source.
    virtual absl::Status restore(std::span<const std::uint64_t> words);
};

/// Uniform choices, a pure function of (seed, index).
class RandomDecisions final : public DecisionSource {
public:
    explicit RandomDecisions(std::uint64_t seed) : seed_(seed) {}
    absl::StatusOr<std::uint32_t> choose(const Choice& choice) override {
        const std::uint64_t x = mixWord(mixWord(0x6465636964650000ull, seed_), choice.index);
        return static_cast<std::uint32_t>((x >> 32) * choice.count >> 32);
    }

private:
    std::uint64_t seed_;
};

}  // namespace ariadne::kernel
