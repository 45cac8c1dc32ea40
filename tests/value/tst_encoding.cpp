// One value, one byte string; one structure, one hash.
#include "engine/value/collections.h"
#include "engine/value/encoding.h"
#include "engine/value/type_info.h"
#include "tests/support/shown_text.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace ariadne;
using namespace ariadne::value;

/// The hash of the other file's (anonymous)::Hidden, which is spelt as this one's.
std::uint64_t hashOfTwin();
std::uint64_t hashOfLargerTwin();

namespace shapes {

enum class Colour : std::int8_t { kRed = -1, kGreen = 0, kBlue = 5 };
BOOST_DESCRIBE_ENUM(Colour, kRed, kGreen, kBlue)

struct Empty {
    bool operator==(const Empty&) const = default;
};
BOOST_DESCRIBE_STRUCT(Empty, (), ())

struct Base {
    std::int32_t id = 0;
    auto operator<=>(const Base&) const = default;
};
BOOST_DESCRIBE_STRUCT(Base, (), (id))

struct Derived : Base {
    std::string name;
    auto operator<=>(const Derived&) const = default;
};
BOOST_DESCRIBE_STRUCT(Derived, (Base), (name))

struct Tree {
    std::string label;
    std::vector<Tree> branches;
    bool operator==(const Tree&) const = default;
};
BOOST_DESCRIBE_STRUCT(Tree, (), (label, branches))

struct Ping;
struct Pong {
    std::vector<Ping> pings;
};
struct Ping {
    std::vector<Pong> pongs;
};
BOOST_DESCRIBE_STRUCT(Ping, (), (pongs))
BOOST_DESCRIBE_STRUCT(Pong, (), (pings))

struct Everything {
    bool flag = false;
    std::int8_t i8 = 0;
    std::int64_t i64 = 0;
    std::uint8_t u8 = 0;
    std::uint64_t u64 = 0;
    float f32 = 0;
    double f64 = 0;
    std::string text;
    Bytes bytes;
    Colour colour = Colour::kGreen;
    std::optional<std::int32_t> maybe;
    std::variant<std::monostate, std::int32_t, std::string> either;
    std::vector<bool> bits;
    std::array<std::uint16_t, 3> three{};
    std::map<std::string, std::vector<std::int32_t>> table;
    std::set<Derived> people;
    CellRef ref;
    Duration wait{};
    VirtualTime at;
    Derived derived;
    OrderedMap<std::int32_t, std::string> journalled;
    Vector<std::int32_t> list;
    Text log;
    bool operator==(const Everything&) const = default;
};
BOOST_DESCRIBE_STRUCT(Everything, (),
                      (flag, i8, i64, u8, u64, f32, f64, text, bytes, colour, maybe, either, bits,
                       three, table, people, ref, wait, at, derived, journalled, list, log))

}  // namespace shapes

namespace v1 {
struct Point {
    std::int32_t x = 0;
    std::int32_t y = 0;
};
BOOST_DESCRIBE_STRUCT(Point, (), (x, y))
}  // namespace v1

namespace {

struct Hidden {
    std::int32_t x = 0;
};
BOOST_DESCRIBE_STRUCT(Hidden, (), (x))

Bytes bytesOf(std::initializer_list<int> values) {
    Bytes out;
    for (const int v : values) out.push_back(static_cast<std::byte>(v));
    return out;
}

template <class T>
bool roundTrips(const T& v) {
    const Bytes once = encoded(v);
    const std::optional<T> back = decoded<T>(once);
    return back && *back == v && encoded(*back) == once;
}

template <class T>
bool refuses(std::initializer_list<int> values) {
    return !decoded<T>(bytesOf(values)).has_value();
}

shapes::Everything something() {
    shapes::Everything v;
    v.flag = true;
    v.i8 = std::numeric_limits<std::int8_t>::min();
    v.i64 = std::numeric_limits<std::int64_t>::min();
    v.u8 = 255;
    v.u64 = std::numeric_limits<std::uint64_t>::max();
    v.f32 = -0.0f;
    v.f64 = std::numeric_limits<double>::denorm_min();
    v.text = std::string("nul \0 inside", 12);
    v.bytes = bytesOf({0, 255, 1});
    v.colour = shapes::Colour::kRed;
    v.maybe = -7;
    v.either = "second";
    v.bits = {true, false, true};
    v.three = {1, 0, 65535};
    v.table = {{"", {}}, {"a", {1, -1}}};
    v.people = {{{1}, "b"}, {{2}, "a"}};
    v.ref = {CellKey{17}};
    v.wait = std::chrono::milliseconds{-3};
    v.at = VirtualTime{9};
    v.derived = {{4}, "d"};
    v.journalled = {{-5, "minus"}, {5, "plus"}};
    v.list = {3, 2, 1};
    v.log = Text{"grows"};
    return v;
}

}  // namespace

