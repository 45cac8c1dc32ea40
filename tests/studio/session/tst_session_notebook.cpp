// Notes through the session: kept beside the trace, and never lost while that cannot be written.
#include "studio/session/session.h"
#include "tests/studio/session/carousel.h"
#include "tests/support/file_size_limit.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;
using namespace ariadne::tests;

namespace {

constexpr int kPatienceMs = 60'000;

struct Opened {
    explicit Opened(const QString& path)
        : notebooks(&session, &Session::notebookChanged),
          bookmarks(&session, &Session::bookmarksChanged) {
        session.openTrace(path);
        (void)notebook();
        (void)marks();
    }
    template <class T>
    static std::shared_ptr<const T> next(QSignalSpy& spy) {
        if (spy.isEmpty()) spy.wait(kPatienceMs);
        return spy.isEmpty() ? std::make_shared<const T>()
                             : spy.takeFirst().at(0).value<std::shared_ptr<const T>>();
    }
    /// What there is after one more answer.
    std::shared_ptr<const Notebook> notebook() { return next<Notebook>(notebooks); }
    std::shared_ptr<const Bookmarks> marks() { return next<Bookmarks>(bookmarks); }

    Session session;
    QSignalSpy notebooks, bookmarks;
};

Finding finding(const char* title) {
    return {0, {17}, title, "", "", nullptr};
}

std::string titlesOf(const Notebook& notebook) {
    std::string out;
    for (const Finding& each : notebook.all) out += each.title;
    return out;
}

}  // namespace

class TestSessionNotebook : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    QString file_, other_;

    QString notes() const { return file_ + QStringLiteral(".notes"); }

