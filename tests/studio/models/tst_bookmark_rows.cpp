// Bookmarks as a table, and as a page of Markdown.
#include "studio/models/bookmark_rows.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

std::shared_ptr<const Bookmarks> some() {
    auto out = std::make_shared<Bookmarks>();
    out->all = {{1, {7}, "first", ""}, {2, {1234}, "*second* <b>", "a note\nof two lines"}};
    return out;
}

}  // namespace

class TestBookmarkRows : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aTableThatCanBeWrittenIn() {
        BookmarkRows rows;
        const QAbstractItemModelTester tester{&rows};
        QCOMPARE(rows.rowCount(), 0);
        rows.setBookmarks(some());
        QCOMPARE(rows.rowCount(), 2);
        QCOMPARE(rows.index(1, BookmarkRows::kEvent).data().toString(), QStringLiteral("1,234"));
        QSignalSpy wanted{&rows, &BookmarkRows::changeWanted};
        QVERIFY(
            rows.setData(rows.index(0, BookmarkRows::kName), QStringLiteral("new"), Qt::EditRole));
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(wanted[0][0].value<Bookmark>(), (Bookmark{1, {7}, "new", ""}));
        // Until it is made, the old one is shown; and what is the same is no change.
        QCOMPARE(rows.index(0, BookmarkRows::kName).data().toString(), QStringLiteral("first"));
        QVERIFY(!rows.setData(rows.index(0, BookmarkRows::kName), QStringLiteral("first"),
                              Qt::EditRole));
        QVERIFY(!rows.setData(rows.index(0, BookmarkRows::kEvent), 9, Qt::EditRole));
        QCOMPARE(wanted.size(), 1);
    }

    void theNextOneIsFoundRoundTheEnds() {
        BookmarkRows rows;
        QVERIFY(!rows.nextOf({5}, true));
        rows.setBookmarks(some());
        QCOMPARE(rows.nextOf({1}, true)->value, 7u);
        QCOMPARE(rows.nextOf({7}, true)->value, 1234u);
        QCOMPARE(rows.nextOf({1234}, true)->value, 7u);
        QCOMPARE(rows.nextOf({1234}, false)->value, 7u);
        QCOMPARE(rows.nextOf({7}, false)->value, 1234u);
        QCOMPARE(rows.of({7})->id, 1);
        QVERIFY(!rows.of({8}));
    }

    void aPageSaysHowToComeBack() {
        const QString page = markdownOf(*some(), QStringLiteral("/tmp/it's.clew"));
        QVERIFY(page.startsWith(QStringLiteral("# it's\\.clew\n")));
        QVERIFY(page.contains(QStringLiteral("\n## first\n")));
        QVERIFY(page.contains(QStringLiteral("\n## \\*second\\* \\<b\\>\n")));
        QVERIFY(page.contains(
            QStringLiteral("event 1,234: `ariadne studio '/tmp/it'\\''s.clew@1234'`\n")));
        QVERIFY(page.endsWith(QStringLiteral("\na note\nof two lines\n")));
    }

    void whatPeopleAndFilesAreCalledIsNoMarkdown() {
        QCOMPARE(plainMarkdown(QStringLiteral("~~a~~ &lt;\n===\n    code\n\tb c")),
                 QStringLiteral("\\~\\~a\\~\\~ \\&lt;\n\\=\\=\\=\n&nbsp;&nbsp;&nbsp;&nbsp;code\n"
                                "&nbsp;b c"));
        QCOMPARE(momentLine(QStringLiteral("/a `x` ``.clew"), {7}),
                 QStringLiteral("event 7: ```ariadne studio '/a `x` ``.clew@7'```"));
        QCOMPARE(momentLink(QStringLiteral("/100%2 %1.clew"), {7}),
                 QStringLiteral("/100%2 %1.clew@7"));
    }
};

QTEST_GUILESS_MAIN(TestBookmarkRows)
#include "tst_bookmark_rows.moc"
