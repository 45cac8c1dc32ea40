// The body of a NOTE chunk: what the host of a run wrote down of it.
#pragma once

#include "tracefmt/trace_meta.h"

#include <absl/status/statusor.h>

#include <span>
#include <vector>

namespace ariadne::tracefmt {

/// `note` as a file keeps it: of longer texts the first kHostNoteTextBytesMax bytes.
HostNote kept(HostNote note);

absl::StatusOr<Bytes> encodeNotes(std::span<const HostNote> notes);
absl::StatusOr<std::vector<HostNote>> decodeNotes(ByteView raw);

}  // namespace ariadne::tracefmt
