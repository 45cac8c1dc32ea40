// Actors as a tree with their mailbox counts: flat arrays, no item objects.
#pragma once

#include "studio/session/actor_matches.h"
#include "studio/session/results.h"

#include <QAbstractItemModel>

#include <map>
#include <memory>
#include <vector>

namespace ariadne::studio {

/// Rows by birth. A filter shows matching actors and the parents above them.
/// Threading: GUI thread.
class ActorTreeModel final : public QAbstractItemModel {
    Q_OBJECT

public:
    enum Column { kActor = 0, kWaiting = 1, kColumnCount = 2 };
    enum Role {
        kRankRole = Qt::UserRole,
        kAliveRole,
        kBornRole,
        kMatchRole,
        kRegionRole,     ///< it is a region
        kPhaseRole,      ///< of a region that lives: "open", "closing", "finalizing"; else empty
        kLivingRole,     ///< of a region: how many right below it live
        kRestartsRole,   ///< how often the living actor was restarted
        kCancelledRole,  ///< it lives and was asked to end
        kOpenRole,       ///< obligations that it holds; of a region: that are open in its ledger
    };
    using Actors = std::shared_ptr<const std::vector<ActorEntry>>;

    using QAbstractItemModel::QAbstractItemModel;

    /// A longer list with the same beginning is inserted; while a filter is on, those who are new
    /// do not match. Anything else replaces the tree, without a filter.
    void setActors(Actors actors);
    /// Null shows all. Of another list than the present one, as far as it goes.
    void setMatches(std::shared_ptr<const ActorMatches> matches);
    bool isFiltered() const { return matches_ != nullptr; }
    std::uint32_t matchCount() const;

    /// Counts and life at a position. dataChanged() is said for those of `visible` alone that look
    /// different now: the rest is asked for when it is scrolled to.
    void setWorld(const recorder::WorldMoment& world, const QModelIndexList& visible);

    /// More about regions at the position of the world; of another position it is not taken.
    void setRegions(const RegionsMoment& regions, const QModelIndexList& visible);
    /// Regions among `rows` of which more is not known yet.
    std::vector<Rank> unknownRegions(const QModelIndexList& rows) const;

    QModelIndex indexOf(Rank rank) const;  ///< invalid when it is not shown
    static Rank rankOf(const QModelIndex& index);

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Node {
        std::uint32_t parent = 0;
        std::uint32_t row = 0;
        bool shown = false;
        std::vector<std::uint32_t> children;  ///< shown ones
        std::vector<std::uint32_t> below;     ///< of a region: all children
    };

    QModelIndex indexOfNode(std::uint32_t rank, int column) const;
    void rebuild();
    void append(const Actors& longer);
    void hang(std::uint32_t rank);
    bool isLongerList(const Actors& actors) const;
    std::uint32_t parentOf(const ActorEntry& actor) const;
    bool matches(std::uint32_t rank) const;
    QString display(std::uint32_t rank, int column) const;
    QString toolTip(std::uint32_t rank) const;
    bool alive(std::uint32_t rank) const;
    QString phase(std::uint32_t rank) const;
    std::uint32_t living(std::uint32_t rank) const;
    std::uint32_t restarts(std::uint32_t rank) const;
    bool cancelled(std::uint32_t rank) const;
    std::uint32_t open(std::uint32_t rank) const;
    QString openText(std::uint32_t rank) const;
    std::uint32_t waiting(std::uint32_t rank) const;
    /// What a row shows of the world.
    struct Seen {
        std::uint32_t waiting, restarts, open, living;
        bool alive, born, cancelled;
        QString phase;
        bool hasNotes;
        bool operator==(const Seen&) const = default;
    };
    Seen seen(std::uint32_t rank) const;
    QStringList notesOf(std::uint32_t rank) const;
    void say(const QModelIndexList& visible);

    Actors actors_;
    std::shared_ptr<const ActorMatches> matches_;  ///< null: all do
    std::vector<Node> nodes_;
    recorder::WorldMoment world_;
    std::map<Rank, QStringList> regionNotes_;  ///< at world_, as far as told
    std::map<Rank, std::uint32_t> open_;       ///< obligations, by holder and by region
    mutable std::map<std::uint32_t, std::uint32_t> living_;  ///< at world_, as far as asked for
};

}  // namespace ariadne::studio
