#include "studio/models/space_time_layout.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace ariadne::studio {
namespace {

bool isTaken(EventKind kind) {
    return kind == EventKind::kDeliver || kind == EventKind::kDrop;
}

/// Sent by a program itself: the arrow says it all.
bool isPlainSend(EventKind kind) {
    return kind == EventKind::kSend || kind == EventKind::kAsk || kind == EventKind::kReply ||
           kind == EventKind::kForward;
}

class Layouter {
public:
    explicit Layouter(const SpaceTime& picture) : picture_(picture) {
        for (const Rank rank : picture.actors) {
            columnOf_.emplace(rank.value, static_cast<int>(out_.columns.size()));
            out_.columns.push_back({rank});
        }
        out_.lines = static_cast<int>(picture.rows.size());
    }

    SpaceTimeLayout take() {
        for (int line = 0; line < out_.lines; ++line) {
            const EventLine& event = lineOf(line);
            addToTurn(line, event);
            addLife(line, event);
            if (isEnqueue(event.kind)) addSent(line, event);
            if (isTaken(event.kind)) addTaken(line, event);
            if (event.kind == EventKind::kSpawn) addBirth(line, event);
            addSign(line, event);
        }
        for (const SpaceTimeLayout::Arrow& arrow : out_.arrows) labelArrow(arrow);
        std::sort(out_.labels.begin(), out_.labels.end(),
                  [](const auto& a, const auto& b) { return a.line < b.line; });
        return std::move(out_);
    }

private:
    const EventLine& lineOf(int line) const {
        return picture_.rows[static_cast<std::size_t>(line)].line;
    }
    int columnOf(Rank rank) const {
        const auto at = columnOf_.find(rank.value);
        return at == columnOf_.end() ? -1 : at->second;
    }

    /// What a turn did stands behind it, before the next turn of the same actor.
    void addToTurn(int line, const EventLine& event) {
        if (event.kind == EventKind::kDeliver) {
            turnOf_.erase(event.cell.value);
            const int column = columnOf(event.cell);
            if (column < 0) return;
            turnOf_[event.cell.value] = out_.boxes.size();
            out_.boxes.push_back({column, line, line, !event.change.empty(), false});
            return;
        }
        const Rank whose = event.kind == EventKind::kSpawn ? event.peer : event.cell;
        const auto turn = turnOf_.find(whose.value);
        if (turn == turnOf_.end()) return;
        SpaceTimeLayout::Box& box = out_.boxes[turn->second];
        if (event.cause != lineOf(box.first).seq) return;
        box.last = line;
        if (event.kind == EventKind::kFail) box.failed = true;
    }

    void addLife(int line, const EventLine& event) {
        const int index = columnOf(event.cell);
        if (index < 0) return;
        SpaceTimeLayout::Column& column = out_.columns[static_cast<std::size_t>(index)];
        if (event.kind == EventKind::kSpawn) column.bornLine = line;
        if (event.kind == EventKind::kRestart) column.endedLine = -1;
        if (event.kind == EventKind::kStop || event.kind == EventKind::kFail)
            column.endedLine = line;
    }

    void addSent(int line, const EventLine& event) {
        const SpaceTime::Row& row = picture_.rows[static_cast<std::size_t>(line)];
        SpaceTimeLayout::Arrow arrow;
        arrow.row = arrow.fromLine = line;
        arrow.fromColumn = columnOf(event.cell);
        arrow.toColumn = columnOf(event.peer);
        arrow.fate = row.takenAt.value != 0 ? SpaceTimeLayout::Fate::kElsewhere
                     : picture_.complete    ? SpaceTimeLayout::Fate::kWaiting
                                            : SpaceTimeLayout::Fate::kUnknown;
        sent_.emplace(event.seq.value, out_.arrows.size());
        out_.arrows.push_back(arrow);
    }

