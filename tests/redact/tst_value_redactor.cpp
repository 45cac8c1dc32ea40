// What is secret in a value is replaced, all else stays, and changes still lead from state to
// state.
#include "engine/base/digest.h"
#include "engine/value/change.h"
#include "engine/value/dynamic.h"
#include "recorder/redact/value_redactor.h"
#include "tests/redact/support/vault.h"

#include <QRandomGenerator>
#include <QTest>

#include <algorithm>
#include <string>

using namespace ariadne;
using namespace ariadne::redact;

namespace {

/// The types of a program as a trace has them, and somebody who redacts with a known key.
struct Bench {
    TypeTable types;
    TypeIndex shelf = value::TypeBuilder{types}.add<vault::Shelf>();
    TypeIndex parcel = value::TypeBuilder{types}.add<vault::Parcel>();
    TypeIndex login = value::TypeBuilder{types}.add<vault::Login>();
    TypeIndex everything = value::TypeBuilder{types}.add<vault::Everything>();
    std::vector<std::string> told;
    ValueRedactor values{types, StandIns{RedactionKey{{11, 22}}},
                         [this](FieldId, ByteView value) { told.emplace_back(asText(value)); }};

    template <class T>
    Bytes redacted(TypeIndex type, const T& value) {
        ByteWriter out;
        if (!values.redact(type, value::encoded(value), out)) qFatal("no encoding");
        return out.take();
    }
    template <class T>
    std::optional<T> made(TypeIndex type, const T& value) {
        return value::decoded<T>(redacted(type, value));
    }
};

vault::Draw drawFrom(QRandomGenerator& random) {
    return [&random](std::uint64_t bound) { return random.generate64() % bound; };
}

std::string textOf(const StandIns& standIns, const std::string& text) {
    return standIns.text(asBytes(text));
}

}  // namespace

