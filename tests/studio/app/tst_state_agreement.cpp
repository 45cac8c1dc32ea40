// The inspector and `ariadne state` must say the same of every actor at every position.
#include "recorder/history.h"
#include "studio/cli/state_view.h"
#include "studio/models/state_tree_model.h"
#include "studio/session/session.h"

#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <limits>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

/// One line per field: depth, name, and the value where there is nothing below.
QStringList fieldsOf(const StateTreeModel& model, const QModelIndex& parent = {}, int depth = 1) {
    QStringList lines;
    for (int row = 0; row < model.rowCount(parent); ++row) {
        const QModelIndex index = model.index(row, StateTreeModel::kField, parent);
        if (model.changeOf(index) == StateTreeModel::Change::kRemoved) continue;
        const QString name = index.data().toString();
        const bool leaf = !model.hasChildren(index);
        const QString shown =
            leaf ? model.index(row, StateTreeModel::kValue, parent).data().toString() : QString();
        lines << QStringLiteral("%1 %2: %3").arg(depth).arg(name, shown);
        if (!leaf) lines << fieldsOf(model, index, depth + 1);
    }
    return lines;
}

/// The same from the command's text: two blanks a level, the actor's own line first.
QStringList fieldsOf(const QString& text) {
    QStringList lines;
    const QStringList rows = text.split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    const auto depthOf = [](const QString& row) {
        int blanks = 0;
        while (blanks < row.size() && row[blanks] == QLatin1Char(' ')) ++blanks;
        return blanks / 2;
    };
    for (int i = 1; i < rows.size(); ++i) {
        const int depth = depthOf(rows[i]);
        const QString row = rows[i].trimmed();
        const auto colon = row.indexOf(QStringLiteral(": "));
        const bool leaf = i + 1 >= rows.size() || depthOf(rows[i + 1]) <= depth;
        lines << QStringLiteral("%1 %2: %3")
                     .arg(depth)
                     .arg(row.left(colon), leaf ? row.mid(colon + 2) : QString());
    }
    return lines;
}

}  // namespace

class TstStateAgreement : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

private Q_SLOTS:
    void inspectorAndCommandAgreeAtTwoHundredRandomPositions() {
        const QString file = folder_.filePath(QStringLiteral("crawl.clew"));
        auto run =
            recorder::ProgramRun::start({"crawler",
                                         {{"pages", "1500"}, {"hosts", "120"}, {"fetchers", "16"}},
                                         5,
                                         kernel::Policy::kRounds,
                                         file.toStdString()});
        QVERIFY(run.ok());
        (*run)->runUntil({std::numeric_limits<std::int64_t>::max()}, ~0ull);
        QVERIFY((*run)->finish("").ok());

        auto reader = tracefmt::TraceReader::open(file.toStdString());
        QVERIFY(reader.ok());
        recorder::History history{**reader};
        Session session;
        QSignalSpy opened{&session, &Session::opened};
        std::shared_ptr<const Moment> moment;
        connect(&session, &Session::momentReady, this, [&](auto ready) { moment = ready; });
        session.openTrace(file);
        QTRY_COMPARE(opened.count(), 1);

        QRandomGenerator random{20};
        const auto last = (*reader)->lastPosition().value;
        const auto cells = quint32((*reader)->births().size());
        qsizetype fieldsCompared = 0;
        int messagesCompared = 0;
        for (int n = 0; n < 200; ++n) {
            const Position at{random.generate64() % last + 1};
            // Somebody who is alive there, so that there is a state to compare.
            const auto world = history.worldAt(at);
            QVERIFY(world.ok());
            Rank rank{1};
            for (int attempt = 0; attempt < 50; ++attempt) {
                const Rank other{random.bounded(1u, cells)};
                if (other.value < world->alive.size() && world->alive[other.value] != 0)
                    rank = other;
                if (world->waiting[rank.value] != 0) break;
            }
            moment.reset();
            session.requestMoment(at, rank);
            QTRY_VERIFY(moment != nullptr && moment->position == at && moment->actor);
            const auto cell = history.cellAt(at, rank);
            QVERIFY(cell.ok());
            StateTreeModel model;
            model.setInput({moment, &moment->actor->state, nullptr, {}});
            const QString text = QString::fromStdString(cli::renderActor(history, *cell, false));
            QCOMPARE(fieldsOf(model), fieldsOf(text));
            fieldsCompared += fieldsOf(model).size();
            const QString whole = QString::fromStdString(cli::renderActor(history, *cell, true));
            QCOMPARE(moment->actor->mailboxTotal, cell->waitingCount + cell->stash.size());
            QCOMPARE(moment->actor->changedPaths.size(), cell->changed.size());
            for (const MailboxLine& line : moment->actor->mailbox) {
                const QString seq = QStringLiteral("\n    %1 ").arg(line.enqueuedAt.value);
                QVERIFY2(whole.contains(seq), qPrintable(seq + whole));
                QVERIFY2(whole.contains(QString::fromStdString(line.text)), qPrintable(whole));
                ++messagesCompared;
            }
        }
        QVERIFY(fieldsCompared > 1000);
        QVERIFY(messagesCompared > 20);
    }
};

QTEST_GUILESS_MAIN(TstStateAgreement)
#include "tst_state_agreement.moc"
