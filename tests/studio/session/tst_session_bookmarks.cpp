// Bookmarks of the open trace, through the session.
#include "studio/session/session.h"
#include "tests/studio/session/carousel.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;
using namespace ariadne::tests;

namespace {

constexpr int kPatienceMs = 60'000;
using List = std::shared_ptr<const Bookmarks>;

struct Opened {
    explicit Opened(const QString& path) : changed(&session, &Session::bookmarksChanged) {
        session.openTrace(path);
        now();
    }
    /// What there is after one more answer.
    List now() {
        if (changed.isEmpty()) changed.wait(kPatienceMs);
        return changed.isEmpty() ? nullptr : changed.takeFirst().at(0).value<List>();
    }
    Session session;
    QSignalSpy changed;
};

}  // namespace

class TestSessionBookmarks : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString file_;

private Q_SLOTS:
    void initTestCase() {
        file_ = folder_.filePath(QStringLiteral("one.clew"));
        record(carouselRequest(file_, 1));
    }

    void whatIsMarkedIsThereInTheNextWindow() {
        {
            Opened opened{file_};
            opened.session.addBookmark({17}, QStringLiteral("here it begins"));
            QCOMPARE(opened.now()->all.size(), std::size_t{1});
            opened.session.addBookmark({3}, QStringLiteral("before"));
            const List two = opened.now();
            QCOMPARE(two->all.size(), std::size_t{2});
            QCOMPARE(two->all[0].position.value, 3u);
            Bookmark changed = two->all[1];
            changed.note = "look at the balance";
            opened.session.changeBookmark(changed);
            QCOMPARE(opened.now()->all[1].note, std::string{"look at the balance"});
            opened.session.removeBookmark(two->all[0].id);
            QCOMPARE(opened.now()->all.size(), std::size_t{1});
            QCOMPARE(opened.session.trace()->fileBytes, std::uint64_t(QFile{file_}.size()));
        }
        Session again;
        QSignalSpy changed{&again, &Session::bookmarksChanged};
        again.openTrace(file_);
        QTRY_COMPARE_WITH_TIMEOUT(changed.size(), 1, kPatienceMs);
        const auto list = changed[0][0].value<List>();
        QCOMPARE(list->all.size(), std::size_t{1});
        QCOMPARE(list->all[0].name, std::string{"here it begins"});
        QVERIFY(list->problem.empty());
    }

    void whereNothingCanBeKeptTheyLiveAsLongAsTheTrace() {
        const QString file = folder_.filePath(QStringLiteral("two.clew"));
        record(carouselRequest(file, 2));
        QVERIFY(QDir{}.mkpath(file + QStringLiteral(".notes/in the way")));
        Opened opened{file};
        opened.session.addBookmark({17}, QStringLiteral("a"));
        const List one = opened.now();
        QCOMPARE(one->all.size(), std::size_t{1});
        QVERIFY(!one->problem.empty());
        Bookmark changed = one->all[0];
        changed.name = "b";
        opened.session.changeBookmark(changed);
        QCOMPARE(opened.now()->all[0].name, std::string{"b"});
        opened.session.removeBookmark(changed.id);
        QVERIFY(opened.now()->all.empty());
    }

    void whatIsTooLongIsRefusedWithTheLimit() {
        const QString file = folder_.filePath(QStringLiteral("long.clew"));
        record(carouselRequest(file, 3));
        Opened opened{file};
        opened.session.addBookmark({17}, QStringLiteral("short"));
        Bookmark changed = opened.now()->all[0];
        changed.note = std::string(Bookmark::kTextMax + 1, 'x');
        opened.session.changeBookmark(changed);
        const List refused = opened.now();
        QVERIFY2(refused->refused.find("at most 65536") != std::string::npos,
                 refused->refused.c_str());
        QVERIFY(refused->problem.empty());
        QCOMPARE(refused->waiting, std::size_t{0});
        QCOMPARE(refused->all[0].note, std::string{});
        // It is in the way of nothing that comes behind it.
        changed.note = "shorter";
        opened.session.changeBookmark(changed);
        const List kept = opened.now();
        QVERIFY(kept->refused.empty());
        QCOMPARE(kept->all[0].note, std::string{"shorter"});
    }

    void aTextIsSavedWholeOrNotAtAll() {
        Session session;
        QSignalSpy saved{&session, &Session::textSaved};
        const QString file = folder_.filePath(QStringLiteral("page.md"));
        session.saveText(file, QStringLiteral("# ä\n"));
        QTRY_COMPARE_WITH_TIMEOUT(saved.size(), 1, kPatienceMs);
        QCOMPARE(saved[0][0].value<CopyReport>().error, std::string{});
        QFile page{file};
        QVERIFY(page.open(QIODevice::ReadOnly));
        QCOMPARE(page.readAll(), QStringLiteral("# ä\n").toUtf8());
        session.saveText(folder_.filePath(QStringLiteral("none/page.md")), QStringLiteral("x"));
        QTRY_COMPARE_WITH_TIMEOUT(saved.size(), 2, kPatienceMs);
        QVERIFY(!saved[1][0].value<CopyReport>().error.empty());
    }
};

QTEST_GUILESS_MAIN(TestSessionBookmarks)
#include "tst_session_bookmarks.moc"
