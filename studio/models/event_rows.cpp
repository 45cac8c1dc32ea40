#include "studio/models/event_rows.h"

#include <algorithm>

namespace ariadne::studio {
namespace {
constexpr std::uint64_t kAskedNearby = 4;  ///< pages
}

void EventRows::setCount(const RowCount& count) {
    if (count.generation != count_.generation) clear();
    count_ = count;
    for (auto& [number, kept] : pages_) kept.isOld = kept.namesUnborn;
    Q_EMIT changed();
}

void EventRows::clear() {
    pages_.clear();
    ages_.clear();
    asked_.clear();
}

const EventLine* EventRows::lineIfHere(std::uint64_t row) const {
    const auto found = pages_.find(row / kPageRows);
    if (found == pages_.end()) return nullptr;
    const EventPage& page = *found->second.page;
    const std::uint64_t at = row - page.firstRow;
    return at < page.lines.size() ? &page.lines[static_cast<std::size_t>(at)] : nullptr;
}

const EventLine* EventRows::line(std::uint64_t row) {
    if (row >= count_.rows) return nullptr;
    const auto found = pages_.find(row / kPageRows);
    if (found == pages_.end()) {
        want(row / kPageRows);
        return nullptr;
    }
    ages_.splice(ages_.begin(), ages_, found->second.age);
    const EventLine* line = lineIfHere(row);
    const bool lacks = line == nullptr && isShort(*found->second.page);
    if (lacks || found->second.isOld) want(row / kPageRows);
    return line;
}

bool EventRows::isShort(const EventPage& page) const {
    return page.lines.size() <
           std::min<std::uint64_t>(kPageRows, count_.rows - std::min(count_.rows, page.firstRow));
}

void EventRows::want(std::uint64_t number) {
    if (!asked_.insert(number).second) return;
    Q_EMIT pageWanted(number * kPageRows, kPageRows);
}

void EventRows::insert(std::shared_ptr<const EventPage> page) {
    if (page == nullptr || page->generation != count_.generation || page->firstRow % kPageRows != 0)
        return;
    const std::uint64_t number = page->firstRow / kPageRows;
    // The session drops requests that were scrolled past; asking again costs less than a hole.
    std::erase_if(asked_, [number](std::uint64_t other) {
        return std::max(other, number) - std::min(other, number) > kAskedNearby || other == number;
    });
    const bool namesUnborn = std::any_of(page->lines.begin(), page->lines.end(),
                                         [](const EventLine& line) { return line.namesUnborn; });
    const auto [kept, isNew] = pages_.try_emplace(number);
    if (isNew) kept->second.age = ages_.insert(ages_.begin(), number);
    kept->second.page = std::move(page);
    kept->second.namesUnborn = namesUnborn;
    kept->second.isOld = false;
    while (pages_.size() > kPagesMax) {
        pages_.erase(ages_.back());
        ages_.pop_back();
    }
    Q_EMIT changed();
}

}  // namespace ariadne::studio
