// A recorded change, applied to the state before, gives the state after.
#include "engine/value/change.h"
#include "engine/value/dynamic.h"
#include "engine/value/type_info.h"
#include "tests/support/shown_text.h"

#include <QTest>

#include <limits>
#include <random>

using namespace ariadne;
using namespace ariadne::value;

namespace change_shapes {

struct Inner {
    std::int64_t a = 0;
    std::string b;
    OrderedMap<std::string, std::int32_t> index;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (a, b, index))

struct State {
    std::int32_t plain = 0;
    double real = 0;
    Inner inner;
    OrderedMap<std::int32_t, std::string> map;
    Vector<std::string> list;
    Text text;
    std::vector<std::uint8_t> small;
    std::optional<std::int64_t> maybe;
};
BOOST_DESCRIBE_STRUCT(State, (), (plain, real, inner, map, list, text, small, maybe))

struct Wide {
    std::string text;
    std::vector<std::int64_t> numbers;
};
BOOST_DESCRIBE_STRUCT(Wide, (), (text, numbers))

struct Reals {
    OrderedMap<double, std::int32_t> byReal;
};
BOOST_DESCRIBE_STRUCT(Reals, (), (byReal))

}  // namespace change_shapes

namespace {

using change_shapes::State;

/// A typed state and its untyped copy, which learns of the typed one by changes only.
template <class T>
class Pair {
public:
    explicit Pair(T first) : state(std::move(first)) {
        type = TypeBuilder{types}.add<T>();
        copy = *StateValue::decode(types, type, encoded(state));
        beginChanges(state, shadow_);
    }

    /// The change since the last one. The copy follows it.
    Bytes turn() {
        ByteWriter out;
        digestOnly = encodeChange(state, shadow_, scratch_, out);
        Bytes change = out.take();
        status = copy.apply(types, change);
        return change;
    }
    bool agrees() const { return status.ok() && copy.encode() == encoded(state); }

    T state;
    TypeTable types;
    TypeIndex type;
    StateValue copy;
    absl::Status status;
    bool digestOnly = false;

private:
    Shadow shadow_;
    ChangeScratch scratch_;
};

/// What handlers do to states, at random.
class Mutator {
public:
    Mutator(std::uint64_t seed, State& state) : random_(seed), s_(state) {}

    void act() {
        switch (below(30)) {
            case 0: s_.plain = number(); break;
            case 1:
                s_.real = below(3) == 0 ? std::numeric_limits<double>::quiet_NaN() : number();
                break;
            case 2: s_.inner.a = number(); break;
            case 3: s_.inner.b = word(); break;
            case 4: s_.inner.index[word()] = number(); break;
            case 5: s_.inner.index.erase(word()); break;
            case 6: s_.map[number()] += word(); break;
            case 7: s_.map.insert_or_assign(number(), word()); break;
            case 8: s_.map.try_emplace(number(), word()); break;
            case 9: s_.map.erase(number()); break;
            case 10: s_.map.update(number(), [&](std::string& v) { v = word(); }); break;
            case 11:
                if (!s_.map.empty()) s_.map.erase(s_.map.begin()->first);
                break;
            case 12:
                if (below(8) == 0) s_.map.clear();
                break;
            case 13: s_.list.push_back(word()); break;
            case 14:
                if (!s_.list.empty()) s_.list.pop_back();
                break;
            case 15:
                if (!s_.list.empty()) s_.list.set(index(), word());
                break;
            case 16:
                if (!s_.list.empty()) s_.list.update(index(), [&](std::string& v) { v += word(); });
                break;
            case 17: s_.list.resize(below(8)); break;
            case 18:
                if (below(8) == 0) s_.list.clear();
                break;
            case 19: s_.text += word(); break;
            case 20: s_.text.assign(word() + word()); break;
            case 21: s_.text.resize(below(20)); break;
            case 22:
                if (below(8) == 0) s_.text.clear();
                break;
            case 23: s_.small.assign(below(5), 7); break;
            case 24:
                s_.maybe = below(2) == 0 ? std::nullopt : std::optional<std::int64_t>{number()};
                break;
            default: wholesale(); break;
        }
    }
    std::uint64_t below(std::uint64_t n) { return random_() % n; }

private:
    /// Collections copied, moved and swapped as a whole.
    void wholesale() {
        switch (below(10)) {
            case 0: {
                OrderedMap<std::int32_t, std::string> other{{number(), word()}, {number(), word()}};
                std::swap(s_.map, other);
                break;
            }
            case 1: taken_ = std::move(s_.map); break;
            case 2: s_.map = taken_; break;
            case 3: listTaken_ = std::move(s_.list); break;
            case 4: s_.list = listTaken_; break;
            case 5: {
                const Vector<std::string> gone{std::move(s_.list)};
                s_.list.push_back(std::to_string(gone.size()));
                break;
            }
            case 6: textTaken_ = std::move(s_.text); break;
            case 7: s_.text = textTaken_; break;
            case 8: {
                const OrderedMap<std::int32_t, std::string> gone{std::move(s_.map)};
                break;
            }
            default:
                if (below(10) == 0) s_ = State{};
                break;
        }
    }
    std::int32_t number() { return static_cast<std::int32_t>(below(12)) - 6; }
    std::string word() { return std::string(below(4), static_cast<char>('a' + below(3))); }
    std::size_t index() { return below(s_.list.size()); }

