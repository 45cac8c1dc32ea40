// Chunk bodies as Cap'n Proto messages: one segment, explicit limits, no exception gets out.
#pragma once

#include "engine/base/bytes.h"

#include <absl/functional/function_ref.h>
#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/strings/string_view.h>
#include <capnp/message.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ariadne::tracefmt {

/// Segment table (count - 1 = 0, words) and the segment. `sizeHint` in bytes saves a copy when it
/// is large enough for the whole message.
absl::StatusOr<Bytes> buildMessage(std::size_t sizeHint,
                                   absl::FunctionRef<void(capnp::MessageBuilder&)> fill);

/// Builds one message after the other in the same room.
class MessageRoom {
public:
    /// As buildMessage(), and what is returned lives until the next call. `fill` is called again
    /// when the message did not fit into `sizeHint`.
    absl::StatusOr<ByteView> build(std::size_t sizeHint,
                                   absl::FunctionRef<void(capnp::MessageBuilder&)> fill);

private:
    std::vector<std::uint64_t> words_;  ///< all zero, but for what message_ has built
    std::optional<capnp::MallocMessageBuilder> message_;
};

/// Checks the framing of `raw` (8-aligned, exactly one segment, exactly its length) and calls
/// `visit`. Limits: traversal 4 x length, nesting kNestingMax. kDataLoss when the message is
/// malformed. What `visit` was shown points into `raw`.
absl::Status readMessage(ByteView raw,
                         absl::FunctionRef<absl::Status(capnp::MessageReader&)> visit);

/// The same of the first words of a message: whatever lies behind them is malformed. `start` is
/// 8-aligned, a whole number of words, and holds the framing.
absl::Status readMessageStart(ByteView start,
                              absl::FunctionRef<absl::Status(capnp::MessageReader&)> visit);

inline kj::StringPtr toText(const std::string& text) {
    return {text.c_str(), text.size()};
}
inline capnp::Data::Reader toData(ByteView bytes) {
    return {reinterpret_cast<const kj::byte*>(bytes.data()), bytes.size()};
}
inline ByteView fromData(capnp::Data::Reader data) {
    return {reinterpret_cast<const std::byte*>(data.begin()), data.size()};
}
inline std::string_view fromText(capnp::Text::Reader text) {
    return {text.cStr(), text.size()};
}

absl::Status checkRowCount(std::uint64_t rows, std::size_t rowBytes, std::size_t bodyBytes);

/// kDataLoss when the rows of `list` cannot stand in a body of `bodyBytes`: a list of elements that
/// take no space may count millions of them in a few bytes.
template <class Struct>
absl::Status checkRows(const typename capnp::List<Struct>::Reader& list, std::size_t bodyBytes) {
    constexpr capnp::_::StructSize kSize = capnp::_::structSize<Struct>();
    return checkRowCount(list.size(), (kSize.data + kSize.pointers) * sizeof(capnp::word),
                         bodyBytes);
}
/// `text`, or kResourceExhausted when it is longer than kStringBytesMax; `what` is for the error.
absl::StatusOr<std::string> boundedText(capnp::Text::Reader text, absl::string_view what);

}  // namespace ariadne::tracefmt
