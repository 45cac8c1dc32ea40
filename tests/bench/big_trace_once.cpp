// The big trace of this process, in its scratch folder.
#include "tests/bench/bench_files.h"
#include "tests/bench/big_trace.h"

#include <algorithm>
#include <cstdio>

namespace ariadne::bench {

const BigTrace& bigTrace() {
    static const BigTrace trace = [] {
        const std::uint64_t events = numberFrom("ARIADNE_BENCH_EVENTS", 10'000'000);
        std::fprintf(stderr,
                     "bench: writing %llu events, about %llu MB, to %s; "
                     "ARIADNE_BENCH_EVENTS=100000000 for the size the bars are stated for\n",
                     static_cast<unsigned long long>(events),
                     static_cast<unsigned long long>(events / 100'000), scratchFolder().c_str());
        return writeTrace(scratchFolder() / "big.clew", events);
    }();
    return trace;
}

std::filesystem::path cutOff(const BigTrace& trace) {
    const std::filesystem::path path = scratchFolder() / "cut.clew";
    std::filesystem::copy_file(trace.path, path, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(path,
                                 trace.bytes - std::min<std::uint64_t>(trace.bytes / 2, 2'000'000));
    return path;
}

}  // namespace ariadne::bench
