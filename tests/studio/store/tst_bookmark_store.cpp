// Bookmarks in a file beside the trace: what is kept, and what is refused.
#include "studio/store/bookmark_store.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>

using namespace ariadne;
using namespace ariadne::studio;
using Code = absl::StatusCode;

namespace {

std::unique_ptr<BookmarkStore> opened(const std::filesystem::path& trace,
                                      const std::string& recording = "one") {
    auto store = BookmarkStore::open(trace, recording);
    if (!store.ok()) qFatal("%s", std::string(store.status().message()).c_str());
    return *std::move(store);
}

Code codeOf(const std::filesystem::path& trace, const std::string& recording = "one") {
    return BookmarkStore::open(trace, recording).status().code();
}

std::vector<Bookmark> allOf(BookmarkStore& store) {
    auto all = store.all();
    if (!all.ok()) qFatal("%s", std::string(all.status().message()).c_str());
    return *std::move(all);
}

void inDatabase(const std::filesystem::path& path, const char* sql) {
    sqlite3* db = nullptr;
    if (sqlite3_open(path.c_str(), &db) != SQLITE_OK ||
        sqlite3_exec(db, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        qFatal("%s", sqlite3_errmsg(db));
    sqlite3_close(db);
}

void writeFile(const std::filesystem::path& path, const std::string& text) {
    std::ofstream{path, std::ios::binary} << text;
}

}  // namespace

class TestBookmarkStore : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> folder_;
    std::filesystem::path trace_;

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        trace_ = folder_->filePath(QStringLiteral("run.clew")).toStdString();
    }

    void nothingIsWrittenBeforeThereIsSomething() {
        QVERIFY(allOf(*opened(trace_)).empty());
        QVERIFY(!std::filesystem::exists(BookmarkStore::pathOf(trace_)));
    }

    void whatWasAddedIsThereAgainByPosition() {
        const std::string name = "Überzogen 'x'; DROP TABLE bookmark";
        {
            const auto store = opened(trace_);
            QVERIFY(store->add({0, {40}, "later", ""}).ok());
            QVERIFY(store->add({0, {7}, name, "two\nlines"}).ok());
        }
        QCOMPARE(BookmarkStore::pathOf(trace_).filename().string(), std::string{"run.clew.notes"});
        const auto all = allOf(*opened(trace_));
        QCOMPARE(all.size(), std::size_t{2});
        QCOMPARE(all[0].position.value, 7u);
        QCOMPARE(all[0].name, name);
        QCOMPARE(all[0].note, std::string{"two\nlines"});
        QCOMPARE(all[1].name, std::string{"later"});
        QVERIFY(all[0].id != all[1].id && all[0].id > 0);
    }

    void oneCanBeChangedAndRemoved() {
        const auto store = opened(trace_);
        const std::int64_t id = *store->add({0, {7}, "a", ""});
        QVERIFY(store->change({id, {7}, "b", "why"}).ok());
        QCOMPARE(allOf(*store), (std::vector<Bookmark>{{id, {7}, "b", "why"}}));
        QVERIFY(store->remove(id).ok());
        QVERIFY(allOf(*store).empty());
        QCOMPARE(store->remove(id).code(), Code::kNotFound);
        QCOMPARE(store->change({id, {7}, "c", ""}).code(), Code::kNotFound);
        // Its number is not given to another one, which somebody might mean to remove.
        QVERIFY(*store->add({0, {7}, "d", ""}) != id);
    }

    void twoWindowsSeeEachOther() {
        const auto one = opened(trace_);
        const auto other = opened(trace_);
        QVERIFY(one->add({0, {7}, "a", ""}).ok());
        QCOMPARE(allOf(*other).size(), std::size_t{1});
        QVERIFY(other->add({0, {8}, "b", ""}).ok());
        QCOMPARE(allOf(*one).size(), std::size_t{2});
    }

    void thoseOfAnotherRecordingAreNotMixedIn() {
        QVERIFY(opened(trace_, "one")->add({0, {7}, "a", ""}).ok());
        QCOMPARE(codeOf(trace_, "two"), Code::kFailedPrecondition);
        QCOMPARE(codeOf(trace_, "one"), Code::kOk);
    }

    void whatIsNoSuchFileIsLeftAlone() {
        const auto notes = BookmarkStore::pathOf(trace_);
        writeFile(notes, "this is a poem, and long enough to be looked at twice: " +
                             std::string(2000, 'x'));
        QCOMPARE(codeOf(trace_), Code::kDataLoss);
        QCOMPARE(std::filesystem::file_size(notes), std::uintmax_t{2055});
        std::filesystem::remove(notes);
        std::filesystem::create_directory(notes);
        QCOMPARE(codeOf(trace_), Code::kUnavailable);
    }

