#include "studio/cli/divergence_card.h"

#include "engine/value/dynamic.h"
#include "studio/cli/plain_text.h"

#include <algorithm>
#include <array>
#include <vector>

namespace ariadne::cli {
namespace {

using recorder::Divergence;
using recorder::DivergentEvent;

struct Row {
    std::string name;
    std::string left;
    std::string right;
};

constexpr std::size_t kColumnWidthMax = 56;

std::vector<Row> rowsOf(const Divergence& divergence) {
    const DivergentEvent& a = divergence.recorded;
    const DivergentEvent& b = divergence.executed;
    const auto row = [&](std::string_view name, auto textOf) {
        return Row{std::string{name}, a.exists ? plain(textOf(a)) : "",
                   b.exists ? plain(textOf(b)) : ""};
    };
    std::vector<Row> rows;
    rows.push_back({"event", a.exists ? std::string{nameOf(a.kind)} : "(had ended)",
                    b.exists ? std::string{nameOf(b.kind)} : "(had ended)"});
    rows.push_back(
        row("time", [](const DivergentEvent& e) { return value::showDuration(e.time.value); }));
    rows.push_back(
        row("round", [](const DivergentEvent& e) { return std::to_string(e.round.value); }));
    rows.push_back(row("actor", [](const DivergentEvent& e) { return e.cell; }));
    rows.push_back(row("peer", [](const DivergentEvent& e) { return e.peer; }));
    rows.push_back(row("message", [](const DivergentEvent& e) { return e.message; }));
    rows.push_back(row("change", [](const DivergentEvent& e) { return e.change; }));
    std::erase_if(rows, [](const Row& r) { return r.left.empty() && r.right.empty(); });
    return rows;
}

std::string table(const std::vector<Row>& rows, const Sides& sides) {
    std::size_t nameWidth = 0;
    std::size_t leftWidth = sides.left.size();
    for (const Row& row : rows) {
        nameWidth = std::max(nameWidth, widthOf(row.name));
        leftWidth = std::max(leftWidth, std::min(widthOf(row.left), kColumnWidthMax));
    }
    std::string out;
    const auto add = [&](std::string_view mark, const Row& row) {
        std::string line = joined(mark, padded(row.name, nameWidth), "  ",
                                  padded(row.left, leftWidth), "  ", row.right);
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + "\n";
    };
    add("  ", {"", std::string{sides.left}, std::string{sides.right}});
    for (const Row& row : rows) add(row.left == row.right ? "  " : "* ", row);
    return out;
}

using Fields = std::vector<Divergence::FieldDifference>;

Json sideJson(const DivergentEvent& event) {
    if (!event.exists) return nullptr;
    return {{"kind", nameOf(event.kind)}, {"time_ns", event.time.value},
            {"round", event.round.value}, {"cell", event.cell},
            {"peer", event.peer},         {"message", event.message},
            {"change", event.change}};
}

}  // namespace

std::string divergenceCard(std::string_view title, const Divergence& divergence,
                           const Sides& sides) {
    std::string out = joined(title, ": ", plain(divergence.what), "\n");
    // Found by digests alone, there is nothing to show side by side.
    if (!divergence.recorded.exists && !divergence.executed.exists) return out;
    out += joined("\n", table(rowsOf(divergence), sides));
    const auto addFields = [&](std::string_view heading, const Fields& fields) {
        if (fields.empty()) return;
        std::vector<Row> rows;
        rows.reserve(fields.size());
        for (const Divergence::FieldDifference& field : fields)
            rows.push_back({plain(field.field), plain(field.a), plain(field.b)});
        out += joined("\n", heading, "\n", table(rows, sides));
    };
    addFields("message fields that differ", divergence.messageFields);
    addFields("state fields that differ", divergence.fields);
    return out;
}

Json divergenceJson(const Divergence& divergence, const Sides& sides) {
    const std::string left{sides.left};
    const std::string right{sides.right};
    const auto fieldsJson = [&](const Fields& fields) {
        Json out = Json::array();
        for (const Divergence::FieldDifference& field : fields)
            out.push_back({{"field", field.field}, {left, field.a}, {right, field.b}});
        return out;
    };
    return {{"position", divergence.position.value},
            {"what", divergence.what},
            {left, sideJson(divergence.recorded)},
            {right, sideJson(divergence.executed)},
            {"message_fields", fieldsJson(divergence.messageFields)},
            {"state_fields", fieldsJson(divergence.fields)}};
}

}  // namespace ariadne::cli
