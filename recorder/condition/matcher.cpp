#include "recorder/condition/matcher.h"

#include "engine/base/status_macros.h"
#include "engine/region/region.h"
#include "engine/value/type_name.h"
#include "recorder/carried.h"
#include "recorder/condition/trace_ground.h"
#include "recorder/failure_rows.h"
#include "recorder/region_words.h"

#include <algorithm>
#include <utility>

namespace ariadne::condition {
namespace {

using tracefmt::kindBit;

bool isOneOf(EventKind kind, std::uint64_t kinds) {
    return (kindBit(kind) & kinds) != 0;
}

/// An enumerator as a row has it; what is too large stands for nothing.
template <class Enum>
Enum enumOf(std::uint64_t number) {
    return static_cast<Enum>(std::min<std::uint64_t>(number, 0xFF));
}

Scalar text(std::string_view words) {
    return std::string{words};
}

Scalar reasonOf(const EventRow& row) {
    switch (row.kind) {
        case EventKind::kDrop:
        case EventKind::kUndelivered: return text(nameOf(enumOf<DropReason>(row.arg)));
        case EventKind::kStop:
        case EventKind::kFail:
        case EventKind::kDown:
        case EventKind::kLinkDown: return text(nameOf(enumOf<ExitReason>(row.arg)));
        case EventKind::kRefuse: return text(nameOf(enumOf<RefuseReason>(row.arg)));
        case EventKind::kFault: return text(nameOf(enumOf<FaultKind>(row.arg)));
        case EventKind::kEnd: return text(nameOf(enumOf<Outcome>(row.arg)));
        case EventKind::kCancel:
        case EventKind::kCancelRequest:
            return text(recorder::wordOf(enumOf<CancelReason>(row.arg)));
        default: return {};
    }
}

bool isActor(Subject subject) {
    return subject == Subject::kActor || subject == Subject::kPeer;
}

/// Names of our own, which people like to write with * and ?.
bool takesGlobs(Subject subject) {
    return isActor(subject) || subject == Subject::kKind || subject == Subject::kType ||
           subject == Subject::kReason;
}

bool holdsFor(Compare compare, std::partial_ordering order) {
    switch (compare) {
        case Compare::kEqual: return order == 0;
        case Compare::kNotEqual: return order != 0;
        case Compare::kLess: return order < 0;
        case Compare::kLessEqual: return order <= 0;
        case Compare::kMore: return order > 0;
        case Compare::kMoreEqual: return order >= 0;
        default: return false;
    }
}

/// Comparisons of actors, one of which holds whenever `expression` does; none: nobody can tell.
/// `alsoPeers`: of the other end, too.
std::vector<const Expression*> actorsIn(const Expression& expression, bool alsoPeers) {
    std::vector<const Expression*> out;
    switch (expression.form) {
        case Expression::Form::kCompare:
            if ((expression.left.subject == Subject::kActor ||
                 (alsoPeers && expression.left.subject == Subject::kPeer)) &&
                expression.right.subject == Subject::kLiteral &&
                std::holds_alternative<std::string>(expression.right.literal) &&
                (expression.compare == Compare::kEqual || expression.compare == Compare::kHas))
                out.push_back(&expression);
            return out;
        case Expression::Form::kAnd:
            for (const Expression& part : expression.parts)
                if (out = actorsIn(part, alsoPeers); !out.empty()) return out;
            return out;
        case Expression::Form::kOr:
            for (const Expression& part : expression.parts) {
                const auto more = actorsIn(part, alsoPeers);
                if (more.empty()) return {};
                out.insert(out.end(), more.begin(), more.end());
            }
            return out;
        case Expression::Form::kNot: return out;
    }
    return out;
}

/// For texts; `names` are those with wildcards.
bool holdsForText(Compare compare, bool names, const std::string& is, const std::string& wanted) {
    if (compare == Compare::kHas) return containsText(is, wanted);
    if (names && compare == Compare::kEqual) return recorder::globMatches(wanted, is);
    if (names && compare == Compare::kNotEqual) return !recorder::globMatches(wanted, is);
    return holdsFor(compare, is <=> wanted);
}

}  // namespace

Matcher::Matcher(Condition condition, recorder::History& history)
    : Matcher(std::move(condition), std::make_unique<TraceGround>(history)) {}

Matcher::Matcher(Condition condition, std::unique_ptr<Ground> own) : Matcher(condition, *own) {
    own_ = std::move(own);
}

Matcher::Matcher(Condition condition, Ground& ground)
    : condition_(std::move(condition)),
      ground_(ground),
      context_(ground.context()),
      cellName_(context_.cellNamer()),
      // A state is followed through all changes of its actor, whoever is at the other end.
      actors_(actorsIn(condition_.expression(), !condition_.needsStates())) {}

tracefmt::RowsSought Matcher::sought() {
    tracefmt::RowsSought out;
    out.kinds = condition_.kinds();
    if (condition_.needsStates()) out.kinds |= kTurnKinds | kBirthKinds;
    if (actors_.empty()) return out;
    const std::size_t count = ground_.births();
    for (; named_ < count; ++named_) {
        const Rank rank{static_cast<std::uint32_t>(named_)};
        const std::string path = context_.pathOf(rank);
        if (std::any_of(actors_.begin(), actors_.end(), [&](const Expression* actor) {
                return holdsForText(actor->compare, true, path,
                                    std::get<std::string>(actor->right.literal));
            }))
            ranks_.push_back(rank);
    }
    out.cells = &ranks_;
    return out;
}

bool Matcher::concerns(const EventRow& row) const {
    const auto isNamed = [this](Rank rank) {
        return std::binary_search(ranks_.begin(), ranks_.end(), rank);
    };
    return actors_.empty() || isNamed(row.cell) || (!condition_.needsStates() && isNamed(row.peer));
}

absl::StatusOr<bool> Matcher::matches(const EventRow& row, const recorder::CancelFlag* cancel) {
    const bool mayHold = isOneOf(row.kind, condition_.kinds());
    const bool isFollowed = condition_.needsStates() && isOneOf(row.kind, kTurnKinds | kBirthKinds);
    if ((!mayHold && !isFollowed) || !concerns(row)) return false;
    Facts facts{.row = row, .cancel = cancel, .message = {}};
    if (isFollowed) ARIADNE_RETURN_IF_ERROR(follow(facts));
    if (!mayHold) return false;
    return holds(condition_.expression(), facts);
}

absl::Status Matcher::follow(Facts& facts) {
    const EventRow& row = facts.row;
    if (row.cell == kOutside || row.cell.value >= ground_.births()) return absl::OkStatus();
    if (isOneOf(row.kind, kBirthKinds)) {
        ARIADNE_RETURN_IF_ERROR(ground_.begin(row));
    } else if (!row.change.empty()) {
        ARIADNE_ASSIGN_OR_RETURN(facts.was, ground_.change(row, facts.cancel));
    } else if (row.kind == EventKind::kDeliver) {
        ARIADNE_ASSIGN_OR_RETURN(facts.was, ground_.keep(row, facts.cancel));
    } else {
        return absl::OkStatus();
    }
    facts.state = &ground_.after();
    return absl::OkStatus();
}

absl::StatusOr<bool> Matcher::holds(const Expression& expression, Facts& facts) {
    switch (expression.form) {
        case Expression::Form::kCompare: return holdsComparison(expression, facts);
        case Expression::Form::kNot: {
            ARIADNE_ASSIGN_OR_RETURN(const bool inner, holds(expression.parts.front(), facts));
            return !inner;
        }
        default: break;
    }
    const bool settles = expression.form == Expression::Form::kOr;
    for (const Expression& part : expression.parts) {
        ARIADNE_ASSIGN_OR_RETURN(const bool one, holds(part, facts));
        if (one == settles) return settles;
    }
    return !settles;
}

absl::StatusOr<bool> Matcher::holdsComparison(const Expression& expression, Facts& facts) {
    ARIADNE_ASSIGN_OR_RETURN(const Scalar left, valueOf(expression.left, facts));
    if (expression.compare == Compare::kIs) return isTrue(left);
    ARIADNE_ASSIGN_OR_RETURN(const Scalar right, valueOf(expression.right, facts));
    if (!isThere(left) || !isThere(right)) return false;
    const auto* is = std::get_if<std::string>(&left);
    const auto* wanted = std::get_if<std::string>(&right);
    if (is != nullptr && wanted != nullptr)
        return holdsForText(
            expression.compare,
            takesGlobs(expression.left.subject) && expression.right.subject == Subject::kLiteral,
            *is, *wanted);
    return holdsFor(expression.compare, compare(left, right));
}

absl::StatusOr<Scalar> Matcher::valueOf(const Operand& operand, Facts& facts) {
    const EventRow& row = facts.row;
    switch (operand.subject) {
        case Subject::kLiteral: return operand.literal;
        case Subject::kPosition: return Scalar{row.seq.value};
        case Subject::kTime: return Scalar{row.time.value};
        case Subject::kRound: return Scalar{row.round.value};
        case Subject::kKind: return text(nameOf(row.kind));
        case Subject::kActor: return Scalar{context_.pathOf(row.cell)};
        case Subject::kPeer: return Scalar{context_.pathOf(row.peer)};
        case Subject::kType: return typeName(facts);
        case Subject::kReason: return reasonOf(row);
        case Subject::kFailure: return Scalar{recorder::isFailure(row)};
        case Subject::kLeak: return Scalar{recorder::isLeak(row)};
        case Subject::kMessage: return messagePart(operand.path, facts);
        case Subject::kState: return statePart(facts.state, operand.path);
        case Subject::kWas: return statePart(facts.was, operand.path);
        case Subject::kChanged: return changedPart(operand.path, facts);
        case Subject::kText: {
            ARIADNE_RETURN_IF_ERROR(ground_.checkText());
            ARIADNE_ASSIGN_OR_RETURN(std::string line, recorder::describe(row, context_));
            return Scalar{std::move(line)};
        }
    }
    return Scalar{};
}

absl::Status Matcher::readMessage(Facts& facts) {
    if (facts.message) return absl::OkStatus();
    const EventRow& row = facts.row;
    ByteView value;
    switch (recorder::carriedBy(row.kind)) {
        case recorder::Carries::kMessage: {
            ARIADNE_ASSIGN_OR_RETURN(facts.message, context_.messageOf(row));
            return absl::OkStatus();
        }
        case recorder::Carries::kValue:
            // What an actor begins with is its state.
            if (!isOneOf(row.kind, kBirthKinds)) value = row.payload;
            break;
        case recorder::Carries::kKeyAndValue: {
            ByteReader in{row.payload};
            in.sized();
            value = in.raw(in.remaining());
            break;
        }
        default: break;
    }
    facts.message = {row.type, Bytes{value.begin(), value.end()}};
    return absl::OkStatus();
}

absl::StatusOr<Scalar> Matcher::typeName(Facts& facts) {
    TypeIndex type = facts.row.type;
    if (type.value == 0) {
        ARIADNE_RETURN_IF_ERROR(readMessage(facts));
        type = facts.message->type;
    }
    if (type.value == 0) return Scalar{};
    return text(value::shortName(types().at(type).name));
}

absl::StatusOr<Scalar> Matcher::messagePart(const ValuePath& path, Facts& facts) {
    ARIADNE_RETURN_IF_ERROR(readMessage(facts));
    return scalarAt(types(), facts.message->type, facts.message->payload, path, 0, cellName_);
}

Scalar Matcher::statePart(const value::StateValue* state, const ValuePath& path) {
    if (state == nullptr) return {};
    const auto place = leafOf(leavesOf(state->type()), path);
    if (!place || place->leaf >= state->leafCount() || state->isUnknown(place->leaf)) return {};
    return scalarAt(types(), state->leafType(place->leaf), state->leafBytes(place->leaf), path,
                    place->steps, cellName_);
}

/// Whether that part was written; a birth writes all there is.
Scalar Matcher::changedPart(const ValuePath& path, const Facts& facts) {
    if (facts.state == nullptr) return {};
    const LeafRange range = leavesBelow(leavesOf(facts.state->type()), path);
    if (range.begin == range.end) return {};
    if (facts.was == nullptr) return true;
    const auto changed = value::changedLeaves(facts.row.change);
    return std::any_of(changed.begin(), changed.end(),
                       [&](std::uint32_t leaf) { return leaf >= range.begin && leaf < range.end; });
}

const std::vector<value::LeafDesc>& Matcher::leavesOf(TypeIndex type) {
    const auto [at, isNew] = leaves_.try_emplace(type.value);
    if (isNew) at->second = value::leavesOf(types(), type);
    return at->second;
}

}  // namespace ariadne::condition