    void anEmptyFileIsANewOne() {
        writeFile(BookmarkStore::pathOf(trace_), "");
        QVERIFY(opened(trace_)->add({0, {7}, "a", ""}).ok());
        QCOMPARE(allOf(*opened(trace_)).size(), std::size_t{1});
    }

    void everyTruncationAndAFewFlipsNeverCrash() {
        const auto notes = BookmarkStore::pathOf(trace_);
        for (std::uint64_t i = 1; i <= 20; ++i)
            QVERIFY(opened(trace_)->add({0, {i}, "mark " + std::to_string(i), "note"}).ok());
        std::string whole;
        {
            std::ifstream in{notes, std::ios::binary};
            whole.assign(std::istreambuf_iterator<char>{in}, {});
        }
        QVERIFY(whole.size() >= 4096);
        for (std::size_t size = 0; size < whole.size(); size += 509) {
            writeFile(notes, whole.substr(0, size));
            if (const auto store = BookmarkStore::open(trace_, "one"); store.ok())
                (void)(*store)->all();
        }
        std::size_t told = 0;
        for (std::size_t at = 0; at < whole.size(); at += 37) {
            std::string flipped = whole;
            flipped[at] = static_cast<char>(flipped[at] ^ 0x55);
            writeFile(notes, flipped);
            const auto store = BookmarkStore::open(trace_, "one");
            told += !store.ok() || !(*store)->all().ok() ? 1u : 0u;
        }
        QVERIFY(told > 0);
    }

    void nothingInAFileOfSomebodyElseRuns() {
        const auto notes = BookmarkStore::pathOf(trace_);
        QVERIFY(opened(trace_)->add({0, {7}, "a", ""}).ok());
        inDatabase(notes,
                   "CREATE TRIGGER t AFTER INSERT ON bookmark BEGIN DELETE FROM bookmark; END");
        QCOMPARE(codeOf(trace_), Code::kDataLoss);
        inDatabase(notes,
                   "DROP TRIGGER t; DROP TABLE bookmark; CREATE VIEW bookmark AS SELECT 1 AS id, "
                   "5 AS position, 'x' AS name, 'y' AS note");
        QCOMPARE(codeOf(trace_), Code::kDataLoss);
    }

    void noMoreAreReadOrAddedThanThereMayBe() {
        const auto notes = BookmarkStore::pathOf(trace_);
        QVERIFY(opened(trace_)->add({0, {7}, "a", ""}).ok());
        inDatabase(notes,
                   "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 10050) "
                   "INSERT INTO bookmark (position, name, note) SELECT i, 'n', '' FROM n");
        const auto store = opened(trace_);
        QCOMPARE(allOf(*store).size(), BookmarkStore::kBookmarksMax);
        QCOMPARE(store->add({0, {7}, "b", ""}).status().code(), Code::kResourceExhausted);
    }

    void whatIsTooLongIsRefusedAndNotCut() {
        const auto store = opened(trace_);
        const std::string longest(Bookmark::kTextMax, 'x');
        const auto id = store->add({0, {7}, longest, longest});
        QVERIFY(id.ok());
        const absl::Status name = store->add({0, {7}, longest + "x", ""}).status();
        QCOMPARE(name.code(), Code::kResourceExhausted);
        QCOMPARE(std::string{name.message()},
                 std::string{"the name has 65537 bytes, at most 65536 are kept; make it shorter"});
        const absl::Status note = store->change({*id, {7}, "short", longest + "ä"});
        QCOMPARE(note.code(), Code::kResourceExhausted);
        QVERIFY(note.message().find("the note has 65538 bytes") != absl::string_view::npos);
        // Neither of its texts is another one.
        QCOMPARE(allOf(*store), (std::vector<Bookmark>{{*id, {7}, longest, longest}}));
    }

    /// Somebody else may have written more than is kept.
    void ofLongTextsInTheFileWholeCharactersAreRead() {
        const auto notes = BookmarkStore::pathOf(trace_);
        QVERIFY(opened(trace_)->add({0, {7}, "a", ""}).ok());
        const std::string whole(Bookmark::kTextMax - 1, 'x');
        inDatabase(notes, ("UPDATE bookmark SET name = '" + whole + "ä'").c_str());
        QCOMPARE(allOf(*opened(trace_))[0].name, whole);
    }

    void whereNothingCanBeWrittenThatIsSaid() {
        const std::filesystem::path nowhere = trace_ / "no folder" / "run.clew";
        const auto store = opened(nowhere);
        const auto added = store->add({0, {7}, "a", ""});
        QCOMPARE(added.status().code(), Code::kUnavailable);
        QVERIFY(added.status().message().find("run.clew.notes") != absl::string_view::npos);
    }
};

QTEST_GUILESS_MAIN(TestBookmarkStore)
#include "tst_bookmark_store.moc"
