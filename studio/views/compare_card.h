// Two versions of one event side by side, with the fields that differ marked.
#pragma once

#include "studio/session/results.h"

#include <QWidget>

#include <vector>

namespace ariadne::studio {

/// Field name, left, right. Used for a diff (A, B) and for a re-execution (recorded, executed).
class CompareCard final : public QWidget {
    Q_OBJECT

public:
    explicit CompareCard(QWidget* parent = nullptr);

    void setDivergence(const recorder::Divergence& divergence, const QString& left,
                       const QString& right);
    void clear();
    /// Rows shown and how many of them differ; for tests.
    int rowCount() const { return static_cast<int>(rows_.size()); }
    int differingCount() const;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Row {
        QString name, left, right;
        bool isHeader = false;
        bool differs() const { return !isHeader && left != right; }
    };
    void addRows(const recorder::DivergentEvent& a, const recorder::DivergentEvent& b);

    std::vector<Row> rows_;
};

}  // namespace ariadne::studio
