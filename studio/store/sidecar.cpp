#include "studio/store/sidecar.h"

#include "engine/base/status_macros.h"

#include <sqlite3.h>

#include <system_error>
#include <utility>

namespace ariadne::studio {
namespace {

constexpr int kVersion = 1;
/// Somebody else writes just now.
constexpr int kBusyMs = 2000;
/// "AriN": tells the file apart from other databases.
constexpr int kApplication = 0x4172694E;

/// What a person can do about an error of SQLite.
const char* remedyOf(int code) {
    switch (code) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED: return "; another window or program is writing there: save again";
        case SQLITE_FULL: return "; free some space and save again";
        case SQLITE_READONLY:
        case SQLITE_PERM:
        case SQLITE_CANTOPEN:
            return "; make its folder and file writable, or copy the trace elsewhere";
        case SQLITE_NOTADB:
        case SQLITE_CORRUPT: return "; move it away to have a new one";
        default: return "; look whether its disk is full or broken, and save again";
    }
}

}  // namespace

void Sidecar::Close::operator()(sqlite3* connection) const {
    sqlite3_close_v2(connection);
}
void Sidecar::Close::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

Sidecar::Sidecar(std::filesystem::path path, std::string recording, const char* what)
    : path_(std::move(path)), recording_(std::move(recording)), what_(what) {}

std::filesystem::path Sidecar::pathOf(const std::filesystem::path& trace) {
    std::filesystem::path out = trace;
    out += ".notes";
    return out;
}

absl::Status Sidecar::openIfThere() {
    if (db_) return absl::OkStatus();
    std::error_code error;
    if (!std::filesystem::exists(path_, error) && !error) return absl::OkStatus();
    return connect();
}

absl::Status Sidecar::openToWrite() {
    return db_ ? absl::OkStatus() : connect();
}

absl::Status Sidecar::connect() {
    sqlite3* opened = nullptr;
    const int status =
        sqlite3_open_v2(path_.c_str(), &opened,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
                            SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE,
                        nullptr);
    db_.reset(opened);
    const absl::Status made = status == SQLITE_OK ? prepare() : failure("opened");
    if (!made.ok()) db_.reset();
    return made;
}

