// What a value takes: one number, whether it is walked, kept account of, or read off its encoding.
#include "engine/value/collections.h"
#include "engine/value/dynamic.h"
#include "engine/value/encoded_footprint.h"
#include "engine/value/type_info.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace ariadne;
using namespace ariadne::value;

namespace footprint_shapes {

enum class Mode : std::uint8_t { kA, kB };
BOOST_DESCRIBE_ENUM(Mode, kA, kB)

struct Fixed {
    bool flag = false;
    std::uint16_t small = 0;
    double real = 0;
    Mode mode = Mode::kA;
    CellRef who;
    Duration wait{0};
    std::array<std::int32_t, 3> three{};
    std::optional<std::int64_t> maybe;
    std::variant<bool, std::int64_t> either;
};
BOOST_DESCRIBE_STRUCT(Fixed, (), (flag, small, real, mode, who, wait, three, maybe, either))

struct alignas(64) Wide {
    std::int64_t number = 0;
};
BOOST_DESCRIBE_STRUCT(Wide, (), (number))

struct Tree {
    std::string name;
    std::vector<Tree> below;
};
BOOST_DESCRIBE_STRUCT(Tree, (), (name, below))

struct Inner {
    OrderedMap<std::string, Vector<std::string>> index;
    std::set<std::string> words;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (index, words))

/// Owns something from the beginning.
struct Named {
    std::string name = "nobody in particular";
};
BOOST_DESCRIBE_STRUCT(Named, (), (name))

struct State {
    Vector<Named> named;
    Inner inner;
    OrderedMap<std::int32_t, std::string> map;
    OrderedMap<std::int32_t, std::int64_t> plainMap;
    Vector<std::string> list;
    Vector<std::int32_t> plainList;
    Text text;
    std::vector<Tree> trees;
    std::optional<std::string> maybe;
    std::variant<std::int64_t, std::string, Bytes> either;
};
BOOST_DESCRIBE_STRUCT(State, (),
                      (named, inner, map, plainMap, list, plainList, text, trees, maybe, either))

}  // namespace footprint_shapes

namespace {

using namespace footprint_shapes;

/// What handlers do to states, at random.
class Mutator {
public:
    Mutator(std::uint64_t seed, State& state) : random_(seed), s_(state) {}

    void act() {
        switch (below(24)) {
            case 0: s_.inner.index[word()].push_back(word()); break;
            case 1: s_.inner.index.erase(word()); break;
            case 2: s_.inner.words.insert(word()); break;
            case 3: s_.map[number()] += word(); break;
            case 4: s_.map.insert_or_assign(number(), word()); break;
            case 5: s_.map.try_emplace(number(), word()); break;
            case 6: s_.map.erase(number()); break;
            case 7: s_.map.update(number(), [&](std::string& v) { v = word(); }); break;
            case 8:
                if (!s_.map.empty()) s_.map.erase(s_.map.begin()->first);
                break;
            case 9:
                // Erased and made anew before anybody looks.
                s_.map.erase(1);
                s_.map[1] = word();
                break;
            case 10: s_.plainMap[number()] = number(); break;
            case 11: s_.list.push_back(word()); break;
            case 12:
                if (!s_.list.empty()) s_.list.pop_back();
                break;
            case 13:
                if (!s_.list.empty()) s_.list.set(index(), word());
                break;
            case 14:
                if (!s_.list.empty()) s_.list.update(index(), [&](std::string& v) { v += word(); });
                break;
            case 15:
                s_.list.resize(below(8));
                s_.named.resize(below(8));
                break;
            case 16: s_.plainList.push_back(number()); break;
            case 17: s_.text += word(); break;
            case 18: s_.trees.push_back({word(), {{word(), {}}}}); break;
            case 19: s_.maybe = below(2) == 0 ? std::nullopt : std::optional{word()}; break;
            case 20: s_.either = Bytes(below(9)); break;
            case 21: s_.either = word(); break;
            case 22: throwing(); break;
            default: wholesale(); break;
        }
    }
    std::uint64_t below(std::uint64_t n) { return random_() % n; }

private:
    /// A change that ends in the middle, in a handler that goes on.
    void throwing() {
        const auto change = [&](std::string& v) {
            v += word();
            throw 7;
        };
        try {
            if (below(2) == 0)
                s_.map.update(number(), change);
            else if (!s_.list.empty())
                s_.list.update(index(), change);
        } catch (int) {
        }
    }
    void wholesale() {
        switch (below(9)) {
            case 0: {
                OrderedMap<std::int32_t, std::string> other{{number(), word()}, {number(), word()}};
                std::swap(s_.map, other);
                break;
            }
            case 1: taken_ = std::move(s_.map); break;
            case 2: s_.map = taken_; break;
            case 3: listTaken_ = std::move(s_.list); break;
            case 4: s_.list = listTaken_; break;
            case 5: s_.list.clear(); break;
            case 6: s_.map.clear(); break;
            case 7: {
                const Vector<std::string> gone{std::move(s_.list)};
                s_.list.push_back(std::string(gone.size(), 'x'));
                break;
            }
            default:
                if (below(10) == 0) s_ = State{};
                break;
        }
    }
    std::int32_t number() { return static_cast<std::int32_t>(below(12)) - 6; }
    std::string word() { return std::string(below(40), static_cast<char>('a' + below(3))); }
    std::size_t index() { return below(s_.list.size()); }

