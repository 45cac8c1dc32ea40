// Conditions over a run that goes on, with nothing read from its file.
#pragma once

#include "engine/base/world_image.h"
#include "recorder/condition/ground.h"
#include "recorder/program_run.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace ariadne::condition {

/// Keeps what the newest rows refer to: states as they change, messages while they wait. For any
/// number of conditions: each row is taken once, then they are asked.
/// Thread-confined with the run, which outlives it.
class LiveGround final : public Ground, private recorder::RowContext {
public:
    /// States of actors that are kept at a time, states of regions likewise, and bytes of either
    /// and of messages; beyond, who needs them is told. Bytes of states are counted upwards, and
    /// once too many are there indeed.
    static constexpr std::size_t kStatesMax = 65'536;
    static constexpr std::uint64_t kStateBytesMax = 256u << 20;
    static constexpr std::uint64_t kMessageBytesMax = 256u << 20;

    explicit LiveGround(recorder::ProgramRun& run, std::uint64_t stateBytesMax = kStateBytesMax)
        : run_(run), stateBytesMax_(stateBytesMax) {}

    struct Keeps {
        bool messages = false;
        bool ledgers = false;                        ///< states of regions
        std::function<bool(Rank)> states = nullptr;  ///< whose else; null: nobody's
    };
    /// From now on, in the place of what was kept before; what there is by now it takes from the
    /// whole world. Between two rounds.
    void keep(Keeps keeps);
    /// Of each row, before conditions are asked of it. `follows`: some want its actor's states.
    void take(const EventRow& row, bool follows);
    /// Behind a round: what is kept for no reason goes.
    void endRound();

    recorder::RowContext& context() override { return *this; }
    std::size_t births() const override { return run_.world().births().size(); }
    absl::Status check(const Condition& condition) const override;
    absl::Status begin(const EventRow& row) override;
    absl::StatusOr<const value::StateValue*> change(const EventRow& row,
                                                    const recorder::CancelFlag* cancel) override;
    absl::StatusOr<const value::StateValue*> keep(const EventRow& row,
                                                  const recorder::CancelFlag* cancel) override;
    const value::StateValue& after() const override { return *after_; }
    absl::Status checkText() const override { return ledgers_.status; }
    void forget() override {}

private:
    const TypeTable& types() const override { return run_.world().types(); }
    std::string pathOf(Rank rank) const override;
    value::CellNamer cellNamer() const override;
    absl::StatusOr<MessageBytes> messageOf(const EventRow& row) override;
    std::optional<LedgerEntry> obligationAt(Position position, Rank region, Rank maker,
                                            std::uint64_t ordinal) override;
    std::optional<LedgerEntry> obligationHeldAt(Position position, Rank region, Rank holder,
                                                std::uint64_t ordinal) override;

    /// By rank; none any more once `status` is an error.
    struct Kept {
        std::unordered_map<std::uint32_t, value::StateValue> states;
        std::uint64_t bytes = 0;  ///< at most, with those that went
        absl::Status status;
    };
    Kept& keptOf(Rank rank);
    /// What `kept` got more.
    void count(Kept& kept, std::uint64_t bytes);

    bool isRegion(Rank rank) const;
    void takeState(const EventRow& row);
    void takeMessage(const EventRow& row);
    void addState(Rank rank, TypeIndex type, ByteView bytes);
    void addMessage(Position at, TypeIndex type, ByteView payload);
    void dropMessage(Position at);
    void takeMessagesOf(const WorldImage& image);
    Rank rankOf(CellKey key) const;
    /// Null: not known.
    const value::StateValue* ledgerAt(Position position, Rank region) const;

    recorder::ProgramRun& run_;
    Keeps keeps_;

    std::uint64_t stateBytesMax_;
    Kept actors_;
    Kept ledgers_;                               ///< of regions, whoever asks for them
    absl::Status stateStatus_;                   ///< of the row in hand
    Position taken_;                             ///< that row
    value::StateValue kept_;                     ///< as it was
    const value::StateValue* before_ = nullptr;  ///< null: the row has none
    const value::StateValue* after_ = nullptr;   ///< likewise

    std::unordered_map<std::uint64_t, MessageBytes> messages_;  ///< by what brought them
    std::uint64_t messageBytes_ = 0;
    bool messagesMissing_ = false;     ///< there were too many
    std::size_t tidyAt_ = 0;           ///< messages; behind a round of more they are looked through
    std::vector<Position> delivered_;  ///< of mailboxes, by the turn in hand

    mutable std::unordered_map<std::uint64_t, Rank> ranks_;  ///< by key, of the first of them
    mutable std::size_t ranksKnown_ = 1;
};

}  // namespace ariadne::condition
