#include "studio/cli/contents_view.h"

#include "engine/base/status_macros.h"
#include "studio/cli/plain_text.h"
#include "studio/cli/telltale.h"

#include <algorithm>
#include <map>
#include <utility>

namespace ariadne::cli {
namespace {

using tracefmt::TraceReader;

/// Shown of something that looks like a secret.
constexpr std::size_t kShownOfSecret = 4;

/// Sums over everything of a trace that is a value.
class Contents {
public:
    explicit Contents(TraceReader& trace) : trace_(trace) {}

    absl::Status read() {
        readTexts();
        for (std::size_t i = 0; i < trace_.chunks().size(); ++i) {
            ARIADNE_ASSIGN_OR_RETURN(const auto chunk, trace_.chunk(i));
            for (std::uint32_t at = 0; at < chunk->count(); ++at) take(chunk->row(at));
        }
        for (std::size_t i = 0; i < trace_.snapshots().size(); ++i) {
            if (!trace_.snapshots()[i].isWhole()) continue;
            ARIADNE_ASSIGN_OR_RETURN(const WorldImage image, trace_.snapshot(i));
            take(image);
        }
        return absl::OkStatus();
    }

    void report(Report& report) const {
        reportTypes(report);
        reportSecrets(report);
        std::vector<std::string> shown;
        Json messages = Json::object();
        for (const auto& [type, count] : messages_) {
            shown.push_back(padded(grouped(count), 12) + typeName(type));
            messages[typeName(type)] = count;
        }
        report.list("messages", std::move(shown), std::move(messages));
        report.count("payload_bytes", payloadBytes_);
        report.count("change_bytes", changeBytes_);
        report.count("snapshot_state_bytes", stateBytes_);
        reportTelltales(report);
    }

private:
    struct Seen {
        std::uint64_t count = 0;
        std::string beginning;  ///< of the first
        std::size_t length = 0;
    };

    std::string typeName(TypeIndex type) const {
        return type.value == 0 ? "(text)" : trace_.types().at(type).name;
    }

    void look(const std::string& where, std::string_view bytes) {
        findTelltales(bytes, [&](Telltale kind, std::string_view text) {
            Seen& seen = telltales_[{kind, where}];
            if (seen.count++ != 0) return;
            seen.beginning = text.substr(0, std::min(kShownOfSecret, text.size() / 2));
            seen.length = text.size();
        });
    }

    void readTexts() {
        for (const auto& [name, value] : trace_.meta().args) look("arguments", name + "=" + value);
        for (const auto& [name, scope] : trace_.meta().grants) look("grants", scope);
        for (const CellBirth& birth : trace_.births()) look("actors", birth.path);
        look("outcome", trace_.stats().outcomeText);
        for (const tracefmt::HostNote& note : trace_.notes()) look("notes", note.path);
    }

    void take(const EventRow& row) {
        if (isEnqueue(row.kind)) ++messages_[row.type];
        payloadBytes_ += row.payload.size();
        changeBytes_ += row.change.size();
        look(typeName(row.type), asText(row.payload));
        if (row.change.empty()) return;
        const auto& births = trace_.births();
        const TypeIndex state =
            row.cell.value < births.size() ? births[row.cell.value].type : TypeIndex{};
        look(typeName(state), asText(row.change));
    }

    void take(const WorldImage& image) {
        for (const CellImage& cell : image.cells) {
            stateBytes_ += cell.state.size();
            // The reader has checked that it was born.
            look(typeName(trace_.births()[cell.rank.value].type), asText(cell.state.view()));
            for (const auto* lane : {&cell.control, &cell.mailbox, &cell.stash})
                for (const MessageImage& message : *lane)
                    look(typeName(message.type), asText(message.payload));
        }
        for (const TimerImage& timer : image.timers)
            look(typeName(timer.message.type), asText(timer.message.payload));
    }

    void reportTypes(Report& report) const {
        std::vector<std::string> shown;
        Json types = Json::object();
        for (const TypeDesc& type : trace_.types().all().subspan(1)) {
            if (type.kind != TypeKind::kStruct && type.kind != TypeKind::kEnum) continue;
            std::string fields;
            Json names = Json::array();
            for (const FieldDesc& field : type.fields) {
                fields += (fields.empty() ? "" : ", ") + field.name;
                names.push_back(field.name);
            }
            shown.push_back(joined(type.name, "{", fields, "}"));
            types[type.name] = std::move(names);
        }
        report.list("types_with_fields", std::move(shown), std::move(types));
    }

    /// Fields that the program, or who redacted the file, says are secret.
    void reportSecrets(Report& report) const {
        std::vector<std::string> secrets;
        for (const TypeDesc& type : trace_.types().all())
            for (const FieldDesc& field : type.fields)
                if (field.secret) secrets.push_back(joined(type.name, ".", field.name));
        Json json = secrets;
        if (secrets.empty()) secrets.emplace_back("none that the program marks");
        report.list("secret_fields", std::move(secrets), std::move(json));
    }

    void reportTelltales(Report& report) const {
        std::vector<std::string> shown;
        Json found = Json::array();
        for (const auto& [place, seen] : telltales_) {
            shown.push_back(joined(nameOf(place.first), " in ", place.second, ": ",
                                   grouped(seen.count), ", such as ", seen.beginning, "... of ",
                                   counted(seen.length, "byte")));
            found.push_back({{"kind", nameOf(place.first)},
                             {"where", place.second},
                             {"count", seen.count},
                             {"beginning", seen.beginning},
                             {"length", seen.length}});
        }
        if (shown.empty()) shown.emplace_back("nothing, as far as a guess by shape goes");
        report.list("looks_like_a_secret", std::move(shown), std::move(found));
    }

    TraceReader& trace_;
    std::map<TypeIndex, std::uint64_t> messages_;
    std::uint64_t payloadBytes_ = 0;
    std::uint64_t changeBytes_ = 0;
    std::uint64_t stateBytes_ = 0;
    std::map<std::pair<Telltale, std::string>, Seen> telltales_;  ///< by kind and where
};

}  // namespace

absl::Status addContents(Report& report, TraceReader& trace) {
    Contents contents{trace};
    ARIADNE_RETURN_IF_ERROR(contents.read());
    contents.report(report);
    // Else it is said already.
    if (trace.meta().redaction == tracefmt::Redaction::kNone) report.fact("redacted", "no", false);
    return absl::OkStatus();
}

}  // namespace ariadne::cli
