// What typed characters may mean.
#include "studio/models/omnibox.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;
using Kind = OmniMatch::Kind;

namespace {

OmniContext someContext() {
    OmniContext out;
    out.commands = {{QStringLiteral("Open trace"), QStringLiteral("Ctrl+O"), true},
                    {QStringLiteral("To the cause"), QStringLiteral("["), true},
                    {QStringLiteral("Compare with"), QStringLiteral("Ctrl+D"), true},
                    {QStringLiteral("Stop"), QStringLiteral("Shift+F5"), false}};
    auto actors = std::make_shared<std::vector<ActorEntry>>();
    actors->push_back({kOutside, kOutside, "outside", "", {}, false});
    const char* const paths[] = {"bank", "bank/account", "bank/teller#1", "bank/teller#2",
                                 "audit/Bank"};
    for (std::uint32_t i = 0; i < 5; ++i)
        actors->push_back({{i + 1}, kOutside, paths[i], "Type", {}, false});
    out.actors = std::move(actors);
    out.last = {1234};
    return out;
}

std::vector<OmniMatch> matches(const char* typed, const OmniContext& context = someContext()) {
    return omniboxMatches(QString::fromUtf8(typed), context);
}

QStringList titles(const std::vector<OmniMatch>& matches) {
    QStringList out;
    for (const OmniMatch& match : matches) out << match.title;
    return out;
}

}  // namespace

