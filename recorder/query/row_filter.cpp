#include "recorder/query/row_filter.h"

#include "recorder/query/source.h"

#include <algorithm>
#include <cmath>

namespace ariadne::query {
namespace {

constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

/// The whole number at or below `value`, kept within 64 bits.
std::int64_t floorOf(double value) {
    if (value >= 9.2e18) return kMax;
    if (value <= -9.2e18) return kMin;
    return static_cast<std::int64_t>(std::floor(value));
}

/// Whether `text` is one of the operands, or like the pattern.
bool matches(const Term& term, std::string_view text) {
    const auto is = [&](const Operand& operand) {
        const auto* word = std::get_if<std::string>(&operand);
        if (word == nullptr) return false;
        return term.op == Op::kGlob ? sqlGlobMatches(*word, std::string{text}) : *word == text;
    };
    return std::any_of(term.operands.begin(), term.operands.end(), is);
}

void narrowKinds(KindSet& kinds, const Term& term) {
    for (std::size_t kind = 0; kind < kinds.size(); ++kind)
        if (kinds.test(kind) && !matches(term, nameOf(static_cast<EventKind>(kind))))
            kinds.reset(kind);
}

}  // namespace

KindSet kindsOf(std::initializer_list<EventKind> kinds) {
    KindSet out;
    for (const EventKind kind : kinds) out.set(static_cast<std::size_t>(kind));
    return out;
}

KindSet enqueueKinds() {
    KindSet out;
    for (std::size_t kind = 0; kind < out.size(); ++kind)
        out.set(kind, isEnqueue(static_cast<EventKind>(kind)));
    return out;
}

void Range::narrow(Op op, const Operand& operand) {
    // Nothing is equal to NULL, or below it.
    if (std::holds_alternative<std::monostate>(operand)) last = first == kMin ? kMin : first - 1;
    std::int64_t low = 0;
    std::int64_t high = 0;  // low <= the operand <= high
    if (const auto* whole = std::get_if<std::int64_t>(&operand)) {
        low = high = *whole;
    } else if (const auto* real = std::get_if<double>(&operand); real && !std::isnan(*real)) {
        low = floorOf(*real);
        high = low == kMax ? kMax : low + 1;
    } else {
        return;
    }
    switch (op) {
        case Op::kEqual:
            first = std::max(first, low);
            last = std::min(last, high);
            break;
        case Op::kBelow:
        case Op::kAtMost:
            // "Below 5" is "at most 4", but "below 4.5" is "at most 5", of which SQL takes 4.
            last = std::min(last, op == Op::kBelow && low == high && low != kMin ? low - 1 : high);
            break;
        case Op::kAbove:
        case Op::kAtLeast:
            first = std::max(first, op == Op::kAbove && low == high && low != kMax ? low + 1 : low);
            break;
        default: break;
    }
}

void CellSet::narrow(const Term& term, Source& source) {
    const auto& births = source.reader().births();
    std::vector<bool> taken(births.size());
    if (term.op == Op::kGlob) {
        for (const CellBirth& birth : births)
            taken[birth.rank.value] = birth.rank != kOutside && matches(term, birth.path);
    } else {
        for (const Operand& operand : term.operands)
            if (const auto* path = std::get_if<std::string>(&operand))
                if (const auto rank = source.rankOf(*path)) taken[rank->value] = true;
    }
    if (!all)
        for (std::size_t i = 0; i < taken.size(); ++i) taken[i] = taken[i] && in[i];
    all = false;
    in = std::move(taken);
    ranks.clear();
    for (std::size_t i = 0; i < in.size(); ++i)
        if (in[i]) ranks.push_back({static_cast<std::uint32_t>(i)});
}

RowFilter rowFilter(Source& source, const Request& request, const KindSet& kinds,
                    tracefmt::ColumnSet columns) {
    RowFilter out;
    out.columns = columns;
    out.kinds = kinds;
    out.descending = request.descending;
    // Tables of events begin with the position.
    bool others = !kinds.all() || (request.columnsUsed & ~1ull) != 0;
    for (const Term& term : request.terms) {
        others = others || (term.push != Push::kPosition && term.push != Push::kNone);
        switch (term.push) {
            case Push::kPosition: out.position.narrow(term.op, term.operands.front()); break;
            case Push::kTime: out.time.narrow(term.op, term.operands.front()); break;
            case Push::kRound: out.round.narrow(term.op, term.operands.front()); break;
            case Push::kCause: out.cause.narrow(term.op, term.operands.front()); break;
            case Push::kKind: narrowKinds(out.kinds, term); break;
            case Push::kCell: out.cell.narrow(term, source); break;
            case Push::kPeer: out.peer.narrow(term, source); break;
            default: break;
        }
    }
    out.positionsOnly = !others;
    return out;
}

}  // namespace ariadne::query
