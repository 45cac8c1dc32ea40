#include "tracefmt/inputs_codec.h"

#include "engine/base/bytes.h"
#include "engine/base/status_macros.h"
#include "tracefmt/body_parts.h"

#include <absl/strings/str_cat.h>

#include <limits>

namespace ariadne::tracefmt {

bool isKeptInput(EventKind kind, std::uint8_t flags, Round round, bool decisions) {
    switch (kind) {
        case EventKind::kInput: return round.value != 0;  // the first is the program's own start
        case EventKind::kClock:
        case EventKind::kFail:
        case EventKind::kEnd: return true;
        case EventKind::kDecision: return decisions;
        case EventKind::kEffectDone: return (flags & kFlagInput) != 0;
        default: return false;
    }
}

absl::StatusOr<Bytes> encodeInputs(const InputsHead& head, ByteView events) {
    ByteWriter skips;
    for (const std::uint64_t skip : head.skips) skips.varint(skip);
    const std::size_t size =
        512 + 24 * head.totals.kindCounts.size() + skips.view().size() + events.size();
    const auto fill = [&](capnp::MessageBuilder& message) {
        auto out = message.initRoot<schema::Inputs>();
        writeTotals(out.initTotals(), head.totals);
        out.setFirstTime(head.firstTime.value);
        if (head.skips.empty()) return;
        out.setSkips(toData(skips.view()));
        out.setEvents(toData(events));
    };
    return buildMessage(size, fill);
}

namespace {

/// The body that the `count` rows stand in; empty without rows.
absl::StatusOr<Bytes> decodeHead(ByteView raw, Position first, std::uint32_t count,
                                 InputsHead& head) {
    Bytes events;
    ARIADNE_RETURN_IF_ERROR(readMessage(raw, [&](capnp::MessageReader& message) -> absl::Status {
        const auto in = message.getRoot<schema::Inputs>();
        ARIADNE_RETURN_IF_ERROR(readTotals(in.getTotals(), raw.size(), head.totals));
        head.firstTime.value = in.getFirstTime();
        ByteReader skips{fromData(in.getSkips())};
        while (skips.ok() && !skips.atEnd() && head.skips.size() <= count)
            head.skips.push_back(skips.varint());
        if (!skips.ok() || !skips.atEnd() || head.skips.size() != count)
            return absl::DataLossError(
                absl::StrCat("the places of ", count, " rows are malformed"));
        const ByteView body = fromData(in.getEvents());
        events.assign(body.begin(), body.end());
        return absl::OkStatus();
    }));
    const Position last = head.totals.lastPosition;
    if (first.value == 0 || last < first ||
        last.value - first.value >= std::numeric_limits<std::uint32_t>::max())
        return absl::DataLossError(absl::StrCat("inputs cannot cover the events from position ",
                                                first.value, " to ", last.value));
    if (count == 0 && !events.empty())
        return absl::DataLossError("found rows where none are announced");
    return events;
}

}  // namespace

absl::StatusOr<InputsHead> DecodedInputs::decodeCounted(ByteView raw, Position first) {
    InputsHead head;
    ARIADNE_RETURN_IF_ERROR(decodeHead(raw, first, 0, head).status());
    return head;
}

absl::StatusOr<std::shared_ptr<const DecodedInputs>> DecodedInputs::decode(ByteView raw,
                                                                           Position first,
                                                                           std::uint32_t count,
                                                                           BlobFetch fetch) {
    const std::shared_ptr<DecodedInputs> inputs(new DecodedInputs);
    inputs->first_ = first;
    ARIADNE_ASSIGN_OR_RETURN(Bytes events, decodeHead(raw, first, count, inputs->head_));
    if (count == 0) return inputs;
    const Position last = inputs->last();
    ARIADNE_ASSIGN_OR_RETURN(inputs->events_,
                             DecodedEvents::decode(std::move(events), first, count, fetch));
    std::uint64_t at = first.value;
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::uint64_t skip = inputs->head_.skips[i];
        if (at > last.value || skip > last.value - at)
            return absl::DataLossError(absl::StrCat("row ", i,
                                                    " of the inputs lies behind position ",
                                                    last.value, ", the last that they cover"));
        EventRow& row = inputs->rows_.emplace_back(inputs->events_->row(i));
        row.seq = {at + skip};
        at = row.seq.value + 1;
    }
    return inputs;
}

ChunkEntry DecodedInputs::entryOf(std::uint64_t offset, std::uint64_t storedBytes) const {
    return {offset,
            static_cast<std::uint32_t>(storedBytes),
            static_cast<std::uint32_t>(last().value - first_.value + 1),
            first_,
            head_.firstTime,
            head_.totals.lastTime,
            head_.totals.eventDigest,
            head_.totals.changeDigest};
}

}  // namespace ariadne::tracefmt
