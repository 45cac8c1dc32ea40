// libFuzzer target: any bytes as a trace. `--focus=events` says where changes go (trace_mutator.h).
#include "tests/fuzz/support/read_everything.h"
#include "tests/fuzz/support/trace_mutator.h"

#include <cstdio>
#include <cstdlib>

using namespace ariadne;

// libFuzzer's own.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t sizeMax);

namespace {

fuzz::Focus g_focus = fuzz::Focus::kAny;

/// libFuzzer's changes, with room for some bytes more.
void changeByFuzzer(Bytes& bytes) {
    const std::size_t size = bytes.size();
    bytes.resize(size + 64);
    bytes.resize(
        LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(bytes.data()), size, bytes.size()));
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv);
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    constexpr std::string_view kOption = "--focus=";
    for (int i = 1; i < *argc; ++i) {
        const std::string_view word = (*argv)[i];
        if (!word.starts_with(kOption)) continue;
        const auto focus = fuzz::focusOf(word.substr(kOption.size()));
        if (!focus) {
            std::fprintf(stderr, "%s: no such focus\n", (*argv)[i]);
            std::exit(2);
        }
        g_focus = *focus;
    }
    return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t sizeMax, unsigned seed);
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t sizeMax, unsigned seed) {
    fuzz::Random random(seed);
    const auto* const bytes = reinterpret_cast<const std::byte*>(data);
    const Bytes out = fuzz::mutated(Bytes(bytes, bytes + size), g_focus, random, [&](Bytes& part) {
        random() % 3 == 0 ? fuzz::changeSomeBytes(part, random) : changeByFuzzer(part);
    });
    const std::size_t length = std::min(out.size(), sizeMax);
    std::copy_n(out.begin(), length, reinterpret_cast<std::byte*>(data));
    return length;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto* const bytes = reinterpret_cast<const std::byte*>(data);
    const std::string wrong = fuzz::readEverything(Bytes(bytes, bytes + size));
    if (wrong.empty()) return 0;
    std::fprintf(stderr, "%s\n", wrong.c_str());
    std::abort();
}
