#include "recorder/query/virtual_table.h"

#include "recorder/query/plan.h"
#include "tracefmt/out_of_memory.h"

#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <utility>

namespace ariadne::query {
namespace {

/// One table of one connection, as SQLite keeps it; begins with what SQLite knows of it.
struct Registered {
    const Table& table;
    TableHost& host;
};

struct OpenTable : sqlite3_vtab {
    explicit OpenTable(const Registered& registered) : sqlite3_vtab{}, says(registered) {}
    const Registered& says;
};

struct OpenCursor : sqlite3_vtab_cursor {
    OpenCursor() : sqlite3_vtab_cursor{} {}
    std::unique_ptr<Cursor> rows;
    bool atEnd = true;
};

class SqliteAnswer final : public Answer {
public:
    explicit SqliteAnswer(sqlite3_context* context) : context_(context) {}
    void null() override { sqlite3_result_null(context_); }
    void integer(std::int64_t value) override { sqlite3_result_int64(context_, value); }
    void real(double value) override { sqlite3_result_double(context_, value); }
    void text(std::string_view value) override { give(value, kCopied); }
    void word(std::string_view value) override { give(value, nullptr); }

private:
    // SQLITE_TRANSIENT, which is a cast that warnings do not like.
    static inline const sqlite3_destructor_type kCopied =
        reinterpret_cast<sqlite3_destructor_type>(~std::uintptr_t{0});

    void give(std::string_view value, sqlite3_destructor_type ownership) {
        // A null pointer would become NULL.
        sqlite3_result_text64(context_, value.data() == nullptr ? "" : value.data(), value.size(),
                              ownership, SQLITE_UTF8);
    }

