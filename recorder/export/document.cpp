#include "recorder/export/document.h"

#include "engine/base/status_macros.h"

#include <utility>

namespace ariadne::exports {
namespace {

absl::Status nobodyTakesIt() {
    return absl::CancelledError("nobody takes the output");
}

}  // namespace

absl::StatusOr<Exported> Document::run() {
    if (history_.reader().meta().level == tracefmt::Level::kInputs)
        return absl::FailedPreconditionError(
            "found a trace of level inputs, which holds no events to export; make them with "
            "\"ariadne materialise FILE -o FULL.clew\" and export that");
    begin();
    const absl::Status walked = addAll();
    if (absl::IsCancelled(walked)) return walked;
    end();
    if (!wanted_) return nobodyTakesIt();
    out_.complete = walked;
    return std::move(out_);
}

absl::Status Document::addAll() {
    tracefmt::TraceReader& reader = history_.reader();
    for (std::size_t i = 0; i < reader.chunks().size(); ++i) {
        if (options_.cancel != nullptr && options_.cancel->load())
            return absl::CancelledError("cancelled");
        ARIADNE_ASSIGN_OR_RETURN(const std::shared_ptr<const tracefmt::EventChunk> chunk,
                                 reader.chunk(i));
        for (std::uint32_t r = 0; r < chunk->count(); ++r) {
            add(chunk->row(r));
            if (!wanted_) return nobodyTakesIt();
        }
    }
    return absl::OkStatus();
}

}  // namespace ariadne::exports