/// Whoever sent the file wrote what is in it: none of that may run.
absl::Status Sidecar::prepare() {
    for (const auto& [option, value] :
         {std::pair{SQLITE_DBCONFIG_DEFENSIVE, 1}, std::pair{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
          std::pair{SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, std::pair{SQLITE_DBCONFIG_ENABLE_VIEW, 0},
          std::pair{SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0}})
        if (sqlite3_db_config(db_.get(), option, value, nullptr) != SQLITE_OK)
            return failure("opened safely");
    sqlite3_limit(db_.get(), SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(db_.get(), SQLITE_LIMIT_LENGTH, 4 << 20);
    sqlite3_busy_timeout(db_.get(), kBusyMs);
    return checkWhatItIs();
}

absl::Status Sidecar::checkWhatItIs() {
    ARIADNE_ASSIGN_OR_RETURN(const std::int64_t application, number("PRAGMA application_id"));
    ARIADNE_ASSIGN_OR_RETURN(const std::int64_t version, number("PRAGMA user_version"));
    ARIADNE_ASSIGN_OR_RETURN(const std::int64_t tables,
                             number("SELECT count(*) FROM sqlite_schema"));
    if (application == 0 && version == 0 && tables == 0) return create();
    if (application != kApplication)
        return absl::DataLossError(path_.native() +
                                   " is a database of something else, expected notes about a "
                                   "trace; move it away to have some");
    if (version != kVersion)
        return absl::FailedPreconditionError(
            path_.native() + " is of version " + std::to_string(version) +
            ", this Ariadne knows version " + std::to_string(kVersion) +
            "; open it with a newer Ariadne");
    ARIADNE_ASSIGN_OR_RETURN(
        const std::int64_t virtuals,
        number("SELECT count(*) FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL%'"));
    if (virtuals != 0)
        return absl::DataLossError(path_.native() +
                                   " holds a virtual table, expected nothing but notes; move it "
                                   "away to have new ones");
    ARIADNE_ASSIGN_OR_RETURN(const Statement row, prepared("SELECT recording FROM trace"));
    const std::string of = sqlite3_step(row.get()) == SQLITE_ROW
                               ? textAt(row.get(), 0, recording_.size() + 1)
                               : std::string{};
    if (of == recording_) return absl::OkStatus();
    return absl::FailedPreconditionError(path_.native() +
                                         " holds the notes about another recording that had this "
                                         "name; move it away to have new ones");
}

absl::Status Sidecar::create() {
    const std::string sql =
        "BEGIN IMMEDIATE;"
        "PRAGMA application_id = " +
        std::to_string(kApplication) + ";PRAGMA user_version = " + std::to_string(kVersion) +
        ";CREATE TABLE IF NOT EXISTS trace (recording TEXT NOT NULL);"
        "CREATE TABLE IF NOT EXISTS bookmark (id INTEGER PRIMARY KEY AUTOINCREMENT,"
        " position INTEGER NOT NULL, name TEXT NOT NULL, note TEXT NOT NULL);"
        "DELETE FROM trace;";
    if (sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        return failure("made");
    ARIADNE_ASSIGN_OR_RETURN(const Statement row,
                             prepared("INSERT INTO trace (recording) VALUES (?1)"));
    bindText(row.get(), 1, recording_, recording_.size());
    ARIADNE_RETURN_IF_ERROR(done(row.get()));
    if (sqlite3_exec(db_.get(), "COMMIT", nullptr, nullptr, nullptr) != SQLITE_OK)
        return failure("made");
    return absl::OkStatus();
}

absl::StatusOr<Sidecar::Statement> Sidecar::prepared(std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(db_.get(), sql.data(), static_cast<int>(sql.size()), &statement,
                           nullptr) != SQLITE_OK)
        return failure("read");
    return Statement{statement};
}

absl::StatusOr<std::int64_t> Sidecar::number(std::string_view sql) {
    ARIADNE_ASSIGN_OR_RETURN(const Statement row, prepared(sql));
    if (sqlite3_step(row.get()) != SQLITE_ROW) return failure("read");
    return sqlite3_column_int64(row.get(), 0);
}

absl::Status Sidecar::run(const char* sql) {
    return sqlite3_exec(db_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK
               ? absl::OkStatus()
               : failure("written");
}

absl::Status Sidecar::done(sqlite3_stmt* statement) {
    return sqlite3_step(statement) == SQLITE_DONE ? absl::OkStatus() : failure("written");
}

bool Sidecar::hasTable(const char* name) {
    const auto row =
        prepared("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1");
    if (!row.ok()) return false;
    bindText(row->get(), 1, name, SIZE_MAX);
    return sqlite3_step(row->get()) == SQLITE_ROW && sqlite3_column_int64(row->get(), 0) == 1;
}

std::int64_t Sidecar::changes() const {
    return sqlite3_changes(db_.get());
}
std::int64_t Sidecar::lastId() const {
    return sqlite3_last_insert_rowid(db_.get());
}

bool Sidecar::hasChanged() {
    if (!db_) {
        std::error_code error;
        return std::filesystem::exists(path_, error);
    }
    const auto version = number("PRAGMA data_version");
    return version.ok() && std::exchange(version_, *version) != *version;
}

absl::Status Sidecar::failure(std::string_view what) {
    const int code = db_ ? sqlite3_errcode(db_.get()) & 0xFF : SQLITE_NOMEM;
    std::string why{what_};
    why.append(" in ").append(path_.native()).append(" cannot be ").append(what).append(": ");
    why += db_ ? sqlite3_errmsg(db_.get()) : "out of memory";
    why += remedyOf(code);
    // Whatever was begun is not to stay.
    if (db_ && sqlite3_get_autocommit(db_.get()) == 0)
        sqlite3_exec(db_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    return code == SQLITE_NOTADB || code == SQLITE_CORRUPT ? absl::DataLossError(why)
                                                           : absl::UnavailableError(why);
}

void Sidecar::bindText(sqlite3_stmt* statement, int index, std::string_view value,
                       std::size_t bytesMax) {
    value = value.substr(0, bytesMax);
    sqlite3_bind_text(statement, index, value.data(), static_cast<int>(value.size()),
                      SQLITE_TRANSIENT);
}

std::string Sidecar::textAt(sqlite3_stmt* statement, int column, std::size_t bytesMax) {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
    if (bytes == nullptr) return {};
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
    return std::string{std::string_view{bytes, size}.substr(0, bytesMax)};
}

}  // namespace ariadne::studio
