// Findings in the file beside the trace: their order, their pictures, and what is refused.
#include "studio/store/bookmark_store.h"
#include "studio/store/notebook_store.h"
#include "studio/store/sidecar.h"
#include "tests/support/file_size_limit.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <sqlite3.h>

#include <filesystem>

using namespace ariadne;
using namespace ariadne::studio;
using Code = absl::StatusCode;

namespace {

std::unique_ptr<NotebookStore> opened(const std::filesystem::path& trace) {
    auto store = NotebookStore::open(trace, "one");
    if (!store.ok()) qFatal("%s", std::string(store.status().message()).c_str());
    return *std::move(store);
}

std::vector<Finding> allOf(NotebookStore& store) {
    auto all = store.all();
    if (!all.ok()) qFatal("%s", std::string(all.status().message()).c_str());
    return *std::move(all);
}

Finding finding(const char* title, std::uint64_t at = 7) {
    return {0, {at}, title, "", "", nullptr};
}

std::string titlesOf(NotebookStore& store) {
    std::string out;
    for (const Finding& each : allOf(store)) out += each.title;
    return out;
}

void inDatabase(const std::filesystem::path& path, const char* sql) {
    sqlite3* db = nullptr;
    if (sqlite3_open(path.c_str(), &db) != SQLITE_OK ||
        sqlite3_exec(db, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        qFatal("%s", sqlite3_errmsg(db));
    sqlite3_close(db);
}

}  // namespace

class TestNotebookStore : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> folder_;
    std::filesystem::path trace_, notes_;

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        trace_ = folder_->filePath(QStringLiteral("run.clew")).toStdString();
        notes_ = BookmarkStore::pathOf(trace_);
    }

    void nothingIsWrittenBeforeThereIsSomething() {
        QVERIFY(allOf(*opened(trace_)).empty());
        QVERIFY(!std::filesystem::exists(notes_));
    }

    void whatWasNotedIsThereAgainAsItWas() {
        const std::string picture("\x89PNG\0and so on", 15);
        Finding all{0,
                    {4231},
                    "Überzogen 'x'",
                    "two\nlines",
                    "SELECT 1;",
                    std::make_shared<const std::string>(picture)};
        QVERIFY(opened(trace_)->add(all).ok());
        const auto there = allOf(*opened(trace_));
        QCOMPARE(there.size(), std::size_t{1});
        QVERIFY(there[0].id > 0);
        QCOMPARE(there[0].position.value, std::uint64_t{4231});
        QCOMPARE(there[0].title, all.title);
        QCOMPARE(there[0].note, all.note);
        QCOMPARE(there[0].query, all.query);
        QCOMPARE(*there[0].picture, picture);
    }

    void theyStandInTheOrderTheyWereGiven() {
        const auto store = opened(trace_);
        std::vector<std::int64_t> ids;
        for (const char* title : {"a", "b", "c", "d"}) ids.push_back(*store->add(finding(title)));
        QCOMPARE(titlesOf(*store), std::string{"abcd"});
        QVERIFY(store->move(ids[3], 1).ok());
        QCOMPARE(titlesOf(*store), std::string{"adbc"});
        QVERIFY(store->move(ids[0], 100).ok());
        QCOMPARE(titlesOf(*opened(trace_)), std::string{"dbca"});
        QVERIFY(store->remove(ids[1]).ok());
        QVERIFY(store->add(finding("e")).ok());
        QCOMPARE(titlesOf(*store), std::string{"dcae"});
        QCOMPARE(store->move(ids[1], 0).code(), Code::kNotFound);
        QCOMPARE(titlesOf(*store), std::string{"dcae"});
    }

    void textsAreChangedAndPicturesStay() {
        const auto store = opened(trace_);
        Finding one = finding("a");
        one.picture = std::make_shared<const std::string>("png");
        one.id = *store->add(one);
        one.title = "b";
        one.note = "why";
        one.query = "SELECT 2";
        QVERIFY(store->change(one).ok());
        const auto there = allOf(*store);
        QCOMPARE(there[0].title + there[0].note + there[0].query, std::string{"bwhySELECT 2"});
        QCOMPARE(*there[0].picture, std::string{"png"});
        one.id = 99;
        QCOMPARE(store->change(one).code(), Code::kNotFound);
    }

