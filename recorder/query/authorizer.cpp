#include "recorder/query/authorizer.h"

#include <array>
#include <new>
#include <string_view>

namespace ariadne::query {
namespace {

/// What a statement would do that needs `action`.
std::string_view nameOf(int action) {
    switch (action) {
        case SQLITE_INSERT: return "insert rows";
        case SQLITE_UPDATE: return "update rows";
        case SQLITE_DELETE: return "delete rows";
        case SQLITE_PRAGMA: return "read or set a pragma";
        case SQLITE_ATTACH: return "attach a file";
        case SQLITE_DETACH: return "detach a file";
        case SQLITE_TRANSACTION:
        case SQLITE_SAVEPOINT: return "begin or end a transaction";
        case SQLITE_FUNCTION: return "call the function";
        case SQLITE_CREATE_VTABLE:
        case SQLITE_DROP_VTABLE: return "make or drop a table";
        default: return "change the schema";
    }
}

/// They reach beyond the database.
bool isRefused(std::string_view function) {
    static constexpr std::array<std::string_view, 4> kRefused{"load_extension", "fts3_tokenizer",
                                                              "readfile", "writefile"};
    for (const std::string_view name : kRefused)
        if (function == name) return true;
    return false;
}

}  // namespace

void Authorizer::watch(sqlite3* connection) {
    sqlite3_set_authorizer(connection, allow, this);
}

int Authorizer::allow(void* self, int action, const char* first, const char* second, const char*,
                      const char*) {
    switch (action) {
        case SQLITE_SELECT:
        case SQLITE_READ:
        case SQLITE_RECURSIVE: return SQLITE_OK;
        case SQLITE_FUNCTION:
            if (second == nullptr || !isRefused(second)) return SQLITE_OK;
            break;
        default: break;
    }
    auto& refused = static_cast<Authorizer*>(self)->refused_;
    // What was refused first leads to the rest.
    if (!refused.empty()) return SQLITE_DENY;
    try {
        refused = nameOf(action);
        if (action == SQLITE_FUNCTION) refused.append(" ").append(second);
        if (action == SQLITE_PRAGMA && first != nullptr) refused.append(" ").append(first);
    } catch (const std::bad_alloc&) {
        // It is refused all the same, in fewer words. SQLite is C: nothing may be thrown through
        // it.
    }
    return SQLITE_DENY;
}

}  // namespace ariadne::query
