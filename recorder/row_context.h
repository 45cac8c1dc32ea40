// What is known around an event: names, types, the message and the obligation it is about.
#pragma once

#include "engine/base/event.h"
#include "engine/base/type_desc.h"
#include "engine/region/region.h"
#include "engine/value/dynamic.h"

#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <string>

namespace ariadne::recorder {

/// A trace is one (History), a run that goes on another.
/// Errors are those of whoever answers: damage, or what is kept no more.
class RowContext {
public:
    struct MessageBytes {
        TypeIndex type;
        Bytes payload;
    };

    virtual ~RowContext() = default;
    virtual const TypeTable& types() const = 0;
    /// "bank/teller#3", "outside" for rank 0.
    virtual std::string pathOf(Rank rank) const = 0;
    /// Names cells by their path. Lives no longer than this.
    virtual value::CellNamer cellNamer() const = 0;
    /// The message's type and payload of an enqueue, deliver or drop row, following causes to where
    /// the bytes are. Empty payload when that is not known.
    virtual absl::StatusOr<MessageBytes> messageOf(const EventRow& row) = 0;
    /// The obligation as the ledger of `region` has it at `position`; nullopt when it is not open
    /// there, or nobody can tell. Of a run that goes on: around its newest event alone.
    virtual std::optional<LedgerEntry> obligationAt(Position position, Rank region, Rank maker,
                                                    std::uint64_t ordinal) = 0;
    /// The same for who knows its holder instead of its maker. Of several the first.
    virtual std::optional<LedgerEntry> obligationHeldAt(Position position, Rank region, Rank holder,
                                                        std::uint64_t ordinal) = 0;
};

/// One line that says what happened: `Deposit{cents: 500} from bank`, `stopped: done`.
absl::StatusOr<std::string> describe(const EventRow& row, RowContext& context);

}  // namespace ariadne::recorder
