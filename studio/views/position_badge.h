// Says, unmistakably, whether one looks at the past or at a run that goes on.
#pragma once

#include <QWidget>

namespace ariadne::studio {

enum class When : std::uint8_t { kNothing, kPast, kLive, kPaused };

/// Word, shape and colour: a full disc for LIVE, bars for PAUSED, a clock for PAST.
class PositionBadge final : public QWidget {
    Q_OBJECT

public:
    explicit PositionBadge(QWidget* parent = nullptr);

    void setWhen(When when);
    When when() const { return when_; }

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString word() const;

    When when_ = When::kNothing;
};

}  // namespace ariadne::studio