class TestValueRedactor : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void onlySecretFieldsAreReplaced() {
        Bench bench;
        const vault::Login login{"ann", "hunter22", 1234};
        const auto made = bench.made(bench.login, login);
        QVERIFY(made.has_value());
        QCOMPARE(made->user, std::string{"ann"});
        QVERIFY(made->password.starts_with(kStandInMark));
        QVERIFY(made->pin != login.pin);
        QCOMPARE(bench.told, std::vector<std::string>{"hunter22"});
        QCOMPARE(bench.values.counts().at({bench.login, 1}), std::uint64_t{1});
        QCOMPARE(bench.values.counts().at({bench.login, 2}), std::uint64_t{1});
    }

    void everyKindIsReplacedAndKeepsItsShape() {
        Bench bench;
        const StandIns standIns{RedactionKey{{11, 22}}};
        QRandomGenerator random{3};
        for (int i = 0; i < 400; ++i) {
            const vault::Parcel parcel{vault::everythingOf(drawFrom(random), false),
                                       vault::everythingOf(drawFrom(random), true)};
            const auto made = bench.made(bench.parcel, parcel);
            // Canonical: keys ascend, no number is too wide for its type.
            QVERIFY(made.has_value());
            for (const vault::Login& login : parcel.open.logins) QVERIFY(!login.password.empty());
            const vault::Everything& was = parcel.closed;
            const vault::Everything& is = made->closed;
            QCOMPARE(is.flag != was.flag, standIns.number(0, 1) == 1);
            QCOMPARE(is.small, static_cast<std::int8_t>(
                                   standIns.number(static_cast<std::uint8_t>(was.small), 8)));
            QCOMPARE(is.port, static_cast<std::uint16_t>(standIns.number(was.port, 16)));
            QCOMPARE(is.large, static_cast<std::int64_t>(
                                   standIns.number(static_cast<std::uint64_t>(was.large), 64)));
            QCOMPARE(is.mask, standIns.number(was.mask, 64));
            QVERIFY(is.weight != was.weight && is.height != was.height);
            QCOMPARE(is.text, textOf(standIns, was.text));
            QCOMPARE(is.bytes.empty(), was.bytes.empty());
            QVERIFY(is.bytes.empty() || is.bytes != was.bytes);
            QCOMPARE(is.list.size(), was.list.size());
            for (std::size_t n = 0; n < was.list.size(); ++n)
                QCOMPARE(is.list[n], textOf(standIns, was.list[n]));
            for (std::size_t n = 0; n < was.three.size(); ++n) QVERIFY(is.three[n] != was.three[n]);
            QCOMPARE(is.map.size(), was.map.size());
            for (const auto& [key, number] : was.map)
                QVERIFY(is.map.at(textOf(standIns, key)) != number);
            QCOMPARE(is.byHeight.size(), was.byHeight.size());
            QCOMPARE(is.set.size(), was.set.size());
            QCOMPARE(is.numbers.size(), was.numbers.size());
            QCOMPARE(is.maybe.has_value(), was.maybe.has_value());
            QCOMPARE(is.either.index(), was.either.index());
            QVERIFY(is.either.index() == 0 || !(is.either == was.either));
            QCOMPARE(is.clearance == static_cast<vault::Clearance>(3) ||
                         static_cast<int>(is.clearance) > 7 ||
                         (static_cast<int>(is.clearance) > 1 && static_cast<int>(is.clearance) < 7),
                     was.clearance == static_cast<vault::Clearance>(3));
            QCOMPARE(is.who.key.value == 0, was.who.key.value == 0);
            QVERIFY(is.wait != was.wait);
            QCOMPARE(is.logins.size(), was.logins.size());
            // Inside a secret there is nothing that is none.
            for (std::size_t n = 0; n < was.logins.size(); ++n)
                QCOMPARE(is.logins[n].user, textOf(standIns, was.logins[n].user));
        }
    }

    void whatIsNotSecretIsTheSameByteForByte() {
        Bench bench;
        QRandomGenerator random{4};
        for (int i = 0; i < 200; ++i) {
            vault::Parcel parcel{vault::everythingOf(drawFrom(random), false), {}};
            parcel.open.logins.clear();
            if (std::holds_alternative<vault::Login>(parcel.open.either)) parcel.open.either = 1;
            const auto made = bench.made(bench.parcel, parcel);
            QVERIFY(made.has_value());
            QVERIFY(value::encoded(made->open) == value::encoded(parcel.open));
        }
    }

    void equalValuesHaveEqualStandIns() {
        Bench bench;
        const vault::Login one{"ann", "hunter22", 7};
        const vault::Login other{"bob", "hunter22", 8};
        const auto a = bench.made(bench.login, one), b = bench.made(bench.login, other);
        QCOMPARE(a->password, b->password);
        QVERIFY(a->pin != b->pin);
        vault::Parcel parcel;
        parcel.closed.text = "hunter22";
        QCOMPARE(bench.made(bench.parcel, parcel)->closed.text, a->password);
    }

    void whereNothingCanBeSecretNothingIsRead() {
        TypeTable types;
        const TypeIndex plain = value::TypeBuilder{types}.add<std::vector<std::string>>();
        const ValueRedactor values{types, StandIns{{}}, [](FieldId, ByteView) {}};
        QVERIFY(!values.concerns(plain));
        QVERIFY(!values.concerns({99}));
        Bench bench;
        QVERIFY(bench.values.concerns(bench.shelf));
        QVERIFY(bench.values.concerns(bench.everything));  // by its logins
    }

    void changesLeadFromStateToState() {
        std::uint64_t digests = 0, rewritten = 0;
        for (std::uint32_t seed = 0; seed < 30; ++seed) {
            Bench bench;
            QRandomGenerator random{seed};
            const auto draw = drawFrom(random);
            vault::Shelf shelf;
            for (int i = 0; i < 5; ++i) vault::change(shelf, draw);
            value::Shadow shadow;
            value::beginChanges(shelf, shadow);
            value::ChangeScratch scratch;
            StateTexts texts;
            QVERIFY(bench.values.readTexts(bench.shelf, value::encoded(shelf), texts));
            auto state = value::StateValue::decode(bench.types, bench.shelf,
                                                   bench.redacted(bench.shelf, shelf));
            QVERIFY(state.ok());
            for (int turn = 0; turn < 60; ++turn) {
                vault::change(shelf, draw);
                ByteWriter recorded;
                const bool digestOnly = value::encodeChange(shelf, shadow, scratch, recorded);
                ByteWriter made;
                QVERIFY(bench.values.redactChange(bench.shelf, recorded.view(), texts, made));
                QCOMPARE(bench.values.lastChangeHasDigest(), digestOnly);
                if (digestOnly) ++digests;
                if (!sameBytes(recorded.view(), made.view())) ++rewritten;
                const absl::Status applied = state->apply(bench.types, made.view());
                QVERIFY2(applied.ok(), applied.ToString().c_str());
                const auto expected = value::StateValue::decode(bench.types, bench.shelf,
                                                                bench.redacted(bench.shelf, shelf));
                for (std::size_t leaf = 0; leaf < state->leafCount(); ++leaf)
                    if (!state->isUnknown(leaf))
                        QVERIFY2(state->leafBytes(leaf) == expected->leafBytes(leaf),
                                 std::to_string(seed).c_str());
            }
        }
        QVERIFY(digests > 20);
        QVERIFY(rewritten > 1000);
    }

    void digestsOfSecretsAreReplaced() {
        Bench bench;
        vault::Shelf shelf;
        value::Shadow shadow;
        value::beginChanges(shelf, shadow);
        shelf.padding.assign(5000, 'x');
        value::ChangeScratch scratch;
        ByteWriter recorded, made;
        QVERIFY(value::encodeChange(shelf, shadow, scratch, recorded));
        ByteWriter digest;
        digest.fixed64(hashBytes(value::encoded(shelf.padding)));
        const auto holds = [&](ByteView bytes) {
            return asText(bytes).find(asText(digest.view())) != std::string_view::npos;
        };
        QVERIFY(holds(recorded.view()));
        StateTexts texts;
        QVERIFY(bench.values.redactChange(bench.shelf, recorded.view(), texts, made));
        QVERIFY(!holds(made.view()));
        auto state = value::StateValue::decode(bench.types, bench.shelf,
                                               bench.redacted(bench.shelf, vault::Shelf{}));
        QVERIFY(state->apply(bench.types, made.view()).ok());
        QVERIFY(state->hasUnknown());
    }

    void aTextThatIsNotKnownGetsADigest() {
        Bench bench;
        vault::Shelf shelf;
        shelf.diary += "before the gap";
        value::Shadow shadow;
        value::beginChanges(shelf, shadow);
        shelf.diary += ", and after";
        value::ChangeScratch scratch;
        ByteWriter recorded, made;
        QVERIFY(!value::encodeChange(shelf, shadow, scratch, recorded));
        StateTexts texts;
        QVERIFY(bench.values.redactChange(bench.shelf, recorded.view(), texts, made));
        QVERIFY(bench.values.lastChangeHasDigest());
        QVERIFY(asText(made.view()).find("after") == std::string_view::npos);
        QCOMPARE(bench.told, std::vector<std::string>{", and after"});
    }

    void bytesThatAreNoValueAreRefused() {
        Bench bench;
        QRandomGenerator random{8};
        const auto draw = drawFrom(random);
        std::uint64_t refused = 0, taken = 0;
        for (int i = 0; i < 3000; ++i) {
            Bytes bytes = value::encoded(
                vault::Parcel{vault::everythingOf(draw, false), vault::everythingOf(draw, true)});
            for (std::uint64_t n = draw(3) + 1; n > 0; --n)
                bytes[draw(bytes.size())] = static_cast<std::byte>(draw(256));
            if (draw(3) == 0) bytes.resize(draw(bytes.size()));
            ByteWriter out;
            if (!bench.values.redact(bench.parcel, bytes, out)) {
                ++refused;
                continue;
            }
            ++taken;
            ByteReader in{out.view()};
            QVERIFY(value::skipValue(bench.types, bench.parcel, in) && in.atEnd());
        }
        QVERIFY(refused > 100 && taken > 100);
        ByteWriter out;
        Bytes more = value::encoded(vault::Login{"a", "b", 1});
        more.push_back(std::byte{0});
        QVERIFY(!bench.values.redact(bench.login, more, out));
    }

    /// Tables and bytes as somebody may make them who wants to do harm.
    void hostileTablesAndBytesDoNoHarm() {
        for (std::uint32_t seed = 0; seed < 400; ++seed) {
            QRandomGenerator random{seed};
            const auto draw = drawFrom(random);
            TypeTable types;
            const std::uint64_t count = 1 + draw(12);
            for (std::uint64_t i = 0; i < count; ++i) {
                TypeDesc desc;
                desc.name = "t" + std::to_string(i);
                desc.kind = static_cast<TypeKind>(draw(kTypeKindCount));
                desc.size = static_cast<std::uint32_t>(draw(4) == 0 ? draw(~0u) : draw(70));
                for (std::uint64_t f = draw(4); f > 0; --f)
                    desc.fields.push_back({"f" + std::to_string(f),
                                           {static_cast<std::uint32_t>(draw(count + 3))},
                                           static_cast<std::int64_t>(draw(5)),
                                           draw(3) == 0});
                types.add(desc);
            }
            ValueRedactor values{types, StandIns{{}}, [](FieldId, ByteView) {}};
            for (int i = 0; i < 60; ++i) {
                Bytes bytes;
                for (std::uint64_t n = draw(40); n > 0; --n)
                    bytes.push_back(static_cast<std::byte>(draw(draw(2) == 0 ? 4 : 256)));
                const TypeIndex type{static_cast<std::uint32_t>(draw(count + 2))};
                ByteWriter out;
                if (values.redact(type, bytes, out)) {
                    ByteReader in{out.view()};
                    QVERIFY(value::skipValue(types, type, in) && in.atEnd());
                }
                StateTexts texts;
                ByteWriter change;
                (void)values.readTexts(type, bytes, texts);
                (void)values.redactChange(type, bytes, texts, change);
            }
        }
    }

    void aTypeInsideItselfEnds() {
        TypeTable types;
        types.add({"list", TypeKind::kList, 0, {{"e", {2}, 0}}, 1});
        types.add({"node", TypeKind::kStruct, 0, {{"next", {1}, 0}, {"s", {3}, 0, true}}, 2});
        types.add({"text", TypeKind::kText, 0, {}, 3});
        types.add({"empty", TypeKind::kStruct, 0, {{"e", {4}, 0, true}}, 4});
        ValueRedactor values{types, StandIns{{}}, [](FieldId, ByteView) {}};
        ByteWriter out;
        QVERIFY(!values.redact({2}, Bytes(10'000, std::byte{1}), out));
        QVERIFY(!values.redact({4}, {}, out));
        StateTexts texts;
        QVERIFY(!values.redactChange({4}, Bytes(3, std::byte{0}), texts, out));
    }
};

QTEST_GUILESS_MAIN(TestValueRedactor)
#include "tst_value_redactor.moc"
