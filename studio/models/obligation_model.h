// Obligations at a moment: all that leak in the run, what is open, and the path of each.
#pragma once

#include "studio/models/event_mark.h"
#include "studio/session/results.h"

#include <QAbstractItemModel>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ariadne::studio {

/// Top rows are obligations: those that leak, wherever the moment stands, by when they do; then
/// those that are open there, the oldest first. Below each stand the steps of its life: who made
/// it, in whose ledger, through whose hands it went, how it ended, and that the region closed.
/// Threading: GUI thread.
class ObligationModel final : public QAbstractItemModel {
    Q_OBJECT

public:
    enum Column { kWhat = 0, kWho = 1, kAge = 2, kColumnCount = 3 };
    enum Role {
        kPositionRole = Qt::UserRole,  ///< where a row leads; 0: nowhere
        kRankRole,                     ///< whom it is about; 0: nobody
        kLeakRole,                     ///< it leaks, or says so
        kLaterRole,                    ///< behind the moment
    };
    /// More that leak, or that are open, are only counted.
    static constexpr std::size_t kShownMax = 5'000;

    using QAbstractItemModel::QAbstractItemModel;

    void setActors(std::shared_ptr<const std::vector<ActorEntry>> actors);
    /// Null: nothing is known.
    void setList(std::shared_ptr<const ObligationList> list);
    void setMoment(std::shared_ptr<const Moment> moment);
    /// Substring of what it is or of a path of its life, without case; empty shows all.
    void setFilter(const QString& text);

    /// The trace has none, as far as it was read.
    bool isEmpty() const;
    /// "14 leaked, 2 open"
    QString summary() const;
    std::optional<ObligationName> nameOf(const QModelIndex& index) const;
    QModelIndex indexOf(const ObligationName& name) const;  ///< invalid when it has no row
    EventMark markOf(const QModelIndex& index) const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    bool hasChildren(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    /// One step of a life.
    struct Step {
        QString text;
        Rank who;
        Position at;  ///< 0: it leads nowhere
        EventMark mark;
        bool leaks = false;
    };
    struct Row {
        ObligationName name;
        const ObligationStory* story = nullptr;           ///< in list_; null: not known
        std::optional<recorder::WorldMoment::Open> open;  ///< at the moment
        mutable std::optional<std::vector<Step>> steps;   ///< made when somebody looks
    };

    Position now() const { return moment_ ? moment_->position : Position{}; }
    void rebuild();
    void addLeaks(std::vector<Row>& rows);
    void addOpen(std::vector<Row>& rows);
    bool matches(const Row& row) const;
    bool pathMatches(Rank rank) const;
    const std::vector<Step>& stepsOf(const Row& row) const;
    std::vector<Step> makeSteps(const Row& row) const;
    void addEnd(const ObligationStory& story, std::vector<Step>& steps) const;
    Rank holderOf(const Row& row) const;
    Position positionOf(const Row& row) const;
    QString whatOf(const Row& row) const;
    QString ageOf(const Row& row) const;
    QString toolTipOf(const Row& row) const;
    QString pathOf(Rank rank) const;
    bool isLater(Position position) const { return position > now(); }
    QVariant dataOfRow(const Row& row, int column, int role) const;
    QVariant dataOfStep(const Step& step, int column, int role) const;
    const Row* rowAt(const QModelIndex& index) const;  ///< its own, or that of its parent
    const Step* stepAt(const QModelIndex& index) const;

    std::shared_ptr<const std::vector<ActorEntry>> actors_;
    std::shared_ptr<const ObligationList> list_;
    std::shared_ptr<const Moment> moment_;
    std::string filter_;  ///< lower case
    std::vector<Row> rows_;
    std::shared_ptr<const ObligationList> shownOf_;  ///< the list that rows_ point into
    std::uint64_t openCount_ = 0;                    ///< that match, shown or not
    std::uint64_t leakCount_ = 0;
};

}  // namespace ariadne::studio
