#include "recorder/redact/redact.h"

#include "engine/base/status_macros.h"
#include "recorder/redact/leftovers.h"
#include "recorder/redact/trace_redactor.h"
#include "tracefmt/format.h"
#include "tracefmt/tail_file.h"
#include "tracefmt/trace_writer.h"

#include <algorithm>
#include <system_error>

namespace ariadne::redact {
namespace {

using tracefmt::TraceReader;

/// Words of the program, not of its values, and those that redaction itself writes.
std::string wordsOf(const TypeTable& types, const tracefmt::TraceMeta& meta) {
    std::string words{kStandInMark};
    for (const std::string* text :
         {&meta.engineVersion, &meta.programId, &meta.programVersion, &meta.policy})
        words += '\n' + *text;
    for (const TypeDesc& type : types.all()) {
        words += '\n' + type.name;
        for (const FieldDesc& field : type.fields) words += '\n' + field.name;
    }
    return words;
}

absl::Status checkInput(TraceReader& from) {
    if (from.meta().level == tracefmt::Level::kInputs)
        return absl::FailedPreconditionError(
            "a trace of level inputs has only what came from outside, and without its true values "
            "nothing can be made of that; make all events with \"ariadne materialise\" and redact "
            "the result");
    if (from.state() != tracefmt::FileState::kClean) return absl::OkStatus();
    // The copy gets digests of its own, which must not hide that those of the original do not hold.
    return from.verify(nullptr, nullptr);
}

/// Another one for each key and choice of fields, which META does not tell.
tracefmt::FileId idOf(const TraceReader& from, const RedactOptions& options) {
    ByteWriter of;
    for (const std::uint64_t word : from.id()) of.fixed64(word);
    for (const std::string& field : options.fields) of.sized(asBytes(field));
    const auto id = StandIns{options.key}.fileId(of.view());
    return {id[0], id[1]};
}

absl::Status write(TraceReader& from, TraceRedactor& redactor, const RedactOptions& options,
                   std::unique_ptr<tracefmt::WriteFile> to) {
    tracefmt::TraceMeta meta = redactor.editedMeta();
    meta.origin = {tracefmt::TraceOrigin::Made::kRedacted, from.id(), {}, {}};
    meta.redaction = tracefmt::Redaction::kFields;
    meta.segment = 0;  // nothing goes on behind it
    meta.minReplayMinor = std::max(meta.minReplayMinor, tracefmt::kRedactionMinor);
    ARIADNE_ASSIGN_OR_RETURN(
        const std::unique_ptr<tracefmt::TraceWriter> writer,
        tracefmt::TraceWriter::create(std::move(to), meta, idOf(from, options)));
    tracefmt::CopyRange range;
    range.edits = &redactor;
    ARIADNE_RETURN_IF_ERROR(tracefmt::copyTrace(from, *writer, range).status());
    return writer->finish(redactor.editedStats());
}

absl::Status check(const TraceReader& from, TraceReader& made) {
    if (made.state() != tracefmt::FileState::kClean)
        return absl::DataLossError("what was written is not whole: " + made.damage());
    if (absl::Status whole = made.verify(nullptr, nullptr); !whole.ok())
        return absl::DataLossError("what was written does not hold: " +
                                   std::string{whole.message()});
    if (made.lastPosition() == from.lastPosition() &&
        made.stats().kindCounts == from.stats().kindCounts &&
        made.notes().size() == from.notes().size())
        return absl::OkStatus();
    return absl::DataLossError("what was written goes to " +
                               std::to_string(made.lastPosition().value) + ", what was read to " +
                               std::to_string(from.lastPosition().value));
}

}  // namespace

absl::StatusOr<Redacted> redact(TraceReader& from, const RedactOutput& output,
                                const RedactOptions& options) {
    TypeTable types = from.types();
    std::vector<std::string> arguments;
    for (const auto& [name, value] : from.meta().args) arguments.push_back(name);
    SecretFields fields;
    ARIADNE_RETURN_IF_ERROR(fields.choose(options.fields, types, arguments));
    if (!fields.choseOthers() && std::ranges::none_of(types.all(), hasSecretField))
        return absl::FailedPreconditionError(
            "no type in this trace marks a field as secret, and none was named; name some with "
            "--field 'Type.field', \"ariadne info --contents\" lists them");
    ARIADNE_RETURN_IF_ERROR(checkInput(from));

    TraceRedactor redactor{from, types, fields, options.key};
    ARIADNE_ASSIGN_OR_RETURN(std::unique_ptr<tracefmt::WriteFile> to, output.create());
    ARIADNE_RETURN_IF_ERROR(write(from, redactor, options, std::move(to)));

    ARIADNE_ASSIGN_OR_RETURN(std::unique_ptr<tracefmt::ReadFile> file, output.open());
    ARIADNE_ASSIGN_OR_RETURN(const std::unique_ptr<TraceReader> made,
                             TraceReader::open(std::move(file)));
    ARIADNE_RETURN_IF_ERROR(check(from, *made));

    RemovedValues& removed = redactor.removed();
    removed.dropThoseIn(wordsOf(types, from.meta()));
    Redacted out;
    for (std::uint32_t i = 1; i < types.size(); ++i)
        if (const TypeDesc& type = types.at({i}); hasSecretField(type))
            for (std::uint32_t f = 0; f < type.fields.size(); ++f) {
                const auto count = redactor.counts().find({{i}, f});
                if (type.fields[f].secret)
                    out.fields.emplace_back(nameOf(types, {{i}, f}),
                                            count == redactor.counts().end() ? 0 : count->second);
            }
    for (const auto& [id, count] : redactor.counts())
        if (id.type.value == 0) out.fields.emplace_back(nameOf(types, id), count);
    for (const auto& [kind, count] : made->stats().kindCounts) out.events += count;
    out.bytes = made->fileBytes();
    out.lookedFor = removed.all().size();
    out.indistinct = removed.indistinct() + removed.dropped();
    out.beyondLimits = removed.beyondLimits();
    ARIADNE_ASSIGN_OR_RETURN(file, output.open());
    ARIADNE_ASSIGN_OR_RETURN(out.leftover, findLeftover(*made, *file, removed, redactor.values()));
    return out;
}

absl::StatusOr<Redacted> redactInto(TraceReader& from, const std::filesystem::path& path,
                                    const std::filesystem::path& to, const RedactOptions& options) {
    std::error_code error;
    if (std::filesystem::equivalent(path, to, error))
        return absl::InvalidArgumentError(
            "the new file is the old one; redact writes a new file and leaves the old one alone");
    ARIADNE_RETURN_IF_ERROR(tracefmt::checkReplaceable(to));
    // Under a name of its own until nothing is left over in it.
    std::filesystem::path unfinished = to;
    unfinished += ".unfinished";
    bool created = false;
    const RedactOutput output{[&] {
                                  auto file = tracefmt::createForWriting(unfinished);
                                  created = file.ok();
                                  return file;
                              },
                              [&] { return tracefmt::openForReading(unfinished); }};
    absl::StatusOr<Redacted> out = redact(from, output, options);
    if (out.ok() && !out->leftover) {
        absl::Status placed = tracefmt::removeTailOf(to);
        if (placed.ok()) {
            std::filesystem::rename(unfinished, to, error);
            if (!error) return out;
            placed =
                absl::UnavailableError("cannot give the new file its name: " + error.message());
        }
        out = placed;
    }
    if (created) std::filesystem::remove(unfinished, error);
    return out;
}

}  // namespace ariadne::redact
