// A recording in a process of its own that is killed where a plan says.
#pragma once

#include "engine/kernel/event_sink.h"
#include "recorder/recorder.h"
#include "tracefmt/file_io.h"

#include <QtGlobal>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace ariadne::test {

/// Where a recording is killed: when `place` was come to for the `at`-th time.
enum class Place : std::uint8_t {
    kEvent,      ///< right after an event was told
    kRound,      ///< between two rounds, rows having been written in place
    kBlock,      ///< a block is full
    kNextBlock,  ///< and the next one has been taken
    kFlush,      ///< the host wants everything in the file, every 64 rounds
    kFlushed,    ///< it is
    kWrite,      ///< before something is appended to the file
    kHalfWrite,  ///< when half of that was
    kWritten,    ///< when all was
    kSync,
    kClose,
};

/// What parent and child both see.
struct Shared {
    std::atomic<std::uint64_t> committed;  ///< position
    std::atomic<std::uint64_t> told;       ///< of the places that were come to
};

[[noreturn]] inline void killThisProcess() {
    ::kill(::getpid(), SIGKILL);
    for (;;) ::pause();
}

struct Plan {
    Place place = Place::kEvent;
    std::uint64_t at = 1;

    void pass(Place where, Shared& shared) const {
        if (where == place && shared.told.fetch_add(1) + 1 == at) killThisProcess();
    }
};

class KilledFile final : public tracefmt::WriteFile {
public:
    KilledFile(std::unique_ptr<tracefmt::WriteFile> file, const Plan& plan, Shared& shared)
        : file_(std::move(file)), plan_(plan), shared_(shared) {}
    absl::Status append(ByteView bytes) override {
        plan_.pass(Place::kWrite, shared_);
        if (plan_.place == Place::kHalfWrite && shared_.told.fetch_add(1) + 1 == plan_.at) {
            (void)file_->append(bytes.first(bytes.size() / 2));
            killThisProcess();
        }
        absl::Status status = file_->append(bytes);
        plan_.pass(Place::kWritten, shared_);
        return status;
    }
    absl::Status sync() override {
        plan_.pass(Place::kSync, shared_);
        return file_->sync();
    }
    absl::Status truncate(std::uint64_t size) override { return file_->truncate(size); }
    absl::Status close() override {
        plan_.pass(Place::kClose, shared_);
        return file_->close();
    }

private:
    std::unique_ptr<tracefmt::WriteFile> file_;
    const Plan& plan_;
    Shared& shared_;
};

/// Passes on to a recorder. Rows are told one by one when that is where to kill, else written in
/// place.
class KilledSink final : public kernel::EventSink {
public:
    KilledSink(recorder::Recorder& to, const Plan& plan, Shared& shared)
        : to_(to), plan_(plan), shared_(shared) {}
    bool wantsChanges() const override { return to_.wantsChanges(); }
    void onTypes(std::span<const TypeDesc> types) override { to_.onTypes(types); }
    void onBirth(const CellBirth& birth) override { to_.onBirth(birth); }
    void onEvent(const EventRow& row) override {
        to_.onEvent(row);
        shared_.committed.store(row.seq.value);
        plan_.pass(Place::kEvent, shared_);
    }
    EventBatch* const* batch() override {
        return plan_.place == Place::kEvent ? nullptr : to_.batch();
    }
    void onBatchFull() override {
        plan_.pass(Place::kBlock, shared_);
        to_.onBatchFull();
        plan_.pass(Place::kNextBlock, shared_);
    }
    bool affordsSnapshot(const kernel::ImageSize& size) override {
        return to_.affordsSnapshot(size);
    }
    bool wantsSnapshot(Position position) override { return to_.wantsSnapshot(position); }
    bool wantsWholeSnapshot() override { return to_.wantsWholeSnapshot(); }
    void onSnapshot(WorldImage image) override { to_.onSnapshot(std::move(image)); }

private:
    recorder::Recorder& to_;
    const Plan& plan_;
    Shared& shared_;
};

/// Memory of this process and its children.
inline Shared* sharedMemory() {
    void* memory =
        ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) qFatal("no shared memory");
    return new (memory) Shared{};
}

/// Runs `record` in a child; whether that was killed. Else the plan reaches beyond its end.
inline bool isKilled(Shared& shared, const std::function<void()>& record) {
    shared.committed = 0;
    shared.told = 0;
    const pid_t child = ::fork();
    if (child == 0) {
        record();
        ::_exit(0);
    }
    int status = 0;
    if (::waitpid(child, &status, 0) != child) qFatal("no child");
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return true;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) qFatal("the child did not end well");
    return false;
}

}  // namespace ariadne::test
