#include "tests/bench/big_trace.h"

#include "engine/base/digest.h"
#include "engine/base/event_batch.h"
#include "tests/bench/stopwatch.h"
#include "tracefmt/trace_writer.h"

#include <absl/status/status.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>
#include <vector>

namespace ariadne::bench {
namespace {

constexpr std::uint32_t kActors = 10'000;
constexpr std::uint64_t kFailsEvery = 1'000'000;
constexpr TypeIndex kAccount{2};
constexpr TypeIndex kDeposit{3};

void must(const absl::Status& status) {
    if (status.ok()) return;
    std::fprintf(stderr, "bench: %s\n", status.ToString().c_str());
    std::exit(2);
}

std::vector<TypeDesc> types() {
    return {{"std::int64_t", TypeKind::kInt, 64, {}, 0x1001},
            {"Account", TypeKind::kStruct, 0, {{"balance", {1}, 0}}, 0x1002},
            {"Deposit", TypeKind::kStruct, 0, {{"amount", {1}, 0}, {"order", {1}, 0}}, 0x1003}};
}

std::vector<CellBirth> births() {
    std::vector<CellBirth> out;
    for (std::uint32_t rank = 1; rank <= kActors; ++rank)
        out.push_back({{rank},
                       {rank == 1 ? 0u : 1u},
                       {mixWord(1, rank)},
                       kAccount,
                       rank == 1 ? "bank" : "bank/account" + std::to_string(rank),
                       {rank}});
    return out;
}

/// Makes the rows of a run one after the other.
class Rows {
public:
    Rows(std::uint64_t events, std::uint64_t otherFrom)
        : events_(events), otherFrom_(otherFrom), turns_(kActors + 1), sends_(kActors + 1) {}

    /// The next ones, a chunk full; empty at the end.
    const EventBatch& next() {
        batch_.clear();
        while (batch_.size() < tracefmt::kRowsPerChunk && at_ < events_) addOne();
        return batch_;
    }

private:
    struct Message {
        Position sent;
        Rank from;
        Rank to;
        std::uint64_t ask = 0;  ///< 0: wants no answer
    };

    std::uint64_t draw() { return state_ = mixWord(state_, at_ + 1); }

    EventRow rowOf(EventKind kind, Rank cell, Rank peer) {
        EventRow row;
        row.seq = {++at_};
        row.time = {static_cast<std::int64_t>(at_ / 50 * 1000)};
        row.round = {at_ / 20'000 + 1};
        row.kind = kind;
        row.cell = cell;
        row.peer = peer;
        return row;
    }

    void addOne() {
        if (at_ < kActors) return spawn();
        if (at_ % kFailsEvery == kFailsEvery - 1) return fail();
        if (toSend_ != 0 || waiting_.empty()) return send();
        deliver();
    }
    void spawn() {
        const Rank cell{static_cast<std::uint32_t>(at_ + 1)};
        EventRow row = rowOf(EventKind::kSpawn, cell, {cell.value == 1 ? 0u : 1u});
        row.type = kAccount;
        row.arg = mixWord(1, cell.value);
        batch_.add(row);
        turn_ = cell;
        turnAt_ = row.seq;
    }
    void fail() {
        EventRow row = rowOf(EventKind::kFail, turn_, kOutside);
        row.cause = turnAt_;
        row.arg = static_cast<std::uint64_t>(ExitReason::kFailed);
        row.payload = asBytes("the balance is below zero");
        batch_.add(row);
    }
    void send() {
        const bool answers = toAnswer_.ask != 0;
        const std::uint64_t drawn = draw();
        // Mostly those it talks to anyway.
        const Rank to =
            answers ? toAnswer_.from
            : drawn % 4 == 0
                ? Rank{static_cast<std::uint32_t>(drawn / 8 % kActors) + 1}
                : Rank{(turn_.value + static_cast<std::uint32_t>(drawn % 3) * 7) % kActors + 1};
        const bool asks = !answers && drawn % 3 == 0;
        EventRow row = rowOf(answers ? EventKind::kReply
                             : asks  ? EventKind::kAsk
                                     : EventKind::kSend,
                             turn_, to);
        row.cause = turnAt_;
        row.type = kDeposit;
        row.arg = answers ? toAnswer_.ask : ++sends_[turn_.value];
        bytes_.clear();
        bytes_.zigzagVarint(static_cast<std::int64_t>(drawn >> 32 & 0x3FF) +
                            (otherFrom_ != 0 && at_ >= otherFrom_ ? 1 : 0));
        bytes_.zigzagVarint(static_cast<std::int64_t>(at_ / 7));
        row.payload = bytes_.view();
        batch_.add(row);
        waiting_.push_back({row.seq, turn_, to, asks ? row.arg : 0});
        toAnswer_ = {};
        if (toSend_ != 0) --toSend_;
    }
    void deliver() {
        const Message message = waiting_.front();
        waiting_.pop_front();
        EventRow row = rowOf(EventKind::kDeliver, message.to, message.from);
        row.cause = message.sent;
        row.arg = ++turns_[message.to.value];
        bytes_.clear();
        bytes_.varint(0);
        bytes_.u8(0);
        changed_.clear();
        changed_.zigzagVarint(static_cast<std::int64_t>(draw() & 0xFFFF));
        bytes_.sized(changed_.view());
        row.change = bytes_.view();
        batch_.add(row);
        turn_ = message.to;
        turnAt_ = row.seq;
        toAnswer_ = message;
        // As many under way as there are actors.
        toSend_ = message.ask != 0 || waiting_.size() < kActors ? 1 : 0;
        if (waiting_.size() < kActors && draw() % 4 == 0) toSend_ = 2;
    }

    const std::uint64_t events_;
    const std::uint64_t otherFrom_;
    std::uint64_t at_ = 0;
    std::uint64_t state_ = 1;
    std::deque<Message> waiting_;
    std::vector<std::uint64_t> turns_;
    std::vector<std::uint64_t> sends_;
    Rank turn_{1};
    Position turnAt_;
    Message toAnswer_;
    std::uint32_t toSend_ = 0;
    EventBatch batch_;
    ByteWriter bytes_;
    ByteWriter changed_;
};

}  // namespace

std::uint64_t numberFrom(const char* variable, std::uint64_t otherwise) {
    const char* const text = std::getenv(variable);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

BigTrace writeTrace(const std::filesystem::path& path, std::uint64_t events,
                    std::uint64_t otherFrom) {
    const Stopwatch watch;
    auto file = tracefmt::createForWriting(path);
    must(file.status());
    tracefmt::TraceMeta meta;
    meta.programId = "bench_big_trace";
    meta.seed = otherFrom;
    auto writer = tracefmt::TraceWriter::create(*std::move(file), meta);
    must(writer.status());
    must((*writer)->addTypes(types()));
    must((*writer)->addBirths(births()));
    Rows rows(events, otherFrom);
    for (const EventBatch* batch = &rows.next(); !batch->empty(); batch = &rows.next())
        must((*writer)->addEvents(*batch));
    tracefmt::TraceStats stats;
    stats.outcome = static_cast<std::uint8_t>(Outcome::kUntil);
    must((*writer)->finish(stats));
    return {path, events, std::filesystem::file_size(path),
            watch.cpuNs() / static_cast<double>(events)};
}

}  // namespace ariadne::bench