class TestEncoding : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyKindRoundTrips() {
        QVERIFY(roundTrips(shapes::Everything{}));
        QVERIFY(roundTrips(something()));
    }

    void smallestAndLargestNumbersRoundTrip() {
        for (const std::int64_t v : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1},
                                     std::int64_t{0}, std::numeric_limits<std::int64_t>::max()})
            QVERIFY(roundTrips(v));
        QVERIFY(roundTrips(std::numeric_limits<std::uint64_t>::max()));
        QVERIFY(roundTrips(std::numeric_limits<std::int16_t>::min()));
        QVERIFY(roundTrips(Duration::max()));
        QVERIFY(roundTrips(Duration::min()));
        for (const double v : {0.0, std::numeric_limits<double>::infinity(),
                               -std::numeric_limits<double>::max(), 5e-324})
            QVERIFY(roundTrips(v));
    }

    void signOfZeroIsKept() {
        QVERIFY(encoded(0.0) != encoded(-0.0));
        QVERIFY(std::signbit(*decoded<double>(encoded(-0.0))));
    }

    void everyNanIsTheSameNan() {
        const auto odd = std::bit_cast<double>(std::uint64_t{0xFFF8'0000'0000'0001});
        QVERIFY(std::isnan(odd));
        QVERIFY(encoded(odd) == encoded(std::numeric_limits<double>::quiet_NaN()));
        QVERIFY(encoded(-std::numeric_limits<float>::quiet_NaN()) ==
                encoded(std::numeric_limits<float>::signaling_NaN()));
    }

    void anotherNanIsRefused() {
        QVERIFY(refuses<double>({1, 0, 0, 0, 0, 0, 0xF8, 0x7F}));
        QVERIFY(refuses<float>({0, 0, 0xC0, 0xFF}));
        QVERIFY(std::isnan(*decoded<float>(bytesOf({0, 0, 0xC0, 0x7F}))));
    }

    void aSecondSpellingIsRefused() {
        QVERIFY(refuses<bool>({2}));
        QVERIFY(refuses<std::optional<bool>>({2, 1}));
        QVERIFY((refuses<std::uint32_t>({0x80, 0x00})));        // 0 in two bytes
        QVERIFY((refuses<std::set<std::uint8_t>>({2, 5, 4})));  // descending
        QVERIFY((refuses<std::set<std::uint8_t>>({2, 5, 5})));  // twice
        QVERIFY((refuses<std::map<std::uint8_t, bool>>({2, 9, 0, 1, 0})));
        QVERIFY((refuses<OrderedMap<std::uint8_t, bool>>({2, 1, 0, 1, 1})));
    }

    void aNumberOutOfRangeIsRefused() {
        QVERIFY(refuses<std::uint8_t>({0x80, 0x02}));  // 256
        QVERIFY(refuses<std::int8_t>({0x80, 0x02}));   // 128
        QVERIFY(decoded<std::int8_t>(bytesOf({0xFF, 0x01})) == std::int8_t{-128});
        QVERIFY((refuses<std::variant<bool, bool>>({2, 0})));
        QVERIFY(refuses<shapes::Colour>({0x80, 0x04}));  // 256 is no int8
    }

    void bytesLeftOverAreRefused() {
        QVERIFY(refuses<bool>({1, 0}));
        QVERIFY(refuses<shapes::Empty>({0}));
    }

    void everyPrefixIsRefused() {
        const Bytes whole = encoded(something());
        for (std::size_t n = 0; n < whole.size(); ++n)
            QVERIFY2(!decoded<shapes::Everything>(ByteView{whole}.first(n)),
                     std::to_string(n).c_str());
    }

    void everyFlippedBitIsRefusedOrAnotherValue() {
        const shapes::Everything v = something();
        const Bytes whole = encoded(v);
        for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
            Bytes damaged = whole;
            damaged[bit / 8] ^= static_cast<std::byte>(1u << bit % 8);
            const auto back = decoded<shapes::Everything>(damaged);
            if (back) QVERIFY2(encoded(*back) == damaged, std::to_string(bit).c_str());
        }
    }

    void aHostileCountCostsNothing() {
        QVERIFY((refuses<std::vector<std::string>>({0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F})));
        QVERIFY((refuses<std::vector<shapes::Empty>>({0xFF, 0xFF, 0xFF, 0xFF, 0x0F})));
    }

    void baseFieldsComeFirst() {
        QVERIFY(encoded(shapes::Derived{{2}, "x"}) == bytesOf({4, 1, 'x'}));
    }

    void recursionDeeperThanTheLimitIsRefused() {
        shapes::Tree deep;
        for (int i = 0; i < 31; ++i) deep = {"t", {deep}};
        QVERIFY(roundTrips(deep));
        for (int i = 0; i < 5; ++i) deep = {"t", {deep}};
        QVERIFY(!decoded<shapes::Tree>(encoded(deep)));
    }

    void namesLeaveOutAnonymousNamespaces() {
        QCOMPARE(typeName<Hidden>(), std::string{"Hidden"});
        QCOMPARE(typeName<shapes::Tree>(), std::string{"shapes::Tree"});
        QCOMPARE(nameInSignature("f() [with T = {anonymous}::a::B; X = int]"), std::string{"a::B"});
        QCOMPARE(nameInSignature("f() [T = n::(anonymous namespace)::B]"), std::string{"n::B"});
        QCOMPARE(nameInSignature("f() [with T = A<B<C<int> > >]"), std::string{"A<B<C<int>>>"});
    }

    void aTypeOfAnotherFileHasTheSameHashWhenItLooksTheSame() {
        QCOMPARE(typeInfo<Hidden>().hash, hashOfTwin());
        QVERIFY(typeInfo<Hidden>().hash != hashOfLargerTwin());
    }

    void hashesAreOfNameAndStructure() {
        struct Case {
            std::uint64_t hash;
            const char* what;
        };
        const Case cases[] = {
            {internal::typeHash<v1::Point>(), "two i32"},
            {internal::typeHash<shapes::Base>(), "another name"},
            {internal::typeHash<shapes::Derived>(), "a base more"},
            {internal::typeHash<std::vector<v1::Point>>(), "in a list"},
            {internal::typeHash<std::set<std::int32_t>>(), "a set"},
            {internal::typeHash<std::vector<std::int32_t>>(), "a list"},
            {internal::typeHash<std::array<std::int32_t, 2>>(), "two"},
            {internal::typeHash<std::array<std::int32_t, 3>>(), "three"},
            {internal::typeHash<std::int32_t>(), "i32"},
            {internal::typeHash<std::uint32_t>(), "u32"},
            {internal::typeHash<std::int64_t>(), "i64"},
            {internal::typeHash<shapes::Ping>(), "ping"},
            {internal::typeHash<shapes::Pong>(), "pong"},
        };
        for (const Case& a : cases)
            for (const Case& b : cases)
                QVERIFY2((a.hash == b.hash) == (&a == &b), (std::string{a.what} + b.what).c_str());
    }

    void aFieldRenamedIsAnotherStructure() {
        const auto hashOf = [](std::string_view field) {
            return internal::addToHash(internal::startHash(TypeKind::kStruct, "S", 0), field, 1);
        };
        QVERIFY(hashOf("x") != hashOf("y"));
        QVERIFY(hashOf("x") != internal::startHash(TypeKind::kStruct, "S", 0));
    }

    void standardAndJournallingCollectionsAreOneStructure() {
        QCOMPARE(internal::typeHash<Vector<std::int32_t>>(),
                 internal::typeHash<std::vector<std::int32_t>>());
        QCOMPARE(internal::typeHash<Text>(), internal::typeHash<std::string>());
    }

    void recursiveTypesAreDescribedOnce() {
        TypeTable table;
        TypeBuilder builder{table};
        const TypeIndex tree = builder.add<shapes::Tree>();
        const TypeDesc& branches = table.at(table.at(tree).fields[1].type);
        QCOMPARE(branches.name, std::string{"list<shapes::Tree>"});
        QCOMPARE(branches.fields[0].type, tree);
        const std::uint32_t size = table.size();
        QCOMPARE(builder.add<shapes::Tree>(), tree);
        builder.add<shapes::Ping>();
        builder.add<shapes::Pong>();
        QCOMPARE(table.size(), size + 4);  // two structs, two lists
    }

    void alternativesAreNamedByTheirWholeType() {
        TypeTable table;
        const TypeIndex index =
            TypeBuilder{table}.add<std::variant<shapes::Base, std::vector<shapes::Base>>>();
        QCOMPARE(table.at(index).fields[0].name, std::string{"Base"});
        QCOMPARE(table.at(index).fields[1].name, std::string{"list<shapes::Base>"});
    }

    void shortNameIsTheLastPart() {
        QCOMPARE(shortName("a::b::C"), std::string_view{"C"});
        QCOMPARE(shortName("list<a::C>"), std::string_view{"list<a::C>"});
        QCOMPARE(shortName("a::Box<b::C>"), std::string_view{"Box<b::C>"});
        QCOMPARE(shortName("C"), std::string_view{"C"});
    }

    void infoHoldsMovesAndRestoresValues() {
        const TypeInfo& info = typeInfo<shapes::Derived>();
        alignas(shapes::Derived) std::byte a[sizeof(shapes::Derived)];
        alignas(shapes::Derived) std::byte b[sizeof(shapes::Derived)];
        const Bytes bytes = encoded(shapes::Derived{{1}, "a name too long for the small string"});
        QVERIFY(!info.decodeInto(ByteView{bytes}.first(3), a));
        QVERIFY(info.decodeInto(bytes, a));
        info.moveInto(a, b);
        info.copyInto(b, a);
        ByteWriter out;
        info.encode(a, out);
        QVERIFY(sameBytes(out.view(), bytes));
        if (info.destroy != nullptr) {
            info.destroy(a);
            info.destroy(b);
        }
    }
};

QTEST_GUILESS_MAIN(TestEncoding)
#include "tst_encoding.moc"
