// One line of text from a file: plain, elided, and clickable when it leads somewhere.
#pragma once

#include <QWidget>

#include <optional>

namespace ariadne::studio {

/// Elides at `mode`; the whole text is the tooltip when it does not fit. With a target it looks
/// like a link and works with mouse and keyboard.
class ElidedLabel final : public QWidget {
    Q_OBJECT

public:
    explicit ElidedLabel(QWidget* parent = nullptr, Qt::TextElideMode mode = Qt::ElideRight);

    void setText(const QString& text);
    const QString& text() const { return text_; }
    /// Bold, dim or coloured by a palette role.
    void setRole(QPalette::ColorRole role);
    void setTarget(std::optional<quint64> target);
    std::optional<quint64> target() const { return target_; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void activated(quint64 target);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

private:
    QString text_;
    Qt::TextElideMode mode_;
    QPalette::ColorRole role_ = QPalette::WindowText;
    std::optional<quint64> target_;
};

}  // namespace ariadne::studio
