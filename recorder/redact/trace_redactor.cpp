#include "recorder/redact/trace_redactor.h"

#include "engine/base/status_macros.h"

#include <algorithm>

namespace ariadne::redact {
namespace {

absl::Status unreadable(const std::string& where, const std::string& what) {
    return absl::DataLossError(
        where + " is no encoding of " + what +
        ", so nothing tells where in it a secret stands; \"ariadne verify\" says whether the file "
        "is whole, \"ariadne cut\" makes one without that event");
}

std::string nameOfRow(const EventRow& row) {
    return "event " + std::to_string(row.seq.value) + " (" +
           std::string{ariadne::nameOf(row.kind)} + ")";
}

}  // namespace

TraceRedactor::TraceRedactor(const tracefmt::TraceReader& from, TypeTable types,
                             const SecretFields& fields, const RedactionKey& key)
    : from_(from),
      types_(std::move(types)),
      fields_(fields),
      values_(types_, StandIns{key},
              [this](FieldId field, ByteView value) { removed_.add(field, value); }),
      births_(from.births()),
      terms_(from.births().size()) {
    if (!fields_.hasPaths()) return;
    for (CellBirth& birth : births_) birth.path = pathOf(birth.path);
}

/// Name by name, so that who is inside whom stays visible; "#2" behind a name stays.
std::string TraceRedactor::pathOf(std::string_view path) {
    std::string out;
    while (!path.empty()) {
        const std::string_view part = path.substr(0, path.find('/'));
        std::string_view name = part.substr(0, part.rfind('#'));
        if (part.find_first_not_of("0123456789", name.size() + 1) != part.npos) name = part;
        out += values_.redactText(kActorPaths, asBytes(name));
        out += part.substr(name.size());
        path.remove_prefix(part.size());
        if (path.empty()) break;
        out += '/';
        path.remove_prefix(1);
    }
    return out;
}

absl::Status TraceRedactor::editBytes(TypeIndex type, ByteView bytes, Bytes& out,
                                      const std::string& where) {
    ByteWriter written;
    if (!values_.redact(type, bytes, written)) return unreadable(where, types_.at(type).name);
    out = written.take();
    return absl::OkStatus();
}

absl::Status TraceRedactor::edit(EventRow& row) {
    // The texts of a state are those before the row.
    ARIADNE_RETURN_IF_ERROR(editChange(row));
    if (row.kind == EventKind::kSpawn || row.kind == EventKind::kRestart)
        rememberTexts(row.cell, row.type, row.payload);
    if (row.kind == EventKind::kStop || row.kind == EventKind::kFail) texts_.erase(row.cell);
    rememberEffect(row);
    return editPayload(row);
}

absl::Status TraceRedactor::editPayload(EventRow& row) {
    if (row.payload.empty()) return absl::OkStatus();
    payload_.clear();
    ByteReader in{row.payload};
    if (hasText(row.kind)) {
        const bool secret = fields_.hasText(row.kind);
        if (!secret && !values_.concerns(row.type)) return absl::OkStatus();
        if (row.kind != EventKind::kNote) {
            payload_.raw(asBytes(values_.redactText(textOf(row.kind), row.payload)));
            row.payload = payload_.view();
            return absl::OkStatus();
        }
        const ByteView text = in.sized();
        if (!in.ok()) return unreadable("the payload of " + nameOfRow(row), "a note");
        if (secret)
            payload_.sized(asBytes(values_.redactText(textOf(row.kind), text)));
        else
            payload_.sized(text);
    } else if (!values_.concerns(row.type)) {
        return absl::OkStatus();
    }
    const ByteView value = in.raw(in.remaining());
    if (!values_.concerns(row.type))
        payload_.raw(value);
    else if (!values_.redact(row.type, value, payload_))
        return unreadable("the payload of " + nameOfRow(row), types_.at(row.type).name);
    row.payload = payload_.view();
    return absl::OkStatus();
}

absl::Status TraceRedactor::editChange(EventRow& row) {
    if (row.change.empty()) return absl::OkStatus();
    const TypeIndex type = stateTypeOf(row.cell);
    if (!values_.concerns(type)) return absl::OkStatus();
    change_.clear();
    StateTexts none;
    StateTexts& texts = values_.hasTexts(type) ? texts_[row.cell] : none;
    if (!values_.redactChange(type, row.change, texts, change_))
        return unreadable("the change of " + nameOfRow(row), "a change of " + types_.at(type).name);
    row.change = change_.view();
    if (values_.lastChangeHasDigest()) row.flags |= kFlagDigestOnly;
    return absl::OkStatus();
}

void TraceRedactor::rememberTexts(Rank cell, TypeIndex type, ByteView state) {
    if (!values_.hasTexts(type)) return;
    StateTexts texts;
    if (values_.readTexts(type, state, texts)) texts_[cell] = std::move(texts);
}

void TraceRedactor::rememberEffect(const EventRow& row) {
    if (row.kind == EventKind::kEffect) effects_[{row.cell, row.arg}] = row.type;
    if (row.kind == EventKind::kEffectDone) effects_.erase({row.cell, row.arg});
}

absl::Status TraceRedactor::editMessage(MessageImage& message) {
    if (!values_.concerns(message.type)) return absl::OkStatus();
    return editBytes(message.type, message.payload, message.payload,
                     "a message that waits in the snapshot");
}

absl::Status TraceRedactor::editCell(CellImage& cell) {
    const TypeIndex type = stateTypeOf(cell.rank);
    const auto where = [&](const char* what) { return what + std::to_string(cell.rank.value); };
    Bytes bytes;
    if (values_.concerns(type)) {
        rememberTexts(cell.rank, type, cell.state.view());
        ARIADNE_RETURN_IF_ERROR(
            editBytes(type, cell.state.view(), bytes, where("the state of actor ")));
        cell.state.assign(bytes);
    }
    for (auto* lane : {&cell.control, &cell.mailbox, &cell.stash}) {
        if (lane->empty()) continue;
        for (MessageImage& message : lane->edit()) ARIADNE_RETURN_IF_ERROR(editMessage(message));
    }
    if (fields_.hasPaths() && !cell.childNames.empty()) {
        for (auto& [name, uses] : cell.childNames.edit())
            name = values_.redactText(kActorPaths, asBytes(name));
        std::ranges::sort(cell.childNames.edit());
    }
    if (cell.care.untouched()) return absl::OkStatus();
    CareImage& care = cell.care.edit();
    if (!care.firstState.empty() && values_.concerns(type)) {
        ARIADNE_RETURN_IF_ERROR(editBytes(type, ByteView{care.firstState}.subspan(1), bytes,
                                          where("the first state of actor ")));
        care.firstState.resize(1);
        care.firstState.insert(care.firstState.end(), bytes.begin(), bytes.end());
    }
    for (EffectImage& effect : care.effects) {
        const auto asked = effects_.find({cell.rank, effect.ordinal});
        // The row that would tell the type stands in front of the file. Nobody performs it again.
        if (asked == effects_.end())
            effect.payload.clear();
        else if (values_.concerns(asked->second))
            ARIADNE_RETURN_IF_ERROR(editBytes(asked->second, effect.payload, effect.payload,
                                              where("an effect asked for by actor ")));
    }
    return absl::OkStatus();
}

absl::Status TraceRedactor::edit(WorldImage& image) {
    const auto forget = [&](Rank rank) {
        if (rank.value >= terms_.size()) return;
        termSum_ -= std::exchange(terms_[rank.value], 0);
    };
    if (image.isWhole()) {
        termSum_ = 0;
        std::ranges::fill(terms_, 0);
    }
    for (const Rank rank : image.gone) {
        forget(rank);
        texts_.erase(rank);
    }
    for (CellImage& cell : image.cells) {
        absl::Status edited = editCell(cell);
        if (!edited.ok())
            return absl::Status(edited.code(), "the snapshot of event " +
                                                   std::to_string(image.position.value) + ": " +
                                                   std::string{edited.message()});
        // The reader has seen to it that it was born.
        forget(cell.rank);
        terms_[cell.rank.value] = stateTermOf(cell, births_[cell.rank.value].key);
        termSum_ += terms_[cell.rank.value];
    }
    for (TimerImage& timer : image.timers) ARIADNE_RETURN_IF_ERROR(editMessage(timer.message));
    if (fields_.hasText(EventKind::kWait) && !image.firstLeak.empty())
        image.firstLeak = values_.redactText(textOf(EventKind::kWait), asBytes(image.firstLeak));
    image.stateDigest = termSum_ + stateTermOfRest(image, births_);
    lastImageAt_ = image.position;
    lastStateDigest_ = image.stateDigest;
    return absl::OkStatus();
}

void TraceRedactor::edit(tracefmt::HostNote& note) {
    if (fields_.hasPaths()) note.path = pathOf(note.path);
}

tracefmt::TraceMeta TraceRedactor::editedMeta() {
    tracefmt::TraceMeta meta = from_.meta();
    for (auto& [name, value] : meta.args)
        if (fields_.hasArgument(name)) value = values_.redactText(kArguments, asBytes(value));
    return meta;
}

tracefmt::TraceStats TraceRedactor::editedStats() {
    tracefmt::TraceStats stats = from_.stats();
    stats.stateDigest = lastImageAt_ == from_.lastPosition() ? lastStateDigest_ : 0;
    if (fields_.hasText(EventKind::kEnd) && !stats.outcomeText.empty())
        stats.outcomeText = values_.redactText(textOf(EventKind::kEnd), asBytes(stats.outcomeText));
    return stats;
}

}  // namespace ariadne::redact
