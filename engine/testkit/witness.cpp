#include "engine/testkit/witness.h"

#include "engine/value/type_info.h"

#include <algorithm>
#include <limits>

namespace ariadne::testkit {
namespace {

constexpr Rank kNeverBorn{std::numeric_limits<std::uint32_t>::max()};

VirtualTime deadlineOf(const EventRow& ask) {
    const std::int64_t left = std::numeric_limits<std::int64_t>::max() - ask.time.value;
    return ask.time + Duration{std::min(static_cast<std::int64_t>(ask.extra), left)};
}

}  // namespace

void Witness::onTypes(std::span<const TypeDesc> types) {
    for (const TypeDesc& type : types) types_.add(type);
}

void Witness::onBirth(const CellBirth& birth) {
    births_.push_back(birth);
    ranks_.emplace(birth.key, birth.rank);
}

void Witness::onEvent(const EventRow& row) {
    switch (row.kind) {
        case EventKind::kNote: onNote(row); break;
        case EventKind::kLog:
            logs_.push_back({pathOf(row.cell), static_cast<LogLevel>(row.arg),
                             std::string{asText(row.payload)}});
            break;
        case EventKind::kDrop: {
            const auto reason = static_cast<DropReason>(row.arg);
            deadLetters_.push_back(
                {pathOf(row.peer),
                 reason == DropReason::kNoSuchCell ? pathOf(kNeverBorn) : pathOf(row.cell),
                 std::string{value::shortName(types_.at(row.type).name)}, reason});
            break;
        }
        case EventKind::kStop:
        case EventKind::kFail:
            ends_[row.cell] = {static_cast<ExitReason>(row.arg), std::string{asText(row.payload)}};
            break;
        case EventKind::kRestart: {
            const CellKey key = keyOf(row.cell);
            std::erase_if(asks_, [&](const auto& ask) { return ask.first.first == key; });
            break;
        }
        case EventKind::kAsk: {
            kernel::OpenAsk ask{row.seq, keyOf(row.peer), std::nullopt};
            if (row.extra != 0) ask.deadline = deadlineOf(row);
            asks_[{keyOf(row.cell), row.arg}] = ask;
            break;
        }
        default: break;
    }
}

void Witness::onNote(const EventRow& row) {
    ByteReader in{row.payload};
    std::string key{asText(in.sized())};
    notes_.push_back(
        {pathOf(row.cell), std::move(key),
         value::showLine(types_, row.type, row.payload.subspan(in.offset()), showOptions())});
}

std::string Witness::pathOf(Rank rank) const {
    if (rank == kOutside) return "(outside)";
    return rank == kNeverBorn ? "(nobody)" : births_[rank.value].path;
}

std::string Witness::pathOf(CellKey key) const {
    if (key == CellKey{}) return "(outside)";
    const auto at = ranks_.find(key);
    return pathOf(at == ranks_.end() ? kNeverBorn : at->second);
}

CellKey Witness::keyOf(std::string_view path) const {
    for (const CellBirth& birth : births_)
        if (birth.path == path) return birth.key;
    return {};
}

std::optional<End> Witness::endOf(CellKey key) const {
    const auto rank = ranks_.find(key);
    if (rank == ranks_.end()) return std::nullopt;
    const auto at = ends_.find(rank->second);
    return at == ends_.end() ? std::nullopt : std::optional{at->second};
}

const kernel::OpenAsk* Witness::askOf(CellKey asker, std::uint64_t id) const {
    const auto at = asks_.find({asker, id});
    return at == asks_.end() ? nullptr : &at->second;
}

value::ShowOptions Witness::showOptions() const {
    value::ShowOptions options;
    options.cellName = [this](CellKey key) { return pathOf(key); };
    return options;
}

std::string Witness::show(const value::TypeInfo& type, const void* value) {
    value::TypeBuilder builder{shown_};
    const TypeIndex index = type.describe(builder);
    ByteWriter out;
    type.encode(value, out);
    return value::showLine(shown_, index, out.view(), showOptions());
}

}  // namespace ariadne::testkit
