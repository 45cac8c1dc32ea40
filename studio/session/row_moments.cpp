#include "studio/session/row_moments.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace ariadne::studio {
namespace {

constexpr std::string_view kPosition = "position";

bool isWordByte(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' ||
           static_cast<unsigned char>(c) >= 0x80;
}

/// Goes through a statement word by word; what is in quotes, brackets and comments is no word.
class Words {
public:
    explicit Words(std::string_view sql) : sql_(sql) {}

    /// The next word in lower case, or one other byte; empty at the end.
    std::string next() {
        skipBlanks();
        begin_ = at_;
        if (at_ >= sql_.size()) return {};
        if (isQuote(sql_[at_])) {
            skipQuoted();
            return "'";
        }
        if (!isWordByte(sql_[at_])) return std::string{sql_[at_++]};
        std::string out;
        while (at_ < sql_.size() && isWordByte(sql_[at_]))
            out += static_cast<char>(std::tolower(static_cast<unsigned char>(sql_[at_++])));
        return out;
    }
    /// Where the last one began.
    std::size_t begin() const { return begin_; }
    bool isBefore(char c) {
        skipBlanks();
        return at_ < sql_.size() && sql_[at_] == c;
    }

private:
    static bool isQuote(char c) { return c == '\'' || c == '"' || c == '`' || c == '['; }

    void skipQuoted() {
        const char end = sql_[at_] == '[' ? ']' : sql_[at_];
        ++at_;
        // Two of them in a row are one inside, and there is nothing between two quoted words.
        while (at_ < sql_.size() && sql_[at_] != end) ++at_;
        at_ = std::min(at_ + 1, sql_.size());
    }

    void skipBlanks() {
        while (at_ < sql_.size()) {
            const std::string_view rest = sql_.substr(at_);
            if (std::isspace(static_cast<unsigned char>(rest.front())) != 0)
                ++at_;
            else if (rest.starts_with("--"))
                at_ = std::min(sql_.find('\n', at_), sql_.size());
            else if (rest.starts_with("/*"))
                at_ = std::min(sql_.find("*/", at_), sql_.size() - 2) + 2;
            else
                return;
        }
    }

    std::string_view sql_;
    std::size_t at_ = 0;
    std::size_t begin_ = 0;
};

/// Whether the parentheses that come next hold one argument: max(a, b) is of one row, max(a) of
/// all.
bool hasOneArgument(Words words) {
    int depth = 0;
    for (std::string word = words.next(); !word.empty(); word = words.next()) {
        if (word == "(") ++depth;
        if (word == "," && depth == 1) return false;
        if (word == ")" && --depth == 0) return true;
    }
    return true;
}

template <std::size_t size>
bool isOneOf(const std::array<std::string_view, size>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

bool namesPosition(std::string_view column) {
    return column == kPosition || column == "cause" || column.ends_with("_at");
}

bool namesActor(std::string_view column) {
    constexpr std::array<std::string_view, 10> kNames{"actor",  "peer",      "sender", "receiver",
                                                      "path",   "maker",     "holder", "parent",
                                                      "region", "supervisor"};
    return isOneOf(kNames, column);
}

std::optional<Position> positionIn(const QueryAnswer& answer, std::size_t row, std::size_t column) {
    if (!namesPosition(answer.columns[column])) return std::nullopt;
    const QueryCell& cell = answer.at(row, column);
    if (cell.kind != QueryCell::Kind::kNumber) return std::nullopt;
    std::uint64_t value = 0;
    const char* const end = cell.text.data() + cell.text.size();
    const auto [read, error] = std::from_chars(cell.text.data(), end, value);
    if (error != std::errc{} || read != end || value == 0) return std::nullopt;
    return Position{value};
}

std::optional<Position> momentOfRow(const QueryAnswer& answer, std::size_t row) {
    const auto& names = answer.columns;
    const auto named = std::find(names.begin(), names.end(), kPosition);
    if (named != names.end())
        return positionIn(answer, row, static_cast<std::size_t>(named - names.begin()));
    for (std::size_t column = 0; column < names.size(); ++column)
        if (const auto some = positionIn(answer, row, column)) return some;
    if (row < answer.moments.size() && answer.moments[row] != 0)
        return Position{answer.moments[row]};
    return std::nullopt;
}

std::optional<std::string_view> actorIn(const QueryAnswer& answer, std::size_t row,
                                        std::size_t column) {
    const QueryCell& cell = answer.at(row, column);
    if (!namesActor(answer.columns[column]) || cell.kind != QueryCell::Kind::kText)
        return std::nullopt;
    return cell.text;
}

std::optional<std::string_view> actorOfRow(const QueryAnswer& answer, std::size_t row) {
    for (std::size_t column = 0; column < answer.columns.size(); ++column)
        if (const auto some = actorIn(answer, row, column)) return some;
    return std::nullopt;
}

std::optional<std::string> withPosition(std::string_view sql) {
    constexpr std::array<std::string_view, 7> kNoRowOfItsOwn{
        "distinct", "union", "intersect", "except", "values", "over", "window"};
    constexpr std::array<std::string_view, 7> kAggregates{
        "count", "sum", "total", "avg", "group_concat", "json_group_array", "json_group_object"};
    Words words{sql};
    std::optional<std::size_t> from;
    bool selects = false, groups = false, aggregates = false;
    int extremes = 0, depth = 0;
    int inner = 0;  // depth of the subquery that is gone through; 0: none
    for (std::string word = words.next(); !word.empty(); word = words.next()) {
        if (word == "(") {
            ++depth;
        } else if (word == ")") {
            if (depth == inner) inner = 0;
            if (--depth < 0) return std::nullopt;
        } else if (inner != 0) {
            continue;
        } else if (word == "select" && depth > 0) {
            inner = depth;
        } else if (word == "select") {
            if (selects) return std::nullopt;
            selects = true;
        } else if (isOneOf(kNoRowOfItsOwn, word)) {
            return std::nullopt;
        } else if (word == "from" && depth == 0 && !from) {
            from = words.begin();
        } else if (word == "group" && depth == 0) {
            groups = true;
        } else if (words.isBefore('(')) {
            if ((word == "min" || word == "max") && hasOneArgument(words)) ++extremes;
            if (isOneOf(kAggregates, word)) aggregates = true;
        }
    }
    if (!selects || !from || depth != 0 || extremes > 1) return std::nullopt;
    if ((groups || aggregates) && extremes != 1) return std::nullopt;
    std::string out{sql.substr(0, *from)};
    out += ", position ";
    out += sql.substr(*from);
    return out;
}

}  // namespace ariadne::studio
