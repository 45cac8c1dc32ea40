#include "recorder/query/plan.h"

#include <algorithm>
#include <charconv>

namespace ariadne::query {
namespace {

constexpr std::string_view kOps = "=<l>g*i";

template <class Number>
bool take(std::string_view& text, Number& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return true;
}

}  // namespace

std::string Plan::text() const {
    std::string out{descending ? "d" : "a"};
    out += std::to_string(columnsUsed);
    for (const PlannedTerm& term : terms) {
        out += static_cast<char>(term.op);
        out += std::to_string(term.column);
    }
    return out;
}

std::optional<Plan> Plan::fromText(std::string_view text) {
    Plan out;
    if (text.empty()) return std::nullopt;
    out.descending = text.front() == 'd';
    text.remove_prefix(1);
    if (!take(text, out.columnsUsed)) return std::nullopt;
    while (!text.empty()) {
        PlannedTerm term;
        if (kOps.find(text.front()) == std::string_view::npos) return std::nullopt;
        term.op = static_cast<Op>(text.front());
        text.remove_prefix(1);
        if (!take(text, term.column)) return std::nullopt;
        out.terms.push_back(term);
    }
    return out;
}

bool canPush(const Column& column, Op op) {
    if (column.push == Push::kNone) return false;
    if (isArgument(column.push)) return op == Op::kEqual;
    if (isNumber(column.push)) return op != Op::kGlob && op != Op::kIn;
    return op == Op::kEqual || op == Op::kGlob || op == Op::kIn;
}

void estimate(const Table& table, double rowCount, Plan& plan) {
    double rows = std::max(rowCount, 1.0);
    double read = rows;  // rows that have to be looked at
    for (const PlannedTerm& term : plan.terms) {
        const Push push = table.columns[term.column].push;
        if (push == Push::kPosition || push == Push::kPath)
            rows = read = term.op == Op::kEqual ? 1.0 : std::min(read, rows) / 4;
        else if (push == Push::kTime || push == Push::kRound)
            read /= 4, rows /= 4;
        else if (!isArgument(push))
            rows /= 10;
    }
    plan.rows = std::max(rows, 1.0);
    plan.cost = 10 + read + 5 * rows;
}

}  // namespace ariadne::query