private Q_SLOTS:
    void initTestCase() {
        file_ = folder_.filePath(QStringLiteral("one.clew"));
        record(carouselRequest(file_, 1));
        other_ = folder_.filePath(QStringLiteral("other.clew"));
        record(carouselRequest(other_, 2));
    }
    void init() { QFile::remove(notes()); }

    void whatIsNotedIsThereInTheNextWindow() {
        {
            Opened opened{file_};
            opened.session.addFinding(finding("a"));
            QCOMPARE(titlesOf(*opened.notebook()), std::string{"a"});
            opened.session.addFinding(finding("b"));
            const auto two = opened.notebook();
            opened.session.moveFinding(two->all[1].id, 0);
            QCOMPARE(titlesOf(*opened.notebook()), std::string{"ba"});
            Finding changed = two->all[0];
            changed.note = "look at the balance";
            opened.session.changeFinding(changed);
            QCOMPARE(opened.notebook()->all[1].note, changed.note);
        }
        Opened again{file_};
        again.session.addFinding(finding("c"));
        const auto all = again.notebook();
        QCOMPARE(titlesOf(*all), std::string{"bac"});
        again.session.removeFinding(all->all[0].id);
        QCOMPARE(titlesOf(*again.notebook()), std::string{"ac"});
    }

    void twoWindowsSeeWhatTheOtherWrote() {
        Opened one{file_}, other{file_};
        one.session.addFinding(finding("a"));
        QCOMPARE(titlesOf(*one.notebook()), std::string{"a"});
        other.session.lookAtNotes();
        QCOMPARE(titlesOf(*other.notebook()), std::string{"a"});
        other.session.addFinding(finding("b"));
        const auto both = other.notebook();
        QCOMPARE(titlesOf(*both), std::string{"ab"});
        one.session.lookAtNotes();
        QCOMPARE(titlesOf(*one.notebook()), std::string{"ab"});
        // What the other one has removed is there again with what was typed here, and told of.
        other.session.removeFinding(both->all[0].id);
        QCOMPARE(titlesOf(*other.notebook()), std::string{"b"});
        Finding mine = both->all[0];
        mine.title = "mine";
        one.session.changeFinding(mine);
        const auto told = one.notebook();
        QCOMPARE(titlesOf(*told), std::string{"bmine"});
        QVERIFY(told->refused.find("removed in another window") != std::string::npos);
        // Whoever removes what is gone already has what was wanted.
        one.session.removeFinding(both->all[1].id);
        QVERIFY(one.notebook()->refused.empty());
        other.session.removeFinding(both->all[1].id);
        QVERIFY(other.notebook()->refused.empty());
    }

    /// Edits of what could not be written yet, too, in their order.
    void aDiskThatIsFullLosesNothing() {
        Opened opened{file_};
        opened.session.addFinding(finding("a"));
        const auto kept = opened.notebook();
        Finding large = finding("b");
        large.note = std::string(60'000, 'x');
        {
            const ariadne::test::FileSizeLimit limit{
                static_cast<std::uint64_t>(QFile{notes()}.size())};
            opened.session.addFinding(large);
            const auto full = opened.notebook();
            QCOMPARE(titlesOf(*full), std::string{"ab"});
            QCOMPARE(full->waiting, std::size_t{1});
            QVERIFY2(full->problem.find("save again") != std::string::npos, full->problem.c_str());
            Finding changed = full->all[1];
            QVERIFY(changed.id < 0);
            changed.title = "B";
            opened.session.changeFinding(changed);
            QCOMPARE(titlesOf(*opened.notebook()), std::string{"aB"});
            opened.session.moveFinding(changed.id, 0);
            QCOMPARE(titlesOf(*opened.notebook()), std::string{"Ba"});
            Finding first = kept->all[0];
            first.title = "A";
            opened.session.changeFinding(first);
            const auto waiting = opened.notebook();
            QCOMPARE(titlesOf(*waiting), std::string{"BA"});
            QCOMPARE(waiting->waiting, std::size_t{4});
        }
        opened.session.saveNotes();
        const auto saved = opened.notebook();
        QCOMPARE(titlesOf(*saved), std::string{"BA"});
        QCOMPARE(saved->waiting, std::size_t{0});
        QVERIFY(saved->problem.empty());
        QVERIFY(saved->all[0].id > 0);
        Opened again{file_};
        again.session.addFinding(finding("c"));
        QCOMPARE(titlesOf(*again.notebook()), std::string{"BAc"});
    }

    /// What waits is not forgotten with its trace.
    void aDiskThatIsFullLosesNothingWhenAnotherTraceOpens_data() {
        QTest::addColumn<bool>("comesBack");
        QTest::newRow("somebody comes back") << true;
        QTest::newRow("somebody saves again") << false;
    }
    void aDiskThatIsFullLosesNothingWhenAnotherTraceOpens() {
        QFETCH(bool, comesBack);
        Opened opened{file_};
        opened.session.addFinding(finding("a"));
        (void)opened.notebook();
        Finding large = finding("b");
        large.note = std::string(60'000, 'x');
        {
            const ariadne::test::FileSizeLimit limit{
                static_cast<std::uint64_t>(QFile{notes()}.size())};
            opened.session.addFinding(large);
            QCOMPARE(opened.session.notesState().unanswered, std::size_t{1});
            const auto full = opened.notebook();
            QCOMPARE(opened.session.notesState().unanswered, std::size_t{0});
            QCOMPARE(opened.session.notesState().waiting, std::size_t{1});
            opened.session.openTrace(other_);
            const auto there = opened.notebook();
            (void)opened.marks();
            QVERIFY(there->all.empty() && there->problem.empty());
            QCOMPARE(there->waitingBefore, std::size_t{1});
            QCOMPARE(there->problemBefore, full->problem);
            QCOMPARE(opened.session.notesState().waiting, std::size_t{1});
            QCOMPARE(opened.session.notesState().problem, full->problem);
        }
        comesBack ? opened.session.openTrace(file_) : opened.session.saveNotes();
        const auto saved = opened.notebook();
        QCOMPARE(saved->waitingBefore, std::size_t{0});
        QCOMPARE(opened.session.notesState().waiting, std::size_t{0});
        Opened again{file_};
        again.session.addFinding(finding("c"));
        QCOMPARE(titlesOf(*again.notebook()), std::string{"abc"});
    }

    /// Of the open trace, as long as it is that.
    void whatIsAskedForJustBeforeAnotherTraceOpensIsKept() {
        {
            Opened opened{file_};
            connect(&opened.session, &Session::aboutToOpen, &opened.session,
                    [&] { opened.session.addFinding(finding("a")); });
            opened.session.openTrace(other_);
            QVERIFY(opened.notebook()->all.empty());
            QCOMPARE(opened.session.notesState().unanswered, std::size_t{0});
        }
        Opened again{file_};
        again.session.addFinding(finding("b"));
        QCOMPARE(titlesOf(*again.notebook()), std::string{"ab"});
    }

    void aFileThatIsMovedAwayWhileItIsOpenIsMadeAnew() {
        Opened opened{file_};
        opened.session.addFinding(finding("a"));
        (void)opened.notebook();
        QVERIFY(QFile::remove(notes()));
        opened.session.addFinding(finding("b"));
        const auto anew = opened.notebook();
        QCOMPARE(titlesOf(*anew), std::string{"b"});
        QVERIFY(anew->problem.empty() && QFile::exists(notes()));
    }

    /// A change of a bookmark that could not be written came back as it was, once.
    void aChangeThatCouldNotBeWrittenDoesNotComeBackAsItWas() {
        Opened opened{file_};
        opened.session.addBookmark({17}, QStringLiteral("a"));
        Bookmark changed = opened.marks()->all.at(0);
        changed.note = std::string(60'000, 'x');
        {
            const ariadne::test::FileSizeLimit limit{
                static_cast<std::uint64_t>(QFile{notes()}.size())};
            opened.session.changeBookmark(changed);
            const auto full = opened.marks();
            QCOMPARE(full->all.at(0).note, changed.note);
            QVERIFY(!full->problem.empty());
        }
        opened.session.addBookmark({18}, QStringLiteral("b"));
        const auto both = opened.marks();
        QCOMPARE(both->all.size(), std::size_t{2});
        QCOMPARE(both->all[0].note, changed.note);
        QVERIFY(both->problem.empty());
    }

    void tooManyAreRefusedAndInNobodysWay() {
        Opened opened{file_};
        Finding large = finding("large");
        large.picture = std::make_shared<const std::string>(Finding::kPictureBytesMax + 1, 'x');
        opened.session.addFinding(large);
        const auto refused = opened.notebook();
        QVERIFY(refused->all.empty());
        QCOMPARE(refused->waiting, std::size_t{0});
        QVERIFY(!refused->refused.empty());
        opened.session.addFinding(finding("a"));
        const auto next = opened.notebook();
        QCOMPARE(titlesOf(*next), std::string{"a"});
        QVERIFY(next->refused.empty());
    }

    void aFileOfSomethingElseIsLeftAloneUntilItIsMovedAway() {
        QFile poem(notes());
        QVERIFY(poem.open(QIODevice::WriteOnly));
        poem.write(QByteArray(3000, 'x'));
        poem.close();
        Opened opened{file_};
        opened.session.addFinding(finding("a"));
        const auto kept = opened.notebook();
        QCOMPARE(titlesOf(*kept), std::string{"a"});
        QVERIFY2(kept->problem.find("move it away") != std::string::npos, kept->problem.c_str());
        QCOMPARE(QFile{notes()}.size(), 3000);
        QVERIFY(QFile::remove(notes()));
        opened.session.lookAtNotes();
        const auto saved = opened.notebook();
        QVERIFY(saved->problem.empty());
        QCOMPARE(saved->waiting, std::size_t{0});
        QVERIFY(saved->all.at(0).id > 0);
    }

    void aPageIsWrittenWithItsPicturesBesideIt() {
        Opened opened{file_};
        QSignalSpy saved{&opened.session, &Session::textSaved};
        const QDir out(folder_.filePath(QStringLiteral("out")));
        QVERIFY(out.mkpath(QStringLiteral(".")));
        NotebookPage page{out.filePath(QStringLiteral("page.md")).toStdString(),
                          "# ä\n",
                          {{"page-1.png", std::make_shared<const std::string>("png")}}};
        opened.session.savePage(page);
        QTRY_COMPARE_WITH_TIMEOUT(saved.size(), 1, kPatienceMs);
        QCOMPARE(saved[0][0].value<CopyReport>().error, std::string{});
        QFile picture(out.filePath(QStringLiteral("page-1.png")));
        QVERIFY(picture.open(QIODevice::ReadOnly));
        QCOMPARE(picture.readAll(), QByteArray("png"));
        // Without its pictures there is no page.
        page.file = out.filePath(QStringLiteral("other.md")).toStdString();
        page.pictures[0].file = "none/page-1.png";
        opened.session.savePage(page);
        QTRY_COMPARE_WITH_TIMEOUT(saved.size(), 2, kPatienceMs);
        QVERIFY(saved[1][0].value<CopyReport>().error.find("page-1.png") != std::string::npos);
        QVERIFY(!out.exists(QStringLiteral("other.md")));
    }

    void aPageIsWrittenWithItsPicturesInIt() {
        Opened opened{file_};
        QSignalSpy saved{&opened.session, &Session::textSaved};
        const QDir out(folder_.filePath(QStringLiteral("alone")));
        QVERIFY(out.mkpath(QStringLiteral(".")));
        const auto png = [](const char* bytes) {
            return std::make_shared<const std::string>(bytes);
        };
        const NotebookPage page{out.filePath(QStringLiteral("page.html")).toStdString(),
                                "<>, <>",
                                {{"", png("one"), 1}, {"", png(""), 1}, {"", png("three"), 5}}};
        opened.session.savePage(page);
        QTRY_COMPARE_WITH_TIMEOUT(saved.size(), 1, kPatienceMs);
        QCOMPARE(saved[0][0].value<CopyReport>().error, std::string{});
        QFile text(out.filePath(QStringLiteral("page.html")));
        QVERIFY(text.open(QIODevice::ReadOnly));
        QCOMPARE(text.readAll(), QByteArray("<b25l>, <dGhyZWU=>"));
        QCOMPARE(out.entryList(QDir::Files).size(), 1);
    }
};

QTEST_GUILESS_MAIN(TestSessionNotebook)
#include "tst_session_notebook.moc"
