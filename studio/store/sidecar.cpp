#include "studio/store/sidecar.h"

#include "engine/base/status_macros.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

namespace ariadne::studio {
namespace {

constexpr int kVersion = 1;
/// Somebody else writes just now.
constexpr int kBusyMs = 2000;
/// Of a text of a schema: longer than any of ours.
constexpr std::size_t kSchemaTextMax = 1000;
constexpr std::size_t kNameShownMax = 60;
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
        case SQLITE_INTERRUPT:
            return "; it asks for more work than notes can need: move it away to have a new one";
        default: return "; look whether its disk is full or broken, and save again";
    }
}

constexpr std::uint64_t kStepsAtOnce = 1000;

/// Called every kStepsAtOnce steps; other than 0: it is enough.
int countSteps(void* thousands) {
    return ++*static_cast<std::uint64_t*>(thousands) > Sidecar::kStepsMax / kStepsAtOnce ? 1 : 0;
}

/// The first bytes that hold whole characters.
std::string_view startOf(std::string_view text, std::size_t bytesMax) {
    if (text.size() <= bytesMax) return text;
    while (bytesMax > 0 && (static_cast<unsigned char>(text[bytesMax]) & 0xC0) == 0x80) --bytesMax;
    return text.substr(0, bytesMax);
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

std::string Sidecar::making(std::string_view table) {
    std::string out{table};
    out.insert(std::string_view{"CREATE TABLE"}.size(), " IF NOT EXISTS");
    return out;
}

void Sidecar::closeIfMoved() {
    int moved = 0;
    if (db_ &&
        sqlite3_file_control(db_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK &&
        moved != 0)
        db_.reset();
}

absl::Status Sidecar::openIfThere() {
    closeIfMoved();
    if (db_) return absl::OkStatus();
    std::error_code error;
    if (!std::filesystem::exists(path_, error) && !error) return absl::OkStatus();
    return connect();
}

absl::Status Sidecar::openToWrite() {
    closeIfMoved();
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
    ++openings_;
    version_ = 0;
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
    sqlite3_progress_handler(db_.get(), static_cast<int>(kStepsAtOnce), countSteps, &steps_);
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
    ARIADNE_RETURN_IF_ERROR(checkTables());
    ARIADNE_ASSIGN_OR_RETURN(const Statement row, prepared("SELECT recording FROM trace"));
    const std::string of = sqlite3_step(row.get()) == SQLITE_ROW
                               ? textAt(row.get(), 0, recording_.size() + 1)
                               : std::string{};
    if (of == recording_) return absl::OkStatus();
    return absl::FailedPreconditionError(path_.native() +
                                         " holds the notes about another recording that had this "
                                         "name; move it away to have new ones");
}

/// What is in a file of somebody else is not judged by what it looks like: a generated column, a
/// check or an index of an expression runs functions, and a table may be one of a module.
absl::Status Sidecar::checkTables() {
    constexpr std::array<std::string_view, 4> kTables{kTraceTable, kBookmarkTable, kFindingTable,
                                                      "CREATE TABLE sqlite_sequence(name,seq)"};
    ARIADNE_ASSIGN_OR_RETURN(const Statement rows,
                             prepared("SELECT sql, name, type FROM sqlite_schema"));
    int step = 0;
    while ((step = sqlite3_step(rows.get())) == SQLITE_ROW) {
        const std::string sql = textAt(rows.get(), 0, kSchemaTextMax);
        if (std::find(kTables.begin(), kTables.end(), sql) != kTables.end()) continue;
        const std::string name = textAt(rows.get(), 1, kNameShownMax);
        const std::string type = textAt(rows.get(), 2, kNameShownMax);
        return absl::DataLossError(
            path_.native() + " holds the " + type + " \"" + name +
            "\", which no Ariadne has made so; expected nothing but notes: move it away to have "
            "new ones");
    }
    if (step != SQLITE_DONE) return failure("read");
    return absl::OkStatus();
}

absl::Status Sidecar::create() {
    const std::string sql =
        "BEGIN IMMEDIATE;"
        "PRAGMA application_id = " +
        std::to_string(kApplication) + ";PRAGMA user_version = " + std::to_string(kVersion) + ";" +
        making(kTraceTable) + ";" + making(kBookmarkTable) + ";DELETE FROM trace;";
    if (sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        return failure("made");
    ARIADNE_ASSIGN_OR_RETURN(const Statement row,
                             prepared("INSERT INTO trace (recording) VALUES (?1)"));
    bindText(row.get(), 1, recording_);
    ARIADNE_RETURN_IF_ERROR(done(row.get()));
    if (sqlite3_exec(db_.get(), "COMMIT", nullptr, nullptr, nullptr) != SQLITE_OK)
        return failure("made");
    return absl::OkStatus();
}

absl::StatusOr<Sidecar::Statement> Sidecar::prepared(std::string_view sql) {
    steps_ = 0;
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
    steps_ = 0;
    return sqlite3_exec(db_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK
               ? absl::OkStatus()
               : failure("written");
}

absl::Status Sidecar::done(sqlite3_stmt* statement) {
    return sqlite3_step(statement) == SQLITE_DONE ? absl::OkStatus() : failure("written");
}

absl::StatusOr<bool> Sidecar::hasTable(const char* name) {
    ARIADNE_ASSIGN_OR_RETURN(
        const Statement row,
        prepared("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1"));
    bindText(row.get(), 1, name);
    if (sqlite3_step(row.get()) != SQLITE_ROW) return failure("read");
    return sqlite3_column_int64(row.get(), 0) == 1;
}

std::int64_t Sidecar::changes() const {
    return sqlite3_changes(db_.get());
}
std::int64_t Sidecar::lastId() const {
    return sqlite3_last_insert_rowid(db_.get());
}

bool Sidecar::hasChanged() {
    const bool wasOpen = db_ != nullptr;
    closeIfMoved();
    if (wasOpen && !db_) return true;
    if (!db_) {
        std::error_code error;
        return std::filesystem::exists(path_, error);
    }
    const auto version = number("PRAGMA data_version");
    return version.ok() && std::exchange(version_, *version) != *version;
}

absl::Status Sidecar::failure(std::string_view what) {
    const int whole = db_ ? sqlite3_extended_errcode(db_.get()) : SQLITE_NOMEM;
    const int code = whole & 0xFF;
    const bool moved = whole == SQLITE_READONLY_DBMOVED;
    const bool broken = code == SQLITE_NOTADB || code == SQLITE_CORRUPT || code == SQLITE_INTERRUPT;
    std::string why{what_};
    why.append(" in ").append(path_.native()).append(" cannot be ").append(what).append(": ");
    why += db_ ? sqlite3_errmsg(db_.get()) : "out of memory";
    why += moved ? "; it was moved away or removed while it was open: save again to write the one "
                   "that is there now"
                 : remedyOf(code);
    // Whatever was begun is not to stay.
    if (db_ && sqlite3_get_autocommit(db_.get()) == 0)
        sqlite3_exec(db_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    // So that the next call looks at what is there then: it is the way to mend it.
    if (broken || moved) db_.reset();
    return broken ? absl::DataLossError(why) : absl::UnavailableError(why);
}

absl::Status Sidecar::checkText(const char* what, std::string_view text, std::size_t bytesMax) {
    if (text.size() <= bytesMax) return absl::OkStatus();
    return absl::ResourceExhaustedError("the " + std::string{what} + " has " +
                                        std::to_string(text.size()) + " bytes, at most " +
                                        std::to_string(bytesMax) + " are kept; make it shorter");
}

void Sidecar::bindText(sqlite3_stmt* statement, int index, std::string_view value) {
    sqlite3_bind_text(statement, index, value.data(), static_cast<int>(value.size()),
                      SQLITE_TRANSIENT);
}

std::string Sidecar::textAt(sqlite3_stmt* statement, int column, std::size_t bytesMax) {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
    if (bytes == nullptr) return {};
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
    return std::string{startOf({bytes, size}, bytesMax)};
}

}  // namespace ariadne::studio
