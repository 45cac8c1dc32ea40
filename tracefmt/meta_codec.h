// The bodies of META, STAT and GAPS chunks.
#pragma once

#include "tracefmt/trace_meta.h"

#include <absl/status/statusor.h>

#include <span>
#include <vector>

namespace ariadne::tracefmt {

absl::StatusOr<Bytes> encodeMeta(const TraceMeta& meta);
absl::StatusOr<TraceMeta> decodeMeta(ByteView raw);

absl::StatusOr<Bytes> encodeStats(const TraceStats& stats);
absl::StatusOr<TraceStats> decodeStats(ByteView raw);

absl::StatusOr<Bytes> encodeGaps(std::span<const TraceGap> gaps);
absl::StatusOr<std::vector<TraceGap>> decodeGaps(ByteView raw);

}  // namespace ariadne::tracefmt
