#include "studio/session/kept_inputs.h"

#include "engine/base/status_macros.h"

#include <algorithm>

namespace ariadne::studio {

absl::StatusOr<const tracefmt::InputRows*> KeptInputs::rowsOf(std::size_t index) {
    if (!rows_ || index_ != index) {
        ARIADNE_ASSIGN_OR_RETURN(rows_, reader_.inputRows(index));
        index_ = index;
    }
    return rows_.get();
}

absl::StatusOr<const EventRow*> KeptInputs::firstFrom(Position position) {
    for (std::size_t i = inputsFrom(reader_, position); i < reader_.inputs().size(); ++i) {
        ARIADNE_ASSIGN_OR_RETURN(const tracefmt::InputRows* inputs, rowsOf(i));
        const auto rows = inputs->rows();
        const auto found =
            std::partition_point(rows.begin(), rows.end(),
                                 [position](const EventRow& row) { return row.seq < position; });
        if (found != rows.end()) return &*found;
    }
    return nullptr;
}

std::size_t inputsFrom(const tracefmt::TraceReader& reader, Position position) {
    const auto& all = reader.inputs();
    const auto at = std::partition_point(all.begin(), all.end(), [position](const auto& entry) {
        return entry.first.value + entry.count <= position.value;
    });
    return static_cast<std::size_t>(at - all.begin());
}

}  // namespace ariadne::studio
