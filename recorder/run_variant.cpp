#include "recorder/run_variant.h"

#include <array>

namespace ariadne::recorder {
namespace {

using Threads = kernel::World::Threads;

constexpr std::string_view kOutlives =
    "something that outlives a run (a global, a static, a thread_local), or an address";
constexpr std::string_view kAddress =
    "an address: as a value, as an order, or through an unordered container";
constexpr std::string_view kUnwritten = "memory that was never written, or is used after its end";
constexpr std::string_view kThreads =
    "what actors of one round share behind the engine's back: a global, a static, a thread_local";
constexpr std::string_view kProcess =
    "the process: its number, environment, locale, clock, or where its code and globals lie";
constexpr std::string_view kBuild =
    "the build: another version, order of evaluation, floating point, or undefined behaviour";

constexpr std::array<std::uint32_t, 5> kPartSizes{1, 3, 7, 64, 0};  // 0: chosen per round
constexpr std::uint32_t kInlineBelow = 64;

std::string hexByte(std::uint8_t byte) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    return {'0', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
}

RunVariant onHeap(std::string name, std::string_view cause, HeapOptions heap) {
    return {.name = std::move(name), .cause = std::string{cause}, .heap = heap};
}

RunVariant poisoned(std::uint8_t byte) {
    return onHeap("memory filled with " + hexByte(byte), kUnwritten, {.poison = byte});
}

RunVariant withThreads(const Threads& threads) {
    std::string name =
        std::to_string(threads.count) + (threads.count == 1 ? " thread" : " threads");
    if (threads.cellsPerPart != 0)
        name += ", parts of " + std::to_string(threads.cellsPerPart) +
                (threads.cellsPerPart == 1 ? " actor" : " actors");
    if (threads.inlineBelow != 0)
        name += ", rounds below " + std::to_string(threads.inlineBelow) + " actors on one";
    return {.name = std::move(name), .cause = std::string{kThreads}, .threads = threads};
}

RunVariant inNewProcess(const std::string& command, std::string name,
                        std::vector<std::string> environment) {
    return {.name = std::move(name),
            .cause = std::string{kProcess},
            .process = RunVariant::Process{command, std::move(environment)}};
}

void addThreads(bool fewer, std::vector<RunVariant>& out) {
    if (fewer) {
        for (const std::uint32_t count : {2u, 3u, 8u})
            out.push_back(withThreads({.count = count, .inlineBelow = 0, .cellsPerPart = count}));
        return;
    }
    for (const std::uint32_t count : {2u, 3u, 8u})
        for (const std::uint32_t inlineBelow : {0u, kInlineBelow})
            for (const std::uint32_t cells : kPartSizes)
                out.push_back(withThreads(
                    {.count = count, .inlineBelow = inlineBelow, .cellsPerPart = cells}));
}

}  // namespace

std::vector<RunVariant> variantsOf(kernel::Policy policy, Thoroughness thoroughness,
                                   const std::string& command) {
    const bool quick = thoroughness == Thoroughness::kQuick;
    std::vector<RunVariant> out;
    out.push_back(onHeap("once more", kOutlives, {}));
    out.push_back(onHeap("a shifting heap", kAddress, {.poison = {}, .shifting = true}));
    out.push_back(poisoned(0xa5));
    if (!quick) {
        out.push_back(poisoned(0x00));
        out.push_back(poisoned(0xff));
    }
    addThreads(quick || policy != kernel::Policy::kRounds, out);
    if (!quick) {
        RunVariant all = withThreads({.count = 3, .inlineBelow = 0, .cellsPerPart = 1});
        all.name += ", a shifting heap filled with 0xa5";
        all.heap = {.poison = 0xa5, .shifting = true};
        out.push_back(std::move(all));
    }
    out.push_back(inNewProcess(command, "a new process", {}));
    if (!quick) {
        // Without its caches per thread the allocator poisons every block, however small.
        RunVariant poison =
            inNewProcess(command, "a new process, every block filled",
                         {"GLIBC_TUNABLES=glibc.malloc.tcache_count=0:glibc.malloc.perturb=90"});
        poison.cause = kUnwritten;
        out.push_back(std::move(poison));
    }
    return out;
}

RunVariant otherBuild(const std::string& command) {
    return {
        .name = command, .cause = std::string{kBuild}, .process = RunVariant::Process{command, {}}};
}

}  // namespace ariadne::recorder
