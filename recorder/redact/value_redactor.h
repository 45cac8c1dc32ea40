// Encoded values with stand-ins in the place of what is secret in them.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/type_desc.h"
#include "recorder/redact/secret_fields.h"
#include "recorder/redact/stand_in.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace ariadne::redact {

/// One leaf of a state type (engine/value/change.h).
struct SecretLeaf {
    TypeIndex type;
    FieldId holder;                 ///< the innermost field that it is
    std::optional<FieldId> secret;  ///< the outermost secret field that it is in, or is
};

/// The texts of one state that changes build on, by number of the leaf. What is missing is not
/// known.
using StateTexts = std::map<std::uint32_t, Bytes>;

/// Works by description alone, on bytes nobody vouches for. Every bool below: false when the bytes
/// are no canonical encoding; what was written then is of no use. Thread-confined; `types` outlives
/// it and does not change.
class ValueRedactor {
public:
    /// Called with every text, or row of bytes, that is replaced, and the field it is in.
    using Told = std::function<void(FieldId, ByteView)>;

    ValueRedactor(const TypeTable& types, const StandIns& standIns, Told told);

    /// Whether values of `type` may hold something secret; others need not be taken apart.
    bool concerns(TypeIndex type) const {
        return type.value < concerns_.size() && concerns_[type.value];
    }
    /// Appends what stands for `value`, which has as many elements, entries and fields.
    bool redact(TypeIndex type, ByteView value, ByteWriter& out);
    /// The same of what one turn did to a state. `texts` are those before it, and become those
    /// after it.
    bool redactChange(TypeIndex state, ByteView change, StateTexts& texts, ByteWriter& out);
    /// Of some field it has only a digest, perhaps because a text that it builds on is not known.
    bool lastChangeHasDigest() const { return hasDigest_; }
    /// The texts of a state that a change may build on and that are secret.
    bool readTexts(TypeIndex state, ByteView value, StateTexts& texts);
    /// Whether states of that type have such texts.
    bool hasTexts(TypeIndex state);
    /// Of a text that no type describes.
    std::string redactText(FieldId field, ByteView text);

    const std::vector<SecretLeaf>& leavesOf(TypeIndex state) { return planOf(state).leaves; }
    /// How many values of each field were replaced.
    const std::map<FieldId, std::uint64_t>& counts() const { return counts_; }

private:
    struct Part;
    struct StatePlan {
        std::vector<SecretLeaf> leaves;
        bool hasTexts = false;
    };
    const StatePlan& planOf(TypeIndex state);

    bool value(TypeIndex type, ByteReader& in, ByteWriter& out, const FieldId* secret,
               std::uint32_t depth);
    bool scalar(const TypeDesc& desc, TypeIndex type, ByteReader& in, ByteWriter& out,
                FieldId secret);
    bool many(TypeIndex element, std::uint64_t count, ByteReader& in, ByteWriter& out,
              const FieldId* secret, std::uint32_t depth);
    bool ordered(const TypeDesc& desc, std::uint64_t count, ByteReader& in, ByteWriter& out,
                 const FieldId* secret, std::uint32_t depth);
    bool whole(TypeIndex type, ByteView bytes, ByteWriter& out, const FieldId* secret);
    std::int64_t enumerator(TypeIndex type, const TypeDesc& desc, std::int64_t number);

    bool leafChange(const SecretLeaf& leaf, std::uint32_t number, std::uint8_t& op, ByteReader& in,
                    StateTexts& texts, ByteWriter& out);
    bool mapChange(const SecretLeaf& leaf, ByteReader& in, ByteWriter& out);
    bool listChange(const SecretLeaf& leaf, ByteReader& in, ByteWriter& out);
    bool textChange(const SecretLeaf& leaf, std::uint32_t number, std::uint8_t& op, ByteReader& in,
                    StateTexts& texts, ByteWriter& out);

    const TypeTable& types_;
    StandIns standIns_;
    Told told_;
    std::vector<bool> concerns_;
    std::map<TypeIndex, StatePlan> plans_;
    std::size_t leavesHeld_ = 0;  ///< in plans_
    bool hasDigest_ = false;
    /// Of the enumerators of a type: number and stand-in, ascending.
    std::map<TypeIndex, std::vector<std::pair<std::int64_t, std::int64_t>>> enumerators_;
    std::map<FieldId, std::uint64_t> counts_;
};

}  // namespace ariadne::redact
