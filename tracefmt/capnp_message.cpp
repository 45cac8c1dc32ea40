#include "tracefmt/capnp_message.h"

#include "engine/base/check.h"
#include "engine/base/endian.h"
#include "tracefmt/format.h"
#include "tracefmt/out_of_memory.h"

#include <absl/strings/str_cat.h>
#include <capnp/any.h>
#include <capnp/serialize.h>
#include <kj/exception.h>

#include <algorithm>

namespace ariadne::tracefmt {

namespace {

constexpr std::size_t kWordBytes = sizeof(capnp::word);

/// The one place where an exception of the library ends.
absl::Status guarded(absl::FunctionRef<absl::Status()> work) {
    try {
        return work();
    } catch (const kj::Exception& exception) {
        // What it builds a message in comes from the C library, which throws nothing.
        if (exception.getType() == kj::Exception::Type::OVERLOADED) return outOfMemory();
        const kj::StringPtr text = exception.getDescription();
        return absl::DataLossError(
            absl::StrCat("malformed message: ", absl::string_view(text.cStr(), text.size())));
    }
}

Bytes framed(kj::ArrayPtr<const capnp::word> segment) {
    Bytes out;
    out.reserve((segment.size() + 1) * kWordBytes);
    out.resize(kWordBytes);
    storeLittleEndian(out.data() + 4, static_cast<std::uint32_t>(segment.size()));
    const auto* const bytes = reinterpret_cast<const std::byte*>(segment.begin());
    out.insert(out.end(), bytes, bytes + segment.size() * kWordBytes);
    return out;
}

absl::Status tooLong(std::size_t words) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "a chunk body of ", words * kWordBytes, " bytes is too long, the limit is ", kRawBytesMax));
}

absl::Status visitSegment(ByteView bytes,
                          absl::FunctionRef<absl::Status(capnp::MessageReader&)> visit) {
    return guarded([&] {
        capnp::ReaderOptions options;
        options.traversalLimitInWords = 4 * (bytes.size() / kWordBytes + 1);
        options.nestingLimit = static_cast<int>(kNestingMax);
        const kj::ArrayPtr<const capnp::word> segment(
            reinterpret_cast<const capnp::word*>(bytes.data()), bytes.size() / kWordBytes);
        capnp::SegmentArrayMessageReader message(kj::arrayPtr(&segment, 1), options);
        return visit(message);
    });
}

}  // namespace

absl::StatusOr<Bytes> buildMessage(std::size_t sizeHint,
                                   absl::FunctionRef<void(capnp::MessageBuilder&)> fill) {
    Bytes bytes;
    const absl::Status built = guarded([&] {
        const auto words = static_cast<unsigned>(
            std::min<std::size_t>(sizeHint / kWordBytes + 64, kRawBytesMax / kWordBytes));
        capnp::MallocMessageBuilder message(words);
        fill(message);
        auto segments = message.getSegmentsForOutput();
        if (segments.size() == 1) {
            bytes = framed(segments[0]);
            return absl::OkStatus();
        }
        // The hint was too small: copy into one segment of exactly the needed size.
        const auto root = message.getRoot<capnp::AnyPointer>().asReader();
        const auto size = root.targetSize().wordCount + 1;
        if (size > kRawBytesMax / kWordBytes) return tooLong(size);
        capnp::MallocMessageBuilder whole(static_cast<unsigned>(size),
                                          capnp::AllocationStrategy::FIXED_SIZE);
        whole.setRoot(root);
        bytes = framed(whole.getSegmentsForOutput()[0]);
        return absl::OkStatus();
    });
    if (!built.ok()) return built;
    return bytes;
}

absl::StatusOr<ByteView> MessageRoom::build(std::size_t sizeHint,
                                            absl::FunctionRef<void(capnp::MessageBuilder&)> fill) {
    ByteView bytes;
    for (std::size_t words = sizeHint / kWordBytes + 1; bytes.empty();) {
        if (words > kRawBytesMax / kWordBytes) return tooLong(words);
        message_.reset();  // leaves zeros behind
        if (words_.size() < words + 1) words_.assign(std::max(words + 1, 2 * words_.size()), 0);
        const auto attempt = [&] {
            message_.emplace(
                kj::arrayPtr(reinterpret_cast<capnp::word*>(words_.data() + 1), words_.size() - 1));
            fill(*message_);
            const auto segments = message_->getSegmentsForOutput();
            if (segments.size() == 1) {
                // Segments less one, then words of the one: both little-endian.
                words_[0] = littleEndian(std::uint64_t{segments[0].size()} << 32);
                bytes = {reinterpret_cast<const std::byte*>(words_.data()),
                         (segments[0].size() + 1) * kWordBytes};
            } else {
                // In one segment it takes no more than in several.
                for (const auto& segment : segments) words += segment.size();
            }
            return absl::OkStatus();
        };
        const absl::Status built = guarded(attempt);
        if (!built.ok()) return built;
    }
    return bytes;
}

absl::Status readMessage(ByteView raw,
                         absl::FunctionRef<absl::Status(capnp::MessageReader&)> visit) {
    if (raw.size() < 2 * kWordBytes || raw.size() % kWordBytes != 0)
        return absl::DataLossError(
            absl::StrCat("malformed message: ", raw.size(), " bytes are no whole number of words"));
    ARIADNE_CHECK_OP(reinterpret_cast<std::uintptr_t>(raw.data()) % kWordBytes, ==, 0u);
    ByteReader table(raw);
    const std::uint32_t otherSegments = table.fixed32();
    const std::uint32_t words = table.fixed32();
    if (otherSegments != 0 || words != raw.size() / kWordBytes - 1)
        return absl::DataLossError(
            absl::StrCat("malformed message: found ", std::uint64_t{otherSegments} + 1,
                         " segments, the first of ", words, " words, expected 1 of ",
                         raw.size() / kWordBytes - 1));
    return visitSegment(raw.subspan(kWordBytes), visit);
}

absl::Status readMessageStart(ByteView start,
                              absl::FunctionRef<absl::Status(capnp::MessageReader&)> visit) {
    ARIADNE_CHECK(start.size() >= 2 * kWordBytes && start.size() % kWordBytes == 0);
    return visitSegment(start.subspan(kWordBytes), visit);
}

absl::Status checkRowCount(std::uint64_t rows, std::size_t rowBytes, std::size_t bodyBytes) {
    if (rows <= bodyBytes / rowBytes) return absl::OkStatus();
    return absl::DataLossError(absl::StrCat("malformed message: found a list of ", rows,
                                            " rows of ", rowBytes, " bytes in a body of ",
                                            bodyBytes));
}

absl::StatusOr<std::string> boundedText(capnp::Text::Reader text, absl::string_view what) {
    if (text.size() > kStringBytesMax)
        return absl::ResourceExhaustedError(
            absl::StrCat(what, " has ", text.size(), " bytes, the limit is ", kStringBytesMax));
    return std::string(fromText(text));
}

}  // namespace ariadne::tracefmt
