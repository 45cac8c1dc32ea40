// What holds for every sample: it ends, it is a function of its seed, it can go on from anywhere.
#include "engine/effect/builtin.h"
#include "engine/value/encoding.h"
#include "tests/kernel/support/follow_changes.h"
#include "tests/samples/run_sample.h"

#include <QTest>

#include <cstdio>
#include <utility>

using namespace ariadne;
using namespace ariadne::tests;

namespace {

struct Case {
    std::string id;
    ArgumentTexts args;
    kernel::WorldOptions options;
};

/// In rounds and in any order, with the bug and without.
std::vector<Case> cases() {
    const ArgumentTexts smallWeb{{"pages", "300"}, {"hosts", "20"}, {"fetchers", "4"}};
    ArgumentTexts brokenWeb = smallWeb;
    brokenWeb.emplace_back("bug", "true");
    const std::pair<std::string, ArgumentTexts> programs[] = {
        {"hello", {}},
        {"lost_update", {}},
        {"lost_update", {{"fixed", "true"}}},
        {"leader_election", {}},
        {"leader_election", {{"bug", "true"}}},
        {"crawler", smallWeb},
        {"crawler", brokenWeb},
        {"kv_replica", {}},
        {"kv_replica", {{"ack_early", "true"}}},
        {"supervised_shop", {}},
        {"supervised_shop", {{"intensity", "3"}}},
        {"bookings", {}},
        {"bookings", {{"forget", "true"}}},
        {"dining", {}},
        {"dining", {{"ordered", "true"}}},
        {"chat_rooms", {{"rooms", "5"}, {"members", "200"}}},
        {"gateway", {}},  // without a grant: all it hears is that it may not
    };
    std::vector<Case> out;
    for (const auto& [id, args] : programs) {
        out.push_back({id, args, inRounds(5)});
        out.push_back({id, args, inAnyOrder(5)});
    }
    return out;
}

constexpr kernel::Policy kPolicies[] = {kernel::Policy::kRounds, kernel::Policy::kRandom,
                                        kernel::Policy::kPct, kernel::Policy::kReplay};

/// The outside, between two rounds: a web server that answers at once, and every third time badly.
void serve(kernel::World& world) {
    for (const effect::Request& request : world.takeRequests()) {
        effect::Completion done;
        done.cellKey = request.cellKey;
        done.ordinal = request.ordinal;
        if (request.ordinal % 5 == 4) {
            done.status = effect::EffectStatus::kFailed;
            done.text = "the line is dead";
        } else {
            effect::HttpResponse page;
            page.status = request.ordinal % 3 == 0 ? 503 : 200;
            ByteWriter payload;
            value::encode(payload, page);
            done.payload = payload.take();
        }
        world.complete(std::move(done));
    }
}

/// As many rounds as `rounds`, or to the end.
void goOn(kernel::World& world, std::uint64_t rounds = kRoundsMax) {
    for (; rounds > 0; --rounds) {
        serve(world);
        if (!world.step()) return;
    }
}

}  // namespace

class TestAllSamples : public QObject {
    Q_OBJECT
private:
    void allCases() {
        QTest::addColumn<std::size_t>("index");
        const std::vector<Case> all = cases();
        for (std::size_t i = 0; i < all.size(); ++i)
            QTest::addRow("%s %s %s", all[i].id.c_str(),
                          all[i].args.empty() ? "" : all[i].args.back().first.c_str(),
                          std::string{nameOf(all[i].options.policy)}.c_str())
                << i;
    }

private Q_SLOTS:
    void everySampleIsKnown() {
        std::string ids;
        for (const Program* program : ProgramRegistry::all()) ids += program->id + " ";
        QCOMPARE(ids, std::string{"bookings chat_rooms crawler dining gateway hello "
                                  "kv_replica leader_election lost_update supervised_shop "});
    }

