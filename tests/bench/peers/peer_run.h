// What the peers share: arguments, the clock, the check, and the line that they print.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace bench::peers {

/// `name=value` words by name.
class Arguments {
public:
    /// False when a word is no `name=number`.
    bool add(const std::string& word);
    /// Ends the process with a message when it was not given: a peer has no defaults, so that it
    /// cannot run other counts than the engine beside it.
    std::uint64_t operator[](const std::string& name) const;
    std::uint64_t orElse(const std::string& name, std::uint64_t otherwise) const;

private:
    std::map<std::string, std::uint64_t> values_;
};

/// CPU time of the whole process and wall time of the measured part of one run: all of it, unless
/// the workload narrows it. Thread-confined.
class Clock {
public:
    Clock() { begin(); }
    /// Forgets what was before.
    void begin();
    /// Later calls change nothing.
    void end();
    /// A further figure of this run, as it is; printed as name=value.
    void note(const std::string& name, double value) { notes_[name] = value; }
    const std::map<std::string, double>& notes() const { return notes_; }
    double cpuNs() const { return cpuNs_; }
    double wallNs() const { return wallNs_; }

private:
    double cpuBegin_ = 0;
    double wallBegin_ = 0;
    double cpuNs_ = 0;
    double wallNs_ = 0;
    bool ended_ = false;
    std::map<std::string, double> notes_;
};

/// Ends the process with a message when the two differ.
void expectCount(std::uint64_t counted, std::uint64_t expected);

/// Notes p50_ns and p99_ns of `samples`, which are not empty.
void notePercentiles(Clock& clock, std::vector<double> samplesNs);

/// Resident bytes of this process.
double residentBytes();

/// xorshift64: `state` is not 0, and never becomes it.
inline std::uint64_t nextRandom(std::uint64_t& state) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}
/// A start for nextRandom() that differs from those of the neighbours in every bit.
inline std::uint64_t randomSeed(std::uint64_t number) {
    return (number + 1) * 0x9E3779B97F4A7C15ull;
}

/// Runs a workload once and returns how many messages its time is divided by.
using Workload = std::function<std::uint64_t(const Arguments&, Clock&)>;

/// `PEER WORKLOAD name=value... [repeat=N]`: prints one line per repetition, in the format of
/// ariadne-bench-message. Returns main's status.
int runPeer(int argc, char** argv, const std::map<std::string, Workload>& workloads);

}  // namespace bench::peers
