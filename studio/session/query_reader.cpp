#include "studio/session/query_reader.h"

#include "recorder/plain_text.h"
#include "recorder/query/session.h"
#include "recorder/query/value_text.h"
#include "studio/session/open_trace.h"
#include "studio/session/row_moments.h"

#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <variant>

namespace ariadne::studio {
namespace {

constexpr std::uint64_t kCacheBytes = 64ull << 20;

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

/// What the last column of a question is: one of its own, or what withPosition() has added.
enum class Last : bool { kColumn, kMoment };

/// Takes rows until a person would not look at more.
class Collector final : public query::RowSink {
public:
    Collector(QueryAnswer& answer, Last last) : answer_(answer), last_(last) {}

    void columns(std::span<const std::string> names) override {
        if (last_ == Last::kMoment) names = names.first(names.size() - 1);
        for (const std::string& name : names) answer_.columns.push_back(recorder::plain(name));
    }
    bool row(std::span<const query::Value> values) override {
        if (bytes_ > QueryAnswer::kBytesMax) {
            answer_.stop = QueryAnswer::Stop::kBytes;
            return false;
        }
        if (last_ == Last::kMoment) {
            const auto* const moment = std::get_if<std::int64_t>(&values.back());
            const bool isOne = moment != nullptr && *moment > 0;
            answer_.moments.push_back(isOne ? static_cast<std::uint64_t>(*moment) : 0);
            values = values.first(values.size() - 1);
        }
        for (const query::Value& value : values) {
            answer_.cells.push_back(cellOf(value));
            bytes_ += sizeof(QueryCell) + answer_.cells.back().text.size();
        }
        return true;
    }

private:
    QueryAnswer& answer_;
    Last last_;
    std::size_t bytes_ = 0;
};

}  // namespace

class QueryReader::Impl {
public:
    std::shared_ptr<QueryAnswer> answer(std::uint64_t trace, const std::string& path,
                                        const std::string& sql, const QueryBudget& budget,
                                        const std::function<bool()>& wanted) {
        const Clock::time_point begin = Clock::now();
        auto out = std::make_shared<QueryAnswer>();
        out->sql = sql;
        out->budget = budget;
        const absl::Status status = wanted() ? run(trace, path, wanted, *out)
                                             : absl::CancelledError("stopped; 0 rows were given");
        if (absl::IsDeadlineExceeded(status)) out->stop = QueryAnswer::Stop::kTime;
        if (absl::IsCancelled(status)) out->stop = QueryAnswer::Stop::kCancelled;
        if (!status.ok())
            out->error = recorder::plain({status.message().data(), status.message().size()});
        out->tookMs = millisecondsSince(begin);
        return out;
    }

private:
    absl::Status run(std::uint64_t trace, const std::string& path,
                     const std::function<bool()>& wanted, QueryAnswer& out) {
        if (const absl::Status opened = open(trace, path); !opened.ok()) return opened;
        // Mostly it can be known of a row which event it was made from, also when nobody asked.
        if (const auto longer = withPosition(out.sql)) {
            const absl::Status status = run(*longer, Last::kMoment, wanted, out);
            if (!out.columns.empty() || !wanted()) return status;
        }
        return run(out.sql, Last::kColumn, wanted, out);
    }

    absl::Status run(const std::string& sql, Last last, const std::function<bool()>& wanted,
                     QueryAnswer& out) {
        const query::Budget budget{out.budget.time, out.budget.rows, wanted};
        Collector collector{out, last};
        const absl::StatusOr<query::Answered> answered = session_->run(sql, budget, collector);
        if (!answered.ok()) return answered.status();
        if (answered->moreRows) out.stop = QueryAnswer::Stop::kRows;
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

QueryReader::QueryReader() : impl_(std::make_unique<Impl>()) {}
QueryReader::~QueryReader() = default;

std::shared_ptr<QueryAnswer> QueryReader::answer(std::uint64_t trace, const std::string& path,
                                                 const std::string& sql, const QueryBudget& budget,
                                                 const std::function<bool()>& wanted) {
    return impl_->answer(trace, path, sql, budget, wanted);
}

}  // namespace ariadne::studio