    sqlite3_context* context_;
};

int refuse(sqlite3_vtab* table, const Registered& says, const absl::Status& status) {
    if (says.host.refused.ok()) says.host.refused = status;
    sqlite3_free(table->zErrMsg);
    const std::string message{status.message()};
    table->zErrMsg = sqlite3_mprintf("%s", message.c_str());
    return SQLITE_ERROR;
}

const Registered& saysOf(sqlite3_vtab_cursor* cursor) {
    return static_cast<OpenTable*>(cursor->pVtab)->says;
}

std::string declarationOf(const Table& table) {
    std::string out = "CREATE TABLE x(";
    for (const Column& column : table.columns) {
        if (out.back() != '(') out += ", ";
        out.append("\"").append(column.name).append("\" ").append(column.type);
        if (isArgument(column.push)) out += " HIDDEN";
    }
    return out + ")";
}

int connect(sqlite3* connection, void* registered, int, const char* const*, sqlite3_vtab** out,
            char**) {
    const auto& says = *static_cast<const Registered*>(registered);
    const int declared = sqlite3_declare_vtab(connection, declarationOf(says.table).c_str());
    if (declared != SQLITE_OK) return declared;
    *out = new OpenTable{says};
    return SQLITE_OK;
}

int disconnect(sqlite3_vtab* table) {
    delete static_cast<OpenTable*>(table);
    return SQLITE_OK;
}

std::optional<Op> opOf(int sqliteOp) {
    switch (sqliteOp) {
        case SQLITE_INDEX_CONSTRAINT_EQ: return Op::kEqual;
        case SQLITE_INDEX_CONSTRAINT_LT: return Op::kBelow;
        case SQLITE_INDEX_CONSTRAINT_LE: return Op::kAtMost;
        case SQLITE_INDEX_CONSTRAINT_GT: return Op::kAbove;
        case SQLITE_INDEX_CONSTRAINT_GE: return Op::kAtLeast;
        case SQLITE_INDEX_CONSTRAINT_GLOB: return Op::kGlob;
        default: return std::nullopt;
    }
}

bool isOrderOf(const Table& table, const sqlite3_index_info& info) {
    return info.nOrderBy == 1 && table.orderedBy >= 0 &&
           info.aOrderBy[0].iColumn == table.orderedBy &&
           (info.aOrderBy[0].desc == 0 || table.descends);
}

int bestIndex(sqlite3_vtab* vtab, sqlite3_index_info* info) {
    const Registered& says = static_cast<OpenTable*>(vtab)->says;
    const Table& table = says.table;
    Plan plan;
    plan.columnsUsed = info->colUsed;
    for (int i = 0; i < info->nConstraint; ++i) {
        const auto& constraint = info->aConstraint[i];
        if (constraint.iColumn < 0) continue;
        const auto index = static_cast<std::size_t>(constraint.iColumn);
        const Column& column = table.columns[index];
        std::optional<Op> op = opOf(constraint.op);
        if (!op || !canPush(column, *op)) continue;
        if (constraint.usable == 0) {
            // An argument that is not known yet: this order of tables does not work.
            if (isArgument(column.push)) return SQLITE_CONSTRAINT;
            continue;
        }
        const bool isText = !isArgument(column.push) && !isNumber(column.push);
        // Other orders of text call other texts equal.
        if (isText && *op == Op::kEqual &&
            sqlite3_stricmp(sqlite3_vtab_collation(info, i), "BINARY") != 0)
            continue;
        // All of an IN (...) at once, so that rows still come in their order.
        if (isText && *op == Op::kEqual && sqlite3_vtab_in(info, i, 1) != 0) op = Op::kIn;
        plan.terms.push_back({index, *op});
        info->aConstraintUsage[i].argvIndex = static_cast<int>(plan.terms.size());
        // SQL looks at most things once more, but arguments are no conditions.
        const bool isMet = table.meetsTexts && isText && *op != Op::kGlob;
        info->aConstraintUsage[i].omit = isMet || isArgument(column.push) ? 1 : 0;
    }
    if (isOrderOf(table, *info)) {
        info->orderByConsumed = 1;
        plan.descending = info->aOrderBy[0].desc != 0;
    }
    estimate(table, table.rows(says.host.source), plan);
    info->estimatedCost = plan.cost;
    info->estimatedRows = static_cast<sqlite3_int64>(plan.rows);
    info->idxStr = sqlite3_mprintf("%s", plan.text().c_str());
    info->needToFreeIdxStr = 1;
    return info->idxStr == nullptr ? SQLITE_NOMEM : SQLITE_OK;
}

int openCursor(sqlite3_vtab*, sqlite3_vtab_cursor** out) {
    *out = new OpenCursor;
    return SQLITE_OK;
}

int closeCursor(sqlite3_vtab_cursor* cursor) {
    delete static_cast<OpenCursor*>(cursor);
    return SQLITE_OK;
}

Operand operandOf(sqlite3_value* value) {
    switch (sqlite3_value_type(value)) {
        case SQLITE_INTEGER: return sqlite3_value_int64(value);
        case SQLITE_FLOAT: return sqlite3_value_double(value);
        case SQLITE_NULL: return std::monostate{};
        default: break;
    }
    const auto* text = sqlite3_value_text(value);
    if (text == nullptr) return std::string{};
    return std::string{reinterpret_cast<const char*>(text),
                       static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

Request requestOf(const Table& table, const Plan& plan, sqlite3_value** values) {
    Request out{{}, plan.columnsUsed, plan.descending};
    for (std::size_t i = 0; i < plan.terms.size(); ++i) {
        const PlannedTerm& planned = plan.terms[i];
        Term term{table.columns[planned.column].push, planned.column, planned.op, {}};
        if (planned.op == Op::kIn) {
            sqlite3_value* one = nullptr;
            for (int more = sqlite3_vtab_in_first(values[i], &one); more == SQLITE_OK;
                 more = sqlite3_vtab_in_next(values[i], &one))
                term.operands.push_back(operandOf(one));
        } else {
            term.operands.push_back(operandOf(values[i]));
        }
        out.terms.push_back(std::move(term));
    }
    return out;
}

absl::Status checkArguments(const Table& table, const Request& request) {
    for (std::size_t i = 0; i < table.columns.size(); ++i)
        if (table.columns[i].push == Push::kNeeded && request.argument(i) == nullptr)
            return absl::InvalidArgumentError(
                std::string{table.name} +
                " needs an argument: " + std::string{table.columns[i].name} + "; write it as " +
                std::string{table.purpose.substr(0, table.purpose.find(':'))});
    return absl::OkStatus();
}

int goOn(sqlite3_vtab_cursor* cursor) {
    auto& open = *static_cast<OpenCursor*>(cursor);
    const absl::StatusOr<bool> more = open.rows->next();
    open.atEnd = !more.ok() || !*more;
    return more.ok() ? SQLITE_OK : refuse(cursor->pVtab, saysOf(cursor), more.status());
}

int filter(sqlite3_vtab_cursor* cursor, int, const char* planText, int valueCount,
           sqlite3_value** values) {
    auto& open = *static_cast<OpenCursor*>(cursor);
    const Registered& says = saysOf(cursor);
    const std::optional<Plan> plan = Plan::fromText(planText == nullptr ? "" : planText);
    if (!plan || plan->terms.size() != static_cast<std::size_t>(valueCount)) return SQLITE_MISUSE;
    const Request request = requestOf(says.table, *plan, values);
    open.rows = nullptr;
    open.atEnd = true;
    absl::Status readable = checkArguments(says.table, request);
    if (readable.ok())
        readable =
            says.host.source.checkHolds(says.table.madeOf, "table " + std::string{says.table.name});
    if (!readable.ok()) return refuse(cursor->pVtab, says, readable);
    absl::StatusOr<std::unique_ptr<Cursor>> rows = says.table.open(says.host.source, request);
    if (!rows.ok()) return refuse(cursor->pVtab, says, rows.status());
    open.rows = *std::move(rows);
    return goOn(cursor);
}

int atEnd(sqlite3_vtab_cursor* cursor) {
    return static_cast<OpenCursor*>(cursor)->atEnd ? 1 : 0;
}

int giveColumn(sqlite3_vtab_cursor* cursor, sqlite3_context* context, int column) {
    SqliteAnswer answer{context};
    const absl::Status given =
        static_cast<OpenCursor*>(cursor)->rows->give(static_cast<std::size_t>(column), answer);
    if (given.ok()) return SQLITE_OK;
    const Registered& says = saysOf(cursor);
    if (says.host.refused.ok()) says.host.refused = given;
    const std::string message{given.message()};
    sqlite3_result_error(context, message.c_str(), static_cast<int>(message.size()));
    return SQLITE_ERROR;
}

int giveRowid(sqlite3_vtab_cursor* cursor, sqlite3_int64* out) {
    *out = static_cast<OpenCursor*>(cursor)->rows->rowid();
    return SQLITE_OK;
}

/// A callback for SQLite, which is C: no exception may pass through it.
template <auto callback>
struct InC;
template <class... Args, int (*callback)(Args...)>
struct InC<callback> {
    static int call(Args... args) noexcept {
        try {
            return callback(args...);
        } catch (const std::bad_alloc&) {
            return SQLITE_NOMEM;
        }
    }
};

/// Without xCreate: the tables are there and nobody makes more of them.
const sqlite3_module* tableModule() {
    static const sqlite3_module kModule = [] {
        sqlite3_module module{};
        module.xConnect = InC<connect>::call;
        module.xDisconnect = disconnect;
        module.xBestIndex = InC<bestIndex>::call;
        module.xOpen = InC<openCursor>::call;
        module.xClose = closeCursor;
        module.xFilter = InC<filter>::call;
        module.xNext = InC<goOn>::call;
        module.xEof = atEnd;
        module.xColumn = InC<giveColumn>::call;
        module.xRowid = InC<giveRowid>::call;
        return module;
    }();
    return &kModule;
}

}  // namespace

absl::Status addTable(sqlite3* connection, const Table& table, TableHost& host) {
    const std::string name{table.name};
    auto registered = std::make_unique<Registered>(Registered{table, host});
    // SQLite deletes it, also when this fails.
    const int done =
        sqlite3_create_module_v2(connection, name.c_str(), tableModule(), registered.release(),
                                 [](void* gone) { delete static_cast<Registered*>(gone); });
    if (done == SQLITE_OK) return absl::OkStatus();
    if (done == SQLITE_NOMEM) return tracefmt::outOfMemory();
    return absl::InternalError("SQLite does not take table " + std::string{table.name} + ": " +
                               sqlite3_errmsg(connection));
}

}  // namespace ariadne::query
