#include "engine/ariadne.h"
#include "engine/kernel/type_registry.h"
#include "engine/value/type_info.h"
#include "recorder/condition/expression.h"
#include "recorder/condition/value_path.h"

#include <QTest>

#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <variant>

using namespace ariadne;
using namespace ariadne::condition;

namespace values {

enum class Colour : std::uint8_t { kRed = 1, kGreen = 7 };
BOOST_DESCRIBE_ENUM(Colour, kRed, kGreen)
struct Inner {
    std::int64_t cents = 0;
    std::string name;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (cents, name))
struct Money {
    std::int64_t amount = 0;
};
BOOST_DESCRIBE_STRUCT(Money, (), (amount))
struct All {
    bool truth = false;
    std::uint64_t large = 0;
    double real = 0;
    Colour colour = Colour::kRed;
    Duration wait{};
    Inner inner;
    Money money;
    std::vector<Inner> items;
    std::map<std::string, std::int64_t> stock;
    std::map<std::uint32_t, Inner> seats;
    std::optional<Inner> maybe;
    std::variant<Money, Inner> either;
    std::array<std::int32_t, 3> three{};
};
BOOST_DESCRIBE_STRUCT(All, (),
                      (truth, large, real, colour, wait, inner, money, items, stock, seats, maybe,
                       either, three))

}  // namespace values

namespace {

values::All example() {
    values::All all;
    all.truth = true;
    all.large = std::numeric_limits<std::uint64_t>::max();
    all.real = -0.5;
    all.colour = values::Colour::kGreen;
    all.wait = Duration{20'000'000};
    all.inner = {-7, "in"};
    all.money = {12};
    all.items = {{1, "a"}, {2, "b"}};
    all.stock = {{"nails", 40}, {"a b", 3}};
    all.seats = {{4, {44, "four"}}};
    all.maybe = values::Inner{9, "there"};
    all.either = values::Inner{5, "second"};
    all.three = {10, 20, 30};
    return all;
}

/// An expression's left side, so that paths are written as people write them.
ValuePath pathOf(const std::string& text) {
    return parseCondition("state" + text)->left.path;
}

class ConditionValuesTest : public QObject {
    Q_OBJECT

    Scalar at(const std::string& path) const {
        return scalarAt(types_, type_, bytes_, pathOf(path), 0, {});
    }

private Q_SLOTS:
    void initTestCase() {
        kernel::TypeRegistry registry;
        const value::TypeInfo& info = value::typeInfo<values::All>();
        type_ = registry.indexOf(info);
        types_ = registry.table();
        const values::All all = example();
        ByteWriter out;
        info.encode(&all, out);
        bytes_ = Bytes{out.view().begin(), out.view().end()};
    }

    void partsAreFound_data() {
        QTest::addColumn<std::string>("path");
        QTest::addColumn<std::string>("value");
        const auto row = [](const char* path, const char* value) {
            QTest::newRow(path) << std::string{path} << std::string{value};
        };
        row(".truth", "true");
        row(".large", "18446744073709551615");
        row(".real", "-0.5");
        row(".colour", "'kGreen'");
        row(".wait", "20ms");
        row(".inner.cents", "-7");
        row(".inner.name", "'in'");
        row(".inner.name.size", "2");
        row(".money", "12");
        row(".money.amount", "12");
        row(".items.size", "2");
        row(".items[1].cents", "2");
        row(".stock.size", "2");
        row(".stock[nails]", "40");
        row(".stock['a b']", "3");
        row(".seats[4].name", "'four'");
        row(".maybe.cents", "9");
        row(".either", "'Inner'");
        row(".either.cents", "5");
        row(".three.size", "3");
        row(".three[2]", "30");
    }
    void partsAreFound() {
        QFETCH(std::string, path);
        QFETCH(std::string, value);
        const auto wanted = parseCondition("round = " + value);
        const Scalar found = at(path);
        QVERIFY(isThere(found));
        QVERIFY(compare(found, wanted->right.literal) == 0);
    }

    void whatIsNotThereIsNothing_data() {
        QTest::addColumn<std::string>("path");
        for (const char* path :
             {".nothing", ".inner", ".inner.nothing", ".items", ".items[2].cents", ".items[a]",
              ".stock[screws]", ".stock[3]", ".seats[5].name", ".three[3]", ".truth.size",
              ".inner[0]", ".large.x", ""})
            QTest::newRow(*path == 0 ? "all of it" : path) << std::string{path};
    }
    void whatIsNotThereIsNothing() {
        QFETCH(std::string, path);
        QVERIFY(!isThere(at(path)));
    }

    void anEmptyOptionalIsNothing() {
        values::All all = example();
        all.maybe.reset();
        ByteWriter out;
        value::typeInfo<values::All>().encode(&all, out);
        QVERIFY(!isThere(scalarAt(types_, type_, out.view(), pathOf(".maybe.cents"), 0, {})));
        QVERIFY(isThere(scalarAt(types_, type_, out.view(), pathOf(".either.cents"), 0, {})));
    }