class TestOmnibox : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothingTypedIsNothing() {
        QVERIFY(matches("").empty());
        QVERIFY(matches("   ").empty());
    }

    void aPositionIsReadAsPeopleWriteIt_data() {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<quint64>("position");
        QTest::newRow("plain") << QStringLiteral("@1234") << quint64{1234};
        QTest::newRow("grouped") << QStringLiteral("@ 1,234") << quint64{1234};
        QTest::newRow("first") << QStringLiteral("@1") << quint64{1};
        QTest::newRow("behind the last") << QStringLiteral("@1235") << quint64{0};
        QTest::newRow("none") << QStringLiteral("@0") << quint64{0};
        QTest::newRow("too long") << QStringLiteral("@99999999999999999999999") << quint64{0};
        QTest::newRow("without the sign") << QStringLiteral("17") << quint64{17};
    }
    void aPositionIsReadAsPeopleWriteIt() {
        QFETCH(QString, typed);
        QFETCH(quint64, position);
        const auto found = omniboxMatches(typed, someContext());
        QVERIFY(!found.empty());
        if (position == 0) {
            QVERIFY(found[0].kind == Kind::kNothing);
            QVERIFY(found[0].title.contains(QStringLiteral("1,234")));
        } else {
            QVERIFY(found[0].kind == Kind::kPosition);
            QCOMPARE(found[0].number, position);
        }
    }

    void actorsComeByHowWellTheyAreNamed() {
        const auto found = matches("@bank");
        QCOMPARE(titles(found),
                 (QStringList{QStringLiteral("bank"), QStringLiteral("audit/Bank"),
                              QStringLiteral("bank/account"), QStringLiteral("bank/teller#1"),
                              QStringLiteral("bank/teller#2")}));
        QVERIFY(found[0].kind == Kind::kActor);
        QCOMPARE(found[1].number, quint64{5});
        QCOMPARE(titles(matches("@ELLER#2")), QStringList{QStringLiteral("bank/teller#2")});
        QVERIFY(matches("@nobody")[0].kind == Kind::kNothing);
        QCOMPARE(matches("@outside").size(), std::size_t{1});
        QVERIFY(matches("@outside")[0].kind == Kind::kNothing);
    }

    void commandsAreFoundByTheirWords() {
        QCOMPARE(matches(">").size(), std::size_t{3});  // those that can be done
        const auto found = matches("> tra op");
        QCOMPARE(titles(found), QStringList{QStringLiteral("Open trace")});
        QCOMPARE(found[0].detail, QStringLiteral("Ctrl+O"));
        QCOMPARE(found[0].number, quint64{0});
        QCOMPARE(titles(matches(">c")).front(), QStringLiteral("Compare with"));
        QVERIFY(matches(">stop")[0].kind == Kind::kNothing);
    }

    void commandsAreFoundByTheirOtherNames() {
        OmniContext context = someContext();
        context.commands.push_back(
            {QStringLiteral("Show or hide Causes"), {}, true, QStringLiteral("Causes")});
        const QString name = QStringLiteral("Show or hide Causes");
        // As well named as by its own.
        QCOMPARE(titles(matches(">cause", context)),
                 (QStringList{name, QStringLiteral("To the cause")}));
        QCOMPARE(titles(matches(">hide causes", context)), QStringList{name});
        // Half of one name and half of the other is none.
        context.commands.back().otherName = QStringLiteral("Reasons");
        QVERIFY(matches(">hide reasons", context)[0].kind == Kind::kNothing);
        QCOMPARE(titles(matches(">reasons", context)), QStringList{name});
    }

    void aQuestionIsPassedOnAsItIs() {
        const auto found = matches("= SELECT 1 ");
        QCOMPARE(found.size(), std::size_t{1});
        QVERIFY(found[0].kind == Kind::kQuestion);
        QCOMPARE(found[0].text, QStringLiteral("SELECT 1"));
        QVERIFY(matches("=")[0].kind == Kind::kNothing);
    }

    void anythingElseMayBeAllOfThem() {
        const auto found = matches("co");
        QVERIFY(found.back().kind == Kind::kFilter);
        QCOMPARE(found.back().text, QStringLiteral("co"));
        QCOMPARE(titles(found).mid(0, 2),
                 (QStringList{QStringLiteral("bank/account"), QStringLiteral("Compare with")}));
    }

    void marksAreFoundByTheirNames() {
        OmniContext context = someContext();
        QVERIFY(matches("#", context)[0].kind == Kind::kNothing);
        auto marks = std::make_shared<Bookmarks>();
        marks->all = {{1, {40}, "it begins here", ""}, {2, {90}, "the end", ""}};
        context.bookmarks = marks;
        QCOMPARE(matches("#", context).size(), std::size_t{2});
        const auto found = matches("# END", context);
        QCOMPARE(found.size(), std::size_t{1});
        QVERIFY(found[0].kind == Kind::kBookmark);
        QCOMPARE(found[0].number, quint64{90});
        QVERIFY(matches("#nothing", context)[0].kind == Kind::kNothing);
        const auto among = matches("begins", context);
        QVERIFY(among[0].kind == Kind::kBookmark);
    }

    void withoutATraceThereAreOnlyCommands() {
        OmniContext context = someContext();
        context.actors = nullptr;
        for (const char* typed : {"@1", "@bank", "=SELECT 1"})
            QVERIFY(matches(typed, context)[0].kind == Kind::kNothing);
        for (const OmniMatch& match : matches("o", context)) QVERIFY(match.kind == Kind::kCommand);
        QVERIFY(matches("zzz", context)[0].kind == Kind::kNothing);
    }

    void noMoreThanFitBelow() {
        OmniContext context = someContext();
        auto many = std::make_shared<std::vector<ActorEntry>>();
        for (std::uint32_t i = 0; i < 1000; ++i)
            many->push_back({{i}, kOutside, "worker#" + std::to_string(i), "Worker", {}, false});
        context.actors = std::move(many);
        QCOMPARE(matches("@worker", context).size(), kOmniMatchesMax);
        QVERIFY(matches("worker", context).size() <= kOmniMatchesMax);
    }

    void theListShowsThem() {
        OmniboxModel model;
        const QAbstractItemModelTester tester{&model};
        model.setMatches(matches("@nobody"));
        QCOMPARE(model.rowCount(), 1);
        QVERIFY(!model.flags(model.index(0)).testFlag(Qt::ItemIsEnabled));
        model.setMatches(matches("> open"));
        QVERIFY(model.flags(model.index(0)).testFlag(Qt::ItemIsSelectable));
        QCOMPARE(model.index(0).data(OmniboxModel::kDetailRole).toString(),
                 QStringLiteral("Ctrl+O"));
    }
};

QTEST_GUILESS_MAIN(TestOmnibox)
#include "tst_omnibox.moc"
