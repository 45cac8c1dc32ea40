#include "tests/bench/peers/peer_run.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <unistd.h>

namespace bench::peers {
namespace {

double nowNs(clockid_t clock) {
    timespec t{};
    clock_gettime(clock, &t);
    return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

[[noreturn]] void quit(const std::string& why) {
    std::fprintf(stderr, "%s\n", why.c_str());
    // Not exit(): other threads of the peer may still run.
    std::_Exit(1);
}

}  // namespace

bool Arguments::add(const std::string& word) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) return false;
    std::uint64_t number = 0;
    const char* const end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data() + equals + 1, end, number);
    if (error != std::errc{} || stop != end) return false;
    values_[word.substr(0, equals)] = number;
    return true;
}

std::uint64_t Arguments::operator[](const std::string& name) const {
    const auto at = values_.find(name);
    if (at == values_.end()) quit("argument " + name + " is missing: add " + name + "=NUMBER");
    return at->second;
}

std::uint64_t Arguments::orElse(const std::string& name, std::uint64_t otherwise) const {
    const auto at = values_.find(name);
    return at == values_.end() ? otherwise : at->second;
}

void Clock::begin() {
    wallBegin_ = nowNs(CLOCK_MONOTONIC);
    cpuBegin_ = nowNs(CLOCK_PROCESS_CPUTIME_ID);
}

void Clock::end() {
    if (ended_) return;
    ended_ = true;
    cpuNs_ = nowNs(CLOCK_PROCESS_CPUTIME_ID) - cpuBegin_;
    wallNs_ = nowNs(CLOCK_MONOTONIC) - wallBegin_;
}

void expectCount(std::uint64_t counted, std::uint64_t expected) {
    if (counted != expected)
        quit("the actors counted " + std::to_string(counted) + ", expected " +
             std::to_string(expected) + ": the workload is wrong, its time means nothing");
}

void notePercentiles(Clock& clock, std::vector<double> samplesNs) {
    std::sort(samplesNs.begin(), samplesNs.end());
    const auto at = [&](double share) {
        return samplesNs[static_cast<std::size_t>(share *
                                                  static_cast<double>(samplesNs.size() - 1))];
    };
    clock.note("p50_ns", at(0.50));
    clock.note("p99_ns", at(0.99));
}

double residentBytes() {
    std::FILE* file = std::fopen("/proc/self/statm", "r");
    long all = 0, resident = 0;
    if (file == nullptr || std::fscanf(file, "%ld %ld", &all, &resident) != 2)
        quit("/proc/self/statm cannot be read, and resident bytes come from there");
    std::fclose(file);
    return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

int runPeer(int argc, char** argv, const std::map<std::string, Workload>& workloads) {
    const auto at = workloads.find(argc > 1 ? argv[1] : "");
    if (at == workloads.end()) {
        std::fprintf(stderr, "usage: %s WORKLOAD name=value... [repeat=N]\nworkloads:", argv[0]);
        for (const auto& [name, run] : workloads) std::fprintf(stderr, " %s", name.c_str());
        std::fprintf(stderr, "\n");
        return 2;
    }
    Arguments args;
    for (int i = 2; i < argc; ++i)
        if (!args.add(argv[i])) {
            std::fprintf(stderr, "'%s' is not understood, expected name=number\n", argv[i]);
            return 2;
        }
    for (std::uint64_t i = args.orElse("repeat", 1); i > 0; --i) {
        Clock clock;
        const std::uint64_t messages = at->second(args, clock);
        clock.end();
        const double n = static_cast<double>(messages);
        std::printf("workload=%s messages=%llu cpu_ns=%.2f wall_ns=%.2f", at->first.c_str(),
                    static_cast<unsigned long long>(messages), clock.cpuNs() / n,
                    clock.wallNs() / n);
        for (const auto& [name, value] : clock.notes())
            std::printf(" %s=%.2f", name.c_str(), value);
        std::printf("\n");
        std::fflush(stdout);
    }
    return 0;
}

}  // namespace bench::peers