    void bytesThatDoNotFitAreNothing() {
        for (std::size_t length = 0; length < bytes_.size(); ++length) {
            const ByteView cut = ByteView{bytes_}.first(length);
            QVERIFY(!isThere(scalarAt(types_, type_, cut, pathOf(".three[2]"), 0, {})));
        }
        Bytes broken = bytes_;
        for (std::size_t i = 0; i < broken.size(); ++i) {
            broken[i] ^= std::byte{0xFF};
            for (const char* path : {".three[2]", ".either.cents", ".seats[4].name"})
                scalarAt(types_, type_, broken, pathOf(path), 0, {});
            broken[i] = bytes_[i];
        }
    }

    /// As a hostile file may have it.
    void typesThatNameThemselvesEnd() {
        TypeTable types;
        TypeDesc loop;
        loop.name = "Loop";
        loop.kind = TypeKind::kStruct;
        loop.fields = {{"in", TypeIndex{1}}};
        types.add(loop);
        TypeDesc maybe;
        maybe.name = "Maybe";
        maybe.kind = TypeKind::kOptional;
        maybe.fields = {{"in", TypeIndex{2}}};
        types.add(maybe);
        const Bytes ones(100'000, std::byte{1});
        for (const TypeIndex type : {TypeIndex{1}, TypeIndex{2}, TypeIndex{7}})
            for (const char* path : {"", ".in", ".in.in.in"})
                QVERIFY(!isThere(scalarAt(types, type, ones, pathOf(path), 0, {})));
    }

    void leavesAreFoundByTheirPath() {
        const auto leaves = value::leavesOf(types_, type_);
        const auto leafPath = [&](const std::string& path) {
            const auto place = leafOf(leaves, pathOf(path));
            return place ? leaves[place->leaf].path + "+" + std::to_string(place->steps) : "none";
        };
        QCOMPARE(leafPath(".truth"), std::string{"truth+1"});
        QCOMPARE(leafPath(".inner.cents"), std::string{"inner.cents+2"});
        QCOMPARE(leafPath(".items[1].cents"), std::string{"items+1"});
        QCOMPARE(leafPath(".inner"), std::string{"none"});
        QCOMPARE(leafPath(".inn"), std::string{"none"});
        const auto below = [&](const std::string& path) {
            const LeafRange range = leavesBelow(leaves, pathOf(path));
            std::string out;
            for (std::size_t i = range.begin; i < range.end; ++i) out += leaves[i].path + " ";
            return out;
        };
        QCOMPARE(below(".inner"), std::string{"inner.cents inner.name "});
        QCOMPARE(below(".inner.name"), std::string{"inner.name "});
        QCOMPARE(below(".items[1].cents"), std::string{"items "});
        QCOMPARE(below(".inn"), std::string{});
        QCOMPARE(leavesBelow(leaves, pathOf("")).end, leaves.size());
    }

    void numbersCompareAsNumbers() {
        constexpr auto kMax = std::numeric_limits<std::uint64_t>::max();
        const auto is = [](const Scalar& a, const char* order, const Scalar& b) {
            const std::partial_ordering forward = compare(a, b), back = compare(b, a);
            switch (*order) {
                case '<': return forward < 0 && back > 0;
                case '=': return forward == 0 && back == 0;
                default:
                    return forward == std::partial_ordering::unordered &&
                           back == std::partial_ordering::unordered;
            }
        };
        QVERIFY(is(std::int64_t{-1}, "<", std::uint64_t{0}));
        QVERIFY(is(std::int64_t{5}, "=", std::uint64_t{5}));
        QVERIFY(is(std::int64_t{5}, "<", kMax));
        QVERIFY(is(std::uint64_t{3}, "<", 3.5));
        QVERIFY(is(std::int64_t{-3}, "<", -2.5));
        QVERIFY(is(-3.5, "<", std::int64_t{-3}));
        QVERIFY(is(std::uint64_t{4}, "=", 4.0));
        // One more than a double can tell.
        QVERIFY(is(9007199254740992.0, "<", std::uint64_t{9007199254740993}));
        QVERIFY(is(kMax, "<", 0x1p64));
        QVERIFY(is(-0x1p70, "<", std::numeric_limits<std::int64_t>::min()));
        QVERIFY(is(std::nan(""), "?", std::uint64_t{0}));
        QVERIFY(is(true, "?", std::uint64_t{1}));
        QVERIFY(is(std::string{"1"}, "?", std::uint64_t{1}));
        QVERIFY(is(std::monostate{}, "?", std::monostate{}));
        QVERIFY(is(std::string{"a"}, "<", std::string{"b"}));
    }

    void textsAreFoundInEitherCase() {
        QVERIFY(containsText("Deposit{cents: 3}", "deposit"));
        QVERIFY(containsText("x", ""));
        QVERIFY(containsText("", ""));
        QVERIFY(!containsText("", "x"));
        QVERIFY(!containsText("abc", "abcd"));
    }

private:
    TypeTable types_;
    TypeIndex type_;
    Bytes bytes_;
};

}  // namespace

QTEST_GUILESS_MAIN(ConditionValuesTest)
#include "tst_condition_values.moc"
