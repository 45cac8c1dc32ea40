#include "studio/session/region_texts.h"

#include "engine/value/dynamic.h"
#include "recorder/region_words.h"

#include <cstdint>

namespace ariadne::studio {
namespace {

std::string counted(std::uint64_t count, const char* one, const char* many) {
    return std::to_string(count) + ' ' + (count == 1 ? one : many);
}

std::string budgetText(const Budget& left) {
    std::string out;
    const auto add = [&](const std::string& part) { out += (out.empty() ? "" : ", ") + part; };
    if (left.turns != Budget::kUnbounded) add(counted(left.turns, "turn", "turns"));
    if (left.cost != Budget::kUnbounded) add("cost " + std::to_string(left.cost));
    if (left.deadline != Budget{}.deadline)
        add("until " + value::showDuration(left.deadline.value));
    return out;
}

}  // namespace

std::string supervisionText(const Region& region) {
    if (region.strategy == Strategy::kNone) return {};
    return std::string{recorder::wordOf(region.strategy)} + ", " +
           counted(region.intensity, "restart", "restarts") + " in " +
           value::showDuration(region.within.count());
}

std::vector<std::string> regionNotes(const Region& region) {
    std::vector<std::string> out;
    if (std::string supervision = supervisionText(region); !supervision.empty())
        out.push_back(std::move(supervision));
    if (region.restarts != 0)
        out.push_back(counted(region.restarts, "restart", "restarts") + " so far");
    if (region.gaveUp) out.push_back("gave up");
    if (region.cancel != CancelReason::kNone)
        out.push_back("cancelled: " + std::string{recorder::wordOf(region.cancel)} + ", until " +
                      value::showDuration(region.cleanupUntil.value));
    if (region.left.bounded()) out.push_back("left: " + budgetText(region.left));
    return out;
}

}  // namespace ariadne::studio
