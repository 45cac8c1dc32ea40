#include "recorder/writer_thread.h"

#include "engine/base/status_macros.h"

#include <utility>

namespace ariadne::recorder {

WriterThread::WriterThread(std::unique_ptr<tracefmt::TraceWriter> writer,
                           std::unique_ptr<tracefmt::TailFile> tail)
    : writer_(std::move(writer)),
      tail_(std::move(tail)),
      thread_([this](const std::stop_token& stop) { loop(stop); }) {}

WriterThread::~WriterThread() {
    thread_.request_stop();
    work_.notify_all();
}

std::unique_ptr<EventBlock> WriterThread::take() {
    std::unique_lock lock{mutex_};
    if (empty_.empty() && blocks_ < kBlocksMax) {
        const auto index = static_cast<std::uint32_t>(blocks_++);
        if (tail_ == nullptr || index >= tail_->slots()) return std::make_unique<EventBlock>();
        return std::make_unique<EventBlock>(tail_->slot(index));
    }
    if (empty_.empty()) changed_.wait(lock, [&] { return empty_.size() >= kBlocksToWake; });
    std::unique_ptr<EventBlock> block = std::move(empty_.front());
    empty_.pop_front();
    return block;
}

void WriterThread::submit(std::unique_ptr<EventBlock> block, Hurry hurry) {
    block->events.handOver();
    const auto now = std::chrono::steady_clock::now();
    bool wake = false;
    {
        const std::lock_guard lock{mutex_};
        full_.push_back(std::move(block));
        ++submitted_;
        // Those that come seldom need not wait for each other.
        if (hurry == Hurry::kYes || now - submittedAt_ > kSeldom) hurried_ = true;
        submittedAt_ = now;
        wake = sleeps_ && shouldWake();
    }
    if (wake) work_.notify_all();
}

void WriterThread::drain(std::unique_lock<std::mutex>& lock) {
    if (!full_.empty()) {
        hurried_ = true;
        work_.notify_all();
    }
    changed_.wait(lock, [&] { return full_.empty() && !writing_; });
}

void WriterThread::keepOnDisk() {
    {
        const std::lock_guard lock{mutex_};
        keepsOnDisk_ = true;
    }
    work_.notify_all();
}

absl::Status WriterThread::note(tracefmt::HostNote note) {
    std::unique_lock lock{mutex_};
    if (ended_) return absl::FailedPreconditionError("the recording has ended");
    std::optional<absl::Status> result;
    notes_.push_back({submitted_, std::move(note), &result});
    work_.notify_all();
    changed_.wait(lock, [&] { return result.has_value(); });
    return *std::move(result);
}

absl::Status WriterThread::beginAt(std::span<const TypeDesc> types,
                                   std::span<const CellBirth> births, const WorldImage& image,
                                   tracefmt::GapCause cause, std::string note) {
    // The thread sleeps, and only this one could give it something to do.
    const std::lock_guard lock{mutex_};
    if (status_.ok()) status_ = writer_->beginAt(types, births, image, cause, std::move(note));
    return status_;
}

absl::Status WriterThread::flush() {
    std::unique_lock lock{mutex_};
    drain(lock);
    if (status_.ok()) status_ = writer_->flush();
    spoolStatus_ = writer_->spoolStatus();
    return status_;
}

absl::Status WriterThread::sync() {
    std::unique_lock lock{mutex_};
    drain(lock);  // the thread sleeps then, and only this one could give it something to do
    changed_.wait(lock, [&] { return !syncer_.joinable(); });
    if (status_.ok()) status_ = writer_->sync();
    spoolStatus_ = writer_->spoolStatus();
    return status_;
}

void WriterThread::giveUp(absl::Status why) {
    flush().IgnoreError();
    const std::lock_guard lock{mutex_};
    if (status_.ok()) status_ = std::move(why);
}

absl::Status WriterThread::finish(const tracefmt::TraceStats& stats) {
    flush().IgnoreError();  // finish() itself reports the first error, after trying to seal
    thread_.request_stop();
    work_.notify_all();
    thread_.join();
    if (syncer_.joinable()) noteSynced();
    // What the writer refused, or was never shown, is missing: it must not seal the file as whole.
    if (!status_.ok()) writer_->giveUp(status_);
    absl::Status finished = writer_->finish(stats);
    if (tail_ != nullptr) tail_->remove();
    return finished;
}

absl::Status WriterThread::status() const {
    const std::lock_guard lock{mutex_};
    return status_;
}

absl::Status WriterThread::spoolStatus() const {
    const std::lock_guard lock{mutex_};
    return spoolStatus_;
}

void WriterThread::loop(const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    while (awaitWork(lock, stop)) {
        if (!notes_.empty() && notes_.front().blocksBefore <= written_)
            writeNote(lock);
        else if (hasWork())
            writeBlock(lock);
        if (keepsOnDisk_) syncWhenDue(lock);
        spoolStatus_ = writer_->spoolStatus();
        tellOthers();
    }
    ended_ = true;
}

void WriterThread::tellOthers() {
    if (full_.empty() || empty_.size() >= kBlocksToWake) changed_.notify_all();
}

bool WriterThread::awaitWork(std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
    if (hasWork()) return true;
    hurried_ = false;
    sleeps_ = true;
    const auto mustSync = [&] { return syncs() && !syncer_.joinable(); };
    if (!mustSync())
        work_.wait(lock, stop, [&] { return shouldWake() || mustSync(); });
    else  // the tail fills without anybody saying so: who keeps it on the disk looks by the clock
        work_.wait_until(lock, stop, syncDue_, [&] { return shouldWake(); });
    sleeps_ = false;
    return hasWork() || !stop.stop_requested();
}

void WriterThread::syncWhenDue(std::unique_lock<std::mutex>& lock) {
    if (syncer_.joinable()) {
        if (!synced_) return;
        noteSynced();
        syncDue_ = std::chrono::steady_clock::now() + kSyncPeriod;
    }
    const auto now = std::chrono::steady_clock::now();
    const std::uint64_t bytes = writer_->bytesWritten();
    if (!status_.ok() || (now < syncDue_ && bytes < syncedBytes_ + kSyncBytes)) return;
    if (syncElsewhere()) {
        syncedBytes_ = bytes;
        return;
    }
    writing_ = true;
    lock.unlock();
    absl::Status status;
    if (bytes != syncedBytes_) status = writer_->syncWritten();
    if (status.ok() && tail_ != nullptr) status = tail_->sync();
    lock.lock();
    writing_ = false;
    if (status_.ok()) status_ = std::move(status);
    syncedBytes_ = bytes;
    syncDue_ = std::chrono::steady_clock::now() + kSyncPeriod;
}

bool WriterThread::syncElsewhere() {
    std::shared_ptr<tracefmt::FileSync> file = writer_->syncElsewhere();
    if (file == nullptr) return false;
    try {
        syncer_ = std::jthread([this, file = std::move(file)] {
            absl::Status status = file->sync();
            if (status.ok() && tail_ != nullptr) status = tail_->sync();
            const std::lock_guard lock{mutex_};
            synced_ = std::move(status);
            work_.notify_all();
        });
    } catch (const std::exception&) {  // no memory, or no thread
        return false;
    }
    return true;
}

void WriterThread::noteSynced() {
    syncer_.join();
    const absl::Status status = *std::exchange(synced_, std::nullopt);
    if (status.ok()) return;
    writer_->syncFailed(status);
    if (status_.ok()) status_ = status;
}

void WriterThread::writeBlock(std::unique_lock<std::mutex>& lock) {
    std::unique_ptr<EventBlock> block = std::move(full_.front());
    full_.pop_front();
    writing_ = true;
    const bool alive = status_.ok();
    lock.unlock();
    absl::Status status = alive ? write(*block) : absl::OkStatus();
    if (alive && status.ok()) status = keepWaiting();
    // What could not be written stays in the tail until its slot is needed.
    if (alive && status.ok()) block->tail.retire();
    block->clear();
    lock.lock();
    if (!status.ok()) status_ = std::move(status);
    writing_ = false;
    ++written_;
    empty_.push_back(std::move(block));
}

void WriterThread::writeNote(std::unique_lock<std::mutex>& lock) {
    const WaitingNote waiting = std::move(notes_.front());
    notes_.pop_front();
    absl::Status status = status_;
    if (status.ok()) {
        writing_ = true;
        lock.unlock();
        status = writer_->addNote(waiting.note);
        lock.lock();
        writing_ = false;
        // That there are notes enough is no reason to stop.
        if (!status.ok() && !absl::IsOutOfRange(status)) status_ = status;
    }
    *waiting.result = std::move(status);
    changed_.notify_all();
}

absl::Status WriterThread::keepWaiting() {
    if (tail_ == nullptr || tail_->keep(writer_->waiting())) return absl::OkStatus();
    // Where a tail has no room the file has to have it.
    ARIADNE_RETURN_IF_ERROR(writer_->writeWaiting());
    tail_->keep({});
    return absl::OkStatus();
}

absl::Status WriterThread::write(EventBlock& block) {
    if (!block.types.empty()) ARIADNE_RETURN_IF_ERROR(writer_->addTypes(block.types));
    if (!block.births.empty()) ARIADNE_RETURN_IF_ERROR(writer_->addBirths(block.births));
    ARIADNE_RETURN_IF_ERROR(writer_->addEvents(block.events));
    if (!block.events.empty()) {
        const Position first = block.events.all().first;
        writtenTo_.store(first.value + block.events.size() - 1, std::memory_order_release);
    }
    if (!block.snapshot) return absl::OkStatus();
    block.snapshot->eventDigest = writer_->digest().events();
    block.snapshot->changeDigest = writer_->digest().changes();
    ++snapshots_;
    return writer_->addSnapshot(*block.snapshot);
}

}  // namespace ariadne::recorder
