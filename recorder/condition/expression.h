// A condition as it was written: a tree of comparisons.
#pragma once

#include "recorder/condition/scalar.h"
#include "recorder/condition/value_path.h"

#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ariadne::condition {

/// What a comparison can look at of an event. README.md has what each means.
enum class Subject : std::uint8_t {
    kLiteral,
    kPosition,
    kTime,
    kRound,
    kKind,
    kActor,
    kPeer,
    kType,
    kReason,
    kText,
    kFailure,
    kLeak,
    kMessage,  ///< the value of its message, or a part
    kState,    ///< of its actor behind the turn
    kWas,      ///< and in front of it
    kChanged,  ///< whether the turn wrote that part of the state
};

struct Operand {
    Subject subject = Subject::kLiteral;
    Scalar literal;  ///< of kLiteral alone
    ValuePath path;  ///< into kMessage, kState, kWas, kChanged
};

enum class Compare : std::uint8_t {
    kIs,
    kEqual,
    kNotEqual,
    kLess,
    kLessEqual,
    kMore,
    kMoreEqual,
    kHas
};

/// `kAnd`, `kOr`, `kNot` have parts; `kCompare` has operands, of Compare::kIs the left one only.
struct Expression {
    enum class Form : std::uint8_t { kCompare, kAnd, kOr, kNot };
    Form form = Form::kCompare;
    std::vector<Expression> parts;
    Operand left;
    Compare compare = Compare::kIs;
    Operand right;
};

/// Limits of what people write, and of what programs may write into the same place.
inline constexpr std::size_t kConditionBytesMax = 4096;
inline constexpr std::size_t kConditionDepthMax = 64;

/// kInvalidArgument: what was found, at which column (from 1), and what could stand there.
absl::StatusOr<Expression> parseCondition(std::string_view text);

}  // namespace ariadne::condition
