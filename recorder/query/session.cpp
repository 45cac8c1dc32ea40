#include "recorder/query/session.h"

#include "engine/base/status_macros.h"
#include "engine/value/dynamic.h"
#include "recorder/query/authorizer.h"
#include "recorder/query/row_filter.h"
#include "recorder/query/schema_text.h"
#include "recorder/query/source.h"
#include "recorder/query/stopper.h"
#include "recorder/query/virtual_table.h"
#include "tracefmt/out_of_memory.h"

#include <cctype>
#include <utility>

namespace ariadne::query {
namespace {

constexpr int kSqlBytesMax = 1'000'000;
constexpr int kValueBytesMax = 64'000'000;
/// Steps of SQLite's machine between two looks at whether to go on.
constexpr int kStepsPerLook = 1000;

struct Close {
    void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Connection = std::unique_ptr<sqlite3, Close>;
using Statement = std::unique_ptr<sqlite3_stmt, Close>;

std::string rowsGiven(std::uint64_t rows) {
    return std::to_string(rows) + (rows == 1 ? " row was given" : " rows were given");
}

bool isBlank(std::string_view sql) {
    for (const char c : sql)
        if (c != ';' && std::isspace(static_cast<unsigned char>(c)) == 0) return false;
    return true;
}

/// A connection that can do little, whatever it is asked.
absl::Status restrain(sqlite3* connection) {
    const std::pair<int, int> switches[]{{SQLITE_DBCONFIG_DEFENSIVE, 1},
                                         {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                                         {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
                                         {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
                                         {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
                                         // A misspelt "column" is an error and no text.
                                         {SQLITE_DBCONFIG_DQS_DML, 0},
                                         {SQLITE_DBCONFIG_DQS_DDL, 0}};
    for (const auto& [option, value] : switches)
        if (sqlite3_db_config(connection, option, value, nullptr) != SQLITE_OK)
            return absl::InternalError("SQLite does not take option " + std::to_string(option));
    sqlite3_limit(connection, SQLITE_LIMIT_SQL_LENGTH, kSqlBytesMax);
    sqlite3_limit(connection, SQLITE_LIMIT_LENGTH, kValueBytesMax);
    sqlite3_limit(connection, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(connection, SQLITE_LIMIT_WORKER_THREADS, 0);
    sqlite3_limit(connection, SQLITE_LIMIT_EXPR_DEPTH, 200);
    sqlite3_limit(connection, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000);
    return absl::OkStatus();
}

Value valueOf(sqlite3_stmt* statement, int column) {
    switch (sqlite3_column_type(statement, column)) {
        case SQLITE_INTEGER: return std::int64_t{sqlite3_column_int64(statement, column)};
        case SQLITE_FLOAT: return sqlite3_column_double(statement, column);
        case SQLITE_NULL: return std::monostate{};
        case SQLITE_BLOB: {
            const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
            return Blob{{bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement, column))}};
        }
        default: break;
    }
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
    return std::string_view{text,
                            static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
}

}  // namespace

bool sqlGlobMatches(const std::string& glob, const std::string& text) {
    return sqlite3_strglob(glob.c_str(), text.c_str()) == 0;
}

class Session::Impl {
public:
    explicit Impl(tracefmt::TraceReader& reader) : source_(reader), host_{source_, {}} {}

    absl::Status open() {
        sqlite3* opened = nullptr;
        const int done = sqlite3_open_v2(
            ":memory:", &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_FULLMUTEX,
            nullptr);
        connection_.reset(opened);
        if (done == SQLITE_NOMEM) return tracefmt::outOfMemory();
        if (done != SQLITE_OK)
            return absl::InternalError(std::string{"SQLite does not start: "} +
                                       sqlite3_errstr(done));
        ARIADNE_RETURN_IF_ERROR(restrain(opened));
        for (const Table& table : allTables()) {
            ARIADNE_RETURN_IF_ERROR(addTable(opened, table, host_));
            ARIADNE_RETURN_IF_ERROR(connect(std::string{table.name}));
        }
        for (const char* table : {"json_each", "json_tree"})
            ARIADNE_RETURN_IF_ERROR(connect(table));
        authorizer_.watch(opened);
        sqlite3_progress_handler(
            opened, kStepsPerLook,
            [](void* self) {
                Source& source = static_cast<Impl*>(self)->source_;
                return tracefmt::withinMemory([&] { return source.look(); }).ok() ? 0 : 1;
            },
            this);
        return absl::OkStatus();
    }

    absl::StatusOr<Answered> run(std::string_view sql, const Budget& budget, RowSink& sink) {
        host_.refused = absl::OkStatus();
        authorizer_.forget();
        source_.goOn();
        Answered answered;
        const Stopper stopper{budget.time, budget.wanted, [this] { source_.stop(); }};
        ARIADNE_ASSIGN_OR_RETURN(const Statement statement, prepared(sql));
        giveColumns(statement.get(), sink);
        for (;;) {
            const int step = sqlite3_step(statement.get());
            if (step == SQLITE_DONE) return answered;
            if (step != SQLITE_ROW) return problem(step, sql, stopper.timedOut(), answered, budget);
            if (answered.rows == budget.rows) {
                answered.moreRows = true;
                return answered;
            }
            ++answered.rows;
            if (!giveRow(statement.get(), sink)) return answered;
        }
    }

    void cancel() { source_.stop(); }

private:
    /// SQLite writes down a table's columns when it first meets it, which nobody may do later.
    absl::Status connect(const std::string& table) {
        const std::string sql = "SELECT 1 FROM " + table;
        sqlite3_stmt* made = nullptr;
        const int done = sqlite3_prepare_v2(connection_.get(), sql.c_str(), -1, &made, nullptr);
        const Statement statement{made};
        if (done == SQLITE_OK) return absl::OkStatus();
        if (done == SQLITE_NOMEM) return tracefmt::outOfMemory();
        return absl::InternalError("SQLite does not take table " + table + ": " +
                                   sqlite3_errmsg(connection_.get()));
    }

    absl::StatusOr<Statement> prepared(std::string_view sql) {
        if (sql.size() > kSqlBytesMax)
            return absl::InvalidArgumentError("found " + std::to_string(sql.size()) +
                                              " bytes of SQL, expected at most " +
                                              std::to_string(kSqlBytesMax));
        if (sql.find('\0') != std::string_view::npos)
            return absl::InvalidArgumentError("found a zero byte in the SQL, expected text");
        sqlite3_stmt* made = nullptr;
        const char* tail = nullptr;
        const int done = sqlite3_prepare_v3(connection_.get(), sql.data(),
                                            static_cast<int>(sql.size()), 0, &made, &tail);
        Statement statement{made};
        if (done != SQLITE_OK) return problem(done, sql, false, {}, {});
        if (statement == nullptr)
            return absl::InvalidArgumentError(
                "found no statement, expected one such as SELECT * FROM event LIMIT 10");
        if (sqlite3_stmt_readonly(made) == 0 || sqlite3_column_count(made) == 0)
            return absl::PermissionDeniedError(
                "this statement gives no rows; a trace can only be read: write a SELECT");
        const auto used = static_cast<std::size_t>(tail - sql.data());
        if (!isBlank(sql.substr(used)))
            return absl::InvalidArgumentError("found a second statement at character " +
                                              std::to_string(used + 1) +
                                              ", expected one; join them with UNION ALL");
        if (sqlite3_bind_parameter_count(statement.get()) != 0)
            return absl::InvalidArgumentError(
                "found a parameter such as ? or :name, expected its value");
        return statement;
    }

    void giveColumns(sqlite3_stmt* statement, RowSink& sink) {
        std::vector<std::string> names;
        for (int i = 0; i < sqlite3_column_count(statement); ++i) {
            const char* name = sqlite3_column_name(statement, i);
            names.emplace_back(name == nullptr ? "" : name);
        }
        values_.resize(names.size());
        sink.columns(names);
    }

    bool giveRow(sqlite3_stmt* statement, RowSink& sink) {
        for (std::size_t i = 0; i < values_.size(); ++i)
            values_[i] = valueOf(statement, static_cast<int>(i));
        return sink.row(values_);
    }

    absl::Status problem(int code, std::string_view sql, bool timedOut, const Answered& answered,
                         const Budget& budget) {
        const bool stopped = !source_.look().ok();
        if (stopped && timedOut)
            return absl::DeadlineExceededError(
                "stopped after " + value::showDuration(budget.time.count()) + "; " +
                rowsGiven(answered.rows) +
                " by then; ask for a range of positions, or allow it more time");
        if (stopped) return absl::CancelledError("stopped; " + rowsGiven(answered.rows));
        if (!authorizer_.refused().empty())
            return absl::PermissionDeniedError("this statement would " + authorizer_.refused() +
                                               "; a trace can only be read: write a SELECT");
        if (!host_.refused.ok()) return host_.refused;
        const std::string said = sqlite3_errmsg(connection_.get());
        if ((code & 0xFF) == SQLITE_NOMEM || (code & 0xFF) == SQLITE_TOOBIG ||
            (code & 0xFF) == SQLITE_FULL)
            return absl::ResourceExhaustedError(said + "; " + rowsGiven(answered.rows));
        return absl::InvalidArgumentError(said + whereIn(sql) + hintFor(said, sql));
    }

    std::string whereIn(std::string_view sql) const {
        const int offset = sqlite3_error_offset(connection_.get());
        if (offset < 0 || static_cast<std::size_t>(offset) > sql.size()) return {};
        std::string near{sql.substr(static_cast<std::size_t>(offset), 20)};
        return ", at character " + std::to_string(offset + 1) +
               (near.empty() ? "" : ": " + value::quoted(near, 40));
    }

    static std::string hintFor(const std::string& said, std::string_view sql) {
        if (said.find("no such table") != std::string::npos) return "; there are " + tableNames();
        if (said.find("no such column") == std::string::npos) return {};
        const std::string columns = columnsOfMentioned(sql);
        return columns.empty() ? "" : "; " + columns;
    }

    Source source_;
    TableHost host_;
    Authorizer authorizer_;
    std::vector<Value> values_;
    Connection connection_;  // Goes first: it uses all others.
};

Session::Session(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Session::~Session() = default;

absl::StatusOr<std::unique_ptr<Session>> Session::open(tracefmt::TraceReader& reader) {
    return tracefmt::withinMemory([&]() -> absl::StatusOr<std::unique_ptr<Session>> {
        auto impl = std::make_unique<Impl>(reader);
        ARIADNE_RETURN_IF_ERROR(impl->open());
        return std::unique_ptr<Session>{new Session{std::move(impl)}};
    });
}

absl::StatusOr<Answered> Session::run(std::string_view sql, const Budget& budget, RowSink& sink) {
    return tracefmt::withinMemory([&] { return impl_->run(sql, budget, sink); });
}

void Session::cancel() {
    impl_->cancel();
}

}  // namespace ariadne::query
