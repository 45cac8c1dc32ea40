#include "engine/kernel/round_executor.h"

#include "engine/base/check.h"

#include <atomic>
#include <thread>
#include <vector>

namespace ariadne::kernel {
namespace {

/// Job number, number of parts and next part in one word, so that taking a part tells at once
/// which job it belongs to and whether it exists.
struct Ticket {
    static constexpr unsigned kPartBits = 20;
    static constexpr std::uint64_t kPartMask = (std::uint64_t{1} << kPartBits) - 1;

    static std::uint64_t make(std::uint64_t job, std::uint32_t parts) {
        return job << (2 * kPartBits) | std::uint64_t{parts} << kPartBits;
    }
    static std::uint32_t parts(std::uint64_t word) { return (word >> kPartBits) & kPartMask; }
    static std::uint32_t next(std::uint64_t word) { return word & kPartMask; }
    static bool hasMore(std::uint64_t word) { return next(word) < parts(word); }
};

/// Looks at the ticket before a thread sleeps: long enough to meet the next round of a busy world,
/// short enough to leave the core to others.
constexpr int kLooksBeforeSleep = 4000;

void pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

}  // namespace

class RoundExecutor::Impl {
public:
    explicit Impl(std::uint32_t threads) {
        ARIADNE_CHECK(threads >= 1 && threads <= 64);
        for (std::uint32_t i = 1; i < threads; ++i)
            helpers_.emplace_back([this, i](const std::stop_token& stop) { help(stop, i); });
    }
    ~Impl() {
        for (auto& helper : helpers_) helper.request_stop();
        signal_.fetch_add(1, std::memory_order_release);
        signal_.notify_all();
    }

    std::uint32_t threads() const { return static_cast<std::uint32_t>(helpers_.size()) + 1; }

    void run(std::uint32_t parts, Run job, void* context, bool wake) {
        ARIADNE_CHECK_OP(parts, <=, Ticket::kPartMask / 2);
        run_ = job;
        context_ = context;
        done_.store(0, std::memory_order_relaxed);
        ticket_.store(Ticket::make(++jobs_, parts), std::memory_order_release);
        if (wake && asleep_.load(std::memory_order_seq_cst) != 0) {
            signal_.fetch_add(1, std::memory_order_release);
            signal_.notify_all();
        }
        work(0);
        // What another thread took, it finishes soon.
        for (int looks = 0; done_.load(std::memory_order_acquire) != parts; ++looks) {
            pause();
            if (looks > kLooksBeforeSleep) std::this_thread::yield();  // ban-ok: waits for parts
        }
    }

private:
    void work(std::uint32_t thread) {
        for (;;) {
            if (!Ticket::hasMore(ticket_.load(std::memory_order_acquire))) return;
            const std::uint64_t taken = ticket_.fetch_add(1, std::memory_order_acq_rel);
            if (!Ticket::hasMore(taken)) return;
            run_(context_, Ticket::next(taken), thread);
            done_.fetch_add(1, std::memory_order_release);
        }
    }

    void help(const std::stop_token& stop, std::uint32_t thread) {
        while (!stop.stop_requested()) {
            const std::uint32_t before = signal_.load(std::memory_order_acquire);
            bool found = false;
            for (int looks = 0; looks < kLooksBeforeSleep && !found; ++looks) {
                found = Ticket::hasMore(ticket_.load(std::memory_order_acquire));
                if (!found) pause();
            }
            if (found) {
                work(thread);
                continue;
            }
            asleep_.fetch_add(1, std::memory_order_seq_cst);
            if (!stop.stop_requested()) signal_.wait(before, std::memory_order_acquire);
            asleep_.fetch_sub(1, std::memory_order_seq_cst);
        }
    }

    std::uint64_t jobs_ = 0;
    Run run_ = nullptr;
    void* context_ = nullptr;
    alignas(64) std::atomic<std::uint64_t> ticket_{0};
    alignas(64) std::atomic<std::uint32_t> done_{0};
    alignas(64) std::atomic<std::uint32_t> signal_{0};
    std::atomic<std::uint32_t> asleep_{0};
    /// Last: they end before what they use.
    std::vector<std::jthread> helpers_;  // ban-ok: the pool that shares a round
};

RoundExecutor::RoundExecutor(std::uint32_t threads) : impl_(std::make_unique<Impl>(threads)) {}
RoundExecutor::~RoundExecutor() = default;
std::uint32_t RoundExecutor::threads() const {
    return impl_->threads();
}
void RoundExecutor::run(std::uint32_t parts, Run job, void* context, bool wake) {
    impl_->run(parts, job, context, wake);
}

}  // namespace ariadne::kernel
