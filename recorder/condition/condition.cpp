#include "recorder/condition/condition.h"

#include "engine/base/status_macros.h"
#include "engine/value/dynamic.h"
#include "recorder/failure_rows.h"
#include "recorder/history.h"

#include <algorithm>

namespace ariadne::condition {
namespace {

using tracefmt::kindBit;

constexpr std::uint64_t kAll = ~std::uint64_t{0};
constexpr std::uint64_t kReasonKinds =
    kindBit(EventKind::kDrop) | kindBit(EventKind::kStop) | kindBit(EventKind::kFail) |
    kindBit(EventKind::kDown) | kindBit(EventKind::kUndelivered) | kindBit(EventKind::kEnd) |
    kindBit(EventKind::kCancel) | kindBit(EventKind::kCancelRequest) |
    kindBit(EventKind::kLinkDown) | kindBit(EventKind::kRefuse) | kindBit(EventKind::kFault);

bool isStateOf(Subject subject) {
    return subject == Subject::kState || subject == Subject::kWas || subject == Subject::kChanged;
}

bool mentions(const Expression& expression, Subject subject) {
    return expression.left.subject == subject || expression.right.subject == subject ||
           std::any_of(expression.parts.begin(), expression.parts.end(),
                       [&](const Expression& part) { return mentions(part, subject); });
}

bool asksForStates(const Expression& expression) {
    return isStateOf(expression.left.subject) || isStateOf(expression.right.subject) ||
           std::any_of(expression.parts.begin(), expression.parts.end(), asksForStates);
}

/// Events that have what `operand` looks at.
std::uint64_t kindsWith(const Operand& operand) {
    if (isStateOf(operand.subject)) return kBirthKinds | kTurnKinds;
    return operand.subject == Subject::kReason ? kReasonKinds : kAll;
}

std::uint64_t kindsNamed(Compare compare, const std::string& name) {
    std::uint64_t out = kindBit(EventKind{63});
    for (std::uint8_t i = 0; i < kEventKindCount; ++i) {
        const auto kind = static_cast<EventKind>(i);
        bool is = false;
        switch (compare) {
            case Compare::kEqual: is = recorder::globMatches(name, nameOf(kind)); break;
            case Compare::kNotEqual: is = !recorder::globMatches(name, nameOf(kind)); break;
            default: is = true;
        }
        if (is) out |= kindBit(kind);
    }
    return out;
}

bool meansTrue(const Expression& expression) {
    if (expression.compare == Compare::kIs) return true;
    const bool* literal = std::get_if<bool>(&expression.right.literal);
    return expression.compare == Compare::kEqual && literal != nullptr && *literal;
}

std::uint64_t kindsOfComparison(const Expression& expression) {
    std::uint64_t kinds = kindsWith(expression.left) & kindsWith(expression.right);
    const auto* text = std::get_if<std::string>(&expression.right.literal);
    switch (expression.left.subject) {
        case Subject::kKind:
            if (text != nullptr) kinds &= kindsNamed(expression.compare, *text);
            break;
        case Subject::kFailure:
            if (meansTrue(expression)) kinds &= recorder::kFailureKinds;
            break;
        case Subject::kLeak:
            if (meansTrue(expression)) kinds &= kindBit(EventKind::kResolve);
            break;
        default: break;
    }
    return kinds;
}

std::uint64_t kindsOf(const Expression& expression) {
    std::uint64_t out = 0;
    switch (expression.form) {
        case Expression::Form::kCompare: return kindsOfComparison(expression);
        case Expression::Form::kNot: return kAll;
        case Expression::Form::kAnd:
            out = kAll;
            for (const Expression& part : expression.parts) out &= kindsOf(part);
            return out;
        case Expression::Form::kOr:
            for (const Expression& part : expression.parts) out |= kindsOf(part);
            return out;
    }
    return kAll;
}

/// Which there are no events of.
const std::string* unknownKind(const Expression& expression) {
    if (expression.form != Expression::Form::kCompare) {
        for (const Expression& part : expression.parts)
            if (const std::string* found = unknownKind(part)) return found;
        return nullptr;
    }
    if (expression.left.subject != Subject::kKind) return nullptr;
    const auto* name = std::get_if<std::string>(&expression.right.literal);
    if (name == nullptr || expression.compare == Compare::kHas) return nullptr;
    return kindsNamed(Compare::kEqual, *name) == kindBit(EventKind{63}) ? name : nullptr;
}

int costOf(const Operand& operand) {
    switch (operand.subject) {
        case Subject::kActor:
        case Subject::kPeer:
        case Subject::kType:
        case Subject::kChanged: return 1;
        case Subject::kWas:
        case Subject::kState: return 2;
        case Subject::kMessage: return 3;
        case Subject::kText: return 4;
        default: return 0;
    }
}

int costOf(const Expression& expression) {
    int cost = std::max(costOf(expression.left), costOf(expression.right));
    for (const Expression& part : expression.parts) cost = std::max(cost, costOf(part));
    return cost;
}

void putCheapFirst(Expression& expression) {
    for (Expression& part : expression.parts) putCheapFirst(part);
    std::stable_sort(
        expression.parts.begin(), expression.parts.end(),
        [](const Expression& a, const Expression& b) { return costOf(a) < costOf(b); });
}

std::string allKinds() {
    std::string out;
    for (std::uint8_t i = 1; i < kEventKindCount; ++i) {
        if (i > 1) out += ", ";
        out += nameOf(static_cast<EventKind>(i));
    }
    return out;
}

}  // namespace

absl::StatusOr<Condition> Condition::parse(std::string_view text) {
    Parsed parsed;
    ARIADNE_ASSIGN_OR_RETURN(parsed.expression, parseCondition(text));
    if (const std::string* name = unknownKind(parsed.expression))
        return absl::InvalidArgumentError("the condition " + value::quoted(text, 80) +
                                          ": no kind of event is called " +
                                          value::quoted(*name, 32) + "; there are " + allKinds());
    parsed.text = text;
    parsed.needsStates = asksForStates(parsed.expression);
    parsed.kinds = kindsOf(parsed.expression);
    putCheapFirst(parsed.expression);
    return Condition{std::make_shared<const Parsed>(std::move(parsed))};
}

bool Condition::asksFor(Subject subject) const {
    return mentions(parsed_->expression, subject);
}

}  // namespace ariadne::condition