    void bookmarksAndFindingsShareTheFile() {
        auto marks = BookmarkStore::open(trace_, "one");
        QVERIFY(marks.ok());
        QVERIFY((*marks)->add({0, {7}, "mark", ""}).ok());
        const auto store = opened(trace_);
        QVERIFY(allOf(*store).empty());
        QVERIFY(store->add(finding("a")).ok());
        QCOMPARE((*marks)->all()->size(), std::size_t{1});
        QVERIFY((*marks)->add({0, {8}, "mark", ""}).ok());
        QCOMPARE(titlesOf(*store), std::string{"a"});
    }

    void whoElseWroteIsSeen() {
        const auto one = opened(trace_), other = opened(trace_);
        (void)one->hasChanged();
        QVERIFY(!one->hasChanged());
        QVERIFY(other->add(finding("a")).ok());
        QVERIFY(one->hasChanged());
        QCOMPARE(titlesOf(*one), std::string{"a"});
        (void)one->hasChanged();
        QVERIFY(one->add(finding("b")).ok());
        QVERIFY(!one->hasChanged());
        QVERIFY(other->hasChanged());
    }

    void limitsHold() {
        const auto store = opened(trace_);
        Finding large = finding("large");
        large.picture = std::make_shared<const std::string>(Finding::kPictureBytesMax + 1, 'x');
        QCOMPARE(store->add(large).status().code(), Code::kResourceExhausted);
        Finding longer = finding("");
        longer.note = std::string(Finding::kTextMax, 'x');
        const auto id = store->add(longer);
        QVERIFY(id.ok());
        for (std::string Finding::*text : {&Finding::title, &Finding::note, &Finding::query}) {
            Finding tooLong = finding("");
            tooLong.id = *id;
            tooLong.*text = std::string(Finding::kTextMax + 1, 'y');
            QCOMPARE(store->add(tooLong).status().code(), Code::kResourceExhausted);
            QCOMPARE(store->change(tooLong).code(), Code::kResourceExhausted);
        }
        QCOMPARE(allOf(*store).size(), std::size_t{1});
        QCOMPARE(allOf(*store)[0].note, longer.note);
        inDatabase(notes_,
                   "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 600) "
                   "INSERT INTO finding (place, position, title, note, query) "
                   "SELECT i, i, 't', '', '' FROM n");
        QCOMPARE(allOf(*store).size(), NotebookStore::kFindingsMax);
        QCOMPARE(store->add(finding("x")).status().code(), Code::kResourceExhausted);
    }

    /// A file of somebody else may hold more than anybody wants to look at.
    void picturesThatAreTooLargeOrTooManyAreCounted() {
        const auto store = opened(trace_);
        QVERIFY(store->add(finding("a")).ok());
        inDatabase(notes_,
                   "INSERT INTO finding (place, position, title, note, query, picture) VALUES "
                   "(2, 2, 'b', '', '', zeroblob(2000000)), (3, -5, 'c', '', '', zeroblob(10))");
        const auto all = allOf(*store);
        QCOMPARE(all.size(), std::size_t{3});
        QVERIFY(all[1].picture == nullptr && all[2].picture != nullptr);
        QCOMPARE(all[2].position.value, std::uint64_t{0});
        QCOMPARE(store->picturesLeftOut(), std::uint64_t{1});
        inDatabase(notes_,
                   "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 80) "
                   "INSERT INTO finding (place, position, title, note, query, picture) "
                   "SELECT 9, 1, 'p', '', '', zeroblob(1000000) FROM n");
        std::size_t bytes = 0;
        for (const Finding& each : allOf(*store)) bytes += each.picture ? each.picture->size() : 0;
        QVERIFY(bytes <= NotebookStore::kPicturesBytesMax);
        QVERIFY(store->picturesLeftOut() > 10);
    }

