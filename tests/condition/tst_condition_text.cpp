#include "recorder/condition/condition.h"
#include "tracefmt/chunk_names.h"

#include <QTest>

#include <algorithm>
#include <string>
#include <vector>

using namespace ariadne;
using namespace ariadne::condition;

namespace {

std::string textOf(const Scalar& value) {
    if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
    if (const auto* whole = std::get_if<std::uint64_t>(&value)) return std::to_string(*whole) + "u";
    if (const auto* real = std::get_if<double>(&value)) return std::to_string(*real);
    if (const auto* text = std::get_if<std::string>(&value)) return "'" + *text + "'";
    return "nothing";
}

std::string textOf(const Operand& operand) {
    if (operand.subject == Subject::kLiteral) return textOf(operand.literal);
    std::string out = "#" + std::to_string(static_cast<int>(operand.subject));
    for (const ValuePath::Step& step : operand.path.steps) {
        if (const auto* name = std::get_if<std::string>(&step)) out += "." + *name;
        if (const auto* key = std::get_if<ValuePath::Key>(&step))
            out += "[" + textOf(key->value) + "]";
    }
    return out;
}

/// With parentheses around everything.
std::string textOf(const Expression& expression) {
    static constexpr const char* kWords[] = {"", "=", "!=", "<", "<=", ">", ">=", "~"};
    if (expression.form == Expression::Form::kCompare) {
        const std::string left = textOf(expression.left);
        if (expression.compare == Compare::kIs) return left;
        return left + kWords[static_cast<int>(expression.compare)] + textOf(expression.right);
    }
    if (expression.form == Expression::Form::kNot)
        return "!(" + textOf(expression.parts.front()) + ")";
    const char* word = expression.form == Expression::Form::kAnd ? "&" : "|";
    std::string out = "(";
    for (const Expression& part : expression.parts)
        out += (out.size() == 1 ? "" : word) + textOf(part);
    return out + ")";
}

class ConditionTextTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsWrittenIsWhatIsMeant_data() {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<std::string>("meaning");
        const auto row = [](const char* text, const char* meaning) {
            QTest::newRow(text) << std::string{text} << std::string{meaning};
        };
        row("failure", "#10");
        row("kind = send", "#4='send'");
        row("kind == send", "#4='send'");
        row("position>=40", "#1>=40u");
        row("time < 1.5s", "#2<1500000000");
        row("time > -20ms", "#2>-20000000");
        row("state.cents <= -3", "#13.cents<=-3");
        row("state.rate != 0.5", "#13.rate!=0.500000");
        row("state.cents < was.cents", "#13.cents<#14.cents");
        row("changed.total", "#15.total");
        row("message.items[3].cents > 9", "#12.items[3u].cents>9u");
        row("state.seats['a b'] = true", "#13.seats['a b']=true");
        row("state.\"odd name\" = 'it\\'s'", "#13.odd name='it's'");
        row("actor = bank/teller#3*", "#5='bank/teller#3*'");
        row("peer = actor", "#6=#5");
        row("peer = 'actor'", "#6='actor'");
        row("text ~ 3rd", "#9~'3rd'");
        row("leak or failure and not round = 2", "(#11|(#10&!(#3=2u)))");
        row("(leak or failure) and round = 2", "((#11|#10)&#3=2u)");
        row("not not leak", "!(!(#11))");
        row("not (leak or failure)", "!((#11|#10))");
    }
    void whatIsWrittenIsWhatIsMeant() {
        QFETCH(std::string, text);
        QFETCH(std::string, meaning);
        const auto parsed = parseCondition(text);
        QVERIFY2(parsed.ok(), std::string{parsed.status().message()}.c_str());
        QCOMPARE(textOf(*parsed), meaning);
    }

