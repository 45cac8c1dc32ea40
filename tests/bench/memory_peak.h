// How much memory this process has come to have since an instant.
#pragma once

#include <cstdio>
#include <fstream>
#include <malloc.h>
#include <string>

namespace ariadne::bench {

/// What the kernel counts as resident (VmHWM), less what was resident when this was made. What
/// malloc() kept of what was freed before is given back first, or it would not be counted.
class MemoryPeak {
public:
    MemoryPeak() {
        malloc_trim(0);
        std::ofstream{"/proc/self/clear_refs"} << "5";
        before_ = kilobytes("VmRSS:");
    }
    double megabytes() const { return (kilobytes("VmHWM:") - before_) / 1024; }

private:
    static double kilobytes(const std::string& name) {
        std::ifstream status{"/proc/self/status"};
        for (std::string line; std::getline(status, line);)
            if (line.starts_with(name)) return std::stod(line.substr(name.size()));
        return 0;
    }
    double before_ = 0;
};

}  // namespace ariadne::bench
