#include "studio/models/actor_tree_model.h"
#include "tests/studio/support/fake_trace.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace ariadne;
using namespace ariadne::studio;

namespace {

void setFilter(ActorTreeModel& model, const ActorTreeModel::Actors& actors, std::string text) {
    model.setMatches(std::make_shared<const ActorMatches>(actorsMatching(actors, std::move(text))));
}

}  // namespace

class TestActorTreeModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void childrenStandUnderTheirParentByBirth() {
        ActorTreeModel model;
        QAbstractItemModelTester tester(&model);
        model.setActors(fake::actors(3));
        const QModelIndex bank = model.index(0, 0);
        QCOMPARE(bank.data().toString(), QStringLiteral("bank"));
        QCOMPARE(model.rowCount(bank), 3);
        QCOMPARE(model.index(1, 0, bank).data().toString(), QStringLiteral("teller#2"));
        QCOMPARE(ActorTreeModel::rankOf(model.index(1, 0, bank)), Rank{3});
        QCOMPARE(model.indexOf({3}), model.index(1, 0, bank));
    }
    void aLongerListIsInserted() {
        ActorTreeModel model;
        QAbstractItemModelTester tester(&model);
        model.setActors(fake::actors(2));
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        QSignalSpy inserts(&model, &QAbstractItemModel::rowsInserted);
        model.setActors(fake::actors(5));
        QCOMPARE(resets.size(), 0);
        QCOMPARE(inserts.size(), 3);
        QCOMPARE(model.rowCount(model.index(0, 0)), 5);
    }
    void aFilterKeepsParentsOfMatches() {
        ActorTreeModel model;
        QAbstractItemModelTester tester(&model);
        model.setActors(fake::actors(12));
        setFilter(model, fake::actors(12), "teller#1");
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.rowCount(model.index(0, 0)), 4);  // 1, 10, 11, 12
        QCOMPARE(model.matchCount(), 4u);
        model.setMatches(nullptr);
        QCOMPARE(model.rowCount(model.index(0, 0)), 12);
    }
    void capitalLettersOfAPathDoNotCount() {
        QVERIFY(containsLowered("bank/Teller#1", "teller"));
        QVERIFY(containsLowered("bank", ""));
        QVERIFY(containsLowered("", ""));
        QVERIFY(!containsLowered("", "a"));
        QVERIFY(!containsLowered("tell", "teller"));
        const ActorMatches found = actorsMatching(fake::actors(12), "#1");
        QCOMPARE(found.count, 4u);
        QCOMPARE(found.matches[2], std::uint8_t{1});
        QCOMPARE(found.matches[3], std::uint8_t{0});
    }
    void whoIsBornWhileAFilterIsOnDoesNotMatchUntilLookedAt() {
        ActorTreeModel model;
        QAbstractItemModelTester tester(&model);
        model.setActors(fake::actors(2));
        setFilter(model, fake::actors(2), "teller#2");
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        model.setActors(fake::actors(25));
        QCOMPARE(resets.size(), 0);
        QCOMPARE(model.rowCount(model.index(0, 0)), 1);
        setFilter(model, fake::actors(25), "teller#2");
        QCOMPARE(model.rowCount(model.index(0, 0)), 7);  // 2, 20 to 25
        // Another trace: the filter was about the old one.
        auto other = std::make_shared<std::vector<ActorEntry>>(*fake::actors(3));
        (*other)[1].path = "shop";
        model.setActors(other);
        QVERIFY(!model.isFiltered());
        QCOMPARE(model.rowCount(model.index(0, 0)), 3);
    }
    void aFilterThatLetsAllThroughChangesNothing() {
        ActorTreeModel model;
        model.setActors(fake::actors(5));
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        setFilter(model, fake::actors(5), "bank");
        QCOMPARE(resets.size(), 0);
        QCOMPARE(model.matchCount(), 6u);
    }
    void changesAreSaidForWhatIsVisibleOnly() {
        ActorTreeModel model;
        model.setActors(fake::actors(3));
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        model.setWorld(fake::moment(10)->world, {model.index(0, 0)});
        QCOMPARE(changed.size(), 1);
        QCOMPARE(model.index(0, 1).data().toString(), QStringLiteral("2"));
        QVERIFY(model.index(0, 0).data(ActorTreeModel::kAliveRole).toBool());
    }
    void whatLooksTheSameIsNotSaid() {
        ActorTreeModel model;
        model.setActors(fake::actors(3));
        const QModelIndex bank = model.index(0, 0);
        const QModelIndexList visible{bank, model.index(0, 0, bank), model.index(1, 0, bank)};
        recorder::WorldMoment world = fake::moment(10)->world;
        model.setWorld(world, visible);
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        world.position = {11};
        model.setWorld(world, visible);
        QCOMPARE(changed.size(), 0);
        ++world.waiting[2];
        model.setWorld(world, visible);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(ActorTreeModel::rankOf(changed[0][0].toModelIndex()), Rank{2});
    }
    void regionsSayTheirPhaseAndHowManyLive() {
        std::vector<ActorEntry> list(1);
        list.push_back({{1}, {0}, "shop", "Shop", {1}});
        list.push_back({{2}, {1}, "shop/pool", "ariadne::Region", {2}, true});
        for (std::uint32_t rank = 3; rank <= 5; ++rank)
            list.push_back({{rank}, {2}, "shop/pool/w#" + std::to_string(rank), "Worker", {rank}});
        ActorTreeModel model;
        QAbstractItemModelTester tester(&model);
        const auto shown = std::make_shared<const std::vector<ActorEntry>>(list);
        model.setActors(shown);
        recorder::WorldMoment world;
        world.position = {9};
        world.alive = {0, 1, 1, 1, 0, 1};
        world.waiting.resize(6);
        world.restarts[Rank{5}] = 2;
        model.setWorld(world, {});
        const QModelIndex pool = model.indexOf({2});
        QVERIFY(pool.data(ActorTreeModel::kRegionRole).toBool());
        QCOMPARE(pool.data(ActorTreeModel::kPhaseRole).toString(), QStringLiteral("open"));
        QCOMPARE(pool.data(ActorTreeModel::kLivingRole).toUInt(), 2u);
        QCOMPARE(pool.data().toString(), QStringLiteral("pool   open, 2 living"));
        QCOMPARE(model.indexOf({5}).data().toString(), QStringLiteral("w#5   life 3"));
        QCOMPARE(model.indexOf({3}).data().toString(), QStringLiteral("w#3"));
        QVERIFY(!model.indexOf({3}).data(ActorTreeModel::kRegionRole).toBool());
        QVERIFY(pool.data(Qt::ToolTipRole).toString().contains(QStringLiteral("2 living")));
        // What is filtered away lives all the same.
        setFilter(model, shown, "w#5");
        world.phases[Rank{2}] = RegionPhase::kClosing;
        world.alive[3] = 0;
        model.setWorld(world, {});
        QCOMPARE(model.indexOf({2}).data().toString(), QStringLiteral("pool   closing, 1 living"));
        world.alive[2] = 0;
        world.phases.clear();
        model.setWorld(world, {});
        QCOMPARE(model.indexOf({2}).data().toString(), QStringLiteral("pool"));
    }
    void childrenThatAreBornLaterAreCounted() {
        std::vector<ActorEntry> list(1);
        list.push_back({{1}, {0}, "pool", "ariadne::Region", {1}, true});
        list.push_back({{2}, {1}, "pool/a", "A", {2}});
        ActorTreeModel model;
        model.setActors(std::make_shared<const std::vector<ActorEntry>>(list));
        recorder::WorldMoment world;
        world.position = {9};
        world.alive = {0, 1, 1, 1};
        world.waiting.resize(4);
        model.setWorld(world, {});
        QCOMPARE(model.indexOf({1}).data(ActorTreeModel::kLivingRole).toUInt(), 1u);
        list.push_back({{3}, {1}, "pool/b", "B", {3}});
        model.setActors(std::make_shared<const std::vector<ActorEntry>>(list));
        QCOMPARE(model.indexOf({1}).data(ActorTreeModel::kLivingRole).toUInt(), 2u);
    }
    void aParentThatIsNotOlderHangsTheActorAtTheTop() {
        std::vector<ActorEntry> damaged(1);
        damaged.push_back({{1}, {2}, "a", "A", {1}});
        damaged.push_back({{2}, {1}, "b", "B", {2}});
        ActorTreeModel model;
        QAbstractItemModelTester tester(&model);
        model.setActors(std::make_shared<const std::vector<ActorEntry>>(damaged));
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.rowCount(model.index(0, 0)), 1);
    }
};

QTEST_GUILESS_MAIN(TestActorTreeModel)
#include "tst_actor_tree_model.moc"