    void mistakesSayWhereAndWhatToWrite_data() {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<std::vector<std::string>>("says");
        const auto row = [](const char* text, const std::vector<std::string>& says) {
            QTest::newRow(text) << std::string{text} << says;
        };
        row("", {"column 1", "the end", "position, time"});
        row("   ", {"column 4", "the end"});
        row("balance > 3", {"column 1", "balance", "state.FIELD"});
        row("kind =", {"column 7", "the end", "a number"});
        row("kind = send extra", {"column 13", "extra", "\"and\", \"or\""});
        row("(failure", {"column 9", "the end", "\")\""});
        row("failure)", {"column 8", "expected"});
        row("text ~ 'open", {"column 8", "a text without an end", "another '"});
        row("state. > 3", {"column 8", "\">\"", "the name of a field"});
        row("state.a[ = 3", {"column 10", "the number of an element"});
        row("state.a[1 = 3", {"column 11", "\"]\""});
        row("round.x = 3", {"column 6", "no parts"});
        row("time > 3.5q", {"column 8", "3.5q", "a duration such as 20ms"});
        row("position = 99999999999999999999.5.5", {"column 12", "a number"});
        row("kind = sent", {"no kind of event is called \"sent\"", "send, ask, reply"});
        row("kind = and", {"column 8", "and", "a word"});
        row("kind ; send", {"column 6", ";"});
    }
    void mistakesSayWhereAndWhatToWrite() {
        QFETCH(std::string, text);
        using Words = std::vector<std::string>;
        QFETCH(Words, says);
        const auto parsed = Condition::parse(text);
        QVERIFY(!parsed.ok());
        QVERIFY(absl::IsInvalidArgument(parsed.status()));
        const std::string message{parsed.status().message()};
        for (const std::string& words : says)
            QVERIFY2(message.find(words) != std::string::npos, message.c_str());
    }

    void whatIsTooLongOrTooDeepIsRefused() {
        const auto deep = [](std::size_t levels) {
            return std::string(levels, '(') + "leak" + std::string(levels, ')');
        };
        QVERIFY(Condition::parse(deep(kConditionDepthMax)).ok());
        QVERIFY(!Condition::parse(deep(kConditionDepthMax + 1)).ok());
        std::string nots;
        for (std::size_t i = 0; i < 900; ++i) nots += "not ";
        QVERIFY(!Condition::parse(nots + "leak").ok());
        std::string path = "state";
        for (std::size_t i = 0; i < ValuePath::kStepsMax; ++i) path += ".a";
        QVERIFY(Condition::parse(path).ok());
        QVERIFY(!Condition::parse(path + ".a").ok());
        QVERIFY(!Condition::parse("text ~ '" + std::string(kConditionBytesMax, 'x') + "'").ok());
    }

    void anyBytesEnd() {
        std::uint64_t random = 7;
        static constexpr std::string_view kPieces[] = {
            "kind", "state", ".", "[",  "]", "(", ")",    "=", "!=", "~",        "<",  "not",
            "and",  "or",    "'", "\"", "3", "-", "1.5s", "x", "\\", "\x80\xff", "\0", " "};
        for (int i = 0; i < 20'000; ++i) {
            std::string text;
            for (int j = 0; j < 12; ++j) {
                random = random * 6364136223846793005u + 1442695040888963407u;
                text += kPieces[(random >> 33) % std::size(kPieces)];
                if ((random >> 60) % 2 == 0) text += ' ';
            }
            const auto parsed = Condition::parse(text);
            if (!parsed.ok()) QVERIFY(!parsed.status().message().empty());
        }
    }

    void whichKindsCanHoldIsKnown_data() {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<std::vector<std::string>>("kinds");  // empty: all
        const auto row = [](const char* text, const std::vector<std::string>& kinds) {
            QTest::newRow(text) << std::string{text} << kinds;
        };
        row("kind = send", {"send"});
        row("kind = send or kind = drop", {"send", "drop"});
        row("kind = send and text ~ x", {"send"});
        row("kind = timer_*", {"timer_set", "timer_fire", "timer_cancel"});
        row("leak", {"resolve"});
        row("reason = expired and kind = drop", {"drop"});
        row("state.x = 1 and kind = deliver", {"deliver"});
        row("kind = send or actor = a", {});
        row("not kind = send", {});
        row("leak = false", {});
        row("text ~ x", {});
    }
    void whichKindsCanHoldIsKnown() {
        QFETCH(std::string, text);
        using Words = std::vector<std::string>;
        QFETCH(Words, kinds);
        const auto parsed = Condition::parse(text);
        QVERIFY(parsed.ok());
        for (std::uint8_t i = 0; i < kEventKindCount; ++i) {
            const auto kind = static_cast<EventKind>(i);
            const bool named = std::find(kinds.begin(), kinds.end(), nameOf(kind)) != kinds.end();
            QCOMPARE((parsed->kinds() & tracefmt::kindBit(kind)) != 0, kinds.empty() || named);
        }
    }

    void statesAreAskedForByName() {
        QVERIFY(Condition::parse("leak or state.x = 1")->needsStates());
        QVERIFY(Condition::parse("changed.x")->needsStates());
        QVERIFY(Condition::parse("message.x = was.x")->needsStates());
        QVERIFY(!Condition::parse("message.state = 1")->needsStates());
    }
};

}  // namespace

QTEST_GUILESS_MAIN(ConditionTextTest)
#include "tst_condition_text.moc"