    /// What else is in it would run: triggers, views, modules, and functions in columns, checks and
    /// indexes.
    void whatNoAriadneMakesIsRefused_data() {
        QTest::addColumn<QByteArray>("sql");
        const auto row = [](const char* name, const char* sql) {
            QTest::newRow(name) << QByteArray(sql);
        };
        row("trigger", "CREATE TRIGGER t AFTER INSERT ON finding BEGIN DELETE FROM finding; END");
        row("view",
            "DROP TABLE finding; CREATE VIEW finding AS SELECT 1 AS id, 5 AS place, 5 AS "
            "position, 'x' AS title, 'y' AS note, 'z' AS query, NULL AS picture");
        row("module in another spelling",
            "DROP TABLE finding; PRAGMA writable_schema = ON; INSERT INTO sqlite_schema VALUES "
            "('table', 'finding', 'finding', 0, "
            "'CREATE /**/ VIRTUAL TABLE finding USING fts5(title)')");
        row("generated column", "ALTER TABLE finding ADD COLUMN more AS (hex(zeroblob(1000000)))");
        row("check", "CREATE TABLE more (x CHECK (length(hex(x)) > 1))");
        row("index of an expression", "CREATE INDEX i ON finding (length(hex(title)))");
        row("the table in another spelling",
            "DROP TABLE finding; CREATE TABLE finding (id INTEGER PRIMARY KEY AUTOINCREMENT,"
            " place INTEGER NOT NULL, position INTEGER NOT NULL, title TEXT NOT NULL,"
            " note TEXT NOT NULL, query TEXT NOT NULL, picture BLOB CHECK (abs(1)))");
    }
    void whatNoAriadneMakesIsRefused() {
        QFETCH(QByteArray, sql);
        QVERIFY(opened(trace_)->add(finding("a")).ok());
        QCOMPARE(titlesOf(*opened(trace_)), std::string{"a"});
        inDatabase(notes_, sql.constData());
        const auto status = NotebookStore::open(trace_, "one").status();
        QCOMPARE(status.code(), Code::kDataLoss);
        QVERIFY2(status.message().find("move it away") != absl::string_view::npos,
                 std::string(status.message()).c_str());
    }

    void whatNeverEndsIsEnded() {
        QVERIFY(opened(trace_)->add(finding("a")).ok());
        Sidecar file{notes_, "one", "the notebook"};
        QVERIFY(file.openIfThere().ok());
        const auto status =
            file.number(
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                    "SELECT count(*) FROM n")
                .status();
        QCOMPARE(status.code(), Code::kDataLoss);
        QVERIFY2(status.message().find("more work") != absl::string_view::npos,
                 std::string(status.message()).c_str());
        QVERIFY(file.openIfThere().ok());
        QCOMPARE(*file.number("SELECT count(*) FROM finding"), std::int64_t{1});
    }

    void oneThatIsMovedAwayIsMadeAnew() {
        const auto store = opened(trace_);
        QVERIFY(store->add(finding("a")).ok());
        (void)store->hasChanged();
        const auto elsewhere = notes_.parent_path() / "elsewhere";
        std::filesystem::rename(notes_, elsewhere);
        QVERIFY(store->hasChanged());
        QVERIFY(allOf(*store).empty());
        QVERIFY(store->add(finding("b")).ok());
        QCOMPARE(titlesOf(*opened(trace_)), std::string{"b"});
        // Another one in its place is read, and written into.
        std::filesystem::rename(elsewhere, notes_);
        QVERIFY(store->add(finding("c")).ok());
        QCOMPARE(titlesOf(*store), std::string{"ac"});
        std::filesystem::remove(notes_);
        QVERIFY(store->add(finding("d")).ok());
        QCOMPARE(titlesOf(*opened(trace_)), std::string{"d"});
    }

    void oneThatBreaksWhileItIsOpenCanBeMovedAway() {
        const auto store = opened(trace_);
        QVERIFY(store->add(finding("a")).ok());
        QFile file(QString::fromStdString(notes_.string()));
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(file.write(QByteArray(static_cast<int>(file.size()), 'x')) > 0);
        file.close();
        const auto status = store->add(finding("b")).status();
        QCOMPARE(status.code(), Code::kDataLoss);
        QVERIFY(status.message().find("move it away") != absl::string_view::npos);
        QVERIFY(!store->all().ok());
        std::filesystem::remove(notes_);
        QVERIFY(store->add(finding("b")).ok());
        QCOMPARE(titlesOf(*store), std::string{"b"});
    }

