#include "studio/models/write_query.h"
#include "tests/studio/support/fake_trace.h"

#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

value::ValueNode record(std::string name, std::vector<value::ValueNode> fields) {
    value::ValueNode out;
    out.name = std::move(name);
    out.typeName = "Record";
    out.kind = TypeKind::kStruct;
    out.text = "Record{}";
    out.children = std::move(fields);
    return out;
}

}  // namespace

class TestWriteQuery : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aFieldIsWhatIsRecordedAsOne() {
        const value::ValueNode state =
            record({}, {fake::scalar("total", "4"),
                        record("seen", {fake::scalar("amount", "1"), fake::list("log", 2)})});
        StateTreeModel model;
        model.setInput({nullptr, &state, nullptr, {}});
        const auto field = [&](const QString& path) {
            return model.fieldOf(model.indexOfPath(path));
        };
        QCOMPARE(field(QStringLiteral("total")).path, QStringLiteral("total"));
        QVERIFY(!field(QStringLiteral("total")).isStruct);
        QCOMPARE(field(QStringLiteral("seen")).path, QStringLiteral("seen"));
        QVERIFY(field(QStringLiteral("seen")).isStruct);
        QCOMPARE(field(QStringLiteral("seen.amount")).path, QStringLiteral("seen.amount"));
        // An element is written with its list.
        QCOMPARE(field(QStringLiteral("seen.log.[1]")).path, QStringLiteral("seen.log"));
        QCOMPARE(model.stepsOf(model.indexOfPath(QStringLiteral("seen.log.[1]"))),
                 (FieldSteps{"seen", "log", "[1]"}));
    }

    void pagesOfALongListAreNoStep() {
        const value::ValueNode state = fake::account("1", 2500);
        StateTreeModel model;
        model.setInput({nullptr, &state, nullptr, {}});
        const QModelIndex log = model.index(2, 0);
        const QModelIndex page = model.index(1, 0, log);
        QCOMPARE(model.stepsOf(model.index(3, 0, page)), (FieldSteps{"log", "[1003]"}));
        QCOMPARE(model.stepsOf(page), FieldSteps{"log"});
        QCOMPARE(model.fieldOf(page).path, QStringLiteral("log"));
    }

    void theQuestionNamesActorAndField() {
        QCOMPARE(
            allWritesQuery(QStringLiteral("bank"), {QStringLiteral("balance"), false}),
            QStringLiteral("SELECT w.position, w.field, w.old, w.new, m.sender, m.text AS message\n"
                           "FROM state_write AS w LEFT JOIN message AS m ON m.position = w.cause\n"
                           "WHERE w.actor = 'bank' AND w.field = 'balance'\n"
                           "ORDER BY w.position"));
        QVERIFY(allWritesQuery(QStringLiteral("bank"), {QStringLiteral("seen"), true})
                    .contains(QStringLiteral(" AND w.field GLOB 'seen.*'\n")));
        QVERIFY(!allWritesQuery(QStringLiteral("bank"), {{}, true})
                     .contains(QStringLiteral("w.field =")));
        // A name from a file ends no text.
        QVERIFY(allWritesQuery(QStringLiteral("o'hara' OR 1 --"), {QStringLiteral("a"), false})
                    .contains(QStringLiteral("w.actor = 'o''hara'' OR 1 --' AND")));
    }
};

QTEST_GUILESS_MAIN(TestWriteQuery)
#include "tst_write_query.moc"
