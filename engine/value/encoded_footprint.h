// The footprint of a value (footprint.h) without its C++ type.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/type_desc.h"

#include <cstdint>
#include <optional>

namespace ariadne::value {

/// Bytes that the value of `type` encoded in `bytes` takes, the same number as footprint() of the
/// value itself. nullopt when the bytes are no such encoding, or the table describes a type without
/// end. Safe for tables and bytes that nobody vouches for.
std::optional<std::uint64_t> encodedFootprint(const TypeTable& types, TypeIndex type,
                                              ByteView bytes);

}  // namespace ariadne::value
