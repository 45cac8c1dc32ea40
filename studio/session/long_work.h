// The worker for operations that take as long as they take: executing again, comparing, copying.
#pragma once

#include "recorder/host/again.h"
#include "studio/session/results.h"
#include "studio/session/worker.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace ariadne::studio {

/// Opens the files it needs itself. Threading: thread-safe. Answers are called on the worker's
/// thread, or never when the operation was cancelled or overtaken by another of its kind.
class LongWork {
public:
    using Progress = std::function<void(const char* what, double fraction)>;

    /// Where programs are run again from now on; in this process until then. GUI thread.
    void runAgain(std::shared_ptr<host::Again> where) { again_ = std::move(where); }

    void replay(const std::string& path, Position position, const Progress& progress,
                const std::function<void(std::shared_ptr<const ReplayReport>)>& answer);
    /// Two answers when they part: the first has no counts yet.
    void diff(const std::string& pathA, const std::string& pathB, const Progress& progress,
              const std::function<void(std::shared_ptr<const DiffReport>)>& answer);
    /// Writes into `file`; removes it again unless it is what the program did when recorded.
    void materialise(const std::string& path, const std::string& file, recorder::Stretch stretch,
                     const Progress& progress,
                     const std::function<void(std::shared_ptr<const MaterialiseReport>)>& answer);
    void copy(const std::string& path, const std::string& file,
              const std::function<void(CopyReport)>& answer);
    void recover(const std::string& path, const std::string& file,
                 const std::function<void(CopyReport)>& answer);
    /// All but copies.
    void cancel();

private:
    std::shared_ptr<host::Again> again_ = std::make_shared<host::AgainHere>();
    Worker worker_;
};

}  // namespace ariadne::studio
