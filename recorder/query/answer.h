// Where a table puts the value of one column of one row.
#pragma once

#include "engine/base/ids.h"
#include "recorder/value_json.h"

#include <cstdint>
#include <string_view>

namespace ariadne::query {

/// Takes exactly one value per call of a column. Thread-confined.
class Answer {
public:
    virtual ~Answer() = default;
    virtual void null() = 0;
    virtual void integer(std::int64_t value) = 0;
    virtual void real(double value) = 0;
    /// Copied.
    virtual void text(std::string_view value) = 0;
    /// Of static storage: not copied.
    virtual void word(std::string_view value) = 0;

    /// SQL has 64-bit integers with a sign; what does not fit, hashes mostly, is text "0x...".
    void number(std::uint64_t value);
    void hex(std::uint64_t value);
    /// Position 0 means that there is none.
    void position(Position value);
    /// Scalars as SQL has them, true and false as 1 and 0, everything with parts as JSON text.
    void json(const recorder::Json& value);
};

}  // namespace ariadne::query
