// The database beside a trace in which people's notes are kept: opened safely, whoever wrote it.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace ariadne::studio {

/// One connection to the file, which comes with the first note. It may have been sent by somebody
/// else: it is refused unless it holds the tables of kTables and nothing else, to the letter, and
/// no statement does more than kStepsMax steps. When it is broken, moved away or removed while it
/// is open, it is closed, and the next call opens or makes the one that is there then.
///
/// Threading: thread-confined. Several processes and threads may have the file open, each with its
/// own.
class Sidecar {
public:
    struct Close {
        void operator()(sqlite3* connection) const;
        void operator()(sqlite3_stmt* statement) const;
    };
    using Statement = std::unique_ptr<sqlite3_stmt, Close>;
    /// Of SQLite's machine: some hundred times what the largest notes need.
    static constexpr std::uint64_t kStepsMax = 50'000'000;
    /// How this program makes its tables. What is in a file must have been made so: each text that
    /// ever was in a release stays here.
    static constexpr const char* kTraceTable = "CREATE TABLE trace (recording TEXT NOT NULL)";
    static constexpr const char* kBookmarkTable =
        "CREATE TABLE bookmark (id INTEGER PRIMARY KEY AUTOINCREMENT,"
        " position INTEGER NOT NULL, name TEXT NOT NULL, note TEXT NOT NULL)";
    static constexpr const char* kFindingTable =
        "CREATE TABLE finding (id INTEGER PRIMARY KEY AUTOINCREMENT,"
        " place INTEGER NOT NULL, position INTEGER NOT NULL, title TEXT NOT NULL,"
        " note TEXT NOT NULL, query TEXT NOT NULL, picture BLOB)";
    /// Makes one of them unless another window has done so.
    static std::string making(std::string_view table);

    /// `what`: what is kept there, in a message: "the bookmarks". `recording`: what tells one
    /// recording from another of the same name.
    Sidecar(std::filesystem::path path, std::string recording, const char* what);

    /// "run.clew.notes" of "run.clew".
    static std::filesystem::path pathOf(const std::filesystem::path& trace);
    const std::filesystem::path& path() const { return path_; }

    /// Without a file nothing is open, and that is no error. kFailedPrecondition: it is of another
    /// recording, or of a newer Ariadne; kDataLoss: it is no such file; kUnavailable: it cannot be
    /// read.
    absl::Status openIfThere();
    /// The same, and makes the file.
    absl::Status openToWrite();
    bool isOpen() const { return db_ != nullptr; }
    /// How often a file was opened: ids of another one are not those of this one.
    std::uint64_t openings() const { return openings_; }

    // With an open one. Errors are those of failure().
    absl::StatusOr<Statement> prepared(std::string_view sql);
    absl::StatusOr<std::int64_t> number(std::string_view sql);
    /// Statements without parameters and rows.
    absl::Status run(const char* sql);
    /// Runs one that gives no rows.
    absl::Status done(sqlite3_stmt* statement);
    absl::StatusOr<bool> hasTable(const char* name);
    /// Of the last statement.
    std::int64_t changes() const;
    std::int64_t lastId() const;
    /// Another connection has written since this was called last.
    bool hasChanged();

    /// What went wrong with the last call, why, and what can be done; ends an open transaction.
    /// kDataLoss: the file is broken, and closed; kUnavailable: all else.
    absl::Status failure(std::string_view what);

    /// kResourceExhausted: `text`, the `what` of something ("note"), is longer. What people typed
    /// is refused before it is cut.
    static absl::Status checkText(const char* what, std::string_view text, std::size_t bytesMax);
    static void bindText(sqlite3_stmt* statement, int index, std::string_view value);
    /// At most so many bytes of it, whole characters of UTF-8.
    static std::string textAt(sqlite3_stmt* statement, int column, std::size_t bytesMax);

private:
    absl::Status connect();
    absl::Status prepare();
    absl::Status create();
    absl::Status checkWhatItIs();
    absl::Status checkTables();
    /// Closes what is not at its path any more.
    void closeIfMoved();

    std::filesystem::path path_;
    std::string recording_;
    const char* what_;
    std::unique_ptr<sqlite3, Close> db_;  ///< null: there is no file yet
    std::int64_t version_ = 0;            ///< of the data when they were looked at last
    std::uint64_t openings_ = 0;
    std::uint64_t steps_ = 0;  ///< of the present statement, in thousands
};

}  // namespace ariadne::studio
