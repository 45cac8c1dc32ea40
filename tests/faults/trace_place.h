// Where a test of faults puts its trace.
#pragma once

#include <QTemporaryDir>

#include <filesystem>

namespace ariadne::faults {

/// A folder of its own, gone with this. A test is one.
class TracePlace {
public:
    std::filesystem::path path(const char* name = "trace.clew") const {
        return std::filesystem::path(folder_.path().toStdString()) / name;
    }

private:
    QTemporaryDir folder_;
};

}  // namespace ariadne::faults