    std::mt19937_64 random_;
    State& s_;
    OrderedMap<std::int32_t, std::string> taken_;
    Vector<std::string> listTaken_;
};

struct Described {
    template <class T>
    explicit Described(const T*) : type(TypeBuilder{types}.add<T>()) {}
    TypeTable types;
    TypeIndex type;
};

template <class T>
std::optional<std::uint64_t> offItsEncoding(const T& v) {
    const Described of{&v};
    return encodedFootprint(of.types, of.type, encoded(v));
}

/// A type by hand, as a hostile table could have it.
TypeIndex add(TypeTable& types, TypeKind kind, std::vector<TypeIndex> fields,
              std::uint32_t size = 0) {
    TypeDesc desc;
    desc.kind = kind;
    desc.size = size;
    for (const TypeIndex field : fields) desc.fields.push_back({"f", field, 0});
    return types.add(desc);
}

}  // namespace

class TestFootprint : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyKindTakesWhatTheTableSays() {
        QCOMPARE(footprint(true), std::uint64_t{1});
        QCOMPARE(footprint(std::int16_t{-7}), std::uint64_t{2});
        QCOMPARE(footprint(1.5f), std::uint64_t{4});
        QCOMPARE(footprint(Mode::kB), std::uint64_t{8});
        QCOMPARE(footprint(std::string{"four"}), std::uint64_t{24 + 4});
        QCOMPARE(footprint(Text{"four"}), std::uint64_t{24 + 4});
        QCOMPARE(footprint(Bytes(5)), std::uint64_t{24 + 5});
        QCOMPARE(footprint(std::vector<std::int32_t>{1, 2, 3}), std::uint64_t{24 + 3 * 4});
        QCOMPARE(footprint(Vector<std::string>{"a", "bc"}), std::uint64_t{24 + 2 * 24 + 3});
        QCOMPARE(footprint(std::set<std::uint8_t>{1, 2}), std::uint64_t{24 + 2 * (32 + 1)});
        QCOMPARE(footprint(std::map<std::int32_t, std::string>{{1, "abc"}}),
                 std::uint64_t{24 + 32 + 4 + 24 + 3});
        QCOMPARE(footprint(std::optional<std::string>{}), std::uint64_t{1 + 24});
        QCOMPARE(footprint(std::optional<std::string>{"ab"}), std::uint64_t{1 + 24 + 2});
        using Either = std::variant<bool, std::string>;
        QCOMPARE(footprint(Either{true}), std::uint64_t{8 + 24});
        QCOMPARE(footprint(Either{std::string{"abc"}}), std::uint64_t{8 + 24 + 3});
        QCOMPARE(footprint(Tree{"ab", {{"c", {}}}}), std::uint64_t{48 + 2 + 48 + 1});
    }

    void aTypeThatOwnsNothingIsAConstant() {
        static_assert(ownsNothing<Fixed>());
        static_assert(inlineBytes<Fixed>() == 1 + 2 + 8 + 8 + 8 + 8 + 12 + 9 + 16);
        static_assert(!ownsNothing<Tree>());
        const TypeInfo& fixed = typeInfo<Fixed>();
        QVERIFY(fixed.ownedBytes == nullptr);
        QVERIFY(fixed.keepAccount == nullptr);
        const Fixed value;
        QCOMPARE(fixed.footprintOf(&value), std::uint64_t{72});
        QCOMPARE(offItsEncoding(value), std::optional<std::uint64_t>{72});
        QVERIFY(typeInfo<State>().ownedBytes != nullptr);
    }

    void theAccountIsTheWalkAndTheEncoding() {
        for (std::uint64_t seed = 1; seed <= 60; ++seed) {
            State state;
            Mutator mutator{seed, state};
            // Not every account begins with an empty state.
            for (std::uint64_t n = seed % 7 * 5; n > 0; --n) mutator.act();
            keepAccount(state, Accounting::kBegin);
            const Described of{&state};
            for (int turn = 0; turn < 300; ++turn) {
                for (std::uint64_t n = mutator.below(6); n > 0; --n) mutator.act();
                const bool over = mutator.below(3) != 0;
                if (over) keepAccount(state, Accounting::kSettle);
                const State walked = state;  // a copy keeps no account
                const std::string at =
                    "seed " + std::to_string(seed) + ", turn " + std::to_string(turn);
                QVERIFY2(footprint(state) == footprint(walked), at.c_str());
                QVERIFY2(encodedFootprint(of.types, of.type, encoded(state)) == footprint(walked),
                         at.c_str());
            }
        }
    }

    void aReferenceInHandIsCountedWhenItGrows() {
        State state;
        keepAccount(state, Accounting::kBegin);
        std::string& entry = state.map[1];
        const std::uint64_t before = footprint(state);
        entry.assign(1000, 'x');
        QCOMPARE(footprint(state), before + 1000);
        entry.assign(10, 'x');
        keepAccount(state, Accounting::kSettle);
        QCOMPARE(footprint(state), before + 10);
    }

    void onlyTheOriginalKeepsAccount() {
        State state;
        state.list = {"one", "two"};
        keepAccount(state, Accounting::kBegin);
        State copy = state;
        copy.list.push_back(std::string(100, 'x'));
        QCOMPARE(footprint(copy), footprint(state) + 24 + 100);
        const std::uint64_t full = footprint(state);
        const State moved = std::move(state);
        QCOMPARE(footprint(moved), full);
        state = State{};
        QCOMPARE(footprint(state), footprint(State{}));
    }

    void bytesThatAreNoValueHaveNone() {
        State state;
        Mutator mutator{3, state};
        for (int i = 0; i < 200; ++i) mutator.act();
        const Described of{&state};
        const Bytes whole = encoded(state);
        for (std::size_t n = 0; n < whole.size(); ++n)
            QVERIFY(!encodedFootprint(of.types, of.type, ByteView{whole}.first(n)));
        Bytes longer = whole;
        longer.push_back(std::byte{0});
        QVERIFY(!encodedFootprint(of.types, of.type, longer));
        QVERIFY(!encodedFootprint(of.types, {}, {}));
        QVERIFY(!encodedFootprint(of.types, {1'000'000}, {}));
        std::mt19937_64 random{9};
        for (int i = 0; i < 5000; ++i) {
            Bytes bent = whole;
            bent[random() % bent.size()] = static_cast<std::byte>(random());
            (void)encodedFootprint(of.types, of.type, bent);  // whatever it says, it ends
        }
    }

    void aFloatTakesFourBytesInAnyForm() {
        QCOMPARE(offItsEncoding(1.5f), std::optional<std::uint64_t>{4});
        const std::vector<float> many{1, 2, 3};
        QCOMPARE(offItsEncoding(many), std::optional<std::uint64_t>{24 + 3 * 4});
        QCOMPARE(footprint(many), std::uint64_t{24 + 3 * 4});
    }

    void tablesThatSayTooLittleHaveNone() {
        TypeTable types;
        const TypeIndex opaque = add(types, TypeKind::kOpaque, {});
        QVERIFY(!encodedFootprint(types, opaque, {}));
        QVERIFY(!encodedFootprint(types, add(types, TypeKind::kList, {opaque}), Bytes(1)));
        // Containers that do not say what of.
        for (const TypeKind kind : {TypeKind::kList, TypeKind::kSet, TypeKind::kMap,
                                    TypeKind::kArray, TypeKind::kOptional, TypeKind::kVariant})
            QVERIFY(!encodedFootprint(types, add(types, kind, {}, 1), Bytes(1)));
        const TypeIndex flag = add(types, TypeKind::kBool, {});
        QVERIFY(!encodedFootprint(types, add(types, TypeKind::kMap, {flag}), Bytes(1)));
    }

    /// Of a list of nothings there may be as many as one byte can count, and no more than that.
    void countsBeyondTheBytesAreRefused() {
        TypeTable types;
        const TypeIndex nothing = add(types, TypeKind::kStruct, {});
        const TypeIndex list = add(types, TypeKind::kList, {nothing});
        ByteWriter most, more;
        most.varint(65'536);
        more.varint(65'537);
        QCOMPARE(encodedFootprint(types, list, most.view()), std::optional<std::uint64_t>{24});
        QVERIFY(!encodedFootprint(types, list, more.view()));
    }

    void aStateTakenApartTakesTheSame() {
        State state;
        Mutator mutator{5, state};
        for (int i = 0; i < 100; ++i) mutator.act();
        const Described of{&state};
        auto apart = StateValue::decode(of.types, of.type, encoded(state));
        QVERIFY(apart.ok());
        QCOMPARE(apart->footprint(of.types), std::optional<std::uint64_t>{footprint(state)});
        // What is known by its digest only has a size nobody knows.
        apart->setLeaf(0, StateValue::Unknown{1, 100});
        QVERIFY(!apart->footprint(of.types));
    }

    void roomIsAlignedAsTheTypeWants() {
        const TypeInfo& info = typeInfo<Wide>();
        QCOMPARE(info.alignment, std::size_t{64});
        void* room = allocate(info);
        QCOMPARE(reinterpret_cast<std::uintptr_t>(room) % 64, std::uintptr_t{0});
        deallocate(info, room);
    }

    void hostileTablesEnd() {
        // A struct inside itself.
        TypeTable types;
        const TypeIndex self = add(types, TypeKind::kStruct, {{1}});
        QVERIFY(!encodedFootprint(types, self, {}));
        // One that a list leads back to itself is fine, and as deep as values may be.
        const TypeIndex list = add(types, TypeKind::kList, {{2}});
        QCOMPARE(list.value, 2u);
        Bytes nested(60, std::byte{1});
        nested.push_back(std::byte{0});
        QCOMPARE(encodedFootprint(types, list, nested), std::optional<std::uint64_t>{61 * 24});
        QVERIFY(!encodedFootprint(types, list, Bytes(10'000, std::byte{1})));
        // Arrays of arrays of nothing: sizes that wrap, and steps without end.
        TypeIndex at = add(types, TypeKind::kStruct, {});
        for (int i = 0; i < 5; ++i) at = add(types, TypeKind::kArray, {at}, 0xFFFFFFFF);
        QVERIFY(!encodedFootprint(types, at, {}));
        TypeIndex wide = add(types, TypeKind::kUint, {}, 64);
        for (int i = 0; i < 5; ++i) wide = add(types, TypeKind::kArray, {wide}, 0xFFFFFFFF);
        const TypeIndex many = add(types, TypeKind::kOptional, {wide});
        QCOMPARE(encodedFootprint(types, many, Bytes(1)),
                 std::optional<std::uint64_t>{std::uint64_t{1} << 62});
    }
};

QTEST_GUILESS_MAIN(TestFootprint)
#include "tst_footprint.moc"
