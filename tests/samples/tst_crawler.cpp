// Every reachable page is stored once, whatever the order.
#include "samples/crawler/web.h"
#include "tests/samples/run_sample.h"

#include <QTest>

#include <algorithm>

using namespace ariadne;
using namespace ariadne::tests;
using samples::crawler::Page;
using samples::crawler::Web;

class TestCrawler : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void linksStayInTheWeb_data() {
        QTest::addColumn<Web>("web");
        QTest::newRow("one page") << Web{1, 1, 1};
        QTest::newRow("more hosts than pages") << Web{2, 7, 100};
        QTest::newRow("hosts of unequal size") << Web{3, 1001, 10};
    }

    void linksStayInTheWeb() {
        QFETCH(const Web, web);
        for (Page page = 0; page < web.pages; ++page) {
            const std::vector<Page> links = web.linksOf(page);
            QVERIFY(links.size() >= 2 && links.size() <= 8);
            QVERIFY(std::all_of(links.begin(), links.end(),
                                [&](Page link) { return link < web.pages; }));
        }
    }

    void theWebNeverChanges() {
        // Traces of older releases are compared with these.
        QCOMPARE(Web({1, 20'000, 2'000}).reachable(), 19'853u);
        QVERIFY(Web({1, 1000, 10}).linksOf(5) != Web({2, 1000, 10}).linksOf(5));
    }

    void defaultsAreThousandsOfActorsAndHundredsOfThousandsOfEvents() {
        const SampleRun run = runSample("crawler", inRounds(1));
        QCOMPARE(run.verdict, std::string{"completed: stored 19853 pages"});
        QVERIFY(run.seen.paths().size() > 2'000);
        QVERIFY(run.seen.events() > 300'000);
        QVERIFY(run.seen.events() < 500'000);
    }

    void smallWebIsStoredUnderEverySeed() {
        for (std::uint64_t seed = 1; seed <= 20; ++seed)
            QCOMPARE(runSample("crawler", inRounds(seed), small_).verdict, smallVerdict_);
    }

    void smallWebIsStoredInAnyOrder() {
        for (std::uint64_t seed = 1; seed <= 20; ++seed)
            QCOMPARE(runSample("crawler", inAnyOrder(seed), small_).verdict, smallVerdict_);
    }

    void withTheBugRefusedPagesAreMissing() {
        ArgumentTexts args = small_;
        args.emplace_back("bug", "true");
        const SampleRun run = runSample("crawler", inRounds(1), args);
        QVERIFY2(run.failed(), run.verdict.c_str());
    }

    void withTheBugNothingIsMissingWhenNothingIsRefused() {
        ArgumentTexts args = small_;
        args.emplace_back("bug", "true");
        args.emplace_back("refusals", "0");
        const SampleRun run = runSample("crawler", inRounds(1), args);
        QVERIFY2(run.completed(), run.verdict.c_str());
    }

    void anEmptyWebAndNoHelpersAreNoTrouble() {
        QCOMPARE(runSample("crawler", inRounds(1), {{"pages", "0"}}).verdict,
                 std::string{"completed: an empty web"});
        QVERIFY(runSample("crawler", inRounds(1),
                          {{"pages", "5"},
                           {"hosts", "0"},
                           {"fetchers", "0"},
                           {"parsers", "0"},
                           {"shards", "0"}})
                    .completed());
    }

private:
    const std::string smallVerdict_ =
        "completed: stored " + std::to_string(Web{1, 500, 20}.reachable()) + " pages";
    const ArgumentTexts small_{{"pages", "500"}, {"hosts", "20"}, {"fetchers", "4"}};
};

QTEST_GUILESS_MAIN(TestCrawler)
#include "tst_crawler.moc"
