// A condition cut into its words.
#pragma once

#include "recorder/condition/scalar.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ariadne::condition {

struct Token {
    enum class Kind : std::uint8_t {
        kWord,         ///< letters, digits and _ / # * ? : @ -
        kQuoted,       ///< a text in quotes of either kind
        kNumber,       ///< or a duration; `value` has it
        kOperator,     ///< = != < <= > >= ~
        kPunctuation,  ///< ( ) [ ] .
        kEnd,
    };
    Kind kind = Kind::kEnd;
    std::string text;    ///< without quotes
    Scalar value;        ///< of a number
    std::size_t at = 0;  ///< where it begins; bytes
    std::size_t end = 0;
    bool is(std::string_view what) const {
        return (kind == Kind::kOperator || kind == Kind::kPunctuation) && text == what;
    }
    bool isWord(std::string_view what) const { return kind == Kind::kWord && text == what; }
};

/// The last one is kEnd. kInvalidArgument: a byte that begins nothing, a quote without an end, a
/// number of no unit.
absl::StatusOr<std::vector<Token>> tokensOf(std::string_view text);

/// "column 7: found ')', expected ...", of the whole condition.
absl::Status conditionError(std::string_view text, std::size_t at, std::string_view found,
                            std::string_view expected);

}  // namespace ariadne::condition