    void endsByItself_data() { allCases(); }
    void endsByItself() {
        QFETCH(std::size_t, index);
        const Case c = cases()[index];
        const SampleRun run = runSample(c.id, c.options, c.args);
        QVERIFY2(run.ended(), run.verdict.c_str());
    }

    void whatChangedLeadsFromImageToImage_data() { allCases(); }
    void whatChangedLeadsFromImageToImage() {
        QFETCH(std::size_t, index);
        const Case c = cases()[index];
        const Program& program = *ProgramRegistry::find(c.id);
        kernel::World world{c.options};
        world.keepBirths();
        QVERIFY(program.start(world, program, c.args).ok());
        Counted counted;
        const std::string wrong = follow(world, 400, 3, counted);
        QVERIFY2(wrong.empty(), wrong.c_str());
    }

    void sameSeedSameEvents_data() { allCases(); }
    void sameSeedSameEvents() {
        QFETCH(std::size_t, index);
        const Case c = cases()[index];
        const SampleRun first = runSample(c.id, c.options, c.args);
        const SampleRun second = runSample(c.id, c.options, c.args);
        QCOMPARE(first.verdict, second.verdict);
        QVERIFY(first.seen.digest() == second.seen.digest());
    }

    // On every machine, with every compiler: these numbers are obeyed, not refreshed. A change of
    // the engine's rules or of a sample is the only reason for another one.
    void digestsAreTheSameForEver() {
        const std::uint64_t known[] = {
            0x30267A631AA974DE, 0x30267A631AA974DE, 0xCDA495BD71CBFE32, 0x1F59D0C69BD28594,
            0x7572523AB67D27C8, 0xD1EBA2C96FBE9232, 0x5B81E17BCFB91864, 0x758CCAF955CF21F7,
            0xD92A2612B2C3D6C0, 0x36AD63DB46934147, 0xD152F3D9578FFAF0, 0xE20DD33E31F4D1FF,
            0x39836C6B25B4E538, 0x759C1111D016180B, 0xA8478C3AC89BD66E, 0xE9796EE8F793ED2D,
            0xFE1166443EB83A11, 0xD9E2C7FF04615FF5, 0xCE880370F890E15A, 0x94A5A577EBE87B42,
            0x6A818A2D8F1CD65D, 0x382D9356795F1A06, 0x67051CC9B275FEEB, 0x97CEA04E74A7CA03,
            0xF1D7F64823FDBA20, 0x8C0C6BF351CF7253, 0x59E9688F7C998F99, 0x3D120B08A04DDCD4,
            0x8DB873B2E012EC72, 0x5887B84DD6D1F584, 0x0D30E4E05D95F684, 0x9AAE69970771D933,
            0xCF2784896EDEBE51, 0xEBECF9B5CB05FDAC};
        const std::vector<Case> all = cases();
        std::string now;
        bool same = all.size() == std::size(known);
        for (std::size_t i = 0; i < all.size(); ++i) {
            const EventDigest digest =
                runSample(all[i].id, all[i].options, all[i].args).seen.digest();
            const std::uint64_t sum = digest.events() ^ digest.changes();
            same = same && sum == known[i];
            char text[64];
            std::snprintf(text, sizeof text, " 0x%016llX", static_cast<unsigned long long>(sum));
            now += text;
        }
        QVERIFY2(same, ("digests are now:" + now).c_str());
    }

    void anotherSeedMeansOtherEvents_data() { allCases(); }
    void anotherSeedMeansOtherEvents() {
        QFETCH(std::size_t, index);
        const Case c = cases()[index];
        // They draw nothing; the first has nothing to choose between either.
        if (c.id == "hello" || (c.id == "gateway" && c.options.policy == kernel::Policy::kRounds))
            return;
        kernel::WorldOptions other = c.options;
        ++other.seed;
        QVERIFY(runSample(c.id, c.options, c.args).seen.digest() !=
                runSample(c.id, other, c.args).seen.digest());
    }

