// Which fields a description says are secret.
#include "engine/value/secret.h"
#include "engine/value/type_info.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::value;

namespace secret_shapes {

struct Card {
    std::string number;
    std::string holder;
    std::int32_t pin = 0;
};
BOOST_DESCRIBE_STRUCT(Card, (), (number, holder, pin))
ARIADNE_SECRET(Card, number, pin);

struct Signed : Card {
    std::string signature;
};
BOOST_DESCRIBE_STRUCT(Signed, (Card), (signature))

struct Shop {
    struct Order {
        std::string what;
        std::string voucher;
    };
};
BOOST_DESCRIBE_STRUCT(Shop::Order, (), (what, voucher))
ARIADNE_SECRET(Shop::Order, voucher);

struct Plain {
    std::string pin;
    Card card;
};
BOOST_DESCRIBE_STRUCT(Plain, (), (pin, card))

}  // namespace secret_shapes

namespace marked {
struct Same {
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Same, (), (text))
ARIADNE_SECRET(Same, text);
}  // namespace marked

namespace {

using namespace secret_shapes;

template <class T>
std::vector<std::string> secretsOf() {
    TypeTable types;
    const TypeDesc& desc = types.at(TypeBuilder{types}.add<T>());
    std::vector<std::string> names;
    for (const FieldDesc& field : desc.fields)
        if (field.secret) names.push_back(field.name);
    return names;
}

using Names = std::vector<std::string>;

class TestSecret : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theNamedFieldsAre() { QCOMPARE(secretsOf<Card>(), (Names{"number", "pin"})); }
    void thoseOfABaseAre() { QCOMPARE(secretsOf<Signed>(), (Names{"number", "pin"})); }
    void aStructInsideAnother() { QCOMPARE(secretsOf<Shop::Order>(), Names{"voucher"}); }
    void noOthersAre() {
        QCOMPARE(secretsOf<Plain>(), Names{});
        TypeTable types;
        TypeBuilder{types}.add<std::map<std::string, std::vector<Plain>>>();
        std::size_t secrets = 0;
        for (const TypeDesc& type : types.all())
            for (const FieldDesc& field : type.fields) secrets += field.secret ? 1 : 0;
        QCOMPARE(secrets, std::size_t{2});  // those of Card
    }

    void theMarkIsNoPartOfTheStructure() {
        TypeTable types;
        const TypeDesc desc = types.at(TypeBuilder{types}.add<marked::Same>());
        // As structuralHash() makes it of a struct with one text and without a mark.
        QCOMPARE(desc.hash,
                 internal::addToHash(internal::startHash(TypeKind::kStruct, "marked::Same", 0),
                                     "text", internal::startHash(TypeKind::kText, "text", 0)));
    }
};

}  // namespace

QTEST_GUILESS_MAIN(TestSecret)
#include "tst_secret.moc"
