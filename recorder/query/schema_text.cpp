#include "recorder/query/schema_text.h"

#include "recorder/query/session.h"
#include "recorder/query/table.h"

#include <algorithm>
#include <cctype>

namespace ariadne::query {
namespace {

bool isWordByte(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool mentions(std::string_view sql, std::string_view word) {
    for (std::size_t at = sql.find(word); at != std::string_view::npos;
         at = sql.find(word, at + 1)) {
        const bool begins = at == 0 || !isWordByte(sql[at - 1]);
        const std::size_t end = at + word.size();
        if (begins && (end == sql.size() || !isWordByte(sql[end]))) return true;
    }
    return false;
}

}  // namespace

std::string schemaText() {
    std::string out;
    for (const Table& table : allTables()) {
        if (!out.empty()) out += '\n';
        out.append(table.name).append(": ").append(table.purpose).append("\n");
        for (const Column& column : table.columns) {
            std::string line = "  ";
            line.append(column.name);
            line.resize(std::max<std::size_t>(line.size() + 1, 19), ' ');
            line.append(column.type.empty() ? "any" : column.type);
            line.resize(std::max<std::size_t>(line.size() + 1, 28), ' ');
            out.append(line).append(column.meaning).append("\n");
        }
    }
    return out;
}

std::string tableNames() {
    std::string out;
    for (const Table& table : allTables()) out.append(out.empty() ? "" : ", ").append(table.name);
    return out;
}

std::string columnsOfMentioned(std::string_view sql) {
    std::string lower{sql};
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    std::string out;
    for (const Table& table : allTables()) {
        if (!mentions(lower, table.name)) continue;
        out.append(out.empty() ? "" : "; ").append(table.name).append(" has ");
        std::string_view separator;
        for (const Column& column : table.columns) {
            out.append(separator).append(column.name);
            separator = ", ";
        }
    }
    return out;
}

}  // namespace ariadne::query
