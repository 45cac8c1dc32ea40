// Keeps what a World tells, as rows one can compare as text.
#pragma once

#include "engine/base/event_digest.h"
#include "engine/kernel/event_sink.h"
#include "engine/value/dynamic.h"
#include "tests/support/shown_text.h"

#include <QTest>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ariadne::tests {

/// One event, with its bytes, and a line such as "send lab -> a Ping{n: 1}". Paths leave out the
/// root's name.
struct RecordedRow {
    EventRow row;  ///< its views point into the two below
    Bytes payload;
    Bytes change;
    std::string line;
};

class RecordingSink final : public kernel::EventSink {
public:
    /// `from` folds the events before the first that this sink sees.
    explicit RecordingSink(EventDigest from = {}) : digest_(from) { births_.emplace_back(); }

    void onTypes(std::span<const TypeDesc> types) override {
        for (const TypeDesc& type : types) types_.add(type);
    }
    void onBirth(const CellBirth& birth) override {
        births_.resize(birth.rank.value + 1);
        births_[birth.rank.value] = birth;
    }
    void onEvent(const EventRow& row) override {
        digest_.add(row, types_.at(row.type).hash);
        RecordedRow& kept = rows_.emplace_back();
        kept.row = row;
        kept.payload.assign(row.payload.begin(), row.payload.end());
        kept.change.assign(row.change.begin(), row.change.end());
        kept.row.payload = kept.payload;
        kept.row.change = kept.change;
        kept.line = lineOf(row);
    }
    bool wantsSnapshot(Position) override { return snapshotEveryRound; }
    void onSnapshot(WorldImage image) override { snapshots.push_back(std::move(image)); }

    const std::vector<RecordedRow>& rows() const { return rows_; }
    const TypeTable& types() const { return types_; }
    const EventDigest& digest() const { return digest_; }
    const std::vector<CellBirth>& births() const { return births_; }
    /// For sinks of restored worlds, which are told of later births only.
    void knowBirths(const std::vector<CellBirth>& births) { births_ = births; }

    bool snapshotEveryRound = false;
    std::vector<WorldImage> snapshots;

    /// The lines of the given kinds (none = all), joined by newlines.
    std::string lines(std::initializer_list<EventKind> kinds = {}) const {
        std::string out;
        for (const RecordedRow& kept : rows_) {
            if (kinds.size() != 0 &&
                std::find(kinds.begin(), kinds.end(), kept.row.kind) == kinds.end())
                continue;
            if (!out.empty()) out += '\n';
            out += kept.line;
        }
        return out;
    }
    /// The first row of that line, or null.
    const EventRow* find(std::string_view line) const {
        for (const RecordedRow& kept : rows_)
            if (kept.line == line) return &kept.row;
        return nullptr;
    }
    std::size_t count(EventKind kind) const {
        return static_cast<std::size_t>(std::count_if(
            rows_.begin(), rows_.end(), [&](const auto& r) { return r.row.kind == kind; }));
    }
    std::string pathOf(Rank rank) const {
        if (rank == kOutside) return "outside";
        if (rank.value >= births_.size()) return "cell " + std::to_string(rank.value);
        const std::string& path = births_[rank.value].path;
        const std::size_t slash = path.find('/');
        return slash == std::string::npos ? path : path.substr(slash + 1);
    }

private:
    std::string valueOf(const EventRow& row) const {
        value::ShowOptions options;
        options.cellName = [this](CellKey key) {
            for (const CellBirth& birth : births_)
                if (birth.key == key) return pathOf(birth.rank);
            return std::string{"somebody"};
        };
        return value::showLine(types_, row.type, row.payload, options);
    }
    /// What the message of an enqueue row says; a timer's stands in its kTimerSet row.
    std::string messageAt(Position position) const {
        for (auto at = rows_.rbegin(); at != rows_.rend(); ++at) {
            if (at->row.seq != position) continue;
            return at->row.kind == EventKind::kTimerFire ? messageAt(at->row.cause)
                                                         : valueOf(at->row);
        }
        return "?";
    }
    std::string lineOf(const EventRow& row) const {
        const std::string who = pathOf(row.cell);
        const std::string peer = pathOf(row.peer);
        const std::string name{nameOf(row.kind)};
        const std::string text{asText(row.payload)};
        switch (row.kind) {
            case EventKind::kSpawn: return name + " " + who;
            case EventKind::kDeliver: return name + " " + who + " " + messageAt(row.cause);
            case EventKind::kDrop:
                return name + " " + who + " " +
                       types_.at(row.type).name.substr(types_.at(row.type).name.rfind(':') + 1) +
                       " " + std::string{nameOf(static_cast<DropReason>(row.arg))};
            case EventKind::kStop:
            case EventKind::kFail:
                return name + " " + who + " " +
                       std::string{nameOf(static_cast<ExitReason>(row.arg))} +
                       (text.empty() ? "" : ": " + text);
            case EventKind::kTimerSet:
                return name + " " + who + " " +
                       value::showDuration(static_cast<std::int64_t>(row.extra)) + " " +
                       valueOf(row);
            case EventKind::kTimerFire: return name + " " + who + " " + messageAt(row.cause);
            case EventKind::kTimerCancel: return name + " " + who;
            case EventKind::kMonitor:
            case EventKind::kDemonitor: return name + " " + who + " -> " + peer;
            case EventKind::kBecome:
            case EventKind::kLog: return name + " " + who + " " + text;
            case EventKind::kStash: return name + " " + who + " " + messageAt(row.cause);
            case EventKind::kUnstash: return name + " " + who + " " + std::to_string(row.arg);
            case EventKind::kNote: {
                ByteReader in{row.payload};
                const std::string key{asText(in.sized())};
                return name + " " + who + " " + key + " = " +
                       value::showLine(types_, row.type, row.payload.subspan(in.offset()));
            }
            case EventKind::kDecision:
                return name + " " + std::to_string(row.arg) + " of " + std::to_string(row.extra);
            case EventKind::kEnd:
                return name + " " + std::string{nameOf(static_cast<Outcome>(row.arg))};
            default: return name + " " + who + " -> " + peer + " " + valueOf(row);
        }
    }

    TypeTable types_;
    std::vector<CellBirth> births_;
    std::vector<RecordedRow> rows_;
    EventDigest digest_;
};

}  // namespace ariadne::tests
