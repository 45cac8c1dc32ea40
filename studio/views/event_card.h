// The event at the position: what it was, where from, what it caused.
#pragma once

#include "studio/session/results.h"

#include <QWidget>

#include <memory>
#include <vector>

class QGridLayout;
class QLabel;
class QVBoxLayout;

namespace ariadne::studio {

class ElidedLabel;
class StateTree;

/// Links say where they lead; knows no session.
class EventCard final : public QWidget {
    Q_OBJECT

public:
    explicit EventCard(QWidget* parent = nullptr);

    void setActors(std::shared_ptr<const std::vector<ActorEntry>> actors);
    void setMoment(std::shared_ptr<const Moment> moment);

Q_SIGNALS:
    void positionRequested(quint64 position);
    void actorSelected(quint32 rank);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    enum Row { kActor, kPeer, kText, kChange, kCause, kRowCount };

    ElidedLabel* addRow(const QString& name);
    void showRow(Row row, const QString& text, std::optional<quint64> target = std::nullopt);
    void showActors(const EventLine& line);
    void showEffects();
    struct Link {
        QString text;
        Position target;
    };
    /// The first ones of `total`.
    void showLinks(const std::vector<Link>& links, std::uint64_t total);
    QString lineText(const EventLine& line) const;
    QString pathOf(Rank rank) const;

    std::shared_ptr<const std::vector<ActorEntry>> actors_;
    std::shared_ptr<const Moment> moment_;
    QGridLayout* grid_ = nullptr;
    std::vector<QLabel*> names_;
    std::vector<ElidedLabel*> values_;
    ElidedLabel* title_ = nullptr;
    StateTree* message_ = nullptr;
    QLabel* effectsTitle_ = nullptr;
    QVBoxLayout* effects_ = nullptr;
    std::vector<ElidedLabel*> links_;  ///< in there, as many as were ever shown at once
    QLabel* more_ = nullptr;           ///< behind those
};

}  // namespace ariadne::studio