    void addTaken(int line, const EventLine& event) {
        const auto fate = event.kind == EventKind::kDrop ? SpaceTimeLayout::Fate::kDropped
                                                         : SpaceTimeLayout::Fate::kTaken;
        const int column = columnOf(event.cell);
        const auto sent = sent_.find(event.cause.value);
        if (sent != sent_.end()) {
            SpaceTimeLayout::Arrow& arrow = out_.arrows[sent->second];
            // Set aside, it is taken once more; the arrow goes to the first time.
            if (arrow.toLine >= 0 || column < 0) return;
            arrow.toLine = line;
            arrow.toColumn = column;
            arrow.fate = fate;
            return;
        }
        if (column < 0) return;
        SpaceTimeLayout::Arrow arrow;
        arrow.row = arrow.toLine = line;
        arrow.fromColumn = columnOf(event.peer);
        arrow.toColumn = column;
        arrow.fate = fate;
        out_.arrows.push_back(arrow);
    }

    void addBirth(int line, const EventLine& event) {
        const int parent = columnOf(event.peer);
        const int child = columnOf(event.cell);
        if (parent < 0 || child < 0) return;
        out_.arrows.push_back({line, parent, child, line, line, SpaceTimeLayout::Fate::kBirth});
    }

    void addSign(int line, const EventLine& event) {
        if (event.kind == EventKind::kDeliver || isPlainSend(event.kind)) return;
        // As in the timeline, a leak is on the lane of the maker.
        int column = columnOf(event.leaked ? event.peer : event.cell);
        if (column < 0 && isEnqueue(event.kind)) column = columnOf(event.peer);
        if (column < 0) return;
        out_.signs.push_back({column, line, markOf(event)});
        if (!isEnqueue(event.kind)) out_.labels.push_back({line, column, false, false});
    }

    void labelArrow(const SpaceTimeLayout::Arrow& arrow) {
        const bool isSent = arrow.fromLine >= 0;
        // A birth and a drop say themselves what they are.
        if (arrow.fate == SpaceTimeLayout::Fate::kBirth) return;
        if (arrow.fate == SpaceTimeLayout::Fate::kDropped && !isSent) return;
        const int own = isSent ? arrow.fromColumn : arrow.toColumn;
        const int other = isSent ? arrow.toColumn : arrow.fromColumn;
        // Of somebody without a column: at the end that has one.
        const int column = own >= 0 ? own : other;
        if (column < 0) return;
        const bool comesIn = own < 0 || (!isSent && other < 0);
        out_.labels.push_back({arrow.row, column, comesIn || (other >= 0 && other < column)});
    }

    const SpaceTime& picture_;
    SpaceTimeLayout out_;
    std::unordered_map<std::uint32_t, int> columnOf_;
    std::unordered_map<std::uint32_t, std::size_t> turnOf_;  ///< by actor: its last box
    std::unordered_map<std::uint64_t, std::size_t> sent_;    ///< by position: its arrow
};

}  // namespace

int SpaceTimeLayout::columnOf(Rank rank) const {
    const auto at = std::find_if(columns.begin(), columns.end(),
                                 [rank](const Column& column) { return column.rank == rank; });
    return at == columns.end() ? -1 : static_cast<int>(at - columns.begin());
}

SpaceTimeLayout layOut(const SpaceTime& picture) {
    return Layouter{picture}.take();
}

int SpaceTimeScale::lineAt(double y, int lines) const {
    if (!(y >= 0)) return -1;
    const double line = std::floor(y / linePx);
    return line < lines ? static_cast<int>(line) : -1;
}

SpaceTimeScale SpaceTimeScale::zoomed(double factor) const {
    return {std::clamp(linePx * factor, kLineMin, kLineMax),
            std::clamp(columnPx * factor, kColumnMin, kColumnMax)};
}

std::optional<double> momentLine(const SpaceTime& picture, Position position) {
    if (position.value == 0) return std::nullopt;
    const auto row = static_cast<double>(picture.rowFrom(position));
    return picture.holds(position) ? row + 0.5 : row;
}

std::optional<Position> nextShown(const SpaceTime& picture, Position position, bool forward) {
    std::size_t row = picture.rowFrom(position);
    if (!forward) {
        if (row == 0) return std::nullopt;
        return picture.rows[row - 1].line.seq;
    }
    if (picture.holds(position)) ++row;
    if (row >= picture.rows.size()) return std::nullopt;
    return picture.rows[row].line.seq;
}

}  // namespace ariadne::studio
