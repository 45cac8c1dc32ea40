#include "studio/session/query_work.h"

#include "recorder/plain_text.h"
#include "recorder/query/session.h"
#include "recorder/query/table.h"
#include "recorder/query/value_text.h"
#include "studio/session/open_trace.h"

#include <chrono>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace ariadne::studio {
namespace {

constexpr std::uint64_t kCacheBytes = 64ull << 20;
constexpr std::chrono::minutes kPatience{10};

/// The first bytes of UTF-8 that hold whole characters.
std::string_view startOf(std::string_view text) {
    if (text.size() <= QueryCell::kTextMax) return text;
    std::size_t end = QueryCell::kTextMax;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return text.substr(0, end);
}

QueryCell cellOf(const query::Value& value) {
    using Kind = QueryCell::Kind;
    const Kind kind = std::holds_alternative<std::monostate>(value)     ? Kind::kNull
                      : std::holds_alternative<std::string_view>(value) ? Kind::kText
                      : std::holds_alternative<query::Blob>(value)      ? Kind::kBlob
                                                                        : Kind::kNumber;
    const std::string whole = query::textOf(value);
    const std::string_view start = startOf(whole);
    std::string text = recorder::plain(start);
    if (start.size() < whole.size()) text += "…";
    return {kind, std::move(text)};
}

/// Takes rows until a person would not look at more.
class Collector final : public query::RowSink {
public:
    explicit Collector(QueryAnswer& answer) : answer_(answer) {}

    void columns(std::span<const std::string> names) override {
        for (const std::string& name : names) answer_.columns.push_back(recorder::plain(name));
    }
    bool row(std::span<const query::Value> values) override {
        if (bytes_ > QueryAnswer::kBytesMax) {
            answer_.moreRows = true;
            return false;
        }
        for (const query::Value& value : values) {
            answer_.cells.push_back(cellOf(value));
            bytes_ += sizeof(QueryCell) + answer_.cells.back().text.size();
        }
        return true;
    }

private:
    QueryAnswer& answer_;
    std::size_t bytes_ = 0;
};

}  // namespace

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

/// The trace of the last question, which the next one is mostly about too.
class QueryWork::Asked {
public:
    std::shared_ptr<QueryAnswer> answer(std::uint64_t trace, const std::string& path,
                                        const std::string& sql, const CancelFlag& cancelled) {
        const Clock::time_point begin = Clock::now();
        auto out = std::make_shared<QueryAnswer>();
        out->sql = sql;
        const absl::Status status = run(trace, path, cancelled, *out);
        if (!status.ok())
            out->error = recorder::plain({status.message().data(), status.message().size()});
        out->tookMs = millisecondsSince(begin);
        return out;
    }

private:
    absl::Status run(std::uint64_t trace, const std::string& path, const CancelFlag& cancelled,
                     QueryAnswer& out) {
        if (const absl::Status opened = open(trace, path); !opened.ok()) return opened;
        query::Budget budget;
        budget.time = kPatience;
        budget.rows = QueryAnswer::kRowsMax;
        budget.wanted = [&cancelled] { return !cancelled.load(); };
        Collector collector{out};
        const absl::StatusOr<query::Answered> answered = session_->run(out.sql, budget, collector);
        if (!answered.ok()) return answered.status();
        out.moreRows = out.moreRows || answered->moreRows;
        return absl::OkStatus();
    }

    /// One that is being recorded has grown since.
    absl::Status open(std::uint64_t trace, const std::string& path) {
        if (session_ && trace_ == trace &&
            opened_->reader->state() != tracefmt::FileState::kRecording)
            return absl::OkStatus();
        session_.reset();
        opened_.reset();
        absl::StatusOr<OpenTrace> opened = OpenTrace::open(path, kCacheBytes);
        if (!opened.ok()) return opened.status();
        opened_ = *std::move(opened);
        absl::StatusOr<std::unique_ptr<query::Session>> session =
            query::Session::open(*opened_->reader);
        if (!session.ok()) return session.status();
        session_ = *std::move(session);
        trace_ = trace;
        return absl::OkStatus();
    }

    std::uint64_t trace_ = 0;
    std::optional<OpenTrace> opened_;
    std::unique_ptr<query::Session> session_;  ///< dies before its reader
};

QueryWork::QueryWork() : asked_(std::make_unique<Asked>()) {}
QueryWork::~QueryWork() = default;

void QueryWork::ask(std::uint64_t trace, const std::string& path, const std::string& sql,
                    const std::function<void(std::shared_ptr<const QueryAnswer>)>& answer) {
    worker_.replace(RequestKind::kQuery, [=, this](const CancelFlag& cancelled) {
        const auto out = asked_->answer(trace, path, sql, cancelled);
        if (!cancelled.load()) answer(out);
        return Again::kNo;
    });
}

void QueryWork::cancel() {
    worker_.cancel(RequestKind::kQuery);
}

}  // namespace ariadne::studio
