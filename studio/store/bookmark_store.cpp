#include "studio/store/bookmark_store.h"

#include "engine/base/status_macros.h"

#include <sqlite3.h>

#include <string_view>
#include <system_error>
#include <utility>

namespace ariadne::studio {
namespace {

constexpr int kVersion = 1;
/// Somebody else writes just now.
constexpr int kBusyMs = 2000;
/// "AriN": tells the file apart from other databases.
constexpr int kApplication = 0x4172694E;

struct Close {
    void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Connection = std::unique_ptr<sqlite3, Close>;
using Statement = std::unique_ptr<sqlite3_stmt, Close>;

}  // namespace

class BookmarkStore::Impl {
public:
    Impl(std::filesystem::path path, std::string recording)
        : path_(std::move(path)), recording_(std::move(recording)) {}

    absl::Status openIfThere() {
        std::error_code error;
        if (!std::filesystem::exists(path_, error) && !error) return absl::OkStatus();
        return connect();
    }

    absl::StatusOr<std::vector<Bookmark>> all() {
        std::vector<Bookmark> out;
        // Somebody else may have made the file meanwhile.
        if (!db_) ARIADNE_RETURN_IF_ERROR(openIfThere());
        if (!db_) return out;
        ARIADNE_ASSIGN_OR_RETURN(const Statement rows,
                                 prepared("SELECT id, position, name, note FROM bookmark "
                                          "ORDER BY position, id LIMIT ?1"));
        sqlite3_bind_int64(rows.get(), 1, static_cast<std::int64_t>(kBookmarksMax));
        int step = 0;
        while ((step = sqlite3_step(rows.get())) == SQLITE_ROW) {
            const std::int64_t position = sqlite3_column_int64(rows.get(), 1);
            if (position <= 0) continue;
            out.push_back({sqlite3_column_int64(rows.get(), 0),
                           {static_cast<std::uint64_t>(position)},
                           text(rows.get(), 2),
                           text(rows.get(), 3)});
        }
        if (step != SQLITE_DONE) return failure("read");
        return out;
    }

    absl::StatusOr<std::int64_t> add(const Bookmark& bookmark) {
        ARIADNE_RETURN_IF_ERROR(connectToWrite());
        ARIADNE_ASSIGN_OR_RETURN(const std::int64_t there, number("SELECT count(*) FROM bookmark"));
        if (there >= static_cast<std::int64_t>(kBookmarksMax))
            return absl::ResourceExhaustedError(path_.native() + " holds " + std::to_string(there) +
                                                " bookmarks, which is as many as there can be; "
                                                "remove some first");
        ARIADNE_ASSIGN_OR_RETURN(
            const Statement row,
            prepared("INSERT INTO bookmark (position, name, note) VALUES (?1, ?2, ?3)"));
        sqlite3_bind_int64(row.get(), 1, static_cast<std::int64_t>(bookmark.position.value));
        bind(row.get(), 2, bookmark.name);
        bind(row.get(), 3, bookmark.note);
        ARIADNE_RETURN_IF_ERROR(done(row.get()));
        return sqlite3_last_insert_rowid(db_.get());
    }

    absl::Status change(const Bookmark& bookmark) {
        ARIADNE_RETURN_IF_ERROR(connectToWrite());
        ARIADNE_ASSIGN_OR_RETURN(
            const Statement row,
            prepared("UPDATE bookmark SET name = ?2, note = ?3 WHERE id = ?1"));
        sqlite3_bind_int64(row.get(), 1, bookmark.id);
        bind(row.get(), 2, bookmark.name);
        bind(row.get(), 3, bookmark.note);
        ARIADNE_RETURN_IF_ERROR(done(row.get()));
        return found();
    }

    absl::Status remove(std::int64_t id) {
        ARIADNE_RETURN_IF_ERROR(connectToWrite());
        ARIADNE_ASSIGN_OR_RETURN(const Statement row,
                                 prepared("DELETE FROM bookmark WHERE id = ?1"));
        sqlite3_bind_int64(row.get(), 1, id);
        ARIADNE_RETURN_IF_ERROR(done(row.get()));
        return found();
    }

private:
    absl::Status connectToWrite() { return db_ ? absl::OkStatus() : connect(); }

    absl::Status connect() {
        sqlite3* opened = nullptr;
        const int status =
            sqlite3_open_v2(path_.c_str(), &opened,
                            SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
                                SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE,
                            nullptr);
        db_.reset(opened);
        const absl::Status made = status == SQLITE_OK ? prepare() : failure("open");
        if (!made.ok()) db_.reset();
        return made;
    }

