// A titled part of a pane that can be folded.
#pragma once

#include <QAbstractButton>
#include <QWidget>

namespace ariadne::studio {

/// The title: a flat bar with an arrow; pressing it folds.
class SectionHead final : public QAbstractButton {
    Q_OBJECT

public:
    explicit SectionHead(QWidget* parent = nullptr);
    /// Not setText(): that lays out the whole window again, and no title makes this larger.
    void setTitle(const QString& title);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString title_;
};

class Section final : public QWidget {
    Q_OBJECT

public:
    Section(const QString& title, QWidget* body, QWidget* parent = nullptr);

    void setTitle(const QString& title);
    void setOpen(bool open);
    bool isOpen() const;

private:
    SectionHead* head_ = nullptr;
    QWidget* body_ = nullptr;
};

}  // namespace ariadne::studio
