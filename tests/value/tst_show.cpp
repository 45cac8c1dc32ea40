// Values as people read them; tables that lie must not hang the reader.
#include "engine/value/dynamic.h"
#include "engine/value/type_info.h"
#include "tests/support/shown_text.h"

#include <QTest>

#include <limits>

using namespace ariadne;
using namespace ariadne::value;

namespace show_shapes {

enum class Mode : std::uint8_t { kOff, kOn };
BOOST_DESCRIBE_ENUM(Mode, kOff, kOn)

struct Deposit {
    std::int64_t cents = 0;
};
BOOST_DESCRIBE_STRUCT(Deposit, (), (cents))

struct Nothing {};
BOOST_DESCRIBE_STRUCT(Nothing, (), ())

struct Account {
    Mode mode = Mode::kOn;
    std::optional<Deposit> last;
    std::variant<std::monostate, std::string> note;
    std::map<std::string, std::int32_t> limits;
    CellRef owner;
    Duration wait{};
};
BOOST_DESCRIBE_STRUCT(Account, (), (mode, last, note, limits, owner, wait))

}  // namespace show_shapes

namespace {

template <class T>
std::string shown(const T& v, const ShowOptions& options = {}) {
    TypeTable types;
    const TypeIndex type = TypeBuilder{types}.add<T>();
    return showLine(types, type, encoded(v), options);
}

/// `Box` with `fields` fields, all of the type that `next` gives for the box's number; the last
/// holds `leaf`.
TypeTable nest(int levels, int fields, TypeKind leaf) {
    TypeTable types;
    for (int level = 0; level < levels; ++level) {
        TypeDesc box{"Box", TypeKind::kStruct, 0, {}, static_cast<std::uint64_t>(level)};
        for (int f = 0; f < fields; ++f)
            box.fields.push_back({"f", {static_cast<std::uint32_t>(level + 2)}, 0});
        types.add(std::move(box));
    }
    types.add({"leaf", leaf, 0, {}, 999});
    return types;
}

/// Everything a reader does with a state of type 1.
void readAll(const TypeTable& types, ByteView bytes) {
    (void)showValue(types, {1}, bytes);
    (void)showLine(types, {1}, bytes);
    ByteReader in{bytes};
    (void)skipValue(types, {1}, in);
    (void)compareEncoded(types, {1}, bytes, bytes);
    (void)leavesOf(types, {1});
    if (const auto state = StateValue::decode(types, {1}, bytes); state.ok())
        (void)state->show(types);
    (void)showChange(types, {1}, bytes);
}

}  // namespace

