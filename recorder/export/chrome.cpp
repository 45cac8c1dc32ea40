// Chrome trace event JSON. A thread per actor, its number the actor's rank.
#include "recorder/export/document.h"
#include "recorder/export/json_text.h"
#include "recorder/export/turns.h"

#include <algorithm>
#include <set>
#include <utility>

namespace ariadne::exports {
namespace {

using recorder::History;

class ChromeExport final : public Document {
public:
    using Document::Document;

private:
    struct Turn {
        Position begin;
        Position last;
        VirtualTime time;
        Rank cell;
        bool failed = false;
    };

    void put(std::string event) {
        event.insert(0, first_ ? "\n" : ",\n");
        first_ = false;
        write(event);
    }

    std::string at(Position position, VirtualTime time) const {
        return options_.axis == TimeAxis::kPosition ? std::to_string(position.value)
                                                    : microseconds(time.value);
    }
    void begin() override {
        const tracefmt::TraceMeta& meta = history_.reader().meta();
        JsonObject about;
        about.text("program", meta.programId)
            .text("program_version", meta.programVersion)
            .text("seed", std::to_string(meta.seed))
            .text("policy", meta.policy)
            .text("ariadne", meta.engineVersion)
            .text("time_axis", options_.axis == TimeAxis::kPosition ? "position, 1 us per event"
                                                                    : "virtual time");
        write("{\"displayTimeUnit\":\"ns\",\"otherData\":" + about.take() + ",\"traceEvents\":[");
        put(named("process_name", kOutside, meta.programId));
        put(named("thread_name", kOutside, "outside"));
        const auto& births = history_.reader().births();
        for (std::size_t i = 1; i < births.size() && wanted(); ++i) {
            put(named("thread_name", births[i].rank, births[i].path));
            JsonObject order;
            order.number("sort_index", births[i].rank.value);
            put(aboutThread("thread_sort_index", births[i].rank, order.take()));
        }
    }
    static std::string aboutThread(std::string_view name, Rank thread, const std::string& args) {
        JsonObject out;
        out.text("ph", "M").number("pid", 1).number("tid", thread.value).text("name", name);
        return out.plain("args", args).take();
    }
    static std::string named(std::string_view what, Rank thread, std::string_view name) {
        JsonObject args;
        args.text("name", name);
        return aboutThread(what, thread, args.take());
    }

    JsonObject event(std::string_view phase, std::string_view category, std::string_view name,
                     Rank thread, Position position, VirtualTime time) const {
        JsonObject out;
        out.text("ph", phase).number("pid", 1).number("tid", thread.value);
        out.plain("ts", at(position, time)).text("cat", category).text("name", name);
        return out;
    }

    void add(const EventRow& row) override {
        const bool inTurn = turn_.begin.value != 0 && belongsToTurn(row, turn_.begin);
        if (inTurn)
            turn_.last = row.seq;
        else
            endTurn();
        if (isEnqueue(row.kind)) {
            // Arrows begin at slices; what is not sent by a turn's own cell gets one of its own.
            const bool needsSlice = !inTurn || row.cell != turn_.cell;
            if (needsSlice) beginSlice(row, "message", nameOf(row.kind));
            arrow("s", row.seq, row);
            ++out_.messagesSent;
            if (needsSlice) endSlice(row.cell, row.seq, row.time);
        }
        switch (row.kind) {
            case EventKind::kDeliver: beginTurn(row); break;
            case EventKind::kDrop:
                beginSlice(row, "drop", "drop");
                endArrow(row);
                endSlice(row.cell, row.seq, row.time);
                break;
            case EventKind::kFail:
                if (row.cell == turn_.cell) turn_.failed = true;
                addInstant(row, "t");
                break;
            case EventKind::kEnd: addInstant(row, "g"); break;
            case EventKind::kRestart:
            case EventKind::kSpawn:
            case EventKind::kStop:
            case EventKind::kNote:
            case EventKind::kFault:
            case EventKind::kDeadlock: addInstant(row, "t"); break;
            case EventKind::kRegion: addRegion(row); break;
            case EventKind::kReserve: addReserve(row); break;
            case EventKind::kResolve: addResolve(row); break;
            default: break;
        }
    }

    void end() override {
        endTurn();
        write("\n]}\n");
    }

