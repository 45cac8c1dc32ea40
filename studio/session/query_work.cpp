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
                    const QueryBudget& budget,
                    const std::function<void(std::shared_ptr<const QueryAnswer>)>& answer) {
    const auto stop = stop_ = std::make_shared<CancelFlag>(false);
    worker_.replace(RequestKind::kQuery, [=, this](const CancelFlag& overtaken) {
        const auto wanted = [&] { return !overtaken.load() && !stop->load(); };
        const auto out = reader_.answer(trace, path, sql, budget, wanted);
        if (!overtaken.load()) answer(out);
        return Again::kNo;
    });
}

void QueryWork::cancel() {
    if (stop_) stop_->store(true);
}

void QueryWork::forget() {
    worker_.cancel(RequestKind::kQuery);
}

}  // namespace ariadne::studio
