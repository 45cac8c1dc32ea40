// Rows that a World writes into a batch are those that it tells one by one.
#include "tests/kernel/support/random_programs.h"

#include <memory>
#include <tuple>

using namespace ariadne;
using namespace ariadne::tests;

namespace {

void run(const kernel::WorldOptions& options, kernel::EventSink& sink) {
    kernel::World world{options, &sink};
    begin(world, wildRoot(), "wild");
    while (world.round().value < 400 && world.step()) {
    }
    world.end(Outcome::kUntil, "long enough");
}

/// All of a row but its position, which is its place.
using Kept = std::tuple<VirtualTime, Round, Position, std::uint64_t, std::uint64_t, Rank, Rank,
                        TypeIndex, EventKind, std::uint8_t, Bytes, Bytes>;

Bytes bytesOf(ByteView view) {
    return {view.begin(), view.end()};
}

class PlainSink : public kernel::EventSink {
public:
    void onTypes(std::span<const TypeDesc> types) override { types_ += types.size(); }
    void onBirth(const CellBirth&) override { ++births_; }
    void onEvent(const EventRow& row) override {
        rows_.emplace_back(row.time, row.round, row.cause, row.arg, row.extra, row.cell, row.peer,
                           row.type, row.kind, row.flags, bytesOf(row.payload),
                           bytesOf(row.change));
    }
    const std::vector<Kept>& rows() const { return rows_; }
    std::size_t tables() const { return types_ + births_; }

protected:
    std::vector<Kept> rows_;

private:
    std::size_t types_ = 0;
    std::size_t births_ = 0;
};

/// Does not ask for changes.
class EventsOnly final : public PlainSink {
public:
    bool wantsChanges() const override { return false; }
};

/// Offers a batch of so many rows, and another one when that is full.
class BatchSink final : public PlainSink {
public:
    explicit BatchSink(std::size_t rowsWanted) : wanted_(rowsWanted) { nextBatch(); }
    EventBatch* const* batch() override { return &batch_; }
    void onEvent(const EventRow& row) override {
        ++told_;
        batch_->add(row);
        if (batch_->full()) onBatchFull();
    }
    void onBatchFull() override {
        QVERIFY(batch_->full());
        take();
        nextBatch();
    }
    /// Rows out of the batches, the last one included.
    const std::vector<Kept>& all() {
        take();
        return rows_;
    }
    std::size_t told() const { return told_; }

private:
    void nextBatch() {
        owned_ = std::make_unique<EventBatch>(wanted_, std::uint64_t{1} << 30);
        batch_ = owned_.get();
    }
    void take() {
        QVERIFY2(batch_->status().ok(), std::string{batch_->status().message()}.c_str());
        const EventSlice slice = batch_->all();
        std::size_t payloads = 0;
        std::size_t changes = 0;
        for (const CompactRow& row : slice.rows) {
            rows_.emplace_back(row.time, row.round, row.cause, row.arg, row.extra, row.cell,
                               row.peer, row.type, row.kind, row.flags,
                               bytesOf(slice.payloads.subspan(payloads, row.payloadBytes)),
                               bytesOf(slice.changes.subspan(changes, row.changeBytes)));
            payloads += row.payloadBytes;
            changes += row.changeBytes;
        }
        QCOMPARE(payloads, slice.payloads.size());
        QCOMPARE(changes, slice.changes.size());
        batch_->clear();
    }

    std::size_t wanted_;
    std::unique_ptr<EventBatch> owned_;
    EventBatch* batch_ = nullptr;
    std::size_t told_ = 0;
};

/// Offers one batch and takes no notice when that is full.
class PatientSink final : public PlainSink {
public:
    EventBatch* const* batch() override { return &batch_; }
    void onEvent(const EventRow& row) override { batch_->add(row); }
    const EventBatch& all() const { return *batch_; }

private:
    std::unique_ptr<EventBatch> owned_ = std::make_unique<EventBatch>(10, 100);
    EventBatch* batch_ = owned_.get();
};

}  // namespace

class RowsInPlaceTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // What nobody asked for is not written: what stands there is left from the run before, as a
    // rule, and would show.
    void withoutChangesTheRowsAreTheSameButForThem() {
        for (std::uint64_t seed = 0; seed < 12; ++seed) {
            const kernel::WorldOptions options{.seed = seed, .limits = {}};
            PlainSink plain;
            run(options, plain);
            EventsOnly events;
            run(options, events);
            std::vector<Kept> wanted = plain.rows();
            // Those of regions and other rows that no turn's change stands on are not made either.
            for (Kept& row : wanted) {
                std::get<9>(row) &= static_cast<std::uint8_t>(~kFlagDigestOnly);
                std::get<11>(row).clear();
            }
            QVERIFY2(events.rows() == wanted, ("seed " + std::to_string(seed)).c_str());
        }
    }

    void rowsInPlaceAreRowsTold() {
        for (std::uint64_t seed = 0; seed < 12; ++seed) {
            for (const std::size_t rowsWanted : {1u, 7u, 4096u}) {
                // Payloads of more than 8 bytes must go the other way.
                for (const std::uint32_t bytesMax : {8u, 1u << 20}) {
                    kernel::WorldOptions options{.seed = seed, .limits = {}};
                    if (seed % 2 == 1) options.policy = kernel::Policy::kRandom;
                    options.limits.messageBytesMax = bytesMax;
                    PlainSink plain;
                    run(options, plain);
                    BatchSink batches{rowsWanted};
                    run(options, batches);
                    const std::string where = "seed " + std::to_string(seed);
                    QVERIFY2(batches.all() == plain.rows(), where.c_str());
                    QCOMPARE(batches.tables(), plain.tables());
                    // A batch of one row has room for none but the first, which is always told.
                    if (rowsWanted > 1)
                        QVERIFY2(batches.told() < plain.rows().size(), where.c_str());
                }
            }
        }
    }

    void aFullBatchThatNobodyTakesGoesOn() {
        kernel::WorldOptions options{.seed = 3, .limits = {}};
        PlainSink plain;
        run(options, plain);
        PatientSink patient;
        run(options, patient);
        QVERIFY(patient.all().status().ok());
        QVERIFY(patient.all().full());
        QCOMPARE(patient.all().size(), plain.rows().size());
    }
};

QTEST_GUILESS_MAIN(RowsInPlaceTest)
#include "tst_rows_in_place.moc"
