#include "engine/kernel/pct_decisions.h"

#include "engine/base/check.h"

#include <algorithm>
#include <string>

namespace ariadne::kernel {
namespace {

// Three purposes of one seed must not draw the same numbers.
constexpr std::uint64_t kPriorityDraw = 0x7063745F7072696Full;
constexpr std::uint64_t kChangeDraw = 0x7063745F6368616Eull;
constexpr std::uint64_t kChannelName = 0x7063745F66726F6Dull;

/// Cells and channels have priorities of their own.
std::uint64_t nameOf(const Choice& choice, std::uint32_t alternative) {
    const std::uint64_t key = choice.who[alternative].value;
    if (choice.kind == ChoiceKind::kCell) return key;
    return mixWord(mixWord(kChannelName, choice.receiver.value), key);
}

}  // namespace

PctDecisions::PctDecisions(std::uint64_t seed, std::uint32_t depth, std::uint64_t steps)
    : seed_(seed) {
    ARIADNE_CHECK(depth >= 1 && depth <= kPctDepthMax);
    ARIADNE_CHECK(steps >= 1);
    const std::uint64_t draws = mixWord(kChangeDraw, seed);
    for (std::uint32_t point = 1; point < depth; ++point)
        changeAt_.push_back(mixWord(draws, point) % steps);
}

PctDecisions::Priority PctDecisions::priorityOf(std::uint64_t who) const {
    for (const Fallen& fallen : fallen_)
        if (fallen.who == who) return {false, fallen.priority};
    return {true, mixWord(mixWord(kPriorityDraw, seed_), who)};
}

std::uint32_t PctDecisions::highestOf(const Choice& choice) const {
    std::uint32_t highest = 0;
    Priority best = priorityOf(nameOf(choice, 0));
    for (std::uint32_t i = 1; i < choice.count; ++i) {
        const Priority priority = priorityOf(nameOf(choice, i));
        if (priority <= best) continue;
        highest = i;
        best = priority;
    }
    return highest;
}

void PctDecisions::fall(std::uint64_t who, std::uint64_t priority) {
    std::erase_if(fallen_, [&](const Fallen& fallen) { return fallen.who == who; });
    fallen_.push_back({who, priority});
}

absl::StatusOr<std::uint32_t> PctDecisions::choose(const Choice& choice) {
    ARIADNE_CHECK_OP(choice.who.size(), ==, choice.count);
    std::uint32_t highest = highestOf(choice);
    for (std::size_t point = 0; point < changeAt_.size(); ++point) {
        if (changeAt_[point] != choice.index) continue;
        fall(nameOf(choice, highest), point + 1);
        highest = highestOf(choice);
    }
    return highest;
}

std::vector<std::uint64_t> PctDecisions::state() const {
    std::vector<std::uint64_t> words;
    words.reserve(fallen_.size() * 2);
    for (const Fallen& fallen : fallen_) {
        words.push_back(fallen.who);
        words.push_back(fallen.priority);
    }
    return words;
}

absl::Status PctDecisions::restore(std::span<const std::uint64_t> words) {
    const auto broken = [](const std::string& what) {
        return absl::DataLossError("snapshot: the priorities of policy pct " + what);
    };
    if (words.size() % 2 != 0)
        return broken("are " + std::to_string(words.size()) + " words, expected pairs");
    std::vector<Fallen> fallen;
    for (std::size_t i = 0; i < words.size(); i += 2) {
        const Fallen next{words[i], words[i + 1]};
        if (next.priority < 1 || next.priority > changeAt_.size())
            return broken("hold " + std::to_string(next.priority) + ", expected 1 to " +
                          std::to_string(changeAt_.size()));
        for (const Fallen& before : fallen)
            if (before.who == next.who || before.priority == next.priority)
                return broken("name somebody, or hold " + std::to_string(next.priority) +
                              ", twice");
        fallen.push_back(next);
    }
    fallen_ = std::move(fallen);
    return absl::OkStatus();
}

}  // namespace ariadne::kernel
