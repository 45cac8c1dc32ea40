// Whether all panes of a window show one moment, and whether that is what the trace says.
#pragma once

#include "recorder/history.h"
#include "studio/app/main_window.h"

#include <QString>

#include <memory>

namespace ariadne::tests {

/// Reads the trace beside the window, with a reader of its own. Threading: GUI thread.
class Agreement {
public:
    /// What disagrees, in words; empty: nothing does. For a window whose questions are answered.
    QString wrongIn(studio::MainWindow& window);
    /// Moments whose state was held against the trace so far.
    int statesCompared() const { return statesCompared_; }

private:
    bool open(const std::string& path, std::uint64_t bytes);
    QString wrongState(studio::MainWindow& window);

    std::string path_;
    std::uint64_t bytes_ = 0;
    std::unique_ptr<tracefmt::TraceReader> reader_;
    std::unique_ptr<recorder::History> history_;
    int statesCompared_ = 0;
};

}  // namespace ariadne::tests
