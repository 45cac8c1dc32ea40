#include "engine/base/event.h"
#include "engine/base/status_macros.h"
#include "engine/value/dynamic.h"
#include "recorder/condition/expression.h"
#include "recorder/condition/tokens.h"

#include <array>
#include <optional>
#include <utility>

namespace ariadne::condition {
namespace {

struct FieldName {
    std::string_view name;
    Subject subject;
};
constexpr std::array<FieldName, 15> kFields{{{"position", Subject::kPosition},
                                             {"time", Subject::kTime},
                                             {"round", Subject::kRound},
                                             {"kind", Subject::kKind},
                                             {"actor", Subject::kActor},
                                             {"peer", Subject::kPeer},
                                             {"type", Subject::kType},
                                             {"reason", Subject::kReason},
                                             {"text", Subject::kText},
                                             {"failure", Subject::kFailure},
                                             {"leak", Subject::kLeak},
                                             {"message", Subject::kMessage},
                                             {"state", Subject::kState},
                                             {"was", Subject::kWas},
                                             {"changed", Subject::kChanged}}};
constexpr std::string_view kExpectedField =
    "position, time, round, kind, actor, peer, type, reason, text, failure, leak, or message.FIELD,"
    " state.FIELD, was.FIELD, changed.FIELD";
constexpr std::string_view kExpectedValue =
    "a number, a duration such as 20ms, a word, a \"text\", true, false, or a field";

bool hasPath(Subject subject) {
    return subject == Subject::kMessage || subject == Subject::kState || subject == Subject::kWas ||
           subject == Subject::kChanged;
}

std::optional<Subject> subjectNamed(std::string_view name) {
    for (const FieldName& field : kFields)
        if (field.name == name) return field.subject;
    return std::nullopt;
}

std::string foundText(const Token& token) {
    return token.kind == Token::Kind::kEnd ? "the end" : value::quoted(token.text, 32);
}

class Parser {
public:
    Parser(std::string_view text, std::vector<Token> tokens)
        : text_(text), tokens_(std::move(tokens)) {}

    absl::StatusOr<Expression> whole() {
        ARIADNE_ASSIGN_OR_RETURN(Expression out, alternatives(0));
        if (now().kind != Token::Kind::kEnd) return error("\"and\", \"or\", or the end");
        return out;
    }

private:
    const Token& now() const { return tokens_[at_]; }
    const Token& ahead() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
    bool take(std::string_view what) {
        if (!now().is(what)) return false;
        ++at_;
        return true;
    }
    bool takeWord(std::string_view what) {
        if (!now().isWord(what)) return false;
        ++at_;
        return true;
    }
    absl::Status error(std::string_view expected) const {
        return conditionError(text_, now().at, foundText(now()), expected);
    }

    absl::StatusOr<Expression> alternatives(std::size_t depth) {
        return joined(depth, Expression::Form::kOr, "or", [&] { return conjunction(depth); });
    }
    absl::StatusOr<Expression> conjunction(std::size_t depth) {
        return joined(depth, Expression::Form::kAnd, "and", [&] { return negation(depth); });
    }

    template <class Part>
    absl::StatusOr<Expression> joined(std::size_t depth, Expression::Form form,
                                      std::string_view word, Part part) {
        if (depth > kConditionDepthMax)
            return error("no more than " + std::to_string(kConditionDepthMax) +
                         " parentheses and \"not\" within each other");
        ARIADNE_ASSIGN_OR_RETURN(Expression first, part());
        if (!now().isWord(word)) return first;
        Expression out;
        out.form = form;
        out.parts.push_back(std::move(first));
        while (takeWord(word)) {
            ARIADNE_ASSIGN_OR_RETURN(Expression next, part());
            out.parts.push_back(std::move(next));
        }
        return out;
    }

