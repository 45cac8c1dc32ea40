#include "studio/cli/query_output.h"

#include "recorder/query/value_text.h"
#include "studio/cli/plain_text.h"
#include "studio/cli/report.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ariadne::cli {
namespace {

using query::textOf;
using query::Value;

/// Characters of one cell of a table; longer ones are cut.
constexpr std::size_t kCellWidthMax = 60;
/// Rows that are seen before the widths of the columns are settled.
constexpr std::size_t kRowsSeen = 1000;

bool isNumber(const Value& value) {
    return std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value);
}

/// The first characters of valid UTF-8.
std::string cutTo(std::string text, std::size_t width) {
    if (widthOf(text) <= width) return text;
    std::size_t end = 0;
    for (std::size_t seen = 0; seen + 1 < width; ++seen) {
        ++end;
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
    }
    return text.substr(0, end) + "\u2026";
}

class TableOutput final : public QueryOutput {
public:
    explicit TableOutput(Console& console) : console_(console) {}

    void columns(std::span<const std::string> names) override {
        names_.clear();
        for (const std::string& name : names) names_.push_back(cutTo(plain(name), kCellWidthMax));
    }
    bool row(std::span<const Value> values) override {
        std::vector<Cell> cells;
        for (const Value& value : values)
            cells.push_back({cutTo(plain(textOf(value)), kCellWidthMax), isNumber(value)});
        if (settled_) {
            write(cells);
        } else {
            waiting_.push_back(std::move(cells));
            if (waiting_.size() == kRowsSeen) settle();
        }
        return console_.wanted();
    }
    void finish() override {
        if (!settled_) settle();
    }

private:
    struct Cell {
        std::string text;
        bool isNumber = false;
    };

    void settle() {
        settled_ = true;
        std::vector<Cell> header;
        for (std::size_t i = 0; i < names_.size(); ++i) {
            std::size_t width = widthOf(names_[i]);
            bool numbers = !waiting_.empty();
            for (const auto& cells : waiting_) {
                width = std::max(width, widthOf(cells[i].text));
                numbers = numbers && (cells[i].isNumber || cells[i].text.empty());
            }
            widths_.push_back(width);
            header.push_back({names_[i], numbers});
        }
        if (names_.empty()) return;
        write(header);
        std::string rule;
        for (const std::size_t width : widths_)
            rule.append(rule.empty() ? 0 : 2, ' ').append(width, '-');
        console_.line(rule);
        for (const auto& cells : waiting_) write(cells);
        waiting_.clear();
    }

    void write(const std::vector<Cell>& cells) {
        std::string out;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (i != 0) out += "  ";
            out += cells[i].isNumber ? flushRight(cells[i].text, widths_[i])
                                     : padded(cells[i].text, widths_[i]);
        }
        out.erase(out.find_last_not_of(' ') + 1);
        console_.line(out);
    }

    Console& console_;
    std::vector<std::string> names_;
    std::vector<std::size_t> widths_;
    std::vector<std::vector<Cell>> waiting_;
    bool settled_ = false;
};

class JsonOutput final : public QueryOutput {
public:
    explicit JsonOutput(Console& console) : console_(console) {}

    /// An object has each name once: the second "a" is "a:2".
    void columns(std::span<const std::string> names) override {
        std::map<std::string, int> uses;
        for (const std::string& name : names) {
            const int use = ++uses[name];
            names_.push_back(use == 1 ? name : name + ":" + std::to_string(use));
        }
    }
    bool row(std::span<const Value> values) override {
        Json out = Json::object();
        for (std::size_t i = 0; i < values.size(); ++i) out[names_[i]] = jsonOf(values[i]);
        console_.line(jsonLine(out));
        return console_.wanted();
    }

private:
    static Json jsonOf(const Value& value) {
        if (std::holds_alternative<std::monostate>(value)) return nullptr;
        if (const auto* whole = std::get_if<std::int64_t>(&value)) return *whole;
        if (const auto* real = std::get_if<double>(&value)) return *real;
        return textOf(value);
    }

    Console& console_;
    std::vector<std::string> names_;
};

/// One field of a record.
std::string csvField(const Value& value) {
    const std::string text = textOf(value);
    // NULL is nothing, a text without characters is "".
    const auto* found = std::get_if<std::string_view>(&value);
    const bool quotes =
        found != nullptr && (found->empty() || found->find_first_of("\",\r\n") != found->npos);
    if (!quotes) return text;
    std::string out{'"'};
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + '"';
}

class CsvOutput final : public QueryOutput {
public:
    explicit CsvOutput(Console& console) : console_(console) {}

    void columns(std::span<const std::string> names) override {
        row(std::vector<Value>{names.begin(), names.end()});
    }
    bool row(std::span<const Value> values) override {
        std::string out;
        for (std::size_t i = 0; i < values.size(); ++i)
            out.append(i == 0 ? "" : ",").append(csvField(values[i]));
        console_.record(out + "\r\n");
        return console_.wanted();
    }

private:
    Console& console_;
};

}  // namespace

std::unique_ptr<QueryOutput> queryOutput(QueryFormat format, Console& console) {
    if (format == QueryFormat::kJsonLines) return std::make_unique<JsonOutput>(console);
    if (format == QueryFormat::kCsv) return std::make_unique<CsvOutput>(console);
    return std::make_unique<TableOutput>(console);
}

}  // namespace ariadne::cli