    std::mt19937_64 random_;
    State& s_;
    OrderedMap<std::int32_t, std::string> taken_;
    Vector<std::string> listTaken_;
    Text textTaken_;
};

}  // namespace

class TestChange : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void appliedChangesFollowAnyOperations() {
        for (std::uint64_t seed = 1; seed <= 40; ++seed) {
            Pair<State> pair{State{}};
            Mutator mutator{seed, pair.state};
            for (int turn = 0; turn < 300; ++turn) {
                for (std::uint64_t n = mutator.below(5); n > 0; --n) mutator.act();
                pair.turn();
                QVERIFY2(pair.agrees(), ("seed " + std::to_string(seed) + ", turn " +
                                         std::to_string(turn) + ": " + pair.status.ToString())
                                            .c_str());
            }
        }
    }

    void aTurnThatChangesNothingRecordsNothing() {
        Pair<State> pair{State{}};
        pair.state.map[1] = "one";
        pair.turn();
        pair.state.plain = 5;
        pair.state.plain = 0;
        QVERIFY(pair.turn().empty());
        QVERIFY(pair.agrees());
    }

    void oneEntryOfManyIsRecordedAsOne() {
        State state;
        for (int i = 0; i < 1000; ++i) state.map[i] = "value " + std::to_string(i);
        Pair<State> pair{std::move(state)};
        pair.state.map[500] = "other";
        const Bytes change = pair.turn();
        QVERIFY(change.size() < 20);
        QVERIFY(pair.agrees());
        QCOMPARE(showChange(pair.types, pair.type, change), std::string{"map[500] = \"other\""});
    }

    void takingACollectionAwayIsAChange() {
        Pair<State> pair{State{}};
        pair.state.map = {{1, "a"}, {2, "b"}};
        pair.state.list = {"x", "y"};
        pair.state.text = Text{"abc"};
        pair.turn();
        QVERIFY(pair.agrees());
        const auto map = std::move(pair.state.map);
        const auto list = std::move(pair.state.list);
        const auto text = std::move(pair.state.text);
        pair.turn();
        QVERIFY2(pair.agrees(), pair.status.ToString().c_str());
        QCOMPARE(map.size(), std::size_t{2});
        QVERIFY(pair.state.map.empty() && pair.state.list.empty() && pair.state.text.empty());
    }

    void anEntryMayBeErasedByItsOwnKey() {
        Pair<State> pair{State{}};
        pair.state.inner.index["a key too long for the small string buffer"] = 1;
        pair.turn();
        pair.state.inner.index.erase(pair.state.inner.index.begin()->first);
        pair.turn();
        QVERIFY(pair.agrees());
    }

    void keysThatAreEqualAreOneKey() {
        Pair<change_shapes::Reals> pair{{}};
        pair.state.byReal[0.0] = 1;
        pair.turn();
        pair.state.byReal[-0.0] = 2;
        pair.turn();
        QVERIFY(pair.agrees());
        pair.state.byReal.erase(0.0);
        pair.state.byReal[-0.0] = 3;
        pair.turn();
        QVERIFY(pair.agrees());
    }

    void aLongPlainFieldIsRecordedByDigest() {
        Pair<change_shapes::Wide> pair{{}};
        pair.state.text = std::string(kPlainFieldBytesMax - 2, 'x');  // two bytes of length
        pair.turn();
        QVERIFY(!pair.digestOnly && pair.agrees());
        pair.state.text += 'x';
        pair.state.numbers = {1};
        const Bytes change = pair.turn();
        QVERIFY(pair.digestOnly);
        QVERIFY(change.size() < 30);
        QVERIFY(pair.status.ok() && pair.copy.hasUnknown());
        QVERIFY(pair.copy.isUnknown(0) && !pair.copy.isUnknown(1));
        const auto unknown = std::get<StateValue::Unknown>(pair.copy.leaf(0));
        QCOMPARE(unknown.bytes, std::uint64_t{kPlainFieldBytesMax + 1});
        QCOMPARE(unknown.digest, hashBytes(encoded(pair.state.text)));
        QVERIFY(pair.copy.show(pair.types).children[0].text.find("digest only") !=
                std::string::npos);
        pair.state.text = "short again";
        pair.turn();
        QVERIFY(!pair.copy.hasUnknown() && pair.agrees());
    }

    void journallingCollectionsMayBeLong() {
        Pair<State> pair{State{}};
        pair.state.text = Text{std::string(100'000, 'x')};
        pair.turn();
        pair.state.text += "y";
        const Bytes change = pair.turn();
        QVERIFY(!pair.digestOnly && change.size() < 20 && pair.agrees());
    }

    void changedLeavesAreNumberedWithNestedFieldsInPlace() {
        Pair<State> pair{State{}};
        const auto leaves = leavesOf(pair.types, pair.type);
        std::string paths;
        for (const LeafDesc& leaf : leaves) paths += leaf.path + " ";
        QCOMPARE(paths,
                 std::string{"plain real inner.a inner.b inner.index map list text small maybe "});
        pair.state.inner.b = "x";
        pair.state.small = {1};
        QVERIFY(changedLeaves(pair.turn()) == (std::vector<std::uint32_t>{3, 8}));
        QVERIFY(changedLeaves(asBytes("\xFF")).empty());
    }

    void copiesOfCollectionsKeepNoJournal() {
        Pair<State> pair{State{}};
        State copy = pair.state;
        copy.map[1] = "x";
        copy.list.push_back("x");
        QVERIFY(copy.map.journalEmpty() && copy.list.journalEmpty() && copy.text.journalEmpty());
    }

    void equalityIsOfContents() {
        OrderedMap<std::int32_t, std::int32_t> a{{1, 2}}, b;
        b.setJournalling(true);
        b[1] = 2;
        QVERIFY(a == b);
    }

    void aChangeThatDoesNotFitIsRefused() {
        Pair<State> pair{State{}};
        pair.state.list = {"a"};
        pair.state.text = Text{"abc"};
        pair.turn();
        const auto apply = [&](auto write) {
            ByteWriter body;
            const auto [leaf, op] = write(body);
            ByteWriter change;
            change.varint(leaf);
            change.u8(op);
            change.sized(body.view());
            StateValue copy = pair.copy;
            return copy.apply(pair.types, change.view()).code();
        };
        using Address = std::pair<std::uint64_t, std::uint8_t>;
        const auto bad = absl::StatusCode::kDataLoss;
        QCOMPARE(apply([](ByteWriter&) { return Address{99, 0}; }), bad);
        QCOMPARE(apply([](ByteWriter&) { return Address{0, 77}; }), bad);
        QCOMPARE(apply([](ByteWriter& w) {
                     w.u8(0);
                     w.u8(0);
                     return Address{0, 0};
                 }),
                 bad);
        QCOMPARE(apply([](ByteWriter& w) {
                     w.varint(1);
                     return Address{0, 1};
                 }),
                 bad);  // no map
        QCOMPARE(apply([](ByteWriter& w) {
                     w.varint(2);
                     return Address{6, 2};
                 }),
                 bad);  // keeps 2 of 1
        QCOMPARE(apply([](ByteWriter& w) {
                     w.varint(9);
                     return Address{7, 3};
                 }),
                 bad);                      // keeps 9 of 3
        QCOMPARE(apply([](ByteWriter& w) {  // no such journal op
                     w.varint(1);
                     w.u8(5);
                     w.sized(encoded(std::int32_t{1}));
                     return Address{5, 1};
                 }),
                 bad);
        QCOMPARE(apply([](ByteWriter& w) {
                     w.varint(1);
                     w.varint(1);
                     w.varint(1);
                     w.sized({});
                     return Address{6, 2};
                 }),
                 bad);  // sets [1] of one
        QCOMPARE(apply([](ByteWriter& w) {
                     w.varint(~std::uint64_t{0});
                     return Address{5, 1};
                 }),
                 bad);
    }

    void damagedChangesNeverCrash() {
        Pair<State> pair{State{}};
        pair.state.map = {{1, "a"}, {2, "b"}};
        pair.state.list = {"x", "y"};
        pair.state.text = Text{"abc"};
        pair.state.plain = 3;
        const StateValue before = pair.copy;
        const Bytes change = pair.turn();
        for (std::size_t bit = 0; bit < change.size() * 8; ++bit) {
            Bytes damaged = change;
            damaged[bit / 8] ^= static_cast<std::byte>(1u << bit % 8);
            StateValue copy = before;
            if (copy.apply(pair.types, damaged).ok()) (void)copy.show(pair.types);
            (void)showChange(pair.types, pair.type, damaged);
        }
    }

    void encodedKeysAreOrderedAsTheTypeOrdersThem() {
        checkOrder<std::int64_t>({-300, -1, 0, 1, 200});
        checkOrder<std::uint64_t>({0, 127, 128, 70'000});
        checkOrder<std::string>({"", "a", "aa", "b", "\xC3\xA9"});
        checkOrder<double>({-1e9, -0.5, 0, 1e-300, 2});
        checkOrder<std::optional<std::int32_t>>({std::nullopt, -1, 5});
        checkOrder<std::vector<std::int32_t>>({{}, {-1}, {-1, 0}, {0}});
        checkOrder<std::variant<std::string, std::int32_t>>({"a", "b", -1, 1});
        checkOrder<std::map<std::int32_t, bool>>({{}, {{1, false}}, {{1, true}}, {{2, false}}});
    }

private:
    template <class T>
    void checkOrder(const std::vector<T>& ascending) {
        TypeTable types;
        const TypeIndex type = TypeBuilder{types}.add<T>();
        for (std::size_t i = 0; i < ascending.size(); ++i)
            for (std::size_t j = 0; j < ascending.size(); ++j) {
                const auto order =
                    compareEncoded(types, type, encoded(ascending[i]), encoded(ascending[j]));
                QVERIFY2(order == (i <=> j), (types.at(type).name + std::to_string(i)).c_str());
            }
    }
};

QTEST_GUILESS_MAIN(TestChange)
#include "tst_change.moc"
