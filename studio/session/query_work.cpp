#include "studio/session/query_work.h"

#include "recorder/query/table.h"

namespace ariadne::studio {

std::vector<QueryTable> queryTables() {
    std::vector<QueryTable> out;
    for (const query::Table& table : query::allTables()) {
        QueryTable& words = out.emplace_back();
        words.name = table.name;
        words.purpose = table.purpose;
        for (const query::Column& column : table.columns)
            words.columns.push_back({std::string{column.name}, std::string{column.meaning}});
    }
    return out;
}

void QueryWork::ask(std::uint64_t trace, const std::string& path, const std::string& sql,
                    const std::function<void(std::shared_ptr<const QueryAnswer>)>& answer) {
    worker_.replace(RequestKind::kQuery, [=, this](const CancelFlag& cancelled) {
        const auto out = reader_.answer(trace, path, sql, cancelled);
        if (!cancelled.load()) answer(out);
        return Again::kNo;
    });
}

void QueryWork::cancel() {
    worker_.cancel(RequestKind::kQuery);
}

}  // namespace ariadne::studio