    void picturesAreReadOnce() {
        const auto store = opened(trace_);
        Finding one = finding("a");
        one.picture = std::make_shared<const std::string>("png");
        one.id = *store->add(one);
        const auto before = allOf(*store);
        one.note = "more";
        QVERIFY(store->change(one).ok());
        const auto after = allOf(*store);
        QVERIFY(after[0].picture != nullptr && after[0].picture == before[0].picture);
        // Under the same id in another file it is another one.
        std::filesystem::remove(notes_);
        one.picture = std::make_shared<const std::string>("PNG");
        QVERIFY(store->add(one).ok());
        QCOMPARE(*allOf(*store)[0].picture, std::string{"PNG"});
    }

    void aVirtualTableIsRefused() {
        QVERIFY(opened(trace_)->add(finding("a")).ok());
        sqlite3* db = nullptr;
        QCOMPARE(sqlite3_open(notes_.c_str(), &db), SQLITE_OK);
        const bool made = sqlite3_exec(db, "CREATE VIRTUAL TABLE evil USING fts5(x)", nullptr,
                                       nullptr, nullptr) == SQLITE_OK;
        sqlite3_close(db);
        if (!made) QSKIP("this SQLite has no fts5");
        const auto status = NotebookStore::open(trace_, "one").status();
        QCOMPARE(status.code(), Code::kDataLoss);
        QVERIFY(status.message().find("move it away") != absl::string_view::npos);
    }

    void whatCannotBeWrittenIsSaidAndWhatToDo() {
        const auto store = opened(trace_);
        QVERIFY(store->add(finding("a")).ok());
        {
            const ariadne::test::FileSizeLimit limit{std::filesystem::file_size(notes_)};
            Finding large = finding("b");
            large.note = std::string(60'000, 'x');
            const auto status = store->add(large).status();
            QCOMPARE(status.code(), Code::kUnavailable);
            for (const char* word : {"run.clew.notes", "written", "disk", "save again"})
                QVERIFY2(status.message().find(word) != absl::string_view::npos,
                         std::string(status.message()).c_str());
        }
        // What was there is there, and the next one is written.
        QCOMPARE(titlesOf(*store), std::string{"a"});
        QVERIFY(store->add(finding("c")).ok());
        QCOMPARE(titlesOf(*opened(trace_)), std::string{"ac"});
    }

    void whoElseWritesJustNowIsSaid() {
        const auto store = opened(trace_);
        QVERIFY(store->add(finding("a")).ok());
        sqlite3* other = nullptr;
        QCOMPARE(sqlite3_open(notes_.c_str(), &other), SQLITE_OK);
        QCOMPARE(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
        const auto status = store->add(finding("b")).status();
        QCOMPARE(status.code(), Code::kUnavailable);
        for (const char* word : {"locked", "another window", "save again"})
            QVERIFY2(status.message().find(word) != absl::string_view::npos,
                     std::string(status.message()).c_str());
        sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr);
        sqlite3_close(other);
        QVERIFY(store->add(finding("b")).ok());
        QCOMPARE(titlesOf(*store), std::string{"ab"});
    }

    void everyTruncationAndAFewFlipsNeverCrash() {
        for (int i = 0; i < 12; ++i) {
            Finding each = finding("some finding");
            each.picture = std::make_shared<const std::string>(3000, 'p');
            QVERIFY(opened(trace_)->add(each).ok());
        }
        QFile file(QString::fromStdString(notes_.string()));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray whole = file.readAll();
        file.close();
        const auto look = [&](const QByteArray& bytes) {
            QFile out(file.fileName());
            if (!out.open(QIODevice::WriteOnly | QIODevice::Truncate)) qFatal("write");
            out.write(bytes);
            out.close();
            const auto store = NotebookStore::open(trace_, "one");
            return store.ok() && (*store)->all().ok();
        };
        std::size_t told = 0;
        for (qsizetype size = 0; size < whole.size(); size += 1021)
            told += look(whole.left(size)) ? 0u : 1u;
        for (qsizetype at = 0; at < whole.size(); at += 211) {
            QByteArray flipped = whole;
            flipped[at] = static_cast<char>(flipped[at] ^ 0x55);
            told += look(flipped) ? 0u : 1u;
        }
        QVERIFY(told > 0);
    }
};

QTEST_GUILESS_MAIN(TestNotebookStore)
#include "tst_notebook_store.moc"
