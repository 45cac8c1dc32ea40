#include "tracefmt/note_codec.h"

#include "engine/base/status_macros.h"
#include "tracefmt/body_parts.h"
#include "tracefmt/format.h"

#include <absl/strings/str_cat.h>

#include <utility>

namespace ariadne::tracefmt {

namespace {

void cut(std::string& text) {
    if (text.size() > kHostNoteTextBytesMax) text.resize(kHostNoteTextBytesMax);
}

absl::StatusOr<HostNote> readNote(schema::Note::Reader in) {
    HostNote note;
    const std::uint8_t kind = in.getKind();
    if (kind <= static_cast<std::uint8_t>(HostNoteKind::kCameBack))
        note.kind = static_cast<HostNoteKind>(kind);
    note.readableTo.value = in.getReadableTo();
    note.round.value = in.getRound();
    note.thread = in.getThread();
    note.cell.value = in.getCell();
    ARIADNE_ASSIGN_OR_RETURN(note.path, boundedText(in.getPath(), "path of a note"));
    ARIADNE_ASSIGN_OR_RETURN(note.state, boundedText(in.getState(), "type of a note"));
    ARIADNE_ASSIGN_OR_RETURN(note.message, boundedText(in.getMessage(), "type of a note"));
    note.enqueuedAt.value = in.getEnqueuedAt();
    note.ranForNs = in.getRanForNs();
    return kept(std::move(note));
}

}  // namespace

HostNote kept(HostNote note) {
    for (std::string* text : {&note.path, &note.state, &note.message}) cut(*text);
    return note;
}

std::size_t messageBytesOf(const HostNote& note) {
    return sizeof note + 3 * kAlignment + note.path.size() + note.state.size() +
           note.message.size();
}

void writeNotes(capnp::List<schema::Note>::Builder out, std::span<const HostNote> notes) {
    for (unsigned i = 0; i < notes.size(); ++i) {
        out[i].setKind(static_cast<std::uint8_t>(notes[i].kind));
        out[i].setReadableTo(notes[i].readableTo.value);
        out[i].setRound(notes[i].round.value);
        out[i].setThread(notes[i].thread);
        out[i].setCell(notes[i].cell.value);
        out[i].setPath(toText(notes[i].path));
        out[i].setState(toText(notes[i].state));
        out[i].setMessage(toText(notes[i].message));
        out[i].setEnqueuedAt(notes[i].enqueuedAt.value);
        out[i].setRanForNs(notes[i].ranForNs);
    }
}

absl::Status checkNoteCount(std::size_t notes) {
    if (notes <= kHostNotesMax) return absl::OkStatus();
    return absl::ResourceExhaustedError(
        absl::StrCat("found ", notes, " notes, the limit is ", kHostNotesMax));
}

absl::Status readNotes(capnp::List<schema::Note>::Reader in, std::size_t bodyBytes,
                       std::vector<HostNote>& notes) {
    ARIADNE_RETURN_IF_ERROR(checkRows<schema::Note>(in, bodyBytes));
    ARIADNE_RETURN_IF_ERROR(checkNoteCount(in.size()));
    for (const auto one : in) {
        ARIADNE_ASSIGN_OR_RETURN(HostNote note, readNote(one));
        notes.push_back(std::move(note));
    }
    return absl::OkStatus();
}

absl::StatusOr<Bytes> encodeNotes(std::span<const HostNote> notes) {
    std::size_t size = 64;
    for (const HostNote& note : notes) size += messageBytesOf(note);
    const auto fill = [&](capnp::MessageBuilder& message) {
        writeNotes(message.initRoot<schema::Notes>().initNotes(static_cast<unsigned>(notes.size())),
                   notes);
    };
    return buildMessage(size, fill);
}

absl::StatusOr<std::vector<HostNote>> decodeNotes(ByteView raw) {
    std::vector<HostNote> notes;
    ARIADNE_RETURN_IF_ERROR(readMessage(raw, [&](capnp::MessageReader& message) {
        return readNotes(message.getRoot<schema::Notes>().getNotes(), raw.size(), notes);
    }));
    return notes;
}

}  // namespace ariadne::tracefmt
