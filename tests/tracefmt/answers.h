// What a reader answers of a trace, all of it, to be held against what another one answers.
#pragma once

#include "tests/tracefmt/trace_fixture.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ariadne::tracefmt {

/// Everything a reader answers, copied out.
struct Answers {
    std::vector<EventRow> rows;
    std::vector<std::shared_ptr<const EventChunk>> owners;
    std::vector<std::optional<WorldImage>> images;  ///< by snapshot; nullopt: cannot be read
    bool whole = true;                              ///< every chunk and snapshot could be read
};

inline Answers answersOf(TraceReader& reader) {
    Answers out;
    for (std::size_t i = 0; i < reader.chunks().size(); ++i) {
        const auto chunk = reader.chunk(i);
        if (!chunk.ok()) {
            out.whole = false;
            break;
        }
        for (std::uint32_t row = 0; row < (*chunk)->count(); ++row)
            out.rows.push_back((*chunk)->row(row));
        out.owners.push_back(*chunk);
    }
    for (std::size_t i = 0; i < reader.snapshots().size(); ++i) {
        auto image = reader.snapshot(i);
        out.whole = out.whole && image.ok();
        out.images.push_back(image.ok() ? std::optional{*std::move(image)} : std::nullopt);
    }
    return out;
}

inline bool startsAlike(const std::vector<EventRow>& prefix, const std::vector<EventRow>& whole) {
    return prefix.size() <= whole.size() &&
           std::equal(prefix.begin(), prefix.end(), whole.begin(), sameRow);
}

/// Those that could be read are the same.
inline bool startsAlike(const std::vector<std::optional<WorldImage>>& prefix,
                        const std::vector<std::optional<WorldImage>>& whole) {
    return prefix.size() <= whole.size() &&
           std::equal(prefix.begin(), prefix.end(), whole.begin(),
                      [](const auto& one, const auto& other) { return !one || one == other; });
}

template <class Part, class Whole>
bool isPrefix(const Part& part, const Whole& whole) {
    return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

/// What is left says nothing that the whole file does not say.
inline bool isPrefix(TraceReader& part, const Answers& answers, TraceReader& whole,
                     const Answers& truth) {
    return part.meta() == whole.meta() && startsAlike(answers.rows, truth.rows) &&
           isPrefix(part.types().all(), whole.types().all()) &&
           isPrefix(part.births(), whole.births()) && isPrefix(part.gaps(), whole.gaps()) &&
           isPrefix(part.notes(), whole.notes()) && startsAlike(answers.images, truth.images);
}

inline bool isNamed(const absl::Status& status) {
    switch (status.code()) {
        case absl::StatusCode::kInvalidArgument:
        case absl::StatusCode::kDataLoss:
        case absl::StatusCode::kFailedPrecondition:
        case absl::StatusCode::kResourceExhausted: return !status.message().empty();
        default: return false;
    }
}

/// What is wrong with how a damaged trace reads, empty: nothing. It must say that it is damaged, or
/// fail to open by name, and must not say anything else than the whole one. `mayEndClean`: only
/// verify() need notice.
inline std::string wrongWithDamaged(std::shared_ptr<const Bytes> damaged, TraceReader& whole,
                                    const Answers& truth, bool mayEndClean) {
    const auto opened = TraceReader::open(readFromMemory(std::move(damaged)));
    if (!opened.ok()) return isNamed(opened.status()) ? "" : opened.status().ToString();
    TraceReader& reader = **opened;
    const Answers answers = answersOf(reader);
    if (!isPrefix(reader, answers, whole, truth)) return "says what the whole one does not say";
    const absl::Status verified = reader.verify(nullptr, nullptr);
    if (reader.state() == FileState::kClean) {
        if (!mayEndClean) return "says that it is whole";
        if (verified.ok()) return "verifies";
    } else if (reader.damage().empty()) {
        return "does not say what is wrong with it";
    }
    if (!answers.whole && verified.ok()) return "verifies, and cannot be read";
    return {};
}

}  // namespace ariadne::tracefmt