    void neverSendsToNobody_data() { allCases(); }
    void neverSendsToNobody() {
        QFETCH(std::size_t, index);
        const Case c = cases()[index];
        const SampleRun run = runSample(c.id, c.options, c.args);
        // Only a primary without power, clients that are done, and workers whose shop gave up, do
        // not read their messages; nor a pool that ends with its workers, see tst_supervised_shop.
        if (c.id != "kv_replica" && c.id != "supervised_shop" && !run.failed())
            QCOMPARE(run.seen.count(EventKind::kDrop), std::uint64_t{0});
    }

    // At rounds 0, 1, 3, 7, ...; at every round of small programs: tests/kernel/tst_laws.cpp.
    void goesOnTheSameFromAnySnapshotOnEveryPolicy_data() {
        QTest::addColumn<std::size_t>("index");
        QTest::addColumn<int>("policy");
        const std::vector<Case> all = cases();
        for (std::size_t i = 0; i < all.size(); ++i)
            for (const kernel::Policy policy : kPolicies)
                if (all[i].options.policy == kernel::Policy::kRounds)
                    QTest::addRow("%s %s %s", all[i].id.c_str(),
                                  all[i].args.empty() ? "" : all[i].args.back().first.c_str(),
                                  std::string{nameOf(policy)}.c_str())
                        << i << static_cast<int>(policy);
    }
    void goesOnTheSameFromAnySnapshotOnEveryPolicy() {
        QFETCH(std::size_t, index);
        QFETCH(int, policy);
        const Case c = cases()[index];
        const Program* program = ProgramRegistry::find(c.id);
        kernel::WorldOptions options = c.options;
        options.grants = {{"http.request", "http://127.0.0.1:8080/"}};
        // For pct, which may prefer who keeps itself busy for ever.
        options.limits.roundsPerInstantMax = 20'000;
        const auto runWhole = [&](kernel::DecisionSource* decisions) {
            SampleRun run;
            kernel::World world{options, &run.seen, decisions};
            if (!program->start(world, *program, c.args).ok()) return run;
            goOn(world);
            run.verdict = verdictOf(world);
            return run;
        };
        const bool replays = static_cast<kernel::Policy>(policy) == kernel::Policy::kReplay;
        options.policy = replays ? kernel::Policy::kRandom : static_cast<kernel::Policy>(policy);
        const SampleRun whole = runWhole(nullptr);
        QVERIFY(!whole.verdict.empty());
        options.policy = static_cast<kernel::Policy>(policy);
        const auto choices = [&]() -> std::unique_ptr<kernel::DecisionSource> {
            if (!replays) return nullptr;
            return std::make_unique<kernel::ReplayDecisions>(whole.seen.decisions());
        };
        if (replays) {
            const SampleRun again = runWhole(choices().get());
            QCOMPARE(again.verdict, whole.verdict);
            QVERIFY(again.seen.digest() == whole.seen.digest());
        }

        DigestSink seen;
        const auto original = choices();
        kernel::World world{options, &seen, original.get()};
        QVERIFY(program->start(world, *program, c.args).ok());
        for (std::uint64_t rounds = 1; world.outcome() == Outcome::kRunning; rounds = rounds * 2) {
            DigestSink rest{seen.digest()};
            const auto others = choices();
            kernel::World restored{options, &rest, others.get()};
            const absl::Status status = restored.restore(world.image(), world.births(),
                                                         world.types(), program->cellTypes());
            QVERIFY2(status.ok(), std::string{status.message()}.c_str());
            goOn(restored);
            QCOMPARE(verdictOf(restored), whole.verdict);
            QVERIFY2(rest.digest() == whole.seen.digest(),
                     ("from position " + std::to_string(world.position().value)).c_str());
            goOn(world, rounds);
        }
        if (c.id == "gateway")
            QVERIFY2(whole.verdict.find(" 0 good") == std::string::npos &&
                         whole.seen.count(EventKind::kEffectDone) > 3,
                     whole.verdict.c_str());
    }
};

QTEST_GUILESS_MAIN(TestAllSamples)
#include "tst_all_samples.moc"
