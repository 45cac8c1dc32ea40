// Traces to damage: what the scripts write, and what recorders wrote.
#pragma once

#include "tests/faults/support/scripts.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace ariadne::faults {

struct NamedTrace {
    std::string name;
    std::shared_ptr<const Bytes> bytes;
};

inline Bytes fileContent(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    Bytes out;
    for (char c; in.get(c);) out.push_back(static_cast<std::byte>(c));
    return out;
}

/// All .clew files below `folder`, by path.
inline std::vector<NamedTrace> tracesIn(const std::filesystem::path& folder) {
    std::vector<NamedTrace> out;
    std::error_code error;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, error))
        if (entry.path().extension() == ".clew")
            out.push_back({entry.path().lexically_relative(folder).string(),
                           std::make_shared<Bytes>(fileContent(entry.path()))});
    std::sort(out.begin(), out.end(),
              [](const NamedTrace& a, const NamedTrace& b) { return a.name < b.name; });
    return out;
}

/// The scripts' traces, then those of the golden corpus.
inline std::vector<NamedTrace> corpus(const std::filesystem::path& goldenFolder) {
    std::vector<NamedTrace> out;
    for (const Script& script : scripts()) out.push_back({script.name, wholeTrace(script)});
    for (NamedTrace& trace : tracesIn(goldenFolder)) out.push_back(std::move(trace));
    return out;
}

}  // namespace ariadne::faults