class TestShow : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void valuesReadAsTheyAreWritten() {
        using namespace show_shapes;
        QCOMPARE(shown(Deposit{500}), std::string{"Deposit{cents: 500}"});
        QCOMPARE(shown(Nothing{}), std::string{"Nothing"});
        QCOMPARE(shown(std::vector<std::int32_t>{1, -2}), std::string{"[1, -2]"});
        QCOMPARE(shown(std::string{"hi"}), std::string{"\"hi\""});
        QCOMPARE(shown(Bytes{std::byte{1}, std::byte{0xAB}}), std::string{"0x01ab"});
        QCOMPARE(shown(0.1), std::string{"0.1"});
        QCOMPARE(shown(0.1f), std::string{"0.1"});
        QCOMPARE(shown(static_cast<Mode>(9)), std::string{"9"});
        QCOMPARE(shown(Account{
                     Mode::kOn, Deposit{1}, "x", {{"a", 1}}, {}, std::chrono::milliseconds{20}}),
                 std::string{"Account{mode: kOn, last: Deposit{cents: 1}, note: \"x\", limits: "
                             "{\"a\": 1}, owner: nobody, wait: 20ms}"});
        QCOMPARE(shown(Account{}),
                 std::string{"Account{mode: kOn, last: none, note: {}, limits: {}, "
                             "owner: nobody, wait: 0s}"});
    }

    void cellsAreShownByName() {
        ShowOptions options;
        QCOMPARE(shown(CellRef{{17}}), std::string{"cell:0000000000000011"});
        options.cellName = [](CellKey key) { return "bank/teller#" + std::to_string(key.value); };
        QCOMPARE(shown(CellRef{{17}}, options), std::string{"bank/teller#17"});
    }

    void treesHaveChildrenAndCountTheRest() {
        TypeTable types;
        const std::vector<std::int32_t> many(50, 7);
        const TypeIndex type = TypeBuilder{types}.add<std::vector<std::int32_t>>();
        ShowOptions options;
        options.childrenMax = 10;
        const ValueNode node = showValue(types, type, encoded(many), options);
        QCOMPARE(node.children.size(), std::size_t{10});
        QCOMPARE(node.childCount, std::uint64_t{50});
        QCOMPARE(node.children[3].name, std::string{"[3]"});
    }

    void longTextIsCutBetweenCharacters() {
        ShowOptions options;
        options.textBytesMax = 10;
        const std::string line = shown(std::vector<std::string>{"éééééééééééé"}, options);
        QVERIFY(line.size() < 20);
        QVERIFY(line.ends_with("…"));
        QVERIFY(line.find("\xC3…") == std::string::npos);
    }

    void bytesThatDoNotFitSayTheyDoNot() {
        TypeTable types;
        const TypeIndex type = TypeBuilder{types}.add<show_shapes::Deposit>();
        const std::string line = showLine(types, type, asBytes("\x80"));
        QVERIFY2(line.find("not a Deposit") != std::string::npos, line.c_str());
    }

    void treacherousCharactersAreEscaped_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("quotes") << QByteArray{"a\"b\\"} << QByteArray{"\"a\\\"b\\\\\""};
        QTest::newRow("lines") << QByteArray{"a\n\tb\r"} << QByteArray{"\"a\\n\\tb\\u000d\""};
        QTest::newRow("escape") << QByteArray{"\x1B[31m"} << QByteArray{"\"\\u001b[31m\""};
        QTest::newRow("c1 control") << QByteArray{"\xC2\x9B"} << QByteArray{"\"\\u009b\""};
        QTest::newRow("right to left") << QByteArray{"a\u202Eb"} << QByteArray{"\"a\\u202eb\""};
        QTest::newRow("isolate") << QByteArray{"\u2066"} << QByteArray{"\"\\u2066\""};
        QTest::newRow("zero width") << QByteArray{"\u200B"} << QByteArray{"\"\\u200b\""};
        QTest::newRow("tag") << QByteArray{"\U000E0041"} << QByteArray{"\"\\U000e0041\""};
        QTest::newRow("kept") << QByteArray{"é→😀"} << QByteArray{"\"é→😀\""};
        QTest::newRow("lone byte") << QByteArray{"\xFF"} << QByteArray{"\"\\xff\""};
        QTest::newRow("cut sequence") << QByteArray{"\xE2\x82"} << QByteArray{"\"\\xe2\\x82\""};
        QTest::newRow("overlong") << QByteArray{"\xC0\xAF"} << QByteArray{"\"\\xc0\\xaf\""};
        QTest::newRow("surrogate")
            << QByteArray{"\xED\xA0\x80"} << QByteArray{"\"\\xed\\xa0\\x80\""};
        QTest::newRow("too high") << QByteArray{"\xF4\x90\x80\x80"}
                                  << QByteArray{"\"\\xf4\\x90\\x80\\x80\""};
        QTest::newRow("nul") << QByteArray("\0", 1) << QByteArray{"\"\\u0000\""};
    }
    void treacherousCharactersAreEscaped() {
        QFETCH(const QByteArray, text);
        QFETCH(const QByteArray, expected);
        QCOMPARE(quoted(text.toStdString(), 1000), expected.toStdString());
    }

    void quotedTextEndsInAnEllipsisWhenCut() {
        QCOMPARE(quoted("abcdef", 4), std::string{"\"abc…\""});
        QCOMPARE(quoted("abc", 4), std::string{"\"abc\""});
    }

    void durationsAreShortAndExact() {
        QCOMPARE(showDuration(0), std::string{"0s"});
        QCOMPARE(showDuration(1'500'000'000), std::string{"1.5s"});
        QCOMPARE(showDuration(20'000'000), std::string{"20ms"});
        QCOMPARE(showDuration(-1'001), std::string{"-1.001us"});
        QCOMPARE(showDuration(999), std::string{"999ns"});
        QCOMPARE(showDuration(std::numeric_limits<std::int64_t>::max()),
                 std::string{"9223372036.854775807s"});
        QCOMPARE(showDuration(std::numeric_limits<std::int64_t>::min()),
                 std::string{"-9223372036.854775808s"});
    }

    void changesReadAsSentences() {
        TypeTable types;
        const TypeIndex type = TypeBuilder{types}.add<show_shapes::Deposit>();
        ByteWriter out;
        out.varint(0);
        out.u8(0);
        out.sized(encoded(std::int64_t{7}));
        QCOMPARE(showChange(types, type, out.view()), std::string{"cents = 7"});
        QCOMPARE(showChange(types, type, {}), std::string{});
    }

    void aStructInsideItselfIsRefused() {
        TypeTable types;
        types.add({"Loop", TypeKind::kStruct, 0, {{"again", {1}, 0}, {"and again", {1}, 0}}, 1});
        readAll(types, {});
        readAll(types, asBytes(std::string(1000, '\1')));
        ByteReader in{ByteView{}};
        QVERIFY(!skipValue(types, {1}, in));
    }

    void anOptionalOfItselfEndsWithTheBytes() {
        TypeTable types;
        types.add({"Loop", TypeKind::kOptional, 0, {{"element", {1}, 0}}, 1});
        readAll(types, asBytes(std::string(100'000, '\1')));
    }

    void exponentialNestingIsCutShort_data() {
        QTest::addColumn<int>("levels");
        QTest::addColumn<int>("fields");
        QTest::newRow("2^40 empty structs") << 40 << 2;
        QTest::newRow("8^20 empty structs") << 20 << 8;
        QTest::newRow("1000^3 empty structs") << 3 << 1000;
    }
    void exponentialNestingIsCutShort() {
        QFETCH(const int, levels);
        QFETCH(const int, fields);
        const TypeTable types = nest(levels, fields, TypeKind::kStruct);
        QElapsedTimer timer;
        timer.start();
        readAll(types, {});
        // Generous: sanitizers and a busy machine are slow, exponential is slower.
        QVERIFY2(timer.elapsed() < 30'000, std::to_string(timer.elapsed()).c_str());
    }

    void arraysOfNothingAreCutShort() {
        TypeTable types;
        types.add({"Huge", TypeKind::kArray, 0xFFFFFFFF, {{"element", {2}, 0}}, 1});
        types.add({"Huge", TypeKind::kArray, 60'000, {{"element", {3}, 0}}, 2});
        types.add({"Nothing", TypeKind::kStruct, 0, {}, 3});
        readAll(types, {});
        TypeTable nested;
        nested.add({"Many", TypeKind::kArray, 60'000, {{"element", {2}, 0}}, 1});
        nested.add({"Many", TypeKind::kArray, 60'000, {{"element", {3}, 0}}, 2});
        nested.add({"Nothing", TypeKind::kStruct, 0, {}, 3});
        readAll(nested, {});
    }

    void tablesWithMissingPartsAreRead() {
        for (unsigned kind = 0; kind < kTypeKindCount + 2; ++kind) {
            TypeTable types;
            types.add({"Half", static_cast<TypeKind>(kind), 3, {}, 1});
            readAll(types, asBytes(std::string_view("\1\1\1\1\1\1\1\1\1", 9)));
            TypeTable dangling;
            dangling.add(
                {"Far", static_cast<TypeKind>(kind), 3, {{"a", {77}, 0}, {"b", {78}, 0}}, 1});
            readAll(dangling, asBytes(std::string_view("\1\1\1\1\1\1\1\1\1", 9)));
        }
    }
};

QTEST_GUILESS_MAIN(TestShow)
#include "tst_show.moc"
