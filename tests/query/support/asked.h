// Asks a trace in SQL and keeps the answer; counts what was read for it.
#pragma once

#include "recorder/query/session.h"
#include "tracefmt/trace_reader.h"

#include <QString>
#include <QTest>

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace ariadne::test {

/// Values as text, NULL as "NULL".
inline std::string shown(const query::Value& value) {
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return std::to_string(*whole);
    if (const auto* real = std::get_if<double>(&value)) return std::to_string(*real);
    if (const auto* text = std::get_if<std::string_view>(&value)) return std::string{*text};
    if (const auto* blob = std::get_if<query::Blob>(&value)) return "x" + std::string{blob->bytes};
    return "NULL";
}

class Rows final : public query::RowSink {
public:
    void columns(std::span<const std::string> names) override {
        names_.assign(names.begin(), names.end());
    }
    bool row(std::span<const query::Value> values) override {
        std::vector<std::string> texts;
        for (const query::Value& value : values) texts.push_back(shown(value));
        all.push_back(std::move(texts));
        return all.size() < rowsMax;
    }
    const std::vector<std::string>& names() const { return names_; }

    std::vector<std::vector<std::string>> all;
    std::size_t rowsMax = static_cast<std::size_t>(-1);

private:
    std::vector<std::string> names_;
};

struct Asked {
    absl::StatusOr<query::Answered> answered;
    Rows rows;

    std::string error() const { return std::string{answered.status().message()}; }
    /// "a|b" per row.
    std::vector<std::string> lines() const {
        std::vector<std::string> out;
        for (const auto& row : rows.all) {
            std::string line;
            for (std::size_t i = 0; i < row.size(); ++i) line += (i == 0 ? "" : "|") + row[i];
            out.push_back(line);
        }
        return out;
    }
    /// The only value of the only row.
    std::string one() const {
        if (!answered.ok()) return "error: " + error();
        return rows.all.size() == 1 && rows.all[0].size() == 1 ? rows.all[0][0] : "not one value";
    }
};

/// A reader that counts the chunks that somebody wanted decoded.
class CountingReader final : public tracefmt::TraceReader {
public:
    explicit CountingReader(std::unique_ptr<tracefmt::TraceReader> reader)
        : reader_(std::move(reader)) {}

    /// Different chunks since the last time.
    std::size_t takeCount() { return std::exchange(seen_, {}).size(); }

    absl::StatusOr<bool> refresh() override { return reader_->refresh(); }
    tracefmt::FileState state() const override { return reader_->state(); }
    const std::string& damage() const override { return reader_->damage(); }
    const tracefmt::TraceMeta& meta() const override { return reader_->meta(); }
    const tracefmt::TraceStats& stats() const override { return reader_->stats(); }
    std::uint64_t fileBytes() const override { return reader_->fileBytes(); }
    const tracefmt::TailUse& tail() const override { return reader_->tail(); }
    std::uint64_t lostBytes() const override { return reader_->lostBytes(); }
    tracefmt::TraceId id() const override { return reader_->id(); }
    Position lastPosition() const override { return reader_->lastPosition(); }
    const TypeTable& types() const override { return reader_->types(); }
    const std::vector<CellBirth>& births() const override { return reader_->births(); }
    const std::vector<tracefmt::ChunkEntry>& chunks() const override { return reader_->chunks(); }
    const std::vector<tracefmt::SnapshotEntry>& snapshots() const override {
        return reader_->snapshots();
    }
    const std::vector<tracefmt::TraceGap>& gaps() const override { return reader_->gaps(); }
    const std::vector<tracefmt::HostNote>& notes() const override { return reader_->notes(); }
    const std::vector<tracefmt::ChunkEntry>& inputs() const override { return reader_->inputs(); }
    absl::StatusOr<std::shared_ptr<const tracefmt::InputRows>> inputRows(
        std::size_t index) override {
        return reader_->inputRows(index);
    }
    absl::StatusOr<std::shared_ptr<const tracefmt::EventChunk>> chunk(std::size_t index) override {
        seen_.insert(chunks()[index].first.value);
        return reader_->chunk(index);
    }
    absl::Status scanChunk(std::size_t index, tracefmt::ColumnSet wanted,
                           std::shared_ptr<const tracefmt::EventChunk>& chunk) override {
        seen_.insert(chunks()[index].first.value);
        return reader_->scanChunk(index, wanted, chunk);
    }
    absl::Status lookAt(Position position,
                        std::shared_ptr<const tracefmt::EventChunk>& chunk) override {
        absl::Status status = reader_->lookAt(position, chunk);
        if (status.ok()) seen_.insert(chunk->first().value);
        return status;
    }
    bool mayHold(std::size_t index, const tracefmt::RowsSought& sought) const override {
        return reader_->mayHold(index, sought);
    }
    absl::StatusOr<std::shared_ptr<const tracefmt::EventChunk>> chunkAt(
        Position position) override {
        auto chunk = reader_->chunkAt(position);
        if (chunk.ok()) seen_.insert((*chunk)->first().value);
        return chunk;
    }
    absl::StatusOr<WorldImage> snapshot(std::size_t index) override {
        return reader_->snapshot(index);
    }
    absl::StatusOr<WorldImage> snapshotAsWritten(std::size_t index) override {
        return reader_->snapshotAsWritten(index);
    }
    absl::StatusOr<std::vector<DigestMark>> digestMarks(std::size_t index) override {
        return reader_->digestMarks(index);
    }
    absl::Status verify(Progress progress, void* context) override {
        return reader_->verify(progress, context);
    }

private:
    std::unique_ptr<tracefmt::TraceReader> reader_;
    std::set<std::uint64_t> seen_;
};

inline Asked ask(query::Session& session, std::string_view sql, const query::Budget& budget = {},
                 std::size_t rowsMax = static_cast<std::size_t>(-1)) {
    Asked out{absl::UnknownError("not asked"), {}};
    out.rows.rowsMax = rowsMax;
    out.answered = session.run(sql, budget, out.rows);
    return out;
}

/// A trace with SQL over it.
struct AskedTrace {
    explicit AskedTrace(std::unique_ptr<tracefmt::TraceReader> opened)
        : reader(std::move(opened)), session(*query::Session::open(reader)) {}

    Asked operator()(std::string_view sql, const query::Budget& budget = {}) {
        return ask(*session, sql, budget);
    }
    /// As if it had not been asked before.
    void forget() {
        session = *query::Session::open(reader);
        reader.takeCount();
    }

    CountingReader reader;
    std::unique_ptr<query::Session> session;
};

}  // namespace ariadne::test