    absl::StatusOr<Expression> negation(std::size_t depth) {
        if (takeWord("not")) {
            if (depth > kConditionDepthMax) return alternatives(depth);
            ARIADNE_ASSIGN_OR_RETURN(Expression part, negation(depth + 1));
            Expression out;
            out.form = Expression::Form::kNot;
            out.parts.push_back(std::move(part));
            return out;
        }
        if (!take("(")) return comparison();
        ARIADNE_ASSIGN_OR_RETURN(Expression inner, alternatives(depth + 1));
        if (!take(")")) return error("\")\"");
        return inner;
    }

    absl::StatusOr<Expression> comparison() {
        Expression out;
        if (now().kind != Token::Kind::kWord || !subjectNamed(now().text))
            return error(kExpectedField);
        ARIADNE_ASSIGN_OR_RETURN(out.left, field());
        const std::optional<Compare> compare = takeOperator();
        if (!compare) return out;
        out.compare = *compare;
        ARIADNE_ASSIGN_OR_RETURN(out.right, valueOrField());
        return out;
    }

    std::optional<Compare> takeOperator() {
        constexpr std::array<std::pair<std::string_view, Compare>, 7> kOperators{
            {{"=", Compare::kEqual},
             {"!=", Compare::kNotEqual},
             {"<", Compare::kLess},
             {"<=", Compare::kLessEqual},
             {">", Compare::kMore},
             {">=", Compare::kMoreEqual},
             {"~", Compare::kHas}}};
        for (const auto& [text, compare] : kOperators)
            if (take(text)) return compare;
        return std::nullopt;
    }

    absl::StatusOr<Operand> field() {
        Operand out;
        out.subject = *subjectNamed(now().text);
        const bool isWhole = !ahead().is(".") && !ahead().is("[");
        if (!hasPath(out.subject) && !isWhole) {
            ++at_;
            return error("nothing behind this field: it has no parts");
        }
        ++at_;
        while (now().is(".") || now().is("[")) {
            if (out.path.steps.size() >= ValuePath::kStepsMax)
                return error("no more than " + std::to_string(ValuePath::kStepsMax) + " steps");
            ARIADNE_ASSIGN_OR_RETURN(ValuePath::Step step, pathStep());
            out.path.steps.push_back(std::move(step));
        }
        return out;
    }

    absl::StatusOr<ValuePath::Step> pathStep() {
        if (take(".")) {
            if (now().kind != Token::Kind::kWord && now().kind != Token::Kind::kQuoted)
                return error("the name of a field");
            return ValuePath::Step{tokens_[at_++].text};
        }
        take("[");
        const Token& key = now();
        ValuePath::Key out;
        if (key.kind == Token::Kind::kNumber)
            out.value = key.value;
        else if (key.kind == Token::Kind::kWord || key.kind == Token::Kind::kQuoted)
            out.value = key.text;
        else
            return error("the number of an element, or the key of an entry");
        ++at_;
        if (!take("]")) return error("\"]\"");
        return ValuePath::Step{std::move(out)};
    }

    absl::StatusOr<Operand> valueOrField() {
        const Token& token = now();
        Operand out;
        switch (token.kind) {
            case Token::Kind::kNumber: out.literal = token.value; break;
            case Token::Kind::kQuoted: out.literal = token.text; break;
            case Token::Kind::kWord:
                if (subjectNamed(token.text)) return field();
                if (token.text == "true" || token.text == "false")
                    out.literal = token.text == "true";
                else if (token.text == "and" || token.text == "or" || token.text == "not")
                    return error(kExpectedValue);
                else
                    out.literal = token.text;
                break;
            default: return error(kExpectedValue);
        }
        ++at_;
        return out;
    }

    std::string_view text_;
    std::vector<Token> tokens_;
    std::size_t at_ = 0;
};

}  // namespace

absl::StatusOr<Expression> parseCondition(std::string_view text) {
    if (text.size() > kConditionBytesMax)
        return absl::InvalidArgumentError(
            "the condition has " + std::to_string(text.size()) + " bytes, expected at most " +
            std::to_string(kConditionBytesMax) + ": write several shorter ones");
    ARIADNE_ASSIGN_OR_RETURN(std::vector<Token> tokens, tokensOf(text));
    return Parser{text, std::move(tokens)}.whole();
}

}  // namespace ariadne::condition
