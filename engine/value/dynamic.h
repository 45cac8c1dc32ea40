// Values without their C++ type: split, compare, show and change encoded bytes by description
// alone.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/type_desc.h"
#include "engine/value/change.h"

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ariadne::value {

/// Moves `in` behind one value of `type`; false (and `in` failed) when the bytes are none.
bool skipValue(const TypeTable& types, TypeIndex type, ByteReader& in, std::uint32_t depth = 0);

/// Order of two canonical encodings of `type`, as the C++ operator< of the described type orders
/// them. Bytes that are no such encoding compare as bytes.
std::weak_ordering compareEncoded(const TypeTable& types, TypeIndex type, ByteView a, ByteView b);

/// Turns a cell's key into what a person reads ("bank/teller#3").
using CellNamer = std::function<std::string(CellKey)>;

/// One node of a value, ready to be shown. `children` are fields, elements or entries.
struct ValueNode {
    std::string name;      ///< field name, "[3]", or the key of an entry
    std::string typeName;  ///< short
    TypeKind kind = TypeKind::kOpaque;
    std::string text;  ///< one line: the scalar, or a summary such as "Deposit{cents: 500}"
    std::vector<ValueNode> children;
    std::uint64_t childCount = 0;  ///< of the value; larger than children.size() when cut
};

struct ShowOptions {
    std::uint32_t childrenMax = 1000;  ///< per container; the rest is counted, not built
    std::uint32_t textBytesMax = 160;  ///< of each `text`, cut with an ellipsis
    CellNamer cellName;
};

/// The tree of one encoded value. Bytes that do not fit the type become one opaque node that says
/// so.
ValueNode showValue(const TypeTable& types, TypeIndex type, ByteView bytes,
                    const ShowOptions& options = {});

/// One line: `Deposit{cents: 500}`, `[1, 2, 3]`, `"text"`.
std::string showLine(const TypeTable& types, TypeIndex type, ByteView bytes,
                     const ShowOptions& options = {});

/// Quotes `text`, escaping control, bidirectional and invalid bytes, cut at `bytesMax`.
std::string quoted(std::string_view text, std::size_t bytesMax);

/// "1.5s", "20ms", "0s": the shortest exact spelling.
std::string showDuration(std::int64_t ns);

/// One leaf of a state type: its dotted field path and its type.
struct LeafDesc {
    std::string path;
    TypeIndex type;
};
/// Leaves of `type` in the order change.h numbers them; at most 65,536.
std::vector<LeafDesc> leavesOf(const TypeTable& types, TypeIndex type);

/// A state taken apart into leaves, to which recorded changes can be applied.
/// Copyable. Holds no reference to the type table it is given.
class StateValue {
public:
    /// A leaf whose content the trace does not hold, only its digest.
    struct Unknown {
        std::uint64_t digest = 0;
        std::uint64_t bytes = 0;
    };
    struct Entry {
        Bytes key;  ///< empty for list elements
        Bytes value;
    };
    struct Split {
        std::vector<Entry> entries;
    };
    using Leaf = std::variant<Bytes, Split, Unknown>;

    StateValue() = default;
    /// kDataLoss when `bytes` are no encoding of `type`.
    static absl::StatusOr<StateValue> decode(const TypeTable& types, TypeIndex type,
                                             ByteView bytes);

    /// Applies one change (change.h). kDataLoss when it does not fit; the state is then
    /// unspecified.
    absl::Status apply(const TypeTable& types, ByteView change);

    TypeIndex type() const { return type_; }
    std::size_t leafCount() const { return leaves_.size(); }
    TypeIndex leafType(std::size_t leaf) const { return leafTypes_[leaf]; }
    /// True while the content of some leaf is known by digest only.
    bool hasUnknown() const;
    /// Bytes that the state takes (footprint.h); nullopt while some of it is unknown.
    std::optional<std::uint64_t> footprint(const TypeTable& types) const;
    bool isUnknown(std::size_t leaf) const {
        return std::holds_alternative<Unknown>(leaves_[leaf]);
    }
    const Leaf& leaf(std::size_t leaf) const { return leaves_[leaf]; }
    /// Puts back what leaf() gave earlier for the same state type.
    void setLeaf(std::size_t leaf, Leaf content) { leaves_[leaf] = std::move(content); }
    /// Canonical encoding of one leaf; empty when unknown.
    Bytes leafBytes(std::size_t leaf) const;
    /// Canonical encoding of the whole state; unknown leaves are left out.
    Bytes encode() const;
    /// The state as a tree; unknown leaves say so.
    ValueNode show(const TypeTable& types, const ShowOptions& options = {}) const;

private:
    absl::Status applyMap(const TypeTable& types, std::size_t leaf, ByteReader& in);
    absl::Status applyList(const TypeTable& types, std::size_t leaf, ByteReader& in);
    absl::Status applyText(std::size_t leaf, ByteReader& in);
    bool splitLeaf(const TypeTable& types, std::size_t leaf);

    TypeIndex type_;
    std::vector<Leaf> leaves_;
    std::vector<TypeIndex> leafTypes_;
};

/// Numbers of the leaves that `change` touches, ascending. Empty when the bytes are no change.
std::vector<std::uint32_t> changedLeaves(ByteView change);

/// One line per touched leaf: "cents = 500", "items{+3}", "log +12 bytes", joined by ", ".
std::string showChange(const TypeTable& types, TypeIndex stateType, ByteView change,
                       const ShowOptions& options = {});

}  // namespace ariadne::value
