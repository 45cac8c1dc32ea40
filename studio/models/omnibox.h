// What a few typed characters may mean: a command, an actor, a position, a question, a search.
#pragma once

#include "studio/session/results.h"

#include <QAbstractListModel>
#include <QString>

#include <memory>
#include <vector>

namespace ariadne::studio {

/// Something that can be done.
struct OmniCommand {
    QString text;
    QString keys;
    bool enabled = true;
    QString otherName = {};  ///< by which it is found as well; empty: none
};

/// What can be meant at present.
struct OmniContext {
    std::vector<OmniCommand> commands;
    std::shared_ptr<const std::vector<ActorEntry>> actors;  ///< null: no trace is open
    std::shared_ptr<const Bookmarks> bookmarks;             ///< null: not known
    Position last;
};

struct OmniMatch {
    enum class Kind : std::uint8_t {
        kCommand,   ///< number: its index in OmniContext::commands
        kActor,     ///< number: its rank
        kPosition,  ///< number
        kQuestion,  ///< text: SQL
        kFilter,    ///< text: what events shall contain
        kBookmark,  ///< number: its position
        kNothing,   ///< only says why there is nothing
    };
    Kind kind = Kind::kNothing;
    QString title;
    QString detail;  ///< dim, behind it
    quint64 number = 0;
    QString text;
    bool operator==(const OmniMatch&) const = default;
};

/// `>` commands, `=` SQL, `@` a position or an actor, `#` a bookmark; anything else may be all of
/// them, and text that events contain. The best match first, at most kOmniMatchesMax; never empty
/// but for nothing typed. Looks at every actor once: milliseconds for 100,000 of them.
std::vector<OmniMatch> omniboxMatches(const QString& typed, const OmniContext& context);
inline constexpr std::size_t kOmniMatchesMax = 14;

/// The matches as a list. Threading: GUI thread.
class OmniboxModel final : public QAbstractListModel {
    Q_OBJECT

public:
    static constexpr int kDetailRole = Qt::UserRole;
    using QAbstractListModel::QAbstractListModel;

    void setMatches(std::vector<OmniMatch> matches);
    /// `row` < rowCount().
    const OmniMatch& at(int row) const { return matches_[static_cast<std::size_t>(row)]; }

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    std::vector<OmniMatch> matches_;
};

}  // namespace ariadne::studio
