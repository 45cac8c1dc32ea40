#include "engine/base/type_desc.h"

#include <QTest>

#include <string>
#include <utility>

using namespace ariadne;

namespace {

TypeDesc named(std::string name) {
    TypeDesc desc;
    desc.name = std::move(name);
    return desc;
}

}  // namespace

class TestTypeDesc : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tableBeginsWithTheOpaqueType() {
        const TypeTable table;
        QCOMPARE(table.size(), 1u);
        QVERIFY(table.at({0}) == TypeDesc{});
        QVERIFY(table.at({0}).kind == TypeKind::kOpaque);
    }

    void typesAreNumberedInTheOrderTheyCome() {
        TypeTable table;
        QVERIFY(table.add(named("first")) == TypeIndex{1});
        QVERIFY(table.add(named("second")) == TypeIndex{2});
        QCOMPARE(table.at({2}).name, std::string{"second"});
        QCOMPARE(table.all().size(), std::size_t{3});
    }

    void numberOutsideTheTableIsOpaque() {
        TypeTable table;
        table.add(named("only"));
        QVERIFY(table.at({2}) == table.at({0}));
        QVERIFY(table.at({0xFFFFFFFF}) == table.at({0}));
    }

    void everythingThatDescribesATypeCounts() {
        TypeDesc desc = named("mode");
        desc.kind = TypeKind::kEnum;
        desc.fields = {{"kOn", {}, 1}};
        TypeDesc other = desc;
        QVERIFY(other == desc);
        other.fields[0].name = "kOff";
        QVERIFY(!(other == desc));
        other = desc;
        other.fields[0].number = 2;
        QVERIFY(!(other == desc));
        other = desc;
        other.fields[0].type = {3};
        QVERIFY(!(other == desc));
    }

    void typeMayBeFilledInLater() {
        TypeTable table;
        const TypeIndex index = table.add(named("list"));
        TypeDesc list = named("list");
        list.fields = {{"next", index, 0}};
        table.replace(index, list);
        QVERIFY(table.at(index).fields.at(0).type == index);
    }
};

QTEST_GUILESS_MAIN(TestTypeDesc)
#include "tst_type_desc.moc"
