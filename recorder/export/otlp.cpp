// OTLP/JSON: a span per turn, its parent the turn that sent the message.
#include "recorder/export/document.h"
#include "recorder/export/json_text.h"
#include "recorder/export/turns.h"

#include <algorithm>
#include <utility>

namespace ariadne::exports {
namespace {

using recorder::History;

/// Of one span; more are only counted.
constexpr std::size_t kEventsMax = 128;

constexpr int kConsumer = 5;
constexpr int kStatusError = 2;

std::string attribute(std::string_view key, std::string_view kind, const std::string& json) {
    JsonObject value;
    value.plain(kind, json);
    JsonObject out;
    return out.text("key", key).plain("value", value.take()).take();
}
std::string textAttribute(std::string_view key, std::string_view text) {
    return attribute(key, "stringValue", jsonString(text));
}
/// 64-bit numbers are texts in this format.
std::string numberAttribute(std::string_view key, std::uint64_t number) {
    return attribute(key, "intValue", jsonString(std::to_string(number)));
}

class OtlpExport final : public Document {
public:
    OtlpExport(History& history, const ExportOptions& options, const Sink& sink)
        : Document(history, options, sink),
          traceId_(hexDigits(options.idHigh) + hexDigits(options.idLow)) {}

private:
    struct Turn {
        Position begin;
        Position last;
        VirtualTime time;
        std::string fields;  ///< of the span, but for its end
        std::string events;
        std::size_t eventCount = 0;
        std::string failure;
        bool failed = false;
        Rank cell;
    };

    /// Of the Unix epoch: virtual time begins there.
    std::string at(Position position, VirtualTime time) const {
        if (options_.axis == TimeAxis::kPosition)
            return jsonString(std::to_string(position.value) + "000");
        return jsonString(std::to_string(std::max<std::int64_t>(time.value, 0)));
    }
    static std::string spanId(Position turn) { return hexDigits(turn.value); }

    void begin() override {
        const tracefmt::TraceMeta& meta = history_.reader().meta();
        const std::string attributes = textAttribute("service.name", meta.programId) + "," +
                                       textAttribute("service.version", meta.programVersion) + "," +
                                       textAttribute("ariadne.seed", std::to_string(meta.seed)) +
                                       "," + textAttribute("ariadne.policy", meta.policy);
        JsonObject scope;
        scope.text("name", "ariadne").text("version", meta.engineVersion);
        write("{\"resourceSpans\":[{\"resource\":{\"attributes\":[" + attributes +
              "]},\"scopeSpans\":[{\"scope\":" + scope.take() + ",\"spans\":[");
    }

    void add(const EventRow& row) override {
        if (turn_.begin.value != 0 && belongsToTurn(row, turn_.begin)) return addToTurn(row);
        endTurn();
        if (row.kind == EventKind::kDeliver) beginTurn(row);
    }

    void end() override {
        endTurn();
        write("\n]}]}]}\n");
    }

    void beginTurn(const EventRow& row) {
        JsonObject out;
        out.text("traceId", traceId_).text("spanId", spanId(row.seq));
        const Position parent = turnBehind(history_, row.cause);
        if (parent.value != 0) out.text("parentSpanId", spanId(parent));
        const std::string actor = history_.pathOf(row.cell);
        out.text("name", messageNameOf(history_, row) + " " + actor);
        out.number("kind", kConsumer);
        out.plain("startTimeUnixNano", at(row.seq, row.time));
        std::string attributes = textAttribute("ariadne.actor", actor);
        for (const auto& [key, number] :
             {std::pair<std::string_view, std::uint64_t>{"ariadne.rank", row.cell.value},
              {"ariadne.position", row.seq.value},
              {"ariadne.round", row.round.value},
              {"ariadne.turn", row.arg},
              {"ariadne.cause", row.cause.value}})
            attributes += "," + numberAttribute(key, number);
        attributes += "," + textAttribute("ariadne.message", textOf(history_, row));
        out.plain("attributes", "[" + attributes + "]");
        if (const Position asked = turnThatAsked(history_, row.cause); asked.value != 0) {
            JsonObject link;
            link.text("traceId", traceId_).text("spanId", spanId(asked));
            link.plain("attributes", "[" + textAttribute("ariadne.link", "asked here") + "]");
            out.plain("links", "[" + link.take() + "]");
        }
        turn_.begin = turn_.last = row.seq;
        turn_.time = row.time;
        turn_.cell = row.cell;
        turn_.fields = out.take();
        turn_.fields.pop_back();
    }

    void addToTurn(const EventRow& row) {
        turn_.last = row.seq;
        switch (row.kind) {
            case EventKind::kFail:
                if (row.cell == turn_.cell) {
                    turn_.failed = true;
                    turn_.failure = textOf(history_, row);
                }
                return addEvent(row, "exception", "exception.message");
            case EventKind::kSpawn:
            case EventKind::kStop:
            case EventKind::kNote:
            case EventKind::kLog:
            case EventKind::kRefuse:
            case EventKind::kRestart:
            case EventKind::kRegion:
            case EventKind::kReserve:
            case EventKind::kResolve: return addEvent(row, nameOf(row.kind), "ariadne.text");
            default:
                if (isEnqueue(row.kind)) return addEvent(row, nameOf(row.kind), "ariadne.text");
        }
    }

    void addEvent(const EventRow& row, std::string_view name, std::string_view textKey) {
        ++out_.instants;
        if (++turn_.eventCount > kEventsMax) return;
        JsonObject out;
        out.plain("timeUnixNano", at(row.seq, row.time)).text("name", name);
        out.plain("attributes", "[" + numberAttribute("ariadne.position", row.seq.value) + "," +
                                    textAttribute(textKey, textOf(history_, row)) + "]");
        turn_.events += (turn_.events.empty() ? "" : ",") + out.take();
    }

    void endTurn() {
        if (turn_.begin.value == 0) return;
        std::string span = out_.turns == 0 ? "\n" : ",\n";
        span += turn_.fields;
        const Position end{turn_.last.value + 1};
        span += ",\"endTimeUnixNano\":" + at(end, turn_.time);
        if (!turn_.events.empty()) span += ",\"events\":[" + turn_.events + "]";
        if (turn_.eventCount > kEventsMax)
            span += ",\"droppedEventsCount\":" + std::to_string(turn_.eventCount - kEventsMax);
        if (turn_.failed) {
            JsonObject status;
            status.number("code", kStatusError).text("message", turn_.failure);
            span += ",\"status\":" + status.take();
        }
        write(span + "}");
        ++out_.turns;
        turn_ = {};
    }

    std::string traceId_;
    Turn turn_;  ///< begin 0: none
};

}  // namespace

absl::StatusOr<Exported> toOtlp(History& history, const ExportOptions& options, const Sink& sink) {
    return OtlpExport{history, options, sink}.run();
}

}  // namespace ariadne::exports