    /// Whoever sent the file wrote what is in it: none of that may run.
    absl::Status prepare() {
        for (const auto& [option, value] :
             {std::pair{SQLITE_DBCONFIG_DEFENSIVE, 1}, std::pair{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
              std::pair{SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
              std::pair{SQLITE_DBCONFIG_ENABLE_VIEW, 0},
              std::pair{SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0}})
            if (sqlite3_db_config(db_.get(), option, value, nullptr) != SQLITE_OK)
                return failure("set up");
        sqlite3_limit(db_.get(), SQLITE_LIMIT_ATTACHED, 0);
        sqlite3_limit(db_.get(), SQLITE_LIMIT_LENGTH, 4 << 20);
        sqlite3_busy_timeout(db_.get(), kBusyMs);
        ARIADNE_ASSIGN_OR_RETURN(const std::int64_t application, number("PRAGMA application_id"));
        ARIADNE_ASSIGN_OR_RETURN(const std::int64_t version, number("PRAGMA user_version"));
        ARIADNE_ASSIGN_OR_RETURN(const std::int64_t tables,
                                 number("SELECT count(*) FROM sqlite_schema"));
        if (application == 0 && version == 0 && tables == 0) return create();
        if (application != kApplication)
            return absl::DataLossError(path_.native() +
                                       " is a database of something else, expected bookmarks; move "
                                       "it away to have some");
        if (version != kVersion)
            return absl::FailedPreconditionError(
                path_.native() + " is of version " + std::to_string(version) +
                ", this Ariadne knows version " + std::to_string(kVersion) +
                "; open it with a newer Ariadne");
        ARIADNE_ASSIGN_OR_RETURN(const Statement row, prepared("SELECT recording FROM trace"));
        const std::string of =
            sqlite3_step(row.get()) == SQLITE_ROW ? text(row.get(), 0) : std::string{};
        if (of == recording_) return absl::OkStatus();
        return absl::FailedPreconditionError(path_.native() +
                                             " holds the bookmarks of another recording that had "
                                             "this name; move it away to have new ones");
    }

    absl::Status create() {
        const std::string sql =
            "BEGIN IMMEDIATE;"
            "PRAGMA application_id = " +
            std::to_string(kApplication) + ";PRAGMA user_version = " + std::to_string(kVersion) +
            ";CREATE TABLE IF NOT EXISTS trace (recording TEXT NOT NULL);"
            "CREATE TABLE IF NOT EXISTS bookmark (id INTEGER PRIMARY KEY AUTOINCREMENT,"
            " position INTEGER NOT NULL, name TEXT NOT NULL, note TEXT NOT NULL);"
            "DELETE FROM trace;";
        if (sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
            return failure("make");
        ARIADNE_ASSIGN_OR_RETURN(const Statement row,
                                 prepared("INSERT INTO trace (recording) VALUES (?1)"));
        bind(row.get(), 1, recording_);
        ARIADNE_RETURN_IF_ERROR(done(row.get()));
        if (sqlite3_exec(db_.get(), "COMMIT", nullptr, nullptr, nullptr) != SQLITE_OK)
            return failure("make");
        return absl::OkStatus();
    }

    absl::StatusOr<Statement> prepared(std::string_view sql) {
        sqlite3_stmt* statement = nullptr;
        if (sqlite3_prepare_v2(db_.get(), sql.data(), static_cast<int>(sql.size()), &statement,
                               nullptr) != SQLITE_OK)
            return failure("read");
        return Statement{statement};
    }

    absl::StatusOr<std::int64_t> number(std::string_view sql) {
        ARIADNE_ASSIGN_OR_RETURN(const Statement row, prepared(sql));
        if (sqlite3_step(row.get()) != SQLITE_ROW) return failure("read");
        return sqlite3_column_int64(row.get(), 0);
    }

    absl::Status done(sqlite3_stmt* statement) {
        return sqlite3_step(statement) == SQLITE_DONE ? absl::OkStatus() : failure("write");
    }

    absl::Status found() {
        return sqlite3_changes(db_.get()) != 0
                   ? absl::OkStatus()
                   : absl::NotFoundError(
                         "the bookmark is not there any more: it was removed "
                         "elsewhere");
    }

    static void bind(sqlite3_stmt* statement, int index, std::string_view value) {
        value = value.substr(0, Bookmark::kTextMax);
        sqlite3_bind_text(statement, index, value.data(), static_cast<int>(value.size()),
                          SQLITE_TRANSIENT);
    }

    static std::string text(sqlite3_stmt* statement, int column) {
        const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
        if (bytes == nullptr) return {};
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
        return std::string{std::string_view{bytes, size}.substr(0, Bookmark::kTextMax)};
    }

    absl::Status failure(std::string_view what) {
        const int code = db_ ? sqlite3_errcode(db_.get()) & 0xFF : SQLITE_NOMEM;
        std::string why = "the bookmarks in " + path_.native() + " cannot be ";
        why += what == "open"     ? "opened"
               : what == "make"   ? "made"
               : what == "read"   ? "read"
               : what == "set up" ? "opened safely"
                                  : "written";
        why += ": ";
        why += db_ ? sqlite3_errmsg(db_.get()) : "out of memory";
        // Whatever was begun is not to stay.
        if (db_ && sqlite3_get_autocommit(db_.get()) == 0)
            sqlite3_exec(db_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
        return code == SQLITE_NOTADB || code == SQLITE_CORRUPT ? absl::DataLossError(why)
                                                               : absl::UnavailableError(why);
    }

    std::filesystem::path path_;
    std::string recording_;
    Connection db_;  ///< null: there is no file yet
};

BookmarkStore::BookmarkStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
BookmarkStore::~BookmarkStore() = default;

std::filesystem::path BookmarkStore::pathOf(const std::filesystem::path& trace) {
    std::filesystem::path out = trace;
    out += ".notes";
    return out;
}

absl::StatusOr<std::unique_ptr<BookmarkStore>> BookmarkStore::open(
    const std::filesystem::path& trace, std::string recording) {
    auto impl = std::make_unique<Impl>(pathOf(trace), std::move(recording));
    ARIADNE_RETURN_IF_ERROR(impl->openIfThere());
    return std::unique_ptr<BookmarkStore>{new BookmarkStore{std::move(impl)}};
}

absl::StatusOr<std::vector<Bookmark>> BookmarkStore::all() {
    return impl_->all();
}
absl::StatusOr<std::int64_t> BookmarkStore::add(const Bookmark& bookmark) {
    return impl_->add(bookmark);
}
absl::Status BookmarkStore::change(const Bookmark& bookmark) {
    return impl_->change(bookmark);
}
absl::Status BookmarkStore::remove(std::int64_t id) {
    return impl_->remove(id);
}

}  // namespace ariadne::studio
