// Questions in SQL about the open trace, and their answers as a table whose rows are moments.
#pragma once

#include "studio/models/query_rows.h"
#include "studio/session/query_lane.h"
#include "studio/session/results.h"

#include <QStringList>
#include <QWidget>

#include <memory>
#include <vector>

class QLabel;
class QLineEdit;
class QMenu;
class QPushButton;
class QTableView;

namespace ariadne::studio {

class SqlEdit;
class StatusCard;

/// Knows no session: says what is asked, and is told the answer. Threading: GUI thread.
class QueryPane final : public QWidget {
    Q_OBJECT

public:
    explicit QueryPane(QWidget* parent = nullptr);

    /// What can be asked, for completion and the menu of tables.
    void setTables(const std::vector<QueryTable>& tables);
    /// Questions that were asked before, the newest first.
    void setAskedBefore(const QStringList& questions);
    QStringList askedBefore() const { return askedBefore_; }

    /// Those that are kept as lanes, for the menu.
    void setKept(const std::vector<KeptQuery>& kept);

    /// Puts it there and asks it.
    void ask(const QString& sql);
    /// What a question may take from now on, unless a person lets it go on.
    void setBudget(const QueryBudget& budget) { budget_ = budget; }
    /// What is shown of the answer is of a question that was stopped: a card says so.
    void setAnswer(std::shared_ptr<const QueryAnswer> answer);
    /// Another trace: what stands there is not about it.
    void clearAnswer();
    void focusQuestion();
    /// Asks for a name under which the answered question is kept as a lane, or says why it cannot.
    void beginKeeping();
    /// What became of it.
    void sayKept(const QString& text, bool isError);
    bool isAsking() const { return asking_; }
    /// False: none is shown.
    bool closeCard();

    QString question() const;
    QString verdict() const;
    const QueryRows& rows() const { return *rows_; }
    StatusCard& card() { return *card_; }
    QPushButton& keepButton() { return *keep_; }
    QLineEdit& nameEdit() { return *name_; }

Q_SIGNALS:
    void asked(const QString& sql, const ariadne::studio::QueryBudget& budget);
    void cancelRequested();
    void positionRequested(quint64 position);
    /// The row is about that actor. `hasMoment`: a positionRequested() came before.
    void actorRequested(const QString& path, bool hasMoment);
    void keepRequested(const ariadne::studio::KeptQuery& query);
    void askedBeforeChanged();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QWidget* makeKeepBar();
    void keep();
    void endKeeping();
    void askWithin(const QueryBudget& budget, const QString& sql);
    void askOrCancel();
    void go(const QModelIndex& index);
    void copyRows();
    void remember(const QString& sql);
    void fillExamples();
    void setAsking(bool asking);
    void say(const QString& text, bool isError);

    SqlEdit* edit_ = nullptr;
    QPushButton* run_ = nullptr;
    QPushButton* examples_ = nullptr;
    QPushButton* tables_ = nullptr;
    QMenu* exampleMenu_ = nullptr;
    QMenu* tableMenu_ = nullptr;
    QPushButton* keep_ = nullptr;
    QWidget* keepBar_ = nullptr;  ///< shown while a name is typed
    QLineEdit* name_ = nullptr;
    StatusCard* card_ = nullptr;
    QLabel* verdict_ = nullptr;
    QTableView* table_ = nullptr;
    QueryRows* rows_ = nullptr;
    QStringList askedBefore_;
    std::vector<KeptQuery> kept_;
    QueryBudget budget_;
    bool asking_ = false;
};

}  // namespace ariadne::studio
