// CRC-32C of the 64-byte frames.
#pragma once

#include "engine/base/bytes.h"

#include <cstdint>

namespace ariadne::tracefmt {

/// CRC-32C (Castagnoli): check value of "123456789" is 0xE3069283.
std::uint32_t crc32c(ByteView bytes);

}  // namespace ariadne::tracefmt
