// Where two runs part: what differs, side by side, and how much follows from it.
#pragma once

#include "studio/session/results.h"

#include <QWidget>

#include <memory>

class QLabel;
class QProgressBar;
class QPushButton;
class QStackedWidget;

namespace ariadne::studio {

class CompareCard;
class ElidedLabel;

/// Shows a diff of two traces or a re-execution of one: both are a recorded side, another side and
/// a first divergence, or their absence. Knows no session.
class DiffView final : public QWidget {
    Q_OBJECT

public:
    explicit DiffView(QWidget* parent = nullptr);

    /// The trace on screen; of a comparison that it has no part in nothing is shown any more.
    void setOpenTrace(const QString& path);
    void showProgress(const QString& what, double fraction);
    void setDiff(const std::shared_ptr<const DiffReport>& report);
    void setReplay(const std::shared_ptr<const ReplayReport>& report);
    QString verdict() const;
    QString explanation() const;
    /// What follows from the first divergence, a line each; empty: nothing is said of that.
    QString counts() const;

Q_SIGNALS:
    void compareRequested();
    void cancelRequested();
    void momentRequested(const QString& path, quint64 position);  ///< of either side

private:
    QWidget* makeInvitation();
    QWidget* makeProgress();
    QWidget* makeResult();
    QWidget* makeMattered();
    void showMattered(const recorder::DiffResult& result, const QString& left,
                      const QString& right);
    void showDivergence(const recorder::Divergence& divergence, const QString& left,
                        const QString& right);
    void setVerdict(bool equal, const QString& title, const QString& text);
    QPushButton* makeJump(const QString& text, const QString& path, const quint64& position);
    void showCounts();
    QString countsText(const DiffReport& report) const;

    QStackedWidget* pages_ = nullptr;
    QLabel* progressText_ = nullptr;
    QProgressBar* progress_ = nullptr;
    QWidget* sign_ = nullptr;
    QLabel* verdict_ = nullptr;
    QLabel* explanation_ = nullptr;
    CompareCard* card_ = nullptr;
    QLabel* firstHeading_ = nullptr;
    QWidget* matteredPart_ = nullptr;  ///< the message that mattered, when it is another one
    QLabel* matteredText_ = nullptr;
    CompareCard* matteredCard_ = nullptr;
    QLabel* counts_ = nullptr;
    QPushButton* showA_ = nullptr;
    QPushButton* showB_ = nullptr;
    quint64 position_ = 0;
    quint64 matteredInA_ = 0;
    quint64 matteredInB_ = 0;
    QString openPath_;
    std::shared_ptr<const DiffReport> shown_;  ///< the last one with a result
    QString pathA_;
    QString pathB_;
};

}  // namespace ariadne::studio
