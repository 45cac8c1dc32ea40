// The application, which sees each event come and go.
#pragma once

#include "studio/app/stall_counter.h"

#include <QApplication>
#include <QElapsedTimer>

namespace ariadne::studio {

/// Counts stalls from the first picture on screen on. Threading: GUI thread; events of objects in
/// other threads are not counted.
class StudioApplication final : public QApplication {
    Q_OBJECT

public:
    StudioApplication(int& argc, char** argv);
    ~StudioApplication() override;

    StallCounter& stalls() { return stalls_; }
    bool notify(QObject* receiver, QEvent* event) override;

private:
    QElapsedTimer clock_;
    StallCounter stalls_{[this] { return clock_.nsecsElapsed(); }};
};

}  // namespace ariadne::studio