    void beginTurn(const EventRow& row) {
        turn_ = {row.seq, row.seq, row.time, row.cell, false};
        beginSlice(row, "turn", messageNameOf(history_, row));
        endArrow(row);
        ++out_.turns;
    }

    void endTurn() {
        if (turn_.begin.value == 0) return;
        endSlice(turn_.cell, turn_.last, turn_.time, turn_.failed);
        turn_ = {};
    }

    std::string argsOf(const EventRow& row) {
        JsonObject args;
        args.number("position", row.seq.value).number("round", row.round.value);
        args.number("cause", row.cause.value);
        return args.text("text", textOf(history_, row)).take();
    }

    /// Begin and end, not a slice with its length: in virtual time all lengths are 0, and then it
    /// is the order in the document that says what is inside of what.
    void beginSlice(const EventRow& row, std::string_view category, std::string_view name) {
        JsonObject out = event("B", category, name, row.cell, row.seq, row.time);
        put(out.plain("args", argsOf(row)).take());
    }
    void endSlice(Rank thread, Position last, VirtualTime time, bool failed = false) {
        JsonObject out;
        out.text("ph", "E").number("pid", 1).number("tid", thread.value);
        out.plain("ts", at({last.value + 1}, time));
        if (failed) out.plain("args", "{\"failed\":true}");
        put(out.take());
    }

    void addInstant(const EventRow& row, std::string_view scope) {
        JsonObject out = event("i", "instant", nameOf(row.kind), row.cell, row.seq, row.time);
        put(out.text("s", scope).plain("args", argsOf(row)).take());
        ++out_.instants;
    }

    void arrow(std::string_view phase, Position message, const EventRow& row) {
        JsonObject out = event(phase, "message", "message", row.cell, row.seq, row.time);
        out.text("id", "0x" + hexDigits(message.value));
        if (phase == "f") out.text("bp", "e");
        put(out.take());
    }
    void endArrow(const EventRow& row) {
        if (row.cause.value == 0) return;
        arrow("f", row.cause, row);
        ++out_.messagesTaken;
    }

    void span(std::string_view phase, std::string_view category, std::string_view name,
              const std::string& id, const EventRow& row) {
        JsonObject out = event(phase, category, name, row.cell, row.seq, row.time);
        put(out.text("id", id).plain("args", argsOf(row)).take());
        if (phase == "b") ++out_.spansBegun;
        if (phase == "e") ++out_.spansEnded;
    }

    /// Rows of a region tell each of its phases, and changes that leave it in one.
    void addRegion(const EventRow& row) {
        const auto phase = static_cast<RegionPhase>(std::min<std::uint64_t>(row.arg, 0xFF));
        const std::string id = "region " + std::to_string(row.cell.value);
        const std::string name = history_.pathOf(row.cell);
        if (openRegions_.insert(row.cell).second) span("b", "region", name, id, row);
        if (phase == RegionPhase::kClosed) {
            span("e", "region", name, id, row);
            openRegions_.erase(row.cell);
        }
    }

    void addReserve(const EventRow& row) {
        const std::pair key{row.peer, row.arg};
        if (openObligations_.insert(key).second)
            span("b", "obligation", obligationOf(row), idOf(row), row);
    }
    void addResolve(const EventRow& row) {
        if (isLeak(row)) addInstant(row, "t");
        // Answers that were owed stand in no ledger and were never reserved.
        if (row.cell == kOutside || openObligations_.erase({row.peer, row.arg}) == 0) return;
        span("e", "obligation", obligationOf(row), idOf(row), row);
    }
    std::string obligationOf(const EventRow& row) const {
        return "obligation " + std::to_string(row.arg) + " of " + history_.pathOf(row.peer);
    }
    static std::string idOf(const EventRow& row) {
        return "obligation " + std::to_string(row.peer.value) + ":" + std::to_string(row.arg);
    }

    bool first_ = true;
    Turn turn_;  ///< begin 0: none
    std::set<Rank> openRegions_;
    std::set<std::pair<Rank, std::uint64_t>> openObligations_;  ///< by maker and ordinal
};

}  // namespace

absl::StatusOr<Exported> toChrome(History& history, const ExportOptions& options,
                                  const Sink& sink) {
    return ChromeExport{history, options, sink}.run();
}

}  // namespace ariadne::exports
