// Puts stand-ins into rows and snapshots on their way into another file.
#pragma once

#include "recorder/redact/removed_values.h"
#include "recorder/redact/secret_fields.h"
#include "recorder/redact/value_redactor.h"
#include "tracefmt/trace_copy.h"
#include "tracefmt/trace_reader.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace ariadne::redact {

/// One trace from front to back. Holds, of the states, the texts that changes build on, and a word
/// for each birth. Thread-confined; `from` outlives it.
class TraceRedactor final : public tracefmt::CopyEdits {
public:
    /// `types`: those of `from`, with what was chosen marked.
    TraceRedactor(const tracefmt::TraceReader& from, TypeTable types, const SecretFields& fields,
                  const RedactionKey& key);

    std::span<const TypeDesc> types() const override { return types_.all().subspan(1); }
    std::span<const CellBirth> births() const override { return std::span{births_}.subspan(1); }
    /// kDataLoss: something of the row is no value of its type, so nothing says that no secret is
    /// left in it.
    absl::Status edit(EventRow& row) override;
    absl::Status edit(WorldImage& image) override;
    void edit(tracefmt::HostNote& note) override;
    void missed() override { texts_.clear(); }

    tracefmt::TraceMeta editedMeta();
    /// The digest of the final state is known when a snapshot of the last event was copied.
    tracefmt::TraceStats editedStats();

    const TypeTable& table() const { return types_; }
    const std::map<FieldId, std::uint64_t>& counts() const { return values_.counts(); }
    RemovedValues& removed() { return removed_; }
    ValueRedactor& values() { return values_; }

private:
    absl::Status editPayload(EventRow& row);
    absl::Status editChange(EventRow& row);
    absl::Status editCell(CellImage& cell);
    absl::Status editMessage(MessageImage& message);
    /// What it is in goes into the error.
    absl::Status editBytes(TypeIndex type, ByteView bytes, Bytes& out, const std::string& where);
    void rememberTexts(Rank cell, TypeIndex type, ByteView state);
    void rememberEffect(const EventRow& row);
    std::string pathOf(std::string_view path);
    TypeIndex stateTypeOf(Rank cell) const {
        return cell.value < births_.size() ? births_[cell.value].type : TypeIndex{};
    }

    const tracefmt::TraceReader& from_;
    const TypeTable types_;
    const SecretFields& fields_;
    RemovedValues removed_;
    ValueRedactor values_;
    std::vector<CellBirth> births_;

    ByteWriter payload_;
    ByteWriter change_;
    std::map<Rank, StateTexts> texts_;
    std::map<std::pair<Rank, std::uint64_t>, TypeIndex> effects_;  ///< asked for, by ordinal
    std::vector<std::uint64_t> terms_;  ///< of the state digest, by rank; 0: not alive
    std::uint64_t termSum_ = 0;
    Position lastImageAt_;
    std::uint64_t lastStateDigest_ = 0;
};

}  // namespace ariadne::redact
