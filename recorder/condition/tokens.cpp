#include "recorder/condition/tokens.h"

#include "engine/actor/program.h"
#include "engine/base/status_macros.h"
#include "engine/value/dynamic.h"

#include <charconv>
#include <optional>

namespace ariadne::condition {
namespace {

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

/// Bytes above ASCII are letters to us: names and texts may have any.
bool isWordByte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c) ||
           static_cast<unsigned char>(c) >= 0x80 ||
           std::string_view{"_/#*?:@-"}.find(c) != std::string_view::npos;
}

class Lexer {
public:
    explicit Lexer(std::string_view text) : text_(text) {}

    absl::StatusOr<Token> next() {
        while (at_ < text_.size() &&
               std::string_view{" \t\r\n"}.find(text_[at_]) != std::string_view::npos)
            ++at_;
        Token token;
        token.at = token.end = at_;
        if (at_ == text_.size()) return token;
        const char c = text_[at_];
        if (c == '"' || c == '\'') return quoted(std::move(token));
        if (isDigit(c) || (c == '-' && isDigit(peek(1)))) return number(std::move(token));
        if (isWordByte(c)) return run(std::move(token), Token::Kind::kWord, wordLength());
        if (const std::size_t length = operatorLength(c); length != 0)
            return run(std::move(token), Token::Kind::kOperator, length);
        if (std::string_view{"()[]."}.find(c) != std::string_view::npos)
            return run(std::move(token), Token::Kind::kPunctuation, 1);
        return conditionError(text_, at_, value::quoted(text_.substr(at_, 1), 8),
                              "a field, a value, or one of = != < <= > >= ~ ( ) [ ] .");
    }

private:
    char peek(std::size_t ahead) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }

    std::size_t wordLength() const {
        std::size_t length = 1;
        while (isWordByte(peek(length))) ++length;
        return length;
    }

    std::size_t operatorLength(char c) const {
        const bool withEqual = peek(1) == '=';
        switch (c) {
            case '=': return withEqual ? 2 : 1;
            case '<':
            case '>': return withEqual ? 2 : 1;
            case '!': return withEqual ? 2 : 0;
            case '~': return 1;
            default: return 0;
        }
    }

    Token run(Token token, Token::Kind kind, std::size_t length) {
        token.kind = kind;
        token.text = text_.substr(at_, length);
        if (token.text == "==") token.text = "=";
        at_ += length;
        token.end = at_;
        return token;
    }

    absl::StatusOr<Token> quoted(Token token) {
        const char quote = text_[at_++];
        token.kind = Token::Kind::kQuoted;
        for (; at_ < text_.size(); ++at_) {
            if (text_[at_] == quote) {
                token.end = ++at_;
                return token;
            }
            if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
            token.text += text_[at_];
        }
        return conditionError(text_, token.at, "a text without an end",
                              std::string{"another "} + quote + " behind it");
    }

    /// 40, -3, 0.5, 1.5s, 20ms. A word that begins with a digit is a text: 3rd.
    absl::StatusOr<Token> number(Token token) {
        std::size_t length = 1;
        while (isDigit(peek(length)) || (peek(length) == '.' && isDigit(peek(length + 1))))
            ++length;
        const std::size_t digits = length;
        while (isWordByte(peek(length))) ++length;
        const std::string_view word = text_.substr(at_, length);
        std::optional<Scalar> value = numberIn(word.substr(0, digits));
        if (digits != length) {
            const auto duration = parseDuration(word);
            value = duration ? std::optional<Scalar>{duration->count()} : std::nullopt;
        }
        if (!value) {
            if (word.find('.') == std::string_view::npos && word.front() != '-')
                return run(std::move(token), Token::Kind::kWord, length);
            return conditionError(text_, at_, value::quoted(word, 32),
                                  "a number such as 40 or -0.5, or a duration such as 20ms");
        }
        token = run(std::move(token), Token::Kind::kNumber, length);
        token.value = *std::move(value);
        return token;
    }

    static std::optional<Scalar> numberIn(std::string_view digits) {
        const char* const end = digits.data() + digits.size();
        const auto read = [&](auto number) -> std::optional<Scalar> {
            const auto [at, error] = std::from_chars(digits.data(), end, number);
            if (error != std::errc{} || at != end) return std::nullopt;
            return number;
        };
        if (digits.find('.') != std::string_view::npos) return read(double{});
        return digits.front() == '-' ? read(std::int64_t{}) : read(std::uint64_t{});
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

absl::StatusOr<std::vector<Token>> tokensOf(std::string_view text) {
    Lexer lexer{text};
    std::vector<Token> out;
    do {
        ARIADNE_ASSIGN_OR_RETURN(Token token, lexer.next());
        out.push_back(std::move(token));
    } while (out.back().kind != Token::Kind::kEnd);
    return out;
}

absl::Status conditionError(std::string_view text, std::size_t at, std::string_view found,
                            std::string_view expected) {
    return absl::InvalidArgumentError("the condition " + value::quoted(text, 80) + ", column " +
                                      std::to_string(at + 1) + ": found " + std::string{found} +
                                      ", expected " + std::string{expected});
}

}  // namespace ariadne::condition
