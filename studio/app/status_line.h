// The bottom line: how the file is, how far the nearest snapshot, how long answers take.
#pragma once

#include "studio/session/results.h"

#include <QWidget>

class QLabel;

namespace ariadne::studio {

class StatusLine final : public QWidget {
    Q_OBJECT

public:
    explicit StatusLine(QWidget* parent = nullptr);

    void setSummary(const TraceSummary& summary);
    void setMoment(const Moment& moment, const TraceSummary& summary);
    void setProgress(const QString& text);
    void clear();

private:
    QLabel* state_ = nullptr;
    QLabel* snapshot_ = nullptr;
    QLabel* answer_ = nullptr;
    QLabel* size_ = nullptr;
    QLabel* program_ = nullptr;
    QLabel* progress_ = nullptr;
};

}  // namespace ariadne::studio
