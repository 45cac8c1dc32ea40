// The bottom line: how the file is, how far the nearest snapshot, how long answers and frames take.
#pragma once

#include "studio/session/results.h"

#include <QWidget>

class QLabel;

namespace ariadne::studio {

struct Stall;

class StatusLine final : public QWidget {
    Q_OBJECT

public:
    explicit StatusLine(QWidget* parent = nullptr);

    void setSummary(const TraceSummary& summary);
    void setMoment(const Moment& moment, const TraceSummary& summary);
    /// The last frame of the timeline.
    void setFrame(double tookMs);
    /// `longest` is of `count` stalls of the window.
    void setStalls(std::uint64_t count, const Stall& longest);
    void setProgress(const QString& text);
    void clear();

private:
    QLabel* state_ = nullptr;
    QLabel* snapshot_ = nullptr;
    QLabel* answer_ = nullptr;
    QLabel* frame_ = nullptr;
    QLabel* stalls_ = nullptr;
    QLabel* size_ = nullptr;
    QLabel* program_ = nullptr;
    QLabel* progress_ = nullptr;
};

}  // namespace ariadne::studio
