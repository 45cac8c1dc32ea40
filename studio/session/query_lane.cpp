#include "studio/session/query_lane.h"

#include "studio/session/row_moments.h"

#include <algorithm>
#include <utility>

namespace ariadne::studio {
namespace {

/// "actor: bank/teller, max(wait): 12"
std::string textOfRow(const QueryAnswer& answer, std::size_t row) {
    std::string out;
    for (std::size_t column = 0; column < answer.columns.size(); ++column) {
        const QueryCell& cell = answer.at(row, column);
        if (!out.empty()) out += ", ";
        out.append(answer.columns[column]).append(": ");
        out += cell.kind == QueryCell::Kind::kNull ? std::string{"NULL"} : cell.text;
        if (out.size() > QueryLane::kTextMax) break;
    }
    if (out.size() <= QueryLane::kTextMax) return out;
    std::size_t end = QueryLane::kTextMax;
    while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end;
    return out.substr(0, end) + "…";
}

}  // namespace

const QueryLane::Mark* QueryLane::next(Position position, bool forward) const {
    const auto from = std::partition_point(marks.begin(), marks.end(), [&](const Mark& mark) {
        return forward ? mark.at <= position.value : mark.at < position.value;
    });
    if (forward) return from == marks.end() ? nullptr : &*from;
    return from == marks.begin() ? nullptr : &*(from - 1);
}

const QueryLane::Mark* QueryLane::nearest(std::uint64_t position) const {
    const Mark* const before = next({position + 1}, false);
    const Mark* const behind = next({position}, true);
    if (before == nullptr || behind == nullptr) return before != nullptr ? before : behind;
    return position - before->at <= behind->at - position ? before : behind;
}

QueryLane laneOf(const KeptQuery& query, const QueryAnswer& answer) {
    QueryLane out;
    out.of = query;
    out.rows = answer.rows();
    out.moreRows = answer.moreRows();
    out.error = answer.error;
    std::vector<std::pair<std::uint64_t, std::size_t>> places;  // and the row
    for (std::size_t row = 0; row < answer.rows(); ++row) {
        if (const auto moment = momentOfRow(answer, row))
            places.emplace_back(moment->value, row);
        else
            ++out.nowhere;
    }
    std::sort(places.begin(), places.end());
    for (const auto& [at, row] : places) {
        if (out.marks.empty() || out.marks.back().at != at)
            out.marks.push_back({at, 0, textOfRow(answer, row)});
        ++out.marks.back().rows;
    }
    return out;
}

std::vector<std::uint64_t> positionsOf(const QueryLanes& lanes) {
    std::vector<std::uint64_t> out;
    for (const std::shared_ptr<const QueryLane>& lane : lanes)
        if (lane)
            for (const QueryLane::Mark& mark : lane->marks) out.push_back(mark.at);
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

}  // namespace ariadne::studio
