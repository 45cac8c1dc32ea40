// Little-endian fields of the 64-byte frames: file header, chunk header, trailer.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/endian.h"
#include "tracefmt/crc32c.h"
#include "tracefmt/format.h"

#include <array>
#include <cstring>

namespace ariadne::tracefmt {

using Frame = std::array<std::byte, kFrameBytes>;
inline constexpr std::size_t kFrameCrcAt = 60;  ///< of all bytes before it

template <class T>
T fieldAt(const Frame& frame, std::size_t offset) {
    return littleEndianAt<T>(frame.data() + offset);
}
template <class T>
void setFieldAt(Frame& frame, std::size_t offset, T value) {
    storeLittleEndian(frame.data() + offset, value);
}

inline void sealFrame(Frame& frame) {
    setFieldAt(frame, kFrameCrcAt, crc32c(ByteView{frame}.first(kFrameCrcAt)));
}
inline bool isSealed(const Frame& frame) {
    return fieldAt<std::uint32_t>(frame, kFrameCrcAt) == crc32c(ByteView{frame}.first(kFrameCrcAt));
}

}  // namespace ariadne::tracefmt
